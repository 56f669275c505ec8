"""Codes with the units of a facet flipped, for all facets of many cells at once: nearly always the codes of the neighbours (see `across`)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.engine.codes import CodeTable
from geom.engine.columns import Columns

__all__ = ["Flipped", "flip_facets"]


class Flipped(NamedTuple):
    """F facets of N cells, in the order of the cells.

    Attributes
    ----------
    at : (N + 1,) int64
        Where each cell's facets begin.
    words : (F, V) uint64
        The cell's packed code with all units of the facet flipped.
    has_wall : (F,) bool
        A wall contains the facet: there is nothing beyond.
    """

    at: NDArray[np.int64]
    words: NDArray[np.uint64]
    has_wall: NDArray[np.bool_]


def flip_facets(columns: Columns, n_walls: int, table: CodeTable) -> Flipped:
    """Flip the units of every facet.

    Parameters
    ----------
    columns : Columns
    n_walls : int
        Constraints of smaller number are walls.
    table : CodeTable
        Which says where a unit's bit is.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0], [-1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]]), Box([-1], [1]))
    >>> part.columns.words[0], part[0].facets
    (array([2], dtype=uint64), (Facet(units=(), walls=(0,)), Facet(units=(0, 1), walls=())))
    >>> flip_facets(part.columns, part.n_walls, part.code_table).words[:2, 0]
    array([2, 1], dtype=uint64)
    """
    is_first, number = columns.constraints()
    facet, at = np.cumsum(is_first) - 1, columns.facet_begins()
    flipped = np.repeat(columns.words, np.diff(at), axis=0)
    is_unit = number >= n_walls
    unit = number[is_unit] - n_walls
    np.bitwise_xor.at(flipped, (facet[is_unit], table.word_of[unit]), np.uint64(1) << table.offset_of[unit].astype(np.uint64))
    has_wall = np.zeros(len(flipped), dtype=np.bool_)
    has_wall[facet[~is_unit]] = True
    return Flipped(at, flipped, has_wall)
