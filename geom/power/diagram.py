"""Power diagrams of sites mu with weights rad (Definition 2): cell i holds the points x where the power |x - mu_i|^2 - rad_i is least.

`rad` is a squared radius and may be negative (errata E01, E02). With beta = (rad - |mu|^2) / 2 the power is |x|^2 - 2 (mu.x + beta), so a cell is
where one affine form is largest (Aurenhammer 1987). The diagram is dual to the regular subdivision of its sites, computed when it is first needed
(`geom.power.regular_subdivision`); every combinatorial answer is exact, floats taken as the dyadic rationals that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geom.errors import GeomError
from geom.exact import Fractions
from geom.power.cell import PowerCell
from geom.power.least_power import LeastPower
from geom.power.lifted_sites import LiftedSites
from geom.power.meeting_points import exact_points, rounded_points
from geom.power.regular_subdivision import RegularSubdivision
from geom.power.weighted_sites import WeightedSites

__all__ = ["PowerDiagram", "PowerVertices"]

Ints = NDArray[np.int64]
AnyArray = NDArray[Any]
KINDS = np.array(["empty", "lower-dimensional", "full-dimensional"])


class PowerVertices(NamedTuple):
    """The vertices of a power diagram.

    Attributes
    ----------
    points : (V, d) array
        In order of the sites that meet there.
    sites : list of (m,) arrays of int
        The sites of the full-dimensional cells that meet at each.
    """

    points: AnyArray
    sites: list[Ints]


class PowerDiagram(WeightedSites):
    """A power diagram of any finite set of sites in any dimension.

    Parameters
    ----------
    mu : (N, d) array of float, int, Fraction, Decimal or decimal string
        Sites.
    rad : (N,) array of the same
        Weights, the squared radii of the sites' spheres, of any sign.

    Raises
    ------
    GeomError
        If the shapes do not fit, there is no site or no dimension, or a number is NaN or infinite.

    Examples
    --------
    >>> diagram = PowerDiagram([[0, 0], [2, 0], [0, 2]], [0, 0, 1])
    >>> diagram
    PowerDiagram(3 sites, 2 dimensions)
    >>> diagram.assign([[0.0, 0.0], [0.0, 0.75], [2.0, 1.0]])
    array([0, 0, 1])
    """

    # ---- points ----

    def assign(self, x: ArrayLike) -> Ints:
        """The site of least power at each point, proven; of several the one of lowest index.

        Parameters
        ----------
        x : (n, d) array

        Returns
        -------
        (n,) array of int

        Examples
        --------
        >>> PowerDiagram([[0.0], [2.0]], [0.0, 0.0]).assign([[0.75], [1.0], [1.25]])
        array([0, 0, 1])
        """
        return self._least_power.at(self._points(x))

    @cached_property
    def _least_power(self) -> LeastPower:
        return LeastPower(self.regular_subdivision(), self._adjacency)

    # ---- cells ----

    def cell(self, i: int) -> PowerCell:
        """The cell of a site: rows, vertices, neighbours.

        Examples
        --------
        >>> PowerDiagram([[0.0, 0.0], [2.0, 0.0]], [0.0, -8.0]).cell(1).hrep()
        (array([[-1.,  0.]]), array([-3.]))
        """
        return PowerCell(self, self._index(i))

    def cells(self) -> Iterator[PowerCell]:
        """The full-dimensional cells, by the first site of each.

        Examples
        --------
        >>> [cell.index for cell in PowerDiagram([[0.0], [1.0], [1.0], [2.0]], [0.0, -2.0, 0.0, 0.0]).cells()]
        [0, 2, 3]
        """
        return (PowerCell(self, int(i)) for i in self.regular_subdivision().vertices)

    def cell_dims(self) -> Ints:
        """(N,) dimension of every cell, -1 for an empty one.

        Examples
        --------
        >>> PowerDiagram([[0.0], [1.0], [2.0], [2.0]], [0.0, -1.0, 0.0, -1.0]).cell_dims()
        array([ 1,  0,  1, -1])
        """
        carrier = self.regular_subdivision().carrier_dim
        return np.where(carrier < 0, -1, self.dim - carrier)

    def kinds(self) -> NDArray[np.str_]:
        """(N,) ``"full-dimensional"``, ``"lower-dimensional"`` or ``"empty"`` for every cell (spec.md 4.5).

        Equal sites have equal cells; `first_equal` says which are.

        Examples
        --------
        >>> print(PowerDiagram([[0.0], [1.0], [2.0], [2.0]], [0.0, -1.0, 0.0, -1.0]).kinds())
        ['full-dimensional' 'lower-dimensional' 'full-dimensional' 'empty']
        """
        carrier = self.regular_subdivision().carrier_dim
        return KINDS[np.where(carrier < 0, 0, np.where(carrier == 0, 2, 1))]

    def first_equal(self) -> Ints:
        """(N,) the first site with the same full-dimensional cell: equal position and weight; for other cells the site itself.

        Examples
        --------
        >>> PowerDiagram([[0.0], [1.0], [1.0]], [0.0, 0.0, 0.0]).first_equal()
        array([0, 1, 1])
        """
        return self.regular_subdivision().first_equal

    @cached_property
    def is_bounded(self) -> NDArray[np.bool_]:
        """(N,) whether every cell is bounded; an empty one is. Lower-dimensional cells take milliseconds each.

        Examples
        --------
        >>> PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).is_bounded
        array([False,  True, False])
        """
        bounded = self._is_bounded.copy()
        for i in self.regular_subdivision().flat_sites.tolist():
            bounded[i] = self.cell(i).is_bounded
        bounded.setflags(write=False)
        return bounded

    @cached_property
    def _is_bounded(self) -> NDArray[np.bool_]:
        """The same for full-dimensional and empty cells alone, at no cost."""
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

    def neighbours_of(self, i: int) -> Ints:
        """The sites whose cells share a facet with that of site i, or of the first site equal to it.

        Examples
        --------
        >>> PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).neighbours_of(1)
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
        >>> a, b = PowerDiagram([[0.0], [1.0], [2.0]], [0.0, 0.0, 0.0]).halfspaces(0, [1, 2])
        >>> a.astype(float).tolist(), b.astype(float).tolist()
        ([[2.0], [4.0]], [1.0, 4.0])
        """
        lifted, i, others = self._lifted, self._index(i), self._indices(others)
        difference = self._mu.python()[others] - self._mu.python()[i]
        a = difference.reshape(len(others), self.dim) * (2 * self._mu.unit)
        return a, (lifted.heights[others] - lifted.heights[i]) * lifted.height_unit

    # ---- the dual ----

    @cached_property
    def _lifted(self) -> LiftedSites:
        return LiftedSites(self._mu, self._rad)

    def regular_subdivision(self) -> RegularSubdivision:
        """The dual: vertices are the sites with full-dimensional cells, edges the pairs that share a facet, cells the vertices of the diagram.

        Examples
        --------
        >>> dual = PowerDiagram([[0, 0], [1, 0], [0, 1], [1, 1], [3, 0]], [0, 0, 0, 0, 0]).regular_subdivision()
        >>> [cell.tolist() for cell in dual.cells]
        [[0, 1, 2, 3], [1, 3, 4]]
        """
        return self._subdivision

    @cached_property
    def _subdivision(self) -> RegularSubdivision:
        return RegularSubdivision(self._lifted)

    @overload
    def vertices(self, *, exact: Literal[False] = False) -> PowerVertices: ...
    @overload
    def vertices(self, *, exact: Literal[True]) -> PowerVertices: ...
    def vertices(self, *, exact: bool = False) -> PowerVertices:
        """The vertices of the diagram with the sites that meet there.

        Where the sites span only a flat, the smallest faces of the diagram are flats too; each is given by its point in the flat of the sites.

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.

        Examples
        --------
        >>> points, sites = PowerDiagram([[0, 0], [1, 0], [0, 1], [1, 1], [3, 0]], [0, 0, 0, 0, 0]).vertices()
        >>> points.tolist(), [s.tolist() for s in sites]
        ([[0.5, 0.5], [2.0, 0.5]], [[0, 1, 2, 3], [1, 3, 4]])
        """
        subdivision = self.regular_subdivision()
        found = exact_points(subdivision) if exact else rounded_points(subdivision)
        return PowerVertices(found, list(subdivision.cells))
