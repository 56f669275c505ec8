"""All sites that make a given partition a power diagram: the cone of positive stresses, and affine changes.

Let f be a function that is affine on every cell, <mu_i, x> + beta_i, and continuous. Across the facet between cells i and j, on the hyperplane of the
row (a, b), the two forms differ by a multiple s of the row: (mu_j - mu_i, beta_j - beta_i) = s (a, b), with (a, b) positive on the side of j. The
numbers s, one a facet, are a *stress*; they add up to zero around every closed walk through cells, and a stress with that property gives f back up to
an affine function. The sites (mu_i, ||mu_i||^2 + 2 beta_i) have the partition as their power diagram if and only if all s are positive. So the valid
sites are an open cone of stresses, times the affine functions.

Exact, by the kernel of an integer matrix of all facets: for small partitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from geom.errors import GeomError
from geom.exact import Fractions, as_fractions
from geom.questions.whole import require_complete

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["SecondaryCone", "secondary_cone"]

MOST_FACETS = 3000


@dataclass(frozen=True, eq=False)
class SecondaryCone:
    """The stresses of a partition.

    Attributes
    ----------
    partition : Partition
    pairs : (E, 2) int64
        Adjacent cells i < j, one pair for each inner facet.
    rows : (E, d + 1) object array of int
        The facet's hyperplane (a, b), a.x + b = 0, in lowest terms, positive on the side of j.
    basis : (E, s) object array of int
        A basis of the space of stresses. Its dimension s is the number of ways to move the sites, affine changes apart, when the cone is not empty.
    """

    partition: Partition
    pairs: NDArray[np.int64]
    rows: Fractions
    basis: Fractions

    @property
    def dim(self) -> int:
        """Of the space of stresses, and of the cone, which is not empty if the domain is convex."""
        return int(self.basis.shape[1])

    def stress(self, mu: Any, rad: Any) -> Fractions:
        """(E,) the stress of sites (N, d) and (N,), whether positive or not.

        Raises
        ------
        GeomError
            If they are not one site for each cell, or their forms do not agree on a facet: the partition is not made of their cells.
        """
        found = self._multiples(mu, rad)
        for (i, j), s in zip(self.pairs.tolist(), found, strict=True):
            if s is None:
                raise GeomError(f"the affine forms of sites {i} and {j} do not agree on the facet between these cells")
        return found

    def _multiples(self, mu: Any, rad: Any) -> NDArray[np.object_]:
        """(E,) for each facet the number that its row is multiplied by in the jump of the forms, None where the jump is no multiple."""
        n = len(self.partition)
        slopes, radii = _fractions(mu, "mu", (n, self.partition.dim)), _fractions(rad, "rad", (n,))
        forms = np.concatenate([slopes, ((radii - (slopes * slopes).sum(axis=1)) / 2)[:, None]], axis=1)
        jumps = forms[self.pairs[:, 1]] - forms[self.pairs[:, 0]]
        found = np.empty(len(self.pairs), dtype=object)
        for f, (jump, row) in enumerate(zip(jumps, self.rows, strict=True)):
            pivot = next(k for k, v in enumerate(row) if v)
            multiple = Fraction(jump[pivot]) / row[pivot]
            found[f] = multiple if all(v == multiple * w for v, w in zip(jump, row, strict=True)) else None
        return found

    def contains(self, mu: Any, rad: Any) -> bool:
        """Whether the partition is the power diagram of these sites, exactly; in a bounded domain, the diagram within it.

        Raises
        ------
        GeomError
            If they are not one site for each cell.
        """
        return all(s is not None and s > 0 for s in self._multiples(mu, rad))

    def forms(self, stress: Any) -> Fractions:
        """(N, d + 1) the affine forms (mu, beta) of a stress (E,), with 0 on cell 0.

        Raises
        ------
        GeomError
            If they are not one number for each facet, or do not add up around a walk: they are no stress.
        """
        given = _fractions(stress, "stress", (len(self.pairs),))
        forms = np.full((len(self.partition), self.partition.dim + 1), Fraction(0), dtype=object)
        for f, child, parent, sign in _tree(self.pairs, len(self.partition)):
            forms[child] = forms[parent] + sign * given[f] * self.rows[f]
        jumps = forms[self.pairs[:, 1]] - forms[self.pairs[:, 0]]
        if (jumps != given[:, None] * self.rows).any():
            raise GeomError("these numbers are no stress: around some walk through cells they do not add up to zero")
        return forms

    def sites(self, stress: Any) -> tuple[Fractions, Fractions]:
        """Centroids (N, d) and radii (N,) of a stress, with the form 0 on cell 0; `PowerDiagram.transform` gives the others of the same stress."""
        forms = self.forms(stress)
        mu, beta = forms[:, :-1], forms[:, -1]
        return mu, (mu * mu).sum(axis=1) + 2 * beta

    def __repr__(self) -> str:
        return f"SecondaryCone({self.dim} dimensions, {len(self.pairs):,} facets)"


def secondary_cone(part: Partition) -> SecondaryCone:
    """The space of stresses of a partition.

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk, or there are more than 3,000 inner facets.

    Notes
    -----
    For K hyperplanes in general position of the plane the dimension is K: the weights of the units and nothing else.

    Examples
    --------
    >>> from geom import Network, subdivide
    >>> net = Network.mlp([[[1, 0], [0, 1], [1, 1]], [[1, 1, 1]]], [[0, 0, -1], [0]])
    >>> secondary_cone(subdivide(net))
    SecondaryCone(3 dimensions, 9 facets)
    """
    require_complete(part, "and facets towards missing ones are not known")
    table = part.facets
    found = table.pairs()
    if len(found) > MOST_FACETS:
        raise GeomError(f"{len(found):,} inner facets; at most {MOST_FACETS:,} are taken: subdivide a smaller domain")
    pairs = np.stack([table.cells()[found], table.beyond[found].astype(np.int64)], axis=1)
    rows = np.empty((len(found), part.dim + 1), dtype=object)
    for f, (i, unit) in enumerate(zip(pairs[:, 0].tolist(), table.unit[found].tolist(), strict=True)):
        row = part.oracle.row(part.n_walls + unit, part.columns.words[i])
        towards = -1 if part[i].code[unit] else 1
        common = towards * gcd(*row)
        rows[f] = [v // common for v in row]
    return SecondaryCone(part, pairs, rows, _stresses(pairs, rows, len(part)))


def _fractions(values: Any, name: str, shape: tuple[int, ...]) -> Fractions:
    try:
        found = as_fractions(values)
    except ValueError as error:
        raise GeomError(f"{name}: {error}") from error
    if found.shape != shape:
        raise GeomError(f"{name} has shape {found.shape}: {shape} is needed")
    return found


def _stresses(pairs: NDArray[np.int64], rows: Fractions, n_cells: int) -> Fractions:
    """The kernel of the matrix that adds stress times row around each closed walk that one more facet makes with a tree of walks from cell 0."""
    d_1 = rows.shape[1]
    path: dict[int, dict[int, int]] = {0: {}}
    tree = set()
    for f, child, parent, sign in _tree(pairs, n_cells):
        path[child] = {**path[parent], f: sign}
        tree.add(f)
    cycles = []
    for f, (i, j) in enumerate(pairs.tolist()):
        if f not in tree:
            cycle = {f: 1}
            for walk, sign in ((path[i], 1), (path[j], -1)):
                for g, s in walk.items():
                    cycle[g] = cycle.get(g, 0) + sign * s
            cycles.append({g: s for g, s in cycle.items() if s})
    matrix = np.zeros((len(cycles) * d_1, len(pairs)), dtype=object)
    for c, cycle in enumerate(cycles):
        for f, sign in cycle.items():
            matrix[c * d_1 : (c + 1) * d_1, f] = sign * rows[f]
    if not len(pairs):
        return np.zeros((0, 0), dtype=object)
    if not cycles:
        return np.array([[int(i == j) for i in range(len(pairs))] for j in range(len(pairs))], dtype=object)
    kernel, nullity = fmpz_mat(*matrix.shape, [int(v) for v in matrix.ravel()]).nullspace()
    columns = np.array([[int(kernel[f, k]) for k in range(nullity)] for f in range(len(pairs))], dtype=object).reshape(len(pairs), nullity)
    for k in range(nullity):
        columns[:, k] //= gcd(*columns[:, k].tolist())
    return columns


def _tree(pairs: NDArray[np.int64], n_cells: int) -> list[tuple[int, int, int, int]]:
    """A tree of walks from cell 0 to all cells, parents first: (facet, cell, its parent, 1 if the facet's row points from parent to cell else -1)."""
    if not len(pairs):
        return []
    facet_of = {(i, j): f for f, (i, j) in enumerate(pairs.tolist())}
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(n_cells, n_cells)).tocsr()
    order, parents = breadth_first_order(graph, 0, directed=False)
    assert len(order) == n_cells, "the cells of a convex domain are linked by facets"
    found = []
    for child in order[1:].tolist():
        parent = int(parents[child])
        forwards = (parent, child) in facet_of
        found.append((facet_of[(parent, child) if forwards else (child, parent)], child, parent, 1 if forwards else -1))
    return found
