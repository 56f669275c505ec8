"""What a property file says about outputs: a union of polyhedra, the unsafe set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import whole_number
from geom.doubles import as_rows
from geom.errors import DomainError, shown
from geom.exact import Fractions, as_fractions

__all__ = ["OutputProperty"]


@dataclass(frozen=True, eq=False, repr=False)
class OutputProperty:
    """The set of outputs that a property file describes, usually the unsafe ones: a union of closed polyhedra {y : C y <= d}.

    Parameters
    ----------
    polyhedra : sequence of pairs (C, d)
        C is (m, dim) and d is (m,), of float, int, Fraction, Decimal or decimal string, taken exactly as they stand. No rows mean all
        outputs, no polyhedra mean none.
    dim : int
        Number of outputs.

    Raises
    ------
    DomainError
        If shapes do not fit or a number is not finite.

    Examples
    --------
    >>> unsafe = OutputProperty((([[1, -1]], [0]), ([[0, 1]], ["0.1"])), dim=2)
    >>> unsafe
    OutputProperty(2 outputs, 2 polyhedra, 2 rows)
    >>> unsafe.contains([[0.0, 1.0], [2.0, 1.0], [2.0, 0.1]])
    array([ True, False, False])
    """

    polyhedra: tuple[tuple[Fractions, Fractions], ...]
    dim: int

    def __post_init__(self) -> None:
        whole_number(self.dim, "dim, the number of outputs,", 1, error=DomainError)
        try:
            pairs = [(c, d) for c, d in self.polyhedra]
        except (TypeError, ValueError):
            raise DomainError("polyhedra: expected a list of pairs (C, d), one for each {y : C y <= d}, such as [([[1, -1]], [0])]") from None
        object.__setattr__(self, "polyhedra", tuple(_exact(i, c, d, self.dim) for i, (c, d) in enumerate(pairs)))

    def contains(self, y: ArrayLike) -> NDArray[np.bool_]:
        """Exactly which of the outputs (n, dim), each float taken as it is, lie in the set.

        Raises
        ------
        DomainError
            If y is not (n, dim), or an entry is NaN or infinite.
        """
        outputs = as_rows(y, self.dim, "an output", DomainError)
        return np.array([self._contains_exactly(as_fractions(row)) for row in outputs], dtype=np.bool_)

    def _contains_exactly(self, y: Fractions) -> bool:
        return any(bool(np.all(c @ y <= d)) for c, d in self.polyhedra)

    def __repr__(self) -> str:
        n, rows = len(self.polyhedra), sum(len(d) for _, d in self.polyhedra)
        return f"OutputProperty({self.dim} output{'s' * (self.dim != 1)}, {n} polyhedr{'on' if n == 1 else 'a'}, {rows} row{'s' * (rows != 1)})"


def _exact(index: int, c: ArrayLike, d: ArrayLike, dim: int) -> tuple[Fractions, Fractions]:
    try:
        rows, bounds = as_fractions(c), as_fractions(d)
    except (TypeError, ValueError) as error:
        raise DomainError(f"polyhedron {index}: {error}") from error
    if bounds.ndim != 1 or rows.shape != (len(bounds), dim):
        raise DomainError(f"polyhedron {index}: C has shape {rows.shape} and d {bounds.shape}; expected (m, {shown(dim)}) and (m,)")
    rows.setflags(write=False)
    bounds.setflags(write=False)
    return rows, bounds
