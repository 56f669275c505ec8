"""Signs from balls: a float value and a bound on everything that may be wrong with it.

The walk's coordinates put every generator into the cube [-1, 1]^(d+1), so all bounds are plain numbers:

- a *point* is (y_0, ..., y_{d-1}, w, radius) in homogeneous coordinates: a positive multiple of the true generator lies in the cube and within
  `radius` of it in every coordinate. In a bounded domain w is 1; a ray has w = 0;
- a *row* is (m_0, ..., m_{d-1}, c, error, size): on the whole cube the float value of the row differs from the true one by at most `error`
  (coefficients and evaluation together), and `size` bounds the sum of the magnitudes of the coefficients.

So |computed - true| <= error + size * radius, and a value larger than that has the right sign. Both numbers are inflated where they are made
(`INFLATE`), so that the rounding of this very sum cannot spoil it.
"""

from __future__ import annotations

from geom.exact import FloatArray
from geom.kernels.jit import kernel

__all__ = ["INFLATE", "LOST", "SMALLEST", "TINY", "U", "ball_sign", "gamma", "margin", "value"]

U = 2.0**-53
SMALLEST = 2.0**-1074  # the smallest positive double
TINY = 2.0**-960  # more than all underflow in one evaluation can add up to
LOST = 2.0**-1000  # added to a number's magnitude: gamma times it is more than a number below the normal doubles lost in rounding
INFLATE = 1.0 + 2.0**-32  # covers the rounding of the bounds themselves: up to a million operations


@kernel
def gamma(n: float) -> float:
    """Bound on the relative error of n rounded operations in any order (Higham's gamma_n, rounded up)."""
    return INFLATE * n * U / (1.0 - n * U)


@kernel
def value(row: FloatArray, point: FloatArray, d: int) -> float:
    """Float value of an affine form at a generator."""
    total: float = row[d] * point[d]
    for i in range(d):
        total += row[i] * point[i]
    return total


@kernel
def margin(row: FloatArray, point: FloatArray, d: int) -> float:
    """How far that value may be from the true one."""
    bound: float = row[d + 1] + row[d + 2] * point[d + 1]
    return bound


@kernel
def ball_sign(row: FloatArray, point: FloatArray, d: int) -> int:
    """1, -1, or 0 for *unknown*."""
    v = value(row, point, d)
    m = margin(row, point, d)
    return int(v > m) - int(v < -m)
