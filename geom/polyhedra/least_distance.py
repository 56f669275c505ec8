"""The point of {z : a_i.z <= s_i} nearest to 0, in integers: the dual active-set method of Goldfarb and Idnani (1983, "A numerically stable dual
method for solving strictly convex quadratic programs", Mathematical Programming 27), without square roots.

It keeps a set W of independent rows whose face has its nearest point at z = -sum u_i a_i with all weights u_i >= 0, and lets a violated row enter
until there is none. While the weight t of the entering row p grows, the point nearest within {a_i.z = s_i, i in W} under this pull moves on a line,

    u(t) = u - t r,    G u = -s_W,    G r = A_W a_p,    a_p.z(t) - s_p = rho - t |q|^2,    q = a_p - A_W' r,    G = A_W A_W',

until the row holds (it joins W) or a weight becomes 0 (its row leaves W, and the solve is done anew). If q = 0 and no weight falls, the rows say
that the polyhedron is empty. Every row that joins makes the distance strictly larger, so no set W comes twice, degenerate or not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from flint import fmpq, fmpz, fmpz_mat

from geom.exact import round_ratio

__all__ = ["Contradiction", "LeastDistance", "Solved"]


class _Projection(NamedTuple):
    """z / denominator, the point of a face nearest to 0, and weights / denominator with z = -sum of weights times rows."""

    z: list[fmpz]
    denominator: fmpz
    weight: list[fmpz]


class Solved(NamedTuple):
    """The nearest point z / denominator, and the weights of the active rows that are not 0."""

    z: list[fmpz]
    denominator: fmpz
    weights: dict[int, Fraction]


class Contradiction(NamedTuple):
    """Weights of rows that add up to 0.z <= a negative number."""

    weights: dict[int, Fraction]


class LeastDistance:
    """min |z|^2 subject to row.z = side for the first `n_fixed` rows and row.z <= side for the others, all integers.

    Parameters
    ----------
    rows : list of (d,) lists of int
    sides : list of int
    n_fixed, dim : int

    Examples
    --------
    The half-plane z_1 + z_2 <= -3: the point (-3/2, -3/2).

    >>> found = LeastDistance([[1, 1]], [-3], 0, 2).solve([])
    >>> [int(v) for v in found.z], int(found.denominator), found.weights
    ([-3, -3], 2, {0: Fraction(3, 2)})
    """

    def __init__(self, rows: list[list[int]], sides: list[int], n_fixed: int, dim: int) -> None:
        self.rows, self.sides, self.n_fixed, self.dim = rows, sides, n_fixed, dim
        self.matrix = fmpz_mat(len(rows), dim, [v for row in rows for v in row])

    def solve(self, guess: list[int]) -> Solved | Contradiction:
        """Let violated rows enter until there are none, beginning with a guess (numbers of rows that are not fixed) where that is possible."""
        fixed = self._independent()
        active = self._start(fixed, guess)
        while True:
            found = self._project(active)
            residuals = self._residuals(found)
            missed = next((p for p in range(self.n_fixed) if residuals[p]), None)
            if missed is not None:  # it depends on fixed rows that are active
                return self._contradiction(active, missed, 1 if residuals[missed] > 0 else -1)
            violated = [i for i in range(self.n_fixed, len(self.rows)) if residuals[i] > 0]
            if not violated:
                weights = {i: Fraction(int(w), int(found.denominator)) for i, w in zip(active, found.weight, strict=True) if w}
                return Solved(found.z, found.denominator, weights)
            # Any violated row will do; the one farthest away needs the fewest steps.
            entered = self._enter(active, max(violated, key=lambda i: self._depth(i, int(residuals[i]))))
            if isinstance(entered, Contradiction):
                return entered
            active = entered

    def _independent(self) -> list[int]:
        """A maximal set of independent fixed rows."""
        if not self.n_fixed:
            return []
        reduced, _, rank = self._taken(range(self.n_fixed)).transpose().rref()
        return [next(j for j in range(self.n_fixed) if reduced[i, j]) for i in range(rank)]

    def _start(self, fixed: list[int], guess: list[int]) -> list[int]:
        """The fixed rows and those of the guess that leave an optimal point of their face: independent, with weights that are not negative."""
        active = fixed + guess
        while len(active) > len(fixed):
            try:
                weight = self._project(active).weight
            except ZeroDivisionError:
                return fixed
            kept = [i for i, w in zip(active, weight, strict=True) if i < self.n_fixed or w >= 0]
            if len(kept) == len(active):
                break
            active = kept
        return active

    def _taken(self, numbers: Sequence[int]) -> fmpz_mat:
        return fmpz_mat(len(numbers), self.dim, [v for i in numbers for v in self.rows[i]])

    def _project(self, active: list[int]) -> _Projection:
        if not active:
            return _Projection([fmpz(0)] * self.dim, fmpz(1), [])
        taken = self._taken(active)
        across = taken.transpose()
        weight, denominator = (taken * across).solve(fmpz_mat(len(active), 1, [-self.sides[i] for i in active])).numer_denom()
        return _Projection((across * weight * -1).entries(), denominator, weight.entries())

    def _residuals(self, found: _Projection) -> list[fmpz]:
        """row.z - side, times the denominator (which is positive)."""
        reached = self.matrix * fmpz_mat(self.dim, 1, found.z)
        return [v - found.denominator * side for v, side in zip(reached.entries(), self.sides, strict=True)]

    def _depth(self, i: int, residual: int) -> float:
        """Squared distance to the half-space, up to a common factor and rounding."""
        square = sum(v * v for v in self.rows[i])
        return round_ratio(residual * residual, square) if square else math.inf

    def _enter(self, active: list[int], p: int) -> list[int] | Contradiction:
        """Raise the weight of row p from 0 until the row holds; rows whose weights fall to 0 meanwhile leave the active set."""
        active, row = list(active), fmpz_mat(self.dim, 1, self.rows[p])
        while True:
            weight, change, rho, square = self._line(active, row, self.sides[p])
            falling = [(u / r, k) for k, (i, u, r) in enumerate(zip(active, weight, change, strict=True)) if i >= self.n_fixed and r > 0]
            if square and all(rho <= t * square for t, _ in falling):
                return [*active, p]
            if not falling:
                return self._contradiction(active, p, 1)
            del active[min(falling)[1]]

    def _line(self, active: list[int], row: fmpz_mat, side: int) -> tuple[list[fmpq], list[fmpq], fmpq, fmpq]:
        """u, r, rho and |q|^2 of the head of this file."""
        own = (row.transpose() * row)[0, 0]
        if not active:
            return [], [], fmpq(-side), fmpq(own)
        taken = self._taken(active)
        products = taken * row
        right = [v for i, product in zip(active, products.entries(), strict=True) for v in (-self.sides[i], product)]
        both = (taken * taken.transpose()).solve(fmpz_mat(len(active), 2, right)).entries()
        weight, change = both[::2], both[1::2]
        rho, square = fmpq(-side), fmpq(own)
        for u, r, product in zip(weight, change, products.entries(), strict=True):
            rho -= product * u
            square -= product * r
        return weight, change, rho, square

    def _contradiction(self, active: list[int], p: int, sign: int) -> Contradiction:
        """Row p is a combination of the active rows that says the contrary."""
        _, change, _, square = self._line(active, fmpz_mat(self.dim, 1, self.rows[p]), self.sides[p])
        assert not square, "a row that contradicts the active ones depends on them"
        weights = {i: Fraction(-sign * int(r.p), int(r.q)) for i, r in zip(active, change, strict=True) if r}
        return Contradiction({**weights, p: Fraction(sign)})
