"""Matrices of dyadic rationals: integers times one power of two.

Every float is such a number, so a network of floats is a network of dyadic matrices, and stays one however its affine maps are composed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import ArrayLike, NDArray

from geom.errors import shown
from geom.exact.rationals import Fractions
from geom.exact.rounding import FloatArray, fraction_exponent
from geom.exact.rows import Row

__all__ = ["Dyadic"]


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
            raise ValueError(f"expected floats of at most 64 bits or integers, got dtype {array.dtype}{_first_other(array)}")
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

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (self.shape, [int(v) for v in self.entries.entries()], self.exponent)  # flint's matrices cannot be pickled or copied

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
        pairs = [fraction_exponent(int(v)) for v in self.entries.entries()]
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

    def fractions(self) -> Fractions:
        """Exact (m, n) object array of `Fraction`."""
        up, down = (1 << self.exponent, 1) if self.exponent >= 0 else (1, 1 << -self.exponent)
        values = [Fraction(int(v) * up, down) for v in self.entries.entries()]
        out = np.empty(len(values), dtype=object)
        out[:] = values
        return out.reshape(self.shape)

    def __repr__(self) -> str:
        return f"Dyadic({self.shape[0]}x{self.shape[1]}, exponent {self.exponent})"


def _first_other(array: NDArray[np.object_]) -> str:
    """Which entry of an array of objects is the first that is no short number."""
    if array.dtype != object:
        return ""
    return next((f": {shown(value)} at {place}" for place, value in np.ndenumerate(array) if np.asarray(value).dtype.kind not in "iubf"), "")


def _restored(shape: tuple[int, int], entries: list[int], exponent: int) -> Dyadic:
    return Dyadic(fmpz_mat(*shape, entries), exponent)
