"""What a walk with questions has found: pieces with their vertices, constraints and ridges, one after the other in flat arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.cells.state import Control, Frame, State
from geom.kernels.jit import kernel
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["Found", "complete_piece", "write_constraints", "write_vertex", "write_vertices"]

Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


class Found(NamedTuple):
    """Pieces, until they are taken away. Entries of piece i are those from x_at[i] to x_at[i + 1]; ridges have theirs in turn."""

    n: Ints  # (1,) how many
    code: NDArray[np.uint64]  # (room, V)
    clause: Int32s  # (room,)
    constraint_at: Ints  # (room + 1,)
    constraint: Int32s  # constraints that contain the piece; none of a whole part
    vertex_at: Ints  # (room + 1,)
    vertex: FloatArray  # (vertices, d + 2) generators, see kernels.numbers.ball
    tight_at: Ints  # (vertices + 1,)
    tight: Int32s  # constraints tight at each vertex
    ridge_at: Ints  # (room + 1,)
    name_at: Ints  # (ridges + 1,)
    name: Int32s  # constraints that contain a ridge, without those of its piece
    corner_at: Ints  # (ridges + 1,)
    corner: Int32s  # its vertices, by their position in the piece


@kernel
def write_constraints(chosen: NDArray[np.uint64], row_of: Int32s, out: Int32s, at: int | np.int64) -> int | np.int64:
    """The numbers of the constraints behind these bits, from position `at` on; the position after them."""
    for w in range(chosen.shape[0]):
        left = chosen[w]
        while left != NONE:
            out[at] = row_of[64 * w + lowest(left)]
            left &= left - np.uint64(1)
            at += 1
    return at


@kernel
def write_vertices(state: State, c: int, found: Found) -> bool:
    """The generators on constraint c, or all for c = -1, with the constraints tight at each."""
    pool = state.pool
    stack = state.stack
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    n_words = pool.tight.shape[1]
    i = found.n[0]
    at = found.vertex_at[i]
    if at + count > found.vertex.shape[0] or found.tight_at[at] + 64 * n_words * count > found.tight.shape[0]:
        return False
    for k in range(start, start + count):
        g = np.int64(stack.members[k])
        if c < 0 or pool.tight[g, c // 64] & bit(c % 64) != NONE:
            write_vertex(state, g, at, found)
            at += 1
    found.vertex_at[i + 1] = at
    return True


@kernel
def write_vertex(state: State, g: int | np.int64, at: int | np.int64, found: Found) -> None:
    """One generator, with the constraints tight at it."""
    pool = state.pool
    for i in range(pool.point.shape[1]):
        found.vertex[at, i] = pool.point[g, i]
    row_of = state.stack.row_of[state.control[Control.TOP]]
    found.tight_at[at + 1] = write_constraints(pool.tight[g], row_of, found.tight, found.tight_at[at])


@kernel
def complete_piece(state: State, clause: int | np.int64, found: Found) -> None:
    """The code and the clause of the piece whose other columns are written."""
    i = found.n[0]
    code = state.path.code
    for w in range(found.code.shape[1]):
        found.code[i, w] = code[w]
    found.clause[i] = clause
    found.n[0] = i + 1
