"""Codes of many cells, packed into words (`packing`), and a hash that finds a code among them."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.engine.packing import first_words, pack_bits, unpack_bits
from geom.kernels.tables.hashing import EMPTY, fill, find

__all__ = ["CodeTable"]

Words = NDArray[np.uint64]


class CodeTable:
    """N codes of units with two pieces.

    Parameters
    ----------
    words : (N, V) array of uint64
        Packed as `packing` says.
    widths : tuple of int
        Units of each layer.
    """

    def __init__(self, words: Words, widths: tuple[int, ...]) -> None:
        self.words, self.widths = words, widths

    def __len__(self) -> int:
        return len(self.words)

    def unpack(self, index: slice | NDArray[np.int64] = slice(None)) -> NDArray[np.uint8]:
        """Codes (n, units) of these cells, one byte a unit."""
        words = self.words[index]
        layers = zip(self.first_word[:-1], self.first_word[1:], self.widths, strict=True)
        codes = [unpack_bits(words[:, first:end], width) for first, end, width in layers]
        return np.concatenate([np.zeros((len(words), 0), dtype=np.uint8), *codes], axis=1)

    def pack(self, codes: NDArray[np.uint8]) -> Words:
        """Words (n, V) of codes (n, units)."""
        layers = [pack_bits(codes[:, first:end]) for first, end in pairwise(accumulate(self.widths, initial=0))]
        return np.concatenate([np.zeros((len(codes), 0), dtype=np.uint64), *layers], axis=1)

    @cached_property
    def first_word(self) -> NDArray[np.int64]:
        """(L + 1,) the word at which each layer begins; the last entry is how many words there are."""
        return first_words(self.widths)

    @cached_property
    def word_of(self) -> NDArray[np.int32]:
        """(units,) the word that holds each unit's bit."""
        within = self._within_layer // 64
        return (np.repeat(self.first_word[:-1], self.widths) + within).astype(np.int32)

    @cached_property
    def offset_of(self) -> NDArray[np.int32]:
        """(units,) each unit's bit in its word."""
        return (self._within_layer % 64).astype(np.int32)

    @property
    def _within_layer(self) -> NDArray[np.int64]:
        """(units,) each unit's number in its layer."""
        return np.concatenate([np.zeros(0, dtype=np.int64), *map(np.arange, self.widths)])

    @cached_property
    def unit_of(self) -> NDArray[np.int32]:
        """(V,) the unit at the lowest bit of each word."""
        return np.flatnonzero(self.offset_of == 0).astype(np.int32)

    def pieces(self, cells: slice | NDArray[np.int64], units: int | NDArray[Any]) -> NDArray[np.uint64]:
        """Pieces (n,) that units take in cells: one unit in these cells, or one unit for each."""
        bits: NDArray[np.uint64] = self.words[cells, self.word_of[units]] >> self.offset_of[units].astype(np.uint64) & np.uint64(1)
        return bits

    def piece(self, cell: int, unit: int) -> int:
        """The piece that a unit takes in a cell."""
        return int(self.words[cell, self.word_of[unit]]) >> int(self.offset_of[unit]) & 1

    @cached_property
    def slots(self) -> Words:
        """The hash table: see `kernels.tables.hashing`."""
        slots = np.full(1 << max(4, (2 * len(self.words)).bit_length()), EMPTY)
        with np.errstate(over="ignore"):  # hashes wrap around, also where the compiler is off
            fill(slots, self.words)
        return slots

    def find(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Numbers (n,) of these codes (n, units), -1 where a code is not in the table."""
        return self.find_words(self.pack(codes))

    def find_words(self, words: Words) -> NDArray[np.int64]:
        """Numbers (n,) of these packed codes (n, V), -1 where a code is not in the table."""
        found = np.empty(len(words), dtype=np.int64)
        with np.errstate(over="ignore"):
            find(self.slots, self.words, words, found)
        return found
