"""Codes proven in floats are those of the function in fractions, zeros among them; what is called interior is the code of all directions around."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

import geom
from geom.networks.forward import prove_codes, vanishing_rows
from geom.networks.layer import Layer

STEP = Fraction(1, 2**6000)  # shorter than the way from any of these points to a hyperplane that does not hold it
SLOPES = {"relu": (0.0, 1.0), "leaky": (0.25, 1.0), "abs": (-1.0, 1.0), "negative part": (-1.0, 0.0), "linear": (1.0, 1.0), "nothing": (0.0, 0.0)}


def code_at(layers, x):
    """Of all pieces of the largest value the first one, in every unit."""
    z, code = [Fraction(v) for v in x], []
    for layer in layers:
        biases = layer.bias.fractions()[:, 0].tolist()
        h = [sum(w * v for w, v in zip(row, z, strict=True)) + b for row, b in zip(layer.weight.fractions().tolist(), biases, strict=True)]
        pieces = [
            [Fraction(s) * h[j] for j, s in zip(row, slope, strict=True) if j >= 0]
            for row, slope in zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
        ]
        z = [max(values) for values in pieces]
        code += [values.index(largest) for values, largest in zip(pieces, z, strict=True)]
    return code


def around(x):
    """Points next to x, in all directions of signs."""
    return [[Fraction(v) + STEP * e for v, e in zip(x, signs, strict=True)] for signs in product((-1, 0, 1), repeat=len(x))]


def assert_true(layers, points):
    """Everything that a proof says holds in fractions; its flags, for those that count them."""
    proof = prove_codes(layers, points)
    for x, code, is_proven, is_interior in zip(points.tolist(), *proof, strict=True):
        assert not is_proven or code.tolist() == code_at(layers, x)
        assert not is_interior or all(code.tolist() == code_at(layers, y) for y in around(x))
    assert (proof.is_proven | ~proof.is_interior).all()
    return proof


def lattice(dim, rng, n=12):
    """Points on many axes and diagonals, and points in general position."""
    corners = np.array(list(product((-1.0, 0.0, 0.5), repeat=dim)))
    return np.concatenate([corners, rng.uniform(-1, 1, size=(n, dim))])


def sparse(rng, shape, kept):
    """Small integers and floats, many of them 0."""
    values = rng.choice([rng.normal(size=shape), rng.integers(-2, 3, size=shape).astype(float)], axis=0)
    return values * (rng.random(shape) < kept)


def max_pool(n):
    """Maximum of neighbouring inputs, the last unit of one input alone."""
    pairs = [[2 * k, 2 * k + 1 if 2 * k + 1 < n else -1] for k in range((n + 1) // 2)]
    return Layer(np.eye(n), np.zeros(n), pairs, np.ones((len(pairs), 2)))


@pytest.mark.parametrize("dim", [2, 3, 5])
@pytest.mark.parametrize("pieces", ["two", "many"])
def test_points_within_rounding_of_a_hyperplane_are_proven_truly(dim, pieces):
    # Each point solves a unit's equation but for rounding, and floats put many of them on the wrong side.
    rng = np.random.default_rng(dim)
    first, second = rng.integers(-9, 10, size=(dim + 2, dim)) / 10, rng.integers(1, 10, size=(3, dim + 2)) / 7
    bias = rng.integers(-9, 10, size=dim + 2) / 10
    points = rng.uniform(-1, 1, size=(300, dim))
    for x in points:
        row, b = first[i := rng.integers(dim + 2)], bias[i]
        k = np.abs(row).argmax()
        x[k] = -(b + row @ x - row[k] * x[k]) / row[k] if row[k] else x[k]
    layers = [Layer.relu(first, bias), Layer.relu(second, np.zeros(3)) if pieces == "two" else max_pool(dim + 2)]
    wrong = ((points @ first.T + bias > 0) != [code_at(layers, x)[: dim + 2] for x in points.tolist()]).any(axis=1)
    assert wrong.sum() > 20
    assert not assert_true(layers, points).is_proven[wrong].any()


@pytest.mark.parametrize("seed", range(40))
def test_sparse_networks_are_proven_truly(seed):
    rng = np.random.default_rng(seed)
    widths, layers = [2, *rng.integers(2, 6, size=3).tolist()], []
    for m, n in pairwise(widths):
        bias = sparse(rng, n, 0.3) if rng.random() < 0.5 else np.zeros(n)
        slopes = np.array([SLOPES[name] for name in rng.choice(list(SLOPES), size=n, p=[0.5, 0.1, 0.1, 0.1, 0.1, 0.1])])
        layers.append(Layer(sparse(rng, (n, m), 0.5), bias, np.repeat(np.arange(n)[:, None], 2, axis=1), slopes))
    assert_true(layers, lattice(2, rng))


@pytest.mark.parametrize("seed", range(40))
def test_sparse_networks_with_maximum_units_are_proven_truly(seed):
    rng = np.random.default_rng(100 + seed)
    first = Layer.relu(sparse(rng, (5, 2), 0.6), sparse(rng, 5, 0.3))
    maxout = Layer(sparse(rng, (4, 3), 0.5), sparse(rng, 4, 0.2), [[0, 1, 2], [3, 3, 0], [1, 2, -1]], rng.choice([0.0, 1.0, -2.0], size=(3, 3)))
    assert_true([first, max_pool(5), maxout], lattice(2, rng))


@pytest.mark.parametrize("seed", range(10))
def test_units_that_share_a_row_are_proven_truly(seed):
    rng = np.random.default_rng(seed)
    shared = Layer(sparse(rng, (2, 3), 0.5), np.zeros(2), [[1, 1], [0, 0], [1, 1]], [SLOPES["abs"], SLOPES["relu"], SLOPES["relu"]])
    assert_true([Layer.relu(sparse(rng, (3, 2), 0.6), np.zeros(3)), shared], lattice(2, rng))


# --- zeros that are facts ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_floats_alone(monkeypatch):
    """A code that needs integers is an error."""

    def refuse(*_):
        raise AssertionError("a point was left to integers")

    monkeypatch.setattr(geom.Network, "exact_code", refuse)


def random_layers(rng, widths, with_biases=True):
    weights = [rng.normal(size=(n, m)) * np.sqrt(2 / m) for m, n in pairwise(widths)]
    return weights, [rng.normal(size=n) * 0.3 * with_biases for n in widths[1:]]


@pytest.mark.usefixtures("in_floats_alone")
def test_a_pruned_unit_needs_no_integers_and_no_second_pass(monkeypatch):
    monkeypatch.setattr("geom.networks.forward._by_units", lambda *_: pytest.fail("one number for all units was not enough"))
    rng = np.random.default_rng(0)
    weights, biases = random_layers(rng, [2, 64, 64, 1])
    weights[0][5], biases[0][5] = 0.0, 0.0
    weights[1][[3, 60]], biases[1][[3, 60]] = 0.0, 0.0
    codes, is_interior = geom.Network.mlp(weights, biases).proven_code(rng.uniform(-1, 1, size=(300, 2)))
    assert is_interior.all()
    assert not codes[:, [5, 64 + 3, 64 + 60]].any()


@pytest.mark.usefixtures("in_floats_alone")
def test_regions_where_units_are_dead_need_no_integers():
    rng = np.random.default_rng(0)
    weights, biases = random_layers(rng, [2, 64, 64, 64, 1], with_biases=False)
    pruned = [w * (rng.random(w.shape) < 0.1) for w in weights[:-1]]
    assert geom.Network.mlp([*pruned, weights[-1]], biases).proven_code(rng.uniform(-1, 1, size=(3000, 2)))[1].all()


@pytest.mark.usefixtures("in_floats_alone")
def test_a_dead_quadrant_needs_no_integers():
    rng = np.random.default_rng(1)
    weights, biases = random_layers(rng, [2, 4, 8, 8, 1], with_biases=False)
    codes, is_interior = geom.Network.mlp([np.abs(weights[0]), *weights[1:]], biases).proven_code(-rng.uniform(0.1, 1, size=(500, 2)))
    assert is_interior.all()
    assert not codes.any()


@pytest.mark.usefixtures("in_floats_alone")
def test_max_pooling_where_all_inputs_are_off_needs_no_integers():
    rng = np.random.default_rng(2)
    net = geom.Network([Layer.relu(rng.normal(size=(32, 2)), rng.normal(size=32) * 0.3), max_pool(32), Layer.linear(np.ones((1, 16)), [0.0])])
    points = rng.uniform(-1, 1, size=(2000, 2))
    codes, is_interior = net.proven_code(points)
    assert is_interior.all()
    assert [code.tolist() for code in codes[:40]] == [code_at(net.hidden, x) for x in points[:40].tolist()]


def test_a_zero_at_the_point_alone_is_proven_but_not_interior():
    net = geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [1.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0, 0.0], [0.0]])
    codes, is_proven, is_interior = prove_codes(net.hidden, np.array([[0.0, 1.0], [0.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]]))
    assert codes.tolist() == [[0, 1, 0, 1], [0, 0, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]]
    assert is_proven.all()
    assert is_interior.tolist() == [False, False, True, True]


def test_numbers_that_underflow_are_no_zeros():
    """The second unit is 2**-1200 x, the third the weight 2**-3000: doubles see 0, but both fire."""
    tiny = geom.exact.Dyadic.column([Fraction(1, 2**3000)])
    layers = [Layer.relu([[2.0**-600]], [0.0]), Layer.relu([[2.0**-600]], [0.0]), Layer.relu(tiny, [0.0])]
    assert vanishing_rows(layers[2]).tolist() == [False]
    assert tiny.floats() == 0
    assert not assert_true(layers, np.array([[1.0], [2.0**-1000]])).is_proven.any()
    net = geom.Network([*layers, Layer.linear([[1.0]], [0.0])])
    assert net.code([[1.0], [-1.0], [0.0], [5e-324]]).tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1]]
    constant = Layer.relu([[0.0]], tiny)
    assert vanishing_rows(constant).tolist() == [False]
    assert geom.Network([constant, Layer.linear([[1.0]], [0.0])]).code([[0.0]]).tolist() == [[1]]


def test_values_beyond_all_doubles_prove_nothing_but_a_dead_unit_behind_them_is_dead():
    layers = [Layer.relu([[1e300], [-1.0]], [0.0, 0.0]), Layer.relu([[0.0, 1.0], [1.0, 0.0]], [0.0, 0.0])]
    net = geom.Network([*layers, Layer.linear([[1.0, 1.0]], [0.0])])
    assert_true(layers, np.array([[1e300], [-1e300], [1.0], [-1.0]]))
    assert net.code([[1e300], [-1e300]]).tolist() == [[1, 0, 0, 1], [0, 1, 1, 0]]


# --- what a partition makes of it ---------------------------------------------------------------------------------------------------------------


def test_points_inside_missing_cells_need_no_exact_code(monkeypatch):
    rng = np.random.default_rng(3)
    net, box = geom.Network.mlp(*random_layers(rng, [2, 12, 12, 1])), geom.Box([-1, -1], [1, 1])
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, box, budget={"cells": 20})
    whole = geom.subdivide(net, box)
    points = rng.uniform(-1, 1, size=(2000, 2))
    kept = {cell.code.tobytes(): i for i, cell in enumerate(stopped.value.partial)}
    expected = [kept.get(whole[i].code.tobytes(), -1) for i in whole.locate(points).tolist()]
    monkeypatch.setattr("geom.partition.partition.code_beside", lambda *_: pytest.fail("a point strictly inside a cell was asked for its neighbours"))
    assert stopped.value.partial.locate(points).tolist() == expected
    assert 0 < expected.count(-1) < 2000


def test_a_point_on_the_border_of_a_missing_cell_is_still_located_beside_it():
    # At 0 the code is (0, 0), which no cell has; of the cells x < 0 and x > 0 the point belongs to (1, 0), which comes last.
    net, box = geom.Network.mlp([[[1.0], [-1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]]), geom.Box([-1], [1])
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, box, budget={"cells": 1})
    assert geom.subdivide(net, box).locate([[0.0], [-0.5], [0.5]]).tolist() == [1, 0, 1]
    assert stopped.value.partial.locate([[0.0], [-0.5], [0.5]]).tolist() == [-1, 0, -1]


def test_lines_inside_a_hyperplane_take_the_code_beside_it_though_its_row_vanishes_on_them():
    # On the segment the first unit and all that it feeds are 0; beside it, for larger y, they fire.
    net = geom.Network.mlp([[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0, 0.0], [0.0]])
    assert geom.line(net, [-1, 0], [1, 0]).codes.tolist() == [[1, 0, 1, 0], [1, 1, 1, 1]]
    assert geom.line(net, [-1, 0], [1, 0], beside=[0, -1]).codes.tolist() == [[0, 0, 0, 0], [0, 1, 0, 1]]


@pytest.mark.usefixtures("in_floats_alone")
def test_a_line_through_dead_units_needs_no_exact_codes(monkeypatch):
    net = geom.Network.mlp([[[0.0, 0.0], [1.0, 0.5]], [[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0, 0.0], [0.0]])
    monkeypatch.setattr(geom.Network, "exact_code_towards", lambda *_: pytest.fail("a piece was left to integers"))
    assert geom.line(net, [-1, 0], [1, 1]).codes.tolist() == [[0, 0, 0, 0], [0, 1, 0, 1]]
