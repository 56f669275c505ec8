"""The partition polynomial: against products of exact differences, the faces of the slow reference, and in degenerate networks."""

import math
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
import reference
from cases import CASES, random_problem
from test_distances import maxout_network, pooled_network, random_network

import geom
from geom.distances.polynomial import PartitionPolynomial

F = Fraction


def pieces_at(net, x):
    """Values of all pieces of all units at an exact point, by propagating fractions."""
    z, found = [F(v) for v in x], []
    for layer in net.hidden:
        h = [
            sum(w * v for w, v in zip(row, z, strict=True)) + b for row, b in zip(layer.weight.fractions(), layer.bias.fractions()[:, 0], strict=True)
        ]
        units = [
            [F(s) * h[j] for j, s in zip(rows, slopes, strict=True) if j >= 0]
            for rows, slopes in zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
        ]
        found += units
        z = [max(unit) for unit in units]
    return found


def product_at(net, x):
    """The product where no unit vanishes on a cell: signed differences of two pieces, the largest minus the second largest of more."""
    values = [unit[1] - unit[0] if len(unit) == 2 else sorted(unit)[-1] - sorted(unit)[-2] for unit in pieces_at(net, x)]
    return math.prod(values, start=F(1))


def sign_of(value):
    return (value > 0) - (value < 0)


@pytest.mark.parametrize(
    "net",
    [
        random_network([2, 4, 3, 1]),
        random_network([3, 5, 1], activation="abs"),
        random_network([2, 3, 3, 3, 1], seed=1, activation=("leaky_relu", 0.25)),
        random_network([60, 20, 1], seed=2),
        *(maxout_network(seed, 2) for seed in range(4)),
        *(maxout_network(seed, 3, pieces=2) for seed in range(2)),
    ],
    ids=str,
)
def test_signs_and_logarithms_are_those_of_the_product_of_differences(net):
    """No unit of these vanishes identically where a code has one of the layer before on, which is so at these points."""
    x = np.random.default_rng(0).normal(size=(40, net.input_dim))
    sign, logabs = PartitionPolynomial(net)(x)
    checked = 0
    for point, s, log in zip(x.tolist(), sign, logabs, strict=True):
        value = product_at(net, point)
        if value:
            checked += 1
            assert s == sign_of(value)
            assert log == pytest.approx(math.log(abs(value.numerator)) - math.log(value.denominator), abs=net.n_units * 2**-20)
    assert checked > 30


@pytest.mark.parametrize("seed", [4, 5, 6, 20, 21, 22, 36, 37, 38])
def test_the_polynomial_of_a_cell_has_the_function_s_values_there(seed):
    """At rational points of the cell, with exact coefficients; and its degree is the number of units that vary there."""
    problem = random_problem(seed)
    net, dim = problem.network(), problem.dim
    polynomial = PartitionPolynomial(net)
    for code, cell in list(problem.reference_cells().items())[:20]:
        on_cell = polynomial.on_cell(code)
        centre = [sum(v) / len(cell.vertices) for v in zip(*cell.vertices, strict=True)]
        rows = [gradient_and_value(net, code, u, centre) for u in range(net.n_units)]
        kept = [value for gradient, value in rows if any(gradient) or value]
        assert on_cell(*map(rational, centre)) == rational(math.prod(kept, start=F(1))), problem.shown()
        varying = sum(any(gradient) for gradient, _ in rows)
        assert polynomial.degree(code) == varying <= net.n_units
        assert max(on_cell.total_degree(), 0) == varying
        assert dim == problem.dim


def rational(value):
    from flint import fmpq

    return fmpq(value.numerator, value.denominator)


def gradient_and_value(net, code, unit, x):
    """Of piece 1 minus piece 0 in the cell, by composing exact matrices forwards."""
    depth, own = net.layer_of(unit)
    g, h = net.affine(code, upto=depth, exact=True)
    layer = net.hidden[depth]
    row = layer.weight.fractions()[layer.row[own, 0]]
    rise = F(layer.slope[own, 1]) - F(layer.slope[own, 0])
    gradient = [rise * v for v in row @ g]
    constant = rise * (row @ h + layer.bias.fractions()[layer.row[own, 0], 0])
    return gradient, sum(a * v for a, v in zip(gradient, x, strict=True)) + constant


@pytest.mark.parametrize("seed", [1, 2, 5, 6, 17, 18, 33, 34, 38])
def test_strata_are_the_faces_of_the_cells(seed):
    """Every face of a cell off the walls, at the mean of its vertices: its dimension, from each cell that has it, and a root of as many units."""
    problem = random_problem(seed)
    net, seen = problem.network(), set()
    polynomial = PartitionPolynomial(net)
    for code, cell in problem.reference_cells().items():
        for vertices, facets in faces(cell):
            if vertices in seen or any(facet.walls for facet in facets) or len(seen) > 60:
                continue
            seen.add(vertices)
            point = [sum(v) / len(vertices) for v in zip(*vertices, strict=True)]
            assert polynomial.stratum_dimension(point, code) == polynomial.stratum_dimension(point) == affine_dimension(vertices), problem.shown()
            assert polynomial.order(point, code) >= len({u for facet in facets for u in facet.units})


def faces(cell):
    """The cell itself and all intersections of its facets, as vertices with the facets that contain them."""
    yield cell.vertices, []
    dim = len(next(iter(cell.vertices)))
    for size in range(1, dim + 1):
        for chosen in combinations(cell.facets, size):
            common = frozenset.intersection(*(facet.vertices for facet in chosen))
            if common:
                yield common, [facet for facet in cell.facets if common <= facet.vertices]


def affine_dimension(vertices):
    first, *others = vertices
    return reference.rank([[a - b for a, b in zip(v, first, strict=True)] for v in others]) if others else 0


@pytest.mark.parametrize("case", [c for c in CASES if not c.is_open and c.dim <= 3 and c.cells <= 15], ids=str)
def test_degenerate_networks_have_roots_on_their_borders_and_nowhere_else(case):
    """Whatever vanishes or coincides: not 0 at the mean of a cell's vertices, 0 in the middle of a facet that is a unit's."""
    polynomial = PartitionPolynomial(case.network())
    for code, cell in case.reference_cells().items():
        centre = [sum(v) / len(cell.vertices) for v in zip(*cell.vertices, strict=True)]
        assert polynomial.order(centre, code) == polynomial.order(centre) == 0
        assert polynomial.stratum_dimension(centre) == case.dim
        for facet in cell.facets:
            middle = [sum(v) / len(facet.vertices) for v in zip(*facet.vertices, strict=True)]
            assert polynomial.stratum_dimension(middle, code) == case.dim - bool(facet.units)
            if all(F(float(v)) == v for v in [*middle, *centre]):
                sign, logabs = polynomial([[float(v) for v in point] for point in (centre, middle)])
                assert (sign == 0).tolist() == np.isneginf(logabs).tolist() == [False, bool(facet.units)]


def test_units_that_vanish_on_a_cell_are_left_out():
    """relu(relu(x)): the second unit is 0 for all x <= 0, but only 0 is a border."""
    polynomial = PartitionPolynomial(geom.Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [0.0], [0.0]]))
    assert polynomial([[-2.0], [0.0], [3.0]]).sign.tolist() == [-1, 0, 1]
    assert polynomial([[-2.0], [3.0]]).logabs == pytest.approx([math.log(2), math.log(9)])
    assert [polynomial.degree(code) for code in ([0, 0], [1, 1])] == [1, 2]
    assert (polynomial.order([0], [0, 0]), polynomial.order([0], [1, 1]), polynomial.order([0])) == (1, 2, 2)
    assert polynomial.stratum_dimension([0], [0, 0]) == polynomial.stratum_dimension([0], [1, 1]) == 0


def test_a_root_of_order_3_may_be_a_point():
    polynomial = PartitionPolynomial(geom.Network.mlp([[[1, 0], [0, 1], [1, 1]], [[1, 1, 1]]], [[0, 0, 0], [0]]))
    for code in product((0, 1), repeat=3):
        if code not in {(0, 0, 1), (1, 1, 0)}:
            assert (polynomial.order([0, 0], code), polynomial.stratum_dimension([0, 0], code)) == (3, 0)
            assert str(polynomial.on_cell(code)) == "x0^2*x1 + x0*x1^2"
    assert (polynomial.order([0, 7]), polynomial.stratum_dimension([0, 7])) == (1, 1)
    assert (polynomial.order([F(1, 3), F(1, 7)]), polynomial.stratum_dimension([F(1, 3), F(1, 7)])) == (0, 2)


def test_maxout_units_have_a_factor_for_each_other_piece():
    """max(0, x, y): at 0 all three pieces tie; one unit, two independent gradients."""
    net = geom.Network([geom.Layer([[0, 0], [1, 0], [0, 1]], [0, 0, 0], [[0, 1, 2]], [[1.0, 1.0, 1.0]])])
    polynomial = PartitionPolynomial(net)
    assert str(polynomial.on_cell([0])) == "x0*x1"
    assert str(polynomial.on_cell([1])) == "x0^2 - x0*x1"
    assert (polynomial.order([0, 0]), polynomial.stratum_dimension([0, 0])) == (1, 0)
    assert (polynomial.order([2, 2]), polynomial.stratum_dimension([2, 2])) == (1, 1)
    assert polynomial([[-1.0, -2.0], [3.0, 1.0], [3.0, 3.0]]).sign.tolist() == [1, 1, 0]
    assert polynomial([[-1.0, -2.0], [3.0, 1.0]]).logabs == pytest.approx([0.0, math.log(2)])


def test_a_pooled_network_has_the_signs_of_its_code():
    net = pooled_network(0, 3)
    x = np.random.default_rng(0).normal(size=(50, 3))
    sign, logabs = PartitionPolynomial(net, upto=1)(x)
    assert sign.tolist() == [(-1) ** int((code[:5] == 0).sum()) for code in net.code(x)]
    assert np.isfinite(PartitionPolynomial(net)(x).logabs).all()
    assert np.isfinite(logabs).all()


def test_large_networks_do_not_overflow():
    net = random_network([784, 256, 256, 10])
    x = 1e6 * np.random.default_rng(0).normal(size=(5, 784))
    sign, logabs = PartitionPolynomial(net)(x)
    assert np.isfinite(logabs).all()
    assert (logabs > 1000).all()
    assert (sign != 0).all()


def test_no_layers_and_no_points():
    polynomial = PartitionPolynomial(random_network([2, 3, 1]), upto=0)
    assert (polynomial([[1.0, 2.0]]).sign.tolist(), polynomial([[1.0, 2.0]]).logabs.tolist()) == ([1], [0])
    assert str(polynomial.on_cell([0, 0, 0])) == "1"
    assert PartitionPolynomial(random_network([2, 3, 1]))(np.zeros((0, 2))).sign.shape == (0,)
    assert repr(polynomial) == "PartitionPolynomial(2 variables, 0 units)"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda net: PartitionPolynomial(net, upto=2), "upto=2: the network has 1 hidden layer; take a whole number from 0 to 1"),
        (lambda net: PartitionPolynomial(net)([[1.0]]), "inputs must be"),
        (lambda net: PartitionPolynomial(net).on_cell([0, 1]), "a code of this network has 3 integers"),
        (lambda net: PartitionPolynomial(net).order([0, 0, 0]), r"2 exact numbers; got shape \(3,\)"),
        (lambda net: PartitionPolynomial(net).order([0, "x"]), "exact numbers"),
        (lambda net: PartitionPolynomial(net).order([100, 0], [1 - b for b in net.code([[100.0, 0.0]])[0]]), "not in the cell of this code"),
        (lambda _: PartitionPolynomial(random_network([20, 20, 1])).on_cell([1] * 20), "of degree 20 in 20 variables .* take its factors"),
    ],
)
def test_bad_input_is_refused(call, words):
    with pytest.raises(geom.NetworkError, match=words):
        call(random_network([2, 3, 1]))
