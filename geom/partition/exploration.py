"""Cells around a point, neighbour by neighbour, breadth first: only what is visited is computed, so the network may have far too many cells to list.

The neighbour across a facet has the cell's code with the facet's units flipped, if that code has a cell at all, else the code that
`adjacency.across` finds. The walk is asked for the cells of such codes many at a time (`Walk.towards`): what they share on the way down the tree is
done once. Each batch is at most as large as all that was visited before, so an exploration that is left early has computed at most about
twice what it has shown.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.adjacency.across import code_across, code_beside
from geom.adjacency.flips import flip_facets
from geom.budget import AnyBudget, Budget, Interrupts
from geom.doubles import as_doubles
from geom.engine.codes import CodeTable
from geom.engine.columns import Collector, Columns
from geom.engine.oracle import Oracle
from geom.engine.packing import first_words
from geom.engine.run import Walk
from geom.errors import DomainError, Interrupted
from geom.exact import FloatArray
from geom.networks.network import Network
from geom.partition.cell import Cell
from geom.partition.partition import Partition
from geom.partition.subdivision import check_problem
from geom.partition.witnesses import prove_witnesses
from geom.polyhedra.domain import Domain, integer_walls

__all__ = ["Exploration", "walk"]

LARGEST_BATCH = 1 << 10
KEY_BYTES, CROSSING_BYTES = 100, 300  # about what Python keeps of a visited code, besides its words, and of a crossing

Key = bytes  # a code's words


def walk(net: Network, x: ArrayLike, domain: Domain | None = None, *, budget: AnyBudget = None) -> Exploration:
    """Explore the cells of a network outwards from a point, without enumerating them all.

    Parameters
    ----------
    net : Network
    x : (d,) point of the domain
        On a border of cells it belongs to the same one as for `Partition.locate`.
    domain : Box or HPolytope, optional
        Of the network's input dimension; by default the whole space.
    budget : Budget or dict, optional
        Where the iteration ends by itself: after so many cells, seconds of exploring (what is done with the cells in between does not count), or
        bytes.

    Returns
    -------
    Exploration
        An iterator of cells. The first one contains x; then come its neighbours, then theirs.

    Raises
    ------
    NetworkError
        If `net` is no network, or has units that this walk cannot cut.
    DomainError
        If x is no finite point of the domain, or the domain is none or of another dimension.

    Notes
    -----
    Cells come as they are found, so whoever takes them sees the progress: there is no bar as in `geom.subdivide`.

    Examples
    --------
    >>> from geom import Box
    >>> net = Network.mlp([[[1.0]] * 4, [[1.0] * 4]], [[0.0, -1.0, -2.0, -3.0], [0.0]])
    >>> around = walk(net, [1.5], Box([-9], [9]), budget={"cells": 3})
    >>> [(cell.code.tolist(), around.distance) for cell in around]
    [([1, 1, 0, 0], 0), ([1, 0, 0, 0], 1), ([1, 1, 1, 0], 1)]
    >>> around.stopped
    'cells'
    """
    whole = check_problem(net, domain)
    try:
        point = as_doubles(x)
    except ValueError as error:
        raise DomainError(f"x must be a point of {whole.dim} numbers: {error}") from error
    if point.shape != (whole.dim,):
        raise DomainError(f"x must be one point of shape ({whole.dim},); got shape {point.shape}")
    if not whole.contains(point[None])[0]:
        raise DomainError(f"x is outside the domain {whole!r}: there is no cell to start from")
    return Exploration(net, whole, point, Budget.of(budget))


class Exploration(Iterator[Cell]):
    """An iterator of cells in breadth-first order, made by `geom.walk`.

    Cells at the same distance come in the order in which they are met, by the facets of the cells before them. Each is a whole `Cell`; its number
    is one in a small partition of cells that were found together. `partition` puts all that have come so far into one.

    Attributes
    ----------
    network : Network
    domain : Box, HPolytope or Space
    budget : Budget
    distance : int
        Fewest facets to cross from the first cell to the one that came last; -1 before the first.
    stopped : str, optional
        The field of the budget that ended the iteration.
    seconds : float
        Wall time of exploring.
    """

    def __init__(self, network: Network, domain: Domain, x: FloatArray, budget: Budget) -> None:
        self.network, self.domain, self.budget = network, domain, budget
        self.distance, self.seconds = -1, 0.0
        self.stopped: str | None = None
        self._x = x
        self._walk = Walk(network, domain)
        self._oracle = Oracle(network.hidden, integer_walls(domain))
        n_words = int(first_words(network.widths)[-1])
        self._table = CodeTable(np.zeros((0, n_words), dtype=np.uint64), network.widths)
        self._chunks = [Columns.none(n_words, network.input_dim)]
        self._n_cells, self._n_bytes = 0, 0
        self._visited: set[Key] = set()
        self._ready: deque[tuple[_Found, int]] = deque()  # with distances
        self._shown: list[int] = []
        self._distances: list[int] = []
        self._queue = deque([_Crossing(self._key_of(network.code(x[None])[0]), 0, None, 0)])

    @property
    def distances(self) -> NDArray[np.int64]:
        """(n,) distances of the cells that have come so far, in their order."""
        return np.array(self._distances, dtype=np.int64)

    @property
    def is_complete(self) -> bool:
        """Whether every cell of the domain has come; it is known when the iteration has ended."""
        return self.stopped is None and not self._queue and not self._ready

    def partition(self) -> Partition:
        """The cells that have come so far, in canonical order."""
        return self._partition(Columns.joined(self._chunks).take(np.array(self._shown, dtype=np.int64)).sorted(), self.is_complete)

    def __iter__(self) -> Exploration:
        return self

    def __next__(self) -> Cell:
        while not self._ready and self._queue and self.stopped is None:
            self._explore()
        if not self._ready:
            raise StopIteration
        found, self.distance = self._ready.popleft()
        self._distances.append(self.distance)
        self._shown.append(found.number)
        return found.cell

    def _explore(self) -> None:
        """Visit the next batch of cells, unless a limit is reached."""
        started, self._walk.seconds = time.perf_counter(), self.seconds
        crossings = self._next_crossings()
        self.stopped = self.budget.exceeded(0, self.seconds, self._walk.n_bytes + self._held()) if crossings else None
        try:
            with Interrupts() as interrupts:
                if crossings and self.stopped is None:
                    self._visit(crossings)
            if interrupts.pressed:
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            self._queue.extendleft(reversed(crossings))  # so that the iteration can go on
            raise Interrupted("interrupt", 0, len(self._shown), self.partition()) from None
        finally:
            self.seconds += time.perf_counter() - started

    def _next_crossings(self) -> list[_Crossing]:
        """Crossings to cells not visited: not more than have been visited, and one more than the budget has left, to see whether there are more."""
        room = min(LARGEST_BATCH, max(1, len(self._visited)))
        if self.budget.cells is not None:
            room = min(room, self.budget.cells - len(self._visited) + 1)
        crossings: list[_Crossing] = []
        while self._queue and len(crossings) < room:
            crossing = self._queue.popleft()
            if crossing.key not in self._visited:
                crossings.append(crossing)
        return crossings

    def _visit(self, crossings: Sequence[_Crossing]) -> None:
        """Visit the cells that these crossings lead to, in their order."""
        keys = [crossing.key for crossing in crossings]
        found = self._find(set(keys))
        if self.stopped is None and not all(key in found for key in keys):
            keys = [key if key in found else self._key_beyond(crossing) for key, crossing in zip(keys, crossings, strict=True)]
            found |= self._find({key for key in keys if key not in found and key not in self._visited})
        for key, crossing in zip(keys, crossings, strict=True):
            if key in self._visited:
                continue
            if key not in found:
                assert self.stopped is not None, "a cell was not found beyond a facet"
                return
            if len(self._visited) == self.budget.cells:
                self.stopped = "cells"
                return
            self._visited.add(key)
            cell, distance = found[key].cell, crossing.distance
            self._ready.append((found[key], distance))
            self._queue += [_Crossing(beyond, distance + 1, cell, facet) for facet, beyond in found[key].beyond if beyond not in self._visited]

    def _find(self, keys: Collection[Key]) -> dict[Key, _Found]:
        """The cells that have these codes, by code; where a limit stops the walk, those found until then."""
        if not keys:
            return {}
        collector = Collector()
        self._walk.towards(np.ndarray((len(keys), self._table.words.shape[1]), dtype="<u8", buffer=b"".join(keys)).astype(np.uint64))
        stopped = self._walk.run(collector.take, self._held, replace(self.budget, cells=None), lambda cells, seconds: None)
        if stopped == "interrupt":
            raise KeyboardInterrupt
        self.stopped = stopped
        part = self._partition(self._walk.columns(collector), False)
        prove_witnesses(part)
        first, self._n_cells = self._n_cells, self._n_cells + len(part)
        self._chunks.append(part.columns)
        self._n_bytes += int(collector.n_bytes)
        beyond = self._beyond(part)
        return {key: _Found(cell, first + cell.index, beyond[cell.index]) for key, cell in zip(_keys(part.columns.words), part, strict=True)}

    @staticmethod
    def _beyond(part: Partition) -> list[list[tuple[int, Key]]]:
        """For every cell, its facets without walls, by number, with the code that has the facet's units flipped."""
        flipped = flip_facets(part.columns, part.n_walls, part.code_table)
        keys, walled, at = _keys(flipped.words), flipped.has_wall.tolist(), flipped.at.tolist()
        return [[(i - first, keys[i]) for i in range(first, end) if not walled[i]] for first, end in pairwise(at)]

    def _partition(self, columns: Columns, is_complete: bool) -> Partition:
        part = Partition(self.network, self.domain, columns, self._walk.stats, self.seconds, is_complete)
        part.oracle = self._oracle  # the exact rows that it holds are the same for all
        return part

    def _key_beyond(self, crossing: _Crossing) -> Key:
        """Code of the cell that a crossing leads to, found exactly."""
        cell = crossing.cell
        if cell is None:
            return self._key_of(code_beside(self.network, self.domain, self._x))
        words = cell.partition.columns.words[cell.index]
        return self._key_of(code_across(self._oracle, self.network, words, cell.code, cell.facets[crossing.facet].units))

    def _key_of(self, code: NDArray[np.uint8]) -> Key:
        return _keys(self._table.pack(code[None]))[0]

    def _held(self) -> int:
        """Bytes, nearly, of all that is kept."""
        key = 8 * int(self._table.words.shape[1])
        return self._n_bytes + len(self._visited) * (key + KEY_BYTES) + len(self._queue) * (key + CROSSING_BYTES)

    def __repr__(self) -> str:
        state = "complete" if self.is_complete else f"stopped by its budget of {self.stopped}" if self.stopped else "so far"
        return f"Exploration({len(self._shown):,} cells {state}, distance {self.distance}, {self.network.n_units} units)"


class _Crossing(NamedTuple):
    """A way to a cell.

    Attributes
    ----------
    key : bytes
        The cell's code, unless that is no cell's code.
    distance : int
        Of that cell.
    cell : Cell, or None at the start
        From which the way leads across its facet of this number.
    facet : int
    """

    key: Key
    distance: int
    cell: Cell | None
    facet: int


class _Found(NamedTuple):
    """A cell.

    Attributes
    ----------
    cell : Cell
    number : int
        Its place among all that were found.
    beyond : list of (number of a facet without walls, code with its units flipped)
    """

    cell: Cell
    number: int
    beyond: list[tuple[int, Key]]


def _keys(words: NDArray[np.uint64]) -> list[Key]:
    """Each row of words as bytes."""
    octets, size = words.astype("<u8").tobytes(), 8 * words.shape[1]
    return [octets[i * size : (i + 1) * size] for i in range(len(words))]
