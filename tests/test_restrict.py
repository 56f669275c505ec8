"""Networks on affine slices: at every point of the slice they are the network, in exact arithmetic of the reference."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import reference
from cases import moment_curve, random_problem

import geom
from geom.errors import NetworkError
from geom.networks.slices import plane

NET = geom.Network.mlp([[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]], [[1.0, 1.0]]], [[0.0, -0.5], [0.0]])


def grid(dim):
    """Exact points around 0, among them many on hyperplanes of integer weights."""
    return [np.array(t, dtype=object) for t in product(map(Fraction, ("-3/2", "-1/3", "0", "1")), repeat=dim)]


def assert_is_the_network(problem, origin, basis):
    """Codes and outputs on the slice are those of the reference's network at the points of the slice, with no rounding."""
    small, net = problem.network().restrict(origin, basis), problem.reference_network()
    assert small.input_dim == len(basis)
    start, directions = np.vectorize(Fraction)(origin), np.vectorize(Fraction)(basis)
    for t in grid(len(basis)):
        point = (start + t @ directions).tolist()
        code = small.exact_code(t)
        assert tuple(code) == reference.code_at(net, point)
        slopes, offsets = small.affine(code, exact=True)
        assert (slopes @ t + offsets).tolist() == reference.output_at(net, point)


@pytest.mark.parametrize("seed", range(48))
def test_a_restricted_network_is_the_network_on_the_slice(seed):
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    k = int(rng.integers(1, min(problem.dim, 2) + 1))
    basis = np.eye(problem.dim)[:k] + np.triu(rng.integers(-2, 3, size=(k, problem.dim)), 1)
    assert_is_the_network(problem, rng.integers(-2, 3, size=problem.dim) / 4, basis)


@pytest.mark.parametrize("seed", range(5, 48, 9))
def test_slices_of_random_floats_are_exact_too(seed):
    problem = random_problem(seed)
    rng = np.random.default_rng(seed)
    assert_is_the_network(problem, rng.normal(size=problem.dim), rng.normal(size=(1, problem.dim)))


@pytest.mark.parametrize(("hyperplanes", "dim", "k"), [(7, 3, 1), (7, 3, 2), (6, 5, 2), (9, 5, 1), (6, 5, 3)])
def test_a_coordinate_slice_of_an_arrangement_has_as_many_regions_as_its_characteristic_polynomial_says(hyperplanes, dim, k):
    problem = moment_curve(hyperplanes, dim)
    [(weight, bias)] = problem.hidden
    cut = [[*map(Fraction, w[:k]), Fraction(b)] for w, b in zip(weight, bias, strict=True)]
    assert geom.count(problem.network().restrict(np.zeros(dim), np.eye(dim)[:k])).cells == reference.regions(cut, k)


def test_partitions_of_slices_have_the_cells_that_the_reference_finds_on_the_slice():
    # x = t and y = 1/2 - t / 2 put into the rows by hand.
    net = geom.Network.mlp([[[1, 0], [0, 1], [1, 2]], [[1, -1, 1]], [[1.0]]], [[0, 0, -1], [-0.25], [0.0]])
    by_hand = reference.network([[[1], [-0.5], [0]], [[1, -1, 1]], [[1]]], [[0, 0.5, 0], [-0.25], [0]])
    part = geom.subdivide(net.restrict([0, 0.5], [[1, -0.5]]), geom.Box([-2], [2]))
    assert [tuple(code) for code in part.codes.tolist()] == [cell.code for cell in reference.cells(by_hand, reference.box([-2], [2]))]


def test_the_full_space_may_be_restricted_to_other_coordinates():
    moved = NET.restrict([1, 1, 1], [[0, 2, 0], [1, 0, 0], [0, 0, 0.5]])
    assert moved.affine([1, 1], exact=True)[0].tolist() == [[2, 1, 0.5]]
    assert moved.affine([1, 1], exact=True)[1].tolist() == [2.5]


def test_networks_of_one_affine_map_can_be_restricted():
    flat = geom.Network([geom.Layer.linear([[1.0, 2.0]], [3.0])]).restrict([1, 1], [[1, 1]])
    assert flat.affine([], exact=True)[0].tolist() == [[3]]
    assert flat([[0.0], [1.0]]).tolist() == [[6.0], [9.0]]


def test_differences_are_not_rounded():
    tiny = 2.0**-1074
    net = geom.Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[-1.0, 0.0], [0.0]])
    steep = net.restrict([1.0], [[Fraction(2) ** 1000 + Fraction(tiny)]])
    assert steep.affine([1, 0], exact=True)[0].tolist() == [[Fraction(2) ** 1000 + Fraction(tiny)]]
    assert steep.code([[0.0], [tiny]]).tolist() == [[0, 1], [1, 1]]


def test_dyadic_numbers_of_every_type_are_taken():
    same = [NET.restrict([0, "0.5", Decimal("0.25")], [[Fraction(1, 4), 1, np.float32(0.5)]]), NET.restrict([0, 0.5, 0.25], [[0.25, 1, 0.5]])]
    first, second = (net.affine([1, 1], exact=True) for net in same)
    assert first[0].tolist() == second[0].tolist()
    assert first[1].tolist() == second[1].tolist()


# --- the plane through three points -----------------------------------------------------------------------------------------------------


def test_the_three_points_are_0_0_and_1_0_and_0_1():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(3, 6)) * 10.0 ** rng.integers(-8, 9, size=(3, 6))
    origin, basis = plane(*points)
    for t, point in zip([(0, 0), (1, 0), (0, 1)], points, strict=True):
        assert (origin + np.array(t, dtype=object) @ basis).tolist() == [Fraction(v) for v in point.tolist()]


def test_a_network_on_the_plane_through_three_inputs_has_their_codes():
    rng = np.random.default_rng(1)
    net = geom.Network.mlp([rng.normal(size=(9, 30)), rng.normal(size=(9, 9)), np.eye(9)], [rng.normal(size=9)] * 3)
    points = rng.normal(size=(3, 30))
    assert net.restrict(*plane(*points)).code([[0, 0], [1, 0], [0, 1]]).tolist() == net.code(points).tolist()


@pytest.mark.parametrize(
    ("points", "message"),
    [
        (([0, 0], [1, 1], [2, 2]), "one line"),
        (([1, 1], [1, 1], [2, 0]), "one line"),
        (([1, 1], [2, 0], [1, 1]), "one line"),
        (([0.1, 0.1], [0.2, 0.2], [0.4, 0.4]), "one line"),
        (([0, 0], [1, 1], [2]), "2, 2 and 1 coordinates"),
        (([0, 0], [1, float("nan")], [2, 0]), "q: nan is not a finite number"),
        (([[0, 0]], [1, 1], [2, 0]), "p: expected 1 dimension"),
        (([0, 0], [0, 1], None), "r:"),
    ],
)
def test_points_that_span_no_plane_are_refused(points, message):
    with pytest.raises(NetworkError, match=message):
        plane(*points)


# --- what is refused ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "basis", "message"),
    [
        ([0, 0], [[1, 0, 0]], "origin has 2 coordinates, but the network takes 3"),
        ([0, 0, 0], [[1, 0]], r"basis must be \(k, 3\) with k at least 1, one direction a row; got shape \(1, 2\)"),
        ([0, 0, 0], np.zeros((0, 3)), r"k at least 1, one direction a row; got shape \(0, 3\)"),
        ([0, 0, 0], [], "basis: expected 2 dimensions"),
        ([0, 0, 0], [1, 0, 0], "basis: expected 2 dimensions"),
        ([0, 0, 0], [[1, 0], [1]], "basis:"),
        ([[0, 0, 0]], [[1, 0, 0]], "origin: expected 1 dimension"),
        ([0, float("nan"), 0], [[1, 0, 0]], "origin: nan is not a finite number"),
        ([0, 0, 0], [[1, float("inf"), 0]], "basis: inf is not a finite number"),
        (["a", 0, 0], [[1, 0, 0]], "origin: 'a' is not a finite number"),
        (None, [[1, 0, 0]], "origin:"),
        (
            [0, 0, "0.1"],
            [[1, 0, 0]],
            r"origin: the entry 1/10 at \(2, 0\) is no integer over a power of two, .* or start from another point of the slice$",
        ),
        (
            [0, 0, 0],
            [[1, 0, Fraction(1, 3)]],
            r"basis: the entry 1/3 at \(0, 2\) is no integer over a power of two, .* or multiply its direction by the denominator$",
        ),
        ([0, 0, 0], [[0, 0, 0]], "basis has 1 directions but rank 0"),
        ([0, 0, 0], [[1, 2, 3], [0.5, 1, 1.5]], "basis has 2 directions but rank 1"),
        ([0, 0, 0], np.arange(12).reshape(4, 3), "basis has 4 directions but rank 2"),
    ],
)
def test_what_is_no_slice_is_refused(origin, basis, message):
    with pytest.raises(NetworkError, match=message):
        NET.restrict(origin, basis)


def test_nearly_dependent_directions_are_independent():
    assert NET.restrict([0, 0, 0], [[1, 1, 0], [1, 1 + 2.0**-52, 0]]).input_dim == 2


# --- the networks of docs/slices.md -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "step"), [("digits-64", 9), ("digits-784", 67)])
def test_cells_of_a_plane_through_images_are_cells_of_the_whole_network(name, step):
    examples = Path(geom.__file__).parents[1] / "docs" / "examples"
    with np.load(examples / f"{name}.npz") as arrays:
        weights, biases = ([arrays[f"{letter}{i}"].astype(float).tolist() for i in range(3)] for letter in "Wb")
    with np.load(examples / f"{name}-data.npz") as data:
        origin, basis = plane(*data["x"])
    part = geom.subdivide(geom.load(examples / f"{name}.npz").restrict(origin, basis), geom.Box([-1, -1], [2, 2]))
    whole = reference.network(weights, biases)
    for cell in list(part)[::step]:
        point = origin + np.array([Fraction(v) for v in cell.witness.tolist()], dtype=object) @ basis
        assert reference.code_at(whole, point.tolist()) == tuple(cell.code.tolist())
    assert len(part) > 100
