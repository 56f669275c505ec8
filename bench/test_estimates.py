"""Estimates of the number of cells beside the true counts: how often the interval holds, how wide it is, and what share of the walk's time it takes.

Twenty networks of 10^4 to 10^6 cells, one estimate of each with seed 0; with ``GEOM_SEEDS`` in the environment so many more, for the table of
docs/estimates.md. The time share is that of a counting walk.
"""

import math
import os
from statistics import median

import numpy as np
import pytest

import geom
from bench.networks import ACASXU, acasxu, arrangement, cube, he_network, widths_of
from geom.estimates.estimation import estimate

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
ACAS = (("1_1", 1), ("1_1", 3), ("3_3", 9), ("3_3", 2))
ARRANGEMENTS = (("resonance", 5), ("threshold functions", 5))
TWINS = "3-80-80, each deep unit twice, no biases"
ASKED = 18  # intervals of 20 that must hold

LINES = []


def twins():
    """A degenerate network: its hyperplanes pass through the origin, and each unit of the second layer stands there twice."""
    rng = np.random.default_rng(0)
    weight = rng.integers(-5, 6, (80, 3))
    deep = np.repeat(rng.integers(-2, 3, (40, 80)), 2, axis=0)
    return geom.Network.mlp([weight.astype(float), deep.astype(float), np.ones((1, 80))], [np.zeros(80), np.zeros(80), np.zeros(1)])


def problems():
    for name in HE:
        yield name, lambda name=name: (he_network(name), cube(widths_of(name)[0]))
    for network, number in ACAS:
        yield f"ACAS Xu {network}, property {number}", lambda network=network, number=number: acasxu(network, number)
    for name, n in ARRANGEMENTS:
        yield f"{name}, n = {n}, whole space", lambda name=name, n=n: (arrangement(name, n), None)
    yield TWINS, lambda: (twins(), cube(3))


@pytest.mark.parametrize(("name", "problem"), list(problems()), ids=lambda value: value if isinstance(value, str) else "")
def test_estimate(name, problem):
    if name.startswith("ACAS") and not ACASXU.is_dir():
        pytest.skip("the ACAS Xu networks are not at hand")
    net, domain = problem()
    estimate(net, domain, probes=200)  # compile
    count = geom.count(net, domain)
    found = [estimate(net, domain, seed=seed) for seed in range(SEEDS)]
    holds = [one.low <= count.cells <= one.high for one in found]
    errors = [one.cells / count.cells - 1 for one in found]
    line = (
        f"| {name} | {count.cells:,} | {found[0]!r} | {'yes' if holds[0] else 'no'} "
        f"| {100 * sum(holds) / SEEDS:.0f} % | {100 * math.sqrt(sum(e * e for e in errors) / SEEDS):.0f} % "
        f"| {100 * median((one.high - one.low) / 2 / one.cells for one in found):.0f} % | {median(one.probes for one in found):,.0f} "
        f"| {100 * median(one.seconds for one in found) / count.seconds:.1f} % |"
    )
    LINES.append((line, holds[0]))
    print(f"\n{line}")


def test_intervals_hold():
    if len(LINES) < 20:
        pytest.skip("not all networks were estimated")
    print("\n" + "\n".join(line for line, _ in LINES))
    assert sum(holds for _, holds in LINES) >= ASKED
