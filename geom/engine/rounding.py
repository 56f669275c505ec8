"""The network as the kernels see it: the walk's coordinates, rounded to doubles, every unit scaled by a power of two to coefficients near 1.

Positive scaling of a unit changes no sign, and the next layer's column undoes it exactly, so weights of any magnitude give numbers that
neither overflow nor vanish. What rounding does is covered by the bounds in `kernels.numbers.ball` and `kernels.cells.compose`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from geom.engine.packing import first_words, pack_bits
from geom.engine.start import Start
from geom.engine.switches import Engine
from geom.errors import NetworkError
from geom.exact import FloatArray, Row, round_fractions, round_ratio
from geom.kernels.cells.state import Net
from geom.kernels.numbers.ball import INFLATE, TINY, U, gamma
from geom.networks.layer import Layer

__all__ = ["require_two_pieces", "round_network", "round_walls"]

DEEP = 8  # from so many hidden layers on, maps are carried with twice the bits
TINIEST = np.iinfo(np.int64).min  # stands for the exponent of 0


def require_two_pieces(layers: Sequence[Layer]) -> None:
    """The walk cuts units of two pieces that are multiples of one row; say which layer is different."""
    for i, layer in enumerate(layers):
        if not layer.has_own_rows:
            raise NetworkError(
                f"hidden layer {i} ({layer!r}) is not ReLU, leaky-ReLU or abs: subdivide cannot cut it yet; geom.distance and geom.bounds can"
            )


def round_network(start: Start, engine: Engine) -> tuple[Net, FloatArray, FloatArray]:
    """The network's tables in floating point (the integer ones empty), the first layer's rows (d + 1, units), and what rounding took from these."""
    layers, placement = start.layers, start.placement
    widths = [layer.n_units for layer in layers]
    scale_below = np.zeros(len(placement.centre), dtype=np.int64)
    blocks, biases, starts = [], [], []
    base = np.zeros((len(placement.centre) + 1, widths[0] if widths else 0))
    low = np.zeros_like(base)
    is_deep = len(layers) >= DEEP
    at = 0
    for i, layer in enumerate(layers):
        table, scale_below = _normalised(layer, scale_below)
        starts.append(at)
        if i == 0:
            base = table.T.copy()
            if is_deep:
                low = _remainder(layer, table, scale_below).T.copy()
        else:
            blocks.append(np.ascontiguousarray(table[:, :-1].T).ravel())
            at += blocks[-1].size
        biases.append(table[:, -1])
    return (
        Net(
            first=np.concatenate([[0], np.cumsum(widths)]).astype(np.int64),
            word=first_words(widths),
            weight_at=np.array(starts, dtype=np.int64),
            weight=np.concatenate([*blocks, np.zeros(1)]),
            bias=np.concatenate([*biases, np.zeros(0)]),
            slope=np.concatenate([*(layer.slope for layer in layers), np.zeros((0, 2))]),
            cuts=np.concatenate([*(pack_bits(layer.slope[:, 0] != layer.slope[:, 1]) for layer in layers), np.zeros(0, np.uint64)]),
            place=placement.floats(),
            is_deep=np.array([is_deep]),
            lost=np.array(
                [U * (1 - (layer.weight.is_double() and layer.bias.is_double())) if is_deep and i else 0.0 for i, layer in enumerate(layers)]
            ),
            distrust=np.array([0.0 if engine.filter else np.inf]),
            is_short=np.zeros(len(layers), dtype=np.bool_),
            whole_weight=np.zeros(0, dtype=np.int64),
            whole_bias=np.zeros(0, dtype=np.int64),
            whole_slope=np.zeros((0, 2), dtype=np.int64),
            infinity=np.array([-1 if start.is_bounded else len(start.walls) - 1], dtype=np.int64),
        ),
        base,
        low,
    )


def _remainder(layer: Layer, table: FloatArray, undo: NDArray[np.int64]) -> FloatArray:
    """The layer's rows less the rounded table, in the table's scale, rounded."""
    weight, bias = layer.unit_rows()
    exact = weight.beside(bias).fractions()
    scaled = [
        [v / Fraction(2) ** int(e) - Fraction(float(t)) for v, t in zip(*rows, strict=True)] for *rows, e in zip(exact, table, undo, strict=True)
    ]
    return round_fractions(np.array(scaled, dtype=object).reshape(table.shape))


def _normalised(layer: Layer, scale_below: NDArray[np.int64]) -> tuple[FloatArray, NDArray[np.int64]]:
    """Rows (units, inputs + 1) of a layer whose inputs come in multiples of 2**scale_below, each times the power of two that brings its largest entry
    to between 1/2 and 1, and the exponents that undo it.
    """
    index = layer.row[:, 0]
    (weight, e_weight), (bias, e_bias) = layer.weight.scientific(), layer.bias.scientific()
    fraction = np.concatenate([weight, bias], axis=1)[index]
    exponent = np.concatenate([e_weight + scale_below, e_bias], axis=1)[index]
    undo = np.where(fraction != 0, exponent, TINIEST).max(axis=1, initial=TINIEST)
    undo[undo == TINIEST] = 0
    shift = np.where(fraction != 0, exponent - undo[:, None], 0)
    with np.errstate(under="ignore"):
        table = np.ldexp(fraction, np.maximum(shift, -5000).astype(np.int32))
    return table, undo


def round_walls(walls: Sequence[Row]) -> FloatArray:
    """Rows (len(walls), d + 3) of the constraint table: coefficients scaled to at most 1, error, size."""
    out = np.zeros((len(walls), len(walls[0]) + 2))
    n = len(walls[0])
    for row, target in zip(walls, out, strict=True):
        largest = max(abs(v) for v in row)
        target[:n] = [round_ratio(v, largest) for v in row]
        size = float(np.abs(target[:n]).sum()) * INFLATE
        target[n], target[n + 1] = (2 * U * size + gamma(float(n + 3)) * size) * INFLATE + TINY, size
    return out
