"""True counts beside bounds: which hold, which are attained, and by how much the others miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from geom.bounds.architecture import Architecture, as_count
from geom.bounds.given import given_rows
from geom.bounds.overview import BoundRow, aligned, short_number, table
from geom.bounds.reproduction import reproduction
from geom.errors import GeomError, NetworkError
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.polyhedra.domain import Domain
from geom.questions.whole import require_complete

__all__ = ["BoundCheck", "BoundViolated", "Validation", "compare", "counted", "validate"]

FEW_CELLS = 100_000  # of which linear regions are found in seconds


class BoundViolated(GeomError):
    """A count is larger than an upper bound allows, or not what an exact count says: an error here, or a discovery.

    Attributes
    ----------
    name : str
        Of the bound.
    value, count : int
        The bound and the number of cells that was found.
    reproduce : str
        Python code that makes the network, exactly, and counts again; empty where only numbers were compared.
    """

    def __init__(self, name: str, value: int, count: int, reproduce: str = "") -> None:
        self.name, self.value, self.count, self.reproduce = name, value, count, reproduce
        super().__init__(self.summary + (f"; to reproduce it:\n\n{reproduce}" if reproduce else ""))

    @property
    def summary(self) -> str:
        """The contradiction in one line."""
        return f"{self.count:,} cells contradict the bound {self.name!r}, which is {self.value:,}: one of the two is wrong"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.name, self.value, self.count, self.reproduce)


@dataclass(frozen=True)
class BoundCheck:
    """One bound that applies, beside the count that it is about.

    Attributes
    ----------
    row : BoundRow
    count : int
        Cells; linear regions beside a lower bound on these, where they were counted.
    """

    row: BoundRow
    count: int

    @property
    def value(self) -> int:
        assert self.row.value is not None, "only bounds that apply are checked"
        return self.row.value

    @property
    def is_upper(self) -> bool:
        return self.row.bound.kind == "upper"

    @property
    def holds(self) -> bool | None:
        """Whether count and bound agree; None for a lower bound above the count: it is about the best network, which this one is not."""
        if self.row.bound.kind == "exact":
            return self.count == self.value
        if self.is_upper:
            return self.count <= self.value
        return True if self.count >= self.value else None

    @property
    def is_tight(self) -> bool:
        """Whether the two are equal."""
        return self.count == self.value

    @property
    def difference(self) -> int:
        """The bound less the count."""
        return self.value - self.count

    @property
    def ratio(self) -> Fraction:
        """The bound over the count, exactly."""
        return Fraction(self.value, self.count)

    @property
    def verdict(self) -> str:
        """In words."""
        if self.is_tight:
            return "attained"
        if self.row.bound.kind != "lower":
            return "holds" if self.holds else "VIOLATED"
        return "exceeded by this network" if self.holds else "not reached: it is about the best network"

    def __repr__(self) -> str:
        return f"BoundCheck({self.row.bound.name}: {short_number(self.count)} beside {short_number(self.value)}, {self.verdict})"


@dataclass(frozen=True)
class Validation:
    """The counts of one network beside all bounds that apply to it.

    Attributes
    ----------
    architecture : Architecture
    cells : int
    linear_regions : int or None
        None where they were not counted.
    checks : tuple of BoundCheck
    """

    architecture: Architecture
    cells: int
    linear_regions: int | None
    checks: tuple[BoundCheck, ...]

    @property
    def ok(self) -> bool:
        """Whether no bound is violated."""
        return all(check.holds is not False for check in self.checks)

    @property
    def tight(self) -> tuple[BoundCheck, ...]:
        """The bounds that this network attains."""
        return tuple(check for check in self.checks if check.is_tight)

    def to_columns(self) -> dict[str, list[object]]:
        """Columns name, kind, value, count, holds, tight, difference, ratio: lists with one entry a bound."""
        return {
            "name": [check.row.bound.name for check in self.checks],
            "kind": [check.row.bound.kind for check in self.checks],
            "value": [check.value for check in self.checks],
            "count": [check.count for check in self.checks],
            "holds": [check.holds for check in self.checks],
            "tight": [check.is_tight for check in self.checks],
            "difference": [check.difference for check in self.checks],
            "ratio": [check.ratio for check in self.checks],
        }

    def __str__(self) -> str:
        header = ("bound", "kind", "value", "count", "difference", "ratio", "verdict")
        lines = [
            (
                check.row.bound.name,
                check.row.bound.kind,
                short_number(check.value),
                short_number(check.count),
                ("-" if check.difference < 0 else "") + short_number(abs(check.difference)),
                _short_ratio(check.ratio),
                check.verdict,
            )
            for check in self.checks
        ]
        regions = "not counted" if self.linear_regions is None else f"{self.linear_regions:,}"
        return "\n".join([f"{self.architecture}: {self.cells:,} cells, linear regions {regions}", "", *aligned(header, lines)])

    def __repr__(self) -> str:
        return f"Validation({self.cells:,} cells beside {len(self.checks)} bounds, {len(self.tight)} attained)"


def validate(part: Partition, *, linear_regions: bool | None = None, known: Mapping[str, int] | None = None) -> Validation:
    """The number of cells of a partition, and of its linear regions, beside every bound of its architecture and the exact number of its arrangement.

    Parameters
    ----------
    part : Partition
        Complete; of any domain. Upper bounds are those of the whole space and hold in every domain. Of one hidden layer in the whole space the
        characteristic polynomial of the given hyperplanes has the exact number; it is computed where that takes no more than some seconds.
    linear_regions : bool, optional
        Whether to count these too; by default for up to 100,000 cells.
    known : mapping from str to int, optional
        Names and numbers of cells that this network is known to have in the whole space, such as that of a `geom.examples`. They get a row each, and
        must be the count in the whole space, and at least it in a smaller domain.

    Returns
    -------
    Validation

    Raises
    ------
    GeomError
        If it is no partition, or a budget or Ctrl-C stopped the walk: with cells missing any upper bound would hold; or a known number is none.
    BoundViolated
        If there are more cells than an upper bound allows, or other than known; it holds code that reproduces this.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1, 0], [0, 1], [1, 1]], [[1, 1, 1]]], [[0, 0, -0.5], [0]]), Box([-1, -1], [1, 1]))
    >>> found = validate(part)
    >>> found
    Validation(7 cells beside 11 bounds, 10 attained)
    >>> found.checks[0], found.checks[2]
    (BoundCheck(codes: 7 beside 8, holds), BoundCheck(characteristic polynomial: 7 beside 7, attained))
    """
    if not isinstance(part, Partition):
        raise GeomError(f"expected a geom.Partition, got {type(part).__name__}; for a number of cells take geom.bounds.compare(net, cells)")
    require_complete(part, "so their number is not known")
    asked = len(part) <= FEW_CELLS if linear_regions is None else linear_regions
    regions = int(part.linear_regions().max()) + 1 if asked else None
    return counted(part.network, part.domain, len(part), regions, known)


def counted(network: Network, domain: Domain, cells: int, linear_regions: int | None = None, known: Mapping[str, int] | None = None) -> Validation:
    """What `validate` says, of cells that were counted in a domain and need not be listed."""
    try:
        return _checked(Architecture.of(network), given_rows(network, domain, known), cells, linear_regions)
    except BoundViolated as error:
        raise BoundViolated(error.name, error.value, cells, reproduction(network, domain, cells)) from None


def compare(net: Network | Architecture, cells: int, linear_regions: int | None = None) -> Validation:
    """A number of cells that was counted elsewhere (`geom.count`, another tool) beside every bound of an architecture.

    Parameters
    ----------
    net : Network or Architecture
    cells : int
    linear_regions : int, optional

    Raises
    ------
    NetworkError
        If a number is none, or less than 1, or there are more linear regions than cells.
    BoundViolated
        If an upper bound is below the number of cells.

    Examples
    --------
    >>> compare(Architecture.mlp(1, [3, 3]), 16)
    Validation(16 cells beside 10 bounds, 8 attained)
    """
    architecture, n = Architecture.of(net), as_count("cells", cells, 1)
    regions = None if linear_regions is None else as_count("linear_regions", linear_regions, 1)
    if regions is not None and regions > n:
        raise NetworkError(f"linear_regions={regions} cannot be more than cells={n}: each is one cell or several")
    return _checked(architecture, table(architecture).rows, n, regions)


def _checked(architecture: Architecture, rows: Iterable[BoundRow], cells: int, linear_regions: int | None) -> Validation:
    """The counts beside the rows that apply; lower bounds on linear regions beside these, where they were counted."""
    beside = {"cells": cells, "linear regions": cells if linear_regions is None else linear_regions}
    checks = tuple(BoundCheck(row, beside[row.bound.counts] if row.bound.kind == "lower" else cells) for row in rows if row.applies)
    violated = next((check for check in checks if check.holds is False), None)
    if violated is not None:
        raise BoundViolated(violated.row.bound.name, violated.value, cells)
    return Validation(architecture, cells, linear_regions, checks)


def _short_ratio(ratio: Fraction) -> str:
    if ratio >= 10**6:
        return short_number(int(ratio)) if ratio >= 10**15 else f"{int(ratio):,}"
    return f"{float(ratio):.2f}"
