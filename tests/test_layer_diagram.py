"""Diagrams of units and layers beside brute-force argmax over affine pieces in fractions; polyhedra above them, zonotopes beside Qhull."""

from fractions import Fraction
from itertools import product
from math import comb, prod

import numpy as np
import pytest
import reference
from comparison import dot
from scipy.optimize import linprog
from scipy.spatial import ConvexHull

import geom
from geom.power.paraboloid import contact, gap, height, hyperplane, lift_above_tangent, sphere
from geom.sites.complexity import Cost, codes_cost, complexity_table, layer_cost, network_cost, sites_cost
from geom.sites.epigraph import code_rows, epigraph_of_layer, epigraph_of_sum, epigraph_of_unit, project_face
from geom.sites.layers import affected_codes, layer_sites, n_affected, sum_of_sites, unit_sites
from geom.sites.weight_constraints import axis_parallel_layer, cut_geometry, cut_normals, diagonal_layer, most_cells
from geom.sites.zonotope import counts_in_general_position, lifted_points, lower_vertices, upper_vertices, vertex_counts, zonotope_generators

# --- layers as plain numbers: tables[k][r] = (slopes, offset) ---------------------------------------------------------------------------------


def maxout(tables):
    """The layer with these pieces; units may have different numbers of them."""
    most = max(map(len, tables))
    rows, n = [], 0
    for own in tables:
        rows.append([n + r if r < len(own) else -1 for r in range(most)])
        n += len(own)
    weight = [slope for own in tables for slope, _ in own]
    return geom.Layer(np.array(weight, dtype=float), np.array([float(b) for own in tables for _, b in own]), rows, np.ones((len(tables), most)))


def random_tables(seed, ragged=True):
    rng = np.random.default_rng(seed)
    dim, units, most = 1 + seed % 3, int(rng.integers(1, 5)), 2 + seed // 3 % 3
    sizes = rng.integers(2, most + 1, size=units) if ragged else [most] * units
    draw = (lambda: Fraction(int(rng.integers(-3, 4)))) if seed % 2 else (lambda: Fraction(int(rng.integers(-64, 65)), 16))
    return [[([draw() for _ in range(dim)], draw()) for _ in range(n)] for n in sizes]


def values(tables, x):
    return [[dot(slope, x) + offset for slope, offset in own] for own in tables]


def random_points(seed, dim, n):
    rng = np.random.default_rng(seed)
    return [[Fraction(int(v), 97) for v in rng.integers(-300, 301, size=dim)] for _ in range(n)]


def power(mu, rad, x):
    return sum((a - b) ** 2 for a, b in zip(x, mu, strict=True)) - rad


def inequalities(tables, code):
    """Rows a x + b >= 0 of a code's set; None if a piece is beaten by one with the same slope."""
    rows = []
    for own, r in zip(tables, code, strict=True):
        for s, (slope, offset) in enumerate(own):
            row = [*(p - q for p, q in zip(own[r][0], slope, strict=True)), own[r][1] - offset]
            if any(row[:-1]):
                rows.append(row)
            elif row[-1] < 0 or (row[-1] == 0 and s < r):
                return None
    return rows


def full_dimensional(tables):
    """Codes with a cell, by exact linear programs over all of them."""
    return [
        code
        for code in product(*(range(len(own)) for own in tables))
        if (rows := inequalities(tables, code)) is not None and reference.has_interior(rows)
    ]


SEEDS = range(36)


# --- Theorems 2 and 3 -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_the_largest_piece_of_a_unit_is_the_site_of_least_power(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    for k, own in enumerate(tables):
        mu, rad = unit_sites(layer, k, exact=True)
        assert mu.tolist() == [slope for slope, _ in own]
        for x, found in ((x, values(tables, x)[k]) for x in random_points(seed, layer.input_dim, 10)):
            powers = [power(*site, x) for site in zip(mu, rad, strict=True)]
            assert [r for r, p in enumerate(powers) if p == min(powers)] == [r for r, v in enumerate(found) if v == max(found)]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_code_of_a_point_is_the_site_of_least_power_among_all_codes(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    every = list(product(*(range(len(own)) for own in tables)))
    mu, rad = layer_sites(layer, every, exact=True)
    for x in random_points(seed, layer.input_dim, 10):
        found = values(tables, x)
        powers = [power(*site, x) for site in zip(mu, rad, strict=True)]
        largest = [code for code in every if all(own[r] == max(own) for own, r in zip(found, code, strict=True))]
        assert [code for code, p in zip(every, powers, strict=True) if p == min(powers)] == largest
        assert min(powers) == dot(x, x) - 2 * sum(map(max, found))


@pytest.mark.parametrize("seed", SEEDS)
def test_by_default_sites_are_those_of_the_codes_with_cells(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    expected = full_dimensional(tables)
    assert [tuple(code) for code in upper_vertices(layer).tolist()] == expected
    for a, b in zip(layer_sites(layer, exact=True), layer_sites(layer, expected, exact=True), strict=True):
        assert (a == b).all()


@pytest.mark.parametrize("make", [geom.Layer.relu, geom.Layer.abs, geom.Layer.leaky_relu])
@pytest.mark.parametrize("seed", range(4))
def test_scalar_activations_have_the_sites_of_their_two_pieces(make, seed):
    rng = np.random.default_rng(seed)
    weight, bias = rng.integers(-3, 4, size=(4, 2)).astype(float), rng.integers(-3, 4, size=4).astype(float)
    low = {"relu": 0, "abs": -1, "leaky_relu": Fraction(0.01)}[make.__name__]
    tables = [[([s * Fraction(v) for v in row], s * Fraction(b)) for s in (low, 1)] for row, b in zip(weight.tolist(), bias.tolist(), strict=True)]
    layer = make(weight, bias)
    expected = full_dimensional(tables)
    assert [tuple(code) for code in upper_vertices(layer).tolist()] == expected
    mu, rad = layer_sites(layer, exact=True)
    for code, centroid, radius in zip(expected, mu, rad, strict=True):
        chosen = [own[r] for own, r in zip(tables, code, strict=True)]
        total = [sum(column) for column in zip(*(slope for slope, _ in chosen), strict=True)]
        assert centroid.tolist() == total
        assert radius == dot(total, total) + 2 * sum(offset for _, offset in chosen)


@pytest.mark.parametrize("seed", range(12))
def test_floats_are_the_exact_sites_correctly_rounded(seed):
    rng = np.random.default_rng(seed)
    layer = geom.Layer.relu(rng.normal(size=(5, 3)), rng.normal(size=5))
    for rounded, exact in zip(layer_sites(layer), layer_sites(layer, exact=True), strict=True):
        assert rounded.ravel().tolist() == [v.numerator / v.denominator for v in exact.ravel()]


def test_units_that_share_rows_add_up():
    """Max-pooling over overlapping windows: the centroid counts a shared row twice."""
    layer = geom.Layer([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0]], [0.0, 1.0, 2.0], [[0, 1], [1, 2]], np.ones((2, 2)))
    mu, rad = layer_sites(layer, [[1, 0]])
    assert mu.tolist() == [[0, 2]]
    assert rad.tolist() == [4 + 2 * 2]


@pytest.mark.parametrize(
    "asked",
    [
        lambda layer: unit_sites(layer, 2),
        *(lambda layer, codes=codes: layer_sites(layer, codes) for codes in ([[0]], [[0, 2]], [[0], [1, 2]], [])),
        *(lambda layer, code=code: code_rows(layer, code) for code in ([0], [0, 2], [0, -1], [0.0, 1.0], [[0, 1]], 1, "01")),
    ],
)
def test_units_and_codes_that_are_none_are_refused(asked):
    with pytest.raises(geom.NetworkError, match=r"unit|codes|code names"):
        asked(geom.Layer.relu([[1.0], [2.0]], [0.0, 0.0]))


# --- Theorem 4, Lemma 7 -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_moving_one_piece_moves_exactly_the_sites_of_its_codes(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    every = [list(code) for code in product(*(range(len(own)) for own in tables))]
    before = layer_sites(layer, every, exact=True)
    for k, own in enumerate(tables):
        for r, (slope, offset) in enumerate(own):
            changed = [[*row] for row in tables]
            changed[k][r] = ([v + 1 for v in slope], offset + Fraction(1, 2))
            after = layer_sites(maxout(changed), every, exact=True)
            moved = [code for i, code in enumerate(every) if (before[0][i] != after[0][i]).any() or before[1][i] != after[1][i]]
            listed = affected_codes(layer, k, r).tolist()
            assert all(code in listed for code in moved)
            assert all((before[0][every.index(code)] != after[0][every.index(code)]).any() for code in listed)
            assert listed == [code for code in every if code[k] == r]
            assert n_affected(layer, k) == len(listed) == prod(len(t) for j, t in enumerate(tables) if j != k)


def test_too_many_codes_are_counted_and_not_listed():
    layer = geom.Layer.relu(np.ones((64, 2)), np.zeros(64))
    assert n_affected(layer, 0) == 2**63
    with pytest.raises(geom.GeomError, match="9,223,372,036,854,775,808 codes"):
        affected_codes(layer, 0, 1)
    with pytest.raises(geom.NetworkError, match="piece=2"):
        affected_codes(layer, 0, 2)


def test_affected_codes_of_more_units_than_numpy_has_axes():
    """70 units of one piece around two of two and three."""
    row = [[j, -1, -1] for j in range(70)] + [[70, 71, -1], [72, 73, 74]]
    layer = geom.Layer(np.ones((75, 2)), np.zeros(75), row, np.ones((72, 3)))
    assert affected_codes(layer, 0, 0)[:, 70:].tolist() == [[a, b] for a in range(2) for b in range(3)]
    assert affected_codes(layer, 71, 2)[:, 70:].tolist() == [[0, 2], [1, 2]]


@pytest.mark.parametrize("seed", range(12))
def test_the_radius_of_a_sum_of_forms(seed):
    tables = random_tables(seed, ragged=False)
    layer = maxout(tables)
    every = list(product(*(range(len(own)) for own in tables)))
    units = [unit_sites(layer, k, exact=True) for k in range(len(tables))]
    for code, mu, rad in zip(every, *layer_sites(layer, every, exact=True), strict=True):
        total = sum_of_sites(*(np.array([u[part][r] for u, r in zip(units, code, strict=True)], dtype=object) for part in (0, 1)))
        assert (total[0] == mu).all()
        assert total[1] == rad


# --- Propositions 1 and 2, Lemmas 1 and 2 -----------------------------------------------------------------------------------------------------


def as_rows(a, b):
    """Rows (a, b) meaning a x <= b as rows meaning a x + b >= 0."""
    return [[*(-v for v in row), bound] for row, bound in zip(a.tolist(), b.tolist(), strict=True)]


def is_in(a, b, z):
    return all(dot(row, z) <= bound for row, bound in zip(a.tolist(), b.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(18))
def test_facets_of_the_epigraph_of_a_unit_stand_above_its_cells(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    for k, own in enumerate(tables):
        a, b = epigraph_of_unit(layer, k)
        for r in range(len(own)):
            rows = as_rows(*project_face(a, b, [r], layer.input_dim))
            expected = inequalities([own], (r,))
            if expected is not None:
                assert sorted(row for row in rows if any(row[:-1])) == sorted(expected)
        for x in random_points(seed, layer.input_dim, 5):
            top = max(values([own], x)[0])
            assert is_in(a, b, [*x, top])
            assert is_in(a, b, [*x, top + 1])
            assert not is_in(a, b, [*x, top - Fraction(1, 1000)])


@pytest.mark.parametrize("seed", range(18))
def test_faces_of_the_epigraph_of_a_layer_stand_above_its_cells(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    a, b = epigraph_of_layer(layer)
    assert a.shape == (sum(map(len, tables)), layer.input_dim + len(tables))
    with_cells = full_dimensional(tables)
    for code in product(*(range(len(own)) for own in tables)):
        expected = inequalities(tables, code)
        if expected is None:
            continue
        rows = [row for row in as_rows(*code_rows(layer, code)) if any(row[:-1])]
        assert sorted(rows) == sorted(expected)
        assert reference.has_interior(rows) == (code in with_cells)
    for x in random_points(seed, layer.input_dim, 5):
        tops = [max(own) for own in values(tables, x)]
        assert is_in(a, b, [*x, *tops])
        for k in range(len(tops)):
            assert not is_in(a, b, [*x, *(t - (j == k) for j, t in enumerate(tops))])


@pytest.mark.parametrize("seed", range(18))
def test_the_epigraph_of_the_sum_has_one_facet_for_each_cell(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    a, b = epigraph_of_sum(layer)
    cells = full_dimensional(tables)
    assert len(a) == len(cells)
    for i, code in enumerate(cells):
        rows = as_rows(*project_face(a, b, [i], layer.input_dim))
        assert reference.has_interior(rows), "no row is redundant"
        merged = rows + inequalities(tables, code)
        assert reference.has_interior(merged)
    for x in random_points(seed, layer.input_dim, 8):
        total = sum(map(max, values(tables, x)))
        assert is_in(a, b, [*x, total])
        assert not is_in(a, b, [*x, total - Fraction(1, 1000)])


def test_a_face_needs_one_tight_row_of_every_output():
    a, b = epigraph_of_layer(geom.Layer.relu([[1.0], [2.0]], [0.0, 0.0]))
    with pytest.raises(geom.GeomError, match="2 outputs"):
        project_face(a, b, [0, 1], 1)
    for tight in ([0, 4], [0, -1], [0.0, 2.0], [[0, 2]], [[0], [1, 2]], 0):
        with pytest.raises(geom.GeomError, match="tight"):
            project_face(a, b, tight, 1)


# --- the zonotope -----------------------------------------------------------------------------------------------------------------------------


def hull_vertices(points):
    """Distinct hull vertices with the normals of their facets, by Qhull."""
    hull = ConvexHull(points)
    normals = {}
    for simplex, equation in zip(hull.simplices.tolist(), hull.equations.tolist(), strict=True):
        for v in simplex:
            normals.setdefault(v, []).append(equation[-2])  # the last coordinate of the outer normal
    return normals


@pytest.mark.parametrize(("dim", "units"), [(1, 1), (1, 3), (2, 3), (2, 4), (2, 5), (3, 4), (3, 5)])
@pytest.mark.parametrize("make", [geom.Layer.relu, geom.Layer.abs])
def test_upper_vertices_of_the_zonotope_are_those_of_qhull(dim, units, make):
    rng = np.random.default_rng(10 * dim + units)
    layer = make(rng.normal(size=(units, dim)), rng.normal(size=units))
    every = np.array(list(product((0, 1), repeat=units)))
    mu, rad = layer_sites(layer, every)
    points = np.column_stack([mu, (rad - (mu**2).sum(axis=1)) / 2])
    counts = vertex_counts(layer)
    expected = counts_in_general_position(units, dim)
    if units > dim:
        normals = hull_vertices(points)
        upper = {v for v, heights in normals.items() if max(heights) > 0}
        lower = {v for v, heights in normals.items() if min(heights) < 0}
        assert {tuple(every[v]) for v in upper} == set(map(tuple, upper_vertices(layer).tolist()))
        assert {tuple(every[v]) for v in lower} == set(map(tuple, lower_vertices(layer).tolist()))
        assert counts.vertices == len(normals)
    assert counts == expected
    low, steps = points[0], zonotope_generators(layer).astype(float)
    np.testing.assert_allclose(points, low + every @ steps, atol=1e-12)


@pytest.mark.parametrize(
    ("dim", "units", "upper", "vertices", "both"),
    [(1, 3, 4, 6, 2), (2, 3, 7, 8, 6), (2, 4, 11, 14, 8), (3, 4, 15, 16, 14), (2, 5, 16, 22, 10)],
)
def test_counts_in_general_position(dim, units, upper, vertices, both):
    counts = counts_in_general_position(units, dim)
    assert (counts.upper, counts.vertices, counts.both) == (upper, vertices, both)
    assert counts.upper - counts.both == counts.bounded == comb(units - 1, dim)
    part = geom.subdivide(geom.Network([geom.Layer.relu(np.vander(np.arange(1.0, units + 1), dim + 1)[:, 1:], np.arange(1.0, units + 1) ** dim)]))
    assert len(part) == upper
    assert int((~part.is_bounded).sum()) == both


NOT_ALL_CUT = [
    geom.Layer(np.eye(2), np.zeros(2), [[0, 0], [1, 1]], [[0, 1.0], [1.0, 1.0]]),
    geom.Layer([[0, -1], [-1, 1]], [-1, 1], [[0, 0]], [[-1, 1]]),
    geom.Layer(np.eye(3), [1.0, 2.0, 3.0], [[2, 2], [1, 1], [0, 0], [2, 2]], [[0, 1.0], [2.0, 2.0], [-1.0, 1.0], [-1.0, 0.0]]),
    geom.Layer(np.eye(2), np.zeros(2), [[0, 0]], [[1.0, 1.0]]),
    geom.Layer(np.zeros((2, 2)), [1.0, -1.0], [[0, 0], [1, 1]], [[0, 1.0], [0, 1.0]]),
]


@pytest.mark.parametrize("layer", NOT_ALL_CUT)
def test_units_that_do_not_cut_and_rows_that_none_takes_are_no_harm(layer):
    weight, bias = layer.weight.fractions().tolist(), layer.bias.fractions()[:, 0].tolist()
    tables = [
        [([Fraction(s) * v for v in weight[j]], Fraction(s) * bias[j]) for j, s in zip(rows, slopes, strict=True)]
        for rows, slopes in zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
    ]
    expected = full_dimensional(tables)
    assert [tuple(code) for code in upper_vertices(layer).tolist()] == expected
    assert vertex_counts(layer).upper == len(expected)
    assert vertex_counts(layer).bounded == 0
    assert len(epigraph_of_sum(layer)[0]) == len(layer_sites(layer)[0]) == len(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_cells_without_a_direction_to_infinity_are_the_bounded_ones(seed):
    """A cell goes to infinity if its rows, without offsets, have a solution other than 0: one with some coordinate equal to 1 or -1."""
    tables = random_tables(seed)
    dim = len(tables[0][0][0])
    bounded = 0
    for code in full_dimensional(tables):
        rows = np.array([[float(v) for v in row[:-1]] for row in inequalities(tables, code) if any(row[:-1])]).reshape(-1, dim)
        ends = [(i, side) for i in range(dim) for side in (-1, 1)]
        bounds = [[(side, side) if j == i else (None, None) for j in range(dim)] for i, side in ends]
        bounded += not any(linprog(np.zeros(dim), -rows, np.zeros(len(rows)), bounds=own).status == 0 for own in bounds)
    assert vertex_counts(maxout(tables)).bounded == bounded


@pytest.mark.parametrize("seed", SEEDS)
def test_lifted_points_are_sums_of_the_chosen_pieces(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    every = list(product(*(range(len(own)) for own in tables)))
    chosen = [[own[r] for own, r in zip(tables, code, strict=True)] for code in every]
    expected = [[*map(sum, zip(*(slope for slope, _ in own), strict=True)), sum(offset for _, offset in own)] for own in chosen]
    assert lifted_points(layer, np.array(every)).tolist() == expected
    assert lifted_points(layer).tolist() == [expected[every.index(code)] for code in full_dimensional(tables)]


def test_a_strip_is_unbounded_and_no_lower_vertex():
    layer = geom.Layer.relu([[1.0, 0.0], [1.0, 0.0]], [1.0, -1.0])
    assert vertex_counts(layer) == (3, 3, 2, 0)
    assert not geom.subdivide(geom.Network([layer])).is_bounded.any()


def test_units_of_more_pieces_make_no_zonotope():
    with pytest.raises(geom.NetworkError, match="up to 3"):
        zonotope_generators(maxout([[([Fraction(k)], Fraction(0)) for k in range(3)]]))


# --- the paraboloid ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(8))
def test_the_paraboloid_stands_above_a_piece_by_half_the_power(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    for k, own in enumerate(tables):
        sites = list(zip(*unit_sites(layer, k, exact=True), strict=True))
        for x in random_points(seed, layer.input_dim, 5):
            point = np.array(x, dtype=object)
            for (slope, offset), (mu, rad) in zip(own, sites, strict=True):
                assert gap(point, np.array(slope, dtype=object), offset) == power(mu, rad, x) / 2
            assert height(point) - max(values([own], x)[0]) == min(power(*site, x) for site in sites) / 2


@pytest.mark.parametrize("rad", [Fraction(-3), Fraction(0), Fraction(4)])
def test_hyperplanes_and_spheres_are_one_to_one(rad):
    centre = np.array([Fraction(2), Fraction(-1, 3)], dtype=object)
    slope, offset = hyperplane(centre, rad)
    back, again = sphere(slope, offset)
    assert (back == centre).all()
    assert again == rad
    assert contact(rad) == {0: "tangent", 4: "sphere", -3: "none"}[int(rad)]
    tangent = hyperplane(centre, Fraction(0))[1]
    assert offset - tangent == lift_above_tangent(rad)
    on_axis = centre + np.array([Fraction(2), Fraction(0)], dtype=object)
    assert (gap(on_axis, slope, offset) == 0) == (rad == 4)


# --- weight constraints -----------------------------------------------------------------------------------------------------------------------


def test_a_layer_of_example_1_cuts_along_the_axes_into_boxes():
    layer = axis_parallel_layer([0, 1, 0], [[0, 1, 3]] * 3, [[0, 0, -1], [1, 0, 0], [-1, 0.5, 0]], dim=2)
    assert cut_geometry(layer) == (2, True, False, False)
    for code in upper_vertices(layer).tolist():
        a, _ = code_rows(layer, code)
        assert all(np.count_nonzero(row) <= 1 for row in a)
    assert cut_geometry(axis_parallel_layer([0, 1], [[0, 1]] * 2, [[0, 0]] * 2, dim=2)).is_orthogonal


@pytest.mark.parametrize("index", [5, 2, -1, True, 0.0])
def test_example_1_needs_coordinates_that_there_are(index):
    with pytest.raises(geom.NetworkError, match="index"):
        axis_parallel_layer([index], [[0, 1]], [[0, 0]], dim=2)


def test_a_layer_of_example_2_cuts_diagonally():
    layer = diagonal_layer([[1, 1, -1], [1, -1, 1]], [[-1, 2, 3]] * 2, [[0, 1, 0]] * 2)
    assert cut_geometry(layer) == (2, False, True, False)
    with pytest.raises(geom.NetworkError, match="-1 or 1"):
        diagonal_layer([[1, 0]], [[0, 1]], [[0, 0]])
    with pytest.raises(geom.NetworkError, match="2 units"):
        diagonal_layer([[1, 1]] * 2, [[0, 1]], [[0, 0]])


@pytest.mark.parametrize(
    ("weight", "bias", "cells", "rank"),
    [
        ([[1, 2], [2, 4], [-1, -2]], [0, 1, 2], 4, 1),
        ([[1, 2], [-2, 1]], [0, 1], 4, 2),
        ([[1, 0], [0, 1], [1, 1]], [0, 0, -1], 7, 2),
    ],
)
def test_figure_2_has_its_numbers_of_cells_and_ranks(weight, bias, cells, rank):
    """Parallel cuts make one cell more than there are, two orthogonal ones 4, three lines of the plane 7."""
    layer = geom.Layer.relu(np.array(weight, dtype=float), np.array(bias, dtype=float))
    assert cut_geometry(layer).rank == rank
    assert len(upper_vertices(layer)) == most_cells(layer) == cells
    assert cut_geometry(layer).is_orthogonal == (len(weight) == 2)


@pytest.mark.parametrize("seed", range(12))
def test_no_layer_has_more_cells_than_its_rank_allows(seed):
    rng = np.random.default_rng(seed)
    weight = rng.integers(-2, 3, size=(5, 2)) @ rng.integers(-2, 3, size=(2, 3))
    layer = geom.Layer.relu(weight.astype(float), rng.integers(-3, 4, size=5).astype(float))
    assert len(upper_vertices(layer)) <= most_cells(layer)
    assert cut_geometry(layer).rank == np.linalg.matrix_rank(weight)


def test_pieces_of_equal_slope_are_not_cut_apart():
    layer = maxout([[([Fraction(1)], Fraction(0)), ([Fraction(1)], Fraction(1)), ([Fraction(2)], Fraction(0))]])
    assert cut_normals(layer)[0].astype(int).tolist() == [[1], [1]]
    assert upper_vertices(layer).tolist() == [[1], [2]]
    with pytest.raises(geom.NetworkError, match="two pieces"):
        most_cells(layer)


# --- Lemma 5, Theorem 6 -----------------------------------------------------------------------------------------------------------------------


class Counted:
    """A number that counts what is done with it."""

    multiplications = comparisons = 0

    def __init__(self, value):
        self.value = value

    def __mul__(self, other):
        Counted.multiplications += 1
        return Counted(self.value * other.value)

    def __add__(self, other):
        return Counted(self.value + other.value)

    def __gt__(self, other):
        Counted.comparisons += 1
        return self.value > other.value


def counting(work, *arguments):
    Counted.multiplications = Counted.comparisons = 0
    found = work(*arguments)
    return found, (Counted.multiplications, Counted.comparisons)


def largest(forms, x):
    """The number of the largest of affine forms at x."""
    best, at = None, 0
    for r, (slope, offset) in enumerate(forms):
        value = offset
        for a, v in zip(slope, x, strict=True):
            value = value + a * v
        if best is None or value > best:
            best, at = value, r
    return at


@pytest.mark.parametrize("seed", range(6))
def test_costs_are_those_of_counted_operations(seed):
    """The layer's own pieces, and the forms of all its codes: the same code by R^K D multiplications."""
    tables = random_tables(seed)
    layer = maxout(tables)
    [x] = random_points(seed, layer.input_dim, 1)
    point = [Counted(v) for v in x]
    counted = [[([Counted(v) for v in slope], Counted(offset)) for slope, offset in own] for own in tables]
    code, spent = counting(lambda: tuple(largest(own, point) for own in counted))
    assert spent == layer_cost(layer)[:2]
    every = list(product(*(range(len(own)) for own in tables)))
    mu, rad = layer_sites(layer, every, exact=True)
    forms = [([Counted(v) for v in m], Counted((r - dot(m, m)) / 2)) for m, r in zip(mu.tolist(), rad.tolist(), strict=True)]
    found, spent = counting(largest, forms, point)
    assert spent == codes_cost(layer)[:2] == sites_cost(len(every), layer.input_dim)[:2]
    assert every[found] == code
    numbers = sum(len(slope) + 1 for own in tables for slope, _ in own)
    assert (layer_cost(layer).numbers, codes_cost(layer).numbers) == (numbers, len(every) * (layer.input_dim + 1))


@pytest.mark.parametrize("units", [1, 5, 10, 40])
def test_a_layers_cost_is_logarithmic_in_its_codes(units):
    layer = maxout([[([Fraction(r)] * 5, Fraction(0)) for r in range(3)]] * units)
    assert layer_cost(layer) == Cost(units * 3 * 5, units * 2, units * 3 * 6)
    assert codes_cost(layer).multiply_adds == 3**units * 5


def test_a_networks_cost_is_the_sum_of_its_layers():
    net = geom.Network.mlp([np.ones((4, 3)), np.ones((2, 4)), np.ones((1, 2))], [np.zeros(4), np.zeros(2), np.zeros(1)])
    assert network_cost(net) == Cost(*(a + b for a, b in zip(*map(layer_cost, net.hidden), strict=True)))
    assert network_cost(net, shared=True) == (4 * 3 + 8 + 2 * 4 + 4, 4 + 2, 4 * 4 + 8 + 2 * 5 + 4)
    table = complexity_table(net)
    assert table["codes"] == [16, 4]
    assert sum(table["forward"]) == network_cost(net).multiply_adds
    assert complexity_table(net, [8, 12])["all_cells"] == [24, 36]
    assert complexity_table(net, [8, 12])["all_cells_numbers"] == [8 * 4, 12 * 4]
    assert table["forward_numbers"] == [4 * 2 * 4, 2 * 2 * 5]
    assert table["all_codes_numbers"] == [16 * 4, 4 * 5]
    with pytest.raises(geom.NetworkError, match="2 hidden layers"):
        complexity_table(net, [8])


def test_axes_meet_only_where_units_do():
    """Normals of one unit's pieces need not be orthogonal for the units to be."""
    layer = maxout(
        [
            [([Fraction(a), Fraction(b)], Fraction(0)) for a, b in ((0, 0), (1, 0), (2, 0))],
            [([Fraction(0), Fraction(c)], Fraction(0)) for c in (0, 1)],
        ]
    )
    assert cut_geometry(layer).is_orthogonal
    assert all(len(own) == comb(n, 2) for own, n in zip(cut_normals(layer), (3, 2), strict=True))
