"""A partition as tables: one row a cell, and one row a facet of a cell, as plain numpy columns that pandas, pyarrow and polars take as they are.

The rows of both tables carry the cell's number, so they can be joined; in the table of facets `beyond` is a cell's number as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.halfspaces import half_spaces
from geom.errors import MissingDependency

if TYPE_CHECKING:
    from pandas import DataFrame

    from geom.partition.partition import Partition

__all__ = ["facet_columns", "frame_of", "to_columns", "to_frame"]

Table = dict[str, NDArray[Any]]
MAX_DIGITS = 64


def to_columns(partition: Partition, *, codes: bool | None = None) -> Table:
    """One row a cell; the columns are those that `Partition.to_columns` names.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
    >>> columns = to_columns(part)
    >>> list(columns)
    ['cell', 'code', 'witness_0', 'is_bounded', 'n_facets', 'n_walls', 'degree']
    >>> columns["code"].tolist(), columns["degree"].tolist()
    (['00', '10', '11'], [1, 2, 1])
    """
    n, network = len(partition), partition.network
    columns: Table = {"cell": np.arange(n)}
    if codes if codes is not None else network.n_units <= MAX_DIGITS:
        columns["code"] = _texts(partition.codes)
    columns |= {f"witness_{j}": np.ascontiguousarray(column) for j, column in enumerate(partition.witnesses.T)}
    facets = partition.facets
    columns |= {"is_bounded": partition.is_bounded, "n_facets": np.diff(facets.at).astype(np.int32)}
    columns |= {"n_walls": _count(facets.wall >= 0, facets.at), "degree": _count(facets.beyond >= 0, facets.at)}
    return columns


def facet_columns(partition: Partition, *, rows: bool = False) -> Table:
    """One row a facet of a cell; the columns are those that `Partition.facet_columns` names.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0]], [[1.0]]], [[-0.5], [0.0]]), Box([0], [1]))
    >>> {name: column.tolist() for name, column in facet_columns(part).items()}
    {'cell': [0, 0, 1, 1], 'unit': [-1, 0, -1, 0], 'layer': [-1, 0, -1, 0], 'wall': [0, -1, 1, -1], 'beyond': [-1, 1, -1, 0]}
    """
    facets = partition.facets
    layer = partition.network.layers_of(facets.unit).astype(np.int32)
    columns: Table = {"cell": facets.cells(), "unit": facets.unit, "layer": layer, "wall": facets.wall, "beyond": facets.beyond}
    if rows:
        a, b = half_spaces(partition)
        columns |= {f"a_{j}": np.ascontiguousarray(column) for j, column in enumerate(a.T)} | {"b": np.ascontiguousarray(b)}
    return columns


def to_frame(partition: Partition, *, codes: bool | None = None) -> DataFrame:
    """The table of `to_columns` as a pandas.DataFrame.

    Raises
    ------
    MissingDependency
        If pandas is not installed.
    """
    return frame_of(to_columns(partition, codes=codes))


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


def _count(chosen: NDArray[np.bool_], at: NDArray[np.int64]) -> NDArray[np.int32]:
    """How many of every cell's facets are chosen."""
    total = np.concatenate([[0], np.cumsum(chosen)])
    count: NDArray[np.int32] = (total[at[1:]] - total[at[:-1]]).astype(np.int32)
    return count


def _texts(codes: NDArray[np.uint8]) -> NDArray[np.str_]:
    """Codes (N, units) as text (N,), a digit a unit."""
    n, width = codes.shape
    if not width:
        return np.full(n, "")
    digits = codes.astype(np.uint32)
    digits += ord("0")
    return digits.view(f"U{width}")[:, 0]
