"""Cells and pairs of neighbours of small degenerate networks: the true numbers, ours, and those of relucent and affinitree, or how they decline.

relucent is given a start off all hyperplanes and its closing certification, both of which it likes to have.
"""

import warnings
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest

import geom
from bench.degenerate import DEGENERATE as CASES
from bench.sections import DEGENERATE
from bench.test_affinitree import tree
from bench.timing import record

START = (0.1234567, 0.7654321, -0.3456789, 0.2345678)


def ours(case):
    part = geom.subdivide(case.network)
    return len(part), part.adjacency().nnz // 2


def by_relucent(case):
    if find_spec("relucent") is None:
        return ""
    relucent = import_module("relucent")
    found = relucent.Complex(case.layers)
    try:
        found.bfs(np.array(START[: found.dim]), nworkers=1, verbose=0)
    except (ValueError, RuntimeError) as error:
        return f"declines: {type(error).__name__}"
    return f"{len(found):,}, {found.dual_graph().number_of_edges():,}"


def by_affinitree(case):
    if find_spec("affinitree") is None:
        return ""
    with warnings.catch_warnings(action="ignore"):  # it says that torch is missing
        affinitree = import_module("affinitree")
    weights, biases = zip(*case.layers, strict=True)
    return f"{tree(affinitree, weights, biases).num_terminals():,} leaves"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(", ", "-").replace(" ", "_"))
def test_degenerate(benchmark, case):
    cells, pairs = benchmark.pedantic(ours, args=(case,), rounds=1)
    assert (cells, pairs) == (case.cells, case.pairs)
    figures = {
        "true cells, pairs": f"{case.cells:,}, {case.pairs:,}",
        "ours": f"{cells:,}, {pairs:,}",
        "relucent": by_relucent(case),
        "affinitree": by_affinitree(case),
    }
    record(benchmark, DEGENERATE, case.name, cells, figures=figures)
