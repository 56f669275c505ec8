"""That a cell is clear of an unsafe set, with a certificate that is checked by adding and multiplying alone.

The inputs of a cell that violate one polyhedron of the set satisfy the cell's rows and that polyhedron's, pulled back by the cell's affine map. By
Farkas' lemma there are none if and only if some weights >= 0 add these rows up to 0.x + a negative number. An exact linear program proposes the
weights; `Farkas.holds` is the proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from geom.polyhedra.polyhedron import farkas_weights
from geom.proof.rows import half_spaces

__all__ = ["Farkas", "certificate"]

Rows = Sequence[Sequence[Any]]


class Farkas(NamedTuple):
    """Weights of rows (a, b), meaning a.x + b >= 0, by which no point satisfies all of them.

    Attributes
    ----------
    weights : (m,) tuple of Fraction

    Notes
    -----
    Source: Farkas (1902); Schrijver, Theory of Linear and Integer Programming, Corollary 7.1e.

    Examples
    --------
    >>> Farkas((Fraction(2), Fraction(1))).holds([(-1, 0), (2, -1)])  # -x >= 0 and 2 x - 1 >= 0
    True
    """

    weights: tuple[Fraction, ...]

    def holds(self, rows: Rows) -> bool:
        """Whether the weights are none negative and add the rows up to a negative constant."""
        if len(self.weights) != len(rows) or min(self.weights, default=Fraction(-1)) < 0:
            return False
        used = [(w, row) for w, row in zip(self.weights, rows, strict=True) if w]
        sums = [sum((w * int(v) for w, v in column), Fraction(0)) for column in _columns(used)]
        return bool(sums) and not any(sums[:-1]) and sums[-1] < 0


def certificate(rows: Rows) -> Farkas | None:
    """Weights that prove that no point satisfies all of these integer rows, or None if one does.

    Parameters
    ----------
    rows : sequence of (d + 1,) integer rows (a, b)

    Examples
    --------
    >>> rows = [(1, 0, 0), (0, 1, 0), (-1, -1, -1)]  # x >= 0, y >= 0, x + y <= -1
    >>> certificate(rows).holds(rows)
    True
    """
    a, b, factors = half_spaces(rows, len(rows[0]) - 1)
    weights = farkas_weights(a, b)
    return None if weights is None else Farkas(tuple(w / f for w, f in zip(weights, factors, strict=True)))


def _columns(used: list[tuple[Fraction, Sequence[Any]]]) -> list[list[tuple[Fraction, Any]]]:
    """For each column of the rows, its entries with the rows' weights."""
    return [[(w, row[j]) for w, row in used] for j in range(len(used[0][1]))] if used else []
