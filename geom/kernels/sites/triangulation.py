"""Incremental regular triangulation in any dimension (Bowyer 1981, Watson 1981; Edelsbrunner and Shah 1996 for weights).

The lower hull of the lifted sites, projected. A simplex has d + 1 vertices and, opposite to each, a neighbour; the outside is filled with ghost
simplices, whose vertex `GHOST` is a point at infinity. All have orientation 1, a ghost as if its infinite vertex were a site far beyond the hull.

Every site in turn is located by a visibility walk, which ends in every regular triangulation. If it lies below the hyperplane of the simplex found,
all simplices that it lies below (its conflict zone, connected) are replaced by the simplices that it spans with the facets of the zone's boundary.
If not, it is hidden for good, since the hull only sinks.

Ties are broken as if the height of every site were lowered by an infinitesimal eps, that of an earlier rank infinitely larger than all later ones.
The lifted determinant then becomes L + sum_i eps_i c_i, where c_q = 1 is the orientation of the simplex and -c_j that of the simplex with q
in place of vertex j: so a regular triangulation always exists, simplices are never flat, and of coincident sites the first one stays.

A site in the hyperplane of a facet is in conflict with both simplices at the facet or with neither: in the hyperplane both span the same height,
and the infinitesimal of a vertex outside does not count. So a ghost asks the simplex behind it, and no new simplex is flat.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.sites.determinant import lifted_side, side
from geom.kernels.sites.sites import Room, Sites

__all__ = ["DONE", "FULL", "GHOST", "Mesh", "insert", "locate", "place"]

Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]
GHOST = -1
DONE, FULL = 0, 1
# What Mesh.state counts.
NEXT, USED, FREED, START, STAMP = 0, 1, 2, 3, 4


class Mesh(NamedTuple):
    """Simplices, room for a conflict zone and its boundary, and the counts that let the insertion be entered again.

    Attributes
    ----------
    vertex : (C, d + 1) int32
        -1 for the infinite vertex; a slot with -2 as its first vertex is free.
    neighbour : (C, d + 1) int32
        The simplex across the facet opposite to each vertex.
    mark : (C,) int64
        2 stamp: in the conflict zone of the site with this stamp; 2 stamp + 1: outside.
    zone, facet_of, facet_at, freed : (C,) int32
        The zone; the simplex and the vertex number of the facets of its boundary; slots to use again.
    state : (5,) int64
        Next site, slots in use, slots freed, simplex where the next walk begins, stamp.
    """

    vertex: Int32s
    neighbour: Int32s
    mark: Ints
    zone: Int32s
    facet_of: Int32s
    facet_at: Int32s
    freed: Int32s
    state: Ints


@kernel
def insert(sites: Sites, room: Room, mesh: Mesh, stop: int) -> int:
    """Insert the sites up to `stop`; `FULL` when there are not enough slots for the next one, which then has changed nothing."""
    state = mesh.state
    while state[NEXT] < stop:
        q = state[NEXT]
        found = locate(sites, room, mesh, q)
        if _is_below(sites, room, mesh, found, q):
            n_zone, n_facets = _spread(sites, room, mesh, found, q)
            if n_facets > mesh.vertex.shape[0] - state[USED] + state[FREED] or n_facets > mesh.facet_of.shape[0]:
                return FULL
            _fill(mesh, n_zone, n_facets, q)
        state[NEXT] += 1
    return DONE


@kernel
def locate(sites: Sites, room: Room, mesh: Mesh, q: int) -> int:
    """The simplex that contains q, or a ghost beyond whose facet q lies."""
    vertex = mesh.vertex
    neighbour = mesh.neighbour
    n = vertex.shape[1]
    t = int(mesh.state[START])
    for k in range(n):
        if vertex[t, k] == GHOST:
            t = int(neighbour[t, k])
            break
    before = -1
    offset = q
    while True:
        beyond = -1
        for i in range(n):
            k = (i + offset) % n
            if neighbour[t, k] != before and side(sites, room, vertex[t], k, q) < 0:
                beyond = int(neighbour[t, k])
                break
        if beyond < 0:
            return t
        before, t = t, beyond
        offset += 1
        for k in range(n):
            if vertex[t, k] == GHOST:
                return t


@kernel
def _is_below(sites: Sites, room: Room, mesh: Mesh, t: int, q: int) -> bool:
    """Whether the lifted site q, perturbed, lies below the hyperplane of a simplex."""
    vertex = mesh.vertex
    n = vertex.shape[1]
    for k in range(n):
        if vertex[t, k] == GHOST:
            sign = side(sites, room, vertex[t], k, q)
            if sign != 0:
                return sign > 0
            t = int(mesh.neighbour[t, k])
            break
    sign = lifted_side(sites, room, vertex[t], q)
    if sign == 0:
        sign = _perturbed(sites, room, vertex[t], q)
    return sign > 0


@kernel
def _perturbed(sites: Sites, room: Room, simplex: Int32s, q: int) -> int:
    """The sign that the infinitesimals give to a lifted determinant of value 0: that of the first rank with a coefficient that is not 0."""
    n = simplex.shape[0]
    rank = sites.rank
    last = np.int64(-1)
    while True:
        first = rank[q] if rank[q] > last else np.int64(2**62)
        at = -1
        for j in range(n):
            if last < rank[simplex[j]] < first:
                first = rank[simplex[j]]
                at = j
        if at < 0:
            return 1
        sign = side(sites, room, simplex, at, q)
        if sign != 0:
            return -sign
        last = first


@kernel
def _spread(sites: Sites, room: Room, mesh: Mesh, start: int, q: int) -> tuple[int, int]:
    """The conflict zone by breadth-first search from one of its simplices; its size and the number of facets of its boundary."""
    mesh.state[STAMP] += 1
    inside, outside = 2 * mesh.state[STAMP], 2 * mesh.state[STAMP] + 1
    mark = mesh.mark
    zone = mesh.zone
    neighbour = mesh.neighbour
    mark[start] = inside
    zone[0] = start
    n_zone, n_facets, i = 1, 0, 0
    while i < n_zone:
        t = zone[i]
        i += 1
        for k in range(neighbour.shape[1]):
            beyond = neighbour[t, k]
            if mark[beyond] == inside:
                continue
            if mark[beyond] != outside:
                if _is_below(sites, room, mesh, int(beyond), q):
                    mark[beyond] = inside
                    zone[n_zone] = beyond
                    n_zone += 1
                    continue
                mark[beyond] = outside
            if n_facets < mesh.facet_of.shape[0]:
                mesh.facet_of[n_facets] = t
                mesh.facet_at[n_facets] = k
            n_facets += 1
    return n_zone, n_facets


@kernel
def _fill(mesh: Mesh, n_zone: int, n_facets: int, q: int) -> None:
    """Replace the zone by the simplices from q to the facets of its boundary."""
    vertex = mesh.vertex
    neighbour = mesh.neighbour
    state = mesh.state
    n = vertex.shape[1]
    for i in range(n_facets):
        t, k = mesh.facet_of[i], mesh.facet_at[i]
        if state[FREED] > 0:
            state[FREED] -= 1
            made = int(mesh.freed[state[FREED]])
        else:
            made = int(state[USED])
            state[USED] += 1
        beyond = neighbour[t, k]
        for j in range(n):
            vertex[made, j] = vertex[t, j]
            neighbour[made, j] = -1
        vertex[made, k] = q
        neighbour[made, k] = beyond
        neighbour[beyond, _index(neighbour[beyond], t)] = made
        neighbour[t, k] = -2 - made  # the facet is known by its new simplex from here on
        mesh.mark[made] = 0
        state[START] = made
    for i in range(n_facets):
        t, k = mesh.facet_of[i], mesh.facet_at[i]
        made = -2 - int(neighbour[t, k])
        for j in range(n):
            if neighbour[made, j] == -1:
                _link(mesh, made, int(t), int(k), j)
    for i in range(n_zone):
        t = mesh.zone[i]
        vertex[t, 0] = -2
        mesh.freed[state[FREED]] = t
        state[FREED] += 1


@kernel
def _link(mesh: Mesh, made: int, t: int, k: int, j: int) -> None:
    """Join a new simplex, over facet k of t, to the one across its facet j, found by turning about the ridge without vertices j and k."""
    vertex = mesh.vertex
    neighbour = mesh.neighbour
    kept, crossed = k, j
    while neighbour[t, crossed] >= 0:
        beyond = int(neighbour[t, crossed])
        crossed = _index(vertex[beyond], vertex[t, kept])
        kept = _index(neighbour[beyond], t)
        t = beyond
    other = -2 - int(neighbour[t, crossed])
    neighbour[made, j] = other
    neighbour[other, kept] = made


@kernel
def _index(row: Int32s, value: int) -> int:
    """Where a row holds a value that it is known to hold."""
    k = 0
    while row[k] != value:
        k += 1
    return k


@kernel
def place(sites: Sites, room: Room, mesh: Mesh, queries: Ints, simplex: Ints, sign: NDArray[np.int8], face: NDArray[np.bool_]) -> None:
    """For sites inside the hull of a finished triangulation: the simplex that contains each, `lifted_side` there, and which vertices span the face
    of the simplex whose relative interior it lies in."""
    for i in range(queries.shape[0]):
        q = int(queries[i])
        t = locate(sites, room, mesh, q)
        mesh.state[START] = t
        simplex[i] = t
        sign[i] = lifted_side(sites, room, mesh.vertex[t], q)
        for k in range(mesh.vertex.shape[1]):
            face[i, k] = side(sites, room, mesh.vertex[t], k, q) != 0
