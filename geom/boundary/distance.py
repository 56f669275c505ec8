"""The true distance to a boundary: the nearest point of all its pieces, best first, each by an exact quadratic program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.distances.float_layers import lengths
from geom.exact import FloatArray, Fractions, round_fractions, round_root
from geom.polyhedra.domain import as_points
from geom.polyhedra.nearest import nearest_piece

if TYPE_CHECKING:
    from geom.boundary.boundary import Boundary

__all__ = ["BoundaryDistances", "boundary_distances"]

Indices = NDArray[np.int64]

LOST = 2.0**-1072  # more than what a few roundings below the normal doubles lose


@dataclass(frozen=True, eq=False, repr=False)
class BoundaryDistances:
    """Distances of n points to a boundary.

    Attributes
    ----------
    distance : (n,)
        Correctly rounded; infinite if there is no piece, 0 on one. Cells on which all ties (`Boundary.vanishing`) are no pieces, their borders may
        be.
    point : (n, d)
        The nearest point of the boundary, correctly rounded; NaN if there is none.
    piece : (n,) int64
        The piece that it lies on, the lowest of several; -1 if there is none.
    squared : (n,) Fractions
        Exact squares; None where there is no piece.
    exact_point : (n, d) Fractions
        Exact nearest points, rows of None where there is no piece.
    visited : (n,) int64
        How many pieces were looked at exactly.
    """

    distance: FloatArray
    point: FloatArray
    piece: Indices
    squared: Fractions
    exact_point: Fractions
    visited: Indices

    def __len__(self) -> int:
        return len(self.distance)

    def __repr__(self) -> str:
        nearest = f", least {self.distance.min():.6g}" if len(self) else ""
        return f"BoundaryDistances({len(self):,} points{nearest})"


def boundary_distances(boundary: Boundary, x: ArrayLike) -> BoundaryDistances:
    """The distances of points (n, d) to a boundary within the partition's domain; see `Boundary.distance`.

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
    found = BoundaryDistances(
        distance=np.full(n, np.inf),
        point=np.full((n, boundary.dim), np.nan),
        piece=np.full(n, -1, dtype=np.int64),
        squared=np.full(n, None, dtype=object),
        exact_point=np.full((n, boundary.dim), None, dtype=object),
        visited=np.zeros(n, dtype=np.int64),
    )
    low, high = _boxes(boundary)
    for k in range(n):
        best = nearest_piece(_lower_bounds(boundary, points[k], low, high), lambda i: _polyhedron(boundary, i), points[k])
        if best is not None:
            square = best.nearest.squared_distance
            found.squared[k], found.distance[k] = square, round_root(square)
            found.exact_point[k] = best.nearest.point
            found.point[k] = round_fractions(found.exact_point[k])
            found.piece[k], found.visited[k] = best.piece, best.visited
    return found


def _polyhedron(boundary: Boundary, i: int) -> tuple[Any, ...]:
    a, b, c, d = boundary[i].hrep(exact=True)
    return a, b, (c, d)


def _boxes(boundary: Boundary) -> tuple[FloatArray, FloatArray]:
    """Boxes (n, d) that contain the pieces."""
    pieces = boundary._table
    low, high = np.full((2, len(boundary), boundary.dim), -np.inf)
    high[:] = np.inf
    if not len(boundary) or boundary._has_lines:
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
