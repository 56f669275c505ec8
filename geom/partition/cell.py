"""One cell of a partition: its code, witness and facets as stored; rows, vertices, volume and affine map recomputed, exactly if asked."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.halfspaces import exact_row
from geom.exact import FloatArray, Fractions
from geom.polyhedra.polyhedron import stacked
from geom.polyhedra.representations import Representations

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


class Cell(Representations):
    """A full-dimensional closed polyhedron on which the network has one code.

    Cells come from a `Partition`: ``part[i]``, or by iteration. Two are equal if they are the same cell of the same partition object.

    Parameters
    ----------
    partition : Partition
    index : int
    """

    def __init__(self, partition: Partition, index: int) -> None:
        self.partition, self.index = partition, index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cell) and self.partition is other.partition and self.index == other.index

    def __hash__(self) -> int:
        return hash((id(self.partition), self.index))

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
        n_walls = self.partition.n_walls
        lists = (sorted(numbers) for numbers in self.partition.columns.facets_with_all(self.index))
        return tuple(Facet(tuple(k - n_walls for k in numbers if k >= n_walls), tuple(k for k in numbers if k < n_walls)) for numbers in lists)

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        numbers = self.partition.columns.facets_of(np.array([self.index]))[0].tolist()
        rows = stacked([exact_row(self.partition, self.index, number) for number in numbers], self.partition.dim + 1)
        return rows[:, :-1], rows[:, -1]

    @property
    def _space_dim(self) -> int:
        return self.partition.dim

    @overload
    def affine(self, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def affine(self, *, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def affine(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray]:
        """The network's affine map x -> G x + h on this cell, (m, d) and (m,); see `Network.affine`."""
        return self.partition.network.affine(self.code, exact=exact)

    def __repr__(self) -> str:
        return f"Cell({self.index}, {self.partition.dim} dimensions, {len(self.facets)} facets)"
