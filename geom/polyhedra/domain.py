"""Domains: where a network is looked at. A box, a polyhedron given by half-spaces, or the whole space; closed, full-dimensional, exact rational data.

A domain gives the walk its walls (rows a.x <= b) and its vertices with the walls tight at each; nothing else about it is known downstream.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from typing import Any, Literal, Protocol, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import rationals
from geom.doubles import as_rows
from geom.errors import DomainError
from geom.exact import FloatArray, Fractions, Row, as_fractions, integer_row, round_fraction, round_fractions
from geom.polyhedra.polyhedron import Generators, generators, inner_point, interior_slack
from geom.polyhedra.representations import Representations

__all__ = ["Box", "Domain", "HPolytope", "Space", "as_points", "integer_walls"]

MAX_BOX_DIM = 16
SLICES = "cut the network by a plane, net.restrict(*geom.plane(p, q, r)), or follow a line, geom.line(net, x, y); geom.distance takes any dimension"


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


class Box(Representations):
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
        self.exact_low, self.exact_high = rationals(low, 1, "low", DomainError), rationals(high, 1, "high", DomainError)
        if len(self.exact_low) != len(self.exact_high) or not len(self.exact_low):
            raise DomainError(f"low has {len(self.exact_low)} entries and high has {len(self.exact_high)}; they must be equal and at least 1")
        for j, (a, b) in enumerate(zip(self.exact_low, self.exact_high, strict=True)):
            if a >= b:
                what = "flat (low equals high)" if a == b else "inverted (low above high)"
                advice = "net.restrict fixes coordinates of a network" if a == b else "low comes first"
                raise DomainError(f"the box is {what} in coordinate {j}: [{round_fraction(a)!r}, {round_fraction(b)!r}]; {advice}")

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

    @property
    def _space_dim(self) -> int:
        return self.dim

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        """Walls A x <= b, (2d, d) and (2d,): wall 2j is x_j >= low_j, wall 2j + 1 is x_j <= high_j."""
        d = self.dim
        a = np.full((2 * d, d), Fraction(0), dtype=object)
        b = np.empty(2 * d, dtype=object)
        for j in range(d):
            a[2 * j, j], b[2 * j] = Fraction(-1), -self.exact_low[j]
            a[2 * j + 1, j], b[2 * j + 1] = Fraction(1), self.exact_high[j]
        return a, b

    def generators(self) -> Generators:
        """The 2**d corners, with their walls.

        Raises
        ------
        DomainError
            If d is so large that the corners cannot be listed.
        """
        if self.dim > MAX_BOX_DIM:
            raise DomainError(
                f"a box in {self.dim} dimensions has 2**{self.dim} corners, and boxes of at most {MAX_BOX_DIM} dimensions are walked; {SLICES}"
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
        low = np.array([v if Fraction(v) >= exact else np.nextafter(v, np.inf) for v, exact in zip(self.low, self.exact_low, strict=True)])
        high = np.array([v if Fraction(v) <= exact else np.nextafter(v, -np.inf) for v, exact in zip(self.high, self.exact_high, strict=True)])
        return low, high

    def __repr__(self) -> str:
        if self.dim <= 4:
            return "Box(" + " x ".join(f"[{a:.6g}, {b:.6g}]" for a, b in zip(self.low, self.high, strict=True)) + ")"
        return f"Box({self.dim} dimensions)"


class HPolytope(Representations):
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
        self._a, self._b = rationals(A, 2, "A", DomainError), rationals(b, 1, "b", DomainError)
        if self._a.shape[0] != self._b.shape[0] or self._a.shape[1] < 1 or not len(self._b):
            raise DomainError(f"A is {self._a.shape} but b has {self._b.shape[0]} entries; A must be (m, d) and b (m,), with m at least 1")
        slack = interior_slack(self._a, self._b)
        if slack <= 0:
            if slack < 0:
                raise DomainError("the polytope is empty: no point has A x <= b; look for rows that exclude each other, or for a wrong sign")
            raise DomainError("the polytope has no interior point: it lies in a hyperplane; net.restrict takes a network to a lower dimension")
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

    @property
    def _space_dim(self) -> int:
        return self.dim

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        """Walls A x <= b as they were given, (m, d) and (m,)."""
        return self._a, self._b

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
        return np.array([bool(np.all(self._a @ as_fractions(p) <= self._b)) for p in as_points(x, self.dim)], dtype=bool)

    def __repr__(self) -> str:
        return f"HPolytope({self.dim} dimensions, {len(self._b)} rows)"


class Space(Representations):
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

    @property
    def _space_dim(self) -> int:
        return self.dim

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        """No walls: A is (0, d)."""
        return np.empty((0, self.dim), dtype=object), np.empty(0, dtype=object)

    def generators(self) -> Generators:
        """The origin and d lines."""
        axes = [tuple(Fraction(int(i == j)) for i in range(self.dim)) for j in range(self.dim)]
        return Generators([self.interior()], [], axes, [frozenset()])

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """True for every finite point (n, d)."""
        return np.ones(len(as_points(x, self.dim)), dtype=np.bool_)

    def __repr__(self) -> str:
        return f"Space({self.dim})"


def integer_walls(domain: Domain) -> list[Row]:
    """Walls of a domain as integer rows (-a, b), >= 0 inside; in an unbounded domain the wall at infinity is the last.

    Examples
    --------
    >>> integer_walls(Box([0], ["1/2"])), integer_walls(Space(1))
    ([(1, 0), (-2, 1)], [(0, 1)])
    """
    walls = [integer_row([*(-alpha for alpha in a), b]) for a, b in zip(*domain.hrep(exact=True), strict=True)]
    return walls if domain.is_bounded else [*walls, (*[0] * domain.dim, 1)]


def as_points(x: ArrayLike, dim: int) -> FloatArray:
    """Points (n, dim) as doubles.

    Raises
    ------
    DomainError
        If x is not (n, dim), or holds NaN, infinite or complex entries, or integers beyond the largest double.
    """
    return as_rows(x, dim, "a point", DomainError)
