"""Lower bounds on the best network of an architecture: numbers that explicit networks attain, and that say nothing of a given network.

They count linear regions, so the best network has at least as many cells; that of Montufar et al. (2014) counts cells, if the last layer is narrow.
"""

from __future__ import annotations

from math import prod

from geom.bounds.architecture import Architecture
from geom.bounds.arrangements import partial_binomial_sum, zonotope_vertices
from geom.errors import NetworkError
from geom.networks.network import Network

__all__ = ["arora_lower", "montufar_lower", "montufar_maxout_lower", "serra_lower"]

AnyNetwork = Architecture | Network


def montufar_lower(net: AnyNetwork) -> int:
    """The product over l < L of floor(n_l / n_0)^n_0, times C(n_L, 0) + ... + C(n_L, n_0), for ReLU layers at least as wide as the input.

    Raises
    ------
    NetworkError
        If the network is not ReLU, has no hidden layer, or a layer is narrower than the input.

    Notes
    -----
    Source: Montufar, Pascanu, Cho and Bengio (2014), Theorem 4. Attained: each coordinate is folded floor(n_l / n_0) times into [0, 1] by every layer
    but the last, whose hyperplanes are in general position within the cube: by `geom.examples.montufar`. These are cells; they are linear regions
    too if L = 1 or n_L > n_0. With n_L <= n_0 cells in which the last layer is off merge, and the number can be too large for linear regions: for
    1-6-1 it is 12, and no such network has more than 11.

    Examples
    --------
    >>> montufar_lower(Architecture.mlp(1, [3, 3])), montufar_lower(Architecture.mlp(2, [4, 3]))
    (12, 28)
    """
    architecture = Architecture.of(net)
    architecture.require_hidden("the lower bound of Montufar et al.")
    architecture.require_relu("the lower bound of Montufar et al.")
    _require_widths("the lower bound of Montufar et al.", architecture, 1)
    d, widths = architecture.input_dim, architecture.widths
    return prod(int((n // d) ** d) for n in widths[:-1]) * partial_binomial_sum(widths[-1], d)


def serra_lower(net: AnyNetwork) -> int:
    """The product over l < L of (floor(n_l / n_0) + 1)^n_0, times C(n_L, 0) + ... + C(n_L, n_0), for ReLU layers of at least 3 n_0 units.

    Raises
    ------
    NetworkError
        If the network is not ReLU, has no hidden layer, or a layer has fewer than 3 n_0 units. The hypothesis is needed: for 1-2-2 the formula
        gives 9, and no such network has more than 7 cells.

    Notes
    -----
    Source: Serra, Tjandraatmadja and Ramalingam (2018), Theorem 7. Attained: n >= 3 units of one coordinate, one of them facing the other way, make a
    zigzag of n + 1 pieces that all cover [0, 1]: `geom.examples.serra`. With one input it is their upper bound, so the best 1-n_1-...-n_L network is
    known.

    Examples
    --------
    >>> serra_lower(Architecture.mlp(1, [3, 3])), serra_lower(Architecture.mlp(2, [6, 6]))
    (16, 352)
    """
    architecture = Architecture.of(net)
    architecture.require_hidden("the lower bound of Serra et al.")
    architecture.require_relu("the lower bound of Serra et al.")
    _require_widths("the lower bound of Serra et al.", architecture, 3)
    d, widths = architecture.input_dim, architecture.widths
    return prod(int((n // d + 1) ** d) for n in widths[:-1]) * partial_binomial_sum(widths[-1], d)


def montufar_maxout_lower(net: AnyNetwork) -> int:
    """k^(L - 1) k^n_0, for L layers of n_0 maxout units of rank k, where k is at most 2^n_0 or L = 1.

    Raises
    ------
    NetworkError
        If the layers are not all of n_0 maxout units of one rank k >= 2, or if k > 2^n_0 and L > 1.

    Notes
    -----
    Source: Montufar, Pascanu, Cho and Bengio (2014), Theorem 8, which is quoted without the last hypothesis. With one input it is false for k >= 3:
    the maximum of k affine functions is convex, so it takes a value at most twice unless it is its least, and L units in a row have at most
    1 + (k - 1)(2^L - 1) cells: 7 for k = 3, L = 2, where the formula gives 9. Such units in every coordinate have that number to the power n_0; it
    grows with L at least by the factor 2^n_0, which proves the formula for k <= 2^n_0. For larger k and n_0 >= 2 it is neither derived nor refuted.

    Examples
    --------
    >>> montufar_maxout_lower(Architecture.mlp(2, [2, 2], "maxout", pieces=3))
    27
    """
    architecture = Architecture.of(net)
    who = "the maxout bound of Montufar et al."
    architecture.require_hidden(who)
    d, depth = architecture.input_dim, len(architecture.layers)
    ranks = {r for layer in architecture.layers for r in layer.pieces}
    for i, layer in enumerate(architecture.layers):
        if layer.n_free < layer.width:
            raise NetworkError(f"{who} is for maxout units, each with rows of its own; hidden layer {i} has {layer}")
    if set(architecture.widths) != {d} or len(ranks) != 1:
        raise NetworkError(f"{who} is for layers of n_0={d} units of one rank; widths are {architecture.widths}, ranks {sorted(ranks)}")
    [rank] = ranks
    if depth > 1 and rank > 2**d:
        raise NetworkError(f"{who} needs rank at most 2^n_0={2**d} for more than one layer; the rank is {rank}")
    return int(rank ** (depth - 1 + d))


def arora_lower(net: AnyNetwork) -> int:
    """2 (C(m - 1, 0) + ... + C(m - 1, n_0 - 1)) w^k, for a ReLU layer of 2 m units and then k layers of w >= 2 units.

    Raises
    ------
    NetworkError
        If the network is not ReLU, its first layer is of odd width, or the others are not of one width of at least 2.

    Notes
    -----
    Source: Arora, Basu, Mianjy and Mukherjee (2018), the functions of section 3 (zonotopes). Attained: |<b_1, x>| + ... + |<b_m, x>| takes 2 m units
    and is linear on the cones of a central arrangement, one for every vertex of the zonotope of b_1, ..., b_m; along a ray of each cone it grows
    from 0 for ever, and k layers of w units fold [0, 1] into w^k pieces. The vertices come in pairs v, -v: the factor 2 belongs to their number.
    For k >= 1 and n_0 >= 2 these are the networks of `geom.examples.zonotope`.

    Examples
    --------
    >>> arora_lower(Architecture.mlp(2, [6, 2, 2]))
    24
    """
    architecture = Architecture.of(net)
    who = "the zonotope bound of Arora et al."
    architecture.require_hidden(who)
    architecture.require_relu(who)
    first, *others = architecture.widths
    if first % 2 or len(set(others)) > 1 or (others and others[0] < 2):
        raise NetworkError(f"{who} is for widths 2m, w, ..., w with w >= 2; they are {architecture.widths}")
    return zonotope_vertices(first // 2, architecture.input_dim) * prod(others)


def _require_widths(who: str, architecture: Architecture, times: int) -> None:
    least = times * architecture.input_dim
    for i, n in enumerate(architecture.widths):
        if n < least:
            raise NetworkError(f"{who} needs widths of at least {f'{times} ' if times > 1 else ''}n_0={least}; hidden layer {i} has {n}")
