"""Codes of many points by one forward pass in floating point, with a bound on every error.

A point's code is proven when in every unit the chosen piece beats each other one by more than both may be wrong; else the point is left to exact
arithmetic. The sums may be taken in any order and with fused operations, so the matrix products are the library's. Two bounds are tried: one number
for all units of a layer, which costs next to nothing, then for the points that it leaves open one number a unit, which costs as much as two more
passes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import INFLATE, LOST, TINY, gamma
from geom.layer import Layer

__all__ = ["prove_codes"]

CHUNK = 2048

Proof = tuple[NDArray[np.uint8], NDArray[np.bool_]]


def prove_codes(layers: Sequence[Layer], points: FloatArray) -> Proof:
    """Codes (n, units) of points (n, d), and which of the points are proven (n,)."""
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite bound proves nothing, which is the right answer
        scalar = [_Scalar.of(layer) for layer in layers if layer.has_own_rows]
        if len(scalar) < len(layers):
            return _in_chunks(layers, points, _by_units)
        codes, proven = _in_chunks(layers, points, lambda _, chunk: _by_norms(scalar, chunk))
        rest = np.flatnonzero(~proven)
        if rest.size:
            codes[rest], proven[rest] = _in_chunks(layers, points[rest], _by_units)
        return codes, proven


def _in_chunks(layers: Sequence[Layer], points: FloatArray, prove: Callable[[Sequence[Layer], FloatArray], Proof]) -> Proof:
    codes = np.zeros((len(points), sum(layer.n_units for layer in layers)), dtype=np.uint8)
    proven = np.ones(len(points), dtype=np.bool_)
    for start in range(0, len(points), CHUNK):
        codes[start : start + CHUNK], proven[start : start + CHUNK] = prove(layers, points[start : start + CHUNK])
    return codes, proven


# --- one bound for all units of a layer -------------------------------------------------------------------------------------------------------


class _Scalar(NamedTuple):
    """A layer of two-piece units on rows of their own, and the norms of its numbers."""

    weight: FloatArray  # (D, K), transposed
    bias: FloatArray  # (K,)
    low: FloatArray  # (K,) slope of piece 0
    high: FloatArray  # (K,) slope of piece 1
    idle: NDArray[np.int64]  # units whose two slopes are equal: always piece 0
    is_relu: bool
    largest_row: float  # of the sums of |weights| over rows
    largest_bias: float
    largest_slope: float

    @classmethod
    def of(cls, layer: Layer) -> _Scalar:
        weight, bias = layer.weight.floats()[layer.row[:, -1]], layer.bias.floats()[layer.row[:, -1], 0]
        low, high = layer.slope.T
        largest_row = (np.abs(weight) + LOST).sum(axis=1).max(initial=0.0)
        return cls(
            np.ascontiguousarray(weight.T),
            bias,
            low,
            high,
            np.flatnonzero(low == high),
            bool((low == 0).all() and (high == 1).all()),
            float(largest_row * (1 + gamma(weight.shape[1] + 1.0))),
            float(np.abs(bias).max(initial=0.0)),
            float(np.abs(layer.slope).max(initial=0.0)),
        )


def _by_norms(layers: Sequence[_Scalar], points: FloatArray) -> Proof:
    """As `prove_codes`, with the largest error and the largest value of a layer in place of each unit's own."""
    z, codes, proven = points, [np.zeros((len(points), 0), dtype=np.bool_)], np.ones(len(points), dtype=np.bool_)
    error, size = np.zeros(len(points)), np.abs(points).max(axis=1, initial=0.0)
    for layer in layers:
        h = z @ layer.weight
        h += layer.bias
        rounding = gamma(len(layer.weight) + 4.0)
        doubt = ((rounding * size + error * (1 + rounding)) * layer.largest_row + rounding * layer.largest_bias) * INFLATE + TINY
        height = np.abs(h)
        size = height.max(axis=1, initial=0.0) * layer.largest_slope
        height[:, layer.idle] = np.inf
        proven &= height.min(axis=1, initial=np.inf) > doubt
        fires = h > 0
        z = np.maximum(h, 0.0, out=h) if layer.is_relu else h * np.where(fires, layer.high, layer.low)
        error = (doubt * layer.largest_slope + gamma(2.0) * size) * INFLATE + TINY
        fires[:, layer.idle] = False
        codes.append(fires)
    return np.concatenate(codes, axis=1).view(np.uint8), proven


# --- one bound a unit -------------------------------------------------------------------------------------------------------------------------


def _by_units(layers: Sequence[Layer], points: FloatArray) -> Proof:
    """As `prove_codes`, for units of any pieces."""
    z, error, proven = points, np.zeros_like(points), np.ones(len(points), dtype=np.bool_)
    codes = [np.zeros((len(points), 0), dtype=np.uint8)]
    for layer in layers:
        chosen, sure, z, error = _layer(layer, z, error)
        codes.append(chosen)
        proven &= sure
    return np.concatenate(codes, axis=1), proven


def _layer(layer: Layer, z: FloatArray, error: FloatArray) -> tuple[NDArray[np.uint8], NDArray[np.bool_], FloatArray, FloatArray]:
    """Chosen pieces (n, K), whether all are proven (n,), outputs (n, K) and their errors."""
    weight, bias = layer.weight.floats(), layer.bias.floats()[:, 0]
    n_terms = float(weight.shape[1] + 4)
    h = z @ weight.T + bias
    weights = np.abs(weight.T) + LOST
    magnitude = np.abs(z) @ weights + np.abs(bias)
    doubt = (gamma(n_terms) * magnitude + (error @ weights) * (1 + gamma(n_terms))) * INFLATE + TINY
    values = np.where(layer.row < 0, -np.inf, h[:, layer.row] * layer.slope)
    doubts = (doubt[:, layer.row] * np.abs(layer.slope) + np.abs(values) * gamma(2.0)) * INFLATE + TINY
    chosen = np.zeros(values.shape[:2], dtype=np.uint8)
    for r in range(1, layer.n_pieces):
        best = np.take_along_axis(values, chosen[..., None].astype(np.int64), axis=2)[..., 0]
        chosen[values[..., r] > best] = r
    pick = chosen[..., None].astype(np.int64)
    best, best_doubt = np.take_along_axis(values, pick, axis=2)[..., 0], np.take_along_axis(doubts, pick, axis=2)[..., 0]
    sure = np.ones(len(z), dtype=np.bool_)
    for s in range(layer.n_pieces):
        beats = best - best_doubt > (values[..., s] + doubts[..., s])
        units = np.arange(layer.n_units)
        same_row = layer.row[units, chosen] == layer.row[:, s]
        known_sign = np.abs(h[:, np.maximum(layer.row[:, s], 0)]) > doubt[:, np.maximum(layer.row[:, s], 0)]
        equal_slope = layer.slope[units, chosen] == layer.slope[:, s]
        beats |= same_row & np.where(equal_slope, chosen <= s, known_sign)
        beats |= layer.row[:, s] < 0
        sure &= beats.all(axis=1)
    return chosen, sure, best, best_doubt
