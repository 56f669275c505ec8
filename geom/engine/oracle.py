"""Exact answers for the walk: the sign of a unit at a generator that floats could not tell.

A generator is the one point at which its tight rows vanish; rows are composed in integers for the walk's current path. What is found goes back
into the walk's state: the sign as a bit (or none, for a zero, which is a fact like the others), the coordinates correctly rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.engine.packing import first_words, unpack_bits
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
        self.first = np.concatenate([[0], np.cumsum([layer.n_units for layer in layers])]).astype(np.int64)
        self.word = first_words([layer.n_units for layer in layers])
        self._maps: list[tuple[bytes, Dyadic, list[Row]] | None] = [None] * len(layers)
        self.asked = 0

    @cached_property
    def _linear(self) -> list[tuple[Dyadic, Dyadic]]:
        return [layer.unit_rows() for layer in self.layers]

    @cached_property
    def _slopes(self) -> list[Dyadic]:
        return [Dyadic.of(layer.slope) for layer in self.layers]

    def row(self, number: int, path: NDArray[np.uint64]) -> Row:
        """Integer row of a constraint, positive where the wall holds or the unit fires, for the codes in `path` of the layers below."""
        if number < len(self.walls):
            return self.walls[number]
        unit = number - len(self.walls)
        layer = int(np.searchsorted(self.first, unit, side="right")) - 1
        return self._map(layer, path)[1][unit - int(self.first[layer])]

    def _map(self, layer: int, path: NDArray[np.uint64]) -> tuple[Dyadic, list[Row]]:
        """Pre-activations of a layer as affine maps (units, d + 1) of the input; the last one composed is kept."""
        key = path[: self.word[layer]].tobytes()
        known = self._maps[layer]
        if known is None or known[0] != key:
            weight, bias = self._linear[layer]
            if layer == 0:
                composed = weight.beside(bias)
            else:
                below = self._outputs(layer - 1, path)
                columns = below.shape[1]
                composed = weight @ below + Dyadic.zeros(len(self.layers[layer].row), columns - 1).beside(bias)
            known = self._maps[layer] = key, composed, composed.integer_rows()
        return known[1], known[2]

    def _outputs(self, layer: int, path: NDArray[np.uint64]) -> Dyadic:
        """The layer's outputs: each unit's row times the slope of the piece that it takes."""
        composed, slopes = self._map(layer, path)[0], self._slopes[layer]
        code = unpack_bits(path[self.word[layer] : self.word[layer + 1]], self.layers[layer].n_units).tolist()
        table, factors = composed.entries.table(), slopes.entries.table()
        entries = [v * factors[k][c] for k, c in enumerate(code) for v in table[k]]
        return Dyadic(fmpz_mat(*composed.shape, entries), composed.exponent + slopes.exponent)

    def answer(self, state: State) -> None:
        """Decide every question in `state.scratch.unknown` and write the answers into the state."""
        control, pool = state.control, state.pool
        row_of = state.stack.row_of[control[Control.TOP]]
        points: dict[int, Row] = {}
        for g, unit in state.scratch.unknown[: control[Control.UNKNOWN]].tolist():
            if g not in points:
                bits = np.flatnonzero(unpack_bits(pool.tight[g], 64 * pool.tight.shape[1]))
                point = meet([self.row(int(row_of[i]), state.path.code) for i in bits])
                points[g] = point if point[-1] else self._orient(state, point, bits)
                self._write_point(state, g, points[g])
            sign = dot_sign(self.row(len(self.walls) + unit, state.path.code), points[g])
            layer = int(np.searchsorted(self.first, unit, side="right")) - 1
            offset = unit - int(self.first[layer])
            if sign:
                pool.sign[g, 2 * (int(self.word[layer]) + offset // 64) + (sign < 0)] |= np.uint64(1 << offset % 64)
            self.asked += 1
        control[Control.UNKNOWN] = 0

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
        layer = int(np.searchsorted(self.first, unit, side="right")) - 1
        offset = unit - int(self.first[layer])
        if layer == state.stack.frame[top, Frame.LAYER]:
            word = state.stack.code[top, offset // 64]
        else:
            word = state.path.code[int(self.word[layer]) + offset // 64]
        return bool(int(word) >> offset % 64 & 1)

    @staticmethod
    def _write_point(state: State, g: int, point: Row) -> None:
        largest = max(abs(v) for v in point)
        for i, v in enumerate(point):
            state.pool.point[g, i] = round_ratio(v, largest)
        state.pool.point[g, len(point)] = U
        state.pool.refreshed[g] = True
