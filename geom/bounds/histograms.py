"""The recursion of Hinz and van de Geer: how many cells have an image of which dimension, carried through the layers.

A histogram is a list v, where v[i] counts cells that i dimensions go on from. v is below w if, for every i, w counts at least as many cells
of i dimensions or more: (*) v[i] + v[i + 1] + ... <= w[i] + w[i + 1] + .... For a layer, gamma(d) is a histogram that is above that of every
choice of weights on d inputs, and grows with d. From one cell of n_0 dimensions each layer replaces a cell of d dimensions by gamma(d), with
dimensions cut to at most d and to at most the width; the sum of the last histogram is a bound on the number of cells.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from geom.bounds.architecture import Architecture, HiddenLayer
from geom.bounds.arrangements import binomial_row, maxout_regions
from geom.errors import NetworkError
from geom.networks.network import Network

__all__ = ["Gamma", "code_gamma", "hinz_matrix", "hinz_upper", "layer_gamma", "region_gamma"]

Histogram = list[int]
Gamma = Callable[[HiddenLayer, int], Histogram]


def code_gamma(layer: HiddenLayer, d: int) -> Histogram:
    """All codes, and as many dimensions as there are units; the recursion then gives the number of codes (Montufar et al. 2014).

    Examples
    --------
    >>> code_gamma(HiddenLayer((2, 2, 2), 3), 1)
    [0, 0, 0, 8]
    """
    return [0] * layer.width + [maxout_regions(layer.pieces, layer.width)]


def region_gamma(layer: HiddenLayer, d: int) -> Histogram:
    """The most cells on d inputs, and as many dimensions as there are units; the recursion then gives the product bound (Montufar 2017).

    Examples
    --------
    >>> region_gamma(HiddenLayer((2, 2, 2), 3), 1)
    [0, 0, 0, 4]
    """
    return [0] * layer.width + [maxout_regions(layer.pieces, d)]


def layer_gamma(layer: HiddenLayer, d: int) -> Histogram:
    """Cells on d inputs by how many units can be alive; for a ReLU layer, C(n, j) cells with j <= d units off (Serra et al. 2018).

    Notes
    -----
    For r ReLU units and other units of two pieces, s of which cut, it has C(r, i) C(s, m) cells with i ReLU units off for all i + m <= d. Proof that
    this is above every layer: let F_k be the most cells with at most k ReLU units off. Add a unit's hyperplane to an arrangement. Cells that it
    does not split count as before, or less; a cell that it splits counts once as before, and once more if it has, where the unit is a ReLU unit,
    at most k - 1 of the others off. Split cells are cells of the arrangement in the hyperplane, so
    F_k(r, s, d) <= F_k(r - 1, s, d) + F_{k-1}(r - 1, s, d - 1), and F_k(r, s, d) <= F_k(r, s - 1, d) + F_k(r, s - 1, d - 1); with F_k <= 1 where
    nothing cuts or d = 0, Pascal's rule gives the sums. Layers with units of more pieces get `region_gamma`.

    Examples
    --------
    >>> layer_gamma(HiddenLayer((2, 2, 2), 3), 1), layer_gamma(HiddenLayer((2, 2, 2), 1), 1)
    ([0, 0, 3, 1], [0, 0, 1, 3])
    """
    if not layer.is_two_piece:
        return region_gamma(layer, d)
    row, sums = binomial_row(layer.n_dying), list(accumulate(binomial_row(layer.n_cutting - layer.n_dying)))
    found = [0] * (layer.width + 1)
    for i in range(min(layer.n_dying, d) + 1):
        found[layer.width - i] = row[i] * sums[min(d - i, len(sums) - 1)]
    return found


def hinz_matrix(layer: HiddenLayer, gamma: Gamma = layer_gamma) -> list[Histogram]:
    """The matrix B of one layer, (n + 1, n + 1): column d is gamma(d) with dimensions cut to at most d.

    Notes
    -----
    Source: Hinz and van de Geer (2019), Theorem 1 and section 3. The bound is the sum of the entries of B_L M ... B_1 M e_{n_0}, where M cuts the
    dimensions above the next width to that width.

    Examples
    --------
    >>> hinz_matrix(HiddenLayer((2, 2), 2))
    [[1, 0, 1], [0, 3, 2], [0, 0, 1]]
    """
    columns = [_cut(gamma(layer, d), d) for d in range(layer.width + 1)]
    return [[column[i] if i < len(column) else 0 for column in columns] for i in range(layer.width + 1)]


def hinz_upper(net: Architecture | Network, gamma: Gamma = layer_gamma) -> int:
    """The recursion of Hinz and van de Geer, for units of any kind, mixed or not.

    Parameters
    ----------
    net : Network or Architecture
    gamma : callable, optional
        From a layer and d its histogram of length n + 1, above that of every choice of weights on d inputs; it must grow with d in the order (*).
        By default `layer_gamma`, for which a ReLU network gets Serra's number and a network without ReLU units the product bound.

    Returns
    -------
    int
        At most Serra's bound for ReLU networks, at most the product bound, at most the number of codes.

    Raises
    ------
    NetworkError
        If a given gamma is no histogram of n + 1 counts, or does not grow with d.

    Notes
    -----
    Source: Hinz and van de Geer (2019), A framework for the construction of upper bounds on the number of affine linear regions of ReLU feed-forward
    neural networks. The paper derives the bounds 2^N, the product bound and Serra's from three choices of gamma; all three are here.

    Examples
    --------
    >>> net = Architecture.mlp(2, [2, 2, 2])
    >>> hinz_upper(net, code_gamma), hinz_upper(net, region_gamma), hinz_upper(net)
    (64, 64, 30)
    """
    architecture = Architecture.of(net)
    counts = [0] * architecture.input_dim + [1]
    for layer in architecture.layers:
        counts = _cut(counts, layer.width)
        if gamma is not layer_gamma:
            _check_gamma(gamma, layer, len(counts) - 1)
        after = [0] * (layer.width + 1)
        for d, count in enumerate(counts):
            if count:
                for i, cells in enumerate(_cut(gamma(layer, d), d)):
                    after[i] += count * cells
        counts = after
    return sum(counts)


def _cut(histogram: Histogram, most: int) -> Histogram:
    """Dimensions above `most` counted as `most`."""
    return histogram if len(histogram) <= most + 1 else [*histogram[:most], sum(histogram[most:])]


def _check_gamma(gamma: Gamma, layer: HiddenLayer, most: int) -> None:
    """Whether a gamma from outside is what the theorem asks for, as far as that can be seen."""
    before: Histogram | None = None
    for d in range(most + 1):
        found = gamma(layer, d)
        if len(found) != layer.width + 1 or min(found) < 0:
            raise NetworkError(f"gamma of a layer of width {layer.width} must have {layer.width + 1} counts, none negative; got {found}")
        if before is not None and any(sum(before[i:]) > sum(found[i:]) for i in range(len(found))):
            raise NetworkError(f"gamma must grow with the dimension; at width {layer.width} it has {before} for {d - 1} and {found} for {d}")
        before = found
