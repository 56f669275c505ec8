"""Formulas of the paper on boundaries, polynomials and angles that are wrong as printed (docs/errata.md): each fails on its counterexample, and the
corrected one holds there.

What is true is found from exact values and affine maps of the networks themselves.
"""

import math
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest

import geom
from geom.boundary.closed_forms import Turn, abs_turn, equal_relu_turn, relu_turn
from geom.distances.polynomial import PartitionPolynomial

F = Fraction


def mlp(*maps, activation="relu"):
    """A network from (weight, bias) of each layer, the head last."""
    weights, biases = zip(*maps, strict=True)
    return geom.Network.mlp([np.array(w, dtype=float) for w in weights], [np.array(b, dtype=float) for b in biases], activation)


def output_map(net, code):
    """Gradient (d,) and constant of the first output, exact."""
    gradient, constant = net.affine(code, exact=True)
    return gradient[0], constant[0]


def turn(a, b):
    inner = a @ b
    return Turn(F(inner**2, (a @ a) * (b @ b)), int(inner > 0) - int(inner < 0))


def printed_turn(a, b):
    return Turn(turn(a, b).squared_cos, 1)


# --- edges and the polynomial -----------------------------------------------------------------------------------------------------------------

# 14 cells; where no unit of the first layer fires, the second one is constant.
FLAT = mlp(([[2, -2], [2, 0], [0, -1]], [1, 1, 1]), ([[-1, -1, 1], [1, -1, 2]], [1, 0]), ([[1, 1]], [0]))


def second_layer_pieces(x):
    """The two pieces of z = relu(2 relu(x) - 3) at an exact point."""
    return [F(0), 2 * max(F(x), F(0)) - 3]


def test_e14_an_edge_is_where_two_pieces_are_equal():
    """One piece of a ReLU is 0 everywhere, and then all points would be on the edge; true is x = 3/2."""
    net = mlp(([[1]], [0]), ([[2]], [-3]), ([[1]], [0]))
    points = [F(n, 4) for n in range(-8, 17)]
    printed = [x for x in points if second_layer_pieces(x)[0] == 0]
    corrected = [x for x in points if second_layer_pieces(x)[0] == second_layer_pieces(x)[1]]
    assert (printed, corrected) == (points, [F(3, 2)])
    changes = [x for x in points if net.exact_code_towards([x], [[1]])[1] != net.exact_code_towards([x], [[-1]])[1]]
    assert changes == corrected


def test_e14_of_several_pieces_the_two_largest_tie():
    """max(-x - 1, 0, x - 1): the outer pieces are equal at 0, below the middle one."""
    layer = geom.Layer([[-1], [0], [1]], [-1, 0, -1], [[0, 1, 2]], [[1.0, 1.0, 1.0]])
    polynomial = PartitionPolynomial(geom.Network([layer]))
    assert [-F(0) - 1, F(0), F(0) - 1] == [-1, 0, -1]
    assert polynomial([[-1.0], [0.0], [1.0]]).sign.tolist() == [0, 1, 0]


def test_e15_the_degree_on_a_cell_is_at_most_the_number_of_units():
    polynomial, cells = PartitionPolynomial(FLAT), geom.subdivide(FLAT).codes
    degrees = Counter(polynomial.on_cell(code).total_degree() for code in cells)
    assert degrees == {5: 13, 3: 1}
    assert max(degrees) == sum(FLAT.widths) == 5 < math.prod(FLAT.widths) == 6
    assert [polynomial.degree(code) for code in cells if not code[:3].any()] == [3]


def test_e16_products_of_outputs_vanish_on_whole_cells():
    """Of 14 cells only one has all five units on; a product of differences is 0 at no witness."""
    part = geom.subdivide(FLAT)
    witnesses = [[F(v) for v in x] for x in part.witnesses.tolist()]
    outputs = [math.prod(outputs_at(x)) for x in witnesses]
    assert (len(part), sum(value == 0 for value in outputs)) == (14, 13)
    assert (PartitionPolynomial(FLAT)(part.witnesses).sign != 0).all()


def outputs_at(x):
    """Outputs of all units of FLAT at an exact point."""
    z, found = np.array(x, dtype=object), []
    for layer in FLAT.hidden:
        z = np.array([max(v, F(0)) for v in layer.weight.fractions() @ z + layer.bias.fractions()[:, 0]], dtype=object)
        found += z.tolist()
    return found


def test_e17_the_order_of_a_root_is_not_its_dimension():
    """x y (x + y) at 0: three lines through one point."""
    polynomial = PartitionPolynomial(mlp(([[1, 0], [0, 1], [1, 1]], [0, 0, 0]), ([[1, 1, 1]], [0])))
    order, gradients = polynomial.order([0, 0]), [[1, 0], [0, 1], [1, 1]]
    assert order == 3
    assert polynomial.stratum_dimension([0, 0]) == 2 - np.linalg.matrix_rank(gradients) == 0
    assert polynomial.order([0, 5]) == polynomial.stratum_dimension([0, 5]) == 1


def test_e18_a_unit_that_vanishes_on_a_cell_makes_no_boundary_there():
    """relu(relu(x)): the second pre-activation is 0 for all x <= 0, but codes change at 0 alone."""
    net = mlp(([[1]], [0]), ([[1]], [0]), ([[1]], [0]))
    points = [F(n, 2) for n in range(-4, 5)]
    printed = [x for x in points if x * max(x, F(0)) == 0]
    boundary = [x for x in points if (net.exact_code_towards([x], [[1]]) != net.exact_code_towards([x], [[-1]])).any()]
    assert printed == [x for x in points if x <= 0]
    assert boundary == [0]
    assert [x for x in points if PartitionPolynomial(net).order([x]) > 0] == boundary


# --- the decision boundary --------------------------------------------------------------------------------------------------------------------


def test_e19_the_constant_has_a_term_for_each_bias():
    """All weights 1, biases 0, 2, -5: relu(relu(x) + 2) - 5 is 0 at 3; without the middle bias the root would be 5."""
    net = mlp(([[1]], [0]), ([[1]], [2]), ([[1]], [-5]))
    a2, a3, b1, b2, b3 = F(1), F(1), F(0), F(2), F(-5)
    alpha, beta = output_map(net, [1, 1])
    corrected, printed = a3 * (a2 * b1 + b2) + b3, a3 * a2 * b1 + b3
    assert (alpha[0], beta) == (1, corrected)
    assert (-corrected / alpha[0], -printed / alpha[0]) == (3, 5)
    assert net([[3.0], [5.0]])[:, 0].tolist() == [0, 2]


def test_e20_the_cosine_keeps_its_sign():
    """f = x + relu(y - 2 x) - 1: the boundary comes up along x = 1 and goes back from (1, 2) along y = x + 1. It turns by 135 degrees."""
    net = mlp(([[1, 0], [-1, 0], [-2, 1]], [0, 0, 0]), ([[1, -1, 1]], [-1]))
    below, vertex, above = np.array([1.0, 1.0]), np.array([1.0, 2.0]), np.array([0.5, 1.5])
    assert net([below, vertex, above])[:, 0].tolist() == [0, 0, 0]
    codes = net.code([below, above])
    assert codes.tolist() == [[1, 0, 0], [1, 0, 1]]
    (incoming, outgoing) = (vertex - below, above - vertex)
    true = math.degrees(math.acos(incoming @ outgoing / np.linalg.norm(incoming) / np.linalg.norm(outgoing)))
    alphas = [output_map(net, code)[0] for code in codes]
    assert [a.tolist() for a in alphas] == [[1, 0], [-1, 1]]
    assert math.degrees(turn(*alphas).theta) == pytest.approx(true) == pytest.approx(135)
    assert math.degrees(printed_turn(*alphas).theta) == pytest.approx(45)


@pytest.mark.parametrize(("bias", "angles"), [(-1, [45, 45]), (1, [])])
def test_e21_biases_decide_which_angles_occur(bias, angles):
    """f = relu(x1) + relu(x2) + c: for the same pairs of codes the angles are the same; but the boundary crosses a facet only where f is 0 on it."""
    net = mlp(([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [bias]))
    found = []
    for pair, axis in ((([1, 0], [1, 1]), 0), (([0, 1], [1, 1]), 1)):
        (alpha, beta), (other, _) = (output_map(net, code) for code in pair)
        assert math.degrees(turn(alpha, other).theta) == pytest.approx(45)
        crossing = -beta / alpha[axis]  # on the facet, the positive half of this axis
        if crossing > 0:
            found.append(round(math.degrees(turn(alpha, other).theta)))
    assert found == angles


# --- closed forms -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lengths", "squared", "printed"), [((1, 1), F(1, 2), F(1, 2)), ((1, 2), F(1, 5), F(1, 5))])
def test_e22_proposition_5_has_a_root(lengths, squared, printed):
    """W1 = diag(1, 1) and diag(1, 2), the second unit starts to fire: cosines 0.7071 and 0.4472; printed 0.5 and 0.2, their squares here."""
    net = mlp((np.diag(lengths), [0, 0]), ([[1, 1]], [0]))
    true = turn(*(output_map(net, code)[0] for code in ([1, 0], [1, 1])))
    assert relu_turn(np.diag(lengths), [1, 1], unit=1, firing=[0]) == true == Turn(squared, 1)
    a, t = lengths[0] ** 2, lengths[1] ** 2
    assert 1 / (F(t, a) + 1) == printed
    assert float(printed) != pytest.approx(true.cos)


def test_e23_proposition_6_needs_equal_squares():
    """Rows of equal norm and w = (10, 1, 1, 1): one firing unit turns by 5.7 degrees, two others by 35.3: more that fire turn more."""
    output = [10, 1, 1, 1]
    net = mlp((np.eye(4), np.zeros(4)), ([output], [0]))
    few, many = ([output_map(net, code)[0] for code in pair] for pair in (([1, 0, 0, 0], [1, 0, 0, 1]), ([0, 1, 1, 0], [0, 1, 1, 1])))
    assert relu_turn(np.eye(4), output, 3, [0]) == turn(*few)
    assert relu_turn(np.eye(4), output, 3, [1, 2]) == turn(*many)
    assert [round(math.degrees(turn(*pair).theta), 2) for pair in (few, many)] == [5.71, 35.26]
    with pytest.raises(geom.NetworkError, match="equal for all units"):
        equal_relu_turn(np.eye(4), output, 1)
    angles = [math.degrees(equal_relu_turn(np.eye(5), np.ones(5), n).theta) for n in (1, 2, 3, 4)]
    assert angles == pytest.approx([45, 35.264, 30, 26.565], abs=1e-3)
    assert angles == sorted(angles, reverse=True)


def test_e24_proposition_7_divides_by_the_unit_s_own_square():
    """W1 = diag(1, 2), the second unit changes sign: gradients (1, -2) and (1, 2), cosine -3/5; printed 0, and never below 0."""
    net = mlp((np.diag([1, 2]), [0, 0]), ([[1, 1]], [0]), activation="abs")
    true = turn(*(output_map(net, code)[0] for code in ([1, 0], [1, 1])))
    assert abs_turn(np.diag([1, 2]), [1, 1], unit=1) == true
    assert true.cos == -0.6
    others = F(1) ** 2 * 1
    assert 1 - 2 / (1 + others) == 0
    assert math.degrees(true.dihedral) == pytest.approx(53.13, abs=0.01)
    assert turn(*(output_map(net, code)[0] for code in ([0, 0], [0, 1]))) == true


# --- the last layer ---------------------------------------------------------------------------------------------------------------------------


def test_e29_only_the_argmax_of_softmax_has_a_partition():
    """A decision unit whose pieces are the logits takes the class of the largest probability; probabilities are not affine in a cell."""
    rng = np.random.default_rng(0)
    weight, bias = rng.normal(size=(3, 2)), rng.normal(size=3)
    decision = geom.Network([geom.Layer(weight, bias, [[0, 1, 2]], [[1.0, 1.0, 1.0]])])

    def softmax(x):
        e = np.exp(x @ weight.T + bias)
        return e / e.sum(axis=1, keepdims=True)

    x = rng.normal(size=(200, 2)) * 3
    cells = decision.code(x)[:, 0]
    assert set(cells.tolist()) == {0, 1, 2}
    assert np.array_equal(cells, softmax(x).argmax(axis=1))
    one, two = x[cells == 0][:2]
    middle = (one + two) / 2
    assert decision.code([middle]).tolist() == [[0]]
    assert np.abs(softmax(middle[None]) - softmax(np.array([one, two])).mean(axis=0)).max() > 1e-3
