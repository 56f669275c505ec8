"""What is timed, what is asked of it, and the figures of other tools that are quoted beside it.

Quoted figures come from other runs on another 2-core x86-64 machine; they are no measurement of the run that prints them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Asked:
    """A limit: microseconds a cell (or point) or seconds that a call must stay under, how many times less than the other tool's its time must be,
    or anything else that is measured in its own way.
    """

    limit: float
    unit: Literal["us", "s", "times", "GB", "%", "least %", "probes", "intervals", "networks", "partitions", "of 100,000 signs"]

    @property
    def is_least(self) -> bool:
        """Whether at least so much is asked for, and not at most."""
        return self.unit in ("times", "intervals", "networks", "partitions")

    def beside(self, measured: float | None = None) -> dict[str, Any]:
        """What goes into a result: the limit, and what was found where that is no time."""
        return {"limit": self.limit, "unit": self.unit, "is_least": self.is_least, "measured": measured}


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
    """A network that another tool takes too, the gigabytes of memory that it needs for it, and how often ours is called in a turn: so often that
    a turn takes some milliseconds, for a single call after half a second of another tool's work measures how soon the caches are filled again.
    """

    name: str
    gigabytes: float = 0
    rounds: int = 7
    calls: int = 1
    asked: Asked | None = None


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
class Checked:
    """A partition, an ACAS Xu network over the box of a property, of which so many cells are proven again."""

    network: str
    number: int
    sample: int
    asked: Asked

    @property
    def name(self) -> str:
        return f"{self.network}, property {self.number}"


@dataclass(frozen=True)
class Counted:
    """One layer whose cells are counted: one of `geom.examples` with its published count, or so many random lines."""

    example: str
    size: int
    asked: Asked | None = None
    rounds: int = 3
    is_long: bool = False


ALL = "all"


@dataclass(frozen=True)
class Verdicts:
    """A property of ACAS Xu asked of a network, or of all 45 one after another: what is asked of the time, and the verdicts."""

    number: int
    network: str
    asked: Asked | None
    holds: int
    violated: int
    seconds: float | None = None
    is_long: bool = False

    @property
    def name(self) -> str:
        return f"property {self.number} on {'all 45 networks' if self.network == ALL else self.network}"


@dataclass(frozen=True)
class Fact:
    """A statement that a test makes of many cases, one test a case: at least so many are asked for."""

    name: str
    asked: Asked
    test: str


def _us(limit: float) -> Asked:
    return Asked(limit, "us")


def _prototype(us: float) -> Quoted:
    # A float walk without proofs, on another draw of the network: a size to compare with, not the same cells.
    return Quoted("prototype", us, us)


FEWEST_EXACT = Asked(1, "of 100,000 signs")  # decided by integers
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
MEMORY_ASKED = Asked(1.0, "GB")

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

CHECKED = (Checked("1_1", 3, 1000, Asked(120, "s")),)

INTERVALS_ASKED, PROBES_ASKED, SHARE_ASKED, LEAST_ASKED = Asked(18, "intervals"), Asked(2000, "probes"), Asked(2, "%"), Asked(2, "least %")

COUNTS = (
    Counted("resonance", 6, Asked(60, "s")),
    Counted("threshold_functions", 6),
    Counted("resonance", 7, rounds=1, is_long=True),
    Counted("lines in a box", 30_000, Asked(10, "s")),
    Counted("lines in a box", 55_000),
    Counted("lines in the plane", 30_000),
)

AS_FAST = Asked(1, "times")

# regioncam keeps what every unit puts out at every vertex, which is why 2-1400 needs about 40 GB.
REGIONCAM = (
    Rival("2-400", 2),
    Rival("2-800", 10, rounds=3),
    Rival("2-100-100", 1, rounds=15, asked=AS_FAST),
    Rival("2-64-64-64", 1, rounds=15, asked=AS_FAST),
    Rival("2-128-128-128", 2),
    Rival("2-256-256-256", 8, rounds=3),
    Rival("2-1400", 45, asked=AS_FAST),
)

# affinitree makes a decision tree of linear programs: thousands of cells take it seconds.
AFFINITREE = (
    Rival("2-10-10", rounds=5, calls=10),
    Rival("3-8-8", rounds=5, calls=10),
    Rival("4-8-8", rounds=3, calls=5),
    Rival("2-24-24", rounds=3, calls=5),
    Rival("3-12-12", rounds=3, calls=5),
    Rival("2-64-64", rounds=2),
)

NEIGHBOURS = (
    Neighbours("2-1650", asked=Asked(3, "s")),
    Neighbours("3_3", 9, asked=Asked(3, "s")),
    Neighbours("3-64-64-64"),
    Neighbours("4-50"),
)
NEIGHBOURS_MEMORY = Asked(0.5, "GB")  # more than the partition itself

# In the box of property 3 class 0 is nowhere the largest of 1_1: it meets class 4 where their difference is zero.
BOUNDARIES = (
    Boundary("3-32-32", asked=Asked(3, "s")),
    Boundary("1_1", 3, (1, 0, 0, 0, -1), "f0 = f4", Asked(10, "s")),
    Boundary("1_1", 3, of="5 classes", asked=Asked(10, "s")),
)

# 200,000 points a second.
LOCATED = (Located("2-64-64-64", 1_000_000, Asked(5, "us")),)

# Sizes that relucent does in seconds; the free licence of its solver would take more units.
FASTER_ASKED = Asked(500, "times")
RELUCENT = tuple(
    Rival(name, rounds=rounds, calls=calls, asked=FASTER_ASKED)
    for name, rounds, calls in (
        ("2-10-10", 5, 10),
        ("2-16-16", 3, 10),
        ("2-24-24", 2, 5),
        ("3-10", 5, 10),
        ("3-16", 3, 10),
        ("3-8-8", 3, 10),
        ("3-12-12", 2, 5),
        ("4-10", 5, 10),
        ("4-12", 3, 10),
        ("4-8-8", 2, 5),
    )
)

# ACAS Xu properties and the networks they are about, with the verdicts; a budget where an answer is not asked for.
VERDICTS = (
    Verdicts(3, ALL, Asked(150, "s"), 42, 3),  # properties 3 and 4 in 300 s together
    Verdicts(4, ALL, Asked(150, "s"), 42, 3),
    Verdicts(5, "1_1", Asked(60, "s"), 1, 0),
    Verdicts(9, "3_3", Asked(60, "s"), 1, 0),
    Verdicts(10, "4_5", Asked(60, "s"), 1, 0),
    Verdicts(6, "1_1", None, 1, 0),
    Verdicts(7, "1_9", None, 0, 1, seconds=900),
    Verdicts(8, "2_9", None, 0, 1, seconds=900),
    Verdicts(2, ALL, Asked(1200, "s"), 6, 39, is_long=True),  # properties 1 and 2 in 2,400 s together
    Verdicts(1, ALL, Asked(1200, "s"), 45, 0, is_long=True),
)

FACTS = (
    Fact(
        "random networks whose cells are those of a slow enumerator in fractions",
        Asked(100, "networks"),
        "test_subdivision.py::test_cells_and_facets_of_random_networks_are_those_of_the_reference",
    ),
    Fact(
        "networks of small integers, boxes and the whole space, whose cells are those of the enumerator",
        Asked(300, "networks"),
        "test_sweep.py::test_integer_networks_have_the_cells_and_facets_of_the_reference",
    ),
    Fact("corrupted partitions that geom.check rejects", Asked(200, "partitions"), "test_proof.py::test_every_corruption_is_rejected"),
    Fact(
        "boundaries in the plane whose angles add up to 2 pi times the Euler characteristic",
        Asked(100, "networks"),
        "test_curvature.py::test_signed_angles_add_up_to_the_euler_characteristic",
    ),
    Fact(
        "surfaces in space whose angle defects do",
        Asked(20, "networks"),
        "test_curvature.py::test_angle_defects_of_a_closed_surface_add_up_to_its_euler_characteristic",
    ),
    Fact(
        "networks that no upper bound is below",
        Asked(300, "networks"),
        "test_bounds.py::test_no_larger_network_has_more_cells_than_an_upper_bound",
    ),
)
