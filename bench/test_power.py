"""Power diagrams from sites to exact adjacency, by turns with Qhull's hull of the lifted sites (scipy), whose facets are floats and prove nothing.

Random sites, in general position, where both should find the same pairs; and degenerate ones, where Qhull splits flat faces at will and so reports
pairs of cells that do not touch in a facet.
"""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pytest
import scipy
from scipy.spatial import ConvexHull, Delaunay

from bench.asked import Asked
from bench.sections import POWER
from bench.timing import by_turns, record
from geom import PowerDiagram


@dataclass(frozen=True)
class Sites:
    """A set of sites, whether Qhull's answer must be the same, and the pairs that there are where that is known."""

    name: str
    make: str
    n: int
    dim: int
    is_generic: bool
    pairs: int | None = None
    asked: Asked | None = None
    rounds: int = 5


SITES = (
    Sites("random, Voronoi", "voronoi", 100_000, 2, True, None, Asked(3, "s")),
    Sites("random, weighted", "weighted", 100_000, 2, True, None, Asked(3, "s")),
    Sites("random, Voronoi", "voronoi", 20_000, 3, True, None, Asked(10, "s")),
    Sites("random, weighted", "weighted", 20_000, 3, True, None, Asked(10, "s")),
    Sites("random, Voronoi", "voronoi", 2_000, 5, True),
    Sites("grid of integers", "grid", 100**2, 2, False, 2 * 100 * 99),
    Sites("grid of np.linspace", "ticks", 100**2, 2, False, 2 * 100 * 99),
    Sites("grid of integers", "grid", 20**3, 3, False, 3 * 20 * 20 * 19),
)


def sites(case):
    """(mu, rad) of a case."""
    rng = np.random.default_rng(0)
    if case.make in ("voronoi", "weighted"):
        mu = rng.random((case.n, case.dim))
        spacing = case.n ** (-1 / case.dim)
        return mu, rng.random(case.n) * (spacing**2 if case.make == "weighted" else 0.0)
    side = round(case.n ** (1 / case.dim))
    ticks = np.linspace(0, 1, side) if case.make == "ticks" else np.arange(float(side))
    return np.array(list(product(ticks, repeat=case.dim))), np.zeros(case.n)


def pairs_by_qhull(mu, rad):
    """Pairs of vertices of the lower facets."""
    if rad.any():
        hull = ConvexHull(np.concatenate([mu, ((mu**2).sum(axis=1) - rad)[:, None]], axis=1))
        simplices = hull.simplices[hull.equations[:, -2] < 0].astype(np.int64)
    else:
        simplices = Delaunay(mu).simplices.astype(np.int64)
    names = [simplices[:, list(p)].min(axis=1) * len(mu) + simplices[:, list(p)].max(axis=1) for p in combinations(range(simplices.shape[1]), 2)]
    return np.unique(np.concatenate(names))


def our_pairs(diagram):
    matrix = diagram.adjacency().tocoo()
    upper = matrix.row < matrix.col
    return np.sort(matrix.row[upper].astype(np.int64) * len(diagram) + matrix.col[upper])


@pytest.mark.parametrize("case", SITES, ids=lambda case: f"{case.make}-{case.n}-{case.dim}d")
def test_power(benchmark, case):
    mu, rad = sites(case)
    warm = np.random.default_rng(0).random((60, case.dim))
    PowerDiagram(warm, np.zeros(60)).adjacency()
    PowerDiagram(np.round(2 * warm), np.zeros(60)).adjacency()

    def ours():
        diagram = PowerDiagram(mu, rad)
        diagram.adjacency()
        return diagram

    diagram, theirs, seconds = by_turns(benchmark, ours, lambda: pairs_by_qhull(mu, rad), case.rounds)
    found = our_pairs(diagram)
    if case.is_generic:
        assert np.array_equal(found, theirs)
    if case.pairs is not None:
        assert len(found) == case.pairs
    alive = len(np.unique(np.concatenate(np.divmod(theirs, case.n))))
    other = {"tool": "Qhull", "version": f"(scipy {scipy.__version__})", "seconds": seconds["seconds"], "cells": alive}
    name, cells = f"{case.n:,} in {case.dim}-D, {case.name}", len(diagram.regular_subdivision().vertices)
    also = [f"{len(found):,} pairs share a facet, {len(theirs):,} by Qhull"]
    record(benchmark, POWER, name, cells, calls=seconds["calls"], asked=[case.asked], rival=other, also=also)
