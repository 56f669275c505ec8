"""What is being read and where in it, for errors that a user can act on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from geom.errors import GeomError, LoadError, shown

__all__ = ["as_path", "located", "read_bytes"]


def as_path(path: object) -> Path:
    """The path, or a `LoadError` if it is none."""
    if isinstance(path, (str, os.PathLike)) and isinstance(os.fspath(path), str):
        if not os.fspath(path):
            raise LoadError("''", "the path is empty; name a file")
        return Path(path)
    hint = "; geom.from_torch takes a module" * hasattr(path, "state_dict") + "; geom.from_sklearn takes an estimator" * hasattr(path, "get_params")
    raise LoadError(shown(path), f"is not the path of a file{hint}")


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """The contents of a file that is there, is a file and is not empty; else a `LoadError`."""
    file = as_path(path)
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise LoadError(str(file), "no such file") from error
    except IsADirectoryError as error:
        raise LoadError(str(file), "is a directory, not a file") from error
    except (OSError, ValueError) as error:
        raise LoadError(str(file), f"cannot be read: {error}") from error
    if not data:
        raise LoadError(str(file), "the file is empty")
    return data


@contextmanager
def located(path: str, where: str) -> Iterator[None]:
    """Give errors about a value the file and the place that the value comes from; a `LoadError` has them already."""
    try:
        yield
    except LoadError:
        raise
    except (GeomError, ValueError) as error:
        raise LoadError(path, f"{where}: {error}") from error
