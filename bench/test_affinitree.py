"""affinitree (Rust, linear programs in doubles) and the engine by turns, from the same arrays: all cells of the whole space.

Theirs is a decision tree whose leaves are the cells, without those that its linear programs find empty, each with its affine function; ours the
walk, with codes, facets and witnesses. That both have the same number of cells is asserted, and that their tree computes our network.
"""

import warnings
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import pytest

import geom
from bench.asked import AFFINITREE
from bench.networks import he_arrays, widths_of
from bench.sections import AFFINITREE as SECTION
from bench.timing import by_turns, record

pytestmark = pytest.mark.skipif(find_spec("affinitree") is None, reason="affinitree is not installed: pip install 'geom-engine[affinitree]'")


def tree(affinitree, weights, biases):
    architecture = affinitree.Architecture(weights[0].shape[1])
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        architecture.linear(affinitree.AffFunc.from_mats(weight, bias))
        architecture.relu()
    architecture.linear(affinitree.AffFunc.from_mats(weights[-1], biases[-1]))
    return affinitree.builder.from_layers(architecture)


@pytest.mark.parametrize("rival", AFFINITREE, ids=lambda rival: rival.name)
def test_affinitree(benchmark, rival):
    with warnings.catch_warnings(action="ignore"):  # it says that torch is missing
        affinitree = import_module("affinitree")
    weights, biases = he_arrays(rival.name)
    ours, theirs = (lambda: geom.subdivide(geom.Network.mlp(weights, biases))), (lambda: tree(affinitree, weights, biases))
    ours()
    part, found, seconds = by_turns(benchmark, ours, theirs, rival.rounds, rival.calls)
    assert found.num_terminals() == len(part)
    for x in np.random.default_rng(1).normal(size=(100, widths_of(rival.name)[0])):
        np.testing.assert_allclose(found.evaluate(x), part.network(x[None])[0], rtol=1e-9, atol=1e-9)
    other = {"tool": "affinitree", "version": version("affinitree"), "seconds": seconds["seconds"], "cells": found.num_terminals()}
    record(benchmark, SECTION, rival.name, len(part), calls=seconds["calls"], walk=part.seconds, signs=list(part.stats), rival=other)
