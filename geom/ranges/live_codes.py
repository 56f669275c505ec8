"""A linear functional of the outputs as one exact affine form on a cell, and the part of the cell's code that it depends on.

The functional is carried backwards through the layers. Where a unit's output is multiplied by 0 on the way, by a slope or by weights, its own code
does not matter, nor does what lies only below it. With these bits put to 0, cells of equal codes have equal forms: where an output is dead, all of
them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.exact import Dyadic, FloatArray, Row, round_fractions
from geom.networks.network import Network

__all__ = ["AffineForm", "Functional"]

Codes = NDArray[np.uint8]
Mask = NDArray[np.bool_]


class AffineForm(NamedTuple):
    """The form scale * (row[:-1].x + row[-1]), scale > 0, with integers in `row`."""

    row: Row
    scale: Fraction

    @property
    def is_constant(self) -> bool:
        return not any(self.row[:-1])

    def at(self, point: Row) -> Fraction:
        """Value at a point in homogeneous integers; at a ray (last entry 0) a positive multiple of the growth along it."""
        value = sum(a * x for a, x in zip(self.row, point, strict=True))
        return self.scale * Fraction(value, point[-1] or 1)

    def floats(self) -> FloatArray:
        """(d + 1,) the coefficients, each rounded to the nearest double."""
        scaled = [self.scale * v for v in self.row]
        return round_fractions(scaled)


class Functional:
    """A functional c.y + offset of the outputs of a network whose units have two pieces on one linear row.

    Parameters
    ----------
    network : Network
    row : (output_dim + 1,) integers
        Coefficients and constant, times a common denominator.
    denominator : int

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[2.0, 0.0]]], [[0.0, 0.0], [1.0]])
    >>> functional = Functional(net, (1, 0), 2)
    >>> functional.live(np.array([[0, 1], [1, 0]], dtype=np.uint8))  # the output does not take the second unit
    array([[0, 0],
           [1, 0]], dtype=uint8)
    >>> functional.on(np.array([1, 0]))
    AffineForm(row=(2, 0, 1), scale=Fraction(1, 2))
    """

    def __init__(self, network: Network, row: Row, denominator: int) -> None:
        self.network, self.denominator = network, denominator
        weight, bias = network.head.linear_map()
        factors = Dyadic(fmpz_mat(1, len(row) - 1, list(row[:-1])), 0)
        self._slopes, self._constant = factors @ weight, factors @ bias + Dyadic(fmpz_mat(1, 1, [row[-1]]), 0)
        self._linear = [layer.unit_rows() for layer in network.hidden]
        self._is_taken = [_nonzero(weight).astype(np.float32) for weight, _ in self._linear]

    def live(self, codes: Codes) -> Codes:
        """Codes (n, units) with 0 for the units whose piece does not matter."""
        live, out = np.repeat(_nonzero(self._slopes), len(codes), axis=0), np.zeros_like(codes)
        for i in reversed(range(len(self.network.hidden))):
            if not live.any():
                break
            layer, start = self.network.hidden[i], self.network.first[i]
            own = codes[:, start : start + layer.n_units]
            out[:, start : start + layer.n_units] = own * live
            goes_on = live & np.where(own, layer.slope[:, 1] != 0, layer.slope[:, 0] != 0)
            live = goes_on.astype(np.float32) @ self._is_taken[i] > 0
        return out

    def on(self, code: Codes) -> AffineForm:
        """The functional on the cell of a code (units,)."""
        slopes, constant = self._slopes, self._constant
        for i in reversed(range(len(self.network.hidden))):
            layer, start = self.network.hidden[i], self.network.first[i]
            weight, bias = self._linear[i]
            factors = Dyadic.of(layer.slope[np.arange(layer.n_units), code[start : start + layer.n_units]][:, None])
            table = zip(slopes.entries.entries(), factors.entries.entries(), strict=True)
            carried = Dyadic(fmpz_mat(1, layer.n_units, [a * b for a, b in table]), slopes.exponent + factors.exponent)
            slopes, constant = carried @ weight, carried @ bias + constant
        joined = slopes.beside(constant)
        return AffineForm(joined.integer_rows()[0], Fraction(2) ** joined.exponent / self.denominator)


def _nonzero(weight: Dyadic) -> Mask:
    return np.array([v != 0 for v in weight.entries.entries()], dtype=np.bool_).reshape(weight.shape)
