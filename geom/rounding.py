"""The network as the kernels see it: the walk's coordinates, rounded to doubles, every unit scaled by a power of two to coefficients near 1.

Positive scaling of a unit changes no sign, and the next layer's column undoes it exactly, so weights of any magnitude give numbers that
neither overflow nor vanish. What rounding does is covered by the bounds in `kernels.ball` and `kernels.compose`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geom.engine import Engine
from geom.errors import NetworkError
from geom.exact import Dyadic, FloatArray, Row, round_ratio
from geom.kernels.ball import INFLATE, TINY, U, gamma
from geom.kernels.state import Net
from geom.layer import Layer
from geom.start import Start

__all__ = ["require_two_pieces", "round_network", "round_walls"]


def require_two_pieces(layers: Sequence[Layer]) -> None:
    """The walk cuts units of two pieces that are multiples of one row; say which layer is different."""
    for i, layer in enumerate(layers):
        if layer.n_pieces != 2 or (layer.row[:, 0] != layer.row[:, 1]).any() or (np.diff(layer.slope, axis=1) < 0).any():
            raise NetworkError(f"hidden layer {i} ({layer!r}) is not ReLU, leaky-ReLU or abs: subdivide cannot cut it yet")


def round_network(start: Start, engine: Engine) -> tuple[Net, FloatArray]:
    """The network's tables in floating point (the integer ones empty), and the first layer's rows (d + 1, units)."""
    layers, placement = start.layers, start.placement
    widths = [layer.n_units for layer in layers]
    scale_below: list[int] = [0] * (layers[0].input_dim if layers else len(placement.centre))
    blocks, biases, starts = [], [], []
    base = np.zeros((len(placement.centre) + 1, widths[0] if widths else 0))
    at = 0
    for i, layer in enumerate(layers):
        index = layer.row[:, 0].tolist()
        weight, bias = layer.weight.take_rows(index).scaled_columns(scale_below), layer.bias.take_rows(index)
        joined, scale_below = _normalise(weight.beside(bias))
        table = joined.floats()
        starts.append(at)
        if i == 0:
            base = table.T.copy()
        else:
            blocks.append(np.ascontiguousarray(table[:, :-1].T).ravel())
            at += blocks[-1].size
        biases.append(table[:, -1])
    return (
        Net(
            first=np.concatenate([[0], np.cumsum(widths)]).astype(np.int64),
            word=np.concatenate([[0], np.cumsum([-(-k // 64) for k in widths])]).astype(np.int64),
            weight_at=np.array(starts, dtype=np.int64),
            weight=np.concatenate([*blocks, np.zeros(1)]),
            bias=np.concatenate([*biases, np.zeros(0)]),
            slope=np.concatenate([*(layer.slope for layer in layers), np.zeros((0, 2))]),
            cuts=np.concatenate([*(_pack(layer.slope[:, 0] != layer.slope[:, 1]) for layer in layers), np.zeros(0, np.uint64)]),
            place=placement.floats(),
            distrust=np.array([0.0 if engine.filter else np.inf]),
            is_short=np.zeros(len(layers), dtype=np.bool_),
            whole_weight=np.zeros(0, dtype=np.int64),
            whole_bias=np.zeros(0, dtype=np.int64),
            whole_slope=np.zeros((0, 2), dtype=np.int64),
            infinity=np.array([-1 if start.is_bounded else len(start.walls) - 1], dtype=np.int64),
        ),
        base,
    )


def _normalise(rows: Dyadic) -> tuple[Dyadic, list[int]]:
    """Every row times the power of two that brings its largest entry into [1/2, 1), and the exponents that undo it."""
    columns = rows.shape[1]
    table = rows.entries.entries()
    sizes = [max((abs(int(v)).bit_length() for v in table[i * columns : (i + 1) * columns]), default=0) for i in range(rows.shape[0])]
    undo = [size + rows.exponent if size else 0 for size in sizes]
    return rows.shifted_rows([-e for e in undo]), undo


def _pack(flags: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    octets = np.packbits(flags, bitorder="little")
    padded = np.zeros(-(-len(flags) // 64) * 8, dtype=np.uint8)
    padded[: len(octets)] = octets
    return padded.view("<u8").astype(np.uint64)


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
