"""Results as tables in Markdown, padded so that they can be read in a terminal too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.line import Line, digits
from bench.sections import SECTIONS

__all__ = ["asked_for", "markdown", "section", "tables"]

NUMBERS = set("0123456789.,%() to")


def tables(lines: Sequence[Line]) -> dict[str, str]:
    """All tables by name: ``asked``, all limits that were asked for, then each section's."""
    found = {"asked": asked_for(lines)}
    for name in SECTIONS:
        members = [line for line in lines if line.section == name]
        if members:
            found[name] = section(members)
    return {name: text for name, text in found.items() if text}


def asked_for(lines: Iterable[Line]) -> str:
    """What was asked, what was measured, which share of the limit it is; limits that are missed stand out."""
    rows = []
    for line in lines:
        for met in line.met:
            share = digits(met.share)
            rows.append(
                {
                    "case": f"{SECTIONS[line.section]}: {line.name}",
                    "asked": met.asked,
                    "measured": met.measured,
                    "share of the limit": share if met.share <= 1 else f"**{share}**",
                    "beside, ours/other": line.beside,
                    "run": line.run,
                    "to reproduce": f"`{line.test}`",
                }
            )
    return markdown(rows)


def section(lines: Sequence[Line]) -> str:
    """One section's results, without columns that are empty."""
    return markdown([line.columns for line in lines])


def markdown(rows: Sequence[dict[str, str]]) -> str:
    """A table with a column for every heading under which a row has a text; numbers stand on the right."""
    headings = [heading for heading in dict.fromkeys(heading for row in rows for heading in row) if any(row.get(heading) for row in rows)]
    columns = [[row.get(heading, "") for row in rows] for heading in headings]
    on_right = [all(set(text) <= NUMBERS for text in column) for column in columns]
    widths = [max(len(heading), 3, *map(len, column)) for heading, column in zip(headings, columns, strict=True)]
    rule = [f"{'-' * (width - 1)}:" if right else "-" * width for width, right in zip(widths, on_right, strict=True)]
    body = [headings, rule, *zip(*columns, strict=True)] if rows else []
    return "\n".join(f"| {' | '.join(_padded(text, *how) for text, *how in zip(row, widths, on_right, strict=True))} |" for row in body)


def _padded(text: str, width: int, on_right: bool) -> str:
    return text.rjust(width) if on_right else text.ljust(width)
