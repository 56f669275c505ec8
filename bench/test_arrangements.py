"""Degenerate networks on the whole space. Arrangements, whose counts are the published ones: every sign that is not inherited is a candidate for
zero. And networks without biases whose numbers are so long that only integers of any length decide their zeros.
"""

import numpy as np
import pytest

import geom
from bench.asked import ARRANGEMENTS
from bench.networks import arrangement, he_arrays
from bench.sections import ARRANGEMENT
from bench.timing import time_walk


@pytest.mark.parametrize("case", ARRANGEMENTS, ids=lambda case: f"{case.name.replace(' ', '_')}-{case.n}")
def test_arrangement(benchmark, case):
    geom.subdivide(arrangement("braid", 3))
    name = f"{case.name}, n = {case.n}"
    part = time_walk(benchmark, ARRANGEMENT, name, lambda: (arrangement(case.name, case.n),), case.rounds, asked=case.asked)
    assert len(part) == case.cells


def without_biases(name, bits):
    """A He network without biases, its weights rounded to so many bits behind the point, or as they are."""
    weights, biases = he_arrays(name)
    rounded = weights if bits is None else [np.round(weight * 2**bits) / 2**bits for weight in weights]
    return geom.Network.mlp(rounded, [np.zeros_like(bias) for bias in biases])


@pytest.mark.parametrize(("name", "bits"), [("3-24-24-24", None), ("3-32-32-32-32-32", 8)], ids=["3-24-24-24", "3-32-32-32-32-32"])
def test_long_numbers(benchmark, name, bits):
    geom.subdivide(without_biases("2-3-3", bits))
    title = f"{name} without biases, weights of {'53 bits' if bits is None else f'{bits} bits behind the point'}"
    part = time_walk(benchmark, ARRANGEMENT, title, lambda: (without_biases(name, bits),), 3)
    assert not part.is_bounded.any()  # cones
