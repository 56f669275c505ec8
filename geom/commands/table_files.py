"""Tables of plain columns as files that other programs read: text, arrays for numpy, Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from geom.errors import GeomError, MissingDependency
from geom.storage import write_whole

__all__ = ["TABLE_SUFFIXES", "check_table_name", "write_table"]

TABLE_SUFFIXES = (".csv", ".npz", ".parquet")


def check_table_name(path: str | PathLike[str]) -> None:
    """Refuse a name under which no table could be written.

    Raises
    ------
    GeomError
        If the suffix is no format of tables.
    MissingDependency
        If it is .parquet and pyarrow is not installed.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        raise GeomError(f"{path}: the suffix {Path(path).suffix!r} is no format of tables; take one of {', '.join(TABLE_SUFFIXES)}")
    if suffix == ".parquet" and find_spec("pyarrow") is None:
        raise MissingDependency("pyarrow", "a .parquet file", "parquet")


def write_table(columns: Mapping[str, NDArray[Any]], path: str | PathLike[str]) -> None:
    """Write columns of equal length, which stand under their names.

    Parameters
    ----------
    columns : dict of str to (n,) array
    path : path-like
        ``*.csv``: every double in so many digits that reading it gives the same double; ``*.npz``: for `numpy.load`; ``*.parquet``.

    Raises
    ------
    GeomError, MissingDependency
        As in `check_table_name`.
    SaveError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_table({"cell": np.array([0, 1]), "volume": np.array([0.1, np.inf])}, f"{folder}/cells.csv")
    ...     Path(folder, "cells.csv").read_text().splitlines()
    ['cell,volume', '0,0.1', '1,inf']
    """
    check_table_name(path)
    write = {".csv": _csv, ".npz": _npz, ".parquet": _parquet}[Path(path).suffix.lower()]
    write_whole(path, lambda file: write(columns, file))


def _csv(columns: Mapping[str, NDArray[Any]], file: IO[bytes]) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*(column.tolist() for column in columns.values()), strict=True))
    text.detach()


def _npz(columns: Mapping[str, NDArray[Any]], file: IO[bytes]) -> None:
    np.savez_compressed(file, **dict(columns))  # type: ignore[arg-type]


def _parquet(columns: Mapping[str, NDArray[Any]], file: IO[bytes]) -> None:
    import pyarrow
    from pyarrow import parquet

    parquet.write_table(pyarrow.table(dict(columns)), file)
