"""Dihedral angles where two pieces of a boundary meet (Theorem 8 of the paper, corrected: E20).

With the gradients alpha and alpha' of the form on the two sides, theta = arccos(<alpha, alpha'> / (|alpha| |alpha'|)) in [0, pi] is by how much the
normal that points to f > 0 turns. The sign is +1 where {f >= 0} is convex at the ridge (f is locally concave), -1 where it is reflex, 0 where the
boundary goes on straight: {f >= 0} has the interior angle pi - sign * theta. It is the sign that the second piece's form takes on the first piece,
off the ridge: that side of it is where the first piece lies. For f concave across the facet between the two cells this is the sign of the jump of its
gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.boundary.links import Links
from geom.boundary.rows import PieceRows
from geom.engine.ragged import owners, runs
from geom.exact import FloatArray
from geom.questions.piece_table import PieceTable

__all__ = ["Meeting", "meetings", "signs", "turns"]

Ints = NDArray[np.int64]


class Meeting(NamedTuple):
    """Pairs of pieces of the same classes that meet at a ridge with no third piece.

    Attributes
    ----------
    first, second : (k,) int
        The two pieces.
    ridge : (k,) int
        The ridge, as a ridge of the first piece (a position in `Links.ridge`).
    mate : (k,) int
        The same as a ridge of the second.
    """

    first: Ints
    second: Ints
    ridge: Ints
    mate: Ints


def meetings(links: Links, classes: NDArray[np.int32]) -> Meeting:
    """All pairs, by the number of their first piece."""
    shared = np.flatnonzero(links.ridge >= 0)
    shared = shared[links.size[links.ridge[shared]] == 2]
    order = shared[np.lexsort((shared, links.ridge[shared]))]
    ridge, mate = order[0::2], order[1::2]
    same = (classes[links.piece[ridge]] == classes[links.piece[mate]]).all(axis=1)
    ridge, mate = ridge[same], mate[same]
    by_piece = np.argsort(ridge, kind="stable")
    ridge, mate = ridge[by_piece], mate[by_piece]
    return Meeting(links.piece[ridge], links.piece[mate], ridge, mate)


def turns(alpha: FloatArray, other: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Cosine (k,) and angle (k,) between vectors (k, d); the angle is good to a few units of rounding however small it is."""
    u, v = (_unit(rows) for rows in (alpha, other))
    theta = 2 * np.arctan2(np.linalg.norm(u - v, axis=1), np.linalg.norm(u + v, axis=1))
    return np.einsum("ij,ij->i", u, v).clip(-1.0, 1.0), theta


def _unit(rows: FloatArray) -> FloatArray:
    """Scaled first by powers of two, so that no square is lost."""
    exponent = np.frexp(np.abs(rows).max(axis=1, initial=0.0))[1]
    scaled = np.ldexp(rows, -exponent[:, None])
    return np.asarray(scaled / np.linalg.norm(scaled, axis=1)[:, None])


def signs(pieces: PieceTable, rows: PieceRows, meeting: Meeting, exactly: Callable[[int, int, Ints], int]) -> NDArray[np.int8]:
    """Convexity signs (k,).

    Parameters
    ----------
    pieces : PieceTable
    rows : PieceRows
    meeting : Meeting
    exactly : callable
        From the second piece, the first piece and vertices of the first to the sign of the second's form there, for what floats leave open.
    """
    begins, vertex = runs(pieces.vertex_at, meeting.first)
    pair = owners(begins)
    corner_begins, entries = runs(pieces.corner_at, meeting.ridge)
    on_ridge = np.zeros(len(vertex), dtype=np.bool_)
    on_ridge[np.repeat(begins[:-1], np.diff(corner_begins)) + pieces.corner[entries]] = True
    pair, vertex = pair[~on_ridge], vertex[~on_ridge]

    x, is_ray, radius = pieces.vertex[vertex], pieces.is_ray[vertex], pieces.radius[vertex]
    row, error = rows.value[meeting.second[pair]], rows.error[meeting.second[pair]]
    weight = np.column_stack([x, ~is_ray])
    with np.errstate(invalid="ignore", over="ignore"):
        value = np.einsum("ij,ij->i", row, weight)
        bound = np.einsum("ij,ij->i", error, np.abs(weight)) + np.abs(row[:, :-1]).sum(axis=1) * radius
        bound = 2 * bound + 4 * (x.shape[1] + 2) * 2.0**-53 * np.einsum("ij,ij->i", np.abs(row), np.abs(weight)) + 2.0**-960
        sign = np.where(value > bound, 1, np.where(value < -bound, -1, 0)).astype(np.int8)
    found = np.zeros(len(meeting.first), dtype=np.int8)
    np.maximum.at(found, pair, sign)
    lowest = np.zeros(len(meeting.first), dtype=np.int8)
    np.minimum.at(lowest, pair, sign)
    assert not (found > 0)[lowest < 0].any(), "a piece lies on one side of the hyperplane of its neighbour"
    found += lowest
    ends = np.searchsorted(pair, np.arange(len(meeting.first) + 1))
    for k in np.flatnonzero(found == 0).tolist():
        found[k] = exactly(int(meeting.second[k]), int(meeting.first[k]), vertex[ends[k] : ends[k + 1]])
    return found
