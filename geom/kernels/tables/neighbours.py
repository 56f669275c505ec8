"""The cell beyond every facet, by flipping the facet's units in the code and looking the new code up.

Where all units that a facet lists are flipped and the result is the code of a cell, that cell is the neighbour; the proof stands in
`geom.adjacency.neighbours`. Two cells name their common facet by the same first unit, so what one side finds is written down for both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.numbers.bits import NONE, bit, lowest
from geom.kernels.tables.hashing import hash_of, look_up, mixture

__all__ = ["differing_units", "facet_of", "is_mutual", "match", "name_facets", "sorted_rows"]

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


@kernel
def name_facets(facet_at: Ints, facet: Int32s, n_walls: int, at: Ints, unit: Int32s, wall: Int32s) -> None:
    """First unit and first wall of each facet (-1: none), from the cells' constraint lists; `at` gets where each cell's facets begin."""
    n = -1
    for i in range(facet_at.shape[0] - 1):
        for k in range(facet_at[i], facet_at[i + 1]):
            number = facet[k]
            if number >= 0:
                n += 1
                unit[n] = -1
                wall[n] = -1
            else:
                number = ~number
            if number < n_walls:
                if wall[n] < 0 or number < wall[n]:
                    wall[n] = number
            elif unit[n] < 0 or number - n_walls < unit[n]:
                unit[n] = number - n_walls
        at[i + 1] = n + 1


@kernel
def match(
    slots: Words,
    words: Words,
    facet_at: Ints,
    facet: Int32s,
    n_walls: int,
    word_of: Int32s,
    offset_of: Int32s,
    at: Ints,
    unit: Int32s,
    wall: Int32s,
    beyond: Int32s,
    code: Words,
) -> None:
    """Fill `beyond`, -1 before, with the cell across each facet whose flipped code is a cell.

    First from the sides on which a facet's first unit has code 0, then from those still open.
    """
    for side in range(2):
        for i in range(words.shape[0]):
            key = NONE
            k = facet_at[i]
            for f in range(at[i], at[i + 1]):
                start = k
                k += 1
                while k < facet_at[i + 1] and facet[k] < 0:
                    k += 1
                if wall[f] >= 0 or beyond[f] >= 0:
                    continue
                fires = words[i, word_of[unit[f]]] & bit(offset_of[unit[f]]) != NONE
                if fires != (side == 1):
                    continue
                if key == NONE:
                    key = hash_of(words[i])
                j = _flipped(slots, words, i, facet[start:k], n_walls, word_of, offset_of, key, code)
                if j >= 0:
                    beyond[f] = j
                    other = facet_of(at[j], at[j + 1], unit, wall, unit[f])
                    if other >= 0:
                        beyond[other] = i


@kernel
def _flipped(
    slots: Words,
    words: Words,
    i: int,
    constraints: Int32s,
    n_walls: int,
    word_of: Int32s,
    offset_of: Int32s,
    key: np.uint64,
    code: Words,
) -> int:
    """The cell whose code is that of cell i, of hash `key`, with these units flipped; -1 if there is none. `code` is room for it."""
    for w in range(code.shape[0]):
        code[w] = words[i, w]
    for k in range(constraints.shape[0]):
        number = constraints[k]
        if number < 0:
            number = ~number
        w = word_of[number - n_walls]
        key ^= mixture(code[w], w)
        code[w] ^= bit(offset_of[number - n_walls])
        key ^= mixture(code[w], w)
    return look_up(slots, words, code, key)


@kernel
def is_mutual(at: Ints, unit: Int32s, wall: Int32s, beyond: Int32s) -> bool:
    """Whether every facet with a cell beyond it is there from both sides, under the same first unit."""
    for i in range(at.shape[0] - 1):
        for f in range(at[i], at[i + 1]):
            j = beyond[f]
            if j >= 0:
                other = facet_of(at[j], at[j + 1], unit, wall, unit[f])
                if j == i or other < 0 or beyond[other] != i:
                    return False
    return True


@kernel
def facet_of(start: int, stop: int, unit: Int32s, wall: Int32s, wanted: int | np.int32) -> int:
    """The inner facet in this stretch whose first unit is the wanted one; -1 if there is none."""
    for f in range(start, stop):
        if unit[f] == wanted and wall[f] < 0:
            return f
    return -1


@kernel
def sorted_rows(at: Ints, beyond: Int32s, indptr: Int32s, indices: Int32s) -> None:
    """Compressed sparse rows of the cells' neighbours, each row in ascending order; facets without a neighbour are left out."""
    n = 0
    for i in range(at.shape[0] - 1):
        start = n
        for f in range(at[i], at[i + 1]):
            if beyond[f] >= 0:
                k = n
                while k > start and indices[k - 1] > beyond[f]:
                    indices[k] = indices[k - 1]
                    k -= 1
                indices[k] = beyond[f]
                n += 1
        indptr[i + 1] = n


@kernel
def differing_units(words: Words, a: Ints, b: Ints, unit_of: Int32s, units_at: Ints, units: Int32s) -> None:
    """Units whose pieces differ between cells a[e] and b[e], pair by pair, while there is room; `units_at` gets where each pair's begin."""
    n = 0
    for e in range(a.shape[0]):
        for w in range(words.shape[1]):
            left = words[a[e], w] ^ words[b[e], w]
            while left != NONE:
                if n < units.shape[0]:
                    units[n] = unit_of[w] + lowest(left)
                n += 1
                left &= left - np.uint64(1)
        units_at[e + 1] = n
