"""A verdict proven again, by other means than those that found it.

*Violated* is proven by evaluating the network at the point, exactly. *Holds* is proven cell by cell: the cells are enumerated anew and checked
(`proof`), and for each cell and each polyhedron of the unsafe set weights are found that show that no input of the cell violates (`proof.clear`).
Over all cells of a partition that is proven complete, this is a proof; over a random sample it is evidence.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geom.budget import AnyBudget
from geom.engine.asking import Clause
from geom.errors import GeomError
from geom.partition.partition import Partition
from geom.partition.subdivision import subdivide
from geom.progress import Progress, Reporter, reporting
from geom.proof import Report
from geom.proof import check as check_cells
from geom.proof.clear import certificate
from geom.proof.rows import Composer
from geom.verification.claim import Claim
from geom.verification.counterexample import violation_at
from geom.verification.question import PropertyQuestion

__all__ = ["Confirmation", "confirm"]


@dataclass(frozen=True, repr=False)
class Confirmation:
    """The outcome of `Verification.check`.

    Attributes
    ----------
    verdict : str
        Of the verification.
    cells, checked : int
        Cells of all domains, and how many of them were checked to be clear.
    reports : tuple of Report
        What `geom.check` says of each domain's cells.
    failures : tuple of str
    seconds : float
    """

    verdict: str
    cells: int
    checked: int
    reports: tuple[Report, ...]
    failures: tuple[str, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Nothing wrong was found."""
        return not self.failures and all(report.ok for report in self.reports)

    @property
    def proven(self) -> bool:
        """The verdict is proven: the point violates, or every cell is clear and none is missing."""
        return self.ok and self.checked == self.cells and all(report.proven for report in self.reports)

    def __repr__(self) -> str:
        found = f"{self.verdict}, {'proven' if self.proven else 'not disproved'}" if self.ok else f"{self.verdict}, refuted: {self.failures[:1]}"
        return f"Confirmation({found}: {self.checked:,} of {self.cells:,} cells, {self.seconds:.1f} seconds)"


def confirm(found: Claim, *, sample: int | None = 1000, seed: int = 0, budget: AnyBudget = None, progress: Progress = False) -> Confirmation:
    """Prove a verdict again; see `Verification.check`.

    Raises
    ------
    GeomError
        If the verdict is *unknown*.
    BudgetExceeded, Interrupted
        If the budget ends while cells are enumerated.

    Examples
    --------
    >>> from geom import Box, Network, OutputProperty
    >>> from geom.verification.verification import verify
    >>> tent = Network.mlp([[[1.0], [-1.0]], [[-1.0, -1.0]]], [[0.0, 0.0], [1.0]])
    >>> result = verify(tent, OutputProperty((([[1]], ["-0.5"]),), dim=1), Box([-1], [1]))
    >>> confirm(result).proven
    True
    """
    if found.verdict == "unknown":
        raise GeomError(
            f"the verdict is unknown, stopped by {found.stopped} after {found.cells:,} cells: there is nothing to prove; raise the budget"
        )
    started = time.perf_counter()
    if found.verdict == "violated":
        failures = () if _violates(found) else ("the point does not violate",)
        return Confirmation(found.verdict, 0, 0, (), failures, time.perf_counter() - started)
    reports, wrong, cells, checked = [], [], 0, 0
    # Without a polyhedron nothing is unsafe, and there is nothing to look at.
    for number, domain in enumerate(found.domains if found.unsafe.polyhedra else ()):
        question = PropertyQuestion.of(found.network, domain, found.unsafe)
        part = subdivide(question.net, question.domain, budget=budget, progress=progress)
        reports.append(check_cells(part, level="closure", sample=sample, seed=seed, progress=progress))
        chosen = _drawn(len(part), sample, seed)
        with reporting(progress) as report:
            wrong += [f"domain {number}, {reason}" for reason in _not_clear(part, question, chosen, report)]
        cells, checked = cells + len(part), checked + len(chosen)
    if reports and cells != found.cells:
        wrong.append(f"the domains have {cells:,} cells, and {found.cells:,} were asked")
    return Confirmation(found.verdict, cells, checked, tuple(reports), tuple(wrong), time.perf_counter() - started)


def _violates(found: Claim) -> bool:
    point = found.exact_point
    if point is None:
        return False
    return any(violation_at(found.network, domain, found.unsafe, point) == found.counterexample for domain in found.domains)


def _drawn(n: int, sample: int | None, seed: int) -> Sequence[int]:
    if sample is None or n <= sample:
        return range(n)
    drawn: list[int] = np.sort(np.random.default_rng(seed).choice(n, size=sample, replace=False)).tolist()
    return drawn


def _not_clear(part: Partition, question: PropertyQuestion, cells: Sequence[int], report: Reporter) -> list[str]:
    """The cells, with polyhedra, for which no certificate is found. Rows are composed by the checker, and a cell is described by its facets' rows.

    That the facets are those of the cell is not needed here: fewer rows make a larger set, which is harder to be shown clear of.
    """
    started = time.perf_counter()
    composer = Composer(question.forms.above(question.net), question.domain)
    n_walls, n_forms = len(composer.walls), question.forms.weight.shape[0]
    wrong = []
    for done, i in enumerate(cells):
        cell = part[i]
        rows = composer.rows([*cell.code.tolist(), *[1] * n_forms])
        own = [rows[facet.walls[0] if facet.walls else n_walls + facet.units[0]] for facet in cell.facets]
        forms = rows[len(rows) - n_forms :]
        wrong += [
            f"cell {i}: no certificate against polyhedron {p}" for p, clause in enumerate(question.clauses) if not _is_clear(own, forms, clause)
        ]
        report(done + 1, time.perf_counter() - started)
    return wrong


def _is_clear(own: list[tuple[Any, ...]], forms: list[tuple[Any, ...]], clause: Clause) -> bool:
    rows = [*own, *(forms[k] for k in clause[0])]
    found = certificate(rows)
    return found is not None and found.holds(rows)
