"""The half-spaces of all cells at once: one row a facet, in doubles with a proven bound.

`Cell.hrep` composes one cell's rows in integers, in tens of microseconds; here the affine maps of all cells are composed in doubles, once for
every prefix of a code, each number beside a bound on its error (Higham, Accuracy and Stability of Numerical Algorithms, section 3.5). A row whose
bound is too large is composed in integers instead, so the result is near the exact rows whatever the weights are.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.engine.packing import equal_runs, first_words
from geom.exact import FloatArray, round_fractions
from geom.kernels.numbers.ball import SMALLEST, U

if TYPE_CHECKING:
    from geom.networks.layer import Layer
    from geom.partition.partition import Partition

__all__ = ["ACCURACY", "AffineMap", "Enclosed", "enclosed_rows", "exact_row", "half_spaces"]

ACCURACY = 2.0**-36
SMALLEST_NORMAL = 2.0**-1022
BLOCK = 1 << 20  # numbers in the largest array of a block of cells

Indices = NDArray[np.int64]


class Enclosed(NamedTuple):
    """Numbers, and for each a bound on its distance from the exact one."""

    value: FloatArray
    error: FloatArray

    def take(self, index: Indices) -> Enclosed:
        return Enclosed(self.value[index], self.error[index])


class AffineMap(NamedTuple):
    """A hidden layer in doubles: weight (units, n), bias (units,), and the slopes (units, 2) of its pieces.

    Forms, inputs and outputs are (P, units, d + 1), for P different prefixes. After `of` the weight is (P, 1, n): one unit for each prefix.
    """

    weight: FloatArray
    bias: FloatArray
    slope: FloatArray

    @classmethod
    def from_layer(cls, layer: Layer) -> AffineMap:
        index = layer.row[:, -1]
        return cls(layer.weight.floats()[index], layer.bias.floats()[index, 0], layer.slope)

    @property
    def n_units(self) -> int:
        return len(self.slope)

    def of(self, unit: Indices) -> AffineMap:
        return AffineMap(self.weight[unit, None, :], self.bias[unit, None], self.slope)

    def forms(self, inputs: Enclosed) -> Enclosed:
        """Pre-activations of affine inputs."""
        value, magnitude, size = self.weight @ inputs.value, np.abs(self.weight), np.abs(inputs.value)
        n = self.weight.shape[-1]
        # A weight that is no double may have been rounded to nothing.
        lost = SMALLEST * (n * size.max(initial=0.0))
        size = magnitude @ size
        value[..., -1] += self.bias
        size[..., -1] += np.abs(self.bias)
        # n products of rounded weights, their sum and the bias: n + 4 roundings at most, twice for the rounding of the bound itself.
        size *= 2 * (n + 4) * U
        size += 2 * (n + 4) * SMALLEST + 2 * lost
        error = magnitude @ inputs.error
        error *= 2
        error += size
        return Enclosed(value, error)

    def outputs(self, forms: Enclosed, code: NDArray[np.uint8]) -> Enclosed:
        """The outputs of the pieces that a code (P, units) takes."""
        slope = self.slope[np.arange(self.n_units), code][..., None]
        value = slope * forms.value
        return Enclosed(value, 2 * (np.abs(slope) * forms.error + U * np.abs(value) + SMALLEST))


def half_spaces(partition: Partition, cells: Indices | None = None) -> tuple[FloatArray, FloatArray]:
    """Rows of all facets of all cells, or of some, in the order of the cells and of their `Cell.facets`.

    Parameters
    ----------
    partition : Partition
    cells : (n,) array of int, ascending, optional
        By default all.

    Returns
    -------
    A : (M, d) array
    b : (M,) array
        The facets of a cell are its rows a.x <= b, irredundant, scaled so that the largest entry of a is 1 in magnitude. Every entry of a lies
        within `ACCURACY` of the exact one, b within `ACCURACY` times max(1, abs(b)); `Cell.hrep` gives rows that are correctly rounded, or exact.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[2.0]], [[1.0]]], [[-1.0], [0.0]]), Box([0], [1]))
    >>> a, b = half_spaces(part)
    >>> a.tolist(), b.tolist()
    ([[-1.0], [1.0], [1.0], [-1.0]], [0.0, 0.5, 1.0, -0.5])
    """
    d = partition.dim
    chosen = np.arange(len(partition)) if cells is None else cells
    number, cell = partition.columns.facets_of(chosen)
    rows, is_close = np.empty((len(number), d + 1)), np.zeros(len(number), dtype=bool)

    maps = [AffineMap.from_layer(layer) for layer in partition.network.hidden]
    is_wall = number < partition.n_walls
    rows[is_wall], is_close[is_wall] = _walls(partition)[number[is_wall]], True
    for block, facets in _blocks(partition, len(chosen), cell):
        units = facets[~is_wall[facets]]
        rows[units], is_close[units] = _unit_rows(partition, maps, chosen[block], cell[units] - block.start, number[units] - partition.n_walls)
    for i in np.flatnonzero(~is_close).tolist():
        rows[i] = round_fractions(exact_row(partition, int(chosen[cell[i]]), int(number[i])))
    return rows[:, :-1], rows[:, -1]


def exact_row(partition: Partition, cell: int, number: int) -> tuple[Fraction, ...]:
    """The half-space a.x <= b of a constraint that contains a facet of a cell: a and b (d + 1,), the largest entry of a 1 in magnitude."""
    *slopes, constant = partition.oracle.row(number, partition.columns.words[cell])
    unit = number - partition.n_walls
    outward = -1 if unit < 0 or partition.code_table.piece(cell, unit) else 1
    largest = max(map(abs, slopes))
    return tuple(Fraction(outward * v, largest) for v in (*slopes, -constant))


def _walls(partition: Partition) -> FloatArray:
    """Rows (n_walls, d + 1) of the domain, scaled exactly and rounded once."""
    a, b = partition.domain.hrep(exact=True)
    rows = np.concatenate([a, b[:, None]], axis=1)
    for row in rows:
        row /= max(abs(v) for v in row[:-1])
    return round_fractions(rows)


def _blocks(partition: Partition, n: int, cell: Indices) -> Iterator[tuple[slice, Indices]]:
    """Consecutive cells, with the numbers of their facets, so many at a time that their maps fit into `BLOCK` numbers."""
    size = max(1, BLOCK // (max([1, *partition.network.widths]) * (partition.dim + 1)))
    for start in range(0, n, size):
        block = slice(start, min(start + size, n))
        yield block, np.arange(*np.searchsorted(cell, [block.start, block.stop]))


def _unit_rows(partition: Partition, maps: list[AffineMap], block: Indices, cell: Indices, unit: Indices) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Rows (m, d + 1) of these units on these cells, and whether each is proven to be close."""
    words, codes = partition.columns.words[block], partition.code_table.unpack(block)
    with np.errstate(over="ignore", invalid="ignore"):
        return _scaled(enclosed_rows(maps, words, codes, cell, unit, partition.dim), codes[cell, unit] == 1)


def enclosed_rows(maps: list[AffineMap], words: NDArray[np.uint64], codes: NDArray[np.uint8], cell: Indices, unit: Indices, dim: int) -> Enclosed:
    """Pre-activations (m, d + 1) of units as affine forms of the input, each on a cell.

    Parameters
    ----------
    maps : list of AffineMap
        The hidden layers.
    words : (n, V) uint64
        Packed codes of n cells, equal ones of the first layers next to each other: at least those of all layers below the units'.
    codes : (n, units)
        The same, one byte a unit.
    cell, unit : (m,) arrays of int
    dim : int
        Inputs of the network.
    """
    rows = Enclosed(*np.zeros((2, len(unit), dim + 1)))
    prefix, first, first_word = np.zeros(len(words), dtype=np.int64), 0, first_words([layer.n_units for layer in maps])
    inputs = _identity(dim)
    with np.errstate(over="ignore", invalid="ignore"):
        for layer, end in zip(maps, first_word[1:], strict=True):
            stop = first + layer.n_units
            of_layer = np.flatnonzero((unit >= first) & (unit < stop))
            _put(rows, of_layer, layer, inputs, prefix[cell[of_layer]], unit[of_layer] - first)
            if stop >= codes.shape[1]:
                break
            representative, finer = equal_runs(words[:, :end])  # equal prefixes stand together
            inputs = layer.outputs(layer.forms(inputs).take(prefix[representative]), codes[representative, first:stop])
            prefix, first = finer, stop
    return rows


def _put(rows: Enclosed, at: Indices, layer: AffineMap, inputs: Enclosed, prefix: Indices, unit: Indices) -> None:
    """Write the forms of these units for these prefixes into rows: each by itself where they are fewer than all units of all prefixes."""
    if len(at) < len(inputs.value) * layer.n_units:
        chosen = layer.of(unit).forms(inputs.take(prefix))
        pairs = [part[:, 0] for part in chosen]
    else:
        pairs = [part[prefix, unit] for part in layer.forms(inputs)]
    for kept, new in zip(rows, pairs, strict=True):
        kept[at] = new


def _identity(d: int) -> Enclosed:
    """The inputs as affine forms (1, d, d + 1) of themselves."""
    value = np.eye(d, d + 1)[None]
    return Enclosed(value, np.zeros_like(value))


def _scaled(rows: Enclosed, fires: NDArray[np.bool_]) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Forms that are positive where a unit fires, as rows a.x <= b of largest entry 1."""
    largest = _row_maxima(np.abs(rows.value[:, :-1]))
    slack = ACCURACY / 8 * largest
    is_close = _row_maxima(rows.error[:, :-1]) <= slack
    is_close &= rows.error[:, -1] <= np.maximum(slack, ACCURACY / 8 * np.abs(rows.value[:, -1]))
    # The smallest normal number keeps the division itself exact to a rounding.
    is_close &= (largest >= SMALLEST_NORMAL) & (largest < np.inf)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        scaled = rows.value / np.where(fires, -largest, largest)[:, None]
    scaled[:, -1] *= -1
    scaled += 0.0  # no zero with a sign
    return scaled, is_close & np.isfinite(scaled[:, -1])


def _row_maxima(values: FloatArray) -> FloatArray:
    """``values.max(axis=1)`` of an array of few columns, column by column, which is several times faster."""
    return np.asarray(reduce(np.maximum, values.T))
