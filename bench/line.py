"""One result: from an entry of pytest-benchmark's JSON to numbers, and to the text of a table's columns.

Every ratio is ours divided by the other, from one run, and below 1 where ours is the smaller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

__all__ = ["Line", "Met", "digits", "ratio"]

UNITS = {"us": "us per {per}", "times": "times as fast", "%": "% of the count's time", "least %": "% of the count's time, where it is least"}


@dataclass(frozen=True)
class Met:
    """A limit that was asked for beside what was found; `share` is below 1 where the limit is kept."""

    asked: str
    measured: str
    share: float


@dataclass(frozen=True)
class Line:
    """A network, the seconds of every round's whole call, and what it is compared with.

    Attributes
    ----------
    key : str
        The test that measured it, as pytest names it.
    section, name : str
    cells : int
    calls : tuple of float
        Seconds of every round.
    walk : float
        Median seconds of the walk alone; 0 where there is none.
    signs : tuple of int
        How many were decided by floats, after a vertex was solved anew, in 64-bit integers, in integers of any length.
    per : str
        What a time is divided by: a cell, or a point, an input.
    items : int or None
        How many of these; by default the cells.
    asked : tuple of dict
        See `asked.Asked.beside`.
    quoted, rival : dict or None
        Figures of another tool, from elsewhere or from the same run.
    also : tuple of str
        Further figures.
    figures : dict or None
        Columns of a section that has its own.
    run : str
        In which run it was measured.
    """

    key: str
    section: str
    name: str
    cells: int
    calls: tuple[float, ...]
    walk: float = 0.0
    signs: tuple[int, ...] = ()
    per: str = "cell"
    items: int | None = None
    asked: tuple[Mapping[str, Any], ...] = ()
    quoted: Mapping[str, Any] | None = None
    rival: Mapping[str, Any] | None = None
    also: tuple[str, ...] = ()
    figures: Mapping[str, str] | None = None
    run: str = field(default="", compare=False)

    @property
    def call(self) -> float:
        """Median seconds of the whole call."""
        return median(self.calls)

    def us(self, seconds: float) -> float:
        """Microseconds for each cell, or for each point or input, of which there is at least one."""
        return seconds / (self.items or self.cells) * 1e6

    @property
    def met(self) -> Iterator[Met]:
        """Every limit beside what was measured."""
        for asked in self.asked:
            measured = self._measured(asked)
            if measured is not None:
                limit, unit = asked["limit"], UNITS.get(asked["unit"], asked["unit"]).format(per=self.per)
                share = limit / measured if asked["is_least"] else measured / limit
                most = "at least" if asked["is_least"] else "at most"
                yield Met(f"{most} {limit:,g} {unit}", digits(measured), share)

    def _measured(self, asked: Mapping[str, Any]) -> float | None:
        if asked["measured"] is not None:
            return float(asked["measured"])
        if asked["unit"] == "times":
            return None if self.rival is None else min(self.rival["seconds"]) / min(self.calls)
        return self.us(self.call) if asked["unit"] == "us" else self.call

    @property
    def beside(self) -> str:
        """The other tool of this very run, and ours divided by it."""
        return "" if self.rival is None or "seconds" not in self.rival else f"{self.rival['tool']} {ratio(self.call, median(self.rival['seconds']))}"

    @property
    def columns(self) -> dict[str, str]:
        """Heading and text of each column of the section's table."""
        found = self._timing() if self.figures is None else self.figures
        return {"case": self.name, **found, "run": self.run, "to reproduce": f"`{self.test}`"}

    @property
    def test(self) -> str:
        """The key without the folder that all keys begin with."""
        return self.key.removeprefix("bench/")

    def _timing(self) -> dict[str, str]:
        found = {
            "cells": f"{self.cells:,}",
            "seconds": digits(self.call),
            f"us per {self.per} (fastest)": self._median_and_least(self.calls),
            "walk alone": digits(self.us(self.walk)) if self.walk else "",
        }
        if self.rival is not None:
            theirs = self.rival["seconds"]
            found |= {
                "other: its cells": f"{self.rival['tool']}: {self.rival['cells']:,}",
                "takes": self._median_and_least(theirs),
                "ours/other": ratio(self.call, median(theirs)),
            }
        if self.quoted is not None:
            least, most = self.quoted["least"], self.quoted["most"]
            takes = f"{least:g}" if least == most else f"{least:g} to {most:g}"
            found |= {"quoted": f"{self.quoted['tool']} {takes}", "ours/quoted": ratio(self.us(self.call), least)}
        if self.signs:
            found["signs by floats, refreshed, 64-bit, long integers"] = ", ".join(f"{n:,}" for n in self.signs)
        return found | {"further": "; ".join(self.also)}

    def _median_and_least(self, seconds: Sequence[float]) -> str:
        return f"{digits(self.us(median(seconds)))} ({digits(self.us(min(seconds)))})" if self.items or self.cells else ""


def ratio(ours: float, theirs: float) -> str:
    """Two significant digits.

    Examples
    --------
    >>> ratio(1.0, 1.5), ratio(6.62, 153), ratio(30, 2)
    ('0.67', '0.043', '15')
    """
    return digits(ours / theirs, 2)


def digits(value: float, significant: int = 3) -> str:
    """A number that is not negative to so many significant digits, never in powers of ten.

    Examples
    --------
    >>> digits(0.70390), digits(9.9996), digits(1035.2), digits(0)
    ('0.704', '10.0', '1,035', '0')
    """
    if not value:
        return "0"
    exponent = int(f"{value:.{significant - 1}e}".split("e")[1])
    return f"{value:,.{max(0, significant - 1 - exponent)}f}"
