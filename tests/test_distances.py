"""Distances to the partition boundary: against exact projections on all facets, identities, degenerate networks, and errors.

The brute force takes the facets of the slow reference and projects in fractions: the nearest point of a facet lies inside the hull of some affinely
independent vertices, and is the projection on the flat that they span.
"""

from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise, product

import numpy as np
import pytest
import reference
from cases import CASES, Problem, random_problem
from comparison import dot

import geom
from geom.distances import distance, linear_distance
from geom.polyhedra.domain import Space
from geom.sites.layers import layer_sites

F = Fraction


# --- brute force ------------------------------------------------------------------------------------------------------------------------------


def squared_distances(x, facets):
    """(squared distance, facet) of a point's nearest facets, exactly; facets whose bounding box is further than another facet are left out."""
    boxes = sorted(((squared_distance_to_box(x, facet.vertices), at) for at, facet in enumerate(facets)))
    found = []
    for least, at in boxes:
        if not found or least <= found[0][0]:
            found.append((squared_distance_to_hull(x, list(facets[at].vertices)), facets[at]))
            found.sort(key=lambda pair: pair[0])
    return [pair for pair in found if pair[0] == found[0][0]]


def squared_distance_to_box(x, vertices):
    return sum(max(0, min(along) - v, v - max(along)) ** 2 for v, along in zip(x, zip(*vertices, strict=True), strict=True))


def squared_distance_to_hull(x, vertices):
    """Exact, of the convex hull of points: of at most so many at a time as span a facet."""
    simplices = (simplex for size in range(1, len(x) + 1) for simplex in combinations(vertices, size))
    return min(squared for simplex in simplices if (squared := squared_distance_inside(x, simplex)) is not None)


def squared_distance_inside(x, simplex):
    """To the flat of these points, or None where the foot is outside their hull or they are not independent."""
    origin, *others = simplex
    edges = [[a - b for a, b in zip(v, origin, strict=True)] for v in others]
    to_x = [a - b for a, b in zip(x, origin, strict=True)]
    gram = [[dot(p, q) for q in edges] + [dot(p, to_x)] for p in edges]
    weights = solved(gram)
    if weights is None or min(weights, default=F(0)) < 0 or sum(weights) > 1:
        return None
    foot = [o + sum(w * e[j] for w, e in zip(weights, edges, strict=True)) for j, o in enumerate(origin)]
    return sum((a - b) ** 2 for a, b in zip(x, foot, strict=True))


def solved(table):
    """Solution of square equations with the right-hand side as last column; None if they are singular."""
    rows = [list(row) for row in table]
    for j in range(len(rows)):
        pivot = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [v / rows[j][j] for v in rows[j]]
        rows = [row if i == j else [v - row[j] * w for v, w in zip(row, rows[j], strict=True)] for i, row in enumerate(rows)]
    return [row[-1] for row in rows]


@cache
def facets_of(problem_of, *key):
    """The problem, and of all its cells the facets: (walls, units, vertices)."""
    problem = problem_of(*key)
    return problem, list({facet for cell in problem.reference_cells().values() for facet in cell.facets})


def points_in(problem, n, seed):
    """Random doubles in a bounded domain, every other one with short binary fractions, so that some lie on borders."""
    rng, region = np.random.default_rng(seed), problem.region()
    corners = np.array(region.generators().vertices, dtype=float)
    x = rng.dirichlet(np.ones(len(corners)), size=50 * n) @ corners
    unit = max(2.0 ** np.floor(np.log2(np.abs(corners).max()) - 3), 5e-324)
    x[::2] = np.rint(x[::2] / unit) * unit
    return x[region.contains(x)][:n]


LATER = [pytest.param(s, marks=pytest.mark.slow) for s in range(96, 480) if s % 4 < 3]


@pytest.mark.parametrize("seed", [*(s for s in range(48) if s % 4 < 3), *LATER])
def test_distances_are_those_to_all_facets_of_the_complex(seed):
    """Facets of units and walls in a bounded domain, in 1, 2 and 3 dimensions; the unit named is one of those whose facet is nearest."""
    problem, facets = facets_of(random_problem, seed)
    points = points_in(problem, 3, seed)
    net = problem.network()
    found = distance(net, points, domain=problem.region(), exact=True)
    for i, x in enumerate(points):
        at = [F(v) for v in x.tolist()]
        each = squared_distances(at, facets)
        least, nearest = each[0][0], [facet for _, facet in each]
        assert found.squared[i] == least, problem.shown()
        units = {u for facet in nearest for u in facet.units}
        if found.wall[i] >= 0:
            assert not units
            assert found.wall[i] in {w for facet in nearest for w in facet.walls}
        else:
            assert found.unit[i] in units
        assert sum((a - b) ** 2 for a, b in zip(found.exact_point[i], at, strict=True)) == least


@pytest.mark.parametrize("seed", [s for s in range(48, 96) if s % 4 < 3])
def test_distances_by_layer_are_those_of_the_shallower_networks(seed):
    problem = random_problem(seed)
    net, points = problem.network(), points_in(problem, 3, seed)
    deep = distance(net, points, exact=True)
    assert (np.diff(deep.by_layer, axis=1) <= 0).all()
    assert np.array_equal(deep.by_layer[:, -1], deep.distance)
    for depth in range(len(net.hidden)):
        _, facets = facets_of(shallower, seed, depth + 1)
        shallow = distance(net, points, layer=depth, domain=problem.region(), exact=True)
        for x, squared in zip(points.tolist(), shallow.squared, strict=True):
            at = [F(v) for v in x]
            assert squared == squared_distances(at, facets)[0][0]
        alone = distance(net.upto(depth + 1), points, exact=True)
        assert deep.by_layer[:, depth].tolist() == alone.distance.tolist() == distance(net, points, layer=depth, exact=True).distance.tolist()


def shallower(seed, depth):
    problem = random_problem(seed)
    return Problem(problem.name, problem.hidden[:depth], problem.domain, activation=problem.activation[:depth])


# --- what is known without counting -----------------------------------------------------------------------------------------------------------


def test_a_dead_output_has_a_border():
    """relu(x1), relu(x2) at (-1, -2): both put out 0, so z / ||grad z|| is 0/0; the border is 1 away."""
    net = geom.Network.mlp([np.eye(2), [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])
    found = distance(net, [[-1.0, -2.0]])
    assert (found.distance.tolist(), found.unit.tolist(), found.point.tolist()) == ([1.0], [0], [[0.0, -2.0]])


def test_the_estimate_for_outputs_is_no_distance():
    """f = 3 - relu(x) - 4 relu(x - 1) is 0 at 7/5 and nowhere else: from 1/2 that is 9/10."""
    net = geom.Network.mlp([[[1.0], [1.0]], [[-1.0, -4.0]]], [[0.0, -1.0], [3.0]])
    assert reference.output_at(reference.network([[[1], [1]], [[-1, -4]]], [[0, -1], [3]]), [F(7, 5)]) == [0]
    assert linear_distance(net, [[0.5]]).tolist() == [2.5]
    assert 2.5 > 7 / 5 - 0.5


def test_the_estimate_is_taken_between_outputs_too():
    net = geom.Network.mlp([[[1.0, 0.0]], [[3.0], [-1.0]]], [[0.0], [1.0, 0.0]])
    assert linear_distance(net, [[2.0, 7.0]], 0, 1).tolist() == [9 / 4]
    assert linear_distance(net, [[-2.0, 7.0]], 0, 1).tolist() == [np.inf]


def test_the_estimate_is_0_where_the_output_vanishes_on_the_whole_cell():
    net = geom.Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])
    assert linear_distance(net, [[-2.0], [-1.0], [3.0]]).tolist() == [0, 0, 3]


def test_the_estimate_of_a_random_network_is_its_quotient():
    net = random_network([5, 20, 20, 3], seed=3)
    x = np.random.default_rng(1).normal(size=(30, 5))
    for point, code, estimate in zip(x, net.code(x), linear_distance(net, x, 2, 0), strict=True):
        gradient, constant = net.affine(code, exact=True)
        slope = gradient[2] - gradient[0]
        value = slope @ [F(v) for v in point.tolist()] + constant[2] - constant[0]
        assert estimate == pytest.approx(abs(float(value)) / float(slope @ slope) ** 0.5, rel=1e-6)


@pytest.mark.parametrize("case", [c for c in CASES if not c.is_open and c.dim <= 3 and c.cells <= 40], ids=str)
def test_degenerate_networks_have_the_distances_of_their_facets(case):
    """All units that cut somewhere have facets in the reference, whatever coincides, vanishes or is dead."""
    facets = list({facet for cell in case.reference_cells().values() for facet in cell.facets})
    points = points_in(case, 4, 0)
    found = distance(case.network(), points, domain=case.region(), exact=True)
    for x, squared in zip(points.tolist(), found.squared, strict=True):
        at = [F(v) for v in x]
        assert squared == squared_distances(at, facets)[0][0]


@pytest.mark.parametrize("seed", range(4))
def test_one_layer_has_the_distances_of_its_power_diagram(seed):
    """min over all other centroids of (power' - power) / (2 ||mu' - mu||), empty cells of codes included."""
    rng = np.random.default_rng(seed)
    make = [geom.Layer.relu, geom.Layer.abs][seed % 2]
    layer = make(rng.integers(-3, 4, size=(4, 2)), rng.integers(-3, 4, size=4))
    net, points = geom.Network([layer]), rng.integers(-8, 9, size=(10, 2)) / 4
    every = list(product((0, 1), repeat=4))
    mu, rad = layer_sites(layer, every, exact=True)
    for x, code, squared in zip(points.tolist(), net.code(points).tolist(), distance(net, points, exact=True).squared, strict=True):
        powers = [sum((F(a) - b) ** 2 for a, b in zip(x, m, strict=True)) - r for m, r in zip(mu, rad, strict=True)]
        own = every.index(tuple(code))
        others = [i for i in range(len(every)) if (mu[i] != mu[own]).any()]
        assert squared == min((powers[i] - powers[own]) ** 2 / (4 * sum((mu[i] - mu[own]) ** 2)) for i in others)


# --- maxout, and probes for anything ----------------------------------------------------------------------------------------------------------


def maxout_network(seed, dim, pieces=3, widths=(4, 3)):
    """Maxout layers, with integer weights for odd seeds."""
    rng, layers = np.random.default_rng(seed), []
    for width in widths:
        shape = width * pieces
        weight, bias = rng.normal(size=(shape, dim)), rng.normal(size=shape)
        if seed % 2:
            weight, bias = np.rint(2 * weight), np.rint(bias)
        layers.append(geom.Layer(weight, bias, np.arange(shape).reshape(width, pieces), np.ones((width, pieces))))
        dim = width
    return geom.Network(layers)


def pooled_network(seed, dim):
    """ReLU and max-pooling in one layer, with overlapping windows of different sizes, on a leaky layer."""
    rng = np.random.default_rng(seed)
    row = [[0, 0, 1, 1, 2, 2], [1, 1, 2, 2, -1, -1], [3, 3, 0, 0, -1, -1]]
    pooling = geom.Layer(rng.normal(size=(4, 5)), rng.normal(size=4), row, [[0.0, 1.0] * 3] * 3)
    return geom.Network([geom.Layer.leaky_relu(rng.normal(size=(5, dim)), rng.normal(size=5)), pooling, geom.Layer.relu(np.eye(3), -np.ones(3))])


def random_network(widths, seed=0, activation="relu"):
    rng = np.random.default_rng(seed)
    pairs = list(pairwise(widths))
    return geom.Network.mlp([rng.normal(size=(b, a)) * (2 / a) ** 0.5 for a, b in pairs], [rng.normal(size=b) * 0.3 for _, b in pairs], activation)


@pytest.mark.parametrize(
    "net",
    [
        *(maxout_network(seed, dim) for seed in range(4) for dim in (1, 2, 3)),
        *(pooled_network(seed, dim) for seed in range(3) for dim in (1, 2, 4)),
        random_network([3, 12, 12, 1], activation=("leaky_relu", -2.5)),
        random_network([70, 30, 20, 10, 1]),
        random_network([100, 40, 30, 1], activation=["abs", ("leaky_relu", -3.0)]),
    ],
    ids=str,
)
def test_no_code_changes_inside_the_ball_and_one_does_behind_its_edge(net):
    rng = np.random.default_rng(5)
    x = rng.normal(size=(20, net.input_dim))
    found = distance(net, x)
    inner = found.distance * (1 - 2**-20) - found.error
    directions = rng.normal(size=(40, *x.shape))
    directions /= np.linalg.norm(directions, axis=2, keepdims=True)
    ball = x + directions * (inner * (1 - 2**-30))[:, None]
    code = net.code(x)
    assert (net.code(ball.reshape(-1, net.input_dim)) == np.tile(code, (40, 1))).all()
    behind = x + (found.point - x) * (1 + 2**-16)
    other = net.code(behind)
    assert (other != code).any(axis=1).all()
    assert np.linalg.norm(found.point - x, axis=1) == pytest.approx(found.distance, rel=1e-6)
    assert found.layer.tolist() == [net.layer_of(u)[0] for u in found.unit]
    first = [int(np.argmax(a != b)) for a, b in zip(code, other, strict=True)]
    assert [net.layer_of(u)[0] for u in first] == found.layer.tolist()


@pytest.mark.parametrize("seed", range(6))
def test_one_maxout_unit_has_the_distances_of_its_segments(seed):
    """max of three forms in the plane: borders are where two of them are equal and not below the third."""
    rng = np.random.default_rng(seed)
    pieces = [[F(int(v)) for v in row] for row in rng.integers(-4, 5, size=(3, 3))]
    floats = np.array(pieces, dtype=float)
    net = geom.Network([geom.Layer(floats[:, :2], floats[:, 2], [[0, 1, 2]], [[1.0, 1.0, 1.0]])])
    points = rng.integers(-8, 9, size=(10, 2)) / 4
    found = distance(net, points, exact=True)
    for i, x in enumerate(points.tolist()):
        expected = [d for d in (to_border(pieces, pair, [F(v) for v in x]) for pair in combinations(range(3), 2)) if d is not None]
        assert found.squared[i] == min(expected, default=None)


def to_border(pieces, pair, x):
    """Exact squared distance to {E_r = E_s >= E_t}, None if it is empty or everything."""
    (r, s), t = pair, ({0, 1, 2} - set(pair)).pop()
    *normal, offset = [a - b for a, b in zip(pieces[r], pieces[s], strict=True)]
    *above, constant = [a - b for a, b in zip(pieces[r], pieces[t], strict=True)]
    if not any(normal):
        return None
    foot = [v - (dot(normal, x) + offset) * a / dot(normal, normal) for v, a in zip(x, normal, strict=True)]
    along = [-normal[1], normal[0]]
    value, rate = dot(above, foot) + constant, dot(above, along)
    if value < 0:
        if rate == 0:
            return None
        foot = [p - value / rate * q for p, q in zip(foot, along, strict=True)]
    return sum((a - b) ** 2 for a, b in zip(x, foot, strict=True))


# --- invariances ------------------------------------------------------------------------------------------------------------------------------


def dyadic_rotation():
    """Signed permutations are the isometries with dyadic entries; times 25/32 there are more: (7, 24) / 32 and (15, 20) / 32 have length 25/32."""
    return np.array([[7.0, -24.0, 0.0], [24.0, 7.0, 0.0], [0.0, 0.0, 25.0]]) / 32 @ np.array([[25.0, 0, 0], [0, 15.0, -20.0], [0, 20.0, 15.0]]) / 32


def test_distances_are_invariant_under_isometries_of_the_input():
    """x -> s Q x + t with Q rational orthogonal, s = (25/32)^2: distances in the new network are those in the old one over s, exactly."""
    net = random_network([3, 8, 8, 1], seed=2)
    matrix, shift = dyadic_rotation(), np.array([0.5, -1.25, 3.0])
    s = F(25, 32) ** 2
    gram = [[sum(F(a) * F(b) for a, b in zip(p, q, strict=True)) for q in matrix.tolist()] for p in matrix.tolist()]
    assert gram == [[s**2 * (i == j) for j in range(3)] for i in range(3)]
    moved = net.restrict(shift.tolist(), matrix.T.tolist())
    t = np.random.default_rng(0).integers(-16, 17, size=(10, 3)) / 16
    old, new = distance(net, t @ matrix.T + shift, exact=True), distance(moved, t, exact=True)
    assert [v * s**2 for v in new.squared] == old.squared.tolist()
    assert np.array_equal(old.unit, new.unit)


def test_distances_are_invariant_under_permutations_and_scalings_of_units():
    net, rng = random_network([2, 7, 5, 1], seed=4), np.random.default_rng(1)
    weights, biases = ([part.floats() for part in parts] for parts in zip(*((layer.weight, layer.bias) for layer in net.layers), strict=True))
    order, factor = rng.permutation(7), 2.0 ** rng.integers(-3, 4, size=7)
    changed = [factor[:, None] * weights[0][order], (weights[1][:, order] / factor), weights[2]]
    other = geom.Network.mlp(changed, [factor * biases[0][order, 0], biases[1][:, 0], biases[2][:, 0]])
    x = rng.normal(size=(20, 2))
    one, two = distance(net, x, exact=True), distance(other, x, exact=True)
    assert one.squared.tolist() == two.squared.tolist()
    name = np.array([*order, *range(7, 12)])
    assert np.array_equal(one.unit, name[two.unit])


@pytest.mark.parametrize("scale", [-1000, -500, -100, 100, 500])
def test_huge_and_small_weights_change_nothing(scale):
    """Weights and biases of layer l times 2**scale and its powers: the same borders; doubles may leave their range, answers may not."""
    rng = np.random.default_rng(3)
    weights, biases = [rng.normal(size=(5, 2)), rng.normal(size=(4, 5)), np.ones((1, 4))], [rng.normal(size=5), rng.normal(size=4), np.zeros(1)]
    x = rng.normal(size=(10, 2))
    scaled = [np.ldexp(weights[0], scale), np.ldexp(weights[1], -scale // 2), weights[2]]
    net = geom.Network.mlp(scaled, [np.ldexp(biases[0], scale), np.ldexp(biases[1], scale - scale // 2 if scale % 2 else scale // 2), biases[2]])
    one, two = distance(geom.Network.mlp(weights, biases), x, exact=True), distance(net, x, exact=True)
    lossless = scale > -1000  # below the normal doubles, ldexp itself rounds
    assert not lossless or one.squared.tolist() == two.squared.tolist()
    assert distance(net, x).distance == pytest.approx(two.distance, rel=2**-20)


def test_far_and_near_points_keep_their_accuracy():
    net = geom.Network.mlp([[[1.0, 2.0], [3.0, 1e-30]], [[1.0, 1.0]]], [[1e-200, 1.0], [0.0]])
    x = [[1e300, 1e300], [0.0, 0.0], [1e-200, -1e-200], [-1e-200, 0.0]]
    found = distance(net, x)
    exact = distance(net, x, exact=True)
    assert (np.abs(found.distance - exact.distance) <= found.error + exact.error).all()
    assert exact.distance[3] == 0 == found.distance[3]
    assert exact.unit[3] == 0


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_maxout_layers_of_extreme_weights_keep_their_distances(size):
    """All weights and biases of both layers times powers of two near these: pieces of a unit keep their order, and borders their place."""
    factor = 2.0 ** np.round(np.log2(size))
    net = maxout_network(0, 2)
    one, two = ((layer.weight.floats(), layer.bias.floats()[:, 0], layer.row, layer.slope) for layer in net.hidden)
    scaled = geom.Network([geom.Layer(one[0] * factor, one[1] * factor, *one[2:]), geom.Layer(two[0] / factor, two[1], *two[2:])])
    x = np.random.default_rng(0).normal(size=(10, 2))
    plain, extreme = distance(net, x), distance(scaled, x)
    assert np.array_equal(plain.unit, extreme.unit)
    assert plain.distance == pytest.approx(extreme.distance, rel=2**-19)
    assert distance(scaled, x * 1e300).distance == pytest.approx(distance(net, x * 1e300).distance, rel=2**-19)


def test_gradients_that_underflow_are_no_zeros():
    """z = relu(x / 2**700 + 1), then relu(2**-700 (z - 1 - 2**-20)): the second border is where x = 2**680, nearer than the first at -2**700."""
    tiny = 2.0**-700
    net = geom.Network.mlp([[[tiny]], [[tiny]], [[1.0]]], [[1.0], [-tiny * (1 + 2.0**-20)], [0.0]])
    found = distance(net, [[0.0]])
    assert (found.unit.tolist(), found.distance.tolist(), found.point.tolist()) == ([1], [2.0**680], [[2.0**680]])


# --- borders, ties, nothing at all ------------------------------------------------------------------------------------------------------------


def test_ties_go_to_the_lowest_unit_and_units_before_walls():
    net = geom.Network.mlp([[[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0, 1.0]]], [[0.0, -2.0, 0.0], [0.0]])
    x = [[1.0, 1.0], [1.0, 5.0]]
    assert distance(net, x).unit.tolist() == [0, 1]
    boxed = distance(net, x, domain=geom.Box([0.5, 0], [2, 6]))
    assert (boxed.unit.tolist(), boxed.wall.tolist(), boxed.distance.tolist()) == ([-1, -1], [0, 0], [0.5, 0.5])
    assert distance(net, x, domain=geom.Box([0, -9], [2, 6])).unit.tolist() == [0, 1]


def test_points_on_a_border_have_distance_0():
    net = random_network([2, 6, 6, 1], seed=9)
    square = geom.Network.mlp([[[1.0, 1.0], [1.0, -1.0]], [[1.0, 1.0], [1.0, -1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [-1.0, 0.0], [0.0]], "abs")
    found = distance(square, [[0.0, 0.0], [0.5, 0.0], [0.25, 0.25], [3.0, 0.0]])
    assert found.distance.tolist() == [0, 0, 0, 0]
    assert found.unit.tolist() == [0, 2, 1, 3]
    assert found.error.tolist() == [0, 0, 0, 0]
    assert np.array_equal(found.point, [[0.0, 0.0], [0.5, 0.0], [0.25, 0.25], [3.0, 0.0]])
    assert (distance(net, distance(net, [[0.3, 0.4]]).point).distance < 1e-15).all()


def test_a_network_without_boundaries_has_none():
    linear = geom.Network([geom.Layer.linear([[1.0, 2.0]], [3.0])])
    found = distance(linear, [[0.0, 0.0]])
    assert (found.distance.tolist(), found.unit.tolist(), found.layer.tolist(), found.by_layer.shape) == ([np.inf], [-1], [-1], (1, 0))
    assert np.isnan(found.point).all()
    walled = distance(linear, [[0.25, 0.0]], domain=geom.Box([-1, -1], [1, 1]))
    assert (walled.distance.tolist(), walled.wall.tolist()) == ([0.75], [1])
    assert walled.point.tolist() == [[1.0, 0.0]]
    assert distance(linear, [[0.25, 0.0]], domain=Space(2)).wall.tolist() == [-1]
    half = distance(linear, [[0.25, 0.0]], domain=geom.HPolytope([[3, 4], [0, 0]], [10, 1]), exact=True)
    assert (half.distance.tolist(), half.squared.tolist()) == ([1.85], [F(37, 20) ** 2])
    never = geom.Network([geom.Layer.leaky_relu([[1.0], [0.0]], [0.0, -1.0], 1.0), geom.Layer.relu([[0.0, 1.0]], [2.0])])
    assert distance(never, [[5.0]], exact=True).squared.tolist() == [None]


def test_units_that_vanish_by_cancellation_are_no_boundary():
    """z_1 - z_2 with twin units is 0 for every x; no pattern of weights shows it, and for x > 0 it comes out of doubles as 0 or nearly."""
    third = 1 / 3
    net = geom.Network.mlp([[[third], [third]], [[0.1, -0.1], [0.3, 0.1]], [[1.0, 1.0]]], [[0.1, 0.1], [0.0, -2.0], [0.0]])
    found = distance(net, [[1.0], [-7.0]], exact=True)
    assert found.unit.tolist() == [0, 0]
    far = distance(net, [[100.0]], exact=True)
    assert far.unit.tolist() == [3]
    assert distance(net, [[100.0]]).unit.tolist() == [3]


def test_no_points_and_reprs():
    net = random_network([2, 3, 1])
    empty = distance(net, np.zeros((0, 2)), exact=True)
    assert (len(empty), empty.by_layer.shape, empty.point.shape, repr(empty)) == (0, (0, 1), (0, 2), "Distances(0 points, 1 layers)")
    assert linear_distance(net, np.zeros((0, 2))).shape == (0,)
    assert repr(distance(geom.Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]]), [[0.5]])) == "Distances(1 points, 1 layers, least 0.5)"


def test_blocks_do_not_matter(monkeypatch):
    net = random_network([60, 30, 20, 1])
    x = np.random.default_rng(0).normal(size=(50, 60))
    whole = distance(net, x)
    monkeypatch.setattr("geom.distances.float_layers.BLOCK_VALUES", 200)
    monkeypatch.setattr("geom.distances.challengers.CHUNK_VALUES", 100)
    cut = distance(net, x)
    assert np.array_equal(whole.unit, cut.unit)
    assert cut.distance == pytest.approx(whole.distance, rel=1e-12)


def test_errors_bound_what_is_wrong():
    for net in (random_network([784, 40, 40, 1]), random_network([4] + [20] * 6 + [1]), maxout_network(0, 9, widths=(20, 20))):
        x = np.random.default_rng(0).normal(size=(15, net.input_dim))
        found, exact = distance(net, x), distance(net, x, exact=True)
        assert np.array_equal(found.unit, exact.unit)
        assert (np.abs(found.distance - exact.distance) <= found.error + exact.error).all()
        assert (found.error <= 2**-20 * found.distance).all()
        assert found.by_layer == pytest.approx(exact.by_layer, rel=2**-20)
        assert exact.point == pytest.approx(found.point, abs=1e-6)


# --- errors -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "error", "words"),
    [
        ({"x": [[1.0]]}, geom.NetworkError, "inputs must be"),
        ({"x": [[1.0, np.nan]]}, geom.NetworkError, "NaN"),
        ({"layer": 2}, geom.NetworkError, "layer=2"),
        ({"layer": True}, geom.NetworkError, "layer=True"),
        ({"domain": geom.Box([0], [1])}, geom.DomainError, "1 dimensions"),
        ({"domain": geom.Box([1, 1], [2, 2])}, geom.DomainError, r"1 of 1 points are outside the domain, the first is x\[0\]"),
    ],
)
def test_bad_input_is_refused(more, error, words):
    with pytest.raises(error, match=words):
        distance(random_network([2, 3, 4, 1]), **{"x": [[0.0, 0.0]], **more})


@pytest.mark.parametrize("outputs", [(2,), (-1,), (0, 2), (1, 1), (True,)])
def test_outputs_that_are_not_there_are_refused(outputs):
    with pytest.raises(geom.NetworkError):
        linear_distance(random_network([2, 3, 2]), [[0.0, 0.0]], *outputs)
