"""Power diagrams of sites mu with weights rad (Definition 2): cell i holds the points x where the power |x - mu_i|^2 - rad_i is least.

`rad` is a squared radius and may be negative (errata E01, E02). With beta = (rad - |mu|^2) / 2 the power is |x|^2 - 2 (mu.x + beta), so a cell is
where one affine form is largest (Aurenhammer 1987). Every combinatorial answer is exact, floats taken as the dyadic rationals that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.power.cell import PowerCell
from geom.power.least_power import LeastPower
from geom.power.meeting_points import exact_points, rounded_points
from geom.power.subdivided_sites import SubdividedSites

__all__ = ["PowerDiagram", "PowerVertices"]

Ints = NDArray[np.int64]
AnyArray = NDArray[Any]


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

    def __repr__(self) -> str:
        return f"PowerVertices({len(self.points):,} points, {self.points.shape[1]} dimensions)"


class PowerDiagram(SubdividedSites):
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
