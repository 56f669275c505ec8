"""Faces of a polytope as sets of vertices.

The facets of a face are its largest proper intersections with facets of the polytope: only incidences are asked, and no coordinate decides anything.
Level 0 holds the facets of the polytope, level l the facets, which miss its first vertex, of the open face of level l - 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.numbers.bits import NONE, bit, lowest, popcount

__all__ = ["fill_facets", "first_vertex", "open_facets"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


@kernel
def fill_facets(corner_at: Ints, corner: Ints, first: int, n_ridges: int, n_words: int, face: Words, size: Ints) -> None:
    """The facets of a polytope as sets."""
    for f in range(n_ridges):
        for w in range(n_words):
            face[0, f, w] = NONE
        for c in range(corner_at[first + f], corner_at[first + f + 1]):
            face[0, f, corner[c] // 64] |= bit(corner[c] % 64)
        n = 0
        for w in range(n_words):
            n += popcount(face[0, f, w])
        size[0, f] = n


@kernel
def first_vertex(face: Words, level: int, at: int, n_words: int) -> int:
    """The first vertex of a face that has one."""
    w = 0
    while w < n_words - 1 and face[level, at, w] == NONE:
        w += 1
    return 64 * w + lowest(face[level, at, w])


@kernel
def open_facets(face: Words, size: Ints, level: int, at: int, least: int, n_ridges: int, n_words: int, first: int) -> int:
    """Put the facets, of at least so many vertices, of a face that miss its first vertex one level below; how many there are."""
    below = level + 1
    word, one = first // 64, bit(first % 64)
    n = 0
    for f in range(n_ridges):
        found = 0
        for w in range(n_words):
            common = face[level, at, w] & face[0, f, w]
            face[below, n, w] = common
            found += popcount(common)
        # Of the edges of a polygon none lies in another, so that those at the first vertex need not be kept for comparison.
        if least <= found < size[level, at] and (least > 2 or face[below, n, word] & one == NONE):
            size[below, n] = found
            n = _keep_largest(face, size, below, n, n_words)
    kept = 0
    for j in range(n):
        if face[below, j, word] & one == NONE:
            _copy(face, size, below, j, kept, n_words)
            kept += 1
    return kept


@kernel
def _keep_largest(face: Words, size: Ints, level: int, n: int, n_words: int) -> int:
    """Face n of a level joins the n before it, of which none lies in another, unless it lies in one of them; those in it go."""
    kept = 0
    for j in range(n):
        if size[level, n] <= size[level, j]:
            if _is_in(face, level, n, j, n_words):
                return n  # none was dropped: it would lie in face j as well
        elif _is_in(face, level, j, n, n_words):
            continue
        _copy(face, size, level, j, kept, n_words)
        kept += 1
    _copy(face, size, level, n, kept, n_words)
    return kept + 1


@kernel
def _is_in(face: Words, level: int, inner: int, outer: int, n_words: int) -> bool:
    for w in range(n_words):  # noqa: SIM110
        if face[level, inner, w] & ~face[level, outer, w] != NONE:
            return False
    return True


@kernel
def _copy(face: Words, size: Ints, level: int, source: int, target: int, n_words: int) -> None:
    if source != target:
        for w in range(n_words):
            face[level, target, w] = face[level, source, w]
        size[level, target] = size[level, source]
