"""One cell of a power diagram: the closed polyhedron where its site has the least power, exactly."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, overload

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from geom.exact import Fractions
from geom.polyhedra.polyhedron import Generators, generators, stacked
from geom.polyhedra.representations import Representations
from geom.power.subdivided_sites import SubdividedSites

__all__ = ["PowerCell"]

AnyArray = NDArray[Any]


class PowerCell(Representations):
    """The cell {x : power of site i <= power of every site}, which may be of any dimension, or empty.

    A row of `hrep` of a full-dimensional cell is the chordale with a neighbour. A lower-dimensional cell has each of its equations as two opposite
    rows, first, then one row for each facet. An empty cell has the one row 0 <= -1.

    Parameters
    ----------
    diagram : SubdividedSites
        A `PowerDiagram`.
    index : int

    Examples
    --------
    >>> from geom import PowerDiagram
    >>> PowerDiagram([[0.0], [2.0], [4.0]], [0.0, 0.0, 0.0]).cell(1)
    PowerCell(1, full-dimensional, 2 facets)
    >>> PowerDiagram([[0.0], [2.0], [4.0]], [0.0, 0.0, 0.0]).cell(1).hrep()
    (array([[-1.],
           [ 1.]]), array([-1.,  3.]))
    """

    def __init__(self, diagram: SubdividedSites, index: int) -> None:
        self.diagram, self.index = diagram, index

    @property
    def dim(self) -> int:
        """Dimension of the cell, -1 for an empty one."""
        return int(self.diagram.cell_dims()[self.index])

    @property
    def kind(self) -> str:
        """``"full-dimensional"``, ``"lower-dimensional"`` or ``"empty"``."""
        return str(self.diagram.kinds()[self.index])

    @property
    def neighbours(self) -> NDArray[np.int64]:
        """The sites whose full-dimensional cells share a facet with this full-dimensional one, in the order of the rows of `hrep`."""
        if self.dim < self.diagram.dim:
            return np.zeros(0, dtype=np.int64)
        return self.diagram.neighbours(self.index)

    @cached_property
    def is_bounded(self) -> bool:
        """Whether it has neither rays nor lines; an empty cell is bounded."""
        if self.dim not in (-1, self.diagram.dim):
            _, rays, lines = self.vrep(exact=True)
            return not len(rays) and not len(lines)
        return bool(self.diagram._is_bounded[self.index])

    @property
    def _space_dim(self) -> int:
        return self.diagram.dim

    def _exact_rows(self) -> tuple[Fractions, Fractions]:
        return self._rows

    @cached_property
    def _rows(self) -> tuple[Fractions, Fractions]:
        a, b = self._irredundant()
        a.setflags(write=False)
        b.setflags(write=False)
        return a, b

    def _irredundant(self) -> tuple[Fractions, Fractions]:
        diagram, d = self.diagram, self.diagram.dim
        if self.dim < 0:
            return np.full((1, d), Fraction(0), dtype=object), np.array([Fraction(-1)], dtype=object)
        if self.dim == d:
            return _scaled(*diagram.halfspaces(int(diagram.first_equal()[self.index]), self.neighbours))
        first, *others = diagram.spanning(self.index).tolist()
        a, b = diagram.halfspaces(first, diagram.neighbours(first))
        c, e = diagram.halfspaces(first, np.array(others, dtype=np.int64))
        return _scaled(*_minimal(np.concatenate([a, c, -c]), np.concatenate([b, e, -e])))

    def generators(self) -> Generators:
        """Exact vertices, rays and lines, with the rows of `hrep` that are tight at each vertex; an empty cell has none."""
        return Generators([], [], [], []) if self.dim < 0 else super().generators()

    @overload
    def volume(self, *, exact: Literal[False] = False) -> float: ...
    @overload
    def volume(self, *, exact: Literal[True]) -> Fraction: ...
    def volume(self, *, exact: bool = False) -> float | Fraction:
        """d-dimensional volume; infinite for an unbounded full-dimensional cell, 0 for a flat or empty one.

        Parameters
        ----------
        exact : bool
            A Fraction instead of a correctly rounded float.

        Raises
        ------
        DomainError
            If a fraction is asked for and the volume is infinite.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [2.0], [4.0]], [0.0, 0.0, 0.0]).cell(1).volume(exact=True)
        Fraction(2, 1)
        """
        if self.dim < self.diagram.dim:
            return Fraction(0) if exact else 0.0
        return super().volume(exact=True) if exact else super().volume()

    def __repr__(self) -> str:
        facets = f", {len(self.neighbours)} facets" if self.dim == self.diagram.dim else ""
        return f"PowerCell({self.index}, {self.kind}{facets})"


def _scaled(a: Fractions, b: Fractions) -> tuple[Fractions, Fractions]:
    """Each row divided by its largest entry."""
    largest = [max(abs(v) for v in row) for row in a]
    rows = [[v / most for v in row] for row, most in zip(a, largest, strict=True)]
    return stacked([tuple(row) for row in rows], a.shape[1]), np.array([v / most for v, most in zip(b, largest, strict=True)], dtype=object)


def _minimal(a: Fractions, b: Fractions) -> tuple[Fractions, Fractions]:
    """Independent equations, each as two rows, and one row a facet, of a polyhedron that is not empty."""
    found = generators(a, b)
    points, ways = stacked(found.vertices, a.shape[1]), stacked(found.rays + found.lines, a.shape[1])
    slack = np.concatenate([b[:, None] - a @ points.T, a @ ways.T], axis=1)
    tight = np.array([[v == 0 for v in row] for row in slack], dtype=np.bool_)
    is_equation = np.all(tight, axis=1)
    equations = _independent(a, np.flatnonzero(is_equation))
    faces = {row.tobytes(): i for i, row in reversed(list(enumerate(tight))) if not is_equation[i] and row[: len(points)].any()}
    candidates = sorted(faces.values())
    facets = [i for i in candidates if not any(i != j and (tight[i] <= tight[j]).all() for j in candidates)]
    sign = np.array([1, -1] * len(equations) + [1] * len(facets), dtype=object)
    rows = [i for i in equations for _ in range(2)] + facets
    return a[rows] * sign[:, None], b[rows] * sign


def _independent(a: Fractions, rows: NDArray[np.int64]) -> list[int]:
    """Of some rows, independent ones that span them: the first ones."""
    if not len(rows):
        return []
    columns = fmpq_mat(a.shape[1], len(rows), [fmpq(v.numerator, v.denominator) for v in a[rows].T.ravel()])
    reduced, rank = columns.rref()
    return [int(rows[next(j for j in range(len(rows)) if reduced[i, j] != 0)]) for i in range(rank)]
