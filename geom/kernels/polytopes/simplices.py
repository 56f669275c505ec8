"""The size of a simplex while it is made, vertex by vertex: modified Gram-Schmidt on its edges.

Row t of `edge` is the edge from vertex 0 to vertex t, made orthonormal to those before, and behind it the product of the lengths of all edges so far
before they were made unit vectors.
"""

from __future__ import annotations

import math

from geom.exact import FloatArray
from geom.kernels.jit import kernel

__all__ = ["LARGEST_UNIT", "divide_edge", "orthogonal_edge", "push_vertex", "unit_of"]

SMALLEST_UNIT, LARGEST_UNIT = 2.0**-1022, 2.0**1022


@kernel
def unit_of(vertex: FloatArray, start: int, stop: int) -> float:
    """A power of 2 near the extent of a polytope: with edges of about 1 no square overflows, and scaling rounds nothing."""
    extent = 0.0
    for v in range(start + 1, stop):
        for c in range(vertex.shape[1]):
            extent = max(extent, abs(vertex[v, c] - vertex[start, c]))
    if extent == 0.0:
        return 1.0
    extent = min(max(extent, SMALLEST_UNIT), LARGEST_UNIT)
    return extent / (2.0 * math.frexp(extent)[0])


@kernel
def push_vertex(vertex: FloatArray, row: int, origin: int, edge: FloatArray, t: int, scale: float) -> float:
    """Make a row of `vertex` vertex t > 0 of the simplex; the length of the edge to it, which is yet to be divided by that."""
    length = orthogonal_edge(vertex, row, origin, edge, t, scale)
    edge[t, vertex.shape[1]] = edge[t - 1, vertex.shape[1]] * length
    return length


@kernel
def divide_edge(edge: FloatArray, t: int, length: float) -> None:
    if length > 0.0:  # else the edge remains 0, and so does the product
        for c in range(edge.shape[1] - 1):
            edge[t, c] /= length


@kernel
def orthogonal_edge(vertex: FloatArray, row: int, origin: int, edge: FloatArray, t: int, scale: float) -> float:
    """Put the edge to a row of `vertex`, made orthogonal to edges 1 to t - 1, into place t; its length."""
    d = vertex.shape[1]
    for c in range(d):
        edge[t, c] = (vertex[row, c] - vertex[origin, c]) * scale
    for s in range(1, t):
        part = 0.0
        for c in range(d):
            part += edge[t, c] * edge[s, c]
        for c in range(d):
            edge[t, c] -= part * edge[s, c]
    square = 0.0
    for c in range(d):
        square += edge[t, c] * edge[t, c]
    return math.sqrt(square)
