"""Codes of many points by one forward pass in floating point, with a bound on every error.

A point's code is proven when in every unit the chosen piece beats each other one by more than both may be wrong; else the point is left to exact
arithmetic. The sums may be taken in any order and with fused operations, so the matrix products are the library's. Two bounds are tried: one number
for all units of a layer, which costs next to nothing, then for the points that it leaves open one number a unit, which costs as much as a few more
passes.

No bound tells a 0 from a small number, but zeros without any rounding are common: a pruned unit is 0 everywhere, and where a ReLU is off it puts out
0, so a sum over such units alone is 0 as well. The second pass carries along which values can be nonzero at all, read off the pattern of nonzero
weights and never off a product, which could vanish by underflow. A value that cannot is a fact: pieces tie there, and the lowest one is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.numbers.ball import INFLATE, LOST, TINY, gamma
from geom.networks.layer import Layer

__all__ = ["Proof", "are_alive", "prove_codes", "vanishing_rows"]

CHUNK = 2048

Flags = NDArray[np.bool_]
Codes = NDArray[np.uint8]
AnyLayer = TypeVar("AnyLayer")
Number = TypeVar("Number", bound=np.generic)


class Proof(NamedTuple):
    """Codes of points, and what is known of them.

    Attributes
    ----------
    codes : (n, units)
    is_proven : (n,)
        Whether the code is that of the point.
    is_interior : (n,)
        Whether it is also that of all points near it, because no unit changes its piece there; only where it is proven.
    """

    codes: Codes
    is_proven: Flags
    is_interior: Flags


def prove_codes(layers: Sequence[Layer], points: FloatArray) -> Proof:
    """Codes of points (n, d), as far as floats can prove them.

    Examples
    --------
    The second unit sees the first alone, so it is 0 where that is off, and 0.1 - 0.1 is 0 at the last point alone.

    >>> layers = [Layer.relu([[1.0]], [-0.1]), Layer.relu([[1.0]], [0.0])]
    >>> codes, is_proven, is_interior = prove_codes(layers, np.array([[2.0], [-2.0], [0.1]]))
    >>> codes.tolist(), is_proven.tolist(), is_interior.tolist()
    ([[1, 1], [0, 0], [0, 0]], [True, True, False], [True, True, False])
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # an infinite bound proves nothing, which is the right answer
        if not all(layer.has_own_rows for layer in layers):
            return _in_chunks([_Units.of(layer) for layer in layers], points, _by_units)
        proof = _in_chunks([_Scalar.of(layer) for layer in layers], points, _by_norms)
        rest = np.flatnonzero(~proof.is_proven)
        if rest.size:
            second = _in_chunks([_Units.of(layer) for layer in layers], points[rest], _by_units)
            for kept, found in zip(proof, second, strict=True):
                kept[rest] = found
        return proof


def are_alive(layers: Sequence[Layer], points: FloatArray) -> Flags:
    """For which points (n, d) floats prove that no unit is 0 there, except units that are 0 everywhere or never choose.

    Examples
    --------
    >>> layers = [Layer.relu([[1.0]], [-0.1]), Layer.relu([[1.0]], [0.0])]
    >>> are_alive(layers, np.array([[2.0], [-2.0]]))  # at -2 the second unit sees only 0
    array([ True, False])
    """
    if not all(layer.has_own_rows for layer in layers):
        return np.zeros(len(points), dtype=np.bool_)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return _in_chunks([_Scalar.of(layer) for layer in layers], points, _by_norms).is_proven


def vanishing_rows(layer: Layer) -> Flags:
    """(J,) linear rows of which every weight and the bias are exactly 0."""
    return ~(_is_nonzero(layer)[0].any(axis=1) | _is_nonzero(layer)[1])


def _is_nonzero(layer: Layer) -> tuple[Flags, Flags]:
    """Which weights (J, D) and biases (J,) are not exactly 0; a double that stands for one may be 0."""
    return layer.weight.scientific()[0] != 0, layer.bias.scientific()[0][:, 0] != 0


def _in_chunks(layers: Sequence[AnyLayer], points: FloatArray, prove: Callable[[Sequence[AnyLayer], FloatArray], Proof]) -> Proof:
    proofs = [prove(layers, points[start : start + CHUNK]) for start in range(0, max(1, len(points)), CHUNK)]
    return Proof(*(np.concatenate(parts) for parts in zip(*proofs, strict=True)))


# --- one bound for all units of a layer -------------------------------------------------------------------------------------------------------


class _Scalar(NamedTuple):
    """A layer of two-piece units on rows of their own, and the norms of its numbers."""

    weight: FloatArray  # (D, K), transposed
    bias: FloatArray  # (K,)
    low: FloatArray  # (K,) slope of piece 0
    high: FloatArray  # (K,) slope of piece 1
    idle: NDArray[np.int64]  # units whose two slopes are equal, or whose row is 0: always piece 0
    is_relu: bool
    largest_row: float  # of the sums of |weights| over rows
    largest_bias: float
    largest_slope: float

    @classmethod
    def of(cls, layer: Layer) -> _Scalar:
        own = layer.row[:, -1]
        weight, bias = layer.weight.floats()[own], layer.bias.floats()[own, 0]
        low, high = layer.slope.T
        largest_row = (np.abs(weight) + LOST).sum(axis=1).max(initial=0.0)
        return cls(
            np.ascontiguousarray(weight.T),
            bias,
            low,
            high,
            np.flatnonzero((low == high) | vanishing_rows(layer)[own]),
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
    return Proof(np.concatenate(codes, axis=1).view(np.uint8), proven, proven.copy())


# --- one bound a unit -------------------------------------------------------------------------------------------------------------------------


class _Values(NamedTuple):
    """Values of rows or units at points."""

    value: FloatArray  # (n, K), 0 where that is certain
    error: FloatArray  # (n, K), then 0 too
    may_live: Flags  # (2, n, K) whether the value may be nonzero: at the point itself, and anywhere near it

    def of(self, index: NDArray[np.int64]) -> _Values:
        """Those of other rows or units."""
        return _Values(self.value[:, index], self.error[:, index], self.may_live[:, :, index])

    def where_alive(self) -> _Values:
        """With zeros where a value is certain to be 0."""
        return _Values(np.where(self.may_live[0], self.value, 0.0), np.where(self.may_live[0], self.error, 0.0), self.may_live)


class _Units(NamedTuple):
    """A layer of units of any pieces."""

    weight: FloatArray  # (D, J), transposed
    bias: FloatArray  # (J,)
    magnitude: FloatArray  # (D, J) of the weights, rounded up
    weight_pattern: NDArray[np.float32]  # (D, J) 1 where a weight is not 0
    bias_pattern: Flags  # (J,)
    row: NDArray[np.int64]  # (K, R)
    slope: FloatArray  # (K, R)
    has_own_rows: bool

    @classmethod
    def of(cls, layer: Layer) -> _Units:
        weight, bias = layer.weight.floats().T, layer.bias.floats()[:, 0]
        weight_pattern, bias_pattern = _is_nonzero(layer)
        pattern = np.ascontiguousarray(weight_pattern.T, dtype=np.float32)
        own_rows = layer.has_own_rows
        return cls(np.ascontiguousarray(weight), bias, np.abs(weight) + LOST, pattern, bias_pattern, layer.row, layer.slope, own_rows)

    def rows(self, z: _Values) -> _Values:
        """The linear rows."""
        value = z.value @ self.weight + self.bias
        rounding = gamma(len(self.weight) + 4.0)
        size = np.abs(z.value) @ self.magnitude + np.abs(self.bias)
        error = (rounding * size + (z.error @ self.magnitude) * (1 + rounding)) * INFLATE + TINY
        # Sums of zeros and ones: positive if one of them is, however they are rounded.
        may_live = (z.may_live.astype(np.float32) @ self.weight_pattern > 0) | self.bias_pattern
        return _Values(value, error, may_live).where_alive()


def _by_units(layers: Sequence[_Units], points: FloatArray) -> Proof:
    """As `prove_codes`, for units of any pieces."""
    z = _Values(points, np.zeros_like(points), np.stack([points != 0, np.ones(points.shape, dtype=np.bool_)]))
    codes, sure = [np.zeros((len(points), 0), dtype=np.uint8)], np.ones((2, len(points)), dtype=np.bool_)
    for layer in layers:
        chosen, certain, z = (_own_rows if layer.has_own_rows else _shared_rows)(layer, layer.rows(z))
        codes.append(chosen)
        sure &= certain
    return Proof(np.concatenate(codes, axis=1), *sure)


def _own_rows(layer: _Units, rows: _Values) -> tuple[Codes, Flags, _Values]:
    """Chosen pieces (n, K) of two-piece units, whether all are certain at each point and near it (2, n), and the outputs."""
    own = layer.row[:, 0]
    if not np.array_equal(own, np.arange(rows.value.shape[1])):
        rows = rows.of(own)
    low, high = layer.slope.T
    fires = rows.value > 0
    certain = ((np.abs(rows.value) > rows.error) | (low == high) | ~rows.may_live).all(axis=2)
    outputs = _times(np.where(fires, high, low), rows)
    return (fires & (low != high)).view(np.uint8), certain, outputs


def _shared_rows(layer: _Units, rows: _Values) -> tuple[Codes, Flags, _Values]:
    """As `_own_rows`, for units of any pieces."""
    index = np.maximum(layer.row, 0)
    pieces = _times(layer.slope, rows.of(index))
    pieces = pieces._replace(value=np.where(layer.row < 0, -np.inf, pieces.value))
    chosen = np.zeros(pieces.value.shape[:2], dtype=np.int64)
    for r in range(1, layer.row.shape[1]):
        chosen[pieces.value[..., r] > _take(pieces.value, chosen)] = r
    best = _Values(_take(pieces.value, chosen), _take(pieces.error, chosen), np.stack([_take(live, chosen) for live in pieces.may_live]))
    units, certain = np.arange(len(layer.row)), np.ones((2, len(chosen)), dtype=np.bool_)
    for s in range(layer.row.shape[1]):
        beats = (best.value - best.error > pieces.value[..., s] + pieces.error[..., s]) | (layer.row[:, s] < 0)
        same_row = layer.row[units, chosen] == layer.row[:, s]
        known_sign = (np.abs(rows.value) > rows.error)[:, index[:, s]]
        equal_slope = layer.slope[units, chosen] == layer.slope[:, s]
        beats |= same_row & np.where(equal_slope, chosen <= s, known_sign)
        both_zero = ~(best.may_live | pieces.may_live[..., s])  # as floats too, so that the first of them was chosen
        certain &= (beats | both_zero).all(axis=2)
    return chosen.astype(np.uint8), certain, best


def _times(slope: FloatArray, rows: _Values) -> _Values:
    """Slopes, which are exact, times values."""
    value = rows.value * slope
    error = (rows.error * np.abs(slope) + np.abs(value) * gamma(2.0)) * INFLATE + TINY
    return _Values(value, error, rows.may_live & (slope != 0)).where_alive()


def _take(pieces: NDArray[Number], chosen: NDArray[np.int64]) -> NDArray[Number]:
    """Of the pieces (n, K, R), the chosen ones (n, K)."""
    return np.take_along_axis(pieces, chosen[..., None], axis=2)[..., 0]
