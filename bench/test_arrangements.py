"""Degenerate arrangements on the whole space: every sign that is not inherited is a candidate for zero. The counts are the published ones."""

import pytest

import geom
from bench.asked import ARRANGEMENT, ARRANGEMENTS
from bench.networks import arrangement
from bench.timing import time_walk


@pytest.mark.parametrize("case", ARRANGEMENTS, ids=lambda case: f"{case.name.replace(' ', '_')}-{case.n}")
def test_arrangement(benchmark, case):
    geom.subdivide(arrangement("braid", 3))
    partition = time_walk(
        benchmark, ARRANGEMENT, f"{case.name}, n = {case.n}", lambda: (arrangement(case.name, case.n),), case.rounds, asked=case.asked
    )
    assert len(partition) == case.cells
