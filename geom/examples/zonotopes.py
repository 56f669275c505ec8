"""Support functions of zonotopes, folded: few units in many dimensions, and the pieces of both multiply."""

from __future__ import annotations

from math import comb

import numpy as np

from geom.examples.arrangements import moment_normals
from geom.examples.example import Example, check_sizes
from geom.examples.folds import zigzag
from geom.networks.network import Network

__all__ = ["zonotope"]


def zonotope(generators: int, dim: int, teeth: int, depth: int) -> Example:
    """Folds of the support function x -> sum of |<b_i, x>| of a zonotope with generators b_i in general position, on the whole space.

    The support function is linear on 2 sum over j < dim of C(generators - 1, j) cones, and takes all values from 0 up in each. A zigzag of
    teeth^depth pieces on [0, 1] follows; an even one falls below 0 behind 1, where a second layer notices it and the output is 0 for good.

    Parameters
    ----------
    generators : int
        Each takes two ReLU units.
    dim : int
        Inputs, at least 2.
    teeth, depth : int
        Of the folds.

    Raises
    ------
    NetworkError
        If a size is less than 1, or dim less than 2.

    Examples
    --------
    >>> zonotope(3, 2, 3, 2)[1:3]
    (54, 54)
    """
    check_sizes(1, generators=generators, teeth=teeth, depth=depth)
    check_sizes(2, dim=dim)
    normals = np.array(moment_normals(generators, dim), dtype=float)
    folds = zigzag(teeth, 1, depth).network
    weights = [layer.weight.floats() for layer in folds.layers]
    biases = [layer.bias.floats()[:, 0] for layer in folds.layers]
    weights[0] = weights[0] @ np.ones((1, 2 * generators))
    network = Network.mlp([np.vstack([normals, -normals]), *weights], [np.zeros(2 * generators), *biases])
    cones = 2 * sum(comb(generators - 1, j) for j in range(dim))
    is_noticed = teeth % 2 == 0 and depth > 1
    inner = cones * teeth**depth
    # The flat part outside is one connected set, but for one generator: then the fold takes place in a slab, and there are two sides to it.
    outside = 1 if generators > 1 else 2
    source = "Arora, Basu, Mianjy and Mukherjee (2018), zonotopes and sawtooths; pieces of the network as built"
    return Example(network, inner + cones * is_noticed, inner + outside * is_noticed, source)
