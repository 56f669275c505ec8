"""The levels of a check, each on top of the one before: cells, closure, volume."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from geom.arguments import whole_number
from geom.errors import DomainError, GeomError, shown
from geom.exact import Row, integer_row
from geom.polyhedra.domain import Box, Domain
from geom.polyhedra.polyhedron import volume
from geom.progress import Progress, reporting
from geom.proof.across import code_across, outwards
from geom.proof.report import LEVELS, Failure, Report
from geom.proof.rows import Composer, values
from geom.proof.solid import Solid
from geom.proof.stored import CodeIndex, misfit, stored_facets, stored_witness, unpack

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["check"]

MAX_FAILURES = 100  # that a report lists; it counts all
VOLUME_DIM = 3  # up to which volumes are added up unasked

Level = Literal["cells", "closure", "volume"]
Rows = Sequence[Sequence[Any]]


def check(
    part: Partition | str | PathLike[str],
    *,
    level: Level | None = None,
    sample: int | None = 1000,
    seed: int = 0,
    progress: Progress = False,
) -> Report:
    """Prove a partition again, in exact arithmetic and without the engine that made it.

    Parameters
    ----------
    part : Partition or path
        A path is opened by `geom.open`.
    level : "cells", "closure" or "volume", optional
        How far to go. *cells*: codes are distinct, and each cell's witness lies strictly inside it. *closure*: also each cell's facets are
        those stored, and across each facet off the domain's border there is a cell of the list; over all cells this proves that none is missing.
        *volume*: also the volumes add up to the domain's. By default closure, and volume where the domain is bounded, of at most three
        dimensions, and all cells are checked.
    sample : int or None
        At most so many cells are checked: all if the partition has no more, else a random sample. None: all. Codes are compared among all cells in
        any case, and neighbours are looked for among all.
    seed : int
        Of the sample.
    progress : bool or callable
        True shows a progress bar; a callable gets cells and seconds after each cell.

    Returns
    -------
    Report
        Whatever is wrong with the partition is in it, never raised.

    Raises
    ------
    LoadError
        If the file cannot be read.
    GeomError
        If the level or sample is none, or volumes are asked for of a sample or an unbounded domain.

    Notes
    -----
    The argument is in docs/checking.md.

    Examples
    --------
    >>> import geom
    >>> net = geom.Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]])
    >>> report = check(geom.subdivide(net, geom.Box([-1], [1])))
    >>> report.ok, report.proven, report.checked
    (True, True, {'cells': 3, 'closure': 3, 'volume': 3})
    """
    opened = _opened(part)
    started = time.perf_counter()
    cells = _cells_to_check(opened, level, sample, seed)
    is_sample = len(cells) < len(opened)
    wanted = _levels(opened, level, is_sample)
    wrong = misfit(opened)
    if wrong:
        return Report(len(opened), {}, None, (Failure(None, "columns", wrong),), 1, time.perf_counter() - started)
    run = _Check(opened, wanted)
    with reporting(progress) as report:
        run.all(cells, lambda done: report(done, time.perf_counter() - started))
    return Report(len(opened), run.checked, seed if is_sample else None, tuple(run.failures), run.n_failures, time.perf_counter() - started)


class _Check:
    """A check under way: what it compares with, and what it has found so far."""

    def __init__(self, part: Partition, levels: Sequence[str]) -> None:
        self.part, self.domain = part, part.domain
        self.composer = Composer(part.network, part.domain)
        self.index = CodeIndex(part.columns.words, part.network.widths)
        self.checked = dict.fromkeys(levels, 0)
        self.failures: list[Failure] = []
        self.n_failures = 0
        self.volume = Fraction(0)

    def all(self, cells: NDArray[np.int64], report: Callable[[int], None]) -> None:
        """Every level on these cells; `report` is told how many are done."""
        for cell, twin in self.index.twins():
            self._fail(cell, "cells", f"has the code of cell {twin:,}")
        codes, tidy = unpack(self.part.columns.words[cells], self.part.network.widths)
        for cell, code, is_tidy in zip(cells.tolist(), codes, tidy.tolist(), strict=True):
            if not is_tidy:
                self._fail(cell, "cells", "the packed code has bits beyond the units")
            self._cell(cell, code.tolist())
            report(self.checked["cells"])
        if "volume" in self.checked and self.checked["volume"] == len(self.part):
            expected = _volume_of(self.domain)
            if self.volume != expected:
                self._fail(None, "volume", f"the volumes add up to {float(self.volume / expected)!r} of the domain's")

    def _cell(self, cell: int, code: list[int]) -> None:
        rows = self.composer.rows(code)
        self.checked["cells"] += 1
        point, wrong = stored_witness(self.part, cell)
        witness = integer_row([*point, Fraction(1)])
        wrong = wrong or _not_inside(rows, witness, code, len(self.composer.walls))
        if wrong:
            self._fail(cell, "cells", wrong)  # and no further: without a point inside, cddlib must not be asked
        elif "closure" in self.checked:
            self._closure(cell, code, rows, witness)

    def _closure(self, cell: int, code: list[int], rows: Rows, witness: Row) -> None:
        self.checked["closure"] += 1
        n_walls = len(self.composer.walls)
        stored = stored_facets(self.part, cell, len(rows))
        solid = Solid.of(rows, witness, [group[0] for group in stored.groups])
        found = list(solid.facets.values())
        if stored.reason or sorted(map(sorted, stored.groups)) != sorted(found):
            self._fail(cell, "closure", stored.reason or _difference(stored.groups, found, n_walls))
        if bool(self.part.columns.is_bounded[cell]) != solid.is_bounded:
            self._fail(cell, "closure", f"is {'' if solid.is_bounded else 'un'}bounded, stored otherwise")
        vanishing = {i - n_walls for i, row in enumerate(rows) if not any(row)}
        for facet in found:
            if facet[0] >= n_walls:  # a facet on a wall has no neighbour
                zero = vanishing | {i - n_walls for i in facet}
                across = code_across(self.composer.layers, self.composer.first, code, zero, outwards(rows[facet[0]]))
                if self.index.find(across) < 0:
                    self._fail(cell, "closure", f"no cell has the code across the facet of {_named(facet, n_walls)}")
        if "volume" in self.checked and solid.is_bounded:
            self.checked["volume"] += 1
            self.volume += volume(solid.points(), solid.tight())

    def _fail(self, cell: int | None, level: str, reason: str) -> None:
        self.n_failures += 1
        if len(self.failures) < MAX_FAILURES:
            self.failures.append(Failure(cell, level, reason))


# --- what is asked ---------------------------------------------------------------------------------------------------------------------------


def _opened(part: Partition | str | PathLike[str]) -> Partition:
    if isinstance(part, (str, PathLike)):
        from geom.partition.store import open_

        return open_(part)
    if not all(hasattr(part, name) for name in ("network", "domain", "columns")):
        raise GeomError(f"expected a geom.Partition or the path of a saved one, got {type(part).__name__}")
    return part


def _cells_to_check(part: Partition, level: str | None, sample: int | None, seed: int) -> NDArray[np.int64]:
    if level is not None and (not isinstance(level, str) or level not in LEVELS):
        raise GeomError(f"level {shown(level)} is none of {', '.join(LEVELS)}")
    whole_number(seed, "seed", 0)
    if sample is not None:
        whole_number(sample, "sample, the most cells to check (None: all),", 1)
    if sample is None or len(part) <= sample:
        return np.arange(len(part), dtype=np.int64)
    return np.sort(np.random.default_rng(seed).choice(len(part), size=sample, replace=False)).astype(np.int64)


def _levels(part: Partition, level: str | None, is_sample: bool) -> list[str]:
    """The levels to run, in order."""
    if level == "volume" and is_sample:
        raise GeomError(f"volumes add up over all {len(part):,} cells only; pass sample=None, or --all on the command line")
    if level == "volume" and not part.domain.is_bounded:
        raise DomainError("level 'volume' needs a bounded domain; 'closure' proves as much")
    if level is None:
        level = "volume" if part.domain.is_bounded and part.domain.dim <= VOLUME_DIM and not is_sample else "closure"
    return list(LEVELS)[: list(LEVELS).index(level) + 1]


# --- what is compared ------------------------------------------------------------------------------------------------------------------------


def _not_inside(rows: Rows, witness: Row, code: Sequence[int], n_walls: int) -> str:
    """Why the witness is not strictly inside the cell of these rows, else an empty string."""
    for i, (row, value) in enumerate(zip(rows, values(rows, [witness])[0], strict=True)):
        if not any(row):
            if i >= n_walls and code[i - n_walls]:
                return f"{_named([i], n_walls)} vanishes identically but has code 1"
        elif value <= 0:
            return f"the witness does not lie strictly on the cell's side of {_named([i], n_walls)}"
    return ""


def _difference(stored: list[list[int]], found: list[list[int]], n_walls: int) -> str:
    """The first facet in which two lists differ."""
    expected = {tuple(facet) for facet in found}
    given = [tuple(sorted(group)) for group in stored]
    for facet in given:
        if facet not in expected:
            return f"there is no facet whose constraints are {_named(facet, n_walls)}"
        if given.count(facet) > 1:
            return f"the facet of {_named(facet, n_walls)} is stored twice"
    missing = min(expected - set(given))
    return f"the facet of {_named(missing, n_walls)} is not stored"


def _named(constraints: Sequence[int], n_walls: int) -> str:
    return ", ".join(f"wall {i}" if i < n_walls else f"unit {i - n_walls}" for i in constraints)


def _volume_of(domain: Domain) -> Fraction:
    if isinstance(domain, Box):
        return prod((b - a for a, b in zip(domain.exact_low, domain.exact_high, strict=True)), start=Fraction(1))
    found = domain.generators()
    return volume(found.vertices, found.tight)
