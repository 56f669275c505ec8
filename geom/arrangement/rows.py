"""Hyperplanes of exact rows: a . x + b = 0 as primitive integer rows, each hyperplane once.

A row (a, b) with a = 0 is no hyperplane: its unit has one sign everywhere. With b = 0 it vanishes identically and cuts nothing; with b != 0 its zero
set is empty. Both are left out, as the walk leaves them out. Rows that are multiples of each other are one hyperplane.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.errors import NetworkError
from geom.exact import Dyadic, Row, as_fractions, integer_row
from geom.networks.layer import Layer

__all__ = ["cutting_rows", "distinct_hyperplanes", "integer_hyperplanes"]


def distinct_hyperplanes(rows: Iterable[Sequence[int]]) -> list[Row]:
    """Primitive integer rows (a, b), a != 0, with a positive first entry; each hyperplane once, in the order of their first rows.

    Examples
    --------
    >>> distinct_hyperplanes([(2, 0, -4), (-1, 0, 2), (0, 0, 3), (0, 0, 0), (0, 5, 0)])
    [(1, 0, -2), (0, 1, 0)]
    """
    found: dict[Row, None] = {}
    for row in rows:
        lead = next((v for v in row[:-1] if v), 0)
        if lead:
            common = gcd(*row) if lead > 0 else -gcd(*row)
            found[tuple(row) if common == 1 else tuple(v // common for v in row)] = None
    return list(found)


def integer_hyperplanes(A: Any, b: Any) -> tuple[list[Row], int]:  # noqa: N803 (the field's name)
    """Integer rows (a, b) of hyperplanes A x + b = 0 with rational coefficients, up to a positive factor each, and the dimension.

    Parameters
    ----------
    A : (m, d) array of int, float, Fraction, Decimal or decimal string
        Taken exactly as they stand; a float is the dyadic rational that it is.
    b : (m,) array of the same

    Raises
    ------
    NetworkError
        If shapes do not fit or a number is not finite.
    """
    try:
        slopes, offsets = as_fractions(A), as_fractions(b)
    except (ValueError, TypeError) as error:
        raise NetworkError(f"hyperplanes A x + b = 0 need finite numbers: {error}") from error
    if slopes.ndim != 2 or offsets.ndim != 1 or len(slopes) != len(offsets) or slopes.shape[1] < 1:
        raise NetworkError(
            f"hyperplanes A x + b = 0 need A of shape (m, d), d at least 1, and b of shape (m,); got {slopes.shape} and {offsets.shape}"
        )
    return [integer_row([*row, offset]) for row, offset in zip(slopes.tolist(), offsets.tolist(), strict=True)], slopes.shape[1]


def cutting_rows(layer: Layer) -> tuple[Dyadic, Dyadic]:
    """Weight (k, d) and bias (k, 1) of the units of a layer that have two different slopes: those that can cut.

    Raises
    ------
    NetworkError
        If a unit has other than two pieces on one row.
    """
    if not layer.has_own_rows:
        raise NetworkError(
            "only layers of units with two pieces on one row (ReLU, leaky-ReLU, abs) are hyperplane arrangements; geom.count walks the others"
        )
    cuts: NDArray[np.int64] = np.flatnonzero(layer.slope[:, 0] != layer.slope[:, 1])
    index = layer.row[cuts, 1].tolist()
    return layer.weight.take_rows(index), layer.bias.take_rows(index)
