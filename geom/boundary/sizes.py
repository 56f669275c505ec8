"""Volumes of pieces and of their ridges; infinite where they are unbounded."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.engine.ragged import owners
from geom.exact import FloatArray
from geom.polyhedra.measures import polytope_volumes
from geom.questions.piece_table import PieceTable

__all__ = ["sizes"]

Ints = NDArray[np.int64]


def sizes(pieces: PieceTable, d: int, has_lines: bool) -> tuple[FloatArray, FloatArray]:
    """Volumes (n,) of the pieces in dimension d - 1 and (r,) of their ridges in dimension d - 2.

    Parameters
    ----------
    pieces : PieceTable
    d : int
    has_lines : bool
        Whether all cells, and so all pieces and ridges, contain a line.
    """
    n, r = len(pieces.vertex_at) - 1, len(pieces.corner_at) - 1
    volume, ridge_volume = np.full(n, np.inf), np.full(r, np.inf)
    if has_lines or not n:
        return volume, ridge_volume
    bounded = np.ones(n, dtype=np.bool_)
    bounded[owners(pieces.vertex_at)[pieces.is_ray]] = False
    chosen = np.flatnonzero(bounded)
    some = pieces.take(chosen)
    own_ridges = bounded[owners(pieces.ridge_at)]
    volume[chosen], ridge_volume[own_ridges] = polytope_volumes(some.vertex, some.vertex_at, some.ridge_at, some.corner_at, some.corner, d - 1)
    for i in np.flatnonzero(~bounded).tolist():
        _bounded_ridges(pieces, i, d, ridge_volume)
    return volume, ridge_volume


def _bounded_ridges(pieces: PieceTable, i: int, d: int, ridge_volume: FloatArray) -> None:
    """The volumes of those ridges of an unbounded piece that are bounded: the faces of such a ridge are what it shares with the others."""
    ridges = range(int(pieces.ridge_at[i]), int(pieces.ridge_at[i + 1]))
    corners = {r: frozenset(pieces.corner[pieces.corner_at[r] : pieces.corner_at[r + 1]].tolist()) for r in ridges}
    vertex, is_ray = pieces.vertex[pieces.vertices_of(i)], pieces.is_ray[pieces.vertices_of(i)]
    for r, own in corners.items():
        if is_ray[list(own)].any():
            continue
        numbers = sorted(own)
        shared = {own & other for s, other in corners.items() if s != r} - {frozenset(), own}
        faces = [sorted(numbers.index(v) for v in face) for face in shared if not any(face < other for other in shared)] if d > 2 else []
        ends = np.cumsum([0, *map(len, faces)])
        flat = [v for face in faces for v in face]
        ridge_volume[r] = polytope_volumes(vertex[numbers], [0, len(numbers)], [0, len(faces)], ends, np.array(flat, dtype=np.int64), d - 2)[0][0]
