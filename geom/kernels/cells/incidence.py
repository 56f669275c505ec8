"""Which constraints contain the facets of a cell: by sets of generators, no coordinate is looked at.

With `on(c)` the generators of the cell that are tight at constraint c: c contains a facet iff on(c) is no proper part of another on(c'), and two
constraints contain the same facet iff their sets are equal. The facets of a facet, which are ridges of the cell, are found in the same way among the
generators on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.bits import NONE, bit, lowest

__all__ = ["incidence", "is_first_of_facet", "used_constraints"]

Words = NDArray[np.uint64]
Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


@inlined
def used_constraints(tight: Words, members: Int32s, used: Words) -> None:
    """The constraints (T,) at which some generator is tight."""
    for w in range(used.shape[0]):
        found = NONE
        for i in range(members.shape[0]):
            found |= tight[members[i], w]
        used[w] = found


@inlined
def incidence(tight: Words, members: Int32s, on: int | np.int64, among: Words, n_on: Ints, both: Words) -> None:
    """For each constraint c of a set, how many generators are on it, and which constraints of the set contain all of these.

    Parameters
    ----------
    tight : (capacity, T)
        Tight sets of all generators.
    members : (count,)
        The generators looked at, and of these
    on : int
        only those that are on this constraint; all for -1.
    among : (T,)
        The set.
    n_on : (64 T,)
        Entry c is written, for c in the set.
    both : (64 T * T,)
        Words T c to T c + T are.
    """
    n_words = among.shape[0]
    for w in range(n_words):
        left = among[w]
        while left != NONE:
            c = 64 * w + lowest(left)
            left &= left - np.uint64(1)
            n_on[c] = 0
            for v in range(n_words):
                both[c * n_words + v] = among[v]
    for i in range(members.shape[0]):
        g = members[i]
        if on >= 0 and tight[g, on // 64] & bit(on % 64) == NONE:
            continue
        for w in range(n_words):
            left = tight[g, w] & among[w]
            while left != NONE:
                c = 64 * w + lowest(left)
                left &= left - np.uint64(1)
                n_on[c] += 1
                for v in range(n_words):
                    both[c * n_words + v] &= tight[g, v]


@kernel
def is_first_of_facet(together: Words, n_on: Ints, row_of: Int32s, c: int, infinity: int | np.int64) -> bool:
    """Whether c is the first of the constraints `together` that contain one facet, and that facet is not at infinity."""
    for v in range(together.shape[0]):
        left = together[v]
        while left != NONE:
            other = 64 * v + lowest(left)
            left &= left - np.uint64(1)
            if other < c or n_on[other] > n_on[c] or row_of[other] == infinity:
                return False
    return True
