"""How many cells hyperplanes cut a convex polytope into, without listing one: deletion and restriction inside the polytope.

Take the hyperplanes one at a time. One that meets the open polytope P cuts in two as many cells as the earlier ones cut its section of P into:

    cells(H_1, ..., H_m; P) = 1 + sum over i of cells(H_1, ..., H_{i-1} restricted to H_i; P and H_i),   the sum over H_i that meet the open P.

A section has one dimension less; intervals and polygons are counted outright (`geom.arrangement.lines`). So the work is one polygon for each set of
d - 2 hyperplanes whose common flat meets P. For P = R^d this is Zaslavsky's theorem, which the characteristic polynomial gives with less work.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpz_mat

from geom.arrangement.crossings import Plane
from geom.arrangement.lines import Chords
from geom.arrangement.rows import distinct_hyperplanes
from geom.engine.placement import Placement
from geom.errors import DomainError
from geom.exact import Dyadic, Row, integer_row
from geom.polyhedra.polyhedron import Generators, generators

__all__ = ["cells_in_plane", "cells_in_polytope"]


def cells_in_polytope(weight: Dyadic, bias: Dyadic, walls: Sequence[Row], corners: Generators) -> int:
    """The number of cells into which hyperplanes cut a bounded polytope.

    Parameters
    ----------
    weight : (m, d) Dyadic
    bias : (m, 1) Dyadic
        Hyperplanes weight x + bias = 0. They may coincide; rows of zeros are none.
    walls : sequence of (d + 1,) integer rows (a, b)
        The polytope {a . x + b >= 0}, full-dimensional.
    corners : Generators
        Its vertices.

    Raises
    ------
    DomainError
        If the polytope is unbounded.
    """
    if corners.rays or corners.lines:
        raise DomainError(
            "cells are counted without listing them in bounded domains and in the whole space; geom.count walks unbounded polyhedra too"
        )
    dim = weight.shape[1]
    if dim == 2:
        return _in_polygon(weight, bias, walls, corners)
    lines = distinct_hyperplanes(weight.beside(bias).integer_rows())
    if dim == 1:
        low, high = (f(v for (v,) in corners.vertices) for f in (min, max))
        return 1 + sum(low < Fraction(-b, a) < high for a, b in lines)
    total = 1
    for i, plane in enumerate(lines):
        section = _section(walls, corners, plane)
        if section is not None:
            restricted = distinct_hyperplanes(_restricted(row, plane) for row in lines[:i])
            total += cells_in_polytope(*_columns(restricted, dim - 1), *section)
    return total


def _in_polygon(weight: Dyadic, bias: Dyadic, walls: Sequence[Row], corners: Generators) -> int:
    """The same for lines in a polygon, moved into the square [-1, 1]^2."""
    placement = Placement.around(corners.vertices)
    placed, offset = placement.first_layer(weight, bias)
    lines = distinct_hyperplanes(placed.beside(offset).integer_rows())
    return Chords(lines, [placement.wall([Fraction(-v) for v in a], Fraction(b)) for *a, b in walls if any(a)]).cells()


def cells_in_plane(weight: Dyadic, bias: Dyadic) -> int:
    """The number of cells into which lines weight x + bias = 0 cut the whole plane; weight is (m, 2), bias (m, 1)."""
    placed, offset = Placement.for_rows(weight, bias).first_layer(weight, bias)
    return Plane(distinct_hyperplanes(placed.beside(offset).integer_rows())).cells()


def _section(walls: Sequence[Row], corners: Generators, plane: Row) -> tuple[list[Row], Generators] | None:
    """Walls and vertices of a hyperplane's section of a polytope; None if it does not meet the interior."""
    *slope, offset = plane
    sides = [sum(map(operator.mul, slope, vertex), offset) for vertex in corners.vertices]
    if min(sides) >= 0 or max(sides) <= 0:
        return None
    rows = [row for row in (_restricted(wall, plane) for wall in walls) if any(row[:-1])]
    a = np.array([[Fraction(-v) for v in row[:-1]] for row in rows], dtype=object)
    found = generators(a, np.array([Fraction(row[-1]) for row in rows], dtype=object))
    n_tight = Counter(i for tight in found.tight for i in tight)
    facets = [i for i in range(len(rows)) if n_tight[i] >= a.shape[1]]  # a facet has at least as many vertices as its space has dimensions
    place = {i: k for k, i in enumerate(facets)}
    tight = [frozenset(place[i] for i in own if i in place) for own in found.tight]
    return [rows[i] for i in facets], Generators(found.vertices, [], [], tight)


def _restricted(row: Row, plane: Row) -> Row:
    """The affine form on the hyperplane, times a positive factor, in all coordinates but the first one that the hyperplane's normal has."""
    pivot = next(k for k, v in enumerate(plane) if v)
    p, r = plane[pivot], row[pivot]
    if p < 0:
        p, r = -p, -r
    return integer_row([Fraction(p * v - r * w) for k, (v, w) in enumerate(zip(row, plane, strict=True)) if k != pivot])


def _columns(rows: Sequence[Row], dim: int) -> tuple[Dyadic, Dyadic]:
    """Rows (a, b) as a weight (m, dim) and a bias (m, 1)."""
    weight = fmpz_mat(len(rows), dim, [v for row in rows for v in row[:-1]])
    return Dyadic(weight, 0), Dyadic(fmpz_mat(len(rows), 1, [row[-1] for row in rows]), 0)
