"""Theorem 6: the cell of an input by the network's own layers, and by comparing the powers of all sites of its partition (errata: E10).

Both run on the same inputs as matrix products in doubles; what they find is compared.
"""

import numpy as np
import pytest

import geom
from bench.networks import cube, he_network
from bench.sections import INFERENCE
from bench.timing import by_turns, record
from geom.sites.complexity import network_cost, sites_cost

INPUTS, AT_ONCE, ROUNDS = 4096, 64, 3


def codes_by_layers(network, x):
    """One product of matrices a layer."""
    codes = []
    for layer in network.hidden:
        h = x @ layer.weight.floats().T + layer.bias.floats()[:, 0]
        codes.append(h > 0)
        x = np.maximum(h, 0)
    return np.concatenate(codes, axis=1).astype(np.uint8)


def cells_by_search(mu, offset, x):
    """The least of ||mu||^2 - rad - 2 <mu, x> over all sites."""
    return np.concatenate([np.argmin(offset - 2 * (x[i : i + AT_ONCE] @ mu.T), axis=1) for i in range(0, len(x), AT_ONCE)])


@pytest.mark.parametrize("name", ["3-16", "3-64", "3-16-16", "3-32-32"])
def test_forward_pass_beside_all_sites(benchmark, name):
    network = he_network(name)
    part = geom.subdivide(network, cube(3))
    mu, rad = part.whole_diagram().sites()
    offset = (mu**2).sum(axis=1) - rad
    x = np.random.default_rng(1).uniform(-1, 1, size=(INPUTS, 3))
    codes, found, seconds = by_turns(benchmark, lambda: codes_by_layers(network, x), lambda: cells_by_search(mu, offset, x), ROUNDS)
    assert (part.code_table.find(codes) == found).mean() > 0.999  # doubles may err at borders
    layers, sites = network_cost(network, shared=True).multiply_adds, sites_cost(len(part), 3).multiply_adds
    also = [f"{layers:,} multiply-adds by the layers, {sites:,} by all sites"]
    other = {"tool": "all sites", "version": "", "seconds": seconds["seconds"], "cells": len(part)}
    record(benchmark, INFERENCE, name, len(part), calls=seconds["calls"], per="input", items=INPUTS, rival=other, also=also)
