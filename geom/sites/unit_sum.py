"""A weighted sum of hidden units' outputs, F = sum of w_k z_k, and the affine form <mu, x> + beta that it is on each cell of a network's partition.

On a cell every unit is one piece, slope times linear row, so the form is found by going backwards through the layers, as a gradient is
(Proposition 3 of the paper): the factors on a layer's linear rows give the factors on its inputs, and on the way each bias joins the constant.
Many cells are done at once, in doubles with a bound on every error, or exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.errors import NetworkError
from geom.exact import Dyadic, FloatArray, as_fractions
from geom.kernels.numbers.ball import INFLATE, LOST, TINY, gamma
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["FloatForms", "UnitSum", "factors_on_rows", "row_norms"]

Codes = NDArray[np.uint8]
CHUNK_PRODUCTS = 1 << 18  # multiplications in one product of matrices: so few that libraries run it in one thread, without waiting for others


class FloatForms(NamedTuple):
    """Affine forms in doubles, and by how much they may be wrong.

    Attributes
    ----------
    slope : (n, d)
    constant : (n,)
    slope_error : (n,)
        Bounds the Euclidean norm of the slopes' errors, hence each component's.
    constant_error : (n,)
    """

    slope: FloatArray
    constant: FloatArray
    slope_error: FloatArray
    constant_error: FloatArray


class UnitSum:
    """A weighted sum of the hidden units' outputs.

    Parameters
    ----------
    network : Network
    weights : sequence of (K_l,) arrays or None
        One entry for each hidden layer; None leaves a layer out. Dyadic numbers: floats, integers of any size, dyadic fractions.

    Raises
    ------
    NetworkError
        If the weights do not fit the layers, or one is not dyadic.

    Examples
    --------
    On the cell where both units fire, 3 relu(x + 1) + relu(x) is 4 x + 3.

    >>> net = Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[1.0, 0.0], [0.0]])
    >>> slope, constant = UnitSum(net, [[3, 1]]).forms(np.array([[1, 1]]))
    >>> slope.fractions(), constant.fractions()
    (array([[Fraction(4, 1)]], dtype=object), array([[Fraction(3, 1)]], dtype=object))
    """

    def __init__(self, network: Network, weights: Sequence[Any]) -> None:
        if len(weights) != len(network.hidden):
            raise NetworkError(f"weights for {len(weights)} layers; the network has {len(network.hidden)} hidden layers")
        self.network = network
        self.weights = [None if w is None else _column(w, layer, i) for i, (w, layer) in enumerate(zip(weights, network.hidden, strict=True))]

    @classmethod
    def of_layer(cls, network: Network, layer: int, weights: Any = None) -> UnitSum:
        """The sum of one hidden layer's outputs, with weights (K,) or plain."""
        own = np.ones(network.widths[layer], dtype=np.int64) if weights is None else weights
        return cls(network, [own if i == layer else None for i in range(len(network.hidden))])

    @property
    def depth(self) -> int:
        """Hidden layers that the sum depends on."""
        return max((i + 1 for i, w in enumerate(self.weights) if w is not None), default=0)

    # --- exactly -----------------------------------------------------------------------------------------------------------------------------

    def forms(self, codes: NDArray[Any]) -> tuple[Dyadic, Dyadic]:
        """Exact slopes (n, d) and constants (n, 1) of the forms on cells with these codes (n, n_units)."""
        network, n = self.network, len(codes)
        factors, constant = Dyadic.zeros(n, network.input_dim), Dyadic.zeros(n, 1)
        for i in range(self.depth - 1, -1, -1):
            layer, weight = network.hidden[i], self.weights[i]
            if i == self.depth - 1:
                factors = Dyadic.zeros(n, layer.n_units)
            if weight is not None:
                factors = factors + Dyadic(fmpz_mat(n, layer.n_units, weight.entries.entries() * n), weight.exponent)
            on_rows = factors_on_rows(layer, factors, codes[:, network.first[i] : network.first[i + 1]])
            constant = constant + on_rows @ layer.bias
            factors = on_rows @ layer.weight
        return factors, constant

    # --- in doubles --------------------------------------------------------------------------------------------------------------------------

    def float_forms(self, codes: Codes) -> FloatForms:
        """The forms in doubles, with rigorous bounds on their errors; where numbers leave the range of doubles, the bounds are infinite or NaN."""
        n, d = len(codes), self.network.input_dim
        out = FloatForms(np.zeros((n, d)), np.zeros(n), np.zeros(n), np.zeros(n))
        with np.errstate(over="ignore", invalid="ignore"):
            for part in _chunks(n, max(d, *self.network.widths, 1)):
                for whole, own in zip(out, self._float_chunk(codes[part]), strict=True):
                    whole[part] = own
        return out

    def _float_chunk(self, codes: Codes) -> FloatForms:
        """One chunk. Errors are kept as Euclidean norms, one number a cell, which a layer multiplies by no more than its weights' spectral norm."""
        network, n = self.network, len(codes)
        factors, error = np.zeros((n, network.input_dim)), np.zeros(n)
        constant, constant_error = np.zeros((2, n))
        for i in range(self.depth - 1, -1, -1):
            layer, norms, weight = network.hidden[i], self._norms[i], self.weights[i]
            if i == self.depth - 1:
                factors = np.zeros((n, layer.n_units))
            if weight is not None:
                factors = factors + weight.floats()[:, 0]
                error = error + (row_norms(factors) + _euclidean(weight.floats())) * gamma(2.0)
            factors = _float_factors_on_rows(layer, factors, codes[:, network.first[i] : network.first[i + 1]])
            size = row_norms(factors)
            error = (error * norms.spread + size * norms.relative) * INFLATE + TINY
            lost = size * norms.relative + error  # of each factor's part in a product, and of the factor itself
            constant = constant + factors @ layer.bias.floats()[:, 0]
            constant_error = (constant_error + lost * norms.bias + np.abs(constant) * gamma(2.0)) * INFLATE + TINY
            factors = factors @ layer.weight.floats()
            error = (size * norms.relative * norms.magnitudes + error * norms.weight) * INFLATE + TINY
        return FloatForms(factors, constant, error, constant_error)

    @cached_property
    def _norms(self) -> list[_Norms]:
        return [_Norms.of(layer) for layer in self.network.hidden]


class _Norms(NamedTuple):
    """What a layer can make of errors, all in Euclidean norms."""

    weight: float  # a bound on the spectral norm of the rounded weights
    magnitudes: float  # on that of their magnitudes
    bias: float
    spread: float  # from units to linear rows
    relative: float  # error of a product of rows

    @classmethod
    def of(cls, layer: Layer) -> _Norms:
        weight, bias = layer.weight.floats(), layer.bias.floats()
        sharing = np.bincount(layer.row[layer.row >= 0], minlength=1).max(initial=1) if not layer.has_own_rows else 1
        return cls(
            _spectral_bound(weight),
            _euclidean(np.abs(weight) + LOST),
            _euclidean(np.abs(bias) + LOST),
            float(np.abs(layer.slope).max(initial=0.0) * np.sqrt(float(sharing))) * INFLATE,
            float(gamma(layer.weight.shape[0] + layer.n_units + 6.0)),
        )


def _spectral_bound(matrix: FloatArray) -> float:
    """A number not below the largest singular value s of a matrix W: s**(2 k) <= ||(W^T W)**k||_F, and hardly less for a large k.

    The powers are rounded: k = 16 takes four squarings, each off by less than n**2 2**-52 of its own norm, so 2**-20 covers all for n < 2000. For
    larger matrices the Frobenius norm will do.
    """
    frobenius = _euclidean(matrix)
    if not LOST < frobenius < np.inf or min(matrix.shape) >= 2000:
        return frobenius
    scaled = matrix / frobenius
    power = scaled.T @ scaled if matrix.shape[0] >= matrix.shape[1] else scaled @ scaled.T
    exponent, logarithm = 1, 0.0  # power = (W^T W)**exponent / exp(exponent * logarithm)
    for _ in range(4):
        power, exponent = power @ power, 2 * exponent
        size = float(np.linalg.norm(power))
        power, logarithm = power / size, logarithm + float(np.log(size)) / exponent
    return min(frobenius, frobenius * float(np.exp(logarithm / 2)) * (1 + 2.0**-20) + LOST)


def _euclidean(array: FloatArray) -> float:
    """A number not below the Euclidean norm of all entries, of whatever magnitude."""
    largest = float(np.abs(array).max(initial=0.0))
    if not 0 < largest < np.inf:
        return largest
    return float(largest * (float(np.linalg.norm(array / largest)) * INFLATE) + LOST)


def row_norms(rows: FloatArray) -> FloatArray:
    """Numbers (n,) not below the Euclidean norms of rows (n, m), and above them by next to nothing unless squares underflow."""
    squares = np.einsum("ij,ij->i", rows, rows)
    norms = np.sqrt(squares) * INFLATE
    small = np.flatnonzero(squares < 2.0**-900)
    if small.size:
        norms[small] = np.abs(rows[small]).max(axis=1, initial=0.0) * np.sqrt(float(rows.shape[1])) * INFLATE
    return np.asarray(norms)


def _column(weights: Any, layer: Layer, i: int) -> Dyadic:
    try:
        values = as_fractions(weights)
    except ValueError as error:
        raise NetworkError(f"weights of layer {i}: {error}") from error
    if values.shape != (layer.n_units,):
        raise NetworkError(f"weights of layer {i}: expected ({layer.n_units},), one for each unit; got shape {values.shape}")
    if any(v.denominator & (v.denominator - 1) for v in values):
        raise NetworkError(f"weights of layer {i} are not all dyadic; take floats or integers, or multiply all by the denominators")
    return Dyadic.column(values)


def factors_on_rows(layer: Layer, factors: Dyadic, codes: NDArray[Any]) -> Dyadic:
    """From factors (n, K) on a layer's outputs those (n, J) on its linear rows, where the units take these pieces (n, K)."""
    slopes, n_rows = Dyadic.of(layer.slope), layer.weight.shape[0]
    slope_of, row_of = slopes.entries.table(), layer.row.tolist()
    table: list[list[Any]] = []
    for given, pieces in zip(factors.entries.table(), codes.tolist(), strict=True):
        sums: list[Any] = [0] * n_rows
        for k, (factor, piece) in enumerate(zip(given, pieces, strict=True)):
            sums[row_of[k][piece]] += factor * slope_of[k][piece]
        table.append(sums)
    return Dyadic(fmpz_mat(len(table), n_rows, [v for sums in table for v in sums]), factors.exponent + slopes.exponent)


def _float_factors_on_rows(layer: Layer, factors: FloatArray, codes: Codes) -> FloatArray:
    """The same in doubles. Several units may share a row."""
    slope = layer.slope[:, 0]
    for r in range(1, layer.n_pieces):  # faster than an index
        slope = np.where(codes == r, layer.slope[:, r], slope)
    factors = factors * slope
    if layer.has_own_rows and np.array_equal(layer.row[:, 0], np.arange(layer.weight.shape[0])):
        return np.asarray(factors)
    sums = np.zeros((len(codes), layer.weight.shape[0]))
    np.add.at(sums, (np.arange(len(codes))[:, None], layer.row[np.arange(layer.n_units), codes]), factors)
    return sums


def _chunks(n: int, width: int) -> Iterator[slice]:
    size = max(64, CHUNK_PRODUCTS // width**2)
    return (slice(start, start + size) for start in range(0, n, size))
