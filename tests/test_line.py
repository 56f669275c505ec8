"""Segments through partitions. A piece must be exactly the part of the segment in its cell, by the reference's rows in fractions."""

import random
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, random_problem
from comparison import both_sides, codes

import geom
from geom.errors import BudgetExceeded, DomainError, NetworkError
from geom.partition.segment import line, path

NAMES = [case.name for case in CASES if case.dim <= 4]
AXES = geom.Network.mlp([np.eye(2), [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])  # cells: the four quadrants


def dot(row, point):
    return sum(a * x for a, x in zip(row, (*point, 1), strict=True))


def within(rows, x, y):
    """The interval of parameters in [0, 1] at which x + t (y - x) satisfies all rows, or None."""
    low, high = Fraction(0), Fraction(1)
    for row in rows:
        at_x, at_y = dot(row, x), dot(row, y)
        if at_x < 0 and at_y < 0:
            return None
        if (at_x < 0) != (at_y < 0):
            crossing = at_x / (at_x - at_y)
            low, high = (max(low, crossing), high) if at_x < 0 else (low, min(high, crossing))
    return (low, high) if low <= high else None


def segments_of(cells, name, n=6):
    """Pairs of points between vertices of the cells, so that many segments run along facets and through vertices, and others in general position."""
    rng = random.Random(name)
    vertices = sorted({v for cell in cells.values() for v in cell.vertices})
    for i in range(n):
        x, y, z = (rng.choice(vertices) for _ in range(3))
        inner = tuple((2 * a + b) / 3 for a, b in zip(z, y, strict=True))
        yield (x, y) if i % 3 else (x, inner)


def assert_exact_pieces(found, rows_by_code, x, y):
    """Parameters rise from 0 to 1, and every piece is all of the segment that lies in the closed cell of its code; so none is cut in two."""
    assert found.parameters[0] == 0
    assert found.parameters[-1] == 1
    assert len(found.parameters) == len(found) + 1
    assert all(a < b for a, b in pairwise(found.parameters))
    for start, stop, code in found:
        interval = within(rows_by_code(tuple(code.tolist())), x, y)
        assert interval == (start, stop)
    seen = [tuple(code) for code in found.codes.tolist()]
    assert len(set(seen)) == len(seen), "a segment never comes back to a convex cell"


def assert_path_as_in_the_reference(sides):
    problem, part, expected = sides
    net, walls = problem.reference_network(), problem.reference_region()
    numbers = {code: i for i, code in enumerate(sorted(expected))}
    for x, y in segments_of(expected, problem.name):
        found = path(part, x, y)
        assert found.cells.tolist() == [numbers[tuple(code)] for code in found.codes.tolist()]
        assert_exact_pieces(found, lambda code: reference.rows_of(net, code, problem.dim, walls), x, y)


@pytest.mark.parametrize("name", NAMES)
def test_a_path_takes_each_cell_from_its_first_to_its_last_point_on_the_segment(name):
    assert_path_as_in_the_reference(both_sides(BY_NAME.__getitem__, name))


@pytest.mark.parametrize("seed", range(48))
def test_paths_through_random_partitions(seed):
    assert_path_as_in_the_reference(both_sides(random_problem, seed))


@pytest.mark.parametrize("seed", range(48))
def test_lines_through_random_networks_pass_full_dimensional_cells(seed):
    problem, _, expected = both_sides(random_problem, seed)
    net = problem.reference_network()
    for x, y in segments_of(expected, seed, 3):
        found = line(problem.network(), x, y)
        assert_exact_pieces(found, lambda code: reference.rows_of(net, code, problem.dim), x, y)
        for code in codes(found):
            inequalities = reference.rows_of(net, code, problem.dim)
            assert not inequalities or reference.has_interior(inequalities), "a cell of the whole space"


@pytest.mark.parametrize("seed", range(10))
def test_where_a_line_crosses_a_pre_activation_changes_its_sign(seed):
    rng = np.random.default_rng(seed)
    dim = 40
    weights = [rng.normal(size=(12, dim)), rng.normal(size=(12, 12)), np.ones((1, 12))]
    biases = [rng.normal(size=12), rng.normal(size=12), np.zeros(1)]
    net = reference.network([w.tolist() for w in weights], [b.tolist() for b in biases])
    x, y = 4 * rng.normal(size=(2, dim))
    found = line(geom.Network.mlp(weights, biases), x, y)
    middles = [(a + b) / 2 for a, b in pairwise(found.parameters)]
    assert codes(found) == [reference.code_at(net, found.at(t).tolist()) for t in middles]
    for i, t in enumerate(found.parameters[1:-1]):
        rows = reference.rows_of(net, tuple(found.codes[i].tolist()), dim)
        on = [row for row in rows if dot(row, found.at(t)) == 0]
        assert [dot(row, found.at(middles[i])) > 0 > dot(row, found.at(middles[i + 1])) for row in on] == [True]
    assert len(found) > 5


def test_images_have_as_many_dimensions_as_they_like():
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(6, 784)), rng.normal(size=(6, 6)), np.ones((1, 6))]
    biases = [rng.normal(size=6)] * 2 + [np.zeros(1)]
    net = reference.network([w.tolist() for w in weights], [b.tolist() for b in biases])
    x, y = rng.normal(size=(2, 784))
    found = line(geom.Network.mlp(weights, biases), x, y)
    assert codes(found) == [reference.code_at(net, found.at((a + b) / 2).tolist()) for a, b in pairwise(found.parameters)]


def test_thousands_of_crossings_are_at_their_exact_places():
    n = 3000
    net = geom.Network.mlp([np.ones((n, 2)), np.ones((1, n))], [-np.arange(1.0, n + 1), [0.0]])
    found = line(net, [0, 0], [0, n + 1])
    assert list(found.parameters) == [Fraction(k, n + 1) for k in range(n + 2)]
    assert found.codes.sum(axis=1).tolist() == list(range(n + 1))


def test_crossings_closer_than_doubles_are_told_apart():
    # x = 2**-53 and x = 2**-53 + 2**-1074, on the segment from -1 to 1.
    close = Fraction(1, 2**53) + Fraction(1, 2**1074)
    net = geom.Network([geom.Layer.relu([[1.0], [1.0]], geom.exact.Dyadic.column([-Fraction(1, 2**53), -close]))])
    found = line(net, [-1], [1])
    assert list(found.parameters) == [0, (1 + Fraction(1, 2**53)) / 2, (1 + close) / 2, 1]
    assert found.codes.tolist() == [[0, 0], [1, 0], [1, 1]]


def test_in_a_piece_thinner_than_doubles_the_code_is_that_beside_it():
    # Along y = 0 the last unit is relu(a - x) + relu(x - b): 0 for a <= x <= b. But it grows with y, so beside this piece it fires.
    a, b = Fraction(1, 2**53), Fraction(1, 2**53) + Fraction(1, 2**1074)
    offsets = geom.exact.Dyadic.column([a, -b, Fraction(1)])
    net = geom.Network([geom.Layer.relu([[-1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], offsets), geom.Layer.relu([[1.0, 1.0, 1.0]], [-1.0])])
    found = line(net, [-1, 0], [1, 0])
    assert list(found.parameters) == [0, (1 + a) / 2, (1 + b) / 2, 1]
    assert found.codes.tolist() == [[1, 0, 1, 1], [0, 0, 1, 1], [0, 1, 1, 1]]


# --- degenerate segments ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beside", "second"), [(None, 1), ([0, 1], 1), ([0, -1], 0), ([1, 0], 1), ([5, "-0.1"], 0)])
def test_inside_a_hyperplane_the_code_is_that_of_one_side(beside, second):
    found = line(AXES, [-1, 0], [1, 0], beside=beside)
    assert found.parameters == (0, Fraction(1, 2), 1)
    assert found.codes.tolist() == [[0, second], [1, second]]


def test_a_segment_inside_a_hyperplane_of_a_later_layer():
    # |x| + |y| = 1 from (1, 0) to (0, 1), and on along x + y = 1, where the unit is positive.
    net = geom.Network.mlp([np.eye(2), [[1.0, 1.0]], [[1.0]]], [[0.0, 0.0], [-1.0], [0.0]], activation=["abs", "relu"])
    found = line(net, [1, 0], [-1, 2], beside=[-1, 0])
    assert found.parameters == (0, Fraction(1, 2), 1)
    assert found.codes.tolist() == [[1, 1, 0], [0, 1, 1]]
    assert line(net, [1, 0], [-1, 2], beside=[1, 0]).codes.tolist() == [[1, 1, 1], [0, 1, 1]]


def test_through_a_vertex_of_many_lines_there_is_one_crossing():
    problem = BY_NAME["five lines through a point that is no double"]
    found = line(problem.network(), [0, 0], [1, 1], beside=[1, 0])  # the third line, x = y, holds the segment
    assert found.parameters == (0, Fraction(1, 3), 1)
    assert found.codes.tolist() == [[0, 0, 1, 0, 0], [1, 1, 1, 1, 1]]
    across = line(problem.network(), [0, Fraction(2, 3)], [Fraction(2, 3), 0])
    assert across.parameters == (0, Fraction(1, 2), 1)


def test_a_segment_that_only_touches_a_hyperplane_has_one_piece():
    assert line(AXES, [-1, -1], [0, -1]).codes.tolist() == [[0, 0]]
    assert line(AXES, [0, -1], [1, -1]).codes.tolist() == [[1, 0]]
    # |x| - 1 >= 0 is 0 at the ends of [-1, 1] only; |x| is 0 at 0 and has code 1 on both sides.
    net = geom.Network.mlp([[[1.0]], [[1.0], [1.0]], [[1.0, 1.0]]], [[0.0], [-1.0, 0.0], [0.0]], activation=["abs", "relu"])
    found = line(net, [-1], [1])
    assert found.parameters == (0, Fraction(1, 2), 1)
    assert found.codes.tolist() == [[0, 0, 1], [1, 0, 1]]


def test_along_a_domain_wall_the_cells_are_those_inside():
    net = geom.Network.mlp([[[1, 0], [-1, 0], [0, 1]], [[1, 1, 1]]], [[-1, -1, 0], [0]])  # x = 1 and x = -1 are walls, too
    part = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
    assert codes(part) == [(0, 0, 0), (0, 0, 1)]
    for x in (1, -1):
        found = path(part, [x, -1], [x, 1])
        assert found.cells.tolist() == [0, 1]
        assert found.parameters == (0, Fraction(1, 2), 1)
    assert path(part, [-1, -1], [1, -1]).cells.tolist() == [0]


def test_a_point_is_one_piece():
    found = line(AXES, [3, -2], [3, -2])
    assert found.parameters == (0, 1)
    assert found.codes.tolist() == [[1, 0]]
    part = geom.subdivide(AXES, geom.Box([-1, -1], [0, 0]))
    assert path(part, [0, 0], [0, 0]).cells.tolist() == [0]


def test_units_that_never_cut_have_code_0():
    net = geom.Network.mlp([[[0.0, 0.0], [1.0, 0.0]], [[0.0, 0.0]], [[1.0]]], [[0.0, 0.0], [0.0], [0.0]])
    assert line(net, [-1, 0], [1, 0]).codes.tolist() == [[0, 0, 0], [0, 1, 0]]
    assert line(geom.Network([geom.Layer.linear([[1.0, 2.0]], [0.0])]), [0, 0], [1, 1]).codes.shape == (1, 0)


def test_numbers_are_taken_as_they_stand():
    net = geom.Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[-0.5, -1.0], [0.0]])
    assert line(net, ["0.1"], [Fraction(4, 3)]).parameters == (0, Fraction(12, 37), Fraction(27, 37), 1)


def test_a_path_and_its_reverse_pass_the_same_cells():
    rng = np.random.default_rng(3)
    net = geom.Network.mlp([rng.normal(size=(20, 3)), rng.normal(size=(10, 20)), np.ones((1, 10))], [rng.normal(size=20), rng.normal(size=10), [0.0]])
    part = geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))
    there, back = path(part, [-1, -0.5, 0.25], [1, 1, -1]), path(part, [1, 1, -1], [-1, -0.5, 0.25])
    assert there.cells.tolist() == back.cells[::-1].tolist()
    assert [1 - t for t in there.parameters] == list(back.parameters[::-1])
    assert part.locate(there.points()[:1])[0] == there.cells[0]


def test_cells_that_a_budget_left_out_are_numbered_minus_one():
    net, box = geom.Network.mlp([np.ones((9, 1)), np.ones((1, 9))], [-np.arange(9.0), [0.0]]), geom.Box([-1], [10])
    with pytest.raises(BudgetExceeded) as stopped:
        geom.subdivide(net, box, budget={"cells": 4})
    part = stopped.value.partial
    found = path(part, [-1], [10])
    whole = path(geom.subdivide(net, box), [-1], [10])
    assert found.codes.tolist() == whole.codes.tolist()
    kept = {tuple(code): i for i, code in enumerate(part.codes.tolist())}
    assert found.cells.tolist() == [kept.get(tuple(code), -1) for code in found.codes.tolist()]
    assert (found.cells < 0).sum() == 6


# --- the object ---------------------------------------------------------------------------------------------------------------------------


def test_points_are_the_crossings_rounded():
    found = line(AXES, [-1, -1], [2, 1])
    assert found.points().tolist() == [[-1, -1], [0, -1 / 3], [0.5, 0], [2, 1]]
    assert found.at(Fraction(1, 3)).tolist() == [0, Fraction(-1, 3)]
    assert [piece.stop - piece.start for piece in found] == [Fraction(1, 3), Fraction(1, 6), Fraction(1, 2)]
    assert repr(found) == "Line(3 pieces, 2 dimensions)"


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([0], [1, 1], "x has 1 coordinates, but the network takes 2"),
        ([0, 0], [[1, 1]], r"y: expected 1 dimension, got shape \(1, 2\)"),
        ([0, 0], [1, float("nan")], "y: nan is not a finite number"),
        ([0, "one"], [1, 1], "x: 'one' is not a finite number"),
        (None, [1, 1], "x:"),
    ],
)
def test_what_is_no_point_is_refused(x, y, message):
    part = geom.subdivide(AXES, geom.Box([-1, -1], [1, 1]))
    for through in (lambda: line(AXES, x, y), lambda: path(part, x, y)):
        with pytest.raises(NetworkError, match=message):
            through()


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([2, 0], [0, 0], r"x = \(2, 0\) is outside Box\(\[-1, 1\] x \[-1, 1\]\): wall 1 excludes it"),
        ([0, 0], [0, Fraction(-4, 3)], r"y = \(0, -1.33333\) is outside .*: wall 2"),
        ([1, 1], [1, Fraction(2**80 + 1, 2**80)], "y = .* outside"),
    ],
)
def test_a_path_stays_in_the_domain(x, y, message):
    part = geom.subdivide(AXES, geom.Box([-1, -1], [1, 1]))
    with pytest.raises(DomainError, match=message):
        path(part, x, y)


def test_pieces_are_asked_for_by_number():
    found = line(AXES, [-1, -1], [2, 1])
    assert [found[i][:2] for i in (0, 1, -1)] == [(0, Fraction(1, 3)), (Fraction(1, 3), Fraction(1, 2)), (Fraction(1, 2), 1)]
    assert [found[i].code.tolist() for i in range(-3, 3)] == 2 * [[0, 0], [1, 0], [1, 1]]
    assert found[np.int64(1)].stop == Fraction(1, 2)
    along = path(geom.subdivide(AXES, geom.Box([-1, -1], [2, 2])), [-1, -1], [2, 1])
    assert along[1].code.tolist() == [1, 0]


@pytest.mark.parametrize("index", [3, -4, 0.5, "0", None, slice(0, 1)])
def test_a_piece_that_is_none_is_refused(index):
    with pytest.raises(IndexError, match="piece"):
        line(AXES, [-1, -1], [2, 1])[index]


@pytest.mark.parametrize("y", [[1, 1], [0, 0]])
def test_units_that_cannot_be_cut_are_named(y):
    maxout = geom.Layer(np.eye(3, 2), np.zeros(3), [[0, 1, 2]], [[1.0, 1.0, 1.0]])
    with pytest.raises(NetworkError, match="hidden layer 0"):
        line(geom.Network([maxout]), [0, 0], y)
