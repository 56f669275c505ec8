"""Units that do not cut a cell but contain one of its facets: coincident hyperplanes, in a layer, across layers, or with a wall.

Such a unit becomes a constraint of the cell like any other, recorded at all generators on it, so that the facet knows all its units.
"""

from __future__ import annotations

import numpy as np

from geom.kernels.cells.split import copy_generator, free_bit
from geom.kernels.cells.state import Control, Frame, State, Status
from geom.kernels.jit import inlined
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["record_touching"]


@inlined
def record_touching(state: State) -> int:
    """Record the top frame's touching units; RUNNING when none is left, else the room that is missing."""
    control = state.control
    net = state.net
    stack = state.stack
    top = control[Control.TOP]
    layer = stack.frame[top, Frame.LAYER]
    for w in range(net.word[layer + 1] - net.word[layer]):
        while stack.touch[top, w] != NONE:
            b = lowest(stack.touch[top, w])
            at = 2 * (net.word[layer] + w)
            if _contains_facet(state, at, bit(b)):
                status = _record(state, at, bit(b), net.first[layer] + 64 * w + b)
                if status != Status.RUNNING:
                    return status
            stack.touch[top, w] &= ~bit(b)
    stack.frame[top, Frame.TOUCHED] = 0
    return Status.RUNNING


@inlined
def _contains_facet(state: State, at: int, unit_bit: np.uint64) -> bool:
    """Whether the unit vanishes at exactly the generators of one recorded constraint (a facet is one; a smaller face does no harm)."""
    control = state.control
    pool = state.pool
    stack = state.stack
    top = control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    for w in range(pool.tight.shape[1]):
        on_all, off, n_zero = ~NONE, ~NONE, 0
        for i in range(start, start + count):
            g = stack.members[i]
            if (pool.sign[g, at] | pool.sign[g, at + 1]) & unit_bit == NONE:
                n_zero += 1
                on_all &= pool.tight[g, w]
            else:
                off &= ~pool.tight[g, w]
        if n_zero < d:
            return False
        if on_all & off != NONE:
            return True
    return False


@inlined
def _record(state: State, at: int, unit_bit: np.uint64, unit: int) -> int:
    """Give the unit a bit of the tight sets, and the generators on it copies that carry the bit."""
    control = state.control
    maps = state.maps
    pool = state.pool
    stack = state.stack
    top = control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    tight_bit = free_bit(state, top)
    if tight_bit < 0:
        return Status.MORE_BITS
    if control[Control.POOL_TOP] + count > pool.point.shape[0]:
        return Status.MORE_POOL
    if control[Control.INDEX_TOP] + count > stack.members.shape[0]:
        return Status.MORE_INDEX
    target = control[Control.INDEX_TOP]
    for i in range(count):
        g = np.int64(stack.members[start + i])
        if (pool.sign[g, at] | pool.sign[g, at + 1]) & unit_bit == NONE:
            copy_generator(state, g, control[Control.POOL_TOP], tight_bit)
            g = control[Control.POOL_TOP]
            control[Control.POOL_TOP] += 1
        stack.members[target + i] = g
    control[Control.INDEX_TOP] = target + count
    stack.frame[top, Frame.START] = target
    stack.row_of[top, tight_bit] = maps.rows.shape[0] - maps.size.shape[0] + unit
    return Status.RUNNING
