"""Sites with their cells, as far as the dual of the diagram says it: of which dimension each cell is, which are bounded, which share a facet.

The diagram is dual to the regular subdivision of its sites, computed when it is first needed (`geom.power.regular_subdivision`).
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geom.errors import GeomError
from geom.exact import Fractions
from geom.power.lifted_sites import LiftedSites
from geom.power.regular_subdivision import RegularSubdivision
from geom.power.weighted_sites import WeightedSites

__all__ = ["SubdividedSites"]

Ints = NDArray[np.int64]
KINDS = np.array(["empty", "lower-dimensional", "full-dimensional"])


class SubdividedSites(WeightedSites):
    """Sites and weights with the combinatorics of their cells: what a `PowerDiagram` and each of its cells know without any coordinates."""

    @cached_property
    def _lifted(self) -> LiftedSites:
        return LiftedSites(self._mu, self._rad)

    def regular_subdivision(self) -> RegularSubdivision:
        """The dual: vertices are the sites with full-dimensional cells, edges the pairs that share a facet, cells the vertices of the diagram.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> dual = PowerDiagram([[0, 0], [1, 0], [0, 1], [1, 1], [3, 0]], [0, 0, 0, 0, 0]).regular_subdivision()
        >>> [cell.tolist() for cell in dual.cells]
        [[0, 1, 2, 3], [1, 3, 4]]
        """
        return self._subdivision

    @cached_property
    def _subdivision(self) -> RegularSubdivision:
        return RegularSubdivision(self._lifted)

    # ---- cells ----

    def cell_dims(self) -> Ints:
        """(N,) dimension of every cell, -1 for an empty one.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0], [2.0], [2.0]], [0.0, -1.0, 0.0, -1.0]).cell_dims()
        array([ 1,  0,  1, -1])
        """
        carrier = self.regular_subdivision().carrier_dim
        return np.where(carrier < 0, -1, self.dim - carrier)

    def kinds(self) -> NDArray[np.str_]:
        """(N,) ``"full-dimensional"``, ``"lower-dimensional"`` or ``"empty"`` for every cell.

        Equal sites have equal cells; `first_equal` says which are.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> print(PowerDiagram([[0.0], [1.0], [2.0], [2.0]], [0.0, -1.0, 0.0, -1.0]).kinds())
        ['full-dimensional' 'lower-dimensional' 'full-dimensional' 'empty']
        """
        carrier = self.regular_subdivision().carrier_dim
        return KINDS[np.where(carrier < 0, 0, np.where(carrier == 0, 2, 1))]

    def first_equal(self) -> Ints:
        """(N,) the first site with the same full-dimensional cell: equal position and weight; for other cells the site itself.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0], [1.0]], [0.0, 0.0, 0.0]).first_equal()
        array([0, 1, 1])
        """
        return self.regular_subdivision().first_equal

    @cached_property
    def _is_bounded(self) -> NDArray[np.bool_]:
        """(N,) whether every full-dimensional or empty cell is bounded."""
        subdivision = self.regular_subdivision()
        bounded = np.full(len(self), self._lifted.rank == self.dim)
        bounded[subdivision.on_the_hull] = False
        bounded = bounded[subdivision.first_equal]
        bounded[subdivision.carrier_dim < 0] = True
        return bounded

    def adjacency(self) -> csr_array:
        """Symmetric (N, N) matrix with a 1 for every pair of sites whose cells share a facet, indices sorted.

        Of equal sites the first stands for all.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).adjacency().toarray()
        array([[0, 1, 0],
               [1, 0, 1],
               [0, 1, 0]], dtype=int32)
        """
        return self._adjacency.copy()

    @cached_property
    def _adjacency(self) -> csr_array:
        edges = self.regular_subdivision().edges
        a, b = np.concatenate([edges, edges[:, ::-1]]).T
        matrix = csr_array((np.ones(len(a), dtype=np.int32), (a, b)), shape=(len(self), len(self)))
        matrix.sort_indices()
        return matrix

    def neighbours(self, i: int) -> Ints:
        """The sites whose cells share a facet with that of site i, or of the first site equal to it.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).neighbours(1)
        array([0, 2])
        """
        matrix, first = self._adjacency, int(self.regular_subdivision().first_equal[self._index(i)])
        return np.array(matrix.indices[matrix.indptr[first] : matrix.indptr[first + 1]], dtype=np.int64)

    def spanning(self, i: int) -> Ints:
        """For a lower-dimensional cell, sites whose full-dimensional cells have it as their intersection.

        Raises
        ------
        GeomError
            If the cell is full-dimensional or empty.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0], [2.0]], [0.0, -1.0, 0.0]).spanning(1)
        array([0, 2])
        """
        index, spanning = self._index(i), self.regular_subdivision().spanning
        if index not in spanning:
            raise GeomError(f"cell {index} is {self.kinds()[index]}: only a lower-dimensional one is spanned by others")
        return spanning[index]

    def halfspaces(self, i: int, others: ArrayLike) -> tuple[Fractions, Fractions]:
        """Rows (A, b), exact, of the half-spaces A x <= b where site i has no more power than each of the others.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> a, b = PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).halfspaces(0, [1, 2])
        >>> a.astype(float).tolist(), b.astype(float).tolist()
        ([[2.0], [4.0]], [1.0, 4.0])
        """
        lifted, i, others = self._lifted, self._index(i), self._indices(others)
        difference = self._mu.python()[others] - self._mu.python()[i]
        a = difference.reshape(len(others), self.dim) * (2 * self._mu.unit)
        return a, (lifted.heights[others] - lifted.heights[i]) * lifted.height_unit
