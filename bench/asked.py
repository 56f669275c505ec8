"""What is timed, what is asked of it, and the figures of other tools that are quoted beside it.

Quoted figures come from other runs on another 2-core x86-64 machine; they are no measurement of the run that prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    "ACAS",
    "ACASXU",
    "ADJACENCY",
    "ARRANGEMENT",
    "ARRANGEMENTS",
    "BESIDE",
    "BOUNDARIES",
    "BOUNDARY",
    "COUNTED",
    "COUNTING",
    "COUNTS",
    "FASTER_ASKED",
    "HE",
    "INFERENCE",
    "LOCATE",
    "LOCATED",
    "MEMORY_ASKED",
    "NEAREST",
    "NEIGHBOURS",
    "NEIGHBOURS_MEMORY",
    "POWER",
    "REGIONCAM",
    "RELUCENT",
    "SECTIONS",
    "SITES",
    "VERITEX",
    "VOLUMES",
    "WALKS",
    "WITH_RELUCENT",
    "Arrangement",
    "Asked",
    "Boundary",
    "Counted",
    "Located",
    "Neighbours",
    "Property",
    "Quoted",
    "Rival",
    "Walk",
]


# Sections of the table, in their order.
HE = "He networks, [-1, 1]^d"
ACAS = "ACAS Xu, 6 x 50 units"
ARRANGEMENT = "degenerate arrangements, the whole space"
ADJACENCY = "Partition.adjacency, alone"
LOCATE = "Partition.locate, us a point"
SITES = "Partition.sites and whole_diagram, alone"
BOUNDARY = "decision boundary with all angles, alone"
POWER = "PowerDiagram, to its adjacency"
COUNTING = "cells counted without listing them"
INFERENCE = "an input's cell, us an input"
NEAREST = "nearest point of a polyhedron, exact, us a polyhedron"
VOLUMES = "volumes with those of facets, us a polytope"
BESIDE = "beside regioncam"
WITH_RELUCENT = "beside relucent, R^d"
SECTIONS = (HE, ACAS, ARRANGEMENT, ADJACENCY, LOCATE, SITES, BOUNDARY, POWER, COUNTING, INFERENCE, NEAREST, VOLUMES, BESIDE, WITH_RELUCENT)


@dataclass(frozen=True)
class Asked:
    """A time that the whole call must stay under: in microseconds a cell (or point), in seconds, or so many times less than the other tool's."""

    limit: float
    unit: Literal["us", "s", "times"]


@dataclass(frozen=True)
class Quoted:
    """Microseconds a cell that a tool took elsewhere; `least` and `most` where they differ from network to network."""

    tool: str
    least: float
    most: float


@dataclass(frozen=True)
class Walk:
    """A He-initialised network, named by its widths, over [-1, 1]^d."""

    name: str
    asked: Asked | None = None
    quoted: Quoted | None = None
    rounds: int = 5


@dataclass(frozen=True)
class Property:
    """An ACAS Xu network over a property's input box; veritex found the same number of cells, independently."""

    network: str
    number: int
    cells: int
    asked: Asked | None = None
    rounds: int = 5


@dataclass(frozen=True)
class Arrangement:
    """A classical arrangement as a one-layer network on the whole space; its number of regions is published."""

    name: str
    n: int
    cells: int
    asked: Asked | None = None
    rounds: int = 5


@dataclass(frozen=True)
class Rival:
    """A network that another tool takes too, and the gigabytes of memory that it needs for it."""

    name: str
    gigabytes: float = 0
    rounds: int = 7


@dataclass(frozen=True)
class Neighbours:
    """A partition whose adjacency matrix is built: a network over [-1, 1]^d by its widths, or an ACAS Xu network and the number of a property."""

    network: str
    number: int | None = None
    asked: Asked | None = None
    rounds: int = 3

    @property
    def name(self) -> str:
        return self.network if self.number is None else f"{self.network}, property {self.number}"


@dataclass(frozen=True)
class Boundary:
    """A partition whose decision boundary is looked for, or where a form of its outputs is zero: a network as in `Neighbours`."""

    network: str
    number: int | None = None
    form: tuple[int, ...] | None = None
    of: str = ""
    asked: Asked | None = None
    rounds: int = 5

    @property
    def name(self) -> str:
        place = self.network if self.number is None else f"{self.network}, property {self.number}"
        return ", ".join(filter(None, (place, self.of)))


@dataclass(frozen=True)
class Located:
    """A network over [-1, 1]^d and how many random points are looked up in its partition."""

    name: str
    points: int
    asked: Asked
    rounds: int = 5


@dataclass(frozen=True)
class Counted:
    """One layer whose cells are counted: one of `geom.examples` with its published count, or so many random lines."""

    example: str
    size: int
    asked: Asked | None = None
    rounds: int = 3


def _us(limit: float) -> Asked:
    return Asked(limit, "us")


def _prototype(us: float) -> Quoted:
    # A float walk without proofs, on another draw of the network: a size to compare with, not the same cells.
    return Quoted("prototype", us, us)


VERITEX = Quoted("veritex", 153, 221)

WALKS = (
    Walk("2-1400", _us(1.5), _prototype(0.8)),
    Walk("2-64-64-64", _us(6), _prototype(9.9), rounds=15),
    Walk("2-100-100", _us(6), rounds=15),
    Walk("2-256-256-256", _us(30), _prototype(168)),
    Walk("3-100", _us(3), _prototype(1.4), rounds=15),
    Walk("3-250", None, _prototype(1.8)),
    Walk("3-64-64-64", _us(5), _prototype(5.2)),
    Walk("4-50", _us(8), _prototype(4.6)),
    Walk("5-30", _us(15), _prototype(7.1)),
    Walk("6-20", _us(40), _prototype(28)),
)

# Counted in a process of its own, whose peak memory is looked at.
COUNTED = Walk("2-4000", None, _prototype(1.1), rounds=3)
MEMORY_ASKED = 1.0  # gigabytes

ACASXU = (
    Property("3_3", 9, 338_599, Asked(15, "s")),
    Property("1_1", 3, 71_930, Asked(2.5, "s"), rounds=9),
    Property("3_3", 2, 341_669, Asked(20, "s")),
    Property("1_1", 1, 39_835, rounds=9),
    Property("4_2", 2, 484_558),
)

ARRANGEMENTS = (
    Arrangement("resonance", 5, 11_292, Asked(3, "s")),
    Arrangement("threshold functions", 5, 94_572, Asked(60, "s")),
    Arrangement("braid", 7, 5_040, Asked(30, "s")),
    Arrangement("type B", 5, 3_840),
)

COUNTS = (
    Counted("resonance", 6, Asked(60, "s")),
    Counted("threshold_functions", 6),
    Counted("lines in a box", 30_000, Asked(10, "s")),
    Counted("lines in a box", 55_000),
    Counted("lines in the plane", 30_000),
)

# regioncam keeps what every unit puts out at every vertex, which is why 2-1400 needs about 40 GB.
REGIONCAM = (
    Rival("2-400", 2),
    Rival("2-100-100", 1, rounds=15),
    Rival("2-64-64-64", 1, rounds=15),
    Rival("2-128-128-128", 2),
    Rival("2-256-256-256", 8, rounds=3),
    Rival("2-1400", 45),
)

NEIGHBOURS = (
    Neighbours("2-1650", asked=Asked(3, "s")),
    Neighbours("3_3", 9, asked=Asked(3, "s")),
    Neighbours("3-64-64-64"),
    Neighbours("4-50"),
)
NEIGHBOURS_MEMORY = 0.5  # gigabytes more than the partition itself

# In the box of property 3 class 0 is nowhere the largest of 1_1: it meets class 4 where their difference is zero.
BOUNDARIES = (
    Boundary("3-32-32", asked=Asked(3, "s")),
    Boundary("1_1", 3, (1, 0, 0, 0, -1), "f0 = f4", Asked(10, "s")),
    Boundary("1_1", 3, of="5 classes", asked=Asked(10, "s")),
)

# 200,000 points a second.
LOCATED = (Located("2-64-64-64", 1_000_000, Asked(5, "us")),)

# Sizes that relucent does in seconds; the free licence of its solver would take more units.
RELUCENT = (
    Rival("2-10-10", rounds=5),
    Rival("2-16-16", rounds=3),
    Rival("2-24-24", rounds=2),
    Rival("3-10", rounds=5),
    Rival("3-16", rounds=3),
    Rival("3-8-8", rounds=3),
    Rival("3-12-12", rounds=2),
    Rival("4-10", rounds=5),
    Rival("4-12", rounds=3),
    Rival("4-8-8", rounds=2),
)
FASTER_ASKED = Asked(500, "times")
