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
from geom.network import Network

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
    weights : sequence of int, optional
        Put out this one combination of the network's outputs instead of all.

    Examples
    --------
    On the cell where it fires, the unit is x + 1/2; at x = 3 that is 7/2, the residue 7 * 8 modulo 15 = 2 * 8 - 1.

    >>> net = Network.mlp([[[1.0]], [[1.0]]], [[0.5], [0.0]])
    >>> Residues(net, 13)(np.array([[0], [1]], dtype=np.uint8), np.array([3.0]))
    array([[ 0.],
           [10.]])
    """

    def __init__(self, network: Network, prime: int, combination: NDArray[np.int64] | None = None) -> None:
        self.prime = prime
        self.hidden = [
            (self._of(layer.weight).T, self._of(layer.bias)[:, 0], layer.row, self._of(Dyadic.of(layer.slope))) for layer in network.hidden
        ]
        weight, bias = (self._of(part) for part in network.head.linear_map())
        if combination is not None:
            weight, bias = (self._reduce(combination[None].astype(np.float64) @ part) for part in (weight, bias))
        self.head = weight.T, bias[:, 0]

    def __call__(self, codes: Codes, point: FloatArray) -> FloatArray:
        """Outputs (n, m) in 0..prime - 1 at one point (d,) of small integers of the affine maps that codes (n, units) fix."""
        z, at = point[None], 0
        for weight, bias, row, slope in self.hidden:
            units = np.arange(len(row))
            chosen = codes[:, at : at + len(row)]
            h = self._reduce(z @ weight + bias)
            h = h[:, row[:, 0]] if (row == row[:, :1]).all() else np.take_along_axis(np.broadcast_to(h, (len(codes), h.shape[1])), row[units, chosen], 1)
            z = h * slope[units, chosen]
            if np.abs(slope).max(initial=0) > 1:
                z = self._reduce(z)
            at += len(row)
        weight, bias = self.head
        out = self._reduce(z @ weight + bias)
        return np.broadcast_to(np.where(out < 0, out + self.prime, out), (len(codes), len(bias)))

    def _reduce(self, values: FloatArray) -> FloatArray:
        """Residues of integers of at most 2**52. The quotient is off by less than 1/2 + 2 / p, so these exceed p / 2 by at most 2."""
        return values - self.prime * np.rint(values * (1 / self.prime))

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


def certain(network: Network) -> int:
    """A number such that outputs of two cells' affine maps at 0 or a unit vector are equal if they agree modulo primes of a larger product.

    All such outputs are integers of at most `size` times 2**exponent, and their differences of twice that.
    """
    size, exponent = 1, 0
    for layer in network.layers:
        weight, bias, slope = layer.weight, layer.bias, Dyadic.of(layer.slope)
        sums = [sum(abs(int(v)) for v in row) for row in weight.entries.table()]
        offsets = [abs(int(v)) for v in bias.entries.entries()]
        low = min(weight.exponent + exponent, bias.exponent)
        size = (max(sums, default=0) * size << weight.exponent + exponent - low) + (max(offsets, default=0) << bias.exponent - low)
        size *= max((abs(int(v)) for v in slope.entries.entries()), default=0)
        exponent = low + slope.exponent
    return 2 * size
