"""relucent (Python with Gurobi) and the engine by turns: every cell with its irredundant half-spaces, and the dual graph, on the whole space.

Theirs is a breadth-first search that finds a cell's facets by linear programs, without its closing certification (which would only add to its
time), then the dual graph and the rows of every cell's facets, composed in doubles. It runs in one worker process beside the one that gathers
the results, so it has two cores where ours has one. Ours is the walk, the rows of all facets in doubles (`half_spaces`) and the adjacency
matrix. Both start from the same arrays, so our time includes building the `Network`. What both found is compared, not only counted.

relucent 1.0.0 joins every two cells whose codes differ in one unit, which in networks of two and more hidden layers need not share a facet, and
then lists that unit as a facet of both. Those edges are counted, and shown to be none by its own linear programs.
"""

import time
from importlib.metadata import version

import numpy as np
import pytest

import geom
from bench.asked import FASTER_ASKED, RELUCENT, WITH_RELUCENT
from bench.networks import he_arrays, widths_of
from bench.timing import time_walk
from geom.halfspaces import half_spaces

relucent = pytest.importorskip("relucent", reason="relucent is not installed: pip install 'geom-engine[relucent]'")
calculations = pytest.importorskip("relucent.geometry.calculations")

# Its pool forks while pytest-benchmark and numba have threads; Python 3.12 and later warn of that.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
CLOSE = 1e-6


def theirs(weights, biases):
    """Their complex, its dual graph, and the rows (a, b) of a.x + b <= 0 of every cell."""
    found = relucent.Complex(list(zip(weights, biases, strict=True)))
    search = found.bfs(nworkers=1, verbose=0, verify=False)
    assert search.complete, "the search came to its end"
    return found, found.dual_graph(), [np.asarray(cell.halfspaces)[cell.shis] for cell in found]


def ours(weights, biases):
    part = geom.subdivide(geom.Network.mlp(weights, biases))
    return part, part.adjacency(), half_spaces(part)


def code_of(cell):
    return tuple((cell.ss_np > 0).astype(int).ravel().tolist())


def assert_same_cells(part, found):
    codes = [tuple(code) for code in part.codes.tolist()]
    assert codes == sorted(map(code_of, found))
    return codes


def false_edges(codes, adjacency, graph):
    """Edges (a, b, unit) of theirs beyond ours; all of ours are among theirs."""
    i, j = adjacency.nonzero()
    own = {frozenset((codes[p], codes[q])) for p, q in zip(i.tolist(), j.tolist(), strict=True)}
    pairs = {frozenset((code_of(a), code_of(b))): (a, b, unit) for a, b, unit in graph.edges(data="shi")}
    assert own <= set(pairs)
    return [pairs[pair] for pair in set(pairs) - own]


def assert_no_facet(network, false):
    """By relucent's own linear programs, asked anew, the cells that these edges join have no facet there."""
    for *cells, unit in false:
        for cell in cells:
            assert unit not in calculations.shis(relucent.Polyhedron(network, cell.ss_np)), "a facet that ours does not have"


def assert_same_half_spaces(part, rows, found, false):
    """The same half-spaces at each cell; theirs lists a false edge as a facet of both cells."""
    claimed = {(code_of(cell), unit) for *cells, unit in false for cell in cells}
    theirs = {code_of(cell): _scaled_rows(cell) for cell in found}
    a, b = rows
    ends = np.cumsum([len(cell.facets) for cell in part])
    for cell, end in zip(part, ends, strict=True):
        code = tuple(cell.code.tolist())
        units = [facet.units[0] for facet in cell.facets]
        assert sorted(units) == sorted(unit for unit in theirs[code] if (code, unit) not in claimed)
        here = slice(end - len(units), end)
        np.testing.assert_allclose(np.column_stack([a[here], -b[here]]), [theirs[code][unit] for unit in units], rtol=CLOSE, atol=CLOSE)


def _scaled_rows(cell):
    """Rows of the facets by unit, scaled to largest slope 1."""
    rows = np.asarray(cell.halfspaces)[cell.shis]
    return dict(zip(cell.shis, rows / np.abs(rows[:, :-1]).max(axis=1, keepdims=True), strict=True))


def seconds_of_exact_rows(weights, biases):
    """Every row correctly rounded, cell by cell, on a partition that has composed none yet."""
    part = geom.subdivide(geom.Network.mlp(weights, biases))
    started = time.perf_counter()
    for cell in part:
        cell.hrep()
    return time.perf_counter() - started


@pytest.mark.parametrize("rival", RELUCENT, ids=lambda rival: rival.name)
def test_relucent(benchmark, rival):
    weights, biases = he_arrays(rival.name)
    tiny = he_arrays("-".join(["2", *["2"] * len(widths_of(rival.name)[1:-1])]))
    theirs(*tiny)
    ours(*tiny)
    seconds, last = [], {}

    def their_turn():
        started = time.perf_counter()
        last["theirs"] = theirs(weights, biases)
        seconds.append(time.perf_counter() - started)
        return weights, biases

    def our_turn(*arrays):
        last["ours"] = ours(*arrays)
        return last["ours"][0]

    # The set-up of each of our rounds is a round of theirs: A B A B.
    time_walk(benchmark, WITH_RELUCENT, rival.name, their_turn, rival.rounds, call=our_turn, asked=FASTER_ASKED)
    (part, adjacency, rows), (found, graph, _) = last["ours"], last["theirs"]
    false = false_edges(assert_same_cells(part, found), adjacency, graph)
    assert_no_facet(found.net, false)
    assert_same_half_spaces(part, rows, found, false)
    benchmark.extra_info["rival"] = {
        "tool": "relucent",
        "version": version("relucent"),
        "seconds": seconds,
        "cells": len(found),
        "edges": adjacency.nnz // 2,
        "false_edges": len(false),
        "exact_rows": min(seconds_of_exact_rows(weights, biases) for _ in range(rival.rounds)),
    }
