"""The nearest boundary of a partition, layer by layer, for points whose codes are known.

In the cell of x every unit's difference of pieces is an affine form a.y + b, and the nearest boundary is at the least (a.x + b) / ||a||. Most units
are ruled out by an upper bound on ||a||, which gives a lower bound on their distance; for the few that are left, a is propagated backwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.distances.contest import Candidates, Contest
from geom.distances.float_layers import FloatLayer, FloatLayers, Rows, lengths
from geom.exact import FloatArray
from geom.kernels.numbers.ball import INFLATE, TINY, gamma

__all__ = ["Gaps", "challenge_by_layer", "gaps"]

Codes = NDArray[np.uint8]
Indices = NDArray[np.int64]

CHUNK_VALUES = 1 << 20  # numbers in the largest array of a chunk of candidates


class Gaps(NamedTuple):
    """By how much the chosen piece of each unit beats each other one, at points; a column is a unit with another piece.

    Attributes
    ----------
    unit : (M,)
        Numbered in the layer.
    piece : (n, M)
    value, error : (n, M)
        Two-piece units on rows of their own are measured on the row, not on its multiples: the factor cancels from every distance.
    steepness : (n, M)
        Not below the length of the gradient.
    cuts : (n, M)
        False where the column is no other piece, or can be no boundary because it does not vary near the point.
    may_live : (n, M)
        False where the column is no other piece, or is certain to be 0 near the point.
    """

    unit: Indices
    piece: Indices
    value: FloatArray
    error: FloatArray
    steepness: FloatArray
    cuts: NDArray[np.bool_]
    may_live: NDArray[np.bool_]

    def distances(self) -> FloatArray:
        """(n, M) numbers that no distance is below; infinite where there is no boundary."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            low = (self.value - self.error) / self.steepness / INFLATE
        # A quotient below the normal doubles may have been rounded up; nan means that a bound is infinite.
        return np.where(self.cuts, np.where(low > TINY, low, 0.0), np.inf)


def gaps(layer: FloatLayer, rows: Rows, code: Codes) -> Gaps:
    """Gaps of all units of a layer at points with codes (n, K)."""
    n, units = code.shape
    chosen = code.astype(np.int64)
    if layer.has_own_rows:
        own = layer.row[:, 0]
        size, is_other = np.abs(rows.value[:, own]), layer.slope[:, 0] != layer.slope[:, 1]
        live, vary = rows.may_live[:, own] & is_other, rows.may_vary[:, own] & is_other
        return Gaps(np.arange(units), 1 - chosen, size, rows.error[:, own], rows.steepness[:, own], vary, live)
    pieces = layer.row.shape[1]
    index, slope = layer.chosen(code)
    best = rows.multiples(index, slope)
    parts = []
    for s in range(pieces):
        other_row = np.broadcast_to(np.maximum(layer.row[:, s], 0), (n, units))
        other = rows.multiples(other_row, np.broadcast_to(layer.slope[:, s], (n, units)))
        value = best.value - other.value
        error = (best.error + other.error + gamma(1.0) * np.abs(value)) * INFLATE + TINY
        is_other = ((index != other_row) | (slope != layer.slope[:, s])) & (layer.row[:, s] >= 0)
        vary, live = (best.may_vary | other.may_vary) & is_other, (best.may_live | other.may_live) & is_other
        parts.append((np.full((n, units), s), value, error, (best.steepness + other.steepness) * INFLATE, vary, live))
    return Gaps(np.tile(np.arange(units), pieces), *(np.concatenate(columns, axis=1) for columns in zip(*parts, strict=True)))


def challenge_by_layer(layers: FloatLayers, points: FloatArray, codes: Codes, contest: Contest, only: int | None = None) -> Iterator[int]:
    """Let all units of one layer after the other challenge, or of one layer alone; the layer's number after each."""
    for depth, rows in enumerate(layers.rows(points, codes)):
        if only is None or depth == only:
            found = gaps(layers.layers[depth], rows, layers.code_of(codes, depth))
            contest.challenge(_LayerSearch(layers, depth, found, codes).candidates(contest.bound()))
            yield depth


class _LayerSearch:
    """The units of one layer that may be nearest to each point."""

    def __init__(self, layers: FloatLayers, depth: int, found: Gaps, codes: Codes) -> None:
        self.layers, self.depth, self.gaps, self.codes = layers, depth, found, codes
        self.low = found.distances()
        widest = max([codes.shape[1], layers.network.input_dim, *(max(layer.weight.shape) for layer in layers.layers)])
        self.chunk = max(1, CHUNK_VALUES // widest)

    def candidates(self, bound: FloatArray) -> Candidates:
        """Those with intervals that are not beyond the bounds (n,), nor beyond another one's."""
        bound, parts = bound.copy(), [self._measured(*np.zeros((2, 0), dtype=np.int64))]
        first = self.low.argmin(axis=1) if self.low.shape[1] else np.zeros(len(bound), dtype=np.int64)
        # The most promising one of each point first: what it shows rules out nearly all others.
        point = np.arange(len(bound)) if self.low.shape[1] else np.zeros(0, dtype=np.int64)
        self._measure(point, first[point], bound, parts)
        open_ = self.low <= bound[:, None]
        open_[point, first[point]] = False
        others = np.nonzero(open_)
        order = np.argsort(self.low[others], kind="stable")
        self._measure(others[0][order], others[1][order], bound, parts)
        found = Candidates.joined(parts)
        return found.take(found.low <= bound[found.point])

    def _measure(self, point: Indices, column: Indices, bound: FloatArray, parts: list[Candidates]) -> None:
        """Measure pairs in chunks, leaving out those that the earlier ones rule out."""
        for start in range(0, len(point), self.chunk):
            i, m = point[start : start + self.chunk], column[start : start + self.chunk]
            is_open = (self.low[i, m] <= bound[i]) & self.gaps.cuts[i, m]
            part = self._measured(i[is_open], m[is_open])
            np.minimum.at(bound, part.point, part.high)
            parts.append(part)

    def _measured(self, point: Indices, column: Indices) -> Candidates:
        """Intervals of pairs of a point and a column."""
        unit, piece = self.gaps.unit[column], self.gaps.piece[point, column]
        vectors, error = self._coefficients(point, unit, piece)
        gradient, error = self.layers.gradients(self.depth, vectors, error, self.codes[point])
        length, value, doubt = lengths(gradient), self.gaps.value[point, column], self.gaps.error[point, column]
        slack = 1 + gamma(gradient.shape[1] + 16.0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            shortest, longest = length / slack - error, length * slack + error
            low = (value - doubt) / longest / slack
            high = np.where(shortest > 0, (value + doubt) / shortest * slack, np.inf)
        low = np.where(low > TINY, low, 0.0)  # also where a bound is infinite, or the quotient may have been rounded up
        high = np.where(high >= low, np.maximum(high, TINY), np.inf)
        first = self.layers.network.first[self.depth]
        return Candidates(point, unit + first, piece, low, high)

    def _coefficients(self, point: Indices, unit: Indices, piece: Indices) -> tuple[FloatArray, FloatArray]:
        """Of the differences on the outputs of the layer before (c, D), and bounds (c,) on the length of what is wrong with them."""
        layer = self.layers.layers[self.depth]
        if layer.has_own_rows:
            vectors = layer.weight[layer.row[unit, 0]]
            return vectors, gamma(4.0) * lengths(vectors) + vectors.shape[1] * TINY
        own = self.layers.code_of(self.codes, self.depth)[point, unit]
        best, other = (layer.slope[unit, r, None] * layer.weight[layer.row[unit, r]] for r in (own, piece))
        return best - other, gamma(8.0) * (lengths(best) + lengths(other)) + best.shape[1] * TINY
