"""Power diagrams of many sites: known counts of degenerate families, scipy on generic ones, and numbers of every size."""

import os
import subprocess
import sys
from fractions import Fraction
from itertools import combinations, product
from math import comb
from pathlib import Path

import numpy as np
import power_reference
import pytest
import reference
from scipy.spatial import ConvexHull, Delaunay

import geom
from geom.kernels.sites.determinant import lifted_side, side
from geom.kernels.sites.sites import FILTER_DIM, make_room
from geom.power.diagram import PowerDiagram
from geom.power.integers import Integers
from geom.power.lifted_sites import LiftedSites

ROOT = Path(__file__).parent.parent


def grid(*sides):
    return np.array(list(product(*map(range, sides))), dtype=float)


def edges(diagram):
    return {tuple(pair) for pair in diagram.regular_subdivision().edges.tolist()}


def simplices_by_scipy(lifted):
    """Lower facets of the convex hull."""
    hull = ConvexHull(lifted)
    return {tuple(sorted(facet)) for facet in hull.simplices[hull.equations[:, -2] < 0].tolist()}


# ---- known counts ----


@pytest.mark.parametrize("step", [1.0, 0.1, 1 / 3], ids=str)
@pytest.mark.parametrize("sides", [(30,), (17, 23), (7, 6, 5), (3, 4, 3, 3)], ids=str)
def test_a_grid_has_the_grid_as_its_dual(sides, step):
    """Cells meet across facets where sites differ in one coordinate; every maximal cell is a cube."""
    points = grid(*sides)
    diagram = PowerDiagram(as_multiples(points, step), np.zeros(len(points)))
    assert (diagram.kinds() == "full-dimensional").all()
    expected = sum((n - 1) * len(points) // n for n in sides)
    assert len(edges(diagram)) == expected
    assert all(np.abs(points[a] - points[b]).sum() == 1 for a, b in edges(diagram))
    cells = diagram.regular_subdivision().cells
    assert len(cells) == np.prod([n - 1 for n in sides])
    assert {len(cell) for cell in cells} == {2 ** len(sides)}


def as_multiples(points, step):
    return [[Fraction(step) * int(v) for v in row] for row in points]


def test_a_grid_of_rounded_ticks_is_one_of_rectangles():
    """np.linspace rounds, so steps differ in their last bits; rectangles are cocircular all the same."""
    ticks = np.linspace(0, 1, 30)
    cells = PowerDiagram(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2), np.zeros(900)).regular_subdivision().cells
    assert len(cells) == 29**2
    assert {len(cell) for cell in cells} == {4}


@pytest.mark.parametrize("n", [10, 30])
def test_a_turned_grid_is_nearly_regular(n):
    """Rounding after a turn leaves some squares cocircular and not others, beyond what floats can tell; Euler's formula holds exactly."""
    points = grid(n, n) @ [[0.6, 0.8], [-0.8, 0.6]]
    diagram = PowerDiagram(points, np.zeros(n * n))
    cells = diagram.regular_subdivision().cells
    assert {len(cell) for cell in cells} == {3, 4}
    assert n * n - len(edges(diagram)) + len(cells) == 1
    for cell in cells[:: len(cells) // 20]:
        a, b, c, *rest = ([*map(Fraction, points[i].tolist()), Fraction(1)] for i in cell.tolist())
        for other in range(n * n):
            q = [*map(Fraction, points[other].tolist()), Fraction(1)]
            rows = [[x, y, x * x + y * y, one] for x, y, one in (a, b, c, q)]
            inside = sign(rows) * sign([a, b, c])
            assert inside <= 0
            assert (inside == 0) == (other in cell)
        assert len(rest) <= 1


@pytest.mark.parametrize("scale", [1, 2**40])
def test_cocircular_integer_points_are_one_cell(scale):
    """All integer points on a circle of radius^2 = 5^2 13^2 17^2, around a site of the same power at the centre's distance."""
    radius = 5 * 13 * 17
    points = [(x, y) for x in range(-radius, radius + 1) for y in (round((radius**2 - x * x) ** 0.5),) if x * x + y * y == radius**2]
    points = sorted({*points, *((x, -y) for x, y in points)})
    diagram = PowerDiagram(np.array(points) * scale, np.zeros(len(points)))
    assert len(points) == 4 * 27
    assert [len(cell) for cell in diagram.regular_subdivision().cells] == [len(points)]
    assert len(edges(diagram)) == len(points)
    assert diagram.vertices().points.tolist() == [[0, 0]]


def test_sites_through_whose_planes_one_point_passes():
    """rad = |mu|^2: all powers are equal at the origin, the hull is one flat face, and only its corners have full-dimensional cells."""
    points = grid(5, 5)
    diagram = PowerDiagram(points, (points**2).sum(axis=1))
    corners = [0, 4, 20, 24]
    assert np.flatnonzero(diagram.kinds() == "full-dimensional").tolist() == corners
    on_a_side = ((points == 0) | (points == 4)).any(axis=1)
    assert diagram.cell_dims().tolist() == [2 if i in corners else 1 if on_a_side[i] else 0 for i in range(25)]
    assert edges(diagram) == {(0, 4), (0, 20), (4, 24), (20, 24)}


@pytest.mark.parametrize("d", [1, 2, 3])
def test_coincident_sites_of_different_weights(d):
    rng = np.random.default_rng(d)
    points = rng.integers(0, 6, (40, d)).repeat(4, axis=0)
    rad = np.tile([0, 2, 2, 1], 40)
    shuffled = rng.permutation(160)
    diagram = PowerDiagram(points[shuffled], rad[shuffled])
    places = np.unique(points, axis=0)
    assert len(list(diagram.cells())) == len(places)
    assert (diagram.rad[diagram.kinds() != "empty"] == 2).all()
    x = rng.integers(0, 11, (50, d)) / 2
    assert diagram.assign(x).tolist() == [power_reference.assign(diagram.mu.tolist(), diagram.rad.tolist(), p) for p in x.tolist()]


@pytest.mark.parametrize("d", [2, 3, 5])
def test_collinear_sites_make_slabs(d):
    t = np.random.default_rng(0).permutation(500)
    direction = np.arange(1, d + 1)
    diagram = PowerDiagram(t[:, None] * direction, np.zeros(500))
    by_place = np.argsort(t)
    assert edges(diagram) == {tuple(sorted(pair)) for pair in zip(by_place[:-1].tolist(), by_place[1:].tolist(), strict=True)}
    cell = diagram.cell(int(by_place[7]))
    assert not cell.is_bounded
    vertices, rays, lines = cell.vrep(exact=True)
    assert (len(vertices), len(rays), len(lines)) == (2, 0, d - 1)


@pytest.mark.parametrize(("k", "d"), [(8, 1), (10, 2), (8, 3), (7, 4)])
def test_sums_of_units_are_the_arrangement_of_their_hyperplanes(k, d):
    """The sites of a layer of ReLU units (Theorem 3): full-dimensional cells are regions, every facet lies in one unit's hyperplane."""
    rng = np.random.default_rng(k)
    w, b = rng.normal(size=(k, d)).astype(np.float32), rng.normal(size=k).astype(np.float32)
    codes = np.array(list(product((0, 1), repeat=k)))
    w, b = w.astype(object), b.astype(object)
    exact_w = np.array([[Fraction(v) for v in row] for row in w.tolist()], dtype=object)
    exact_b = np.array([Fraction(v) for v in b.tolist()], dtype=object)
    mu, beta = codes @ exact_w, codes @ exact_b
    diagram = PowerDiagram(mu, (mu * mu).sum(axis=1) + 2 * beta)
    regions = sum(comb(k, i) for i in range(d + 1))
    assert np.count_nonzero(diagram.kinds() == "full-dimensional") == regions
    assert np.count_nonzero(diagram.kinds() == "empty") == 2**k - regions
    pairs = diagram.regular_subdivision().edges
    assert len(pairs) == k * sum(comb(k - 1, i) for i in range(d))  # each hyperplane is cut by the others
    assert (np.abs(codes[pairs[:, 0]] - codes[pairs[:, 1]]).sum(axis=1) == 1).all()
    assert {len(cell) for cell in diagram.regular_subdivision().cells} == {2**d}
    assert len(diagram.regular_subdivision().cells) == comb(k, d)
    i, j = pairs[len(pairs) // 2].tolist()
    unit = int(np.flatnonzero(codes[i] != codes[j])[0])
    n, c = diagram.chordale(i, j, exact=True)
    assert (n * exact_b[unit] == exact_w[unit] * c).all()
    unbounded = np.count_nonzero(~diagram.is_bounded & (diagram.kinds() == "full-dimensional"))
    assert unbounded == 2 * sum(comb(k - 1, i) for i in range(d))


@pytest.mark.parametrize(("k", "d"), [(9, 1), (25, 2), (11, 3), (8, 4)])
def test_the_partition_of_a_layer_is_the_diagram_of_its_sites(k, d):
    """Theorem 3 beside `geom.subdivide`: the same adjacency, witnesses, facets and bounded cells."""
    rng = np.random.default_rng(d)
    w, b = rng.integers(-40, 41, (k, d)), rng.integers(-40, 41, k)
    part = geom.subdivide(geom.Network.mlp([w / 8, np.ones((1, k))], [b / 8, [0]]))
    codes = part.codes.astype(int)
    mu, beta = codes @ w, codes @ b
    diagram = PowerDiagram(mu / 8, (mu**2).sum(axis=1) / 64 + beta / 4)
    assert (diagram.kinds() == "full-dimensional").all()
    assert (diagram.adjacency() != part.adjacency()).nnz == 0
    assert (diagram.assign(part.witnesses) == np.arange(len(part))).all()
    assert (diagram.is_bounded == part.is_bounded).all()
    for i in range(0, len(part), max(1, len(part) // 20)):
        ours, theirs = ({(*row, c) for row, c in zip(*cell.hrep(exact=True), strict=True)} for cell in (diagram.cell(i), part[i]))
        assert ours == theirs


def test_a_cyclic_polytope_joins_every_pair_of_sites():
    """Points on the moment curve in 4 dimensions: each pair of Voronoi cells shares a facet, as the dual is neighbourly."""
    t = np.arange(1, 31)
    diagram = PowerDiagram(np.stack([t, t**2, t**3], axis=1), np.zeros(30))
    assert len(edges(diagram)) == comb(30, 2)


@pytest.mark.parametrize("d", [9, 10, 12, 20])
def test_a_simplex_and_a_cross_in_many_dimensions(d):
    simplex = np.concatenate([np.zeros((1, d)), np.eye(d)])
    assert len(edges(PowerDiagram(simplex, np.zeros(d + 1)))) == comb(d + 1, 2)
    if d <= 10:
        cross = np.concatenate([np.eye(d), -np.eye(d)])
        diagram = PowerDiagram(cross, np.zeros(2 * d))
        assert len(edges(diagram)) == comb(2 * d, 2) - d
        assert [len(cell) for cell in diagram.regular_subdivision().cells] == [2 * d]


# ---- beside scipy on sites in general position ----


@pytest.mark.parametrize(("n", "d"), [(2000, 2), (1000, 3), (150, 4), (60, 5)])
def test_random_sites_have_scipys_delaunay_triangulation(n, d):
    points = np.random.default_rng(d).random((n, d))
    theirs = {tuple(sorted(simplex)) for simplex in Delaunay(points).simplices.tolist()}
    assert {tuple(cell.tolist()) for cell in PowerDiagram(points, np.zeros(n)).regular_subdivision().cells} == theirs


@pytest.mark.parametrize(("n", "d"), [(2000, 2), (800, 3), (150, 4)])
def test_random_weights_have_scipys_lifted_hull(n, d):
    rng = np.random.default_rng(d)
    diagram = PowerDiagram(rng.normal(size=(n, d)), rng.normal(size=n) * 0.1)
    theirs = simplices_by_scipy(diagram.lift())
    assert {tuple(cell.tolist()) for cell in diagram.regular_subdivision().cells} == theirs
    used = sorted({i for simplex in theirs for i in simplex})
    assert np.flatnonzero(diagram.kinds() == "full-dimensional").tolist() == used
    assert edges(diagram) == {pair for simplex in theirs for pair in combinations(simplex, 2)}


@pytest.mark.parametrize("d", [2, 3])
def test_assign_to_many_sites_is_the_least_of_all_powers(d):
    rng = np.random.default_rng(0)
    diagram = PowerDiagram(rng.random((3000, d)), rng.random(3000) * 1e-3)
    x = rng.normal(size=(4000, d))
    assert (diagram.assign(x) == diagram.power(x).argmin(axis=1)).all()


@pytest.mark.parametrize("scale", [1.0, 1e-200, 1e9])
@pytest.mark.parametrize("d", [1, 2, 3, 4])
def test_vertices_of_random_sites_are_rounded_correctly(d, scale):
    rng = np.random.default_rng(d)
    mu, rad = rng.random((800 // 4**d + 60, d)) * scale + (0 if scale < 1 else 7), rng.random(800 // 4**d + 60) * 1e-3 * scale**2
    diagram = PowerDiagram(mu, rad)
    points, exact = diagram.vertices().points, diagram.vertices(exact=True).points
    assert all(float(v) == p for v, p in zip(exact.ravel(), points.ravel(), strict=True))


# ---- numbers of every size ----


@pytest.mark.parametrize("size", [2.0**-1060, 1e-300, 1e-160, 1e160, 1e300])
def test_sites_of_any_size(size):
    """Integers times a power of two, weights times its square where doubles hold that, as fractions elsewhere."""
    rng = np.random.default_rng(0)
    mu, rad = rng.integers(-50, 51, (60, 2)), rng.integers(-30, 31, 60)
    unit = Fraction(2) ** int(np.frexp(size)[1])
    plain = PowerDiagram(mu, rad)
    scaled = PowerDiagram((mu * unit).tolist(), (rad * unit**2).tolist())
    assert (scaled.kinds() == plain.kinds()).all()
    assert edges(scaled) == edges(plain)
    x = rng.integers(-50, 51, (40, 2))
    assert (scaled.assign((x * unit).tolist()) == plain.assign(x)).all()


def test_numbers_at_the_end_of_the_doubles_and_beyond():
    largest = np.finfo(float).max
    diagram = PowerDiagram([[-largest], [largest], [0.0]], [0.0, 0.0, largest])
    assert edges(diagram) == {(0, 2), (1, 2)}
    assert diagram.assign([[largest], [-largest], [1e300]]).tolist() == [1, 0, 2]
    beyond = PowerDiagram([[-(10**400)], [10**400], [0]], [0, 0, 1])
    assert edges(beyond) == {(0, 2), (1, 2)}
    assert beyond.assign([[10**400], [-(10**399)], [3]]).tolist() == [1, 2, 2]
    assert beyond.mu.tolist() == [[-np.inf], [np.inf], [0.0]]


def test_sites_of_very_different_sizes():
    rng = np.random.default_rng(2)
    mu = rng.normal(size=(25, 2)) * 10.0 ** rng.integers(-12, 13, (25, 1))
    rad = rng.normal(size=25) * 10.0 ** rng.integers(-12, 13, 25)
    diagram = PowerDiagram(mu, rad)
    expected = power_reference.cells(mu.tolist(), rad.tolist())
    assert diagram.cell_dims().tolist() == [cell.dim for cell in expected]
    assert [tuple(np.flatnonzero(row)) for row in diagram.adjacency().toarray()] == [cell.neighbours for cell in expected]


@pytest.mark.parametrize("far", [1e9, 1e15])
def test_a_small_set_far_from_the_origin_is_the_same_set(far):
    mu, rad = np.random.default_rng(0).integers(0, 100, (200, 2)), np.random.default_rng(1).integers(-200, 200, 200)
    near, away = PowerDiagram(mu, rad), PowerDiagram(mu + far, rad)
    assert edges(near) == edges(away)
    assert (near.kinds() == away.kinds()).all()


@pytest.mark.parametrize("d", [1, 2, 3, 5, FILTER_DIM - 1, FILTER_DIM, FILTER_DIM + 1])
@pytest.mark.parametrize("kind", ["doubles", "near ties", "ties", "thirds"])
def test_signs_of_determinants_are_those_of_fractions(d, kind):
    """`side` and `lifted_side` beside determinants in fractions."""
    rng = np.random.default_rng(d)
    n = d + 4
    for _ in range(6):
        mu = rng.normal(size=(n, d)) if kind == "doubles" else rng.integers(-4, 5, (n, d)) * np.float64(0.1 if kind == "near ties" else 1)
        rad = rng.normal(size=n) if kind == "doubles" else rng.integers(0, 2, n)
        rows = [[Fraction(v) / (3 if kind == "thirds" else 1) for v in row] for row in mu.tolist()]
        lifted = LiftedSites(Integers(rows), Integers(rad))
        if lifted.rank < d:
            continue
        sites = lifted.kernel_sites(np.arange(n), lifted.n_primes())
        room = make_room(d, lifted.n_primes())
        simplex = np.array(lifted.basis, dtype=np.int32)
        q = next(i for i in range(n) if i not in lifted.basis)
        heights = [sum(v * v for v in row) - Fraction(r) for row, r in zip(rows, rad.tolist(), strict=True)]
        plain = [[*rows[i], Fraction(1)] for i in lifted.basis]
        assert side(sites, room, simplex, d, int(simplex[d])) == sign(plain)
        for k in range(d + 1):
            replaced = [[*rows[q], Fraction(1)] if j == k else row for j, row in enumerate(plain)]
            assert side(sites, room, simplex, k, q) == sign(replaced)
        tall = [[*rows[i], heights[i], Fraction(1)] for i in [*lifted.basis, q]]
        assert lifted_side(sites, room, simplex, q) == sign(tall)


def sign(matrix):
    value = reference._determinant(matrix)
    return (value > 0) - (value < 0)


SOURCE = """
import numpy as np
from geom.power.diagram import PowerDiagram

rng = np.random.default_rng(0)
ties = rng.integers(0, 4, (40, 3)), rng.integers(0, 3, 40)
for mu, rad in ((rng.random((40, 2)), rng.random(40)), ties, (rng.integers(0, 4, (40, 2)) * 0.1, np.zeros(40))):
    diagram = PowerDiagram(mu, rad)
    dual = diagram.regular_subdivision()
    print(dual.edges.tolist(), [cell.tolist() for cell in dual.cells], diagram.cell_dims().tolist())
    print(diagram.vertices().points.tolist(), diagram.assign(rng.random((20, mu.shape[1]))).tolist())
"""


def test_the_compiler_changes_nothing():
    """The same diagrams with the kernels run as plain Python."""
    printed = [
        subprocess.run(
            [sys.executable, "-c", SOURCE], cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ | {"NUMBA_DISABLE_JIT": off}
        )
        for off in "01"
    ]
    assert printed[0].stdout == printed[1].stdout
