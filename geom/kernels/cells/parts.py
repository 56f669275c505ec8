"""Parts of cells as wholes: all generators of the part where a clause holds, or those at which a form may be largest."""

from __future__ import annotations

import numpy as np

from geom.exact import FloatArray
from geom.kernels.cells.found import Found, complete_piece, write_vertex, write_vertices
from geom.kernels.cells.state import Control, Frame, State, Status
from geom.kernels.jit import kernel
from geom.kernels.numbers.ball import U, margin, value
from geom.kernels.numbers.bits import NONE, lowest

__all__ = ["write_highest", "write_part"]


@kernel
def write_part(state: State, clause: int | np.int64, found: Found) -> int:
    """Put out the top frame's part as a whole: a piece that lies on no constraint; FULL if there is no room.

    A part that has rays only is at infinity, and no part of the cell.
    """
    stack = state.stack
    top = state.control[Control.TOP]
    is_real = False
    for k in range(stack.frame[top, Frame.START], stack.frame[top, Frame.START] + stack.frame[top, Frame.COUNT]):
        is_real = is_real or not _is_ray(state, np.int64(stack.members[k]))
    if not is_real:
        return Status.RUNNING
    i = found.n[0]
    if i >= found.code.shape[0] or not write_vertices(state, -1, found):
        return Status.FULL
    found.constraint_at[i + 1] = found.constraint_at[i]
    found.ridge_at[i + 1] = found.ridge_at[i]
    complete_piece(state, clause, found)
    return Status.RUNNING


@kernel
def write_highest(state: State, best: FloatArray, form: int | np.int64, found: Found) -> int:
    """Put out the top frame's generators at which a form may be larger than all that is certain so far; FULL if there is no room.

    A ray along which it may grow is put out too; if it certainly does, there is no largest value, and nothing more is looked for.
    """
    pool = state.pool
    stack = state.stack
    maps = state.maps
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_words = pool.tight.shape[1]
    unit = state.net.first[state.net.weight_at.shape[0] - 1] + form
    row = maps.rows[maps.rows.shape[0] - maps.size.shape[0] + unit]
    for i in range(d + 1):
        row[i] = maps.value[i, unit]
    row[d + 1], row[d + 2] = maps.error[unit], maps.size[unit]
    i = found.n[0]
    if i >= found.code.shape[0] or found.vertex_at[i] + count > found.vertex.shape[0]:
        return Status.FULL
    at = found.vertex_at[i]
    if found.tight_at[at] + 64 * n_words * count > found.tight.shape[0]:
        return Status.FULL
    for k in range(start, start + count):
        g = np.int64(stack.members[k])
        low, high = _bounds(row, pool.point[g], d, _is_ray(state, g), state.net.infinity[0] < 0)
        if high > best[form]:
            write_vertex(state, g, at, found)
            at += 1
            best[form] = max(best[form], low)
    if at > found.vertex_at[i]:
        found.vertex_at[i + 1] = at
        found.constraint_at[i + 1] = found.constraint_at[i]
        found.ridge_at[i + 1] = found.ridge_at[i]
        complete_piece(state, form, found)
    return Status.RUNNING


@kernel
def _is_ray(state: State, g: int | np.int64) -> bool:
    """Whether a generator lies on the wall at infinity."""
    row_of = state.stack.row_of[state.control[Control.TOP]]
    infinity = np.int64(state.net.infinity[0])
    if infinity < 0:
        return False
    for w in range(state.pool.tight.shape[1]):
        left = state.pool.tight[g, w]
        while left != NONE:
            if row_of[64 * w + lowest(left)] == infinity:
                return True
            left &= left - np.uint64(1)
    return False


@kernel
def _bounds(row: FloatArray, point: FloatArray, d: int, is_ray: bool, is_bounded: bool) -> tuple[float, float]:
    """Bounds on a form's value at a generator; at a ray, infinities that say how it goes on along it."""
    v, m = value(row, point, d), margin(row, point, d)
    low, high = v - m, v + m
    if is_ray:
        return (np.inf if low > 0.0 else -np.inf), (np.inf if high > 0.0 else -np.inf)
    if is_bounded:
        return low, high
    least, most = point[d] - point[d + 1], point[d] + point[d + 1]
    if not least > 0.0:
        return -np.inf, np.inf
    low /= most if low > 0.0 else least
    high /= least if high > 0.0 else most
    return low - 4.0 * U * abs(low), high + 4.0 * U * abs(high)
