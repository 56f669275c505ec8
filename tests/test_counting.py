"""Counting without listing: characteristic polynomials, lines in polygons and in the plane, sections of polytopes, last layers."""

from fractions import Fraction
from itertools import combinations, product
from math import comb

import numpy as np
import pytest
import reference
from cases import ARRANGEMENTS, CASES, SLOW_SPACE_ARRANGEMENTS, SPACE_ARRANGEMENTS, random_problem

import geom
from geom import examples
from geom.arrangement import characteristic_polynomial, count_last_layer, count_layer, crossings, layer_polynomial, lines, whitney
from geom.arrangement.whitney import whitney_numbers

SQUARE = geom.Box([-1, -1], [1, 1])
MEDIUM = [case for case in SPACE_ARRANGEMENTS if case.cells <= 400]
MERSENNE = 2**61 - 1


def rows_of(case):
    [(weight, bias)] = case.hidden
    return [[*map(int, w), int(b)] for w, b in zip(weight, bias, strict=True)]


def layer(rows):
    table = np.array(rows, dtype=float)
    return geom.Layer.relu(table[:, :-1], table[:, -1])


def walked(rows, domain=None):
    table = np.array(rows, dtype=float)
    return geom.count(geom.Network.mlp([table[:, :-1], np.ones((1, len(rows)))], [table[:, -1], [0.0]]), domain).cells


def polynomial_of_roots(roots):
    """Coefficients of the product of t - root, that of t^0 first."""
    found = [1]
    for root in roots:
        found = [a - root * b for a, b in zip([0, *found], [*found, 0], strict=True)]
    return tuple(found)


# --- characteristic polynomials -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SPACE_ARRANGEMENTS + SLOW_SPACE_ARRANGEMENTS, ids=str)
def test_an_arrangement_has_its_published_regions_and_bounded_regions(case):
    [(weight, bias)] = case.hidden
    chi = characteristic_polynomial(weight, bias)
    assert (chi.regions, chi.bounded) == (case.cells, case.bounded), case.because
    assert count_layer(case.network()) == case.cells


@pytest.mark.parametrize("case", MEDIUM, ids=str)
def test_coefficients_are_those_of_deletion_and_restriction(case):
    [(weight, bias)] = case.hidden
    assert characteristic_polynomial(weight, bias).coefficients == reference.characteristic_polynomial(rows_of(case), case.dim)


@pytest.mark.parametrize("n", [2, 3, 4, 5, 6, 7])
def test_reflection_arrangements_and_their_deformations_have_their_published_polynomials(n):
    # Arnold; Athanasiadis (1996): braid 0, 1, ..., n - 1; type B odd numbers; Shi n twice and more; Catalan n + 1, ..., 2n - 1.
    def chi(offsets):
        rows = [([(k == i) - (k == j) for k in range(n)], -c) for i, j in combinations(range(n), 2) for c in offsets]
        return characteristic_polynomial(*zip(*rows, strict=True)).coefficients

    assert chi([0]) == polynomial_of_roots(range(n))
    assert chi([0, 1]) == polynomial_of_roots([0] + [n] * (n - 1))
    if n < 7:
        assert chi([-1, 0, 1]) == polynomial_of_roots([0, *range(n + 1, 2 * n)])
        axes = np.eye(n, dtype=int)
        pairs = [axes[i] + sign * axes[j] for i, j in combinations(range(n), 2) for sign in (1, -1)]
        assert characteristic_polynomial([*axes, *pairs], [0] * n * n).coefficients == polynomial_of_roots(range(1, 2 * n, 2))


@pytest.mark.parametrize(("n", "regions"), [(4, 370), (5, 11_292), (6, 1_066_044)])
def test_resonance_arrangements_have_their_published_regions_and_second_betti_numbers(n, regions):
    chi = characteristic_polynomial([v for v in product((0, 1), repeat=n) if any(v)], [0] * (2**n - 1))
    # Kuehne (2023), The universality of the resonance arrangement and its Betti numbers.
    assert chi.coefficients[n - 2 :] == ((4**n - 3**n - 2**n + 1) // 2, 1 - 2**n, 1)
    assert (chi.regions, chi(1), chi.bounded) == (regions, 0, 0)


@pytest.mark.slow
def test_threshold_functions_of_6_variables_are_15028134():
    normals = [(1, *v) for v in product((0, 1), repeat=6)]
    assert characteristic_polynomial(normals, [0] * 64).regions == 15028134


@pytest.mark.parametrize("seed", range(150))
def test_random_integer_rows_with_repetitions_and_zeros_agree_with_the_reference(seed):
    rng = np.random.default_rng(seed)
    dim, n = 1 + seed % 4, int(rng.integers(1, 9))
    rows = rng.integers(-2, 3, size=(n, dim + 1))
    rows = np.vstack([rows, rows[: n // 3] * -3, np.zeros((1, dim + 1), int), [[0] * dim + [5]]]).tolist()
    chi = characteristic_polynomial([row[:-1] for row in rows], [row[-1] for row in rows])
    assert chi.coefficients == reference.characteristic_polynomial(rows, dim), rows
    assert (chi.regions, chi.bounded) == (reference.regions(rows, dim), reference.bounded_regions(rows, dim)), rows
    assert count_layer(layer(rows)) == chi.regions


@pytest.mark.parametrize("seed", range(12))
def test_a_linear_map_of_large_numbers_changes_nothing(seed):
    # Residues prove dependence only up to Hadamard's bound; beyond it every merging of rows is proven by itself.
    rng = np.random.default_rng(seed)
    normals = np.array([v for v in product((0, 1), repeat=4) if any(v)], dtype=object)
    while True:
        matrix = rng.integers(-(2**40), 2**40, size=(4, 4)).astype(object)
        if reference.rank(matrix.tolist()) == 4:
            break
    scales = [int(v) for v in rng.integers(1, 2**30, size=15)]
    rows = [[scale * v for v in row] for scale, row in zip(scales, normals.dot(matrix).tolist(), strict=True)]
    assert characteristic_polynomial(rows, [0] * 15).coefficients == (104, -170, 80, -15, 1)


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ([(1, 0), (1, MERSENNE), (0, 1)], [1, 3, 2]),
        ([(1, 0, 0), (0, 1, 0), (1, 1, MERSENNE), (0, 0, 1)], [1, 4, 6, 3]),
        ([(1, 0, 0), (0, 1, 0), (1, 1, MERSENNE), (1, 1, 0)], [1, 4, 5, 2]),
        ([(MERSENNE, 1, 0), (0, 1, 0), (0, 0, 1), (MERSENNE, 1, 1), (0, 1, 1)], [1, 5, 8, 4]),
    ],
)
def test_a_prime_that_divides_a_minor_is_replaced(rows, numbers):
    assert whitney_numbers(rows) == numbers


def test_no_hyperplane_leaves_one_region():
    for rows in ([], [[0, 0, 1]], [[0, 0, 0], [0, 0, -2]]):
        table = np.array(rows, dtype=int).reshape(len(rows), 3)
        chi = characteristic_polynomial(table[:, :2], table[:, 2])
        assert (chi.coefficients, chi.regions, chi.bounded, chi.relatively_bounded, chi.hyperplanes) == ((0, 0, 1), 1, 0, 1, 0)
    assert characteristic_polynomial([[0]], [1]).bounded == 0


def test_relatively_bounded_regions_forget_the_common_lines():
    # Three parallel planes in space: two slabs between them.
    chi = characteristic_polynomial([[1, 2, 0]] * 3, [0, 1, 2])
    assert (chi.regions, chi.relatively_bounded, chi.bounded, chi.rank, repr(chi)) == (4, 2, 0, 1, "t^3 - 3 t^2")


def test_numbers_are_taken_exactly():
    # Of doubles, 0.1 + 0.2 is more than 0.3; of decimals it is not.
    assert characteristic_polynomial([[1, 0], [0, 1], [0.1, 0.2]], [-1, -1, -0.3]).regions == 7
    assert characteristic_polynomial([["1", "0"], ["0", "1"], ["0.1", "0.2"]], ["-1", "-1", "-0.3"]).regions == 6
    assert characteristic_polynomial([[1, 0], [Fraction(1, 3), 0], [2**-300, 2**300]], [1, Fraction(1, 3), 0]).regions == 4


@pytest.mark.parametrize(("hyperplanes", "dim"), [(200, 2), (60, 3), (25, 4), (16, 5), (40, 1)])
def test_random_doubles_are_in_general_position_and_two_parallel_ones_lose_their_crossings(hyperplanes, dim):
    rng = np.random.default_rng(hyperplanes)
    weight, bias = rng.standard_normal((hyperplanes, dim)), rng.standard_normal(hyperplanes)
    chi = characteristic_polynomial(weight, bias)
    assert chi.coefficients == tuple((-1) ** k * comb(hyperplanes, k) for k in range(dim, -1, -1))
    assert (chi.regions, chi.bounded) == (sum(comb(hyperplanes, k) for k in range(dim + 1)), comb(hyperplanes - 1, dim))
    weight[1] = 2 * weight[0]
    lost = sum(comb(hyperplanes - 2, k) for k in range(dim - 1)) if dim > 1 else 0
    assert characteristic_polynomial(weight, bias).regions == chi.regions - lost


def test_an_arrangement_of_rows_that_do_not_fit_is_refused():
    for a, b in (([[1, 0]], [1, 2]), ([1, 2], [1]), ([[1.0, np.nan]], [0]), ([["x"]], [0]), (np.zeros((2, 0)), [0, 0])):
        with pytest.raises(geom.NetworkError, match="A x \\+ b"):
            characteristic_polynomial(a, b)


# Each number from OEIS or the paper that introduced it: A000142, A000272 (shifted), A001761, A007889, A006531, A005840, A034997, A000609.
FAMILIES = {
    "braid": {2: 2, 3: 6, 4: 24, 5: 120, 6: 720},
    "shi": {2: 3, 3: 16, 4: 125, 5: 1296, 6: 16_807},
    "catalan": {2: 4, 3: 30, 4: 336, 5: 5040, 6: 95_040},
    "linial": {2: 2, 3: 7, 4: 36, 5: 246, 6: 2104},
    "semiorder": {2: 3, 3: 19, 4: 183, 5: 2371, 6: 38_703},
    "threshold_graphs": {2: 2, 3: 8, 4: 46, 5: 332, 6: 2874},
    "threshold_functions": {1: 4, 2: 14, 3: 104, 4: 1882, 5: 94_572},
    "resonance": {1: 2, 2: 6, 3: 32, 4: 370, 5: 11_292, 6: 1_066_044},
}


@pytest.mark.parametrize(("family", "n", "published"), [(family, n, c) for family, numbers in FAMILIES.items() for n, c in numbers.items()])
def test_the_polynomial_the_enumeration_and_the_literature_have_one_number(family, n, published):
    example = getattr(examples, family)(n)
    assert layer_polynomial(example.network.hidden[0]).regions == geom.count(example.network).cells == example.cells == published


def test_a_search_for_dependent_hyperplanes_ends(monkeypatch):
    monkeypatch.setattr(whitney, "MOST_SETS", 1)
    monkeypatch.setattr(whitney, "CHUNK", 64)
    rows = np.random.default_rng(0).standard_normal((30, 5))
    with pytest.raises(
        geom.GeomError, match=r"31 hyperplanes of rank 6: whether any 6 are independent is not known after 64 of 31,465 sets; geom.count"
    ):
        characteristic_polynomial(rows, np.ones(30))


# --- lines --------------------------------------------------------------------------------------------------------------------------------

DEGENERATE = [
    ("no line", [(0, 0, 1)], 1, 1),
    ("rows of zeros", [(0, 0, 0), (1, 0, 0), (0, 0, 7)], 2, 2),
    ("one line thrice", [(1, 2, 0), (-2, -4, 0), (8, 16, 0)], 2, 2),
    ("seven lines through the centre", [(1, k, 0) for k in range(7)], 14, 14),
    ("seven lines through (1/3, 1/3)", [(3, 3 * k, -1 - k) for k in range(7)], 14, 14),
    ("crossing on a wall", [(1, 1, -1), (1, -1, -1)], 3, 4),
    ("three crossing on a wall", [(1, 1, -1), (1, -1, -1), (0, 1, 0)], 4, 6),
    ("crossing in a corner", [(1, -1, 0), (2, -1, -1), (1, -2, 1)], 4, 6),
    ("touching a corner", [(1, 1, -2), (1, -1, 2)], 1, 4),
    ("along the walls", [(1, 0, -1), (1, 0, 1), (0, 1, -1), (0, 1, 1)], 1, 9),
    ("beside the walls", [(1, 0, -1 - 2**-40), (1, 0, 1 - 2**-40), (0, 1, 3)], 2, 6),
    ("outside", [(1, 1, -3), (1, 2, 9), (1, 0, -2)], 1, 7),
    ("a grid", [(4, 0, k) for k in range(-4, 5)] + [(0, 4, k) for k in range(-4, 5)], 64, 100),
    ("a grid and its diagonals", [(2, 0, k) for k in (-1, 0, 1)] + [(0, 2, k) for k in (-1, 0, 1)] + [(1, 1, 0), (1, -1, 0)], 24, 24),
    ("a crossing far out", [(1, 1, 0), (1, 1 + 2**-50, -(2**-30))], 3, 4),
    ("nearly parallel through the centre", [(1, 0, 0), (1, 2**-50, 0), (0, 1, 0)], 6, 6),
    ("a crossing beyond all doubles", [(1, 0, 0), (1, 5e-324, -0.5)], 3, 4),
    ("tiny and huge rows", [(1e-200, 0, 0), (0, 1e200, 0), (1e200, 1e-200, 0)], 6, 6),
]


@pytest.mark.parametrize(("name", "rows", "in_square", "in_plane"), DEGENERATE, ids=[case[0] for case in DEGENERATE])
def test_degenerate_lines_are_counted(name, rows, in_square, in_plane):
    assert count_layer(layer(rows), SQUARE) == in_square
    assert count_layer(layer(rows)) == in_plane


@pytest.mark.parametrize("bits", [10, 20, 30, 33, 34, 35, 36, 40, 52, 60, 300])
def test_three_lines_that_nearly_meet_make_a_triangle(bits):
    near, through = [(1, 0, 0), (0, 1, 0), (1, 1, -(2.0**-bits))], [(1, 0, 0), (0, 1, 0), (1, 1, 0)]
    for domain in (None, SQUARE):
        assert (count_layer(layer(near), domain), count_layer(layer(through), domain)) == (7, 6)
    # As near to the wall x = 0: crossing at x = 2^-bits / 2048 outside, on it, inside.
    left = geom.Box([-1, -1], [0, 1])
    assert [count_layer(layer([(1024, 1, 0), (1024, -1, side * 2.0**-bits)]), left) for side in (-1, 0, 1)] == [3, 3, 4]


@pytest.fixture
def exact_alone(monkeypatch):
    """No float decides anything."""
    monkeypatch.setattr(crossings, "STEEP", 4.0)
    monkeypatch.setattr(lines, "STEEP", 4.0)
    monkeypatch.setattr(crossings, "FLAT", 4.0)


def random_lines(seed):
    rng = np.random.default_rng(seed)
    n, kind = int(rng.integers(1, 25)), seed % 4
    if kind == 0:
        return np.hstack([rng.standard_normal((n, 2)), 0.3 * rng.standard_normal((n, 1))]).tolist()
    rows = rng.integers(-3, 4, size=(n, 3)).astype(float)
    rows[:, 2] /= [1, 2, 4][kind - 1]
    if kind == 3:
        rows += rng.integers(-2, 3, size=rows.shape) * rng.integers(0, 2, size=rows.shape) * 2.0**-50
    return rows.tolist()


@pytest.mark.parametrize("seed", range(240))
def test_random_lines_are_counted_as_the_walk_lists_them(seed):
    rows = random_lines(seed)
    triangle = geom.HPolytope([[-1, 0], [0, -1], ["1", "1.5"]], ["0.5", 1, Fraction(4, 3)])
    for domain in (None, SQUARE, geom.Box(["-0.3", 2], [1, "3.7"]), triangle):
        assert count_layer(layer(rows), domain) == walked(rows, domain), (rows, domain)


@pytest.mark.parametrize("seed", range(40))
def test_exact_arithmetic_alone_gives_the_same_counts(seed, exact_alone):
    rows = random_lines(seed)
    assert [count_layer(layer(rows), domain) for domain in (None, SQUARE)] == [walked(rows, domain) for domain in (None, SQUARE)], rows


@pytest.mark.parametrize("seed", range(6))
def test_lines_of_small_integers_are_counted_as_the_reference_lists_them(seed):
    rng = np.random.default_rng(seed)
    rows = rng.integers(-2, 3, size=(7, 3)).tolist()
    net = reference.network([[row[:2] for row in rows], [[1] * 7]], [[row[2] for row in rows], [0]])
    assert count_layer(layer(rows), SQUARE) == len(reference.cells(net, reference.box([-1, -1], [1, 1]))), rows


def test_many_lines_in_general_position_and_as_many_crossings_as_the_walk_finds():
    rng = np.random.default_rng(0)
    rows = np.hstack([rng.standard_normal((2000, 2)), rng.standard_normal((2000, 1))])
    assert count_layer(layer(rows)) == 1 + 2000 + comb(2000, 2)
    assert count_layer(layer(rows[:400]), SQUARE) == walked(rows[:400], SQUARE)


def test_a_far_small_box_is_counted_like_a_near_large_one():
    rng = np.random.default_rng(1)
    normals, offsets = rng.integers(-9, 10, size=(200, 2)), rng.integers(-8, 9, size=200)
    far = [(a, b, c * 2**-20 - (a + b) * 2**26) for (a, b), c in zip(normals.tolist(), offsets.tolist(), strict=True)]
    near = [(a, b, c) for (a, b), c in zip(normals.tolist(), offsets.tolist(), strict=True)]
    at, reach = 2**26, Fraction(1, 2**20)
    expected = count_layer(layer(near), SQUARE)
    assert expected == walked(near, SQUARE)
    assert count_layer(layer(far), geom.Box([at - reach] * 2, [at + reach] * 2)) == expected


@pytest.mark.parametrize("corner", [False, True])
def test_pencils_of_hundreds_of_lines(corner):
    # Through (1/4, 1/2), (-1/2, 1/8) and perhaps the corner (1, 1): 2 k sectors each, and the crossings of different pencils, listed in integers.
    rng = np.random.default_rng(5)
    slopes = rng.permutation(np.arange(1, 2000))[:450].astype(float)
    centres = [(0.25, 0.5), (-0.5, 0.125), (1.0, 1.0) if corner else (0.5, -0.5)]
    rows = [(slope, -1024.0, 1024 * y - slope * x) for k, slope in enumerate(slopes) for x, y in [centres[k % 3]]]
    assert count_layer(layer(rows), SQUARE) == walked(rows, SQUARE)
    assert count_layer(layer(rows)) == walked(rows)


def test_no_biases_make_a_pencil():
    rng = np.random.default_rng(6)
    rows = np.hstack([rng.standard_normal((3000, 2)), np.zeros((3000, 1))])
    falling = int((rows[:, 0] * rows[:, 1] < 0).sum())
    assert [count_layer(layer(rows), domain) for domain in (None, SQUARE, geom.Box([0, 0], [1, 1]))] == [6000, 6000, falling + 1]


def test_a_large_grid_partly_in_the_box():
    rows = [(1, 0, -k) for k in range(1000)] + [(0, 1, -k) for k in range(1000)]
    assert count_layer(layer(rows), geom.Box([-1, -1], [700, 5000])) == 701 * 1001
    assert count_layer(layer(rows)) == 1001 * 1001


# --- layers -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES + ARRANGEMENTS, ids=str)
def test_a_degenerate_network_has_its_number_of_cells(case):
    assert count_last_layer(case.network(), case.region()) == case.cells, case.because


@pytest.mark.parametrize("seed", [s for s in range(96) if s % 4 < 3])
def test_the_last_layer_of_a_random_network_is_counted_as_it_is_walked(seed):
    problem = random_problem(seed)
    expected = geom.count(problem.network(), problem.region()).cells
    if expected > 400 and problem.dim > 2:
        pytest.skip("sections of many cells take long")
    assert count_last_layer(problem.network(), problem.region()) == expected, problem.shown()


@pytest.mark.parametrize("seed", range(6))
def test_hyperplanes_in_boxes_of_three_and_four_dimensions(seed):
    rng = np.random.default_rng(seed)
    dim = 3 + seed % 2
    rows = rng.integers(-2, 3, size=(9 - dim, dim + 1)) / [*[1] * dim, 2]
    box = geom.Box([-1] * dim, [1] * dim)
    assert count_layer(layer(rows), box) == walked(rows, box), rows


def test_a_wide_last_layer():
    rng = np.random.default_rng(2)
    weights = [rng.standard_normal((4, 2)), rng.standard_normal((300, 4)), np.ones((1, 300))]
    biases = [0.2 * rng.standard_normal(4), rng.standard_normal(300), [0.0]]
    net = geom.Network.mlp(weights, biases)
    assert count_last_layer(net, SQUARE) == geom.count(net, SQUARE).cells


def test_activations_that_do_not_bend_cut_nothing():
    flat = geom.Layer.leaky_relu([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0], 1.0)
    assert (count_layer(flat), count_layer(flat, SQUARE)) == (1, 1)
    assert count_layer(geom.Network([geom.Layer.linear([[1.0, 2.0]], [0.0])])) == 1
    assert count_layer(geom.Layer.abs([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])) == 4


def test_what_cannot_be_counted_this_way_is_refused():
    deep = geom.Network.mlp([np.eye(2), np.eye(2), np.eye(2)], [np.zeros(2)] * 3)
    pooled = geom.Layer([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0], [[0, 1]], [[1.0, 1.0]])
    half = geom.HPolytope([[1, 0]], [1])
    with pytest.raises(geom.NetworkError, match="2 hidden layers"):
        count_layer(deep)
    with pytest.raises(geom.DomainError, match="bounded domain"):
        count_last_layer(deep)
    with pytest.raises(geom.DomainError, match="bounded domain"):
        count_last_layer(deep, half)
    with pytest.raises(geom.NetworkError, match="two pieces on one row"):
        count_layer(pooled)
    with pytest.raises(geom.DomainError, match="unbounded"):
        count_layer(layer([(1, 1, 0)]), half)
    with pytest.raises(geom.DomainError, match="dimensions"):
        count_layer(layer([(1, 1, 0)]), geom.Box([0], [1]))
    with pytest.raises(geom.NetworkError, match=r"geom\.Network"):
        count_layer("relu")
    with pytest.raises(geom.NetworkError, match=r"geom\.Layer, got Network"):
        layer_polynomial(deep)
