"""What constraints on a layer's weights make of its cells (Examples 1 and 2 and Figure 2 of the paper, with errata E12 and E13).

Pieces r and s of a unit are cut apart by a hyperplane with normal A_kr - A_ks, so the shape of the cells is that of these normals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import ArrayLike

from geom.arguments import is_whole
from geom.errors import NetworkError
from geom.exact import Fractions
from geom.networks.layer import Layer
from geom.sites.layers import unit_sites

__all__ = ["CutGeometry", "axis_parallel_layer", "cut_geometry", "cut_normals", "diagonal_layer", "most_cells"]


class CutGeometry(NamedTuple):
    """Shape of a layer's cuts.

    Attributes
    ----------
    rank : int
        Of all normals: 1 if all cuts are parallel.
    is_axis_parallel : bool
        Every normal is along an axis (Example 1): the cells are boxes, bounded or not.
    is_diagonal : bool
        All entries of every normal have the same magnitude (Example 2).
    is_orthogonal : bool
        Normals of different units are orthogonal.
    """

    rank: int
    is_axis_parallel: bool
    is_diagonal: bool
    is_orthogonal: bool


def cut_normals(layer: Layer) -> list[Fractions]:
    """For each unit the normals (n, D) of the cuts between any two of its pieces; none for pieces of the same slope.

    Examples
    --------
    >>> cut_normals(Layer.abs([[1.0, -2.0]], [0.5]))[0]
    array([[Fraction(2, 1), Fraction(-4, 1)]], dtype=object)
    """
    found = []
    for k in range(layer.n_units):
        slopes, _ = unit_sites(layer, k, exact=True)
        normals = [slopes[s] - slopes[r] for r, s in combinations(range(len(slopes)), 2)]
        kept = [v for v in normals if any(v)]
        found.append(np.array(kept, dtype=object).reshape(len(kept), layer.input_dim))
    return found


def cut_geometry(layer: Layer) -> CutGeometry:
    """How the cuts of a layer stand to the axes and to each other, exactly.

    Examples
    --------
    >>> cut_geometry(Layer.relu([[1.0, 0.0], [0.0, 3.0]], [0.0, 1.0]))
    CutGeometry(rank=2, is_axis_parallel=True, is_diagonal=False, is_orthogonal=True)
    """
    by_unit = cut_normals(layer)
    normals = [v for own in by_unit for v in own]
    return CutGeometry(
        _rank(normals),
        all(np.count_nonzero(v) == 1 for v in normals),
        all(len({abs(x) for x in v}) == 1 for v in normals),
        all(u @ v == 0 for p, q in combinations(by_unit, 2) for u in p for v in q),
    )


def most_cells(layer: Layer) -> int:
    """The most cells that cuts of this rank can make: Zaslavsky's number for n distinct hyperplanes whose normals have this rank.

    K parallel cuts make K + 1 cells, two orthogonal ones 4, three lines of the plane 7 (Figure 2; E26).

    Examples
    --------
    >>> most_cells(Layer.relu([[1.0, 2.0], [2.0, 4.0], [-1.0, -2.0]], [0.0, 1.0, 2.0]))
    4
    """
    if (layer.row >= 0).sum(axis=1).max(initial=0) > 2:
        raise NetworkError("Zaslavsky's number is for units of two pieces")
    by_unit = cut_normals(layer)
    n = sum(len(own) for own in by_unit)
    rank = _rank([v for own in by_unit for v in own])
    return sum(comb(n, i) for i in range(rank + 1))


def axis_parallel_layer(index: Sequence[int], slopes: ArrayLike, offsets: ArrayLike, dim: int) -> Layer:
    """Example 1, corrected: unit k looks at one coordinate, index[k], with all of its pieces.

    Parameters
    ----------
    index : (K,) sequence of int
    slopes, offsets : (K, R) arrays
        Piece r of unit k is slopes[k, r] * x[index[k]] + offsets[k, r].
    dim : int

    Raises
    ------
    NetworkError
        If there is no such coordinate, or shapes do not fit.

    Notes
    -----
    The paper lets the coordinate depend on r; then pieces 2 x_1 and 3 x_2 are cut apart along the normal (2, -3).

    Examples
    --------
    >>> cut_geometry(axis_parallel_layer([1], [[0.0, 2.0, 5.0]], [[0.0, 1.0, -1.0]], dim=3)).is_axis_parallel
    True
    """
    if not all(is_whole(i, 0, dim - 1) for i in index):
        raise NetworkError(f"index={list(index)!r}: numbers of coordinates, from 0 to {dim - 1}, are needed")
    return _maxout([np.eye(dim)[i] for i in index], slopes, offsets)


def diagonal_layer(signs: ArrayLike, slopes: ArrayLike, offsets: ArrayLike) -> Layer:
    """Example 2, corrected: piece r of unit k has the slope slopes[k, r] * signs[k], with one vector of signs for all pieces.

    Parameters
    ----------
    signs : (K, D) array of -1 and 1
    slopes, offsets : (K, R) arrays

    Notes
    -----
    The paper lets the signs depend on r; then slopes (1, 1) and (1, -1) are cut apart along the normal (0, 2), which is an axis.

    Examples
    --------
    >>> cut_geometry(diagonal_layer([[1, -1]], [[0.0, 2.0, 5.0]], [[0.0, 1.0, -1.0]])).is_diagonal
    True
    """
    directions = np.asarray(signs, dtype=np.float64)
    if directions.ndim != 2 or not np.isin(directions, (-1, 1)).all():
        raise NetworkError("signs are -1 or 1, of shape (units, dim)")
    return _maxout(list(directions), slopes, offsets)


def _maxout(directions: Sequence[ArrayLike], slopes: ArrayLike, offsets: ArrayLike) -> Layer:
    """Pieces slopes[k, r] * directions[k] . x + offsets[k, r]."""
    factor, bias = np.asarray(slopes, dtype=np.float64), np.asarray(offsets, dtype=np.float64)
    if factor.ndim != 2 or factor.shape != bias.shape or len(factor) != len(directions):
        raise NetworkError(f"slopes and offsets are (units, pieces) with {len(directions)} units; got {factor.shape} and {bias.shape}")
    weight = (factor[:, :, None] * np.asarray(directions)[:, None, :]).reshape(factor.size, -1)
    return Layer(weight, bias.ravel(), np.arange(factor.size).reshape(factor.shape), np.ones(factor.shape))


def _rank(vectors: Sequence[Fractions]) -> int:
    if not vectors:
        return 0
    return int(fmpq_mat(len(vectors), len(vectors[0]), [fmpq(v.numerator, v.denominator) for row in vectors for v in row]).rank())
