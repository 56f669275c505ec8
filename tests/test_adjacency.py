"""Which cells touch: the cell across every facet beside the one that lies there geometrically, in exact arithmetic."""

import networkx as nx
import numpy as np
import pytest
import reference
from cases import ARRANGEMENTS, BY_NAME, CASES, SPACE_ARRANGEMENTS, cube, moment_curve, one_layer, random_problem
from comparison import across_facets, both_sides, codes, facet_names
from scipy.sparse import csgraph

import geom
from geom.engine import Engine

SMALL = [case.name for case in (*CASES, *ARRANGEMENTS) if case.cells < 50]
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
