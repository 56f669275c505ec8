"""Distances in the adjacency graph, in steps from cell to cell: what lies near a cell, and how wide the graph is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geom.errors import GeomError
from geom.kernels.tables.hops import spread

__all__ = ["diameter", "within"]


def within(adjacency: csr_array, source: int, most: int) -> NDArray[np.int64]:
    """Vertices at distance at most `most` from the source, nearest first."""
    return _search(adjacency, source, most)[0].astype(np.int64)


def diameter(adjacency: csr_array) -> int:
    """The largest distance between two vertices.

    Every search from a vertex v bounds the eccentricity of each other vertex w from both sides, by the distance of v and w. Vertices whose upper
    bound is no more than the largest eccentricity found need no search of their own; the next one searched is in turn that of the largest upper and
    of the smallest lower bound (Takes and Kosters 2011).

    Raises
    ------
    GeomError
        If the graph is not connected.
    """
    n = int(adjacency.shape[0])
    low, high = np.zeros(n, dtype=np.int64), np.full(n, n, dtype=np.int64)
    found, wants_far = 0, True
    while True:
        open_ = np.flatnonzero(high > found)
        if not open_.size:
            return found
        source = int(open_[np.argmax(high[open_])] if wants_far else open_[np.argmin(low[open_])])
        wants_far = not wants_far
        order, distance = _search(adjacency, source, n)
        if len(order) < n:
            raise GeomError(f"the graph is not connected: {len(order):,} of {n:,} cells are reached from cell {source}; it has no diameter")
        eccentricity = int(distance[order[-1]])
        found = max(found, eccentricity)
        low = np.maximum(low, np.maximum(eccentricity - distance, distance))
        high = np.minimum(high, eccentricity + distance)
        high[source] = eccentricity


def _search(adjacency: csr_array, source: int, most: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Vertices reached, nearest first, and all distances, -1 where not reached."""
    n = adjacency.shape[0]
    distance, queue = np.full(n, -1, dtype=np.int32), np.empty(n, dtype=np.int32)
    return queue[: spread(adjacency.indptr, adjacency.indices, source, most, distance, queue)], distance
