"""Numbers that a user gives, as the fractions they are: floats are dyadic rationals, texts decimals or ratios."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.errors import shown

__all__ = ["Fractions", "as_fraction", "as_fractions"]

Fractions = NDArray[np.object_]
LARGEST_EXPONENT = 5000  # of a decimal text: a few characters must not ask for gigabytes of digits


def as_fraction(value: Any) -> Fraction:
    """One number, taken exactly as it stands.

    Parameters
    ----------
    value : int, float, str, Fraction or Decimal
        A float is its dyadic value; a string is a decimal or a ratio such as ``"0.1"`` or ``"1/3"``.

    Raises
    ------
    ValueError
        If it is NaN, infinite or no number.

    Examples
    --------
    >>> as_fraction("0.1"), as_fraction(0.5)
    (Fraction(1, 10), Fraction(1, 2))
    """
    if isinstance(value, (np.floating, np.integer)):
        value = value.item()
    if not isinstance(value, (int, float, str, Fraction, Decimal)):
        raise ValueError(f"{shown(value)} is not a number")
    try:
        number = Decimal(value) if isinstance(value, (str, Decimal)) and "/" not in str(value) else value
        if not isinstance(number, Decimal) or not number.is_finite() or abs(number.adjusted()) <= LARGEST_EXPONENT:
            return Fraction(number)
    except (OverflowError, InvalidOperation, ZeroDivisionError, ValueError) as error:
        raise ValueError(f"{shown(value)} is not a finite number") from error
    raise ValueError(f"{shown(value)} is out of range: beyond 10**{LARGEST_EXPONENT} in size")


def as_fractions(values: Any) -> Fractions:
    """`as_fraction` of every entry of an array or nested sequence; the shape is kept."""
    try:
        array = np.asarray(values, dtype=object)
    except MemoryError:
        raise
    except Exception as error:  # a class of its own, such as torch's of a tensor with a gradient, refuses to make an array
        raise ValueError(str(error)) from error
    return np.array([as_fraction(v) for v in array.ravel()], dtype=object).reshape(array.shape)
