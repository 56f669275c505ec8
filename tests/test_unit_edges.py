"""Edges of units: zero sets of pre-activations in input space (Definition 3 of the paper, corrected: docs/errata.md, E14, E18)."""

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import boundary_reference
import numpy as np
import pytest
import reference
from boundary_cases import FAMILIAR, familiar, random_boundary
from boundary_comparison import assert_same_boundary
from cases import BY_NAME, cube
from comparison import codes, dot, exact_vertices

import geom

RANDOM = [seed for seed in range(64) if random_boundary(seed).hidden]


def units_of(net):
    return [(layer, unit) for layer, hidden in enumerate(net.hidden) for unit in range(len(hidden.bias))]


def edge_by_the_reference(problem, layer, unit):
    """The zero set of one row over the cells of the layers below."""
    net = problem.reference_network()
    weight, bias = net.hidden[layer].weight[unit], net.hidden[layer].bias[unit]
    below = reference.Net(net.hidden[:layer], ([weight], [bias]))
    return boundary_reference.zero_set(below, problem.dim, problem.reference_region(), [1], 0, problem.is_open, i=unit)


def assert_edges(problem):
    part = geom.subdivide(problem.network(), problem.region())
    for layer, unit in units_of(problem.reference_network()):
        assert_same_boundary(part.edge(layer, unit), edge_by_the_reference(problem, layer, unit), (problem.shown(), layer, unit))


@pytest.mark.parametrize("seed", RANDOM)
def test_edges_are_the_zero_sets_of_the_reference(seed):
    assert_edges(random_boundary(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(64, 600))
def test_many_edges_are_the_zero_sets_of_the_reference(seed):
    assert_edges(random_boundary(seed))


@pytest.mark.parametrize("name", [name for name in FAMILIAR if sum(len(bias) for _, bias in BY_NAME[name].hidden) <= 6])
def test_edges_in_degenerate_networks_are_the_zero_sets_of_the_reference(name):
    assert_edges(familiar(name))


@pytest.mark.parametrize("seed", [seed for seed in RANDOM if random_boundary(seed).dim <= 3])
def test_the_edges_of_a_layer_are_the_facets_that_it_adds(seed):
    # Every facet that names a unit lies on one piece of the unit's edge, and all these facets fill the edge. Exact, but for the sum of the volumes.
    problem = random_boundary(seed)
    net = problem.network()
    part = geom.subdivide(net, problem.region())
    widths = [len(hidden.bias) for hidden in problem.reference_network().hidden]
    for layer, width in enumerate(widths):
        finer = geom.subdivide(net, problem.region(), upto=layer + 1)
        facets = facets_by_unit(finer, sum(widths[:layer]), width)
        for unit in range(width):
            edge = part.edge(layer, unit)
            filled = np.zeros(len(edge))
            for vertices, rays, volume in facets[unit]:
                on = [piece.index for piece in edge if holds(piece, vertices, rays)]
                assert len(on) == 1, (problem.shown(), layer, unit)
                filled[on[0]] += volume
            assert filled == pytest.approx(edge.volume, rel=1e-9), (problem.shown(), layer, unit)


def facets_by_unit(part, first, width):
    """For each unit of a layer the facets, each once, that are named by it: exact vertices, rays, and volume."""
    found, seen = defaultdict(list), set()
    for cell in part:
        vertices, rays, _ = cell.vrep(exact=True)
        for facet, row, bound in zip(cell.facets, *cell.hrep(exact=True), strict=True):
            points = frozenset(tuple(v) for v in vertices if dot(row, v) == bound)
            away = frozenset(tuple(v) for v in rays if dot(row, v) == 0)
            row = tuple(Fraction(v) / max(map(abs, row)) for v in row)
            plane = max((*row, bound), tuple(-v for v in (*row, bound)))
            for number in facet.units:
                if first <= number < first + width and (number, points, away, plane[:-1]) not in seen:
                    seen.add((number, points, away, plane[:-1]))
                    found[number - first].append((points, away, facet_volume(points, away, row, cell)))
    return found


def facet_volume(points, away, row, cell):
    if away or cell.vrep(exact=True)[2].size or not points:
        return np.inf
    dim = len(row)
    if dim == 1:
        return 1.0
    if dim == 2:
        a, b = points
        return float(sum((p - q) ** 2 for p, q in zip(a, b, strict=True))) ** 0.5
    a, *others = sorted(points)
    return convex_polygon_area(a, others, row)


def convex_polygon_area(a, others, row):
    """Of corners of a convex polygon in space, in any order: sorted around the first one by exact orientation, then a fan of triangles."""
    k = max(range(3), key=lambda j: abs(row[j]))
    i, j = (c for c in range(3) if c != k)

    def side(p, q):
        return (p[i] - a[i]) * (q[j] - a[j]) - (p[j] - a[j]) * (q[i] - a[i])

    ordered = sorted(others, key=lambda p: sum(side(p, q) < 0 for q in others))
    area = sum(side(p, q) for p, q in pairwise(ordered))
    return abs(float(area)) / 2 * float(np.linalg.norm([float(v) for v in row])) / abs(float(row[k]))


def holds(piece, vertices, rays):
    a, b, c, d = piece.hrep(exact=True)
    inside = all(dot(row, x) <= bound for row, bound in zip(a, b, strict=True) for x in vertices)
    on = all(dot(row, x) == value for row, value in zip(c, d, strict=True) for x in vertices)
    along = all(dot(row, r) <= 0 for row in a for r in rays) and all(dot(row, r) == 0 for row in c for r in rays)
    return inside and on and along


@pytest.mark.parametrize("seed", [seed for seed in RANDOM if len(random_boundary(seed).hidden) > 1 and not random_boundary(seed).is_open])
def test_a_parent_cell_has_one_piece_inside_iff_the_unit_takes_both_signs_there(seed):
    problem = random_boundary(seed)
    part, net = geom.subdivide(problem.network(), problem.region()), problem.reference_network()
    for layer, unit in units_of(net):
        edge, crossed = part.edge(layer, unit), []
        below = reference.Net(net.hidden[:layer], ([net.hidden[layer].weight[unit]], [net.hidden[layer].bias[unit]]))
        for number, (cell, code) in enumerate(zip(edge.partition, codes(edge.partition), strict=True)):
            [row], [constant] = reference.affine(below, code, problem.dim)
            values = [dot(row, v) + constant for v in exact_vertices(cell)]
            if min(values) < 0 < max(values):
                crossed.append(number)
        assert edge.cell[edge.facet < 0].tolist() == crossed, (problem.shown(), layer, unit)


def test_the_edge_of_a_relu_is_not_everything():
    # E14: the printed equation E_{k,2} = 0 holds everywhere for ReLU; the tie of its two pieces is a line.
    part = geom.subdivide(geom.Network.mlp([[[1, 2]], [[1]]], [[-1], [0]]), geom.Box(*cube(2)[1:]))
    [piece] = part.edge(0, 0)
    assert set(exact_vertices(piece)) == {(-1, 1), (1, 0)}
    assert len(part.edge(0, 0).vanishing) == 0


def test_where_a_unit_vanishes_on_a_cell_it_has_no_edge_inside():
    # E18: the zero set of the second unit of relu(relu(x)) is (-inf, 0]; the partition's boundary is {0}.
    part = geom.subdivide(geom.Network.mlp([[[1]], [[1]], [[1]]], [[0], [0], [0]]), geom.Box([-1], [1]))
    edge = part.edge(1, 0)
    assert [exact_vertices(piece) for piece in edge] == [[(0,)]]
    assert [codes(edge.partition)[cell] for cell in edge.vanishing[:, 0].tolist()] == [(0,)]
    assert not edge.changes.any()
    assert edge.facet[0] >= 0


def test_edges_of_an_arrangement_cross_all_of_the_space():
    # Four lines in general position: each is one piece, as nothing is below it.
    rows, biases = [[1, 0], [0, 1], [1, 1], [1, -2]], [0, 0, -1, -3]
    part = geom.subdivide(geom.Network.mlp([rows, [[1] * 4]], [biases, [0]]))
    for unit, (row, bias) in enumerate(zip(rows, biases, strict=True)):
        [piece] = part.edge(0, unit)
        alpha, beta = piece.hyperplane(exact=True)
        assert [*alpha, beta] == [*row, bias]
        assert piece.vrep(exact=True)[2].shape == (1, 2)
        assert part.edge(0, unit).partition.network.n_units == 0


def test_the_tent_map_has_edges_at_the_dyadic_points():
    # Telgarsky: the third unit pair of the thrice iterated tent vanishes where the second iterate is 0 or 1/2.
    tent = [[2, -2], [4, -4]], [0, -2]
    part = geom.subdivide(geom.Network.mlp([[[2], [4]], tent[0], tent[0], [[1, -1]]], [[0, -2], tent[1], tent[1], [0]]), geom.Box([0], [1]))
    half = sorted(v for piece in part.edge(2, 1) for (v,) in exact_vertices(piece))
    assert half == [Fraction(k, 8) for k in (1, 3, 5, 7)]
    zero = sorted(v for piece in part.edge(2, 0) for (v,) in exact_vertices(piece))
    assert zero == [Fraction(k, 4) for k in range(0, 5, 2)]


def test_the_coarser_partition_is_kept():
    part = geom.subdivide(geom.Network.mlp([np.eye(2), np.eye(2), [[1, 1]]], [[0, 0], [-1, -1], [0]]), geom.Box([-2, -2], [2, 2]))
    assert part.edge(1, 0).partition is part.edge(1, 1).partition
    assert len(part.edge(0, 0).partition) == 1
    assert len(part.edge(1, 0).partition) == 4


@pytest.mark.parametrize(("layer", "unit"), [(2, 0), (-1, 0), (0, 2), (0, -1), (0.5, 0), ("0", 0), (0, "a"), (True, 0), (0, None), (None, 0)])
def test_units_that_do_not_exist_are_refused(layer, unit):
    part = geom.subdivide(geom.Network.mlp([np.eye(2), np.eye(2), [[1, 1]]], [[0, 0], [-1, -1], [0]]), geom.Box([-2, -2], [2, 2]))
    with pytest.raises(geom.NetworkError, match=r"layer|unit"):
        part.edge(layer, unit)


def test_a_partition_of_the_first_layers_has_their_edges():
    net = geom.Network.mlp([np.eye(2), np.eye(2), [[1, 1]]], [[0, 0], [-1, -1], [0]])
    part = geom.subdivide(net, geom.Box([-2, -2], [2, 2]), upto=1)
    assert len(part.edge(0, 0)) == 1
    with pytest.raises(geom.NetworkError, match="layer=1"):
        part.edge(1, 0)


def test_a_unit_that_cannot_cut_is_an_error_or_a_hyperplane():
    # Of equal slopes nothing bends; the zero set of the pre-activation is still defined.
    part = geom.subdivide(geom.Network.mlp([[[1]], [[1]]], [[0], [0]], [("leaky_relu", 1)]), geom.Box([-1], [1]))
    assert len(part) == 1
    assert [exact_vertices(piece) for piece in part.edge(0, 0)] == [[(0,)]]
