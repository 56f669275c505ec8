"""docs/benchmarks.md: its prose is written by hand, its tables by the benchmark, each between two comments that name it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_lowercase

from bench.networks import ROOT
from bench.store import Run

__all__ = ["PAGE", "filled", "names", "runs_text"]

PAGE = ROOT / "docs" / "benchmarks.md"
TABLE = re.compile(r"(<!-- table: (?P<name>\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)


def names(page: str) -> list[str]:
    """Tables for which a page has room."""
    return [found["name"] for found in TABLE.finditer(page)]


def filled(page: str, tables: Mapping[str, str]) -> str:
    """The page with these tables in their places; where there is none, it says so.

    Examples
    --------
    >>> print(filled("<!-- table: walk -->\\nold\\n<!-- end of table -->", {"walk": "| new |"}))
    <!-- table: walk -->
    <BLANKLINE>
    | new |
    <BLANKLINE>
    <!-- end of table -->
    """
    return TABLE.sub(lambda found: f"{found[1]}\n{tables.get(found['name']) or 'Not measured yet.'}\n\n{found[3]}", page)


def runs_text(runs: Mapping[str, Run]) -> str:
    """One item for each run, by its letter."""
    said = (
        f"{run['date']}, commit {run['commit']}; {run['machine']}, load {run['load']} at its start; Python {run['python']}, {run['packages']}."
        for run in runs.values()
    )
    return "\n".join(f"- **{letter}**: {text}" for letter, text in zip(ascii_lowercase, said, strict=False))
