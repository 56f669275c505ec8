"""The partition of a whole network as one power diagram: a sum of all layers' outputs, weighed so that it is convex.

Let F be the sum over all hidden layers l of M_l times the sum of the layer's outputs. F is affine on every cell and continuous, so the partition is
the power diagram of the sites mu = grad F, rad = ||mu||^2 + 2 (F(x) - <mu, x>) if and only if F is convex and bends at every facet.

Across a facet from cell i to cell j the slope of layer l's sum jumps by a multiple of the facet's normal. Its product with a vector that crosses the
facet from i to j is the layer's *kink* there, up to one positive factor for the facet. In the first layer l whose code changes, the sum is a convex
function of the same affine map on both sides: no layer before l has a kink, l has a positive one, later ones any. So weights are chosen from the last
layer to the first, each M_l the smallest positive integer with M_l kink_l + sum over m > l of M_m kink_m > 0 at all facets at which l is the first
layer to change.

Kinks are computed in doubles with error bounds, and where these leave a comparison open, in integers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray, Fractions
from geom.kernels.numbers.ball import INFLATE, TINY, gamma
from geom.power.diagram import PowerDiagram
from geom.questions.whole import require_complete
from geom.sites.cells import sites
from geom.sites.unit_sum import UnitSum, row_norms

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["WholeDiagram", "whole_diagram"]

Index = NDArray[np.int64]
CHUNK = 1 << 15
FIRST_BATCH = 32  # facets whose kinks are computed exactly before the weight is looked at again


@dataclass(frozen=True, eq=False)
class WholeDiagram:
    """Weights of layers that make a whole partition one power diagram, with what proves it.

    Attributes
    ----------
    partition : Partition
    weights : tuple of int
        M_l for every hidden layer; the last one is 1.
    facets : int
        Inner facets, at each of which F was proven to bend upwards.
    exact_facets : int
        How many of these proofs took integers; doubles with an error bound did for the others.
    """

    partition: Partition
    weights: tuple[int, ...]
    facets: int
    exact_facets: int

    @cached_property
    def unit_weights(self) -> list[list[int]]:
        """The weight of every unit, layer by layer, as `sites` takes them."""
        return [[m] * width for m, width in zip(self.weights, self.partition.network.widths, strict=True)]

    @overload
    def sites(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def sites(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def sites(self, *, exact: bool = False) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """Centroids (N, d) and radii (N,) of all cells. Only the exact ones give exactly the partition."""
        return sites(self.partition, weights=self.unit_weights, exact=True) if exact else sites(self.partition, weights=self.unit_weights)

    def power_diagram(self) -> PowerDiagram:
        """The `geom.PowerDiagram` of the exact sites.

        Its cell i equals the partition's cell i in the whole space, and contains it in a bounded domain.
        """
        return PowerDiagram(*self.sites(exact=True))

    def holds(self) -> bool:
        """Check the proof again, in integers and from other numbers: at every inner facet the affine forms of its two cells differ by a positive
        multiple of the facet's own row.

        So F is continuous across all facets and convex across each of them, hence convex on the domain, and no two cells have the same form. False
        also for a partition that is not complete, another number of facets than was proven, and weights that are not one positive integer a layer.
        That the partition's table has all facets is assumed here; `geom.check` proves it. Takes about a millisecond a cell.
        """
        if not self._is_well_formed():
            return False
        partition, table, codes = self.partition, self.partition.facets, self.partition.code_table
        pairs = table.pairs()
        owner, beyond, unit = table.cells()[pairs], table.beyond[pairs].astype(np.int64), table.unit[pairs]
        unit_sum = UnitSum(partition.network, self.unit_weights)
        for start in range(0, len(pairs), CHUNK):
            part = slice(start, start + CHUNK)
            jumps = _jumps(partition, unit_sum, owner[part], beyond[part])
            pieces = codes.pieces(owner[part], unit[part])
            for i, k, piece, jump in zip(owner[part].tolist(), unit[part].tolist(), pieces.tolist(), jumps, strict=True):
                row = partition.oracle.row(partition.n_walls + k, partition.columns.words[i])
                outwards = -1 if piece else 1
                if not _is_positive_multiple(jump, tuple(outwards * v for v in row)):
                    return False
        return True

    def _is_well_formed(self) -> bool:
        partition = self.partition
        if not partition.is_complete or len(partition.facets.pairs()) != self.facets or len(self.weights) != len(partition.network.hidden):
            return False
        return all(isinstance(m, int) and not isinstance(m, bool) and m > 0 for m in self.weights)

    def __repr__(self) -> str:
        return f"WholeDiagram({len(self.partition):,} sites, weights {self.weights}, {self.facets:,} facets proven)"


def whole_diagram(part: Partition) -> WholeDiagram:
    """Weights of the layers that make the whole partition one power diagram, proven at every facet.

    Parameters
    ----------
    part : Partition
        Complete. In a bounded domain the sites are those of a diagram whose cells are the partition's within the domain.

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk.

    Examples
    --------
    The sites of the last layer alone, relu(|x| - 1), do not tell the two middle cells apart; with those of |x| added they do.

    >>> from geom import Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-1.0], [0.0]], activation=["abs", "relu"]))
    >>> diagram = whole_diagram(part)
    >>> diagram, diagram.holds()
    (WholeDiagram(4 sites, weights (1, 1), 3 facets proven), True)
    >>> mu, rad = diagram.sites()
    >>> mu[:, 0], rad
    (array([-1., -2.,  1.,  2.]), array([1., 2., 1., 2.]))
    """
    require_complete(part, "and facets towards missing ones are not known")
    kinks = _Kinks(part)
    n_layers = len(part.network.hidden)
    weights: list[int] = [1] * n_layers
    for layer in range(n_layers - 1, -1, -1):
        weights[layer] = kinks.smallest_weight(layer, weights)
    return WholeDiagram(part, tuple(weights), len(kinks.owner), kinks.n_exact)


class _Kinks:
    """Kinks of every layer's sum at every inner facet, in doubles with bounds, exactly where asked."""

    def __init__(self, partition: Partition) -> None:
        self.partition, self.n_exact = partition, 0
        table = partition.facets
        pairs = table.pairs()
        self.owner: Index = table.cells()[pairs]
        self.beyond: Index = table.beyond[pairs].astype(np.int64)
        self.first = _first_changes(partition, self.owner, self.beyond)
        n_layers = len(partition.network.hidden)
        self.value, self.error = np.zeros((2, n_layers, len(pairs)))
        for layer in range(n_layers):
            self._fill(layer)

    def _fill(self, layer: int) -> None:
        """Kinks of one layer at all facets where it may have any."""
        partition = self.partition
        unit_sum = UnitSum.of_layer(partition.network, layer)
        slope, error = np.empty((len(partition), partition.dim)), np.empty(len(partition))
        for start in range(0, len(partition), CHUNK):
            part = slice(start, start + CHUNK)
            forms = unit_sum.float_forms(partition.code_table.unpack(part))
            slope[part], error[part] = forms.slope, forms.slope_error
        concerned = np.flatnonzero(self.first <= layer)
        with np.errstate(over="ignore", invalid="ignore"):
            for start in range(0, len(concerned), CHUNK):
                some = concerned[start : start + CHUNK]
                i, j = self.owner[some], self.beyond[some]
                across, jump = partition.witnesses[j] - partition.witnesses[i], slope[j] - slope[i]
                length, size = row_norms(across), row_norms(jump)
                self.value[layer, some] = np.einsum("ij,ij->i", jump, across)
                doubt = (error[i] + error[j]) * length * (1 + gamma(4.0)) + size * length * gamma(partition.dim + 8.0)
                self.error[layer, some] = doubt * INFLATE + TINY
        for cell in partition.columns.exact_witness:  # its double is not inside
            self.error[layer, (self.owner == cell) | (self.beyond == cell)] = np.inf

    def smallest_weight(self, layer: int, weights: list[int]) -> int:
        """The smallest positive integer M such that M times the layer's kink and the later layers' weighed kinks are positive in sum, at all facets
        where this layer is the first to change.

        M has to be more than the ratio -later / own. Facets whose ratio is proven to be less than M need no more; the others are computed exactly,
        those of the largest bounds first, as each may raise M and settle others.
        """
        mine = np.flatnonzero(self.first == layer)
        if not mine.size:
            return 1
        low, high = self._ratios(layer, weights, mine)
        order = np.argsort(-high, kind="stable")
        mine, low, high = mine[order], low[order], high[order]
        smallest = max(1, math.floor(float(low.max())) + 1)
        done, batch = 0, FIRST_BATCH
        while done < len(mine) and not high[done] < smallest:
            part = mine[done : done + batch]
            part = part[~(high[done : done + batch] < smallest)]
            for own, later in self._exactly(layer, weights, part):
                assert own > 0, "the first layer that changes across a facet bends upwards there"
                smallest = max(smallest, -later // own + 1)
            done, batch = done + len(part), 2 * batch
        self.n_exact += done
        return smallest

    def _ratios(self, layer: int, weights: list[int], mine: Index) -> tuple[FloatArray, FloatArray]:
        """Bounds from below and from above on -later / own; the one from below is finite and not negative."""
        own, own_error = self.value[layer, mine], self.error[layer, mine]
        later, later_error = np.zeros((2, len(mine)))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for m in range(layer + 1, len(weights)):
                weight = _rounded(weights[m])
                term = weight * self.value[m, mine]
                later = later + term
                later_error = later_error + weight * self.error[m, mine] * INFLATE + (np.abs(term) + np.abs(later)) * gamma(3.0)
            later_error = later_error * INFLATE
            low = (-later - later_error) / (own + own_error) * (1 - gamma(8.0))
            high = (later_error - later) / (own - own_error) * INFLATE
            high = np.where(later_error - later <= 0, 0.0, high)
            low = np.where((own + own_error > 0) & (low > 0) & np.isfinite(low), low, 0.0)
            return low, np.where((own - own_error > 0) & ~np.isnan(high), high, np.inf)

    def _exactly(self, layer: int, weights: list[int], facets: Index) -> list[tuple[Fraction, Fraction]]:
        """The layer's own kink and the later layers' weighed ones, up to a positive factor, at these facets."""
        network, i, j = self.partition.network, self.owner[facets], self.beyond[facets]
        own = _jumps(self.partition, UnitSum.of_layer(network, layer), i, j)
        unit_weights = [[weights[m]] * width if m > layer else None for m, width in enumerate(network.widths)]
        later = _jumps(self.partition, UnitSum(network, unit_weights), i, j)
        return [
            (sum(map(_product, a, across), Fraction(0)), sum(map(_product, b, across), Fraction(0)))
            for a, b, across in zip(own, later, _directions(self.partition, i, j), strict=True)
        ]


def _first_changes(partition: Partition, i: Index, j: Index) -> NDArray[np.int64]:
    """The first layer in which the codes of cells i and j differ."""
    words, first = partition.columns.words, np.full(len(i), -1, dtype=np.int64)
    for layer, (start, stop) in enumerate(pairwise(partition.code_table.first_word)):
        changed = (words[i, start:stop] != words[j, start:stop]).any(axis=1)
        first[changed & (first < 0)] = layer
    return first


def _jumps(partition: Partition, unit_sum: UnitSum, i: Index, j: Index) -> list[tuple[Fraction, ...]]:
    """The exact form (slopes, constant) on cell j less that on cell i."""
    cells, at = np.unique(np.concatenate([i, j]), return_inverse=True)
    slope, constant = unit_sum.forms(partition.code_table.unpack(cells))
    table = slope.beside(constant).fractions()
    jumps = table[at[len(i) :]] - table[at[: len(i)]]
    return [tuple(row) for row in jumps.tolist()]


def _directions(partition: Partition, i: Index, j: Index) -> list[tuple[Fraction, ...]]:
    """Vectors from inside cell i to inside cell j: they cross the facet outwards."""
    exact = partition.columns.exact_witness

    def inside(cell: int) -> tuple[Fraction, ...]:
        return exact.get(cell) or tuple(map(Fraction, partition.witnesses[cell].tolist()))

    return [tuple(q - p for p, q in zip(inside(a), inside(b), strict=True)) for a, b in zip(i.tolist(), j.tolist(), strict=True)]


def _is_positive_multiple(jump: tuple[Fraction, ...], row: tuple[int, ...]) -> bool:
    pivot = next(k for k, v in enumerate(row) if v)
    return jump[pivot] * row[pivot] > 0 and all(v * row[pivot] == jump[pivot] * w for v, w in zip(jump, row, strict=True))


def _product(a: Fraction, b: Fraction) -> Fraction:
    return a * b


def _rounded(weight: int) -> float:
    try:
        return float(weight)
    except OverflowError:
        return math.inf
