"""Sites of layers and of whole networks as `PowerDiagram`s: the cells of these, found from the sites alone, are those of the partition."""

from itertools import product

import numpy as np
import pytest
from cases import BY_NAME, CASES, Problem, random_problem
from comparison import both_sides
from test_layer_diagram import SEEDS, full_dimensional, maxout, random_points, random_tables, values

import geom
from geom.sites.layers import layer_diagram, unit_diagram
from geom.sites.networks import whole_diagram

SMALL = [case.name for case in CASES if 2 <= case.cells < 20]


@pytest.mark.parametrize("seed", SEEDS)
def test_codes_with_cells_are_the_sites_with_cells(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    every = list(product(*(range(len(own)) for own in tables)))
    diagram = layer_diagram(layer, every)
    found = diagram.kinds()
    for code in full_dimensional(tables):
        assert found[every.index(code)] == "full-dimensional"
    assert len(list(diagram.cells())) == len(full_dimensional(tables))


@pytest.mark.parametrize("seed", SEEDS)
def test_points_are_assigned_to_their_largest_pieces(seed):
    tables = random_tables(seed)
    layer = maxout(tables)
    cells = full_dimensional(tables)
    whole, units = layer_diagram(layer), [unit_diagram(layer, k) for k in range(len(tables))]
    points = random_points(seed, layer.input_dim, 8)
    for x, site in zip(points, whole.assign(points).tolist(), strict=True):
        assert all(own[r] == max(own) for own, r in zip(values(tables, x), cells[site], strict=True))
        for unit, own in zip(units, values(tables, x), strict=True):
            assert own[int(unit.assign([x])[0])] == max(own)


def in_space(problem):
    return Problem(problem.name, problem.hidden, ("space", problem.dim), activation=problem.activation)


@pytest.mark.parametrize("seed", range(32))
def test_the_whole_partition_is_the_diagram_of_its_sites(seed):
    """Cells, facets and neighbours, in exact arithmetic, from the sites alone."""
    problem = in_space(random_problem(seed))
    part = geom.subdivide(problem.network())
    if len(part) > 60:
        pytest.skip("exact comparison of every cell")
    diagram = whole_diagram(part).power_diagram()
    assert (diagram.kinds() == "full-dimensional").all()
    assert (diagram.adjacency() != part.adjacency()).nnz == 0
    for i, cell in enumerate(part):
        own, other = (set(zip(map(tuple, a.tolist()), b.tolist(), strict=True)) for a, b in (cell.hrep(exact=True), diagram.cell(i).hrep(exact=True)))
        assert own == other
    assert diagram.assign(part.witnesses).tolist() == list(range(len(part)))


@pytest.mark.parametrize(("problem_of", "key"), [(BY_NAME.__getitem__, name) for name in SMALL] + [(random_problem, seed) for seed in range(16)])
def test_witnesses_are_assigned_to_their_own_cells(problem_of, key):
    _, part, _ = both_sides(problem_of, key)
    if part.columns.exact_witness or len(part) > 100:
        pytest.skip("a witness that is no double, or many cells")
    diagram = whole_diagram(part).power_diagram()
    assert diagram.assign(part.witnesses).tolist() == list(range(len(part)))


def test_facets_lie_on_the_chordales_of_their_sites():
    part = geom.subdivide(in_space(random_problem(17)).network())
    diagram = whole_diagram(part).power_diagram()
    for i, cell in enumerate(part):
        rows = list(zip(*cell.hrep(exact=True), strict=True))
        for j in part.neighbours(i).tolist():
            n, c = diagram.chordale(j, i, exact=True)
            largest = max(abs(v) for v in n)
            assert any((a == n / largest).all() and b == -c / largest for a, b in rows)


def test_a_point_far_out_has_the_site_of_the_cell_that_holds_it():
    part = geom.subdivide(in_space(random_problem(21)).network())
    x = np.random.default_rng(0).normal(size=(200, part.dim)) * 1e3
    assert whole_diagram(part).power_diagram().assign(x).tolist() == part.locate(x).tolist()
