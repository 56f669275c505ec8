"""The walk to the cells of given codes, its guides: of every cut it keeps only the halves that guides lie in.

So one cell takes as long as one path down the tree, and what guides have in common on the way is done once. Guides are sorted: those that lie in one
open piece of the start follow each other, and there they stand in lexicographic order. Units are cut in that same order, so the guides that
agree with a frame's code on all units up to the next cut are a range, and the cut parts it in two. A guide that disagrees with a code that is
fixed has no cell, and drops out of the range; a frame whose range is empty is left.

The steps are those of `walk`, which knows nothing of guides and pays nothing for them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.signs import settle
from geom.kernels.cells.split import children, list_half
from geom.kernels.cells.state import Control, Frame, Phase, State, Status
from geom.kernels.cells.walk import pop, walk
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["Guides", "guided_walk"]

BOTH = 2


class Guides(NamedTuple):
    """What a guided walk has besides its `State`."""

    code: NDArray[np.uint64]  # (n, V) the codes whose cells are wanted, sorted
    part: NDArray[np.int64]  # (depth, 2) for each frame of the stack, where the guides begin and end that lie in its cell


@kernel
def guided_walk(state: State, steps: int, wants_cells: bool, guides: Guides) -> int:
    """Go on for at most this many steps, as `walk` does, where guides lie; the `Status` says why it came back."""
    code = guides.code
    part = guides.part
    control = state.control
    status = Status.RUNNING
    while steps > 0 and status == Status.RUNNING:
        steps -= 1
        phase = control[Control.PHASE]
        if phase == Phase.NEXT and not _is_asked(state, code, part):
            pop(state)
        elif phase == Phase.CHILDREN:
            _asked_children(state, code, part)
        else:
            status = walk(state, min(steps + 1, 1), wants_cells)  # no literals, for which it would be compiled anew
    return status


@inlined
def _is_asked(state: State, code: NDArray[np.uint64], part: NDArray[np.int64]) -> bool:
    """Leave to the top frame the guides that agree with its code on the units before the next cut; say whether there are any."""
    net = state.net
    stack = state.stack
    top = state.control[Control.TOP]
    layer = stack.frame[top, Frame.LAYER]
    if layer == net.weight_at.shape[0]:  # there are no layers: one cell, of the empty code
        return True
    below = net.first[layer + 1] - net.first[layer]
    for w in range(net.word[layer + 1] - net.word[layer]):
        if stack.active[top, w] != NONE:
            below = 64 * w + lowest(stack.active[top, w])
            break
    first, end = part[top, 0], part[top, 1]
    while first < end and not _agree(code[first], net.word[layer], stack.code[top], below):
        first += 1
    while first < end and not _agree(code[end - 1], net.word[layer], stack.code[top], below):
        end -= 1
    part[top, 0] = first
    part[top, 1] = end
    return bool(first < end)


@kernel
def _agree(guide: NDArray[np.uint64], at: int, code: NDArray[np.uint64], below: int) -> bool:
    """Whether a guide, whose layer's words begin at this position, and a layer's code are equal on the units before `below`."""
    for w in range((below + 63) // 64):
        differing = guide[at + w] ^ code[w]
        if below < 64 * (w + 1):
            differing &= bit(below - 64 * w) - np.uint64(1)
        if differing != NONE:
            return False
    return True


@inlined
def _asked_children(state: State, code: NDArray[np.uint64], part: NDArray[np.int64]) -> None:
    """Both halves if guides lie in both, else the one that they lie in, which takes the parent's slot."""
    control = state.control
    stack = state.stack
    top = control[Control.TOP]
    unit = control[Control.SPLIT_UNIT]
    asked = _share_guides(state, code, part)
    if asked == BOTH:
        children(state)
    else:
        if asked == 1:
            stack.code[top, unit // 64] |= bit(unit % 64)
            list_half(state, 0, control[Control.N_POS], top)
        else:
            list_half(state, 1, control[Control.N_NEG], top)
        stack.frame[top, Frame.POOL_TOP] = control[Control.POOL_TOP]
        stack.frame[top, Frame.INDEX_TOP] = control[Control.INDEX_TOP]
        settle(state, top)
        control[Control.PHASE] = Phase.NEXT


@inlined
def _share_guides(state: State, code: NDArray[np.uint64], part: NDArray[np.int64]) -> int:
    """The halves of the top frame's cell in which a guide lies: 0, 1 or BOTH; for both, its guides are shared between the two slots."""
    stack = state.stack
    top = state.control[Control.TOP]
    unit = state.control[Control.SPLIT_UNIT]
    at = state.net.word[stack.frame[top, Frame.LAYER]] + unit // 64
    first, end = part[top, 0], part[top, 1]
    low, high = first, end  # bisection for the first guide in which the unit fires
    while low < high:
        middle = (low + high) // 2
        if code[middle, at] & bit(unit % 64) != NONE:
            high = middle
        else:
            low = middle + 1
    asked = BOTH
    if low == end:
        asked = 0
    elif low == first:
        asked = 1
    else:
        part[top + 1, 0] = first
        part[top + 1, 1] = low
        part[top, 0] = low
    return asked
