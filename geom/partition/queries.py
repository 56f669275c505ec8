"""Questions about all cells of a partition: which share a piece, how many faces and linear regions they have, what they are as tables."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.regions import linear_regions
from geom.errors import NetworkError, shown
from geom.partition.export import facet_columns, to_columns, to_frame
from geom.partition.faces import f_vector
from geom.partition.touching import Touching

if TYPE_CHECKING:
    from pandas import DataFrame


__all__ = ["Queries"]


class Queries(Touching):
    """What a `Partition` can be asked of all its cells: which take a piece, how many there are and of what, as tables."""

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
            raise NetworkError(f"layer={shown(layer)}: hidden layers are numbered 0..{len(widths) - 1}")
        n_units = part.network.n_units if layer is None else widths[layer]
        if not _is_index(unit, n_units):
            where = "the network" if layer is None else f"layer {layer}"
            raise NetworkError(f"unit={shown(unit)}: {where} has {n_units} units, numbered from 0")
        if not _is_index(piece, 2):
            raise NetworkError(f"piece={shown(piece)}: a unit has the pieces 0 and 1")
        number = unit if layer is None else int(part.network.first[layer]) + unit
        table = part.code_table
        return np.asarray(np.flatnonzero(table.pieces(slice(None), number) == piece))

    # --- faces and linear regions ------------------------------------------------------------------------------------------------------------

    def f_vector(self) -> tuple[int, ...]:
        """Numbers (f_0, ..., f_d) of relatively open faces of each dimension; exact, about a millisecond a cell in the plane.

        Walls of the domain count as faces, and so do their intersections; f_d is the number of cells. In the whole space, cells that hold a line have
        no vertices, and f_0 is 0.

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
        """(N,) the linear region of each cell: adjacent cells whose exact affine maps are equal are merged.

        Regions are numbered in the order of their first cells. Cells with the same map that no chain of such cells links are different regions.

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
        """The cells as plain columns that pandas, pyarrow and polars take as they are: one row a cell.

        Parameters
        ----------
        codes : bool, optional
            Whether there is a column of codes, which takes four bytes a unit and cell. By default where the network has at most 64 units.

        Returns
        -------
        dict of str to (N,) array
            ``cell`` (number), ``code`` (text: a digit a unit, in network order), ``witness_0``, ..., ``is_bounded``, ``n_facets``, ``n_walls`` (how
            many of the facets lie on the border of the domain) and ``degree`` (how many neighbours the cell has).

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.to_columns()["degree"]
        array([1, 2, 1], dtype=int32)
        """
        return to_columns(self._self(), codes=codes)

    def facet_columns(self, *, rows: bool = False) -> dict[str, NDArray[Any]]:
        """The facets of all cells as plain columns: one row a facet of a cell, so an inner facet has two; in the order of `Cell.facets`.

        Parameters
        ----------
        rows : bool
            Whether to add the facet's half-space a.x <= b in doubles, as ``a_0``, ..., ``b``; each within a proven bound, where `Cell.hrep` is
            rounded correctly.

        Returns
        -------
        dict of str to (M,) array
            ``cell``, ``unit`` (the first one that contains the facet, numbered through the network), ``layer`` (of that unit), ``wall`` (the first
            wall that does) and ``beyond`` (the cell on the other side); -1 where there is none.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.facet_columns()["beyond"]
        array([-1,  1,  2,  0,  1, -1], dtype=int32)
        """
        return facet_columns(self._self(), rows=rows)

    def to_frame(self, *, codes: bool | None = None) -> DataFrame:
        """The table of `Partition.to_columns` as a pandas.DataFrame.

        Raises
        ------
        MissingDependency
            If pandas is not installed.
        """
        return to_frame(self._self(), codes=codes)


def _is_index(value: Any, n: int) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool) and bool(0 <= value < n)
