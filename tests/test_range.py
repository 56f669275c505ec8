"""The exact range of a functional of outputs: against all exact vertices and rays of all cells, and on functions whose range mathematics gives."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, SPACE_ARRANGEMENTS, Problem, cube, random_problem

import geom
from geom.ranges.extremes import output_range
from geom.verification.counterexample import exact_outputs

TENT = geom.Network.mlp([[[1], [-1]], [[-1, -1]]], [[0, 0], [1]])  # 1 - |x|


def with_outputs(problem, seed, n=3):
    """The problem with a head of small random integers."""
    rng = np.random.default_rng(seed)
    width = len(problem.hidden[-1][1]) if problem.hidden else problem.dim
    return replace(problem, head=(rng.integers(-2, 3, size=(n, width)), rng.integers(-1, 2, size=n)))


def values_at_vertices(problem, c):
    """The functional at the reference's exact vertices, as pairs of code and value; the domain is bounded."""
    net = problem.reference_network()
    for code, cell in problem.reference_cells().items():
        weight, bias = reference.affine(net, code, problem.dim)
        for v in cell.vertices:
            y = [sum(a * x for a, x in zip(row, v, strict=True)) + b for row, b in zip(weight, bias, strict=True)]
            yield code, sum(Fraction(a) * b for a, b in zip(c, y, strict=True))


def assert_attained(part, extreme, c, offset=0):
    """The network has the exact value at the exact point, which lies in the cell that is named."""
    y = exact_outputs(part.network, extreme.exact_point)
    assert sum(Fraction(a) * v for a, v in zip(c, y, strict=True)) + Fraction(offset) == extreme.exact_value
    assert is_in_cell(part[extreme.cell], extreme.exact_point)


def rounded(value):
    try:
        return float(value)
    except OverflowError:
        return inf if value > 0 else -inf


def is_in_cell(cell, point, factor=1):
    """Whether the cell contains a point, or its recession cone a direction, where the factor of bounds is 0."""
    a, b = cell.hrep(exact=True)
    return all(sum(p * v for p, v in zip(row, point, strict=True)) <= factor * bound for row, bound in zip(a, b, strict=True))


# --- against the reference ----------------------------------------------------------------------------------------------------------------


def assert_range_of_vertices(problem, c):
    part = geom.subdivide(problem.network(), problem.region())
    found, values = output_range(part, c), list(values_at_vertices(problem, c))
    for extreme, best in ((found.low, min), (found.high, max)):
        exact = best(value for _, value in values)
        assert extreme.exact_value == exact, problem.shown()
        assert extreme.value == rounded(exact)
        assert_attained(part, extreme, c)
        assert tuple(part[extreme.cell].code) == min(code for code, value in values if value == exact), problem.shown()


@pytest.mark.parametrize("seed", range(48))
def test_a_random_network_has_the_range_of_its_vertices(seed):
    rng = np.random.default_rng(seed)
    assert_range_of_vertices(with_outputs(random_problem(seed), seed), rng.integers(-2, 3, size=3).tolist())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(48, 400))
def test_many_random_networks_have_the_range_of_their_vertices(seed):
    rng = np.random.default_rng(seed)
    assert_range_of_vertices(with_outputs(random_problem(seed), seed), rng.integers(-2, 3, size=3).tolist())


@pytest.mark.parametrize("problem", [case for case in CASES if case.cells <= 50], ids=str)
def test_a_degenerate_network_has_the_range_of_its_vertices(problem):
    assert_range_of_vertices(with_outputs(problem, 0, n=2), [1, -1])


# --- whole spaces -------------------------------------------------------------------------------------------------------------------------


def assert_range_of_generators(problem, c):
    """Against exact vertices, rays and lines of all cells by cddlib."""
    part = geom.subdivide(problem.network(), problem.region())
    found, net = output_range(part, c), part.network
    for sign, extreme in ((-1, found.low), (1, found.high)):
        values, grows = [], False
        for cell in part:
            g, h = net.affine(cell.code, exact=True)
            row, constant = sign * np.array(c) @ g, sign * np.array(c) @ h
            vertices, rays, lines = cell.vrep(exact=True)
            values += [row @ v + constant for v in vertices]
            grows |= any(row @ v > 0 for v in rays) or any(row @ v != 0 for v in lines)
        if grows:
            assert (extreme.value, extreme.exact_value) == (sign * inf, None), problem.shown()
            g, _ = net.affine(part[extreme.cell].code, exact=True)
            assert sign * np.array(c) @ g @ np.array(extreme.ray) > 0
            assert is_in_cell(part[extreme.cell], extreme.exact_point)
            assert is_in_cell(part[extreme.cell], extreme.ray, factor=0)
        else:
            assert extreme.exact_value == sign * max(values), problem.shown()
            assert extreme.ray is None
            assert_attained(part, extreme, c)


@pytest.mark.parametrize("problem", [case for case in SPACE_ARRANGEMENTS if case.cells <= 30], ids=str)
@pytest.mark.parametrize("c", [(1, 0), (-1, 1), (0, 0)])
def test_an_arrangement_of_the_whole_space_has_the_range_of_its_generators(problem, c):
    assert_range_of_generators(with_outputs(problem, 1, n=2), c)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_network_on_the_whole_space_has_the_range_of_its_generators(seed):
    problem = random_problem(seed)
    if problem.dim > 3:
        problem = random_problem(seed - 3)
    problem = with_outputs(problem, seed, n=2)
    # Minus the sum of positive parts is bounded above, often on a plateau.
    head = -np.abs(problem.head[0]), problem.head[1]
    assert_range_of_generators(replace(problem, domain=("space", problem.dim), head=head), [1, 0])


def test_a_tent_on_the_line_has_a_summit_and_no_ground():
    found = output_range(geom.subdivide(TENT), [1])
    assert (found.high.exact_value, found.high.exact_point, found.high.ray) == (1, (0,), None)
    assert (found.low.value, found.low.exact_value) == (-inf, None)
    assert repr(found) == "Range(-inf to 1.0)"


def test_a_network_that_ignores_its_input_has_one_value():
    part = geom.subdivide(geom.Network.mlp([[[0, 0]], [[2]]], [[3], [0.5]]))
    found = output_range(part, [1], "0.1")
    assert found.low.exact_value == found.high.exact_value == Fraction("6.6")
    assert_attained(part, found.high, [1], "0.1")


def test_a_linear_network_on_the_whole_plane_is_unbounded_both_ways():
    assert_range_of_generators(Problem("linear", (), ("space", 2), head=([[1, 2], [0, 0]], [3, 1])), [1, 1])


# --- plateaus -----------------------------------------------------------------------------------------------------------------------------


def test_a_dead_output_is_constant_on_a_thousand_cells():
    rng = np.random.default_rng(0)
    net = geom.Network.mlp(
        [rng.normal(size=(40, 2)), rng.normal(size=(12, 40)), [[0] * 12, [1] * 12]], [rng.normal(size=40), rng.normal(size=12), [7, 0]]
    )
    part = geom.subdivide(net, geom.Box([-2, -2], [2, 2]))
    assert len(part) > 1000
    found = output_range(part, [1, 0])
    assert found.low.exact_value == found.high.exact_value == 7
    assert found.low.cell == found.high.cell == 0


def test_a_ridge_that_many_cells_touch_is_its_maximum():
    """Minus |x| has its maximum along x = 0, which random lines cut into many pieces."""
    rng = np.random.default_rng(1)
    weight = np.concatenate([[[1, 0], [-1, 0]], rng.normal(size=(40, 2))])
    net = geom.Network.mlp([weight, [[-1, -1] + [0] * 40]], [np.concatenate([[0, 0], rng.normal(size=40)]), [0]])
    part = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
    found = output_range(part, [1])
    assert (found.low.exact_value, found.high.exact_value, found.high.exact_point[0]) == (-1, 0, 0)
    on_ridge = [i for i, cell in enumerate(part) if any(v[0] == 0 for v in cell.vrep(exact=True)[0])]
    assert found.high.cell == min(on_ridge)


def test_a_summit_between_doubles_is_exact():
    """1 - |3 x - 1| is largest at 1/3."""
    net = geom.Network.mlp([[[3], [-3]], [[-1, -1]]], [[-1, 1], [1]])
    high = output_range(geom.subdivide(net, geom.Box([0], [1])), [1]).high
    assert (high.exact_value, high.exact_point, high.point.tolist()) == (1, (Fraction(1, 3),), [1 / 3])


def test_values_that_no_double_tells_apart_are_told_apart():
    """Two summits whose heights differ by 2**-80."""
    part = geom.subdivide(geom.Network.mlp([[[1], [-1]], [[1, 1 + 2.0**-52]]], [[0, 0], [0]]), geom.Box([-1], [1]))
    low, high = output_range(part, [2.0**-28], 1)
    assert (low.exact_value, high.exact_value, high.exact_point) == (1, 1 + Fraction(1, 2**28) + Fraction(1, 2**80), (-1,))


# --- what is asked ------------------------------------------------------------------------------------------------------------------------


def test_coefficients_and_offset_are_taken_exactly():
    part = geom.subdivide(TENT, geom.Box([-1], [1]))
    low, high = output_range(part, ["1/3"], "0.1")
    assert (low.exact_value, high.exact_value) == (Fraction(1, 10), Fraction(1, 3) + Fraction(1, 10))
    assert high.value == float(Fraction(13, 30))


def test_a_partition_of_the_first_layers_has_no_outputs():
    net = geom.Network.mlp([[[1], [2]], [[1, 1]], [[3]]], [[0, -1], [-2], [0]])
    with pytest.raises(geom.GeomError, match="first 1 of 2 hidden layers"):
        geom.subdivide(net, geom.Box([-1], [4]), upto=1).range([1, 0])
    # Asked for as a network of its own, the first layer has its units as outputs.
    assert geom.subdivide(net.upto(1), geom.Box([-1], [4])).range([1, 0]).high.exact_value == 4


def test_a_partition_that_a_budget_cut_short_is_refused():
    problem = BY_NAME["diamond"]
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget={"cells": 3})
    with pytest.raises(geom.GeomError, match="cut short after 3 cells, and the others may have a larger range"):
        output_range(stopped.value.partial, [1])


@pytest.mark.parametrize("c", [[1, 2], 1, [[1]], [], [float("nan")], ["x"], None])
def test_a_functional_that_does_not_fit_is_refused(c):
    with pytest.raises(geom.NetworkError, match="output"):
        output_range(geom.subdivide(TENT, geom.Box([-1], [1])), c)


def test_cells_of_another_network_are_refused():
    part = geom.subdivide(TENT, geom.Box([-1], [1]))
    part.network = geom.Network.mlp([[[2], [-1]], [[-1, -1]]], [[-1, 0], [1]])
    with pytest.raises(geom.GeomError, match="not a partition of its network"):
        output_range(part, [1])


def test_the_range_is_that_of_the_box_of_a_problem():
    assert_range_of_vertices(Problem("hat", (([[1, 1], [1, -1]], [0, 0]),), cube(2), head=([[1, 1], [1, -1]], [0, 0])), [1, 1])
