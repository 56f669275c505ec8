"""Pieces of a boundary: the facets of a cell's part that lie on forms, with their vertices and ridges; and the forms that vanish on all of it.

With `on(c)` as in `incidence`, a facet of the part is an on(c), and a ridge of that piece an on(c) with on(e) that is no proper part of another such
and not all of on(c).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.found import Found, complete_piece, write_constraints, write_vertices
from geom.kernels.cells.incidence import incidence, is_first_of_facet, used_constraints
from geom.kernels.cells.state import Control, Frame, State, Status
from geom.kernels.jit import kernel
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["write_pieces"]

Words = NDArray[np.uint64]
Int32s = NDArray[np.int32]


@kernel
def write_pieces(state: State, clause: int | np.int64, flat: Words, found: Found) -> int:
    """Put out the facets of the top frame's part that lie on forms, and the forms that vanish on all of it.

    FULL, and nothing is put out, if there is no room.
    """
    net = state.net
    stack = state.stack
    top = state.control[Control.TOP]
    first_form = state.maps.rows.shape[0] - state.maps.size.shape[0] + net.first[net.weight_at.shape[0] - 1]
    infinity = np.int64(net.infinity[0])
    n_words = state.pool.tight.shape[1]
    before = found.n[0]
    used = state.scratch.mask[0, :n_words]
    n_on = state.scratch.unknown[: 64 * n_words, 0]
    both = state.scratch.sign[0, : 64 * n_words * n_words]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    members = stack.members[start : start + count]
    used_constraints(state.pool.tight, members, used)
    incidence(state.pool.tight, members, np.int64(-1), used, n_on, both)
    d = state.pool.point.shape[1] - 2
    for w in range(n_words):
        left = used[w]
        while left != NONE:
            c = 64 * w + lowest(left)
            left &= left - np.uint64(1)
            together = both[c * n_words : (c + 1) * n_words]
            if (
                n_on[c] < d
                or not is_first_of_facet(together, n_on, stack.row_of[top], c, infinity)
                or not _has_form(together, stack.row_of[top], first_form)
            ):
                continue
            if not _write_piece(state, clause, c, together, used, found):
                found.n[0] = before
                return Status.FULL
    if not _write_flat(state, clause, flat, first_form, found):
        found.n[0] = before
        return Status.FULL
    return Status.RUNNING


@kernel
def _has_form(together: Words, row_of: Int32s, first_form: int | np.int64) -> bool:
    for v in range(together.shape[0]):
        left = together[v]
        while left != NONE:
            other = 64 * v + lowest(left)
            left &= left - np.uint64(1)
            if row_of[other] >= first_form:
                return True
    return False


@kernel
def _write_piece(state: State, clause: int | np.int64, c: int, together: Words, used: Words, found: Found) -> bool:
    """One facet of the part, on constraint c and those that contain it; False if there is no room."""
    stack = state.stack
    top = state.control[Control.TOP]
    i = found.n[0]
    n_bits = 64 * used.shape[0]
    at: np.int64 = found.constraint_at[i] if i < found.code.shape[0] else np.int64(0)
    if i >= found.code.shape[0] or at + n_bits > found.constraint.shape[0] or not write_vertices(state, c, found):
        return False
    found.constraint_at[i + 1] = write_constraints(together, stack.row_of[top], found.constraint, at)
    if not _write_ridges(state, c, together, used, found):
        return False
    complete_piece(state, clause, found)
    return True


@kernel
def _write_ridges(state: State, c: int, together: Words, used: Words, found: Found) -> bool:
    """The facets of the piece on constraint c; False if there is no room."""
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_words = pool.tight.shape[1]
    infinity = np.int64(state.net.infinity[0])
    members = stack.members[start : start + count]
    row_of = stack.row_of[top]
    others = scratch.mask[1, :n_words]
    for w in range(n_words):
        others[w] = used[w] & ~together[w]
    n_on = scratch.unknown[: 64 * n_words, 1]
    both = scratch.sign[1, : 64 * n_words * n_words]
    incidence(pool.tight, members, c, others, n_on, both)
    i = found.n[0]
    r = found.ridge_at[i]
    for w in range(n_words):
        left = others[w]
        while left != NONE:
            e = 64 * w + lowest(left)
            left &= left - np.uint64(1)
            containing = both[e * n_words : (e + 1) * n_words]
            if n_on[e] >= max(1, d - 1) and is_first_of_facet(containing, n_on, row_of, e, infinity):
                if not _write_ridge(pool.tight, members, row_of, c, e, containing, r, found):
                    return False
                r += 1
    found.ridge_at[i + 1] = r
    return True


@kernel
def _write_ridge(tight: Words, members: Int32s, row_of: Int32s, c: int, e: int, containing: Words, r: int | np.int64, found: Found) -> bool:
    """Ridge r: the constraints that contain it, and which of the piece's vertices, those on c, are on e; False if there is no room."""
    name, corner = found.name_at[r], found.corner_at[r]
    if r + 1 >= found.name_at.shape[0] or name + 64 * containing.shape[0] > found.name.shape[0] or corner + members.shape[0] > found.corner.shape[0]:
        return False
    found.name_at[r + 1] = write_constraints(containing, row_of, found.name, name)
    position = 0
    for k in range(members.shape[0]):
        g = members[k]
        if tight[g, c // 64] & bit(c % 64) != NONE:
            if tight[g, e // 64] & bit(e % 64) != NONE:
                found.corner[corner] = position
                corner += 1
            position += 1
    found.corner_at[r + 1] = corner
    return True


@kernel
def _write_flat(state: State, clause: int | np.int64, flat: Words, first_form: int | np.int64, found: Found) -> bool:
    """For every form that vanishes on all of the part: a piece without vertices that names it."""
    for w in range(flat.shape[0]):
        left = flat[w]
        while left != NONE:
            i = found.n[0]
            if i >= found.code.shape[0] or found.constraint_at[i] >= found.constraint.shape[0]:
                return False
            found.constraint[found.constraint_at[i]] = first_form + 64 * w + lowest(left)
            left &= left - np.uint64(1)
            found.constraint_at[i + 1] = found.constraint_at[i] + 1
            found.vertex_at[i + 1] = found.vertex_at[i]
            found.ridge_at[i + 1] = found.ridge_at[i]
            complete_piece(state, clause, found)
    return True
