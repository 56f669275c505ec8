"""A network modulo a prime: affine maps of many cells compared by matrix products of doubles, without a rounding error.

Weights are dyadic rationals, integers times powers of two, and 2 has an inverse modulo an odd prime p. So reducing all numbers modulo p commutes with
everything that a network does on a cell: two cells whose outputs differ modulo p at some point have different affine maps. Outputs that agree modulo
so many primes that their product exceeds every possible numerator of the difference are equal (`certain`). Residues are kept between about -p/2 and
p/2 in doubles, and p is so small that no sum of products leaves 2**52: each product of matrices is exact, in whatever order a library adds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from flint import fmpz
from numpy.typing import NDArray

from geom.exact import Dyadic, FloatArray
from geom.networks.network import Network

__all__ = ["Residues", "certain", "primes"]

Codes = NDArray[np.uint8]
EXACT = 2**52  # integers up to here, and their multiples near them, are doubles


class Residues:
    """The affine maps of a network's cells modulo a prime.

    Parameters
    ----------
    network : Network
    prime : int
        One of `primes(network)`.

    Examples
    --------
    On the cell where it fires, the unit is x + 1/2; at x = 3 that is 7/2, the residue 7 * 7 = 49 = 10 modulo 13, where 7 is the inverse of 2.

    >>> net = Network.mlp([[[1.0]], [[1.0]]], [[0.5], [0.0]])
    >>> residues = Residues(net, 13)
    >>> residues.values(np.array([[0], [1]], dtype=np.uint8), np.array([3.0]), 1) % 13
    array([[ 0.],
           [10.]])
    """

    def __init__(self, network: Network, prime: int) -> None:
        self.prime, self.first = prime, network.first
        self.hidden = [
            (self._of(layer.weight).T, self._of(layer.bias)[:, 0], layer.row, self._of(Dyadic.of(layer.slope))) for layer in network.hidden
        ]
        weight, bias = (self._of(part) for part in network.head.linear_map())
        self.head = weight.T, bias[:, 0]

    def values(self, codes: Codes, point: FloatArray, depth: int) -> FloatArray:
        """Outputs (n, width) of the first `depth` hidden layers at one point (d,) of integers, as codes (n, units) choose the pieces.

        Codes that follow each other and begin alike, as those of a partition's cells in their order do, share the work on layers that are alike.
        """
        z = self._reduce(point)[None]
        is_new = np.arange(len(codes)) == 0  # where a run of codes begins that are alike so far; z has a row for each run
        for j, (weight, bias, _, _) in enumerate(self.hidden[:depth]):
            h, run = self._reduce(z @ weight + bias), np.cumsum(is_new) - 1
            pieces = codes[:, self.first[j] : self.first[j + 1]]
            is_new[1:] |= (pieces[1:] != pieces[:-1]).any(axis=1)
            z = self._pieces(j, h[run[is_new]], pieces[is_new])
        return np.asarray(z[np.cumsum(is_new) - 1])

    def combined_outputs(self, values: FloatArray, factors: FloatArray) -> FloatArray:
        """One sum (n,) in 0..prime - 1 of factors (m,), which are residues, times outputs, from the values of the last hidden layer."""
        weight, bias = (self._reduce(part @ factors) for part in self.head)
        return np.asarray(self._reduce(values @ weight + bias) % self.prime)

    def carried(self, differences: FloatArray, codes: Codes, depth: int) -> FloatArray:
        """Differences (n, m) of outputs from those of the values after `depth` layers, for maps that take the same pieces in all later ones."""
        differences = self._reduce(differences)
        for j, (weight, _, _, _) in enumerate(self.hidden[depth:], depth):
            differences = self._pieces(j, self._times(differences, weight), codes[:, self.first[j] : self.first[j + 1]])
        return self._times(differences, self.head[0])

    def _times(self, differences: FloatArray, weight: FloatArray) -> FloatArray:
        """The product, without the columns in which no pair differs: most of them, where few units change."""
        columns = np.flatnonzero(differences.any(axis=0))
        return self._reduce(differences[:, columns] @ weight[columns])

    def _pieces(self, layer: int, h: FloatArray, pieces: Codes) -> FloatArray:
        """Slope times linear row (n, K) of the pieces (n, K) of a layer with rows h (n, J)."""
        _, _, row, slope = self.hidden[layer]
        has_own_row = (row == row[:, :1]).all()
        h = h[:, row[:, 0]] if has_own_row else np.take_along_axis(h, row[np.arange(len(row)), pieces], axis=1)
        chosen = np.broadcast_to(slope[:, 0], pieces.shape)
        for r in range(1, slope.shape[1]):  # sums of integers select exactly, and faster than an index does
            chosen = chosen + (pieces == r) * (slope[:, r] - slope[:, 0])
        return self._reduce(h * chosen) if np.abs(slope).max(initial=0) > 1 else h * chosen

    def _reduce(self, values: FloatArray) -> FloatArray:
        """Residues of integers of at most 2**52. The quotient is off by less than 1/2 + 2 / p, so these exceed p / 2 by at most 2."""
        return np.asarray(values - self.prime * np.rint(values * (1 / self.prime)))

    def _of(self, matrix: Dyadic) -> FloatArray:
        scale, half = pow(2, matrix.exponent, self.prime), self.prime // 2
        residues = [(int(v) * scale + half) % self.prime - half for v in matrix.entries.entries()]
        return np.array(residues, dtype=np.float64).reshape(matrix.shape)


def primes(network: Network) -> Iterator[int]:
    """Odd primes in descending order, the first as large as exact matrix products allow.

    Examples
    --------
    >>> next(primes(Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])))
    94906249
    """
    terms = 1 + max(network.output_dim, *(layer.input_dim for layer in network.layers))
    # terms * (p / 2 + 2)**2 <= EXACT
    candidate = 2 * (math.isqrt(EXACT // terms) - 2)
    while candidate > 2:
        candidate -= 1
        if fmpz(candidate).is_prime():
            yield candidate


def certain(network: Network, largest: int) -> int:
    """A number such that numbers are equal if they agree modulo primes of a larger product.

    The numbers are outputs of affine maps at points of integers of at most `largest`, or what `Residues.carried` makes of a unit vector. All of them
    are integers of at most `size` times 2**exponent, and their differences of twice that.
    """
    size, exponent = max(1, largest), 0
    for layer in network.layers:
        weight, bias, slope = layer.weight, layer.bias, Dyadic.of(layer.slope)
        sums = [sum(abs(int(v)) for v in row) for row in weight.entries.table()]
        offsets = [abs(int(v)) for v in bias.entries.entries()]
        low = min(weight.exponent + exponent, bias.exponent)
        size = (max(sums, default=0) * size << weight.exponent + exponent - low) + (max(offsets, default=0) << bias.exponent - low)
        size = max(1, size * max((abs(int(v)) for v in slope.entries.entries()), default=0))  # at least 1: a unit vector may start behind here
        exponent = low + slope.exponent
    return 2 * size
