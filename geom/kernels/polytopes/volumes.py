"""Volumes of convex polytopes and of their facets, from vertices and incidences: a pulling triangulation (Cohen and Hickey, 1979, "Two algorithms
for determining volumes of convex polyhedra", Journal of the ACM 26).

A face that is no simplex is the union of the cones from its first vertex over those of its facets that miss it, each treated alike. The facets of a
face are found from sets of vertices alone (`face_sets`): vertices on many facets are as good as others.

The facets of a k-polytope are cut into simplices of k vertices in this way. The vertices of a simplex are pushed one after the other, and the edge
to each is made orthogonal to those before it (modified Gram-Schmidt): the product of the lengths that remain is (k - 1)! times the simplex's volume.
Simplices that begin alike share this work. The height of the polytope's first vertex above the facet is measured from the facet's largest simplex;
times the facet's volume it is k times that of the cone between them, and the cones over the facets that miss the vertex fill the polytope.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.jit import kernel
from geom.kernels.numbers.bits import NONE, bit, lowest
from geom.kernels.polytopes.face_sets import fill_facets, first_vertex, open_facets
from geom.kernels.polytopes.simplices import divide_edge, orthogonal_edge, push_vertex, unit_of

__all__ = ["GOOD", "Polytopes", "Triangulator", "make_triangulator", "measure"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
GOOD = -1


class Polytopes(NamedTuple):
    """n polytopes, one after the other.

    Attributes
    ----------
    vertex : (m, d) float64
    vertex_at : (n + 1,) int64
        Where the vertices of each polytope begin.
    ridge_at : (n + 1,) int64
        Where its facets begin.
    corner_at : (r + 1,) int64
        Where the corners of each facet begin.
    corner : (c,) int64
        The vertices of each facet, numbered from 0 within the polytope.
    """

    vertex: FloatArray
    vertex_at: Ints
    ridge_at: Ints
    corner_at: Ints
    corner: Ints


class Triangulator(NamedTuple):
    """Room for the faces that are open and the simplex that is being made.

    Attributes
    ----------
    face : (L, F, W) uint64
        Level 0: the facets of the k-polytope, as sets of vertices. Level l: the facets, which miss its first vertex, of the open face of level l - 1.
    size : (L, F) int64
        How many vertices each has.
    n_faces, at : (L,) int64
        How many faces a level has, and which is open.
    edge : (k + 1, d + 1) float64
        Row t: the edge from vertex 0 to vertex t of the simplex, made orthonormal to those before, and the product of the lengths of all edges so far
        before they were made unit vectors.
    """

    face: Words
    size: Ints
    n_faces: Ints
    at: Ints
    edge: FloatArray


def make_triangulator(dim: int, d: int, most_vertices: int, most_ridges: int) -> Triangulator:
    """Enough room for polytopes of this dimension in R^d that have at most so many vertices and facets."""
    levels, faces = max(dim - 1, 1), max(most_ridges, 1)
    return Triangulator(
        np.zeros((levels, faces, max(-(-most_vertices // 64), 1)), np.uint64),
        np.zeros((levels, faces), np.int64),
        np.zeros(levels, np.int64),
        np.zeros(levels, np.int64),
        np.zeros((dim + 1, d + 1)),
    )


@kernel
def measure(polytopes: Polytopes, dim: int, room: Triangulator, volume: FloatArray, ridge_volume: FloatArray) -> int:
    """Fill in the volumes (n,) and those of the facets (r,); `GOOD`, or the number of a polytope whose incidences are none of this dimension."""
    for i in range(volume.shape[0]):
        if dim == 0:
            volume[i] = 1.0
        elif not _measure_one(polytopes, i, dim, room, volume, ridge_volume):
            return i
    return GOOD


@kernel
def _measure_one(polytopes: Polytopes, i: int, dim: int, room: Triangulator, volume: FloatArray, ridge_volume: FloatArray) -> bool:
    start = polytopes.vertex_at[i]
    first = polytopes.ridge_at[i]
    n_ridges = polytopes.ridge_at[i + 1] - first
    n_words = (polytopes.vertex_at[i + 1] - start + 63) // 64
    fill_facets(polytopes.corner_at, polytopes.corner, first, n_ridges, n_words, room.face, room.size)
    unit = unit_of(polytopes.vertex, start, polytopes.vertex_at[i + 1])
    total = 0.0
    for f in range(n_ridges):
        ridge, height = _triangulate(polytopes.vertex, start, dim, room, n_ridges, n_words, f, 1.0 / unit)
        if ridge < 0.0:
            return False
        total += ridge * height
        for j in range(1, dim):
            ridge = ridge / j * unit
        ridge_volume[first + f] = ridge
    for j in range(1, dim + 1):
        total = total / j * unit
    volume[i] = total
    return True


@kernel
def _triangulate(
    vertex: FloatArray, start: int, dim: int, room: Triangulator, n_ridges: int, n_words: int, f: int, scale: float
) -> tuple[float, float]:
    """Facet f of a polytope: (dim - 1)! times its volume, negative if it is no polytope of dimension dim - 1, and the first vertex' height above it.

    Both are in the unit of the polytope. A face of level l has dimension dim - 1 - l; its first vertex is vertex l of the simplices within it.
    """
    face = room.face
    size = room.size
    edge = room.edge
    ridge, height, largest, length = 0.0, 0.0, 0.0, 1.0
    product_at = vertex.shape[1]
    origin = start + first_vertex(face, 0, f, n_words)  # vertex 0 of all simplices of this facet
    edge[0, product_at] = 1.0
    level, at = 0, f
    room.at[0] = f
    while True:
        if size[level, at] == dim - level:
            t = level
            for w in range(n_words):
                left = face[level, at, w]
                while left != NONE:
                    if t > 0:
                        length = push_vertex(vertex, start + 64 * w + lowest(left), origin, edge, t, scale)
                        if t < dim - 1:
                            divide_edge(edge, t, length)
                    left &= left - bit(0)
                    t += 1
            product = edge[dim - 1, product_at]
            ridge += product
            if product > largest and origin != start:  # a facet whose first vertex is the polytope's has no height
                largest = product
                divide_edge(edge, dim - 1, length)
                height = orthogonal_edge(vertex, start, origin, edge, dim, scale)
        else:
            # A face of dimension 0 or 1 is a simplex, and any other has a facet that misses its first vertex.
            if size[level, at] < dim - level or level >= dim - 2:
                return -1.0, 0.0
            first = first_vertex(face, level, at, n_words)
            n = open_facets(face, size, level, at, dim - level - 1, n_ridges, n_words, first)
            if n == 0:
                return -1.0, 0.0
            if level > 0:
                divide_edge(edge, level, push_vertex(vertex, start + first, origin, edge, level, scale))
            level += 1
            room.n_faces[level] = n
            room.at[level] = -1
        while level > 0:
            room.at[level] += 1
            if room.at[level] < room.n_faces[level]:
                break
            level -= 1
        if level == 0:
            return ridge, height
        at = room.at[level]
