"""All rows of one cell, in integers: every wall of the domain and every unit's pre-activation, pulled back to the input by the cell's code.

A unit with pieces E_0 and E_1 has code 1 where E_1 - E_0 > 0, so that difference is its row (for ReLU the pre-activation itself, for others a
positive multiple of it). Only signs of rows matter; each is given up to a positive factor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from geom.errors import NetworkError
from geom.exact import Dyadic, Fractions, Row, integer_row
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Domain

__all__ = ["Composer", "LayerPieces", "half_spaces", "values"]

Code = NDArray[np.uint8]


class LayerPieces(NamedTuple):
    """One layer as integers: piece r of unit k is slope[k][r] times linear row source[k][r], in units of 2**exponent.

    Attributes
    ----------
    weight : Dyadic, (J, n)
    bias : Dyadic, (J, d + 1)
        Zero but for the last column.
    source : list of K lists of one or two int
    slope : list of K lists of one or two fmpz
    exponent : int
        Of the slopes.
    """

    weight: Dyadic
    bias: Dyadic
    source: list[list[int]]
    slope: list[list[Any]]
    exponent: int

    @classmethod
    def of(cls, layer: Layer, d: int) -> LayerPieces:
        """The tables of a layer of a network with d inputs."""
        if layer.n_pieces > 2:
            raise NetworkError(f"a layer has units of up to {layer.n_pieces} pieces; only two are supported yet")
        slopes = Dyadic.of(layer.slope)
        table = slopes.entries.table()
        source = [[int(r) for r in rows if r >= 0] for rows in layer.row]
        bias = Dyadic.zeros(layer.weight.shape[0], d).beside(layer.bias)
        return cls(layer.weight, bias, source, [list(s[: len(r)]) for s, r in zip(table, source, strict=True)], slopes.exponent)

    def differences(self, h: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """E_1 - E_0 of every unit, from the values (J, c) of the linear rows; zero for a unit of one piece."""
        return [_difference(h, rows, slopes) for rows, slopes in zip(self.source, self.slope, strict=True)]

    def chosen(self, h: Sequence[Sequence[Any]], code: Sequence[int]) -> list[tuple[Any, ...]]:
        """E_code of every unit, from the values (J, c) of the linear rows."""
        return [tuple(self.slope[k][r] * v for v in h[self.source[k][r]]) for k, r in enumerate(code)]


class Composer:
    """Composes the rows of any cell of a network over a domain.

    Parameters
    ----------
    network : Network
        Its units have at most two pieces.
    domain : Domain

    Attributes
    ----------
    walls : list of Row
        Positive inside; in an unbounded domain the last one is the wall at infinity, a positive constant.
    layers : list of LayerPieces
    first : list of int
        Where each layer's units begin in a code.

    Examples
    --------
    >>> from geom import Box
    >>> composer = Composer(Network.mlp([[[2.0]], [[1.0]], [[1.0]]], [[-1.0], [-3.0], [0.0]]), Box([0], [5]))
    >>> composer.rows([1, 0])  # x >= 0, 5 - x >= 0, 2 x - 1 >= 0, and not 2 x - 4 >= 0
    [(1, 0), (-1, 5), (2, -1), (-2, 4)]
    """

    def __init__(self, network: Network, domain: Domain) -> None:
        self.dim = domain.dim
        self.walls: list[Row] = [integer_row([*(-v for v in a), b]) for a, b in zip(*domain.hrep(exact=True), strict=True)]
        if not domain.is_bounded:
            self.walls.append((*[0] * self.dim, 1))
        self.layers = [LayerPieces.of(layer, self.dim) for layer in network.hidden]
        self.first = network.first.tolist()

    def rows(self, code: Code | Sequence[int]) -> list[tuple[Any, ...]]:
        """Rows (a, b) of all walls, then of all units, each turned so that a.x + b >= 0 in the cell of this code (n_units,).

        A row of zeros belongs to a unit that vanishes identically, or whose pieces are equal.
        """
        bits = [int(c) for c in code]
        rows: list[tuple[Any, ...]] = list(self.walls)
        outputs = Dyadic.identity(self.dim).beside(Dyadic.zeros(self.dim, 1))
        for layer, start in zip(self.layers, self.first, strict=False):
            linear = layer.weight @ outputs + layer.bias
            own, table = bits[start : start + len(layer.source)], linear.entries.table()
            for difference, bit in zip(layer.differences(table), own, strict=True):
                rows.append(difference if bit else tuple(-v for v in difference))
            entries = [v for row in layer.chosen(table, own) for v in row]
            outputs = Dyadic(fmpz_mat(len(own), self.dim + 1, entries), linear.exponent + layer.exponent)
        return rows


def values(rows: Sequence[Sequence[Any]], points: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Integers row . point, one list for each of the homogeneous points.

    Examples
    --------
    >>> values([(1, 0), (-1, 5)], [(3, 1)])
    [[3, 2]]
    """
    if not rows or not points:
        return [[] for _ in points]
    width = len(rows[0])
    left = fmpz_mat(len(points), width, [fmpz(v) for point in points for v in point])
    right = fmpz_mat(len(rows), width, [fmpz(v) for row in rows for v in row])
    table: list[list[Any]] = (left * right.transpose()).table()
    return table


def half_spaces(rows: Sequence[Sequence[Any]], d: int) -> tuple[Fractions, Fractions, list[int]]:
    """Integer rows (a, b), meaning a.x + b >= 0, as A x <= b in fractions without common factors, and by what each was divided.

    Examples
    --------
    >>> a, b, factors = half_spaces([(2, -4)], 1)
    >>> a.tolist(), b.tolist(), factors
    ([[Fraction(-1, 1)]], [Fraction(-2, 1)], [2])
    """
    a, b = np.empty((len(rows), d), dtype=object), np.empty(len(rows), dtype=object)
    factors = []
    for i, row in enumerate(rows):
        integers = [int(v) for v in row]
        factors.append(math.gcd(*integers) or 1)
        a[i], b[i] = [Fraction(-v // factors[i]) for v in integers[:-1]], Fraction(integers[-1] // factors[i])
    return a, b, factors


def _difference(h: Sequence[Sequence[Any]], rows: Sequence[int], slopes: Sequence[Any]) -> tuple[Any, ...]:
    if len(rows) == 1:
        return tuple(0 * v for v in h[rows[0]])
    return tuple(slopes[1] * v - slopes[0] * u for u, v in zip(h[rows[0]], h[rows[1]], strict=True))
