"""The whole space and unbounded polyhedra: cells, facets, vertices, rays and lines are those of the reference; far points are located exactly."""

from fractions import Fraction

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, Problem, cube, random_problem
from comparison import assert_same_open_cells, assert_witnesses_inside, both_sides, codes, dot, exact, exact_vertices, slacks

import geom

IDENTITY2 = ([[1, 0], [0, 1]], [0, 0])
THREE_LINES = ([[1, 0], [0, 1], [1, 1]], [0, 0, -1])
TWO_LAYERS = [([[1, -1], [2, 1], [0, -1]], [0, 1, -1]), ([[1, -1, 1], [-1, 2, -2]], [-1, 0])]
PARALLEL = ([[1, 1], [2, 2], [-1, -1]], [0, -3, -1])

HALF_PLANE = ("polyhedron", [[-1, 0]], [0])
WEDGE = ("polyhedron", [[-1, 2], [-1, -3]], [0, 0])
SHIFTED_WEDGE = ("polyhedron", [["-1", "2"], ["-1", "-0.3"]], ["0.1", "0.7"])
STRIP = ("polyhedron", [[1, 1], [-1, -1]], [1, 2])
QUADRANT = ("polyhedron", [[-1, 0], [0, -1]], [0, 0])
THREE_WALLS = ("polyhedron", [[-1, 0], [0, -1], [0, 1]], [0, 1, 1])
REDUNDANT = ("polyhedron", [[-1, 0], [-2, 0], [-1, 0], [-1, -1], [0, -1]], [0, 0, 5, 0, 0])
RAY = ("polyhedron", [[-1]], ["0.1"])
OCTANT = ("polyhedron", [[-1, 0, 0], [0, -1, 0], [0, 0, -1]], [0, 0, 0])
SLAB = ("polyhedron", [[1, 0, 1], [-1, 0, -1]], [1, 1])
PRISM = ("polyhedron", [[-1, 0, 0], [0, -1, 0], [1, 1, 0]], [0, 0, 1])
CONE_OVER_A_SQUARE = ("polyhedron", [[1, 0, -1], [-1, 0, -1], [0, 1, -1], [0, -1, -1]], [0, 0, 0, 0])
HALF_SPACE4 = ("polyhedron", [[1, -1, 0, 2]], [3])

THREE_PLANES = ([[1, 0, 0], [1, 1, 0], [0, 1, -1]], [0, -1, 0])
BENT = [THREE_PLANES, ([[1, -1, 1]], [-1])]
FOUR_SPACE = [([[1, 0, 0, 0], [0, 1, -1, 0], [0, 0, 1, 1]], [0, 1, 0]), ([[1, -1, 1]], [0])]

DOMAINS = [
    *(Problem(f"{name}, {what}", tuple(hidden), domain) for name, domain in (
        ("half-plane", HALF_PLANE),
        ("wedge", WEDGE),
        ("decimal wedge", SHIFTED_WEDGE),
        ("strip", STRIP),
        ("quadrant", QUADRANT),
        ("three walls", THREE_WALLS),
        ("redundant walls", REDUNDANT),
    ) for what, hidden in (
        ("nothing cuts", []),
        ("along the axes", [IDENTITY2]),
        ("three lines", [THREE_LINES]),
        ("two layers", TWO_LAYERS),
        ("parallel lines", [PARALLEL]),
        ("folds", [IDENTITY2, IDENTITY2, TWO_LAYERS[0]]),
    )),
    *(Problem(f"{name}, {what}", tuple(hidden), domain) for name, domain in (
        ("octant", OCTANT),
        ("slab", SLAB),
        ("prism", PRISM),
        ("cone over a square", CONE_OVER_A_SQUARE),
    ) for what, hidden in (("nothing cuts", []), ("three planes", [THREE_PLANES]), ("two layers", BENT))),
    Problem("ray, nothing cuts", (), RAY),
    Problem("ray, five points", (([[1], [2], [4], [10], [1]], [0, 1, -1, 1, 1]),), RAY),
    Problem("half-space of four dimensions", tuple(FOUR_SPACE), HALF_SPACE4),
]  # fmt: skip

SPACES = [
    Problem("nothing cuts", (), ("space", 3)),
    Problem("one line of constant sign", (([[0, 0]], [1]),), ("space", 2)),
    Problem("one line", (([[1, 2]], [1]),), ("space", 2)),
    Problem("two parallel lines", (([[1, 2], [1, 2]], [1, 0]),), ("space", 2)),
    Problem("three lines", (THREE_LINES,), ("space", 2)),
    Problem("three planes along a line", (([[1, 0, 1], [0, 1, 1], [1, 1, 2]], [0, 1, -1]),), ("space", 3)),
    Problem("three parallel planes, then a fold", (([[1, 1, 0], [1, 1, 0], [-2, -2, 0]], [0, -1, 1]), ([[1, -1, 1]], [-1])), ("space", 3)),
    Problem("idle first coordinate", (([[0, 1, 0], [0, 1, 1]], [0, -1]), ([[1, -1]], [0])), ("space", 3)),
    Problem("two layers", tuple(TWO_LAYERS), ("space", 2)),
    Problem("bent planes", tuple(BENT), ("space", 3)),
    Problem("four dimensions", tuple(FOUR_SPACE), ("space", 4)),
    Problem("diamond", (IDENTITY2, ([[1, 1]], [-1])), ("space", 2), activation=["abs", "relu"]),
    Problem("behind dead units", (([[1, 0], [0, 1]], [0, 0]), ([[-1, -1]], [1])), ("space", 2)),
]

# Those of four dimensions and long numbers take the reference seconds.
QUICK = [seed for seed in range(96) if seed % 4 < 3 or seed // 4 % 2 == 0]

OPEN = {problem.name: problem for problem in [*DOMAINS, *SPACES]}
assert len(OPEN) == len(DOMAINS) + len(SPACES)


def space_problem(name):
    """A case of the table without its box."""
    case = BY_NAME[name]
    return Problem(f"{name}, whole space", case.hidden, ("space", case.dim), activation=case.activation, head=case.head)


def random_space(seed):
    problem = random_problem(seed)
    return Problem(f"seed {seed}, whole space", problem.hidden, ("space", problem.dim), activation=problem.activation)


def assert_exact_faces(part, problem):
    """Vertices, rays and lines of every cell, by trying all bases of the rows that the reference gives its code."""
    net, dim = problem.reference_network(), problem.dim
    for cell, code in zip(part, codes(part), strict=True):
        rows = reference.rows_of(net, code, dim, problem.reference_region())
        vertices, rays, lines = ([tuple(v) for v in part] for part in cell.vrep(exact=True))
        zeros_at = [frozenset(i for i, row in enumerate(rows) if dot(row, (*v, 1)) == 0) for v in vertices]
        zeros_on = [frozenset(i for i, row in enumerate(rows) if dot(row, (*v, 0)) == 0) for v in rays]
        assert all(dot(row, (*v, 1)) >= 0 for row in rows for v in vertices), (problem.shown(), code)
        assert all(dot(row, (*v, 0)) >= 0 for row in rows for v in rays), (problem.shown(), code)
        assert all(dot(row, (*v, 0)) == 0 for row in rows for v in lines), (problem.shown(), code)
        assert len(set(zeros_at)) == len(vertices), (problem.shown(), code)
        assert len(set(zeros_on)) == len(rays), (problem.shown(), code)
        assert set(zeros_at) == reference.minimal_faces(rows, dim), (problem.shown(), code)
        assert set(zeros_on) == reference.extreme_rays(rows, dim), (problem.shown(), code)
        assert reference.rank(lines) == len(lines) == dim - reference.rank([row[:-1] for row in rows]), (problem.shown(), code)
        assert cell.is_bounded == (not rays and not lines), (problem.shown(), code)


# --- cells and faces ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OPEN)
def test_cells_facets_and_boundedness_are_those_of_the_reference(name):
    problem, part, expected = both_sides(OPEN.__getitem__, name)
    assert_same_open_cells(part, expected, problem)


@pytest.mark.parametrize("name", [name for name, problem in OPEN.items() if sum(len(bias) for _, bias in problem.hidden) < 6])
def test_linear_programs_over_all_codes_give_the_same_cells_and_facets(name):
    # Two methods of the reference, the second one without any box.
    problem, _, expected = both_sides(OPEN.__getitem__, name)
    walls = problem.reference_region() or [([0] * problem.dim, 1)]
    found = reference.cells_by_programs(problem.reference_network(), walls)
    assert found == {code: cell.facet_names() for code, cell in expected.items()}


@pytest.mark.parametrize("name", OPEN)
def test_vertices_rays_and_lines_are_exact_and_complete(name):
    problem, part, _ = both_sides(OPEN.__getitem__, name)
    assert_exact_faces(part, problem)


@pytest.mark.parametrize("name", OPEN)
def test_vertices_are_those_of_the_reference(name):
    _, part, expected = both_sides(OPEN.__getitem__, name)
    for cell, code in zip(part, codes(part), strict=True):
        if not len(cell.vrep()[2]):
            assert set(exact_vertices(cell)) == expected[code].vertices, code


@pytest.mark.parametrize("name", OPEN)
def test_witnesses_are_strictly_inside(name):
    problem, part, _ = both_sides(OPEN.__getitem__, name)
    assert_witnesses_inside(part, problem)


HIDDEN = ["leaky with slope 1", "leaky with slope 1 before relu"]


@pytest.mark.parametrize("name", [case.name for case in CASES if case.name not in HIDDEN])
def test_degenerate_networks_on_the_whole_space_have_the_cells_of_the_reference(name):
    problem, part, expected = both_sides(space_problem, name)
    assert_same_open_cells(part, expected, problem)
    assert_witnesses_inside(part, problem)


SMALL_CASES = [case.name for case in CASES if case.dim < 3 and sum(len(bias) for _, bias in case.hidden) < 9 and case.name not in HIDDEN]


@pytest.mark.parametrize("name", SMALL_CASES)
def test_degenerate_networks_on_the_whole_space_have_exact_faces(name):
    problem, part, _ = both_sides(space_problem, name)
    assert_exact_faces(part, problem)


@pytest.mark.parametrize("name", HIDDEN)
def test_layers_of_slope_1_are_taken_into_the_next_layer(name):
    problem = space_problem(name)
    assert_same_open_cells(geom.subdivide(problem.network()), problem.reference_cells(), problem)


def test_a_direction_that_only_an_identity_unit_carries_is_refused_in_the_whole_space():
    # x passes a unit of slope 1 and is cut in the second layer only; the first layer cuts y. In a box that is no matter.
    first = geom.Layer(np.eye(2), np.zeros(2), [[0, 0], [1, 1]], [[1, 1], [0, 1]])
    net = geom.Network([first, geom.Layer.relu([[1.0, 0.0]], [0.0]), geom.Layer.linear([[1.0]], [0.0])])
    with pytest.raises(geom.NetworkError, match="first-layer units that do not cut carry directions that deeper units cut; give a bounded domain"):
        geom.subdivide(net)
    assert geom.subdivide(net, geom.Box([-1, -1], [1, 1])).codes.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1]]


@pytest.mark.parametrize("seed", QUICK)
def test_random_networks_on_the_whole_space_have_the_cells_of_the_reference(seed):
    problem, part, expected = both_sides(random_space, seed)
    assert_same_open_cells(part, expected, problem)
    assert_witnesses_inside(part, problem)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [seed for seed in range(480) if seed not in QUICK])
def test_many_random_networks_on_the_whole_space_have_the_cells_of_the_reference(seed):
    problem, part, expected = both_sides(random_space, seed)
    assert_same_open_cells(part, expected, problem)
    assert_witnesses_inside(part, problem)


SMALL = [s for s in range(96) if sum(len(b) for _, b in random_problem(s).hidden) <= (14, 9, 7, 6)[s % 4]]


@pytest.mark.parametrize("seed", SMALL)
def test_random_networks_on_the_whole_space_have_exact_faces(seed):
    problem, part, _ = both_sides(random_space, seed)
    assert_exact_faces(part, problem)


@pytest.mark.parametrize("seed", range(0, 96, 4))
def test_random_networks_in_random_cones_have_the_cells_of_the_reference(seed):
    rng = np.random.default_rng(seed)
    front = random_problem(seed + 1)
    n_walls = int(rng.integers(1, front.dim + 1))
    walls, bounds = rng.integers(-3, 4, size=(n_walls, front.dim)), [Fraction(int(v), 7) for v in rng.integers(1, 9, size=n_walls)]
    walls = [w if any(w) else [1] * front.dim for w in walls.tolist()]
    problem = Problem(f"seed {seed + 1} in a cone", front.hidden, ("polyhedron", walls, bounds), activation=front.activation)
    if not problem.region().is_bounded:
        assert_same_open_cells(geom.subdivide(problem.network(), problem.region()), problem.reference_cells(), problem)


@pytest.mark.parametrize("name", OPEN)
def test_counting_gives_the_same_number(name):
    problem, part, _ = both_sides(OPEN.__getitem__, name)
    assert geom.count(problem.network(), problem.region()).cells == len(part)


@pytest.mark.parametrize("seed", range(0, 96, 7))
def test_a_box_beyond_all_vertices_has_the_same_codes(seed):
    problem, part, _ = both_sides(random_space, seed)
    radius = reference.coordinate_bound(problem.reference_network(), problem.dim)
    assert codes(geom.subdivide(problem.network(), geom.Box([-radius] * problem.dim, [radius] * problem.dim))) == codes(part), problem.shown()


def test_a_strip_is_unbounded_and_its_lines_are_given():
    # Two parallel lines: the strip between them has two vertices' worth of minimal faces and one line.
    part = geom.subdivide(geom.Network.mlp([[[1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0]]], [[0.0, -1.0], [0.0]]))
    assert part.is_bounded.tolist() == [False, False, False]
    assert [cell.volume() for cell in part] == [np.inf] * 3
    assert [cell.vrep(exact=True)[2].tolist() for cell in part] == [[[0, 1]]] * 3


@pytest.mark.parametrize("name", ["three lines", "two layers", "wedge, three lines", "strip, two layers", "prism, two layers", "bent planes"])
def test_volumes_are_infinite_where_cells_are_unbounded_and_exact_elsewhere(name):
    _, part, _ = both_sides(OPEN.__getitem__, name)
    for cell in part:
        if cell.is_bounded:
            assert cell.volume(exact=True) > 0
        else:
            assert cell.volume() == np.inf
            with pytest.raises(geom.DomainError):
                cell.volume(exact=True)


def test_the_bounded_triangle_of_three_lines_has_its_area():
    _, part, _ = both_sides(OPEN.__getitem__, "three lines")
    assert [cell.volume(exact=True) for cell in part if cell.is_bounded] == [Fraction(1, 2)]


# --- points -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1e6, 1e12, 1e300])
@pytest.mark.parametrize("name", OPEN)
def test_far_points_are_located_in_cells_whose_rows_hold_them_exactly(name, scale):
    problem, part, _ = both_sides(OPEN.__getitem__, name)
    rng = np.random.default_rng(0)
    points = rng.normal(size=(40, problem.dim)) * scale
    points[:10] = np.round(points[:10])
    points[10:15] = scale * rng.integers(-1, 2, size=(5, problem.dim))
    net, walls = problem.reference_network(), problem.reference_region()
    for point, index in zip(points, part.locate(points).tolist(), strict=True):
        x = exact(point)
        if index < 0:
            assert not reference.contains(walls, x)
        else:
            assert min(slacks(part[index], x), default=0) >= 0
            assert reference.contains(walls, x)
            if min(slacks(part[index], x), default=1) > 0:
                assert reference.code_at(net, x) == codes(part)[index]


@pytest.mark.parametrize("name", ["wedge, two layers", "two layers", "cone over a square, two layers", "octant, three planes", "four dimensions"])
def test_vertices_and_points_far_out_on_rays_are_located_in_a_cell_that_holds_them(name):
    _, part, _ = both_sides(OPEN.__getitem__, name)
    for cell in part:
        vertices, rays, _ = cell.vrep(exact=True)
        far = [tuple(v + 2**40 * r for v, r in zip(vertex, ray, strict=True)) for vertex in vertices for ray in rays]
        points = [p for p in [*map(tuple, vertices), *far] if all(float(x) == x for x in p)]
        for p, index in zip(points, part.locate(np.array(points, dtype=float).reshape(len(points), part.dim)).tolist(), strict=True):
            assert index >= 0
            assert min(slacks(part[index], p)) >= 0


def test_points_outside_an_unbounded_domain_are_nowhere():
    part = geom.subdivide(Problem("quadrant", (THREE_LINES,), QUADRANT).network(), geom.HPolytope(*QUADRANT[1:]))
    assert part.locate([[-1e-300, 1.0], [1.0, -5e-324], [1e300, -1.0]]).tolist() == [-1, -1, -1]
    assert (part.locate([[0.0, 0.0], [1e300, 0.0], [0.0, 1e308]]) >= 0).all()


# --- files and limits ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["strip, two layers", "two layers", "three planes along a line", "decimal wedge, three lines"])
def test_open_partitions_come_back_from_files(name, tmp_path):
    _, part, _ = both_sides(OPEN.__getitem__, name)
    part.save(tmp_path / "part.npz")
    back = geom.open(tmp_path / "part.npz")
    assert back.codes.tobytes() == part.codes.tobytes()
    assert back.witnesses.tobytes() == part.witnesses.tobytes()
    assert back.is_bounded.tolist() == part.is_bounded.tolist()
    assert [cell.facets for cell in back] == [cell.facets for cell in part]
    assert [tuple(v.tolist() for v in cell.vrep(exact=True)) for cell in back] == [tuple(v.tolist() for v in cell.vrep(exact=True)) for cell in part]


@pytest.mark.parametrize("cells", [1, 5, 100, 300])
def test_a_budget_of_cells_gives_the_first_so_many_in_the_whole_space(cells):
    rng = np.random.default_rng(0)
    net = geom.Network.mlp([rng.normal(size=(12, 3)), np.ones((1, 12))], [rng.normal(size=12), [0.0]])
    whole = geom.subdivide(net)
    assert len(whole) == 299  # 1 + 12 + 66 + 220
    if cells < 299:
        with pytest.raises(geom.BudgetExceeded) as stopped:
            geom.subdivide(net, budget=geom.Budget(cells=cells))
        assert codes(stopped.value.partial) == codes(whole)[:cells]
    else:
        assert codes(geom.subdivide(net, budget=geom.Budget(cells=cells))) == codes(whole)


def test_the_first_layers_alone_are_a_network_of_their_own_in_the_whole_space():
    problem = OPEN["two layers"]
    for upto in range(3):
        front = Problem("front", problem.hidden[:upto], ("space", 2))
        assert_same_open_cells(geom.subdivide(problem.network(), upto=upto), front.reference_cells(), front)


def test_a_cube_that_shrinks_onto_the_vertices_loses_no_bounded_cell():
    problem, part, _ = both_sides(OPEN.__getitem__, "bent planes")
    bounded = {code for code, is_bounded in zip(codes(part), part.is_bounded, strict=True) if is_bounded}
    assert bounded <= set(codes(geom.subdivide(problem.network(), Problem("box", (), cube(3, 10)).region())))
