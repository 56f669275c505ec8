"""What a partition has stored, read by no code of the engine: packed codes, facets, witnesses, and whether the columns fit together."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import as_fractions, round_fractions

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["CodeIndex", "Facets", "misfit", "stored_facets", "stored_witness", "unpack"]

Words = NDArray[np.uint64]


class Facets(NamedTuple):
    """A cell's stored facets.

    Attributes
    ----------
    groups : list of list of int
        Constraint numbers, walls first, that contain each facet.
    reason : str
        Why the numbers are no facets, else empty.
    """

    groups: list[list[int]]
    reason: str


def misfit(part: Partition) -> str:
    """Why the columns cannot belong to one partition of this network and domain, else an empty string."""
    columns, n, d = part.columns, len(part.columns.words), part.domain.dim
    n_words = sum(-(-width // 64) for width in part.network.widths)
    if d != part.network.input_dim:
        return f"the network takes {part.network.input_dim} inputs but the domain has {d} dimensions"
    expected = {"words": (n, n_words), "witness": (n, d), "is_proven": (n,), "is_bounded": (n,), "facet_at": (n + 1,)}
    for name, shape in expected.items():
        if getattr(columns, name).shape != shape:
            return f"the column {name} has shape {getattr(columns, name).shape}; {n} cells of this network have {shape}"
    if not n:
        return "there are no cells, but a domain has at least one"
    if columns.facet_at[0] != 0 or columns.facet_at[-1] != len(columns.facet) or (np.diff(columns.facet_at) < 0).any():
        return "facet_at does not divide facet among the cells"
    wrong = [i for i, point in columns.exact_witness.items() if not 0 <= i < n or len(point) != d]
    return f"an exact witness is stored for cell {wrong[0]}, which is none, or not of {d} coordinates" if wrong else ""


def unpack(words: Words, widths: Sequence[int]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Codes (n, n_units) of packed ones (n, V), and for which of them (n,) no bit is set beyond the units.

    Unit k of a layer is bit k % 64 of the layer's word k // 64.

    Examples
    --------
    >>> unpack(np.array([[5, 1]], dtype=np.uint64), (3, 1))
    (array([[1, 0, 1, 1]], dtype=uint8), array([ True]))
    """
    bits = np.unpackbits(np.ascontiguousarray(words, dtype="<u8").view(np.uint8), axis=1, bitorder="little")
    used = np.zeros(bits.shape[1], dtype=np.bool_)
    at = 0
    for width in widths:
        used[at : at + width] = True
        at += 64 * -(-width // 64)
    return bits[:, used], np.asarray(~bits[:, ~used].any(axis=1), dtype=np.bool_)


class CodeIndex:
    """Finds codes among those of all cells.

    Parameters
    ----------
    words : (N, V) array of uint64
    widths : sequence of int
        Units of each layer.

    Examples
    --------
    >>> index = CodeIndex(np.array([[1], [3], [1]], dtype=np.uint64), (2,))
    >>> index.twins(), index.find([1, 1]), index.find([0, 1])
    ([(2, 0)], 1, -1)
    """

    def __init__(self, words: Words, widths: Sequence[int]) -> None:
        self.widths = tuple(widths)
        keys = _keys(words)
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def twins(self) -> list[tuple[int, int]]:
        """Cells whose code an earlier one has, each with the cell before it of this code."""
        same = np.flatnonzero(self._keys[1:] == self._keys[:-1])
        return [(int(self._order[i + 1]), int(self._order[i])) for i in same]

    def find(self, code: Sequence[int]) -> int:
        """A cell of this code (n_units,), -1 if there is none."""
        words, at = [], 0
        for width in self.widths:
            bits = sum(bit << k for k, bit in enumerate(code[at : at + width]))
            words += [bits >> 64 * w & (1 << 64) - 1 for w in range(-(-width // 64))]
            at += width
        key = _keys(np.array([words], dtype=np.uint64))
        place = int(np.searchsorted(self._keys, key)[0])
        return int(self._order[place]) if place < len(self._keys) and self._keys[place] == key[0] else -1


def stored_facets(part: Partition, cell: int, n_constraints: int) -> Facets:
    """The facets that are stored for a cell; n_constraints counts walls and units."""
    start, stop = part.columns.facet_at[cell : cell + 2]
    groups: list[list[int]] = []
    for number in part.columns.facet[start:stop].tolist():
        if number < 0 and not groups:
            return Facets([], "the first facet begins with a constraint that continues one")
        if number >= 0:
            groups.append([])
        constraint = number if number >= 0 else ~number
        if constraint >= n_constraints:
            return Facets([], f"a facet names constraint {constraint}; there are {n_constraints}")
        groups[-1].append(constraint)
    return Facets(groups, "")


def stored_witness(part: Partition, cell: int) -> tuple[list[Fraction], str]:
    """The exact point that a cell's witness is, and why it is none, else an empty string."""
    rounded, exact = part.columns.witness[cell], part.columns.exact_witness.get(cell)
    if exact is not None:
        agree = round_fractions(exact).tolist() == rounded.tolist()
        return list(exact), "" if agree else "the witness is not the exact witness rounded"
    if not np.isfinite(rounded).all():
        return [], "the witness is NaN or infinite"
    return as_fractions(rounded).tolist(), ""


def _keys(words: Words) -> NDArray[np.void]:
    """Each row as one comparable item; a column of zeros gives rows without words an item too."""
    padded = np.concatenate([np.zeros((len(words), 1), dtype="<u8"), words.astype("<u8")], axis=1)
    keys: NDArray[np.void] = padded.view(np.dtype((np.void, padded.dtype.itemsize * padded.shape[1])))[:, 0]
    return keys
