"""Codes of many cells, packed into words: one bit a unit, every layer starting a new word, and a hash that finds a code among them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geom.oracle import unpack_bits

__all__ = ["CodeTable"]

Words = NDArray[np.uint64]
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


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
    def _sorted_hashes(self) -> tuple[Words, NDArray[np.int64]]:
        hashes = _hash(self.words)
        order = np.argsort(hashes, kind="stable")
        return hashes[order], order

    def find(self, codes: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Numbers (n,) of these codes (n, units), -1 where a code is not in the table."""
        found = np.full(len(codes), -1, dtype=np.int64)
        if not len(self.words):
            return found
        words = self.pack(codes)
        hashes, order = self._sorted_hashes
        wanted = _hash(words)
        at = np.searchsorted(hashes, wanted)
        open_ = np.arange(len(codes))
        while open_.size:  # equal hashes of different codes are told apart by the codes themselves
            open_ = open_[at[open_] < len(hashes)]
            open_ = open_[hashes[at[open_]] == wanted[open_]]
            candidates = order[at[open_]]
            same = (self.words[candidates] == words[open_]).all(axis=1)
            found[open_[same]] = candidates[same]
            open_ = open_[~same]
            at[open_] += 1
        return found


def _hash(words: Words) -> Words:
    """A 64-bit mixture of each row (Fibonacci hashing with xor-shifts)."""
    out = np.full(len(words), MULTIPLIER, dtype=np.uint64)
    for column in words.T:
        out = (out ^ column) * MULTIPLIER
        out ^= out >> np.uint64(29)
    return out
