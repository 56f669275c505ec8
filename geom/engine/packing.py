"""How a code becomes words: one bit a unit, and every layer starts a new word. Unit k of a layer is bit k % 64 of the layer's word k // 64."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

__all__ = ["equal_runs", "first_words", "pack_bits", "unpack_bits"]

BITS = 64

Words = NDArray[np.uint64]


def first_words(widths: Sequence[int]) -> NDArray[np.int64]:
    """(L + 1,) the word at which each of L layers of these widths begins; the last entry is how many words there are.

    Examples
    --------
    >>> first_words((64, 65, 1))
    array([0, 1, 3, 4])
    """
    return np.array([0, *accumulate(map(_n_words, widths))], dtype=np.int64)


def equal_runs(words: Words) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The first of every run of equal rows (n, V), and the run (n,) that each row is in: of cells in the order of their codes, those that agree.

    Examples
    --------
    >>> equal_runs(np.array([[7], [7], [9]], dtype=np.uint64))
    (array([0, 2]), array([0, 0, 1]))
    """
    is_new = np.ones(len(words), dtype=np.bool_)
    is_new[1:] = (words[1:] != words[:-1]).any(axis=1)
    return np.flatnonzero(is_new), np.cumsum(is_new) - 1


def pack_bits(flags: NDArray[np.uint8] | NDArray[np.bool_]) -> Words:
    """Flags (..., n) as words (..., V), the first one in the lowest bit.

    Examples
    --------
    >>> pack_bits(np.array([[1, 0, 1]], dtype=np.uint8))
    array([[5]], dtype=uint64)
    """
    n = flags.shape[-1]
    octets = np.zeros((*flags.shape[:-1], BITS // 8 * _n_words(n)), dtype=np.uint8)
    packed = np.packbits(flags, axis=-1, bitorder="little")
    octets[..., : packed.shape[-1]] = packed
    return octets.view("<u8").astype(np.uint64)


def unpack_bits(words: Words, n: int) -> NDArray[np.uint8]:
    """The first n bits of the last axis, lowest bit first, one byte each.

    Examples
    --------
    >>> unpack_bits(np.array([5], dtype=np.uint64), 4)
    array([1, 0, 1, 0], dtype=uint8)
    """
    octets = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)
    return np.unpackbits(octets, axis=-1, count=n, bitorder="little")


def _n_words(n: int) -> int:
    return -(-n // BITS)
