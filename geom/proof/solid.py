"""The shape of one cell, from all its rows: vertices, rays, lines and facets, proven whatever was proposed.

Double description of hundreds of rows in rationals is slow, and most rows are redundant. So some rows are proposed; cddlib gives the
generators of those alone; and if every row is non-negative at every one of these generators, then the rows left out are redundant and the shape is
that of the cell, which is the whole proof. Where a row is negative at a generator, the way from the cell's witness to the generator leaves the
cell through some row first; that one joins the proposal, and so on until none is negative. A bad proposal costs time and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from flint import fmpz_mat

from geom.exact import Row, integer_row
from geom.polyhedra.polyhedron import generators
from geom.proof.rows import half_spaces, values

__all__ = ["Solid"]


class Solid(NamedTuple):
    """A full-dimensional polyhedron {x : a.x + b >= 0 for all rows (a, b)}.

    Attributes
    ----------
    vertices : list of (d + 1,) homogeneous integers, the last one positive
    rays, lines : list of (d + 1,) homogeneous integers, the last one 0
    facets : dict of frozenset of int to list of int
        For each facet, by the numbers of its vertices and rays (vertices come first), all rows that contain it.
    """

    vertices: list[Row]
    rays: list[Row]
    lines: list[Row]
    facets: dict[frozenset[int], list[int]]

    @classmethod
    def of(cls, rows: Sequence[Sequence[Any]], witness: Row, proposed: Iterable[int] = ()) -> Solid:
        """The shape of the rows' common solutions.

        Parameters
        ----------
        rows : sequence of (d + 1,) integer rows (a, b)
            Rows of zeros are ignored.
        witness : (d + 1,) homogeneous integers
            A point at which all other rows are positive: it proves that the interior is not empty, which cddlib must not be asked.
        proposed : iterable of int
            Rows that probably bear the facets; numbers without a row are ignored.

        Examples
        --------
        >>> square = [(1, 0, 0), (-1, 0, 1), (0, 1, 0), (0, -1, 1), (-1, -1, 2)]
        >>> sorted(Solid.of(square, (1, 1, 2)).facets.values())  # x + y <= 2 only touches a corner
        [[0], [1], [2], [3]]
        """
        d = len(witness) - 1
        slanted = [i for i, row in enumerate(rows) if any(row[:-1])]
        depth = dict(zip(slanted, values([rows[i] for i in slanted], [witness])[0], strict=True))
        assert all(v > 0 for v in depth.values()), "the witness lies strictly inside"
        chosen = set(slanted) & set(proposed)
        while True:
            vertices, rays, lines = _generators([rows[i] for i in sorted(chosen)], d)
            pointed = [*vertices, *rays]
            table = values([rows[i] for i in slanted], [*pointed, *lines, *(tuple(-v for v in line) for line in lines)])
            first = {_first_crossed(slanted, depth, at) for at in table} - {None}
            if not first:
                return cls(vertices, rays, lines, _facets(slanted, pointed, table, lines, d))
            chosen |= {i for i in first if i is not None}

    @property
    def is_bounded(self) -> bool:
        return not self.rays and not self.lines

    def points(self) -> list[tuple[Fraction, ...]]:
        """The vertices as (d,) rationals."""
        return [tuple(Fraction(v, vertex[-1]) for v in vertex[:-1]) for vertex in self.vertices]

    def tight(self) -> list[frozenset[int]]:
        """For each vertex, the facets (by position) that contain it."""
        return [frozenset(f for f, on in enumerate(self.facets) if i in on) for i in range(len(self.vertices))]


def _generators(rows: Sequence[Sequence[Any]], d: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Vertices, rays and lines of the rows' common solutions, in homogeneous integers."""
    a, b, _ = half_spaces(rows, d)
    found = generators(a, b)
    rays, lines = ([integer_row([*v, Fraction(0)]) for v in ways] for ways in (found.rays, found.lines))
    return [integer_row([*v, Fraction(1)]) for v in found.vertices], rays, lines


def _first_crossed(slanted: Sequence[int], depth: dict[int, Any], at: Sequence[Any]) -> int | None:
    """The row through which the way from the witness to a generator leaves the cell; None if it stays. `at`: the rows' values at the generator."""
    crossed = [(Fraction(int(depth[i]), -int(v)), i) for i, v in zip(slanted, at, strict=True) if v < 0]
    return min(crossed)[1] if crossed else None


def _facets(slanted: Sequence[int], pointed: list[Row], table: list[list[Any]], lines: list[Row], d: int) -> dict[frozenset[int], list[int]]:
    """Rows by the generators on them, where those span a hyperplane: rank d in homogeneous coordinates, lines included."""
    facets: dict[frozenset[int], list[int]] = {}
    for column, i in enumerate(slanted):
        on = frozenset(g for g in range(len(pointed)) if table[g][column] == 0)
        if on in facets or (len(on) + len(lines) >= d and _rank([*(pointed[g] for g in sorted(on)), *lines]) == d):
            facets.setdefault(on, []).append(i)
    return facets


def _rank(points: list[Row]) -> int:
    return int(fmpz_mat(len(points), len(points[0]), [v for point in points for v in point]).rank())
