"""Codes of many points by one forward pass in floating point, with a bound on every error.

A point's code is proven when in every unit the chosen piece beats each other one by more than both may be wrong; else the point is left to exact
arithmetic. The sums may be taken in any order and with fused operations, so the matrix products are the library's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import INFLATE, TINY, gamma
from geom.layer import Layer

__all__ = ["prove_codes"]

CHUNK = 4096


def prove_codes(layers: Sequence[Layer], points: FloatArray) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Codes (n, units) of points (n, d), and which of the points are proven (n,)."""
    codes = np.zeros((len(points), sum(layer.n_units for layer in layers)), dtype=np.uint8)
    proven = np.ones(len(points), dtype=np.bool_)
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite bound proves nothing, which is the right answer
        for start in range(0, len(points), CHUNK):
            z, at = points[start : start + CHUNK], 0
            error = np.zeros_like(z)
            for layer in layers:
                chosen, sure, z, error = _layer(layer, z, error)
                codes[start : start + CHUNK, at : at + layer.n_units] = chosen
                proven[start : start + CHUNK] &= sure
                at += layer.n_units
    return codes, proven


def _layer(layer: Layer, z: FloatArray, error: FloatArray) -> tuple[NDArray[np.uint8], NDArray[np.bool_], FloatArray, FloatArray]:
    """Chosen pieces (n, K), whether all are proven (n,), outputs (n, K) and their errors."""
    weight, bias = layer.weight.floats(), layer.bias.floats()[:, 0]
    n_terms = float(weight.shape[1] + 4)
    h = z @ weight.T + bias
    magnitude = np.abs(z) @ np.abs(weight).T + np.abs(bias)
    doubt = (gamma(n_terms) * magnitude + (error @ np.abs(weight).T) * (1 + gamma(n_terms))) * INFLATE + TINY
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
