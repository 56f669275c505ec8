"""One max-affine layer: an affine map, then for every unit the maximum of a few multiples of its rows (Theorem 1 of the paper).

A unit k has pieces E_{k,r}(x) = slope[k, r] * (weight[row[k, r]] . x + bias[row[k, r]]) and puts out z_k(x) = max_r E_{k,r}(x). ReLU, leaky-ReLU
and abs take one row with two slopes; maxout takes R rows with slope 1; max-pooling lets units share rows; a linear unit has one piece. So
the paper's tensors A (K, R, D) and B (K, R) are there without being stored twice over.
"""

from __future__ import annotations

from copy import copy
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.doubles import as_array, as_doubles
from geom.errors import NetworkError, shown
from geom.exact import Dyadic, FloatArray

__all__ = ["Layer"]


class Layer:
    """A max-affine layer with exact dyadic weights.

    Parameters
    ----------
    weight : (J, D) array of floats or integers, or Dyadic
        Linear rows. Floats are taken as the dyadic rationals they are.
    bias : (J,) array of floats or integers, or (J, 1) Dyadic
    row : (K, R) array of int
        The linear row that piece r of unit k takes; -1 pads units that have fewer pieces than others (after their last piece).
    slope : (K, R) array of float
        The factor on that row. Pieces of a scalar activation stand in order of slope, so that code 1 means "fires".

    Raises
    ------
    NetworkError
        If shapes do not fit, a number is NaN or infinite, or an index is out of range.

    Notes
    -----
    Source: Balestriero et al. (2019), Definition 1 and Theorem 1.

    Examples
    --------
    >>> layer = Layer.relu([[1.0, -1.0]], [0.5])
    >>> layer.n_units, layer.input_dim, layer([[2.0, 1.0]])
    (1, 2, array([[1.5]]))
    """

    def __init__(self, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic, row: ArrayLike, slope: ArrayLike) -> None:
        self.weight = weight if isinstance(weight, Dyadic) else _dyadic("weight", weight, 2)
        self.bias = bias if isinstance(bias, Dyadic) else _dyadic("bias", bias, 1)
        try:
            rows, self.slope = as_doubles(row), np.array(as_doubles(slope))
            self.row: NDArray[np.int64] = np.array(rows, dtype=np.int64)
            is_whole = bool((self.row == rows).all())
        except (ValueError, TypeError, OverflowError) as error:
            raise NetworkError(f"row and slope must be arrays of numbers: {error}") from error
        if not is_whole:
            raise NetworkError("row holds the numbers of linear rows; they are whole")
        n_rows = self.weight.shape[0]
        if self.bias.shape != (n_rows, 1):
            raise NetworkError(f"the weight has {n_rows} rows but the bias has {self.bias.shape[0]} entries; they must be equal")
        if self.row.ndim != 2 or self.row.shape != self.slope.shape or self.row.shape[1] < 1:
            raise NetworkError(f"row and slope must both be (units, pieces); got {self.row.shape} and {self.slope.shape}")
        lowest = self.row.min(initial=0)
        if self.row.max(initial=-1) >= n_rows or lowest < -1 or (lowest < 0 and (self.row[:, 0] < 0).any()):
            raise NetworkError(f"a piece names a linear row outside 0..{n_rows - 1}")
        if lowest < 0 and (np.diff((self.row < 0).astype(np.int8), axis=1) < 0).any():
            raise NetworkError("padding (-1) must come after a unit's last piece")
        if not np.isfinite(self.slope).all():
            raise NetworkError("a slope is NaN or infinite")
        self.row.setflags(write=False)
        self.slope.setflags(write=False)

    @classmethod
    def scalar(cls, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic, slopes: tuple[float, ...]) -> Layer:
        """Every unit takes its own row with each of these slopes, which must not decrease."""
        exact = weight if isinstance(weight, Dyadic) else _dyadic("weight", weight, 2)
        if list(slopes) != sorted(slopes):
            raise NetworkError(f"the slopes of a convex scalar activation must not decrease; got {slopes}")
        units = exact.shape[0]
        row = np.repeat(np.arange(units)[:, None], len(slopes), axis=1)
        return cls(exact, bias, row, np.tile(np.asarray(slopes, dtype=np.float64), (units, 1)))

    @classmethod
    def linear(cls, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic) -> Layer:
        """Units of one piece: no cut, no choice."""
        return cls.scalar(weight, bias, (1.0,))

    @classmethod
    def relu(cls, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic) -> Layer:
        """max(0, h): code 1 where h = W x + b > 0."""
        return cls.scalar(weight, bias, (0.0, 1.0))

    @classmethod
    def leaky_relu(cls, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic, slope: float = 0.01) -> Layer:
        """max(slope * h, h), convex for slope <= 1: code 1 where h > 0. A slope of 1 never chooses: code 0."""
        if not isinstance(slope, Real):
            raise NetworkError(f"leaky_relu: the slope is a number up to 1; got {shown(slope)}")
        if not slope <= 1:
            raise NetworkError(f"leaky_relu with slope {shown(slope)} is not convex; slopes up to 1 are supported")
        return cls.scalar(weight, bias, (float(slope), 1.0))

    @classmethod
    def abs(cls, weight: ArrayLike | Dyadic, bias: ArrayLike | Dyadic) -> Layer:
        """max(-h, h): code 1 where h > 0."""
        return cls.scalar(weight, bias, (-1.0, 1.0))

    @property
    def input_dim(self) -> int:
        return self.weight.shape[1]

    @property
    def n_units(self) -> int:
        return int(self.row.shape[0])

    @property
    def n_pieces(self) -> int:
        """The most pieces R that a unit of this layer has."""
        return int(self.row.shape[1])

    @property
    def is_linear(self) -> bool:
        return self.n_pieces == 1

    @property
    def has_own_rows(self) -> bool:
        """Whether every unit has two pieces, on one linear row, in order of slope: ReLU, leaky-ReLU, abs."""
        return self.n_pieces == 2 and bool((self.row[:, 0] == self.row[:, 1]).all() and (np.diff(self.slope, axis=1) >= 0).all())

    def select(self, code: NDArray[Any]) -> tuple[NDArray[np.int64], FloatArray]:
        """Linear row and slope, each (K,), of the pieces that a code (K,) chooses."""
        units = np.arange(self.n_units)
        row = self.row[units, code]
        if (row < 0).any():
            raise NetworkError(f"unit {int(np.argmax(row < 0))} has no piece {int(code[np.argmax(row < 0)])}")
        return row, self.slope[units, code]

    def unit_rows(self) -> tuple[Dyadic, Dyadic]:
        """Weight (K, D) and bias (K, 1) of each unit's last linear row: of units on rows of their own, their pre-activation."""
        index = self.row[:, -1].tolist()
        return self.weight.take_rows(index), self.bias.take_rows(index)

    def after(self, weight: Dyadic, bias: Dyadic) -> Layer:
        """This layer applied after the affine map x -> weight x + bias, composed exactly."""
        return self.on_rows(self.weight @ weight, self.weight @ bias + self.bias)

    def on_rows(self, weight: Dyadic, bias: Dyadic) -> Layer:
        """The same units on as many other linear rows, which nobody needs to check."""
        assert weight.shape[0] == bias.shape[0] == self.weight.shape[0], "one new row for each old one"
        made = copy(self)
        made.weight, made.bias = weight, bias
        return made

    def linear_map(self) -> tuple[Dyadic, Dyadic]:
        """Weight (K, D) and bias (K, 1) of a layer whose units have one piece each."""
        assert self.is_linear, "only units of one piece have one affine map"
        return self.piece_map(np.zeros(self.n_units, dtype=np.int64))

    def piece_map(self, code: NDArray[Any]) -> tuple[Dyadic, Dyadic]:
        """Exact weight (K, D) and bias (K, 1) of the pieces that a code chooses: the paper's A_r and B_r."""
        row, slope = self.select(code)
        factors = Dyadic.of(slope[:, None])
        return self.weight.take_rows(row.tolist()).scaled_rows(factors), self.bias.take_rows(row.tolist()).scaled_rows(factors)

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Outputs (n, K) in floating point for inputs (n, D)."""
        h = np.asarray(x, dtype=np.float64) @ self.weight.floats().T + self.bias.floats()[:, 0]
        pieces = np.where(self.row < 0, -np.inf, h[:, self.row] * self.slope)
        return np.asarray(pieces.max(axis=2), dtype=np.float64)

    def __repr__(self) -> str:
        return f"Layer({self.input_dim} -> {self.n_units}, {self.n_pieces} piece{'s' * (self.n_pieces > 1)} a unit)"


def _dyadic(what: str, values: ArrayLike, ndim: int) -> Dyadic:
    try:
        array = as_array(values)
    except ValueError as error:
        raise NetworkError(f"{what}: {error}") from error
    if array.ndim != ndim:
        raise NetworkError(f"{what}: expected {ndim} dimension{'s' * (ndim > 1)}, got shape {array.shape}")
    if array.size == 0:
        array = array.astype(np.float64)
    try:
        return Dyadic.of(array if ndim == 2 else array[:, None])
    except ValueError as error:
        raise NetworkError(f"{what}: {error}") from error
