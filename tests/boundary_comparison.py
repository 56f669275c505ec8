"""The engine's boundaries in the words of their reference."""

from collections import defaultdict
from fractions import Fraction
from functools import cache

import boundary_reference
import numpy as np
from comparison import codes

import geom


@cache
def subdivided(maker, key):
    problem = maker(key)
    return problem, geom.subdivide(problem.network(), problem.region())


def boundary_of(maker, key):
    problem, part = subdivided(maker, key)
    return problem, part.decision_boundary()


def reference_of(problem):
    net = problem.reference_network()
    if len(net.head[1]) > 1:
        return boundary_reference.argmax_boundary(net, problem.dim, problem.reference_region(), problem.is_open)
    return boundary_reference.zero_set(net, problem.dim, problem.reference_region(), [1], 0, problem.is_open)


def point_set(rows):
    return frozenset(tuple(Fraction(v) for v in row) for row in rows)


def rows_at_least_zero(piece):
    """Integer-free rows (a, b), a x + b >= 0, of a piece, and its equations."""
    a, b, c, d = piece.hrep(exact=True)
    rows = [[*(-v for v in row), bound] for row, bound in zip(a.tolist(), b.tolist(), strict=True)]
    return rows, [[*row, -value] for row, value in zip(c.tolist(), d.tolist(), strict=True)]


def reach(boundary, expected):
    """A box that holds all pieces of a bounded domain, or that stands for the whole space."""
    if expected.radius is not None:
        return expected.radius
    return 1 + max((int(abs(v)) for part in expected.parts for x, _ in part.vertices for v in (Fraction(u, x[-1]) for u in x[:-1])), default=1)


def faces_of(boundary, expected):
    """For every piece its vertices, and those of every ridge, from its exact inequalities alone, clipped by the box of `reach`."""
    radius, found = reach(boundary, expected), []
    for piece in boundary:
        rows, equations = rows_at_least_zero(piece)
        vertices = boundary_reference.clipped_polyhedron(rows, equations, radius, boundary.dim)
        found.append((frozenset(vertices), [frozenset(v for v, on in vertices.items() if r in on) for r in range(len(rows))]))
    return found


def assert_same_boundary(boundary, expected, shown):
    """Pieces, sides, ridges and what meets there are those of the reference; nothing is there twice."""
    faces = faces_of(boundary, expected)
    by_key = {(piece.classes, piece.vertices): piece for piece in expected.pieces}
    keys = [(piece.classes, vertices) for piece, (vertices, _) in zip(boundary, faces, strict=True)]
    assert len(set(keys)) == len(keys), shown
    assert set(keys) == set(by_key), (shown, set(keys) ^ set(by_key))
    own = codes(boundary.partition)
    assert {(own[cell], i, j) for cell, i, j in boundary.vanishing.tolist()} == expected.vanishing, shown
    assert len({tuple(row) for row in boundary.vanishing.tolist()}) == len(boundary.vanishing), shown
    assert (np.diff(boundary.cell) >= 0).all(), shown
    for piece, key, (_, ridges) in zip(boundary, keys, faces, strict=True):
        true = by_key[key]
        assert own[piece.cell] in true.owners, (shown, key)
        assert boundary.changes[piece.index] == true.changes, (shown, key)
        on_facet = true.n_cells == 2 or true.on_wall
        assert (boundary.facet[piece.index] >= 0) == on_facet, (shown, key)
        assert set(ridges) == {vertices for vertices, _ in true.ridges}, (shown, key)
        assert len(set(ridges)) == len(ridges), (shown, key)
    assert_same_links(boundary, [true_ridges for _, true_ridges in faces], keys, by_key, shown)


def assert_same_links(boundary, ridges, keys, by_key, shown):
    """A ridge has one number, whatever piece it is seen from; it is open where it lies on a wall and has no other piece."""
    links, flat = boundary.links, [ridge for own in ridges for ridge in own]
    of = [i for i, own in enumerate(ridges) for _ in own]
    assert links.piece.tolist() == of, shown
    around = defaultdict(set)
    for (classes, vertices), true in by_key.items():
        for ridge, _ in true.ridges:
            around[ridge].add((classes, vertices))
    numbers = {}
    for ridge, piece, number in zip(flat, of, links.ridge.tolist(), strict=True):
        on_wall = dict(by_key[keys[piece]].ridges)[ridge]
        is_open = on_wall and len(around[ridge]) == 1
        assert (number < 0) == is_open, (shown, keys[piece], ridge)
        if number >= 0:
            assert numbers.setdefault(ridge, number) == number, (shown, ridge)
            assert links.size[number] == len(around[ridge]), (shown, ridge)
    assert len(set(numbers.values())) == len(numbers) == len(links.size), shown
