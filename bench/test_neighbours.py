"""The adjacency matrix of about a million cells, each in a process of its own; and points looked up in a partition."""

import json
import subprocess
import sys
from dataclasses import asdict
from statistics import median

import numpy as np
import pytest

import geom
from bench.asked import ADJACENCY, LOCATE, LOCATED, NEIGHBOURS
from bench.networks import ACASXU as FILES
from bench.networks import ROOT, cube, he_network, widths_of


@pytest.mark.parametrize("case", NEIGHBOURS, ids=lambda case: case.name.replace(", ", "-").replace(" ", "_"))
def test_adjacency(benchmark, case):
    if case.number is not None and not FILES.is_dir():
        pytest.skip("no ACAS Xu files; name their folder in GEOM_ACASXU")
    runs = []
    arguments = [case.network] if case.number is None else [case.network, str(case.number)]

    def build():
        done = subprocess.run([sys.executable, "-m", "bench.neighbours", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout))

    benchmark.pedantic(build, rounds=case.rounds)
    first = runs[0]
    benchmark.extra_info.update(
        section=ADJACENCY,
        name=case.name,
        cells=first["cells"],
        walk=median(run["walk"] for run in runs),
        # What the fixture timed is a process with all its imports; the child timed the call.
        calls=[run["call"] for run in runs],
        signs=first["signs"],
        asked=asdict(case.asked) if case.asked else None,
        quoted=None,
        neighbours={"gigabytes": max(run["gigabytes"] for run in runs), "mean_degree": first["mean_degree"], "dim": first["dim"]},
    )


@pytest.mark.parametrize("case", LOCATED, ids=lambda case: case.name)
def test_locate(benchmark, case):
    dim, *_ = widths_of(case.name)
    part = geom.subdivide(he_network(case.name), cube(dim))
    points = np.random.default_rng(1).uniform(-1, 1, (case.points, dim))
    part.locate(points[:1000])  # compiles, and makes the table of hashes
    found = benchmark.pedantic(part.locate, args=(points,), rounds=case.rounds)
    assert (found >= 0).all()
    # Float signs where they are certain beyond doubt give the same codes.
    chosen = np.flatnonzero(_margins(part.network, points[:1000]) > 1e-9)
    assert (part.codes[found[chosen]] == _float_codes(part.network, points[chosen])).all()
    benchmark.extra_info.update(
        section=LOCATE,
        name=case.name,
        cells=len(part),
        walk=part.seconds,
        signs=[],
        asked=asdict(case.asked),
        quoted=None,
        points=case.points,
    )


def _forms(net, points):
    """Pre-activations of all hidden units in plain floats."""
    z = points
    for layer in net.hidden:
        h = z @ layer.weight.floats().T + layer.bias.floats()[:, 0]
        yield h
        z = np.maximum(h, 0)


def _margins(net, points):
    return np.min([np.abs(h).min(axis=1) for h in _forms(net, points)], axis=0)


def _float_codes(net, points):
    return np.concatenate([h > 0 for h in _forms(net, points)], axis=1)
