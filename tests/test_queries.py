"""Questions about a partition, answered beside networkx, the codes themselves, and vertices in exact arithmetic."""

from fractions import Fraction
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, random_problem
from comparison import both_sides, codes

import geom

SMALL = [case.name for case in CASES if 2 <= case.cells < 50]


def deep(sizes, seed):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(n, m)) * np.sqrt(2 / m) for m, n in pairwise(sizes)]
    return geom.Network.mlp(weights, [rng.normal(size=n) * 0.3 for n in sizes[1:]])


@pytest.fixture(scope="module")
def part():
    return geom.subdivide(deep([2, 9, 9, 9, 2], 5), geom.Box([-1, -1], [1, 1]))


# --- the graph ------------------------------------------------------------------------------------------------------------------------------


def test_nodes_carry_code_witness_and_boundedness(part):
    graph = part.graph()
    assert list(graph) == list(range(len(part)))
    for i, cell in enumerate(part):
        assert (graph.nodes[i]["code"] == cell.code).all()
        assert (graph.nodes[i]["witness"] == cell.witness).all()
        assert graph.nodes[i]["bounded"] is True


@pytest.mark.parametrize(("problem_of", "key"), [(BY_NAME.__getitem__, name) for name in SMALL] + [(random_problem, seed) for seed in range(24)])
def test_edges_carry_the_units_that_change_and_the_normal(problem_of, key):
    """The normal is constant on the common vertices and points from the side where the first unit is off to that where it is on."""
    problem, part, expected = both_sides(problem_of, key)
    named, net, dim = codes(part), problem.reference_network(), problem.dim
    for i, j, edge in part.graph().edges(data=True):
        changed = tuple(k for k, (a, b) in enumerate(zip(named[i], named[j], strict=True)) if a != b)
        assert edge["units"] == changed
        assert edge["layer"] == part.network.layer_of(changed[0])[0]
        on = named[i] if named[i][changed[0]] else named[j]
        row = reference._inequalities(net, on, dim)["unit", changed[0]]
        largest = max(abs(v) for v in row[:-1])
        exact = np.array([float(Fraction(v) / Fraction(largest)) for v in row[:-1]])
        np.testing.assert_allclose(edge["normal"], exact / np.linalg.norm(exact), rtol=0, atol=1e-10)
        common = expected[named[i]].vertices & expected[named[j]].vertices if not problem.is_open else ()
        heights = [float(sum(Fraction(n) * x for n, x in zip(edge["normal"].tolist(), v, strict=True))) for v in common]
        assert not heights or max(heights) - min(heights) < 1e-9 * max(1, *map(abs, heights))


def test_normals_survive_cancellation():
    """The deep unit's slope along x is p - r q, a difference of numbers near 2**55 that doubles take for 0."""
    r, q = 0.1, 3e17
    p = r * q
    slope = Fraction(p) - Fraction(r) * Fraction(q)
    assert slope != 0
    net = geom.Network.mlp([[[p, 1.0], [q, 0.0]], [[1.0, -r]], [[1.0]]], [[0.0, 0.0], [-1.0 - float(slope)], [0.0]])
    part = geom.subdivide(net, geom.Box([0.5, 0.5], [2, 2]))
    (edge,) = [data for *_, data in part.graph().edges(data=True)]
    exact = np.array([float(slope), 1.0])
    np.testing.assert_allclose(edge["normal"], exact / np.linalg.norm(exact), rtol=0, atol=1e-10)


def test_a_part_of_the_graph_is_its_subgraph(part):
    kept = part.within(len(part) // 2, 3)
    assert nx.utils.graphs_equal(bare(part.graph(kept)), bare(part.graph().subgraph(kept.tolist())))
    assert set(part.graph({1, 2, 3})) == {1, 2, 3}
    assert part.graph([]).number_of_nodes() == 0


def bare(graph):
    return nx.Graph(graph.edges) if graph.edges else nx.empty_graph(list(graph))


@pytest.mark.parametrize("nodes", [[-1], [10**6], [0.5], ["a"], [[0, 1]], 3])
def test_nodes_that_are_no_cells_are_refused(part, nodes):
    with pytest.raises(geom.GeomError, match="cells are"):
        part.graph(nodes)


# --- distances ------------------------------------------------------------------------------------------------------------------------------


def test_neighbours_and_degree_are_those_of_networkx(part):
    graph = part.graph()
    assert part.degree().tolist() == [graph.degree[i] for i in range(len(part))]
    for i in range(0, len(part), 17):
        assert part.neighbours(i).tolist() == sorted(graph[i])
    assert part.neighbours(-1).tolist() == sorted(graph[len(part) - 1])
    assert part.mean_degree() == pytest.approx(2 * graph.number_of_edges() / len(part))


@pytest.mark.parametrize("k", [0, 1, 2, 5, 10**9])
def test_within_is_the_ball_of_networkx(part, k):
    assert part.within(7, k).tolist() == sorted(nx.single_source_shortest_path_length(part.graph(), 7, cutoff=k))


@pytest.mark.parametrize("k", [-1, 0.5, True, "1", None])
def test_a_distance_is_a_whole_number(part, k):
    with pytest.raises(geom.GeomError, match="whole number"):
        part.within(0, k)


@pytest.mark.parametrize("i", [10**9, -(10**9), 0.5])
def test_a_cell_that_is_none_is_refused(part, i):
    for question in (part.neighbours, lambda i: part.within(i, 1)):
        with pytest.raises(IndexError, match="cell"):
            question(i)


@pytest.mark.parametrize("seed", range(12))
def test_the_diameter_is_that_of_networkx(seed):
    problem = random_problem(seed)
    part = geom.subdivide(problem.network(), problem.region())
    assert part.diameter() == nx.diameter(part.graph())


def test_a_graph_in_pieces_has_no_diameter():
    """Of the cells x < 0, 0 < x < 1, 1 < x < 2, 2 < x the first two codes are those of the first and the third."""
    net = geom.Network.mlp([[[1], [-1], [1]], [[1, 1, 1]]], [[0, 1, -2], [0]])
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, geom.Box([-1], [3]), budget={"cells": 2})
    part = stopped.value.partial
    assert codes(part) == [(0, 1, 0), (1, 0, 0)]
    assert part.adjacency().nnz == 0
    with pytest.raises(geom.GeomError, match="not connected"):
        part.diameter()


# --- pieces ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", range(3))
@pytest.mark.parametrize("unit", [0, 4, 8])
@pytest.mark.parametrize("piece", [0, 1])
def test_select_finds_the_cells_by_their_codes(part, layer, unit, piece):
    wanted = np.flatnonzero(part.codes[:, 9 * layer + unit] == piece)
    assert part.select(layer=layer, unit=unit, piece=piece).tolist() == wanted.tolist()
    assert part.select(unit=9 * layer + unit, piece=piece).tolist() == wanted.tolist()


@pytest.mark.parametrize(
    "asked", [{"unit": 27}, {"unit": -1}, {"unit": 9, "layer": 0}, {"unit": 0, "layer": 3}, {"unit": 0, "piece": 2}, {"unit": 0.5}]
)
def test_units_that_are_none_are_refused(part, asked):
    with pytest.raises(geom.NetworkError, match=r"numbered|pieces"):
        part.select(**asked)


def test_codes_of_more_than_one_word_are_found():
    net = deep([2, 70, 3, 1], 1)
    part = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
    assert part.code_table.find(part.codes).tolist() == list(range(len(part)))
    assert (part.code_table.find(1 - part.codes[:50]) == -1).all()
    for unit in (0, 63, 64, 69, 70, 72):
        assert part.select(unit=unit).tolist() == np.flatnonzero(part.codes[:, unit]).tolist()


def test_points_of_a_simplex_are_located_where_their_exact_codes_say():
    net = deep([2, 8, 8, 1], 3)
    part = geom.subdivide(net, geom.HPolytope([["-1", 0], [0, "-1"], ["0.3", "0.7"]], [0, 0, "0.21"]))
    points = np.random.default_rng(0).uniform(-0.1, 0.8, size=(300, 2))
    points[:3] = [[0.0, 0.0], [0.7, 0.0], [0.0, 0.3]]
    found = part.locate(points)
    for x, i in zip(points, found, strict=True):
        x0, x1 = map(Fraction, x.tolist())
        inside = x0 >= 0 and x1 >= 0 and Fraction(3, 10) * x0 + Fraction(7, 10) * x1 <= Fraction(21, 100)
        assert (i >= 0) == inside
        if inside:
            a, b = part[int(i)].hrep(exact=True)
            assert all(r[0] * x0 + r[1] * x1 <= s for r, s in zip(a, b, strict=True))


@pytest.mark.parametrize("x", [[10**400, 0], [1j, 0], np.array([1j, 0])], ids=["huge", "complex", "complex array"])
def test_a_walk_starts_from_a_point_of_doubles(x):
    with pytest.raises(geom.DomainError, match="x must be a point of 2 numbers"):
        geom.walk(deep([2, 4, 1], 0), x, geom.Box([-1, -1], [1, 1]))
