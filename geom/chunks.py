"""Columns that were found chunk by chunk: joined, and some of their cells taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geom.columns import Columns

__all__ = ["join", "no_cells", "take"]


def no_cells(n_words: int, d: int) -> Columns:
    """Columns of the right widths without a cell."""
    none = np.zeros(0, dtype=np.bool_)
    words, witness = np.zeros((0, n_words), dtype=np.uint64), np.zeros((0, d))
    return Columns(words, witness, none, none, np.zeros(1, dtype=np.int64), np.zeros(0, dtype=np.int32), {})


def join(chunks: Sequence[Columns]) -> Columns:
    """The cells of all chunks, one after the other."""
    cells = np.cumsum([0, *(len(chunk.words) for chunk in chunks)]).tolist()
    facets = np.cumsum([0, *(len(chunk.facet) for chunk in chunks)]).tolist()
    return Columns(
        words=np.concatenate([chunk.words for chunk in chunks]),
        witness=np.concatenate([chunk.witness for chunk in chunks]),
        is_proven=np.concatenate([chunk.is_proven for chunk in chunks]),
        is_bounded=np.concatenate([chunk.is_bounded for chunk in chunks]),
        facet_at=np.concatenate([[0], *(chunk.facet_at[1:] + at for chunk, at in zip(chunks, facets, strict=False))]).astype(np.int64),
        facet=np.concatenate([chunk.facet for chunk in chunks]),
        exact_witness={at + i: point for chunk, at in zip(chunks, cells, strict=False) for i, point in chunk.exact_witness.items()},
    )


def take(columns: Columns, numbers: Sequence[int]) -> Columns:
    """The cells of these numbers, in this order."""
    order = np.array(numbers, dtype=np.int64)
    lengths = np.diff(columns.facet_at)[order]
    facet_at = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    positions = np.arange(facet_at[-1]) + np.repeat(columns.facet_at[:-1][order] - facet_at[:-1], lengths)
    place = {number: i for i, number in enumerate(numbers)} if columns.exact_witness else {}
    exact = {place[i]: point for i, point in columns.exact_witness.items() if i in place}
    kept = columns.words[order], columns.witness[order], columns.is_proven[order], columns.is_bounded[order]
    return Columns(*kept, facet_at, columns.facet[positions], exact)
