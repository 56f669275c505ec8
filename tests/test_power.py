"""Power diagrams beside their definition in fractions, on small sets of sites of every kind of degeneracy."""

from fractions import Fraction
from itertools import product

import numpy as np
import power_reference
import pytest

from geom.errors import GeomError
from geom.polyhedron import interior_slack
from geom.power import PowerDiagram

KINDS = ("doubles", "integers", "few integers", "thirds", "no weights", "on a flat", "one position", "concurrent", "a line")


def sites(kind, d, seed):
    """A small set of sites and weights; most kinds are full of ties."""
    rng = np.random.default_rng([KINDS.index(kind), d, seed])
    n = int(rng.integers(1, 12 - 2 * d + 2))
    mu, rad = rng.integers(-3, 4, (n, d)), rng.integers(-4, 5, n)
    if kind == "doubles":
        return rng.normal(size=(n, d)).tolist(), rng.normal(size=n).tolist()
    if kind == "few integers":
        mu, rad = mu // 3, rad // 4
    elif kind == "thirds":
        return [[Fraction(int(v), 3) for v in row] for row in mu], [Fraction(int(v), 7) for v in rad]
    elif kind == "no weights":
        rad = 0 * rad
    elif kind == "on a flat":
        mu[:, -1] = mu[:, 0] - 1
    elif kind == "one position":
        mu[:] = mu[0]
    elif kind == "concurrent":
        rad = (mu**2).sum(axis=1)
    elif kind == "a line":
        mu = mu[:1] + mu[:, :1] * np.arange(1, d + 1)
    return mu.tolist(), rad.tolist()


ALL = [(kind, d, seed) for kind in KINDS for d in (1, 2, 3, 4) for seed in range(8 if d < 3 else 4)]


@pytest.fixture(params=ALL, ids=lambda case: "-".join(map(str, case)))
def small(request):
    mu, rad = sites(*request.param)
    return PowerDiagram(mu, rad), mu, rad


def test_cells_are_what_all_inequalities_leave(small):
    diagram, mu, rad = small
    expected = power_reference.cells(mu, rad)
    assert diagram.cell_dims().tolist() == [cell.dim for cell in expected]
    assert diagram.is_bounded().tolist() == [cell.is_bounded for cell in expected]
    matrix = diagram.adjacency().toarray()
    assert [tuple(np.flatnonzero(row)) for row in matrix] == [cell.neighbours for cell in expected]
    kinds = np.where(diagram.cell_dims() < 0, "empty", np.where(diagram.cell_dims() == diagram.dim, "full-dimensional", "lower-dimensional"))
    assert (diagram.kinds() == kinds).all()


def test_rows_and_vertices_of_every_cell(small):
    diagram, mu, rad = small
    for i, expected in enumerate(power_reference.cells(mu, rad)):
        cell = diagram.cell(i)
        a, b = cell.hrep(exact=True)
        vertices, _, lines = cell.vrep(exact=True)
        assert cell.is_bounded == expected.is_bounded
        if expected.dim == diagram.dim:
            first = int(diagram.first_equal()[i])
            assert tuple(cell.neighbours) == power_reference.cells(mu, rad)[first].neighbours
            assert len(a) == len(cell.neighbours)
        assert (len(vertices) if expected.dim >= 0 and not len(lines) else 0) == expected.n_vertices
        for x in vertices:
            powers = power_reference.power(mu, rad, x)
            assert powers[i] == min(powers)
            assert (a @ x <= b).all()
        for row, bound in zip(a, b, strict=True):
            tight = [x for x in vertices if row @ x == bound]
            assert tight or expected.dim < 0
        # Independent rows of a flat cell, twice each, come first.
        n_equations = 0 if expected.dim < 0 else diagram.dim - expected.dim
        assert (a[: 2 * n_equations : 2] == -a[1 : 2 * n_equations : 2]).all()
        assert not any((a[k] == -a[k + 1]).all() and b[k] == -b[k + 1] for k in range(2 * n_equations, len(a) - 1))


def test_assign_is_the_first_least_power(small):
    diagram, mu, rad = small
    half = [Fraction(k, 2) for k in range(-4, 5)]
    points = list(product(half, repeat=diagram.dim)) if diagram.dim < 3 else np.random.default_rng(0).choice(half, (60, diagram.dim)).tolist()
    corners, _ = diagram.vertices(exact=True)
    points = [*map(tuple, points), *map(tuple, corners)]
    expected = [power_reference.assign(mu, rad, x) for x in points]
    assert diagram.assign(points).tolist() == expected
    assert diagram.assign(np.array(points, dtype=float)[: -len(corners)]).tolist() == expected[: -len(corners)]
    assert diagram.power(points, exact=True).tolist() == [power_reference.power(mu, rad, x) for x in points]


def test_vertices_have_the_sites_that_meet_there(small):
    diagram, mu, rad = small
    points, meeting = diagram.vertices(exact=True)
    expected = power_reference.cells(mu, rad)
    first = [i for i, cell in enumerate(expected) if cell.dim == diagram.dim and diagram.first_equal()[i] == i]
    for x, here in zip(points, meeting, strict=True):
        powers = power_reference.power(mu, rad, x)
        assert here.tolist() == [i for i in first if powers[i] == min(powers)]
    assert len({tuple(x) for x in points}) == len(points)
    if np.linalg.matrix_rank(np.array(mu, dtype=float) - np.array(mu[0], dtype=float)) == diagram.dim:
        assert sum(map(len, meeting)) == sum(expected[i].n_vertices for i in first)
    rounded = diagram.vertices().points
    assert (rounded == points.astype(float)).all()


def test_the_hull_test_agrees_with_a_linear_program(small):
    """Spec.md 4.5: above, on or below the hull, against the largest t <= 1 that all inequalities leave room for."""
    diagram, mu, rad = small
    forms = power_reference.forms(mu, rad)
    for i in range(len(mu)):
        others = np.array([j for j in range(len(mu)) if forms[j] != forms[i]], dtype=np.int64)
        room = interior_slack(*diagram.halfspaces(i, others))
        assert diagram.kinds()[i] == ("full-dimensional" if room > 0 else "empty" if room < 0 else "lower-dimensional")


@pytest.mark.parametrize(
    ("mu", "rad", "words"),
    [
        ([], [], "at least one"),
        ([[]], [0], "at least one"),
        ([1, 2], [0, 0], "one row a site"),
        ([[1], [2]], [0], "each of the 2 sites"),
        ([[1], [np.nan]], [0, 0], "1 of 2 numbers are NaN"),
        ([[1], [2]], [0, np.inf], "NaN or infinite"),
        ([["one"], [2]], [0, 0], "mu"),
        ([[1], [2, 3]], [0, 0], "mu"),
    ],
)
def test_what_is_no_set_of_sites_is_refused(mu, rad, words):
    with pytest.raises(GeomError, match=words):
        PowerDiagram(mu, rad)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda p: p.assign([1.0, 2.0]), "one row of 1 coordinates"),
        (lambda p: p.assign([[np.nan]]), "NaN"),
        (lambda p: p.cell(2), "no site 2"),
        (lambda p: p.cell(0.5), "list of integers"),
        (lambda p: p.power([[0.0]], [-3]), "no site -3"),
        (lambda p: p.lift("cone"), "unknown lift"),
        (lambda p: p.lift("sphere", Q=-1), "less than the largest"),
        (lambda p: p.lift("sphere", exact=True), "roots"),
        (lambda p: p.transform(scale=0), "positive"),
        (lambda p: p.transform(translate=[1, 2]), r"\(1,\) is needed"),
        (lambda p: p.restrict([[1], [2]], [0]), "1 rows"),
        (lambda p: p.with_rad(0, "much"), "rad"),
        (lambda p: p.chordale_distance([[0.0]], 0, 0), "one position"),
        (lambda p: p.cell(0).volume(exact=True), "unbounded"),
        (lambda p: PowerDiagram([[0], [0]], [1, 0]).cell(1).generators(), "empty"),
    ],
)
def test_a_question_that_has_no_answer_says_why(ask, words):
    with pytest.raises(GeomError, match=words):
        ask(PowerDiagram([[0.0], [2.0]], [0.0, 0.0]))


def test_no_point_is_no_answer():
    assert PowerDiagram([[0.0]], [0.0]).assign(np.zeros((0, 1))).shape == (0,)
