"""True distances to a decision boundary: against the nearest points of all pieces, found in fractions by trying all simplices."""

from fractions import Fraction
from itertools import combinations
from math import inf, isinf

import boundary_reference
import numpy as np
import pytest
import reference
from boundary_cases import DEGENERATE, random_boundary
from cases import Problem
from comparison import dot, exact_vertices
from hypothesis import given, settings
from hypothesis import strategies as st

import geom


def nearest_square(points, x):
    """The squared distance of x to the hull of points: the least one to the hull of few of them that the foot of the perpendicular lies in.

    The nearest point lies inside a simplex of vertices (Caratheodory), and is then the foot on that simplex's affine hull.
    """
    best = None
    for k in range(1, len(x) + 1):
        for first, *others in combinations(points, k):
            edges = [[p - q for p, q in zip(v, first, strict=True)] for v in others]
            if reference.rank(edges) < len(edges):
                continue
            away = [p - q for p, q in zip(x, first, strict=True)]
            weights = reference._solution([[*(dot(e, f) for f in edges), -dot(e, away)] for e in edges], len(edges))
            if all(w >= 0 for w in weights) and sum(weights) <= 1:
                left = [a - sum(w * e[j] for w, e in zip(weights, edges, strict=True)) for j, a in enumerate(away)]
                best = min(dot(left, left), dot(left, left) if best is None else best)
    return best


def pieces_of(problem, classes=None):
    """Vertices of the reference's pieces, of unbounded ones within a box so large that it holds a nearest point."""
    net = problem.reference_network()
    if len(net.head[1]) > 1:
        found = boundary_reference.argmax_boundary(net, problem.dim, problem.reference_region(), problem.is_open)
    else:
        found = boundary_reference.zero_set(net, problem.dim, problem.reference_region(), [1], 0, problem.is_open)
    return [sorted(piece.vertices) for piece in found.pieces if classes is None or set(classes) <= set(piece.classes)]


def assert_nearest(found, k, x, pieces, boundary, shown):
    exact = [Fraction(v) for v in x]
    squares = [nearest_square(piece, exact) for piece in pieces]
    if not squares:
        assert found.squared[k] is None
        assert isinf(found.distance[k])
        assert np.isnan(found.point[k]).all()
        assert found.piece[k] == -1
        return
    assert found.squared[k] == min(squares), shown
    assert_rounded_root(found.distance[k], found.squared[k])
    assert 1 <= found.visited[k] <= len(boundary), shown
    piece = boundary[int(found.piece[k])]
    if piece.is_bounded:
        assert nearest_square(exact_vertices(piece), exact) == min(squares), shown
    assert np.linalg.norm(found.point[k] - x) == pytest.approx(found.distance[k], rel=1e-12, abs=1e-14)


def assert_rounded_root(distance, square):
    """No double is nearer to the root."""
    d = Fraction(float(distance))
    below, above = (Fraction(float(np.nextafter(distance, to))) for to in (-inf, inf))
    assert ((d + above) / 2) ** 2 >= square
    assert distance == 0 or ((d + below) / 2) ** 2 <= square


@pytest.mark.parametrize("seed", [seed for seed in range(120) if random_boundary(seed).dim <= 3])
def test_distances_are_those_to_the_nearest_of_all_pieces(seed):
    problem = random_boundary(seed)
    part = geom.subdivide(problem.network(), problem.region())
    pieces, boundary = pieces_of(problem), part.decision_boundary()
    points = np.random.default_rng(seed).uniform(-2, 2, size=(3, problem.dim)).round(seed % 3)
    found = part.decision_distance(points)
    for k, x in enumerate(points.tolist()):
        assert_nearest(found, k, x, pieces, boundary, problem.shown())


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in range(120, 900) if random_boundary(seed).dim <= 3])
def test_many_distances_are_those_to_the_nearest_of_all_pieces(seed):
    test_distances_are_those_to_the_nearest_of_all_pieces(seed)


@pytest.mark.parametrize("name", [name for name, case in DEGENERATE.items() if case.dim <= 3 and name != "huge and tiny"])
def test_distances_to_degenerate_boundaries(name):
    problem = DEGENERATE[name]
    part = geom.subdivide(problem.network(), problem.region())
    pieces, boundary = pieces_of(problem), part.decision_boundary()
    points = np.array([[0.0] * problem.dim, [0.5] * problem.dim, ([-1, 0.25, 3] * 2)[: problem.dim]])
    found = part.decision_distance(points)
    for k, x in enumerate(points.tolist()):
        assert_nearest(found, k, x, pieces, boundary, problem.shown())


@pytest.mark.parametrize("seed", [seed for seed in range(60) if len(random_boundary(seed).head[1]) > 2])
def test_distances_to_the_boundary_of_named_classes(seed):
    problem = random_boundary(seed)
    part = geom.subdivide(problem.network(), problem.region())
    x = [[0.25] * problem.dim]
    for classes in ((0,), (2,), (0, 1), (2, 1)):
        boundary = part.decision_boundary(*classes)
        assert_nearest(part.decision_distance(x, *classes), 0, x[0], pieces_of(problem, classes), boundary, problem.shown())


@pytest.mark.parametrize("seed", [seed for seed in range(0, 120) if random_boundary(seed).dim in (2, 3)])
def test_points_of_the_boundary_have_distance_zero_iff_they_are_doubles_on_it(seed):
    boundary = geom.subdivide(random_boundary(seed).network(), random_boundary(seed).region()).decision_boundary()
    for piece in list(boundary)[:4]:
        for v in exact_vertices(piece)[:1]:
            x = [float(u) for u in v]
            is_on = all(Fraction(u) == w for u, w in zip(x, v, strict=True))
            found = boundary.distance([x])
            assert (not is_on) or found.distance[0] == 0
            assert (found.distance[0] == 0) == (found.squared[0] == 0)
            assert found.distance[0] <= 1e-12


def test_the_local_slope_is_not_the_distance():
    # f = 3 - relu(x) - 4 relu(x - 1) at 1/2 is 2.5 with slope -1; its zero is at 1.4.
    part = geom.subdivide(geom.Network.mlp([[[1], [1]], [[-1, -4]]], [[0, -1], [3]]), geom.Box([-1], [9]))
    found = part.decision_distance([[0.5], [1.4], [9]])
    assert found.squared[0] == Fraction(9, 10) ** 2
    assert found.distance.tolist()[::2] == [0.9, 7.6]
    assert 0 < found.distance[1] < 1e-15, "1.4 is no double"
    assert found.point[0].tolist() == [1.4]


@pytest.mark.parametrize("x", [[0.3, 0.1], [2, 3], [0, 0], [-5, 0.25], [0.5, 0.5]])
def test_the_distance_to_a_square_is_known(x):
    # |x| + |y| = 1: the side of the point's quadrant, or its nearer end.
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[-1, -1]]], [[0, 0], [1]], "abs"))
    a, b = sorted(abs(v) for v in x)
    true = abs(a + b - 1) / 2**0.5 if b - a <= 1 else ((b - 1) ** 2 + a**2) ** 0.5
    assert part.decision_distance([x]).distance[0] == pytest.approx(true, rel=1e-15)


def test_the_nearest_point_is_within_the_domain():
    # The boundary x + y = 1 goes on beyond the box; its nearest point to (1, -1), (1, 0), is outside.
    part = geom.subdivide(geom.Network.mlp([[[1, 1]]], [[-1]]), geom.Box([-1, -1], [0.5, 2]))
    found = part.decision_distance([[1, -1]])
    assert found.point.tolist() == [[0.5, 0.5]]
    assert found.squared.tolist() == [Fraction(5, 2)]


@pytest.mark.parametrize("far", [1e155, 1e200, 1e300])
def test_a_boundary_whose_squared_distance_is_beyond_all_doubles_is_found(far):
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[-1, -1]]], [[0, 0], [1]], "abs"), geom.Box([-2, -2], [2, 2]))
    found = part.decision_distance([[far, 0], [0, -far]])  # of |x| + |y| = 1
    assert found.squared.tolist() == [(Fraction(far) - 1) ** 2] * 2
    assert found.distance.tolist() == [far, far]
    assert found.point.tolist() == [[1, 0], [0, -1]]


def test_the_nearer_of_two_points_whose_squared_distances_are_among_the_smallest_doubles():
    # Their squares are 20.7 and 20.6 times the smallest double, both 21 times it when rounded.
    far, near = (-(5e-324**0.5) * 20.7**0.5, 5e-324**0.5 * 20.6**0.5)
    net = geom.Network.mlp([[[1]], [[1]]], [[-(far + near) / 2], [-(near - far) / 2]], "abs")
    found = geom.subdivide(net, geom.Box([-1], [1])).decision_distance([[0]])
    assert found.distance[0] == found.point[0, 0] == pytest.approx(near, rel=1e-12, abs=0)


@pytest.mark.parametrize("size", [1e-300, 1e-12, 1e12, 1e150, 1e300])
def test_a_network_of_any_size_has_its_distances(size):
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[-1, -1]]], [[0, 0], [size]], "abs"), geom.Box([-2 * size] * 2, [2 * size] * 2))
    found = part.decision_distance([[0, 0], [2 * size, 0]])
    assert found.squared.tolist() == [Fraction(size) ** 2 / 2, Fraction(size) ** 2]
    assert found.distance[1] == size


@pytest.mark.parametrize("name", ["constant output", "twin logits", "zero output", "|x| + |y|, one point"])
def test_without_pieces_the_distance_is_infinite(name):
    case = DEGENERATE[name]
    found = geom.subdivide(case.network(), case.region()).decision_distance([[0, 0], [1, 1]])
    assert found.distance.tolist() == [inf, inf]
    assert found.squared.tolist() == [None, None]
    assert found.piece.tolist() == [-1, -1]
    assert np.isnan(found.point).all()
    assert found.visited.tolist() == [0, 0]


@pytest.mark.parametrize("x", [[0, 0], [[0]], [[0, 0, 0]], [[0, float("nan")]], [[0, float("inf")]], "a", [["a", "b"]]])
def test_points_of_another_shape_are_refused(x):
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[1, -1]]], [[0, 0], [0]]), geom.Box([-1, -1], [1, 1]))
    with pytest.raises(geom.GeomError):
        part.decision_distance(x)


def test_no_points_have_no_distances():
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[1, -1]]], [[0, 0], [0]]), geom.Box([-1, -1], [1, 1]))
    found = part.decision_distance(np.zeros((0, 2)))
    assert found.distance.shape == (0,)
    assert found.point.shape == (0, 2)


PART = geom.subdivide(
    Problem(
        "", (([[1, 0], [0, 1], [1, 1]], [0, 0.5, -1]),), ("box", [-2, -2], [2, 2]), activation="abs", head=([[1, 2, -3], [-1, 1, 0.5]], [0.25, 1])
    ).network(),
    geom.Box([-2, -2], [2, 2]),
)
BOUNDARY = PART.decision_boundary()
COORDINATE = st.floats(-2, 2)


@settings(max_examples=60, deadline=None)
@given(COORDINATE, COORDINATE, COORDINATE, COORDINATE)
def test_distances_are_lipschitz_and_classes_change_no_nearer(x, y, u, v):
    found = BOUNDARY.distance([[x, y], [u, v]])
    first, second = found.squared
    apart = (Fraction(x) - Fraction(u)) ** 2 + (Fraction(y) - Fraction(v)) ** 2
    # d(p) <= d(q) + |p - q|, squared twice so that no root is taken.
    assert first <= second + apart or (first - second - apart) ** 2 <= 4 * second * apart
    outputs = PART.network(np.array([[x, y], [u, v]]))
    if apart < min(first, second):
        margins = outputs[:, 0] - outputs[:, 1]
        assert margins[0] * margins[1] >= 0 or min(abs(margins)) < 1e-12, "the open ball holds no boundary"
