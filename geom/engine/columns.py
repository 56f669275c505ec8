"""What is stored of every cell, as columns: packed code, witness, facets. Chunks of it come from the walk and are put together here."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.engine.packing import first_words
from geom.engine.ragged import joined, owners, runs
from geom.exact import FloatArray
from geom.kernels.cells.state import Control, State

__all__ = ["Collector", "Columns", "shifted"]


class Columns(NamedTuple):
    """N cells in canonical order.

    Attributes
    ----------
    words : (N, V) uint64
        Packed codes (`codes.CodeTable`).
    witness : (N, d) float64
    is_proven : (N,) bool
        The witness is proven to lie strictly inside its cell.
    is_bounded : (N,) bool
    facet_at : (N + 1,) int64
        Where each cell's facets begin in `facet`.
    facet : (M,) int32
        Constraint numbers, walls first, then units; ~number is one more constraint that contains the facet before it.
    exact_witness : dict of int to tuple of Fraction
        Cells so thin that no double was found strictly inside.
    """

    words: NDArray[np.uint64]
    witness: FloatArray
    is_proven: NDArray[np.bool_]
    is_bounded: NDArray[np.bool_]
    facet_at: NDArray[np.int64]
    facet: NDArray[np.int32]
    exact_witness: dict[int, tuple[Fraction, ...]]

    def head(self, n: int) -> Columns:
        """The first n cells."""
        facet = self.facet[: self.facet_at[n]]
        exact = {i: w for i, w in self.exact_witness.items() if i < n}
        return Columns(self.words[:n], self.witness[:n], self.is_proven[:n], self.is_bounded[:n], self.facet_at[: n + 1], facet, exact)

    def behind(self, widths: Sequence[int], n_walls: int) -> Columns:
        """The same cells in a network that has layers of these widths before, all of code 0."""
        before = np.zeros((len(self.words), int(first_words(widths)[-1])), dtype=np.uint64)
        is_first, numbers = self.constraints()
        numbers = shifted(numbers, n_walls, sum(widths))
        return self._replace(words=np.concatenate([before, self.words], axis=1), facet=np.where(is_first, numbers, ~numbers))

    @property
    def n_facets(self) -> int:
        """Facets of all cells; one that two cells share counts twice."""
        return int(np.count_nonzero(self.facet >= 0))

    def constraints(self) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """For every entry of `facet`, whether it is the first of its facet, and the number of the constraint."""
        is_first = self.facet >= 0
        return is_first, np.where(is_first, self.facet, ~self.facet)

    def facet_begins(self) -> NDArray[np.int64]:
        """(N + 1,) where each cell's facets begin, if every facet counts once, whatever number of constraints contain it."""
        return np.concatenate([[0], np.cumsum(self.facet >= 0)])[self.facet_at].astype(np.int64)

    def facets_of(self, cells: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """A constraint that contains each facet of these cells, and which of the cells, by its position among them, has the facet."""
        at, entries = runs(self.facet_at, cells)
        number = self.facet[entries].astype(np.int64)
        is_first = number >= 0
        return number[is_first], owners(at)[is_first]

    def facets_with_all(self, cell: int) -> list[list[int]]:
        """The facets of a cell, each as all constraints that contain it."""
        facets: list[list[int]] = []
        for number in self.facet[self.facet_at[cell] : self.facet_at[cell + 1]].tolist():
            if number >= 0:
                facets.append([number])
            else:
                facets[-1].append(~number)
        return facets

    @classmethod
    def none(cls, n_words: int, d: int) -> Columns:
        """Columns of these widths without a cell."""
        flags = np.zeros(0, dtype=np.bool_)
        words, witness = np.zeros((0, n_words), dtype=np.uint64), np.zeros((0, d))
        return cls(words, witness, flags, flags, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), {})

    @classmethod
    def joined(cls, chunks: Sequence[Columns]) -> Columns:
        """The cells of all chunks, one after the other."""
        cells = np.cumsum([0, *(len(chunk.words) for chunk in chunks)]).tolist()
        return cls(
            words=np.concatenate([chunk.words for chunk in chunks]),
            witness=np.concatenate([chunk.witness for chunk in chunks]),
            is_proven=np.concatenate([chunk.is_proven for chunk in chunks]),
            is_bounded=np.concatenate([chunk.is_bounded for chunk in chunks]),
            facet_at=joined([chunk.facet_at for chunk in chunks]),
            facet=np.concatenate([chunk.facet for chunk in chunks]),
            exact_witness={at + i: point for chunk, at in zip(chunks, cells, strict=False) for i, point in chunk.exact_witness.items()},
        )

    def take(self, order: NDArray[np.int64]) -> Columns:
        """The cells of these numbers, in this order."""
        facet_at, entries = runs(self.facet_at, order)
        place = {number: i for i, number in enumerate(order.tolist())} if self.exact_witness else {}
        exact = {place[i]: point for i, point in self.exact_witness.items() if i in place}
        return Columns(self.words[order], self.witness[order], self.is_proven[order], self.is_bounded[order], facet_at, self.facet[entries], exact)

    def sorted(self) -> Columns:
        """The cells in lexicographic order of their codes."""
        octets = np.ascontiguousarray(self.words, dtype="<u8").view(np.uint8)
        keys = np.packbits(np.unpackbits(octets, axis=1, bitorder="little"), axis=1)
        return self.take(np.lexsort(keys.T[::-1]) if keys.shape[1] else np.arange(len(keys)))


def shifted(numbers: NDArray[np.int32], n_walls: int, by: int) -> NDArray[np.int32]:
    """Constraint numbers of a network as those of one that has so many units before: walls keep theirs."""
    return np.where(numbers >= n_walls, numbers + np.int32(by), numbers).astype(np.int32)


class Collector:
    """Takes finished cells out of a walk's output and keeps them."""

    def __init__(self) -> None:
        self._chunks: list[Columns] = []
        self.cells = 0
        self.n_bytes = 0

    def take(self, state: State) -> None:
        """Copy the cells that the walk has put out."""
        n, out = int(state.control[Control.CELLS]), state.out
        n_facets = int(out.facet_at[n])
        chunk = Columns(
            out.code[:n].copy(),
            out.witness[:n].copy(),
            out.is_proven[:n].copy(),
            out.is_bounded[:n].copy(),
            out.facet_at[: n + 1].copy(),
            out.facet[:n_facets].copy(),
            {},
        )
        self._chunks.append(chunk)
        self.cells += n
        self.n_bytes += sum(column.nbytes for column in chunk[:6])

    def columns(self) -> Columns:
        """All cells taken so far; the chunks are given up."""
        chunks, self._chunks = self._chunks, []
        return Columns.joined(chunks)
