"""The adjacency matrix of about a million cells, each in a process of its own; and points looked up in a partition."""

from statistics import median

import numpy as np
import pytest

import geom
from bench.asked import LOCATED, NEIGHBOURS, NEIGHBOURS_MEMORY
from bench.networks import cube, he_network, needs_acasxu, widths_of
from bench.sections import ADJACENCY, LOCATE
from bench.timing import alone, record


def cases():
    for case in NEIGHBOURS:
        yield pytest.param(case, marks=() if case.number is None else needs_acasxu, id=case.name.replace(", property ", "-"))


@pytest.mark.parametrize("case", list(cases()))
def test_adjacency(benchmark, case):
    runs = []
    arguments = [case.network] if case.number is None else [case.network, str(case.number)]
    benchmark.pedantic(lambda: runs.append(alone("bench.neighbours", *arguments)), rounds=case.rounds)
    first, gigabytes = runs[0], max(run["gigabytes"] for run in runs)
    record(
        benchmark,
        ADJACENCY,
        case.name,
        first["cells"],
        calls=[run["call"] for run in runs],  # without interpreter and imports
        walk=median(run["walk"] for run in runs),
        asked=[case.asked, NEIGHBOURS_MEMORY.beside(gigabytes) if case.asked else None],
        also=[f"{gigabytes:.2f} GB beside the partition", f"mean degree {first['mean_degree']:.3f} (2d = {2 * first['dim']})"],
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
    record(benchmark, LOCATE, case.name, len(part), per="point", items=case.points, asked=[case.asked], also=[f"{case.points:,} points in a call"])


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
