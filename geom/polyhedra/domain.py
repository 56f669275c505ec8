"""Domains: where a network is looked at. A box, a polyhedron given by half-spaces, or the whole space; closed, full-dimensional, exact rational data.

A domain gives the walk its walls (rows a.x <= b) and its vertices with the walls tight at each; nothing else about it is known downstream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import product
from typing import Any, Literal, Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.doubles import as_doubles
from geom.errors import DomainError
from geom.exact import FloatArray, as_fractions, round_fractions, round_ratio
from geom.polyhedra.polyhedron import Generators, generators, inner_point, interior_slack

__all__ = ["Box", "Domain", "HPolytope", "Space", "as_points"]

Fractions = NDArray[np.object_]
MAX_BOX_DIM = 16


class Domain(Protocol):
    """What the walk and the cells need of a domain."""

    @property
    def dim(self) -> int: ...
    @property
    def is_bounded(self) -> bool: ...
    def interior(self) -> tuple[Fraction, ...]: ...
    @overload
    def hrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def generators(self) -> Generators: ...
    def contains(self, x: ArrayLike) -> NDArray[np.bool_]: ...


class Box:
    """The closed box low <= x <= high.

    Parameters
    ----------
    low, high : (d,) sequences of float, int, Fraction, Decimal or decimal string
        Taken exactly as they stand: ``"0.1"`` is one tenth, ``0.1`` the double next to it.

    Raises
    ------
    DomainError
        If the lengths differ, a bound is NaN or infinite, or low < high fails in some coordinate.

    Examples
    --------
    >>> box = Box([-1, "0.1"], [1, "0.3"])
    >>> box.dim, box.contains([[0.0, 0.2], [0.0, 0.5]])
    (2, array([ True, False]))
    """

    def __init__(self, low: Iterable[Any] | ArrayLike, high: Iterable[Any] | ArrayLike) -> None:
        self.exact_low, self.exact_high = _rationals("low", low, 1), _rationals("high", high, 1)
        if len(self.exact_low) != len(self.exact_high) or not len(self.exact_low):
            raise DomainError(f"low has {len(self.exact_low)} entries and high has {len(self.exact_high)}; they must be equal and at least 1")
        for j, (a, b) in enumerate(zip(self.exact_low, self.exact_high, strict=True)):
            if a >= b:
                what = "flat (low equals high)" if a == b else "inverted (low above high)"
                raise DomainError(f"the box is {what} in coordinate {j}: [{_round(a)!r}, {_round(b)!r}]")

    @property
    def dim(self) -> int:
        return len(self.exact_low)

    @property
    def is_bounded(self) -> bool:
        return True

    def interior(self) -> tuple[Fraction, ...]:
        """A point strictly inside: the centre."""
        return tuple((a + b) / 2 for a, b in zip(self.exact_low, self.exact_high, strict=True))

    @property
    def low(self) -> FloatArray:
        """(d,) lower bounds, rounded to the nearest doubles."""
        return round_fractions(self.exact_low)

    @property
    def high(self) -> FloatArray:
        """(d,) upper bounds, rounded to the nearest doubles."""
        return round_fractions(self.exact_high)

    @overload
    def hrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def hrep(self, *, exact: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
        """Walls A x <= b, (2d, d) and (2d,): wall 2j is x_j >= low_j, wall 2j + 1 is x_j <= high_j.

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.
        """
        d = self.dim
        a = np.full((2 * d, d), Fraction(0), dtype=object)
        b = np.empty(2 * d, dtype=object)
        for j in range(d):
            a[2 * j, j], b[2 * j] = Fraction(-1), -self.exact_low[j]
            a[2 * j + 1, j], b[2 * j + 1] = Fraction(1), self.exact_high[j]
        return (a, b) if exact else (round_fractions(a), round_fractions(b))

    def generators(self) -> Generators:
        """The 2**d corners, with their walls.

        Raises
        ------
        DomainError
            If d is so large that the corners cannot be listed.
        """
        if self.dim > MAX_BOX_DIM:
            raise DomainError(
                f"a box in {self.dim} dimensions has 2**{self.dim} corners; the generator walk takes boxes of at most {MAX_BOX_DIM} dimensions"
            )
        corners = list(product((0, 1), repeat=self.dim))
        ends = (self.exact_low, self.exact_high)
        vertices = [tuple(ends[side][j] for j, side in enumerate(corner)) for corner in corners]
        return Generators(vertices, [], [], [frozenset(2 * j + side for j, side in enumerate(corner)) for corner in corners])

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Exactly which of the points (n, d) lie in the box.

        Raises
        ------
        DomainError
            If x is not (n, d).
        """
        points = as_points(x, self.dim)
        low, high = self._double_bounds()
        return np.asarray(((points >= low) & (points <= high)).all(axis=1))

    def _double_bounds(self) -> tuple[FloatArray, FloatArray]:
        """The doubles of the box: the smallest not below low and the largest not above high."""
        low = np.array([v if Fraction(v) >= exact else np.nextafter(v, np.inf) for v, exact in _rounded(self.exact_low)])
        high = np.array([v if Fraction(v) <= exact else np.nextafter(v, -np.inf) for v, exact in _rounded(self.exact_high)])
        return low, high

    def __repr__(self) -> str:
        if self.dim <= 4:
            return "Box(" + " x ".join(f"[{a:.6g}, {b:.6g}]" for a, b in zip(self.low, self.high, strict=True)) + ")"
        return f"Box({self.dim} dimensions)"


class HPolytope:
    """The polyhedron {x : A x <= b}, bounded or not.

    Parameters
    ----------
    A : (m, d) array of float, int, Fraction, Decimal or decimal string
        Taken exactly as they stand.
    b : (m,) array of the same

    Raises
    ------
    DomainError
        If shapes do not fit, a number is not finite, or the set is empty or lower-dimensional.

    Examples
    --------
    >>> triangle = HPolytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1])
    >>> triangle
    HPolytope(2 dimensions, 3 rows)
    >>> HPolytope([[-1, 0]], [0]).is_bounded
    False
    """

    def __init__(self, A: ArrayLike, b: ArrayLike) -> None:  # noqa: N803 (the field's name)
        self._a, self._b = _rationals("A", A, 2), _rationals("b", b, 1)
        if self._a.shape[0] != self._b.shape[0] or self._a.shape[1] < 1 or not len(self._b):
            raise DomainError(f"A is {self._a.shape} but b has {self._b.shape[0]} entries; A must be (m, d) and b (m,), with m at least 1")
        slack = interior_slack(self._a, self._b)
        if slack <= 0:
            raise DomainError("the polytope is empty" if slack < 0 else "the polytope has no interior point: it lies in a hyperplane")
        self._generators = generators(self._a, self._b)

    @property
    def dim(self) -> int:
        return int(self._a.shape[1])

    @property
    def is_bounded(self) -> bool:
        return not self._generators.rays and not self._generators.lines

    def interior(self) -> tuple[Fraction, ...]:
        """A point strictly inside: the mean of the vertices, moved along all rays."""
        return inner_point(self._generators)

    @overload
    def hrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def hrep(self, *, exact: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
        """Walls A x <= b as they were given, (m, d) and (m,).

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.
        """
        return (self._a, self._b) if exact else (round_fractions(self._a), round_fractions(self._b))

    def generators(self) -> Generators:
        """Exact vertices, rays and lines, with the rows tight at each vertex."""
        return self._generators

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Exactly which of the points (n, d) lie in the polyhedron.

        Raises
        ------
        DomainError
            If x is not (n, d).
        """
        return np.array([bool(np.all(self._a @ p <= self._b)) for p in _exact_points(as_points(x, self.dim))], dtype=bool)

    def __repr__(self) -> str:
        return f"HPolytope({self.dim} dimensions, {len(self._b)} rows)"


class Space:
    """All of R^d: what `geom.subdivide` takes where no domain is given.

    Parameters
    ----------
    dim : int

    Examples
    --------
    >>> Space(2).contains([[1e300, -1e300]])
    array([ True])
    """

    def __init__(self, dim: int) -> None:
        if dim < 1:
            raise DomainError(f"a space has at least one dimension; got {dim}")
        self._dim = dim

    @property
    def dim(self) -> int:
        return self._dim

    @property
    def is_bounded(self) -> bool:
        return False

    def interior(self) -> tuple[Fraction, ...]:
        """The origin."""
        return (Fraction(0),) * self.dim

    @overload
    def hrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def hrep(self, *, exact: bool = False) -> tuple[NDArray[Any], NDArray[Any]]:
        """No walls: A is (0, d)."""
        kind = np.object_ if exact else np.float64
        return np.empty((0, self.dim), dtype=kind), np.empty(0, dtype=kind)

    def generators(self) -> Generators:
        """The origin and d lines."""
        axes = [tuple(Fraction(int(i == j)) for i in range(self.dim)) for j in range(self.dim)]
        return Generators([self.interior()], [], axes, [frozenset()])

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """True for every finite point (n, d)."""
        return np.ones(len(as_points(x, self.dim)), dtype=np.bool_)

    def __repr__(self) -> str:
        return f"Space({self.dim})"


def _round(value: Fraction) -> float:
    return round_ratio(value.numerator, value.denominator)


def _rounded(values: Fractions) -> Iterator[tuple[float, Fraction]]:
    return ((_round(v), v) for v in values)


def _exact_points(points: FloatArray) -> Iterator[Fractions]:
    return (as_fractions(p) for p in points)


def as_points(x: ArrayLike, dim: int) -> FloatArray:
    """Points (n, dim) as doubles.

    Raises
    ------
    DomainError
        If x is not (n, dim), or holds NaN, infinite or complex entries, or integers beyond the largest double.
    """
    try:
        points = as_doubles(x)
    except ValueError as error:
        raise DomainError(f"points must be numbers of shape (n, {dim}): {error}") from error
    if points.ndim != 2 or points.shape[1] != dim:
        raise DomainError(f"points must be (n, {dim}); got shape {points.shape}")
    if not np.isfinite(points).all():
        raise DomainError("a point is NaN or infinite")
    return points


def _rationals(what: str, values: Any, ndim: int) -> Fractions:
    try:
        out = as_fractions(values if isinstance(values, np.ndarray) else list(values))
    except (ValueError, TypeError) as error:
        raise DomainError(f"{what}: {error}") from error
    if out.ndim != ndim:
        raise DomainError(f"{what}: expected {ndim} dimension{'s' * (ndim > 1)}, got shape {out.shape}")
    return out
