"""Exact numbers to doubles, correctly rounded: to nearest, ties to even."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from geom.exact.rationals import Fractions

__all__ = ["FloatArray", "fraction_exponent", "round_fraction", "round_fractions", "round_ratio", "round_root"]

FloatArray = NDArray[np.float64]


def round_ratio(numerator: int, denominator: int) -> float:
    """The double nearest to numerator / denominator (denominator > 0); infinite beyond the largest double."""
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf if numerator > 0 else -math.inf


def round_fraction(value: Fraction) -> float:
    """The double nearest to a fraction; infinite beyond the largest double."""
    return round_ratio(value.numerator, value.denominator)


def round_fractions(values: Fractions | Iterable[Fraction]) -> FloatArray:
    """`round_fraction` of every entry of an array of fractions, whose shape is kept, or of other fractions one after the other.

    Examples
    --------
    >>> round_fractions((Fraction(1, 3), Fraction(2)))
    array([0.33333333, 2.        ])
    """
    if isinstance(values, np.ndarray):
        return np.array([round_fraction(v) for v in values.ravel()], dtype=np.float64).reshape(values.shape)
    return np.array([round_fraction(v) for v in values], dtype=np.float64)


def round_root(value: Fraction) -> float:
    """The double nearest to the square root of a fraction that is not negative; infinite beyond the largest double.

    Examples
    --------
    >>> round_root(Fraction(2)), round_root(Fraction(10) ** 400), round_root(Fraction(1, 10**400))
    (1.4142135623730951, 1e+200, 1e-200)
    """
    p, q = value.numerator, value.denominator
    shift = max(0, 132 - p.bit_length() + q.bit_length()) // 2  # such that the integer root has more than 64 bits
    scaled = p << 2 * shift
    root = math.isqrt(scaled // q)
    sticky = int(root * root * q != scaled)  # the root lies strictly between two integers, so it is on no tie
    return round_ratio(2 * root + sticky, 2 << shift)


def fraction_exponent(integer: int) -> tuple[float, int]:
    """f and e with |f| in [1/2, 1] such that f * 2**e is the integer rounded to 53 bits, ties to even; (0, 0) for 0."""
    bits = integer.bit_length()
    excess = bits - 64
    if excess > 0:
        # A sticky bit keeps ties honest: 64 bits are more than 53 + 2, so float() rounds the truncated integer as it would the whole one.
        sticky = int(integer & ((1 << excess) - 1) != 0)
        integer = (integer >> excess) | sticky
        return math.ldexp(float(integer), -64), bits
    return math.ldexp(float(integer), -bits), bits
