"""Determinants of sites about one of them in floats, expanded column by column over sets of rows (Laplace), with a bound on the error.

The bound is a multiple of the permanent of the sizes of the entries: the same sum, of magnitudes.
"""

from __future__ import annotations

from geom.kernels.jit import kernel
from geom.kernels.numbers.ball import U
from geom.kernels.sites.sites import Room, Sites

__all__ = ["expand", "expansion_error", "fill", "more_than_permanent", "permanent"]

UNDERFLOW = 2.0**-900  # more than all underflow in one expansion adds up to; coordinates and weights are at most 1 in size


@kernel
def fill(sites: Sites, room: Room, n: int, q: int, is_lifted: bool) -> None:
    """Entries and their sizes: an entry is within (d + 6) u size of the true one, a difference of coordinates within u size."""
    x = sites.x
    rad = sites.rad
    entry = room.entry
    size = room.size
    d = x.shape[1]
    for i in range(n):
        v = room.row[i]
        height, most = 0.0, 0.0
        for j in range(d):
            difference = x[v, j] - x[q, j]
            reach = abs(difference)
            if sites.is_rounded:
                reach += abs(x[v, j]) + abs(x[q, j])
            height += difference * difference
            most += reach * reach
            entry[i, j] = difference
            size[i, j] = reach
        if is_lifted:
            difference = rad[v] - rad[q]
            entry[i, d] = height - difference
            size[i, d] = most + abs(difference)
            if sites.is_rounded:
                size[i, d] += abs(rad[v]) + abs(rad[q])


@kernel
def expand(room: Room, n: int) -> float:
    """Determinant of the entries."""
    entry = room.entry
    minor = room.minor
    term = room.term
    minor[0] = 1.0
    i = 0
    for rows in range(1, 1 << n):
        k = room.column[rows]
        total = 0.0
        for j in range(i, i + k + 1, 2):
            total += entry[term[j, 0], k] * minor[term[j, 1]]
        for j in range(i + 1, i + k + 1, 2):
            total -= entry[term[j, 0], k] * minor[term[j, 1]]
        minor[rows] = total
        i += k + 1
    value: float = minor[(1 << n) - 1]
    return value


@kernel
def permanent(room: Room, n: int) -> float:
    """Permanent of the sizes of the entries."""
    size = room.size
    minor = room.minor
    term = room.term
    minor[0] = 1.0
    i = 0
    for rows in range(1, 1 << n):
        k = room.column[rows]
        total = 0.0
        for j in range(i, i + k + 1):
            total += size[term[j, 0], k] * minor[term[j, 1]]
        minor[rows] = total
        i += k + 1
    value: float = minor[(1 << n) - 1]
    return value


@kernel
def more_than_permanent(room: Room, n: int) -> float:
    """The product of the sums of the columns of sizes."""
    size = room.size
    product = 1.0
    for k in range(n):
        total = 0.0
        for i in range(n):
            total += size[i, k]
        product *= total
    return product


@kernel
def expansion_error(n: int, permanent: float) -> float:
    """Bound on the error of an expansion with at most one column of heights.

    It is n (n + 1) / 2 operations deep, with one rounding in each difference and d + 6 in each height; doubled for terms of second order.
    """
    return (n * (n + 1) + 4.0 * n + 16.0) * U * permanent + UNDERFLOW
