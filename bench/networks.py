"""The networks that are timed: He-initialised ReLU networks by name, and the ACAS Xu networks where their files are at hand."""

from __future__ import annotations

import os
from itertools import combinations, pairwise, product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import geom

__all__ = ["ROOT", "acasxu", "acasxu_files", "acasxu_networks", "arrangement", "cube", "he_arrays", "he_network", "needs_acasxu", "widths_of"]

ROOT = Path(__file__).parent.parent
ACASXU = Path(os.environ.get("GEOM_ACASXU", ROOT.parent / "shared" / "data" / "acasxu"))
needs_acasxu = pytest.mark.skipif(not ACASXU.is_dir(), reason="no ACAS Xu files; name their folder in GEOM_ACASXU")
BIAS = 0.1
SEED = 0

Arrays = list[NDArray[np.float64]]


def widths_of(name: str) -> tuple[int, ...]:
    """Inputs, then units of each hidden layer, then one output.

    Examples
    --------
    >>> widths_of("3-64-64")
    (3, 64, 64, 1)
    """
    return (*map(int, name.split("-")), 1)


def he_arrays(name: str, dtype: type[np.floating] = np.float64) -> tuple[Arrays, Arrays]:
    """Weights from N(0, 2 / inputs of the layer) and biases from N(0, 0.1^2), rounded to `dtype`; always the same for a name."""
    generator = np.random.default_rng(SEED)
    weights, biases = [], []
    widths = widths_of(name)
    for n_in, n_out in pairwise(widths):
        weights.append((generator.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)).astype(dtype).astype(np.float64))
        biases.append((generator.standard_normal(n_out) * BIAS).astype(dtype).astype(np.float64))
    return weights, biases


def he_network(name: str) -> geom.Network:
    """The network of `he_arrays` in float64."""
    return geom.Network.mlp(*he_arrays(name))


def cube(dim: int) -> geom.Box:
    """[-1, 1]^dim."""
    return geom.Box([-1] * dim, [1] * dim)


def arrangement(name: str, n: int) -> geom.Network:
    """A classical central arrangement: one ReLU unit for each hyperplane, no biases."""
    axes = np.eye(n)
    normals = {
        "braid": lambda: [axes[i] - axes[j] for i, j in combinations(range(n), 2)],
        "type B": lambda: [*axes, *(axes[i] + sign * axes[j] for i, j in combinations(range(n), 2) for sign in (1, -1))],
        "resonance": lambda: [v for v in product((0.0, 1.0), repeat=n) if any(v)],
        "threshold functions": lambda: [(1.0, *v) for v in product((0.0, 1.0), repeat=n)],
    }[name]()
    rows = np.array(normals)
    return geom.Network.mlp([rows, np.ones((1, len(rows)))], [np.zeros(len(rows)), np.zeros(1)])


def acasxu_networks() -> list[str]:
    """Names of the 45 networks."""
    return [f"{i}_{j}" for i in range(1, 6) for j in range(1, 10)]


def acasxu_files(network: str, prop: int) -> tuple[Path, Path]:
    """The files of an ACAS Xu network and of a property."""
    return ACASXU / f"ACASXU_run2a_{network}_batch_2000.onnx", ACASXU / f"prop_{prop}.vnnlib"


def acasxu(network: str, prop: int) -> tuple[geom.Network, geom.Box | geom.HPolytope]:
    """An ACAS Xu network, such as ``"3_3"``, and the input set of one of its properties."""
    path, property_path = acasxu_files(network, prop)
    net, (domain, _) = geom.load(path), geom.load_vnnlib(property_path)
    assert isinstance(domain, (geom.Box, geom.HPolytope)), f"property {prop} has an input set without interior"
    return net, domain
