"""Files that are whole or not there, and .npz archives that are read without trusting them.

A file appears under its name only when everything is in it. Of an archive nothing is unpickled, and whatever is wrong with it is a `LoadError`.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import secrets
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from geom.arguments import target_path
from geom.errors import LoadError, SaveError, shown

__all__ = ["Array", "arrays_in", "checksum", "read_arrays", "write_whole"]

NPY_MAGIC = b"\x93NUMPY"
ZIP_MAGIC = b"PK"
MAX_REASON = 120
# What zipfile, its decompressors and numpy.load raise on damaged archives; RuntimeError is zipfile's word for encryption.
DAMAGE = (ValueError, TypeError, EOFError, OSError, MemoryError, RuntimeError, KeyError, struct.error, zipfile.BadZipFile, zlib.error, lzma.LZMAError)

Array = NDArray[Any]


def write_whole(path: str | os.PathLike[str], write: Callable[[IO[bytes]], object]) -> None:
    """Call `write` with a new binary file that takes the name `path` once everything is in it; on any failure there is nothing new.

    Raises
    ------
    SaveError
        If the operating system refuses.
    """
    target = Path(os.path.realpath(target_path(path)))
    # Beside the target, so that the last step is a renaming within one file system, which is atomic; not by tempfile, whose files are private.
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except (OSError, ValueError) as error:
        raise SaveError(str(path), getattr(error, "strerror", None) or str(error)) from error
    finally:
        with suppress(OSError, ValueError):
            draft.unlink()


def read_arrays(path: str | os.PathLike[str]) -> dict[str, Array]:
    """All arrays of an .npz archive; pickled objects are refused.

    Raises
    ------
    LoadError
        If the file is missing, damaged, or no such archive.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise LoadError(shown(path), "is not the path of a file")
    try:
        with Path(path).open("rb") as file:
            return arrays_in(str(path), file)
    except FileNotFoundError as error:
        raise LoadError(str(path), "no such file") from error
    except IsADirectoryError as error:
        raise LoadError(str(path), "is a directory, not a file") from error
    except (OSError, ValueError) as error:
        raise LoadError(str(path), f"cannot be read: {getattr(error, 'strerror', None) or error}") from error


def arrays_in(name: str, file: IO[bytes]) -> dict[str, Array]:
    """The same of an open file, which is called `name` in errors."""
    start = file.read(len(NPY_MAGIC))
    if start == NPY_MAGIC:
        raise LoadError(name, "is a single array (.npy), not an .npz archive")
    # zipfile takes an archive behind other bytes as well, and numpy.load takes those for a pickle.
    if not start.startswith(ZIP_MAGIC) or not zipfile.is_zipfile(file):
        raise LoadError(name, "is not an intact .npz archive: it is cut short, or is something else under this name")
    file.seek(0)
    key = ""
    arrays: dict[str, Array] = {}
    try:
        with np.load(file, allow_pickle=False) as archive:
            for key in archive.files:
                arrays[key] = np.asarray(archive[key])
    except DAMAGE as error:
        place = f"the entry {key!r} cannot be read: " if key else ""
        raise LoadError(name, place + _what_is_wrong(error)) from error
    return arrays


def _what_is_wrong(error: Exception) -> str:
    """In a line of printable characters, without numpy's advice to unpickle what it calls unsafe."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "it is damaged, or larger than the memory"
    if isinstance(error, ValueError) and "allow_pickle" in str(error):
        return "it holds pickled objects, which geom does not read"
    reason = ascii(str(error))[1:-1] or type(error).__name__
    return f"it is damaged: {reason if len(reason) <= MAX_REASON else reason[:MAX_REASON] + '...'}"


def checksum(arrays: Mapping[str, Any]) -> str:
    """SHA-256 of all arrays but the checksum, in the order of their names: of each the name, dtype, shape and entries, row by row."""
    digest = hashlib.sha256()
    for key in sorted(arrays.keys() - {"checksum"}):
        array = np.asarray(arrays[key])
        digest.update(f"{key!r} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()
