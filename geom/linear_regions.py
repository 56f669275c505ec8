"""Linear regions: cells that share a facet and have exactly the same affine map, merged.

Most pairs of adjacent cells are told apart, or merged, without arithmetic on maps:

1. Codes that differ in one unit of the last hidden layer. Both cells have the same inputs to that layer, and the two pieces differ on them, so the
   maps are equal if and only if no output takes the unit.
2. Maps that differ modulo a prime at a random point are different (`residues`).
3. No path of nonzero weights and slopes leads from a unit whose piece changes to an output: the maps are equal.

What is left is compared modulo as many primes as prove equality, at 0 and the unit vectors, which fix an affine map.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geom.errors import GeomError
from geom.layer import Layer
from geom.residues import Residues, certain, primes

if TYPE_CHECKING:
    from geom.partition import Partition

__all__ = ["linear_regions"]

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]
CHUNK_VALUES = 1 << 20  # numbers held at once for a chunk of cells or pairs


def linear_regions(partition: Partition, a: ArrayLike, b: ArrayLike) -> Index:
    """For each cell the number of its linear region: a largest set of cells, linked by facets, on which the network is one affine map.

    Parameters
    ----------
    partition : Partition
    a, b : (E,) arrays of int
        The pairs of cells that share a facet, each once.

    Returns
    -------
    (N,) int64
        Labels 0, 1, 2, ... in the order of each region's first cell. Cells with the same map that are not linked have different labels.

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk: missing cells may link others.

    Examples
    --------
    The second unit has no weight in the output, so its cut at 1/2 is none of the function.

    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1], [1]], [[1, 0]]], [[0, -0.5], [0]]), Box([-1], [1]))
    >>> linear_regions(part, [0, 1], [1, 2])
    array([0, 1, 1])
    """
    if not partition.is_complete:
        raise GeomError(f"the walk stopped after {len(partition):,} cells: missing ones may link others; resume it without a budget")
    pairs = np.stack([np.asarray(a, dtype=np.int64), np.asarray(b, dtype=np.int64)])
    equal, known = _by_the_last_layer(partition, pairs)
    open_ = np.flatnonzero(~known)
    open_ = open_[~_differ_at_a_random_point(partition, pairs[:, open_])]
    equal[open_] = unreached = _is_unreached(partition, pairs[:, open_])
    open_ = open_[~unreached]
    linked = _components(len(partition), pairs[:, equal])[pairs[:, open_]]
    open_ = open_[linked[0] != linked[1]]
    equal[open_] = _are_equal(partition, pairs[:, open_])
    return _components(len(partition), pairs[:, equal])


def _by_the_last_layer(partition: Partition, pairs: Index) -> tuple[Mask, Mask]:
    """Which pairs (2, E) have equal maps and which are decided, by the first rule."""
    equal, known = np.zeros((2, pairs.shape[1]), dtype=np.bool_)
    network, words = partition.network, partition.columns.words
    if not network.hidden:
        return equal, known
    n_words = -(-network.widths[-1] // 64)  # of the last layer, whose words are the last ones
    weight = network.head.linear_map()[0]
    is_taken = np.zeros(64 * n_words, dtype=np.bool_)
    is_taken[: weight.shape[1]] = [any(column) for column in weight.entries.transpose().tolist()]
    for part in _chunks(pairs.shape[1], words.shape[1]):
        changed = words[pairs[0, part]] ^ words[pairs[1, part]]
        at = np.argmax(changed != 0, axis=1)
        word = np.take_along_axis(changed, at[:, None], axis=1)[:, 0]
        is_one = ((changed != 0).sum(axis=1) == 1) & (word & (word - np.uint64(1)) == 0)
        at -= words.shape[1] - n_words
        bit = np.frexp(word.astype(np.float64))[1] - 1
        known[part] = is_one & (at >= 0)
        equal[part] = known[part] & ~is_taken[np.where(known[part], 64 * at + bit, 0)]
    return equal, known


def _differ_at_a_random_point(partition: Partition, pairs: Index) -> Mask:
    """Pairs proven different modulo one prime: nearly all that are."""
    network, table = partition.network, partition.code_table
    different = np.zeros(pairs.shape[1], dtype=np.bool_)
    if not pairs.size:
        return different
    random = np.random.default_rng(0)
    prime = next(primes(network))
    half = prime // 2
    residues = Residues(network, prime, random.integers(-half, half, size=network.output_dim))
    point = random.integers(-half, half, size=network.input_dim).astype(np.float64)
    is_asked = np.zeros(len(partition), dtype=np.bool_)
    is_asked[pairs] = True
    cells = np.flatnonzero(is_asked)
    values = np.zeros(len(partition), dtype=np.float64)
    for part in _chunks(len(cells), network.n_units):
        values[cells[part]] = residues(table.unpack(cells[part]), point)[:, 0]
    return np.asarray(values[pairs[0]] != values[pairs[1]])


def _is_unreached(partition: Partition, pairs: Index) -> Mask:
    """Pairs proven equal by the third rule."""
    network, table = partition.network, partition.code_table
    unreached = np.zeros(pairs.shape[1], dtype=np.bool_)
    for part in _chunks(pairs.shape[1], 2 * network.n_units):
        codes, others = table.unpack(pairs[0, part]), table.unpack(pairs[1, part])
        reached, at = np.zeros((len(codes), network.input_dim), dtype=np.bool_), 0
        for layer in network.hidden:
            chosen = codes[:, at : at + layer.n_units]
            changes = chosen != others[:, at : at + layer.n_units]
            at += layer.n_units
            units = np.arange(layer.n_units)
            rows = _rows_reached(layer, reached)
            reached = changes | (np.take_along_axis(rows, layer.row[units, chosen], axis=1) & (layer.slope != 0)[units, chosen])
        head = Layer.linear(*network.head.linear_map())
        unreached[part] = ~_rows_reached(head, reached).any(axis=1)
    return unreached


def _rows_reached(layer: Layer, reached: Mask) -> Mask:
    """Rows of a layer (n, J) that take one of the inputs (n, D) with a nonzero weight; as numbers, since those have a fast product."""
    taken = np.array([v != 0 for v in layer.weight.entries.entries()], dtype=np.float32).reshape(layer.weight.shape)
    return np.asarray(reached.astype(np.float32) @ taken.T > 0)


def _are_equal(partition: Partition, pairs: Index) -> Mask:
    """Whether pairs have equal maps, proven either way."""
    network, table = partition.network, partition.code_table
    equal = np.ones(pairs.shape[1], dtype=np.bool_)
    wanted, product = certain(network), 1
    points = np.vstack([np.zeros(network.input_dim), np.eye(network.input_dim)])
    for prime in primes(network):
        if product > wanted or not equal.any():
            return equal
        product *= prime
        residues, open_ = Residues(network, prime), np.flatnonzero(equal)
        for part in _chunks(len(open_), 2 * (network.n_units + network.output_dim)):
            chunk = open_[part]
            cells, (a, b) = np.unique(pairs[:, chunk], return_inverse=True)
            codes = table.unpack(cells)
            for point in points:
                values = residues(codes, point)
                equal[chunk] &= (values[a] == values[b]).all(axis=1)
    raise AssertionError("there are more primes than any network asks for")


def _components(n_cells: int, links: Index) -> Index:
    """Labels (n_cells,) of the components of a graph, numbered by their first cells."""
    graph = coo_array((np.ones(links.shape[1], dtype=np.int8), (links[0], links[1])), shape=(n_cells, n_cells))
    labels = connected_components(graph, directed=False)[1]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], dtype=np.int64)


def _chunks(n: int, width: int) -> Iterator[slice]:
    """Slices of 0..n - 1 that hold, with so many numbers an item, about CHUNK_VALUES."""
    size = max(1, CHUNK_VALUES // max(1, width))
    return (slice(start, start + size) for start in range(0, n, size))
