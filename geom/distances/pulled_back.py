"""Differences of a unit's pieces as exact affine forms of the network's input, in the cell of a code, by one pass backwards.

One unit's form costs as much as one output of the layers before it, not as all of them: a row vector times a matrix for each layer.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from geom.exact import Dyadic, Fractions
from geom.networks.network import Network

__all__ = ["Form", "PulledBack"]

MOST_FORMS = 20_000  # kept at once


class Form(NamedTuple):
    """The affine form slopes . x + constant.

    Attributes
    ----------
    slopes : Dyadic, (1, d)
    constant : Dyadic, (1, 1)
    """

    slopes: Dyadic
    constant: Dyadic

    @property
    def is_constant(self) -> bool:
        return not any(self.slopes.entries.entries())

    @property
    def vanishes(self) -> bool:
        """Whether it is 0 everywhere."""
        return self.is_constant and not any(self.constant.entries.entries())

    def gradient(self) -> Fractions:
        """(d,) exact slopes."""
        slopes: Fractions = self.slopes.fractions()[0]
        return slopes

    def at(self, x: Fractions) -> Fraction:
        """Value at an exact point (d,)."""
        return Fraction(sum(a * v for a, v in zip(self.gradient(), x, strict=True)) + self.constant.fractions()[0, 0])

    def value(self, x: Dyadic) -> Fraction:
        """Value at a dyadic point (d, 1)."""
        total = self.slopes @ x + self.constant
        return Fraction(total.fractions()[0, 0])

    def squared_distance(self, x: Dyadic) -> Fraction | None:
        """From a dyadic point (d, 1) to the zero set; None where there is none, or it is everything."""
        if self.is_constant:
            return None
        square = sum(v * v for v in self.slopes.entries.entries())
        return self.value(x) ** 2 / (Fraction(int(square)) * Fraction(2) ** (2 * self.slopes.exponent))

    def nearest_zero(self, x: Dyadic) -> tuple[list[int], int]:
        """The point of the zero set nearest to a dyadic point (d, 1): numerators (d,) over one positive denominator, not in lowest terms."""
        value, slopes = self.slopes @ x + self.constant, self.slopes.entries.entries()
        square, height = sum(v * v for v in slopes), value.entries[0, 0]
        # x - value / ||a||^2 a, with a = slopes * 2**e: the e of ||a||^2 and of a leave one e below the value.
        exponent = value.exponent - self.slopes.exponent
        low = min(x.exponent, exponent)
        kept, moved = square << (x.exponent - low), height << (exponent - low)
        up, down = max(low, 0), max(-low, 0)
        numerators = [int((v * kept - a * moved) << up) for v, a in zip(x.entries.entries(), slopes, strict=True)]
        return numerators, int(square << down)


class PulledBack:
    """Forms of a network's units; those found are kept.

    Examples
    --------
    >>> import numpy as np
    >>> net = Network.mlp([[[2.0]], [[3.0]], [[1.0]]], [[1.0], [-1.0], [0.0]])
    >>> form = PulledBack(net).difference(np.array([1, 1], dtype=np.uint8), layer=1, unit=0, piece=0)
    >>> form.gradient(), form.constant.fractions()[0]
    (array([Fraction(6, 1)], dtype=object), array([Fraction(2, 1)], dtype=object))
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._slopes = [Dyadic.of(layer.slope) for layer in network.hidden]
        self._found: dict[tuple[int, int, int, bytes], Form] = {}

    def difference(self, code: NDArray[Any], layer: int, unit: int, piece: int) -> Form:
        """The chosen piece of a unit (numbered in its layer) minus another of its pieces, in the cell of a code (n_units,)."""
        first = self.network.first
        key = layer, unit, piece, code[: first[layer]].tobytes() + bytes([int(code[first[layer] + unit])])
        form = self._found.get(key)
        if form is None:
            if len(self._found) >= MOST_FORMS:
                self._found.clear()
            form = self._found[key] = self._pull_back(code, layer, unit, piece)
        return form

    def _pull_back(self, code: NDArray[Any], layer: int, unit: int, piece: int) -> Form:
        own, first = self.network.hidden[layer], self.network.first
        pair = [int(code[first[layer] + unit]), piece]
        rows = [int(v) for v in own.row[unit, pair]]
        signed = Dyadic.of([[own.slope[unit, pair[0]], -own.slope[unit, pair[1]]]])
        vector, constant = signed @ _few_rows(own.weight, rows), signed @ _few_rows(own.bias, rows)
        for at in reversed(range(layer)):
            lower, factors = self.network.hidden[at], self._slopes[at]
            by_row = self._by_row(vector, at, code[first[at] : first[at + 1]].tolist())
            by_row = Dyadic(by_row.entries, vector.exponent + factors.exponent)
            vector, constant = by_row @ lower.weight, by_row @ lower.bias + constant
        return Form(vector, constant)

    def _by_row(self, vector: Dyadic, at: int, chosen: list[int]) -> Dyadic:
        """Coefficients on a layer's outputs as coefficients on its rows; the exponent is left out."""
        lower, factors = self.network.hidden[at], self._slopes[at].entries
        found = [fmpz(0)] * lower.weight.shape[0]
        for k, coefficient in enumerate(vector.entries.entries()):
            if coefficient:
                found[lower.row[k, chosen[k]]] += factors[k, chosen[k]] * coefficient
        return Dyadic(fmpz_mat(1, len(found), found), 0)


def _few_rows(matrix: Dyadic, rows: list[int]) -> Dyadic:
    """As `Dyadic.take_rows`, without a table of the whole matrix."""
    columns = matrix.shape[1]
    return Dyadic(fmpz_mat(len(rows), columns, [matrix.entries[i, j] for i in rows for j in range(columns)]), matrix.exponent)
