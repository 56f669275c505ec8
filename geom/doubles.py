"""Arrays of numbers that a user gives, as doubles, or a ValueError in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from geom.exact import FloatArray

__all__ = ["as_doubles"]


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
