"""regioncam (Rust, float32, two dimensions) and the engine by turns, from the same arrays: the partition of the hidden layers over [-1, 1]^2."""

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
import pytest

import geom
from bench.asked import REGIONCAM
from bench.memory import free_gigabytes
from bench.networks import cube, he_arrays
from bench.sections import REGIONCAM as SECTION
from bench.timing import by_turns, record, warm_up

pytestmark = pytest.mark.skipif(find_spec("regioncam") is None, reason="regioncam is not installed: pip install 'geom-engine[compare]'")


def plane(regioncam, weights, biases):
    """Their partition; their weights are (n_in, n_out)."""
    found = regioncam.Regioncam(size=1)
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        found.linear(weight, bias)
        found.relu()
    return found


@pytest.mark.parametrize("rival", REGIONCAM, ids=lambda rival: rival.name)
def test_regioncam(benchmark, rival):
    if free_gigabytes() < 1.5 * rival.gigabytes:
        pytest.skip(f"regioncam needs about {rival.gigabytes:g} GB for {rival.name}, and {free_gigabytes():.0f} GB are free")
    regioncam = import_module("regioncam")
    weights, biases = he_arrays(rival.name, np.float32)
    rounded = [np.ascontiguousarray(w.T, dtype=np.float32) for w in weights], [b.astype(np.float32) for b in biases]
    warm_up(2, len(weights) - 1)
    part, found, seconds = by_turns(
        benchmark, lambda: geom.subdivide(geom.Network.mlp(weights, biases), cube(2)), lambda: plane(regioncam, *rounded), rival.rounds
    )
    other = {"tool": "regioncam", "version": version("regioncam"), "seconds": seconds["seconds"], "cells": found.num_faces}
    record(
        benchmark, SECTION, rival.name, len(part), calls=seconds["calls"], walk=part.seconds, signs=list(part.stats), asked=[rival.asked], rival=other
    )
