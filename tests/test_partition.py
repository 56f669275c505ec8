"""What a partition tells about its cells is true: codes, witnesses, facets, rows, vertices, volumes, and which cell holds a point."""

import copy
import math
import pickle
from collections import Counter
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import reference
from cases import BY_NAME, random_problem
from comparison import both_sides, codes, exact, exact_vertices, facet_names, interior_point, slacks

import geom

NAMES = [
    "no hidden layer",
    "d=1, five points",
    "negated rows",
    "twin in a plane",
    "touching from both sides",
    "five lines through a point that is no double",
    "through corners",
    "redundant and repeated walls",
    "decimal simplex",
    "abs folded twice, d=2",
    "maximum of three coordinates",
    "four lines near a point",
    "huge and tiny in one row",
    "type B3",
    "braid 4",
]
SEEDS = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 16, 17, 18, 20, 21, 22, 25, 26, 28, 33, 37, 38, 41, 45, 47]


def problem_of(key):
    return random_problem(key) if isinstance(key, int) else BY_NAME[key]


def sides(key):
    return both_sides(problem_of, key)


every = pytest.mark.parametrize("key", [*NAMES, *SEEDS], ids=str)


# --- cells --------------------------------------------------------------------------------------------------------------------------------


@every
def test_codes_are_distinct_and_in_lexicographic_order(key):
    problem, part, _ = sides(key)
    assert part.codes.dtype == np.uint8
    assert part.codes.shape == (len(part), sum(len(bias) for _, bias in problem.hidden))
    assert codes(part) == sorted(set(codes(part))), problem


@every
def test_a_witness_lies_strictly_inside_and_has_the_code_of_its_cell(key):
    problem, part, _ = sides(key)
    net = problem.reference_network()
    for i, cell in enumerate(part):
        point = interior_point(cell)
        assert min(slacks(cell, point)) > 0, problem
        assert reference.code_at(net, point) == tuple(cell.code.tolist()), problem
        assert cell.witness.tolist() == part.witnesses[i].tolist() == [float(x) for x in point]


@every
def test_rows_are_the_facets_of_the_reference_in_the_order_of_the_facets(key):
    problem, part, expected = sides(key)
    for cell, code in zip(part, codes(part), strict=True):
        facets = {(facet.walls, facet.units): facet.vertices for facet in expected[code].facets}
        rows = list(zip(*cell.hrep(exact=True), strict=True))
        assert len(rows) == len(cell.facets) == len(facets), problem
        for name, (row, bound) in zip(facet_names(cell), rows, strict=True):
            values = {v: sum(a * x for a, x in zip(row, v, strict=True)) for v in expected[code].vertices}
            assert max(values.values()) == bound, problem
            assert {v for v, value in values.items() if value == bound} == facets[name], problem


@every
def test_vertices_are_those_of_the_reference(key):
    problem, part, expected = sides(key)
    for cell, code in zip(part, codes(part), strict=True):
        vertices, rays, lines = cell.vrep(exact=True)
        assert sorted(map(tuple, vertices)) == sorted(expected[code].vertices), problem
        assert rays.shape == lines.shape == (0, problem.dim)


@every
def test_volumes_are_those_of_the_reference_and_add_up_to_the_domains(key):
    problem, part, expected = sides(key)
    nothing = reference.network([[[0] * problem.dim]], [[0]])
    [whole] = reference.cells(nothing, problem.reference_region())
    volumes = [cell.volume(exact=True) for cell in part]
    assert volumes == [reference.volume(expected[code]) for code in codes(part)], problem
    assert sum(volumes) == reference.volume(whole), problem


@every
def test_affine_maps_are_those_of_the_reference(key):
    problem, part, _ = sides(key)
    net = problem.reference_network()
    for cell, code in zip(part, codes(part), strict=True):
        slopes, offsets = cell.affine(exact=True)
        assert (slopes.tolist(), offsets.tolist()) == reference.affine(net, code, problem.dim), problem


@every
def test_floats_are_the_exact_numbers_rounded(key):
    _, part, _ = sides(key)
    for cell in part:
        pairs = [
            *zip(cell.hrep(), cell.hrep(exact=True), strict=True),
            *zip(cell.vrep(), cell.vrep(exact=True), strict=True),
            *zip(cell.affine(), cell.affine(exact=True), strict=True),
        ]
        for rounded, rational in pairs:
            assert rounded.dtype == np.float64
            assert rounded.tolist() == [[float(v) for v in row] if isinstance(row, list) else float(row) for row in rational.tolist()]
        assert cell.volume() == float(cell.volume(exact=True))


@every
def test_every_cell_of_a_bounded_domain_is_bounded(key):
    _, part, _ = sides(key)
    assert part.is_bounded.tolist() == [True] * len(part)


@every
def test_a_facet_is_shared_by_two_cells_or_lies_on_the_border_of_the_domain(key):
    problem, part, _ = sides(key)
    found, on_walls = [], set()
    for cell in part:
        vertices = exact_vertices(cell)
        for (walls, _), row, bound in zip(facet_names(cell), *cell.hrep(exact=True), strict=True):
            facet = frozenset(v for v in vertices if sum(a * x for a, x in zip(row, v, strict=True)) == bound)
            found.append(facet)
            if walls:
                on_walls.add(facet)
    assert {facet: 1 if facet in on_walls else 2 for facet in found} == Counter(found), problem


@every
def test_both_cells_at_a_facet_agree_on_its_hyperplanes_unless_a_unit_vanishes_on_one(key):
    problem, part, _ = sides(key)
    net = problem.reference_network()
    owners = {}
    for cell in part:
        vertices = exact_vertices(cell)
        for (walls, units), row, bound in zip(facet_names(cell), *cell.hrep(exact=True), strict=True):
            facet = frozenset(v for v in vertices if sum(a * x for a, x in zip(row, v, strict=True)) == bound)
            owners.setdefault(facet, []).append((cell, walls, set(units)))
    for pair in owners.values():
        if len(pair) == 2:
            (one, _, units), (other, _, others) = pair
            for unit in units ^ others:
                without = other if unit in units else one
                assert reference.code_at(net, interior_point(without))[unit] == 0, problem
            changed = {k for k, (a, b) in enumerate(zip(one.code.tolist(), other.code.tolist(), strict=True)) if a != b}
            assert changed, problem
            assert changed <= units | others, problem


# --- points -------------------------------------------------------------------------------------------------------------------------------


def bounding_box(problem):
    nothing = reference.network([[[0] * problem.dim]], [[0]])
    [whole] = reference.cells(nothing, problem.reference_region())
    return [(float(min(column)), float(max(column))) for column in zip(*whole.vertices, strict=True)]


@every
def test_a_random_point_is_located_in_the_cell_of_its_code(key):
    problem, part, _ = sides(key)
    rng = np.random.default_rng(0)
    net, region = problem.reference_network(), problem.reference_region()
    points = np.array([rng.uniform(low, high, 200) for low, high in bounding_box(problem)]).T
    number = {code: i for i, code in enumerate(codes(part))}
    for point, found in zip(points, part.locate(points).tolist(), strict=True):
        x = exact(point)
        assert found == (number[reference.code_at(net, x)] if reference.contains(region, x) else -1), (point, problem)


@every
def test_a_point_on_a_boundary_is_located_in_a_cell_that_contains_it(key):
    problem, part, _ = sides(key)
    region = problem.reference_region()
    steps = {1: 17, 2: 9, 3: 5, 4: 3}[problem.dim]
    grid = list(product(*(np.linspace(low, high, steps) for low, high in bounding_box(problem))))
    corners = [v for cell in part for v in cell.vrep()[0].tolist()]
    points = np.array([*grid, *corners])
    for point, found in zip(points, part.locate(points).tolist(), strict=True):
        x = exact(point)
        if reference.contains(region, x):
            assert found >= 0, (point, problem)
            assert min(slacks(part[found], x)) >= 0, (point, problem)
        else:
            assert found == -1, (point, problem)


@every
def test_witnesses_are_located_in_their_own_cells(key):
    _, part, _ = sides(key)
    own = [i for i, cell in enumerate(part) if cell.exact_witness is None]
    assert part.locate(part.witnesses[own]).tolist() == own


@every
def test_points_outside_the_domain_are_in_no_cell(key):
    problem, part, _ = sides(key)
    outside = np.array([[math.nextafter(high, math.inf) for _, high in bounding_box(problem)], [1e300] * problem.dim, [-1e300] * problem.dim])
    assert part.locate(outside).tolist() == [-1, -1, -1]


def test_no_points_are_located_nowhere():
    _, part, _ = sides("through corners")
    assert part.locate(np.zeros((0, 2))).shape == (0,)


# --- as a sequence ------------------------------------------------------------------------------------------------------------------------


@every
def test_find_inverts_codes(key):
    _, part, _ = sides(key)
    assert [part.find(code) for code in part.codes] == list(range(len(part)))


@every
def test_a_code_without_a_cell_is_not_found(key):
    problem, part, expected = sides(key)
    n_units = part.codes.shape[1]
    absent = [code for code in product((0, 1), repeat=min(n_units, 8)) if n_units <= 8 and code not in expected]
    for code in absent:
        with pytest.raises(KeyError):
            part.find(code)
    assert len(absent) == (2**n_units - len(part) if n_units <= 8 else 0), problem


def test_a_cell_is_equal_to_itself_and_to_no_other():
    problem = random_problem(9)
    part, twin = (geom.subdivide(problem.network(), problem.region()) for _ in range(2))
    assert part.cell_at(part.witnesses[1]) == part[1] == part[1 - len(part)]
    assert part[1] not in (part[0], twin[1], 1)
    assert set(part) == {part[i] for i in range(len(part))}


@every
def test_iteration_and_indexing_give_the_same_cells(key):
    _, part, _ = sides(key)
    assert [cell.code.tolist() for cell in part] == [part[i].code.tolist() for i in range(len(part))] == part.codes.tolist()
    assert [part[i - len(part)].code.tolist() for i in range(len(part))] == part.codes.tolist()


@pytest.mark.parametrize("beyond", [4, -5, 10**30])
def test_a_number_out_of_range_is_an_index_error(beyond):
    _, part, _ = sides("through corners")
    assert len(part) == 4
    with pytest.raises(IndexError):
        part[beyond]


@pytest.mark.parametrize(
    "call",
    [
        lambda part: part.find([0, 0]),
        lambda part: part.find([0, 0, 2]),
        lambda part: part.find([0.0, 0.5, 1.0]),
        lambda part: part.locate([0.0, 0.0]),
        lambda part: part.locate([[0.0, 0.0, 0.0]]),
        lambda part: part.locate([[np.nan, 0.0]]),
        lambda part: part.locate([[np.inf, 0.0]]),
    ],
)
def test_bad_input_is_refused_with_an_error_of_the_family(call):
    _, part, _ = sides("through corners")
    with pytest.raises(geom.GeomError):
        call(part)


@pytest.mark.parametrize(
    "points",
    [
        [[0], [1, 2]],
        [[10**400, 0]],
        [[0, -(10**400)]],
        [[1j, 0]],
        np.array([[0.5 + 1j, 0.5]]),
        np.array([[0.5 + 0j, 0.5]]),
        np.array([[np.complex64(1j), 0.5]], dtype=object),
        [["a", 0]],
        [[None, 0]],
        None,
        0.5,
        [],
    ],
    ids=lambda points: str(points)[:20],
)
@pytest.mark.parametrize("domain", [geom.Box([-1, -1], [1, 1]), geom.HPolytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1]), None], ids=repr)
def test_what_are_no_points_is_refused_by_the_domain_the_partition_and_the_network(domain, points):
    net = geom.Network.mlp([np.eye(2), [[1.0, 1.0]]], [[0.25, -0.25], [0.0]])
    part = geom.subdivide(net, domain)
    for ask in (part.locate, part.domain.contains):
        with pytest.raises(geom.DomainError, match=r"points? "):
            ask(points)
    for ask in (net, net.code):
        with pytest.raises(geom.NetworkError, match=r"inputs? "):
            ask(points)


def test_signs_are_counted_by_how_they_were_decided():
    for key in NAMES:
        _, part, _ = sides(key)
        assert min(part.stats.filter, part.stats.refreshed, part.stats.exact) >= 0
    assert sides("no hidden layer")[1].stats.exact == 0


def test_one_line_tells_the_sizes():
    _, part, _ = sides("through corners")
    for shown in (repr(part), repr(part[0]), repr(part[0].facets[0])):
        assert "\n" not in shown
    assert "4" in repr(part)


def test_a_stopped_walk_survives_pickling():
    problem = random_problem(9)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget=geom.Budget(cells=1))
    again = pickle.loads(pickle.dumps(stopped.value))
    assert (again.limit, again.value, again.cells, str(again)) == ("cells", 1, 1, str(stopped.value))
    assert again.partial.codes.tolist() == stopped.value.partial.codes.tolist()


@pytest.mark.parametrize("again", [lambda part: pickle.loads(pickle.dumps(part)), copy.deepcopy], ids=["pickled", "copied"])
def test_a_partition_that_was_asked_things_survives_being(again):
    problem = random_problem(9)
    part = geom.subdivide(problem.network(), problem.region())
    asked = part.adjacency(), part[0].vrep(exact=True), part.linear_regions(), part.locate(part.witnesses), part.decision_boundary()
    twin = again(part)
    assert (twin.codes == part.codes).all()
    assert (twin.adjacency() != asked[0]).nnz == 0
    assert [cell.facets for cell in twin] == [cell.facets for cell in part]
    assert [[v.tolist() for v in cell.affine(exact=True)] for cell in twin] == [[v.tolist() for v in cell.affine(exact=True)] for cell in part]
    assert geom.check(twin).ok


def test_an_example_by_hand():
    # Over [-1, 1]: relu(x), then relu(1/2 - that): the function is 1/2 - x, cut at 0 and ending in 0 from 1/2 on.
    net = geom.Network.mlp([[[1.0]], [[-1.0]], [[1.0]]], [[0.0], [0.5], [0.0]])
    part = geom.subdivide(net, geom.Box([-1], [1]))
    assert codes(part) == [(0, 1), (1, 0), (1, 1)]
    assert [sorted(facet_names(cell)) for cell in part] == [[((), (0,)), ((0,), ())], [((), (1,)), ((1,), ())], [((), (0,)), ((), (1,))]]
    assert [sorted(map(tuple, cell.vrep()[0].tolist())) for cell in part] == [[(-1.0,), (0.0,)], [(0.5,), (1.0,)], [(0.0,), (0.5,)]]
    assert [cell.volume(exact=True) for cell in part] == [1, Fraction(1, 2), Fraction(1, 2)]
    assert [[v.tolist() for v in cell.affine()] for cell in part] == [[[[0.0]], [0.5]], [[[0.0]], [0.0]], [[[-1.0]], [0.5]]]
    assert part.locate([[-1.0], [-0.0], [0.25], [0.5], [1.0], [1.5]]).tolist() == [0, 0, 2, 1, 1, -1]


def test_the_cell_at_a_point_is_the_one_that_locate_numbers():
    part = geom.subdivide(*((p := random_problem(9)).network(), p.region()))
    for witness in part.witnesses[:5]:
        assert part.cell_at(witness).index == part.locate(witness[None])[0]
    with pytest.raises(geom.NotFound, match="no cell contains x: it is outside"):
        part.cell_at(np.full(part.dim, 1e9))


def test_a_point_of_a_cell_that_a_budget_cut_off_is_in_no_cell():
    net = geom.Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]])
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, geom.Box([-1], [1]), budget={"cells": 1})
    with pytest.raises(geom.NotFound, match="a cell that the stopped walk did not reach"):
        stopped.value.partial.cell_at([0.9])
