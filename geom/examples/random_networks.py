"""Random networks by name of their initialisation; the same for a seed, but for the last bits that a linear algebra library gives orthogonal ones."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from numbers import Real

import numpy as np

from geom.errors import NetworkError, shown
from geom.exact import FloatArray
from geom.examples.example import Example, check_sizes, checked_widths
from geom.networks.network import Network

__all__ = ["random_network"]

Draw = Callable[[np.random.Generator, int, int], FloatArray]


def random_network(
    widths: Sequence[int], init: str = "he", *, activation: str | Sequence[str | tuple[str, float]] = "relu", bias_std: float = 0.1, seed: int = 0
) -> Example:
    """A multilayer perceptron with random weights; nobody knows its counts.

    Parameters
    ----------
    widths : sequence of int
        Inputs, units of each hidden layer, outputs.
    init : str
        ``"he"``: N(0, 2 / n_in). ``"xavier"``: uniform of variance 2 / (n_in + n_out). ``"orthogonal"``: orthonormal rows or columns. ``"ternary"``:
        -1, 0, 1 with equal chances. ``"quantised"``: He weights in steps of 1/16.
    activation : str or sequence
        As in `Network.mlp`.
    bias_std : float
        Standard deviation of Gaussian biases; of ternary and quantised networks the biases are drawn like the weights, unless it is 0.
    seed : int
        The same seed gives the same network.

    Raises
    ------
    NetworkError
        If a width is less than 1, there are fewer than two, the initialisation is unknown, or the seed or the deviation is negative.

    Notes
    -----
    Glorot and Bengio (2010); Saxe, McClelland and Ganguli (2014); He et al. (2015).

    Examples
    --------
    >>> random_network([2, 16, 16, 1], "orthogonal", seed=3).network
    Network(2 -> 16 -> 16 -> 1, 32 units)
    """
    sizes = checked_widths(widths)
    check_sizes(0, seed=seed)
    if len(sizes) < 2:
        raise NetworkError(f"widths={widths}: inputs and outputs at least are needed")
    if not isinstance(init, str) or init not in DRAWS:
        raise NetworkError(f"unknown init {shown(init)}; known: {', '.join(DRAWS)}")
    if not isinstance(bias_std, Real) or not 0 <= bias_std <= sys.float_info.max:
        raise NetworkError(f"bias_std={shown(bias_std)}: a standard deviation must be at least 0 and finite")
    generator = np.random.default_rng(seed)
    weights, biases = [], []
    for n_in, n_out in pairwise(sizes):
        weights.append(DRAWS[init](generator, n_out, n_in))
        if init in ("ternary", "quantised"):
            biases.append(DRAWS[init](generator, n_out, 1)[:, 0] * float(bias_std != 0))
        else:
            biases.append(generator.standard_normal(n_out) * bias_std)
    return Example(Network.mlp(weights, biases, activation), None, None, f"random, {init}, seed {seed}")


def _he(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    return np.asarray(generator.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


def _xavier(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    reach = np.sqrt(6 / (n_in + n_out))
    return generator.uniform(-reach, reach, (n_out, n_in))


def _orthogonal(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    tall = generator.standard_normal((max(n_out, n_in), min(n_out, n_in)))
    q, r = np.linalg.qr(tall)
    q = q * np.sign(np.diag(r))  # uniform among orthonormal frames (Mezzadri 2007)
    return np.asarray(q if n_out >= n_in else q.T)


def _ternary(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    return generator.integers(-1, 2, (n_out, n_in)).astype(np.float64)


def _quantised(generator: np.random.Generator, n_out: int, n_in: int) -> FloatArray:
    return np.asarray(np.round(_he(generator, n_out, n_in) * 16) / 16)


DRAWS: dict[str, Draw] = {"he": _he, "xavier": _xavier, "orthogonal": _orthogonal, "ternary": _ternary, "quantised": _quantised}
