"""Half-spaces that contain polyhedra and are far from a point: a proven lower bound on every distance, in floats.

For any weights u, not negative but for equations, all points y of {a_i.y <= b_i} satisfy g.y <= sum u_i b_i with g = sum u_i a_i, and so lie at least

    sum u_i (a_i.x - b_i) / |g|

away from x. The best weights are those of the nearest point (`geom.least_distance`). Here the same method of Goldfarb and Idnani finds them in
floats, with tolerances, and may be wrong; only what the weights prove is returned, all errors taken off: of rounding, and of rows that are themselves
not exact.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import U
from geom.kernels.jit import kernel

__all__ = ["Attempt", "make_attempt", "separate"]

Ints = NDArray[np.int64]
FLAT, MISSED = 2.0**-40, 2.0**-36  # where unit rows count as dependent, and where a row counts as violated: a wrong choice only weakens the bound
UNDERFLOW = 2.0**-480  # more than all underflow in one sum of products adds up to, or in the root of one of squares; weights are at most 1
LARGEST = 2.0**1000  # a bound that overflows proves no more than this
MORE = 1.0 + 2.0**-40  # covers the roundings of a few positive numbers


class Attempt(NamedTuple):
    """Room for one polyhedron.

    Attributes
    ----------
    unit : (m, d + 1) float64
        Rows of length 1, and their right-hand sides about x.
    active : (d + 1,) int64
    gram : (d + 1, d + 1) float64
        Cholesky factor of the active rows' Gram matrix.
    weight, change : (d + 1,) float64
        u and r of `geom.least_distance`; after the search the weights of the rows as they were given.
    point : (d,) float64
    """

    unit: FloatArray
    active: Ints
    gram: FloatArray
    weight: FloatArray
    change: FloatArray
    point: FloatArray


def make_attempt(most_rows: int, d: int) -> Attempt:
    return Attempt(
        np.zeros((max(most_rows, 1), d + 1)),
        np.zeros(d + 1, np.int64),
        np.zeros((d + 1, d + 1)),
        np.zeros(d + 1),
        np.zeros(d + 1),
        np.zeros(d),
    )


@kernel
def separate(
    a: FloatArray, b: FloatArray, row_at: Ints, n_fixed: int, x: FloatArray, accuracy: float, room: Attempt, bound: FloatArray, active: Ints
) -> None:
    """Lower bounds (n,) on squared distances, and the rows (n, d) that make them, numbered after the first `n_fixed`; -1 where there are fewer."""
    for i in range(bound.shape[0]):
        start = row_at[i]
        m = row_at[i + 1] - start
        _normalise(a, b, start, m, x, room.unit)
        k = _search(room, m, n_fixed)
        n = 0
        for j in range(k):
            if room.active[j] >= n_fixed and room.weight[j] > 0.0 and n < active.shape[1]:
                active[i, n] = room.active[j] - n_fixed
                n += 1
        _restore(a, start, k, n_fixed, room.active, room.weight)
        bound[i] = _proven(a, b, start, k, x, accuracy, room.active, room.weight)


@kernel
def _normalise(a: FloatArray, b: FloatArray, start: int, m: int, x: FloatArray, unit: FloatArray) -> None:
    d = x.shape[0]
    for i in range(m):
        square, side = 0.0, b[start + i]
        for c in range(d):
            square += a[start + i, c] * a[start + i, c]
            side -= a[start + i, c] * x[c]
        length = math.sqrt(square)
        if not 0.0 < length < np.inf:
            length = np.inf  # a row that is left alone
            side = 0.0
        for c in range(d):
            unit[i, c] = a[start + i, c] / length
        unit[i, d] = side / length


@kernel
def _search(room: Attempt, m: int, n_fixed: int) -> int:
    """Active rows and their weights; how many there are."""
    unit = room.unit
    active = room.active
    weight = room.weight
    point = room.point
    d = point.shape[0]
    k = 0
    for p in range(n_fixed):
        if k < d and _line(unit, active, k, p, room.gram, weight, room.change) > FLAT:
            active[k] = p
            k += 1
    for _ in range(8 * (m + d)):
        _line(unit, active, k, 0, room.gram, weight, room.change)
        _place(unit, active, k, weight, point)
        p = _most_missed(unit, m, n_fixed, point)
        if p < 0:
            return k
        k = _enter(unit, active, k, p, n_fixed, room.gram, weight, room.change)
        if k < 0:
            return -k
    _line(unit, active, k, 0, room.gram, weight, room.change)
    return k


@kernel
def _line(unit: FloatArray, active: Ints, k: int, p: int, gram: FloatArray, weight: FloatArray, change: FloatArray) -> float:
    """Weights of the nearest point within the active rows, their change as row p enters, and the square of what of row p is orthogonal to them."""
    d = unit.shape[1] - 1
    square = _dot(unit, p, p)
    for i in range(k):
        for j in range(i + 1):
            value = _dot(unit, active[i], active[j])
            for c in range(j):
                value -= gram[i, c] * gram[j, c]
            gram[i, j] = math.sqrt(max(value, FLAT)) if i == j else value / gram[j, j]
        u, r = -unit[active[i], d], _dot(unit, active[i], p)
        for c in range(i):
            u -= gram[i, c] * weight[c]
            r -= gram[i, c] * change[c]
        weight[i] = u / gram[i, i]
        change[i] = r / gram[i, i]
        square -= change[i] * change[i]
    for i in range(k - 1, -1, -1):
        for c in range(i + 1, k):
            weight[i] -= gram[c, i] * weight[c]
            change[i] -= gram[c, i] * change[c]
        weight[i] /= gram[i, i]
        change[i] /= gram[i, i]
    return square


@kernel
def _dot(unit: FloatArray, i: int, j: int) -> float:
    total = 0.0
    for c in range(unit.shape[1] - 1):
        total += unit[i, c] * unit[j, c]
    return total


@kernel
def _place(unit: FloatArray, active: Ints, k: int, weight: FloatArray, point: FloatArray) -> None:
    for c in range(point.shape[0]):
        point[c] = 0.0
        for i in range(k):
            point[c] -= weight[i] * unit[active[i], c]


@kernel
def _most_missed(unit: FloatArray, m: int, n_fixed: int, point: FloatArray) -> int:
    """The row that the point misses by most, or -1 if it misses none by much."""
    d = point.shape[0]
    size = 1.0
    for c in range(d):
        size = max(size, abs(point[c]))
    worst, found = MISSED * size, -1
    for i in range(n_fixed, m):
        missed = -unit[i, d]
        for c in range(d):
            missed += unit[i, c] * point[c]
        if missed > worst:
            worst, found = missed, i
    return found


@kernel
def _enter(unit: FloatArray, active: Ints, k: int, p: int, n_fixed: int, gram: FloatArray, weight: FloatArray, change: FloatArray) -> int:
    """Let row p enter, and others leave; how many rows are active then. Negative if they contradict row p: then the weights say so."""
    d = unit.shape[1] - 1
    while True:
        square = _line(unit, active, k, p, gram, weight, change)
        missed = -unit[p, d]
        for i in range(k):
            missed -= _dot(unit, p, active[i]) * weight[i]
        is_free = square > FLAT and k < d
        least, leaves = missed / square if is_free else np.inf, -1
        for i in range(k):
            if active[i] >= n_fixed and change[i] > FLAT and weight[i] < least * change[i]:
                least, leaves = weight[i] / change[i], i
        if leaves < 0:
            active[k] = p
            if is_free:
                return k + 1
            weight[k] = 1.0
            for i in range(k):
                weight[i] = -change[i]
            return -k - 1
        k -= 1
        for i in range(leaves, k):
            active[i] = active[i + 1]


@kernel
def _restore(a: FloatArray, start: int, k: int, n_fixed: int, active: Ints, weight: FloatArray) -> None:
    """Weights of the rows as they were given, at most 1 in size, none negative but those of equations."""
    largest = 0.0
    for i in range(k):
        square = 0.0
        for c in range(a.shape[1]):
            square += a[start + active[i], c] * a[start + active[i], c]
        weight[i] /= math.sqrt(square)
        if active[i] >= n_fixed:
            weight[i] = max(weight[i], 0.0)
        largest = max(largest, abs(weight[i]))
    for i in range(k):
        weight[i] = weight[i] / largest if largest > 0.0 else 0.0


@kernel
def _proven(a: FloatArray, b: FloatArray, start: int, k: int, x: FloatArray, accuracy: float, active: Ints, weight: FloatArray) -> float:
    """What the weights prove, whatever they are.

    No term goes through more than d + k + 4 operations, so that a sum is off by less than twice as many u times the sum of magnitudes; here four.
    """
    d = x.shape[0]
    reach = 0.0
    for c in range(d):
        reach += abs(x[c])
    above, size, slack, total = 0.0, 0.0, 0.0, 0.0
    for i in range(k):
        row = start + active[i]
        value, magnitude = -b[row], abs(b[row])
        for c in range(d):
            value += a[row, c] * x[c]
            magnitude += abs(a[row, c] * x[c])
        above += weight[i] * value
        size += abs(weight[i]) * magnitude
        slack += abs(weight[i]) * (reach + max(1.0, abs(b[row])))
        total += abs(weight[i])
    square, spread = 0.0, 0.0
    for c in range(d):
        sum_of_rows = 0.0
        for i in range(k):
            part = weight[i] * a[start + active[i], c]
            sum_of_rows += part
            spread += abs(part)
        square += sum_of_rows * sum_of_rows
    rounding = 4.0 * (d + k + 4) * U
    above -= rounding * size + MORE * accuracy * slack + UNDERFLOW
    length = math.sqrt(square) * (1.0 + rounding) + rounding * spread + MORE * accuracy * d * total + UNDERFLOW
    if not above > 0.0:  # nor if it is no number
        return 0.0
    ratio = above / length
    return min(ratio * ratio / MORE, LARGEST) if ratio > UNDERFLOW else 0.0
