"""One cell of a partition: its code, witness and facets as stored; rows, vertices, volume and affine map recomputed, exactly if asked."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.halfspaces import exact_row
from geom.errors import DomainError
from geom.exact import FloatArray, Fractions, as_fractions, round_fraction, round_fractions
from geom.polyhedra.polyhedron import Generators, generators, inner_point, stacked, volume

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Cell", "Facet"]

AnyArray = NDArray[np.generic]


class Facet(NamedTuple):
    """A facet of a cell, by all hyperplanes that contain it.

    Attributes
    ----------
    units : tuple of int
        Units (numbered through the network) whose zero set contains it; generically one.
    walls : tuple of int
        Rows of the domain that contain it; a facet with a wall has no neighbour.
    """

    units: tuple[int, ...]
    walls: tuple[int, ...]


class Cell:
    """A full-dimensional closed polyhedron on which the network has one code.

    Cells come from a `Partition`: ``part[i]``, or by iteration.

    Parameters
    ----------
    partition : Partition
    index : int
    """

    def __init__(self, partition: Partition, index: int) -> None:
        self.partition, self.index = partition, index

    @property
    def code(self) -> NDArray[np.uint8]:
        """(n_units,) piece of every hidden unit."""
        code: NDArray[np.uint8] = self.partition.code_table.unpack(np.array([self.index]))[0]
        return code

    @property
    def witness(self) -> FloatArray:
        """(d,) a point strictly inside, proven; where `exact_witness` is given, that point rounded."""
        point: FloatArray = self.partition.witnesses[self.index]
        return point

    @property
    def exact_witness(self) -> tuple[Fraction, ...] | None:
        """A rational point strictly inside, for a cell so thin that no double was found there; else None."""
        return self.partition.columns.exact_witness.get(self.index)

    @property
    def is_bounded(self) -> bool:
        return bool(self.partition.is_bounded[self.index])

    @property
    def facets(self) -> tuple[Facet, ...]:
        """The cell's facets, in the order of the rows of `hrep`."""
        columns, n_walls = self.partition.columns, self.partition.n_walls
        facets: list[tuple[list[int], list[int]]] = []
        for number in columns.facet[columns.facet_at[self.index] : columns.facet_at[self.index + 1]].tolist():
            if number >= 0:
                facets.append(([], []))
            constraint = number if number >= 0 else ~number
            if constraint < n_walls:
                facets[-1][1].append(constraint)
            else:
                facets[-1][0].append(constraint - n_walls)
        return tuple(Facet(tuple(sorted(units)), tuple(sorted(walls))) for units, walls in facets)

    @overload
    def hrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def hrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def hrep(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray]:
        """Irredundant half-spaces: the cell is {x : A x <= b}, one row for each facet.

        Rows are scaled so that the largest entry of A in a row is 1 in magnitude.

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

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        numbers = self.partition.columns.facets_of(np.array([self.index]))[0].tolist()
        rows = stacked([exact_row(self.partition, self.index, number) for number in numbers], self.partition.dim + 1)
        return rows[:, :-1], rows[:, -1]

    def generators(self) -> Generators:
        """Exact vertices, with the rows of `hrep` that are tight at each."""
        return generators(*self._exact_rows())

    @overload
    def vrep(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray, FloatArray]: ...
    @overload
    def vrep(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions, Fractions]: ...
    def vrep(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Vertices, rays and lines, each (n, d); a bounded cell has no rays and no lines.

        Parameters
        ----------
        exact : bool
            Fractions instead of correctly rounded floats.

        Notes
        -----
        Exact double description of the irredundant rows by cddlib (`polyhedron`): milliseconds a cell.
        """
        return self.generators().arrays(self.partition.dim, exact)

    @overload
    def volume(self, *, exact: Literal[False] = False) -> float: ...
    @overload
    def volume(self, *, exact: Literal[True]) -> Fraction: ...
    def volume(self, *, exact: bool = False) -> float | Fraction:
        """d-dimensional volume; infinite for an unbounded cell.

        Parameters
        ----------
        exact : bool
            A Fraction instead of a correctly rounded float.

        Raises
        ------
        DomainError
            If a fraction is asked for and the cell is unbounded.
        """
        if not self.is_bounded:
            if exact:
                raise DomainError(f"cell {self.index} is unbounded: its volume is no fraction")
            return math.inf
        found = self.generators()
        size = volume(found.vertices, found.tight)
        return size if exact else round_fraction(size)

    def affine(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray]:
        """The network's affine map x -> G x + h on this cell; see `Network.affine`."""
        return self.partition.network.affine(self.code, exact=exact)

    def __repr__(self) -> str:
        return f"Cell({self.index}, {self.partition.dim} dimensions, {len(self.facets)} facets)"


def proven_witness(cell: Cell) -> tuple[FloatArray, tuple[Fraction, ...] | None]:
    """A point strictly inside, for a cell whose stored witness floats could not prove.

    Returns
    -------
    The witness as doubles, and None if they are proven inside; else the exact point that they round.
    """
    a, b = cell._exact_rows()
    if _strictly_inside(a, b, cell.witness):
        return cell.witness, None
    centre = inner_point(generators(a, b))
    largest = np.finfo(np.float64).max
    rounded = np.clip(round_fractions(centre), -largest, largest)
    for candidate in (rounded, np.zeros_like(rounded)):
        if _strictly_inside(a, b, candidate):
            return candidate, None
    return rounded, centre


def _strictly_inside(a: Fractions, b: Fractions, x: FloatArray) -> bool:
    return bool(np.isfinite(x).all() and np.all(a @ as_fractions(x) < b))
