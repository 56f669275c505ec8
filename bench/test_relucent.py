"""relucent (Python with Gurobi) and the engine by turns: every cell with its irredundant half-spaces, and the dual graph, on the whole space.

Theirs is a breadth-first search that finds a cell's facets by linear programs, without its closing certification (which would only add to its
time), then the dual graph and the rows of every cell's facets, composed in doubles. It searches in one worker beside the process that gathers the
results, so it has two cores where ours has one. Ours is the walk, the rows of all facets in doubles (`half_spaces`) and the adjacency matrix.
Both start from the same arrays, so our time includes building the `Network`; it is the mean of some calls in a row, for one takes a millisecond.
What both found is compared, not only counted.

relucent 1.0.0 joins every two cells whose codes differ in one unit, which in networks of two and more hidden layers need not share a facet, and
then lists that unit as a facet of both. Those edges are counted, and shown to be none by its own linear programs.
"""

import time
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context

import numpy as np
import pytest

import geom
from bench.asked import RELUCENT
from bench.complexes import complex_of
from bench.line import digits
from bench.networks import he_arrays, widths_of
from bench.sections import RELUCENT as SECTION
from bench.timing import by_turns, record
from geom.adjacency.halfspaces import half_spaces

pytestmark = pytest.mark.skipif(find_spec("relucent") is None, reason="relucent is not installed: pip install 'geom-engine[relucent]'")
CLOSE = 1e-6


@pytest.fixture(scope="module")
def apart():
    """Runs a function in a process that lives as long as this module's tests, and holds nothing of ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield lambda function, *arguments: pool.submit(function, *arguments).result()


def ours(weights, biases):
    part = geom.subdivide(geom.Network.mlp(weights, biases))
    return part, part.adjacency(), half_spaces(part)


def false_edges(codes, adjacency, found):
    """Edges of theirs beyond ours; all of ours are among theirs."""
    i, j = adjacency.nonzero()
    own = {frozenset((codes[p], codes[q])) for p, q in zip(i.tolist(), j.tolist(), strict=True)}
    assert own <= {frozenset(pair) for *pair, _ in found.edges}
    return [edge for edge in found.edges if frozenset(edge[:2]) not in own]


def assert_same_half_spaces(part, codes, rows, found):
    """At every cell the facets are those of the linear programs, on the same half-spaces."""
    a, b = rows
    ends = np.cumsum([len(cell.facets) for cell in part])
    for cell, code, end in zip(part, codes, ends, strict=True):
        theirs = {unit: row for unit, row in found.half_spaces[code].items() if (code, unit) not in found.refuted}
        units = [facet.units[0] for facet in cell.facets]
        assert sorted(units) == sorted(theirs)
        here = slice(end - len(units), end)
        np.testing.assert_allclose(np.column_stack([a[here], -b[here]]), [theirs[unit] for unit in units], rtol=CLOSE, atol=CLOSE)


def seconds_of_exact_rows(weights, biases):
    """Every row correctly rounded, cell by cell, on a partition that has composed none yet."""
    part = geom.subdivide(geom.Network.mlp(weights, biases))
    started = time.perf_counter()
    for cell in part:
        cell.hrep()
    return time.perf_counter() - started


@pytest.mark.parametrize("rival", RELUCENT, ids=lambda rival: rival.name)
def test_relucent(benchmark, apart, rival):
    weights, biases = he_arrays(rival.name)
    tiny = he_arrays("-".join(["2", *["2"] * len(widths_of(rival.name)[1:-1])]))
    apart(complex_of, *tiny)
    ours(weights, biases)
    last, _, seconds = by_turns(benchmark, lambda: ours(weights, biases), lambda: apart(complex_of, weights, biases), rival.rounds, rival.calls)
    part, adjacency, rows = last
    found = apart(complex_of, weights, biases, True)
    codes = [tuple(code) for code in part.codes.tolist()]
    assert codes == sorted(found.half_spaces)
    false = false_edges(codes, adjacency, found)
    assert {(code, unit) for *pair, unit in false for code in pair} == found.refuted
    assert_same_half_spaces(part, codes, rows, found)
    exact = min(seconds_of_exact_rows(weights, biases) for _ in range(rival.rounds))
    also = [
        f"{adjacency.nnz // 2:,} edges of both, {len(false)} of relucent's join cells that share no facet",
        f"{digits(min(seconds['seconds']) / (min(seconds['calls']) + exact), 2)} times faster with every row correctly rounded",
    ]
    other = {"tool": "relucent", "version": version("relucent"), "seconds": seconds["seconds"], "cells": len(found.half_spaces)}
    record(benchmark, SECTION, rival.name, len(part), calls=seconds["calls"], signs=list(part.stats), asked=[rival.asked], rival=other, also=also)
