"""The regular subdivision of lifted sites: the faces of their lower hull, dual to the power diagram.

A j-face of the subdivision is dual to a face of codimension j of the diagram. So a site is a vertex if and only if its cell is full-dimensional,
two vertices are joined by an edge if and only if their cells share a facet, and the maximal cells are the vertices of the diagram. A triangulation
refines the subdivision: simplices with one hyperplane are merged, and what face of the merged cell a vertex or an edge lies in is decided by ranks
(`kernels.sites.carriers`). A site on the hull that is no vertex may have become a vertex of the triangulation, and may hide an edge that it lies on;
where there are such sites, the triangulation is made once more without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from geom.kernels.sites.carriers import merge_flat, ranks
from geom.kernels.sites.sites import Sites
from geom.power.lifted_sites import LiftedSites
from geom.power.triangulation import Triangulation

__all__ = ["RegularSubdivision"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class RegularSubdivision:
    """Faces of the lower hull of lifted sites. All arrays are read-only.

    Parameters
    ----------
    lifted : LiftedSites

    Attributes
    ----------
    carrier_dim : (N,) int
        Dimension of the face that a site lies in the relative interior of: 0 for a vertex, -1 for a site above the hull.
    first_equal : (N,) int
        The first site with the same position and weight, where it is a vertex; else the site itself.
    spanning : dict of int to array of int
        For a site on the hull that is no vertex, affinely independent vertices whose convex hull has it in its relative interior.
    """

    def __init__(self, lifted: LiftedSites) -> None:
        self.lifted = lifted
        n = lifted.mu.shape[0]
        self.carrier_dim: Ints = np.full(n, -1, dtype=np.int64)
        self.first_equal: Ints = np.arange(n)
        self.spanning: dict[int, Ints] = {}
        self.merged: _Merged | None = None
        self._find()
        for found in (self.carrier_dim, self.first_equal, *self.spanning.values()):
            _frozen(found)

    def _find(self) -> None:
        lifted = self.lifted
        if lifted.rank == 0:
            low = np.flatnonzero(lifted.heights == lifted.heights.min())
            self.carrier_dim[low], self.first_equal[low] = 0, low[0]
            return
        self.merged = _Merged(Triangulation(lifted, np.arange(len(self.first_equal))))
        false = self.merged.false_vertices()
        if len(false):
            used = np.unique(self.merged.triangulation.order[self.merged.simplices])
            self.merged = _Merged(Triangulation(lifted, np.setdiff1d(used, false)))
        self._classify(self.merged)

    def _classify(self, merged: _Merged) -> None:
        order = merged.triangulation.order
        is_vertex = np.zeros(len(order), dtype=bool)
        is_vertex[merged.simplices] = True
        self.carrier_dim[order[is_vertex]] = 0
        others = np.flatnonzero(~is_vertex)
        simplex, sign, face = merged.triangulation.place(others)
        assert (sign <= 0).all(), "no site lies below the hull"
        for i in np.flatnonzero(sign == 0).tolist():
            site, spanned = int(order[others[i]]), merged.simplices[simplex[i]][face[i]]
            self.carrier_dim[site] = merged.carrier_dim(int(simplex[i]), spanned)
            if self.carrier_dim[site] == 0:
                self.first_equal[site] = order[spanned[0]]
            else:
                self.spanning[site] = np.sort(order[spanned])

    @cached_property
    def vertices(self) -> Ints:
        """The sites that are vertices, the first of those that are equal."""
        return _frozen(np.flatnonzero((self.carrier_dim == 0) & (self.first_equal == np.arange(len(self.first_equal)))))

    @cached_property
    def flat_sites(self) -> Ints:
        """The sites on the hull that are no vertices: their cells are lower-dimensional."""
        return _frozen(np.flatnonzero(self.carrier_dim > 0))

    @cached_property
    def edges(self) -> Ints:
        """(E, 2) sites joined by an edge, sorted, the lower number first."""
        if self.merged is None:
            return _frozen(np.zeros((0, 2), dtype=np.int64))
        pairs = np.sort(self.merged.triangulation.order[self.merged.edges()], axis=1)
        return _frozen(pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))])

    @cached_property
    def simplices(self) -> Ints:
        """(T, k + 1) sites of the simplices of a triangulation that refines the subdivision."""
        return _frozen(np.zeros((0, 1), dtype=np.int64) if self.merged is None else self.merged.triangulation.order[self.merged.simplices])

    @cached_property
    def cells(self) -> list[Ints]:
        """The vertices of every maximal cell, each ascending, the cells in lexicographic order of these."""
        return self._cells[0]

    @cached_property
    def representatives(self) -> Ints:
        """(C,) one simplex of each cell, in the order of `cells`."""
        return self._cells[1]

    @cached_property
    def _cells(self) -> tuple[list[Ints], Ints]:
        if self.merged is None:
            return [self.vertices], _frozen(np.zeros(1, dtype=np.int64))
        n_sites, cell = len(self.first_equal), self.merged.cell.astype(np.int64)
        cell, site = np.divmod(np.unique(np.repeat(cell, self.simplices.shape[1]) * n_sites + self.simplices.ravel()), n_sites)
        start = np.flatnonzero(np.diff(cell, prepend=-1))
        names = [tuple(part) for part in _split(site.tolist(), start.tolist())]
        by_name = sorted(range(len(names)), key=names.__getitem__)
        parts = np.split(_frozen(site), start[1:])
        return [parts[i] for i in by_name], _frozen(cell[start][by_name])

    @cached_property
    def on_the_hull(self) -> Ints:
        """The vertices on the boundary of the convex hull of the sites, in their affine hull."""
        if self.merged is None:
            return _frozen(np.zeros(0, dtype=np.int64))
        simplex, place = np.nonzero(self.merged.triangulation.neighbours < 0)
        of_the_facet = np.arange(self.simplices.shape[1]) != place[:, None]
        return _frozen(np.unique(self.simplices[simplex][of_the_facet]))


def _frozen(array: Ints) -> Ints:
    """The same array, read-only from now on: what is computed once is handed out many times."""
    array.setflags(write=False)
    return array


def _split(values: list[int], start: list[int]) -> Iterator[list[int]]:
    for a, b in pairwise([*start, len(values)]):
        yield values[a:b]


class _Merged:
    """A triangulation whose simplices are gathered into cells with one hyperplane; sites in the kernels' numbering."""

    def __init__(self, triangulation: Triangulation) -> None:
        self.triangulation, self.simplices = triangulation, triangulation.simplices
        n_simplices, n = self.simplices.shape
        self.flat = np.zeros((n_simplices, n), dtype=np.bool_)
        self.cell = np.arange(n_simplices, dtype=np.int32)
        merge_flat(triangulation.sites, triangulation.room, self.simplices, triangulation.neighbours, self.flat, self.cell)
        self.is_simple: Bools = np.bincount(self.cell, minlength=n_simplices)[self.cell] == 1

    @cached_property
    def _sites(self) -> Sites:
        """Sites with the primes that ranks need."""
        tri = self.triangulation
        return tri.lifted.kernel_sites(tri.order, tri.lifted.n_rank_primes())

    @cached_property
    def _ridges(self) -> tuple[Ints, Ints]:
        """Simplex and opposite place of every facet of the cells of several simplices."""
        simplex, place = np.nonzero(~self.flat & ~self.is_simple[:, None])
        return simplex, place

    def _faces(self, simplices: Ints, size: int, without: Ints | None = None) -> tuple[Ints, Ints]:
        """Faces with so many vertices of the simplices, or of their ridges opposite to the places `without`: names (m,) and owners (m,).

        A name is one number for each set of sites: the one with the smallest number first, in base N.
        """
        n, n_sites = self.simplices.shape[1], len(self.triangulation.order)
        names, owners = [], []
        for places in combinations(range(n), size):
            of = np.arange(len(simplices)) if without is None else np.flatnonzero(np.all([without != p for p in places], axis=0))
            vertices = np.sort(self.simplices[simplices[of]][:, places].astype(np.int64), axis=1)
            names.append(vertices @ (n_sites ** np.arange(size - 1, -1, -1, dtype=np.int64)))
            owners.append(of)
        return np.concatenate(names), np.concatenate(owners)

    def _true_faces(self, size: int) -> Ints:
        """Names of the vertices (size 1) or edges (size 2) of the triangulation that are ones of the subdivision."""
        d = self.simplices.shape[1] - 1
        simple, several = np.flatnonzero(self.is_simple), np.flatnonzero(~self.is_simple)
        proven = np.unique(self._faces(simple, size)[0])  # every face of a simplex that is a cell
        if not len(several) or size > d:
            return proven
        names, owners = self._faces(several, size)
        doubtful, first = np.unique(names, return_index=True)
        is_new = ~np.isin(doubtful, proven)
        doubtful, cell = doubtful[is_new], self.cell[several[owners[first[is_new]]]]
        if not len(doubtful):
            return proven
        simplex, place = self._ridges
        names, owners = self._faces(simplex, size, place)
        at = np.minimum(np.searchsorted(doubtful, names), len(doubtful) - 1)
        kept = (doubtful[at] == names) & (cell[at] == self.cell[simplex[owners]])
        at, owners = at[kept], owners[kept]
        by_face = np.argsort(at, kind="stable")
        start = np.searchsorted(at[by_face], np.arange(len(doubtful) + 1))
        enough = d + 1 - size
        rank = self._ranks(start, simplex[owners[by_face]], place[owners[by_face]], enough)
        return np.concatenate([proven, doubtful[rank == enough]])

    def _ranks(self, start: Ints, simplex: Ints, place: Ints, enough: int) -> Ints:
        d = self.simplices.shape[1] - 1
        if enough <= 1:  # a normal is never 0
            return np.minimum(np.diff(start), enough)
        found = np.zeros(len(start) - 1, dtype=np.int64)
        square = np.zeros((d, d), dtype=np.int64)
        ranks(self._sites, self.simplices, start, simplex, place, enough, found, square, square.copy(), np.zeros(d, dtype=np.int64))
        return found

    def false_vertices(self) -> Ints:
        """Sites, in their own numbering, that are vertices of the triangulation but not of the subdivision."""
        if self.is_simple.all():
            return np.zeros(0, dtype=np.int64)
        return self.triangulation.order[np.setdiff1d(np.unique(self.simplices), self._true_faces(1))]

    def edges(self) -> Ints:
        """(E, 2) edges of the subdivision; every vertex of the triangulation must be one of the subdivision."""
        if self.simplices.shape[1] == 2:
            return self.simplices.astype(np.int64)
        return np.stack(np.divmod(self._true_faces(2), len(self.triangulation.order)), axis=1)

    def carrier_dim(self, t: int, spanned: NDArray[np.int32]) -> int:
        """Dimension of the face of the subdivision whose relative interior holds that of the simplex with these vertices, a face of simplex t."""
        if self.is_simple[t] or len(spanned) == 1:
            return len(spanned) - 1
        simplex, place = self._ridges
        mine = np.flatnonzero(self.cell[simplex] == self.cell[t])
        vertices = self.simplices[simplex[mine]]
        outside = np.isin(vertices, spanned)
        through = (outside.sum(axis=1) == len(spanned)) & ~outside[np.arange(len(mine)), place[mine]]
        mine = mine[through]
        d = int(self.simplices.shape[1]) - 1
        return d - int(self._ranks(np.array([0, len(mine)]), simplex[mine], place[mine], d)[0])
