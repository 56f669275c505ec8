"""Sites as the kernels take them, and room to compute a determinant of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray

__all__ = ["FILTER_DIM", "PRIME_BITS", "Room", "Sites", "make_room"]

Ints = NDArray[np.int64]
FILTER_DIM = 10  # larger matrices are eliminated modulo primes: the expansion doubles its work with every row
PRIME_BITS = 30  # every prime lies between 2^30 and 2^31, so that a product of residues fits into 64 bits


class Sites(NamedTuple):
    """Sites in the order of insertion, as floats and as residues of integers.

    Attributes
    ----------
    x : (N, d) float64, at most 1 in size
    rad : (N,) float64, at most 1 in size
    rank : (N,) int64
        The place of a site's infinitesimal among all of them, the largest first.
    residue : (N, P, d + 1) int64
        Integer coordinates and height modulo each prime.
    prime : (P,) int64
    inverse : (P, P) int64
        Entry (i, j), j < i: the inverse of prime j modulo prime i.
    exact_below : (2,) float64
        Size of a permanent below which the expansion is exact; of coordinates alone, and with heights.
    bits : (2,) float64
        Logarithm to base 2 of the number of grains in a determinant of value 1.
    is_rounded : bool
        Whether x and rad are only the nearest doubles.
    """

    x: FloatArray
    rad: FloatArray
    rank: Ints
    residue: Ints
    prime: Ints
    inverse: Ints
    exact_below: FloatArray
    bits: FloatArray
    is_rounded: bool


class Room(NamedTuple):
    """Room to compute one determinant of at most n = d + 1 rows, and the plan of its expansion.

    A set of k + 1 rows is a number of k + 1 bits that are 1; `column` is k. Its terms, signs + - + ..., are (row, set of the other rows), one after
    the other in `term`, set by set.
    """

    row: Ints
    entry: FloatArray
    size: FloatArray
    minor: FloatArray
    column: Ints
    term: Ints
    integer: Ints
    residue: Ints
    digit: Ints


def make_room(d: int, n_primes: int) -> Room:
    """Room for sites in d dimensions."""
    n = d + 1
    n_filtered = min(n, FILTER_DIM)
    sets = range(1 << n_filtered)
    term = [(i, rows ^ 1 << i) for rows in sets for i in reversed(range(n_filtered)) if rows >> i & 1]
    return Room(
        np.zeros(n, np.int64),
        np.zeros((n, n)),
        np.zeros((n, n)),
        np.zeros(len(sets)),
        np.array([rows.bit_count() - 1 for rows in sets], dtype=np.int64),
        np.array(term, dtype=np.int64),
        np.zeros((n, n), np.int64),
        np.zeros(len(sets), np.int64),
        np.zeros(n_primes, np.int64),
    )
