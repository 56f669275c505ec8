"""A partition as one .npz file: its columns, and the network and domain they belong to, every number exact.

Nothing is pickled. Floats are stored as they are; integers and ratios beyond 64 bits as hexadecimal text (``"-1f"``, ``"1/a"``), which Python
reads and writes at any length. The file holds a checksum of all that is in it.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat

from geom.engine.columns import Columns
from geom.engine.packing import first_words
from geom.engine.run import Stats
from geom.errors import DomainError, LoadError, NetworkError
from geom.exact import Dyadic
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.polyhedra.domain import Box, HPolytope, Space, integer_walls
from geom.storage import Array, checksum, read_arrays, write_whole

__all__ = ["holds_partition", "open_", "save"]

FORMAT = "geom partition 3"
OLDER_FORMATS = ("geom partition 2",)  # which has no `upto`: the network in it is all that was cut
MAX_EXPONENT = 1 << 20  # a product of a thousand layers of the smallest doubles; far larger ones would be shifts that fill the memory

Arrays = Mapping[str, Array]


def save(partition: Partition, path: str | os.PathLike[str]) -> None:
    """Write a partition to a file that `open_` reads back bit by bit.

    Parameters
    ----------
    partition : Partition
    path : path-like
        By custom ``*.npz``. A file that is there is replaced, at once and as a whole.

    Raises
    ------
    SaveError
        If the file cannot be written.
    """
    arrays = {**_pack_columns(partition.columns, partition.dim), **_pack_network(partition.whole_network), **_pack_domain(partition.domain)}
    arrays["upto"] = np.int64(len(partition.network.hidden))
    arrays |= {f"stats_{name}": np.int64(value) for name, value in partition.stats._asdict().items()}
    arrays |= {"format": np.array(FORMAT), "seconds": np.float64(partition.seconds), "is_complete": np.bool_(partition.is_complete)}
    arrays["checksum"] = np.array(checksum(arrays))
    write_whole(path, lambda file: np.savez(file, **arrays))


def open_(path: str | os.PathLike[str]) -> Partition:
    """Read a partition that `Partition.save` or ``subdivide(..., out=...)`` wrote.

    Parameters
    ----------
    path : path-like

    Returns
    -------
    Partition
        Bit by bit the one that was saved. That sizes and numbers fit together is checked; that the cells are right is not proven again.

    Raises
    ------
    LoadError
        If the file is missing, damaged or altered, or no saved partition.

    Examples
    --------
    >>> import geom
    >>> from tempfile import TemporaryDirectory
    >>> net = geom.Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]])
    >>> with TemporaryDirectory() as folder:
    ...     geom.subdivide(net, geom.Box([-1], [1])).save(f"{folder}/cells.npz")
    ...     geom.open(f"{folder}/cells.npz")
    Partition(3 cells, 1 dimensions, 2 units)
    """
    arrays = read_arrays(path)
    name = str(path)
    claimed = arrays.get("format", np.array(0))
    if claimed.shape != () or claimed.dtype.kind != "U":
        hint = "; it holds a network, which geom.load reads" if "W0" in arrays else ""
        raise LoadError(name, f"is not a saved partition{hint}")
    if claimed not in (FORMAT, *OLDER_FORMATS):
        raise LoadError(name, f"has the format {str(claimed)!r}; this version of geom reads {FORMAT!r} and older ones; install the one that wrote it")
    if str(_stated_checksum(name, arrays)) != checksum(arrays):
        raise LoadError(name, "the contents do not match their checksum: the file was altered after it was saved; save the partition anew")
    try:
        whole, domain = _network(arrays), _domain(arrays)
        network = whole if claimed in OLDER_FORMATS else _first_layers(whole, int(_array(arrays, "upto", "i", ())))
        if domain.dim != network.input_dim:
            raise ValueError(f"the network takes {network.input_dim} inputs but the domain has {domain.dim} dimensions")
        columns = _columns(arrays, network, len(integer_walls(domain)))
        stats = Stats(**{field: int(_array(arrays, f"stats_{field}", "i", ())) for field in Stats._fields})
        seconds, is_complete = float(_array(arrays, "seconds", "f", ())), bool(_array(arrays, "is_complete", "b", ()))
        return Partition(network, domain, columns, stats, seconds, is_complete, whole)
    except (NetworkError, DomainError, ValueError, ZeroDivisionError) as error:
        raise LoadError(name, f"is not an intact saved partition: {error}") from error


def _stated_checksum(name: str, arrays: Arrays) -> Array:
    stated = arrays.get("checksum", np.array(0))
    if stated.shape != () or stated.dtype.kind != "U":
        raise LoadError(name, "is not an intact saved partition: its checksum is missing")
    return stated


# --- exact numbers as text ---------------------------------------------------------------------------------------------------------------------


def _texts(values: Array) -> Array:
    """Fractions as hexadecimal text, of the same shape."""
    out = [f"{v.numerator:x}" if v.denominator == 1 else f"{v.numerator:x}/{v.denominator:x}" for v in values.ravel()]
    return np.array(out, dtype="S").reshape(values.shape) if out else np.zeros(values.shape, dtype="S1")


def _fractions(texts: Array) -> Array:
    out = np.empty(texts.size, dtype=object)
    for i, text in enumerate(texts.ravel().tolist()):
        numerator, _, denominator = text.partition(b"/")
        out[i] = Fraction(int(numerator, 16), int(denominator or b"1", 16))
    return out.reshape(texts.shape)


# --- the network and its domain ----------------------------------------------------------------------------------------------------------------


def _pack_network(network: Network) -> dict[str, Any]:
    arrays: dict[str, Any] = {"n_layers": np.int64(len(network.layers))}
    for i, layer in enumerate(network.layers):
        arrays |= _pack_dyadic(f"weight{i}", layer.weight) | _pack_dyadic(f"bias{i}", layer.bias)
        arrays |= {f"row{i}": layer.row, f"slope{i}": layer.slope}
    return arrays


def _pack_dyadic(key: str, values: Dyadic) -> dict[str, Any]:
    """As doubles where every entry is one, else as integers and their common exponent."""
    floats = values.floats()
    if np.isfinite(floats).all() and not any(map(bool, (Dyadic.of(floats) - values).entries.entries())):
        return {key: floats}
    integers = [f"{int(v):x}" for v in values.entries.entries()]
    return {key: np.array(integers, dtype="S").reshape(values.shape), f"{key}_exponent": np.int64(values.exponent)}


def _network(arrays: Arrays) -> Network:
    n_layers = int(_array(arrays, "n_layers", "i", ()))
    layers = []
    for i in range(n_layers):
        row = _array(arrays, f"row{i}", "i", (None, None))
        layers.append(Layer(_dyadic(arrays, f"weight{i}"), _dyadic(arrays, f"bias{i}"), row, _array(arrays, f"slope{i}", "f", row.shape)))
    network = Network(layers)
    if len(network.layers) != n_layers or any(layer.is_linear for layer in network.hidden):
        raise ValueError("the layers are not those of one network: linear ones stand between others, or the last one is missing")
    return network


def _first_layers(whole: Network, upto: int) -> Network:
    return whole if upto == len(whole.hidden) else whole.upto(upto)


def _dyadic(arrays: Arrays, key: str) -> Dyadic:
    values = _array(arrays, key, "fS", (None, None))
    if values.dtype.kind == "f":
        return Dyadic.of(values)
    integers = fmpz_mat(*values.shape, [int(text, 16) for text in values.ravel().tolist()])
    exponent = int(_array(arrays, f"{key}_exponent", "i", ()))
    if abs(exponent) > MAX_EXPONENT:
        raise ValueError(f"{key} has the exponent {exponent}; no network of doubles comes near it")
    return Dyadic(integers, exponent)


def _pack_domain(domain: Any) -> dict[str, Any]:
    if isinstance(domain, Box):
        return {"box_low": _texts(domain.exact_low), "box_high": _texts(domain.exact_high)}
    if isinstance(domain, Space):
        return {"space_dim": np.int64(domain.dim)}
    a, b = domain.hrep(exact=True)
    return {"polytope_A": _texts(a), "polytope_b": _texts(b)}


def _domain(arrays: Arrays) -> Box | HPolytope | Space:
    if "space_dim" in arrays:
        return Space(int(_array(arrays, "space_dim", "i", ())))
    kind, keys, ranks = (Box, ("box_low", "box_high"), (1, 1)) if "box_low" in arrays else (HPolytope, ("polytope_A", "polytope_b"), (2, 1))
    first, second = (_fractions(_array(arrays, key, "S", (None,) * rank)) for key, rank in zip(keys, ranks, strict=True))
    return kind(first, second)


# --- the columns -------------------------------------------------------------------------------------------------------------------------------


def _pack_columns(columns: Columns, d: int) -> dict[str, Any]:
    arrays: dict[str, Any] = {name: getattr(columns, name) for name in Columns._fields if name != "exact_witness"}
    points = np.array([list(p) for p in columns.exact_witness.values()], dtype=object).reshape(-1, d)
    return arrays | {"exact_witness": _texts(points), "exact_witness_of": np.array(list(columns.exact_witness), dtype=np.int64)}


def _columns(arrays: Arrays, network: Network, n_walls: int) -> Columns:
    words = _array(arrays, "words", "u", (None, int(first_words(network.widths)[-1])))
    n = len(words)
    facet_at, facet = _array(arrays, "facet_at", "i", (n + 1,)), _array(arrays, "facet", "i", (None,))
    n_constraints = n_walls + network.n_units
    if facet_at[0] != 0 or facet_at[-1] != len(facet) or (np.diff(facet_at) < 0).any() or _continues_nothing(facet_at, facet):
        raise ValueError("facet_at does not divide facet among the cells")
    if facet.size and (facet.max() >= n_constraints or facet.min() < -n_constraints):
        raise ValueError(f"a facet names a constraint outside 0..{n_constraints - 1}")
    witness = _array(arrays, "witness", "f", (n, network.input_dim))
    if not np.isfinite(witness).all():
        raise ValueError("a witness is NaN or infinite")
    of = _array(arrays, "exact_witness_of", "i", (None,))
    if of.size and (of.min() < 0 or of.max() >= n):
        raise ValueError(f"an exact witness belongs to a cell outside 0..{n - 1}")
    exact = _fractions(_array(arrays, "exact_witness", "S", (len(of), network.input_dim)))
    return Columns(
        words.astype(np.uint64),
        witness.astype(np.float64),
        _array(arrays, "is_proven", "b", (n,)),
        _array(arrays, "is_bounded", "b", (n,)),
        facet_at.astype(np.int64),
        facet.astype(np.int32),
        {int(i): tuple(point) for i, point in zip(of, exact, strict=True)},
    )


def _continues_nothing(facet_at: Array, facet: Array) -> bool:
    """Whether some cell's first constraint claims to continue a facet before it."""
    starts = facet_at[:-1][np.diff(facet_at) > 0]
    return bool((facet[starts] < 0).any())


def _array(arrays: Arrays, key: str, kinds: str, shape: tuple[int | None, ...]) -> Array:
    """The array of this name, of one of these kinds of dtype, of this shape (None: any length)."""
    if key not in arrays:
        raise ValueError(f"the key {key!r} is missing")
    array = arrays[key]
    if array.dtype.kind not in kinds or (array.dtype.itemsize > 8 and array.dtype.kind != "S"):
        raise ValueError(f"{key} has the dtype {array.dtype}")
    if array.ndim != len(shape) or any(want is not None and have != want for have, want in zip(array.shape, shape, strict=True)):
        expected = ", ".join("any" if want is None else str(want) for want in shape)
        raise ValueError(f"{key} has shape {array.shape}; expected ({expected})")
    return array


def holds_partition(path: str | os.PathLike[str]) -> bool:
    """Whether a file looks like a saved partition, by the names in it; False for files that are no archive, or not there."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "format.npy" in archive.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False
