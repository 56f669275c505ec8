"""Arrays of rationals as integers times one positive unit, and their residues modulo primes without ever writing the integers down.

A double is a 53-bit integer times a power of two, so its residue is the product of two residues: an array of doubles is reduced by array
operations however far apart its exponents are.
"""

from __future__ import annotations

import math
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz
from numpy.typing import ArrayLike, NDArray

from geom.doubles import as_array
from geom.exact import FloatArray, Fractions, as_fractions, round_fractions

__all__ = ["Integers", "largest_primes"]

Ints = NDArray[np.int64]


class Integers:
    """An array of rationals.

    Parameters
    ----------
    values : array of floats, integers, Fractions, Decimals or decimal strings
        Taken exactly as they stand.

    Raises
    ------
    ValueError
        If an entry is NaN, infinite or no number.

    Examples
    --------
    >>> table = Integers([0.5, 3.0])
    >>> table.unit, table.python().tolist(), table.residues(5).tolist()
    (Fraction(1, 2), [1, 6], [1, 1])
    """

    def __init__(self, values: ArrayLike) -> None:
        array = as_array(values)
        if array.dtype.kind == "b" or (array.dtype.kind == "f" and array.dtype.itemsize > 8):
            array = array.astype(object)
        if array.dtype.kind not in "fiu":
            array = _as_floats(as_fractions(array))
        self.is_float = array.dtype.kind == "f" or (array.dtype.kind in "iu" and bool(np.all(np.abs(array.astype(object)) <= 2**53)))
        if self.is_float:
            self.floats: FloatArray = array.astype(np.float64)
            if not np.isfinite(self.floats).all():
                raise ValueError(f"{int((~np.isfinite(self.floats)).sum())} of {self.floats.size} numbers are NaN or infinite")
            self._from_floats()
        else:
            self._given: Fractions = array if array.dtype == object else as_fractions(array)
            self.floats = round_fractions(self._given)
            denominator = math.lcm(*(v.denominator for v in self._given.ravel()))
            self.unit = Fraction(1, denominator)
            self._given.setflags(write=False)
            self._python = _objects([int(v * denominator) for v in self._given.ravel()], self._given.shape)
        self.floats.setflags(write=False)

    def _from_floats(self) -> None:
        fraction, exponent = np.frexp(self.floats)
        mantissa = np.ldexp(fraction, 53).astype(np.int64)
        exponent = exponent.astype(np.int64) - 53
        zeros = np.where(mantissa == 0, 0, np.frexp((mantissa & -mantissa).astype(np.float64))[1] - 1)
        mantissa, exponent = mantissa >> zeros, exponent + zeros
        low = int(exponent[mantissa != 0].min()) if mantissa.any() else 0
        self.unit = Fraction(2) ** low
        self._mantissa, self._shift = mantissa, np.where(mantissa == 0, 0, exponent - low)

    def take(self, rows: NDArray[np.int64]) -> Integers:
        """Some of the rows."""
        return Integers(self.floats[rows] if self.is_float else self._given[rows])

    @property
    def shape(self) -> tuple[int, ...]:
        return self.floats.shape

    def python(self) -> NDArray[np.object_]:
        """The integers themselves, as a read-only object array."""
        return self._python

    @cached_property
    def _python(self) -> NDArray[np.object_]:
        return _objects([m << s for m, s in zip(self._mantissa.ravel().tolist(), self._shift.ravel().tolist(), strict=True)], self.shape)

    def fractions(self) -> Fractions:
        """The rationals, as a read-only object array of Fractions."""
        return self._given

    @cached_property
    def _given(self) -> Fractions:
        given = as_fractions(self.floats)
        given.setflags(write=False)
        return given

    @cached_property
    def n_bits(self) -> int:
        """Bits of the largest integer."""
        if not self.is_float:
            return max((abs(int(v)).bit_length() for v in self._python.ravel()), default=0)
        bits = np.frexp(np.abs(self._mantissa).astype(np.float64))[1] + self._shift
        return int(bits.max(initial=0))

    def residues(self, prime: int) -> Ints:
        """The integers modulo a prime below 2^31."""
        if not self.is_float:
            reduced: Ints = (self._python % prime).astype(np.int64)
            return reduced
        powers = np.array([pow(2, e, prime) for e in range(int(self._shift.max(initial=0)) + 1)], dtype=np.int64)
        residues: Ints = self._mantissa % prime * powers[self._shift] % prime
        return residues


def largest_primes(count: int) -> list[int]:
    """So many primes below 2^31, the largest first.

    Examples
    --------
    >>> largest_primes(2)
    [2147483647, 2147483629]
    """
    found: list[int] = []
    candidate = 2**31
    while len(found) < count:
        candidate -= 1
        if fmpz(candidate).is_prime():
            found.append(candidate)
    return found


def _as_floats(values: Fractions) -> NDArray[Any]:
    """The same numbers as doubles, if all of them are doubles."""
    floats = round_fractions(values)
    is_same = bool(np.isfinite(floats).all()) and all(Fraction(f) == v for f, v in zip(floats.ravel().tolist(), values.ravel(), strict=True))
    return floats if is_same else values


def _objects(values: list[Any], shape: tuple[int, ...]) -> NDArray[np.object_]:
    out = np.empty(len(values), dtype=object)
    out[:] = values
    out.setflags(write=False)
    return out.reshape(shape)
