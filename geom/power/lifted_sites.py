"""Sites as the kernels take them: exact, in coordinates of their affine hull, scaled so that nothing exceeds 1.

The lower hull of the lifted sites is an affine matter: it may be computed in any coordinates of the affine hull of the sites. Where the sites span
only a flat, some of their own coordinates are such coordinates, and the heights |mu|^2 - rad stay what they are; the weights that belong to these
heights in the fewer coordinates are then others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.exact import Fractions, round_fractions
from geom.kernels.sites.sites import PRIME_BITS, Sites
from geom.power.integers import Integers, largest_primes

__all__ = ["LiftedSites"]

Ints = NDArray[np.int64]
SAFE = 2.0**-800


class LiftedSites:
    """Exact sites and weights.

    Parameters
    ----------
    mu : Integers, (N, d)
    rad : Integers, (N,)

    Attributes
    ----------
    basis : list of int
        k + 1 affinely independent sites, k the dimension of the affine hull of all.
    axes : list of int
        k coordinates in which these are still independent.
    """

    def __init__(self, mu: Integers, rad: Integers) -> None:
        self.mu, self.rad = mu, rad
        self.basis, self.axes = _affine_basis(mu)

    @property
    def rank(self) -> int:
        """Dimension of the affine hull."""
        return len(self.axes)

    def independent(self, chosen: Ints) -> Ints:
        """Affinely independent sites among some that span what all of them span."""
        basis = self.basis if np.isin(self.basis, chosen).all() else chosen[_affine_basis(self.mu.take(chosen))[0]]
        assert len(basis) == self.rank + 1, "the chosen sites span what all sites span"
        return np.array(basis, dtype=np.int64)

    @cached_property
    def _height_unit(self) -> tuple[Fraction, int, int]:
        """A unit h of the heights, with mu.unit^2 = a h and rad.unit = b h in integers a, b."""
        u, v = self.mu.unit**2, self.rad.unit
        common = Fraction(math.gcd(u.numerator * v.denominator, v.numerator * u.denominator), u.denominator * v.denominator)
        return common, int(u / common), int(v / common)

    @property
    def height_unit(self) -> Fraction:
        """The unit of `heights`."""
        return self._height_unit[0]

    def equations(self) -> list[list[int]]:
        """Independent integer vectors n, as many as there are, such that n.mu is the same for all sites."""
        return _normals(self.mu.python(), self.basis) if self.rank < self.mu.shape[1] else []

    @cached_property
    def heights(self) -> NDArray[np.object_]:
        """(N,) integers: |mu|^2 - rad in units of its own."""
        _, a, b = self._height_unit
        m = self.mu.python()
        return np.asarray(a * (m * m).sum(axis=1) - b * self.rad.python(), dtype=object)

    @cached_property
    def positions(self) -> NDArray[np.object_]:
        """(N, k) integers: the chosen coordinates in units of `mu`."""
        return self.mu.python()[:, self.axes]

    @cached_property
    def height_bits(self) -> int:
        _, a, b = self._height_unit
        squares = a.bit_length() + 2 * self.mu.n_bits + self.mu.shape[1].bit_length()
        return max(squares, b.bit_length() + self.rad.n_bits) + 1

    def n_primes(self) -> int:
        """Enough for every determinant of the integer coordinates and heights."""
        k = self.rank
        bits = k * (self.mu.n_bits + 1) + self.height_bits + 1 + math.factorial(k + 1).bit_length()
        return (bits + 2) // PRIME_BITS + 1

    def n_rank_primes(self) -> int:
        """Enough for every minor of a matrix of normals of facets: k normals, each of minors of k - 1 differences of sites."""
        k = self.rank
        normal = (k - 1) * (self.mu.n_bits + 1) + math.factorial(max(k - 1, 0)).bit_length()
        return (k * normal + math.factorial(k).bit_length() + 2) // PRIME_BITS + 1

    def residues(self, order: Ints, primes: Sequence[int]) -> Ints:
        """(n, P, k + 1) coordinates and height of the sites in this order modulo each prime."""
        _, a, b = self._height_unit
        table = np.empty((len(order), len(primes), self.rank + 1), dtype=np.int64)
        for i, p in enumerate(primes):
            m, r = self.mu.residues(p)[order], self.rad.residues(p)[order]
            table[:, i, :-1] = m[:, self.axes]
            table[:, i, -1] = (sum(column * column % p for column in m.T) % p * (a % p) - r * (b % p)) % p
        return table

    def kernel_sites(self, order: Ints, n_primes: int) -> Sites:
        """What the kernels take, in this order."""
        k = self.rank
        x, rad, is_rounded = self.scaled
        primes = largest_primes(n_primes)
        inverse = np.array([[pow(q, -1, p) if j < i else 0 for j, q in enumerate(primes)] for i, p in enumerate(primes)], dtype=np.int64)
        grain, height_grain = _log2(self.mu.unit) - self.exponent, _log2(self.height_unit) - 2 * self.exponent
        bits = np.array([-k * grain, -k * grain - height_grain])
        exact_below = np.zeros(2) if is_rounded else np.exp2(np.maximum(52.0 - bits, -2000.0))
        exact_below[exact_below < SAFE] = 0.0
        return Sites(
            np.ascontiguousarray(x[order]),
            rad[order],
            np.asarray(order, dtype=np.int64),
            self.residues(order, primes),
            np.array(primes, dtype=np.int64),
            inverse,
            exact_below,
            bits,
            is_rounded,
        )

    @cached_property
    def exponent(self) -> int:
        """The e for which coordinates times 2^-e and weights times 4^-e are at most 1 in size, and not all tiny."""
        mu, rad = self.mu, self.rad
        return math.ceil(max(_log2(mu.unit) + mu.n_bits, (_log2(rad.unit) + rad.n_bits) / 2, -1000.0)) + 1

    @cached_property
    def scaled(self) -> tuple[NDArray[np.float64], NDArray[np.float64], bool]:
        """Coordinates times 2^-e and weights times 4^-e, at most 1 in size, and whether one of them is rounded."""
        mu, rad, exponent = self.mu, self.rad, self.exponent
        if mu.is_float and rad.is_float and self.rank == mu.shape[1]:
            with np.errstate(over="ignore", under="ignore"):
                x, r = np.ldexp(mu.floats, -exponent), np.ldexp(rad.floats, -2 * exponent)
                is_rounded = bool((np.ldexp(x, exponent) != mu.floats).any() or (np.ldexp(r, 2 * exponent) != rad.floats).any())
            return x, r, is_rounded
        exact_x, exact_r = self._weights_in_the_hull(exponent)
        x, r = round_fractions(exact_x), round_fractions(exact_r)
        is_rounded = any(Fraction(f) != v for f, v in zip((*x.ravel(), *r), (*exact_x.ravel(), *exact_r), strict=True))
        return x, r, is_rounded

    def _weights_in_the_hull(self, exponent: int) -> tuple[Fractions, Fractions]:
        unit, height_unit = self.mu.unit / Fraction(2) ** exponent, self.height_unit / Fraction(4) ** exponent
        x = self.positions * unit
        return x, (x * x).sum(axis=1) - self.heights * height_unit


def _log2(value: Fraction) -> float:
    """Logarithm of a positive rational, right to a few units of its last place, of whatever size."""
    return _log2_integer(value.numerator) - _log2_integer(value.denominator)


def _log2_integer(value: int) -> float:
    excess = max(0, value.bit_length() - 64)
    return math.log2(value >> excess) + excess


def _affine_basis(mu: Integers) -> tuple[list[int], list[int]]:
    """Affinely independent sites, as many as there are, and as many coordinates in which they are independent.

    Independence is proven modulo a prime; that all other sites depend on those found, where they do not span the space, in integers.
    """
    d = mu.shape[1]
    basis, axes = _basis_modulo(mu.residues(largest_primes(1)[0]), [0])
    while len(axes) < d:
        integers = mu.python()
        outside = _outside(integers, basis)
        if outside is None:
            break
        basis, axes = _exact_basis(integers, [*basis, outside])
    return basis, axes


def _basis_modulo(m: Ints, basis: list[int]) -> tuple[list[int], list[int]]:
    """Gaussian elimination of all differences at once, modulo the largest prime."""
    p = largest_primes(1)[0]
    rows = (m - m[basis[0]]) % p
    axes: list[int] = []
    for c in range(m.shape[1]):
        found = np.flatnonzero(rows[:, c])
        if not len(found):
            continue
        pivot = int(found[len(found) // 2])
        basis, axes = [*basis, pivot], [*axes, c]
        scaled = rows[pivot] * pow(int(rows[pivot, c]), -1, p) % p
        rows = (rows - rows[:, [c]] * scaled) % p
    return basis, axes


def _outside(integers: NDArray[np.object_], basis: list[int]) -> int | None:
    """A site outside the affine hull of some, or None."""
    shifted = integers - integers[basis[0]]
    for normal in _normals(integers, basis):
        off = np.flatnonzero(shifted @ np.array(normal, dtype=object))
        if len(off):
            return int(off[0])
    return None


def _normals(integers: NDArray[np.object_], basis: list[int]) -> list[list[int]]:
    """Integer vectors that span what is orthogonal to the affine hull of some sites."""
    d = integers.shape[1]
    if len(basis) == 1:
        return [[int(i == j) for i in range(d)] for j in range(d)]
    kernel, nullity = _differences(integers, basis).nullspace()
    return [[int(kernel[i, j]) for i in range(d)] for j in range(nullity)]


def _exact_basis(integers: NDArray[np.object_], basis: list[int]) -> tuple[list[int], list[int]]:
    reduced, _, rank = _differences(integers, basis).rref()
    axes = [next(j for j in range(reduced.ncols()) if reduced[i, j] != 0) for i in range(rank)]
    assert rank == len(basis) - 1, "every site was added from outside the hull of those before"
    return basis, axes


def _differences(integers: NDArray[np.object_], basis: list[int]) -> fmpz_mat:
    rows = [[int(v) for v in integers[i] - integers[basis[0]]] for i in basis[1:]]
    return fmpz_mat(rows)
