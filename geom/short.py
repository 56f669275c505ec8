"""Which layers have numbers so short that their composed rows fit 64-bit integers whatever the code, and those integers.

Layer by layer a power of two is taken out, so that weights, biases and slopes are integers; the bound on a composed row is the product of the
layers' largest row sums, in Python's integers. A layer is short if that bound, squared, stays below 2^62: a row times a vertex of a segment must fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import Dyadic
from geom.layer import Layer

__all__ = ["LARGEST_ROW", "Short", "short_network"]

Ints = NDArray[np.int64]
LARGEST_ROW = 1 << 31


class Short(NamedTuple):
    """Integer tables beside those of `kernels.state.Net`; zeros where a layer is not short.

    Attributes
    ----------
    is_short : (L,) bool
    base : (d + 1, units of the first layer)
    weight : flat blocks as in `Net.weight`
    bias : (U,)
    slope : (U, 2)
    """

    is_short: NDArray[np.bool_]
    base: Ints
    weight: Ints
    bias: Ints
    slope: Ints


def short_network(layers: Sequence[Layer], allowed: bool) -> Short:
    """Integer tables of hidden layers of two pieces (`rounding.require_two_pieces`), the first one in the walk's coordinates.

    Parameters
    ----------
    layers : sequence of Layer
    allowed : bool
        False declares no layer short. A layer after one that is not short is not short either.
    """
    n_units = sum(layer.n_units for layer in layers)
    is_short = np.zeros(len(layers), dtype=np.bool_)
    base = np.zeros((layers[0].input_dim + 1 if layers else 1, layers[0].n_units if layers else 0), dtype=np.int64)
    blocks: list[Ints] = []
    bias, slope = np.zeros(n_units, dtype=np.int64), np.zeros((n_units, 2), dtype=np.int64)
    bound, exponent, at = 1, 0, 0
    for i, layer in enumerate(layers):
        if not allowed:  # nor is any layer after it
            blocks.append(np.zeros(layer.n_units * layer.input_dim if i else 0, dtype=np.int64))
            continue
        rows = _joined(layer, exponent if i else None)
        sums = [sum(abs(v) for v in row[:-1]) for row in rows.integer_rows()]
        bound = max((s * bound + abs(row[-1]) if i else max(map(abs, row)) for s, row in zip(sums, rows.integer_rows(), strict=True)), default=0)
        factors = Dyadic.of(layer.slope)
        steepest = max((abs(v) for row in factors.integer_rows() for v in row), default=1)
        allowed = bound < LARGEST_ROW
        width = layer.n_units
        if allowed:
            is_short[i] = True
            table = np.array(rows.integer_rows(), dtype=np.int64).reshape(width, layer.input_dim + 1)
            if i == 0:
                base = table.T.copy()
            else:
                blocks.append(np.ascontiguousarray(table[:, :-1].T).ravel())
            bias[at : at + width] = table[:, -1]
            if steepest < LARGEST_ROW:  # else no deeper layer is short
                slope[at : at + width] = np.array(factors.integer_rows(), dtype=np.int64).reshape(width, 2)
        elif i:
            blocks.append(np.zeros(width * layer.input_dim, dtype=np.int64))
        bound, exponent, at = max(bound, 1) * max(steepest, 1), rows.exponent + factors.exponent, at + width
    return Short(is_short, base, np.concatenate([*blocks, np.zeros(1, dtype=np.int64)]), bias, slope)


def _joined(layer: Layer, exponent: int | None) -> Dyadic:
    """Rows (weight, bias) of the units as integers over one power of two; inputs come in multiples of 2**exponent."""
    index = layer.row[:, 0].tolist()
    weight, bias = layer.weight.take_rows(index), layer.bias.take_rows(index)
    if exponent is not None:
        weight = Dyadic(weight.entries, weight.exponent + exponent)
    return weight.beside(bias)
