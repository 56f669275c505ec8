"""Which pieces of a boundary meet at which ridge.

A ridge of a piece is a (d-2)-dimensional face of the complex of all cells cut by the forms. So its relative interior lies in that of one face of the
cells' own complex, and that decides how the pieces around it are found:

- *in a cell*: only forms vanish on it, three or more classes tie. All pieces around it are pieces of that cell, and the classes name it;
- *in a facet* of a cell, and nothing else: two cells lie around it, each with one piece for each pair of classes, because in both cells the form
  vanishes on the ridge, and changes its sign across it along the facet (Lemma 6 of the paper). So the two cells and the classes name the ridge.
  But where a third class ties on all of the piece, or equals one of the two all over the cell, it may win beyond: that is the next kind;
- *in a face of lower dimension*, as where a piece itself lies on a facet: any number of cells lie around it. Then its exact vertices are its name, as
  two faces of a complex that share their relative interior are one;
- *on a wall* of the domain, and nothing else: the boundary ends there. It also does so in a lower face of a wall, if no other piece is there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.boundary.question import BoundaryQuestion
from geom.boundary.sides import Sided
from geom.engine.ragged import owners, runs
from geom.exact import Row
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import PieceTable

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["OPEN_END", "Links", "exact_vertices", "linked"]

Ints = NDArray[np.int64]
OPEN_END = -1  # a ridge on a wall of the domain, or towards a cell that an incomplete partition lacks
IN_CELL, IN_FACET, DEEPER, ON_WALL = range(4)


class Links(NamedTuple):
    """Ridges of all pieces, and what they share.

    Attributes
    ----------
    ridge : (r,) int
        The number of each ridge, equal for those of different pieces that are one; `OPEN_END` where the boundary ends.
    piece : (r,) int
        The piece that each is a ridge of.
    size : (R,) int
        How many pieces meet at each ridge.
    """

    ridge: Ints
    piece: Ints
    size: Ints

    def __repr__(self) -> str:
        return f"Links({len(self.ridge):,} ridges of pieces, {len(self.size):,} of them different)"


def linked(partition: Partition, inquiry: Inquiry, question: BoundaryQuestion, found: Sided) -> Links:
    """Number the ridges."""
    pieces = found.table
    of = owners(pieces.ridge_at)
    kind, beyond = _places(partition, found, of)
    ridge = np.full(len(of), OPEN_END, dtype=np.int64)
    n = 0
    shared = np.flatnonzero((kind == IN_FACET) & (beyond >= 0))
    if len(shared):
        cells = np.stack([found.cell[of[shared]], beyond[shared]])
        keys = np.column_stack([cells.min(axis=0), cells.max(axis=0), found.classes[of[shared]]])
        ridge[shared] = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
        n = int(ridge.max()) + 1
    numbers: dict[object, int] = {}
    points: dict[tuple[bytes, bytes], Row] = {}
    losers = _losers(found)
    for r in np.flatnonzero((kind == IN_CELL) | (kind == DEEPER)).tolist():
        piece = int(of[r])
        if kind[r] == IN_CELL:
            cell = int(found.cell[piece])
            key: object = cell, _ties(partition, question, found, r, piece) - losers.get(cell, frozenset())
        else:
            corners = pieces.corner[pieces.corner_at[r] : pieces.corner_at[r + 1]] + pieces.vertex_at[piece]
            key = frozenset(exact_vertices(inquiry, pieces, piece, corners, points))
        ridge[r] = n + numbers.setdefault(key, len(numbers))
    return _without_ends(partition, found, Links(ridge, of, np.bincount(ridge[ridge >= 0], minlength=n + len(numbers))))


def _losers(found: Sided) -> dict[int, frozenset[int]]:
    """For every cell the classes that equal a lower one all over it: whether such a tie is known depends on the side that looks."""
    cells: dict[int, frozenset[int]] = {}
    for cell, _, j in found.equal.tolist():
        cells[cell] = cells.get(cell, frozenset()) | {j}
    return cells


def _ties(partition: Partition, question: BoundaryQuestion, found: Sided, r: int, piece: int) -> frozenset[int]:
    """The classes that tie on a ridge inside a cell."""
    pieces, first_form = found.table, partition.n_walls + partition.network.n_units
    names = (*pieces.name[pieces.name_at[r] : pieces.name_at[r + 1]].tolist(), *pieces.constraints_of(piece).tolist())
    return frozenset(int(c) for name in names for c in question.pair[name - first_form])


def _without_ends(partition: Partition, found: Sided, links: Links) -> Links:
    """Ridges of a single piece on walls are open ends."""
    pieces, n_walls = found.table, partition.n_walls
    in_wall = np.bincount(owners(pieces.constraint_at)[pieces.constraint < n_walls], minlength=len(found.cell)) > 0
    on_wall = np.bincount(owners(pieces.name_at)[pieces.name < n_walls], minlength=len(links.ridge)) > 0
    ends = (on_wall | in_wall[links.piece]) & (links.ridge >= 0)
    ends[ends] = links.size[links.ridge[ends]] == 1
    ridge = np.where(ends, OPEN_END, links.ridge)
    numbers, shared = np.unique(ridge[ridge >= 0], return_inverse=True)
    ridge[ridge >= 0] = shared
    return Links(ridge, links.piece, links.size[numbers])


def _places(partition: Partition, found: Sided, of: Ints) -> tuple[NDArray[np.int8], Ints]:
    """For every ridge where it lies, and for one in a facet the cell beyond (-1 where an incomplete partition lacks it)."""
    pieces, n_walls = found.table, partition.n_walls
    first_form = n_walls + partition.network.n_units
    owner = owners(pieces.name_at)
    is_wall, is_form = pieces.name < n_walls, pieces.name >= first_form
    n_walls_on, n_forms, n_units = (np.bincount(owner[c], minlength=len(of)) for c in (is_wall, is_form, ~is_wall & ~is_form))
    first = np.full(len(of), first_form)  # the first unit of each
    np.minimum.at(first, owner[~is_wall], pieces.name[~is_wall].astype(np.int64) - n_walls)
    kind, beyond = np.full(len(of), DEEPER, dtype=np.int8), np.full(len(of), -1, dtype=np.int64)
    inside = found.facet[of] < 0
    is_tied = (np.diff(pieces.constraint_at) > 1) | _has_equal(found)
    kind[inside & (n_units == 0) & (n_walls_on == 0)] = IN_CELL
    plain = np.flatnonzero(inside & ~is_tied[of] & (n_units > 0) & (n_forms == 0) & (n_walls_on == 0))
    across, size = _facets_named(partition, found.cell[of[plain]], first[plain])
    lies = size == n_units[plain]  # the units that vanish on the ridge are those of one facet
    kind[plain[lies]], beyond[plain[lies]] = IN_FACET, across[lies]
    kind[(n_walls_on == 1) & (n_units == 0) & (n_forms == 0) & (found.facet[of] < 0)] = ON_WALL
    return kind, beyond


def _has_equal(found: Sided) -> NDArray[np.bool_]:
    """(n,) whether one of a piece's two classes is equal to another all over the cell."""
    n = int(max(found.classes.max(initial=0), found.equal[:, 1:].max(initial=0))) + 2
    ties = found.equal[:, 0] * n + found.equal[:, 1] + 1  # classes from 1, because a form by itself has the class -1
    return np.asarray(np.isin(found.cell[:, None] * n + found.classes + 1, ties).any(axis=1))


def _facets_named(partition: Partition, cells: Ints, units: Ints) -> tuple[Ints, Ints]:
    """For each cell's inner facet whose first unit is this one: the cell beyond, and how many units contain it; size 0 if there is no such facet."""
    table, columns = partition.facets, partition.columns
    begins, at = runs(table.at, cells)
    owner = owners(begins)
    hit = np.flatnonzero((table.unit[at] == units[owner]) & (table.wall[at] < 0))
    beyond, size = np.full(len(cells), -1, dtype=np.int64), np.zeros(len(cells), dtype=np.int64)
    starts = np.append(np.flatnonzero(columns.facet >= 0), len(columns.facet))
    beyond[owner[hit]], size[owner[hit]] = table.beyond[at[hit]], np.diff(starts)[at[hit]]
    return beyond, size


def exact_vertices(inquiry: Inquiry, pieces: PieceTable, piece: int, vertices: Ints, known: dict[tuple[bytes, bytes], Row]) -> list[Row]:
    """Vertices and rays of a piece, by number, in homogeneous integers without a common factor; those found are kept in `known`."""
    words = pieces.words[piece]
    path = words.tobytes()
    found = []
    for v in vertices.tolist():
        tight = pieces.tight_of(v)
        key = path, tight.tobytes()
        if key not in known:
            known[key] = inquiry.exact_vertex(tight, words, pieces.vertex[v])
        found.append(known[key])
    return found
