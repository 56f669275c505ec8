"""Face numbers: how many relatively open faces of each dimension the cells of a partition have together, exactly.

The cells are a polyhedral complex: each layer cuts every cell of the complex before it by the zero sets of functions that are continuous and affine
on its cells, so two cells meet in a face of both (Grigsby and Lindsey, 2022, "On transversality of bent hyperplane arrangements and the topological
expressiveness of ReLU neural networks"). A face that several cells share is therefore one and the same polyhedron in each, known by its vertices and
extreme rays, and is counted once.

All faces have the lineality space of all cells, because a face of a polyhedron has the polyhedron's, and cells are linked by facets. Cut by a
complement of it, every cell is pointed, and all dimensions go down by the same number. Face lattices of polyhedra are graded: the largest proper
faces of a face of dimension k have dimension k - 1. So dimensions are read off the lattice, and no rank is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from geom.exact import Row, integer_row, primitive
from geom.polyhedra.polyhedron import generators
from geom.questions.whole import require_complete

if TYPE_CHECKING:
    from geom.partition.cell import Cell
    from geom.partition.partition import Partition

__all__ = ["f_vector"]

Point = tuple[Fraction, ...]
Face = frozenset[int]  # numbers of vertices and rays


def f_vector(partition: Partition) -> tuple[int, ...]:
    """Numbers (f_0, ..., f_d) of relatively open faces of each dimension of the complex of all cells.

    Walls of the domain count as faces, and so do their intersections; f_d is the number of cells. In the whole space, cells that hold a line have no
    vertices, and f_0 is 0.

    Parameters
    ----------
    partition : Partition

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk: the faces of missing cells would be missing.

    Notes
    -----
    Exact double description of every cell (`Cell.vrep`): about a millisecond a cell in two or three dimensions.

    Examples
    --------
    Two lines cross in a square: 9 vertices, 12 edges, 4 cells; 9 - 12 + 4 = 1.

    >>> from geom import Box, Network, subdivide
    >>> f_vector(subdivide(Network.mlp([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [0]]), Box([-1, -1], [1, 1])))
    (9, 12, 4)
    """
    require_complete(partition, "and faces of the others are missing")
    lines = _Lines(partition[0].vrep(exact=True)[2].tolist())
    pointed_dim = partition.dim - lines.dim
    numbers: dict[Row, int] = {}
    found: list[set[Face]] = [set() for _ in range(pointed_dim + 1)]
    for cell in partition:
        _collect(_pointed(cell, lines, numbers), found)
    return (0,) * lines.dim + tuple(map(len, found))


class _Pointed(NamedTuple):
    """A cell cut by the complement of its lines: bit j of a mask is its j-th generator.

    Attributes
    ----------
    names : list of int
        The generators' numbers in the partition.
    vertices : int
        The mask of the generators that are vertices; the others are rays.
    facets : list of int
        The masks of the facets.
    """

    names: list[int]
    vertices: int
    facets: list[int]

    def name(self, mask: int) -> Face:
        return frozenset(name for j, name in enumerate(self.names) if mask >> j & 1)


def _collect(cell: _Pointed, found: list[set[Face]]) -> None:
    """Add the faces of a cell, by dimension, from the cell itself down to its vertices."""
    level = [(1 << len(cell.names)) - 1]
    found[-1].add(cell.name(level[0]))
    for faces in reversed(found[:-1]):
        # A face known from another cell is not looked into again: what lies in it is known as well.
        new = {}
        for mask in {below for above in level for below in _largest_proper_faces(above, cell)}:
            name = cell.name(mask)
            if name not in faces:
                new[mask] = name
        faces.update(new.values())
        level = list(new)


def _largest_proper_faces(face: int, cell: _Pointed) -> list[int]:
    """Every proper face lies in a facet of the cell that does not hold the whole face; one without a vertex is empty."""
    met = {face & facet for facet in cell.facets if face & facet & cell.vertices} - {face}
    return [mask for mask in met if not any(mask != other and mask & other == mask for other in met)]


def _pointed(cell: Cell, lines: _Lines, numbers: dict[Row, int]) -> _Pointed:
    """The cell's generators, numbered in `numbers` by their homogeneous integers, and its facets."""
    a, b = cell.hrep(exact=True)
    found = generators(a, b)
    rows = [integer_row((*row, -bound)) for row, bound in zip(a.tolist(), b.tolist(), strict=True)]
    points = [lines.project((*vertex, Fraction(1))) for vertex in found.vertices]
    points += [lines.project((*ray, Fraction(0))) for ray in found.rays]
    names = [numbers.setdefault(point, len(numbers)) for point in points]
    facets = [_mask(sum(map(int.__mul__, row, point)) == 0 for point in points) for row in rows]
    return _Pointed(names, (1 << len(found.vertices)) - 1, facets)


def _mask(bits: Iterable[bool]) -> int:
    return sum(1 << j for j, bit in enumerate(bits) if bit)


class _Lines:
    """A lineality space, and the projection along it onto the coordinates that are not its pivots.

    Parameters
    ----------
    basis : sequence of points
        Independent vectors.
    """

    def __init__(self, basis: Sequence[Sequence[Fraction]]) -> None:
        self.rows: list[tuple[int, list[Fraction]]] = []
        for vector in basis:
            rest = self._without_pivots(vector)
            pivot = next(j for j, v in enumerate(rest) if v)
            self.rows.append((pivot, [v / rest[pivot] for v in rest]))

    @property
    def dim(self) -> int:
        return len(self.rows)

    def _without_pivots(self, vector: Sequence[Fraction]) -> list[Fraction]:
        # A row has zeros at the pivots of the rows before it, so what one step makes zero stays zero.
        rest = list(vector)
        for pivot, row in self.rows:
            factor = rest[pivot]
            if factor:
                rest[: len(row)] = [v - factor * r for v, r in zip(rest, row, strict=False)]
        return rest

    def project(self, point: Point) -> Row:
        """The homogeneous point moved along the lines to where all pivots are 0, as integers without a common factor."""
        return primitive(integer_row(self._without_pivots(point)))
