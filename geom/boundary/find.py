"""One walk over the domain that finds a boundary, and the three boundaries that a partition can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from geom.boundary.boundary import Boundary
from geom.boundary.question import BoundaryQuestion, argmax_question, logit_question, unit_question, zero_question
from geom.boundary.sides import Sided, sided
from geom.budget import AnyBudget
from geom.engine.asking import OPEN
from geom.networks.network import Network
from geom.progress import Progress
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import PieceTable, joined
from geom.questions.whole import require_complete, require_whole

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["decision_boundary", "unit_edge", "zero_set"]

GAPS = "so its boundaries would have gaps"


def decision_boundary(partition: Partition, asked: tuple[int, ...] = (), *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
    """The boundary of `Partition.decision_boundary`; `asked` are the classes that are named (`question.classes_asked`)."""
    require_whole(partition, GAPS)
    net = partition.network
    return _found(partition, argmax_question(net, asked) if net.output_dim > 1 else logit_question(net), budget, progress)


def zero_set(partition: Partition, c: ArrayLike, offset: object = 0, *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
    """The boundary of `Partition.zero_set`."""
    require_whole(partition, GAPS)
    return _found(partition, zero_question(partition.network, c, offset), budget, progress)


def unit_edge(partition: Partition, layer: int, unit: int, *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
    """The boundary of `Partition.edge`."""
    require_complete(partition, GAPS)
    question = unit_question(partition.network, layer, unit)
    return _found(partition.coarser(layer), question, budget, progress)


def _found(partition: Partition, question: BoundaryQuestion, budget: AnyBudget, progress: Progress) -> Boundary:
    inquiry = Inquiry(partition.network, question.forms, partition.domain, question.clauses, OPEN)
    if inquiry.is_trivial:
        return Boundary(partition, inquiry, question, _constant(partition.network, question, inquiry))
    if len(question.clauses) > 2 and inquiry.cuts_forms_first:
        # Nothing below the forms cuts, so there is one cell, and no time for a budget or a bar.
        raw = joined([_pieces_of_clause(partition, question, p) for p in range(len(question.clauses))])
    else:
        inquiry.finish(budget, progress, len(partition))
        raw = inquiry.pieces()
    return Boundary(partition, inquiry, question, sided(partition, inquiry, question, raw))


def _pieces_of_clause(partition: Partition, question: BoundaryQuestion, p: int) -> PieceTable:
    """What a walk with the forms of one clause alone finds, numbered as if it had them all.

    Of an affine network over a domain with lines the walk begins with cuts by forms; those of other classes would cut a class's pieces in two.
    """
    own = sorted({*question.clauses[p][0], *question.clauses[p][1]})
    clause = [own.index(form) for form in question.clauses[p][0]], [own.index(form) for form in question.clauses[p][1]]
    inquiry = Inquiry(partition.network, question.forms.take(own), partition.domain, [clause], OPEN)
    inquiry.finish()
    raw = inquiry.pieces()
    number = np.append(np.arange(first := partition.n_walls + partition.network.n_units), [first + form for form in own]).astype(np.int32)
    return raw._replace(clause=raw.clause + np.int32(p), constraint=number[raw.constraint], tight=number[raw.tight], name=number[raw.name])


def _constant(net: Network, question: BoundaryQuestion, inquiry: Inquiry) -> Sided:
    """Of outputs that do not depend on the input: no piece, but all of the space where a form that is asked for vanishes and no output is larger."""
    code = net.exact_code([0] * net.input_dim)
    values = Network([*net.hidden, net.head]).affine(code, exact=True)[1]
    constants = inquiry.constants()
    ties = [
        (0, i, j)
        for form, (i, j) in enumerate(question.pair.tolist())
        if constants[form] == 0 and (j < 0 or (i == values.tolist().index(max(values)) and question.is_wanted(i, j)))
    ]
    none, vanishing = np.zeros(0, dtype=np.int64), np.array(ties, dtype=np.int64).reshape(-1, 3)
    return Sided(inquiry.pieces(), none, np.zeros((0, 2), dtype=np.int32), none, none.astype(np.bool_), vanishing, vanishing)
