"""A finished cell: its code, its facets, and a witness proven to lie strictly inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.incidence import incidence, is_first_of_facet, used_constraints
from geom.kernels.cells.state import Control, Frame, Pool, Stack, State, Status
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.ball import INFLATE, SMALLEST, U, margin, value
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["emit"]


@inlined
def emit(state: State, wants_cells: bool) -> int:
    """Write the top cell to the output, or only count it. FULL if there is no room for it."""
    control = state.control
    out = state.out
    path = state.path
    cell = control[Control.CELLS]
    if wants_cells:
        if cell >= out.code.shape[0]:
            return Status.FULL
        at = _facets(state, cell)
        if at < 0:
            return Status.FULL
        out.facet_at[cell + 1] = at
        for w in range(path.code.shape[0]):
            out.code[cell, w] = path.code[w]
        _witness(state, cell)
    control[Control.CELLS] = cell + 1
    return Status.RUNNING


@inlined
def _facets(state: State, cell: int) -> int:
    """Write the constraints that contain a facet of the top cell (`incidence`); return the position after them, or -1 for no room."""
    pool = state.pool
    stack = state.stack
    out = state.out
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_words = pool.tight.shape[1]
    at: int = out.facet_at[cell]
    if at + 64 * n_words > out.facet.shape[0]:
        return -1
    n_on = state.scratch.unknown[: 64 * n_words, 0]
    both = state.scratch.sign[0, : 64 * n_words * n_words]
    used = state.scratch.mask[0, :n_words]
    members = stack.members[start : start + count]
    used_constraints(pool.tight, members, used)
    incidence(pool.tight, members, np.int64(-1), used, n_on, both)
    infinity = np.int64(state.net.infinity[0])
    out.is_bounded[cell] = True
    for w in range(n_words):
        left = used[w]
        while left != NONE:
            c = 64 * w + lowest(left)
            left &= left - np.uint64(1)
            if stack.row_of[top, c] == infinity:
                out.is_bounded[cell] = False
            if n_on[c] >= d and is_first_of_facet(both[c * n_words : (c + 1) * n_words], n_on, stack.row_of[top], c, infinity):
                out.facet[at] = stack.row_of[top, c]
                at = _write_others(both[c * n_words : (c + 1) * n_words], stack.row_of[top], c, out.facet, at + 1)
    return at


@kernel
def _write_others(together: NDArray[np.uint64], row_of: NDArray[np.int32], c: int, facet: NDArray[np.int32], at: int) -> int:
    """The constraints that share the facet of c, each marked as going on with it; returns the position after them."""
    for v in range(together.shape[0]):
        left = together[v]
        while left != NONE:
            other = 64 * v + lowest(left)
            left &= left - np.uint64(1)
            if other != c:
                facet[at] = ~row_of[other]
                at += 1
    return at


@inlined
def _witness(state: State, cell: int) -> None:
    """The sum of the generators, as a point in input coordinates, and whether the ball filter proves it strictly inside every facet.

    Leaving the walk's coordinates rounds it, relatively or to a subnormal number: the point's radius says by how much.
    """
    control = state.control
    net = state.net
    maps = state.maps
    path = state.path
    out = state.out
    pool = state.pool
    stack = state.stack
    d = pool.point.shape[1] - 2
    point = state.scratch.line[0, : d + 2]
    _mean(pool, stack, control[Control.TOP], d, point)
    proven, largest = True, 1.0
    for i in range(d):
        centre, scale = net.place[0, i], net.place[1, i]
        step = scale * point[i]
        out.witness[cell, i] = centre + step
        point[d + 1] = max(point[d + 1], (2.0 * U * (abs(centre) + abs(step)) + SMALLEST) / scale * INFLATE)
        proven = proven and abs(centre) + abs(step) < np.inf  # the scale of the largest boxes is no double
        largest = max(largest, abs(point[i]))
    if largest > 1.0:
        for i in range(d + 2):
            point[i] /= largest
        point[d + 1] = point[d + 1] * INFLATE + 2.0 * U
    n_walls = maps.rows.shape[0] - maps.size.shape[0]
    for at in range(out.facet_at[cell], out.facet_at[cell + 1]):
        number = out.facet[at]
        if number < 0:
            continue
        row = maps.rows[number]
        v = value(row, point, d)
        if number >= n_walls:
            unit = number - n_walls
            layer = np.searchsorted(net.first, unit, side="right") - 1
            offset = unit - net.first[layer]
            if path.code[net.word[layer] + offset // 64] & bit(offset % 64) == NONE:
                v = -v
        proven = proven and v > margin(row, point, d) + row[d + 1] * point[d + 1]  # the true point may be outside the cube by the radius
    out.is_proven[cell] = proven


@kernel
def _mean(pool: Pool, stack: Stack, top: int, d: int, point: NDArray[np.float64]) -> None:
    """The point that the sum of the generators stands for."""
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    for i in range(d + 1):
        total = 0.0
        for k in range(start, start + count):
            total += pool.point[stack.members[k], i]
        point[i] = total
    scale = 1.0 / point[d] if point[d] > 0.0 else 0.0  # a sum lost in rounding proves nothing, wherever it is put
    for i in range(d):
        point[i] *= scale
    point[d] = 1.0
    point[d + 1] = 0.0
