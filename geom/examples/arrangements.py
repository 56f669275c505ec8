"""Hyperplane arrangements whose regions are counted in the literature, each as a network of one layer on the whole space.

A unit x -> relu(<a, x> + b) for each hyperplane, and all units are outputs: two cells never share an affine map, so cells are linear regions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations, product
from math import comb, factorial, prod

import numpy as np

from geom.errors import NetworkError
from geom.examples.example import Example, check_sizes, checked_widths
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = [
    "braid",
    "catalan",
    "generic",
    "generic_central",
    "generic_graphical",
    "grid",
    "linial",
    "resonance",
    "semiorder",
    "shi",
    "threshold_functions",
    "threshold_graphs",
    "type_b",
    "type_d",
]

RESONANCE = {1: 2, 2: 6, 3: 32, 4: 370, 5: 11292, 6: 1066044, 7: 347326352, 8: 419172756930}
THRESHOLD_FUNCTIONS = {0: 2, 1: 4, 2: 14, 3: 104, 4: 1882, 5: 94572, 6: 15028134, 7: 8378070864, 8: 17561539552946}
MOST_BITS = 16
Vectors = list[tuple[int, ...]]


def generic(hyperplanes: int, dim: int) -> Example:
    """Hyperplanes in general position: sum over k <= dim of C(hyperplanes, k).

    Examples
    --------
    >>> generic(4, 2).cells
    11
    """
    check_sizes(0, hyperplanes=hyperplanes)
    check_sizes(1, dim=dim)
    rows = moment_normals(hyperplanes, dim + 1)
    cells = sum(comb(hyperplanes, k) for k in range(dim + 1))
    return _example([(*row[:-1], row[-1]) for row in rows], cells, "Schlaefli (1852); Zaslavsky (1975)", dim)


def generic_central(hyperplanes: int, dim: int) -> Example:
    """Hyperplanes through 0, otherwise in general position: 2 sum over k < dim of C(hyperplanes - 1, k).

    Examples
    --------
    >>> generic_central(4, 3).cells
    14
    """
    check_sizes(1, hyperplanes=hyperplanes, dim=dim)
    cells = 2 * sum(comb(hyperplanes - 1, k) for k in range(dim))
    return _central(moment_normals(hyperplanes, dim), cells, "Schlaefli (1852); Cover (1965)")


def moment_normals(count: int, dim: int) -> Vectors:
    """Vectors (1, t, ..., t^(dim - 1)) for t = 0, 1, -1, 2, ...: any dim of them are independent (Vandermonde).

    Raises
    ------
    NetworkError
        If a power is beyond 2^53, which doubles do not hold exactly.
    """
    rows = [tuple(t**j for j in range(dim)) for t in ((k + 1) // 2 * (-1) ** (k + 1) for k in range(count))]
    if any(abs(v) > 2**53 for row in rows for v in row):
        raise NetworkError(
            f"{count} hyperplanes on the moment curve of {dim} dimensions have coefficients beyond 2^53, which doubles do not hold exactly"
        )
    return rows


def braid(n: int) -> Example:
    """x_i = x_j in R^n: n! regions, the orders of the coordinates.

    Examples
    --------
    >>> braid(4).cells
    24
    """
    check_sizes(2, n=n)
    return _deformation(n, [0], factorial(n), "classical: the Weyl chambers of type A")


def type_b(n: int) -> Example:
    """x_i = 0 and x_i = +-x_j in R^n: 2^n n! regions, the signed permutations.

    Examples
    --------
    >>> type_b(3).cells
    48
    """
    check_sizes(1, n=n)
    return _central(_axes(n) + _roots_d(n), 2**n * factorial(n), "classical: the Weyl chambers of type B")


def type_d(n: int) -> Example:
    """x_i = +-x_j in R^n: 2^(n-1) n! regions, the signed permutations with evenly many signs.

    Examples
    --------
    >>> type_d(4).cells
    192
    """
    check_sizes(2, n=n)
    return _central(_roots_d(n), 2 ** (n - 1) * factorial(n), "classical: the Weyl chambers of type D")


def shi(n: int) -> Example:
    """x_i - x_j = 0, 1 for i < j in R^n: (n + 1)^(n - 1) regions.

    Examples
    --------
    >>> shi(3).cells
    16
    """
    check_sizes(2, n=n)
    return _deformation(n, [0, 1], (n + 1) ** (n - 1), "Shi (1986)")


def catalan(n: int) -> Example:
    """x_i - x_j = -1, 0, 1 in R^n: n! times the Catalan number regions.

    Examples
    --------
    >>> catalan(3).cells
    30
    """
    check_sizes(2, n=n)
    return _deformation(n, [-1, 0, 1], factorial(n) * _catalan_number(n), "Stanley (1996), Hyperplane arrangements, interval orders, and trees")


def linial(n: int) -> Example:
    """x_i - x_j = 1 for i < j in R^n: sum over k of C(n, k) (k + 1)^(n - 1) / 2^n regions, the alternating trees.

    Examples
    --------
    >>> [linial(n).cells for n in range(2, 7)]
    [2, 7, 36, 246, 2104]
    """
    check_sizes(2, n=n)
    cells = sum(comb(n, k) * (k + 1) ** (n - 1) for k in range(n + 1)) // 2**n
    return _deformation(n, [1], cells, "Postnikov and Stanley (2000), Deformations of Coxeter hyperplane arrangements")


def semiorder(n: int) -> Example:
    """x_i - x_j = -1, 1 in R^n: the labelled semiorders, sum over k of (-1)^(n - k) S(n, k) k! Catalan(k).

    Examples
    --------
    >>> [semiorder(n).cells for n in range(2, 6)]
    [3, 19, 183, 2371]
    """
    check_sizes(2, n=n)
    cells = sum((-1) ** (n - k) * _surjections(n, k) * _catalan_number(k) for k in range(n + 1))
    return _deformation(n, [-1, 1], cells, "Chandon, Lemaire and Pouget (1978); Stanley (1996)")


def threshold_graphs(n: int) -> Example:
    """x_i + x_j = 0 for i < j in R^n: the labelled threshold graphs, sum over k of (n - k) A(n - 1, k - 1) 2^k with Eulerian numbers A.

    Examples
    --------
    >>> [threshold_graphs(n).cells for n in range(2, 7)]
    [2, 8, 46, 332, 2874]
    """
    check_sizes(2, n=n)
    cells = sum((n - k) * _eulerian(n - 1, k - 1) * 2**k for k in range(1, n))
    return _central([v for v in _roots_d(n) if min(v) >= 0], cells, "Stanley (1996); Spiro (2020), Counting labeled threshold graphs")


def resonance(n: int) -> Example:
    """All nonzero 0/1 normals in R^n, the all-subsets arrangement; its numbers are known up to n = 8.

    Examples
    --------
    >>> resonance(6).cells
    1066044
    """
    check_sizes(1, n=n)
    _check_few(n)
    normals = [v for v in product((0, 1), repeat=n) if any(v)]
    return _central(normals, RESONANCE.get(n), "OEIS A034997; Kamiya, Takemura and Terao (2012)")


def threshold_functions(n: int) -> Example:
    """Normals {1} x {0, 1}^n in R^(n + 1): a region is a linearly separable Boolean function of n variables; numbers are known up to n = 8 here.

    Examples
    --------
    >>> threshold_functions(5).cells
    94572
    """
    check_sizes(0, n=n)
    _check_few(n)
    return _central([(1, *v) for v in product((0, 1), repeat=n)], THRESHOLD_FUNCTIONS.get(n), "OEIS A000609; Muroga (1971)")


def generic_graphical(n: int) -> Example:
    """x_i - x_j = c_ij in R^n with offsets in general position: the labelled forests, one region for each independent set of normals.

    The offsets are powers of 3, of which no signed sum vanishes.

    Examples
    --------
    >>> [generic_graphical(n).cells for n in range(2, 6)]
    [2, 7, 38, 291]
    """
    check_sizes(2, n=n)
    pairs = list(combinations(range(n), 2))
    if 3 ** len(pairs) >= 2**53:
        raise NetworkError(f"n={n}: offsets 3^{len(pairs)} are beyond 2^53, which doubles do not hold exactly; take n at most 8")
    rows = [(*_difference(n, i, j), 3**k) for k, (i, j) in enumerate(pairs)]
    forests = [1]
    for size in range(1, n + 1):  # the tree of vertex 1 has k vertices: Cayley's k^(k - 2) trees
        forests.append(sum(comb(size - 1, k - 1) * k ** max(k - 2, 0) * forests[size - k] for k in range(1, size + 1)))
    return _example(rows, forests[n], "Whitney (1932); Stanley (1996): independent sets of the normals", n)


def grid(sizes: Sequence[int]) -> Example:
    """Hyperplanes x_j = 0, 1, ..., sizes[j] - 1 in R^d: a product of intervals, prod of (sizes[j] + 1) regions.

    Examples
    --------
    >>> grid((2, 3)).cells
    12
    """
    sizes = checked_widths(sizes, least=0, name="sizes")
    check_sizes(1, dim=len(sizes))
    rows = [(*axis, -k) for axis, size in zip(_axes(len(sizes)), sizes, strict=True) for k in range(size)]
    return _example(rows, prod(size + 1 for size in sizes), "a product of arrangements on the line", len(sizes))


def _check_few(n: int) -> None:
    if n > MOST_BITS:
        raise NetworkError(f"n={n}: 2^{n} hyperplanes are too many to be listed; n must be at most {MOST_BITS}")


def _example(rows: Iterable[tuple[int, ...]], cells: int | None, source: str, dim: int) -> Example:
    table = np.array(list(rows), dtype=float).reshape(-1, dim + 1)
    return Example(Network([Layer.relu(table[:, :-1], table[:, -1])]), cells, cells, source)


def _central(normals: Vectors, cells: int | None, source: str) -> Example:
    return _example([(*v, 0) for v in normals], cells, source, len(normals[0]))


def _deformation(n: int, offsets: Sequence[int], cells: int, source: str) -> Example:
    """x_i - x_j = c for i < j and all c."""
    rows = [(*_difference(n, i, j), -c) for i, j in combinations(range(n), 2) for c in offsets]
    return _example(rows, cells, source, n)


def _difference(n: int, i: int, j: int) -> tuple[int, ...]:
    return tuple(int(k == i) - int(k == j) for k in range(n))


def _axes(n: int) -> Vectors:
    return [tuple(int(i == j) for i in range(n)) for j in range(n)]


def _roots_d(n: int) -> Vectors:
    return [tuple(int(k == i) + sign * int(k == j) for k in range(n)) for i, j in combinations(range(n), 2) for sign in (1, -1)]


def _catalan_number(n: int) -> int:
    return comb(2 * n, n) // (n + 1)


def _surjections(n: int, k: int) -> int:
    """k! S(n, k), by inclusion and exclusion."""
    return sum((-1) ** (k - i) * comb(k, i) * i**n for i in range(k + 1))


def _eulerian(n: int, k: int) -> int:
    """Permutations of n with k descents."""
    return sum((-1) ** i * comb(n + 1, i) * (k + 1 - i) ** n for i in range(k + 1))
