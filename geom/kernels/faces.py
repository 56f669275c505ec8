"""What a walk with questions puts out: pieces, that is facets of a cell's part that lie on forms, with their vertices and ridges; or whole parts.

With `on(c)` the generators tight at constraint c: a facet of the part is an on(c) that is no proper part of another, and so a ridge of the piece
on(c) is an on(c) with on(e) that is no proper part of another such and not all of on(c). Constraints with equal sets contain the same face.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import U, margin, value
from geom.kernels.bits import NONE, bit, lowest
from geom.kernels.emit import is_first_of_facet
from geom.kernels.jit import kernel
from geom.kernels.state import Control, Frame, State, Status

__all__ = ["Found", "write_highest", "write_part", "write_pieces"]

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
    vertex: FloatArray  # (vertices, d + 2) generators, see kernels.ball
    tight_at: Ints  # (vertices + 1,)
    tight: Int32s  # constraints tight at each vertex
    ridge_at: Ints  # (room + 1,)
    name_at: Ints  # (ridges + 1,)
    name: Int32s  # constraints that contain a ridge, without those of its piece
    corner_at: Ints  # (ridges + 1,)
    corner: Int32s  # its vertices, by their position in the piece


@kernel
def write_pieces(state: State, clause: int | np.int64, flat: NDArray[np.uint64], found: Found) -> int:
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
    _incidence(state, used, n_on, both)
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
def _incidence(state: State, used: NDArray[np.uint64], n_on: Ints, both: NDArray[np.uint64]) -> None:
    """For every constraint in use: how many of the top frame's generators are on it, and which constraints contain all of these."""
    pool = state.pool
    stack = state.stack
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    n_words = pool.tight.shape[1]
    for w in range(n_words):
        used[w] = NONE
    for c in range(64 * n_words):
        n_on[c] = 0
        for v in range(n_words):
            both[c * n_words + v] = ~NONE
    for i in range(start, start + count):
        g = stack.members[i]
        for w in range(n_words):
            left = pool.tight[g, w]
            used[w] |= left
            while left != NONE:
                c = 64 * w + lowest(left)
                left &= left - np.uint64(1)
                n_on[c] += 1
                for v in range(n_words):
                    both[c * n_words + v] &= pool.tight[g, v]


@kernel
def _has_form(together: NDArray[np.uint64], row_of: Int32s, first_form: int | np.int64) -> bool:
    for v in range(together.shape[0]):
        left = together[v]
        while left != NONE:
            other = 64 * v + lowest(left)
            left &= left - np.uint64(1)
            if row_of[other] >= first_form:
                return True
    return False


@kernel
def _write_piece(state: State, clause: int | np.int64, c: int, together: NDArray[np.uint64], used: NDArray[np.uint64], found: Found) -> bool:
    """One facet of the part, on constraint c and those that contain it; False if there is no room."""
    stack = state.stack
    top = state.control[Control.TOP]
    i = found.n[0]
    n_bits = 64 * used.shape[0]
    at: np.int64 = found.constraint_at[i] if i < found.code.shape[0] else np.int64(0)
    if i >= found.code.shape[0] or at + n_bits > found.constraint.shape[0] or not _write_vertices(state, c, found):
        return False
    for v in range(together.shape[0]):
        left = together[v]
        while left != NONE:
            other = 64 * v + lowest(left)
            left &= left - np.uint64(1)
            found.constraint[at] = stack.row_of[top, other]
            at += 1
    found.constraint_at[i + 1] = at
    if not _write_ridges(state, c, together, used, found):
        return False
    _write_name(state, clause, found)
    return True


@kernel
def _write_name(state: State, clause: int | np.int64, found: Found) -> None:
    """The code and the clause of the piece that is complete now."""
    i = found.n[0]
    code = state.path.code
    for w in range(found.code.shape[1]):
        found.code[i, w] = code[w]
    found.clause[i] = clause
    found.n[0] = i + 1


@kernel
def _write_vertices(state: State, c: int, found: Found) -> bool:
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
            _write_vertex(state, g, at, found)
            at += 1
    found.vertex_at[i + 1] = at
    return True


@kernel
def _write_vertex(state: State, g: int | np.int64, at: int | np.int64, found: Found) -> None:
    pool = state.pool
    row_of = state.stack.row_of[state.control[Control.TOP]]
    for i in range(pool.point.shape[1]):
        found.vertex[at, i] = pool.point[g, i]
    end = found.tight_at[at]
    for w in range(pool.tight.shape[1]):
        left = pool.tight[g, w]
        while left != NONE:
            found.tight[end] = row_of[64 * w + lowest(left)]
            left &= left - np.uint64(1)
            end += 1
    found.tight_at[at + 1] = end


@kernel
def _write_ridges(state: State, c: int, together: NDArray[np.uint64], used: NDArray[np.uint64], found: Found) -> bool:
    """The facets of the piece on constraint c."""
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_words = pool.tight.shape[1]
    infinity = np.int64(state.net.infinity[0])
    n_on = scratch.unknown[: 64 * n_words, 1]
    both = scratch.sign[1, : 64 * n_words * n_words]
    _incidence_on(state, c, together, n_on, both)
    i = found.n[0]
    r = found.ridge_at[i]
    for w in range(n_words):
        left = used[w] & ~together[w]
        while left != NONE:
            e = 64 * w + lowest(left)
            left &= left - np.uint64(1)
            if n_on[e] < max(1, d - 1) or not is_first_of_facet(both[e * n_words : (e + 1) * n_words], n_on, stack.row_of[top], e, infinity):
                continue
            name, corner = found.name_at[r], found.corner_at[r]
            if r + 1 >= found.name_at.shape[0] or name + 64 * n_words > found.name.shape[0] or corner + count > found.corner.shape[0]:
                return False
            for v in range(n_words):
                names = both[e * n_words + v]
                while names != NONE:
                    found.name[name] = stack.row_of[top, 64 * v + lowest(names)]
                    names &= names - np.uint64(1)
                    name += 1
            position = 0
            for k in range(start, start + count):
                g = stack.members[k]
                if pool.tight[g, c // 64] & bit(c % 64) != NONE:
                    if pool.tight[g, w] & bit(e - 64 * w) != NONE:
                        found.corner[corner] = position
                        corner += 1
                    position += 1
            r += 1
            found.name_at[r] = name
            found.corner_at[r] = corner
    found.ridge_at[i + 1] = r
    return True


@kernel
def _incidence_on(state: State, c: int, together: NDArray[np.uint64], n_on: Ints, both: NDArray[np.uint64]) -> None:
    """`_incidence` among the generators on constraint c, without the constraints that contain all of these."""
    pool = state.pool
    stack = state.stack
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    n_words = pool.tight.shape[1]
    for e in range(64 * n_words):
        n_on[e] = 0
        for v in range(n_words):
            both[e * n_words + v] = ~together[v]
    for i in range(start, start + count):
        g = stack.members[i]
        if pool.tight[g, c // 64] & bit(c % 64) == NONE:
            continue
        for w in range(n_words):
            left = pool.tight[g, w] & ~together[w]
            while left != NONE:
                e = 64 * w + lowest(left)
                left &= left - np.uint64(1)
                n_on[e] += 1
                for v in range(n_words):
                    both[e * n_words + v] &= pool.tight[g, v]


@kernel
def _write_flat(state: State, clause: int | np.int64, flat: NDArray[np.uint64], first_form: int | np.int64, found: Found) -> bool:
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
            _write_name(state, clause, found)
    return True


@kernel
def write_part(state: State, clause: int | np.int64, found: Found) -> int:
    """Put out the top frame's part as a whole: a piece that lies on no constraint; FULL if there is no room.

    A part that has rays only is at infinity, and no part of the cell.
    """
    stack = state.stack
    top = state.control[Control.TOP]
    is_real = False
    for k in range(stack.frame[top, Frame.START], stack.frame[top, Frame.START] + stack.frame[top, Frame.COUNT]):
        is_real = is_real or not _is_ray(state, np.int64(stack.members[k]))
    if not is_real:
        return Status.RUNNING
    i = found.n[0]
    if i >= found.code.shape[0] or not _write_vertices(state, -1, found):
        return Status.FULL
    found.constraint_at[i + 1] = found.constraint_at[i]
    found.ridge_at[i + 1] = found.ridge_at[i]
    _write_name(state, clause, found)
    return Status.RUNNING


@kernel
def write_highest(state: State, best: FloatArray, form: int | np.int64, found: Found) -> int:
    """Put out the top frame's generators at which a form may be larger than all that is certain so far; FULL if there is no room.

    A ray along which it may grow is put out too; if it certainly does, there is no largest value, and nothing more is looked for.
    """
    pool = state.pool
    stack = state.stack
    maps = state.maps
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_words = pool.tight.shape[1]
    unit = state.net.first[state.net.weight_at.shape[0] - 1] + form
    row = maps.rows[maps.rows.shape[0] - maps.size.shape[0] + unit]
    for i in range(d + 1):
        row[i] = maps.value[i, unit]
    row[d + 1], row[d + 2] = maps.error[unit], maps.size[unit]
    i = found.n[0]
    if i >= found.code.shape[0] or found.vertex_at[i] + count > found.vertex.shape[0]:
        return Status.FULL
    at = found.vertex_at[i]
    if found.tight_at[at] + 64 * n_words * count > found.tight.shape[0]:
        return Status.FULL
    for k in range(start, start + count):
        g = np.int64(stack.members[k])
        low, high = _bounds(row, pool.point[g], d, _is_ray(state, g), state.net.infinity[0] < 0)
        if high > best[form]:
            _write_vertex(state, g, at, found)
            at += 1
            best[form] = max(best[form], low)
    if at > found.vertex_at[i]:
        found.vertex_at[i + 1] = at
        found.constraint_at[i + 1] = found.constraint_at[i]
        found.ridge_at[i + 1] = found.ridge_at[i]
        _write_name(state, form, found)
    return Status.RUNNING


@kernel
def _is_ray(state: State, g: int | np.int64) -> bool:
    """Whether a generator lies on the wall at infinity."""
    row_of = state.stack.row_of[state.control[Control.TOP]]
    infinity = np.int64(state.net.infinity[0])
    if infinity < 0:
        return False
    for w in range(state.pool.tight.shape[1]):
        left = state.pool.tight[g, w]
        while left != NONE:
            if row_of[64 * w + lowest(left)] == infinity:
                return True
            left &= left - np.uint64(1)
    return False


@kernel
def _bounds(row: FloatArray, point: FloatArray, d: int, is_ray: bool, is_bounded: bool) -> tuple[float, float]:
    """Bounds on a form's value at a generator; at a ray, infinities that say how it goes on along it."""
    v, m = value(row, point, d), margin(row, point, d)
    low, high = v - m, v + m
    if is_ray:
        return (np.inf if low > 0.0 else -np.inf), (np.inf if high > 0.0 else -np.inf)
    if is_bounded:
        return low, high
    least, most = point[d] - point[d + 1], point[d] + point[d + 1]
    if not least > 0.0:
        return -np.inf, np.inf
    low /= most if low > 0.0 else least
    high /= least if high > 0.0 else most
    return low - 4.0 * U * abs(low), high + 4.0 * U * abs(high)
