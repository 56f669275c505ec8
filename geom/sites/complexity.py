"""What it takes to find a cell: a layer's own pieces against the sites of its power diagram (Lemma 5 and Theorem 6 of the paper, erratum E10).

A layer finds the code of an input from its K R affine pieces, each a product with D weights; a power diagram of n sites compares n of them. The R^K
codes of a layer so cost K R D multiply-adds in place of R^K D: a number logarithmic in that of the codes. It need not be so in the number of cells,
of which there may be far fewer than codes (E07).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from geom.errors import NetworkError
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["Cost", "codes_cost", "complexity_table", "layer_cost", "network_cost", "sites_cost"]


class Cost(NamedTuple):
    """Operations for one input, and numbers stored.

    Attributes
    ----------
    multiply_adds : int
    comparisons : int
    numbers : int
    """

    multiply_adds: int
    comparisons: int
    numbers: int

    def __add__(self, other: object) -> Cost:
        if not isinstance(other, Cost):
            return NotImplemented
        return Cost(*(a + b for a, b in zip(self, other, strict=True)))


def layer_cost(layer: Layer, *, shared: bool = False) -> Cost:
    """A layer that computes each unit's pieces and takes the largest: K R D multiply-adds, K (R - 1) comparisons, K R (D + 1) numbers.

    Parameters
    ----------
    shared : bool
        Pieces that are multiples of one linear row, as those of ReLU, take its product once, then one multiplication each: J D + K R multiply-adds
        and J (D + 1) + K R numbers, for J rows.

    Examples
    --------
    >>> layer = Layer.relu([[1.0, 2.0, 3.0]] * 4, [0.0] * 4)
    >>> layer_cost(layer), layer_cost(layer, shared=True)
    (Cost(multiply_adds=24, comparisons=4, numbers=32), Cost(multiply_adds=20, comparisons=4, numbers=24))
    """
    pieces, dim, rows = int((layer.row >= 0).sum()), layer.input_dim, layer.weight.shape[0]
    comparisons = pieces - layer.n_units
    if shared:
        return Cost(rows * dim + pieces, comparisons, rows * (dim + 1) + pieces)
    return Cost(pieces * dim, comparisons, pieces * (dim + 1))


def sites_cost(n_sites: int, dim: int) -> Cost:
    """A search through all sites of a power diagram: n D multiply-adds, n - 1 comparisons, n (D + 1) numbers (||x||^2 is the same for all).

    Examples
    --------
    >>> sites_cost(729, 5)
    Cost(multiply_adds=3645, comparisons=728, numbers=4374)
    """
    return Cost(n_sites * dim, max(n_sites - 1, 0), n_sites * (dim + 1))


def codes_cost(layer: Layer) -> Cost:
    """A search through the sites of all of a layer's codes: R^K D multiply-adds, not R^K R D as printed (E10)."""
    n_codes = 1
    for pieces in (layer.row >= 0).sum(axis=1).tolist():
        n_codes *= pieces
    return sites_cost(n_codes, layer.input_dim)


def network_cost(net: Network, *, shared: bool = False) -> Cost:
    """All hidden layers of a network, one after the other: Theorem 6.

    Examples
    --------
    >>> network_cost(Network.mlp([[[1.0]] * 3, [[1.0] * 3] * 2, [[1.0] * 2]], [[0.0] * 3, [0.0] * 2, [0.0]]))
    Cost(multiply_adds=18, comparisons=5, numbers=28)
    """
    total = Cost(0, 0, 0)
    for layer in net.hidden:
        total = total + layer_cost(layer, shared=shared)
    return total


def complexity_table(net: Network, cells: Sequence[int] | None = None) -> dict[str, list[int]]:
    """The hidden layers as rows: units, codes, and the multiply-adds and numbers stored of their own pieces and of all their codes' sites.

    Parameters
    ----------
    net : Network
    cells : sequence of int, optional
        Cells after each hidden layer, as counted; adds those, and the multiply-adds and numbers of a search through all their sites in input space.

    Returns
    -------
    dict of str to list of int
        ``layer`` (from 0), ``units``, ``codes``, ``forward``, ``forward_numbers``, ``all_codes``, ``all_codes_numbers``, and with `cells` also
        ``cells``, ``all_cells``, ``all_cells_numbers``: lists, because numbers of codes are of any size.

    Raises
    ------
    NetworkError
        If `cells` is not one number for each hidden layer.

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0]] * 10, [[1.0] * 10]], [[0.0] * 10, [0.0]])
    >>> table = complexity_table(net, [56])
    >>> table["codes"], table["forward"], table["all_codes"], table["all_cells"]
    ([1024], [40], [2048], [112])
    >>> table["forward_numbers"], table["all_codes_numbers"], table["all_cells_numbers"]
    ([60], [3072], [168])
    """
    if cells is not None and len(cells) != len(net.hidden):
        raise NetworkError(f"cells after {len(cells)} layers; the network has {len(net.hidden)} hidden layers")
    forward, by_codes = [layer_cost(layer) for layer in net.hidden], [codes_cost(layer) for layer in net.hidden]
    table = {
        "layer": list(range(len(net.hidden))),
        "units": [layer.n_units for layer in net.hidden],
        "codes": [cost.comparisons + 1 for cost in by_codes],
        "forward": [cost.multiply_adds for cost in forward],
        "forward_numbers": [cost.numbers for cost in forward],
        "all_codes": [cost.multiply_adds for cost in by_codes],
        "all_codes_numbers": [cost.numbers for cost in by_codes],
    }
    if cells is not None:
        by_cells = [sites_cost(n, net.input_dim) for n in cells]
        table |= {
            "cells": list(cells),
            "all_cells": [cost.multiply_adds for cost in by_cells],
            "all_cells_numbers": [cost.numbers for cost in by_cells],
        }
    return table
