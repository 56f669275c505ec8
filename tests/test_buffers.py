"""A walk that comes back at every turn, for want of room or because it was told to, gives the same cells as one that runs through."""

from __future__ import annotations

import numpy as np
import pytest

import geom
from geom.budget import Pace
from geom.engine import workspace

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
