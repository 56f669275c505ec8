"""Arithmetic modulo a prime p below 2^31, or the Mersenne prime 2^61 - 1, in 64-bit integers that never overflow."""

from __future__ import annotations

import numpy as np

from geom.kernels.jit import kernel

__all__ = ["MERSENNE", "inverse", "times"]

MERSENNE = 2**61 - 1
LOW_31 = 2**31 - 1
LOW_30 = 2**30 - 1


@kernel
def times(a: int, b: int, p: int) -> int:
    """a * b modulo p, for a and b in 0..p - 1.

    With a = a' 2^31 + a'' and 2^61 = 1, the product is 2 a' b' + (a' b'' + a'' b') 2^31 + a'' b'', and each term is reduced below 2^61 + 2^32.
    """
    if p != MERSENNE:
        return a * b % p
    a_high = a >> 31
    a_low = a & LOW_31
    b_high = b >> 31
    b_low = b & LOW_31
    middle = a_high * b_low + a_low * b_high
    low = a_low * b_low
    total = 2 * (a_high * b_high) + (middle >> 30) + ((middle & LOW_30) << 31) + (low & MERSENNE) + (low >> 61)
    total = (total & MERSENNE) + (total >> 61)
    return total - MERSENNE if total >= MERSENNE else total


@kernel
def inverse(a: int | np.int64, p: int | np.int64) -> int:
    """The inverse of a in 1..p - 1 modulo p, by Euclid's algorithm."""
    r, s = np.int64(p), np.int64(a)
    x, y = np.int64(0), np.int64(1)
    while s != 0:
        q = r // s
        r, s = s, r - q * s
        x, y = y, x - q * y
    return int(x + p if x < 0 else x)
