"""The order in which sites are inserted: random rounds of doubling size, each along a Hilbert curve.

The random rounds keep the expected work small for every set of sites, the curve keeps each walk short and its simplices in the cache
(Amenta, Choi, Rote 2003).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray

__all__ = ["hilbert_key", "insertion_order"]

SMALLEST_ROUND = 1000


def insertion_order(x: FloatArray) -> NDArray[np.int64]:
    """A permutation of the points (n, d), the same at every call.

    Examples
    --------
    >>> insertion_order(np.array([[0.0], [2.0], [1.0]])).tolist()
    [0, 2, 1]
    """
    n = len(x)
    key, shuffled = hilbert_key(x), np.random.default_rng(0).permutation(n)
    rounds, stop = [], n
    while stop > SMALLEST_ROUND:
        rounds.append(shuffled[stop // 2 : stop])
        stop //= 2
    rounds.append(shuffled[:stop])
    return np.concatenate([part[np.argsort(key[part], kind="stable")] for part in reversed(rounds)])


def hilbert_key(x: FloatArray) -> NDArray[np.uint64]:
    """Place of each point on a Hilbert curve through their bounding box (Skilling 2004)."""
    n, d = x.shape
    n_bits = max(1, min(16, 62 // max(d, 1)))
    x = np.clip(np.nan_to_num(x), -1e300, 1e300)  # any order is right; differences must not overflow
    low, width = x.min(axis=0), np.ptp(x, axis=0)
    scaled = (x - low) / np.where(width > 0, width, 1.0) * (2**n_bits - 1)
    axes = [column.astype(np.int64) for column in scaled.T]
    for b in range(n_bits - 1, 0, -1):
        bit, below = 1 << b, (1 << b) - 1
        for i in range(d):
            swapped = np.where(axes[i] & bit, 0, (axes[0] ^ axes[i]) & below)
            axes[0] = np.where(axes[i] & bit, axes[0] ^ below, axes[0] ^ swapped)
            axes[i] = axes[i] ^ swapped
    for i in range(1, d):
        axes[i] = axes[i] ^ axes[i - 1]
    turn = np.zeros(n, dtype=np.int64)
    for b in range(n_bits - 1, 0, -1):
        turn = np.where(axes[-1] & (1 << b), turn ^ ((1 << b) - 1), turn)
    key = np.zeros(n, dtype=np.uint64)
    for b in range(n_bits - 1, -1, -1):
        for axis in axes[:62]:  # beyond 62 dimensions the leading ones decide
            key = key << np.uint64(1) | ((axis ^ turn) >> b & 1).astype(np.uint64)
    return key
