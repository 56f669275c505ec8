"""The cells of a two-dimensional partition as polygons in floating point, all at once, for pictures.

Affine maps are composed layer by layer for all cells together, in coordinates that take the domain into [-1, 1]^2. A cell's irredundant rows, sorted
by the angle of their normals, meet in its vertices. Nothing here proves anything; `Cell.vrep` has exact vertices. For weights so large that products
leave the doubles, pictures are wrong.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geom.arguments import instance
from geom.engine.placement import Placement
from geom.errors import DomainError
from geom.exact import FloatArray
from geom.networks.layer import Layer
from geom.partition.partition import Partition

__all__ = ["Polygons"]

Index = NDArray[np.int64]

CHUNK_ENTRIES = 1 << 23
SHARP = 1e-6  # sine of the angle below which two sides meet where only exact numbers know


class Polygons:
    """All cells as polygons: one list of corners in which each cell has a stretch, going round counter-clockwise.

    The side i of a cell runs from corner i to the next one round (`following`).

    Parameters
    ----------
    partition : Partition
        Of a two-dimensional domain.

    Attributes
    ----------
    maps : (N, m, 3) array
        The network's output on each cell, m affine forms (a, b, c) meaning a u + b v + c at the walk's coordinates (u, v) in [-1, 1]^2.
    corners : (K, 2) array
        In the coordinates of the domain.
    owner : (K,) array of int
        The cell of each corner.
    start : (N + 1,) array of int
        Where each cell's corners begin.
    layer : (K,) array of int
        The hidden layer whose unit makes each side; -1 for a wall of the domain.

    Raises
    ------
    DomainError
        If the partition is not two-dimensional or its domain is unbounded.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> cut = Polygons(subdivide(Network.mlp([[[1.0, 1.0]], [[1.0]]], [[0.0], [0.0]]), Box([-1, -1], [1, 1])))
    >>> np.diff(cut.start), cut.areas()
    (array([3, 3]), array([2., 2.]))
    """

    def __init__(self, partition: Partition) -> None:
        instance(partition, Partition)
        if partition.dim != 2:
            raise DomainError(
                f"only partitions of two dimensions can be drawn; this one has {partition.dim}. Draw a slice: geom.subdivide("
                "net.restrict(*geom.plane(p, q, r)), geom.Box([0, 0], [1, 1])); geom.plot_boundary draws boundaries in three dimensions"
            )
        if not partition.domain.is_bounded:
            raise DomainError("an unbounded domain cannot be drawn; draw the part of it in a geom.Box")
        self.partition = partition
        self._placement = Placement.around(partition.domain.generators().vertices)
        columns = partition.columns
        self.start: Index = columns.facet_begins()
        number, self.owner = columns.facets_of(np.arange(len(partition)))
        self.layer: Index = partition.network.layers_of(number - partition.n_walls)
        self.layer[number < partition.n_walls] = -1
        rows, self.maps = self._rows(number)
        self._sort(rows, number)

    def _sort(self, rows: FloatArray, number: Index) -> None:
        """Order the sides of each cell round it, and find the corners where neighbours meet."""
        angle = np.arctan2(-rows[:, 1], -rows[:, 0])  # of the outward normal
        order = np.lexsort((angle, self.owner))
        rows, number, self.layer = rows[order], number[order], self.layer[order]
        before = np.empty_like(self.following)
        before[self.following] = np.arange(len(before))
        a, b = rows[before], rows
        sine = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
        meeting = np.stack([a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1], a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]], axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            self._corners = np.clip(np.nan_to_num(meeting / sine[:, None]), -1.0, 1.0)
        for i in np.flatnonzero(~(np.abs(sine) > SHARP)).tolist():  # floats say little of where nearly parallel lines meet
            self._meet_exactly(i, int(number[before[i]]), int(number[i]))

    def _meet_exactly(self, corner: int, first: int, second: int) -> None:
        """Set a corner to the exact meeting point of two constraints; where a tie of angles made neighbours of parallel sides, leave it."""
        words = self.partition.columns.words[self.owner[corner]]
        (a, b, c), (d, e, f) = (self.partition.oracle.row(number, words) for number in (first, second))
        w = a * e - b * d
        if w:
            self._corners[corner] = [float(v) for v in self._placement.enter((Fraction(b * f - c * e, w), Fraction(c * d - a * f, w)))]

    @cached_property
    def following(self) -> Index:
        """(K,) the next corner round the same cell."""
        after: Index = np.arange(1, len(self.owner) + 1)
        after[self.start[1:] - 1] = self.start[:-1]
        return after

    @cached_property
    def corners(self) -> FloatArray:
        return self.outside(self._corners)

    def outside(self, points: FloatArray) -> FloatArray:
        """Points (..., 2) of the walk's coordinates, in those of the domain."""
        centre, scale = self._placement.floats()
        return np.asarray(centre + scale * points)

    def areas(self) -> FloatArray:
        """(N,) areas by the shoelace formula."""
        (u, v), (s, t) = self._corners.T, self._corners[self.following].T
        scale = self._placement.floats()[1]
        return np.asarray(np.bincount(self.owner, u * t - v * s, minlength=len(self.partition)) / 2 * scale.prod())

    def gradients(self) -> FloatArray:
        """(N, m, 2) gradients of the outputs, in the coordinates of the domain."""
        with np.errstate(over="ignore"):
            return _finite(self.maps[:, :, :2] / self._placement.floats()[1])

    def values(self, output: FloatArray) -> FloatArray:
        """(K,) one affine form a cell, (N, 3), at all corners."""
        at = output[self.owner]
        return np.asarray(at[:, 0] * self._corners[:, 0] + at[:, 1] * self._corners[:, 1] + at[:, 2])

    def sides(self, of: NDArray[np.bool_]) -> FloatArray:
        """(n, 2, 2) ends of the chosen sides, a (K,) mask."""
        return np.stack([self.corners[of], self.corners[self.following[of]]], axis=1)

    def zero_set(self, output: FloatArray) -> tuple[FloatArray, Index]:
        """Where one affine form a cell, (N, 3), changes its sign: segments (n, 2, 2) in the walk's coordinates, and the cell of each."""
        value = self.values(output)
        other = value[self.following]
        crossing = np.flatnonzero((value > 0) != (other > 0))  # an even number in each cell: a walk round it comes back
        t = value[crossing] / (value[crossing] - other[crossing])
        ends = self._corners[crossing] + t[:, None] * (self._corners[self.following[crossing]] - self._corners[crossing])
        return ends.reshape(-1, 2, 2), self.owner[crossing[::2]]

    def _rows(self, number: Index) -> tuple[FloatArray, FloatArray]:
        """The side rows (K, 3), positive inside and of unit slope, and the output maps (N, m, 3)."""
        network, walls = self.partition.network, self.partition.domain.hrep(exact=True)
        wall = np.array([self._placement.wall(a, b) for a, b in zip(*walls, strict=True)], dtype=object)
        wall = np.array([[float(v / max(map(abs, row))) for v in row] for row in wall])  # integers of any size; the quotient is a double
        rows = np.empty((len(number), 3))
        rows[self.layer < 0] = wall[number[self.layer < 0]]
        layers = [_floats(layer, self._placement if i == 0 else None) for i, layer in enumerate(network.layers)]
        maps = np.empty((len(self.partition), network.output_dim, 3))
        step = max(1, CHUNK_ENTRIES // (3 * max(len(bias) for _, bias in layers)))
        for begin in range(0, len(maps), step):
            cells = slice(begin, begin + step)
            side = slice(self.start[begin], self.start[min(begin + step, len(maps))])
            with np.errstate(over="ignore", invalid="ignore"):
                maps[cells] = self._compose(layers, cells, side, number, rows)
        rows, maps = _finite(rows), _finite(maps)
        with np.errstate(divide="ignore", invalid="ignore"):
            return rows / np.hypot(rows[:, 0], rows[:, 1])[:, None], maps

    def _compose(self, layers: list[tuple[FloatArray, FloatArray]], cells: slice, side: slice, number: Index, rows: FloatArray) -> FloatArray:
        """Output maps (n, m, 3) of some cells; on the way, the rows of their sides."""
        network = self.partition.network
        codes = self.partition.code_table.unpack(cells)
        n = len(codes)
        z = np.zeros((2, n, 3))  # unit, cell, form
        z[0, :, 0] = z[1, :, 1] = 1.0
        for i, (layer, (weight, bias)) in enumerate(zip(network.layers, layers, strict=True)):
            h = (weight @ z.reshape(len(z), 3 * n)).reshape(len(weight), n, 3)
            h[:, :, 2] += bias[:, None]
            if i == len(network.hidden):
                return np.asarray(_chosen(layer, h, np.zeros((layer.n_units, n), dtype=np.int64)).transpose(1, 0, 2))
            first = int(network.first[i])
            code = codes[:, first : first + layer.n_units].T.astype(np.int64)
            mine = side.start + np.flatnonzero(self.layer[side] == i)
            unit, cell = number[mine] - self.partition.n_walls - first, self.owner[mine] - cells.start
            rows[mine] = _difference(layer, h, unit, cell) * np.where(code[unit, cell], 1.0, -1.0)[:, None]
            z = _chosen(layer, h, code)
        raise AssertionError("the head is the last layer")


def _finite(values: FloatArray) -> FloatArray:
    """Numbers of which a few can be added without overflow."""
    return np.clip(np.nan_to_num(values), -1e300, 1e300)


def _floats(layer: Layer, placement: Placement | None) -> tuple[FloatArray, FloatArray]:
    """Weight and bias of a layer, the first one taken exactly to the walk's coordinates."""
    weight, bias = (layer.weight, layer.bias) if placement is None else placement.first_layer(layer.weight, layer.bias)
    return weight.floats(), bias.floats()[:, 0]


def _chosen(layer: Layer, h: FloatArray, code: Index) -> FloatArray:
    """Outputs (K, n, 3) of the pieces (K, n) that the cells choose among the linear rows (J, n, 3)."""
    units, cells = np.arange(layer.n_units)[:, None], np.arange(h.shape[1])
    return np.asarray(h[layer.row[units, code], cells] * layer.slope[units, code][:, :, None])


def _difference(layer: Layer, h: FloatArray, unit: Index, cell: Index) -> FloatArray:
    """The form (n, 3) whose zero set is the unit's cut in the cell: its second piece minus its first."""
    high, low = (h[layer.row[unit, r], cell] * layer.slope[unit, r][:, None] for r in (-1, 0))
    return np.asarray(high - low)
