"""Linear regions: cells that share a facet and have exactly the same affine map, merged (docs/linear-regions.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geom.adjacency.maps import equal_maps
from geom.questions.whole import require_complete

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["linear_regions"]

Index = NDArray[np.int64]


def linear_regions(partition: Partition, a: ArrayLike, b: ArrayLike) -> Index:
    """For each cell the number of its linear region: a largest set of cells, linked by facets, on which the network is one affine map.

    Parameters
    ----------
    partition : Partition
    a, b : (E,) arrays of int
        The pairs of cells that share a facet, each once.

    Returns
    -------
    (N,) int64
        Labels 0, 1, 2, ... in the order of each region's first cell. Cells with the same map that are not linked have different labels.

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk: missing cells may link others.

    Examples
    --------
    The second unit has no weight in the output, so its cut at 1/2 is none of the function.

    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1], [1]], [[1, 0]]], [[0, -0.5], [0]]), Box([-1], [1]))
    >>> linear_regions(part, [0, 1], [1, 2])
    array([0, 1, 1])
    """
    require_complete(partition, "and missing ones may link others")
    pairs = np.stack([np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)])
    links = pairs[:, equal_maps(partition.network, partition.code_table, pairs)]
    graph = coo_array((np.ones(links.shape[1], dtype=np.int8), (links[0], links[1])), shape=(len(partition), len(partition)))
    labels = connected_components(graph, directed=False)[1]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)
