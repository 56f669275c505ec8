"""Whether adjacent cells have exactly the same affine map, for many pairs at once.

Three rules decide nearly all pairs, each with a proof:

1. Codes differ in one unit of the last hidden layer. Both cells have the same inputs to that layer, and the two pieces differ on them, so the maps
   are equal if and only if no output takes the unit.
2. Maps that differ modulo a prime at a random point are different (`residues`).
3. No path of nonzero weights and slopes leads from a unit whose piece changes to an output: the maps are equal.

What is left is compared modulo as many primes as prove equality, and not by whole maps. The difference of two maps that agree on a facet is a vector
times the form of the facet's hyperplane, so one point off that hyperplane is enough to compare them; behind the last layer in which the codes differ,
only the vector is carried on; and where one unit alone changes, that is a unit vector.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.residues import Codes, Residues, certain, primes
from geom.engine.codes import CodeTable
from geom.exact import Dyadic, FloatArray
from geom.networks.network import Network

__all__ = ["equal_maps"]

Pairs = NDArray[np.int64]  # (2, E)
Mask = NDArray[np.bool_]
CHUNK_VALUES = 1 << 16  # numbers held at once for a chunk of cells or pairs: they fit a cache
LARGEST = 1 << 15  # coordinate of the point at which maps are proven equal


def equal_maps(network: Network, table: CodeTable, pairs: Pairs) -> Mask:
    """Which pairs (2, E) of cells that share a facet have equal affine maps (E,), by the codes of all cells."""
    if not network.hidden or not pairs.size:
        return np.zeros(pairs.shape[1], dtype=np.bool_)
    equal, known = _by_the_last_layer(network, table, pairs)
    open_ = np.flatnonzero(~known)
    open_ = open_[~_differ_at_a_random_point(network, table, pairs[:, open_])]
    equal[open_] = unreached = _are_unreached(network, table, pairs[:, open_])
    open_ = open_[~unreached]
    if open_.size:
        equal[open_] = _Comparison(network, table).equal(pairs[:, open_])
    return equal


def _by_the_last_layer(network: Network, table: CodeTable, pairs: Pairs) -> tuple[Mask, Mask]:
    """Which pairs have equal maps and which are decided, by the first rule."""
    equal, known = np.zeros((2, pairs.shape[1]), dtype=np.bool_)
    words = table.words
    n_words = int(table.first_word[-1] - table.first_word[-2])  # of the last layer, whose words are the last ones
    is_taken = np.zeros(64 * max(1, n_words), dtype=np.bool_)
    is_taken[: network.widths[-1]] = _nonzero(network.head.linear_map()[0]).any(axis=0)
    for part in _chunks(pairs.shape[1], words.shape[1]):
        changed = words[pairs[0, part]] ^ words[pairs[1, part]]
        at = np.argmax(changed != 0, axis=1)
        word = np.take_along_axis(changed, at[:, None], axis=1)[:, 0]
        is_one = ((changed != 0).sum(axis=1) == 1) & (word & (word - np.uint64(1)) == 0)
        bit = np.frexp(word.astype(np.float64))[1] - 1
        at -= words.shape[1] - n_words
        known[part] = is_one & (at >= 0)
        equal[part] = known[part] & ~is_taken[np.where(known[part], 64 * at + bit, 0)]
    return equal, known


def _differ_at_a_random_point(network: Network, table: CodeTable, pairs: Pairs) -> Mask:
    """Pairs proven different by the second rule: nearly all that are."""
    residues = Residues(network, next(primes(network)))
    half = residues.prime // 2
    random = np.random.default_rng(0)
    point, factors = (random.integers(-half, half, size=n).astype(np.float64) for n in (network.input_dim, network.output_dim))
    is_asked = np.zeros(len(table), dtype=np.bool_)
    is_asked[pairs] = True
    cells = np.flatnonzero(is_asked)
    outputs = np.zeros(len(table), dtype=np.float64)
    for part in _chunks(len(cells), network.n_units):
        values = residues.values(table.unpack(cells[part]), point, len(network.hidden))
        outputs[cells[part]] = residues.combined_outputs(values, factors)
    return np.asarray(outputs[pairs[0]] != outputs[pairs[1]])


def _are_unreached(network: Network, table: CodeTable, pairs: Pairs) -> Mask:
    """Pairs proven equal by the third rule."""
    unreached = np.zeros(pairs.shape[1], dtype=np.bool_)
    taken = [_nonzero(layer.weight) for layer in network.hidden]
    taken_by_head = _nonzero(network.head.linear_map()[0])
    for part in _chunks(pairs.shape[1], 2 * network.n_units):
        codes, others = (table.unpack(cells) for cells in pairs[:, part])
        reached = np.zeros((len(codes), network.input_dim), dtype=np.float32)
        for layer, weight, at in zip(network.hidden, taken, network.first, strict=False):
            units, pieces = np.arange(layer.n_units), codes[:, at : at + layer.n_units]
            is_row_reached = reached @ weight.T > 0
            is_carried = np.take_along_axis(is_row_reached, layer.row[units, pieces], axis=1) & (layer.slope[units, pieces] != 0)
            reached = (is_carried | (pieces != others[:, at : at + layer.n_units])).astype(np.float32)
        unreached[part] = ~(reached @ taken_by_head.T > 0).any(axis=1)
    return unreached


def _nonzero(weight: Dyadic) -> NDArray[np.float32]:
    """1 where a weight is not 0: as numbers, whose products are fast."""
    return np.array([v != 0 for v in weight.entries.entries()], dtype=np.float32).reshape(weight.shape)


class _Comparison:
    """Proofs, modulo primes, that maps are equal.

    Parameters
    ----------
    network : Network
    table : CodeTable
        The codes of all cells.
    """

    def __init__(self, network: Network, table: CodeTable) -> None:
        self.network, self.table = network, table
        self.point = np.random.default_rng(1).integers(1, LARGEST, size=network.input_dim).astype(np.float64)

    @cached_property
    def residues(self) -> list[Residues]:
        """Modulo so many primes that what vanishes modulo all of them is 0."""
        wanted, product, found = certain(self.network, LARGEST), 1, []
        for prime in primes(self.network):
            found.append(Residues(self.network, prime))
            product *= prime
            if product > wanted:
                break
        assert product > wanted, "there are more primes than any network asks for"
        return found

    def equal(self, pairs: Pairs) -> Mask:
        """Which pairs (2, n) have equal maps (n,)."""
        equal = np.zeros(pairs.shape[1], dtype=np.bool_)
        last, is_single = self._last_changes(pairs)
        depth, order = np.searchsorted(self.network.first, last, side="right"), np.argsort(last, kind="stable")
        for j in np.unique(depth).tolist():
            # Neighbours in this order differ in the same few units, so differences of a chunk are 0 elsewhere.
            alone, several = (order[(depth[order] == j) & (is_single[order] == kind)] for kind in (True, False))
            equal[alone] = self._vanish(pairs[:, alone], j, [None])
            # A difference that is not 0 somewhere proves that the point is off the facet's hyperplane.
            is_off = self._are_changed(pairs[:, several], j)
            off, unknown = several[is_off], several[~is_off]
            equal[off] = self._vanish(pairs[:, off], j, [self.point])
            equal[unknown] = self._vanish(pairs[:, unknown], j, list(np.eye(1 + self.network.input_dim, self.network.input_dim)))
        return equal

    def _last_changes(self, pairs: Pairs) -> tuple[NDArray[np.int64], Mask]:
        """The last unit in which the codes differ, and whether it is the only one."""
        last, is_single = np.zeros(pairs.shape[1], dtype=np.int64), np.zeros(pairs.shape[1], dtype=np.bool_)
        for part, codes, others in self._codes(pairs):
            changes = codes != others
            last[part] = changes.shape[1] - 1 - changes[:, ::-1].argmax(axis=1)
            is_single[part] = changes.sum(axis=1) == 1
        return last, is_single

    def _are_changed(self, pairs: Pairs, depth: int) -> Mask:
        """Pairs whose values after so many layers differ at the point."""
        changed = np.zeros(pairs.shape[1], dtype=np.bool_)
        for part, codes, others in self._codes(pairs):
            changed[part] = (self._difference(self.residues[0], codes, others, depth, self.point) % self.residues[0].prime).any(axis=1)
        return changed

    def _vanish(self, pairs: Pairs, depth: int, points: Sequence[FloatArray | None]) -> Mask:
        """Pairs the difference of whose outputs is 0 at all these points; None stands for a multiple of it, where one unit changes."""
        equal = np.ones(pairs.shape[1], dtype=np.bool_)
        for residues in self.residues:
            open_ = np.flatnonzero(equal)
            for part, codes, others in self._codes(pairs[:, open_]):
                for point in points:
                    difference = self._difference(residues, codes, others, depth, point)
                    equal[open_[part]] &= ~(residues.carried(difference, codes, depth) % residues.prime).any(axis=1)
        return equal

    def _difference(self, residues: Residues, codes: Codes, others: Codes, depth: int, point: FloatArray | None) -> FloatArray:
        if point is None:
            start, stop = self.network.first[depth - 1 : depth + 1]
            return np.asarray(codes[:, start:stop] != others[:, start:stop], dtype=np.float64)
        difference: FloatArray = residues.values(codes, point, depth) - residues.values(others, point, depth)
        return difference

    def _codes(self, pairs: Pairs) -> Iterator[tuple[slice, Codes, Codes]]:
        """Chunks of pairs, with the codes of both cells of each."""
        for part in _chunks(pairs.shape[1], 2 * self.network.n_units):
            yield part, self.table.unpack(pairs[0, part]), self.table.unpack(pairs[1, part])


def _chunks(n: int, width: int) -> Iterator[slice]:
    """Slices of 0..n - 1 that hold, with so many numbers an item, about CHUNK_VALUES."""
    size = max(256, CHUNK_VALUES // max(1, width))
    return (slice(start, start + size) for start in range(0, n, size))
