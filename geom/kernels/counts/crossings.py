"""Crossings of one line with many: quotients of determinants of rounded rows, and which of them decide anything (`geom.arrangement.crossings`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel

__all__ = ["across_plane", "across_strip", "gather"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def across_strip(columns: Floats, i: int, steep: float, value: Floats) -> None:
    """N / D of line i and each line before it into `value`; NaN where |D| < steep.

    `columns` (3, n) are a, b, c of the rows a s + b t + c = 0, s being the coordinate along line i.
    """
    a, b, c = columns[0, i], columns[1, i], columns[2, i]
    for j in range(i):
        numerator = b * columns[2, j] - columns[1, j] * c
        determinant = a * columns[1, j] - columns[0, j] * b
        value[j] = numerator / determinant if abs(determinant) >= steep else np.nan


@kernel
def across_plane(columns: Floats, i: int, steep: float, flat: float, equal: float, value: Floats) -> None:
    """The same on the whole line: N / D, or 4 + D / N where that is beyond 1.

    NaN where both are less than `steep`, |D| is less than `flat`, or the smaller one is more than `equal` times the larger.
    """
    a, b, c = columns[0, i], columns[1, i], columns[2, i]
    for j in range(i):
        numerator = b * columns[2, j] - columns[1, j] * c
        determinant = a * columns[1, j] - columns[0, j] * b
        n = abs(numerator)
        d = abs(determinant)
        is_far = n > d
        larger = numerator if is_far else determinant
        smaller = determinant if is_far else numerator
        quotient = smaller / larger
        is_sure = (abs(larger) >= steep) & (abs(smaller) <= equal * abs(larger)) & (d >= flat)
        value[j] = quotient + (4.0 if is_far else 0.0) if is_sure else np.nan


@kernel
def gather(value: Floats, i: int, middle: float, half: float, margin: float, number: Ints, doubtful: Ints) -> tuple[int, int]:
    """Move the values within half - margin of the middle to the front, with the numbers j < i of their lines, and name those that are in doubt.

    In doubt are NaN and values within half + margin that are not moved. Returned are the numbers of both.
    """
    sure = 0
    doubts = 0
    for j in range(i):
        v = value[j]
        away = abs(v - middle)
        is_inside = away < half - margin
        value[sure] = v
        number[sure] = j
        doubtful[doubts] = j
        sure += 1 if is_inside else 0
        doubts += 0 if is_inside or away >= half + margin else 1
    return sure, doubts
