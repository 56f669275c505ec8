"""One way to time a walk: warm up on a tiny network, then several rounds of the whole call, each on a network whose caches are empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from statistics import median
from typing import Any

import geom
from bench.asked import Asked, Quoted
from bench.networks import cube, he_network

__all__ = ["Timed", "time_walk", "warm_up"]


def warm_up(dim: int, n_hidden: int) -> None:
    """Walk a tiny network of the same kind, so that compilation and first imports are not timed."""
    tiny = he_network("-".join(map(str, (dim, *[4] * n_hidden))))
    geom.subdivide(tiny, cube(dim))
    geom.count(tiny, cube(dim))


class Timed:
    """A call that is timed: keeps its last result, so that freeing it is not timed, and the seconds of every walk."""

    def __init__(self, call: Callable[..., geom.Partition]) -> None:
        self.call = call
        self.partition: geom.Partition | None = None
        self.walks: list[float] = []

    def __call__(self, *inputs: Any) -> None:
        self.partition = self.call(*inputs)
        self.walks.append(self.partition.seconds)


def time_walk(
    benchmark: Any,
    section: str,
    name: str,
    inputs: Callable[[], tuple[Any, ...]],
    rounds: int,
    *,
    call: Callable[..., geom.Partition] = geom.subdivide,
    asked: Asked | None = None,
    quoted: Quoted | None = None,
) -> geom.Partition:
    """Time a call of the engine and leave all that the report needs in the benchmark's ``extra_info``.

    Parameters
    ----------
    benchmark : the fixture of pytest-benchmark
    section, name : str
        Where the line stands in the table.
    inputs : callable
        Makes the arguments of a round; not timed.
    rounds : int
    call : callable
        What is timed.
    asked, quoted : optional
        What the line is compared with.

    Returns
    -------
    The partition of the last round.
    """
    timed = Timed(call)

    def fresh() -> tuple[tuple[Any, ...], dict[str, Any]]:
        timed.partition = None
        return inputs(), {}

    benchmark.pedantic(timed, setup=fresh, rounds=rounds)
    partition = timed.partition
    assert partition is not None, "at least one round ran"
    benchmark.extra_info.update(
        section=section,
        name=name,
        cells=len(partition),
        walk=median(timed.walks),
        signs=list(partition.stats),
        asked=asdict(asked) if asked else None,
        quoted=asdict(quoted) if quoted else None,
    )
    return partition
