"""The walk with questions: the last layer's units are affine forms asked about, and clauses say which of them shall be >= 0 and which <= 0.

Above each cell of the layers before, its base, every clause opens a frame of its own on the base's generators and cuts it by the clause's forms, one
after the other, keeping one half: what is left is the part of the cell where the clause holds, in one piece, whatever the other clauses are. A form
that only touches the cell is a cut without new generators, so that its zeros are known too.

What counts (`asked.mode`) is, for OPEN, the full-dimensional parts, whose facets on forms are put out (`pieces`): the pieces of a boundary.
For CLOSED any point of a part, be it one vertex: the part's generators are put out (`parts`). For HIGHEST nothing is cut: clause p asks for the
largest value of form p, and generators that may have it are put out.

A form that vanishes on all of a cell holds for an OPEN clause only as >= 0: of two classes that tie, the lower one wins.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.cells.found import Found
from geom.kernels.cells.parts import write_highest, write_part
from geom.kernels.cells.pieces import write_pieces
from geom.kernels.cells.split import list_half
from geom.kernels.cells.state import Control, Frame, Phase, State, Status
from geom.kernels.cells.walk import pop, walk
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["CLOSED", "HIGHEST", "OPEN", "Asked", "clause_walk"]

OPEN, CLOSED, HIGHEST = 0, 1, 2
BASE, CLAUSE, MODE, STOP = 0, 1, 2, 3  # slots of Asked.now


class Asked(NamedTuple):
    """What a walk with questions has besides its `State`."""

    need: NDArray[np.uint64]  # (P, 2, W) for every clause the forms that shall be >= 0, and those that shall be <= 0
    now: NDArray[np.int64]  # (4,) the base's slot or -1, the next clause, what counts, whether to come back after every cell that is found
    signed: NDArray[np.uint64]  # (W,) forms whose signs are known at all generators of the base
    flat: NDArray[np.uint64]  # (W,) forms of the clause that vanish on all of the base
    best: FloatArray  # (P,) of HIGHEST: a value that is certainly taken


@kernel
def clause_walk(state: State, steps: int, wants_touching: bool, asked: Asked, found: Found) -> int:
    """Go on for at most this many steps; the `Status` says why it came back."""
    need = asked.need
    now = asked.now
    signed = asked.signed
    flat = asked.flat
    best = asked.best
    control = state.control
    stack = state.stack
    last = state.net.weight_at.shape[0] - 1
    status = Status.RUNNING
    while steps > 0 and status == Status.RUNNING:
        steps -= 1
        phase = control[Control.PHASE]
        if phase == Phase.DONE or stack.frame[control[Control.TOP], Frame.LAYER] != last:
            status = walk(state, min(steps + 1, 1), wants_touching)
        elif phase == Phase.ENTERED:
            _enter(state, now, signed)
        elif phase == Phase.CHILDREN:
            _keep_half(state, need, now)
        elif phase == Phase.NEXT and control[Control.TOP] == now[BASE]:
            status = _next_clause(state, need, now, signed, flat, best, found)
        elif phase == Phase.NEXT:
            status = _next_form(state, now, flat, found)
        else:
            status = walk(state, min(steps + 1, 1), wants_touching)
    return status


@inlined
def _enter(state: State, now: NDArray[np.int64], signed: NDArray[np.uint64]) -> None:
    """The top frame becomes the base: note which forms are signed, and sign those that were cut before the walk began."""
    control = state.control
    stack = state.stack
    top = control[Control.TOP]
    for w in range(signed.shape[0]):
        signed[w] = stack.active[top, w] | stack.touch[top, w]
        left = stack.touch[top, w]
        while left != NONE:
            b = lowest(left)
            left &= left - np.uint64(1)
            _sign_given(state, w, b)
        stack.active[top, w] = NONE
    # What was recorded in the layers before (`touch`) lies above the tops that the frame was opened with.
    stack.frame[top, Frame.POOL_TOP] = control[Control.POOL_TOP]
    stack.frame[top, Frame.INDEX_TOP] = control[Control.INDEX_TOP]
    now[BASE], now[CLAUSE] = top, 0
    control[Control.CELLS] += 1
    control[Control.PHASE] = Phase.NEXT


@kernel
def _sign_given(state: State, w: int, b: int) -> None:
    """A form cut beforehand is 0 at the generators tight at it, and has the sign of its code at the others."""
    pool = state.pool
    stack = state.stack
    top = state.control[Control.TOP]
    layer = stack.frame[top, Frame.LAYER]
    number = state.maps.rows.shape[0] - state.maps.size.shape[0] + state.net.first[layer] + 64 * w + b
    c = 0
    while stack.row_of[top, c] != number:
        c += 1
    at = 2 * (state.net.word[layer] + w) + (0 if stack.code[top, w] & bit(b) != NONE else 1)
    for i in range(stack.frame[top, Frame.START], stack.frame[top, Frame.START] + stack.frame[top, Frame.COUNT]):
        g = stack.members[i]
        for side in range(2 * (state.net.word[layer] + w), 2 * (state.net.word[layer] + w) + 2):
            pool.sign[g, side] &= ~bit(b)
        if pool.tight[g, c // 64] & bit(c % 64) == NONE:
            pool.sign[g, at] |= bit(b)


@inlined
def _next_clause(
    state: State,
    need: NDArray[np.uint64],
    now: NDArray[np.int64],
    signed: NDArray[np.uint64],
    flat: NDArray[np.uint64],
    best: FloatArray,
    found: Found,
) -> int:
    """Open a frame for the base's next clause, unless it holds nowhere; after the last one leave the base."""
    control = state.control
    stack = state.stack
    base, p = now[BASE], now[CLAUSE]
    if p == need.shape[0]:
        now[BASE] = -1
        pop(state)
        return Status.RUNNING
    if now[MODE] == HIGHEST:
        status = write_highest(state, best, p, found)
        if status == Status.RUNNING:
            now[CLAUSE] = p + 1
        return status
    if base + 1 >= stack.frame.shape[0]:
        return Status.MORE_DEPTH
    now[CLAUSE] = p + 1
    if not _restrict(state, need[p], now[MODE] == CLOSED, signed, flat):
        return Status.RUNNING
    for field in range(Frame.WIDTH):
        stack.frame[base + 1, field] = stack.frame[base, field]
    for w in range(stack.code.shape[1]):
        stack.code[base + 1, w] = stack.code[base, w]
        stack.touch[base + 1, w] = NONE
    for c in range(stack.row_of.shape[1]):
        stack.row_of[base + 1, c] = stack.row_of[base, c]
    control[Control.TOP] = base + 1
    return Status.RUNNING


@inlined
def _restrict(state: State, need: NDArray[np.uint64], is_closed: bool, signed: NDArray[np.uint64], flat: NDArray[np.uint64]) -> bool:
    """Whether no form of a clause is wrong all over the base; those that shall cut are made active in the slot above it.

    These are the ones that are neither strictly right everywhere nor zero everywhere. For an OPEN clause, forms cut before the walk began are known
    as constraints already, and hold on all of the base or on no part of it.
    """
    pool = state.pool
    stack = state.stack
    base = state.control[Control.TOP]
    layer, start, count = stack.frame[base, Frame.LAYER], stack.frame[base, Frame.START], stack.frame[base, Frame.COUNT]
    for w in range(stack.active.shape[1]):
        stack.active[base + 1, w] = NONE
    for w in range(signed.shape[0]):
        asked = need[0, w] | need[1, w]
        code = stack.code[base, w]
        if (need[0, w] & ~code | need[1, w] & code) & ~signed[w] != NONE:
            return False
        at = 2 * (state.net.word[layer] + w)
        some_right, all_right, all_wrong = NONE, asked, asked
        some_wrong = NONE
        for i in range(start, start + count):
            plus, minus = pool.sign[stack.members[i], at], pool.sign[stack.members[i], at + 1]
            right = need[0, w] & plus | need[1, w] & minus
            wrong = need[0, w] & minus | need[1, w] & plus
            some_right |= right
            some_wrong |= wrong
            all_right &= right
            all_wrong &= wrong
        dead = all_wrong if is_closed else asked & ~some_right & (some_wrong | need[1, w])
        if dead & signed[w] != NONE:
            return False
        given = NONE if is_closed else stack.touch[base, w]
        stack.active[base + 1, w] = signed[w] & asked & ~all_right & (some_right | some_wrong) & ~given
        flat[w] = signed[w] & asked & ~some_right & ~some_wrong
    return True


@inlined
def _keep_half(state: State, need: NDArray[np.uint64], now: NDArray[np.int64]) -> None:
    """Of the cut just made keep the half in which the clause holds; leave the frame if that is too little."""
    control = state.control
    stack = state.stack
    top = control[Control.TOP]
    unit, p = control[Control.SPLIT_UNIT], now[CLAUSE] - 1
    side, n_side = 1, control[Control.N_NEG]
    if need[p, 0, unit // 64] & bit(unit % 64) != NONE:
        side, n_side = 0, control[Control.N_POS]
        stack.code[top, unit // 64] |= bit(unit % 64)
    list_half(state, side, n_side, top)
    stack.frame[top, Frame.POOL_TOP] = control[Control.POOL_TOP]
    stack.frame[top, Frame.INDEX_TOP] = control[Control.INDEX_TOP]
    control[Control.PHASE] = Phase.NEXT
    if stack.frame[top, Frame.COUNT] == 0 or (n_side == 0 and now[MODE] == OPEN):
        pop(state)


@inlined
def _next_form(state: State, now: NDArray[np.int64], flat: NDArray[np.uint64], found: Found) -> int:
    """Cut by the clause's next form; after the last one put out what is left."""
    control = state.control
    stack = state.stack
    for w in range(stack.active.shape[1]):
        if stack.active[control[Control.TOP], w] != NONE:
            control[Control.PHASE] = Phase.SPLIT
            return Status.RUNNING
    p = now[CLAUSE] - 1
    status = write_part(state, p, found) if now[MODE] == CLOSED else write_pieces(state, p, flat, found)
    if status == Status.RUNNING:
        pop(state)
        if now[STOP] != 0 and found.n[0] > 0:
            status = Status.FULL
    return status
