"""One layer's cells counted without listing them: arrangements with published counts, and random lines, hundreds of millions of cells."""

from math import comb

import numpy as np
import pytest

import geom
from bench.asked import COUNTS
from bench.networks import cube
from bench.sections import COUNTING
from bench.timing import record
from geom import examples


def random_lines(count):
    """Gaussian normals and offsets; nearly all lines meet the box, and seven in ten pairs cross there."""
    generator = np.random.default_rng(0)
    return geom.Layer.relu(generator.standard_normal((count, 2)), 0.3 * generator.standard_normal(count))


def cases():
    for case in COUNTS:
        yield pytest.param(case, marks=pytest.mark.slow if case.is_long else (), id=f"{case.example.replace(' ', '_')}-{case.size}")


@pytest.mark.parametrize("case", list(cases()))
def test_counting(benchmark, case):
    geom.arrangement.count_layer(random_lines(50), cube(2))
    geom.arrangement.count_layer(examples.resonance(4).network)
    if case.example.startswith("lines"):
        domain = cube(2) if "box" in case.example else None
        cells = benchmark.pedantic(geom.arrangement.count_layer, setup=lambda: ((random_lines(case.size), domain), {}), rounds=case.rounds)
        in_general_position = 1 + case.size + comb(case.size, 2)
        assert cells == in_general_position if domain is None else 0.5 * in_general_position < cells < in_general_position
        name = f"{case.size:,} {case.example}"
    else:
        example = getattr(examples, case.example)(case.size)
        cells = benchmark.pedantic(
            geom.arrangement.count_layer, setup=lambda: ((getattr(examples, case.example)(case.size).network,), {}), rounds=case.rounds
        )
        assert cells == example.cells
        name = f"{case.example.replace('_', ' ')}, n = {case.size}"
    record(benchmark, COUNTING, name, cells, asked=[case.asked])
