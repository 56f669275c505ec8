"""The whole partition as one power diagram, beside brute-force argmin over all sites in fractions; the secondary cone and Voronoi-like sites."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, SPACE_ARRANGEMENTS, Problem, random_problem
from comparison import both_sides, codes, interior_point
from scipy.spatial import Voronoi

import geom
from geom.sites.cells import sites
from geom.sites.networks import WholeDiagram, whole_diagram
from geom.sites.stresses import secondary_cone
from geom.sites.voronoi import voronoi_like

SMALL = [case.name for case in CASES if 2 <= case.cells < 40]
MOST_CELLS = 40  # compared with all sites; of more, every so many-th is
PROBLEMS = [(BY_NAME.__getitem__, name) for name in SMALL] + [(random_problem, seed) for seed in range(48)]


def power(mu, rad, x):
    return sum((a - b) ** 2 for a, b in zip(x, mu, strict=True)) - rad


def layer_forms(problem, code):
    """(mu, beta) of every layer's sum of outputs on the cell of a code, composed forwards in fractions."""
    net, forms = problem.reference_network(), []
    for layer in range(len(net.hidden)):
        summed = reference.Net(net.hidden[: layer + 1], ([[Fraction(1)] * len(net.hidden[layer].bias)], [Fraction(0)]))
        [mu], [beta] = reference.affine(summed, code, problem.dim)
        forms.append((*mu, beta))
    return forms


def in_space(*hidden, activation="relu"):
    dim = len(hidden[0][0][0])
    return Problem("whole", hidden, ("space", dim), activation=activation)


def subdivided(problem):
    return geom.subdivide(problem.network(), problem.region())


# --- sites of the whole -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_every_cell_is_that_of_its_site_among_all_sites(problem_of, key):
    """At a point inside each cell its site alone has the least power; at each vertex no other site has less."""
    problem, part, expected = both_sides(problem_of, key)
    diagram = whole_diagram(part)
    mu, rad = diagram.sites(exact=True)
    named = codes(part)
    for i in range(0, len(part), 1 + len(part) // MOST_CELLS):
        cell, code = part[i], named[i]
        x = interior_point(cell)
        powers = [power(*site, x) for site in zip(mu, rad, strict=True)]
        assert powers.index(min(powers)) == i, problem.shown()
        assert powers.count(min(powers)) == 1
        for v in list(expected[code].vertices)[:3]:
            assert power(mu[i], rad[i], v) == min(power(*site, v) for site in zip(mu, rad, strict=True))
    assert diagram.holds()


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_weights_are_the_smallest_integers(problem_of, key):
    """Kinks across all facets, from maps composed forwards and the reference's pairs of cells, give the same weights from the last to the first."""
    problem, part, _ = both_sides(problem_of, key)
    diagram = whole_diagram(part)
    forms = [layer_forms(problem, code) for code in codes(part)]
    points = [interior_point(cell) for cell in part]
    first = part.network.first
    kinks = []
    adjacency = part.adjacency().tocoo()
    for i, j in zip(adjacency.row.tolist(), adjacency.col.tolist(), strict=True):
        across = [b - a for a, b in zip(points[i], points[j], strict=True)]
        own = [sum((b - a) * v for a, b, v in zip(f[:-1], g[:-1], across, strict=True)) for f, g in zip(forms[i], forms[j], strict=True)]
        changed = np.flatnonzero(part.codes[i] != part.codes[j])[0]
        kinks.append((int(np.searchsorted(first, changed, side="right")) - 1, own))
    weights = [1] * len(diagram.weights)
    for layer in reversed(range(len(weights))):
        ratios = [-sum(w * k for w, k in zip(weights[layer + 1 :], own[layer + 1 :], strict=True)) / own[layer] for at, own in kinks if at == layer]
        weights[layer] = max([1, *(int(r // 1) + 1 for r in ratios)])
    assert diagram.weights == tuple(weights), problem.shown()
    assert diagram.facets == len(kinks) // 2


def test_weights_of_one_do_not_do_where_a_later_layer_bends_back():
    """|x|, then relu(3 - 3 |x|): at 0 the second layer's slope falls by 6 where that of |x| rises by 2."""
    problem = in_space(([[1]], [0]), ([[-3]], [3]), activation=["abs", "relu"])
    part = subdivided(problem)
    diagram = whole_diagram(part)
    assert diagram.weights == (4, 1)
    assert diagram.holds()
    assert not replace(diagram, weights=(3, 1)).holds(), "at 3 the slope does not change at 0"
    assert not replace(diagram, weights=(2, 1)).holds()


def test_the_sites_of_the_last_layer_alone_are_no_diagram_of_the_whole():
    problem = in_space(([[1]], [0]), ([[1]], [-1]), activation=["abs", "relu"])
    part = subdivided(problem)
    mu, rad = sites(part)
    assert sorted(zip(mu[:, 0].tolist(), rad.tolist(), strict=True)) == [(-1, -1), (0, 0), (0, 0), (1, -1)]
    whole, _ = whole_diagram(part).sites()
    assert sorted(whole[:, 0].tolist()) == [-2, -1, 1, 2]


def test_a_deep_network_has_one_diagram():
    rng = np.random.default_rng(0)
    widths = [3, 8, 8, 8, 8]
    net = geom.Network.mlp(
        [rng.normal(size=(n, m)) for m, n in zip(widths, [*widths[1:], 1], strict=True)], [rng.normal(size=n) for n in [*widths[1:], 1]]
    )
    part = geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))
    diagram = whole_diagram(part)
    mu, rad = diagram.sites()
    x = np.concatenate([part.witnesses, rng.uniform(-1, 1, size=(2000, 3))])
    powers = (x**2).sum(axis=1)[:, None] - 2 * x @ mu.T + ((mu**2).sum(axis=1) - rad)
    assert (powers.argmin(axis=1) == np.concatenate([np.arange(len(part)), part.locate(x[len(part) :])])).mean() > 0.999


def test_equal_ratios_in_degenerate_networks_are_settled_by_a_few_exact_ones():
    """Zigzags: all facets of a layer have the same kinks up to scale, and the ratio is an integer, which no float bound separates from itself."""
    problem = Problem(
        "folds", (([[1], [-1]], [0, 0]), *[([[1, 1], [-1, -1]], [-(2 ** (5 - k)), 2 ** (5 - k)]) for k in range(5)]), ("box", [-64], [64])
    )
    part = subdivided(problem)
    assert len(part) > 40
    diagram = whole_diagram(part)
    assert diagram.holds()
    assert diagram.exact_facets < diagram.facets


def test_thin_cells_whose_witness_is_no_double_count_too():
    part = subdivided(BY_NAME["0.1 + 0.2 and 0.3"])
    assert whole_diagram(part).holds()
    thin = subdivided(BY_NAME["subnormal box"])
    assert whole_diagram(thin).holds()


def test_networks_without_facets_have_plain_weights():
    part = geom.subdivide(geom.Network.mlp([[[1.0]], [[1.0]]], [[5.0], [0.0]]), geom.Box([-1], [1]))
    diagram = whole_diagram(part)
    assert (diagram.weights, diagram.facets, diagram.holds()) == ((1,), 0, True)
    linear = whole_diagram(geom.subdivide(geom.Network.mlp([[[1.0]]], [[5.0]])))
    assert (linear.weights, linear.holds()) == ((), True)
    assert linear.sites()[0].tolist() == [[0]]


@pytest.mark.parametrize(
    "changed", [{"facets": 1}, {"weights": (4,)}, {"weights": (4, 1, 1)}, {"weights": (-4, 1)}, {"weights": (4.5, 1)}, {"weights": (True, 1)}]
)
def test_what_is_no_diagram_of_the_partition_does_not_hold(changed):
    diagram = whole_diagram(subdivided(in_space(([[1]], [0]), ([[-3]], [3]), activation=["abs", "relu"])))
    assert diagram.holds()
    assert not replace(diagram, **changed).holds()


def test_a_diagram_of_an_unfinished_partition_does_not_hold():
    problem = in_space(([[1, 0], [0, 1]], [0, 0]))
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget={"cells": 2})
    assert not WholeDiagram(stopped.value.partial, (1,), 1, 0).holds()


def test_an_unfinished_partition_has_no_diagram():
    problem = in_space(([[1, 0], [0, 1]], [0, 0]))
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget={"cells": 2})
    for asked in (whole_diagram, secondary_cone):
        with pytest.raises(geom.GeomError, match="cut short after 2 cells"):
            asked(stopped.value.partial)


def test_weights_are_told_in_the_repr():
    part = subdivided(in_space(([[1]], [0])))
    assert repr(WholeDiagram(part, (1,), 1, 0)) == "WholeDiagram(2 sites, weights (1,), 1 facets proven)"


# --- the secondary cone ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("units", [1, 2, 3, 4, 5])
def test_lines_in_general_position_leave_one_stress_a_line(units):
    lines = [[1, t] for t in range(units)]
    cone = secondary_cone(subdivided(in_space((lines, [t * t for t in range(units)]))))
    assert cone.dim == units


def test_three_lines_through_a_point_leave_one_more():
    """Six rays with an equilibrium of two equations."""
    assert secondary_cone(subdivided(in_space(([[1, 0], [0, 1], [1, 1]], [0, 0, 0])))).dim == 4


def test_on_a_line_every_facet_has_a_stress_of_its_own():
    part = subdivided(in_space(([[1], [1], [1]], [0, 1, 2]), ([[1, -2, 1]], [1])))
    assert secondary_cone(part).dim == len(part) - 1


@pytest.mark.parametrize("seed", range(8))
def test_generic_deep_networks_of_the_plane_have_a_stress_for_each_connected_bent_line(seed):
    """Where all vertices are crossings of two lines, a stress is constant along each connected piece of a unit's bent line."""
    rng = np.random.default_rng(seed)
    net = geom.Network.mlp(
        [rng.normal(size=(4, 2)), rng.normal(size=(3, 4)), rng.normal(size=(1, 3))], [rng.normal(size=4), rng.normal(size=3), np.zeros(1)]
    )
    part = geom.subdivide(net)
    assert secondary_cone(part).dim == bent_lines(part)


def bent_lines(part):
    """Connected pieces of the units' zero sets: facets of one unit that share a vertex belong together."""
    pieces = {}
    for cell in part:
        found = cell.generators()
        facets = cell.facets
        ends = [frozenset(v for v, tight in zip(found.vertices, found.tight, strict=True) if f in tight) for f in range(len(facets))]
        for f, facet in enumerate(facets):
            [unit] = facet.units
            key = ends[f] or frozenset([("line", unit)])
            pieces.setdefault(unit, set()).add(key)
    count = 0
    for own in pieces.values():
        groups = []
        for ends in own:
            touching = [g for g in groups if g & ends]
            groups = [g for g in groups if not g & ends] + [frozenset().union(ends, *touching)]
        count += len(groups)
    return count


def transformed(mu, rad, **change):
    """Other sites of the same cells."""
    diagram = geom.PowerDiagram(mu, rad).transform(**change)
    return diagram.exact_mu, diagram.exact_rad


@pytest.mark.parametrize("seed", range(24))
def test_the_sites_of_the_whole_are_in_the_cone_and_come_back_from_their_stress(seed):
    problem = random_problem(seed)
    part = subdivided(problem)
    cone = secondary_cone(part)
    mu, rad = whole_diagram(part).sites(exact=True)
    assert cone.contains(mu, rad)
    stress = cone.stress(mu, rad)
    again = cone.sites(stress)
    beta = (rad[0] - sum(v * v for v in mu[0])) / 2
    for a, b in zip(transformed(*again, translate=mu[0], constant=beta), (mu, rad), strict=True):
        assert (a == b).all()
    moved = transformed(mu, rad, scale=Fraction(3, 7), translate=[Fraction(1, 3)] * problem.dim, constant=-5)
    assert cone.contains(*moved)
    assert (cone.stress(*moved) == stress * Fraction(3, 7)).all()
    assert not len(part) > 1 or not cone.contains(-mu, 2 * (mu * mu).sum(axis=1) - rad)


@pytest.mark.parametrize("seed", [0, 3, 6, 9])
def test_weights_of_units_are_in_the_cone(seed):
    problem = random_problem(seed)  # one hidden layer
    part = subdivided(problem)
    rng = np.random.default_rng(seed)
    weights = [Fraction(int(v), 4) for v in rng.integers(1, 20, size=part.network.widths[0])]
    assert secondary_cone(part).contains(*sites(part, weights=weights, exact=True))


def test_numbers_that_are_no_stress_are_refused():
    cone = secondary_cone(subdivided(in_space(([[1, 0], [0, 1]], [0, 0]))))
    assert cone.dim == 2
    with pytest.raises(geom.GeomError, match="no stress"):
        cone.sites([1, 2, 3, 4])
    with pytest.raises(geom.GeomError, match="do not agree"):
        cone.stress([[0, 0], [1, 0], [2, 0], [3, 0]], [0] * 4)
    assert not cone.contains([[0, 0], [1, 0], [2, 0], [3, 0]], [0] * 4)


@pytest.mark.parametrize(
    ("mu", "rad"),
    [
        (np.zeros((5, 2)), np.zeros(5)),
        (np.zeros((4, 2)), np.zeros(5)),
        (np.zeros((4, 1)), np.zeros(4)),
        (np.zeros(4), np.zeros(4)),
        (np.full((4, 2), np.nan), np.zeros(4)),
        ([["x", 0]] * 4, np.zeros(4)),
    ],
)
def test_what_are_no_sites_of_the_cells_is_refused(mu, rad):
    cone = secondary_cone(subdivided(in_space(([[1, 0], [0, 1]], [0, 0]))))
    for asked in (cone.stress, cone.contains):
        with pytest.raises(geom.GeomError, match=r"mu|rad"):
            asked(mu, rad)


@pytest.mark.parametrize("stress", [[1], [1] * 5, [[1] * 4], 1, [np.nan] * 4])
def test_one_number_a_facet_is_needed(stress):
    cone = secondary_cone(subdivided(in_space(([[1, 0], [0, 1]], [0, 0]))))
    with pytest.raises(geom.GeomError, match="stress"):
        cone.forms(stress)


# --- Voronoi-like ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(16))
def test_voronoi_like_sites_are_sites_of_the_partition(seed):
    problem = random_problem(seed)
    part = subdivided(problem)
    cone = secondary_cone(part)
    found = voronoi_like(part, cone)
    assert cone.contains(found.mu, found.rad)
    for i, cell in enumerate(part):
        a, b = cell.hrep(exact=True)
        over = [sum(p * q for p, q in zip(row, found.mu[i], strict=True)) - bound for row, bound in zip(a, b, strict=True)]
        assert found.is_inside[i] == all(v <= 0 for v in over)
    assert found.is_inside.all() or found.least > -1e-7
    assert found.excess.max() >= found.least - 1e-6 * max(1, np.abs(found.mu.astype(float)).max())


def test_a_partition_made_as_a_voronoi_diagram_gets_its_centroids_inside():
    """Parallel lines at x = 0, 1, 3: centroids -1/2, 1/2, 3/2, 9/2 would do."""
    part = subdivided(in_space(([[1], [1], [1]], [0, -1, -3])))
    found = voronoi_like(part)
    assert found.is_inside.all()
    assert found.least < 0
    grid = subdivided(in_space(([[1, 0], [1, 0], [0, 1]], [0, -1, 0])))
    assert voronoi_like(grid).is_inside.all()


def test_where_no_sites_have_their_centroids_inside_the_least_excess_is_told():
    """Two corners of the unit square cut off by steep normals (1, 8) and (-1, 8). From a centroid in the right corner, where x >= 7/8, the one of the
    middle cell lies in direction (-1, -8), so, inside the square, at x >= 3/4; from the left corner, at x <= 1/4."""
    net = geom.Network.mlp([[[1.0, 8.0], [-1.0, 8.0]], [[1.0, 1.0]]], [[-8.875, -7.875], [0.0]])
    part = geom.subdivide(net, geom.Box([0, 0], [1, 1]))
    assert codes(part) == [(0, 0), (0, 1), (1, 0)]
    cone = secondary_cone(part)
    found = voronoi_like(part, cone)
    assert cone.contains(found.mu, found.rad)
    assert not found.is_inside.all()
    assert found.least > 0
    assert found.excess.max() == pytest.approx(found.least, rel=1e-6)


def test_too_many_facets_for_the_cone():
    part = geom.subdivide(geom.Network.mlp([np.vander(np.arange(60.0), 3)[:, 1:], np.ones((1, 60))], [np.arange(60.0) ** 2 + 0.5, [0.0]]))
    with pytest.raises(geom.GeomError, match="at most 3,000"):
        secondary_cone(part)


def test_arrangements_of_the_whole_space_are_power_diagrams():
    for problem in SPACE_ARRANGEMENTS[:12]:
        part = subdivided(problem)
        if len(part) < 60:
            diagram = whole_diagram(part)
            assert diagram.weights == (1,)
            assert diagram.holds()


def test_scipys_voronoi_diagram_of_recovered_centroids_has_the_same_neighbours():
    """A partition that is a Voronoi diagram, found again from its cells alone: orthogonal cuts half-way between centroids."""
    part = subdivided(in_space(([[1, 0], [1, 0], [0, 1], [0, 1]], [0, -2, 0, -2])))
    mu = np.array([[-1 + 2 * a + 2 * b, -1 + 2 * c + 2 * d] for a, b, c, d in codes(part)], dtype=float)
    cone = secondary_cone(part)
    assert cone.contains(mu, np.zeros(len(mu)))
    pairs = {tuple(sorted(p)) for p in Voronoi(mu).ridge_points.tolist()}
    assert {tuple(p) for p in cone.pairs.tolist()} <= pairs
    assert voronoi_like(part, cone).is_inside.all()
