"""Pieces of decision boundaries and zero sets: against the slow reference, degenerate ones by name, and what must hold of any."""

from collections import defaultdict
from fractions import Fraction
from functools import cache
from itertools import combinations, pairwise

import boundary_reference
import networkx as nx
import numpy as np
import pytest
import reference
from boundary_cases import DEGENERATE, FAMILIAR, familiar, random_boundary, tied_boundary, unbounded_boundary
from boundary_comparison import assert_same_boundary, point_set, rows_at_least_zero
from cases import Problem, cube, random_problem
from comparison import codes, exact_vertices

import geom

QUICK = range(200)


@cache
def subdivided(maker, key):
    problem = maker(key)
    return problem, geom.subdivide(problem.network(), problem.region())


def degenerate(name):
    return DEGENERATE[name]


def reference_of(problem):
    net = problem.reference_network()
    if len(net.head[1]) > 1:
        return boundary_reference.argmax_boundary(net, problem.dim, problem.reference_region(), problem.is_open)
    return boundary_reference.zero_set(net, problem.dim, problem.reference_region(), [1], 0, problem.is_open)


def boundary_of(maker, key):
    problem, part = subdivided(maker, key)
    return problem, part.decision_boundary()


# --- against the reference ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_boundaries_are_those_of_the_reference(name):
    problem, boundary = boundary_of(degenerate, name)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.parametrize("name", FAMILIAR)
def test_boundaries_on_degenerate_partitions_are_those_of_the_reference(name):
    problem, boundary = boundary_of(familiar, name)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.parametrize("seed", QUICK)
def test_boundaries_of_random_networks_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(random_boundary, seed)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(len(QUICK), 3000))
def test_boundaries_of_many_random_networks_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(random_boundary, seed)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


FORMS = [
    ([1, -1, 0, 2], 0),
    ([2, 1, 1, 0], "-1/3"),
    ([0.5, -3, 1, 1], 0.1),
    ([0, 0, 0, 0], 0),
    ([0, 0, 0, 0], 1),
    (["0.1", "-0.3", "1/7", 1], "0.05"),
]


@pytest.mark.parametrize("seed", range(0, 96, 2))
def test_zero_sets_of_forms_of_outputs_are_those_of_the_reference(seed):
    problem, part = subdivided(random_boundary, seed)
    net = problem.reference_network()
    c, offset = FORMS[seed // 2 % len(FORMS)]
    c = c[: len(net.head[1])]
    expected = boundary_reference.zero_set(net, problem.dim, problem.reference_region(), c, offset, problem.is_open)
    assert_same_boundary(part.zero_set(c, offset), expected, problem.shown())


def classes_asked(boundary):
    return [(piece.classes, point_set(piece.vrep(exact=True)[0]), point_set(piece.vrep(exact=True)[1])) for piece in boundary]


@pytest.mark.parametrize(
    ("maker", "key"),
    [(degenerate, name) for name, case in DEGENERATE.items() if case.head and len(case.head[1]) > 1]
    + [(random_boundary, seed) for seed in range(120) if len(random_boundary(seed).head[1]) > 2]
    + [(tied_boundary, seed) for seed in range(0, 120, 2)],
)
def test_the_boundary_of_named_classes_is_the_part_of_the_whole_that_has_them(maker, key):
    problem, part = subdivided(maker, key)
    whole, n = part.decision_boundary(), len(problem.head[1])
    pieces, ties = classes_asked(whole), whole.vanishing.tolist()
    for i in range(n):
        one = part.decision_boundary(i)
        assert classes_asked(one) == [piece for piece in pieces if i in piece[0]], problem.shown()
        assert one.vanishing.tolist() == [tie for tie in ties if i in tie[1:]], problem.shown()
        for j in range(i):
            two = part.decision_boundary(i, j)
            assert classes_asked(two) == classes_asked(part.decision_boundary(j, i)) == [piece for piece in pieces if piece[0] == (j, i)]
            assert two.vanishing.tolist() == [tie for tie in ties if tie[1:] == [j, i]], problem.shown()


# --- representations ----------------------------------------------------------------------------------------------------------------------

REPRESENTED = [(degenerate, name) for name in DEGENERATE]
REPRESENTED += [(random_boundary, seed) for seed in range(0, 120, 3)] + [(unbounded_boundary, seed) for seed in range(0, 96, 4)]


def dot(a, x):
    return sum(p * q for p, q in zip(a, x, strict=True))


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_both_representations_are_one_polyhedron_and_irredundant(maker, key):
    # By trying all bases of the inequalities (`reference.minimal_faces`, `extreme_rays`), as for cells in test_space.
    problem, boundary = boundary_of(maker, key)
    for piece in boundary:
        rows, equations = rows_at_least_zero(piece)
        everything = [*rows, *equations, *([-v for v in row] for row in equations)]
        vertices, rays, lines = ([tuple(v) for v in part] for part in piece.vrep(exact=True))
        at = [frozenset(k for k, row in enumerate(everything) if dot(row, (*v, 1)) == 0) for v in vertices]
        along = [frozenset(k for k, row in enumerate(everything) if dot(row, (*v, 0)) == 0) for v in rays]
        assert all(dot(row, (*v, 1)) >= 0 for row in everything for v in vertices), problem.shown()
        assert all(dot(row, (*v, 0)) >= 0 for row in everything for v in rays), problem.shown()
        assert all(dot(row, (*v, 0)) == 0 for row in everything for v in lines), problem.shown()
        assert len(set(at)) == len(vertices), problem.shown()
        assert set(at) == reference.minimal_faces(everything, boundary.dim), problem.shown()
        assert len(set(along)) == len(rays), problem.shown()
        assert set(along) == reference.extreme_rays(everything, boundary.dim), problem.shown()
        assert reference.rank(lines) == len(lines) == boundary.dim - reference.rank([row[:-1] for row in everything]), problem.shown()
        generators = [(*v, 1) for v in vertices] + [(*v, 0) for v in [*rays, *lines]]
        assert reference.rank(generators) == boundary.dim, "a piece has dimension d - 1"
        for row in rows:  # each row holds a facet of the piece, so none can be spared, and no two hold the same
            assert reference.rank([g for g in generators if dot(row, g) == 0]) == boundary.dim - 1, problem.shown()
        assert len({frozenset(g for g in generators if dot(row, g) == 0) for row in rows}) == len(rows), problem.shown()


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_hyperplanes_are_the_differences_of_the_outputs_maps(maker, key):
    # Equation 26 of the paper, corrected (spec.md E19): composing the layers, biases included, is what `reference.affine` does.
    problem, boundary = boundary_of(maker, key)
    net = problem.reference_network()
    own = codes(boundary.partition)
    for piece in boundary:
        slopes, constants = reference.affine(net, own[piece.cell], problem.dim)
        rows = [[*row, b] for row, b in zip(slopes, constants, strict=True)]
        i, j = piece.classes
        true = rows[i] if j < 0 else [p - q for p, q in zip(rows[i], rows[j], strict=True)]
        alpha, beta = piece.hyperplane(exact=True)
        assert [*alpha, beta] == true, problem.shown()
        near, constant = piece.hyperplane()
        scale = max(abs(v) for v in true[:-1])
        for double, v in zip([*near.tolist(), constant], true, strict=True):
            assert abs(Fraction(double) - v) <= max(scale, abs(v)) * Fraction(1, 2**20), problem.shown()


def test_the_bias_of_a_middle_layer_enters_the_boundary():
    # Erratum E19: identities with biases 0, 2 and -5 have their boundary at x = 3; the printed formula says 5.
    net = geom.Network.mlp([[[1]], [[1]], [[1]]], [[0], [2], [-5]])
    [piece] = geom.subdivide(net, geom.Box([0], [9])).decision_boundary()
    assert piece.vrep(exact=True)[0].tolist() == [[3]]
    assert piece.hyperplane(exact=True)[1] == -3


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_doubles_are_within_their_radius_of_exact_vertices(maker, key):
    problem, boundary = boundary_of(maker, key)
    pieces = boundary.pieces
    for piece in boundary:
        at = pieces.vertices_of(piece.index)
        exact = boundary.exact_vertices(piece.index)
        for near, is_ray, radius, (*x, w) in zip(pieces.vertex[at].tolist(), pieces.is_ray[at], pieces.radius[at].tolist(), exact, strict=True):
            assert is_ray == (w == 0), problem.shown()
            assert np.isfinite(radius), problem.shown()
            if not is_ray:
                assert all(abs(Fraction(p) - Fraction(q, w)) <= Fraction(radius) for p, q in zip(near, x, strict=True)), problem.shown()
            else:  # within that of a positive multiple
                k = max(range(len(x)), key=lambda j: abs(x[j]))
                factor = Fraction(near[k]) / x[k]
                assert factor > 0, problem.shown()
                assert all(abs(Fraction(p) - factor * q) <= 2 * Fraction(radius) for p, q in zip(near, x, strict=True)), problem.shown()


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_volumes_are_those_of_the_exact_vertices(maker, key):
    problem, boundary = boundary_of(maker, key)
    for piece in boundary:
        vertices, rays, lines = (part.tolist() for part in piece.vrep(exact=True))
        assert piece.is_bounded == (not rays and not lines), problem.shown()
        if not piece.is_bounded:
            assert piece.volume == piece.exact_volume() == np.inf
        elif boundary.dim == 1:
            assert piece.volume == piece.exact_volume() == 1.0
        elif boundary.dim == 2:
            squared = sum((p - q) ** 2 for p, q in zip(*vertices, strict=True))
            assert piece.exact_volume() == pytest.approx(float(squared) ** 0.5, rel=1e-15)
        else:
            alpha = piece.hyperplane(exact=True)[0].tolist()
            assert piece.exact_volume() == pytest.approx(projected_volume(vertices, alpha), rel=1e-12)
        assert piece.volume == pytest.approx(piece.exact_volume(), rel=1e-9), problem.shown()


def projected_volume(vertices, alpha):
    """The volume of the projection along a coordinate, by cones over the hull of all vertices, times the stretch |alpha| / |alpha_k|."""
    k = max(range(len(alpha)), key=lambda j: abs(alpha[j]))
    flat = [[v for j, v in enumerate(x) if j != k] for x in vertices]
    dim = len(flat[0])
    rows = hull_rows(flat, dim)
    facets = [reference.Facet((), (), frozenset(tuple(x) for x in flat if dot(row, (*x, 1)) == 0)) for row in rows]
    size = reference.volume(reference.Cell((), frozenset(map(tuple, flat)), facets))
    return float(size) * (float(sum(v * v for v in alpha)) ** 0.5) / abs(float(alpha[k]))


def hull_rows(points, dim):
    """Supporting hyperplanes through dim of the points, one for each facet."""
    found = {}
    for chosen in combinations(points, dim):
        for row in reference.kernel([(*x, 1) for x in chosen], dim + 1) if reference.rank([(*x, 1) for x in chosen]) == dim else ():
            values = [dot(row, (*x, 1)) for x in points]
            if min(values) >= 0 or max(values) <= 0:
                found[frozenset(i for i, v in enumerate(values) if v == 0)] = row
    return list(found.values())


# --- where pieces meet --------------------------------------------------------------------------------------------------------------------


def closed_blob(seed, dim):
    """A compact {f >= 0} inside the box: the last layer's unit |x|_1-like bound beats all that a bounded second layer can add."""
    rng = np.random.default_rng([seed, dim])
    width = dim + 3
    first = np.concatenate([np.eye(dim), -np.eye(dim), rng.normal(size=(width - dim, dim))])
    second = rng.normal(size=(3, len(first))) * 0.4
    lift = np.zeros((2 * dim, len(first)))
    lift[:, : 2 * dim] = np.eye(2 * dim)
    hidden = (
        (first, [*[0.0] * 2 * dim, *rng.normal(size=width - dim) * 0.3]),
        (np.concatenate([lift, second]), [*[0.0] * 2 * dim, *rng.normal(size=3) * 0.2]),
    )
    head = ([[-1.0] * (2 * dim) + (-np.abs(rng.normal(size=3)) * 0.7).tolist()], [1.0])
    return Problem(f"blob {seed} in {dim} dimensions", hidden, cube(dim, 2), head=head)


@pytest.mark.parametrize("seed", range(30))
def test_every_vertex_of_a_generic_compact_curve_has_two_pieces(seed):
    problem = closed_blob(seed, 2)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    ends = [v for piece in boundary for v in exact_vertices(piece)]
    assert len(boundary) >= 4
    assert sorted(ends.count(v) for v in set(ends)) == [2] * len(set(ends)), problem.shown()
    assert boundary.is_closed.all()
    assert set(dict(boundary.graph().degree).values()) == {2}


@pytest.mark.parametrize(("seed", "dim"), [(seed, 3) for seed in range(8)] + [(seed, 4) for seed in range(2)])
def test_generic_compact_surfaces_are_closed(seed, dim):
    problem = closed_blob(seed, dim)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    ridges = []
    for piece in boundary:
        points = exact_vertices(piece)
        ridges += [frozenset(points[k] for k in corners) for corners in boundary.corners_of(piece.index)]
    assert sorted(ridges.count(ridge) for ridge in set(ridges)) == [2] * len(set(ridges)), problem.shown()
    assert boundary.is_closed.all()
    assert (boundary.links.size == 2).all()
    assert len(boundary.links.size) == len(set(ridges))


def larger(seed):
    """A network too large for the reference, with its box."""
    weights, biases, activation = larger_arrays(seed)
    dim = weights[0].shape[1]
    return geom.Network.mlp(weights, biases, activation), geom.Box([-2] * dim, [2] * dim)


def larger_arrays(seed):
    rng = np.random.default_rng([seed, 9])
    dim, width, kind = 2 + seed % 3, (12, 7, 5)[seed % 3], seed // 3 % 3
    widths = [dim, width, width, 2 + seed % 4]
    if kind:
        weights = [rng.integers(-3, 4, size=(n, m)) / (1, 2)[kind - 1] for m, n in pairwise(widths)]
        biases = [rng.integers(-2, 3, size=len(weight)) / 2 for weight in weights]
    else:
        weights = [rng.normal(size=(n, m)) for m, n in pairwise(widths)]
        biases = [rng.normal(size=len(weight)) for weight in weights]
    activation = ["relu", "abs" if kind == 1 else "relu"]
    outputs = geom.Network.mlp(weights, biases, activation)(rng.uniform(-2, 2, size=(200, dim)))
    biases[-1] = biases[-1] - outputs.mean(axis=0).round(1 if kind else 9)  # so that every class wins somewhere
    return weights, biases, activation


@pytest.mark.parametrize("seed", range(18))
def test_ridges_of_larger_networks_are_shared_iff_their_exact_vertices_are_equal(seed):
    net, box = larger(seed)
    boundary = geom.subdivide(net, box).decision_boundary()
    assert len(boundary) > 5
    sharing = defaultdict(list)
    for piece in boundary:
        points = exact_vertices(piece)
        for corners in boundary.corners_of(piece.index):
            sharing[frozenset(points[k] for k in corners)].append(piece.index)
    links = boundary.links
    found = sorted(sorted(links.piece[links.ridge == number].tolist()) for number in range(len(links.size)))
    ends = [ridge for ridge, pieces in sharing.items() if len(pieces) == 1]
    assert sorted(pieces for pieces in sharing.values() if len(pieces) > 1) == found
    assert len(ends) == (links.ridge < 0).sum()
    walls = [(j, bound) for j in range(boundary.dim) for bound in (-2, 2)]
    assert all(any(all(x[j] == bound for x in ridge) for j, bound in walls) for ridge in ends), "a boundary of all classes ends only on walls"


def test_a_boundary_that_leaves_the_domain_is_not_closed():
    part = geom.subdivide(geom.Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), geom.Box([-2, -2], [2, "0.5"]))
    boundary = part.decision_boundary()
    assert boundary.is_closed.tolist() == [False]
    assert (boundary.links.ridge < 0).sum() == 2


def test_four_pieces_meet_at_a_crossing():
    _, boundary = boundary_of(degenerate, "|x| - |y|")
    assert len(boundary) == 4
    assert boundary.links.size.tolist() == [4]
    assert boundary.is_closed.tolist() == [False]
    assert len(boundary.angles()["theta"]) == 0, "no two pieces meet alone"
    assert boundary.graph().number_of_edges() == 6


def test_a_curve_that_touches_a_wall_in_a_vertex_is_closed():
    _, boundary = boundary_of(degenerate, "|x| + |y| - 1 touches the box")
    assert boundary.is_closed.tolist() == [True]


def test_zeros_on_all_walls_go_around_the_corners():
    _, boundary = boundary_of(degenerate, "(1 - |x|) (1 - |y|) zero on four walls")
    assert boundary.volume.sum() == 8
    assert not boundary.changes.any()
    assert boundary.is_closed.tolist() == [True]


@pytest.mark.parametrize("seed", range(40))
def test_where_three_classes_meet_their_normals_add_up_to_zero(seed):
    # spec.md 8.1: (f_i - f_j) + (f_j - f_k) + (f_k - f_i) = 0.
    rng = np.random.default_rng(seed)
    dim, n_outputs = 2 + seed % 2, 3 + seed % 3
    net = geom.Network.mlp([rng.normal(size=(5, dim)), rng.normal(size=(n_outputs, 5))], [rng.normal(size=5), rng.normal(size=n_outputs)])
    boundary = geom.subdivide(net, geom.Box([-1] * dim, [1] * dim)).decision_boundary()
    links = boundary.links
    for number in np.flatnonzero(links.size > 2).tolist():
        at = [boundary[p] for p in links.piece[links.ridge == number].tolist()]
        assert len(at) == 3
        assert len({piece.cell for piece in at}) == 1
        (i, j), (i2, k), (j2, k2) = sorted(piece.classes for piece in at)
        assert (i, j, k) == (i2, j2, k2)
        alpha = {piece.classes: piece.hyperplane(exact=True)[0] for piece in at}
        assert not (alpha[i, j] + alpha[j, k] - alpha[i, k]).any()
    assert set(links.size.tolist()) <= {1, 2, 3}


def test_components_are_those_of_the_graph_of_pieces():
    for seed in range(60):
        _, boundary = boundary_of(random_boundary, seed)
        groups = list(nx.connected_components(boundary.graph()))
        labels = boundary.components.tolist()
        assert sorted(sorted(group) for group in groups) == sorted(sorted(i for i, label in enumerate(labels) if label == c) for c in set(labels))
        firsts = [labels.index(c) for c in range(len(set(labels)))]
        assert firsts == sorted(firsts), "numbered by their first pieces"


# --- counts and ways to ask ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "pieces", "vanishing"),
    [
        ("relu(x)", 1, 1),
        ("|x|", 1, 0),
        ("-|x|", 1, 0),
        ("|x| - |y|", 4, 0),
        ("|x| + |y|, one point", 0, 0),
        ("x - 1, a wall", 0, 1),
        ("constant output", 0, 0),
        ("zero output", 0, 4),
        ("twin logits", 0, 4),
        ("three classes, the middle one wins nowhere", 1, 0),
        ("no hidden layer, constant", 0, 1),
        ("four quadrants, whole space", 4, 0),
        ("eight classes, whole space", 12, 0),
        ("octahedron", 8, 0),
    ],
)
def test_pieces_and_vanishing_cells_are_so_many(name, pieces, vanishing):
    _, boundary = boundary_of(degenerate, name)
    assert len(boundary) == pieces
    assert len(set(boundary.vanishing[:, 0].tolist())) == vanishing


def test_a_piece_on_a_facet_names_a_facet_that_holds_it():
    for name in ("|x|", "boundary on a facet", "three classes on a facet", "class 1 beside a tie", "relu(x)", "relu(relu(x)) - relu(y)"):
        _, boundary = boundary_of(degenerate, name)
        table = boundary.partition.facets
        assert (boundary.facet >= 0).any()
        for piece in boundary:
            f = int(boundary.facet[piece.index])
            if f >= 0:
                cell = boundary.partition[piece.cell]
                assert table.at[piece.cell] <= f < table.at[piece.cell + 1]
                row = [f - table.at[piece.cell]]
                a, b = (v[row[0]] for v in cell.hrep(exact=True))
                assert all(dot(a, x) == b for x in exact_vertices(piece))


def test_columns_are_those_of_the_pieces():
    _, boundary = boundary_of(random_boundary, 13)
    columns = boundary.to_columns()
    assert list(columns) == ["piece", "cell", "i", "j", *(f"alpha_{k}" for k in range(boundary.dim)), "beta", "volume", "component", "changes"]
    assert all(len(column) == len(boundary) for column in columns.values())
    assert columns["cell"].tolist() == [piece.cell for piece in boundary]


def test_pieces_are_indexed_like_a_list():
    _, boundary = boundary_of(degenerate, "octahedron")
    assert boundary[-1].index == 7
    for wrong in (8, -9, 0.5, "a"):
        with pytest.raises(IndexError, match="of a boundary of 8"):
            boundary[wrong]


# --- what cannot be asked -----------------------------------------------------------------------------------------------------------------

TWO_CLASSES = geom.Network.mlp([[[1, 0], [0, 1]], [[1, -1], [0, 1], [1, 1]]], [[0, 0], [0, 0, -1]])
SQUARE = geom.Box([-1, -1], [1, 1])


@pytest.mark.parametrize("wrong", [3, -1, 0.5, "0", True])
def test_classes_that_do_not_exist_are_refused(wrong):
    part = geom.subdivide(TWO_CLASSES, SQUARE)
    with pytest.raises(geom.NetworkError, match=r"class .* is not one of 0\.\.2"):
        part.decision_boundary(wrong)
    with pytest.raises(geom.NetworkError, match=r"class .* is not one of 0\.\.2"):
        part.decision_boundary(0, wrong)


def test_a_class_has_no_boundary_with_itself():
    with pytest.raises(geom.NetworkError, match="between two classes; got 1 twice"):
        geom.subdivide(TWO_CLASSES, SQUARE).decision_boundary(1, 1)


def test_one_output_has_no_second_class():
    part = geom.subdivide(geom.Network.mlp([[[1]], [[1]]], [[0], [0]]), geom.Box([-1], [1]))
    with pytest.raises(geom.GeomError, match="one output"):
        part.decision_boundary(0, 0)
    with pytest.raises(geom.NetworkError, match=r"not one of 0\.\.0"):
        part.decision_boundary(1)
    assert len(part.decision_boundary(0)) == len(part.decision_boundary()) == 1


@pytest.mark.parametrize(
    ("c", "offset"), [([1, 2], 0), ([[1, 2, 3]], 0), (1, 0), ([1, 2, float("nan")], 0), ([1, 2, 3], float("inf")), ([1, 2, 3], "a")]
)
def test_forms_that_do_not_fit_the_outputs_are_refused(c, offset):
    with pytest.raises(geom.GeomError):
        geom.subdivide(TWO_CLASSES, SQUARE).zero_set(c, offset)


def test_a_partition_that_was_cut_short_has_no_boundary():
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(TWO_CLASSES, SQUARE, budget=geom.Budget(cells=2))
    for ask in ("decision_boundary", "decision_distance", "zero_set", "edge"):
        arguments = {"decision_distance": [[[0, 0]]], "zero_set": [[1, 0, 0]], "edge": [0, 0]}.get(ask, [])
        with pytest.raises(geom.GeomError, match="cut short after 2 cells"):
            getattr(stopped.value.partial, ask)(*arguments)


def test_a_partition_of_the_first_layers_has_no_outputs():
    net = geom.Network.mlp([[[1]], [[1]], [[1]]], [[0], [-1], [-2]])
    part = geom.subdivide(net, geom.Box([-1], [4]), upto=1)
    with pytest.raises(geom.GeomError, match="first 1 of 2 hidden layers"):
        part.decision_boundary()
    assert len(geom.subdivide(net, geom.Box([-1], [4])).decision_boundary()) == 1


def test_a_saved_partition_has_the_same_boundary(tmp_path):
    for seed in (1, 12, 29, 4):
        problem, part = subdivided(random_boundary, seed)
        part.save(tmp_path / f"{seed}.geom")
        again = geom.open(tmp_path / f"{seed}.geom").decision_boundary()
        boundary = part.decision_boundary()
        assert again.to_columns().keys() == boundary.to_columns().keys()
        for name, column in boundary.to_columns().items():
            assert column.tobytes() == again.to_columns()[name].tobytes(), (name, problem.shown())


@pytest.mark.parametrize("seed", range(0, 48, 5))
def test_random_problems_with_one_output_have_the_zero_set_of_the_reference(seed):
    problem = random_problem(seed)
    if sum(len(bias) for _, bias in problem.hidden) > (30, 16, 9, 5)[problem.dim - 1]:
        pytest.skip("too large for the reference")
    part = geom.subdivide(problem.network(), problem.region())
    expected = boundary_reference.zero_set(problem.reference_network(), problem.dim, problem.reference_region(), [1], "-1/4")
    assert_same_boundary(part.zero_set([1], "-1/4"), expected, problem.shown())


def on_the_line(net, start, direction):
    """The network along start + t direction, for the reference."""
    first = net.hidden[0]
    weight = [[dot(row, direction)] for row in first.weight]
    bias = [dot(row, start) + b for row, b in zip(first.weight, first.bias, strict=True)]
    return reference.Net([reference.Layer(weight, bias, first.slope), *net.hidden[1:]], net.head)


@pytest.mark.parametrize("seed", range(18))
def test_a_segment_changes_its_class_where_it_meets_pieces_and_nowhere_else(seed):
    # Networks too large for the reference, but not along a segment.
    net, box = larger(seed)
    boundary = geom.subdivide(net, box).decision_boundary()
    weights, biases, activation = larger_arrays(seed)
    plain = reference.network([w.tolist() for w in weights], [b.tolist() for b in biases], activation)
    planes = [(*piece.hyperplane(exact=True), piece) for piece in boundary]
    for a, b in np.random.default_rng(seed).uniform(-2, 2, size=(4, 2, boundary.dim)):
        start = [Fraction(v) for v in a.tolist()]
        direction = [Fraction(v) - u for v, u in zip(b.tolist(), start, strict=True)]
        changes = boundary_reference.argmax_boundary(on_the_line(plain, start, direction), 1, reference.box([0], [1])).pieces
        expected = {(next(iter(piece.vertices))[0], piece.classes) for piece in changes}
        assert expected == {hit for hit in (met(*plane, start, direction) for plane in planes) if hit is not None}, seed


def met(alpha, beta, piece, start, direction):
    """Where a segment crosses a piece, and between which classes; None if it misses it."""
    slope = dot(alpha, direction)
    t = -(dot(alpha, start) + beta) / slope
    x = [u + t * v for u, v in zip(start, direction, strict=True)]
    if not 0 <= t <= 1:
        return None
    rows, _ = rows_at_least_zero(piece)
    return (t, piece.classes) if all(dot(row, (*x, 1)) >= 0 for row in rows) else None
