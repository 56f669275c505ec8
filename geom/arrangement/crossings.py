"""Distinct crossings of each of many lines with the lines before it: sorted floats with an error bound, and integers where these do not decide.

A crossing has a coordinate along its line, a quotient N / D of two determinants of rows. Two crossings whose computed coordinates are more than 2 E
apart are proven to be two points. All else is decided in integers: crossings of nearly parallel lines, and neighbours that floats cannot tell apart.
So n lines cost n^2 / 2 divisions, a sort each, and a few exact answers.

Bound. Rows are scaled so that no entry exceeds 1 and rounded, each entry by at most u = 2^-53. A computed determinant of two rows is then off by at
most 2 (2 u + u^2) + 2 u + 2 u (1 + u) < 9 u = F. With |computed D| >= STEEP and |N / D| <= 1 the quotient is off by at most 2 F / STEEP + 2 u < E,
and a quotient beyond 1 does not come out below 1 - E.

Many crossings of small integers coincide, and then floats do decide: quotients of integers up to M differ by at least 1 / M^2, or not at all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray, Row, dot_sign, meet, round_ratio
from geom.kernels.counts.crossings import across_plane, gather

__all__ = ["ERROR", "MARGIN", "STEEP", "Crossings", "Index", "Plane", "Point", "crossing", "is_along_x", "rounded"]

ERROR = 2.0**-34
STEEP = 2.0**-14
MARGIN = 3 * ERROR  # more than the errors of a crossing, of the end of a chord, and of their comparison
FLAT = 2.0**-49  # a computed determinant beyond it is not that of parallel lines
PENCIL = 32  # lines through a point from which on it is remembered, and the most points that are
Point = tuple[int, int]  # numerator and denominator > 0 of a coordinate along a line, in lowest terms
Index = NDArray[np.int64]


class Crossings(ABC):
    """Lines in some region, and the coordinates of crossings along them: x or y, whichever changes faster along the line.

    Parameters
    ----------
    lines : sequence of (a, b, c)
        Distinct primitive integer rows, a x + b y + c = 0.
    largest : int
        Of the determinants N and D that matter, one that bounds all.
    """

    def __init__(self, lines: Sequence[Row], largest: int) -> None:
        self.lines = list(lines)
        rows = rounded(lines)
        self._along_x = [is_along_x(line) for line in lines]
        self._columns = [np.ascontiguousarray(rows[:, order].T) for order in ([1, 0, 2], [0, 1, 2])]
        n = len(self.lines)
        self._values, self._number, self._doubtful, self._gaps = np.empty(n), np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n)
        self._pencils: list[tuple[Row, NDArray[np.bool_]]] = []  # a point, homogeneous, and which lines are known to go through it
        directions: dict[Point, int] = {}
        self._direction = np.array([directions.setdefault(_direction(line), len(directions)) for line in lines], dtype=np.int64)
        self._is_separated = Fraction(1, max(1, largest**2)) > 4 * Fraction(ERROR)

    def __len__(self) -> int:
        return len(self.lines)

    def cells(self) -> int:
        """The cells that the lines make of the region: each line cuts in two as many cells as its distinct crossings with earlier lines, and one."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # parallel lines, also where the compiler is off
            return 1 + len(self) + sum(self.distinct(i) for i in range(1, len(self)))

    def distinct(self, i: int) -> int:
        """Number of distinct points of the region on line i and on one of the lines before it."""
        values, _, doubtful = self._floats(i)
        doubtful = doubtful[self._direction[doubtful] != self._direction[i]]
        exact = self._exact_points(i, doubtful) if doubtful.size else {}
        if exact:
            values = np.concatenate([values, [self._value(point) for point in exact.values()]])
        values.sort()
        gaps = np.subtract(values[1:], values[:-1], out=self._gaps[: max(values.size - 1, 0)])
        if gaps.min(initial=np.inf) > 2 * ERROR:
            return int(values.size)
        if self._is_separated:
            return int(np.count_nonzero(gaps > 2 * ERROR)) + 1
        return self._exact_distinct(i, exact)

    def _floats(self, i: int) -> tuple[FloatArray, Index, Index]:
        """Coordinates that are off by at most `ERROR`, of crossings that are in the region for sure, with the other lines' numbers; lines in doubt.

        They lie in arrays that the next call fills anew.
        """
        middle, half = self._cross(i, self._columns[self._along_x[i]], self._values)
        sure, doubts = gather(self._values, i, middle, half, MARGIN, self._number, self._doubtful)
        return self._values[:sure], self._number[:sure], self._doubtful[:doubts]

    @abstractmethod
    def _cross(self, i: int, columns: FloatArray, values: FloatArray) -> tuple[float, float]:
        """Fill in the coordinates of all crossings, NaN where they are in doubt; the middle and half the length of the line's part in the region."""

    @abstractmethod
    def _contains(self, i: int, point: Point) -> bool:
        """Whether a point of line i is in the region."""

    def _value(self, point: Point) -> float:
        """The coordinate of an exact point, rounded."""
        return round_ratio(*point)

    def _exact_points(self, i: int, others: Index) -> dict[int, Point]:
        """Crossings of line i that are in the region, by the number of the other line."""
        points = self._exact_crossings(i, others)
        inside = {point for point in set(points.values()) if self._contains(i, point)}
        return {j: point for j, point in points.items() if point in inside}

    def _exact_crossings(self, i: int, others: Index) -> dict[int, Point]:
        """Crossings of line i by the number of the other line. Of a pencil, many lines through one point, only the first ones are computed."""
        line, along_x = self.lines[i], self._along_x[i]
        found: dict[int, Point] = {}
        for centre, is_through in self._pencils:
            if dot_sign(line, centre) == 0:
                is_through[i] = True
                is_known = is_through[others]
                found |= dict.fromkeys(others[is_known].tolist(), _lowest_terms(centre[0 if along_x else 1], centre[2]))
                others = others[~is_known]
        groups: dict[Point, list[int]] = {}
        for j in others.tolist():
            found[j] = crossing(line, self.lines[j], along_x)
            groups.setdefault(found[j], []).append(j)
        for members in groups.values():
            if len(members) >= PENCIL and len(self._pencils) < PENCIL:
                is_through = np.zeros(len(self), dtype=np.bool_)
                is_through[[i, *members]] = True
                self._pencils.append((meet([line, self.lines[members[0]]]), is_through))
        return found

    def _exact_distinct(self, i: int, exact: dict[int, Point]) -> int:
        """Distinct points where floats cannot tell some neighbours apart: these are compared exactly."""
        values, number, _ = self._floats(i)
        number = np.concatenate([number, np.array([*exact], dtype=np.int64)])
        values = np.concatenate([values, [self._value(point) for point in exact.values()]])
        order = np.argsort(values)
        is_apart = np.concatenate([[True], np.diff(values[order]) > 2 * ERROR])
        alone = is_apart & np.append(is_apart[1:], True)
        return int(np.count_nonzero(alone)) + len(set(self._exact_crossings(i, number[order[~alone]]).values()))


class Plane(Crossings):
    """Lines in the whole plane. A coordinate v beyond 1 is taken as 4 + 1/v, so that far crossings are told apart as well as near ones.

    Examples
    --------
    Three lines through a point, and one more across.

    >>> Plane([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 2, -1)]).cells()
    10
    """

    def __init__(self, lines: Sequence[Row]) -> None:
        super().__init__(lines, 2 * max((abs(v) for line in lines for v in line), default=0) ** 2)

    def _cross(self, i: int, columns: FloatArray, values: FloatArray) -> tuple[float, float]:
        across_plane(columns, i, STEEP, FLAT, 1 - 4 * ERROR, values)
        return 0.0, np.inf

    def _contains(self, i: int, point: Point) -> bool:
        return True

    def _value(self, point: Point) -> float:
        p, q = point
        return p / q if abs(p) <= q else 4.0 + q / p


def rounded(rows: Sequence[Row]) -> FloatArray:
    """Rows (n, 3) times a power of two each, with entries of at most 1 and the largest at least 1/2."""
    out = np.empty((len(rows), 3))
    for i, row in enumerate(rows):
        scale = 1 << max(map(abs, row)).bit_length()
        out[i] = [v / scale for v in row]
    return out


def is_along_x(line: Row) -> bool:
    """Whether x changes at least as fast as y along a line."""
    return abs(line[1]) >= abs(line[0])


def crossing(line: Row, other: Row, along_x: bool) -> Point:
    """The coordinate along a line where another one, not parallel to it, crosses it.

    Examples
    --------
    >>> crossing((1, 2, -2), (1, -1, 0), along_x=True)
    (2, 3)
    """
    (a, b, c), (d, e, f) = (line, other) if along_x else ((line[1], line[0], line[2]), (other[1], other[0], other[2]))
    return _lowest_terms(b * f - e * c, a * e - d * b)


def _lowest_terms(numerator: int, denominator: int) -> Point:
    common = gcd(numerator, denominator) if denominator > 0 else -gcd(numerator, denominator)
    return numerator // common, denominator // common


def _direction(line: Row) -> Point:
    a, b, _ = line  # the first one that is not 0 is positive
    common = gcd(a, b)
    return a // common, b // common
