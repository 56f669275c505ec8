"""The characteristic polynomial of any hyperplane arrangement, and what Zaslavsky's theorem reads from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from geom.arrangement.rows import distinct_hyperplanes, integer_hyperplanes
from geom.arrangement.whitney import whitney_numbers
from geom.exact import Row

__all__ = ["CharacteristicPolynomial", "arrangement_of", "characteristic_polynomial"]


@dataclass(frozen=True)
class CharacteristicPolynomial:
    """chi(t) = sum over flats X of mu(X) t^dim(X), of hyperplanes in R^d.

    Attributes
    ----------
    coefficients : tuple of d + 1 ints
        That of t^0 first.
    rank : int
        Of the normals. Cells have no vertex where it is less than d.
    hyperplanes : int
        Distinct ones.

    Examples
    --------
    >>> chi = characteristic_polynomial([[1, 0], [0, 1], [1, 1]], [0, 0, -1])
    >>> chi, chi.regions, chi.bounded
    (t^2 - 3 t + 3, 7, 1)
    """

    coefficients: tuple[int, ...]
    rank: int
    hyperplanes: int

    def __call__(self, t: int) -> int:
        """chi(t) at an integer."""
        value = 0
        for c in reversed(self.coefficients):
            value = value * t + c
        return value

    @property
    def dim(self) -> int:
        return len(self.coefficients) - 1

    @property
    def regions(self) -> int:
        """Connected components of the complement, |chi(-1)|: Zaslavsky (1975), Theorem A."""
        return abs(self(-1))

    @property
    def relatively_bounded(self) -> int:
        """Regions that are bounded but for the lines that all regions contain, |chi(1)| without its factors t: Zaslavsky (1975), Theorem C."""
        essential = self.coefficients[self.dim - self.rank :]
        return abs(sum(essential))

    @property
    def bounded(self) -> int:
        """Regions that are bounded: none where the normals do not span the space."""
        return self.relatively_bounded if self.rank == self.dim else 0

    def __repr__(self) -> str:
        return " ".join(_terms(self.coefficients))


def characteristic_polynomial(A: Any, b: Any) -> CharacteristicPolynomial:  # noqa: N803 (the field's name)
    """The characteristic polynomial of the hyperplanes A x + b = 0, exactly, whatever their position.

    Parameters
    ----------
    A : (m, d) array of int, float, Fraction, Decimal or decimal string
        Taken exactly as they stand; a float is the dyadic rational that it is.
    b : (m,) array of the same

    Returns
    -------
    CharacteristicPolynomial
        Rows that are multiples of each other are one hyperplane. A row with A = 0 is none: its zero set is empty (b != 0) or everything (b = 0), and
        a unit of a network with such a row cuts nothing either way.

    Raises
    ------
    NetworkError
        If shapes do not fit or a number is not finite.
    GeomError
        If the flats of an arrangement that is not in general position would take more than 8 GB, or a proof of general position hours.

    Notes
    -----
    The hyperplanes, made homogeneous, with the one at infinity, form a central arrangement whose polynomial is (t - 1) chi(t). In general position
    (proven first) its coefficients are binomials; else they are sums of Moebius numbers over its flats (Rota 1964, Zaslavsky 1975).

    Examples
    --------
    The resonance arrangement in four dimensions: all nonzero 0/1 vectors as normals.

    >>> from itertools import product
    >>> normals = [v for v in product((0, 1), repeat=4) if any(v)]
    >>> chi = characteristic_polynomial(normals, [0] * 15)
    >>> chi, chi.regions
    (t^4 - 15 t^3 + 80 t^2 - 170 t + 104, 370)
    """
    return arrangement_of(*integer_hyperplanes(A, b))


def arrangement_of(rows: Iterable[Sequence[int]], dim: int) -> CharacteristicPolynomial:
    """The same of integer rows (a, b), each (dim + 1,)."""
    planes = distinct_hyperplanes(rows)
    if all(row[-1] == 0 for row in planes):
        numbers = whitney_numbers([row[:-1] for row in planes])
    else:
        infinity: Row = (*[0] * dim, 1)
        numbers = _divided(whitney_numbers([*planes, infinity]))
    rank = len(numbers) - 1
    signed = [(-1) ** k * w for k, w in enumerate(numbers)]
    return CharacteristicPolynomial((*[0] * (dim - rank), *reversed(signed)), rank, len(planes))


def _divided(numbers: list[int]) -> list[int]:
    """Whitney numbers v with w_k = v_k + v_(k - 1): the polynomial divided by t - 1."""
    found: list[int] = []
    for w in numbers[:-1]:
        found.append(w - (found[-1] if found else 0))
    assert found[-1] == numbers[-1], "1 is a root of every central arrangement's polynomial"
    return found


def _terms(coefficients: Sequence[int]) -> list[str]:
    """Signed terms, that of the highest power first."""
    found: list[str] = []
    for k, c in reversed(list(enumerate(coefficients))):
        if c:
            power = "" if not k else "t" if k == 1 else f"t^{k}"
            size = str(abs(c)) if abs(c) != 1 or not k else ""
            sign = "-" if c < 0 else "+"
            found += [sign] * bool(found) + [("-" if c < 0 and not found else "") + " ".join(filter(None, (size, power)))]
    return found or ["0"]
