"""The reference is right: it meets the numbers of the classics, its two methods agree, and its cells fill the domain without overlap."""

from collections import Counter
from fractions import Fraction
from itertools import combinations
from math import factorial

import pytest
import reference
from cases import ARRANGEMENTS, CASES, cube, moment_curve, random_problem
from reference import box, cells, network, polytope, volume

SEEDS = range(48)
FEW_UNITS = 8


def n_units(problem):
    return sum(len(bias) for _, bias in problem.hidden)


def seeds_of_few_units():
    """Of these the ones with the most units in the most dimensions take seconds each."""
    problems = {seed: random_problem(seed) for seed in range(120)}
    few = {seed: problem for seed, problem in problems.items() if n_units(problem) <= FEW_UNITS}
    return [pytest.param(s, marks=pytest.mark.slow if n_units(p) == FEW_UNITS and p.dim == 4 else ()) for s, p in few.items()]


def mean(points):
    points = list(points)
    return [sum(column) / len(points) for column in zip(*points, strict=True)]


def rank_of_differences(points):
    first, *rest = points
    return reference.rank([[x - y for x, y in zip(p, first, strict=True)] for p in rest])


@pytest.mark.parametrize(("hyperplanes", "dim"), [(5, 1), (2, 2), (6, 2), (15, 2), (2, 3), (7, 3), (3, 4), (7, 4), (6, 5)])
def test_hyperplanes_in_general_position_meet_zaslavskys_number(hyperplanes, dim):
    problem = moment_curve(hyperplanes, dim)
    assert len(problem.reference_cells()) == problem.cells


@pytest.mark.parametrize("case", [*CASES, *ARRANGEMENTS], ids=str)
def test_the_reference_finds_the_known_numbers_of_cells(case):
    assert len(case.reference_cells()) == case.cells, case.because


@pytest.mark.parametrize("seed", range(5))
def test_lines_cut_a_square_once_each_and_once_more_at_each_crossing(seed):
    problem = random_problem(48 * seed + 5)  # d=2, gaussian weights, one layer
    [(weight, bias)] = problem.hidden
    lines = [(Fraction(a), Fraction(b), Fraction(c)) for (a, b), c in zip(weight.tolist(), bias.tolist(), strict=True)]
    corners = [[a * x + b * y + c for x in (-1, 1) for y in (-1, 1)] for a, b, c in lines]
    crossings = 0
    for (a, b, c), (p, q, r) in combinations(lines, 2):
        w = a * q - b * p
        crossings += abs(b * r - c * q) < abs(w) and abs(c * p - a * r) < abs(w)
    expected = 1 + sum(min(values) < 0 < max(values) for values in corners) + crossings
    found = cells(problem.reference_network(), box([-1, -1], [1, 1]))
    assert len(found) == expected, problem


@pytest.mark.parametrize("case", [case for case in [*CASES, *ARRANGEMENTS] if n_units(case) <= FEW_UNITS], ids=str)
def test_both_methods_agree_on_known_cases(case):
    programs = reference.cells_by_programs(case.reference_network(), case.reference_region())
    assert {code: cell.facet_names() for code, cell in case.reference_cells().items()} == programs


@pytest.mark.parametrize("seed", seeds_of_few_units())
def test_both_methods_agree_on_random_networks(seed):
    problem = random_problem(seed)
    programs = reference.cells_by_programs(problem.reference_network(), problem.reference_region())
    assert {code: cell.facet_names() for code, cell in problem.reference_cells().items()} == programs, problem


@pytest.mark.parametrize("seed", SEEDS)
def test_codes_are_distinct_and_lexicographic(seed):
    problem = random_problem(seed)
    codes = [cell.code for cell in cells(problem.reference_network(), problem.reference_region())]
    assert codes == sorted(set(codes)), problem


@pytest.mark.parametrize("seed", SEEDS)
def test_an_interior_point_of_a_cell_has_its_code_and_its_affine_map(seed):
    problem = random_problem(seed)
    net = problem.reference_network()
    for code, cell in problem.reference_cells().items():
        inside = mean(cell.vertices)
        slopes, offsets = reference.affine(net, code, problem.dim)
        assert reference.code_at(net, inside) == code, problem
        assert reference.output_at(net, inside) == [
            sum(g * x for g, x in zip(row, inside, strict=True)) + h for row, h in zip(slopes, offsets, strict=True)
        ]


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_are_full_dimensional_and_their_facets_one_dimension_less(seed):
    problem = random_problem(seed)
    for cell in problem.reference_cells().values():
        assert rank_of_differences(cell.vertices) == problem.dim, problem
        assert {rank_of_differences(facet.vertices) for facet in cell.facets} == {problem.dim - 1}, problem


@pytest.mark.parametrize("seed", SEEDS)
def test_a_facet_belongs_to_two_cells_or_to_a_wall(seed):
    problem = random_problem(seed)
    found = problem.reference_cells().values()
    owners = Counter(facet.vertices for cell in found for facet in cell.facets)
    for cell in found:
        for facet in cell.facets:
            assert owners[facet.vertices] == (1 if facet.walls else 2), problem


@pytest.mark.parametrize("seed", [seed for seed in SEEDS if random_problem(seed).dim <= 3])
def test_volumes_add_up_to_the_domains(seed):
    problem = random_problem(seed)
    [whole] = cells(network([[[0] * problem.dim]], [[0]]), problem.reference_region())
    assert sum(map(volume, problem.reference_cells().values())) == volume(whole), problem


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
def test_volumes_of_cube_simplex_and_cross_polytope(dim):
    nothing = network([[[0] * dim]], [[0]])
    [cuboid] = cells(nothing, box([0] * dim, range(1, dim + 1)))
    [simplex] = cells(nothing, polytope([[-int(i == j) for j in range(dim)] for i in range(dim)] + [[1] * dim], [0] * dim + [1]))
    ball = cells(
        network([[[int(i == j) for j in range(dim)] for i in range(dim)], [[1] * dim], [[1]]], [[0] * dim, [-1], [0]], ["abs", "relu"]),
        reference.box(*cube(dim)[1:]),
    )
    cross_polytope = sum(volume(cell) for cell in ball if cell.code[-1] == 0)
    assert (volume(cuboid), volume(simplex), cross_polytope) == (factorial(dim), Fraction(1, factorial(dim)), Fraction(2**dim, factorial(dim)))


def test_a_flat_domain_has_no_cells():
    with pytest.raises(ValueError, match="hyperplane"):
        cells(network([[[1, 1]]], [[0]]), polytope([[1, 0], [-1, 0], [0, 1], [0, -1]], [0, 0, 1, 1]))
