"""Random walks down the tree of cuts, one after the other: their arrays, their random numbers, and the loop that keeps each going."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from geom.budget import Pace
from geom.exact import FloatArray
from geom.kernels.probes import Figure, Probes, Record, Tally, probing_walk
from geom.kernels.state import Control, Status
from geom.run import Walk
from geom.subtree_sizes import SubtreeSizes
from geom.workspace import clear_output, enlarge, open_pieces

__all__ = ["Prober", "Run", "Stopped"]

DRAWS = 1 << 12
RECORDS = 1 << 12


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

    def run(self, threshold: float, *, cluster: float = 0.0, wants_cells: bool = False, most: int | None = None) -> Run | None:
        """Walk once.

        Parameters
        ----------
        threshold : float
            The weight that finished cells should have: about the number of cells divided by how many are to be seen. Infinity takes a single path.
        cluster : float
            Subtrees that are guessed to have at most so many cells are walked wholly.
        wants_cells : bool
            Do all that `subdivide` does for a finished cell, and throw it away; nothing is recorded then.
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
        started, before = time.perf_counter(), self.cells
        status = Status.RUNNING
        while status != Status.DONE:
            self._pace.begin()
            status = probing_walk(self.walk.state, self._pace.steps, wants_cells, self.probes)
            self._pace.end(status == Status.RUNNING and tally[Tally.DRAWS] < DRAWS)
            self._answer(status)
            cells = int(tally[Tally.CELLS])
            self.cells = before + cells
            limit = self.stop(self.cells, self.walk.n_bytes)
            if limit is not None:
                raise Stopped(limit)
            if most is not None and cells > most:
                return None
        records = self.probes.record[: tally[Tally.RECORDS]].copy()
        return Run(float(figure[Figure.TOTAL]), cells, int(tally[Tally.CHOICES]), time.perf_counter() - started, records)

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
        elif status == Status.FULL:
            clear_output(self.walk.state)
        elif status >= Status.MORE_POOL:
            self.walk.state = enlarge(self.walk.state, status)
            if status == Status.MORE_DEPTH:
                weight, feature = self.probes.weight, self.probes.feature
                self.probes = self.probes._replace(
                    weight=np.concatenate([weight, np.ones_like(weight)]), feature=np.concatenate([feature, np.zeros_like(feature)])
                )
        if tally[Tally.DRAWS] == DRAWS:
            self.probes.draw[:] = self.rng.random(DRAWS)
            tally[Tally.DRAWS] = 0
