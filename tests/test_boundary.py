"""Pieces of decision boundaries and zero sets against the slow reference; how they are asked for, and what cannot be asked."""

import signal

import boundary_reference
import numpy as np
import pytest
from boundary_cases import DEGENERATE, FAMILIAR, degenerate, familiar, random_boundary, tied_boundary, unbounded_boundary
from boundary_comparison import assert_same_boundary, boundary_of, point_set, reference_of, subdivided
from cases import random_problem
from comparison import dot, exact_vertices

import geom

QUICK = range(160)


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


@pytest.mark.parametrize("seed", range(120))
def test_boundaries_of_classes_that_tie_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(tied_boundary, seed)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(120, 1600))
def test_boundaries_of_many_classes_that_tie_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(tied_boundary, seed)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.parametrize("seed", range(96))
def test_boundaries_over_unbounded_domains_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(unbounded_boundary, seed)
    assert_same_boundary(boundary, reference_of(problem), problem.shown())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(96, 1200))
def test_many_boundaries_over_unbounded_domains_are_those_of_the_reference(seed):
    problem, boundary = boundary_of(unbounded_boundary, seed)
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


def is_small(problem):
    return sum(len(bias) for _, bias in problem.hidden) <= (30, 16, 9, 5)[problem.dim - 1]


@pytest.mark.parametrize("seed", [seed for seed in range(0, 96, 5) if is_small(random_problem(seed))])
def test_random_problems_with_one_output_have_the_zero_set_of_the_reference(seed):
    problem = random_problem(seed)
    part = geom.subdivide(problem.network(), problem.region())
    expected = boundary_reference.zero_set(problem.reference_network(), problem.dim, problem.reference_region(), [1], "-1/4")
    assert_same_boundary(part.zero_set([1], "-1/4"), expected, problem.shown())


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
        with pytest.raises(IndexError, match=r"a boundary of 8 has the numbers 0\.\.7"):
            boundary[wrong]


# --- what cannot be asked -----------------------------------------------------------------------------------------------------------------

TWO_CLASSES = geom.Network.mlp([[[1, 0], [0, 1]], [[1, -1], [0, 1], [1, 1]]], [[0, 0], [0, 0, -1]])
SQUARE = geom.Box([-1, -1], [1, 1])


@pytest.mark.parametrize("wrong", [3, -1, 0.5, "0", True])
def test_classes_that_do_not_exist_are_refused(wrong):
    part = geom.subdivide(TWO_CLASSES, SQUARE)
    with pytest.raises(geom.NetworkError, match=r"[ij]=.*: the network has 3 outputs, numbered from 0"):
        part.decision_boundary(wrong)
    with pytest.raises(geom.NetworkError, match=r"[ij]=.*: the network has 3 outputs, numbered from 0"):
        part.decision_boundary(0, wrong)


def test_a_boundary_is_found_once_however_its_classes_are_named():
    part = geom.subdivide(TWO_CLASSES, SQUARE)
    assert part.decision_boundary(2, 0) is part.decision_boundary(np.int64(0), 2)
    assert part.decision_boundary(j=1) is part.decision_boundary(1) is not part.decision_boundary()
    for wrong in (True, [1], np.array([0, 1])):
        with pytest.raises(geom.NetworkError, match="numbered from 0"):
            part.decision_boundary(wrong)


def test_a_class_has_no_boundary_with_itself():
    with pytest.raises(geom.NetworkError, match="between two classes; got 1 twice"):
        geom.subdivide(TWO_CLASSES, SQUARE).decision_boundary(1, 1)


def test_one_output_has_no_second_class():
    part = geom.subdivide(geom.Network.mlp([[[1]], [[1]]], [[0], [0]]), geom.Box([-1], [1]))
    with pytest.raises(geom.GeomError, match="one output"):
        part.decision_boundary(0, 0)
    with pytest.raises(geom.NetworkError, match="i=1: the network has 1 output,"):
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


MANY = geom.Network.mlp(
    [np.random.default_rng(0).normal(size=(60, 2)), np.random.default_rng(1).normal(size=(60, 60)), np.ones((1, 60))],
    [np.random.default_rng(2).normal(size=60), np.random.default_rng(3).normal(size=60), [0]],
)
ASKED = {"decision_boundary": (), "decision_distance": ([[0, 0]],), "zero_set": ([1], 5), "edge": (1, 0), "range": ([1],)}


@pytest.mark.parametrize("ask", ASKED)
@pytest.mark.parametrize("budget", [{"cells": 10}, {"seconds": 1e-9}, {"memory": 1}])
def test_a_budget_that_ends_leaves_no_boundary(ask, budget):
    part = geom.subdivide(MANY, SQUARE)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        getattr(part, ask)(*ASKED[ask], budget=budget)
    assert (stopped.value.limit, stopped.value.partial) == (next(iter(budget)), None)
    assert stopped.value.cells <= len(part)


@pytest.mark.parametrize("ask", ASKED)
def test_the_walks_that_ask_tell_how_far_they_are_and_stop_at_ctrl_c(ask):
    part = geom.subdivide(MANY, SQUARE)
    seen = []
    getattr(part, ask)(*ASKED[ask], progress=lambda cells, seconds: seen.append((cells, seconds)))
    assert seen == sorted(seen)
    assert seen
    assert seen[-1][0] <= len(part)
    again = geom.subdivide(MANY, SQUARE)  # a partition keeps the boundary that it has found
    with pytest.raises(geom.Interrupted) as stopped:
        getattr(again, ask)(*ASKED[ask], progress=lambda cells, seconds: signal.raise_signal(signal.SIGINT))
    assert stopped.value.partial is None


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
