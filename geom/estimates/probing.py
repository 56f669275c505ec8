"""Random walks down the tree of cuts, one after the other: their arrays, their random numbers, and the loop that keeps each going."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from geom.budget import Pace
from geom.engine.run import Walk
from geom.engine.workspace import clear_output, enlarge, open_pieces
from geom.estimates.subtree_sizes import SubtreeSizes
from geom.exact import FloatArray
from geom.kernels.cells.probes import AT_CLUSTER, Figure, Probes, Record, Tally, probing_walk
from geom.kernels.cells.state import Control, Frame, Phase, Stack, Status
from geom.kernels.cells.walk import walk

__all__ = ["Prober", "Run", "Stopped"]

DRAWS = 1 << 12
RECORDS = 1 << 12
STEPS_PER_CELL = 3  # at least: a cut, its two halves, the decision that a half is finished


class Stopped(Exception):
    """A limit was reached within a run, which is lost; `limit` is its name."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


class Run(NamedTuple):
    """One random walk, from the root to the end.

    Attributes
    ----------
    total : float
        Sum of the weights of its cells: an unbiased estimate of how many the network has.
    cells : int
        That it finished.
    choices : int
        Decisions that were left to chance; where there were none, `total` is the number of cells.
    seconds : float
    records : (n, len(Record)) float array
        Frames that it visited: what the guess of sizes can learn from.
    """

    total: float
    cells: int
    choices: int
    seconds: float
    records: FloatArray


class _Timed(NamedTuple):
    """Cells of clusters, and the seconds that they took."""

    cells: int
    seconds: float


class Prober:
    """Random walks of one network over one domain.

    Parameters
    ----------
    walk : Walk
        Whose arrays are used; it has pieces to start from.
    rng : numpy.random.Generator
    stop : callable
        Called about twenty times a second with the cells finished and the bytes used; the name of a limit that is reached, or None.
    """

    def __init__(self, walk: Walk, rng: np.random.Generator, stop: Callable[[int, int], str | None]) -> None:
        self.walk, self.rng, self.stop = walk, rng, stop
        self.sizes = SubtreeSizes.before_any([layer.n_units for layer in walk.start.layers], len(walk.start.kept))
        self.cells = 0
        self._pace = Pace()
        depth = len(walk.state.stack.frame)
        self.probes = Probes(
            weight=np.ones(depth),
            feature=np.zeros((depth, 3)),
            figure=np.zeros(Figure.WIDTH),
            tally=np.zeros(Tally.WIDTH, dtype=np.int64),
            draw=rng.random(DRAWS),
            theta=self.sizes.theta,
            limits=self.sizes.limits,
            record=np.zeros((RECORDS, Record.WIDTH)),
            opened=np.zeros((RECORDS, 2), dtype=np.int64),
        )

    def learn(self, records: FloatArray) -> None:
        """Guess sizes as these records suggest from now on."""
        self.sizes = self.sizes.learnt(records)
        self.probes = self.probes._replace(theta=self.sizes.theta, limits=self.sizes.limits)

    def run(self, threshold: float, *, cluster: float = 1.0, is_timed: bool = False, most: int | None = None) -> Run | None:
        """Walk once.

        Parameters
        ----------
        threshold : float
            The weight that finished cells should have: about the number of cells divided by how many are to be seen. Infinity takes a single path.
        cluster : float
            Subtrees that are guessed to have at most so many cells are walked wholly.
        is_timed : bool
            Walk these exactly as `subdivide` does, throw away what it would keep, and count only these cells and these seconds; `total` then means
            nothing, and nothing is recorded.
        most : int, optional
            Give up after so many cells.

        Returns
        -------
        Run, or None if it was given up

        Raises
        ------
        Stopped
            At a limit.
        """
        self._begin(threshold, cluster)
        figure, tally = self.probes.figure, self.probes.tally
        started, before, timed = time.perf_counter(), self.cells, _Timed(0, 0.0)
        status = Status.RUNNING
        while status != Status.DONE:
            steps = self._pace.steps if most is None else min(self._pace.steps, STEPS_PER_CELL * (most - int(tally[Tally.CELLS])) + STEPS_PER_CELL)
            self._pace.begin()
            status = probing_walk(self.walk.state, steps, is_timed, self.probes)
            self._pace.end(status == Status.RUNNING and steps == self._pace.steps and tally[Tally.DRAWS] < DRAWS)
            if status == AT_CLUSTER:
                timed = self._walk_cluster(timed)
            self._answer(status)
            cells = int(tally[Tally.CELLS])
            self.cells = before + cells
            self._look_at_limits(timed.cells)
            if most is not None and cells > most:
                return None
        choices = int(tally[Tally.CHOICES])
        if is_timed:
            return Run(math.nan, timed.cells, choices, timed.seconds, self.probes.record[:0].copy())
        records = self.probes.record[: tally[Tally.RECORDS]].copy()
        return Run(float(figure[Figure.TOTAL]), cells, choices, time.perf_counter() - started, records)

    def _walk_cluster(self, timed: _Timed) -> _Timed:
        """Walk the two top frames to their end; add cells and seconds to those before."""
        control = self.walk.state.control
        walk(self.walk.state, 0, True)  # where the kernel is not compiled or loaded yet, that is done here, before the clock runs
        bottom, cells, started = int(control[Control.TOP]) - 1, 0, time.perf_counter()
        status = Status.RUNNING
        while status != Status.DONE:
            # The walk sees no more of the stack than the cluster, and so is done when the cluster is.
            control[Control.TOP] -= bottom
            control[Control.CELLS] = 0
            status = walk(self.walk.state._replace(stack=_above(self.walk.state.stack, bottom)), self._pace.steps, True)
            control[Control.TOP] += bottom
            cells += int(control[Control.CELLS])
            clear_output(self.walk.state)
            self._answer(status)
            self._look_at_limits(timed.cells + cells)
        seconds = time.perf_counter() - started
        if bottom > 0:
            below = self.walk.state.stack.frame[bottom - 1]
            control[Control.POOL_TOP], control[Control.INDEX_TOP] = below[Frame.POOL_TOP], below[Frame.INDEX_TOP]
            control[Control.PHASE] = Phase.ENTER if below[Frame.IS_NEW] else Phase.NEXT
        return _Timed(timed.cells + cells, timed.seconds + seconds)

    def _look_at_limits(self, more_cells: int) -> None:
        limit = self.stop(self.cells + more_cells, self.walk.n_bytes)
        if limit is not None:
            raise Stopped(limit)

    def _begin(self, threshold: float, cluster: float) -> None:
        state, probes = self.walk.state, self.probes
        state.control[Control.UNKNOWN] = 0
        clear_output(state)
        open_pieces(state, self.walk.start, range(len(self.walk.start.pieces)))
        probes.weight[:] = 1.0
        used = probes.tally[Tally.DRAWS]
        probes.tally[:] = 0
        probes.tally[Tally.DRAWS] = used
        probes.figure[Figure.TOTAL], probes.figure[Figure.THRESHOLD], probes.figure[Figure.CLUSTER] = 0.0, threshold, cluster
        probes.figure[Figure.COMB] = self.rng.random()

    def _answer(self, status: int) -> None:
        """Do what the kernel came back for."""
        tally = self.probes.tally
        if status == Status.UNKNOWN:
            self.walk.oracle.answer(self.walk.state)
        elif Status.MORE_POOL <= status < AT_CLUSTER:
            self.walk.state = enlarge(self.walk.state, status)
            if status == Status.MORE_DEPTH:
                weight, feature = self.probes.weight, self.probes.feature
                self.probes = self.probes._replace(
                    weight=np.concatenate([weight, np.ones_like(weight)]), feature=np.concatenate([feature, np.zeros_like(feature)])
                )
        if tally[Tally.DRAWS] == DRAWS:
            self.probes.draw[:] = self.rng.random(DRAWS)
            tally[Tally.DRAWS] = 0


def _above(stack: Stack, bottom: int) -> Stack:
    """The stack without the slots below this one."""
    frame, active, code, touch, row_of, members = stack
    return Stack(frame[bottom:], active[bottom:], code[bottom:], touch[bottom:], row_of[bottom:], members)
