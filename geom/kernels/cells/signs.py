"""Signs of the units of a layer at the generators of a cell, in three stages: filter, refreshed coordinates, and *ask*.

A generator's signs in a layer are two bit sets, strictly positive and strictly negative units; a unit in neither vanishes there. What floats cannot
tell is written to `scratch.unknown`; whoever runs the walk answers it exactly, sets the bit (or none) and resumes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.cells.integers import UNKNOWN, integer_sign
from geom.kernels.cells.refresh import refresh
from geom.kernels.cells.state import Control, Frame, Maps, Net, Scratch, Stack, State
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.ball import INFLATE, TINY, U, ball_sign
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["bounding_box", "dismiss", "hard_sign", "recount", "settle", "sign_cell", "sign_new"]


@kernel
def hard_sign(state: State, g: int | np.int64, unit: int) -> int:
    """Sign that the filter left open: by integers if they reach, else after a refresh of the generator, else note the question and return 0."""
    control = state.control
    pool = state.pool
    n_walls = state.maps.rows.shape[0] - state.maps.size.shape[0]
    d = pool.point.shape[1] - 2
    layer = state.stack.frame[control[Control.TOP], Frame.LAYER]
    sign = integer_sign(state.net, state.maps, pool, g, unit, layer)
    if sign != UNKNOWN:
        control[Control.INTEGERS] += 1
        return sign
    if not pool.refreshed[g]:
        pool.refreshed[g] = True
        row_of = state.stack.row_of[control[Control.TOP]]
        refresh(pool.point[g], pool.tight[g], row_of, state.maps.rows, d, state.net.infinity[0] < 0, state.scratch.solve)
        sign = ball_sign(state.maps.rows[n_walls + unit], pool.point[g], d)
        if sign != 0:
            control[Control.REFRESHED] += 1
            return sign
    n = control[Control.UNKNOWN]
    if n < state.scratch.unknown.shape[0]:
        state.scratch.unknown[n, 0] = g
        state.scratch.unknown[n, 1] = unit
    control[Control.UNKNOWN] = n + 1
    return 0


@inlined
def bounding_box(state: State) -> float:
    """Centre and half-width of the box around the top cell's points into `scratch.span`; the points, coordinate by coordinate, into `scratch.soa`.

    Returns the largest radius.
    """
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = state.control[Control.TOP]
    start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    n = pool.point.shape[1]
    for i in range(n):
        line = scratch.soa[i]
        low, high = np.inf, -np.inf
        for g in range(count):
            x = pool.point[stack.members[start + g], i]
            line[g] = x
            low, high = min(low, x), max(high, x)
        if i < n - 1:
            centre = 0.5 * (low + high)
            scratch.span[0, i] = centre
            scratch.span[1, i] = max(high - centre, centre - low) * INFLATE
        else:
            return high
    return 0.0


@kernel
def dismiss(net: Net, maps: Maps, stack: Stack, scratch: Scratch, top: int, layer: int, radius: float) -> int:
    """Fix the units of a layer that keep their sign on the whole bounding box; the others become the frame's active units.

    Units marked in `touch` have been cut before the walk began; their codes are given. Returns how many signs this decided.
    """
    start, stop = net.first[layer], net.first[layer + 1]
    n = maps.value.shape[0]
    centre = scratch.line[0, : stop - start]
    spread = scratch.line[1, : stop - start]
    centre[:] = 0.0
    for k in range(stop - start):
        spread[k] = maps.error[start + k] + maps.size[start + k] * (radius + 4.0 * U)
    for i in range(n):
        row = maps.value[i, start:stop]
        x, r = scratch.span[0, i], scratch.span[1, i] * INFLATE
        for k in range(stop - start):
            centre[k] += row[k] * x
            spread[k] += abs(row[k]) * r
    decided = 0
    for w in range(net.word[layer + 1] - net.word[layer]):
        given = stack.touch[top, w]
        active, code = NONE, stack.code[top, w] & given
        for k in range(64 * w, min(64 * w + 64, stop - start)):
            if abs(centre[k]) > spread[k] * INFLATE + TINY:
                decided += 1
                if centre[k] > 0.0:
                    code |= bit(k - 64 * w) & ~given
            else:
                active |= bit(k - 64 * w)
        stack.active[top, w] = active & net.cuts[net.word[layer] + w] & ~given
        stack.code[top, w] = code & (net.cuts[net.word[layer] + w] | given)
    return decided


@inlined
def sign_cell(state: State) -> None:
    """Signs of the top frame's active units at all its generators; the points must be in `scratch.soa`."""
    control = state.control
    net = state.net
    maps = state.maps
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = control[Control.TOP]
    layer, start, count = stack.frame[top, Frame.LAYER], stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    d = pool.point.shape[1] - 2
    n_walls = maps.rows.shape[0] - maps.size.shape[0]
    for w in range(net.word[layer + 1] - net.word[layer]):
        left = stack.active[top, w]
        if left == NONE:
            continue
        plus = scratch.sign[0, :count]
        minus = scratch.sign[1, :count]
        plus[:] = NONE
        minus[:] = NONE
        while left != NONE:
            b = lowest(left)
            left &= left - np.uint64(1)
            unit = net.first[layer] + 64 * w + b
            row = maps.rows[n_walls + unit]
            for i in range(d + 1):
                row[i] = maps.value[i, unit]
            row[d + 1], row[d + 2] = maps.error[unit], maps.size[unit]
            open_ = _sign_line(row, scratch.soa, scratch.line[0], count, b, plus, minus)
            control[Control.FILTER] += count - open_
            if open_ > 0:
                for g in range(count):
                    if (plus[g] | minus[g]) & bit(b) == NONE:
                        sign = hard_sign(state, np.int64(stack.members[start + g]), unit)
                        if sign > 0:
                            plus[g] |= bit(b)
                        elif sign < 0:
                            minus[g] |= bit(b)
        at = 2 * (net.word[layer] + w)
        for i in range(count):
            pool.sign[stack.members[start + i], at] = plus[i]
            pool.sign[stack.members[start + i], at + 1] = minus[i]


@kernel
def _sign_line(
    row: NDArray[np.float64],
    soa: NDArray[np.float64],
    line: NDArray[np.float64],
    count: int,
    b: int,
    plus: NDArray[np.uint64],
    minus: NDArray[np.uint64],
) -> int:
    """One unit at all points of a cell; returns how many signs are open."""
    d = soa.shape[0] - 2
    line[:count] = 0.0
    for i in range(d + 1):
        a = row[i]
        xs = soa[i]
        for g in range(count):
            line[g] += a * xs[g]
    error, size, radius = row[d + 1], row[d + 2], soa[d + 1]
    decided = 0
    for g in range(count):
        bound = error + size * radius[g]
        is_plus = line[g] > bound
        is_minus = line[g] < -bound
        plus[g] |= np.uint64(is_plus) << np.uint64(b)
        minus[g] |= np.uint64(is_minus) << np.uint64(b)
        decided += 1 if is_plus or is_minus else 0
    return count - decided


@inlined
def sign_new(state: State) -> None:
    """Signs of the active units at the generators that a split has just made.

    A new generator lies strictly between the two ends of its edge, so a unit that is >= 0 at both and > 0 at one is > 0 in between, and one that
    vanishes at both vanishes there. Only units with strictly opposite signs at the two ends have to be evaluated.
    """
    control = state.control
    net = state.net
    pool = state.pool
    stack = state.stack
    scratch = state.scratch
    top = control[Control.TOP]
    layer = stack.frame[top, Frame.LAYER]
    d = pool.point.shape[1] - 2
    n_walls = state.maps.rows.shape[0] - state.maps.size.shape[0]
    for w in range(net.word[layer + 1] - net.word[layer]):
        active = stack.active[top, w]
        if active == NONE:
            continue
        at = 2 * (net.word[layer] + w)
        for i in range(control[Control.N_NEW]):
            g = control[Control.NEW_START] + i
            p = scratch.parent[0, i]
            n = scratch.parent[1, i]
            some_plus = pool.sign[p, at] | pool.sign[n, at]
            some_minus = pool.sign[p, at + 1] | pool.sign[n, at + 1]
            plus = active & some_plus & ~some_minus
            minus = active & some_minus & ~some_plus
            left = active & some_plus & some_minus
            while left != NONE:
                b = lowest(left)
                left &= left - np.uint64(1)
                unit = net.first[layer] + 64 * w + b
                sign = ball_sign(state.maps.rows[n_walls + unit], pool.point[g], d)
                if sign != 0:
                    control[Control.FILTER] += 1
                else:
                    sign = hard_sign(state, g, unit)
                if sign > 0:
                    plus |= bit(b)
                elif sign < 0:
                    minus |= bit(b)
            pool.sign[g, at] = plus
            pool.sign[g, at + 1] = minus


@kernel
def recount(control: NDArray[np.int64], filtered: int | np.int64, refreshed: int | np.int64, integers: int | np.int64) -> None:
    """Set the counts of decided signs back, before a step that lacked room is done again."""
    control[Control.FILTER] = filtered
    control[Control.REFRESHED] = refreshed
    control[Control.INTEGERS] = integers


@inlined
def settle(state: State, top: int) -> None:
    """Drop the units that no longer cut a frame's cell, and fix their codes: 1 where some generator is strictly positive, else 0.

    A dropped unit that vanishes at some generators, but not at all, may contain a facet: it is marked in `touch`.
    """
    net = state.net
    pool = state.pool
    stack = state.stack
    layer, start, count = stack.frame[top, Frame.LAYER], stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
    stack.frame[top, Frame.TOUCHED] = 0
    for w in range(net.word[layer + 1] - net.word[layer]):
        active = stack.active[top, w]
        stack.touch[top, w] = NONE
        if active == NONE:
            continue
        at = 2 * (net.word[layer] + w)
        plus, minus, zero = NONE, NONE, NONE
        for i in range(start, start + count):
            g = stack.members[i]
            p, n = pool.sign[g, at], pool.sign[g, at + 1]
            plus |= p
            minus |= n
            zero |= ~(p | n)
        keep = active & plus & minus
        gone = active & ~keep
        stack.active[top, w] = keep
        stack.code[top, w] |= gone & plus
        stack.touch[top, w] = gone & zero & (plus | minus)
        if stack.touch[top, w] != NONE:
            stack.frame[top, Frame.TOUCHED] = 1
