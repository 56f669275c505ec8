"""Rows modulo the span of a flat, with coordinates modulo a prime: the reduced basis of the flat, rows projected along it, points scaled.

Points that are proportional become equal when their first nonzero entry is made 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.modular import inverse, times

__all__ = ["Scratch", "project_row", "reduce_basis", "scale_points"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


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
def reduce_basis(rows: Ints, basis: Ints, n: int, scratch: Scratch, p: int) -> bool:
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
def project_row(rows: Ints, j: int, k: int, scratch: Scratch, p: int) -> int:
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
def scale_points(n_rows: int, width: int, scratch: Scratch, p: int) -> None:
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
