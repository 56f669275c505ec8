"""Upper bounds on the cells of every network of an architecture, as products over its layers or as Serra's sum.

A cell of a network has one affine map, so a network has at most as many linear regions as cells: what bounds cells bounds linear regions too.
A domain only takes cells away: each cell of a convex domain lies in a cell of its own of the whole space. So all bounds here hold in any domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod

from geom.bounds.architecture import Architecture, as_count, as_counts
from geom.bounds.arrangements import binomial_row, maxout_regions, partial_binomial_sum, zaslavsky_regions
from geom.errors import NetworkError
from geom.networks.network import Network

__all__ = [
    "code_bound",
    "maxout_product_bound",
    "monotone_upper",
    "montufar_upper",
    "product_bound",
    "raghu_upper",
    "serra_maxout_upper",
    "serra_upper",
    "zaslavsky_upper",
    "zhang_upper",
]

AnyNetwork = Architecture | Network


def code_bound(net: AnyNetwork) -> int:
    """The number of codes: the product of R^n over all layers, with the own number of pieces of each unit.

    Parameters
    ----------
    net : Network or Architecture
        Here and in all bounds of an architecture.

    Notes
    -----
    Source: Montufar et al. (2014), proposition 3 (there 2^N for ReLU): distinct cells have distinct codes.

    Examples
    --------
    >>> code_bound(Architecture.mlp(2, [3, 3]))
    64
    """
    return prod(r for layer in Architecture.of(net).layers for r in layer.pieces)


def zaslavsky_upper(net: AnyNetwork) -> int:
    """One hidden layer of two pieces a unit: the regions of so many hyperplanes in general position.

    Raises
    ------
    NetworkError
        If there is not exactly one hidden layer, or a unit has more than two pieces.

    Notes
    -----
    Source: Zaslavsky (1975). Equality for generic weights with biases, in the whole space.

    Examples
    --------
    >>> zaslavsky_upper(Architecture.mlp(2, [4], "abs"))
    11
    """
    architecture = Architecture.of(net)
    if len(architecture.layers) != 1:
        raise NetworkError(f"Zaslavsky's count is for one hidden layer; the network has {len(architecture.layers)}")
    architecture.require_two_pieces("Zaslavsky's count")
    return zaslavsky_regions(architecture.layers[0].n_cutting, architecture.input_dim)


def product_bound(input_dim: int, widths: Sequence[int], breakpoints: int = 1, *, narrowing: bool = True) -> int:
    """The product over all layers of C(p n_l, 0) + ... + C(p n_l, d_l), for scalar activations with p breakpoints.

    Parameters
    ----------
    input_dim : int
    widths : sequence of int
        Units of each hidden layer; all have this activation.
    breakpoints : int
        p: 1 for ReLU, leaky-ReLU and abs, 2 for hard tanh.
    narrowing : bool
        Whether d_l = min(n_0, ..., n_{l-1}), the dimension that can reach a layer, or the input dimension for all layers.

    Notes
    -----
    Source: Raghu et al. (2017), Theorem 1 and its proof, for d_l = n_0; Montufar (2017), proposition 3, for the narrower d_l. On a cell of the layers
    before it, a layer sees an affine image of dimension d_l at most, which its p n_l hyperplanes cut.

    Examples
    --------
    >>> product_bound(2, [3, 3]), product_bound(1, [2], breakpoints=2)
    (49, 5)
    """
    sizes = as_counts("widths", widths)
    dims = list(accumulate([as_count("input_dim", input_dim), *sizes], min)) if narrowing else [as_count("input_dim", input_dim)] * (len(sizes) + 1)
    p = as_count("breakpoints", breakpoints)
    return prod(partial_binomial_sum(p * n, d) for n, d in zip(sizes, dims, strict=False))


def raghu_upper(net: AnyNetwork) -> int:
    """The product over all layers of C(n_l, 0) + ... + C(n_l, n_0): O(k^(n_0 L)) for L layers of width k.

    Raises
    ------
    NetworkError
        If a unit has more than two pieces.

    Notes
    -----
    Source: Raghu et al. (2017), Theorem 1, with the sums of its proof instead of their order.

    Examples
    --------
    >>> raghu_upper(Architecture.mlp(2, [1, 3]))
    14
    """
    architecture = Architecture.of(net)
    architecture.require_two_pieces("the bound of Raghu et al.")
    return prod(partial_binomial_sum(layer.n_cutting, architecture.input_dim) for layer in architecture.layers)


def montufar_upper(net: AnyNetwork) -> int:
    """The product over all layers of C(n_l, 0) + ... + C(n_l, d_l) with d_l = min(n_0, ..., n_{l-1}).

    Raises
    ------
    NetworkError
        If a unit has more than two pieces.

    Notes
    -----
    Source: Montufar (2017), Notes on the number of linear regions of deep neural networks, proposition 3.

    Examples
    --------
    >>> montufar_upper(Architecture.mlp(2, [1, 3]))
    8
    """
    architecture = Architecture.of(net)
    architecture.require_two_pieces("Montufar's product bound")
    return prod(partial_binomial_sum(layer.n_cutting, d) for layer, d in zip(architecture.layers, architecture.image_dims, strict=True))


def zhang_upper(net: AnyNetwork) -> int:
    """The product over all hidden layers of C(n_l, 0) + ... + C(n_l, n_0), for layers at least as wide as the input.

    Raises
    ------
    NetworkError
        If the network is not ReLU, or a layer is narrower than the input.

    Notes
    -----
    Source: Zhang, Naitzat and Lim (2018), Theorem 6.3. Their L counts the linear output as a layer, and their product ends at L - 1: it runs over all
    hidden layers. Without the last hidden layer the number is no bound.

    Examples
    --------
    >>> zhang_upper(Architecture.mlp(2, [3, 3]))
    49
    """
    architecture = Architecture.of(net)
    architecture.require_relu("the bound of Zhang, Naitzat and Lim")
    for i, n in enumerate(architecture.widths):
        if n < architecture.input_dim:
            raise NetworkError(f"the bound of Zhang, Naitzat and Lim needs widths of at least n_0={architecture.input_dim}; hidden layer {i} has {n}")
    return prod(partial_binomial_sum(n, architecture.input_dim) for n in architecture.widths)


def serra_upper(net: AnyNetwork) -> int:
    """The sum over j_1, ..., j_L with 0 <= j_l <= min(n_0, n_1 - j_1, ..., n_{l-1} - j_{l-1}, n_l) of the product of C(n_l, j_l).

    Raises
    ------
    NetworkError
        If the network is not ReLU. For abs the number is no bound: a 2-2-2-2 abs network has 32 cells, and the number is 30.

    Notes
    -----
    Source: Serra, Tjandraatmadja and Ramalingam (2018), Theorem 1. An off unit puts out 0, so on a cell with j units off at most n - j dimensions go
    on. The sum is taken layer by layer: only the smallest number so far matters of the j before.

    Examples
    --------
    >>> [serra_upper(Architecture.mlp(n, widths)) for n, *widths in [(1, 3, 3), (2, 3, 2), (2, 2, 2, 2), (2, 3, 8), (2, 6, 6, 1)]]
    [16, 25, 30, 175, 968]
    """
    architecture = Architecture.of(net)
    architecture.require_relu("the upper bound of Serra et al.")
    ways = {architecture.input_dim: 1}
    for n in architecture.widths:
        row, after = binomial_row(n), dict[int, int]()
        for least, count in ways.items():
            for j in range(min(least, n) + 1):
                left = min(least, n - j)
                after[left] = after.get(left, 0) + count * row[j]
        ways = after
    return sum(ways.values())


def monotone_upper(net: AnyNetwork) -> int:
    """Serra's number for two hidden layers of which the first is strictly monotone, as leaky-ReLU of positive slope is.

    Raises
    ------
    NetworkError
        If there are not two hidden layers, a unit has more than two pieces, or a unit of the first layer is not strictly monotone.

    Notes
    -----
    Derived here; Serra et al. (2018) have the number for ReLU. Small changes of the weights take no cell away, so let them be generic. Then a cell C
    of the first layer is cut into as many cells as there are sets S of at most d units of the second layer whose hyperplanes meet in C. They meet in
    a flat of codimension k = card(S) of the space of the first layer's n outputs, where different C have their images in different orthants, because
    monotone units keep signs apart. Of the orthants of m coordinate hyperplanes (units that cut), a flat of dimension n - k meets at most
    C(m, 0) + ... + C(m, n - k). So there are at most sum over k <= d of C(n_2, k) (C(m, 0) + ... + C(m, min(d, n - k))) cells: Serra's sum for two
    layers, in another order, where all units cut.

    Examples
    --------
    >>> monotone_upper(Architecture.mlp(2, [3, 2], "leaky_relu")), montufar_upper(Architecture.mlp(2, [3, 2], "leaky_relu"))
    (25, 28)
    """
    architecture = Architecture.of(net)
    who = "Serra's number for monotone units"
    if len(architecture.layers) != 2:
        raise NetworkError(f"{who} is for two hidden layers; the network has {len(architecture.layers)}")
    architecture.require_two_pieces(who)
    first, second = architecture.layers
    if first.n_monotone < first.width:
        raise NetworkError(f"{who} needs a strictly monotone first layer, of positive slopes; it has {first}")
    d, row = architecture.input_dim, binomial_row(second.n_cutting)
    most = min(d, first.width, second.n_cutting)
    return sum(row[k] * partial_binomial_sum(first.n_cutting, min(d, first.width - k)) for k in range(most + 1))


def serra_maxout_upper(net: AnyNetwork) -> int:
    """The product over all layers of C(m_l, 0) + ... + C(m_l, d_l), where m_l = sum over units of R (R - 1) / 2.

    Notes
    -----
    Source: Serra, Tjandraatmadja and Ramalingam (2018), Theorem 10, for equal ranks k: m_l = n_l k (k - 1) / 2 hyperplanes on which two pieces of a
    unit are equal refine the cells of a layer. Here d_l = min(n_0, ..., n_{l-1}).

    Examples
    --------
    >>> serra_maxout_upper(Architecture.mlp(2, [3], "maxout", pieces=3))
    46
    """
    architecture = Architecture.of(net)
    planes = [sum(r * (r - 1) // 2 for r in layer.pieces) for layer in architecture.layers]
    return prod(partial_binomial_sum(m, d) for m, d in zip(planes, architecture.image_dims, strict=True))


def maxout_product_bound(net: AnyNetwork) -> int:
    """The product over all layers of the most cells that its units can have on d_l = min(n_0, ..., n_{l-1}) inputs.

    Notes
    -----
    Source: Montufar, Ren and Zhang (2022): `maxout_regions` for each layer, on the image of a cell of the layers before. For units of two pieces it
    is Montufar's product bound. It holds for units of any numbers of pieces, mixed or not.

    Examples
    --------
    >>> maxout_product_bound(Architecture.mlp(2, [3, 3], "maxout", pieces=3))
    361
    """
    architecture = Architecture.of(net)
    return prod(maxout_regions(layer.pieces, d) for layer, d in zip(architecture.layers, architecture.image_dims, strict=True))
