"""How many cells lines cut a convex polygon into, without listing one.

Take the lines one at a time. A line that meets the open polygon P in a chord crosses the chords before it in some number k of distinct points, and
so cuts k + 1 cells in two:

    cells = 1 + sum over lines i that meet P of (1 + number of distinct points of P on line i and on an earlier line).

This holds however degenerate the lines are. Points on the border of P do not count, and a line that only touches P is not there at all. Ends of
chords are computed like crossings (`geom.arrangement.crossings`), with the same error bound, and exactly where floats do not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from geom.arrangement.crossings import ERROR, MARGIN, STEEP, Crossings, Point, is_along_x, rounded
from geom.exact import FloatArray, Row
from geom.kernels.counts.crossings import across_strip

__all__ = ["Chords"]

Ends = tuple[Fraction, Fraction]


class Chords(Crossings):
    """Lines in an open convex polygon; those that do not meet it are left out.

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
    >>> Chords([(1, 0, 0), (0, 1, 0), (1, 1, 0), (1, 1, -2)], square).cells()
    6
    """

    def __init__(self, lines: Sequence[Row], walls: Sequence[Row]) -> None:
        self._walls = list(walls)
        self._known: tuple[int, Ends] | None = None
        low, high = _ends(lines, walls)
        for i in np.flatnonzero(~(np.abs(high - low) > 2 * ERROR)).tolist():
            ends = _exact_ends(lines[i], walls)
            # A chord may be shorter than any double; what is between its ends is asked of the exact ones.
            low[i], high[i] = (1.0, -1.0) if ends is None else (float(ends[0]), np.nextafter(float(ends[1]), 2.0))
        meets = np.flatnonzero(high > low)
        kept = [lines[i] for i in meets.tolist()]
        super().__init__(kept, 2 * max((max(abs(a), abs(b)) for a, b, _ in kept), default=0) ** 2)
        self._middle, self._half = (low[meets] + high[meets]) / 2, (high[meets] - low[meets]) / 2

    def _cross(self, i: int, columns: FloatArray, values: FloatArray) -> tuple[float, float]:
        across_strip(columns, i, STEEP, values)
        return float(self._middle[i]), float(self._half[i])

    def _contains(self, i: int, point: Point) -> bool:
        away = abs(self._value(point) - self._middle[i])
        if abs(away - self._half[i]) > MARGIN:
            return bool(away < self._half[i])
        if self._known is None or self._known[0] != i:
            ends = _exact_ends(self.lines[i], self._walls)
            assert ends is not None, "a line that is kept has a chord"
            self._known = i, ends
        low, high = self._known[1]
        return low < Fraction(*point) < high


def _ends(lines: Sequence[Row], walls: Sequence[Row]) -> tuple[FloatArray, FloatArray]:
    """Ends (n,) of the part of each line that is inside the polygon, off by at most `ERROR`; NaN where a wall is nearly parallel.

    Where low > high by more than twice that, the line misses the polygon.
    """
    rows, along_x = rounded(lines), np.array([is_along_x(line) for line in lines], dtype=np.bool_)
    a, b = np.where(along_x, rows[:, :2].T, rows[:, 1::-1].T)
    low, high = np.full(len(rows), -1.0), np.full(len(rows), 1.0)
    for wall in rounded(walls):
        d, e = np.where(along_x, wall[:2, None], wall[1::-1, None])
        determinant = a * e - d * b
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            end = (b * wall[2] - e * rows[:, 2]) / determinant
        # Along the line a x + b y + c = 0 the wall is -(determinant / b) x + constant >= 0.
        rises = (determinant > 0) != (b > 0)
        low = np.where(rises, np.maximum(low, end), low)
        high = np.where(rises, high, np.minimum(high, end))
        low[~(np.abs(determinant) >= STEEP)] = np.nan
    return low, high


def _exact_ends(line: Row, walls: Sequence[Row]) -> Ends | None:
    """Ends of the part of a line that is inside the polygon; None where the line does not meet its interior."""
    along_x = is_along_x(line)
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
