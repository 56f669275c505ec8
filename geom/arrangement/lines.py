"""How many cells lines cut a convex polygon into, without listing one.

Take the lines one at a time. A line that meets the open polygon P in a chord crosses the chords before it in some number k of distinct points, and
so cuts k + 1 cells in two:

    cells = 1 + sum over lines i that meet P of (1 + number of distinct points of P on line i and on an earlier line).

This holds however degenerate the lines are. Points on the border of P do not count, and a line that only touches P is not there at all.

Crossings are computed in floating point with an error bound E. On each line they are sorted: neighbours more than 2 E apart are proven to be two
points, and so are points more than E inside P proven to be inside. All else is decided in integers: crossings of nearly parallel lines, points near
the ends of a chord, neighbours that floats cannot tell apart. So thirty thousand lines cost n^2 / 2 divisions and sorts, and a few exact answers.

Bound. Rows are scaled so that no entry exceeds 1 and rounded, each entry by at most u = 2^-53. A computed determinant of two rows is then off by at
most 2 (2 u + u^2) + 2 u + 2 u (1 + u) < 9 u = F. With |computed D| >= STEEP and |N / D| <= 1 the quotient is off by at most 2 F / STEEP + 2 u < E,
and a quotient beyond 1 does not come out below 1 - E.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray, Row

__all__ = ["cells_in_polygon"]

ERROR = 2.0**-34
STEEP = 2.0**-14
Point = tuple[int, int]  # numerator and denominator > 0 of a coordinate along a line, in lowest terms


def cells_in_polygon(lines: Sequence[Row], walls: Sequence[Row]) -> int:
    """The number of cells into which lines cut a polygon.

    Parameters
    ----------
    lines : sequence of (a, b, c)
        Distinct primitive integer rows, a x + b y + c = 0.
    walls : sequence of (a, b, c)
        The polygon {a x + b y + c >= 0}, full-dimensional and within [-1, 1]^2.

    Examples
    --------
    Three lines through the centre of the square, and one that touches its corner.

    >>> square = [(1, 0, 1), (-1, 0, 1), (0, 1, 1), (0, -1, 1)]
    >>> cells_in_polygon([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, -2)], square)
    6
    """
    chords = Chords(lines, walls)
    return 1 + len(chords) + sum(chords.distinct_crossings(i) for i in range(1, len(chords)))


class Chords:
    """The lines that meet the open polygon, each with the ends of its chord.

    The coordinate along a line is x or y, whichever changes faster; `first` and `second` are the two columns of the rows in that order.

    Attributes
    ----------
    low, high : (n,) arrays
        Ends of the chords, off by at most `ERROR`.
    """

    def __init__(self, lines: Sequence[Row], walls: Sequence[Row]) -> None:
        self._walls = list(walls)
        rows, along_x = _rounded(lines), np.array([_is_along_x(line) for line in lines], dtype=np.bool_)
        low, high = _ends(rows, _rounded(walls), along_x)
        for i in np.flatnonzero(~(high - low > 2 * ERROR) & ~(low - high > 2 * ERROR)).tolist():
            ends = _exact_ends(lines[i], self._walls)
            low[i], high[i] = (0.0, -1.0) if ends is None else (float(ends[0]), float(ends[1]))
            if ends is not None and low[i] == high[i]:
                high[i] = np.nextafter(high[i], 2.0)  # a chord shorter than any double: its line meets the polygon all the same
        meets = np.flatnonzero(high > low)
        self.lines = [lines[i] for i in meets.tolist()]
        self.low, self.high = low[meets], high[meets]
        self._along_x = along_x[meets].tolist()
        self._columns = [np.ascontiguousarray(rows[meets][:, order].T) for order in ([1, 0, 2], [0, 1, 2])]
        self._buffers = np.empty((3, len(meets)))
        size = max((max(abs(a), abs(b)) for a, b, _ in self.lines), default=0)
        # Two fractions whose denominators are at most 2 size^2 differ by at least 1 / (2 size^2)^2, or not at all.
        self._is_separated = Fraction(1, max(1, 4 * size**4)) > 4 * Fraction(ERROR)

    def __len__(self) -> int:
        return len(self.lines)

    def distinct_crossings(self, i: int) -> int:
        """Number of distinct points, inside the polygon, of line i and the lines before it."""
        quotient, steep = self._quotients(i)
        low, high = self.low[i], self.high[i]
        inside = (quotient > low - ERROR) & (quotient < high + ERROR) & steep
        doubtful = np.flatnonzero(~steep | (inside & ~((quotient > low + ERROR) & (quotient < high - ERROR))))
        inside[doubtful] = False
        exact = self._exact_points(i, doubtful) if doubtful.size else {}
        values = np.sort(np.concatenate([quotient[inside], [p / q for p, q in exact.values()]]) if exact else quotient[inside])
        is_apart = values[1:] - values[:-1] > 2 * ERROR
        if is_apart.all() or self._is_separated:
            return int(np.count_nonzero(is_apart)) + (values.size > 0)
        return self._exact_distinct(i, np.flatnonzero(inside), quotient, exact)

    def _quotients(self, i: int) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Coordinates (i,) on line i of its crossings with the earlier lines, and where they are within `ERROR` of the truth."""
        a, b, c = self._columns[self._along_x[i]]
        determinant, numerator, product = self._buffers[:, :i]
        np.multiply(b[:i], a[i], out=determinant)
        determinant -= np.multiply(a[:i], b[i], out=product)
        np.multiply(c[:i], b[i], out=numerator)
        numerator -= np.multiply(b[:i], c[i], out=product)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            np.divide(numerator, determinant, out=numerator)
        return numerator, np.abs(determinant, out=determinant) >= STEEP

    def _exact_points(self, i: int, others: NDArray[np.int64]) -> dict[int, Point]:
        """Crossings of line i that lie strictly inside the polygon, by the number of the other line."""
        found = {}
        ends = None
        for j in others.tolist():
            point = self._exact_crossing(i, j)
            if point is None:
                continue
            ends = ends or _exact_ends(self.lines[i], self._walls)
            assert ends is not None, "a line that meets the polygon has a chord"
            if ends[0] < Fraction(*point) < ends[1]:
                found[j] = point
        return found

    def _exact_crossing(self, i: int, j: int) -> Point | None:
        return _crossing(self.lines[i], self.lines[j], self._along_x[i])

    def _exact_distinct(self, i: int, sure: NDArray[np.int64], quotient: FloatArray, exact: dict[int, Point]) -> int:
        """Distinct points where floats cannot tell some neighbours apart: these are compared exactly."""
        number = np.concatenate([sure, np.array([*exact], dtype=np.int64)])
        value = np.concatenate([quotient[sure], [p / q for p, q in exact.values()]])
        order = np.argsort(value)
        is_apart = np.concatenate([[True], np.diff(value[order]) > 2 * ERROR])
        alone = is_apart & np.append(is_apart[1:], True)
        unclear = number[order[~alone]].tolist()
        return int(np.count_nonzero(alone)) + len({self._exact_crossing(i, j) for j in unclear})


def _rounded(rows: Sequence[Row]) -> FloatArray:
    """Rows (n, 3) times a power of two each, with entries of at most 1 and the largest at least 1/2."""
    out = np.empty((len(rows), 3))
    for i, row in enumerate(rows):
        scale = 1 << max(map(abs, row)).bit_length()
        out[i] = [v / scale for v in row]
    return out


def _is_along_x(line: Row) -> bool:
    """Whether x changes at least as fast as y along a line."""
    return abs(line[1]) >= abs(line[0])


def _crossing(line: Row, other: Row, along_x: bool) -> Point | None:
    """The coordinate along a line where another one crosses it; None if they are parallel."""
    (a, b, c), (d, e, f) = (line, other) if along_x else ((line[1], line[0], line[2]), (other[1], other[0], other[2]))
    numerator, denominator = b * f - e * c, a * e - d * b
    if not denominator:
        return None
    common = gcd(numerator, denominator) if denominator > 0 else -gcd(numerator, denominator)
    return numerator // common, denominator // common


def _ends(rows: FloatArray, walls: FloatArray, along_x: NDArray[np.bool_]) -> tuple[FloatArray, FloatArray]:
    """Ends (n,) of the part of each line that is inside the polygon, off by at most `ERROR`; NaN where a wall is nearly parallel.

    Where low > high by more than twice that, the line misses the polygon.
    """
    a, b = np.where(along_x, rows[:, :2].T, rows[:, 1::-1].T)
    c = rows[:, 2]
    low, high = np.full(len(rows), -1.0), np.full(len(rows), 1.0)
    for wall in walls:
        d, e = np.where(along_x, wall[:2, None], wall[1::-1, None])
        determinant = a * e - d * b
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            end = (b * wall[2] - e * c) / determinant
        # Along the line, with y = -(a x + c) / b, the wall is (d b - e a) / b x + ... >= 0.
        rises = (determinant > 0) != (b > 0)
        low = np.where(rises, np.maximum(low, end), low)
        high = np.where(rises, high, np.minimum(high, end))
        low[~(np.abs(determinant) >= STEEP)] = np.nan
    return low, high


def _exact_ends(line: Row, walls: Sequence[Row]) -> tuple[Fraction, Fraction] | None:
    """Ends of the part of a line that is inside the polygon; None where the line does not meet its interior."""
    along_x = _is_along_x(line)
    a, b, c = line if along_x else (line[1], line[0], line[2])
    low, high = Fraction(-1), Fraction(1)
    for wall in walls:
        d, e, f = wall if along_x else (wall[1], wall[0], wall[2])
        slope, constant = Fraction(d * b - e * a, b), Fraction(f * b - e * c, b)
        if slope > 0:
            low = max(low, -constant / slope)
        elif slope < 0:
            high = min(high, -constant / slope)
        elif constant <= 0:
            return None
    return (low, high) if low < high else None
