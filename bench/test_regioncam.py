"""regioncam (Rust, float32, two dimensions) and the engine by turns, from the same arrays: the partition of the hidden layers over [-1, 1]^2."""

import time
from importlib.metadata import version

import numpy as np
import pytest

import geom
from bench.asked import BESIDE, REGIONCAM
from bench.memory import free_gigabytes
from bench.networks import cube, he_arrays
from bench.timing import time_walk, warm_up

regioncam = pytest.importorskip("regioncam", reason="regioncam is not installed: pip install 'geom-engine[compare]'")


def theirs(weights, biases):
    """Their partition; their weights are (n_in, n_out)."""
    plane = regioncam.Regioncam(size=1)
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        plane.linear(weight, bias)
        plane.relu()
    return plane


def ours(weights, biases):
    return geom.subdivide(geom.Network.mlp(weights, biases), cube(2))


@pytest.mark.parametrize("rival", REGIONCAM, ids=lambda rival: rival.name)
def test_regioncam(benchmark, rival):
    if free_gigabytes() < 1.5 * rival.gigabytes:
        pytest.skip(f"regioncam needs about {rival.gigabytes:g} GB for {rival.name}, and {free_gigabytes():.0f} GB are free")
    weights, biases = he_arrays(rival.name, np.float32)
    rounded = [np.ascontiguousarray(w.T, dtype=np.float32) for w in weights], [b.astype(np.float32) for b in biases]
    warm_up(2, len(weights) - 1)
    seconds, faces = [], []

    def their_turn():
        started = time.perf_counter()
        plane = theirs(*rounded)
        seconds.append(time.perf_counter() - started)
        faces.append(plane.num_faces)
        return weights, biases

    their_turn()
    seconds.clear()
    # The set-up of each of our rounds is a round of theirs: A B A B.
    time_walk(benchmark, BESIDE, rival.name, their_turn, rival.rounds, call=ours)
    benchmark.extra_info["rival"] = {"tool": "regioncam", "version": version("regioncam"), "seconds": seconds, "cells": faces[0]}
