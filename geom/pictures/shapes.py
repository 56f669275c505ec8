"""Pieces of a boundary in two or three dimensions as segments and polygons in floating point, cut to a view, for pictures.

A bounded piece is drawn from its vertices: the ends of a segment, or a polygon whose corners are put in order by its edges. An unbounded one is cut
out of its hyperplane by its own half-spaces and those of the view. Nothing here proves anything; `Piece.vrep` has exact vertices.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geom.arguments import instance
from geom.boundary import Boundary
from geom.errors import DomainError
from geom.exact import FloatArray
from geom.polyhedra.domain import Box

__all__ = ["View", "meeting_points", "polygon_order", "shapes", "view_of"]

MARGIN = 0.25  # beyond the outermost vertices of an unbounded domain's boundary, in parts of their extent


class View(NamedTuple):
    """The box that a picture shows: low (d,) and high (d,) in doubles."""

    low: FloatArray
    high: FloatArray


def view_of(boundary: Boundary, box: Box | None = None) -> View:
    """The box that is given; else one round a bounded domain; else one round all vertices of the boundary, with some room.

    Raises
    ------
    DomainError
        If the boundary has other than two or three dimensions, or the box others than the boundary.
    """
    d = instance(boundary, Boundary).dim
    if d not in (2, 3):
        raise DomainError(
            f"only boundaries in two or three dimensions can be drawn; this has {d}; cut the network by a plane, net.restrict(*geom.plane(p, q, r))"
        )
    if box is not None:
        instance(box, Box, DomainError, name="view")
        if box.dim != d:
            raise DomainError(f"view: a box of {box.dim} dimensions does not show a boundary in {d}")
        return View(box.low, box.high)
    if boundary.partition.domain.is_bounded:
        corners = np.array(boundary.partition.domain.generators().vertices, dtype=np.float64)
        return View(corners.min(axis=0), corners.max(axis=0))
    points = boundary._table.vertex[~boundary._table.is_ray]
    if not len(points):
        return View(-np.ones(d), np.ones(d))
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    room = MARGIN * extent if extent else 1.0
    return View(low - room, high + room)


def shapes(boundary: Boundary, view: View) -> list[FloatArray]:
    """For every piece the corners (k, d) of what the view shows of it, in order round it; k = 0 if that is nothing.

    Examples
    --------
    >>> from geom import Network, subdivide
    >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]]))  # of the whole plane
    >>> for corners in shapes(part.decision_boundary(), View(-2 * np.ones(2), 2 * np.ones(2))):
    ...     print(corners.tolist())
    [[-2.0, 1.0], [0.0, 1.0]]
    [[1.0, -2.0], [1.0, 0.0]]
    [[1.0, 0.0], [0.0, 1.0]]
    """
    cut = _cut_segment if boundary.dim == 2 else _cut_polygon
    walls = np.concatenate([-np.eye(boundary.dim), np.eye(boundary.dim)]), np.concatenate([-view.low, view.high])
    pieces, is_bounded = boundary._table, np.isfinite(boundary.volume)
    found = []
    for i in range(len(boundary)):
        if is_bounded[i]:
            corners = pieces.vertex[pieces.vertices_of(i)]
            corners = corners[polygon_order(boundary._corners(i))] if boundary.dim == 3 else corners
        else:
            a, b, _, _ = boundary[i].hrep()
            corners = cut(_patch(boundary.alpha[i], float(boundary.beta[i]), view), np.asarray(a), np.asarray(b))
        outside = (corners < view.low).any() or (corners > view.high).any()
        found.append(cut(corners, *walls) if outside else corners)
    return found


def polygon_order(edges: list[list[int]]) -> list[int]:
    """The corners of a polygon in order round it, from its edges as pairs of corners.

    Examples
    --------
    >>> polygon_order([[0, 2], [1, 3], [0, 1], [2, 3]])
    [0, 2, 3, 1]
    """
    beside: dict[int, list[int]] = {}
    for p, q in edges:
        beside.setdefault(p, []).append(q)
        beside.setdefault(q, []).append(p)
    before, here = -1, edges[0][0]
    order = []
    for _ in edges:
        order.append(here)
        before, here = here, next(q for q in beside[here] if q != before)
    return order


def meeting_points(boundary: Boundary) -> FloatArray:
    """(k, 2) the vertices at which the angles of a boundary in the plane lie, in the order of `Boundary.angles`."""
    pieces, meeting = boundary._table, boundary._meetings
    return np.asarray(pieces.vertex[pieces.vertex_at[meeting.first] + pieces.corner[pieces.corner_at[meeting.ridge]]])


def _patch(alpha: FloatArray, beta: float, view: View) -> FloatArray:
    """So much of the hyperplane alpha.x + beta = 0 that it covers the view: a segment, or a square."""
    centre = (view.low + view.high) / 2
    normal = alpha / np.abs(alpha).max()
    offset = (alpha @ centre + beta) / np.abs(alpha).max()
    foot = centre - normal * (offset / (normal @ normal))
    reach = float(np.linalg.norm(view.high - view.low))  # a point of the view on the hyperplane is no farther from the foot
    across = np.linalg.svd(normal[None])[2][1:]
    if len(across) == 1:
        return np.asarray(foot + reach * np.array([-across[0], across[0]]))
    return np.asarray(foot + reach * np.array([-across[0] - across[1], across[0] - across[1], across[0] + across[1], across[1] - across[0]]))


def _cut_segment(ends: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """The part of a segment (2, 2) on which a x <= b."""
    for slope, bound in zip(a, b, strict=True):
        p, q = bound - ends @ slope
        if p < 0 and q < 0:
            return ends[:0]
        if p < 0 or q < 0:
            meeting = ends[0] + p / (p - q) * (ends[1] - ends[0])
            ends = np.array([meeting, ends[1]] if p < 0 else [ends[0], meeting])
    return ends


def _cut_polygon(corners: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """The part of a convex polygon (k, 3) on which a x <= b (Sutherland and Hodgman 1974)."""
    for slope, bound in zip(a, b, strict=True):
        room = bound - corners @ slope
        kept = []
        for p, q, here, there in zip(room, np.roll(room, -1), corners, np.roll(corners, -1, axis=0), strict=True):
            if p >= 0:
                kept.append(here)
            if (p < 0) != (q < 0) and p and q:
                kept.append(here + p / (p - q) * (there - here))
        corners = np.array(kept).reshape(-1, 3)
    return corners
