"""Values and gradients of all units at many points in doubles, each with a proven bound on its error, along codes that are known.

With the code of a point proven, every layer is an affine map there. Values go forwards, as in `forward`. Gradients are wanted of few units only:
for all of them their length is bounded from above, forwards, and for the chosen ones `FloatLayers.gradients` goes backwards. Gradients are bounded
as vectors: a wrong input of length e comes out of a layer no longer than the layer's spectral norm times e.

Beside the numbers go two facts read off the pattern of nonzero weights, never off a product: which values can be nonzero at all near the point, and
which can vary there. What cannot vary cuts nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.numbers.ball import INFLATE, LOST, TINY, gamma
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["FloatLayer", "FloatLayers", "Rows", "lengths"]

Codes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Indices = NDArray[np.int64]

BLOCK_VALUES = 1 << 21  # numbers in the largest array of a block of points
FEW_INPUTS = 48  # with no more, gradients of all units are cheap enough to be carried along
FLOOR = 2.0**-500  # added to the magnitude of a weight, so that its square is no number below the normal doubles
SUMMANDS = 64  # sums of so many products are added up, so that a number goes through fewer roundings
LARGEST_SQUARED = 4096  # rows of a matrix that is multiplied by itself to bound its norm: four times, with more than a fourth of them twice


class Rows(NamedTuple):
    """Linear rows of a layer, or outputs of its units, at points.

    Attributes
    ----------
    value, error : (n, J)
        The exact value lies within the error.
    steepness : (n, J)
        Not below the length of the gradient.
    may_live, may_vary : (n, J)
        Whether the value can be nonzero, and whether it can vary, near the point.
    """

    value: FloatArray
    error: FloatArray
    steepness: FloatArray
    may_live: Flags
    may_vary: Flags

    def multiples(self, index: Indices, slope: FloatArray) -> Rows:
        """Rows (n, K) times slopes (n, K), which are exact."""
        size, value = np.abs(slope), np.take_along_axis(self.value, index, axis=1) * slope
        error = (np.take_along_axis(self.error, index, axis=1) * size + np.abs(value) * gamma(2.0)) * INFLATE + TINY
        steepness = np.take_along_axis(self.steepness, index, axis=1) * size * INFLATE + TINY
        may_live, may_vary = (np.take_along_axis(part, index, axis=1) & (slope != 0) for part in (self.may_live, self.may_vary))
        return Rows(value, error, steepness, may_live, may_vary)


class FloatLayer(NamedTuple):
    """A hidden layer in doubles.

    Attributes
    ----------
    weight, magnitude, pattern : (J, D)
        The rounded weights, their magnitudes rounded up, and 1 where a weight is not 0.
    bias, bias_pattern : (J,)
    row, slope : (K, R)
        As of the `Layer`.
    has_own_rows : bool
        Whether the units have two pieces on rows of their own.
    length : (J,)
        Lengths of the rows of magnitudes, rounded up.
    norm, frobenius : float
        Not below the spectral norm of the exact weights, and the Frobenius norm of the magnitudes.
    spread : float
        Not below the spectral norm of the map from rows to outputs, whatever the code.
    """

    weight: FloatArray
    magnitude: FloatArray
    pattern: NDArray[np.float32]
    bias: FloatArray
    bias_pattern: Flags
    row: Indices
    slope: FloatArray
    has_own_rows: bool
    length: FloatArray
    norm: float
    frobenius: float
    spread: float

    @classmethod
    def of(cls, layer: Layer) -> FloatLayer:
        weight, bias = layer.weight.floats(), layer.bias.floats()[:, 0]
        magnitude = np.abs(weight) + FLOOR
        frobenius = float(lengths(magnitude.reshape(1, -1))[0] * (1 + gamma(magnitude.size + 4.0)))
        rounding = gamma(2.0) * frobenius  # of the weights themselves
        sharing = 1 if layer.has_own_rows else _most_shared(layer.row)
        return cls(
            weight,
            magnitude,
            (layer.weight.scientific()[0] != 0).astype(np.float32),
            bias,
            layer.bias.scientific()[0][:, 0] != 0,
            layer.row,
            layer.slope,
            layer.has_own_rows,
            lengths(magnitude) * (1 + gamma(magnitude.shape[1] + 8.0)),
            min(spectral_norm(weight) + rounding, frobenius) * INFLATE,
            frobenius,
            float(np.abs(layer.slope).max(initial=0.0)) * math.sqrt(sharing) * INFLATE,
        )

    def chosen(self, code: NDArray[np.generic]) -> tuple[Indices, FloatArray]:
        """Linear row and slope, each (n, K), of the pieces that codes (n, K) choose."""
        units = np.arange(len(self.row))
        return self.row[units, code], self.slope[units, code]


class FloatLayers:
    """The hidden layers of a network, as many as are asked for.

    Parameters
    ----------
    network : Network
    depth : int
        How many.
    carry : bool
        Whether gradients of all units may be carried along, for close bounds on their lengths.
    """

    def __init__(self, network: Network, depth: int, carry: bool = True) -> None:
        self.network, self.depth = network, depth
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # a bound beyond the doubles is infinite or nan, and rules nothing out
            self.layers = [FloatLayer.of(layer) for layer in network.hidden[:depth]]
        self.carries_gradients = carry and network.input_dim <= FEW_INPUTS

    @property
    def block_size(self) -> int:
        """Points that are looked at together."""
        d = self.network.input_dim
        wide = max((layer.weight.shape[0] * (1 + d * self.carries_gradients) + layer.row.size for layer in self.layers), default=1)
        return max(1, BLOCK_VALUES // max(d, wide))

    def code_of(self, codes: Codes, depth: int) -> Codes:
        """The part (n, K) of codes that belongs to one layer."""
        first = self.network.first
        return codes[:, first[depth] : first[depth + 1]]

    def rows(self, points: FloatArray, codes: Codes) -> Iterator[Rows]:
        """The rows of every layer in turn, at points (n, d) with these codes."""
        n, d = points.shape
        z = Rows(points, np.zeros((n, d)), np.ones((n, d)), np.ones((n, d), dtype=np.bool_), np.ones((n, d), dtype=np.bool_))
        carried = Carried.identity(n, d) if self.carries_gradients else None
        slope, norm, spread = np.ones((1, d)), 1.0, 1.0  # of the layer before: slopes of its outputs, norm of its rows' gradients
        doubt = np.zeros(n)  # bound on the length of the vector of all that is wrong with z
        for depth, layer in enumerate(self.layers):
            rows, doubt = _rows(layer, z, doubt)
            if carried is not None:
                carried = carried.through(layer)
                steepness = np.minimum(rows.steepness, carried.steepness())
            else:
                steepness = np.minimum(rows.steepness, _spectral_steepness(layer, slope, norm))
            rows = rows._replace(steepness=np.where(rows.may_vary, steepness, 0.0))
            yield rows
            code = self.code_of(codes, depth)
            index, pieces = layer.chosen(code)
            z = rows.multiples(index, pieces)
            doubt = (layer.spread * doubt + gamma(4.0) * lengths(z.value)) * INFLATE + len(layer.row) * TINY
            if carried is not None:
                carried = carried.taken(index, pieces)
            norm, spread = norm * spread * layer.norm * INFLATE, layer.spread
            slope = pieces
            if not layer.has_own_rows:  # a row may come out several times: that is in the spread, not in the slopes
                slope, norm, spread = np.ones((1, len(layer.row))), norm * spread * INFLATE, 1.0

    def gradients(self, depth: int, vectors: FloatArray, error: FloatArray, codes: Codes) -> tuple[FloatArray, FloatArray]:
        """Gradients (c, d) of combinations of a layer's inputs, along codes (c, units) of the layers before.

        Parameters
        ----------
        depth : int
        vectors : (c, D)
            Coefficients on the outputs of the layer before.
        error : (c,)
            Bound on the length of what is wrong with each.
        codes : (c, units)

        Returns
        -------
        gradients : (c, d)
        error : (c,)
            Bound on the length of what is wrong with each.
        """
        for at in reversed(range(depth)):
            layer = self.layers[at]
            index, slope = layer.chosen(self.code_of(codes, at))
            n_rows, inputs = layer.weight.shape
            length = lengths(vectors)
            error = layer.spread * (error + gamma(len(layer.row) + 8.0) * length) * INFLATE + TINY
            vectors = vectors * slope if layer.has_own_rows else _scattered(vectors * slope, index, n_rows)
            length = lengths(vectors)
            error = (layer.norm * error + gamma(n_rows + 8.0) * length * layer.frobenius) * INFLATE + math.sqrt(inputs) * TINY
            vectors = vectors @ layer.weight
        return vectors, error


class Carried(NamedTuple):
    """Gradients (n, J, d), and a bound (n, J) on the length of what is wrong with each."""

    gradient: FloatArray
    error: FloatArray

    @classmethod
    def identity(cls, n: int, d: int) -> Carried:
        return cls(np.broadcast_to(np.eye(d), (n, d, d)), np.zeros((n, d)))

    def through(self, layer: FloatLayer) -> Carried:
        """Those of the layer's rows."""
        inputs = layer.weight.shape[1]
        doubt = self.error + gamma(inputs + 8.0) * lengths(self.gradient)
        gradient = layer.weight @ self.gradient
        return Carried(gradient, (doubt @ layer.magnitude.T) * INFLATE + math.sqrt(self.gradient.shape[2]) * TINY)

    def taken(self, index: Indices, slope: FloatArray) -> Carried:
        """Those of units that take these rows (n, K) with these slopes."""
        gradient = np.take_along_axis(self.gradient, index[..., None], axis=1) * slope[..., None]
        error = np.take_along_axis(self.error, index, axis=1) * np.abs(slope)
        return Carried(gradient, (error + gamma(8.0) * lengths(gradient)) * INFLATE + TINY)

    def steepness(self) -> FloatArray:
        return (lengths(self.gradient) * (1 + gamma(self.gradient.shape[2] + 8.0)) + self.error) * INFLATE + TINY


def lengths(vectors: FloatArray) -> FloatArray:
    """Lengths (...) of vectors (..., d), to d + 4 roundings: no square leaves the range of doubles.

    Examples
    --------
    >>> (lengths(np.array([[3.0, 4.0], [0.0, 0.0]]) * 2.0**1000) / 2.0**1000).tolist()
    [5.0, 0.0]
    """
    largest = np.abs(vectors).max(axis=-1, initial=0.0)
    safe = np.where(largest > 0, largest, 1.0)
    scaled = vectors / safe[..., None]
    return np.asarray(largest * np.sqrt(np.einsum("...i,...i->...", scaled, scaled)))


def spectral_norm(matrix: FloatArray) -> float:
    """A bound on the largest singular value, as a rule within a quarter of it; infinite where it leaves the doubles.

    With B = M M^T, ||M||^2 = ||B|| and ||B||^2 = ||B B||; in the end a norm is at most the Frobenius norm. The rounding of each product is added.

    Examples
    --------
    >>> 2.0 <= spectral_norm(np.diag([2.0, 1.0, 1.0])) < 2.1
    True
    """
    scale = float(np.abs(matrix).max(initial=0.0))
    if scale == 0 or not math.isfinite(scale):
        return scale
    scaled = matrix / scale if matrix.shape[0] <= matrix.shape[1] else matrix.T / scale
    if len(scaled) > LARGEST_SQUARED:
        return float(np.sqrt(np.abs(scaled).sum(axis=0).max() * np.abs(scaled).sum(axis=1).max()) * scale * INFLATE)
    return _norm(scaled, 4 if 4 * len(scaled) <= LARGEST_SQUARED else 2) * scale * INFLATE


def _norm(matrix: FloatArray, products: int) -> float:
    frobenius = float(np.linalg.norm(matrix))
    if products == 0 or frobenius == 0:
        return frobenius * INFLATE
    rounding = gamma(matrix.shape[1] + 8.0) * frobenius**2
    return math.sqrt(_norm(matrix @ matrix.T, products - 1) + rounding) * INFLATE


def _rows(layer: FloatLayer, z: Rows, doubt: FloatArray) -> tuple[Rows, FloatArray]:
    """Rows of a layer, and a bound (n,) on the length of the vector of all that is wrong with their values, from that of its inputs.

    An input's error enters a row by its weight's magnitude, or all together by the length of the row; the first is less in shallow layers, the second
    in deep ones. Sums of bounds are covered by `INFLATE`.
    """
    inputs = layer.weight.shape[1]
    rounding = gamma(min(inputs, SUMMANDS + math.ceil(inputs / SUMMANDS)) + 4.0)
    value = np.zeros((len(z.value), len(layer.bias))) + layer.bias
    for start in range(0, inputs, SUMMANDS):
        few = slice(start, start + SUMMANDS)
        value += z.value[:, few] @ layer.weight[:, few].T
    own = rounding * (np.abs(z.value) @ layer.magnitude.T + np.abs(layer.bias) + LOST) * INFLATE + TINY
    error = (own + np.minimum(z.error @ layer.magnitude.T, doubt[:, None] * layer.length)) * INFLATE
    slack = 1 + gamma(len(layer.bias) + 8.0)
    doubt = np.minimum(lengths(error), layer.norm * doubt + lengths(own)) * slack * INFLATE
    # Sums of zeros and ones: positive if one of them is, however they are rounded.
    may_vary = z.may_vary.astype(np.float32) @ layer.pattern.T > 0
    may_live = (z.may_live.astype(np.float32) @ layer.pattern.T > 0) | layer.bias_pattern
    return Rows(value, error, (z.steepness @ layer.magnitude.T) * INFLATE + TINY, may_live, may_vary), doubt


def _spectral_steepness(layer: FloatLayer, slope: FloatArray, norm: float) -> FloatArray:
    """Bound on the gradients of rows: the length of their weights, times slopes (n, D), times the norm of what comes before."""
    squares = (slope * slope + FLOOR) @ (layer.magnitude * layer.magnitude).T
    return np.asarray(np.sqrt(squares * (1 + gamma(layer.weight.shape[1] + 8.0))) * norm * INFLATE + TINY)


def _scattered(vectors: FloatArray, index: Indices, n_rows: int) -> FloatArray:
    """Entries (c, K) added up at the rows (c, K) of their units, as (c, n_rows)."""
    at = np.arange(len(vectors))[:, None] * n_rows + index
    total: FloatArray = np.bincount(at.ravel(), weights=vectors.ravel(), minlength=len(vectors) * n_rows).astype(np.float64)
    return total.reshape(len(vectors), n_rows)


def _most_shared(row: Indices) -> int:
    """How many units at most can take one row."""
    taken = np.unique(np.stack(np.broadcast_arrays(np.arange(len(row))[:, None], row), axis=-1)[row >= 0], axis=0)
    return int(np.bincount(taken[:, 1]).max(initial=1))
