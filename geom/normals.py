"""Unit normals of units' hyperplanes in many cells at once: gradients of pre-activations, carried back layer by layer with error bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.ball import INFLATE, TINY, gamma

if TYPE_CHECKING:
    from geom.partition import Partition

__all__ = ["unit_normals"]

ACCURACY = 1e-12  # of each component
CHUNK_ENTRIES = 1 << 21


def unit_normals(partition: Partition, cells: NDArray[np.int64], units: NDArray[np.int64]) -> FloatArray:
    """Unit vectors (n, d), the gradient of unit units[i] in cell cells[i], scaled: it points to where the unit fires.

    Parameters
    ----------
    partition : Partition
    cells, units : (n,) arrays of int
        The unit's pre-activation must not be constant on the cell, as for every unit that contains one of its facets.

    Notes
    -----
    Each component is within 1e-12 of the exact normal's: where the floats' bound is larger, the gradient is computed in integers.
    """
    network = partition.network
    normals = np.empty((len(cells), partition.dim))
    layer = np.searchsorted(network.first, units, side="right") - 1
    step = max(1, CHUNK_ENTRIES // max(1, network.n_units, partition.dim))
    for number in np.unique(layer).tolist():
        mine = np.flatnonzero(layer == number)
        for begin in range(0, len(mine), step):
            part = mine[begin : begin + step]
            codes = partition.code_table.unpack(cells[part])[:, : int(network.first[number])]
            gradient, error = _gradients(partition, number, units[part] - int(network.first[number]), codes)
            normals[part] = _scaled(partition, gradient, error, cells[part], units[part])
    return normals


def _gradients(partition: Partition, layer: int, offsets: NDArray[np.int64], codes: NDArray[np.uint8]) -> tuple[FloatArray, FloatArray]:
    """Gradients (n, d) of units of one layer where the layers before have these codes, and a bound on every component's error."""
    network = partition.network
    top = network.hidden[layer]
    rows = top.row[offsets, -1]
    n_terms = 2.0
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite bound proves nothing
        gradient = top.weight.floats()[rows]
        magnitude = np.abs(gradient)
        for below, first in zip(reversed(network.hidden[:layer]), reversed(network.first[:layer].tolist()), strict=True):
            slope = below.slope[np.arange(below.n_units), codes[:, first : first + below.n_units]]
            weight = below.weight.floats()[below.row[:, -1]]
            gradient = (gradient * slope) @ weight
            magnitude = (magnitude * np.abs(slope) + TINY) @ np.abs(weight) + TINY  # what underflow takes is less than gamma TINY
            n_terms += below.n_units + 4.0
        return gradient, (magnitude * gamma(n_terms)) * INFLATE + TINY


def _scaled(partition: Partition, gradient: FloatArray, error: FloatArray, cells: NDArray[np.int64], units: NDArray[np.int64]) -> FloatArray:
    largest = np.abs(gradient).max(axis=1, keepdims=True)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        doubtful = ~((error.sum(axis=1) <= ACCURACY / 4 * largest[:, 0]) & (largest[:, 0] > TINY) & np.isfinite(largest[:, 0]))
        gradient = gradient / largest
    for i in np.flatnonzero(doubtful).tolist():
        slopes = partition.oracle.row(partition.n_walls + int(units[i]), partition.columns.words[cells[i]])[:-1]
        scale = max(abs(v) for v in slopes)
        gradient[i] = [v / scale for v in slopes]
    return np.asarray(gradient / np.linalg.norm(gradient, axis=1, keepdims=True))
