"""Sites of the cells of a six-layer network in five dimensions, and the weights that make a whole partition one power diagram."""

import numpy as np
import pytest

import geom
from bench.asked import Asked
from bench.networks import cube, he_network
from bench.sections import SITES
from bench.timing import record

DEEP = "5-50-50-50-50-50-50"
CELLS = 300_000


@pytest.fixture(scope="module")
def first_cells():
    """The first 300,000 cells of a partition of many more."""
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(he_network(DEEP), cube(5), budget={"cells": CELLS})
    return stopped.value.partial


def test_sites(benchmark, first_cells):
    mu, rad = benchmark.pedantic(first_cells.sites, rounds=3)
    for i in range(0, CELLS, CELLS // 20):  # beside the affine map of the last layer's outputs, composed in integers
        slopes, offsets = first_cells.network.affine(first_cells[i].code, upto=6, exact=True)
        centroid, offset = slopes.sum(axis=0), offsets.sum()
        np.testing.assert_allclose(mu[i], centroid.astype(float), rtol=1e-8, atol=1e-8 * max(map(abs, centroid), default=0))
        assert rad[i] == pytest.approx(float(sum(v * v for v in centroid) + 2 * offset), rel=1e-8, abs=1e-8)
    record(benchmark, SITES, f"sites, {DEEP}", len(first_cells), asked=[Asked(5, "s")])


def test_whole_diagram(benchmark):
    part = geom.subdivide(he_network("3-32-32-32"), cube(3))
    part.adjacency()
    found = benchmark.pedantic(part.whole_diagram, rounds=3)
    assert found.facets == part.adjacency().nnz // 2
    record(benchmark, SITES, "whole_diagram, 3-32-32-32", len(part))
