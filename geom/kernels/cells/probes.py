"""The walk down random parts of the tree of cuts, whose finished cells, with weights, add up to an unbiased estimate of how many there are.

Where the walk keeps both halves of every cut, this one may drop a half, and gives the half that it keeps, with probability p, the weight 1 / p: the
expected sum of the weights of the finished cells is their number, whatever the probabilities are (Knuth 1975). They decide how far the sum
strays. Here they follow a guess of how many cells each half will give: with weight * guess much the same for all frames of the stack, every
finished cell ends with about the same weight, the `THRESHOLD`, and the sum hardly varies (Chen 1992 for trees; the weight windows of particle
transport). So near the root, where weight * guess is above the threshold, both halves are kept for certain.

The steps are those of `walk`, which knows nothing of weights and pays nothing for them. A half that is dropped stays on the stack with weight 0, and
is left when its turn comes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.cells.split import children
from geom.kernels.cells.state import Control, Frame, Phase, State, Status
from geom.kernels.cells.walk import pop, walk
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import popcount

__all__ = ["AT_CLUSTER", "FEATURES", "Figure", "Probes", "Record", "Tally", "probing_walk"]

AT_CLUSTER = 100  # a status besides those of `walk`
FEATURES = 6  # terms of the guess, see _guess
LOWEST = 0.25  # a path goes on, at a weight that changes with what it meets, until weight * guess falls below so many thresholds
RAREST = 0.1  # probability with which a path goes on then, so that one wrong guess costs a factor of ten and no more
LEAST = 0.02  # share of a half of a cut, whatever the guess
LARGEST_LOG = 80.0


class Probes(NamedTuple):
    """What a probing walk has besides its `State`. Frames are those of the stack, layers those that the walk has."""

    weight: FloatArray  # (depth,) of each frame; 0: not kept
    feature: FloatArray  # (depth, 3) log(1 + active units), log of the cell's width, guess
    figure: FloatArray  # (len(Figure),)
    tally: NDArray[np.int64]  # (len(Tally),)
    draw: FloatArray  # (n,) random numbers in [0, 1), used up one by one
    theta: FloatArray  # (L, FEATURES) of each layer's guess
    limits: FloatArray  # (L, 4) between which its features are believed: of the first, of the second
    record: FloatArray  # (n, len(Record)) frames that were visited
    opened: NDArray[np.int64]  # (n, 2) records of which the cells below are still being summed up, and their slots of the stack


class _Figure(NamedTuple):
    TOTAL: int = 0  # sum of the weights of finished cells: the estimate
    THRESHOLD: int = 1  # the weight with which cells should end; infinity: of every cut one half is kept, a single path
    CLUSTER: int = 2  # halves that are guessed to have at most so many cells together are both kept
    COMB: int = 3  # in [0, 1): where the comb stands, see _is_kept
    WIDTH: int = 4


class _Tally(NamedTuple):
    DRAWS: int = 0  # random numbers used
    RECORDS: int = 1
    OPEN: int = 2
    CELLS: int = 3  # finished
    CHOICES: int = 4  # decisions that were left to chance
    WIDTH: int = 5


class _Record(NamedTuple):
    LAYER: int = 0
    ACTIVE: int = 1  # the two features
    WIDTH_OF_CELL: int = 2
    WEIGHT: int = 3
    BELOW: int = 4  # sum of the weights of the finished cells below it
    WIDTH: int = 5


Figure = _Figure()  # slots of Probes.figure
Tally = _Tally()  # slots of Probes.tally
Record = _Record()  # columns of Probes.record


@kernel
def probing_walk(state: State, steps: int, stops: bool, probes: Probes) -> int:
    """Go on for at most this many steps and as long as there are random numbers, as `walk` does; the `Status` says why it came back.

    With `stops` it also comes back, AT_CLUSTER, where the two top frames are a cluster, in which nothing would be left to chance; it records
    nothing then.
    """
    control = state.control
    weight = probes.weight
    figure = probes.figure
    tally = probes.tally
    status = Status.RUNNING
    while steps > 0 and status == Status.RUNNING and tally[Tally.DRAWS] < probes.draw.shape[0]:
        steps -= 1
        phase = control[Control.PHASE]
        top = control[Control.TOP]
        if phase == Phase.NEXT:
            if weight[top] == 0.0:
                pop(state)
            else:
                if not stops:
                    _open_record(state, probes)
                before = control[Control.CELLS]
                status = walk(state, min(steps + 1, 1), False)  # no literals, for which it would be compiled anew
                if control[Control.CELLS] > before:
                    figure[Figure.TOTAL] += weight[top]
                    tally[Tally.CELLS] += 1
            _close_records(state, probes)
        elif phase == Phase.CHILDREN:
            children(state)
            if _choose_halves(state, probes) and stops:
                status = AT_CLUSTER
        else:
            status = walk(state, min(steps + 1, 1), False)
            if phase == Phase.ENTERED:
                _reconsider(state, probes)
    return status


@inlined
def _choose_halves(state: State, probes: Probes) -> bool:
    """Give the two halves that have just been made their weights; the frame they come from was in the lower slot. Say whether they are a cluster."""
    weight = probes.weight
    threshold, top = probes.figure[Figure.THRESHOLD], state.control[Control.TOP]
    low = top - 1
    w, before = weight[low], probes.feature[low, 2]
    guess_0, guess_1 = min(before, _guess(state, probes, top)), min(before, _guess(state, probes, low))
    weight[top] = w
    both = guess_0 + guess_1
    if both <= probes.figure[Figure.CLUSTER]:
        return True
    expected = w * both / threshold  # about how many of the two should be kept
    if expected == 0.0 or LOWEST <= expected < 1.0:
        expected = 1.0
    share_0 = LEAST + (1.0 - 2.0 * LEAST) * guess_0 / both
    expected = max(RAREST, expected)
    p_0, p_1 = min(1.0, expected * share_0), min(1.0, expected * (1.0 - share_0))
    if p_0 == 1.0 and p_1 == 1.0:
        return False
    if w == 1.0:
        weight[top] = w / p_0 if _is_kept(probes, w, p_0) else 0.0
        weight[low] = w / p_1 if _is_kept(probes, w, p_1) else 0.0
    else:  # one number for both, so that as nearly as possible the same number is kept: arcs [0, p_0), [p_0, p_0 + p_1) of a circle of length 1
        u = _draw(probes)
        weight[top] = w / p_0 if u < p_0 else 0.0
        u -= p_0
        if u < 0.0:
            u += 1.0
        weight[low] = w / p_1 if u < p_1 else 0.0
    return False


@inlined
def _reconsider(state: State, probes: Probes) -> None:
    """A frame has entered a layer, and more is known of it: if it has turned out small, it is kept by chance only."""
    top = state.control[Control.TOP]
    guess = _guess(state, probes, top)
    w = probes.weight[top]
    expected = w * guess / probes.figure[Figure.THRESHOLD]
    if guess > probes.figure[Figure.CLUSTER] and 0.0 < expected < LOWEST:
        p = max(RAREST, expected)
        probes.weight[top] = w / p if _is_kept(probes, w, p) else 0.0


@kernel
def _is_kept(probes: Probes, w: float, p: float) -> bool:
    """Whether a frame is kept that is to be kept with this probability.

    Frames of weight 1 are reached whatever chance says, always in the same order. There a comb of distance 1 at a random place lies over the sum of
    their probabilities, and what a tooth hits is kept: each with its probability, and spread evenly over the tree.
    """
    if w != 1.0:
        return _draw(probes) < p
    figure = probes.figure
    if p >= 1.0:
        return True
    probes.tally[Tally.CHOICES] += 1
    figure[Figure.COMB] += p
    if figure[Figure.COMB] >= 1.0:
        figure[Figure.COMB] -= 1.0
        return True
    return False


@kernel
def _draw(probes: Probes) -> float:
    """The next random number."""
    tally = probes.tally
    at = tally[Tally.DRAWS]
    tally[Tally.DRAWS] = at + 1
    tally[Tally.CHOICES] += 1
    return float(probes.draw[at])


@kernel
def _guess(state: State, probes: Probes, slot: int | np.int64) -> float:
    """About how many cells a frame's cell will be cut into; right where one unit of the last layer is left, or none."""
    stack = state.stack
    pool = state.pool
    feature = probes.feature
    layer = stack.frame[slot, Frame.LAYER]
    start, count = stack.frame[slot, Frame.START], stack.frame[slot, Frame.COUNT]
    n_active = 0
    for w in range(state.net.word[layer + 1] - state.net.word[layer]):
        n_active += popcount(stack.active[slot, w])
    width = 0.0
    for i in range(pool.point.shape[1] - 2):
        low, high = np.inf, -np.inf
        for j in range(start, start + count):
            x = pool.point[stack.members[j], i]
            low, high = min(low, x), max(high, x)
        width += high - low
    x, y = math.log(1.0 + n_active), math.log(max(width, 1e-300))
    feature[slot, 0] = x
    feature[slot, 1] = y
    guess = 1.0 + n_active
    if n_active > 1 or layer < probes.theta.shape[0] - 1:
        theta = probes.theta[layer]
        limits = probes.limits[layer]
        x, y = min(max(x, limits[0]), limits[1]), min(max(y, limits[2]), limits[3])
        log = theta[0] + theta[1] * x + theta[2] * x * x + theta[3] * y + theta[4] * y * y + theta[5] * x * y
        guess = max(guess, math.exp(min(log, LARGEST_LOG)))
    feature[slot, 2] = guess
    return guess


@inlined
def _open_record(state: State, probes: Probes) -> None:
    """Note that the top frame is visited, if there is room for it."""
    tally = probes.tally
    record = probes.record
    at, top = tally[Tally.RECORDS], state.control[Control.TOP]
    if at < record.shape[0]:
        record[at, Record.LAYER] = state.stack.frame[top, Frame.LAYER]
        record[at, Record.ACTIVE] = probes.feature[top, 0]
        record[at, Record.WIDTH_OF_CELL] = probes.feature[top, 1]
        record[at, Record.WEIGHT] = probes.weight[top]
        record[at, Record.BELOW] = -probes.figure[Figure.TOTAL]
        probes.opened[tally[Tally.OPEN], 0] = at
        probes.opened[tally[Tally.OPEN], 1] = top
        tally[Tally.RECORDS] = at + 1
        tally[Tally.OPEN] += 1


@inlined
def _close_records(state: State, probes: Probes) -> None:
    """Complete the records of frames that have been left."""
    tally = probes.tally
    while tally[Tally.OPEN] > 0 and probes.opened[tally[Tally.OPEN] - 1, 1] > state.control[Control.TOP]:
        tally[Tally.OPEN] -= 1
        probes.record[probes.opened[tally[Tally.OPEN], 0], Record.BELOW] += probes.figure[Figure.TOTAL]
