"""Guides: codes whose cells are wanted. A guided walk keeps only the halves that guides lie in: one cell takes as long as one path down the tree.

Guides are sorted: those that lie in one open piece of the start follow each other, and there they stand in lexicographic order. Units are cut in that
same order, so the guides that agree with a frame's code, as far as all units are fixed, are a range, and the next cut parts it in two. A
guide that disagrees with a code that the cell has fixed has no cell and drops out of the range; a frame whose range is empty is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.bits import NONE, bit
from geom.kernels.jit import kernel
from geom.kernels.state import Control, Frame, State

__all__ = ["BOTH", "agreeing", "asked_halves"]

BOTH = 2


@kernel
def agreeing(state: State, below: int) -> bool:
    """Leave to the top frame the guides that agree with its code on the units of its layer before `below`; say whether there are any."""
    stack = state.stack
    top = state.control[Control.TOP]
    at = state.net.word[stack.frame[top, Frame.LAYER]]
    guide = state.path.guide
    first, end = stack.frame[top, Frame.GUIDE], stack.frame[top, Frame.GUIDE_END]
    while first < end and not _agree(guide[first, at:], stack.code[top], below):
        first += 1
    while first < end and not _agree(guide[end - 1, at:], stack.code[top], below):
        end -= 1
    stack.frame[top, Frame.GUIDE], stack.frame[top, Frame.GUIDE_END] = first, end
    return bool(first < end)


@kernel
def _agree(guide: NDArray[np.uint64], code: NDArray[np.uint64], below: int) -> bool:
    """Whether two codes of a layer are equal on the units before `below`."""
    for w in range((below + 63) // 64):
        differing = guide[w] ^ code[w]
        if below < 64 * (w + 1):
            differing &= bit(below - 64 * w) - np.uint64(1)
        if differing != NONE:
            return False
    return True


@kernel
def asked_halves(state: State, unit: int) -> int:
    """The halves of the top frame's cell, cut by this unit of its layer, in which a guide lies: 0, 1 or BOTH; for both, their ranges are set.

    The half of code 1 will have the frame's slot, that of code 0 the slot above.
    """
    stack = state.stack
    top = state.control[Control.TOP]
    at = state.net.word[stack.frame[top, Frame.LAYER]] + unit // 64
    guide = state.path.guide
    first, end = stack.frame[top, Frame.GUIDE], stack.frame[top, Frame.GUIDE_END]
    low, high = first, end  # bisection for the first guide in which the unit fires
    while low < high:
        middle = (low + high) // 2
        if guide[middle, at] & bit(unit % 64) != NONE:
            high = middle
        else:
            low = middle + 1
    if low == end:
        return 0
    if low == first:
        return 1
    stack.frame[top + 1, Frame.GUIDE], stack.frame[top + 1, Frame.GUIDE_END] = first, low
    stack.frame[top, Frame.GUIDE] = low
    return BOTH
