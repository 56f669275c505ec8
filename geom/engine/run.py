"""A walk in progress: its arrays, the exact oracle behind it, and the loop that keeps it going.

The kernel comes back when its output is full, when floats cannot tell a sign, when an array is too small, and about twenty times a second of
itself, so that budgets, progress and Ctrl-C are looked at. Whatever stops it, the cells that are finished are whole and proven.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.arguments import instance
from geom.budget import Budget, Interrupts, Pace
from geom.engine.asking import Asking, Clause
from geom.engine.codes import CodeTable
from geom.engine.columns import Collector, Columns
from geom.engine.oracle import Oracle
from geom.engine.packing import bit_at
from geom.engine.rounding import require_two_pieces
from geom.engine.start import Start, without_idle
from geom.engine.switches import Engine
from geom.engine.workspace import allocate, clear_output, enlarge, n_bytes, open_pieces
from geom.kernels.cells.guides import Guides, guided_walk
from geom.kernels.cells.state import Control, State, Status
from geom.kernels.cells.walk import walk
from geom.networks.network import Network
from geom.polyhedra.domain import Domain

__all__ = ["Stats", "Walk"]


class Stats(NamedTuple):
    """How the signs of a walk were decided.

    Attributes
    ----------
    filter : int
        By a float value beyond its error bound, at once.
    refreshed : int
        By the same, after the generator was solved anew from its tight rows.
    integers : int
        In 64-bit integers, for networks of short numbers.
    exact : int
        In integers of any length.
    """

    filter: int
    refreshed: int
    integers: int
    exact: int


class Walk:
    """The walk of a network over a domain.

    Parameters
    ----------
    net : Network
        All hidden units have two pieces.
    domain : Domain
        Full-dimensional, of the network's input dimension.
    engine : Engine, optional
    """

    def __init__(self, net: Network, domain: Domain, engine: Engine | None = None) -> None:
        switches = Engine() if engine is None else instance(engine, Engine, name="engine")
        require_two_pieces(net.hidden)
        self.net, self.dim = net, domain.dim
        layers = without_idle(net.hidden)
        self.n_idle = len(net.hidden) - len(layers)
        self.start = Start.of(layers, domain)
        self.oracle = Oracle(self.start.layers, self.start.walls)
        if self.start.pieces:
            self.state: State = allocate(self.start, switches)
        self.cells = 0
        self.seconds = 0.0
        self.guides: Guides | None = None
        self.asking: Asking | None = None
        self.is_done = False

    @property
    def stats(self) -> Stats:
        if not self.start.pieces:
            return Stats(0, 0, 0, 0)
        control = self.state.control
        return Stats(int(control[Control.FILTER]), int(control[Control.REFRESHED]), int(control[Control.INTEGERS]), self.oracle.asked)

    @property
    def n_bytes(self) -> int:
        """Memory of the walk's arrays."""
        return n_bytes(self.state) if self.start.pieces else 0

    def towards(self, words: NDArray[np.uint64]) -> None:
        """Begin anew, and go only where one of these codes is: `run` then finds those of their cells that there are.

        Parameters
        ----------
        words : (n, V) uint64
            At least one code, packed as in `codes.CodeTable`; none twice.
        """
        self.is_done = False
        if not self.start.pieces:
            return
        own = words[:, words.shape[1] - self.state.path.code.size :]  # without the idle layers, whose codes are 0
        order, pieces, begins = self._by_piece(own)
        part = np.zeros((len(self.state.stack.frame), 2), dtype=np.int64)
        part[: len(pieces)] = np.stack([begins, [*begins[1:], len(own)]], axis=1)[::-1]  # the first piece is the top frame
        self.guides = Guides(np.ascontiguousarray(own[order]), part)
        self.state.control[Control.UNKNOWN] = 0
        clear_output(self.state)
        open_pieces(self.state, self.start, pieces)

    def ask(self, clauses: Sequence[Clause], mode: int, stops: bool = False) -> None:
        """Ask this of every cell of all layers but the last, whose units are the forms asked about: see `engine.asking`.

        `run` then counts the cells that were asked, and needs no `take`.
        """
        if self.start.pieces:
            self.asking = Asking(self.state, clauses, mode, stops)

    def _by_piece(self, own: NDArray[np.uint64]) -> tuple[NDArray[np.int64], list[int], list[int]]:
        """An order of codes by the piece of the start that they lie in, then lexicographic; those pieces, and where in that order each begins."""
        piece = np.zeros(len(own), dtype=">u2")  # pieces stand in the order of their codes
        for unit in self.start.cut:
            piece = (piece << 1 | bit_at(own, unit).astype(np.uint16)).astype(">u2")
        octets = np.ascontiguousarray(own, dtype="<u8").view(np.uint8)
        keys = np.concatenate([piece[:, None].view(np.uint8), np.packbits(np.unpackbits(octets, axis=1, bitorder="little"), axis=1)], axis=1)
        order = np.argsort(keys.view(f"S{keys.shape[1]}")[:, 0], kind="stable")  # strings of bytes of one length compare as numbers do
        numbers, begins = np.unique(piece[order], return_index=True)
        return order, numbers.tolist(), begins.tolist()

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
        if not self.start.pieces:
            self.cells, self.is_done = 1, True
            return None
        started, pace = time.perf_counter() - self.seconds, Pace()
        control = self.state.control
        with Interrupts() as interrupts:
            while True:
                pace.begin()
                status = self._go_on(pace.steps, take is not None)
                pace.end(status == Status.RUNNING)
                finished = self.cells + int(control[Control.CELLS])
                if status == Status.UNKNOWN:
                    self.oracle.answer(self.state)
                elif status >= Status.MORE_POOL:
                    self._enlarge(status)
                if status in (Status.FULL, Status.DONE):
                    self._hand_over(take, status == Status.FULL)
                self.seconds = time.perf_counter() - started
                if status == Status.DONE:
                    self.is_done = True
                    # Ctrl-C came too late to stop anything, but whoever pressed it expects an exception.
                    return "interrupt" if interrupts.pressed else budget.exceeded(finished, 0.0, 0)
                if self.asking is not None and self.asking.is_answered:
                    return "interrupt" if interrupts.pressed else None
                memory = n_bytes(self.state) + held() if budget.memory is not None else 0
                stop = "interrupt" if interrupts.pressed else budget.exceeded(finished, self.seconds, memory)
                if stop is not None:
                    self._hand_over(take)
                    return stop
                progress(finished, self.seconds)

    def _go_on(self, steps: int, wants_cells: bool) -> int:
        if self.asking is not None:
            return self.asking.go_on(self.state, steps)
        if self.guides is None:
            return walk(self.state, steps, wants_cells)
        return guided_walk(self.state, steps, wants_cells, self.guides)

    def _enlarge(self, status: int) -> None:
        self.state = enlarge(self.state, status)
        if self.guides is not None and status == Status.MORE_DEPTH:
            part = self.guides.part
            self.guides = Guides(self.guides.code, np.concatenate([part, np.zeros_like(part)]))

    def columns(self, collector: Collector) -> Columns:
        """The cells that were taken, in canonical order, with witnesses in all input coordinates."""
        if not self.start.pieces:
            return self._only_cell()
        columns = collector.columns()
        if len(self.start.kept) < self.dim:
            witness = np.zeros((len(columns.words), self.dim))
            witness[:, list(self.start.kept)] = columns.witness
            # every cell has the lines along the dropped coordinates
            columns = columns._replace(witness=witness, is_bounded=np.zeros(len(witness), dtype=np.bool_))
        if self.n_idle:
            columns = columns.behind(self.net.widths[: self.n_idle], len(self.start.walls))
        return columns.sorted() if len(self.start.pieces) > 1 else columns

    def _only_cell(self) -> Columns:
        """Nothing depends on any coordinate: one cell, the whole space."""
        code = self.net.exact_code([0] * self.dim)
        words = CodeTable(np.zeros((0, 0), dtype=np.uint64), self.net.widths).pack(code[None])
        yes, none = np.ones(1, dtype=np.bool_), np.zeros(0, dtype=np.int32)
        return Columns(words, np.zeros((1, self.dim)), yes, ~yes, np.zeros(2, dtype=np.int64), none, {})

    def _hand_over(self, take: Callable[[State], None] | None, is_full: bool = False) -> None:
        if take is not None:
            take(self.state)
        if self.asking is not None:
            self.asking.take(is_full)
        self.cells += int(self.state.control[Control.CELLS])
        clear_output(self.state)
