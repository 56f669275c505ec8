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

from geom.kernels.counts.projection import Scratch, project_row, reduce_basis, scale_points
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, bit
from geom.kernels.tables.hashing import hash_of, insert, look_up, mixture

__all__ = ["Flats", "count_covers", "list_covers"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
ONE = np.uint64(1)


class Flats(NamedTuple):
    """Flats of one rank: a basis (N, k) of row numbers, the first row (N,), all rows as bits (N, V), the Moebius number (N,)."""

    basis: Ints
    least: Ints
    mask: Words
    moebius: Ints


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
        is_sound = reduce_basis(rows, basis, n, scratch, p)
        for j in range(least[n] if is_sound else 0):
            first[j] = project_row(rows, j, basis.shape[1], scratch, p)
            is_sound = is_sound and first[j] < width
        counts[n] = -1
        if is_sound:
            scale_points(least[n], width, scratch, p)
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
        reduce_basis(rows, flats.basis, n, scratch, p)
        for j in range(m):
            is_in = flats.mask[n, j // 64] & bit(j % 64) != NONE
            first[j] = -1 if is_in else project_row(rows, j, flats.basis.shape[1], scratch, p)
        scale_points(m, width, scratch, p)
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
        mask[j // 64] |= bit(j % 64)
        j = chain[j]
    key = hash_of(mask)
    at = look_up(slots, covers.mask, mask, key)
    if at < 0:
        at = scratch.done[1]
        scratch.done[1] = at + 1
        insert(slots, key, at)
        for v in range(mask.shape[0]):
            covers.mask[at, v] = mask[v]
        for t in range(flats.basis.shape[1]):
            covers.basis[at, t] = flats.basis[n, t]
        covers.basis[at, flats.basis.shape[1]] = leader
        covers.least[at] = leader
        covers.moebius[at] = 0
    covers.moebius[at] -= flats.moebius[n]
