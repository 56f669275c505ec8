"""Which layers have numbers so short that their composed rows fit 64-bit integers whatever the code, and those integers.

Layer by layer a power of two is taken out, so that weights, biases and slopes are integers; the bound on a composed row is the product of the
layers' largest row sums, in Python's integers. A layer is short if that bound stays below 2^48: its rows then fit with room to spare, and whether a
row times a generator fits is looked at each time (`kernels.cells.integers`). Doubles drawn at random are not short, and cost nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import Dyadic, Row
from geom.networks.layer import Layer

__all__ = ["LARGEST_POINT", "Short", "short_network"]

Ints = NDArray[np.int64]
LARGEST_ROW = 1 << 48
LARGEST_SLOPE = LARGEST_POINT = 1 << 31


class Short(NamedTuple):
    """Integer tables beside those of `kernels.cells.state.Net`; zeros where a layer is not short.

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
    tables: list[Ints] = []
    slope = np.zeros((n_units, 2), dtype=np.int64)
    bound, exponent, at = 1, None, 0
    for i, layer in enumerate(layers):
        table = np.zeros((layer.n_units, layer.input_dim + 1), dtype=np.int64)
        if allowed and not _is_long(layer):
            rows = _joined(layer, exponent)
            bound = _largest_entry(rows.integer_rows(), bound, is_first=i == 0)
            is_short[i] = bound < LARGEST_ROW
        allowed = bool(is_short[i])
        if allowed:
            table, slopes = _int64(rows), Dyadic.of(layer.slope)
            exponent = rows.exponent + slopes.exponent
            steepest = _largest(slopes.integer_rows())
            if steepest < LARGEST_SLOPE:  # else the next bound is too large
                slope[at : at + layer.n_units] = _int64(slopes)
            bound *= max(steepest, 1)
        tables.append(table)
        at += layer.n_units
    none = np.zeros(1, dtype=np.int64)
    return Short(
        is_short=is_short,
        base=tables[0].T.copy() if tables else np.zeros((0, 0), dtype=np.int64),
        weight=np.concatenate([*(np.ascontiguousarray(table[:, :-1].T).ravel() for table in tables[1:]), none]),
        bias=np.concatenate([*(table[:, -1] for table in tables), none]),
        slope=slope,
    )


def _is_long(layer: Layer) -> bool:
    """Whether one entry alone is beyond the bound, as in nearly every layer of doubles: joining rows never makes an entry smaller."""
    return any(abs(v) >= LARGEST_ROW for matrix in (layer.weight, layer.bias) for v in matrix.entries.entries())


def _joined(layer: Layer, exponent: int | None) -> Dyadic:
    """Rows (weight, bias) of the units as integers over one power of two; inputs come in multiples of 2**exponent."""
    weight, bias = layer.unit_rows()
    if exponent is not None:
        weight = Dyadic(weight.entries, weight.exponent + exponent)
    return weight.beside(bias)


def _largest_entry(rows: Sequence[Row], bound: int, is_first: bool) -> int:
    """Bound, at least 1, on every entry of the composed rows and every partial sum on the way, if the layer below puts out entries up to `bound`."""
    if is_first:
        return max(1, _largest(rows))
    return max([1, *(sum(map(abs, row[:-1])) * bound + abs(row[-1]) for row in rows)])


def _largest(rows: Sequence[Row]) -> int:
    return max((abs(v) for row in rows for v in row), default=0)


def _int64(matrix: Dyadic) -> Ints:
    return np.array(matrix.integer_rows(), dtype=np.int64).reshape(matrix.shape)
