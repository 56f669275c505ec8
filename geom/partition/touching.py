"""Questions about which cells of a partition touch: facets, the adjacency graph, neighbours, distances in steps, segments."""

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
from geom.errors import GeomError, shown

if TYPE_CHECKING:
    from geom.partition.partition import Partition
    from geom.partition.segment import Path

__all__ = ["Touching"]


class Touching:
    """The part of a `Partition` that adjacency has to do with. It is computed at the first question that needs it, and kept."""

    def _self(self) -> Partition:
        return cast("Partition", self)

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
        directional derivatives. In a partition that a budget cut short,
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
            raise GeomError(f"within k={shown(k)} steps: a distance is a whole number >= 0")
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
        """The cells along the straight segment from x to y, with the exact parameters of the crossings: ``.cells``, ``.parameters``, and pieces.

        Cells are convex, so none comes twice. Where the segment runs inside a hyperplane, the cells are those on one side of it, inside the domain.

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
