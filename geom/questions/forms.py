"""Affine forms of a network's outputs, as units of one more layer: then the walk that cuts by units knows their signs, zeros included."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from flint import fmpz_mat
from numpy.typing import ArrayLike

from geom.errors import NetworkError
from geom.exact import Dyadic, Row, as_fraction, as_fractions, integer_row
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["Forms", "form_of_outputs"]


def form_of_outputs(net: Network, c: Any, offset: Any) -> tuple[Row, int]:
    """Coefficients and constant of the form c.f + offset of a network's outputs f, as integers (output_dim + 1,) over one denominator.

    Raises
    ------
    NetworkError
        If c is not (output_dim,), or a number is not finite.

    Examples
    --------
    >>> form_of_outputs(Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]]), ["0.5"], 1)
    ((1, 2), 2)
    """
    try:
        coefficients, constant = as_fractions(c), as_fraction(offset)
    except ValueError as error:
        raise NetworkError(f"a form of outputs: {error}") from error
    n = net.output_dim
    if coefficients.shape != (n,):
        raise NetworkError(f"c needs {n} number{'s' * (n != 1)}, one for each output; got shape {coefficients.shape}")
    values = [*coefficients, constant]
    return integer_row(values), math.lcm(*(v.denominator for v in values))


class Forms(NamedTuple):
    """Affine forms w.z + b of the outputs z of a network's last hidden layer, or of its inputs if it has none.

    Attributes
    ----------
    weight : (F, n) Dyadic
    bias : (F, 1) Dyadic
    """

    weight: Dyadic
    bias: Dyadic

    @classmethod
    def of_outputs(cls, net: Network, c: ArrayLike, offset: ArrayLike) -> Forms:
        """Positive multiples of the forms c.y + offset of the network's outputs y.

        Parameters
        ----------
        net : Network
        c : (F, output_dim) of float, int, Fraction, Decimal or decimal string
        offset : (F,) of the same
            Each form is multiplied by what makes it integer, so that any rational number is taken exactly.

        Raises
        ------
        NetworkError
            If shapes do not fit or a number is not finite.
        """
        rows = _integer_rows(c, offset, net.output_dim)
        factors = Dyadic(fmpz_mat(len(rows), net.output_dim, [v for row in rows for v in row[:-1]]), 0)
        constants = Dyadic(fmpz_mat(len(rows), 1, [row[-1] for row in rows]), 0)
        weight, bias = net.head.linear_map()
        return cls(factors @ weight, factors @ bias + constants)

    @classmethod
    def of_units(cls, layer: Layer) -> Forms:
        """The forms that decide the units of a layer: its linear rows."""
        return cls(*layer.unit_rows())

    def take(self, index: list[int]) -> Forms:
        return Forms(self.weight.take_rows(index), self.bias.take_rows(index))

    def above(self, net: Network) -> Network:
        """The hidden layers of the network and the forms as units of one more."""
        return Network([*net.hidden, Layer.relu(self.weight, self.bias)])


def _integer_rows(c: ArrayLike, offset: ArrayLike, n: int) -> list[Row]:
    """Integer multiples (F rows of n + 1) of slopes and constant."""
    try:
        slopes, constants = as_fractions(c), as_fractions(offset)
    except ValueError as error:
        raise NetworkError(f"a form of outputs: {error}") from error
    if slopes.ndim != 2 or slopes.shape[1] != n or constants.shape != slopes.shape[:1]:
        raise NetworkError(f"forms of {n} outputs need coefficients (F, {n}) and constants (F,); got {slopes.shape} and {constants.shape}")
    return [integer_row([*row, constant]) for row, constant in zip(slopes, constants, strict=True)]
