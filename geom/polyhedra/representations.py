"""What every polyhedron of the package can be asked: half-spaces, vertices, volume, in doubles or in fractions.

Cells of partitions and of power diagrams and domains are given by exact rows A x <= b; all else follows from these.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from fractions import Fraction
from typing import Literal, overload

from geom.errors import DomainError
from geom.exact import FloatArray, Fractions, round_fraction, round_fractions
from geom.polyhedra.polyhedron import Generators, generators, volume

__all__ = ["Representations"]

Floats = tuple[FloatArray, FloatArray]
Exacts = tuple[Fractions, Fractions]


class Representations(ABC):
    """A polyhedron {x : A x <= b} in R^d, full-dimensional unless it says otherwise."""

    @property
    @abstractmethod
    def is_bounded(self) -> bool: ...
    @property
    @abstractmethod
    def _space_dim(self) -> int:
        """The d of R^d."""

    @abstractmethod
    def _exact_rows(self) -> Exacts:
        """A (m, d) and b (m,), exact."""

    @overload
    def hrep(self, *, exact: Literal[False] = False) -> Floats: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> Exacts: ...
    def hrep(self, *, exact: bool = False) -> Floats | Exacts:
        """Half-spaces: the polyhedron is {x : A x <= b}.

        A cell has one row for each facet, scaled so that the largest entry of A in it is 1 in magnitude; a domain has the rows that it was given.

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.

        Returns
        -------
        A : (m, d) array
        b : (m,) array

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0]], [[1.0]]], [[-0.5], [0.0]]), Box([0], [1]))
        >>> part[1].hrep()
        (array([[ 1.],
               [-1.]]), array([ 1. , -0.5]))
        """
        a, b = self._exact_rows()
        return (a, b) if exact else (round_fractions(a), round_fractions(b))

    def generators(self) -> Generators:
        """Exact vertices, rays and lines, with the rows of `hrep` that are tight at each vertex."""
        return generators(*self._exact_rows())

    @overload
    def vrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray, FloatArray]: ...
    @overload
    def vrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions, Fractions]: ...
    def vrep(self, *, exact: bool = False) -> tuple[FloatArray, FloatArray, FloatArray] | tuple[Fractions, Fractions, Fractions]:
        """Vertices, rays and lines, each (n, d); a bounded polyhedron has no rays and no lines.

        One without vertices, such as a half-plane, has a point of its smallest faces instead.

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.

        Notes
        -----
        Exact double description of the rows by cddlib: milliseconds a cell.

        Examples
        --------
        >>> from geom import HPolytope
        >>> [found.tolist() for found in HPolytope([[-1, 0], [0, -1], [1, 0]], [0, 0, 3]).vrep()]
        [[[0.0, 0.0], [3.0, 0.0]], [[0.0, 1.0]], []]
        """
        return self.generators().arrays(self._space_dim, exact)

    @overload
    def volume(self, *, exact: Literal[False] = False) -> float: ...
    @overload
    def volume(self, *, exact: Literal[True]) -> Fraction: ...
    def volume(self, *, exact: bool = False) -> float | Fraction:
        """d-dimensional volume; infinite for an unbounded polyhedron.

        Parameters
        ----------
        exact : bool
            A Fraction instead of a correctly rounded float.

        Raises
        ------
        DomainError
            If a fraction is asked for and the polyhedron is unbounded.

        Examples
        --------
        >>> from geom import HPolytope
        >>> HPolytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1]).volume(exact=True)
        Fraction(1, 2)
        """
        if not self.is_bounded:
            if exact:
                raise DomainError(f"{self!r} is unbounded: its volume is no fraction; take volume(), which is infinite, or a bounded domain")
            return math.inf
        found = self.generators()
        size = volume(found.vertices, found.tight)
        return size if exact else round_fraction(size)
