"""Flats of a matrix of rows modulo a prime, rank by rank, with their Moebius numbers.

A flat of rank k is a maximal set of rows that span k dimensions. Modulo its span, the other rows fall into classes of proportional rows; the flat and
one class make a flat of rank k + 1 that covers it. By Weisner's theorem the Moebius number of a flat G is minus the sum of those of the flats that it
covers and that do not contain its first row. So from a flat F only those covers are reached whose class holds a row before all rows of F.

Classes are found by their representatives, scaled so that the first nonzero entry is 1, in a hash table with stamps. Rows in one class are written
down as `merged`: proportional modulo the prime, which the caller proves to be so over the rationals where the prime does not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.kernels.hashing import EMPTY, LOWER, hash_of, look_up, mixture
from geom.kernels.jit import inlined, kernel
from geom.kernels.modular import inverse, times

__all__ = ["Flats", "Scratch", "count_covers", "list_covers"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
ONE = np.uint64(1)


class Flats(NamedTuple):
    """Flats of one rank: a basis (N, k) of row numbers, the first row (N,), all rows as bits (N, V), the Moebius number (N,)."""

    basis: Ints
    least: Ints
    mask: Words
    moebius: Ints


class Scratch(NamedTuple):
    """Room for one flat: its reduced basis, the projected rows, classes as chains of rows, a hash table of classes, a mask; merged pairs."""

    reduced: Ints
    pivot: Ints
    free: Ints
    point: Ints
    first: Ints  # of each row's point, the first column that is not zero; -1 for rows in the flat
    chain: Ints  # the next row of the same class, -1 at the end
    slot: Ints
    stamp: Ints
    mask: Words
    merged: Ints
    done: Ints  # number of merged pairs, number of flats listed, the running stamp


@kernel
def _reduce_basis(rows: Ints, basis: Ints, n: int, scratch: Scratch, p: int) -> bool:
    """Reduced echelon form of the basis of flat n: pivot columns, and the columns that are left. False if it is no basis."""
    reduced = scratch.reduced
    pivot = scratch.pivot
    free = scratch.free
    k = basis.shape[1]
    rank = rows.shape[1]
    for t in range(k):
        for c in range(rank):
            reduced[t, c] = rows[basis[n, t], c]
        for s in range(t):
            _subtract(reduced, t, s, pivot[s], p)
        column = 0
        while column < rank and reduced[t, column] == 0:
            column += 1
        if column == rank:
            return False
        pivot[t] = column
        scale = inverse(reduced[t, column], p)
        for c in range(rank):
            reduced[t, c] = times(reduced[t, c], scale, p)
        for s in range(t):
            _subtract(reduced, s, t, column, p)
    count = 0
    for c in range(rank):
        is_free = True
        for t in range(k):
            is_free = is_free and pivot[t] != c
        if is_free:
            free[count] = c
            count += 1
    return True


@inlined
def _subtract(reduced: Ints, t: int, s: int, column: int, p: int) -> None:
    """Make an entry of row t vanish by a multiple of row s, which has 1 there."""
    factor = reduced[t, column]
    if factor != 0:
        for c in range(reduced.shape[1]):
            value = reduced[t, c] - times(factor, reduced[s, c], p)
            reduced[t, c] = value + p if value < 0 else value


@inlined
def _project(rows: Ints, j: int, k: int, scratch: Scratch, p: int) -> int:
    """Row j modulo the flat, in the free columns, into `point`; the number of its first nonzero entry."""
    reduced = scratch.reduced
    pivot = scratch.pivot
    free = scratch.free
    point = scratch.point
    width = rows.shape[1] - k
    first = int(width)
    for c in range(width - 1, -1, -1):
        value = rows[j, free[c]]
        for t in range(k):
            factor = rows[j, pivot[t]]
            if factor != 0:
                value -= times(factor, reduced[t, free[c]], p)
                if value < 0:
                    value += p
        point[j, c] = value
        if value != 0:
            first = c
    return first


@inlined
def _scale(n_rows: int, width: int, scratch: Scratch, p: int) -> None:
    """Scale the points so that their first nonzero entry is 1, with one inversion for all (Montgomery's trick); products go into a spare column."""
    point = scratch.point
    first = scratch.first
    product = 1
    for j in range(n_rows):
        if first[j] >= 0:
            point[j, width] = product
            product = times(product, point[j, first[j]], p)
    rest = inverse(product, p)
    for j in range(n_rows - 1, -1, -1):
        if first[j] >= 0:
            scale = times(rest, point[j, width], p)
            rest = times(rest, point[j, first[j]], p)
            for c in range(first[j], width):
                point[j, c] = times(point[j, c], scale, p)


@inlined
def _class_of(j: int, width: int, scratch: Scratch, opens: bool) -> int:
    """The first row of the class of row j; j itself where it opens a class; -1 where it is in none and may open none."""
    point = scratch.point
    slot = scratch.slot
    stamp = scratch.stamp
    now = scratch.done[2]
    key = np.uint64(0)
    for c in range(width):
        key ^= mixture(np.uint64(point[j, c]), c)
    modulus = np.uint64(slot.shape[0] - 1)
    at = key & modulus
    while stamp[at] == now:
        other = slot[at]
        same = True
        for c in range(width):
            same = same and point[j, c] == point[other, c]
        if same:
            return int(other)
        at = (at + ONE) & modulus
    if not opens:
        return -1
    stamp[at] = now
    slot[at] = j
    return j


@inlined
def _note(n: int, j: int, other: int, scratch: Scratch) -> None:
    """Write down that rows j and other are proportional modulo flat n."""
    merged = scratch.merged
    at = scratch.done[0]
    merged[at, 0] = n
    merged[at, 1] = j
    merged[at, 2] = other
    scratch.done[0] = at + 1


@inlined
def _may_overflow(n_rows: int, scratch: Scratch) -> bool:
    return bool(scratch.done[0] + n_rows > scratch.merged.shape[0])


@kernel
def count_covers(rows: Ints, flats: Flats, start: int, counts: Ints, scratch: Scratch, p: int, wants_merged: bool) -> int:
    """For each flat from number `start` on, how many covers have a class with a row before all of the flat's own, into `counts`.

    The flats' masks and Moebius numbers are not looked at. A set of rows that is no basis gets -1, and so does one whose span holds earlier rows.
    The answer is the number of the first flat not done: it stops early where `merged` may not hold the next flat's pairs.
    """
    basis = flats.basis
    least = flats.least
    first = scratch.first
    width = rows.shape[1] - basis.shape[1]
    for n in range(start, basis.shape[0]):
        if wants_merged and _may_overflow(least[n], scratch):
            return n
        scratch.done[2] += 1
        is_sound = _reduce_basis(rows, basis, n, scratch, p)
        for j in range(least[n] if is_sound else 0):
            first[j] = _project(rows, j, basis.shape[1], scratch, p)
            is_sound = is_sound and first[j] < width
        counts[n] = -1
        if is_sound:
            _scale(least[n], width, scratch, p)
            counts[n] = 0
            for j in range(least[n]):
                other = _class_of(j, width, scratch, True)
                if other == j:
                    counts[n] += 1
                elif wants_merged:
                    _note(n, j, other, scratch)
    return int(basis.shape[0])


@kernel
def list_covers(rows: Ints, flats: Flats, start: int, covers: Flats, slots: Words, scratch: Scratch, p: int, wants_merged: bool) -> int:
    """List the covers of the flats from number `start` on; the number of the first flat not done.

    Covers are told apart by their masks, in the hash table `slots`; each gets minus the Moebius numbers of the flats it is reached from. It stops
    early where the arrays may not hold the next flat's covers, or its merged pairs.
    """
    least = flats.least
    first = scratch.first
    chain = scratch.chain
    done = scratch.done
    m = rows.shape[0]
    width = rows.shape[1] - flats.basis.shape[1]
    for n in range(start, flats.basis.shape[0]):
        is_full = done[1] + m > covers.least.shape[0] or 2 * (done[1] + m) > slots.shape[0]
        if is_full or (wants_merged and _may_overflow(m, scratch)):
            return n
        done[2] += 1
        _reduce_basis(rows, flats.basis, n, scratch, p)
        for j in range(m):
            is_in = (flats.mask[n, j >> 6] >> np.uint64(j & 63)) & ONE
            first[j] = -1 if is_in == ONE else _project(rows, j, flats.basis.shape[1], scratch, p)
        _scale(m, width, scratch, p)
        for j in range(m):
            chain[j] = -1
            if first[j] >= 0:
                other = _class_of(j, width, scratch, j < least[n])
                first[j] = other
                if 0 <= other < j:
                    chain[j] = chain[other]
                    chain[other] = j
                    if wants_merged:
                        _note(n, j, other, scratch)
        for j in range(least[n]):
            if first[j] == j:
                _emit(n, j, flats, covers, slots, scratch)
    return int(flats.basis.shape[0])


@kernel
def _emit(n: int, leader: int, flats: Flats, covers: Flats, slots: Words, scratch: Scratch) -> None:
    """The cover of flat n by the class of one row: found again, or put at the end."""
    mask = scratch.mask
    chain = scratch.chain
    for v in range(mask.shape[0]):
        mask[v] = flats.mask[n, v]
    j = leader
    while j >= 0:
        mask[j >> 6] |= ONE << np.uint64(j & 63)
        j = chain[j]
    key = hash_of(mask)
    at = look_up(slots, covers.mask, mask, key)
    if at < 0:
        at = scratch.done[1]
        scratch.done[1] = at + 1
        _insert(slots, key, at)
        for v in range(mask.shape[0]):
            covers.mask[at, v] = mask[v]
        for t in range(flats.basis.shape[1]):
            covers.basis[at, t] = flats.basis[n, t]
        covers.basis[at, flats.basis.shape[1]] = leader
        covers.least[at] = leader
        covers.moebius[at] = 0
    covers.moebius[at] -= flats.moebius[n]


@inlined
def _insert(slots: Words, key: np.uint64, number: int) -> None:
    modulus = np.uint64(slots.shape[0] - 1)
    at = key & modulus
    while slots[at] != EMPTY:
        at = (at + ONE) & modulus
    slots[at] = (key & ~LOWER) | np.uint64(number)
