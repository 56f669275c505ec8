"""From what the walk found to the pieces of a boundary, each once, with the two sides that meet there.

A piece inside a cell is found from both of its sides, and kept from the one of the lower class. A piece that lies on a facet of its cell is found
from each cell that has the facet; it is a piece of the argmax boundary if the classes on the two sides differ, and of a zero set in any case.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.boundary.question import BoundaryQuestion
from geom.exact import Fractions
from geom.kernels.tables.neighbours import facet_of
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import PieceTable

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Sided", "sided"]

Ints = NDArray[np.int64]


class Sided(NamedTuple):
    """Pieces with their sides.

    Attributes
    ----------
    table : PieceTable
    cell : (n,) int
    classes : (n, 2) int
        i < j of the form f_i - f_j that vanishes on the piece; (i, -1) for a form by itself.
    facet : (n,) int
        The facet of the cell, by its number in `Partition.facets`, on which the piece lies; -1 inside the cell.
    changes : (n,) bool
        Whether the signs on the two sides, neither zero, differ, or the classes.
    vanishing : (v, 3) int
        Cells on which a form that is asked for vanishes identically, with its classes: parts of the boundary of full dimension.
    equal : (e, 3) int
        The same of all forms: cells with a class that wins somewhere in it and another that equals it everywhere.
    """

    table: PieceTable
    cell: Ints
    classes: NDArray[np.int32]
    facet: Ints
    changes: NDArray[np.bool_]
    vanishing: Ints
    equal: Ints


def sided(partition: Partition, inquiry: Inquiry, question: BoundaryQuestion, raw: PieceTable) -> Sided:
    """The pieces of the boundary of this question, from what its walk found."""
    cell = partition.code_table.find_words(raw.words)
    first_form = partition.n_walls + partition.network.n_units
    owner = np.repeat(np.arange(len(cell)), np.diff(raw.constraint_at))
    is_form = raw.constraint >= first_form
    n_forms, n_own = (np.bincount(owner[chosen], minlength=len(cell)) for chosen in (is_form, ~is_form))
    form = np.full(len(cell), np.iinfo(np.int64).max)
    np.minimum.at(form, owner[is_form], raw.constraint[is_form].astype(np.int64) - first_form)
    is_flat = np.diff(raw.vertex_at) == 0
    is_known = cell >= 0
    side = np.array(question.side)[raw.clause]

    inside = np.flatnonzero(is_known & ~is_flat & (n_own == 0) & (n_forms == 1))
    pair = question.pair[form[inside]]
    lower = side[inside] == (0 if question.is_single else pair[:, 0])
    wanted = np.array([question.is_wanted(a, b) for a, b in question.pair.tolist()])[form[inside]]
    chosen = [(inside[lower & wanted], pair[lower & wanted])]
    facets = [np.full(len(chosen[0][0]), -1)]
    changes = [np.ones(len(chosen[0][0]), dtype=np.bool_)]

    judge = _Judge(partition, inquiry, question, raw, cell, side)
    for found in (
        judge.tied(np.flatnonzero(is_known & ~is_flat & (n_own == 0) & (n_forms > 1))),
        judge.on_facets(np.flatnonzero(is_known & ~is_flat & (n_own > 0))),
    ):
        chosen.append((np.array([k.piece for k in found], dtype=np.int64), np.array([k.classes for k in found], dtype=np.int32).reshape(-1, 2)))
        facets.append(np.array([k.facet for k in found], dtype=np.int64))
        changes.append(np.array([k.changes for k in found], dtype=np.bool_))
    index = np.concatenate([numbers for numbers, _ in chosen])
    order = np.lexsort((index, cell[index]))
    flat = np.flatnonzero(is_known & is_flat)
    equal = np.unique(np.column_stack([cell[flat], question.pair[form[flat]]]), axis=0).astype(np.int64)
    return Sided(
        table=raw.take(index[order]),
        cell=cell[index][order],
        classes=np.concatenate([pairs for _, pairs in chosen])[order],
        facet=np.concatenate(facets)[order],
        changes=np.concatenate(changes)[order],
        vanishing=equal[[question.is_wanted(i, j) for _, i, j in equal.tolist()]] if len(equal) else equal,
        equal=equal,
    )


class _Kept(NamedTuple):
    piece: int
    classes: tuple[int, int]
    facet: int
    changes: bool


class _Judge:
    """Decides, exactly, the pieces that are not plain: several forms vanish there, or they lie on a facet of a cell."""

    def __init__(self, partition: Partition, inquiry: Inquiry, question: BoundaryQuestion, raw: PieceTable, cell: Ints, side: Ints) -> None:
        self.partition, self.inquiry, self.question, self.raw, self.cell, self.side = partition, inquiry, question, raw, cell, side
        self.first_form = partition.n_walls + partition.network.n_units
        self._gradients: dict[int, Fractions] = {}

    def tied(self, pieces: Ints) -> list[_Kept]:
        """Inside a cell, where more than two classes tie: the class beyond is the one that grows fastest there."""
        kept = []
        for i in pieces.tolist():
            a = int(self.side[i])
            ties = sorted(self._ties(i))
            gradients = self._gradients_on(int(self.cell[i]))
            other = next(m for m in ties if any(gradients[m] != gradients[a]))
            b = _fastest(gradients, ties, gradients[other] - gradients[a])
            if a < b and self.question.is_wanted(a, b):
                kept.append(_Kept(i, (a, b), -1, True))
        return kept

    def on_facets(self, pieces: Ints) -> list[_Kept]:
        """On facets of cells, each once.

        Classes that are equal on one part of a facet tie nowhere on another part of it, so what ties tells which of the pieces found from the two
        sides are one: of the classes on the two sides at least one is known to tie with the other, because they are equal in one of the two cells at
        most.
        """
        groups: dict[int, list[tuple[set[int], list[tuple[int, int]]]]] = {}
        for i in pieces.tolist():
            f, mate = self._facet(i)
            group = groups.setdefault(min(f, mate) if mate >= 0 else f, [])
            ties = self._ties(i)
            known = next((found for others, found in group if ties & others), None)
            if known is None:
                group.append((ties, [(i, f)]))
            else:
                known.append((i, f))
        found_on = (found for group in groups.values() for _, found in group)
        kept = (self._of_form(found) if self.question.is_single else self._of_classes(found) for found in found_on)
        return [k for k in kept if k is not None]

    def _ties(self, i: int) -> set[int]:
        """The class on this side of a piece and those known to tie with it there."""
        forms = [c - self.first_form for c in self.raw.constraints_of(i).tolist() if c >= self.first_form]
        return {int(c) for f in forms for c in self.question.pair[f]}

    def _facet(self, i: int) -> tuple[int, int]:
        """The facet on which a piece lies, and the same facet seen from the cell beyond it (-1: none)."""
        table, n_walls = self.partition.facets, self.partition.n_walls
        numbers = [c for c in self.raw.constraints_of(i).tolist() if c < self.first_form]
        units = [c - n_walls for c in numbers if c >= n_walls]
        unit = min(units, default=-1)
        cell = int(self.cell[i])
        mine = slice(int(table.at[cell]), int(table.at[cell + 1]))
        if len(units) < len(numbers):
            wall = min(c for c in numbers if c < n_walls)
            return int(table.at[cell]) + int(np.flatnonzero(table.wall[mine] == wall)[0]), -1
        f = int(facet_of(mine.start, mine.stop, table.unit, table.wall, np.int32(unit)))
        j = int(table.beyond[f])
        return f, int(facet_of(table.at[j], table.at[j + 1], table.unit, table.wall, np.int32(unit))) if j >= 0 else -1

    def _of_form(self, found: Sequence[tuple[int, int]]) -> _Kept:
        """The sign changes if it is one on this side of the facet and the other on that."""
        i, facet = min(found, key=lambda entry: int(self.cell[entry[0]]))
        a, b = self.question.pair[0].tolist()
        return _Kept(i, (a, b), facet, len({int(self.side[k]) for k, _ in found}) == 2)

    def _of_classes(self, found: Sequence[tuple[int, int]]) -> _Kept | None:
        """The two classes at the facet, unless they are one, or a wall is there.

        The difference of two classes vanishes identically at most on the side of the lower one, which is chosen there: so the cell on the side of the
        higher class is the one in which the form has a gradient.
        """
        (i, facet), *others = found
        beyond = int(self.partition.facets.beyond[facet])
        if beyond < 0:
            return None
        a = int(self.side[i])
        b = int(self.side[others[0][0]]) if others else self._class_beyond(i, beyond)
        if a == b or not self.question.is_wanted(a, b):
            return None
        if others and b > a:
            i, facet = others[0]
        return _Kept(i, (min(a, b), max(a, b)), facet, True)

    def _class_beyond(self, i: int, beyond: int) -> int:
        """The class that wins in the cell beyond, near the facet on which the piece lies."""
        piece, inquiry = self.raw, self.inquiry
        at, words = piece.vertices_of(i), piece.words[i]
        points = [inquiry.exact_vertex(piece.tight_of(v), words, piece.vertex[v]) for v in range(at.start, at.stop)]
        finite = [p for p in points if p[-1]]
        inner = [sum((Fraction(p[j], p[-1]) for p in finite), Fraction(0)) / len(finite) for j in range(self.partition.dim)]
        inner = [v + sum(p[j] for p in points if not p[-1]) for j, v in enumerate(inner)]
        here, constant = self.partition[int(self.cell[i])].affine(exact=True)
        values = here @ np.array(inner, dtype=object) + constant
        ties = np.flatnonzero(values == max(values)).tolist()
        unit = next(c for c in piece.constraints_of(i).tolist() if c < self.first_form)
        row = inquiry.row(unit, words)
        outward = -1 if self.partition.code_table.piece(int(self.cell[i]), unit - self.partition.n_walls) else 1
        return _fastest(self._gradients_on(beyond), ties, np.array([outward * v for v in row[:-1]], dtype=object))

    def _gradients_on(self, cell: int) -> Fractions:
        """Exact gradients (C, d) of the outputs on a cell."""
        if cell not in self._gradients:
            code = self.partition.code_table.unpack(slice(cell, cell + 1))[0]
            self._gradients[cell] = self.partition.network.affine(code, exact=True)[0]
        return self._gradients[cell]


def _fastest(gradients: Fractions, classes: Sequence[int], direction: Fractions) -> int:
    """The class whose output grows fastest in a direction, the lowest one of several."""
    return max(classes, key=lambda m: (gradients[m] @ direction, -m))
