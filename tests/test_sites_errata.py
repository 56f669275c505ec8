"""Formulas of the paper that are wrong as printed (docs/errata.md): each fails on its counterexample, and the corrected one holds there.

Corrected values are those of the library; what is true is found from the pieces themselves, in fractions.
"""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.spatial import ConvexHull

import geom
from geom.power.paraboloid import contact, gap, sphere
from geom.sites.cells import sites
from geom.sites.complexity import codes_cost, layer_cost
from geom.sites.epigraph import epigraph_of_layer, epigraph_of_sum, epigraph_of_unit
from geom.sites.layers import affected_codes, layer_sites, sum_of_sites, unit_sites
from geom.sites.weight_constraints import axis_parallel_layer, cut_geometry, cut_normals, diagonal_layer
from geom.sites.zonotope import upper_vertices

F = Fraction


def two_pieces(slope, offset):
    """Piece 0 is 0, piece 1 is slope x + offset."""
    return geom.Layer.relu([[float(slope)]], [float(offset)])


def power(x, mu, rad):
    return sum((a - b) ** 2 for a, b in zip(x, mu, strict=True)) - rad


def least(values):
    return min(range(len(values)), key=values.__getitem__)


def is_in(a, b, z):
    return all(sum(p * q for p, q in zip(row, z, strict=True)) <= bound for row, bound in zip(a, b, strict=True))


def is_on_boundary(a, b, z):
    return is_in(a, b, z) and any(sum(p * q for p, q in zip(row, z, strict=True)) == bound for row, bound in zip(a, b, strict=True))


# --- power diagrams of a unit -----------------------------------------------------------------------------------------------------------------


def test_e01_radii_are_made_nonnegative_by_minus_their_least():
    rad = [-2, 0]
    printed = [r + min(rad) for r in rad]
    corrected = [r - min(rad) for r in rad]
    assert min(printed) < 0 <= min(corrected)


def test_e02_rad_is_a_squared_radius():
    """Slope 2, offset 0: U = x^2 / 2 meets 2 x at 0 and 4, on the sphere of radius 2 around 2; rad is 4."""
    mu, rad = unit_sites(two_pieces(2, 0), 0, exact=True)
    assert all(F(x) ** 2 / 2 == 2 * x for x in (0, 4))
    assert abs(4 - mu[1][0]) ** 2 == rad[1]
    assert abs(4 - mu[1][0]) != rad[1]


def test_e03_sites_are_lifted_to_the_root():
    """Slope 2, offset -3 at x = 7/4: piece 1 is larger; the point (mu, sqrt(Q - rad)) nearest to (x, 0) tells it, the point (mu, rad) does not."""
    x = F(7, 4)
    assert 2 * x - 3 > 0
    mu, rad = unit_sites(two_pieces(2, -3), 0, exact=True)
    assert rad.tolist() == [0, -2]
    q = max(rad)
    corrected = [(x - m[0]) ** 2 + (q - r) for m, r in zip(mu, rad, strict=True)]
    printed = [(x - m[0]) ** 2 + r**2 for m, r in zip(mu, rad, strict=True)]
    assert corrected == [F(49, 16), F(33, 16)]
    assert printed == [F(49, 16), F(65, 16)]
    assert (least(corrected), least(printed)) == (1, 0)


def test_e04_the_norm_is_squared():
    x = F(7, 4)
    mu, rad = unit_sites(two_pieces(2, -3), 0, exact=True)
    corrected = [power([x], m, r) for m, r in zip(mu, rad, strict=True)]
    printed = [abs(x - m[0]) - r for m, r in zip(mu, rad, strict=True)]
    assert printed == [F(7, 4), F(9, 4)]
    assert (least(corrected), least(printed)) == (1, 0)


# --- deep sites -------------------------------------------------------------------------------------------------------------------------------


def test_e05_theorem_5_has_the_sign_of_the_radius_the_other_way_round():
    """Slope 1, offset 0 at x = 1/4, where the unit fires."""
    mu, rad = unit_sites(two_pieces(1, 0), 0, exact=True)
    assert least([power([F(1, 4)], m, r) for m, r in zip(mu, rad, strict=True)]) == 1
    printed = [power([F(1, 4)], m, -r) for m, r in zip(mu, rad, strict=True)]
    assert printed == [F(1, 16), F(25, 16)]
    assert least(printed) == 0


# Layer 1: z = 2 x + 1 (a unit that fires, on the domain x > 0), layer 2: relu(3 z - 1).
NET = geom.Network.mlp([[[2.0]], [[3.0]], [[1.0]]], [[1.0], [-1.0], [0.0]])


def deep_site():
    part = geom.subdivide(NET, geom.Box([0], [2]))
    assert part.codes.tolist() == [[1, 1]]
    mu, rad = sites(part, exact=True)
    return mu[0][0], rad[0]


def test_e05b_the_bias_of_a_cell_is_that_of_the_layer_before():
    """At x = 1: f is 3 after layer 1, with the slope 2. The sign here is that of Theorem 5, so all is minus rad."""
    mu, rad = deep_site()
    x, slope_1, f_1, f_2 = F(1), F(2), F(3), F(8)
    assert (mu, -rad) == (6, -40)

    def radius(h):
        return -(mu**2) - 2 * 3 * h - 2 * -1

    assert radius(f_1 - slope_1 * x) == -rad
    assert radius(f_2 - slope_1 * x) == -70


def test_e05c_the_map_of_the_layers_before_is_applied_once():
    mu, rad = deep_site()
    own, h, slope_1 = F(3), F(1), F(2)
    assert mu == slope_1 * own
    assert -(mu**2) - 2 * own * h + 2 == -rad == -40
    printed = -((slope_1 * mu) ** 2) - 2 * mu * h + 2
    assert printed == -154
    # At -13/30 the second unit does not fire: 3 z - 1 = -3/5. By Theorem 5's sign, powers are (x - mu)^2 + radius, that of piece 0 is x^2.
    x = F(-13, 30)
    assert 3 * (2 * x + 1) - 1 < 0
    assert (x - mu) ** 2 - rad > x**2
    assert (x - mu) ** 2 + printed < x**2


def test_e05d_the_law_of_radii_keeps_the_sign_of_its_statement():
    """Two units relu(x): with b = -rad, b(1, 1) is -4. The proof's last line gives 4, and at x = 2, where both fire, a code where one does not."""
    layer = geom.Layer.relu([[1.0], [1.0]], [0.0, 0.0])
    every = list(product((0, 1), repeat=2))
    mu, rad = layer_sites(layer, every, exact=True)
    units = [unit_sites(layer, k, exact=True) for k in range(2)]
    total, added = sum_of_sites(*(np.array([u[part][1] for u in units], dtype=object) for part in (0, 1)))
    assert (total[0], added, rad[3]) == (2, 4, 4)
    statement = [-sum(u[1][r] for u, r in zip(units, code, strict=True)) - 2 * code[0] * code[1] for code in every]
    last_line = [-b for b in statement]
    assert (statement[3], last_line[3]) == (-4, 4)
    x = [F(2)]
    assert [power(x, m, -b) for m, b in zip(mu, statement, strict=True)] == [4, 0, 0, -4]
    assert [power(x, m, -b) for m, b in zip(mu, last_line, strict=True)] == [4, 2, 2, 4]


def test_e06_products_of_weights_end_one_layer_earlier():
    """z_1 = 2 x + 1, z_2 = 3 z_1 + 5: the constant is 3 + 5 = 8; with each bias through its own layer's weight too it is 3 * 2 * 1 + 3 * 5 = 21."""
    net = geom.Network.mlp([[[2.0]], [[3.0]], [[1.0]]], [[1.0], [5.0], [0.0]])
    mu, rad = sites(geom.subdivide(net, geom.Box([0], [1])), exact=True)
    beta = (rad[0] - mu[0][0] ** 2) / 2
    assert beta == 3 * (2 * 0 + 1) + 5 == 8
    assert beta != 3 * 2 * 1 + 3 * 5


# --- layers -----------------------------------------------------------------------------------------------------------------------------------


def test_e07_not_every_code_has_a_cell():
    layer = geom.Layer.relu([[1.0], [1.0]], [-1.0, 1.0])
    assert len(upper_vertices(layer)) == 3 < 2**2


def test_e07b_the_number_of_cells_is_a_polynomial_in_that_of_the_units():
    angles = np.arange(10) * 3.0
    layer = geom.Layer.relu(np.column_stack([np.cos(angles), np.sin(angles)]), np.sin(angles**2))
    assert len(upper_vertices(layer)) <= sum(comb(10, i) for i in range(3)) == 56 < 2**10


def test_e08_the_boundary_of_the_epigraph_is_the_graph():
    """relu: (-1, 5) lies in the product of inputs and outputs, and inside P."""
    a, b = epigraph_of_unit(two_pieces(1, 0), 0)
    assert not is_on_boundary(a, b, (F(-1), F(5)))
    assert is_on_boundary(a, b, (F(-1), F(0)))


def test_e09_the_boundary_above_a_layer_is_more_than_its_graph():
    layer = geom.Layer.relu([[1.0], [-1.0]], [0.0, 0.0])
    a, b = epigraph_of_layer(layer)
    assert is_on_boundary(a, b, (F(1), F(1), F(7)))
    assert layer([[1.0]]).tolist() == [[1, 0]]
    assert is_on_boundary(a, b, (F(1), F(1), F(0)))
    assert not is_in(a, b, (F(1), F(1), F(-1)))
    assert not is_in(*epigraph_of_sum(layer), (F(1), F(1, 2)))
    assert is_on_boundary(*epigraph_of_sum(layer), (F(1), F(1)))


def test_e10_a_search_through_all_codes_costs_no_factor_more():
    units, pieces, dim = 6, 3, 5
    weight = np.arange(float(units * pieces * dim)).reshape(-1, dim)
    layer = geom.Layer(weight, np.zeros(len(weight)), np.arange(len(weight)).reshape(units, pieces), np.ones((units, pieces)))
    assert layer_cost(layer).multiply_adds == units * pieces * dim == 90
    assert codes_cost(layer).multiply_adds == pieces**units * dim == 3645
    assert pieces**units * pieces * dim == 10935


def test_e11_one_unit_may_concern_one_cell_only():
    layer = geom.Layer.relu([[1.0], [1.0]], [-1.0, 1.0])
    cells = set(map(tuple, upper_vertices(layer).tolist()))
    codes = set(map(tuple, affected_codes(layer, unit=0, piece=1).tolist()))
    assert len(codes) == 2
    assert codes & cells == {(1, 1)}
    assert len(affected_codes(two_pieces(1, 0), 0, 1)) == 1


def test_e12_the_coordinate_of_example_1_must_not_depend_on_the_piece():
    printed = geom.Layer([[2.0, 0.0], [0.0, 3.0]], [0.0, 0.0], [[0, 1]], [[1.0, 1.0]])
    assert cut_normals(printed)[0].astype(int).tolist() == [[-2, 3]]
    assert not cut_geometry(printed).is_axis_parallel
    pooling = geom.Layer(np.eye(2), [0.0, 0.0], [[0, 1]], [[1.0, 1.0]])
    assert cut_geometry(pooling).is_diagonal
    assert cut_geometry(axis_parallel_layer([1], [[2.0, 3.0]], [[0.0, 0.0]], dim=2)).is_axis_parallel


@pytest.mark.parametrize(("slopes", "normal"), [(([1, 1], [1, -1]), [0, -2]), (([1, 1], [2, -2]), [1, -3])])
def test_e13_the_signs_of_example_2_must_not_depend_on_the_piece(slopes, normal):
    printed = geom.Layer(np.array(slopes, dtype=float), [0.0, 0.0], [[0, 1]], [[1.0, 1.0]])
    assert cut_normals(printed)[0].astype(int).tolist() == [normal]
    assert not cut_geometry(printed).is_diagonal
    assert cut_geometry(diagonal_layer([[1, -1]], [[1.0, 2.0]], [[0.0, 0.0]])).is_diagonal


# --- the paraboloid, figures, hulls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "points", "how"), [(0, [0, 4], "sphere"), (-2, [2], "tangent"), (-3, [], "none")])
def test_e25_a_piece_touches_the_paraboloid_only_if_its_radius_is_zero(offset, points, how):
    """Slope 2: printed, every piece touches at x = 2 and nowhere else."""
    slope = np.array([F(2)], dtype=object)
    found = [x for x in range(-10, 11) if gap(np.array([F(x)], dtype=object), slope, F(offset)) == 0]
    assert found == points
    _, rad = sphere(slope, F(offset))
    assert rad == unit_sites(two_pieces(2, offset), 0, exact=True)[1][1]
    assert contact(rad) == how
    assert (found == [2]) == (rad == 0)


def test_e26_three_units_make_seven_cells_or_four_if_parallel():
    generic = geom.Layer.relu([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.0, -1.0])
    parallel = geom.Layer.relu([[1.0, 1.0]] * 3, [0.0, 1.0, 2.0])
    assert (len(upper_vertices(generic)), len(upper_vertices(parallel))) == (7, 4)


@pytest.mark.parametrize("seed", range(4))
def test_e28_cells_are_upper_vertices_of_mu_beta_and_lower_ones_of_mu_minus_2_beta(seed):
    rng = np.random.default_rng(seed)
    layer = geom.Layer.relu(rng.normal(size=(4, 2)), rng.normal(size=4))
    every = np.array(list(product((0, 1), repeat=4)))
    mu, rad = layer_sites(layer, every)
    square = (mu**2).sum(axis=1)
    cells = set(map(tuple, upper_vertices(layer).tolist()))
    assert vertices_towards(np.column_stack([mu, (rad - square) / 2]), every, 1) == cells
    assert vertices_towards(np.column_stack([mu, square - rad]), every, -1) == cells
    assert vertices_towards(np.column_stack([mu, (rad - square) / 2]), every, -1) != cells


def vertices_towards(points, every, sign):
    hull = ConvexHull(points)
    facets = [s for s, e in zip(hull.simplices, hull.equations, strict=True) if sign * e[-2] > 0]
    return {tuple(every[v]) for s in facets for v in s}


def test_e27_neighbours_may_differ_in_several_units():
    part = geom.subdivide(geom.Network([geom.Layer.relu([[1.0], [-1.0]], [0.0, 0.0])]))
    assert part.codes.tolist() == [[0, 1], [1, 0]]
    assert part.adjacency().toarray().tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize("make", [geom.Layer.relu, geom.Layer.leaky_relu, geom.Layer.abs])
def test_e30_piece_1_fires(make):
    assert geom.Network([make([[1.0]], [0.0])]).code([[-1.0], [0.0], [1.0]]).tolist() == [[0], [0], [1]]
