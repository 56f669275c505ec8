"""Codes of many cells, packed into words: one bit a unit, every layer starting a new word, and a hash that finds a code among them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.engine.oracle import unpack_bits
from geom.kernels.tables.hashing import EMPTY, fill, find

__all__ = ["CodeTable"]

Words = NDArray[np.uint64]


class CodeTable:
    """N codes of units with two pieces.

    Parameters
    ----------
    words : (N, V) array of uint64
        Unit k of a layer is bit k % 64 of the layer's word k // 64.
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
        parts, at = [np.zeros((len(words), 0), dtype=np.uint8)], 0
        for width in self.widths:
            n_words = -(-width // 64)
            parts.append(unpack_bits(words[:, at : at + n_words], width))
            at += n_words
        return np.concatenate(parts, axis=1)

    def pack(self, codes: NDArray[np.uint8]) -> Words:
        """Words (n, V) of codes (n, units)."""
        parts, at = [np.zeros((len(codes), 0), dtype=np.uint64)], 0
        for width in self.widths:
            n_words = -(-width // 64)
            octets = np.zeros((len(codes), 8 * n_words), dtype=np.uint8)
            packed = np.packbits(codes[:, at : at + width], axis=1, bitorder="little")
            octets[:, : packed.shape[1]] = packed
            parts.append(octets.view("<u8").astype(np.uint64))
            at += width
        return np.concatenate(parts, axis=1)

    @cached_property
    def word_of(self) -> NDArray[np.int32]:
        """(units,) the word that holds each unit's bit."""
        return _per_unit(self.widths)[0]

    @cached_property
    def offset_of(self) -> NDArray[np.int32]:
        """(units,) each unit's bit in its word."""
        return _per_unit(self.widths)[1]

    def pieces(self, cells: slice | NDArray[np.int64], units: int | NDArray[Any]) -> NDArray[np.uint64]:
        """Pieces (n,) that units take in cells: one unit in these cells, or one unit for each."""
        bits: NDArray[np.uint64] = self.words[cells, self.word_of[units]] >> self.offset_of[units].astype(np.uint64) & np.uint64(1)
        return bits

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


def _per_unit(widths: tuple[int, ...]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Word and bit of every unit."""
    words, offsets, first = [np.zeros(0, dtype=np.int32)], [np.zeros(0, dtype=np.int32)], 0
    for width in widths:
        unit = np.arange(width, dtype=np.int32)
        words.append(first + unit // 64)
        offsets.append(unit % 64)
        first += -(-width // 64)
    return np.concatenate(words), np.concatenate(offsets)
