"""New coordinates for a generator from the rows that are tight at it: a verified solve.

A generator counts up to a positive factor, so one coordinate f is fixed: the last one of a point in a bounded domain at 1, else the largest one
at 1/2, which keeps the others inside the cube. Of the tight rows take d well-conditioned ones, M y + c = 0 in the other coordinates, and R ~ M^-1.
If alpha = ||I - R M|| + (what the rows' own errors add) < 1, then the true y* satisfies |y* - y| <= |R| r / (1 - alpha), where r bounds the true
residuals at y. Nothing is allocated: `work` is scratch.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.jit import kernel
from geom.kernels.numbers.ball import INFLATE, TINY, U, gamma, value
from geom.kernels.numbers.bits import NONE, lowest

__all__ = ["refresh", "work_size"]


def work_size(d: int, n_tight: int) -> tuple[int, int]:
    """Shape of the scratch that `refresh` needs."""
    return n_tight + d + 2, 2 * d + 2


@kernel
def refresh(
    point: FloatArray, tight: NDArray[np.uint64], row_of: NDArray[np.int32], rows: FloatArray, d: int, is_bounded: bool, work: FloatArray
) -> bool:
    """Replace the coordinates and the radius of `point` if the solve can be verified and is better; say whether it did."""
    fixed = d
    if not is_bounded:
        for i in range(d):
            if abs(point[i]) > abs(point[fixed]):
                fixed = i
    if not is_bounded and not abs(point[fixed]) > 3.001 * point[d + 1]:  # else another coordinate may truly be twice as large
        return False
    chosen = work[work.shape[0] - 1]
    n_tight = _gather(tight, row_of, rows, d, fixed, work, chosen)
    if n_tight < d:
        return False
    if n_tight > d:
        _choose(work, n_tight, d, chosen)
    inverse = work[n_tight : n_tight + d]
    if not _invert(chosen, rows, d, fixed, inverse):
        return False
    trial = work[n_tight + d]
    _newton_step(point, chosen, rows, d, fixed, 1.0 if is_bounded else 0.5, inverse, trial)
    radius = _radius(trial, chosen, rows, d, fixed, inverse)
    if not radius < point[d + 1]:
        return False
    for i in range(d + 1):
        point[i] = trial[i]
    point[d + 1] = radius
    return True


@kernel
def _column(i: int, fixed: int) -> int:
    """The i-th of the coordinates that are not fixed."""
    return i if i < fixed else i + 1


@kernel
def _gather(tight: NDArray[np.uint64], row_of: NDArray[np.int32], rows: FloatArray, d: int, fixed: int, work: FloatArray, chosen: FloatArray) -> int:
    """Tight rows, scaled to size 1, into `work`; their numbers into the last column of `work` and, for the first d, into `chosen`."""
    n = 0
    for w in range(tight.shape[0]):
        left = tight[w]
        while left != NONE:
            number = row_of[64 * w + lowest(left)]
            left &= left - np.uint64(1)
            scale = rows[number, d + 2]
            scale = 1.0 / scale if scale > 0.0 else 1.0
            for i in range(d):
                work[n, i] = rows[number, _column(i, fixed)] * scale
            work[n, 2 * d + 1] = number
            if n < d:
                chosen[n] = number
            n += 1
    return n


@kernel
def _choose(work: FloatArray, n_tight: int, d: int, chosen: FloatArray) -> None:
    """Greedily the d rows with the largest part orthogonal to those before (modified Gram-Schmidt with pivoting)."""
    for step in range(d):
        best, best_norm = step, -1.0
        for i in range(step, n_tight):
            norm = 0.0
            for j in range(d):
                norm += work[i, j] * work[i, j]
            if norm > best_norm:
                best, best_norm = i, norm
        for j in range(2 * d + 2):
            work[step, j], work[best, j] = work[best, j], work[step, j]
        chosen[step] = work[step, 2 * d + 1]
        if best_norm > 0.0:
            for i in range(step + 1, n_tight):
                dot = 0.0
                for j in range(d):
                    dot += work[i, j] * work[step, j]
                dot /= best_norm
                for j in range(d):
                    work[i, j] -= dot * work[step, j]


@kernel
def _invert(chosen: FloatArray, rows: FloatArray, d: int, fixed: int, inverse: FloatArray) -> bool:
    """Gauss-Jordan with partial pivoting on [M | I], in place: columns 0..d-1 hold M, d..2d-1 become R."""
    for i in range(d):
        number = np.int64(chosen[i])
        for j in range(d):
            inverse[i, j] = rows[number, _column(j, fixed)]
            inverse[i, d + j] = 1.0 if i == j else 0.0
    for step in range(d):
        pivot = step
        for i in range(step + 1, d):
            if abs(inverse[i, step]) > abs(inverse[pivot, step]):
                pivot = i
        if not abs(inverse[pivot, step]) > 0.0:
            return False
        if pivot != step:
            for j in range(2 * d):
                inverse[step, j], inverse[pivot, j] = inverse[pivot, j], inverse[step, j]
        scale = 1.0 / inverse[step, step]
        for j in range(2 * d):
            inverse[step, j] *= scale
        for i in range(d):
            factor = inverse[i, step]
            if i != step and factor != 0.0:
                for j in range(2 * d):
                    inverse[i, j] -= factor * inverse[step, j]
    return True


@kernel
def _newton_step(
    point: FloatArray, chosen: FloatArray, rows: FloatArray, d: int, fixed: int, at: float, inverse: FloatArray, trial: FloatArray
) -> None:
    """trial = y - R (M y + c), from the point scaled to its fixed coordinate, clamped to the cube that holds the true generator."""
    scale = at / abs(point[fixed])
    for i in range(d + 1):
        trial[i] = point[i] * scale
    trial[fixed] = at if point[fixed] > 0.0 else -at
    for i in range(d):
        work_row = rows[np.int64(chosen[i])]
        trial[d + 1 + i] = value(work_row, trial, d)
    for i in range(d):
        for j in range(d):
            trial[_column(j, fixed)] -= inverse[j, d + i] * trial[d + 1 + i]
    for j in range(d + 1):
        trial[j] = min(1.0, max(-1.0, trial[j]))


@kernel
def _radius(trial: FloatArray, chosen: FloatArray, rows: FloatArray, d: int, fixed: int, inverse: FloatArray) -> float:
    """Verified distance of the true generator from `trial`, or infinity."""
    alpha, radius = 0.0, 0.0
    for i in range(d):
        row_alpha, row_radius = 0.0, 0.0
        for j in range(d):
            product, magnitude = 0.0, 0.0
            for k in range(d):
                term = inverse[i, d + k] * rows[np.int64(chosen[k]), _column(j, fixed)]
                product += term
                magnitude += abs(term)
            defect = abs((1.0 if i == j else 0.0) - product)
            row_alpha += defect + gamma(d + 2) * magnitude + U
            number = np.int64(chosen[j])
            weight = abs(inverse[i, d + j])
            row_alpha += weight * rows[number, d + 1]  # `error` also bounds the sum of the coefficients' errors
            row_radius += weight * (abs(value(rows[number], trial, d)) + rows[number, d + 1])
        if not (row_alpha * INFLATE < 0.5 and row_radius < np.inf):  # nor when either is NaN, which max() would drop
            return np.inf
        alpha, radius = max(alpha, row_alpha), max(radius, row_radius)
    alpha *= INFLATE
    return radius / (1.0 - alpha) * INFLATE + TINY
