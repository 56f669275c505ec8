"""Nearest points of polyhedra, exactly, by turns with Lawson and Hanson's least-distance program in floats (scipy's nnls); and volumes with those of
all facets, by turns with Qhull (scipy), which is given the vertices only.

Polyhedra have facets tangent to a unit sphere, at random, so that all are in general position.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import scipy
from scipy.optimize import nnls
from scipy.spatial import ConvexHull, HalfspaceIntersection

from bench.asked import Asked
from bench.sections import NEAREST, VOLUMES
from bench.timing import by_turns, record
from geom.polyhedra.measures import polytope_volumes
from geom.polyhedra.nearest import nearest_point


@dataclass(frozen=True)
class Case:
    """So many polyhedra of a dimension, with so many facets each."""

    n: int
    dim: int
    facets: int
    asked: Asked | None = None
    rounds: int = 5

    @property
    def name(self) -> str:
        return f"{self.dim}-D, {self.facets} facets"


POINTS = (Case(300, 2, 6), Case(300, 5, 15, Asked(1000, "us")), Case(60, 8, 40))
PIECES = (Case(2_000, 2, 6), Case(2_000, 4, 10, Asked(20, "us")), Case(200, 5, 14))


def rows(case, seed=0):
    """Unit normals (n, facets, dim), and spheres' centres (n, dim): rows a.(y - centre) <= 1, the first dim + 1 of a simplex."""
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(case.n, case.facets, case.dim))
    a[:, : case.dim], a[:, case.dim] = np.eye(case.dim), -1
    return a / np.linalg.norm(a, axis=2, keepdims=True), 3 * rng.normal(size=(case.n, case.dim))


def least_distance(a, b):
    """The point of {z : a z <= b} nearest to 0 (Lawson and Hanson, Solving Least Squares Problems, section 23.4), in floats."""
    matrix = np.vstack([-a.T, -b])
    target = np.zeros(len(matrix))
    target[-1] = 1
    residual = matrix @ nnls(matrix, target)[0] - target
    return -residual[:-1] / residual[-1]


def note(benchmark, section, case, name, tool, seconds):
    other = {"tool": tool, "version": f"(scipy {scipy.__version__})", "seconds": seconds["seconds"], "cells": case.n}
    record(benchmark, section, name, case.n, calls=seconds["calls"], per="polyhedron", asked=[case.asked], rival=other)


@pytest.mark.parametrize("case", POINTS, ids=lambda case: case.name.replace(", ", "-").replace(" ", "-"))
def test_nearest_point(benchmark, case):
    a, centres = rows(case)
    b = (a * centres[:, None]).sum(axis=2) + 1
    exact = [([[Fraction(v) for v in row] for row in own], [Fraction(v) for v in side]) for own, side in zip(a.tolist(), b.tolist(), strict=True)]
    origin = [Fraction(0)] * case.dim

    def ours():
        return [nearest_point(own, side, origin) for own, side in exact]

    def theirs():
        return [least_distance(own, side) for own, side in zip(a, b, strict=True)]

    points, floats, seconds = by_turns(benchmark, ours, theirs, case.rounds)
    np.testing.assert_allclose([[float(v) for v in found.point] for found in points], floats, atol=1e-7)
    note(benchmark, NEAREST, case, case.name, "nnls", seconds)


def polytope(a):
    """Vertices and the vertices of each facet; a vertex is known by its facets, not by its coordinates."""
    found = HalfspaceIntersection(np.column_stack([a, -np.ones(len(a))]), np.zeros(a.shape[1]))
    facets = [[i for i, on in enumerate(found.dual_facets) if f in on] for f in range(len(a))]
    return found.intersections, [corners for corners in facets if corners]


@pytest.mark.parametrize("case", PIECES, ids=lambda case: case.name.replace(", ", "-").replace(" ", "-"))
def test_volumes(benchmark, case):
    made = [polytope(a) for a in rows(case)[0]]
    corners = [facet for _, facets in made for facet in facets]
    vertex = np.concatenate([vertices for vertices, _ in made])
    lifted = vertex @ np.linalg.qr(np.random.default_rng(0).normal(size=(case.dim + 1, case.dim)))[0].T
    vertex_at, ridge_at = (np.cumsum([0, *(len(pair[i]) for pair in made)]) for i in (0, 1))
    corner_at, corner = np.cumsum([0, *map(len, corners)]), np.concatenate(corners)
    polytope_volumes(lifted[:0], [0], [0], [0], [], case.dim)

    def ours():
        return polytope_volumes(lifted, vertex_at, ridge_at, corner_at, corner, case.dim)

    def theirs():
        hulls = [ConvexHull(vertices) for vertices, _ in made]
        return [hull.volume for hull in hulls], [hull.area for hull in hulls]

    (size, ridges), (volume, area), seconds = by_turns(benchmark, ours, theirs, case.rounds)
    np.testing.assert_allclose(size, volume, rtol=1e-6)
    np.testing.assert_allclose(np.add.reduceat(ridges, ridge_at[:-1]), area, rtol=1e-6)
    name = f"{case.name}, {len(vertex) / case.n:.0f} vertices in {case.dim + 1}-D"
    note(benchmark, VOLUMES, case, name, "Qhull", seconds)
