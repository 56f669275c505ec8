"""A walk in progress: its arrays, the exact oracle behind it, and the loop that keeps it going.

The kernel comes back when its output is full, when floats cannot tell a sign, when an array is too small, and about twenty times a second of
itself, so that budgets, progress and Ctrl-C are looked at. Whatever stops it, the cells that are finished are whole and proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from geom.budget import Budget, Interrupts, Pace
from geom.domain import Domain
from geom.exact import integer_row
from geom.kernels.state import Control, State, Status
from geom.kernels.walk import walk
from geom.layer import Layer
from geom.network import Network
from geom.oracle import Oracle
from geom.placement import Placement
from geom.rounding import require_two_pieces, round_network, round_walls
from geom.workspace import allocate, clear_output, enlarge, n_bytes

__all__ = ["Stats", "Walk"]


class Stats(NamedTuple):
    """How the signs of a walk were decided.

    Attributes
    ----------
    filter : int
        By a float value beyond its error bound, at once.
    refreshed : int
        By the same, after the generator was solved anew from its tight rows.
    exact : int
        In exact integer arithmetic.
    """

    filter: int
    refreshed: int
    exact: int


class Walk:
    """The walk of a network over a domain.

    Parameters
    ----------
    net : Network
        All hidden units have two pieces.
    domain : Domain
        Bounded and full-dimensional, of the network's input dimension.
    """

    def __init__(self, net: Network, domain: Domain) -> None:
        require_two_pieces(net.hidden)
        generators = domain.generators()
        placement = Placement.around(generators.vertices)
        layers = list(net.hidden)
        if layers:
            layers[0] = Layer(*placement.first_layer(layers[0].weight, layers[0].bias), layers[0].row, layers[0].slope)
        walls = [placement.wall(a, b) for a, b in zip(*domain.hrep(), strict=True)]
        self.oracle = Oracle(layers, walls)
        self.state: State = allocate(*round_network(layers, placement), round_walls(walls), generators, placement)
        self.cells = 0
        self.seconds = 0.0

    @property
    def stats(self) -> Stats:
        control = self.state.control
        return Stats(int(control[Control.FILTER]), int(control[Control.REFRESHED]), self.oracle.asked)

    def run(
        self, take: Callable[[State], None] | None, held: Callable[[], int], budget: Budget, progress: Callable[[int, float], None]
    ) -> str | None:
        """Walk to the end, or to a limit.

        Parameters
        ----------
        take : callable, optional
            Called with the state whenever finished cells should be taken away; without it cells are only counted.
        held : callable
            Bytes that are held elsewhere, for the memory budget.
        budget : Budget
        progress : callable
            Called with cells and seconds now and then.

        Returns
        -------
        None when the walk is done, else the limit that stopped it (a field of `Budget`, or ``"interrupt"``).
        """
        started, pace = time.perf_counter() - self.seconds, Pace()
        control = self.state.control
        with Interrupts() as interrupts:
            while True:
                pace.begin()
                status = walk(self.state, pace.steps, take is not None)
                pace.end(status == Status.RUNNING)
                finished = self.cells + int(control[Control.CELLS])
                if status == Status.UNKNOWN:
                    self.oracle.answer(self.state)
                elif status >= Status.MORE_POOL:
                    self.state = enlarge(self.state, status)
                if status in (Status.FULL, Status.DONE):
                    self._hand_over(take)
                self.seconds = time.perf_counter() - started
                if status == Status.DONE:
                    return budget.exceeded(finished, 0.0, 0)
                stop = "interrupt" if interrupts.pressed else budget.exceeded(finished, self.seconds, n_bytes(self.state) + held())
                if stop is not None:
                    self._hand_over(take)
                    return stop
                progress(finished, self.seconds)

    def _hand_over(self, take: Callable[[State], None] | None) -> None:
        if take is not None:
            take(self.state)
        self.cells += int(self.state.control[Control.CELLS])
        clear_output(self.state)


def integer_walls(domain: Domain) -> list[tuple[int, ...]]:
    """Walls of a domain as integer rows (-a, b), >= 0 inside."""
    return [integer_row([*(-alpha for alpha in a), b]) for a, b in zip(*domain.hrep(), strict=True)]
