"""From pytest-benchmark's JSON to one table: times, what is asked for, what others take, and how the signs were decided.

Every ratio is ours divided by the other, from the same run where the other was measured, and below 1 where ours is the smaller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import Any

from rich import box
from rich.table import Table

from bench.asked import ACAS, MEMORY_ASKED, NEIGHBOURS_MEMORY, SECTIONS

__all__ = ["Line", "lines", "notes", "ratio", "table"]

HEADINGS = (
    "network",
    "cells",
    "call\nseconds",
    "walk\nus/cell",
    "call\nus/cell (min)",
    "asked",
    "ours/\nasked",
    "other",
    "takes\nus/cell (min)",
    "ours/\nother",
    "signs by\nfilter",
    "\nrefreshed",
    "64-bit\nintegers",
    "long\nintegers",
)
LEFT = {"network", "other"}


@dataclass(frozen=True)
class Line:
    """One line of the table: a network, the seconds of every round's whole call and what it is compared with."""

    section: str
    name: str
    cells: int
    walk: float
    calls: tuple[float, ...]
    signs: tuple[int, ...]
    asked: Mapping[str, Any] | None = None
    quoted: Mapping[str, Any] | None = None
    rival: Mapping[str, Any] | None = None
    gigabytes: float | None = None
    neighbours: Mapping[str, Any] | None = None
    points: int | None = None
    inputs: int | None = None
    multiply_adds: Sequence[int] | None = None
    bends: Sequence[int] | None = None
    pairs: Sequence[int] | None = None

    @property
    def call(self) -> float:
        """Median seconds of the whole call."""
        return median(self.calls)

    def us(self, seconds: float) -> float:
        """Microseconds for each of our cells, or for each point or input that is looked up."""
        return seconds / (self.points or self.inputs or self.cells) * 1e6

    @property
    def columns(self) -> tuple[str, ...]:
        return (
            self.name if self.gigabytes is None else f"{self.name}, count",
            f"{self.cells:,}",
            f"{self.call:.3f}",
            digits(self.walk / self.cells * 1e6) if self.walk else "",
            self._median_and_least(self.calls),
            *self._asked(),
            *self._other(),
            *(f"{n:,}" for n in self.signs),
            *[""] * (4 - len(self.signs)),
        )

    def _median_and_least(self, seconds: Sequence[float]) -> str:
        return f"{digits(self.us(median(seconds)))} ({digits(self.us(min(seconds)))})"

    def _asked(self) -> tuple[str, str]:
        if self.asked is None:
            return "", ""
        limit, unit = self.asked["limit"], self.asked["unit"]
        if unit == "times":
            return ("", "") if self.rival is None else (f"other/{limit:g}", ratio(min(self.calls), min(self.rival["seconds"]) / limit))
        return f"{limit:g} {unit}", ratio(self.us(self.call) if unit == "us" else self.call, limit)

    def _other(self) -> tuple[str, str, str]:
        if self.rival is not None:
            theirs = self.rival["seconds"]
            return f"{self.rival['tool']}: {self.rival['cells']:,}", self._median_and_least(theirs), ratio(self.call, median(theirs))
        if self.quoted is not None:
            least, most = self.quoted["least"], self.quoted["most"]
            takes = f"{least:g}" if least == most else f"{least:g}-{most:g}"
            return f"{self.quoted['tool']}, quoted", takes, ratio(self.us(self.call), least)
        return "", "", ""


def ratio(ours: float, theirs: float) -> str:
    """Two significant digits.

    Examples
    --------
    >>> ratio(1.0, 1.5), ratio(6.62, 153), ratio(30, 2)
    ('0.67', '0.043', '15')
    """
    return digits(ours / theirs, 2)


def digits(value: float, significant: int = 3) -> str:
    """A positive number to so many significant digits, never in powers of ten.

    Examples
    --------
    >>> digits(0.70390), digits(9.9996), digits(1035.2)
    ('0.704', '10.0', '1035')
    """
    exponent = int(f"{value:.{significant - 1}e}".split("e")[1])
    return f"{value:.{max(0, significant - 1 - exponent)}f}"


def lines(results: Mapping[str, Any]) -> list[Line]:
    """The lines of a benchmark JSON: by section, then in the order in which they were run."""
    found = [_line(dict(entry["extra_info"]), entry["stats"]["data"]) for entry in results.get("benchmarks", []) if "section" in entry["extra_info"]]
    return sorted(found, key=lambda line: SECTIONS.index(line.section))


def _line(info: dict[str, Any], timed: Iterable[float]) -> Line:
    calls, signs = tuple(info.pop("calls", timed)), tuple(info.pop("signs"))
    return Line(calls=calls, signs=signs, **info)


def table(rows: Iterable[Line]) -> Table:
    """One table, a section for each kind of network."""
    result = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in HEADINGS:
        result.add_column(heading, justify="left" if heading in LEFT else "right", no_wrap=True)
    for section, members in groupby(rows, key=lambda line: line.section):
        result.add_section()
        result.add_row(f"[bold]{section}[/bold]")
        for line in members:
            result.add_row(*line.columns)
    return result


def notes(rows: list[Line]) -> list[str]:
    """What the table does not say by itself."""
    said = [
        "walk: the walk itself; call: the whole of geom.subdivide, set-up and sorting included. Median of the rounds, the fastest in brackets.",
        "ours/asked and ours/other compare the call; below 1 ours is faster. Where a tool's figures span a range, its fastest counts; where so many "
        "times less than another tool's time is asked for, the fastest rounds are compared.",
    ]
    if any(line.quoted for line in rows):
        said.append("quoted: from other runs, not measured in this one; the float prototype proves nothing and walked another draw of the network.")
    said.extend(
        f"{tool} {version}: measured in this run, by turns with ours; behind the colon its own number of cells; its time is divided by our cells."
        for tool, version in sorted({(line.rival["tool"], line.rival["version"]) for line in rows if line.rival})
    )
    said.extend(_beside_relucent([line for line in rows if line.rival and "exact_rows" in line.rival]))
    acasxu = [line for line in rows if line.section == ACAS]
    if acasxu:
        exact, total = sum(sum(line.signs[2:]) for line in acasxu), sum(sum(line.signs) for line in acasxu)
        said.append(f"ACAS Xu: {exact:,} of {total:,} signs were decided by exact arithmetic (asked for: fewer than 1 in 100,000).")
    said.extend(
        f"{line.name}: peak memory of the whole process {line.gigabytes:.2f} GB (asked for: under {MEMORY_ASKED:g} GB)."
        for line in rows
        if line.gigabytes is not None
    )
    for line in rows:
        if line.neighbours is not None:
            said.append(_neighbours(line, **line.neighbours))
        if line.pairs is not None:
            ours, theirs = line.pairs
            said.append(f"{line.name}: {ours:,} pairs of cells that share a facet, {theirs:,} by Qhull.")
        if line.bends is not None:
            pieces, angles = line.bends
            said.append(f"{line.name}: a boundary of {pieces:,} pieces with {angles:,} angles.")
        if line.multiply_adds is not None:
            forward, search = line.multiply_adds
            said.append(f"{line.name}: {forward:,} multiply-adds by the layers, {search:,} by the sites of all {line.cells:,} cells.")
        if line.points is not None:
            said.append(f"{line.name}: {line.points:,} points looked up among {line.cells:,} cells, {line.points / line.call:,.0f} a second.")
    return said


def _beside_relucent(rows: Sequence[Line]) -> Iterator[str]:
    """Its edges, and what the comparison becomes if every row is correctly rounded."""
    if not rows:
        return
    edges, factors = [], []
    for line in rows:
        rival = dict(line.rival or {})
        edges.append(f"{line.name} {rival['edges']:,} + {rival['false_edges']}")
        factors.append(f"{line.name} {digits(min(rival['seconds']) / (min(line.calls) + rival['exact_rows']), 2)}")
    yield f"relucent: same cells, same half-spaces; edges of both + pairs that relucent joins though they share no facet: {', '.join(edges)}."
    yield (
        "relucent: ours has the rows of all facets in doubles with a proven bound; with Cell.hrep of every cell on top, correctly rounded, "
        f"ours is so many times faster: {', '.join(factors)}."
    )


def _neighbours(line: Line, gigabytes: float, mean_degree: float, dim: int) -> str:
    asked = f" (asked for: under {NEIGHBOURS_MEMORY:g} GB)" if line.asked else ""
    return (
        f"{line.name}: adjacency is symmetric, connected and without loops; every facet off the border is counted from both sides; "
        f"mean degree {mean_degree:.3f} (2d = {2 * dim}); {gigabytes:.2f} GB beside the partition{asked}."
    )
