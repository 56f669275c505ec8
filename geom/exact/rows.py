"""Half-spaces and points as integer vectors up to a positive factor."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import mul

from flint import fmpz_mat

__all__ = ["Row", "dot_sign", "integer_row", "meet", "primitive"]

Row = tuple[int, ...]


def integer_row(values: Sequence[Fraction]) -> Row:
    """The rationals times their least common denominator: the same half-space in integers.

    Examples
    --------
    >>> integer_row([Fraction(1, 2), Fraction(-1, 3)])
    (3, -2)
    """
    scale = math.lcm(*(v.denominator for v in values))
    return tuple(int(v * scale) for v in values)


def primitive(integers: Iterable[int]) -> Row:
    """The integers, not all 0, divided by their greatest common divisor: the same half-space, point or ray.

    Examples
    --------
    >>> primitive([4, -6])
    (2, -3)
    """
    row = tuple(int(v) for v in integers)
    common = math.gcd(*row)
    return tuple(v // common for v in row)


def meet(rows: Sequence[Sequence[int]]) -> Row:
    """The one point, in homogeneous integers (x * w, w), at which all rows vanish; w > 0, or w = 0 for a ray, whose sense is left open.

    Parameters
    ----------
    rows : sequence of (d+1,) integer rows (a, b) meaning a.x + b
        Of rank d; there may be more than d of them.

    Examples
    --------
    >>> meet([(2, 0, -1), (0, 3, -1)])
    (3, 2, 6)
    """
    matrix = fmpz_mat(len(rows), len(rows[0]), [v for row in rows for v in row])
    kernel, nullity = matrix.nullspace()
    assert nullity == 1, f"the tight rows of a vertex have rank d; here the null space has dimension {nullity}"
    point = primitive(kernel[i, 0] for i in range(kernel.nrows()))
    return point if point[-1] >= 0 else tuple(-v for v in point)


def dot_sign(row: Sequence[int], point: Sequence[int]) -> int:
    """Sign of the affine form `row` at the homogeneous point, -1, 0 or 1; both in integers of Python or of flint."""
    assert len(row) == len(point), "a form and a point of one space"
    value = sum(map(mul, row, point))
    return int(value > 0) - int(value < 0)
