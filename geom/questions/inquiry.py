"""One walk that asks every cell the same question, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geom.budget import AnyBudget, Budget, raise_if_stopped
from geom.engine.asking import Clause
from geom.engine.oracle import Oracle
from geom.engine.run import Walk
from geom.engine.start import without_idle
from geom.engine.switches import Engine
from geom.exact import FloatArray, Fractions, Row, meet
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Domain, integer_walls
from geom.progress import Progress, Reporter, reporting
from geom.questions.forms import Forms
from geom.questions.piece_table import PieceTable, gathered

__all__ = ["Inquiry"]


class Inquiry:
    """A question about forms of a network's outputs, asked of all cells of a domain.

    Parameters
    ----------
    net : Network
    forms : Forms
    domain : Domain
    clauses : sequence of (forms >= 0, forms <= 0)
    mode : OPEN, CLOSED or HIGHEST
        See `kernels.cells.clauses`.
    stops : bool
        Whether the first piece ends the walk.
    engine : Engine, optional
    """

    def __init__(
        self,
        net: Network,
        forms: Forms,
        domain: Domain,
        clauses: Sequence[Clause],
        mode: int,
        stops: bool = False,
        engine: Engine | None = None,
    ) -> None:
        self.net, self.domain, self.forms = net, domain, forms
        self.extended = forms.above(net)
        self.walk = Walk(self.extended, domain, engine)
        self.walk.ask(clauses, mode, stops)

    @property
    def is_trivial(self) -> bool:
        """Whether nothing depends on the input, in the whole space: then there is nothing to walk, and one cell."""
        return not self.walk.start.pieces

    @property
    def has_lines(self) -> bool:
        """Whether all cells contain a line, because nothing depends on some direction."""
        return len(self.walk.start.kept) < self.net.input_dim

    @property
    def cuts_forms_first(self) -> bool:
        """Whether the walk is cut by forms before it begins, because no layer below them cuts and its domain contains lines."""
        return len(self.walk.start.layers) == 1 and bool(self.walk.start.cut)

    def run(self, budget: Budget, progress: Reporter) -> str | None:
        """Walk; returns None when every cell was asked (or the answer found), else the limit that stopped it."""
        return self.walk.run(None, lambda: 0 if self.walk.asking is None else self.walk.asking.n_bytes, budget, progress)

    def finish(
        self, budget: AnyBudget = None, progress: Progress = False, expected: int | None = None, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """Walk to the end: every cell is asked.

        Parameters
        ----------
        budget : Budget or dict, optional
        progress : bool or callable
            As in `geom.subdivide`.
        expected : int, optional
            How many cells there are, for the progress bar.
        meanwhile : callable
            Called about twenty times a second.

        Raises
        ------
        BudgetExceeded, Interrupted
            At a limit or Ctrl-C; `partial` is None, because an answer about some cells is none about all.
        """
        limits = Budget.of(budget)
        with reporting(progress, lambda: expected) as report:

            def further(cells: int, seconds: float) -> None:
                meanwhile()
                report(cells, seconds)

            raise_if_stopped(self.run(limits, further), limits, self.cells)

    @property
    def cells(self) -> int:
        """Cells that were asked; one where no unit cuts, though the walk may then have begun with several pieces of the space."""
        return self.walk.cells if without_idle(self.net.hidden) else min(1, self.walk.cells)

    @property
    def has_found(self) -> bool:
        """Whether anything was found so far."""
        return self.walk.asking is not None and bool(self.walk.asking.chunks)

    def pieces(self) -> PieceTable:
        """What was found so far."""
        chunks = self.walk.asking.chunks if self.walk.asking is not None else []
        return gathered(chunks, self.walk.start, self.extended.widths, self.walk.n_idle, self.net.input_dim)

    def take(self) -> PieceTable:
        """What was found since the last time; it is not kept."""
        pieces = self.pieces()
        if self.walk.asking is not None:
            self.walk.asking.chunks.clear()
        return pieces

    @cached_property
    def oracle(self) -> Oracle:
        """Exact rows of walls, units and forms in input coordinates."""
        return Oracle(self.extended.hidden, integer_walls(self.domain))

    def constants(self) -> Fractions:
        """(F,) values of the forms at the origin, exactly."""
        code = self.net.exact_code([0] * self.net.input_dim)
        return self.linear.affine(code, exact=True)[1]

    @cached_property
    def linear(self) -> Network:
        """The network whose outputs are the forms."""
        return Network([*self.net.hidden, Layer.linear(*self.forms)])

    def row(self, number: int, words: NDArray[np.uint64]) -> Row:
        """Integer row of a constraint on the cell of this packed code (without the forms)."""
        return self.oracle.row(number, words)

    def exact_vertex(self, tight: NDArray[np.int32], words: NDArray[np.uint64], near: FloatArray) -> Row:
        """The vertex at which these constraints are tight, in homogeneous integers; a ray in the sense of the float one."""
        dropped = sorted({*range(self.net.input_dim)} - {*self.walk.start.kept})
        rows = [self.row(number, words) for number in tight.tolist()]
        rows += [tuple(int(i == j) for i in range(self.net.input_dim + 1)) for j in dropped]
        point = meet(rows)
        if point[-1]:
            return point
        j = int(np.argmax(np.abs(near)))
        return point if (point[j] > 0) == (near[j] > 0) else tuple(-v for v in point)
