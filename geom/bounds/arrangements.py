"""Numbers of cells of generic arrangements: hyperplanes (Zaslavsky), zonotopes, and layers of maxout units."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb

from geom.bounds.architecture import as_count, as_counts

__all__ = [
    "binomial_row",
    "elementary_symmetric",
    "maxout_regions",
    "partial_binomial_sum",
    "zaslavsky_bounded",
    "zaslavsky_central",
    "zaslavsky_regions",
    "zonotope_upper_vertices",
    "zonotope_vertices",
]


@lru_cache(maxsize=256)
def binomial_row(n: int) -> tuple[int, ...]:
    """C(n, 0), ..., C(n, n)."""
    row = [1]
    for j in range(n):
        row.append(row[-1] * (n - j) // (j + 1))
    return tuple(row)


def partial_binomial_sum(n: int, most: int) -> int:
    """C(n, 0) + ... + C(n, most); 0 where most is negative."""
    term, total = 1, 0
    for j in range(min(n, most) + 1):
        total += term
        term = term * (n - j) // (j + 1)
    return total


def zaslavsky_regions(n: int, d: int) -> int:
    """The most regions into which n hyperplanes cut R^d, attained in general position.

    Parameters
    ----------
    n, d : int
        Not negative.

    Returns
    -------
    int
        C(n, 0) + C(n, 1) + ... + C(n, d).

    Raises
    ------
    NetworkError
        If n or d is no whole number or negative, here and below.

    Notes
    -----
    Source: Buck (1943); Zaslavsky (1975), Facing up to arrangements.

    Examples
    --------
    >>> zaslavsky_regions(3, 2), zaslavsky_regions(100, 10)
    (7, 19415908147836)
    """
    return partial_binomial_sum(as_count("n", n), as_count("d", d))


def zaslavsky_bounded(n: int, d: int) -> int:
    """The bounded regions of n hyperplanes of R^d in general position: C(n - 1, d), and the most that any arrangement has.

    Notes
    -----
    Source: Zaslavsky (1975). Of no hyperplanes, the one region is bounded only in dimension 0.

    Examples
    --------
    >>> zaslavsky_bounded(3, 2), zaslavsky_bounded(5, 2)
    (1, 6)
    """
    n, d = as_count("n", n), as_count("d", d)
    return comb(n - 1, d) if n else int(d == 0)


def zaslavsky_central(n: int, d: int) -> int:
    """The most regions of n hyperplanes of R^d through one point: 2 (C(n - 1, 0) + ... + C(n - 1, d - 1)), without them 1.

    Notes
    -----
    Source: Cover (1965), with Schlafli's count; Zaslavsky (1975). Layers without biases are of this kind.

    Examples
    --------
    >>> zaslavsky_central(3, 2), zaslavsky_central(4, 3)
    (6, 14)
    """
    n, d = as_count("n", n), as_count("d", d)
    return 2 * partial_binomial_sum(n - 1, d - 1) if n and d else 1


def zonotope_vertices(n: int, d: int) -> int:
    """The most vertices of a sum of n segments in R^d, attained in general position: the regions of a central arrangement.

    Notes
    -----
    Source: the normal fan of a zonotope is the arrangement of the hyperplanes orthogonal to its segments (Ziegler 1995, Theorem 7.16), so this is
    `zaslavsky_central`. The number C(n - 1, 0) + ... + C(n - 1, d - 1) alone counts vertices up to the antipodal map: half of them.

    Examples
    --------
    >>> zonotope_vertices(2, 2), zonotope_vertices(4, 3)
    (4, 14)
    """
    return zaslavsky_central(n, d)


def zonotope_upper_vertices(n: int, d: int) -> int:
    """The upper vertices of a generic sum of n segments in R^(d + 1): the cells of a layer of n units of two pieces on d inputs.

    Notes
    -----
    Source: Zhang, Naitzat and Lim (2018), section 6; upper vertices have an outer normal whose last entry is positive. Equal to `zaslavsky_regions`.

    Examples
    --------
    >>> zonotope_upper_vertices(4, 2)
    11
    """
    return zaslavsky_regions(n, d)


def elementary_symmetric(values: Sequence[int], most: int) -> list[int]:
    """e_0, ..., e_most of whole numbers: e_j is the sum over all j of them of their product.

    Examples
    --------
    >>> elementary_symmetric([1, 1, 2], 3)
    [1, 4, 5, 2]
    """
    found = [1] + [0] * most
    for value in values:
        for j in range(most, 0, -1):
            found[j] += value * found[j - 1]
    return found


def maxout_regions(pieces: Sequence[int], d: int) -> int:
    """The most cells of one layer of maxout units with R_1, ..., R_n pieces on d inputs.

    Parameters
    ----------
    pieces : sequence of int
        R_k of each unit, at least 1.
    d : int

    Returns
    -------
    int
        The sum over all sets S of at most d units of the product of R_k - 1 over S.

    Notes
    -----
    Source: Montufar, Ren and Zhang (2022), Sharp bounds for the number of regions of maxout networks. Attained where the pieces of each unit meet in
    parallel hyperplanes and these families are in general position. With two pieces each it is `zaslavsky_regions`.

    Examples
    --------
    >>> maxout_regions([3, 3, 3], 2), maxout_regions([2, 2, 2], 2)
    (19, 7)
    """
    less = [r - 1 for r in as_counts("pieces", pieces, 1)]
    return sum(elementary_symmetric(less, min(as_count("d", d), len(less))))
