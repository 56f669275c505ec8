"""The adjacency graph as a networkx graph: one node a cell, one edge a shared facet, with what the facet is made of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.adjacency.halfspaces import half_spaces
from geom.doubles import as_array
from geom.errors import GeomError
from geom.exact import FloatArray
from geom.kernels.tables.neighbours import differing_units

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["graph_of"]

UNITS_A_PAIR = 4


def graph_of(partition: Partition, nodes: ArrayLike | None = None) -> nx.Graph:
    """The graph of `Partition.graph`."""
    kept = np.arange(len(partition)) if nodes is None else _numbers(partition, nodes)
    graph = nx.Graph()
    graph.add_nodes_from(_nodes(partition, kept))
    graph.add_edges_from(_edges(partition, kept))
    return graph


def _numbers(partition: Partition, nodes: ArrayLike) -> NDArray[np.int64]:
    """Cell numbers without repetitions, in the order given."""
    try:
        given = as_array(list(nodes) if isinstance(nodes, (set, frozenset)) else nodes)
    except ValueError as error:
        raise GeomError(f"cells are given as a list of whole numbers: {error}") from error
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        hint = "; np.flatnonzero(mask) gives those of a mask" * (given.dtype.kind == "b")
        raise GeomError(f"cells are given as a list of whole numbers; got shape {given.shape} of {given.dtype}{hint}")
    n = len(partition)
    if given.size and (given.min() < 0 or given.max() >= n):
        raise GeomError(f"cells are numbered 0..{n - 1}; {int(given.min() if given.min() < 0 else given.max())} is none")
    return np.array(list(dict.fromkeys(given.tolist())), dtype=np.int64)


def _nodes(partition: Partition, kept: NDArray[np.int64]) -> Iterable[tuple[int, dict[str, object]]]:
    codes, witnesses, bounded = partition.code_table.unpack(kept), partition.witnesses[kept], partition.is_bounded[kept].tolist()
    names = ("code", "witness", "bounded")
    return ((i, dict(zip(names, values, strict=True))) for i, *values in zip(kept.tolist(), codes, witnesses, bounded, strict=True))


def _edges(partition: Partition, kept: NDArray[np.int64]) -> Iterable[tuple[int, int, dict[str, object]]]:
    """Every pair of adjacent cells once, both of them kept."""
    facets = partition.facets
    is_kept = np.zeros(len(partition), dtype=np.bool_)
    is_kept[kept] = True
    pairs = facets.pairs()
    a, b = facets.cells()[pairs], facets.beyond[pairs].astype(np.int64)
    both = is_kept[a] & is_kept[b]
    a, b, first = a[both], b[both], facets.unit[pairs[both]].astype(np.int64)
    layers = partition.network.layers_of(first).tolist()
    units, normals = changed_units(partition, a, b), _normals(partition, a, pairs[both])
    names = ("layer", "units", "normal")
    return ((i, j, dict(zip(names, values, strict=True))) for i, j, *values in zip(a.tolist(), b.tolist(), layers, units, normals, strict=True))


def _normals(partition: Partition, cells: NDArray[np.int64], facets: NDArray[np.int64]) -> FloatArray:
    """Unit normals of facets of these cells, towards the side where the facet's first unit fires."""
    table = partition.facets
    owners, position = np.unique(cells, return_inverse=True)
    start = np.concatenate([[0], np.cumsum(table.at[owners + 1] - table.at[owners])])
    rows = half_spaces(partition, owners)[0][start[position] + facets - table.at[cells]]  # outward
    unit = table.unit[facets]
    rows[partition.code_table.pieces(cells, unit) == 1] *= -1.0
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True) + 0.0)


def changed_units(partition: Partition, a: NDArray[np.int64], b: NDArray[np.int64]) -> list[tuple[int, ...]]:
    """For each pair of cells, the units whose pieces differ, in ascending order."""
    unit_of = partition.code_table.unit_of
    at, units = np.zeros(len(a) + 1, dtype=np.int64), np.empty(UNITS_A_PAIR * len(a), dtype=np.int32)
    differing_units(partition.columns.words, a, b, unit_of, at, units)
    if at[-1] > len(units):
        units = np.empty(at[-1], dtype=np.int32)
        differing_units(partition.columns.words, a, b, unit_of, at, units)
    flat, ends = units[: at[-1]].tolist(), at.tolist()
    return [tuple(flat[start:stop]) for start, stop in pairwise(ends)]
