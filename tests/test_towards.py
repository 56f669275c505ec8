"""Codes just beside a point: those of the reference at a point so close that nothing lies between."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, random_problem

import geom

SMALL = Fraction(1, 2**4000)


def nudged(point, directions):
    """The point, moved in each direction by far less than in the one before."""
    steps = [SMALL ** (i + 1) for i in range(len(directions))]
    return [Fraction(v) + sum(e * Fraction(d[j]) for e, d in zip(steps, directions, strict=True)) for j, v in enumerate(point)]


def assert_code_of_a_near_point(problem, point, directions):
    net = problem.reference_network()
    found = problem.network().exact_code_towards(point, directions)
    assert tuple(found.tolist()) == reference.code_at(net, nudged(point, directions)), (problem.shown(), point, directions)


@pytest.mark.parametrize("seed", range(48))
def test_beside_vertices_of_random_networks(seed):
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    vertices = sorted({v for cell in reference.cells(problem.reference_network(), problem.reference_region()) for v in cell.vertices})
    for i in rng.permutation(len(vertices))[:5]:
        for n in range(problem.dim + 1):
            assert_code_of_a_near_point(problem, vertices[i], rng.integers(-2, 3, size=(n, problem.dim)).tolist())


@pytest.mark.parametrize("name", [case.name for case in CASES if max(map(abs, np.ravel(case.arrays()[0][0])), default=0) < 10 and case.dim <= 3])
def test_beside_the_origin_of_degenerate_networks(name):
    problem = BY_NAME[name]
    axes = np.eye(problem.dim, dtype=int).tolist()
    for directions in ([], axes, [[-v for v in axis] for axis in axes[::-1]], [[0] * problem.dim, *axes]):
        assert_code_of_a_near_point(problem, [0] * problem.dim, directions)


def test_pieces_of_maxout_units_are_told_apart():
    # Unit 0: max(x, y, -x); unit 1: max(x, x, y), whose first two pieces are one; unit 2: max(x, y) with a padded place.
    layer = geom.Layer([[1, 0], [0, 1], [-1, 0], [1, 0]], [0, 0, 0, 0], [[0, 1, 2], [0, 3, 1], [0, 1, -1]], np.ones((3, 3)))
    net = geom.Network([layer])
    expected = {(1, 0): [0, 0, 0], (0, 1): [1, 2, 1], (-1, 0): [2, 2, 1], (0, -1): [0, 0, 0], (1, 1): [0, 0, 0]}
    for direction, code in expected.items():
        assert net.exact_code_towards([0, 0], [direction]).tolist() == code
    assert net.exact_code_towards([0, 0], [[1, 1], [0, 1]]).tolist() == [1, 2, 1]
    assert net.exact_code_towards([0, 0], []).tolist() == [0, 0, 0]


def test_a_dead_unit_of_an_image_network_asks_for_no_direction():
    asked = []

    class Axes:
        def __len__(self):
            return 784

        def __iter__(self):
            for i in range(784):
                asked.append(i)
                yield [int(i == j) for j in range(784)]

    rng = np.random.default_rng(0)
    widths = (784, 8, 8)
    weights = [rng.integers(-2, 3, size=(b, a)) for a, b in pairwise(widths)]
    for weight in weights:
        weight[0] = 0
    net = geom.Network.mlp([*weights, np.ones((1, 8))], [[0, *range(1, 8)]] * 2 + [[0]])
    code = net.exact_code_towards([Fraction(1, 3)] * 784, Axes())
    assert code[0] == code[8] == 0
    assert asked == []
