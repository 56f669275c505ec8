"""One cut: a cell and a unit that is strictly positive at one generator and strictly negative at another give two cells.

A step of the double description method that keeps both halves. New generators stand on the edges between a positive and a negative one; generators
on the hyperplane go to both sides, as copies that know it. Existence of both halves is proven by the strict signs.
"""

from __future__ import annotations

import numpy as np

from geom.exact import FloatArray
from geom.kernels.cells.edges import crossing_edges
from geom.kernels.cells.integers import cross_integers
from geom.kernels.cells.refresh import refresh
from geom.kernels.cells.signs import recount, settle, sign_new
from geom.kernels.cells.state import Control, Frame, Phase, State, Status
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.ball import INFLATE, U, margin, value
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["children", "copy_generator", "free_bit", "list_half", "split"]

REFRESH_AT = 2.0**-24  # a new generator less certain than this is refreshed at once, before its children inherit the doubt


@inlined
def free_bit(state: State, top: int) -> int:
    """A bit of the tight sets that no generator of a frame uses, or -1."""
    pool = state.pool
    stack = state.stack
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    for w in range(pool.tight.shape[1]):
        used = NONE
        for i in range(start, start + count):
            used |= pool.tight[stack.members[i], w]
        if ~used != NONE:
            return 64 * w + lowest(~used)
    return -1


@inlined
def split(state: State) -> int:
    """Cut the top cell by its lowest active unit: new generators and their signs. `children` makes the two cells of it."""
    control = state.control
    net = state.net
    maps = state.maps
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = control[Control.TOP]
    layer, count = stack.frame[top, Frame.LAYER], stack.frame[top, Frame.COUNT]
    w = 0
    while stack.active[top, w] == NONE:
        w += 1
    b = lowest(stack.active[top, w])
    unit = net.first[layer] + 64 * w + b
    n_walls = maps.rows.shape[0] - maps.size.shape[0]
    row = maps.rows[n_walls + unit]
    tight_bit = free_bit(state, top)
    if tight_bit < 0:
        return Status.MORE_BITS
    if count > scratch.side.shape[1]:
        return Status.MORE_ROOM
    if top + 2 >= stack.frame.shape[0]:
        return Status.MORE_DEPTH
    _sides(state, 2 * (net.word[layer] + w), bit(b), row)
    n_new = crossing_edges(state)
    if n_new < 0:
        return Status.MORE_ROOM
    n_zero = control[Control.N_ZERO]
    if control[Control.POOL_TOP] + n_new + n_zero > pool.point.shape[0]:
        return Status.MORE_POOL
    if control[Control.INDEX_TOP] + 2 * (count + n_new + n_zero) > stack.members.shape[0]:
        return Status.MORE_INDEX
    stack.row_of[top, tight_bit] = n_walls + unit
    stack.active[top, w] &= ~bit(b)
    control[Control.SPLIT_UNIT] = 64 * w + b
    control[Control.NEW_START] = control[Control.POOL_TOP]
    control[Control.N_NEW] = n_new
    control[Control.POOL_TOP] += n_new + n_zero
    control[Control.UNKNOWN] = 0
    _cross(state, row, tight_bit, unit, layer)
    _copy_zeros(state, tight_bit)
    filtered = control[Control.FILTER]
    refreshed = control[Control.REFRESHED]
    integers = control[Control.INTEGERS]
    sign_new(state)
    if control[Control.UNKNOWN] > scratch.unknown.shape[0]:
        recount(control, filtered, refreshed, integers)
        stack.active[top, w] |= bit(b)
        control[Control.POOL_TOP] = control[Control.NEW_START]
        return Status.MORE_ROOM
    control[Control.PHASE] = Phase.CHILDREN
    return Status.RUNNING


@inlined
def _sides(state: State, at: int, unit_bit: np.uint64, row: FloatArray) -> None:
    """Sort the top cell's generators into positive, negative and zero, with their values."""
    control = state.control
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_pos, n_neg, n_zero = 0, 0, 0
    for i in range(start, start + count):
        g = stack.members[i]
        if pool.sign[g, at] & unit_bit != NONE:
            scratch.side[0, n_pos] = g
            scratch.height[0, n_pos] = value(row, pool.point[g], d)
            n_pos += 1
        elif pool.sign[g, at + 1] & unit_bit != NONE:
            scratch.side[1, n_neg] = g
            scratch.height[1, n_neg] = value(row, pool.point[g], d)
            n_neg += 1
        else:
            scratch.side[2, n_zero] = g
            n_zero += 1
    control[Control.N_POS], control[Control.N_NEG], control[Control.N_ZERO] = n_pos, n_neg, n_zero


@inlined
def _cross(state: State, row: FloatArray, tight_bit: int, unit: int, layer: int) -> None:
    """Put a new generator where each crossing edge meets the hyperplane."""
    control = state.control
    maps = state.maps
    pool = state.pool
    scratch = state.scratch
    d = pool.point.shape[1] - 2
    for i in range(control[Control.N_NEW]):
        g = control[Control.NEW_START] + i
        i_pos, i_neg = scratch.parent[0, i], scratch.parent[1, i]
        p, n = scratch.side[0, i_pos], scratch.side[1, i_neg]
        scratch.parent[0, i], scratch.parent[1, i] = p, n
        for w in range(pool.tight.shape[1]):
            pool.tight[g, w] = pool.tight[p, w] & pool.tight[n, w]
        pool.tight[g, tight_bit // 64] |= bit(tight_bit % 64)
        pool.refreshed[g] = False
        pool.is_whole[g] = False
        if state.net.is_short[layer] and cross_integers(state.net, maps, pool, p, n, g, unit, layer):
            continue
        _interpolate(pool.point[p], pool.point[n], scratch.height[0, i_pos], scratch.height[1, i_neg], row, pool.point[g], d)
        if pool.point[g, d + 1] > REFRESH_AT:
            pool.refreshed[g] = True
            row_of = state.stack.row_of[control[Control.TOP]]
            refresh(pool.point[g], pool.tight[g], row_of, maps.rows, d, state.net.infinity[0] < 0, scratch.solve)


@kernel
def _interpolate(p: FloatArray, n: FloatArray, at_p: float, at_n: float, row: FloatArray, out: FloatArray, d: int) -> None:
    """The generator between p and n at which the row vanishes, and its radius.

    With t = at_p / (at_p - at_n): |t - t*| <= (t |err_n| + (1-t) |err_p| + first-order change of these) / (at_p - at_n), so it is off by at most that
    times the edge's length, plus the ends' own radii in the same mixture. It never leaves the edge, which bounds it in any case. In homogeneous
    coordinates a generator counts up to a positive factor: small ones are doubled until they fill the cube.
    """
    length = 0.0
    for i in range(d + 1):
        length = max(length, abs(p[i] - n[i]))
    worst = max(p[d + 1], n[d + 1])
    gap = at_p - at_n
    t, radius = 0.5, np.inf
    if at_p >= 0.0 and at_n <= 0.0 and 0.0 < gap < np.inf:
        t = at_p / gap
        error_p, error_n = margin(row, p, d), margin(row, n, d)
        doubt = max(error_p, error_n) / gap
        doubt = min(doubt, (t * error_n + (1.0 - t) * error_p + doubt * abs(error_p - error_n)) / gap) + 4.0 * U
        radius = (1.0 - t) * p[d + 1] + t * n[d + 1] + doubt * (length + abs(p[d + 1] - n[d + 1]))
    if not radius < np.inf:  # nor when it is NaN
        radius = length + worst
    largest = 0.0
    for i in range(d + 1):
        out[i] = min(1.0, max(-1.0, p[i] + t * (n[i] - p[i])))
        largest = max(largest, abs(out[i]))
    radius = min(radius, length + worst) * INFLATE + 4.0 * U
    while 0.0 < largest + radius < 0.5:
        largest, radius = 2.0 * largest, 2.0 * radius
        for i in range(d + 1):
            out[i] *= 2.0
    out[d + 1] = radius


@inlined
def _copy_zeros(state: State, tight_bit: int) -> None:
    """Copies of the generators on the hyperplane, after the new ones, with the new constraint tight."""
    control = state.control
    scratch = state.scratch
    base = control[Control.NEW_START] + control[Control.N_NEW]
    for i in range(control[Control.N_ZERO]):
        copy_generator(state, np.int64(scratch.side[2, i]), base + i, tight_bit)


@inlined
def copy_generator(state: State, source: int | np.int64, target: int, tight_bit: int) -> None:
    """The same generator with one more tight constraint; the original stays as it is for other cells."""
    pool = state.pool
    for i in range(pool.point.shape[1]):
        pool.point[target, i] = pool.point[source, i]
    for w in range(pool.tight.shape[1]):
        pool.tight[target, w] = pool.tight[source, w]
    for w in range(pool.sign.shape[1]):
        pool.sign[target, w] = pool.sign[source, w]
    pool.refreshed[target] = pool.refreshed[source]
    pool.is_whole[target] = pool.is_whole[source]
    for i in range(pool.whole.shape[1]):
        pool.whole[target, i] = pool.whole[source, i]
    pool.tight[target, tight_bit // 64] |= bit(tight_bit % 64)


@inlined
def children(state: State) -> None:
    """The two halves: the one of code 1 takes the parent's slot, the one of code 0 the slot above it and is walked first."""
    control = state.control
    stack = state.stack
    top = control[Control.TOP]
    unit = control[Control.SPLIT_UNIT]
    n_words = stack.active.shape[1]
    stack.frame[top + 1, Frame.LAYER] = stack.frame[top, Frame.LAYER]
    stack.frame[top + 1, Frame.IS_NEW] = 0
    for w in range(n_words):
        stack.active[top + 1, w] = stack.active[top, w]
        stack.code[top + 1, w] = stack.code[top, w]
    for i in range(stack.row_of.shape[1]):
        stack.row_of[top + 1, i] = stack.row_of[top, i]
    stack.code[top, unit // 64] |= bit(unit % 64)
    list_half(state, 0, control[Control.N_POS], top)
    list_half(state, 1, control[Control.N_NEG], top + 1)
    for slot in range(top, top + 2):
        stack.frame[slot, Frame.POOL_TOP] = control[Control.POOL_TOP]
        stack.frame[slot, Frame.INDEX_TOP] = control[Control.INDEX_TOP]
        settle(state, slot)
    control[Control.TOP] = top + 1
    control[Control.PHASE] = Phase.NEXT


@inlined
def list_half(state: State, side: int, n_side: int, slot: int) -> None:
    """The generators of one half: its side, the new ones, those on the hyperplane."""
    control = state.control
    stack = state.stack
    scratch = state.scratch
    at = control[Control.INDEX_TOP]
    shared = control[Control.N_NEW] + control[Control.N_ZERO]
    for i in range(n_side):
        stack.members[at + i] = scratch.side[side, i]
    for i in range(shared):
        stack.members[at + n_side + i] = control[Control.NEW_START] + i
    stack.frame[slot, Frame.START] = at
    stack.frame[slot, Frame.COUNT] = n_side + shared
    control[Control.INDEX_TOP] = at + n_side + shared
