"""The true distance to a boundary: the nearest point of all its pieces, best first, each by an exact quadratic program."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.distances.float_layers import lengths
from geom.exact import FloatArray, round_fractions, round_root
from geom.polyhedra.domain import as_points
from geom.polyhedra.nearest import nearest_piece

if TYPE_CHECKING:
    from geom.boundary.boundary import Boundary

__all__ = ["BoundaryDistance", "boundary_distance"]

LOST = 2.0**-1072  # more than what a few roundings below the normal doubles lose


class BoundaryDistance(NamedTuple):
    """Distances of points to a boundary.

    Attributes
    ----------
    distance : (n,) float
        Correctly rounded; infinite if there is no piece, 0 on one. Cells on which all ties (`Boundary.vanishing`) are no pieces, their borders may
        be.
    point : (n, d) float
        The nearest point of the boundary, correctly rounded; NaN if there is none.
    piece : (n,) int
        The piece that it lies on, the lowest of several; -1 if there is none.
    squared : tuple of Fraction or None
        The exact squares.
    visited : (n,) int
        How many pieces were looked at exactly.
    """

    distance: FloatArray
    point: FloatArray
    piece: NDArray[np.int64]
    squared: tuple[Fraction | None, ...]
    visited: NDArray[np.int64]


def boundary_distance(boundary: Boundary, x: ArrayLike) -> BoundaryDistance:
    """The distance of each of the points (n, d) to a boundary within the partition's domain.

    Parameters
    ----------
    boundary : Boundary
    x : (n, d) array

    Raises
    ------
    DomainError
        If x is not (n, d), or holds an entry that is not finite.

    Notes
    -----
    The pieces are visited in the order of proven lower bounds, the larger one of the distances to the piece's hyperplane and to the box around its
    vertices.
    """
    points = as_points(x, boundary.dim)
    n = len(points)
    distance, point = np.full(n, np.inf), np.full((n, boundary.dim), np.nan)
    piece, visited = np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=np.int64)
    squared: list[Fraction | None] = [None] * n
    low, high = _boxes(boundary)
    for k in range(n):
        found = nearest_piece(_lower_bounds(boundary, points[k], low, high), lambda i: _polyhedron(boundary, i), points[k])
        if found is not None:
            nearest = found.nearest
            squared[k], distance[k] = nearest.squared_distance, round_root(nearest.squared_distance)
            point[k] = round_fractions(np.array(nearest.point, dtype=object))
            piece[k], visited[k] = found.piece, found.visited
    return BoundaryDistance(distance, point, piece, tuple(squared), visited)


def _polyhedron(boundary: Boundary, i: int) -> tuple[NDArray[np.object_], NDArray[np.object_], tuple[NDArray[np.object_], NDArray[np.object_]]]:
    a, b, c, d = boundary[i].hrep(exact=True)
    return a, b, (c, d)  # type: ignore[return-value]


def _boxes(boundary: Boundary) -> tuple[FloatArray, FloatArray]:
    """Boxes (n, d) that contain the pieces."""
    pieces = boundary.pieces
    low, high = np.full((2, len(boundary), boundary.dim), -np.inf)
    high[:] = np.inf
    if not len(boundary) or len(boundary.inquiry.walk.start.kept) < boundary.dim:
        return low, high
    at = pieces.vertex_at[:-1]
    with np.errstate(invalid="ignore"):
        low = np.minimum.reduceat(pieces.vertex - pieces.radius[:, None], at)
        high = np.maximum.reduceat(pieces.vertex + pieces.radius[:, None], at)
    unbounded = np.logical_or.reduceat(pieces.is_ray, at)
    low[unbounded], high[unbounded] = -np.inf, np.inf
    return low, high


def _lower_bounds(boundary: Boundary, x: FloatArray, low: FloatArray, high: FloatArray) -> FloatArray:
    """Lower bounds (n,) on the squared distances of a point to the pieces."""
    rows = boundary._rows
    weight = np.append(np.abs(x), 1.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        value = np.abs(boundary.alpha @ x + boundary.beta)
        error = 2 * (rows.error @ weight) + 4 * (len(x) + 2) * 2.0**-53 * (np.abs(rows.value) @ weight) + 2.0**-960
        norm = lengths(np.abs(boundary.alpha) + rows.error[:, :-1]) * (1 + 2.0**-40) + LOST
        plane = np.maximum(value - error, 0.0) / norm
        outside = np.maximum(np.maximum(low - x, x - high), 0.0)
        box = lengths(outside) * (1 - 2.0**-40)
        bound = np.maximum(np.nan_to_num(plane, nan=0.0, posinf=0.0), np.nan_to_num(box, nan=0.0, posinf=0.0)) * (1 - 2.0**-40)
        squared = np.maximum(bound**2 * (1 - 2.0**-50) - LOST, 0.0)
    # A square beyond all doubles has the largest of them as its bound: an infinite one would say that there is no piece.
    return np.asarray(np.minimum(squared, np.finfo(np.float64).max))
