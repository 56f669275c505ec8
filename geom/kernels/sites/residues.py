"""Signs of determinants of the integer coordinates of sites, by residues.

A determinant D that is known to be less than half the product of some primes is computed modulo these, and its sign is that of its leading digit in
the mixed-radix system of the primes with digits between -p/2 and p/2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.numbers.modular import inverse
from geom.kernels.sites.sites import FILTER_DIM, Room, Sites

__all__ = ["residue_sign"]

Ints = NDArray[np.int64]


@kernel
def residue_sign(sites: Sites, room: Room, n: int, q: int, needed: int) -> int:
    """Sign of a determinant that is less than half the product of the first so many primes."""
    residue = sites.residue
    integer = room.integer
    digit = room.digit
    sign = 0
    for i in range(needed):
        p = sites.prime[i]
        for r in range(n):
            v = room.row[r]
            for c in range(n):
                integer[r, c] = (residue[v, i, c] - residue[q, i, c]) % p
        value = _expand_modulo(room, n, p) if n <= FILTER_DIM else _eliminate(integer, n, p)
        for j in range(i):
            value = (value - digit[j]) % p * sites.inverse[i, j] % p
        digit[i] = value if 2 * value < p else value - p
        if digit[i] != 0:
            sign = 1 if digit[i] > 0 else -1
    return sign


@kernel
def _expand_modulo(room: Room, n: int, p: np.int64) -> np.int64:
    """The same expansion modulo a prime."""
    integer = room.integer
    minor = room.residue
    term = room.term
    minor[0] = 1
    i = 0
    for rows in range(1, 1 << n):
        k = room.column[rows]
        total = np.int64(0)
        for j in range(i, i + k + 1):
            product = integer[term[j, 0], k] * minor[term[j, 1]] % p
            total += product if (j - i) % 2 == 0 else -product
        minor[rows] = total % p
        i += k + 1
    determinant: np.int64 = minor[(1 << n) - 1]
    return determinant


@kernel
def _eliminate(a: Ints, n: int, p: np.int64) -> np.int64:
    """Determinant modulo a prime by Gaussian elimination; the matrix is lost."""
    determinant = np.int64(1)
    for c in range(n):
        pivot = c
        while pivot < n and a[pivot, c] == 0:
            pivot += 1
        if pivot == n:
            return np.int64(0)
        if pivot != c:
            determinant = p - determinant
            for j in range(n):
                a[c, j], a[pivot, j] = a[pivot, j], a[c, j]
        determinant = determinant * a[c, c] % p
        scale = inverse(a[c, c], p)
        for i in range(c + 1, n):
            factor = a[i, c] * scale % p
            if factor != 0:
                for j in range(c, n):
                    a[i, j] = (a[i, j] - factor * a[c, j]) % p
    return determinant % p
