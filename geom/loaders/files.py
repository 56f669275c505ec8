"""Networks from files: one function, the suffix says which format."""

from __future__ import annotations

import os

from geom.errors import LoadError
from geom.loaders.npz import read_npz
from geom.loaders.onnx_graph import read_onnx
from geom.loaders.source import as_path, read_bytes
from geom.networks.network import Network

__all__ = ["load"]

READERS = {".npz": read_npz, ".onnx": read_onnx}
_TORCH = "; geom.from_torch takes the module that torch.load(path, weights_only=False) gives back"
_SKLEARN = "; geom.from_sklearn takes the estimator that joblib.load(path) gives back"
ELSEWHERE = {".pt": _TORCH, ".pth": _TORCH, ".pkl": _SKLEARN, ".pickle": _SKLEARN, ".joblib": _SKLEARN}


def load(path: str | os.PathLike[str]) -> Network:
    """Read a network from a file.

    Parameters
    ----------
    path : path-like
        ``.npz``: arrays ``W0``, ``b0``, ``W1``, ``b1``, ... with W_l of shape (n_l, n_{l-1}); the last layer is linear. Optionally
        ``activation``, one string or one a hidden layer out of ``"relu"`` (the default), ``"leaky_relu"`` and ``"abs"``; and ``slope``, the
        slopes of leaky layers, one number or one a hidden layer (0.01 by default).

        ``.onnx`` (needs onnx): a chain of Gemm, MatMul, Add, Sub, Mul, Flatten, Reshape, Identity, Dropout, Relu, LeakyRelu and Abs, whose
        other operands are constants in the file. An input tensor is taken as the vector of its entries in row-major order, and a symbolic
        batch dimension as 1.

    Returns
    -------
    Network
        The real-number function of the stored weights: no rounding has happened, affine maps in a row are multiplied out exactly.

    Raises
    ------
    LoadError
        If the file is missing, is not what its suffix says, or its numbers do not make a network.
    UnsupportedOperator
        If an ONNX graph has an operator outside the list.
    MissingDependency
        If onnx is needed and is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     np.savez(f"{folder}/net.npz", W0=np.eye(2), b0=[0.0, -1.0], W1=[[1.0, 1.0]], b1=[0.0], activation="abs")
    ...     load(f"{folder}/net.npz")
    Network(2 -> 2 -> 1, 2 units)
    """
    suffix = as_path(path).suffix.lower()
    if suffix not in READERS and not os.path.isdir(as_path(path)):
        raise LoadError(str(path), f"the suffix {suffix!r} is none of {', '.join(READERS)}, which are read{ELSEWHERE.get(suffix, '')}")
    data = read_bytes(path)
    return READERS[suffix](str(path), data)
