"""Which cells touch: the cell across every facet beside the one that lies there geometrically, in exact arithmetic."""

from math import comb

import networkx as nx
import numpy as np
import pytest
from cases import ARRANGEMENTS, BY_NAME, CASES, SPACE_ARRANGEMENTS, moment_curve, random_problem
from comparison import across_facets, both_sides, codes, facet_names
from scipy.sparse import csgraph

import geom
from geom.engine.switches import Engine

SMALL = [case.name for case in (*CASES, *ARRANGEMENTS) if case.cells < 50]
LARGE = [case.name for case in (*CASES, *ARRANGEMENTS) if case.cells >= 50]
SPACES = {case.name: case for case in SPACE_ARRANGEMENTS if case.cells < 200}


def assert_across(part, expected, problem):
    """Across every facet lies the cell that the reference found there; walls have none, and every pair is there from both sides."""
    named = codes(part)
    beyond, at = part.facets.beyond, part.facets.at
    across = {(named[i], name): beyond[at[i] + k] for i, cell in enumerate(part) for k, name in enumerate(facet_names(cell))}
    for code, facet, other in expected:
        assert named[across[code, facet]] == other, (problem.shown(), code, facet)
    for (code, (walls, _)), there in across.items():
        assert (there < 0) == bool(walls), (problem.shown(), code)
    assert_graph_is_sound(part)


def assert_graph_is_sound(part):
    """Symmetric, no loops, connected; every facet counted twice or on the border."""
    matrix = part.adjacency()
    assert (matrix != matrix.T).nnz == 0
    assert matrix.diagonal().sum() == 0
    assert matrix.has_canonical_format
    assert csgraph.connected_components(matrix, directed=False)[0] == 1
    walls = np.count_nonzero(part.facets.wall >= 0)
    assert len(part.facets.beyond) == matrix.nnz + walls
    assert (np.diff(part.facets.at) == [len(cell.facets) for cell in part]).all()


@pytest.mark.parametrize("name", SMALL)
def test_degenerate_cells_touch_where_they_share_a_facet(name):
    case, part, _ = both_sides(BY_NAME.__getitem__, name)
    assert_across(part, across_facets(BY_NAME.__getitem__, name), case)


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_large_degenerate_cells_touch_where_they_share_a_facet(name):
    case, part, _ = both_sides(BY_NAME.__getitem__, name)
    assert_across(part, across_facets(BY_NAME.__getitem__, name), case)


@pytest.mark.parametrize("name", SPACES)
def test_cells_of_the_whole_space_touch_where_they_share_a_facet(name):
    case = SPACES[name]
    assert_across(geom.subdivide(case.network(), case.region()), across_facets(SPACES.__getitem__, name), case)


@pytest.mark.parametrize("seed", range(96))
def test_cells_of_random_networks_touch_where_they_share_a_facet(seed):
    problem, part, _ = both_sides(random_problem, seed)
    assert_across(part, across_facets(random_problem, seed), problem)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(96, 480))
def test_cells_of_more_random_networks_touch_where_they_share_a_facet(seed):
    problem, part, _ = both_sides(random_problem, seed)
    assert_across(part, across_facets(random_problem, seed), problem)


def test_units_that_wake_up_on_both_sides_are_crossed_exactly():
    """Beyond 0, relu(relu(x)) wakes up and relu(relu(-x)) falls asleep: flipping what either side lists gives no cell."""
    net = geom.Network.mlp([[[1], [-1]], [[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [0, 0], [0]])
    part = geom.subdivide(net, geom.Box([-1], [1]))
    assert codes(part) == [(0, 1, 0, 1), (1, 0, 1, 0)]
    assert [cell.facets[k].units for cell, k in zip(part, (1, 0), strict=True)] == [(0, 1, 3), (0, 1, 2)]
    assert part.adjacency().toarray().tolist() == [[0, 1], [1, 0]]
    assert part.graph().edges[0, 1]["units"] == (0, 1, 2, 3)


def test_codes_at_distance_one_need_not_touch():
    """|x|, then relu(|x| - 1): the outer cells differ in one unit and are two apart."""
    net = geom.Network.mlp([[[1]], [[1]], [[1]]], [[0], [-1], [0]], activation=["abs", "relu"])
    part = geom.subdivide(net, geom.Box([-2], [2]))
    outer = [part.find([0, 1]), part.find([1, 1])]
    assert nx.shortest_path_length(part.graph(), *outer) == 3
    assert part.adjacency()[outer[0], outer[1]] == 0


@pytest.mark.parametrize(("hyperplanes", "dim"), [(9, 1), (8, 2), (7, 3), (6, 4)])
def test_edges_of_a_generic_arrangement_are_counted_by_zaslavsky(hyperplanes, dim):
    """Inner facets lie n on the n hyperplanes, each cut by the others into cells of one dimension less."""
    problem = moment_curve(hyperplanes, dim)
    part = geom.subdivide(problem.network())
    on_each = sum(comb(hyperplanes - 1, k) for k in range(dim))
    assert part.adjacency().nnz == 2 * hyperplanes * on_each
    assert part.mean_degree() <= 2 * dim
    assert part.diameter() == hyperplanes  # opposite unbounded cells are on different sides of all hyperplanes


@pytest.mark.parametrize("name", SMALL[::7])
def test_adjacency_is_the_same_where_no_float_decides(name):
    case = BY_NAME[name]
    one, two = (geom.subdivide(case.network(), case.region(), engine=engine) for engine in (Engine(), Engine(filter=False)))
    assert all((a == b).all() for a, b in zip(one.facets, two.facets, strict=True))


def test_a_partition_cut_short_has_the_edges_among_its_cells():
    problem = moment_curve(12, 2)
    whole = geom.subdivide(problem.network(), problem.region())
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget={"cells": 40})
    part = stopped.value.partial
    kept = [whole.find(code) for code in part.codes]
    assert (part.adjacency() != whole.adjacency()[kept][:, kept]).nnz == 0


def test_a_partition_that_is_none_is_refused():
    problem = moment_curve(5, 2)
    part = geom.subdivide(problem.network(), problem.region())
    part.columns.words[3] ^= np.uint64(1 << 4)
    with pytest.raises(geom.GeomError, match=r"geom\.check"):
        part.adjacency()


def test_one_cell_has_no_neighbours():
    net = geom.Network.mlp([[[0.0, 0.0]], [[1.0]]], [[1.0], [0.0]])
    part = geom.subdivide(net)
    assert part.adjacency().shape == (1, 1)
    assert part.adjacency().nnz == part.diameter() == part.mean_degree() == 0
    assert part.graph().number_of_nodes() == 1


def test_the_matrix_is_a_copy():
    part = geom.subdivide(moment_curve(4, 2).network())
    part.adjacency().data[:] = 7
    assert part.adjacency().data.max() == 1
