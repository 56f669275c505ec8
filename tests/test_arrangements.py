"""Hyperplane arrangements of the whole space, each a network of one layer: regions and bounded regions have the published numbers."""

from fractions import Fraction
from itertools import combinations
from math import factorial

import numpy as np
import pytest
import reference
from cases import SLOW_SPACE_ARRANGEMENTS, SPACE_ARRANGEMENTS, Problem, cube, one_layer
from comparison import assert_same_cells, codes

import geom

SMALL = [case for case in SPACE_ARRANGEMENTS if case.cells <= 40]
MEDIUM = [case for case in SPACE_ARRANGEMENTS if case.cells <= 400]


def rows_of(case):
    [(weight, bias)] = case.hidden
    return [[*map(int, w), int(b)] for w, b in zip(weight, bias, strict=True)]


def subdivided(case, **changes):
    problem = Problem(case.name, case.hidden, changes.pop("domain", case.domain), **changes)
    return geom.subdivide(problem.network(), problem.region())


@pytest.mark.parametrize("case", SPACE_ARRANGEMENTS, ids=str)
def test_an_arrangement_has_its_numbers_of_regions_and_of_bounded_regions(case):
    part = subdivided(case)
    assert (len(part), int(part.is_bounded.sum())) == (case.cells, case.bounded), case.because


@pytest.mark.slow
@pytest.mark.parametrize("case", SLOW_SPACE_ARRANGEMENTS, ids=str)
def test_a_large_arrangement_has_its_numbers_of_regions_and_of_bounded_regions(case):
    part = subdivided(case)
    assert (len(part), int(part.is_bounded.sum())) == (case.cells, case.bounded), case.because


def test_resonance_5_has_11292_regions():
    [case] = [case for case in SLOW_SPACE_ARRANGEMENTS if case.name == "resonance 5"]
    assert geom.count(case.network()).cells == 11292


@pytest.mark.parametrize("activation", ["abs", "leaky_relu", ("leaky_relu", -3.0), ("leaky_relu", 0.0)], ids=str)
@pytest.mark.parametrize("case", MEDIUM, ids=str)
def test_the_slopes_of_a_layer_do_not_change_its_cells(case, activation):
    relu, part = subdivided(case), subdivided(case, activation=activation)
    assert codes(part) == codes(relu)
    assert part.is_bounded.tolist() == relu.is_bounded.tolist()


@pytest.mark.parametrize("case", MEDIUM, ids=str)
def test_the_characteristic_polynomial_gives_the_same_numbers(case):
    # The table and Zaslavsky's theorem agree: this test is about the table and the reference, not about the engine.
    rows = rows_of(case)
    assert (reference.regions(rows, case.dim), reference.bounded_regions(rows, case.dim)) == (case.cells, case.bounded), case.because


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_cells_and_facets_are_those_of_the_reference(case):
    part, expected = subdivided(case), case.reference_cells()
    assert_same_cells(part, expected, case)
    assert part.is_bounded.tolist() == [expected[code].is_bounded for code in codes(part)]


@pytest.mark.parametrize("case", MEDIUM, ids=str)
def test_a_box_around_a_point_of_every_flat_has_the_same_cells(case):
    radius = reference.coordinate_bound(case.reference_network(), case.dim)
    assert codes(subdivided(case, domain=cube(case.dim, radius))) == codes(subdivided(case))


@pytest.mark.parametrize("case", MEDIUM, ids=str)
def test_the_rank_of_the_normals_is_the_dimension_less_that_of_the_lines(case):
    part = subdivided(case)
    n_lines = case.dim - reference.rank([row[:-1] for row in rows_of(case)])
    for i in {0, len(part) // 2, len(part) - 1}:
        assert part[i].vrep(exact=True)[2].shape == (n_lines, case.dim)
    if n_lines:
        assert not part.is_bounded.any()


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_every_cell_of_a_braid_arrangement_is_a_cone_over_a_simplex_times_the_diagonal(n):
    [case] = [case for case in SPACE_ARRANGEMENTS if case.name == f"braid {n}"]
    for cell in subdivided(case):
        vertices, rays, lines = cell.vrep(exact=True)
        assert len(cell.facets) == len(rays) == n - 1
        assert (len(vertices), len(lines)) == (1, 1)
        assert len(set(vertices[0])) == len(set(lines[0])) == 1
        assert lines[0][0] != 0
        # A ray is a set of largest coordinates: chains of such sets are the flags of the permutohedron.
        assert sorted(sum(x == max(ray) for x in ray) for ray in rays) == list(range(1, n))
        assert all(len(set(ray)) == 2 for ray in rays)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_coordinate_hyperplanes_cut_space_into_simplicial_cones(n):
    part = geom.subdivide(geom.Network.mlp([np.eye(n), np.ones((1, n))], [np.zeros(n), [0]]))
    assert len(part) == 2**n
    for cell, code in zip(part, codes(part), strict=True):
        vertices, rays, lines = cell.vrep(exact=True)
        assert vertices.tolist() == [[0] * n]
        assert not len(lines)
        directions = {tuple(Fraction(x, max(map(abs, ray))) for x in ray) for ray in rays}
        assert directions == {tuple((2 * code[j] - 1) * int(i == j) for i in range(n)) for j in range(n)}


@pytest.mark.parametrize("seed", range(120))
def test_random_integer_hyperplanes_have_zaslavskys_numbers(seed):
    rng = np.random.default_rng(seed)
    dim, n_rows, has_offsets = 1 + seed % 4, int(rng.integers(1, 11)), seed % 3 > 0
    rows = np.hstack([rng.integers(-2, 3, size=(n_rows, dim)), rng.integers(-2, 3, size=(n_rows, 1)) * has_offsets]).tolist()
    case = one_layer(f"seed {seed}", rows, reference.regions(rows, dim), reference.bounded_regions(rows, dim), "Zaslavsky")
    part = subdivided(case)
    assert (len(part), int(part.is_bounded.sum())) == (case.cells, case.bounded), case.shown()


@pytest.mark.parametrize("offsets", [[0, 1], [-1, 0, 1], [1], [-1, 1]], ids=["Shi", "Catalan", "Linial", "semiorder"])
def test_bounded_regions_of_deformations_follow_from_the_regions(offsets):
    # Stanley, Hyperplane arrangements, interval orders, and trees (1996): sum chi_n(t) x^n / n! = R(x)^(-t), R(x) = sum (-1)^n r_n x^n / n!.
    numbers = []
    for n in range(2, 5):
        rows = [[(k == i) - (k == j) for k in range(n - 1)] + [-c] for i, j in combinations(range(n), 2) for c in offsets]
        part = subdivided(one_layer("deformation", rows, None, None, ""))
        numbers.append((len(part), int(part.is_bounded.sum())))
    series = [Fraction(1), Fraction(-1), *(Fraction((-1) ** n * cells, factorial(n)) for n, (cells, _) in enumerate(numbers, 2))]
    inverse = [Fraction(1)]
    for n in range(1, 5):
        inverse.append(-sum(series[k] * inverse[n - k] for k in range(1, n + 1)))
    assert [abs(c) * factorial(n) for n, c in enumerate(inverse)][2:] == [bounded for _, bounded in numbers]
