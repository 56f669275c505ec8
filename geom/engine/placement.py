"""The walk's coordinates: y with x = centre + scale * y, chosen so that the domain fills the cube [-1, 1]^d.

Centre and scale are dyadic (scale a power of two), so the network stays a network of dyadic numbers, and a small box far from the origin loses
no bits. Inside the cube every error bound is a plain number (`kernels.numbers.ball`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from geom.exact import Dyadic, FloatArray, Row, integer_row, round_fraction, round_ratio

__all__ = ["Placement"]


@dataclass(frozen=True)
class Placement:
    """Centre (d doubles, exact) and the exponents of the scales (d integers)."""

    centre: tuple[Fraction, ...]
    exponent: tuple[int, ...]

    @classmethod
    def around(cls, vertices: Sequence[tuple[Fraction, ...]]) -> Placement:
        """The placement that takes the bounding box of these points into the cube."""
        centre, exponent = [], []
        for coordinates in zip(*vertices, strict=True):
            low, high = min(coordinates), max(coordinates)
            middle = (low + high) / 2
            nearest = round_fraction(middle)
            c = Fraction(nearest) if math.isfinite(nearest) else Fraction(0)
            reach = max(high - c, c - low)
            e = reach.numerator.bit_length() - reach.denominator.bit_length()  # 2**(e - 1) < reach < 2**(e + 1)
            centre.append(c)
            exponent.append(e + int(Fraction(2) ** e < reach))
        return cls(tuple(centre), tuple(exponent))

    @classmethod
    def for_rows(cls, weight: Dyadic, bias: Dyadic) -> Placement:
        """A placement about the origin in which these rows have coefficients of like size."""
        columns = weight.shape[1]
        table = weight.entries.entries()
        sizes = [max((abs(int(v)).bit_length() for v in table[j::columns]), default=0) + weight.exponent for j in range(columns)]
        offset = max((abs(int(v)).bit_length() for v in bias.entries.entries()), default=0)
        return cls((Fraction(0),) * columns, tuple((offset + bias.exponent if offset else size) - size for size in sizes))

    @property
    def scale(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(2) ** e for e in self.exponent)

    def floats(self) -> FloatArray:
        """(2, d) centre and scale, each as the nearest double (infinite where it has none: then no witness is proven in floats)."""
        scale = [round_ratio(1 << max(e, 0), 1 << max(-e, 0)) for e in self.exponent]
        return np.array([[round_fraction(v) for v in self.centre], scale])

    def enter(self, x: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """Walk coordinates of a point."""
        return tuple((v - c) / s for v, c, s in zip(x, self.centre, self.scale, strict=True))

    def wall(self, a: Sequence[Fraction], b: Fraction) -> Row:
        """The half-space a.x <= b as an integer row that is >= 0 at (y, 1)."""
        slopes = [-alpha * s for alpha, s in zip(a, self.scale, strict=True)]
        constant = b - sum(alpha * c for alpha, c in zip(a, self.centre, strict=True))
        return integer_row([*slopes, constant])

    def first_layer(self, weight: Dyadic, bias: Dyadic) -> tuple[Dyadic, Dyadic]:
        """Weight and bias of the same affine map, taken at walk coordinates."""
        shift = weight @ Dyadic.column(self.centre) + bias if any(self.centre) else bias
        return weight.scaled_columns(self.exponent), shift
