"""A walk that comes back at every turn, for want of room or because it was told to, gives the same cells as one that runs through."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import geom
from geom.budget import Pace
from geom.engine import asking, workspace

LAYERS = {"wide": (2, 40), "deep": (2, 9, 9, 9), "three dimensions": (3, 12, 8)}


def network(sizes):
    rng = np.random.default_rng(7)
    weights = [rng.standard_normal((k, n)) for n, k in zip(sizes, (*sizes[1:], 1), strict=True)]
    return geom.Network.mlp(weights, [0.3 * rng.standard_normal(len(w)) for w in weights])


def cells(sizes):
    part = geom.subdivide(network(sizes), geom.Box([-1] * sizes[0], [1] * sizes[0]))
    return part.codes.tolist(), part.witnesses.tolist(), [cell.facets for cell in part]


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize(
    ("room", "size"), [("OUTPUT_CELLS", 16), ("START_POOL", 4), ("START_INDEX", 4), ("START_ROOM", 4), ("START_DEPTH", 3), ("OUTPUT_FACETS", 1)]
)
def test_little_room_changes_nothing(monkeypatch, name, room, size):
    expected = cells(LAYERS[name])
    monkeypatch.setattr(workspace, room, size)
    assert cells(LAYERS[name]) == expected


@pytest.mark.parametrize("name", LAYERS)
def test_a_walk_that_comes_back_after_every_step_changes_nothing(monkeypatch, name):
    expected = cells(LAYERS[name])
    monkeypatch.setattr(Pace, "__init__", lambda self: setattr(self, "steps", 1))
    monkeypatch.setattr(Pace, "end", lambda self, used_all: None)
    assert cells(LAYERS[name]) == expected


def area_of_polygon(rows):
    """Area of {x : a.x <= 1 for all rows a}, the rows in order of their angles: corners by Cramer's rule, then the shoelace formula."""
    corners = []
    for (a, b), (c, d) in zip(rows, rows[1:] + rows[:1], strict=True):
        determinant = a * d - b * c
        corners.append(((d - b) / determinant, (a - c) / determinant))
    return sum(x * v - u * y for (x, y), (u, v) in zip(corners, corners[1:] + corners[:1], strict=True)) / 2


def test_more_constraints_than_one_word_holds_change_nothing():
    sides = 70  # a polygon with 70 sides needs two words for its walls; the square inside it, cut by the same lines, needs one
    angles = 2 * np.pi * np.arange(sides) / sides
    polygon = geom.HPolytope(np.column_stack([np.cos(angles), np.sin(angles)]), np.ones(sides))
    net = network((2, 12))
    inside = geom.subdivide(net, polygon)
    assert sum(cell.volume(exact=True) for cell in inside) == area_of_polygon(polygon.hrep(exact=True)[0].tolist())
    assert (net.code(inside.witnesses) == inside.codes).all()


def test_a_step_done_again_for_want_of_room_counts_its_signs_once(monkeypatch):
    # Without biases all hundred units of the second layer vanish at the origin, a vertex of every cell of the first: more questions than there is
    # room for.
    rng = np.random.default_rng(3)
    net = geom.Network.mlp(
        [rng.standard_normal((4, 2)), rng.standard_normal((100, 4)), np.ones((1, 100))], [np.zeros(4), np.zeros(100), [0.0]], "abs"
    )
    expected = geom.subdivide(net, geom.Box([-1, -1], [1, 1])).stats
    monkeypatch.setattr(workspace, "START_ROOM", 4)
    assert geom.subdivide(net, geom.Box([-1, -1], [1, 1])).stats == expected
    assert expected.exact >= 100


def corners_cut_off(sides, cuts):
    """A regular polygon, and units that cut off every other corner, the first so many."""
    at, between = 2 * np.pi * np.arange(sides) / sides, 2 * np.pi * (2 * np.arange(cuts) + 0.5) / sides
    normals = np.column_stack([np.cos(between), np.sin(between)])
    reach = (1 / np.cos(np.pi / sides) + np.cos(np.pi / sides)) / 2  # between the corner and the middle of the line through its neighbours
    net = geom.Network.mlp([normals, np.ones((1, cuts))], [np.full(cuts, -reach), [0.0]])
    return net, geom.HPolytope(np.column_stack([np.cos(at), np.sin(at)]), np.ones(sides))


def test_a_cell_may_come_to_have_more_facets_than_one_word_holds():
    net, polygon = corners_cut_off(60, 12)
    part = geom.subdivide(net, polygon)
    assert len(part) == 13
    assert [len(cell.facets) for cell in part] == [72, *[3] * 12]
    assert part[0].code.tolist() == [0] * 12


@pytest.mark.parametrize("extra", [0, 60])
def test_where_walls_are_repeated_diagonals_are_no_edges_however_many_words(extra):
    # Each wall of the cube again and again: between opposite corners of a square, on as many walls as an edge has, runs no edge.
    axes = np.concatenate([np.eye(3), -np.eye(3)])
    walls = np.concatenate([axes, 2 * axes, np.tile(axes, (extra // 6, 1))])
    domain = geom.HPolytope(walls, np.repeat([1.0, 2.0, 1.0], [6, 6, extra]))
    net = geom.Network.mlp([[[3, 1, -2], [1, -4, 2]], [[1, 1]]], [[0.5, -0.25], [0]])
    part, plain = geom.subdivide(net, domain), geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))
    assert part.codes.tolist() == plain.codes.tolist()
    assert [cell.volume(exact=True) for cell in part] == [cell.volume(exact=True) for cell in plain]
    assert [{facet.units for facet in cell.facets} for cell in part] == [{facet.units for facet in cell.facets} for cell in plain]
    assert sum(len(facet.walls) for cell in part for facet in cell.facets) == (2 + extra // 6) * sum(
        len(facet.walls) for cell in plain for facet in cell.facets
    )


def test_cells_of_more_generators_than_there_is_room_for(monkeypatch):
    # Three hyperplanes through the centre of a cube of seven dimensions, which has 128 corners, cut it into eight.
    monkeypatch.setattr(workspace, "START_ROOM", 1)
    weight = np.array([[4, 2, 1, 1, -1, 2, 1], [1, -4, 2, 1, 1, -1, 1], [-1, 1, 5, -2, 1, 1, 1]])
    part = geom.subdivide(geom.Network.mlp([weight, np.ones((1, 3))], [np.zeros(3), [0.0]]), geom.Box([-1] * 7, [1] * 7))
    assert part.codes.tolist() == [[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)]


@pytest.mark.parametrize("room", ["START_POOL", "START_INDEX"])
def test_coincident_hyperplanes_are_recorded_when_there_was_no_room(monkeypatch, room):
    # Units of three layers on the same lines: every cell records units that touch it.
    hidden = [(np.eye(2), np.zeros(2)), (np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]]), np.zeros(3)), (np.eye(3), np.zeros(3))]
    net = geom.Network.mlp([*(w for w, _ in hidden), np.ones((1, 3))], [*(b for _, b in hidden), [0.0]])
    expected = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
    for size in range(4, 40):
        monkeypatch.setattr(workspace, room, size)
        part = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
        assert (part.codes == expected.codes).all()
        assert [cell.facets for cell in part] == [cell.facets for cell in expected]


def test_pieces_of_more_vertices_than_there_is_room_for(monkeypatch):
    # The sum of five coordinates vanishes at 30 vertices of the cube's section: one coordinate 0, two 1 and two -1.
    monkeypatch.setattr(asking, "ROOM", 1)
    net = geom.Network.mlp([np.eye(5), np.ones((1, 5))], [np.full(5, 2.0), [-10.0]])
    [piece] = geom.subdivide(net, geom.Box([-1] * 5, [1] * 5)).zero_set([1])
    vertices = {tuple(v) for v in piece.vrep(exact=True)[0].tolist()}
    assert vertices == {v for v in product((-1, 0, 1), repeat=5) if sum(v) == 0 and v.count(0) == 1}


@pytest.mark.parametrize("seed", range(3))
def test_little_room_for_pieces_changes_no_boundary(monkeypatch, seed):
    rng = np.random.default_rng(seed)
    net = geom.Network.mlp([rng.standard_normal((6, 3)), rng.standard_normal((3, 6))], [rng.standard_normal(6) / 2, np.zeros(3)])
    part = geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))
    expected = [(piece.cell, piece.vrep(exact=True)[0].tolist()) for piece in part.decision_boundary()]
    monkeypatch.setattr(asking, "ROOM", 1)
    part = geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))
    assert [(piece.cell, piece.vrep(exact=True)[0].tolist()) for piece in part.decision_boundary()] == expected
    assert expected
