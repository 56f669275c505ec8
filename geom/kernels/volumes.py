"""Volumes of convex polytopes and of their facets, from vertices and incidences: a pulling triangulation (Cohen and Hickey, 1979, "Two algorithms
for determining volumes of convex polyhedra", Journal of the ACM 26).

A face that is no simplex is the union of the cones from its first vertex over those of its facets that miss it, each treated alike. The facets of a
face are its largest proper intersections with facets of the polytope, so that only sets of vertices are asked, and no coordinate decides anything:
vertices on many facets are as good as others.

The facets of a k-polytope are cut into simplices of k vertices in this way. The vertices of a simplex are pushed one after the other, and each is
made orthogonal to those before it (modified Gram-Schmidt): the product of the lengths that remain is (k - 1)! times the simplex's volume, and times
the height of the polytope's first vertex above it, k! times the volume of the cone between them. Simplices that begin alike share this work.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.bits import NONE, bit, lowest, popcount
from geom.kernels.jit import inlined, kernel

__all__ = ["GOOD", "Polytopes", "Triangulator", "make_triangulator", "measure"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
GOOD = -1
SMALLEST_UNIT, LARGEST_UNIT = 2.0**-1022, 2.0**1022


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
        Level 0: the facets of the polytope, as sets of vertices. Level l: the facets, which miss its first vertex, of the open face of level l - 1.
    size : (L, F) int64
        How many vertices each has.
    n_faces, at : (L,) int64
        How many faces a level has, and which is open.
    basis : (L, d) float64
        Edges from vertex 0 to vertex t of the simplex, made orthonormal; row 0 is not used.
    rest : (L, d) float64
        What remains of the edge from vertex 0 to the polytope's first vertex, orthogonal to vertices up to t.
    product : (L,) float64
        The product of the lengths of the edges that remain.
    origin : (2,) int64
        Rows of the polytope's first vertex and of vertex 0 of the simplex.
    """

    face: Words
    size: Ints
    n_faces: Ints
    at: Ints
    basis: FloatArray
    rest: FloatArray
    product: FloatArray
    origin: Ints


def make_triangulator(dim: int, d: int, most_vertices: int, most_ridges: int) -> Triangulator:
    """Enough room for polytopes of this dimension in R^d that have at most so many vertices and facets."""
    levels, faces = max(dim, 1), max(most_ridges, 1)
    return Triangulator(
        np.zeros((levels, faces, max(-(-most_vertices // 64), 1)), np.uint64),
        np.zeros((levels, faces), np.int64),
        np.zeros(levels, np.int64),
        np.zeros(levels, np.int64),
        np.zeros((levels, d)),
        np.zeros((levels, d)),
        np.zeros(levels),
        np.zeros(2, np.int64),
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


@inlined
def _measure_one(polytopes: Polytopes, i: int, dim: int, room: Triangulator, volume: FloatArray, ridge_volume: FloatArray) -> bool:
    first = polytopes.ridge_at[i]
    n_ridges = polytopes.ridge_at[i + 1] - first
    n_words = _fill(polytopes, i, room)
    unit = _unit(polytopes, i)
    room.origin[0] = polytopes.vertex_at[i]
    total = 0.0
    for f in range(n_ridges):
        has_apex = room.face[0, f, 0] & bit(0) != NONE
        ridge, cone = _triangulate(polytopes, dim, room, n_ridges, n_words, f, 1.0 / unit)
        if ridge < 0.0:
            return False
        for j in range(1, dim):
            ridge = ridge / j * unit
        ridge_volume[first + f] = ridge
        if not has_apex:
            total += cone
    for j in range(1, dim + 1):
        total = total / j * unit
    volume[i] = total
    return True


@inlined
def _fill(polytopes: Polytopes, i: int, room: Triangulator) -> int:
    """The facets of polytope i as sets; how many words a set has."""
    corner_at = polytopes.corner_at
    corner = polytopes.corner
    first = polytopes.ridge_at[i]
    n_words = (polytopes.vertex_at[i + 1] - polytopes.vertex_at[i] + 63) // 64
    for f in range(polytopes.ridge_at[i + 1] - first):
        for w in range(n_words):
            room.face[0, f, w] = NONE
        for c in range(corner_at[first + f], corner_at[first + f + 1]):
            room.face[0, f, corner[c] // 64] |= bit(corner[c] % 64)
        room.size[0, f] = 0
        for w in range(n_words):
            room.size[0, f] += popcount(room.face[0, f, w])
    return int(n_words)


@inlined
def _unit(polytopes: Polytopes, i: int) -> float:
    """A power of 2 near the extent of polytope i: with edges of about 1 no square overflows, and scaling rounds nothing."""
    vertex = polytopes.vertex
    start = polytopes.vertex_at[i]
    extent = 0.0
    for v in range(start + 1, polytopes.vertex_at[i + 1]):
        for c in range(vertex.shape[1]):
            extent = max(extent, abs(vertex[v, c] - vertex[start, c]))
    if extent == 0.0:
        return 1.0
    extent = min(max(extent, SMALLEST_UNIT), LARGEST_UNIT)
    return extent / (2.0 * math.frexp(extent)[0])


@inlined
def _triangulate(polytopes: Polytopes, dim: int, room: Triangulator, n_ridges: int, n_words: int, f: int, scale: float) -> tuple[float, float]:
    """Facet f of a polytope: (dim - 1)! times its volume, and dim! times that of the cone to it; negative if it is no polytope of dimension dim - 1.

    All is in the unit of the polytope. A face of level l has dimension dim - 1 - l; its first vertex is vertex l of the simplices within it.
    """
    ridge, cone = 0.0, 0.0
    level = 0
    room.at[0] = f
    while True:
        at = room.at[level]
        if room.size[level, at] == dim - level:
            t = level
            for w in range(n_words):
                left = room.face[level, at, w]
                while left != NONE:
                    _push(polytopes, room, t, 64 * w + lowest(left), scale)
                    left &= left - bit(0)
                    t += 1
            ridge += room.product[dim - 1]
            cone += room.product[dim - 1] * _length(room.rest, dim - 1)
        else:
            # An edge has two vertices, and any other face has a facet that misses its first vertex.
            if room.size[level, at] < dim - level or level >= dim - 2 or not _open(room, level, dim, n_ridges, n_words):
                return -1.0, 0.0
            _push(polytopes, room, level, _first(room, level, n_words), scale)
            level += 1
            room.at[level] = -1
        while level > 0:
            room.at[level] += 1
            if room.at[level] < room.n_faces[level]:
                break
            level -= 1
        if level == 0:
            return ridge, cone


@inlined
def _first(room: Triangulator, level: int, n_words: int) -> int:
    """The first vertex of the open face of a level."""
    face = room.face
    at = room.at[level]
    for w in range(n_words):
        if face[level, at, w] != NONE:
            return 64 * w + lowest(face[level, at, w])
    return 0


@inlined
def _open(room: Triangulator, level: int, dim: int, n_ridges: int, n_words: int) -> bool:
    """Put the facets of the open face that miss its first vertex one level below; whether there are any."""
    face = room.face
    size = room.size
    at = room.at[level]
    below = level + 1
    n = 0
    for f in range(n_ridges):
        found = 0
        for w in range(n_words):
            common = face[level, at, w] & face[0, f, w]
            face[below, n, w] = common
            found += popcount(common)
        # Facets of a face of dimension k have k vertices at least.
        if dim - below <= found < size[level, at]:
            size[below, n] = found
            n = _keep_largest(room, below, n, n_words)
    first = _first(room, level, n_words)
    word, one = first // 64, bit(first % 64)
    kept = 0
    for j in range(n):
        if face[below, j, word] & one == NONE:
            _copy(room, below, j, kept, n_words)
            kept += 1
    room.n_faces[below] = kept
    return kept > 0


@inlined
def _keep_largest(room: Triangulator, level: int, n: int, n_words: int) -> int:
    """Face n of a level joins the n before it, of which none lies in another, unless it lies in one of them; those in it go."""
    size = room.size
    kept = 0
    for j in range(n):
        if size[level, n] <= size[level, j]:
            if _is_in(room, level, n, j, n_words):
                return n  # none was dropped: it would lie in face j as well
        elif _is_in(room, level, j, n, n_words):
            continue
        _copy(room, level, j, kept, n_words)
        kept += 1
    _copy(room, level, n, kept, n_words)
    return kept + 1


@inlined
def _is_in(room: Triangulator, level: int, inner: int, outer: int, n_words: int) -> bool:
    face = room.face
    for w in range(n_words):  # noqa: SIM110
        if face[level, inner, w] & ~face[level, outer, w] != NONE:
            return False
    return True


@inlined
def _copy(room: Triangulator, level: int, source: int, target: int, n_words: int) -> None:
    if source != target:
        for w in range(n_words):
            room.face[level, target, w] = room.face[level, source, w]
        room.size[level, target] = room.size[level, source]


@inlined
def _push(polytopes: Polytopes, room: Triangulator, t: int, v: int, scale: float) -> None:
    """Make vertex v of the polytope vertex t of the simplex."""
    row = room.origin[0] + v
    if t == 0:
        room.origin[1] = row
        room.product[0] = 1.0
        for c in range(polytopes.vertex.shape[1]):
            room.rest[0, c] = (polytopes.vertex[room.origin[0], c] - polytopes.vertex[row, c]) * scale
    else:
        _orthogonal(polytopes.vertex, room, t, row, scale)


@kernel
def _orthogonal(vertex: FloatArray, room: Triangulator, t: int, row: int, scale: float) -> None:
    """Edge t of the simplex, to a row of `vertex`, made orthogonal to those before it, and what remains of the edge to the polytope's first vertex."""
    basis = room.basis
    rest = room.rest
    d = vertex.shape[1]
    for c in range(d):
        basis[t, c] = (vertex[row, c] - vertex[room.origin[1], c]) * scale
    for s in range(1, t):
        part = 0.0
        for c in range(d):
            part += basis[t, c] * basis[s, c]
        for c in range(d):
            basis[t, c] -= part * basis[s, c]
    length = _length(basis, t)
    room.product[t] = room.product[t - 1] * length
    if length > 0.0:  # else it remains 0, and so does the product
        for c in range(d):
            basis[t, c] /= length
    along = 0.0
    for c in range(d):
        along += rest[t - 1, c] * basis[t, c]
    for c in range(d):
        rest[t, c] = rest[t - 1, c] - along * basis[t, c]


@inlined
def _length(rows: FloatArray, t: int) -> float:
    total = 0.0
    for c in range(rows.shape[1]):
        total += rows[t, c] * rows[t, c]
    return math.sqrt(total)
