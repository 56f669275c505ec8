"""One polyhedron, exactly, through cddlib's rational double description (`cdd.gmp`).

The only file that imports pycddlib (GPL). Rows mean a.x <= b. Everything in and out is a `Fraction`. It is the oracle for single cells and
domains, not an inner loop: a call costs milliseconds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

import cdd.gmp
import numpy as np
from cdd import LPObjType, LPSolverType, LPStatusType, RepType
from numpy.typing import NDArray

from geom.exact import Fractions, dot_sign, integer_row, round_fractions

__all__ = ["Generators", "farkas_weights", "generators", "inner_point", "interior_slack", "stacked", "volume"]


@dataclass(frozen=True)
class Generators:
    """V-representation of {x : A x <= b}, with incidences.

    Attributes
    ----------
    vertices : list of (d,) tuples of Fraction
    rays : list of (d,) tuples of Fraction
    lines : list of (d,) tuples of Fraction
    tight : list of frozenset of int
        For every vertex, the rows of A that hold with equality there.
    """

    vertices: list[tuple[Fraction, ...]]
    rays: list[tuple[Fraction, ...]]
    lines: list[tuple[Fraction, ...]]
    tight: list[frozenset[int]]

    def arrays(self, d: int, exact: bool) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Vertices, rays and lines, each (n, d): fractions, or correctly rounded floats."""
        vertices, rays, lines = (stacked(points, d) for points in (self.vertices, self.rays, self.lines))
        return (vertices, rays, lines) if exact else (round_fractions(vertices), round_fractions(rays), round_fractions(lines))


def stacked(points: Sequence[tuple[Fraction, ...]], d: int) -> Fractions:
    """Points (n, d) as an array, also where there are none."""
    out = np.empty((len(points), d), dtype=object)
    for i, point in enumerate(points):
        out[i] = point
    return out


@contextmanager
def _any_number_of_digits() -> Iterator[None]:
    """pycddlib passes rationals as decimal text, whose length Python limits; exact rows of deep networks go beyond."""
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        yield
    finally:
        sys.set_int_max_str_digits(limit)


def _inequalities(a: Fractions, b: Fractions) -> Any:
    """cddlib's matrix [b, -A]: b - A x >= 0."""
    rows = [[Fraction(beta), *(-Fraction(alpha) for alpha in row)] for row, beta in zip(a, b, strict=True)]
    return cdd.gmp.matrix_from_array(rows, rep_type=RepType.INEQUALITY)


@_any_number_of_digits()
def interior_slack(a: Fractions, b: Fractions) -> Fraction:
    """The largest t <= 1 such that A x + t <= b has a solution: positive for a full-dimensional set, 0 for a flat one, negative for an empty one."""
    return Fraction(_relaxed(a, b).obj_value)


@_any_number_of_digits()
def farkas_weights(a: Fractions, b: Fractions) -> tuple[Fraction, ...] | None:
    """Weights (m,) >= 0 of the rows a.x <= b that add up to 0.x <= a negative number, so that no point satisfies all; None if some point does.

    Examples
    --------
    >>> from geom.exact import as_fractions
    >>> farkas_weights(as_fractions([[1], [-2]]), as_fractions([0, -1]))  # x <= 0 and x >= 1/2
    (Fraction(2, 3), Fraction(1, 3))
    >>> farkas_weights(as_fractions([[1], [-2]]), as_fractions([1, -2]))  # x = 1
    """
    program = _relaxed(a, b)
    if Fraction(program.obj_value) >= 0:
        return None
    weights = [Fraction(0)] * len(b)
    for row, weight in program.dual_solution:
        weights[row] = Fraction(weight)  # that of t <= 1 is 0, because t < 0
    return tuple(weights)


def _relaxed(a: Fractions, b: Fractions) -> Any:
    """The linear program of the largest t <= 1 such that A x + t <= b has a solution, solved; where t < 0, its dual weights of rows are Farkas'."""
    d = a.shape[1]
    rows = [[Fraction(beta), *(-Fraction(alpha) for alpha in row), Fraction(-1)] for row, beta in zip(a, b, strict=True)]
    rows.append([Fraction(1), *[Fraction(0)] * d, Fraction(-1)])
    matrix = cdd.gmp.matrix_from_array(rows, rep_type=RepType.INEQUALITY)
    matrix.obj_type = LPObjType.MAX
    matrix.obj_func = [Fraction(0)] * (d + 1) + [Fraction(1)]
    program = cdd.gmp.linprog_from_matrix(matrix)
    # cddlib's dual simplex, its default, writes beyond its memory on rows that are nearly dependent; the criss-cross method is finite, too.
    cdd.gmp.linprog_solve(program, solver=LPSolverType.CRISS_CROSS)
    assert program.status == LPStatusType.OPTIMAL, "feasible (t may be very negative) and bounded (t <= 1)"
    return program


@_any_number_of_digits()
def generators(a: Fractions, b: Fractions) -> Generators:
    """Vertices, rays and lines of {x : A x <= b}, which must not be empty (`interior_slack` >= 0).

    Parameters
    ----------
    a : (m, d) object array of Fraction
    b : (m,) object array of Fraction

    Examples
    --------
    >>> from geom.exact import as_fractions
    >>> square = as_fractions([[1, 0], [-1, 0], [0, 1], [0, -1]]), as_fractions([1, 1, 1, 1])
    >>> len(generators(*square).vertices)
    4
    """
    d = a.shape[1]
    if not len(a):
        axes = [tuple(Fraction(int(i == j)) for i in range(d)) for j in range(d)]
        return Generators([(Fraction(0),) * d], [], axes, [frozenset()])
    found = cdd.gmp.copy_generators(cdd.gmp.polyhedron_from_matrix(_inequalities(a, b)))
    vertices: list[tuple[Fraction, ...]] = []
    rays: list[tuple[Fraction, ...]] = []
    lines: list[tuple[Fraction, ...]] = []
    for i, (kind, *entries) in enumerate(found.array):
        point = tuple(Fraction(v) for v in entries)
        if i in found.lin_set:
            lines.append(point)
        elif kind == 0:
            rays.append(point)
        else:
            vertices.append(point)
    if not vertices:  # cddlib leaves out the apex of a cone
        vertices.append((Fraction(0),) * d)
    rows = [integer_row((*row, -beta)) for row, beta in zip(a.tolist(), b.tolist(), strict=True)]
    points = [integer_row((*v, Fraction(1))) for v in vertices]
    tight = [frozenset(i for i, row in enumerate(rows) if not dot_sign(row, point)) for point in points]
    return Generators(vertices, rays, lines, tight)


def inner_point(found: Generators) -> tuple[Fraction, ...]:
    """A point in the relative interior: the mean of the vertices, moved along all rays."""
    n = Fraction(len(found.vertices))
    mean = [sum(column) / n for column in zip(*found.vertices, strict=True)]
    return tuple(m + sum(ray[j] for ray in found.rays) for j, m in enumerate(mean))


def volume(vertices: Sequence[tuple[Fraction, ...]], tight: Sequence[frozenset[int]]) -> Fraction:
    """Exact d-volume of a polytope from its vertices and the rows tight at each.

    A pulling triangulation: the polytope is the union of cones from its first vertex over the facets that miss it, each facet treated alike.

    Examples
    --------
    >>> from geom.exact import as_fractions
    >>> triangle = generators(as_fractions([[-1, 0], [0, -1], [1, 1]]), as_fractions([0, 0, 1]))
    >>> volume(triangle.vertices, triangle.tight)
    Fraction(1, 2)
    """
    d = len(vertices[0])
    total = Fraction(0)
    for simplex in _triangulate(tuple(range(len(vertices))), tight, d):
        apex = vertices[simplex[0]]
        edges = [[x - y for x, y in zip(vertices[i], apex, strict=True)] for i in simplex[1:]]
        total += abs(_determinant(edges))
    return total / factorial(d)


def _triangulate(face: tuple[int, ...], tight: Sequence[frozenset[int]], dim: int) -> list[tuple[int, ...]]:
    """Simplices (vertex numbers) of a face of this dimension."""
    if len(face) == dim + 1:
        return [face]
    apex = face[0]
    simplices: list[tuple[int, ...]] = []
    for facet in _facets_of(face, tight):
        if apex not in facet:
            simplices += [(apex, *rest) for rest in _triangulate(facet, tight, dim - 1)]
    return simplices


def _facets_of(face: tuple[int, ...], tight: Sequence[frozenset[int]]) -> list[tuple[int, ...]]:
    """The maximal proper subfaces, each cut out by one row."""
    common = frozenset.intersection(*(tight[i] for i in face))
    rows = frozenset.union(*(tight[i] for i in face)) - common
    subsets = {frozenset(i for i in face if row in tight[i]) for row in rows}
    return [tuple(sorted(s)) for s in subsets if not any(s < other for other in subsets)]


def _determinant(rows: list[list[Fraction]]) -> Fraction:
    """Gaussian elimination over the rationals."""
    rows = [list(r) for r in rows]
    det = Fraction(1)
    for j in range(len(rows)):
        pivot = next((i for i in range(j, len(rows)) if rows[i][j] != 0), None)
        if pivot is None:
            return Fraction(0)
        if pivot != j:
            rows[j], rows[pivot] = rows[pivot], rows[j]
            det = -det
        det *= rows[j][j]
        for i in range(j + 1, len(rows)):
            factor = rows[i][j] / rows[j][j]
            if factor:
                rows[i] = [x - factor * y for x, y in zip(rows[i], rows[j], strict=True)]
    return det
