"""Regular (weighted Delaunay) triangulations of exact sites in any dimension."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.sites.determinant import side
from geom.kernels.sites.sites import make_room
from geom.kernels.sites.triangulation import FULL, GHOST, Mesh, insert, place
from geom.power.hilbert import insertion_order
from geom.power.lifted_sites import LiftedSites

__all__ = ["Triangulation"]

Ints = NDArray[np.int64]
CHUNK = 50_000  # sites between two looks at the keyboard


class Triangulation:
    """The regular triangulation of some of the sites, which span a space of at least one dimension.

    Parameters
    ----------
    lifted : LiftedSites
    chosen : (n,) array of int
        The sites to triangulate; their affine hull is that of all of them.

    Attributes
    ----------
    order : (N,) int
        All sites, in the kernels' numbering: those inserted, then the others.
    simplices : (T, k + 1) int32
        Vertices of the simplices, in the kernels' numbering.
    neighbours : (T, k + 1) int32
        The simplex opposite to each vertex; -1 at the boundary.
    """

    def __init__(self, lifted: LiftedSites, chosen: Ints) -> None:
        self.lifted, self.n_primes = lifted, lifted.n_primes()
        curve = chosen[insertion_order(lifted.scaled[0][chosen])]
        first = lifted.independent(chosen)
        others = np.setdiff1d(np.arange(lifted.mu.shape[0]), chosen)
        self.order = np.concatenate([first, curve[~np.isin(curve, first)], others])
        self.n_inserted = len(chosen)
        self.sites = lifted.kernel_sites(self.order, self.n_primes)
        self.room = make_room(lifted.rank, self.n_primes)
        self.mesh = self._start()
        self._run()
        self.simplices, self.neighbours, self.slots = _compact(self.mesh)

    def _start(self) -> Mesh:
        """The first simplex and a ghost at each of its facets."""
        n = self.lifted.rank + 1
        mesh = _mesh(n, 4 * n + (3 * n - 4) * self.n_inserted)
        simplex = np.arange(n, dtype=np.int32)
        if side(self.sites, self.room, simplex, n - 1, n - 1) < 0:
            simplex[:2] = 1, 0
        mesh.vertex[0] = simplex
        for k in range(n):
            # A ghost's infinite vertex lies on the other side of its facet; two vertices exchanged make its orientation 1 again.
            places = np.arange(n)
            places[[k, (k + 1) % n]] = (k + 1) % n, k
            vertices = np.where(np.arange(n) == k, GHOST, simplex)
            mesh.vertex[k + 1] = vertices[places]
            mesh.neighbour[k + 1] = np.where(places == k, 0, places + 1)
            mesh.neighbour[0, k] = k + 1
        mesh.state[:] = n, n + 1, 0, 0, 0
        return mesh

    def _run(self) -> None:
        for stop in range(min(CHUNK, self.n_inserted), self.n_inserted + CHUNK, CHUNK):
            while insert(self.sites, self.room, self.mesh, min(stop, self.n_inserted)) == FULL:
                self.mesh = _larger(self.mesh)

    def place(self, queries: Ints) -> tuple[Ints, NDArray[np.int8], NDArray[np.bool_]]:
        """For sites (kernels' numbering) in the hull: a simplex that contains each, the side of its hyperplane that the lifted site is on
        (1 below, 0 on it, -1 above), and the vertices of the simplex that span the face whose relative interior it lies in."""
        n = self.lifted.rank + 1
        simplex, sign, face = np.zeros(len(queries), np.int64), np.zeros(len(queries), np.int8), np.zeros((len(queries), n), np.bool_)
        place(self.sites, self.room, self.mesh, queries, simplex, sign, face)
        number = np.full(len(self.mesh.vertex), -1, dtype=np.int64)
        number[self.slots] = np.arange(len(self.slots))
        return number[simplex], sign, face


def _mesh(n: int, capacity: int) -> Mesh:
    vertex = np.full((capacity, n), -2, dtype=np.int32)
    neighbour, mark = np.full((capacity, n), -1, dtype=np.int32), np.zeros(capacity, dtype=np.int64)
    zone, facet_of, facet_at, freed = np.zeros((4, capacity), dtype=np.int32)
    return Mesh(vertex, neighbour, mark, zone, facet_of, facet_at, freed, np.zeros(5, dtype=np.int64))


def _larger(mesh: Mesh) -> Mesh:
    """The same mesh with twice the room."""
    used = len(mesh.vertex)
    larger = _mesh(mesh.vertex.shape[1], 2 * used)
    for name in Mesh._fields[:-1]:
        getattr(larger, name)[:used] = getattr(mesh, name)
    larger.state[:] = mesh.state
    return larger


def _compact(mesh: Mesh) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints]:
    """The finite simplices, renumbered, with the slots that they are in."""
    used = int(mesh.state[1])
    slots = np.flatnonzero(mesh.vertex[:used].min(axis=1) >= 0)
    number = np.full(used, -1, dtype=np.int32)
    number[slots] = np.arange(len(slots), dtype=np.int32)
    return mesh.vertex[slots], number[mesh.neighbour[slots]], slots
