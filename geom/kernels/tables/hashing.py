"""A hash table of packed codes: open addressing, linear probing. A hit is a code that is equal word by word, so no hash has to be trusted.

The hash of a code is the xor of one mixture for each word, so the hash of a code with one bit flipped takes two mixtures, whatever its length. A
slot holds the upper half of the hash and the number of the code.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel

__all__ = ["EMPTY", "fill", "find", "hash_of", "insert", "look_up", "mixture"]

Words = NDArray[np.uint64]
EMPTY = np.uint64(0xFFFFFFFFFFFFFFFF)
LOWER = np.uint64(0xFFFFFFFF)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
ONE = np.uint64(1)


@kernel
def mixture(word: np.uint64, position: int) -> np.uint64:
    """A word and its position in the code, mixed: the finaliser of splitmix64 (Steele, Lea and Flood 2014)."""
    x = word + GOLDEN * np.uint64(position + 1)
    x = (x ^ (x >> np.uint64(30))) * FIRST_FACTOR
    x = (x ^ (x >> np.uint64(27))) * SECOND_FACTOR
    return x ^ (x >> np.uint64(31))


@kernel
def hash_of(code: Words) -> np.uint64:
    """Hash of a packed code (V,)."""
    total = GOLDEN
    for w in range(code.shape[0]):
        total ^= mixture(code[w], w)
    return total


@kernel
def insert(slots: Words, key: np.uint64, number: int | np.int64) -> None:
    """Put the number of a code whose hash is `key`, and which is not in the table, into a free slot."""
    mask = np.uint64(slots.shape[0] - 1)
    at = key & mask
    while slots[at] != EMPTY:
        at = (at + ONE) & mask
    slots[at] = (key & ~LOWER) | np.uint64(number)


@kernel
def fill(slots: Words, words: Words) -> None:
    """Put all codes (N, V) into the empty slots, a power of two that is larger than N."""
    for i in range(words.shape[0]):
        insert(slots, hash_of(words[i]), i)


@kernel
def look_up(slots: Words, words: Words, code: Words, key: np.uint64) -> int:
    """Number of a packed code (V,) whose hash is `key`; -1 if it is not in the table."""
    mask = np.uint64(slots.shape[0] - 1)
    at = key & mask
    while slots[at] != EMPTY:
        if (slots[at] ^ key) & ~LOWER == np.uint64(0):
            i = np.int64(slots[at] & LOWER)
            same = True
            for w in range(code.shape[0]):
                same = same and words[i, w] == code[w]
            if same:
                return int(i)
        at = (at + ONE) & mask
    return -1


@kernel
def find(slots: Words, words: Words, codes: Words, found: NDArray[np.int64]) -> None:
    """Numbers of many codes (n, V) into `found` (n,)."""
    for i in range(codes.shape[0]):
        found[i] = look_up(slots, words, codes[i], hash_of(codes[i]))
