"""Exact numbers: dyadic matrices, integer rows, rational points. The only file that knows how large a number is.

Every float is a dyadic rational, an integer times a power of two, so a network of floats is a network of integers times powers of two
and stays one however its affine maps are composed. `Dyadic` holds such a matrix. A half-space is an integer vector up to a positive
factor (`integer_row`), a vertex the exact solution of its tight rows (`meet`). Rounding to float64 is correct (to nearest, ties to even).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from operator import mul
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Dyadic",
    "FloatArray",
    "Fractions",
    "Row",
    "as_fraction",
    "as_fractions",
    "dot_sign",
    "integer_row",
    "meet",
    "round_fractions",
    "round_ratio",
    "round_root",
]

FloatArray = NDArray[np.float64]
Fractions = NDArray[np.object_]
Row = tuple[int, ...]


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
        raise ValueError(f"{value!r} is not a number")
    try:
        number = Decimal(value) if isinstance(value, (str, Decimal)) and "/" not in str(value) else value
        if not isinstance(number, Decimal) or not number.is_finite() or abs(number.adjusted()) <= LARGEST_EXPONENT:
            return Fraction(number)
    except (OverflowError, InvalidOperation, ZeroDivisionError, ValueError) as error:
        raise ValueError(f"{value!r} is not a finite number") from error
    raise ValueError(f"{value!r} is out of range: beyond 10**{LARGEST_EXPONENT} in size")


def as_fractions(values: Any) -> NDArray[np.object_]:
    """`as_fraction` of every entry of an array or nested sequence; the shape is kept."""
    array = np.asarray(values, dtype=object)
    return np.array([as_fraction(v) for v in array.ravel()], dtype=object).reshape(array.shape)


def round_ratio(numerator: int, denominator: int) -> float:
    """The double nearest to numerator / denominator (denominator > 0); infinite beyond the largest double."""
    try:
        return numerator / denominator
    except OverflowError:
        return math.inf if numerator > 0 else -math.inf


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


def _fraction_exponent(integer: int) -> tuple[float, int]:
    """f and e with |f| in [1/2, 1] such that f * 2**e is the integer rounded to 53 bits, ties to even; (0, 0) for 0."""
    bits = integer.bit_length()
    excess = bits - 64
    if excess > 0:
        # A sticky bit keeps ties honest: 64 bits are more than 53 + 2, so float() rounds the truncated integer as it would the whole one.
        sticky = int(integer & ((1 << excess) - 1) != 0)
        integer = (integer >> excess) | sticky
        return math.ldexp(float(integer), -64), bits
    return math.ldexp(float(integer), -bits), bits


def round_fractions(values: Fractions) -> FloatArray:
    """`round_ratio` of every entry of an array of fractions; the shape is kept."""
    flat = [round_ratio(v.numerator, v.denominator) for v in values.ravel()]
    return np.array(flat, dtype=np.float64).reshape(values.shape)


@dataclass(frozen=True, eq=False)
class Dyadic:
    """A matrix of dyadic rationals: integer `entries` times 2**`exponent`.

    Parameters
    ----------
    entries : fmpz_mat, (m, n)
    exponent : int

    Examples
    --------
    >>> a = Dyadic.of([[0.5, 3.0]])
    >>> (a @ Dyadic.of([[2.0], [0.25]])).fractions()
    array([[Fraction(7, 4)]], dtype=object)
    """

    entries: fmpz_mat
    exponent: int

    @classmethod
    def of(cls, values: ArrayLike) -> Dyadic:
        """Exact copy of a two-dimensional array of floats or integers.

        Raises
        ------
        ValueError
            If an entry is NaN or infinite, or the array is not two-dimensional and numeric.
        """
        array = np.asarray(values)
        if array.ndim != 2:
            raise ValueError(f"expected a two-dimensional array, got shape {array.shape}")
        if array.dtype.kind in "iub":
            return cls(fmpz_mat(*array.shape, [int(v) for v in array.ravel()]), 0)
        if array.dtype.kind != "f" or array.dtype.itemsize > 8:
            raise ValueError(f"expected floats of at most 64 bits or integers, got dtype {array.dtype}")
        flat = array.ravel().astype(np.float64)
        if not np.isfinite(flat).all():
            raise ValueError(f"{int((~np.isfinite(flat)).sum())} of {flat.size} entries are NaN or infinite")
        parts = np.frexp(flat.reshape(array.shape))
        fraction, exponent = (part.ravel() for part in parts)
        mantissa = np.ldexp(fraction, 53).astype(np.int64)
        # Trailing zeros go into the exponent: short weights (integers, float32, quantised) stay short integers.
        low_bit = mantissa & -mantissa
        zeros = np.maximum(np.frexp(low_bit.astype(np.float64))[1] - 1, 0)
        mantissa, exponent = mantissa >> zeros, exponent - 53 + zeros
        is_zero = mantissa == 0
        shared = 0 if is_zero.all() else int(exponent[~is_zero].min())
        shifts = np.where(is_zero, 0, exponent - shared)
        integers = [m << s for m, s in zip(mantissa.tolist(), shifts.tolist(), strict=True)]
        made = cls(fmpz_mat(*array.shape, integers), shared)
        made.__dict__["_scientific"] = parts[0], parts[1].astype(np.int64)  # what the cached property would find, at no cost
        return made

    @classmethod
    def column(cls, values: Iterable[Fraction]) -> Dyadic:
        """The (n, 1) matrix of n dyadic fractions."""
        fractions = list(values)
        bits = max((f.denominator.bit_length() - 1 for f in fractions), default=0)
        return cls(fmpz_mat(len(fractions), 1, [int(f * (1 << bits)) for f in fractions]), -bits)

    @classmethod
    def zeros(cls, rows: int, columns: int) -> Dyadic:
        return cls(fmpz_mat(rows, columns), 0)

    @classmethod
    def identity(cls, n: int) -> Dyadic:
        return cls(fmpz_mat(n, n, [int(i == j) for i in range(n) for j in range(n)]), 0)

    @property
    def shape(self) -> tuple[int, int]:
        return self.entries.nrows(), self.entries.ncols()

    def __matmul__(self, other: Dyadic) -> Dyadic:
        if self.shape[1] == 0:  # flint refuses an empty inner dimension
            return Dyadic.zeros(self.shape[0], other.shape[1])
        return Dyadic(self.entries * other.entries, self.exponent + other.exponent)

    def __add__(self, other: Dyadic) -> Dyadic:
        exponent = min(self.exponent, other.exponent)
        return Dyadic(self._at(exponent) + other._at(exponent), exponent)

    def __sub__(self, other: Dyadic) -> Dyadic:
        return self + Dyadic(other.entries * -1, other.exponent)

    def _at(self, exponent: int) -> fmpz_mat:
        """Entries over a smaller or equal exponent."""
        return self.entries if exponent == self.exponent else self.entries * (fmpz(1) << (self.exponent - exponent))

    def scaled_rows(self, factors: Dyadic) -> Dyadic:
        """Row i times factors[i, 0]."""
        rows, columns = self.shape
        table, scale = self.entries.entries(), factors.entries.entries()
        return Dyadic(
            fmpz_mat(rows, columns, [table[i * columns + j] * scale[i] for i in range(rows) for j in range(columns)]),
            self.exponent + factors.exponent,
        )

    def scaled_columns(self, exponents: Sequence[int]) -> Dyadic:
        """Column j times 2**exponents[j]."""
        low = min(exponents, default=0)
        rows, columns = self.shape
        shift = [e - low for e in exponents]
        table = self.entries.entries()
        made = Dyadic(
            fmpz_mat(rows, columns, [table[i * columns + j] << shift[j] for i in range(rows) for j in range(columns)]),
            self.exponent + low,
        )
        if "_scientific" in self.__dict__:
            fraction, exponent = self._scientific
            made.__dict__["_scientific"] = fraction, np.where(fraction != 0, exponent + np.array(exponents, dtype=np.int64), 0)
        return made

    def take_rows(self, index: Sequence[int]) -> Dyadic:
        """The rows of these numbers, in this order; an index of -1 gives a row of zeros."""
        if index == list(range(self.shape[0])):
            return self
        columns = self.shape[1]
        table = self.entries.entries()
        zero = [fmpz(0)] * columns
        picked = [v for i in index for v in (table[i * columns : (i + 1) * columns] if i >= 0 else zero)]
        return Dyadic(fmpz_mat(len(index), columns, picked), self.exponent)

    def take_columns(self, index: Sequence[int]) -> Dyadic:
        """The columns of these numbers, in this order."""
        if index == list(range(self.shape[1])):
            return self
        rows, columns = self.shape
        table = self.entries.entries()
        return Dyadic(fmpz_mat(rows, len(index), [table[i * columns + j] for i in range(rows) for j in index]), self.exponent)

    def beside(self, other: Dyadic) -> Dyadic:
        """The columns of `self`, then those of `other`."""
        exponent = min(self.exponent, other.exponent)
        left, right = self._at(exponent).table(), other._at(exponent).table()
        rows, columns = self.shape[0], self.shape[1] + other.shape[1]
        return Dyadic(fmpz_mat(rows, columns, [v for a, b in zip(left, right, strict=True) for v in (*a, *b)]), exponent)

    def integer_rows(self) -> list[Row]:
        """Each row as integers, up to one positive factor common to all rows."""
        return [tuple(int(v) for v in row) for row in self.entries.table()]

    @cached_property
    def _scientific(self) -> tuple[FloatArray, NDArray[np.int64]]:
        pairs = [_fraction_exponent(int(v)) for v in self.entries.entries()]
        fraction = np.array([f for f, _ in pairs], dtype=np.float64).reshape(self.shape)
        exponent = np.array([e + self.exponent if f else 0 for f, e in pairs], dtype=np.int64).reshape(self.shape)
        return fraction, exponent

    def is_double(self) -> bool:
        """Whether every entry is a float times a power of two, however large or small."""
        fraction, exponent = self._scientific
        wanted = zip(self.entries.entries(), fraction.ravel().tolist(), exponent.ravel().tolist(), strict=True)
        return all(int(v).bit_length() <= 53 or Fraction(int(v)) == Fraction(f) * Fraction(2) ** (e - self.exponent) for v, f, e in wanted)

    def scientific(self) -> tuple[FloatArray, NDArray[np.int64]]:
        """Fractions f, |f| in [1/2, 1] or 0, and exponents e, both (m, n): f * 2**e is the entry rounded to 53 bits, of whatever magnitude."""
        return self._scientific

    @cached_property
    def _floats(self) -> FloatArray:
        fraction, exponent = self._scientific
        with np.errstate(over="ignore", under="ignore"):
            array = np.ldexp(fraction, np.clip(exponent, -5000, 5000).astype(np.int32))
        array.setflags(write=False)
        return array

    def floats(self) -> FloatArray:
        """(m, n) float64 copy, read-only: correctly rounded down to the smallest normal double, infinite beyond the largest one."""
        return self._floats

    def fractions(self) -> NDArray[np.object_]:
        """Exact (m, n) object array of `Fraction`."""
        up, down = (1 << self.exponent, 1) if self.exponent >= 0 else (1, 1 << -self.exponent)
        values = [Fraction(int(v) * up, down) for v in self.entries.entries()]
        out = np.empty(len(values), dtype=object)
        out[:] = values
        return out.reshape(self.shape)

    def __repr__(self) -> str:
        return f"Dyadic({self.shape[0]}x{self.shape[1]}, exponent {self.exponent})"


def integer_row(values: Sequence[Fraction]) -> Row:
    """The rationals times their least common denominator: the same half-space in integers.

    Examples
    --------
    >>> integer_row([Fraction(1, 2), Fraction(-1, 3)])
    (3, -2)
    """
    scale = math.lcm(*(v.denominator for v in values))
    return tuple(int(v * scale) for v in values)


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
    point = [int(kernel[i, 0]) for i in range(kernel.nrows())]
    common = math.gcd(*point)
    if point[-1] < 0:
        common = -common
    return tuple(v // common for v in point)


def dot_sign(row: Sequence[int], point: Sequence[int]) -> int:
    """Sign of the affine form `row` at the homogeneous point, -1, 0 or 1; both in integers of Python or of flint."""
    assert len(row) == len(point), "a form and a point of one space"
    value = sum(map(mul, row, point))
    return int(value > 0) - int(value < 0)
