"""Edges of a cell between its positive and its negative generators.

Two generators span an edge iff no third generator is tight at all constraints that both are tight at; this stays true with redundant constraints
among the bits, as long as each is recorded at all generators on it. An edge has at least d - 1 common constraints. Where one end is simple (exactly d
tight constraints, hence independent ones) d - 1 common constraints are independent too, and the search for a third generator is not needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.state import Control, Frame, State
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, popcount

__all__ = ["crossing_edges"]


@inlined
def crossing_edges(state: State) -> int:
    """Write the edges' ends, as positions in `scratch.side[0]` and `scratch.side[1]`, to `scratch.parent`; return their number, or -1 for no room."""
    if state.pool.tight.shape[1] == 1:
        return _edges_one_word(state)
    return _edges(state)


@inlined
def _edges_one_word(state: State) -> int:
    """The case that nearly always holds: at most 64 constraints in play."""
    control = state.control
    pool = state.pool
    scratch = state.scratch
    n_pos, n_neg, n_zero = control[Control.N_POS], control[Control.N_NEG], control[Control.N_ZERO]
    d = pool.point.shape[1] - 2
    mask = scratch.mask
    for i in range(n_pos):
        mask[0, i] = pool.tight[scratch.side[0, i], 0]
    for i in range(n_neg):
        mask[1, i] = pool.tight[scratch.side[1, i], 0]
    for i in range(n_zero):
        mask[2, i] = pool.tight[scratch.side[2, i], 0]
    n = 0
    room = scratch.parent.shape[1]
    for i in range(n_pos):
        one = mask[0, i]
        is_simple = popcount(one) == d
        for j in range(n_neg):
            common = one & mask[1, j]
            shared = popcount(common)
            if shared < d - 1:
                continue
            if not (is_simple or popcount(mask[1, j]) == d) and _has_third(mask, n_pos, n_neg, n_zero, i, j, common):
                continue
            if n == room:
                return -1
            scratch.parent[0, n] = i
            scratch.parent[1, n] = j
            n += 1
    return n


@kernel
def _has_third(mask: NDArray[np.uint64], n_pos: int, n_neg: int, n_zero: int, i: int, j: int, common: np.uint64) -> bool:
    """Whether a generator other than the two is tight at everything in `common`."""
    for k in range(n_pos):
        if k != i and common & ~mask[0, k] == NONE:
            return True
    for k in range(n_neg):
        if k != j and common & ~mask[1, k] == NONE:
            return True
    for k in range(n_zero):  # noqa: SIM110 (kernels loop)
        if common & ~mask[2, k] == NONE:
            return True
    return False


@kernel
def _edges(state: State) -> int:
    """Any number of words."""
    control = state.control
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    d = pool.point.shape[1] - 2
    top = control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    n_words = pool.tight.shape[1]
    n = 0
    for i in range(control[Control.N_POS]):
        p = scratch.side[0, i]
        for j in range(control[Control.N_NEG]):
            q = scratch.side[1, j]
            shared, size_p, size_q = 0, 0, 0
            for w in range(n_words):
                shared += popcount(pool.tight[p, w] & pool.tight[q, w])
                size_p += popcount(pool.tight[p, w])
                size_q += popcount(pool.tight[q, w])
            if shared < d - 1:
                continue
            if size_p != d and size_q != d:
                found = False
                for k in range(start, start + count):
                    g = stack.members[k]
                    found = g not in (p, q)
                    for w in range(n_words):
                        found = found and pool.tight[p, w] & pool.tight[q, w] & ~pool.tight[g, w] == NONE
                    if found:
                        break
                if found:
                    continue
            if n == scratch.parent.shape[1]:
                return -1
            scratch.parent[0, n] = i
            scratch.parent[1, n] = j
            n += 1
    return n
