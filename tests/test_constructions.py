"""Networks built so that mathematics gives their number of cells: folds, zigzags, maxima, sorting networks, signed permutations, twins."""

from fractions import Fraction
from itertools import combinations
from math import factorial, prod

import numpy as np
import pytest
from cases import ARRANGEMENTS, Problem, cube, moment_curve, regions_in_general_position
from comparison import codes

import geom


def line(dim):
    return "space", dim


def subdivided(hidden, domain, activation="relu"):
    problem = Problem("construction", tuple(hidden), domain, activation=activation)
    return geom.subdivide(problem.network(), problem.region())


def counted(hidden, domain, activation="relu"):
    problem = Problem("construction", tuple(hidden), domain, activation=activation)
    return geom.count(problem.network(), problem.region()).cells


# --- zigzags ------------------------------------------------------------------------------------------------------------------------------


def zigzag(teeth, dim, depth):
    """Layers that fold every coordinate of [0, 1]**dim into [0, 1], teeth times each: Montufar et al. (2014), section 3.

    relu(m x) - 2 relu(m x - 1) + 2 relu(m x - 2) - ... goes from 0 to 1 and back, m times.
    """
    signs = [1] + [2 * (-1) ** k for k in range(1, teeth)]
    unfolded = np.kron(np.eye(dim), np.ones((teeth, 1)))
    folded = np.kron(np.eye(dim), np.outer(np.ones(teeth), signs))
    bias = -np.tile(np.arange(teeth), dim)
    return [(teeth * (folded if k else unfolded), bias) for k in range(depth)]


@pytest.mark.parametrize(
    ("teeth", "dim", "depth"), [(2, 1, 1), (2, 1, 7), (3, 1, 5), (4, 1, 3), (5, 1, 3), (2, 2, 4), (3, 2, 2), (2, 3, 2), (3, 3, 1)]
)
def test_a_zigzag_of_m_teeth_cuts_the_unit_cube_into_a_power_of_m(teeth, dim, depth):
    # Every piece is mapped onto the whole cube; hyperplanes at the ends 0 and 1 of a piece only touch it.
    part = subdivided(zigzag(teeth, dim, depth), ("box", [0] * dim, [1] * dim))
    assert len(part) == teeth ** (depth * dim)
    ends = {v for cell in part for vertex in cell.vrep(exact=True)[0] for v in vertex}
    assert ends == {Fraction(k, teeth**depth) for k in range(teeth**depth + 1)}


@pytest.mark.parametrize(("teeth", "depth"), [(2, 1), (2, 2), (2, 6), (3, 1), (3, 4), (4, 3), (5, 2)])
def test_outside_the_unit_interval_a_zigzag_has_one_or_two_more_cells(teeth, depth):
    # Left of 0 all units are off. Right of 1 an odd zigzag rises for ever, and an even one falls below 0, which the next layer notices.
    part = subdivided(zigzag(teeth, 1, depth), line(1))
    more = 2 if teeth % 2 == 0 and depth > 1 else 1
    assert len(part) == teeth**depth + more
    assert int(part.is_bounded.sum()) == len(part) - 2


@pytest.mark.parametrize(
    ("teeth", "dim", "depth", "last"), [(2, 1, 3, 5), (3, 1, 2, 4), (2, 2, 1, 5), (2, 2, 2, 4), (3, 2, 1, 6), (2, 3, 1, 4), (2, 2, 3, 2)]
)
def test_the_construction_of_montufar_attains_its_bound(teeth, dim, depth, last):
    # Montufar, Pascanu, Cho and Bengio (2014), theorem 5: folds, then hyperplanes in general position whose vertices all lie in the open
    # cube, so each of the m**(d L) pieces holds a copy of the whole arrangement.
    general = moment_curve(last, dim)
    [(weight, bias)], radius = general.hidden, general.domain[2][0]
    weight, bias = np.array(weight, dtype=object), np.array(bias, dtype=object)
    inside, shift = 2 * radius * weight, bias - radius * weight.sum(axis=1)
    signs = [1] + [2 * (-1) ** k for k in range(1, teeth)]
    folded = inside.dot(np.kron(np.eye(dim, dtype=int), np.array([signs])).astype(object))
    assert max(map(abs, [*folded.ravel(), *shift])) < 2**53
    cells = subdivided([*zigzag(teeth, dim, depth), (folded, shift)], ("box", [0] * dim, [1] * dim))
    assert len(cells) == teeth ** (depth * dim) * regions_in_general_position(last, dim)


# --- absolute values ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("dim", "depth"), [(1, 1), (1, 8), (2, 1), (2, 4), (3, 1), (3, 3), (4, 1), (4, 2)])
def test_absolute_values_fold_space_in_half_again_and_again(dim, depth):
    # ||...|x| - 1/2| - 1/4| ...: the k-th layer bends in the middle of every piece, and all but two pieces of a coordinate are bounded.
    hidden = [(np.eye(dim), [-(2.0**-k) if k else 0] * dim) for k in range(depth)]
    part = subdivided(hidden, line(dim), "abs")
    assert len(part) == 2 ** (dim * depth)
    assert int(part.is_bounded.sum()) == (2**depth - 2) ** dim


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
def test_a_cross_polytope_is_cut_from_every_orthant(dim):
    part = subdivided([(np.eye(dim), np.zeros(dim)), (np.ones((1, dim)), [-1])], line(dim), ["abs", "relu"])
    assert len(part) == 2 ** (dim + 1)
    assert int(part.is_bounded.sum()) == 2**dim
    assert sum(cell.volume(exact=True) for cell in part if cell.is_bounded) == Fraction(2**dim, factorial(dim))
    # Above the cross-polytope, coordinate walls are facets too, but of a line.
    assert {len(cell.facets) for cell in part if cell.is_bounded or dim > 1} == {dim + 1}


@pytest.mark.parametrize("dim", [2, 3, 4])
def test_comparing_absolute_values_gives_the_signed_permutations(dim):
    compare = [[(k == i) - (k == j) for k in range(dim)] for i, j in combinations(range(dim), 2)]
    for domain in (line(dim), cube(dim)):
        part = subdivided([(np.eye(dim), np.zeros(dim)), (compare, np.zeros(len(compare)))], domain, ["abs", "relu"])
        assert len(part) == 2**dim * factorial(dim)
    assert not subdivided([(np.eye(dim), np.zeros(dim)), (compare, np.zeros(len(compare)))], line(dim), "abs").is_bounded.any()


@pytest.mark.parametrize("lines", [1, 2, 7, 30])
@pytest.mark.parametrize("centre", [0, 1])
def test_lines_of_layer_two_through_a_vertex_of_layer_one(lines, centre):
    # |3x - c| = k |3y - c| for k = 1, 2, ...: all through (c/3, c/3), and each quadrant has one more sector than lines.
    hidden = [([[3, 0], [0, 3]], [-centre, -centre]), ([[1, -k] for k in range(1, lines + 1)], [0] * lines)]
    for domain in (line(2), cube(2)):
        assert len(subdivided(hidden, domain, "abs")) == 4 * (lines + 1)


@pytest.mark.parametrize("lines", [1, 2, 9])
def test_relu_shows_lines_of_layer_two_through_a_vertex_in_one_quadrant_only(lines):
    # relu(x) - k relu(y) changes sign only where x and y are both positive.
    hidden = [([[3, 0], [0, 3]], [-1, -1]), ([[1, -k] for k in range(1, lines + 1)], [0] * lines)]
    assert len(subdivided(hidden, line(2))) == 3 + lines + 1


@pytest.mark.parametrize("planes", [1, 2, 5])
def test_planes_of_layer_two_through_a_line_of_layer_one(planes):
    hidden = [([[1, 1, 0], [0, 1, 1]], [-1, 2]), ([[1, -k] for k in range(1, planes + 1)], [0] * planes)]
    part = subdivided(hidden, line(3), "abs")
    assert len(part) == 4 * (planes + 1)
    assert {len(lines) for _, _, lines in (cell.vrep() for cell in part)} == {1}


# --- comparisons --------------------------------------------------------------------------------------------------------------------------


def carried(n):
    """x_i + 2 of a cube of radius 1, as units that never change sign."""
    return np.eye(n), 2 * np.ones(n)


def comparators(n, pairs):
    """Weights of a layer that compares wires i and j and carries all wires, and the matrix that reads the sorted wires from it."""
    compare = np.array([[(k == i) - (k == j) for k in range(n)] for i, j in pairs]).reshape(len(pairs), n)
    layer = np.vstack([compare, np.eye(n)])
    read = np.hstack([np.zeros((n, len(pairs))), np.eye(n)])
    for unit, (i, j) in enumerate(pairs):  # wire i gets the minimum x_i - relu(x_i - x_j), wire j the maximum x_j + relu(x_i - x_j)
        read[i, unit], read[j, unit] = -1, 1
    return layer, read


def sorting_network(n, rounds):
    """Comparators in rounds, on x + 2, which stays positive in the cube."""
    hidden, read = [carried(n)], np.eye(n)
    for pairs in rounds:
        layer, next_read = comparators(n, pairs)
        hidden.append((layer @ read, np.zeros(len(layer))))
        read = next_read
    return hidden


SORTERS = {
    2: [[(0, 1)]],
    3: [[(0, 1)], [(1, 2)], [(0, 1)]],
    4: [[(0, 1), (2, 3)], [(0, 2), (1, 3)], [(1, 2)]],
    5: [[(0, 1), (3, 4)], [(2, 4)], [(2, 3), (1, 4)], [(0, 3)], [(0, 2), (1, 3)], [(1, 2)]],
}


@pytest.mark.parametrize("n", SORTERS)
def test_a_sorting_network_has_one_cell_for_each_order_of_its_inputs(n):
    # The order gives the outcomes of all comparisons, and as the outputs are sorted, the outcomes give the order.
    part = subdivided(sorting_network(n, SORTERS[n]), cube(n))
    assert len(part) == factorial(n)
    assert {tuple(np.argsort(w)) for w in part.witnesses.tolist()} == {tuple(p) for p in permutations_of(n)}
    # In each order, n - 1 pairs of inputs stand next to each other, and the smallest and the largest input meet the walls.
    assert {sum(bool(f.units) for f in cell.facets) for cell in part} == {n - 1}
    assert {sum(bool(f.walls) for f in cell.facets) for cell in part} == {2}


def permutations_of(n):
    return [()] if n == 0 else [(*p[:k], n - 1, *p[k:]) for p in permutations_of(n - 1) for k in range(n)]


def test_an_odd_even_sorter_compares_twins():
    # Three rounds of neighbours sort three wires; a fourth and a fifth round compare sorted wires and cut nothing.
    rounds = [[(0, 1)], [(1, 2)]] * 3
    assert len(subdivided(sorting_network(3, rounds), cube(3))) == 6


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_a_running_maximum_has_one_cell_for_each_set_of_records(n):
    # Whether x_k beats the maximum of those before it is free for each k > 1.
    hidden, read = [carried(n)], np.eye(n)
    for k in range(1, n):
        layer = np.vstack([read[k] - read[0], read])  # wire 0 holds the maximum so far
        hidden.append((layer, np.zeros(n + 1)))
        read = np.hstack([np.zeros((n, 1)), np.eye(n)])
        read[0, 0] = 1
    part = subdivided(hidden, cube(n))
    assert len(part) == 2 ** (n - 1)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_coordinates_restored_from_their_two_halves_are_compared(n):
    # relu(x) - relu(-x) = x: hyperplanes x_i = 0 and x_i = x_j are a braid arrangement with one more coordinate that is 0.
    halves = np.vstack([np.eye(n), -np.eye(n)])
    compare = np.array([[(k == i) - (k == j) for k in range(n)] for i, j in combinations(range(n), 2)])
    part = subdivided([(halves, np.zeros(2 * n)), (np.hstack([compare, -compare]), np.zeros(len(compare)))], line(n))
    assert len(part) == factorial(n + 1)
    assert {len(cell.facets) for cell in part} == {n}


@pytest.mark.parametrize("name", ["braid 4", "type B3", "Shi 3", "Linial 4", "resonance 3", "threshold functions 2", "6 generic central, d=3"])
@pytest.mark.parametrize("depth", [1, 3])
def test_an_arrangement_behind_layers_that_never_cut_keeps_its_regions(name, depth):
    [case] = [case for case in ARRANGEMENTS if case.name == name]
    [(weight, bias)], dim, radius = case.hidden, case.dim, case.domain[2][0]
    ahead = [(np.eye(dim), np.full(dim, 2 * radius)), *[(np.eye(dim), np.ones(dim))] * (depth - 1)]
    moved = np.array(bias) - np.array(weight) @ np.full(dim, 2 * radius + depth - 1)
    part = subdivided([*ahead, (weight, moved)], case.domain)
    assert len(part) == case.cells
    assert not np.ptp(codes(part), axis=0)[: dim * depth].any()


# --- twins --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("copies", [2, 5, 70])
def test_twins_in_a_layer_cut_once(copies):
    rows, bias = [[1, 2], [-3, 1], [1, -1]], [1, 0, -2]
    single = subdivided([(rows, bias)], line(2))
    part = subdivided([(rows * copies, bias * copies)], line(2))
    assert len(part) == len(single) == 7
    assert codes(part) == [code * copies for code in codes(single)]
    assert [{f.units[:1] for f in cell.facets} for cell in part] == [{f.units for f in cell.facets} for cell in single]
    assert {len(f.units) for cell in part for f in cell.facets} == {copies}


@pytest.mark.parametrize("factors", [[1, -1], [2, -0.5, 2.0**-1000], [3, 0.1, -7]])
def test_scaled_twins_cut_once(factors):
    # Without biases, any multiple of a row has the same hyperplane, rounded products of its entries 1 and -1 included.
    rows = [[f * v for v in row] for f in factors for row in ([1, 1, 0], [0, 1, -1], [1, 0, 1])]
    assert len(subdivided([(rows, [0] * len(rows))], line(3))) == 6  # the third row is the difference of the first two: a pencil


@pytest.mark.parametrize("depth", [2, 4])
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_relu_of_relu_and_of_absolute_values_cuts_nothing_new(dim, depth):
    hidden = [(np.eye(dim), np.zeros(dim))] * depth
    for activation in ("relu", "abs", ["abs", *["relu"] * (depth - 1)]):
        assert len(subdivided(hidden, line(dim), activation)) == 2**dim


@pytest.mark.parametrize("layers", [2, 3])
def test_units_of_later_layers_on_hyperplanes_of_the_first(layers):
    # Halves of x, y and x + y restored in every layer: all later units bend on the three lines of the first.
    rows = np.array([[1, 0], [0, 1], [1, 1]])
    halves = np.vstack([rows, -rows])
    again = np.hstack([np.eye(3), -np.eye(3)])
    hidden = [(halves, np.zeros(6)), *[(np.vstack([again, -again]), np.zeros(6))] * (layers - 1)]
    part = subdivided(hidden, line(2))
    assert len(part) == 6
    assert {len(f.units) for cell in part for f in cell.facets} == {2 * layers}
    assert {len(cell.facets) for cell in part} == {2}


def test_a_twin_at_a_distance_is_no_twin():
    # The same direction at k offsets: k parallel lines in any number of layers above a carrier.
    offsets = [0, 1, 2, 2, 5]
    assert len(subdivided([([[1, 3]] * 5, offsets)], line(2))) == 5
    assert counted([([[1, 3]], [100]), ([[1]] * 5, [c - 100 for c in offsets])], ("box", [-8, -8], [8, 8])) == 5


@pytest.mark.parametrize(("first", "second"), [(1, 1), (2, 3), (4, 5)])
def test_bundles_of_parallel_lines_give_a_grid(first, second):
    hidden = [([[1, 0]] * first + [[1, 1]] * second, [*range(first), *range(second)])]
    part = subdivided(hidden, line(2))
    assert len(part) == (first + 1) * (second + 1)
    assert int(part.is_bounded.sum()) == (first - 1) * (second - 1)


@pytest.mark.parametrize("sizes", [(2, 2, 2), (1, 3, 2), (2, 1, 1, 2)])
def test_bundles_of_parallel_hyperplanes_give_a_product(sizes):
    rows = [[int(i == j) for i in range(len(sizes))] for j, size in enumerate(sizes) for _ in range(size)]
    part = subdivided([(rows, [k for size in sizes for k in range(size)])], line(len(sizes)))
    assert len(part) == prod(size + 1 for size in sizes)
    assert int(part.is_bounded.sum()) == prod(size - 1 for size in sizes)


@pytest.mark.parametrize("slopes", [0.25, -0.5, -2.0])
def test_a_leaky_fold_of_the_plane(slopes):
    # leaky(x) and leaky(y) are one-to-one if the slope is positive, so layer 2's line is one bent line through at most three quadrants.
    hidden = [([[1, 0], [0, 1]], [0, 0]), ([[1, 1]], [-1])]
    part = subdivided(hidden, line(2), [("leaky_relu", slopes), "relu"])
    assert len(part) == (7 if slopes > 0 else 8)
    assert len(part) == 4 + (3 if slopes > 0 else 4)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_every_pair_of_k_folds_meets(k):
    # k vertical and k horizontal bent lines of an abs net: |x| = i and |y| = j.
    hidden = [([[1, 0], [0, 1]], [0, 0]), ([[1, 0]] * k + [[0, 1]] * k, [-(i + 1) for i in range(k)] * 2)]
    part = subdivided(hidden, line(2), ["abs", "relu"])
    assert len(part) == (2 * k + 2) ** 2
    assert int(part.is_bounded.sum()) == (2 * k) ** 2
