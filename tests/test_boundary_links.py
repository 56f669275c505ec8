"""Where pieces of a boundary meet: closed curves and surfaces, crossings, triple loci; and networks too large for the reference."""

from collections import defaultdict
from fractions import Fraction
from itertools import pairwise

import boundary_reference
import networkx as nx
import numpy as np
import pytest
import reference
from boundary_cases import degenerate, random_boundary
from boundary_comparison import boundary_of, rows_at_least_zero
from cases import Problem, cube
from comparison import dot, exact_vertices

import geom


def closed_blob(seed, dim):
    """A compact {f >= 0} inside the box: the last layer's unit |x|_1-like bound beats all that a bounded second layer can add."""
    rng = np.random.default_rng([seed, dim])
    width = dim + 3
    first = np.concatenate([np.eye(dim), -np.eye(dim), rng.normal(size=(width - dim, dim))])
    second = rng.normal(size=(3, len(first))) * 0.4
    lift = np.zeros((2 * dim, len(first)))
    lift[:, : 2 * dim] = np.eye(2 * dim)
    hidden = (
        (first, [*[0.0] * 2 * dim, *rng.normal(size=width - dim) * 0.3]),
        (np.concatenate([lift, second]), [*[0.0] * 2 * dim, *rng.normal(size=3) * 0.2]),
    )
    head = ([[-1.0] * (2 * dim) + (-np.abs(rng.normal(size=3)) * 0.7).tolist()], [1.0])
    return Problem(f"blob {seed} in {dim} dimensions", hidden, cube(dim, 2), head=head)


@pytest.mark.parametrize("seed", range(30))
def test_every_vertex_of_a_generic_compact_curve_has_two_pieces(seed):
    problem = closed_blob(seed, 2)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    ends = [v for piece in boundary for v in exact_vertices(piece)]
    assert len(boundary) >= 4
    assert sorted(ends.count(v) for v in set(ends)) == [2] * len(set(ends)), problem.shown()
    assert boundary.is_closed.all()
    assert set(dict(boundary.graph().degree).values()) == {2}


@pytest.mark.parametrize(("seed", "dim"), [(seed, 3) for seed in range(8)] + [(seed, 4) for seed in range(2)])
def test_generic_compact_surfaces_are_closed(seed, dim):
    problem = closed_blob(seed, dim)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    ridges = []
    for piece in boundary:
        points = exact_vertices(piece)
        ridges += [frozenset(points[k] for k in corners) for corners in boundary._corners(piece.index)]
    assert sorted(ridges.count(ridge) for ridge in set(ridges)) == [2] * len(set(ridges)), problem.shown()
    assert boundary.is_closed.all()
    assert (boundary.links.size == 2).all()
    assert len(boundary.links.size) == len(set(ridges))


def larger(seed):
    """A network too large for the reference, with its box."""
    weights, biases, activation = larger_arrays(seed)
    dim = weights[0].shape[1]
    return geom.Network.mlp(weights, biases, activation), geom.Box([-2] * dim, [2] * dim)


def larger_arrays(seed):
    """Its weights, biases and activations: Gaussian, integer, or halves."""
    rng = np.random.default_rng([seed, 9])
    dim, width, kind = 2 + seed % 3, (12, 7, 5)[seed % 3], seed // 3 % 3
    widths = [dim, width, width, 2 + seed % 4]
    if kind:
        weights = [rng.integers(-3, 4, size=(n, m)) / (1, 2)[kind - 1] for m, n in pairwise(widths)]
        biases = [rng.integers(-2, 3, size=len(weight)) / 2 for weight in weights]
    else:
        weights = [rng.normal(size=(n, m)) for m, n in pairwise(widths)]
        biases = [rng.normal(size=len(weight)) for weight in weights]
    activation = ["relu", "abs" if kind == 1 else "relu"]
    outputs = geom.Network.mlp(weights, biases, activation)(rng.uniform(-2, 2, size=(200, dim)))
    biases[-1] = biases[-1] - outputs.mean(axis=0).round(1 if kind else 9)  # so that every class wins somewhere
    return weights, biases, activation


@pytest.mark.parametrize("seed", range(18))
def test_ridges_of_larger_networks_are_shared_iff_their_exact_vertices_are_equal(seed):
    net, box = larger(seed)
    boundary = geom.subdivide(net, box).decision_boundary()
    assert len(boundary) > 5
    sharing = defaultdict(list)
    for piece in boundary:
        points = exact_vertices(piece)
        for corners in boundary._corners(piece.index):
            sharing[frozenset(points[k] for k in corners)].append(piece.index)
    links = boundary.links
    found = sorted(sorted(links.piece[links.ridge == number].tolist()) for number in range(len(links.size)))
    ends = [ridge for ridge, pieces in sharing.items() if len(pieces) == 1]
    assert sorted(pieces for pieces in sharing.values() if len(pieces) > 1) == found
    assert len(ends) == (links.ridge < 0).sum()
    walls = [(j, bound) for j in range(boundary.dim) for bound in (-2, 2)]
    assert all(any(all(x[j] == bound for x in ridge) for j, bound in walls) for ridge in ends), "a boundary of all classes ends only on walls"


def test_a_boundary_that_leaves_the_domain_is_not_closed():
    part = geom.subdivide(geom.Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), geom.Box([-2, -2], [2, "0.5"]))
    boundary = part.decision_boundary()
    assert boundary.is_closed.tolist() == [False]
    assert (boundary.links.ridge < 0).sum() == 2


def test_four_pieces_meet_at_a_crossing():
    _, boundary = boundary_of(degenerate, "|x| - |y|")
    assert len(boundary) == 4
    assert boundary.links.size.tolist() == [4]
    assert boundary.is_closed.tolist() == [False]
    assert len(boundary.angles()["theta"]) == 0, "no two pieces meet alone"
    assert boundary.graph().number_of_edges() == 6


def test_a_curve_that_touches_a_wall_in_a_vertex_is_closed():
    _, boundary = boundary_of(degenerate, "|x| + |y| - 1 touches the box")
    assert boundary.is_closed.tolist() == [True]


def test_zeros_on_all_walls_go_around_the_corners():
    _, boundary = boundary_of(degenerate, "(1 - |x|) (1 - |y|) zero on four walls")
    assert boundary.volume.sum() == 8
    assert not boundary.changes.any()
    assert boundary.is_closed.tolist() == [True]


@pytest.mark.parametrize("seed", range(40))
def test_where_three_classes_meet_their_normals_add_up_to_zero(seed):
    # (f_i - f_j) + (f_j - f_k) + (f_k - f_i) = 0.
    rng = np.random.default_rng(seed)
    dim, n_outputs = 2 + seed % 2, 3 + seed % 3
    net = geom.Network.mlp([rng.normal(size=(5, dim)), rng.normal(size=(n_outputs, 5))], [rng.normal(size=5), rng.normal(size=n_outputs)])
    boundary = geom.subdivide(net, geom.Box([-1] * dim, [1] * dim)).decision_boundary()
    links = boundary.links
    for number in np.flatnonzero(links.size > 2).tolist():
        at = [boundary[p] for p in links.piece[links.ridge == number].tolist()]
        assert len(at) == 3
        assert len({piece.cell for piece in at}) == 1
        (i, j), (i2, k), (j2, k2) = sorted(piece.classes for piece in at)
        assert (i, j, k) == (i2, j2, k2)
        alpha = {piece.classes: piece.hyperplane(exact=True)[0] for piece in at}
        assert not (alpha[i, j] + alpha[j, k] - alpha[i, k]).any()
    assert set(links.size.tolist()) <= {1, 2, 3}


def test_components_are_those_of_the_graph_of_pieces():
    for seed in range(60):
        _, boundary = boundary_of(random_boundary, seed)
        groups = list(nx.connected_components(boundary.graph()))
        labels = boundary.components.tolist()
        assert sorted(sorted(group) for group in groups) == sorted(sorted(i for i, label in enumerate(labels) if label == c) for c in set(labels))
        firsts = [labels.index(c) for c in range(len(set(labels)))]
        assert firsts == sorted(firsts), "numbered by their first pieces"


def on_the_line(net, start, direction):
    """The network along start + t direction, for the reference."""
    first = net.hidden[0]
    weight = [[dot(row, direction)] for row in first.weight]
    bias = [dot(row, start) + b for row, b in zip(first.weight, first.bias, strict=True)]
    return reference.Net([reference.Layer(weight, bias, first.slope), *net.hidden[1:]], net.head)


@pytest.mark.parametrize("seed", range(18))
def test_a_segment_changes_its_class_where_it_meets_pieces_and_nowhere_else(seed):
    # Networks too large for the reference, but not along a segment.
    net, box = larger(seed)
    boundary = geom.subdivide(net, box).decision_boundary()
    weights, biases, activation = larger_arrays(seed)
    plain = reference.network([w.tolist() for w in weights], [b.tolist() for b in biases], activation)
    planes = [(*piece.hyperplane(exact=True), piece) for piece in boundary]
    for a, b in np.random.default_rng(seed).uniform(-2, 2, size=(4, 2, boundary.dim)):
        start = [Fraction(v) for v in a.tolist()]
        direction = [Fraction(v) - u for v, u in zip(b.tolist(), start, strict=True)]
        changes = boundary_reference.argmax_boundary(on_the_line(plain, start, direction), 1, reference.box([0], [1])).pieces
        expected = {(next(iter(piece.vertices))[0], piece.classes) for piece in changes}
        assert expected == {hit for hit in (met(*plane, start, direction) for plane in planes) if hit is not None}, seed


def met(alpha, beta, piece, start, direction):
    """Where a segment crosses a piece, and between which classes; None if it misses it."""
    slope = dot(alpha, direction)
    t = -(dot(alpha, start) + beta) / slope
    x = [u + t * v for u, v in zip(start, direction, strict=True)]
    if not 0 <= t <= 1:
        return None
    rows, _ = rows_at_least_zero(piece)
    return (t, piece.classes) if all(dot(row, (*x, 1)) >= 0 for row in rows) else None
