"""Estimates of the number of cells beside the true counts: whether the interval holds, how wide it is, and what share of the walk's time it takes.

Twenty networks of 10^4 to 10^6 cells, one estimate of each with seed 0; with ``GEOM_SEEDS`` in the environment so many more, for the table of
docs/estimates.md. The time share is that of a counting walk. One network of some 10^7 cells beside them, in the long run: there the share is small.
"""

import math
import os
from statistics import median

import numpy as np
import pytest

import geom
from bench.asked import INTERVALS_ASKED, LEAST_ASKED, PROBES_ASKED, SHARE_ASKED
from bench.networks import acasxu, arrangement, cube, he_network, needs_acasxu, widths_of
from bench.sections import ESTIMATES
from bench.timing import record

SEEDS = int(os.environ.get("GEOM_SEEDS", "1"))
HE = (
    "2-150",
    "2-1400",
    "2-64-64-64",
    "2-256-256-256",
    "2-48-48-48-48-48-48",
    "3-60",
    "3-100",
    "3-64-64-64",
    "4-30",
    "4-50",
    "4-16-16-16",
    "5-30",
    "6-20",
)
LARGE = "3-128-128-128"
ACAS = (("1_1", 1), ("1_1", 3), ("3_3", 9), ("3_3", 2))
ARRANGEMENTS = (("resonance", 5), ("threshold functions", 5))
TWINS = "3-80-80, each deep unit twice, no biases"

HOLDS, PROBES, SHARES = [], [], []


def twins():
    """A degenerate network: its hyperplanes pass through the origin, and each unit of the second layer stands there twice."""
    rng = np.random.default_rng(0)
    weight = rng.integers(-5, 6, (80, 3))
    deep = np.repeat(rng.integers(-2, 3, (40, 80)), 2, axis=0)
    return geom.Network.mlp([weight.astype(float), deep.astype(float), np.ones((1, 80))], [np.zeros(80), np.zeros(80), np.zeros(1)])


def problems():
    """Name, and what makes the network and its domain."""
    for name in (*HE, LARGE):
        marks = pytest.mark.slow if name == LARGE else ()
        yield pytest.param(name, lambda name=name: (he_network(name), cube(widths_of(name)[0])), id=name, marks=marks)
    for network, number in ACAS:
        name = f"ACAS Xu {network}, property {number}"
        yield pytest.param(name, lambda network=network, number=number: acasxu(network, number), id=f"{network}-{number}", marks=needs_acasxu)
    for name, n in ARRANGEMENTS:
        yield pytest.param(f"{name}, n = {n}, whole space", lambda name=name, n=n: (arrangement(name, n), None), id=f"{name.replace(' ', '_')}-{n}")
    yield pytest.param(TWINS, lambda: (twins(), cube(3)), id="twins")


@pytest.mark.parametrize(("name", "problem"), list(problems()))
def test_estimate(benchmark, name, problem):
    net, domain = problem()
    geom.estimate(net, domain, probes=200)  # compile
    count = geom.count(net, domain)
    found = benchmark.pedantic(lambda: [geom.estimate(net, domain, seed=seed) for seed in range(SEEDS)], rounds=1)
    holds = [one.low <= count.cells <= one.high for one in found]
    errors = [one.cells / count.cells - 1 for one in found]
    share = 100 * median(one.seconds for one in found) / count.seconds
    if name != LARGE:
        HOLDS.append(holds[0])
        PROBES.append(max(one.probes for one in found))
        SHARES.append(share)
    figures = {
        "cells": f"{count.cells:,}",
        "estimate with seed 0": repr(found[0]).removeprefix("Estimate(").removesuffix(")"),
        "holds": "yes" if holds[0] else "no",
        f"holds, of {SEEDS} seeds": f"{100 * sum(holds) / SEEDS:.0f} %" if SEEDS > 1 else "",
        "error": f"{100 * math.sqrt(sum(e * e for e in errors) / SEEDS):.0f} %",
        "half width": f"{100 * median((one.high - one.low) / 2 / one.cells for one in found):.0f} %",
        "probes": f"{median(one.probes for one in found):,.0f}",
        "of the count's time": f"{share:.1f} %",
    }
    record(benchmark, ESTIMATES, name, count.cells, asked=[SHARE_ASKED.beside(share)] if name == LARGE else [], figures=figures)


def test_intervals_hold(benchmark):
    if len(HOLDS) < 20:
        pytest.skip("not all networks were estimated")
    assert benchmark.pedantic(lambda: sum(HOLDS), rounds=1) >= INTERVALS_ASKED.limit
    asked = [INTERVALS_ASKED.beside(sum(HOLDS)), PROBES_ASKED.beside(max(PROBES)), LEAST_ASKED.beside(min(SHARES))]
    record(benchmark, ESTIMATES, f"all {len(HOLDS)} networks", len(HOLDS), asked=asked, figures={"holds": f"{sum(HOLDS)} of {len(HOLDS)}"})
