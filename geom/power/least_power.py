"""Which site has the least power at a point: guessed by a k-d tree, found by a walk over the diagram's cells, ties decided in integers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from operator import mul

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geom.exact import FloatArray
from geom.kernels.sites.descent import descend
from geom.power.integers import Integers
from geom.power.regular_subdivision import RegularSubdivision

__all__ = ["LeastPower"]

Ints = NDArray[np.int64]


class LeastPower:
    """Sites made ready for questions.

    Parameters
    ----------
    subdivision : RegularSubdivision
    adjacency : (N, N) csr_array
        Which full-dimensional cells share a facet.
    """

    def __init__(self, subdivision: RegularSubdivision, adjacency: csr_array) -> None:
        self.subdivision, self.lifted = subdivision, subdivision.lifted
        self.start, self.beyond = adjacency.indptr, adjacency.indices

    def at(self, points: Integers) -> Ints:
        """(n,) the first site of least power at each of the points (n, d)."""
        if not points.shape[0]:
            return np.zeros(0, dtype=np.int64)
        mu, rad = self.lifted.mu, self.lifted.rad
        site, is_open = self._guess(points.floats), np.zeros(points.shape[0], dtype=np.bool_)
        are_rounded = not (mu.is_float and points.is_float), not rad.is_float
        with np.errstate(over="ignore", invalid="ignore"):
            descend(mu.floats, rad.floats, *are_rounded, self.start, self.beyond, points.floats, site, is_open)
        for i in np.flatnonzero(is_open).tolist():
            site[i] = self._descend_exactly(self._comparer(points, i), int(site[i]))
        return site

    def _guess(self, x: FloatArray) -> Ints:
        """The vertex whose sphere lift (mu, sqrt(max rad - rad)) is nearest to (x, 0), in floats."""
        with np.errstate(over="ignore", invalid="ignore"):
            points = _tame(np.concatenate([x / self._scale, np.zeros((len(x), 1))], axis=1))
        nearest: Ints = self.subdivision.vertices[self._tree.query(points)[1]]
        return nearest

    @cached_property
    def _scale(self) -> float:
        """A power of two; squares of coordinates divided by it do not overflow."""
        return math.ldexp(1.0, min(1000, math.frexp(float(np.abs(self.lifted.mu.floats).max()))[1]))

    @cached_property
    def _tree(self) -> KDTree:
        vertices = self.subdivision.vertices
        mu, rad = self.lifted.mu.floats[vertices], self.lifted.rad.floats[vertices]
        with np.errstate(over="ignore", invalid="ignore"):
            height = np.sqrt((rad.max() - rad) / self._scale / self._scale)
        return KDTree(_tame(np.concatenate([mu / self._scale, height[:, None]], axis=1)))

    def _comparer(self, points: Integers, i: int) -> Callable[[int], int]:
        """The power of a site at point i less |x|^2, times a positive number that makes it an integer."""
        lifted = self.lifted
        heights, mu, x = lifted.heights, lifted.mu.python(), points.python()[i]
        ratio = 2 * lifted.mu.unit * points.unit / lifted.height_unit
        p, q = ratio.denominator, ratio.numerator
        return lambda site: int(p * heights[site] - q * sum(map(mul, mu[site], x)))

    def _descend_exactly(self, power: Callable[[int], int], here: int) -> int:
        """The same walk, then all sites of the same power: the full-dimensional cells at a point hang together by facets.

        A lower-dimensional cell lies in the boundary of full-dimensional ones, so its site is asked only where these tie.
        """
        least, tied, queue = power(here), {here}, [here]
        while queue:
            site = queue.pop()
            for there in self.beyond[self.start[site] : self.start[site + 1]].tolist():
                value = power(there)
                if value < least:
                    least, tied, queue = value, {there}, [there]
                    break
                if value == least and there not in tied:
                    tied.add(there)
                    queue.append(there)
        first = min(tied)
        flat = self.subdivision.flat_sites
        return next((q for q in flat[: np.searchsorted(flat, first)].tolist() if power(q) == least), first)


def _tame(points: FloatArray) -> FloatArray:
    """Coordinates whose squares are numbers."""
    return np.clip(np.nan_to_num(points), -1e150, 1e150)
