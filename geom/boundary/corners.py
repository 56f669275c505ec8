"""Vertices of a boundary as a whole: which vertices of its pieces are one point, Euler characteristic, angle defects.

Two pieces that share a ridge share its vertices, because ridges are faces of one complex. Which vertex of one is which of the other is told by their
enclosures where these are disjoint, else by their exact coordinates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geom.boundary.links import exact_vertices
from geom.errors import GeomError
from geom.exact import FloatArray

if TYPE_CHECKING:
    from geom.boundary.boundary import Boundary

__all__ = ["angle_defects", "euler_characteristic", "vertex_labels"]

Ints = NDArray[np.int64]


def vertex_labels(boundary: Boundary) -> Ints:
    """(m,) a number for each vertex of `Boundary.pieces`, equal for those of different pieces that are one point and joined by shared ridges."""
    pieces, links = boundary._table, boundary.links
    pairs: list[tuple[Ints, Ints]] = []
    shared = np.flatnonzero(links.ridge >= 0)
    order = shared[np.lexsort((shared, links.ridge[shared]))]
    groups = np.split(order, np.cumsum(links.size)[:-1]) if len(links.size) else []
    for group in groups:
        first, *others = group.tolist()
        pairs += [_matched(boundary, first, other) for other in others]
    n = len(pieces.vertex)
    one = np.concatenate([np.zeros(0, dtype=np.int64), *(p for p, _ in pairs)])
    two = np.concatenate([np.zeros(0, dtype=np.int64), *(q for _, q in pairs)])
    return np.asarray(connected_components(coo_array((np.ones(len(one)), (one, two)), shape=(n, n)), directed=False)[1], dtype=np.int64)


def _matched(boundary: Boundary, ridge: int, other: int) -> tuple[Ints, Ints]:
    """The vertices of a ridge of one piece, and for each the same vertex as one of another piece."""
    pieces, links = boundary._table, boundary.links
    mine, theirs = (pieces.corner[pieces.corner_at[r] : pieces.corner_at[r + 1]] + pieces.vertex_at[links.piece[r]] for r in (ridge, other))
    gap = np.abs(pieces.vertex[mine][:, None] - pieces.vertex[theirs][None]).max(axis=2)
    near = gap <= (pieces.radius[mine][:, None] + pieces.radius[theirs][None]) * (1 + 2.0**-40)
    # Rays are known up to a factor, so their coordinates tell nothing.
    if not pieces.is_ray[mine].any() and (near.sum(axis=1) == 1).all() and (near.sum(axis=0) == 1).all():
        return mine, theirs[np.argmax(near, axis=1)]
    here = exact_vertices(boundary._inquiry, pieces, int(links.piece[ridge]), mine, boundary._exact)
    there = exact_vertices(boundary._inquiry, pieces, int(links.piece[other]), theirs, boundary._exact)
    place = {point: k for k, point in enumerate(there)}
    return mine, theirs[[place[point] for point in here]]


def euler_characteristic(boundary: Boundary) -> int:
    """Vertices - edges + faces of a bounded boundary in two or three dimensions, as the complex of its pieces.

    Raises
    ------
    GeomError
        In other dimensions, or if a piece is unbounded.
    """
    d = boundary.dim
    if d not in (2, 3) or boundary._table.is_ray.any() or not np.isfinite(boundary.volume).all():
        raise GeomError(f"the Euler characteristic is computed of bounded boundaries in 2 and 3 dimensions; this is {boundary!r}")
    ends = int(np.count_nonzero(boundary.links.ridge < 0))
    n_ridges = len(boundary.links.size) + ends
    if d == 2:
        return n_ridges - len(boundary)
    n_vertices = int(vertex_labels(boundary).max(initial=-1)) + 1
    return n_vertices - n_ridges + len(boundary)


def angle_defects(boundary: Boundary) -> dict[str, NDArray[Any]]:
    """At every vertex of a bounded boundary in three dimensions: 2 pi minus the angles of its faces there.

    Returns
    -------
    dict of str to (k,) array
        ``vertex`` (a number of `vertex_labels`), ``point`` (3 coordinates), ``defect``, ``faces`` (how many meet there) and ``is_inner`` (whether
        each ridge at the vertex is shared by exactly two faces). Over a closed surface the defects add up to 2 pi times its Euler characteristic
        (Gauss and Bonnet; Descartes).

    Raises
    ------
    GeomError
        In other dimensions, or if a piece is unbounded.
    """
    if boundary.dim != 3 or boundary._table.is_ray.any():
        raise GeomError(f"angle defects belong to bounded boundaries in 3 dimensions; this is {boundary!r}")
    pieces, links, labels = boundary._table, boundary.links, vertex_labels(boundary)
    n = int(labels.max(initial=-1)) + 1
    angles = _face_angles(boundary)
    total, faces, is_inner = np.zeros(n), np.bincount(labels, minlength=n), np.ones(n, dtype=np.bool_)
    np.add.at(total, labels, angles)
    bad = (links.ridge < 0) | (links.size[links.ridge] != 2 if len(links.size) else False)
    for r in np.flatnonzero(bad).tolist():
        is_inner[labels[pieces.corner[pieces.corner_at[r] : pieces.corner_at[r + 1]] + pieces.vertex_at[links.piece[r]]]] = False
    point = pieces.vertex[np.unique(labels, return_index=True)[1]]
    return {"vertex": np.arange(n), "point": point, "defect": 2 * np.pi - total, "faces": faces, "is_inner": is_inner}


def _face_angles(boundary: Boundary) -> FloatArray:
    """(m,) angle of each polygon at each of its vertices, between the two edges there."""
    pieces, links = boundary._table, boundary.links
    ends = pieces.corner.reshape(-1, 2) + pieces.vertex_at[links.piece][:, None]  # an edge has two vertices
    start, stop = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    order = np.argsort(start, kind="stable")
    assert (start[order].reshape(-1, 2)[:, 0] == np.arange(len(pieces.vertex))).all(), "two edges of a polygon meet at each vertex"
    rays = (pieces.vertex[stop[order]] - pieces.vertex[start[order]]).reshape(-1, 2, 3)
    u, v = (rays[:, k] / np.linalg.norm(rays[:, k], axis=1)[:, None] for k in range(2))
    return np.asarray(2 * np.arctan2(np.linalg.norm(u - v, axis=1), np.linalg.norm(u + v, axis=1)))
