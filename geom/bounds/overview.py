"""All bounds of one architecture, as a table: those that apply with their numbers, and why the others do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log10

from geom.bounds.architecture import Architecture
from geom.bounds.catalogue import CATALOGUE, Bound
from geom.errors import NetworkError, NotFound
from geom.networks.network import Network

__all__ = ["BoundRow", "BoundTable", "aligned", "short_number", "table"]

LONGEST = 15  # digits that a number may have before a table shows it rounded


@dataclass(frozen=True)
class BoundRow:
    """One bound of an architecture.

    Attributes
    ----------
    bound : Bound
    value : int or None
        Exact; None where the bound does not apply.
    why_not : str
        Which hypothesis fails, with its values; empty where the bound applies.
    attained_by : str
        Code that makes a network, with its domain, that attains a lower bound; empty where `geom.examples` has none. Where the weights would not fit
        doubles, it raises a NetworkError.
    """

    bound: Bound
    value: int | None
    why_not: str = ""
    attained_by: str = ""

    @property
    def applies(self) -> bool:
        return self.value is not None

    def __repr__(self) -> str:
        return f"BoundRow({self.bound.name}: {'does not apply' if self.value is None else short_number(self.value)})"


@dataclass(frozen=True)
class BoundTable:
    """What `table` found: `architecture`, and `rows`, one for each bound of the catalogue and in its order."""

    architecture: Architecture
    rows: tuple[BoundRow, ...]

    def __getitem__(self, name: str) -> BoundRow:
        """The row of the bound with this name.

        Raises
        ------
        NotFound
            If there is none.
        """
        found = next((row for row in self.rows if row.bound.name == name), None)
        if found is None:
            raise NotFound(f"no bound is called {name!r}; there are {'; '.join(row.bound.name for row in self.rows)}")
        return found

    @property
    def best_upper(self) -> int:
        """The least upper bound on the number of cells; the number of codes applies always, so there is one."""
        return min(row.value for row in self.rows if row.value is not None and row.bound.kind == "upper")

    @property
    def best_lower(self) -> int | None:
        """The largest number of cells that a network of this architecture is known to have; None where no bound of this kind applies."""
        return max((row.value for row in self.rows if row.value is not None and row.bound.kind == "lower"), default=None)

    def to_columns(self) -> dict[str, list[object]]:
        """Columns name, value, kind, counts, of, applies, why_not, attained_by, hypotheses, source, status: lists with one entry a bound."""
        columns: dict[str, list[object]] = {"name": [], "value": []}
        columns["name"] = [row.bound.name for row in self.rows]
        columns["value"] = [row.value for row in self.rows]
        for field in ("kind", "counts", "of"):
            columns[field] = [getattr(row.bound, field) for row in self.rows]
        columns["applies"] = [row.applies for row in self.rows]
        columns["why_not"] = [row.why_not for row in self.rows]
        columns["attained_by"] = [row.attained_by for row in self.rows]
        for field in ("hypotheses", "source", "status"):
            columns[field] = [getattr(row.bound, field) for row in self.rows]
        return columns

    def __str__(self) -> str:
        used = [row for row in self.rows if row.value is not None]
        lines = [(row.bound.name, short_number(row.value or 0), row.bound.kind, row.bound.counts, row.bound.of, row.attained_by) for row in used]
        others = [f"  {row.bound.name}: {row.why_not}" for row in self.rows if not row.applies]
        shown = aligned(("bound", "value", "kind", "counts", "of", "attained by"), lines)
        return "\n".join([str(self.architecture), "", *shown, *(["", "do not apply:", *others] if others else [])])

    def __repr__(self) -> str:
        return f"BoundTable({self.architecture}: {sum(row.applies for row in self.rows)} of {len(self.rows)} bounds apply)"


def table(net: Network | Architecture) -> BoundTable:
    """Every bound of the catalogue, for a network's architecture.

    Parameters
    ----------
    net : Network or Architecture
        Of a network, the layers say what its units are: how many pieces, and whether they are ReLU. Units of one piece do not cut.

    Returns
    -------
    BoundTable
        ``str(...)`` is a table to read, ``.rows`` and ``.to_columns()`` have exact integers.

    Raises
    ------
    NetworkError
        If it is neither.

    Notes
    -----
    Values are those of the whole space; upper bounds hold in every domain, since cells of a convex domain lie in different cells of the whole space.

    Examples
    --------
    >>> bounds = table(Architecture.mlp(2, [3, 2]))
    >>> bounds
    BoundTable(2 -> 3 ReLU -> 2 ReLU: 9 of 19 bounds apply)
    >>> bounds["Serra et al. 2018"].value, bounds.best_upper, bounds.best_lower
    (25, 25, 4)
    >>> bounds["Montufar et al. 2014"].attained_by
    'geom.examples.montufar(2, (3, 2))'
    """
    architecture = Architecture.of(net)
    return BoundTable(architecture, tuple(_row(bound, architecture) for bound in CATALOGUE))


def _row(bound: Bound, architecture: Architecture) -> BoundRow:
    if bound.evaluate is None:
        return BoundRow(bound, None, bound.instead)
    try:
        value = bound.evaluate(architecture)
    except NetworkError as error:
        return BoundRow(bound, None, str(error))
    return BoundRow(bound, value, attained_by=bound.example(architecture) if bound.example else "")


def short_number(value: int) -> str:
    """All digits where they are few, else a rounded power of ten: for reading, never for computing.

    Examples
    --------
    >>> short_number(1234567), short_number(2**100)
    ('1,234,567', '1.268e+30')
    """
    if value < 10**LONGEST:
        return f"{value:,}"
    exponent = int((value.bit_length() - 1) * log10(2)) - 1  # Python writes no numbers of more than 4,300 digits
    while value >= 10 ** (exponent + 1):
        exponent += 1
    scaled = (value + 5 * 10 ** (exponent - 4)) // 10 ** (exponent - 3)  # four digits, rounded
    exponent += scaled == 10_000
    return f"{str(scaled)[0]}.{str(scaled)[1:4]}e+{exponent}"


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a plain table: the first column a name, on the left, as words are; columns with digits in every entry on the right."""
    columns = list(zip(header, *rows, strict=True))
    right = [i > 0 and bool(rows) and all(not entry or entry[-1].isdigit() for entry in column[1:]) for i, column in enumerate(columns)]
    widths = [max(map(len, column)) for column in columns]
    lines = []
    for row in (header, *rows):
        entries = [entry.rjust(width) if to_right else entry.ljust(width) for entry, width, to_right in zip(row, widths, right, strict=True)]
        lines.append("  ".join(entries).rstrip())
    return lines
