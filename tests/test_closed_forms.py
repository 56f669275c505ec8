"""Closed forms of turning angles, against gradients of networks with rational orthogonal layers."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

import geom
from geom.boundary.closed_forms import Turn, abs_turn, equal_relu_turn, relu_turn

F = Fraction


def cayley(rng, n):
    """A rational orthogonal matrix (I - S)(I + S)^(-1), S skew-symmetric of small integers, and integers that make each of its rows integral."""
    s = np.zeros((n, n), dtype=object)
    for i in range(n):
        for j in range(i):
            s[i, j] = F(int(rng.integers(-2, 3)))
            s[j, i] = -s[i, j]
    eye = np.array([[F(int(i == j)) for j in range(n)] for i in range(n)], dtype=object)
    q = (eye - s) @ inverse(eye + s)
    assert (q @ q.T == eye).all()
    return np.array([[v * math.lcm(*(w.denominator for w in row)) for v in row] for row in q], dtype=object)


def inverse(matrix):
    n = len(matrix)
    rows = [[*row, *(F(int(i == j)) for j in range(n))] for i, row in enumerate(matrix)]
    for j in range(n):
        pivot = next(i for i in range(j, n) if rows[i][j])
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [v / rows[j][j] for v in rows[j]]
        rows = [row if i == j else [v - row[j] * w for v, w in zip(row, rows[j], strict=True)] for i, row in enumerate(rows)]
    return np.array([row[n:] for row in rows], dtype=object)


def layer_and_output(seed, n):
    """Integers that doubles hold: orthogonal rows of different lengths, and output weights of both signs, none of them 0."""
    rng = np.random.default_rng(seed)
    scale = rng.integers(1, 4, size=n)
    weight = np.array([[int(v) * int(c) for v in row] for row, c in zip(cayley(rng, n), scale, strict=True)], dtype=float)
    return weight, rng.choice([-3.0, -1.0, 1.0, 2.0], size=n)


def gradients(weight, output, activation, code, unit):
    """Exact gradients of the output on both sides of a unit, for one code of the others."""
    net = geom.Network.mlp([weight, [output]], [np.zeros(len(weight)), [0.0]], activation)
    return [net.affine([*code[:unit], bit, *code[unit + 1 :]], exact=True)[0][0] for bit in (0, 1)]


def turn_between(a, b):
    """Squared cosine and its sign, or None if a gradient is 0."""
    if not any(a) or not any(b):
        return None
    inner = a @ b
    return Turn(F(inner**2, (a @ a) * (b @ b)), int(inner > 0) - int(inner < 0))


@pytest.mark.parametrize("seed", range(6))
def test_relu_turns_are_those_of_the_gradients(seed):
    n = 2 + seed % 3
    weight, output = layer_and_output(seed, n)
    for unit in range(n):
        for code in product((0, 1), repeat=n):
            expected = turn_between(*gradients(weight, output, "relu", code, unit))
            firing = [d for d in range(n) if code[d] and d != unit]
            if expected is None:
                with pytest.raises(geom.NetworkError, match="no other firing unit"):
                    relu_turn(weight, output, unit, firing)
            else:
                assert relu_turn(weight, output, unit, firing) == expected


@pytest.mark.parametrize("seed", range(6))
def test_abs_turns_are_those_of_the_gradients_whatever_the_others_do(seed):
    n = 2 + seed % 3
    weight, output = layer_and_output(seed, n)
    for unit in range(n):
        found = abs_turn(weight, output, unit)
        assert {turn_between(*gradients(weight, output, "abs", code, unit)) for code in product((0, 1), repeat=n)} == {found}


def test_units_of_equal_weight_turn_less_the_more_fire():
    rng = np.random.default_rng(3)
    rows = cayley(rng, 5)
    norms = [F(sum(v * v for v in row)) for row in rows]
    weight = [[v / F(math.isqrt(int(norm))) for v in row] for row, norm in zip(rows, norms, strict=True)]
    assert all(math.isqrt(int(norm)) ** 2 == norm for norm in norms)
    turns = [equal_relu_turn(weight, np.ones(5), n) for n in (1, 2, 3, 4)]
    assert turns == [relu_turn(weight, np.ones(5), 0, range(1, n + 1)) for n in (1, 2, 3, 4)]
    assert [t.squared_cos for t in turns] == [F(n, n + 1) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("scale", [2, F(1, 3)])
def test_turns_are_invariant_under_scaling(scale):
    weight, output = layer_and_output(1, 3)
    scaled = [[F(v) * scale for v in row] for row in weight.tolist()]
    assert relu_turn(scaled, output, 0, [1, 2]) == relu_turn(weight, output, 0, [1, 2])
    assert abs_turn(weight, [F(v) * scale for v in output.tolist()], 1) == abs_turn(weight, output, 1)


def test_angles_are_accurate_at_both_ends():
    small = relu_turn([[1, 0], [0, 1]], [1, F(1, 10**12)], 1, [0])
    assert small.theta == pytest.approx(1e-12, rel=1e-15)
    large = abs_turn([[1, 0], [0, 1]], [1, 10**12], 1)
    assert large.dihedral == pytest.approx(2e-12, rel=1e-15)
    assert large.theta + large.dihedral == pytest.approx(math.pi, rel=1e-15)
    assert abs_turn([[1, 0], [0, 1]], [1, 1], 0) == Turn(F(0), 0)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: relu_turn([[1, 0], [1, 1]], [1, 1], 0, [1]), "rows 0 and 1 .* not orthogonal: their product is 1"),
        (lambda: relu_turn(np.linalg.qr(np.arange(9.0).reshape(3, 3) ** 2 + 1)[0], np.ones(3), 0, [1]), "not orthogonal"),
        (lambda: relu_turn([[1, 0], [0, 1]], [1], 0, [1]), r"weight must be \(K, D\)"),
        (lambda: relu_turn([[1, 0], [0, np.nan]], [1, 1], 0, [1]), "weights"),
        (lambda: relu_turn(np.eye(2), [1, 1], 2, [1]), "unit=2: the layer has 2 units"),
        (lambda: relu_turn(np.eye(2), [1, 1], 0, [-1]), "unit=-1"),
        (lambda: relu_turn(np.eye(2), [1, 1], 0, [0]), "no other firing unit"),
        (lambda: abs_turn(np.eye(2), [0, 0], 0), "no unit reaches"),
        (lambda: abs_turn(np.eye(2), [1, 1], True), "unit=True"),
        (lambda: equal_relu_turn(np.eye(2), [1, 1], 2), "n_firing=2: from 1 to 1"),
        (lambda: equal_relu_turn(np.eye(2), [1, 2], 1), "1 for unit 0 and 4 for unit 1"),
        (lambda: equal_relu_turn(np.eye(2), [0, 0], 1), "not 0"),
    ],
)
def test_hypotheses_are_checked(call, words):
    with pytest.raises(geom.NetworkError, match=words):
        call()
