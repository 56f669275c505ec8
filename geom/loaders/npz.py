"""Networks from NumPy archives: W0, b0, W1, b1, ... and optionally `activation` and `slope`. Pickled objects are never read."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import numpy as np

from geom.errors import LoadError, NetworkError
from geom.networks.network import Network
from geom.storage import Array, arrays_in

__all__ = ["read_npz"]

NUMBERED = re.compile(r"[Wb](0|[1-9][0-9]{0,5})")
OPTIONS = ("activation", "slope")
LEAKY = "leaky_relu"

Activation = str | tuple[str, float]


def read_npz(path: str, data: bytes) -> Network:
    """The network in the bytes of an archive; `path` is its name in errors."""
    arrays = arrays_in(path, BytesIO(data))
    depth = _depth(path, arrays)
    activations = _activations(path, arrays, depth - 1)
    try:
        return Network.mlp([arrays[f"W{i}"] for i in range(depth)], [arrays[f"b{i}"] for i in range(depth)], activations)
    except NetworkError as error:  # it names the layer
        raise LoadError(path, str(error)) from error


def _depth(path: str, arrays: dict[str, Array]) -> int:
    """Number of layers, when the keys are W0, b0, ..., W(depth-1), b(depth-1) and options."""
    unknown = [key for key in arrays if key not in OPTIONS and not NUMBERED.fullmatch(key)]
    if "format" in unknown:
        raise LoadError(path, "holds the cells of a network, which geom.open reads, and on the command line geom check, graph and boundary take")
    if unknown:
        raise LoadError(path, f"unknown key {unknown[0]!r}; expected W0, b0, W1, b1, ... and optionally {' and '.join(OPTIONS)}")
    numbered = [key for key in arrays if key not in OPTIONS]
    depth = 1 + max((int(key[1:]) for key in numbered), default=0)
    # As many names as keys are looked at before one is missing, so a stray W999999 costs nothing.
    missing = next((key for i in range(depth) for key in (f"W{i}", f"b{i}") if key not in arrays), None)
    if missing is not None:
        raise LoadError(path, f"the key {missing!r} is missing; found {', '.join(sorted(numbered)) or 'no layers'}")
    empty = next((key for key in numbered if arrays[key].size == 0), None)
    if empty is not None:
        raise LoadError(path, f"{empty} has shape {arrays[empty].shape}, without entries")
    return depth


def _activations(path: str, arrays: dict[str, Array], n_hidden: int) -> list[Activation]:
    """One activation a hidden layer, a leaky one with its slope where the file gives one."""
    named = arrays.get("activation", np.array("relu"))
    if named.dtype.kind != "U":
        raise LoadError(path, f"activation: expected a string or strings, got dtype {named.dtype}")
    names: list[str] = _one_a_layer(path, "activation", named, n_hidden)
    if "slope" not in arrays:
        return list(names)
    given = arrays["slope"]
    if given.dtype.kind not in "iuf" or given.dtype.itemsize > 8:
        raise LoadError(path, f"slope: expected a number or numbers of at most 64 bits, got dtype {given.dtype}")
    if LEAKY not in names:
        raise LoadError(path, f"slope: no hidden layer is {LEAKY!r}; the activations are {sorted(set(names))}")
    slopes: list[float] = _one_a_layer(path, "slope", given, n_hidden)
    return [(name, float(slope)) if name == LEAKY else name for name, slope in zip(names, slopes, strict=True)]


def _one_a_layer(path: str, what: str, values: Array, n_hidden: int) -> list[Any]:
    if values.ndim == 0:
        return [values.item()] * n_hidden
    if values.shape != (n_hidden,):
        raise LoadError(path, f"{what}: expected one value, or one for each of {n_hidden} hidden layers; got shape {values.shape}")
    return list(values.tolist())
