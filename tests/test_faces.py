"""Face numbers: published ones of arrangements, Euler's relation, and an independent count from the reference's cells."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial

import numpy as np
import pytest
import reference
from cases import ARRANGEMENTS, CASES, SPACE_ARRANGEMENTS, Problem, cube, moment_curve, random_problem, space_moment_curve

import geom
from geom.partition.faces import _Lines, f_vector

SMALL = [case for case in [*CASES, *ARRANGEMENTS] if case.cells <= 40]
SMALL_SPACES = [case for case in SPACE_ARRANGEMENTS if case.cells <= 24 and case.dim <= 3]


def faces_of(problem):
    return f_vector(geom.subdivide(problem.network(), problem.region()))


def euler(numbers):
    return sum((-1) ** k * n for k, n in enumerate(numbers))


def central(normals):
    return Problem("central", ((normals, [0] * len(normals)),), ("space", len(normals[0])))


def units(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


def differences(n):
    return [[(k == i) - (k == j) for k in range(n)] for i in range(n) for j in range(i)]


def stirling(n, k):
    """Partitions of n things into k blocks."""
    return sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1)) // factorial(k)


# --- numbers from mathematics -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lines", [0, 1, 2, 3, 9, 20])
def test_lines_in_general_position_have_n_choose_2_vertices_and_n_squared_edges(lines):
    problem = space_moment_curve(lines, 2) if lines else Problem("plane", (), ("space", 2), head=([[1, 1]], [0]))
    assert faces_of(problem) == (comb(lines, 2), lines**2, 1 + lines + comb(lines, 2))


@pytest.mark.parametrize(("hyperplanes", "dim"), [(4, 1), (2, 3), (3, 3), (8, 3), (3, 4), (6, 4), (7, 5)])
def test_hyperplanes_in_general_position_have_bucks_numbers(hyperplanes, dim):
    # Buck (1943): each of the n over d - k flats of dimension k is cut by the others in general position.
    expected = [0] * max(0, dim - hyperplanes)
    for k in range(len(expected), dim + 1):
        others = hyperplanes - (dim - k)
        expected.append(comb(hyperplanes, dim - k) * sum(comb(others, i) for i in range(k + 1)))
    assert faces_of(space_moment_curve(hyperplanes, dim)) == tuple(expected)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_faces_of_the_coordinate_hyperplanes_are_sign_vectors(n):
    assert faces_of(central(units(n))) == tuple(2**k * comb(n, k) for k in range(n + 1))


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_faces_of_a_braid_arrangement_are_ordered_set_partitions(n):
    assert faces_of(central(differences(n))) == (0, *(factorial(k) * stirling(n, k) for k in range(1, n + 1)))


@pytest.mark.parametrize("n", [1, 2, 3])
def test_faces_of_type_b_are_signed_ordered_partitions_with_a_zero_block(n):
    sums = [[abs(v) for v in row] for row in differences(n)]
    signed = [sum(comb(n, i) * 2**i * factorial(k) * stirling(i, k) for i in range(k, n + 1)) for k in range(n + 1)]
    assert faces_of(central(units(n) + differences(n) + sums)) == tuple(signed)


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize("parts", [1, 2, 3])
def test_a_cube_cut_by_parallels_has_the_faces_of_a_grid(dim, parts):
    # A grid is a product of paths of `parts` edges: (parts + 1 + parts t)**dim, the coefficient of t**k.
    rows = [(unit, [Fraction(2 * k, parts) - 1]) for unit in units(dim) for k in range(1, parts)]
    layer = ([unit for unit, _ in rows], [float(offset) for _, (offset,) in rows])
    problem = Problem("grid", (layer,) if rows else (), cube(dim), head=None if rows else ([[1] * dim], [0]))
    assert faces_of(problem) == tuple(comb(dim, k) * parts**k * (parts + 1) ** (dim - k) for k in range(dim + 1))


@pytest.mark.parametrize(
    ("domain", "numbers"),
    [
        (("polyhedron", units(1), [0]), (1, 1)),
        (("polyhedron", units(2), [0, 0]), (1, 2, 1)),
        (("polyhedron", units(3), [0, 0, 0]), (1, 3, 3, 1)),
        (("polyhedron", [[1, 0]], [0]), (0, 1, 1)),
        (("polyhedron", [[1, 0], [-1, 0]], [1, 1]), (0, 2, 1)),
        (("polyhedron", [[1, 1, 0], [-1, 0, 0]], [0, 0]), (0, 1, 2, 1)),
        (("space", 1), (0, 1)),
        (("space", 4), (0, 0, 0, 0, 1)),
    ],
    ids=["ray", "quadrant", "octant", "half-plane", "strip", "wedge", "line", "space"],
)
def test_an_uncut_domain_has_its_own_faces(domain, numbers):
    dim = len(numbers) - 1
    assert faces_of(Problem("uncut", (), domain, head=([[1] * dim], [0]))) == numbers


def test_a_diamond_on_the_axes():
    # |x| + |y| = 1 has its four corners on the axes; with 0, the axes' ends on the box and the box's corners there are 13 vertices.
    diamond = Problem("diamond", ((units(2), [0, 0]), ([[1, 1]], [-1])), cube(2, 2), activation=["abs", "relu"])
    assert faces_of(diamond) == (13, 20, 8)


@pytest.mark.parametrize("seed", range(10))
def test_points_that_differ_by_a_line_have_one_name(seed):
    # cddlib happens to choose the same point of a minimal face in all its cells; nothing promises that.
    rng = np.random.default_rng(seed)
    basis = [[Fraction(int(v)) for v in row] for row in rng.integers(-3, 4, size=(2, 4))]
    lines = _Lines([vector for k, vector in enumerate(basis) if reference.rank(basis[: k + 1]) == k + 1])
    point = [Fraction(int(v), 3) for v in rng.integers(-9, 10, size=4)]
    moved = [x + 5 * u - v / 7 for x, u, v in zip(point, *basis, strict=True)]
    assert lines.project((*point, Fraction(1))) == lines.project((*moved, Fraction(1)))
    assert lines.project((*point, Fraction(0))) == lines.project((*(9 * x for x in moved), Fraction(0)))
    other = next(row for row in np.eye(4, dtype=int).tolist() if reference.rank([*basis, row]) > lines.dim)
    assert lines.project((*point, Fraction(1))) != lines.project((*(x + o for x, o in zip(point, other, strict=True)), Fraction(1)))


# --- Euler's relation ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(48))
def test_bounded_complexes_have_euler_number_1(seed):
    problem = random_problem(seed)
    numbers = faces_of(problem)
    assert euler(numbers) == 1, problem.shown()
    assert len(numbers) == problem.dim + 1


@pytest.mark.parametrize("seed", range(32))
def test_complexes_of_the_whole_space_have_euler_number_plus_or_minus_1(seed):
    problem = random_problem(seed)
    problem = replace(problem, domain=("space", problem.dim))
    assert euler(faces_of(problem)) == (-1) ** problem.dim, problem.shown()


@pytest.mark.parametrize("seed", range(32))
def test_complexes_of_an_orthant_have_euler_number_0(seed):
    problem = random_problem(seed)
    rows = np.random.default_rng(seed).integers(-2, 3, size=(problem.dim, problem.dim)) + 5 * np.eye(problem.dim, dtype=int)
    problem = replace(problem, domain=("polyhedron", rows.tolist(), [1] * problem.dim))
    assert round(np.linalg.det(rows)) != 0
    assert euler(faces_of(problem)) == 0, problem.shown()


# --- an independent count -----------------------------------------------------------------------------------------------------------------


def reference_faces(cells, dim):
    """Vertex sets of all faces of bounded cells by dimension: meets of facets, and ranks, from the reference alone."""
    by_dim = [set() for _ in range(dim + 1)]
    seen = set()
    for cell in cells:
        open_ = {cell.vertices}
        while open_:
            face = open_.pop()
            open_ |= {met for facet in cell.facets if (met := face & facet.vertices)} - {face} - seen
            seen.add(face)
            by_dim[reference.rank([(*vertex, 1) for vertex in face]) - 1].add(face)
    return by_dim


def signs_at(net, rows, x):
    """Signs of all pre-activations that can cut, and of the walls' slacks."""
    signs = [bound == sum(a * v for a, v in zip(row, x, strict=True)) for row, bound in rows]
    z = list(x)
    for layer in net.hidden:
        h = [sum(w * v for w, v in zip(row, z, strict=True)) + bias for row, bias in zip(layer.weight, layer.bias, strict=True)]
        signs += [(v > 0) - (v < 0) for v in h] if layer.slope != 1 else []
        z = [v if v > 0 else layer.slope * v for v in h]
    return tuple(signs)


def centre(face):
    return [sum(column) / Fraction(len(face)) for column in zip(*face, strict=True)]


def assert_faces_of_the_reference(problem):
    net, rows = problem.reference_network(), problem.reference_region()
    by_dim = reference_faces(reference.cells(net, rows), problem.dim)
    assert faces_of(problem) == tuple(map(len, by_dim)), problem.shown()
    # One sign vector a face: a second look at which faces there are.
    faces = set().union(*by_dim)
    assert len({signs_at(net, rows, centre(face)) for face in faces}) == len(faces), problem.shown()


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_degenerate_cases_have_the_faces_of_the_reference(case):
    assert_faces_of_the_reference(case)


@pytest.mark.parametrize("seed", range(36))
def test_random_deep_networks_have_the_faces_of_the_reference(seed):
    problem = random_problem(seed)
    if problem.dim == 4:
        problem = replace(problem, hidden=tuple((weight[:4, :4], bias[:4]) for weight, bias in problem.hidden))
        assert all(len(a[1]) == b[0].shape[1] for a, b in pairwise(problem.hidden))
    assert_faces_of_the_reference(problem)


def assert_faces_of_a_large_box(problem):
    """Faces of an unbounded complex are those, cut by a box that meets them all, that do not lie on the box."""
    net, dim, rows = problem.reference_network(), problem.dim, problem.reference_region()
    radius = reference.coordinate_bound(net, dim, rows)
    by_dim = reference_faces(reference.cells(net, [*rows, *reference.box([-radius] * dim, [radius] * dim)]), dim)
    inside = [sum(max(map(abs, centre(face))) < radius for face in faces) for faces in by_dim]
    assert faces_of(problem) == tuple(inside), problem.shown()


@pytest.mark.parametrize("case", SMALL_SPACES, ids=str)
def test_arrangements_of_the_whole_space_have_the_faces_of_the_reference(case):
    assert_faces_of_a_large_box(case)


@pytest.mark.parametrize("seed", range(24))
def test_deep_networks_on_the_whole_space_have_the_faces_of_the_reference(seed):
    problem = random_problem(seed)
    dim = min(problem.dim, 3)
    (weight, bias), *deeper = problem.hidden
    problem = replace(problem, hidden=((weight[:, :dim], bias), *deeper), domain=("space", dim))
    assert_faces_of_a_large_box(problem)


# --- what has no answer -------------------------------------------------------------------------------------------------------------------


def test_faces_of_missing_cells_are_asked_for_in_vain():
    problem = moment_curve(6, 2)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget=geom.Budget(cells=3))
    with pytest.raises(geom.GeomError, match="faces of the others are missing"):
        f_vector(stopped.value.partial)
