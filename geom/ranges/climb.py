"""The largest value of one functional among candidates that a walk puts out, decided in rationals.

The walk puts out every generator of a cell at which floats with error bounds do not exclude the largest value. Here each is bounded again by the
exact form of its cell, and evaluated exactly if that leaves it possible. Cells with one form are taken together, and where that form is constant
nothing is evaluated at all: so plateaus cost one composition, not one a cell.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.engine.codes import CodeTable
from geom.engine.ragged import owners, runs
from geom.errors import GeomError
from geom.exact import FloatArray, Row, as_fractions, integer_row, round_fraction
from geom.kernels.numbers.ball import INFLATE, U
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import TINIEST, PieceTable
from geom.ranges.live_codes import AffineForm, Functional

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Climb", "Top"]

Ints = NDArray[np.int64]


class Top(NamedTuple):
    """The largest value found so far.

    Attributes
    ----------
    value : Fraction or None
        None where there is none: the functional grows for ever along `ray`.
    cell : int
        The lowest number among the cells that were put out and attain it.
    point : Row
        In homogeneous integers: where it is attained, or where the ray begins.
    ray : Row or None
    """

    value: Fraction | None
    cell: int
    point: Row
    ray: Row | None = None


class Climb:
    """Takes candidates of one form of a walk, a batch at a time.

    Parameters
    ----------
    inquiry : Inquiry
        Asked with HIGHEST.
    form : int
        Of the inquiry's forms.
    functional : Functional
        The same as a functional of outputs.
    part : Partition
        Its cells, which numbers them and has a point inside each.
    """

    def __init__(self, inquiry: Inquiry, form: int, functional: Functional, part: Partition) -> None:
        self.inquiry, self.form, self.functional, self.part = inquiry, form, functional, part
        self.top: Top | None = None
        self._forms: dict[bytes, AffineForm] = {}

    def highest(self) -> Top:
        """The largest value of all, when all was looked at."""
        assert self.top is not None, "a cell without lines has a vertex"
        return self.top

    def take(self, pieces: PieceTable) -> None:
        """Look at one more batch."""
        own = np.flatnonzero(pieces.clause == self.form)
        cells = self.part.code_table.find_words(pieces.words[own])
        if (cells < 0).any():
            raise GeomError("the walk met a cell that this partition does not have: it is not a partition of its network and domain")
        table = self.part.code_table
        words = table.pack(self.functional.live(table.unpack(cells)))
        order, begins = _groups(words)
        for start, stop in pairwise(begins):
            members = order[start:stop]
            self._take_group(pieces, own[members], cells[members], self._form_on(words[members[:1]]))

    def _form_on(self, words: NDArray[np.uint64]) -> AffineForm:
        key = words.tobytes()
        if key not in self._forms:
            self._forms[key] = self.functional.on(CodeTable(words, self.part.network.widths).unpack()[0])
        return self._forms[key]

    def _take_group(self, pieces: PieceTable, members: Ints, cells: Ints, form: AffineForm) -> None:
        """Pieces of cells on which the functional is this form."""
        if form.is_constant:
            value, cell = form.scale * form.row[-1], int(cells.min())
            if self._is_better(value, cell):
                self.top = Top(value, cell, self._inside(cell))
            return
        begins, vertices = runs(pieces.vertex_at, members)
        at = owners(begins)
        highest = _upper_bounds(pieces, vertices, form)
        for k in np.argsort(-highest, kind="stable").tolist():
            if not self._may_count(highest[k]):
                break
            self._try(pieces, int(members[at[k]]), int(cells[at[k]]), int(vertices[k]), form)

    def _may_count(self, bound: float) -> bool:
        """Whether a value up to this bound may be as large as the largest so far; rays have infinite bounds."""
        if self.top is None:
            return True
        if self.top.value is None:
            return bound == math.inf
        return bound >= math.nextafter(round_fraction(self.top.value), -math.inf)

    def _try(self, pieces: PieceTable, piece: int, cell: int, vertex: int, form: AffineForm) -> None:
        """Evaluate one generator exactly."""
        point = self._exact(pieces, piece, vertex)
        value = form.at(point)
        if not point[-1]:
            if value > 0 and (self.top is None or self.top.value is not None or cell < self.top.cell):
                self.top = Top(None, cell, self._inside(cell), point)
        elif self._is_better(value, cell):
            self.top = Top(value, cell, point)

    def _is_better(self, value: Fraction, cell: int) -> bool:
        if self.top is None:
            return True
        return self.top.value is not None and (value > self.top.value or (value == self.top.value and cell < self.top.cell))

    def _inside(self, cell: int) -> Row:
        """The witness of a cell, in homogeneous integers."""
        found = self.part[cell]
        exact = found.exact_witness if found.exact_witness is not None else as_fractions(found.witness)
        return integer_row([*exact, Fraction(1)])

    def _exact(self, pieces: PieceTable, piece: int, vertex: int) -> Row:
        return self.inquiry.exact_vertex(pieces.tight_of(vertex), pieces.words[piece], pieces.vertex[vertex])


def _groups(words: NDArray[np.uint64]) -> tuple[Ints, list[int]]:
    """An order in which equal rows (n, V) stand together, and where each group of them begins and ends."""
    if not words.size:
        return np.arange(len(words)), [0, len(words)] if len(words) else [0]
    order = np.lexsort(words.T)
    is_new = (words[order[1:]] != words[order[:-1]]).any(axis=1)
    return order, [0, *(1 + np.flatnonzero(is_new)).tolist(), len(words)]


def _upper_bounds(pieces: PieceTable, vertices: Ints, form: AffineForm) -> FloatArray:
    """Above the form's value at each true vertex; at rays infinite, and negative where the form certainly does not grow."""
    *slopes, constant = form.floats()
    a, x, is_ray = np.array(slopes), pieces.vertex[vertices], pieces.is_ray[vertices]
    with np.errstate(over="ignore", invalid="ignore"):
        offset = np.where(is_ray, 0.0, constant)
        size = np.abs(x) @ np.abs(a) + np.abs(offset)
        doubt = size * 2.0 * U * (len(a) + 4) + pieces.radius[vertices] * np.abs(a).sum() + TINIEST * (len(a) + 4) * (2.0 + np.abs(x).sum(axis=1))
        highest = x @ a + offset + doubt * INFLATE
    highest = np.where(np.isnan(highest), np.inf, highest)
    return np.where(is_ray, np.where(highest < 0, -np.inf, np.inf), highest)
