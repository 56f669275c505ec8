"""Questions about the cells of a partition: which touch, which lie near or on a segment, which share a piece, how many faces they have."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geom.adjacency import hops
from geom.adjacency.graph import graph_of
from geom.adjacency.neighbours import FacetTable, adjacency_of
from geom.adjacency.regions import linear_regions
from geom.errors import GeomError, NetworkError
from geom.partition.export import facet_columns, to_columns, to_frame
from geom.partition.faces import f_vector

if TYPE_CHECKING:
    from pandas import DataFrame

    from geom.partition.partition import Partition
    from geom.partition.segment import Path

__all__ = ["Queries"]


class Queries:
    """What a `Partition` can be asked beyond its single cells. Adjacency is computed at the first question that needs it, and kept."""

    def _self(self) -> Partition:
        return cast("Partition", self)

    # --- which cells touch -------------------------------------------------------------------------------------------------------------------

    @cached_property
    def facets(self) -> FacetTable:
        """The facets of all cells as arrays ``unit``, ``wall``, ``beyond``, as in `facet_columns`; those of cell i from ``at[i]`` to ``at[i + 1]``.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.facets.beyond
        array([-1,  1,  2,  0,  1, -1], dtype=int32)
        """
        return FacetTable.of(self._self())

    @cached_property
    def _adjacency(self) -> csr_array:
        return adjacency_of(self.facets)

    def adjacency(self) -> csr_array:
        """Which cells share a facet: a symmetric (N, N) matrix with a 1 for each such pair, column numbers ascending in every row.

        Returns
        -------
        scipy.sparse.csr_array of int32
            A matrix of your own; domain walls have no neighbour and are listed in `facets`.

        Raises
        ------
        GeomError
            If the cells do not fit together, which happens in no partition that `subdivide` made.

        Notes
        -----
        The cell across a facet has the code in which the facet's units are flipped; where no cell has it, the code is computed exactly from
        directional derivatives (spec.md 4.3, 4.7; the proof is in `geom.adjacency.neighbours`). In a partition that a budget cut short,
        facets towards missing cells have no entry.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.adjacency().toarray()
        array([[0, 1, 0],
               [1, 0, 1],
               [0, 1, 0]], dtype=int32)
        """
        return self._adjacency.copy()

    def graph(self, nodes: ArrayLike | None = None) -> nx.Graph:
        """The adjacency graph, for all that networkx offers.

        Nodes are cell numbers, with ``code`` (n_units,), ``witness`` (d,) and ``bounded``. An edge is a shared facet, with ``layer`` (the first
        hidden layer, from 0, that has a unit changing there), ``units`` (tuple: all units whose pieces differ, numbered through the network) and
        ``normal`` (d,): the unit vector normal to the facet that points to the side where the first of these units fires, each component within
        1e-10.

        Parameters
        ----------
        nodes : sequence of int, optional
            Only these cells and the edges among them; by default all.

        Raises
        ------
        GeomError
            If `nodes` names no cells.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.graph().edges[1, 2]
        {'layer': 0, 'units': (1,), 'normal': array([1.])}
        """
        return graph_of(self._self(), nodes)

    def neighbours(self, i: int) -> NDArray[np.int64]:
        """Numbers of the cells that share a facet with cell i, ascending.

        Raises
        ------
        NotFound
            If there is no cell i; it is an IndexError too.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1])).neighbours(1)
        array([0, 2])
        """
        index = self._self()[i].index
        start, stop = self._adjacency.indptr[index : index + 2]
        neighbours: NDArray[np.int32] = self._adjacency.indices[start:stop]
        return neighbours.astype(np.int64)

    def within(self, i: int, k: int) -> NDArray[np.int64]:
        """Numbers of the cells at graph distance at most k from cell i, ascending; i is one of them.

        Raises
        ------
        NotFound
            If there is no cell i; it is an IndexError too.
        GeomError
            If k is no whole number >= 0.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1])).within(0, 1)
        array([0, 1])
        """
        if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 0:
            raise GeomError(f"within k={k!r} steps: a distance is a whole number >= 0")
        return np.sort(hops.within(self._adjacency, self._self()[i].index, min(int(k), len(self._self()))))

    def degree(self) -> NDArray[np.int64]:
        """(N,) number of neighbours of each cell: its facets that are no walls."""
        counts: NDArray[np.int64] = np.diff(self._adjacency.indptr).astype(np.int64)
        return counts

    def mean_degree(self) -> float:
        """Neighbours of a cell on average; for hyperplane arrangements at most 2d (Fukuda, Saito, Tamura and Tokuyama 1991).

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> subdivide(Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])).mean_degree()
        2.0
        """
        return float(self._adjacency.nnz / len(self._self())) if len(self._self()) else 0.0

    def diameter(self) -> int:
        """The largest graph distance between two cells, exactly.

        Usually a few searches of the graph are enough; where nearly all cells lie equally deep, as in networks without biases, it takes one from
        every cell.

        Raises
        ------
        GeomError
            If the graph is not connected, as in a partition that a budget cut short.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> subdivide(Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])).diameter()
        2
        """
        return hops.diameter(self._adjacency)

    def path(self, x: Any, y: Any) -> Path:
        """The cells along the straight segment from x to y, with the exact parameters of the crossings; see `segment.path`.

        Parameters
        ----------
        x, y : (d,) sequences of float, int, Fraction, Decimal or decimal string
            Points of the domain.

        Raises
        ------
        DomainError
            If x or y is not in the domain.
        NetworkError
            If x or y are not d finite numbers.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> found = part.path([1], [-1])
        >>> found.cells, [str(t) for t in found.parameters]
        (array([2, 1, 0]), ['0', '1/4', '3/4', '1'])
        """
        from geom.partition.segment import path

        return path(self._self(), x, y)

    # --- which cells share a piece -----------------------------------------------------------------------------------------------------------

    def select(self, *, unit: int, layer: int | None = None, piece: int = 1) -> NDArray[np.int64]:
        """Numbers of the cells in which a unit takes a piece, ascending.

        Parameters
        ----------
        unit : int
            Within its layer; without `layer`, numbered through the network.
        layer : int, optional
            Hidden layer, from 0.
        piece : int
            0 or 1; of a ReLU, 1 is where it fires.

        Raises
        ------
        NetworkError
            If the network has no such layer, unit or piece.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.select(layer=0, unit=1, piece=0)
        array([0, 1])
        """
        part = self._self()
        widths = part.network.widths
        if layer is not None and not _is_index(layer, len(widths)):
            raise NetworkError(f"layer={layer!r}: hidden layers are numbered 0..{len(widths) - 1}")
        n_units = part.network.n_units if layer is None else widths[layer]
        if not _is_index(unit, n_units):
            where = "the network" if layer is None else f"layer {layer}"
            raise NetworkError(f"unit={unit!r}: {where} has {n_units} units, numbered from 0")
        if not _is_index(piece, 2):
            raise NetworkError(f"piece={piece!r}: a unit has the pieces 0 and 1")
        number = unit if layer is None else int(part.network.first[layer]) + unit
        table = part.code_table
        return np.asarray(np.flatnonzero(table.pieces(slice(None), number) == piece))

    # --- faces and linear regions ------------------------------------------------------------------------------------------------------------

    def f_vector(self) -> tuple[int, ...]:
        """Numbers (f_0, ..., f_d) of relatively open faces of each dimension; exact, for small partitions (see `faces.f_vector`).

        Raises
        ------
        GeomError
            If a budget or Ctrl-C stopped the walk.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> subdivide(Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])).f_vector()
        (1, 4, 4)
        """
        return f_vector(self._self())

    def linear_regions(self) -> NDArray[np.int64]:
        """(N,) the linear region of each cell: adjacent cells whose exact affine maps are equal are merged (see `regions.linear_regions`).

        Raises
        ------
        GeomError
            If a budget or Ctrl-C stopped the walk.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> subdivide(Network.mlp([[[1], [1]], [[1, 0]]], [[0, -0.5], [0]]), Box([-1], [1])).linear_regions()
        array([0, 1, 1])
        """
        return self._linear_regions.copy()

    @cached_property
    def _linear_regions(self) -> NDArray[np.int64]:
        pairs = self.facets.pairs()
        return linear_regions(self._self(), self.facets.cells()[pairs], self.facets.beyond[pairs])

    # --- how many ----------------------------------------------------------------------------------------------------------------------------

    def summary(self) -> dict[str, int | float | None]:
        """Counts: cells and linear regions, which are two different numbers (docs/linear-regions.md), and what the adjacency graph has.

        Returns
        -------
        dict
            ``cells``, ``linear_regions`` (None where a budget or Ctrl-C stopped the walk), ``bounded_cells``, ``pairs`` of adjacent cells,
            ``wall_facets``, ``mean_degree``.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 0.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.summary()
        {'cells': 3, 'linear_regions': 2, 'bounded_cells': 3, 'pairs': 2, 'wall_facets': 2, 'mean_degree': 1.3333333333333333}
        """
        part, facets = self._self(), self.facets
        return {
            "cells": len(part),
            "linear_regions": int(self._linear_regions.max(initial=-1)) + 1 if part.is_complete else None,
            "bounded_cells": int(np.count_nonzero(part.is_bounded)),
            "pairs": int(self._adjacency.nnz) // 2,
            "wall_facets": int(np.count_nonzero(facets.wall >= 0)),
            "mean_degree": self.mean_degree(),
        }

    def to_columns(self, *, codes: bool | None = None) -> dict[str, NDArray[Any]]:
        """The cells as plain columns (N,), one row a cell, that pandas, pyarrow and polars take as they are.

        ``cell`` (number), ``code`` (text, a digit a unit; without `codes` only for at most 64 units), ``witness_0``, ..., ``is_bounded``,
        ``n_facets``, ``n_walls`` (how many facets lie on the border of the domain) and ``degree`` (how many neighbours the cell has).

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.to_columns()["degree"]
        array([1, 2, 1], dtype=int32)
        """
        return to_columns(self._self(), codes=codes)

    def facet_columns(self, *, rows: bool = False) -> dict[str, NDArray[Any]]:
        """The facets of all cells as plain columns, one row a facet of a cell, so an inner facet has two.

        ``cell``, ``unit`` (the first that contains the facet, numbered through the network), ``layer`` (of that unit), ``wall`` (the first wall
        of the domain that does) and ``beyond`` (the cell on the other side), -1 where there is none; with `rows` the half-space a.x <= b in
        ``a_0``, ..., ``b``.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.facet_columns()["beyond"]
        array([-1,  1,  2,  0,  1, -1], dtype=int32)
        """
        return facet_columns(self._self(), rows=rows)

    def to_frame(self, *, codes: bool | None = None) -> DataFrame:
        """The cells as a pandas.DataFrame, one row a cell, with the columns of `to_columns`.

        Raises
        ------
        MissingDependency
            If pandas is not installed.
        """
        return to_frame(self._self(), codes=codes)


def _is_index(value: Any, n: int) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(0 <= value < n)
