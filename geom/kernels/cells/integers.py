"""Signs in 64-bit integers, for networks of short numbers: integer, ternary, quantised weights, where zeros are the rule.

A generator and a row are integer vectors up to a positive factor. Rows are composed like their floats (`compose`), under a bound that was
computed beforehand for every code (`geom.engine.short`). A generator's integers come from the two ends of its edge, h_p n - h_n p with the heights h,
divided by their greatest common divisor. Numba wraps around silently, so every product sum is first bounded in floating point: what might pass
2^62 is left to the oracle, and so is everything that descends from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.state import Maps, Net, Path, Pool
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.ball import U
from geom.kernels.numbers.bits import NONE, bit

__all__ = ["UNKNOWN", "compose_integers", "cross_integers", "flip_integers", "integer_sign"]

LIMIT = 2.0**62
UNKNOWN = 2


@kernel
def integer_sign(net: Net, maps: Maps, pool: Pool, g: int | np.int64, unit: int, layer: int) -> int:
    """Sign of a unit at a generator, or `UNKNOWN` where integers do not reach."""
    if not (net.is_short[layer] and pool.is_whole[g]):
        return UNKNOWN
    n = pool.whole.shape[1]
    bound, total = 0.0, np.int64(0)
    for i in range(n):
        bound += abs(np.float64(maps.whole[i, unit]) * np.float64(pool.whole[g, i]))
    if not bound < LIMIT:
        return UNKNOWN
    for i in range(n):
        total += maps.whole[i, unit] * pool.whole[g, i]
    return 1 if total > 0 else (-1 if total < 0 else 0)


@kernel
def _gcd(a: np.int64, b: np.int64) -> np.int64:
    while b != 0:
        a, b = b, a % b
    return a


@kernel
def cross_integers(net: Net, maps: Maps, pool: Pool, p: int, q: int, g: int, unit: int, layer: int) -> bool:
    """Integers of the generator between p and q at which the unit vanishes, and with them its coordinates; say whether they fit."""
    if not (net.is_short[layer] and pool.is_whole[p] and pool.is_whole[q]):
        return False
    n = pool.whole.shape[1]
    bound_p, bound_q, largest_p, largest_q = 0.0, 0.0, 0.0, 0.0
    for i in range(n):
        a = abs(np.float64(maps.whole[i, unit]))
        b, c = abs(np.float64(pool.whole[p, i])), abs(np.float64(pool.whole[q, i]))
        bound_p, bound_q = bound_p + a * b, bound_q + a * c
        largest_p, largest_q = max(largest_p, b), max(largest_q, c)
    if not max(bound_p, bound_q) < LIMIT:
        return False
    height_p, height_q = np.int64(0), np.int64(0)
    for i in range(n):
        height_p += maps.whole[i, unit] * pool.whole[p, i]
        height_q -= maps.whole[i, unit] * pool.whole[q, i]
    common = _gcd(height_p, height_q)
    height_p //= common
    height_q //= common
    if not np.float64(height_p) * largest_q + np.float64(height_q) * largest_p < LIMIT:
        return False
    common = np.int64(0)
    for i in range(n):
        v: np.int64 = height_p * pool.whole[q, i] + height_q * pool.whole[p, i]
        pool.whole[g, i] = v
        common = _gcd(common, abs(v)) if common != 1 else common
    largest = np.int64(0)
    for i in range(n):
        pool.whole[g, i] //= common
        largest = max(largest, abs(pool.whole[g, i]))
    scale = np.float64(largest)
    for i in range(n):
        pool.point[g, i] = np.float64(pool.whole[g, i]) / scale
    pool.point[g, n] = 4.0 * U
    pool.is_whole[g] = True
    pool.refreshed[g] = True
    return True


@inlined
def compose_integers(net: Net, maps: Maps, path: Path, layer: int) -> None:
    """The integer rows of a layer, from scratch."""
    start, stop, below = net.first[layer], net.first[layer + 1], net.first[layer - 1]
    d = maps.whole.shape[0] - 1
    for i in range(d):
        for k in range(start, stop):
            maps.whole[i, k] = 0
    for k in range(start, stop):
        maps.whole[d, k] = net.whole_bias[k]
    for j in range(below, start):
        w, b = net.word[layer - 1] + (j - below) // 64, (j - below) % 64
        slope = net.whole_slope[j, 1] if path.code[w] & bit(b) != NONE else net.whole_slope[j, 0]
        if slope != 0:
            flip_integers(net, maps, layer, j, slope)


@kernel
def flip_integers(net: Net, maps: Maps, layer: int, j: int, slope: int) -> None:
    """Add slope * (integer row of unit j) times its column of weights."""
    start, stop = net.first[layer], net.first[layer + 1]
    at = net.weight_at[layer] + (j - net.first[layer - 1]) * (stop - start)
    column: NDArray[np.int64] = net.whole_weight[at : at + stop - start]
    for i in range(maps.whole.shape[0]):
        factor = slope * maps.whole[i, j]
        if factor != 0:
            target = maps.whole[i, start:stop]
            for k in range(stop - start):
                target[k] += column[k] * factor
