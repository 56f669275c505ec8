"""Power diagrams beside their definition in fractions, on small sets of sites of every kind of degeneracy."""

from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import power_reference
import pytest

from geom.errors import GeomError
from geom.polyhedra.polyhedron import interior_slack
from geom.power.cell import PowerCell
from geom.power.diagram import PowerDiagram

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


@cache
def expected_cells(kind, d, seed):
    return power_reference.cells(*sites(kind, d, seed))


@pytest.fixture(params=ALL, ids=lambda case: "-".join(map(str, case)))
def small(request):
    mu, rad = sites(*request.param)
    return PowerDiagram(mu, rad), mu, rad


@pytest.fixture
def expected(small, request):
    """The reference's cells of `small`."""
    return expected_cells(*request.node.callspec.params["small"])


def test_cells_are_what_all_inequalities_leave(small, expected):
    diagram, _, _ = small
    assert diagram.cell_dims().tolist() == [cell.dim for cell in expected]
    assert diagram.is_bounded.tolist() == [cell.is_bounded for cell in expected]
    matrix = diagram.adjacency().toarray()
    assert [tuple(np.flatnonzero(row)) for row in matrix] == [cell.neighbours for cell in expected]
    kinds = np.where(diagram.cell_dims() < 0, "empty", np.where(diagram.cell_dims() == diagram.dim, "full-dimensional", "lower-dimensional"))
    assert (diagram.kinds() == kinds).all()


def test_rows_and_vertices_of_every_cell(small, expected):
    diagram, mu, rad = small
    for i, true in enumerate(expected):
        cell = diagram.cell(i)
        a, b = cell.hrep(exact=True)
        vertices, _, lines = cell.vrep(exact=True)
        assert cell.is_bounded == true.is_bounded
        if true.dim == diagram.dim:
            first = int(diagram.first_equal()[i])
            assert tuple(cell.neighbours) == expected[first].neighbours
            assert len(a) == len(cell.neighbours)
        assert (len(vertices) if true.dim >= 0 and not len(lines) else 0) == true.n_vertices
        for x in vertices:
            powers = power_reference.power(mu, rad, x)
            assert powers[i] == min(powers)
            assert (a @ x <= b).all()
        for row, bound in zip(a, b, strict=True):
            tight = [x for x in vertices if row @ x == bound]
            assert tight or true.dim < 0
        # Independent rows of a flat cell, twice each, come first.
        n_equations = 0 if true.dim < 0 else diagram.dim - true.dim
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


def test_vertices_have_the_sites_that_meet_there(small, expected):
    diagram, mu, rad = small
    points, meeting = diagram.vertices(exact=True)
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
        (lambda p: p.cell(0.5), "one whole number, not by 0.5"),
        (lambda p: p.power([[0.0]], [-3]), "no site -3"),
        (lambda p: p.lift("cone"), "unknown lift"),
        (lambda p: p.lift("sphere", Q=-1), "less than the largest"),
        (lambda p: p.lift("sphere", exact=True), "roots"),
        (lambda p: p.transform(scale=0), "positive"),
        (lambda p: p.transform(translate=[1, 2]), r"\(1,\) is needed"),
        (lambda p: p.transform(scale="x"), "scale"),
        (lambda p: p.transform(scale=[1, 2]), "scale"),
        (lambda p: p.transform(translate=[np.nan]), "translate"),
        (lambda p: p.transform(constant=[1]), "constant"),
        (lambda p: p.restrict([0], [[1, 2]]), "1 columns"),
        (lambda p: p.with_rad(0, "much"), "rad"),
        (lambda p: p.chordale_distance([[0.0]], 0, 0), "one position"),
        (lambda p: p.cell(0).volume(exact=True), "unbounded"),
        (lambda p: p.neighbours(99), "no site 99"),
        (lambda p: p.halfspaces(99, [0]), "no site 99"),
        (lambda p: p.spanning(99), "no site 99"),
        (lambda p: p.spanning(0), "cell 0 is full-dimensional"),
        (lambda p: PowerDiagram([[0], [0]], [1, 0]).spanning(1), "cell 1 is empty"),
    ],
)
def test_a_question_that_has_no_answer_says_why(ask, words):
    with pytest.raises(GeomError, match=words):
        ask(PowerDiagram([[0.0], [2.0]], [0.0, 0.0]))


def test_a_diagram_keeps_its_own_sites():
    mu = np.array([[0.0], [2.0]])
    diagram = PowerDiagram(mu, [0.0, 0.0])
    mu[0] = 9
    assert diagram.mu.tolist() == [[0.0], [2.0]]
    with pytest.raises(ValueError, match="read-only"):
        diagram.mu[0] = 9


@pytest.mark.parametrize("number", [float, Fraction, lambda v: Fraction(v, 3)])
def test_what_a_diagram_hands_out_cannot_change_it(number):
    mu, rad = [[number(v)] for v in (0, 3, 3, 6, 6)], [v * number(1) ** 2 for v in (0, -9, -12, 0, 0)]
    diagram, fresh = PowerDiagram(mu, rad), PowerDiagram(mu, rad)
    dual = diagram.regular_subdivision()
    whole = [diagram.mu, diagram.rad, diagram.exact_mu, diagram.exact_rad, diagram.exact_beta, diagram.is_bounded, diagram.first_equal()]
    whole += [diagram.kinds(), diagram.cell_dims(), diagram.neighbours(0), diagram.adjacency().data, *diagram.vertices(exact=True).sites]
    whole += [dual.carrier_dim, dual.vertices, dual.flat_sites, dual.edges, dual.simplices, dual.representatives, dual.on_the_hull]
    whole += [*dual.spanning.values(), *diagram.cell(0).hrep(exact=True), *diagram.cell(0).hrep()]
    for array in whole:
        if array.flags.writeable:
            array[:] = array[::-1].copy() if array.dtype.kind == "U" else 7
    diagram.vertices().sites.clear()
    assert repr(diagram.cell(0)) == repr(fresh.cell(0))
    assert (diagram.adjacency().toarray() == fresh.adjacency().toarray()).all()
    assert diagram.assign([[1], [2], [5]]).tolist() == fresh.assign([[1], [2], [5]]).tolist()
    for ask in ("exact_mu", "exact_rad", "exact_beta", "is_bounded"):
        assert (getattr(diagram, ask) == getattr(fresh, ask)).all()
    for ask in ("kinds", "cell_dims", "first_equal"):
        assert (getattr(diagram, ask)() == getattr(fresh, ask)()).all()
    assert [s.tolist() for s in diagram.vertices().sites] == [s.tolist() for s in fresh.vertices().sites]
    assert diagram.spanning(1).tolist() == [0, 3]
    for cell, other in zip(diagram.cells(), fresh.cells(), strict=True):
        for part in cell.hrep(exact=True):
            with pytest.raises(ValueError, match="read-only"):
                part[:] = 7
        assert [v.tolist() for v in cell.hrep(exact=True)] == [v.tolist() for v in other.hrep(exact=True)]


def test_a_negative_index_counts_from_the_end():
    diagram = PowerDiagram([[0.0], [1.0], [2.0], [3.0]], [0.0, 0.0, -1.0, 0.0])
    assert diagram.neighbours(-1).tolist() == diagram.neighbours(3).tolist() == [1]
    flat = PowerDiagram([[0.0], [2.0], [1.0]], [0.0, 0.0, -1.0])
    assert flat.spanning(-1).tolist() == flat.spanning(2).tolist() == [0, 1]
    assert [part.tolist() for part in flat.halfspaces(-2, [0])] == [part.tolist() for part in flat.halfspaces(1, [0])]


def test_a_full_cell_asks_no_flat_one_whether_it_is_bounded(monkeypatch):
    """With rad = |mu|^2 all walls pass through the origin, and the cells of all sites but the corners are flat."""
    mu = list(product(range(4), repeat=2))
    diagram = PowerDiagram(mu, [x * x + y * y for x, y in mu])
    asked = []
    monkeypatch.setattr(PowerCell, "vrep", lambda cell, exact: asked.append(cell.index) or ([], [], [1]))
    assert [cell.is_bounded for cell in diagram.cells()] == [False] * 4
    assert not asked
    assert not diagram.is_bounded.any()
    assert len(asked) == 12
    assert diagram.is_bounded is diagram.is_bounded


def test_powers_in_floats_overflow_without_a_warning():
    diagram = PowerDiagram([[0.0], [1e200]], [0, Fraction(10) ** 400])
    assert np.array_equal(diagram.power([[1e200], [0.0]]), [[np.inf, -np.inf], [0.0, np.nan]], equal_nan=True)
    assert diagram.power([[1e200]], exact=True).tolist() == [[Fraction(1e200) ** 2, -(Fraction(10) ** 400)]]


def test_no_point_is_no_answer():
    assert PowerDiagram([[0.0]], [0.0]).assign(np.zeros((0, 1))).shape == (0,)
