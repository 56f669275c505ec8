"""A partition as tables: one row a cell, and one row a facet of a cell, as plain numpy columns that pandas, pyarrow and polars take as they are.

The rows of both tables carry the cell's number, so they can be joined; in the table of facets `beyond` is a cell's number as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from geom.errors import MissingDependency
from geom.halfspaces import half_spaces

if TYPE_CHECKING:
    from pandas import DataFrame

    from geom.network import Network
    from geom.partition import Partition

__all__ = ["Facets", "facet_columns", "frame_of", "to_columns", "to_frame"]

Columns = dict[str, NDArray[Any]]
MAX_DIGITS = 64


class Facets(Protocol):
    """What is known of all facets, cell by cell: where each cell's begin, first unit, first wall and the cell beyond (-1 for none)."""

    @property
    def at(self) -> NDArray[np.int64]: ...
    @property
    def unit(self) -> NDArray[np.int32]: ...
    @property
    def wall(self) -> NDArray[np.int32]: ...
    @property
    def beyond(self) -> NDArray[np.int32]: ...


def to_columns(partition: Partition, *, codes: bool | None = None, degree: NDArray[Any] | None = None) -> Columns:
    """One row a cell.

    Parameters
    ----------
    partition : Partition
    codes : bool, optional
        Whether there is a column of codes, which takes four bytes a unit and cell. By default where the network has at most 64 units.
    degree : (N,) array of int, optional
        Numbers of neighbours, from the adjacency matrix.

    Returns
    -------
    dict of str to (N,) array
        ``cell`` (number), ``code`` (text: a digit a unit, in network order), ``witness_0``, ..., ``is_bounded``, ``n_facets``, ``n_walls`` (how
        many facets lie on the border of the domain) and ``degree``.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
    >>> {name: column.tolist() for name, column in to_columns(part).items() if name != "cell"}
    {'code': ['00', '10', '11'], 'witness_0': [-0.75, 0.0, 0.75], 'is_bounded': [True, True, True], 'n_facets': [2, 2, 2], 'n_walls': [1, 0, 1]}
    """
    n, network = len(partition), partition.network
    columns: Columns = {"cell": np.arange(n)}
    if codes if codes is not None else network.n_units <= MAX_DIGITS:
        columns["code"] = _texts(partition.codes)
    columns |= {f"witness_{j}": np.ascontiguousarray(column) for j, column in enumerate(partition.witnesses.T)}
    n_facets, n_walls = _counts(partition)
    columns |= {"is_bounded": partition.is_bounded, "n_facets": n_facets, "n_walls": n_walls}
    if degree is not None:
        columns["degree"] = np.asarray(degree)
    return columns


def facet_columns(partition: Partition, facets: Facets, *, rows: bool = False) -> Columns:
    """One row a facet of a cell, so an inner facet has two.

    Parameters
    ----------
    partition : Partition
    facets : Facets
        Its facets in the order of its cells and their `Cell.facets`.
    rows : bool
        Whether to add the facet's half-space a.x <= b in doubles (`geom.halfspaces`) as ``a_0``, ..., ``b``.

    Returns
    -------
    dict of str to (M,) array
        ``cell``, ``unit`` (the first one that contains the facet, numbered through the network), ``layer`` (of that unit), ``wall`` (the first
        wall that does) and ``beyond`` (the cell on the other side); -1 where there is none.
    """
    unit = np.asarray(facets.unit)
    columns: Columns = {
        "cell": np.repeat(np.arange(len(partition)), np.diff(facets.at)),
        "unit": unit,
        "layer": _layers(partition.network, unit),
        "wall": np.asarray(facets.wall),
        "beyond": np.asarray(facets.beyond),
    }
    if rows:
        a, b = half_spaces(partition)
        columns |= {f"a_{j}": np.ascontiguousarray(column) for j, column in enumerate(a.T)} | {"b": np.ascontiguousarray(b)}
    return columns


def to_frame(partition: Partition, *, codes: bool | None = None, degree: NDArray[Any] | None = None) -> DataFrame:
    """The table of `to_columns` as a pandas.DataFrame.

    Raises
    ------
    MissingDependency
        If pandas is not installed.
    """
    return frame_of(to_columns(partition, codes=codes, degree=degree))


def frame_of(columns: Mapping[str, NDArray[Any]]) -> DataFrame:
    """Columns of equal length as a pandas.DataFrame.

    Raises
    ------
    MissingDependency
        If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingDependency("pandas", "a data frame", "frame") from error
    frame: DataFrame = pd.DataFrame(dict(columns))
    return frame


def _counts(partition: Partition) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Facets of every cell, and those among them that lie on a wall."""
    at, facet = partition.columns.facet_at, partition.columns.facet
    is_first = facet >= 0
    starts = np.flatnonzero(is_first)
    on_wall = np.where(is_first, facet, ~facet) < partition.n_walls
    counted = [is_first, np.zeros_like(is_first)]
    if starts.size:
        counted[1][starts] = np.logical_or.reduceat(on_wall, starts)
    first, last = at[:-1], at[1:]
    sums = [np.concatenate([[0], np.cumsum(mask)]) for mask in counted]
    n_facets, n_walls = ((total[last] - total[first]).astype(np.int32) for total in sums)
    return n_facets, n_walls


def _texts(codes: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Codes (N, units) as text (N,), a digit a unit."""
    n, width = codes.shape
    if not width:
        return np.full(n, "")
    digits = codes.astype(np.uint32)
    digits += ord("0")
    return digits.view(f"U{width}")[:, 0]


def _layers(network: Network, unit: NDArray[Any]) -> NDArray[np.int32]:
    """Layers of units, -1 for those below 0."""
    ends = np.cumsum(network.widths)
    return np.where(unit < 0, -1, np.searchsorted(ends, unit, side="right")).astype(np.int32)
