"""Lists of different lengths in one flat array: the entries of list i are those from ``at[i]`` to ``at[i + 1]``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["joined", "owners", "runs"]

Ints = NDArray[np.int64]


def owners(at: Ints) -> Ints:
    """The list that each entry belongs to.

    Examples
    --------
    >>> owners(np.array([0, 2, 2, 3]))
    array([0, 0, 2])
    """
    return np.repeat(np.arange(len(at) - 1), np.diff(at))


def runs(at: Ints, index: Ints) -> tuple[Ints, Ints]:
    """For the lists of these numbers: where each begins when they stand one after the other, and the positions of their entries.

    Examples
    --------
    >>> runs(np.array([0, 2, 2, 3]), np.array([2, 0]))
    (array([0, 1, 3]), array([2, 0, 1]))
    """
    lengths = at[index + 1] - at[index]
    begins = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return begins, np.arange(begins[-1]) + np.repeat(at[index] - begins[:-1], lengths)


def joined(ats: Sequence[Ints]) -> Ints:
    """Where lists begin after several flat arrays of them are put one behind the other.

    Examples
    --------
    >>> joined([np.array([0, 2]), np.array([0, 1, 4])])
    array([0, 2, 3, 6])
    """
    first = np.cumsum([0, *(at[-1] for at in ats)])
    return np.concatenate([[0], *(at[1:] + start for at, start in zip(ats, first, strict=False))]).astype(np.int64)
