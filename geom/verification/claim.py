"""What a verification claims: the verdict, the network and the sets that it is about, and the counterexample, if there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from geom.engine.run import Stats
from geom.exact import FloatArray, round_fractions
from geom.networks.network import Network
from geom.polyhedra import FlatBox, OutputProperty
from geom.polyhedra.domain import Domain
from geom.verification.counterexample import Counterexample, Point

__all__ = ["NONE", "AnyDomain", "Claim", "Verdict"]

Verdict = Literal["holds", "violated", "unknown"]
AnyDomain = Domain | FlatBox
NONE = Stats(0, 0, 0, 0)


@dataclass(frozen=True, eq=False, repr=False)
class Claim:
    """A verdict, with what it is about and what supports it: the attributes of a `Verification`, which stands above what proves them again."""

    verdict: Verdict
    network: Network
    unsafe: OutputProperty
    domains: tuple[AnyDomain, ...]
    cells: int
    seconds: float
    stopped: str | None = None
    stats: Stats = NONE
    counterexample: Counterexample | None = field(default=None)

    @cached_property
    def point(self) -> FloatArray | None:
        """(input_dim,) the counterexample as doubles: itself if `is_double`, else only the doubles next to it."""
        if self.counterexample is None:
            return None
        return round_fractions(self.counterexample.point)

    @property
    def is_double(self) -> bool:
        """Whether the counterexample consists of doubles: False where the unsafe set is touched in a point that has no double near enough."""
        return self.point is not None and all(f == v for f, v in zip(self.point.tolist(), self.exact_point or (), strict=True))

    @property
    def exact_point(self) -> Point | None:
        """(input_dim,) the counterexample as fractions."""
        return None if self.counterexample is None else self.counterexample.point

    @property
    def outputs(self) -> Point | None:
        """(output_dim,) the network's exact outputs at `exact_point`."""
        return None if self.counterexample is None else self.counterexample.outputs

    @property
    def polyhedron(self) -> int | None:
        """Number of the polyhedron of the unsafe set that contains `outputs`."""
        return None if self.counterexample is None else self.counterexample.polyhedron

    def __repr__(self) -> str:
        where = "" if self.point is None else f" at {'' if self.is_double else 'about '}{self.point.tolist()}"
        limit = f", stopped by {self.stopped}" if self.stopped else ""
        return f"{type(self).__name__}({self.verdict}{where}: {self.cells:,} cell{'s' * (self.cells != 1)} asked{limit}, {self.seconds:.1f} seconds)"
