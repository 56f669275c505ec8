"""What a check found: which levels ran on how many cells, what that proves, and every way in which the partition is wrong."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LEVELS", "Failure", "Report"]

LEVELS = {
    "cells": "whether codes are distinct and witnesses strictly inside",
    "closure": "whether facets are as stored, with a neighbour across each",
    "volume": "whether volumes add up to the domain's",
}


@dataclass(frozen=True)
class Failure:
    """One thing that is wrong.

    Attributes
    ----------
    cell : int or None
        The cell's number; None for the partition as a whole.
    level : str
        ``"columns"`` where the columns do not even fit together, else the level at which it was found.
    reason : str
    """

    cell: int | None
    level: str
    reason: str

    def __str__(self) -> str:
        return f"{'partition' if self.cell is None else f'cell {self.cell:,}'}: {self.reason}"


@dataclass(frozen=True, repr=False)
class Report:
    """The outcome of `check`.

    Attributes
    ----------
    n_cells : int
        Cells of the partition.
    checked : dict of str to int
        The levels that ran, in order, and on how many cells.
    seed : int or None
        Of the random sample; None where all cells were asked for.
    failures : tuple of Failure
        The first ones; `n_failures` counts all.
    n_failures : int
    seconds : float

    Examples
    --------
    >>> Report(7, {"cells": 7, "closure": 7}, None, (), 0, 0.01)
    Report(accepted: all 7 cells, closure; proven complete, 0.0 seconds)
    """

    n_cells: int
    checked: dict[str, int]
    seed: int | None
    failures: tuple[Failure, ...]
    n_failures: int
    seconds: float

    @property
    def ok(self) -> bool:
        """Nothing wrong was found."""
        return not self.n_failures

    @property
    def proven(self) -> bool:
        """Every cell is right and none is missing: all cells went through all of closure."""
        return self.ok and self.n_cells > 0 and self.checked.get("closure", 0) == self.n_cells

    @property
    def verdict(self) -> str:
        """One line: accepted or rejected, and what that means."""
        if not self.ok:
            return f"rejected, {self.n_failures:,} failure{'s' * (self.n_failures != 1)}"
        if self.proven:
            return "accepted, proven: every cell is right and none is missing"
        if self.checked.get("cells") == self.n_cells:
            return "accepted: every cell is right; whether one is missing was not asked"
        return "accepted on a sample: evidence, not a proof"

    def facts(self) -> list[tuple[str, str]]:
        """Names and values for a table, one a line."""
        n = max(self.checked.values(), default=0)
        drawn = "all" if n == self.n_cells else f"{n:,}, a random sample (seed {self.seed})"
        lines = [("cells", f"{self.n_cells:,}"), ("checked", drawn if self.checked else "none: the columns do not fit together")]
        lines += [(f"level {level}", f"{n:,} cells: {LEVELS[level]}") for level, n in self.checked.items()]
        lines += [("seconds", f"{self.seconds:,.1f}"), ("verdict", self.verdict)]
        lines += [("failure", str(failure)) for failure in self.failures]
        if self.n_failures > len(self.failures):
            lines.append(("", f"and {self.n_failures - len(self.failures):,} more"))
        return lines

    def __repr__(self) -> str:
        n = max(self.checked.values(), default=0)
        cells = f"all {n:,}" if n == self.n_cells else f"{n:,} of {self.n_cells:,}"
        level = next(reversed(self.checked), "columns")
        found = (
            "proven complete"
            if self.proven
            else "not a proof"
            if self.ok
            else f"{self.n_failures:,} failure{'s' * (self.n_failures != 1)}, first: {self.failures[0]}"
        )
        return f"Report({'accepted' if self.ok else 'rejected'}: {cells} cells, {level}; {found}, {self.seconds:.1f} seconds)"
