"""Signs of determinants of lifted sites, always exact: a float value beyond a bound on its error, else residues modulo primes.

A site is a point x of R^d with a weight rad; its height is |x|^2 - rad (spec.md 5.2). Two determinants say all that a triangulation asks: on which
side of d sites another one lies, and whether a lifted site lies below the hyperplane through d + 1 others. Both are taken about one of the sites,
where the heights are |x - q|^2 - (rad_x - rad_q): the difference is an affine function, which changes no sign.

A determinant is expanded column by column over sets of rows (Laplace), n 2^(n-1) products, and the same sum of magnitudes beside it, the permanent
p of the sizes of the entries. Each entry has a relative error of at most a few units against its size, so the value is right up to c u p with a
small c. Where all numbers are integers times a grain and p is less than 2^52 grains, no operation rounded at all (a term that did is multiplied by
zero), and the value is exact, zeros included: grids and other short numbers never need more.

Where that does not decide, the determinant D of the integer coordinates is known to be small, |D| <= |value| + bound in grains. It is computed
modulo just so many primes that their product is larger than 2 |D| + 1, and its sign is the sign of its leading digit in the mixed-radix system of
these primes with digits between -p/2 and p/2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import U
from geom.kernels.jit import kernel

__all__ = ["FILTER_DIM", "PRIME_BITS", "Room", "Sites", "expand", "expansion_error", "fill", "inverse_modulo", "lifted_side", "make_room", "side"]

Ints = NDArray[np.int64]
FILTER_DIM = 10  # larger matrices are eliminated modulo primes: the expansion doubles its work with every row
PRIME_BITS = 30  # every prime lies between 2^30 and 2^31, so that a product of residues fits into 64 bits
UNDERFLOW = 2.0**-900  # more than all underflow in one expansion adds up to; coordinates and weights are at most 1 in size


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
    """Room to compute one determinant of at most n = d + 1 rows."""

    row: Ints
    entry: FloatArray
    size: FloatArray
    minor: FloatArray
    permanent: FloatArray
    column: Ints
    integer: Ints
    residue: Ints
    digit: Ints


def make_room(d: int, n_primes: int) -> Room:
    """Room for sites in d dimensions."""
    n = d + 1
    sets = 1 << min(n, FILTER_DIM)
    column = np.array([rows.bit_count() - 1 for rows in range(sets)], dtype=np.int64)
    return Room(
        np.zeros(n, np.int64),
        np.zeros((n, n)),
        np.zeros((n, n)),
        np.zeros(sets),
        np.zeros(sets),
        column,
        np.zeros((n, n), np.int64),
        np.zeros(sets, np.int64),
        np.zeros(n_primes, np.int64),
    )


@kernel
def side(sites: Sites, room: Room, simplex: NDArray[np.int32], k: int, q: int) -> int:
    """Orientation, 1, -1 or 0, of a simplex whose vertex number k is replaced by q: 1 where q lies on the same side as the vertex did."""
    d = sites.x.shape[1]
    n = 0
    for j in range(d + 1):
        if j != k:
            room.row[n] = simplex[j]
            n += 1
    sign = _sign(sites, room, n, q, False)
    return sign if (k + d) % 2 == 0 else -sign


@kernel
def lifted_side(sites: Sites, room: Room, simplex: NDArray[np.int32], q: int) -> int:
    """1 where the lifted site q lies below the hyperplane through a simplex of orientation 1, -1 above, 0 on it; no perturbation."""
    n = sites.x.shape[1] + 1
    for j in range(n):
        room.row[j] = simplex[j]
    return _sign(sites, room, n, q, True)


@kernel
def _sign(sites: Sites, room: Room, n: int, q: int, is_lifted: bool) -> int:
    """Sign of the determinant whose rows are the sites room.row[:n] about q."""
    bits = sites.bits[1] if is_lifted else sites.bits[0]
    needed = sites.prime.shape[0]
    if n <= FILTER_DIM:
        fill(sites, room, n, q, is_lifted)
        value, permanent = expand(room, n)
        if permanent < (sites.exact_below[1] if is_lifted else sites.exact_below[0]):
            return 1 if value > 0.0 else (-1 if value < 0.0 else 0)
        bound = expansion_error(n, permanent)
        if value > bound:
            return 1
        if value < -bound:
            return -1
        if bound < np.inf:
            needed = min(needed, int(max(0.0, np.log2(abs(value) + bound) + bits + 3.0)) // PRIME_BITS + 1)
    return _residue_sign(sites, room, n, q, is_lifted, needed)


@kernel
def fill(sites: Sites, room: Room, n: int, q: int, is_lifted: bool) -> None:
    """Entries and their sizes: an entry is within (d + 6) u size of the true one, a difference of coordinates within u size."""
    x = sites.x
    rad = sites.rad
    entry = room.entry
    size = room.size
    d = x.shape[1]
    for i in range(n):
        v = room.row[i]
        height, most = 0.0, 0.0
        for j in range(d):
            difference = x[v, j] - x[q, j]
            reach = abs(difference)
            if sites.is_rounded:
                reach += abs(x[v, j]) + abs(x[q, j])
            height += difference * difference
            most += reach * reach
            entry[i, j] = difference
            size[i, j] = reach
        if is_lifted:
            difference = rad[v] - rad[q]
            entry[i, d] = height - difference
            size[i, d] = most + abs(difference)
            if sites.is_rounded:
                size[i, d] += abs(rad[v]) + abs(rad[q])


@kernel
def expand(room: Room, n: int) -> tuple[float, float]:
    """Determinant of the entries and permanent of their sizes."""
    entry = room.entry
    size = room.size
    minor = room.minor
    permanent = room.permanent
    column = room.column
    minor[0] = 1.0
    permanent[0] = 1.0
    for rows in range(1, 1 << n):
        k = column[rows]
        total, most = 0.0, 0.0
        sign = 1.0
        for i in range(n - 1, -1, -1):
            if rows >> i & 1:
                rest = rows ^ (1 << i)
                total += sign * entry[i, k] * minor[rest]
                most += size[i, k] * permanent[rest]
                sign = -sign
        minor[rows] = total
        permanent[rows] = most
    return minor[(1 << n) - 1], permanent[(1 << n) - 1]


@kernel
def expansion_error(n: int, permanent: float) -> float:
    """Bound on the error of an expansion with at most one column of heights.

    It is n (n + 1) / 2 operations deep, with one rounding in each difference and d + 6 in each height; doubled for terms of second order.
    """
    return (n * (n + 1) + 4.0 * n + 16.0) * U * permanent + UNDERFLOW


@kernel
def _residue_sign(sites: Sites, room: Room, n: int, q: int, is_lifted: bool, needed: int) -> int:
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
    column = room.column
    minor[0] = 1
    for rows in range(1, 1 << n):
        k = column[rows]
        total = np.int64(0)
        is_plus = True
        for i in range(n - 1, -1, -1):
            if rows >> i & 1:
                term = integer[i, k] * minor[rows ^ (1 << i)] % p
                total += term if is_plus else -term
                is_plus = not is_plus
        minor[rows] = total % p
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
        inverse = inverse_modulo(a[c, c], p)
        for i in range(c + 1, n):
            factor = a[i, c] * inverse % p
            if factor != 0:
                for j in range(c, n):
                    a[i, j] = (a[i, j] - factor * a[c, j]) % p
    return determinant % p


@kernel
def inverse_modulo(a: int | np.int64, p: int | np.int64) -> np.int64:
    """The inverse of a, 0 < a < p, modulo a prime (Euclid's algorithm)."""
    r, s = np.int64(p), np.int64(a)
    x, y = np.int64(0), np.int64(1)
    while s != 0:
        quotient = r // s
        r, s = s, r - quotient * s
        x, y = y, x - quotient * y
    return x % p
