"""Where a network decides, on the polygons of a two-dimensional partition: the zero set of one output, the class boundary of several.

`geom.boundary` has the same exactly, by a walk of its own over all cells, so not for a partition that was cut short. A picture of cells needs
neither: it takes what floats see on the polygons that it draws anyway, of as many cells as there are. The tests set the two beside each other.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from geom.exact import FloatArray
from geom.pictures.polygons import Polygons

__all__ = ["decision_segments"]


def decision_segments(polygons: Polygons) -> FloatArray:
    """The decision boundary as segments (n, 2, 2) in the coordinates of the domain.

    With one output f, where f changes its sign. With several, where the largest of them changes: points at which two are equal and none is larger.

    Parameters
    ----------
    polygons : Polygons

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0, 0.0]], [[1.0]]], [[0.0], [-0.5]]), Box([-1, -1], [1, 1]))
    >>> decision_segments(Polygons(part)).tolist()
    [[[0.5, -1.0], [0.5, 1.0]]]
    """
    maps = polygons.maps
    if maps.shape[1] == 1:
        return polygons.outside(polygons.zero_set(maps[:, 0])[0])
    highest, lowest = _ranges(polygons)
    is_alive = highest >= lowest.max(axis=1, keepdims=True)  # an output below another one everywhere in the cell never wins there
    found = [np.zeros((0, 2, 2))]
    for i, j in combinations(range(maps.shape[1]), 2):
        both = is_alive[:, i] & is_alive[:, j]
        if both.any():
            segments, cell = polygons.zero_set(maps[:, i] - maps[:, j])
            keep = both[cell]
            found.append(_below(segments[keep], maps[cell[keep]], i, j))
    return polygons.outside(np.concatenate(found))


def _ranges(polygons: Polygons) -> tuple[FloatArray, FloatArray]:
    """Largest and smallest value (N, m) of each output on each cell."""
    values = [polygons.values(polygons.maps[:, i]) for i in range(polygons.maps.shape[1])]
    at = polygons.start[:-1]
    return np.stack([np.maximum.reduceat(v, at) for v in values], axis=1), np.stack([np.minimum.reduceat(v, at) for v in values], axis=1)


def _below(segments: FloatArray, maps: FloatArray, i: int, j: int) -> FloatArray:
    """The parts of segments (n, 2, 2) on which output i is at least all others but j, under each segment's own maps (n, m, 3)."""
    low, high = np.zeros(len(segments)), np.ones(len(segments))
    for k in range(maps.shape[1]):
        if k in (i, j):
            continue
        gap = maps[:, i] - maps[:, k]
        at = np.einsum("nec,nc->ne", segments, gap[:, :2]) + gap[:, 2:]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = at[:, 0] / (at[:, 0] - at[:, 1])
        low = np.where((at[:, 0] < 0) & (at[:, 1] >= 0), np.maximum(low, t), low)
        high = np.where((at[:, 0] >= 0) & (at[:, 1] < 0), np.minimum(high, t), high)
        high = np.where((at < 0).all(axis=1), -1.0, high)
    step = segments[:, 1] - segments[:, 0]
    cut = segments[:, :1] + np.stack([low, high], axis=1)[:, :, None] * step[:, None]
    return np.asarray(cut[low < high])
