"""Points of equal power of the sites of a simplex, rounded correctly or left open.

About the first site v, 2 (u - v).(x - v) = |u - v|^2 - (rad_u - rad_v) for the others. Cramer's rule gives y, nearly x - v; what y leaves of the
right sides is computed with twice the digits, and Cramer's rule again gives the correction with a bound on its error (`expansion`).
Where v + y + correction rounds to one double at both ends of its interval, that is x rounded.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.jit import kernel
from geom.kernels.numbers.ball import TINY, U
from geom.kernels.numbers.twice import TWICE, add_product
from geom.kernels.sites.expansion import expand, expansion_error, fill, permanent
from geom.kernels.sites.sites import Room, Sites

__all__ = ["meeting_points"]


@kernel
def meeting_points(
    sites: Sites, room: Room, simplices: NDArray[np.int32], points: FloatArray, is_open: NDArray[np.bool_], step: FloatArray, error: FloatArray
) -> None:
    """Fill `points`; `is_open`, False before, where some coordinate is not proven to be rounded correctly. The last two, (d,), are room."""
    d = sites.x.shape[1]
    for i in range(simplices.shape[0]):
        base = int(simplices[i, 0])
        for j in range(d):
            room.row[j] = simplices[i, j + 1]
            step[j] = 0.0
        fill(sites, room, d, base, True)
        is_open[i] = not _solve(room, d, step, error)
        for j in range(d):
            points[i, j] = step[j]
        if is_open[i]:
            continue
        for r in range(d):
            _leave(sites, room, r, base, step)
        is_open[i] = not _solve(room, d, step, error)
        for j in range(d):
            total, rest = _sum(sites.x[base, j], points[i, j])
            rest += step[j]
            reach = 2.0 * (error[j] + U * abs(rest) + U * abs(step[j]))
            points[i, j] = total + rest
            if not (total + (rest - reach) == points[i, j] and total + (rest + reach) == points[i, j]):
                is_open[i] = True


@kernel
def _solve(room: Room, d: int, step: FloatArray, error: FloatArray) -> bool:
    """Half the solution of the rows in room, whose last column is the right side, with bounds; False where the matrix may be singular."""
    below, below_error = expand(room, d), expansion_error(d, permanent(room, d))
    if not abs(below) > 2.0 * below_error:
        return False
    for j in range(d):
        _exchange(room.entry, j, d)
        _exchange(room.size, j, d)
        above, above_error = expand(room, d), expansion_error(d, permanent(room, d))
        _exchange(room.entry, j, d)
        _exchange(room.size, j, d)
        step[j] = 0.5 * above / below
        error[j] = (0.5 * above_error + abs(step[j]) * below_error) / (abs(below) - below_error) + 4.0 * U * abs(step[j])
    return True


@kernel
def _leave(sites: Sites, room: Room, r: int, base: int, step: FloatArray) -> None:
    """Replace the right side of a row by what a step leaves of it: sum of c (c - 2 step) over the coordinates c of u - v, less rad_u - rad_v."""
    d = sites.x.shape[1]
    u = room.row[r]
    high, low = _sum(sites.rad[base], -sites.rad[u])
    most = abs(high)
    for j in range(d):
        c, c_rest = _sum(sites.x[u, j], -sites.x[base, j])
        f, f_rest = _sum(c, -2.0 * step[j])
        f_rest += c_rest
        high, low = add_product(high, low, c, f, f_rest)
        high, low = add_product(high, low, c_rest, f, f_rest)
        most += abs(c) * (abs(c) + 2.0 * abs(step[j]))
    room.entry[r, d] = high
    room.size[r, d] = abs(high) + 16.0 * (d + 1.0) * TWICE / U * most + TINY


@kernel
def _sum(a: float, b: float) -> tuple[float, float]:
    """a + b exactly, as a rounded sum and its error (Knuth)."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


@kernel
def _exchange(matrix: FloatArray, a: int, b: int) -> None:
    for i in range(matrix.shape[0]):
        matrix[i, a], matrix[i, b] = matrix[i, b], matrix[i, a]
