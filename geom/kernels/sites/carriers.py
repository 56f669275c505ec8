"""From a regular triangulation to the regular subdivision that it refines: which ridges are flat, and what faces their simplices lie in.

Neighbouring simplices whose lifted vertices lie on one hyperplane belong to one cell of the subdivision. A face of a simplex lies in the relative
interior of a face of that cell, its *carrier*, which is what all facets of the cell through it have in common: if their normals have rank r,
the carrier has dimension d - r. Normals are computed modulo primes. The rank modulo a prime is never larger than the true one, and is equal to it
unless the prime divides all minors of that rank that are not 0: over primes whose product exceeds every minor, the largest rank is the true one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.numbers.modular import inverse
from geom.kernels.sites.determinant import lifted_side
from geom.kernels.sites.sites import Room, Sites

__all__ = ["merge_flat", "ranks"]

Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


@kernel
def merge_flat(sites: Sites, room: Room, vertex: Int32s, neighbour: Int32s, flat: NDArray[np.bool_], cell: Int32s) -> None:
    """Mark the ridges whose two simplices have one hyperplane; `cell`, numbers from 0 on before, becomes the first simplex of each one's cell."""
    n = vertex.shape[1]
    for t in range(vertex.shape[0]):
        for k in range(n):
            beyond = neighbour[t, k]
            if beyond < t:
                continue
            apex = 0
            while neighbour[beyond, apex] != t:
                apex += 1
            if lifted_side(sites, room, vertex[t], int(vertex[beyond, apex])) == 0:
                flat[t, k] = True
                flat[beyond, apex] = True
                a, b = _root(cell, t), _root(cell, int(beyond))
                cell[max(a, b)] = min(a, b)
    for t in range(vertex.shape[0]):
        cell[t] = cell[cell[t]]


@kernel
def _root(cell: Int32s, t: int) -> int:
    while cell[t] != t:
        cell[t] = cell[cell[t]]
        t = int(cell[t])
    return t


@kernel
def ranks(
    sites: Sites, vertex: Int32s, start: Ints, simplex: Ints, place: Ints, enough: int, found: Ints, difference: Ints, normal: Ints, row: Ints
) -> None:
    """For each group of ridges, start[g] to start[g + 1], the rank of their normals, or `enough` where it reaches that.

    A ridge is given by a simplex and the place of the vertex opposite to it; the last three arrays are room, (d, d), (d, d) and (d,).
    """
    for g in range(start.shape[0] - 1):
        found[g] = 0
        for i in range(sites.prime.shape[0]):
            rank = 0
            for r in range(start[g], start[g + 1]):
                _normal(sites, vertex, int(simplex[r]), int(place[r]), i, difference, row)
                rank += _extends(normal, rank, row, sites.prime[i])
                if rank == enough:
                    break
            found[g] = max(found[g], rank)
            if found[g] == enough:
                break


@kernel
def _normal(sites: Sites, vertex: Int32s, t: int, k: int, i: int, difference: Ints, row: Ints) -> None:
    """A vector modulo prime i that is 0 on the differences of the ridge's vertices, and 0 if they are dependent modulo the prime."""
    d = vertex.shape[1] - 1
    p = sites.prime[i]
    residue = sites.residue
    base = vertex[t, 0] if k != 0 else vertex[t, 1]
    rank = 0
    for j in range(d + 1):
        if j == k or vertex[t, j] == base:
            continue
        for c in range(d):
            row[c] = (residue[vertex[t, j], i, c] - residue[base, i, c]) % p
        if _extends(difference, rank, row, p) == 0:
            for c in range(d):
                row[c] = 0
            return
        rank += 1
    # In reduced form every row has a 1 where all others have 0; the one column left over gives the vector.
    free = d * (d - 1) // 2
    for r in range(rank):
        free -= _pivot(difference, r)
    for c in range(d):
        row[c] = 0
    row[free] = 1
    for r in range(rank):
        row[_pivot(difference, r)] = (p - difference[r, free]) % p


@kernel
def _pivot(matrix: Ints, r: int) -> int:
    c = 0
    while matrix[r, c] == 0:
        c += 1
    return c


@kernel
def _extends(matrix: Ints, rank: int, row: Ints, p: int) -> int:
    """Reduce a row by the first `rank` rows of a matrix in reduced form modulo p and append what is left; 0 if that is nothing."""
    d = row.shape[0]
    for r in range(rank):
        factor = row[_pivot(matrix, r)]
        if factor != 0:
            for c in range(d):
                row[c] = (row[c] - factor * matrix[r, c]) % p
    at = 0
    while at < d and row[at] == 0:
        at += 1
    if at == d:
        return 0
    scale = inverse(row[at], p)
    for c in range(d):
        row[c] = row[c] * scale % p
        matrix[rank, c] = row[c]
    for r in range(rank):
        factor = matrix[r, at]
        if factor != 0:
            for c in range(d):
                matrix[r, c] = (matrix[r, c] - factor * matrix[rank, c]) % p
    return 1
