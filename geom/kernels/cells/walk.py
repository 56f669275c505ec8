"""The walk: depth first over cells, layer by layer, cut by cut. Everything it knows is in `State`, so it can stop anywhere and go on.

A frame is an open cell inside one layer. Its lowest active unit cuts it in two, code 0 first, so finished cells come out in lexicographic order of
their codes. When no unit is active the layer is complete, and the same slot enters the next layer; after the last one the cell is finished.
"""

from __future__ import annotations

from geom.kernels.cells.compose import compose
from geom.kernels.cells.emit import emit
from geom.kernels.cells.signs import bounding_box, dismiss, recount, settle, sign_cell
from geom.kernels.cells.split import children, split
from geom.kernels.cells.state import Control, Frame, Phase, State, Status
from geom.kernels.cells.touch import record_touching
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, bit

__all__ = ["pop", "walk"]


@kernel
def walk(state: State, steps: int, wants_cells: bool) -> int:
    """Go on for at most this many steps; the `Status` says why it came back."""
    control = state.control
    status = Status.RUNNING
    while steps > 0 and status == Status.RUNNING:
        steps -= 1
        phase = control[Control.PHASE]
        if phase == Phase.NEXT:
            status = _next(state, wants_cells)
        elif phase == Phase.SPLIT:
            status = split(state)
            if status == Status.RUNNING and control[Control.UNKNOWN] > 0:
                status = Status.UNKNOWN
        elif phase == Phase.CHILDREN:
            children(state)
        elif phase == Phase.ENTER:
            status = _enter(state)
        elif phase == Phase.ENTERED:
            settle(state, control[Control.TOP])
            control[Control.PHASE] = Phase.NEXT
        else:
            status = Status.DONE
    return status


@inlined
def _next(state: State, wants_cells: bool) -> int:
    """Decide what the top cell needs: its touching units recorded, a cut, the next layer, or to be put out."""
    control = state.control
    net = state.net
    stack = state.stack
    path = state.path
    top = control[Control.TOP]
    layer = stack.frame[top, Frame.LAYER]
    if layer < net.weight_at.shape[0]:
        if stack.frame[top, Frame.TOUCHED] != 0 and wants_cells:
            status = record_touching(state)
            if status != Status.RUNNING:
                return status
        n_words = net.word[layer + 1] - net.word[layer]
        for w in range(n_words):
            if stack.active[top, w] != NONE:
                control[Control.PHASE] = Phase.SPLIT
                return Status.RUNNING
        for w in range(n_words):
            path.code[net.word[layer] + w] = stack.code[top, w]
        layer += 1
        if layer < net.weight_at.shape[0]:
            stack.frame[top, Frame.LAYER] = layer
            for w in range(stack.touch.shape[1]):
                stack.touch[top, w] = NONE
                stack.code[top, w] = NONE
            control[Control.PHASE] = Phase.ENTER
            return Status.RUNNING
    status = emit(state, wants_cells)
    if status == Status.RUNNING:
        pop(state)
    return status


@inlined
def pop(state: State) -> None:
    """Leave the top cell; what only it needed is free."""
    control = state.control
    stack = state.stack
    top = control[Control.TOP] - 1
    control[Control.TOP] = top
    if top < 0:
        control[Control.PHASE] = Phase.DONE
        return
    control[Control.POOL_TOP] = stack.frame[top, Frame.POOL_TOP]
    control[Control.INDEX_TOP] = stack.frame[top, Frame.INDEX_TOP]
    if stack.frame[top, Frame.IS_NEW] != 0:
        control[Control.PHASE] = Phase.ENTER


@inlined
def _enter(state: State) -> int:
    """The top cell enters its layer: compose the layer's map, dismiss what cannot cut, sign the rest at all generators."""
    control = state.control
    net = state.net
    maps = state.maps
    stack = state.stack
    top = control[Control.TOP]
    layer, count = stack.frame[top, Frame.LAYER], stack.frame[top, Frame.COUNT]
    if count > state.scratch.side.shape[1]:
        return Status.MORE_ROOM
    if layer > 0:
        compose(net, maps, state.path, layer)
    if layer + 1 < maps.is_made.shape[0]:
        maps.is_made[layer + 1] = False  # what the next map is made of is about to change
    radius = bounding_box(state)
    control[Control.UNKNOWN] = 0
    filtered = control[Control.FILTER]
    refreshed = control[Control.REFRESHED]
    integers = control[Control.INTEGERS]
    control[Control.FILTER] += dismiss(net, maps, stack, state.scratch, top, layer, radius)
    _note_reach(state, top, layer)
    sign_cell(state)
    if control[Control.UNKNOWN] > state.scratch.unknown.shape[0]:
        recount(control, filtered, refreshed, integers)
        return Status.MORE_ROOM
    stack.frame[top, Frame.IS_NEW] = 0
    control[Control.PHASE] = Phase.ENTERED
    return Status.UNKNOWN if control[Control.UNKNOWN] > 0 else Status.RUNNING


@inlined
def _note_reach(state: State, top: int, layer: int) -> None:
    """The largest |slope| that each unit takes in the cell that is entered: its own where its sign is fixed, else the larger one."""
    net = state.net
    maps = state.maps
    stack = state.stack
    start = net.first[layer]
    for k in range(net.first[layer + 1] - start):
        w, b = k // 64, k % 64
        low, high = abs(net.slope[start + k, 0]), abs(net.slope[start + k, 1])
        if stack.active[top, w] & bit(b) != NONE:
            maps.reach[start + k] = max(low, high)
        else:
            maps.reach[start + k] = high if stack.code[top, w] & bit(b) != NONE else low
