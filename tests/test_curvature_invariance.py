"""What changes no angle, and the closed forms of Propositions 5, 6 and 7 of the paper in their corrected version (docs/errata.md, E20 to E24)."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import atan2, pi, sqrt

import numpy as np
import pytest
import reference
from comparison import codes, dot

import geom


def cayley(*entries):
    """A rotation (I - A)(I + A)^-1 times the smallest integer that makes it whole, and that integer; A is skew with these entries."""
    dim = {1: 2, 3: 3, 6: 4}[len(entries)]
    skew = [[Fraction(0)] * dim for _ in range(dim)]
    for v, (i, j) in zip(entries, [(p, q) for p in range(dim) for q in range(p)], strict=True):
        skew[i][j], skew[j][i] = Fraction(v), -Fraction(v)
    plus = [[int(i == j) + skew[i][j] for j in range(dim)] for i in range(dim)]
    columns = [_solve(plus, [int(i == j) - skew[i][j] for i in range(dim)]) for j in range(dim)]  # the factors commute
    scale = int(np.lcm.reduce([v.denominator for column in columns for v in column]))
    rows = [[int(columns[j][i] * scale) for j in range(dim)] for i in range(dim)]
    assert all(dot(rows[i], rows[j]) == (scale**2 if i == j else 0) for i in range(dim) for j in range(dim))
    return np.array(rows), scale


def _solve(matrix, right):
    rows = [[*row, -v] for row, v in zip(matrix, right, strict=True)]
    return reference._solution(rows, len(matrix))


def table_of(boundary, codes_of=None):
    """Exact squared cosines with their sign, convexity sign and ridge volume by the codes of the two cells; volumes by code."""
    own = codes_of or codes(boundary.partition)
    angles = boundary.angles(exact=True)
    rows = {}
    for k, (a, b) in enumerate(zip(angles["a"].tolist(), angles["b"].tolist(), strict=True)):
        cosine = angles["dot"][k]
        exact = (cosine > 0) - (cosine < 0), cosine**2 / (angles["square_a"][k] * angles["square_b"][k]), angles["sign"][k]
        rows[frozenset((own[a], own[b])), int(angles["i"][k]), int(angles["j"][k])] = exact, angles["theta"][k], angles["ridge_volume"][k]
    volumes = Counter()
    for piece in boundary:
        volumes[own[piece.cell], piece.classes] += piece.volume()
    parts = Counter(frozenset(own[c] for c in boundary.cell[boundary.components == n].tolist()) for n in range(len(boundary.is_closed)))
    return rows, volumes, parts


def assert_same_angles(one, other):
    assert one[0].keys() == other[0].keys()
    assert {key: value[0] for key, value in one[0].items()} == {key: value[0] for key, value in other[0].items()}
    for key, (_, theta, volume) in one[0].items():
        assert other[0][key][1:] == pytest.approx((theta, volume), rel=1e-9, abs=1e-12)
    assert one[1].keys() == other[1].keys()
    for key, volume in one[1].items():
        assert other[1][key] == pytest.approx(volume, rel=1e-9)
    assert one[2] == other[2]


def integer_network(seed, dim):
    rng = np.random.default_rng([seed, 77])
    widths = [dim, 4, 3, 1 + seed % 3]
    weights = [rng.integers(-4, 5, size=(n, m)) for m, n in pairwise(widths)]
    weights[0][:dim] += 9 * np.eye(dim, dtype=int)  # the first layer spans the space
    return weights, [rng.integers(-4, 5, size=len(weight)) for weight in weights]


def boundary_of(weights, biases, activation):
    return geom.subdivide(geom.Network.mlp(weights, biases, activation)).decision_boundary()


FAMILY = [(seed, dim, activation) for seed in range(12) for dim, activation in ((2, "relu"), (3, "relu"), (2, "abs"))]


@pytest.mark.parametrize(("seed", "dim", "activation"), FAMILY)
def test_isometries_of_the_input_change_no_angle_and_no_volume(seed, dim, activation):
    weights, biases = integer_network(seed, dim)
    rotation, scale = cayley(Fraction(1, 2), 2, Fraction(-1, 3)) if dim == 3 else cayley(Fraction(seed % 5 + 1, 7))
    shift = np.arange(1, dim + 1) * 3
    # x -> f(Q x + t) with Q = rotation / scale; all biases times scale make it scale * f, without fractions.
    moved = [weights[0] @ rotation, *weights[1:]], [scale * (biases[0] + weights[0] @ shift), *(scale * b for b in biases[1:])]
    assert_same_angles(table_of(boundary_of(weights, biases, activation)), table_of(boundary_of(*moved, activation)))


@pytest.mark.parametrize(("seed", "dim", "activation"), FAMILY)
def test_permutations_and_scalings_of_units_change_no_angle_and_no_volume(seed, dim, activation):
    weights, biases = integer_network(seed, dim)
    rng = np.random.default_rng(seed)
    order, factor = rng.permutation(4), 2.0 ** rng.integers(-3, 4, size=4)
    first, bias = factor[:, None] * weights[0][order], factor * biases[0][order]
    twin = boundary_of([first, weights[1][:, order] / factor, weights[2]], [bias, *biases[1:]], activation)
    back = [(*(code[order.tolist().index(k)] for k in range(4)), *code[4:]) for code in codes(twin.partition)]
    assert_same_angles(table_of(boundary_of(weights, biases, activation)), table_of(twin, back))


@pytest.mark.parametrize("factor", [0.25, 3, 1000])
def test_scaling_the_output_or_a_layer_changes_no_angle(factor):
    for seed in range(6):
        weights, biases = integer_network(seed, 2)
        plain = table_of(boundary_of(weights, biases, "relu"))
        assert_same_angles(plain, table_of(boundary_of([*weights[:-1], factor * weights[-1]], [*biases[:-1], factor * biases[-1]], "relu")))
        scaled = [factor ** (k + 1) * bias for k, bias in enumerate(biases)]
        assert_same_angles(plain, table_of(boundary_of([factor * weight for weight in weights], scaled, "relu")))


@pytest.mark.parametrize("seed", range(12))
def test_biases_do_not_enter_the_angle_of_a_pair_of_codes(seed):
    # E21: which pairs occur depends on the biases; the angle of a pair does not.
    weights, biases = integer_network(seed, 2)
    other = [bias + np.random.default_rng(seed).integers(-2, 3, size=len(bias)) for bias in biases]
    one, two = (table_of(boundary_of(weights, b, "relu"))[0] for b in (biases, other))
    for key in one.keys() & two.keys():
        assert one[key][0][:2] == two[key][0][:2]


def test_biases_decide_which_pairs_occur():
    # E21: f = relu(x) + relu(y) + c.
    def angles(c):
        return geom.subdivide(geom.Network.mlp([np.eye(2), [[1, 1]]], [[0, 0], [c]])).decision_boundary().angles()["theta"].tolist()

    assert angles(-1) == pytest.approx([pi / 4, pi / 4], rel=1e-15)
    assert angles(1) == []


def test_an_obtuse_turn_is_not_an_acute_one():
    # E20: 8 - |x| - 8 |y| is a flat rhombus; at its two sharp corners the normal turns by more than 90 degrees, and the printed |cos| says less.
    sharp = geom.subdivide(geom.Network.mlp([np.eye(2), [[-1, -8]]], [[0, 0], [8]], "abs")).decision_boundary().angles(exact=True)
    turns = sorted(np.degrees(sharp["theta"]).tolist())
    assert turns == pytest.approx(sorted(np.degrees([pi - 2 * atan2(1, 8)] * 2 + [2 * atan2(1, 8)] * 2)), rel=1e-14)
    assert sum(v < 0 for v in sharp["dot"]) == 2


# --- closed forms -------------------------------------------------------------------------------------------------------------------------


def orthogonal_layer(seed, dim):
    """Orthogonal rows of integers, of different lengths, and output weights."""
    rng = np.random.default_rng([seed, 5])
    rotation, _ = cayley(*(Fraction(int(v), 3) for v in rng.integers(-4, 5, size=dim * (dim - 1) // 2)))
    rows = rotation * rng.integers(1, 4, size=dim)[:, None]
    output = rng.integers(1, 5, size=dim) * rng.choice([-1, 1], size=dim)
    return rows, output, rng.integers(-40, 41, size=dim), int(rng.integers(-200, 201))


CLOSED = [(seed, dim) for seed in range(20) for dim in (2, 3)]


def pairs_of(seed, dim, activation):
    """Rows of the table of angles, with the codes of both cells and a_d = (W2_d)^2 |W1_d|^2."""
    rows, output, bias, constant = orthogonal_layer(seed, dim)
    boundary = geom.subdivide(geom.Network.mlp([rows, [output]], [bias, [constant]], activation)).decision_boundary()
    own, angles = codes(boundary.partition), boundary.angles(exact=True)
    a = [int(w) ** 2 * int(dot(row, row)) for w, row in zip(output, rows.tolist(), strict=True)]
    for k in range(len(angles["theta"])):
        p, q = own[angles["a"][k]], own[angles["b"][k]]
        [flipped] = [d for d in range(dim) if p[d] != q[d]]
        cosine = angles["dot"][k], angles["square_a"][k] * angles["square_b"][k]
        yield a, p, flipped, cosine, angles["theta"][k]


def test_the_angle_at_a_relu_is_that_of_the_corrected_proposition_5():
    # E22: cos = (1 + t / S)^(-1/2) with t = a_{d'} and S the sum of a_d over the other units that fire.
    found = 0
    for seed, dim in CLOSED:
        for a, code, flipped, (cosine, squares), theta in pairs_of(seed, dim, "relu"):
            s = sum(v for d, v in enumerate(a) if d != flipped and code[d])
            assert cosine > 0
            assert cosine**2 / squares == 1 / (1 + Fraction(a[flipped], s))
            assert theta == pytest.approx(np.arccos((1 + a[flipped] / s) ** -0.5), rel=1e-12)
            found += 1
    assert found >= 20


def test_the_angle_at_an_absolute_value_is_that_of_the_corrected_proposition_7():
    # E24: cos = 1 - 2 / (1 + T / t) with T the sum of a_d over all other units.
    found, negative = 0, 0
    for seed, dim in CLOSED:
        for a, _, flipped, (cosine, squares), theta in pairs_of(seed, dim, "abs"):
            true = 1 - 2 / (1 + Fraction(sum(a) - a[flipped], a[flipped]))
            assert cosine**2 == true**2 * squares
            assert (cosine > 0) == (true > 0)
            assert theta == pytest.approx(np.arccos(float(true)), rel=1e-12)
            found, negative = found + 1, negative + (true < 0)
    assert found >= 20
    assert negative >= 5, "the range is (-1, 1), not (0, 1)"


@pytest.mark.parametrize("firing", [1, 2, 3])
def test_equal_units_give_the_angle_of_the_corrected_proposition_6(firing):
    # E23: with all a_d equal and m other units firing cos = (m / (m + 1))^(1/2).
    net = geom.Network.mlp([np.eye(4), [[-1] * 4]], [[0] * 4, [firing]])
    boundary = geom.subdivide(net).decision_boundary()
    own, angles = codes(boundary.partition), boundary.angles(exact=True)
    for k in range(len(angles["theta"])):
        p, q = own[angles["a"][k]], own[angles["b"][k]]
        m = min(sum(p), sum(q))
        assert angles["dot"][k] ** 2 == Fraction(m, m + 1) * angles["square_a"][k] * angles["square_b"][k]
    assert len(angles["theta"]) == 4 * 2**3 - 4, "pairs of the codes (m, m + 1) with m >= 1"


def test_proposition_6_needs_equal_output_weights():
    # E23: W1 = I, w2 = (10, 1, 1, 1), unit 3 flips: beside unit 0 alone by 5.71 degrees, beside units 1 and 2 by 35.26.
    boundary = geom.subdivide(geom.Network.mlp([np.eye(4), [[10, 1, 1, 1]]], [[0] * 4, [-1]])).decision_boundary()
    own, angles = codes(boundary.partition), boundary.angles()
    degrees = {frozenset((own[a], own[b])): np.degrees(t) for a, b, t in zip(angles["a"], angles["b"], angles["theta"], strict=True)}
    assert degrees[frozenset({(1, 0, 0, 0), (1, 0, 0, 1)})] == pytest.approx(np.degrees(np.arctan(1 / 10)))
    assert degrees[frozenset({(0, 1, 1, 0), (0, 1, 1, 1)})] == pytest.approx(np.degrees(np.arctan(1 / sqrt(2))))
