"""Arrays of numbers that a user gives: doubles, points, rationals; or an error in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from geom.errors import DomainError, NetworkError
from geom.exact import FloatArray, Fractions, as_fractions

__all__ = ["as_doubles", "as_points", "as_rationals"]

GivenError = type[DomainError] | type[NetworkError]


def as_doubles(values: Any) -> FloatArray:
    """The numbers as float64, in an array of their own shape.

    Raises
    ------
    ValueError
        If they form no array, or one of them is complex, beyond the largest double, or no number.

    Examples
    --------
    >>> as_doubles([[1, 2.5]])
    array([[1. , 2.5]])
    """
    try:
        array = np.asarray(values)
        if array.dtype.kind == "c" or (array.dtype == object and any(isinstance(v, (complex, np.complexfloating)) for v in array.flat)):
            raise ValueError("a number is complex")  # numpy would drop its imaginary part
        return np.asarray(array, dtype=np.float64)
    except OverflowError as error:
        raise ValueError("a number is larger than every double") from error
    except TypeError as error:
        raise ValueError(str(error)) from error


def as_points(values: Any, dim: int, what: str = "point", error: GivenError = DomainError) -> FloatArray:
    """Points (n, dim) as doubles.

    Parameters
    ----------
    values : (n, dim) array
    dim : int
    what : str
        What one of them is called in messages.
    error : DomainError or NetworkError
        The class of what is raised.

    Raises
    ------
    DomainError or NetworkError
        If the values are not (n, dim), or NaN, infinite, complex or beyond the largest double.

    Examples
    --------
    >>> as_points([[1, 2]], 2)
    array([[1., 2.]])
    """
    try:
        points = as_doubles(values)
    except ValueError as reason:
        raise error(f"{what}s must be numbers of shape (n, {dim}): {reason}") from reason
    if points.ndim != 2 or points.shape[1] != dim:
        raise error(f"{what}s must be (n, {dim}); got shape {points.shape}")
    if not np.isfinite(points).all():
        raise error(f"{'an' if what[0] in 'aeiou' else 'a'} {what} is NaN or infinite")
    return points


def as_rationals(what: str, values: Any, ndim: int, error: GivenError = DomainError) -> Fractions:
    """The numbers as exact fractions, in an array of so many dimensions.

    Parameters
    ----------
    what : str
        What they are called in messages.
    values : nested sequence of float, int, Fraction, Decimal or decimal string
    ndim : int
    error : DomainError or NetworkError
        The class of what is raised.

    Raises
    ------
    DomainError or NetworkError
        If a value is no finite number, or the array has another number of dimensions.

    Examples
    --------
    >>> as_rationals("low", [0.5, "1/3"], 1)
    array([Fraction(1, 2), Fraction(1, 3)], dtype=object)
    """
    try:
        out = as_fractions(values if isinstance(values, np.ndarray) else list(values))
    except (ValueError, TypeError) as reason:
        raise error(f"{what}: {reason}") from reason
    if out.ndim != ndim:
        raise error(f"{what}: expected {ndim} dimension{'s' * (ndim > 1)}, got shape {out.shape}")
    return out
