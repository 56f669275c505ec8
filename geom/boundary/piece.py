"""One piece of a boundary: what is stored of it, and its exact representations."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.errors import DomainError
from geom.exact import FloatArray, Fractions, Row, as_fractions, round_fractions, round_root
from geom.polyhedra.measures import squared_volume
from geom.polyhedra.polyhedron import stacked

if TYPE_CHECKING:
    from geom.boundary.boundary import Boundary

__all__ = ["Piece"]

AnyArray = NDArray[np.generic]


class Piece:
    """A piece of a boundary: the part of a hyperplane alpha.x + beta = 0 in one cell.

    Attributes
    ----------
    boundary : Boundary
    index : int
    """

    def __init__(self, boundary: Boundary, index: int) -> None:
        self.boundary, self.index = boundary, index

    @property
    def cell(self) -> int:
        """Number of the cell."""
        return int(self.boundary.cell[self.index])

    @property
    def classes(self) -> tuple[int, int]:
        """The classes (i, j), i < j, that tie; j is -1 for the zero set of a form by itself."""
        i, j = self.boundary.classes[self.index].tolist()
        return i, j

    @property
    def is_bounded(self) -> bool:
        return math.isfinite(self.boundary.volume[self.index])

    @overload
    def hyperplane(self, *, exact: Literal[False] = False) -> tuple[FloatArray, float]: ...
    @overload
    def hyperplane(self, *, exact: Literal[True]) -> tuple[Fractions, Fraction]: ...
    def hyperplane(self, *, exact: bool = False) -> tuple[AnyArray, float | Fraction]:
        """alpha (d,) and beta of the form that vanishes here, on this cell (equation 26 of the paper, corrected: E19)."""
        if exact:
            return self.boundary._exact_form(self.index)
        return self.boundary.alpha[self.index], float(self.boundary.beta[self.index])

    def hrep(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray]:
        """Irredundant (A, b, C, d): the piece is {x : A x <= b, C x = d}, with one row of A for every ridge."""
        rows = self._ridge_rows()
        a = stacked([tuple(-v for v in row[:-1]) for row in rows], self.boundary.dim)
        b = np.array([v for row in rows for v in row[-1:]] or [], dtype=object)
        alpha, beta = self.boundary._exact_form(self.index)
        found = a, b, alpha[None], np.array([-beta], dtype=object)
        return found if exact else tuple(round_fractions(v) for v in found)  # type: ignore[return-value]

    def vrep(self, *, exact: bool = False) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Vertices (n, d), rays (m, d) and lines (q, d)."""
        pieces, d = self.boundary._table, self.boundary.dim
        at = pieces.vertices_of(self.index)
        if not exact:
            is_ray = pieces.is_ray[at]
            return pieces.vertex[at][~is_ray], pieces.vertex[at][is_ray], round_fractions(self._lines())
        points = self.boundary._exact_vertices(self.index)
        vertices = [tuple(Fraction(v, p[-1]) for v in p[:-1]) for p in points if p[-1]]
        rays = [tuple(Fraction(v) for v in p[:-1]) for p in points if not p[-1]]
        return stacked(vertices, d), stacked(rays, d), self._lines()

    def volume(self) -> float:
        """(d-1)-dimensional volume, correctly rounded; infinite for an unbounded piece. `Boundary.volume` has all at once, in floating point."""
        return round_root(self.squared_volume()) if self.is_bounded else math.inf

    def squared_volume(self) -> Fraction:
        """The square of the volume, exactly: the volume itself is the root of a fraction, and seldom one.

        Raises
        ------
        DomainError
            If the piece is unbounded.

        Notes
        -----
        Source: triangulation by incidences in rational arithmetic.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
        >>> piece = part.decision_boundary()[0]
        >>> piece.squared_volume(), piece.volume()
        (Fraction(2, 1), 1.4142135623730951)
        """
        if not self.is_bounded:
            raise DomainError(f"piece {self.index} is unbounded: its volume is no number")
        vertices, _, _ = self.vrep(exact=True)
        return squared_volume(vertices, self.boundary._corners(self.index))

    def _ridge_rows(self) -> list[tuple[Fraction, ...]]:
        """One constraint for every ridge, as a row that is >= 0 on the piece, its largest entry 1."""
        boundary, pieces = self.boundary, self.boundary._table
        words = pieces.words[self.index]
        inside = boundary._exact_vertices(self.index)
        found = []
        for r in range(int(pieces.ridge_at[self.index]), int(pieces.ridge_at[self.index + 1])):
            row = boundary._inquiry.row(int(pieces.name[pieces.name_at[r]]), words)
            side = next(v for v in (_dot(row, point) for point in inside) if v)
            largest = max(abs(v) for v in row[:-1])
            found.append(tuple(Fraction(v if side > 0 else -v, largest) for v in row))
        return found

    def _lines(self) -> Fractions:
        """A basis of the lines that the piece contains, in integers without a common factor."""
        if not self.boundary._has_lines:
            return stacked([], self.boundary.dim)
        a, _, c, _ = self.hrep(exact=True)
        rows = [*a.tolist(), *c.tolist()]
        scaled = [[int(v * math.lcm(*(u.denominator for u in row))) for v in row] for row in rows]
        kernel, rank = fmpz_mat(len(scaled), self.boundary.dim, [v for row in scaled for v in row]).nullspace()
        columns = ([int(kernel[i, j]) for i in range(self.boundary.dim)] for j in range(rank))
        lines = [[v // math.gcd(*column) for v in column] for column in columns]
        return as_fractions(lines) if lines else stacked([], self.boundary.dim)

    def __repr__(self) -> str:
        i, j = self.classes
        what = f"classes {i} and {j}" if j >= 0 else "zero set"
        return f"Piece({self.index} in cell {self.cell}, {what}, volume {self.boundary.volume[self.index]:.6g})"


def _dot(row: Row, point: Row) -> int:
    return sum(a * x for a, x in zip(row, point, strict=True))
