"""Close to degenerate: cells as narrow as 2**-50 and narrower than the doubles, huge and tiny numbers together, in boxes and in the whole space."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from cases import Problem, cube, moment_curve, regions_in_general_position
from comparison import assert_as_in_the_reference, assert_same_open_cells, assert_witnesses_inside, codes, interior_point, slacks

import geom

NARROW = [20, 35, 50]
PLACES = ["box", "space"]
SMALLEST = 2.0**-1074


def placed(name, hidden, dim, place, radius=1, activation="relu"):
    return Problem(name, tuple(hidden), cube(dim, radius) if place == "box" else ("space", dim), activation=activation)


# --- hyperplanes that nearly meet ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
@pytest.mark.parametrize(("hyperplanes", "dim"), [(5, 1), (6, 2), (6, 3), (6, 4)])
def test_hyperplanes_in_general_position_meet_close_to_the_origin(hyperplanes, dim, bits, place):
    # Zaslavsky's arrangement, shrunk until all its vertices are within some 2**(6 - bits) of the origin.
    [(weight, bias)] = moment_curve(hyperplanes, dim).hidden
    problem = placed("shrunk", [(weight, np.array(bias) * 2.0**-bits)], dim, place)
    assert len(assert_as_in_the_reference(problem)) == regions_in_general_position(hyperplanes, dim)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
@pytest.mark.parametrize("dim", [2, 3])
def test_hyperplanes_through_a_point_that_is_no_double(dim, bits, place):
    # Rows through (1/3, 1/7, ...), their constants rounded, or moved by 2**-bits: which triangles appear only exact arithmetic knows.
    point = [Fraction(1, 3), Fraction(1, 7), Fraction(-1, 11)][:dim]
    rows = [row for row in product((-1, 0, 1, 2), repeat=dim) if sum(map(abs, row)) > 1][:: dim + 1][:7]
    rng = np.random.default_rng(bits)
    bias = [-float(sum(a * x for a, x in zip(row, point, strict=True))) + int(rng.integers(-1, 2)) * 2.0**-bits for row in rows]
    assert_as_in_the_reference(placed("near a point", [(rows, bias)], dim, place))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", range(12))
def test_decimal_rows_through_a_decimal_point(seed, place):
    # In decimals all rows meet at (0.1, 0.7, ...); their nearest doubles meet nowhere exactly.
    rng = np.random.default_rng(seed)
    dim = 1 + seed % 3
    weight = rng.integers(-9, 10, size=(6, dim)) / 10
    bias = -np.round(weight @ np.array([0.1, 0.7, -0.3])[:dim], 2)
    deeper = rng.integers(-9, 10, size=(2, 6)) / 10
    at = deeper @ np.maximum(weight @ np.array([0.1, 0.7, -0.3])[:dim] + bias, 0)
    assert_as_in_the_reference(placed(f"seed {seed}", [(weight, bias), (deeper, -np.round(at, 2))], dim, place))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_parallel_strips_in_every_direction_make_a_grid(dim, bits, place):
    # Three parallel hyperplanes in every direction, 2**-bits apart: a grid.
    weight = np.repeat(np.eye(dim), 3, axis=0)
    part = assert_as_in_the_reference(placed("strips", [(weight, 2.0**-bits * np.tile([-1, 0, 1], dim))], dim, place))
    assert len(part) == 4**dim
    if place == "space":
        assert int(part.is_bounded.sum()) == 2**dim
        assert {cell.volume(exact=True) for cell in part if cell.is_bounded} == {Fraction(1, 2 ** (bits * dim))}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
def test_slanted_strips_away_from_the_origin(bits, place):
    # 3 x + 5 y = 1, 1 + 2**-bits and 2 x - y = 1, 1 - 2**-bits.
    hidden = [([[3, 5], [3, 5], [2, -1], [2, -1]], [-1, -1 - 2.0**-bits, -1, 2.0**-bits - 1])]
    assert len(assert_as_in_the_reference(placed("slanted", hidden, 2, place))) == 9


@pytest.mark.parametrize("bits", NARROW)
def test_tangents_of_a_flat_parabola(bits):
    # Lines y = k t x - k**2 of slopes t = 2**-bits apart: any two meet, at x = (j + k) / t, and no three do.
    hidden = [([[k * 2.0**-bits, -1] for k in range(6)], [-k * k for k in range(6)])]
    part = assert_as_in_the_reference(placed("tangents", hidden, 2, "space"))
    assert len(part) == regions_in_general_position(6, 2)
    assert int(part.is_bounded.sum()) == 10


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
def test_a_pencil_of_nearly_parallel_lines(bits, place):
    hidden = [([[1, k * 2.0**-bits] for k in range(7)], [0] * 7)]
    assert len(assert_as_in_the_reference(placed("pencil", hidden, 2, place))) == 14


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
def test_lines_of_layer_two_pass_close_to_a_vertex_of_layer_one(bits, place):
    # |x| - k |y| = 2**-bits: all through (2**-bits, 0), on the border of the quadrants, so each quadrant has one more sector than lines.
    hidden = [(np.eye(2), [0, 0]), ([[1, -k] for k in range(1, 5)], [-(2.0**-bits)] * 4)]
    assert len(assert_as_in_the_reference(placed("near a vertex", hidden, 2, place, activation="abs"))) == 20


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bits", NARROW)
def test_units_of_layer_two_are_nearly_twins_of_layer_one(bits, place):
    # relu(x + y) - relu(-x - y) = k 2**-bits for k = -1, 0, 1: k = 0 is a twin.
    hidden = [([[1, 1], [-1, -1]], [0, 0]), ([[1, -1]] * 3, [2.0**-bits, 0, -(2.0**-bits)])]
    assert len(assert_as_in_the_reference(placed("near twins", hidden, 2, place))) == 4


@pytest.mark.parametrize("bits", NARROW)
def test_lines_that_cut_off_a_corner_or_just_miss_it(bits):
    eps = 2.0**-bits
    hidden = [([[1, 1], [1, 1], [-1, 1], [-1, 1]], [-2 + eps, -2 - eps, -2, -2 + 2 * eps])]
    assert len(assert_as_in_the_reference(placed("corners", hidden, 2, "box"))) == 3


@pytest.mark.parametrize("seed", range(36))
def test_small_networks_moved_by_little_have_the_cells_of_the_reference(seed):
    # Integers whose hyperplanes meet by the dozen, each weight and bias moved by -1, 0 or 1 times 2**-bits.
    rng = np.random.default_rng(seed)
    dim, bits = 1 + seed % 3, NARROW[seed // 6 % 3]

    def draw(*shape):
        return rng.integers(-1, 2, size=shape) + rng.integers(-1, 2, size=shape) * 2.0**-bits

    hidden = [(draw(5, dim), draw(5) * rng.integers(0, 2)), (draw(4, 5), draw(4) * rng.integers(0, 2))]
    activation = ["relu", "abs"][seed // 18]
    assert_as_in_the_reference(placed(f"seed {seed}", hidden, dim, PLACES[seed // 3 % 2], activation=activation))


# --- scales -------------------------------------------------------------------------------------------------------------------------------


def random_layers(seed):
    rng = np.random.default_rng(seed)
    dim = 1 + seed % 3
    return dim, [(rng.integers(-2, 3, size=(5, dim)), rng.integers(-2, 3, size=5)), (rng.integers(-2, 3, size=(4, 5)), rng.integers(-2, 3, size=4))]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("power", [-1074, -1022, -500, 500, 1020])
@pytest.mark.parametrize("seed", range(6))
def test_a_network_times_a_power_of_two_has_the_same_cells(seed, power, place):
    # All of layer 1 and the biases of layer 2: subnormal numbers at one end, nearly infinite ones at the other.
    dim, [(weight, bias), (weight2, bias2)] = random_layers(seed)
    times = SMALLEST * 2.0 ** (power + 1074) if power < -1000 else 2.0**power
    plain = placed("plain", [(weight, bias), (weight2, bias2)], dim, place)
    scaled = placed("scaled", [(weight * times, bias * times), (weight2, bias2 * times)], dim, place)
    parts = [geom.subdivide(problem.network(), problem.region()) for problem in (plain, scaled)]
    assert_same_open_cells(parts[1], plain.reference_cells(), scaled)
    assert_witnesses_inside(parts[1], scaled)
    assert codes(parts[0]) == codes(parts[1])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("seed", range(6))
def test_rows_of_mixed_scales_have_the_same_cells(seed, place):
    # relu passes a positive factor of a row on, and the next layer's column takes it back.
    dim, [(weight, bias), (weight2, bias2)] = random_layers(seed)
    scale = 2.0 ** np.array([-700, -30, 0, 400, 900])
    plain = placed("plain", [(weight, bias), (weight2, bias2)], dim, place)
    scaled = placed("scaled", [(weight * scale[:, None], bias * scale), (weight2 / scale, bias2)], dim, place)
    part = assert_as_in_the_reference(scaled)
    assert codes(part) == sorted(plain.reference_cells())


@pytest.mark.parametrize("power", [-1000, -300, 300, 900])
@pytest.mark.parametrize("seed", range(3))
def test_inputs_of_mixed_scales_have_the_same_cells(seed, power):
    # Columns times a power of two, and the box divided by it: another unit of length in each coordinate.
    dim, [(weight, bias), layer2] = random_layers(seed)
    scale = 2.0 ** np.array([power, -power / 2, 7])[:dim]
    box = "box", (-1 / scale).tolist(), (1 / scale).tolist()
    scaled = Problem("scaled", ((weight * scale, bias), layer2), box)
    assert codes(assert_as_in_the_reference(scaled)) == sorted(placed("plain", [(weight, bias), layer2], dim, "box").reference_cells())


@pytest.mark.parametrize("power", [-1000, -300, 300, 900])
@pytest.mark.parametrize("seed", range(3))
def test_inputs_of_mixed_scales_in_the_whole_space_have_the_same_cells(seed, power):
    dim, [(weight, bias), layer2] = random_layers(seed)
    scale = 2.0 ** np.array([power, -power / 2, 7])[:dim]
    plain = placed("plain", [(weight, bias), layer2], dim, "space")
    scaled = placed("scaled", [(weight * scale, bias), layer2], dim, "space")
    part = assert_as_in_the_reference(scaled)
    assert codes(part) == sorted(plain.reference_cells())


@pytest.mark.parametrize("place", PLACES)
def test_tiny_and_huge_offsets_together(place):
    # Points at 2**-1000, 1 and 2**1000 of one line, and their mirror images.
    weight = [[1], [1], [1], [2.0**-1000], [2.0**-1000]]
    hidden = [(weight, [-(2.0**-1000), -1, 1, -1, 1])]
    radius = 2.0**1001
    assert len(assert_as_in_the_reference(placed("offsets", hidden, 1, place, radius))) == 6


# --- narrower than the doubles ------------------------------------------------------------------------------------------------------------


def between_doubles(dim, place):
    """1 < x < 1 + 2**-54, between neighbouring doubles; the other coordinates are free, or cut at 0."""
    first = np.vstack([np.eye(dim), np.eye(dim)[:1]])
    bias = [-1, *[0] * (dim - 1), 0]
    second = np.zeros((1, dim + 1))
    second[0, 0] = 2.0**54
    return placed("between doubles", [(first, bias), (second, [-1])], dim, place, 2)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_strip_between_neighbouring_doubles_keeps_an_exact_witness(dim, place):
    problem = between_doubles(dim, place)
    part = assert_as_in_the_reference(problem)
    thin = [cell for cell in part if cell.code[0] == 1 and cell.code[-1] == 0]
    assert len(thin) == 2 ** (dim - 1)
    for cell in thin:
        assert cell.exact_witness is not None
        assert 1 < cell.exact_witness[0] < 1 + Fraction(1, 2**54)
        assert [float(x) for x in cell.exact_witness] == cell.witness.tolist()
    assert all(cell.exact_witness is None for cell in part if cell.code[0] == cell.code[-1])


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_unit_cube_far_out_holds_no_double(dim, place):
    # 2**60 < x_i < 2**60 + 1: doubles are 256 apart there.
    first = np.eye(dim)
    hidden = [(first, [-(2.0**60)] * dim), (first, [-1] * dim)]
    part = assert_as_in_the_reference(placed("far cube", hidden, dim, place, 2.0**62))
    assert len(part) == 3**dim
    cube_cell = part[part.find([1] * dim + [0] * dim)]
    assert cube_cell.volume(exact=True) == 1
    assert all(2**60 < x < 2**60 + 1 for x in cube_cell.exact_witness)
    assert part.locate([[2.0**60] * dim, [2.0**60 + 256] * dim]).tolist() == [0, part.find([1] * 2 * dim)]


def test_a_far_triangle_keeps_an_exact_witness():
    # x > 2**60, y > 2**60, x + y < 2**61 + 1, each an exact row in units of its own layer.
    hidden = [(np.eye(2), [-(2.0**60)] * 2), ([[1, 1]], [-1])]
    part = assert_as_in_the_reference(placed("far triangle", hidden, 2, "space"))
    [triangle] = [cell for cell in part if cell.is_bounded]
    assert triangle.volume(exact=True) == Fraction(1, 2)
    assert triangle.exact_witness is not None
    assert min(slacks(triangle, interior_point(triangle))) > 0


@pytest.mark.parametrize("place", PLACES)
def test_a_cell_between_zero_and_the_smallest_double_keeps_an_exact_witness(place):
    hidden = [([[1], [2]], [0, -SMALLEST])]  # 0 and 2**-1075
    part = assert_as_in_the_reference(placed("subnormal", hidden, 1, place))
    assert [cell.exact_witness is None for cell in part] == [True, False, True]
    assert 0 < part[1].exact_witness[0] < Fraction(1, 2**1075)


@pytest.mark.parametrize("place", PLACES)
def test_a_cell_beyond_the_largest_double_keeps_an_exact_witness(place):
    # The point 2**2000 is beyond all doubles, and the cell beyond it is a cell all the same.
    domain = ("space", 1) if place == "space" else ("box", [0], [Fraction(2) ** 2001])
    problem = Problem("beyond", (([[2.0**-1000]], [-(2.0**1000)]),), domain)
    part = assert_as_in_the_reference(problem)
    assert codes(part) == [(0,), (1,)]
    assert part[1].exact_witness[0] > 2**2000
