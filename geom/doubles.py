"""Arrays of numbers that a user gives, as doubles, or an error in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.errors import GeomError, shown
from geom.exact import FloatArray

__all__ = ["as_array", "as_doubles", "as_rows"]


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
    array = as_array(values)
    if array.dtype.kind == "c" or (array.dtype == object and any(isinstance(v, (complex, np.complexfloating)) for v in array.flat)):
        raise ValueError("a number is complex")  # numpy would drop its imaginary part
    try:
        with np.errstate(over="ignore"):  # of a longer float beyond all doubles, which is infinite then
            return np.asarray(array, dtype=np.float64)
    except OverflowError as error:
        raise ValueError("a number is larger than every double") from error
    except (TypeError, ValueError) as error:
        raise ValueError(_not_numbers(array) or str(error)) from error


def as_array(values: Any) -> NDArray[Any]:
    """The values as an array of the dtype that numpy gives them.

    Raises
    ------
    ValueError
        If rows differ in length, or a class of its own, such as torch's of a tensor with a gradient, refuses to make an array.
    """
    if hasattr(values, "toarray"):
        raise ValueError("the array is sparse; give its .toarray()")
    if np.ma.is_masked(values):
        raise ValueError("entries are masked, and what is under a mask is no number to compute with; give its .filled(value)")
    try:
        return np.asarray(values)
    except MemoryError:
        raise
    except Exception as error:
        raise ValueError("rows differ in length" if "inhomogeneous" in str(error) else str(error)) from error


def _not_numbers(array: NDArray[Any]) -> str:
    """Which entry is the first that is no number."""
    for place, value in np.ndenumerate(array):
        try:
            float(value)
        except (TypeError, ValueError):
            return f"{shown(value.item() if isinstance(value, np.generic) else value)}{f' at {place}' if place else ''} is no number"
    return ""


def as_rows(values: Any, width: int, one: str, error: Callable[[str], GeomError]) -> FloatArray:
    """The numbers as finite float64 in an array (n, width), such as n points.

    Parameters
    ----------
    values : (n, width) array-like
    width : int
    one : str
        What a row is called, such as "a point".
    error : callable
        The class of error.

    Examples
    --------
    >>> as_rows([1, 2], 2, "a point", GeomError)
    Traceback (most recent call last):
    ...
    geom.errors.GeomError: points must be (n, 2); got shape (2,): put one into another pair of brackets, [[...]]
    """
    many = one.split()[-1] + "s"
    try:
        rows = as_doubles(values)
    except ValueError as cause:
        raise error(f"{many} must be numbers of shape (n, {width}): {cause}") from cause
    if rows.ndim != 2 or rows.shape[1] != width:
        hint = ": put one into another pair of brackets, [[...]]" if rows.shape == (width,) else ""
        raise error(f"{many} must be (n, {width}); got shape {rows.shape}{hint}")
    is_finite = np.isfinite(rows).all(axis=1)
    if not is_finite.all():
        raise error(f"{one} is NaN or infinite: row {int(np.argmin(is_finite))} of {len(rows)}")
    return rows
