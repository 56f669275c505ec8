"""Exact answers for the walk: the sign of a unit at a generator that floats could not tell.

A generator is the one point at which its tight rows vanish; rows are composed in integers for the walk's current path. What is found goes back
into the walk's state: the sign as a bit (or none, for a zero, which is a fact like the others), the coordinates correctly rounded.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from geom.engine.packing import bit_at, first_words, unpack_bits
from geom.exact import Dyadic, Row, dot_sign, meet, round_ratio
from geom.kernels.cells.state import Control, Frame, State
from geom.kernels.numbers.ball import U
from geom.networks.layer import Layer

__all__ = ["Oracle"]


class Oracle:
    """Integer rows of walls and units, and signs at generators.

    Parameters
    ----------
    layers : sequence of Layer
        Hidden layers whose units have two pieces on one row, the first one already in the walk's coordinates.
    walls : sequence of Row
        Constraint numbers 0..len(walls) - 1; units follow.
    """

    def __init__(self, layers: Sequence[Layer], walls: Sequence[Row]) -> None:
        self.layers, self.walls = tuple(layers), list(walls)
        self.first = [0, *accumulate(layer.n_units for layer in layers)]
        self.word = first_words([layer.n_units for layer in layers]).tolist()
        self._maps: list[tuple[bytes, Dyadic, list[list[fmpz]]] | None] = [None] * len(layers)
        self.asked = 0

    @cached_property
    def _linear(self) -> list[tuple[Dyadic, Dyadic]]:
        """Weight (units, inputs) and bias, as an affine map (units, d + 1) without slopes, of each layer."""
        d = self.layers[0].input_dim
        pairs = [layer.unit_rows() for layer in self.layers]
        return [(weight, Dyadic.zeros(bias.shape[0], d).beside(bias)) for weight, bias in pairs]

    @cached_property
    def _inputs(self) -> Dyadic:
        """The inputs as affine maps (d, d + 1) of themselves."""
        d = self.layers[0].input_dim
        return Dyadic.identity(d).beside(Dyadic.zeros(d, 1))

    @cached_property
    def _slopes(self) -> list[tuple[list[list[fmpz]], int]]:
        """Slopes (units, 2) of each layer as integers over a power of two, and its exponent."""
        slopes = [Dyadic.of(layer.slope) for layer in self.layers]
        return [(exact.entries.table(), exact.exponent) for exact in slopes]

    def row(self, number: int, path: NDArray[np.uint64]) -> Row:
        """Integer row of a constraint, positive where the wall holds or the unit fires, for the codes in `path` of the layers below."""
        if number < len(self.walls):
            return self.walls[number]
        layer, offset = self._place(number - len(self.walls))
        return tuple(map(int, self._map(layer, path)[1][offset]))

    def _place(self, unit: int) -> tuple[int, int]:
        """Layer of a unit, and its number in it."""
        layer = bisect_right(self.first, unit) - 1
        return layer, unit - self.first[layer]

    def _map(self, layer: int, path: NDArray[np.uint64]) -> tuple[Dyadic, list[list[fmpz]]]:
        """Pre-activations of a layer as affine maps (units, d + 1) of the input, and their entries; the last one composed is kept."""
        key = path[: self.word[layer]].tobytes()
        known = self._maps[layer]
        if known is None or known[0] != key:
            weight, bias = self._linear[layer]
            composed = weight @ (self._outputs(layer - 1, path) if layer else self._inputs) + bias
            known = self._maps[layer] = key, composed, composed.entries.table()
        return known[1], known[2]

    def _outputs(self, layer: int, path: NDArray[np.uint64]) -> Dyadic:
        """The layer's outputs: each unit's row times the slope of the piece that it takes."""
        (composed, table), (slopes, exponent) = self._map(layer, path), self._slopes[layer]
        code = unpack_bits(path[self.word[layer] : self.word[layer + 1]], self.layers[layer].n_units).tolist()
        none = [fmpz(0)] * composed.shape[1]
        entries: list[fmpz] = []
        for row, factors, piece in zip(table, slopes, code, strict=True):
            factor = factors[piece]
            entries += none if factor == 0 else row if factor == 1 else [v * factor for v in row]
        return Dyadic(fmpz_mat(*composed.shape, entries), composed.exponent + exponent)

    def answer(self, state: State) -> None:
        """Decide every question in `state.scratch.unknown` and write the answers into the state; all are about units of one layer, the top cell's."""
        control, pool = state.control, state.pool
        layer = int(state.stack.frame[control[Control.TOP], Frame.LAYER])
        first, word = self.first[layer], 2 * self.word[layer]
        tables = [self._map(below, state.path.code)[1] for below in range(layer + 1)]
        points: dict[int, Row] = {}
        for g, unit in state.scratch.unknown[: control[Control.UNKNOWN]].tolist():
            k = unit - first
            form = tables[layer][k]
            if any(form):  # else the unit vanishes on the whole cell
                if g not in points:
                    points[g] = self._point(state, g, tables)
                sign = dot_sign(form, points[g])
                if sign:
                    pool.sign[g, word + k // 64 * 2 + (sign < 0)] |= np.uint64(1 << k % 64)
            self.asked += 1
        control[Control.UNKNOWN] = 0

    def _point(self, state: State, g: int, tables: Sequence[list[list[fmpz]]]) -> Row:
        """A generator from its tight rows, by the entries of the maps; its coordinates, correctly rounded, are written into the state."""
        row_of, n_walls = state.stack.row_of[state.control[Control.TOP]], len(self.walls)
        tight = np.flatnonzero(unpack_bits(state.pool.tight[g], 64 * state.pool.tight.shape[1]))
        rows: list[Sequence[int]] = []
        for number in row_of[tight].tolist():
            layer, offset = self._place(number - n_walls) if number >= n_walls else (0, 0)
            rows.append(tables[layer][offset] if number >= n_walls else self.walls[number])
        point = meet(rows)
        if not point[-1]:
            point = self._orient(state, point, tight)
        self._write_point(state, g, point)
        return point

    def _orient(self, state: State, ray: Row, tight: NDArray[np.int64]) -> Row:
        """The ray or its negative, whichever keeps to the side of every constraint that the top cell has."""
        top, stack = int(state.control[Control.TOP]), state.stack
        start, count = stack.frame[top, Frame.START], stack.frame[top, Frame.COUNT]
        used = np.bitwise_or.reduce(state.pool.tight[stack.members[start : start + count]])
        away = np.setdiff1d(np.flatnonzero(unpack_bits(used, 64 * len(used))), tight)
        number = int(stack.row_of[top, away[0]])  # a pointed cone has a constraint that is not tight at its ray
        sign = dot_sign(self.row(number, state.path.code), ray)
        assert sign, "a constraint is recorded as tight at every generator at which it vanishes"
        keeps = sign > 0 if number < len(self.walls) else (sign > 0) == self._fires(state, number - len(self.walls))
        return ray if keeps else tuple(-v for v in ray)

    def _fires(self, state: State, unit: int) -> bool:
        """Whether a unit that was cut on the way to the top cell has code 1 there."""
        top = int(state.control[Control.TOP])
        layer, offset = self._place(unit)
        is_current = layer == state.stack.frame[top, Frame.LAYER]
        return bool(bit_at(state.stack.code[top] if is_current else state.path.code[self.word[layer] :], offset))

    @staticmethod
    def _write_point(state: State, g: int, point: Row) -> None:
        largest = max(abs(v) for v in point)
        for i, v in enumerate(point):
            state.pool.point[g, i] = round_ratio(v, largest)
        state.pool.point[g, len(point)] = U
        state.pool.refreshed[g] = True
