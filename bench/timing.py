"""One way to time, and one way to leave a result: what the tables need goes into the benchmark's ``extra_info``."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from statistics import median
from typing import Any

import geom
from bench.asked import Asked, Quoted
from bench.networks import ROOT, cube, he_network

__all__ = ["alone", "by_turns", "record", "time_walk", "warm_up"]


def warm_up(dim: int, n_hidden: int) -> None:
    """Walk a tiny network of the same kind, so that compilation and first imports are not timed."""
    tiny = he_network("-".join(map(str, (dim, *[4] * n_hidden))))
    geom.subdivide(tiny, cube(dim))
    geom.count(tiny, cube(dim))


def alone(module: str, *arguments: str) -> dict[str, Any]:
    """What a module of the benchmark prints as JSON in a process of its own."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def record(
    benchmark: Any,
    section: str,
    name: str,
    cells: int,
    *,
    asked: Sequence[Asked | dict[str, Any] | None] = (),
    quoted: Quoted | None = None,
    rival: dict[str, Any] | None = None,
    **others: Any,
) -> None:
    """Leave a result; see `line.Line` for what it is made of. Limits come as they are, or beside what was measured (`Asked.beside`)."""
    limits = [limit.beside() if isinstance(limit, Asked) else limit for limit in asked if limit is not None]
    benchmark.extra_info.update(section=section, name=name, cells=cells, asked=limits, quoted=quoted and asdict(quoted), rival=rival, **others)


def by_turns(
    benchmark: Any, ours: Callable[[], Any], theirs: Callable[[], Any], rounds: int, calls: int = 1
) -> tuple[Any, Any, dict[str, list[float]]]:
    """Time two calls by turns, A B A B: what both returned last, and the seconds of both.

    Parameters
    ----------
    benchmark : the fixture of pytest-benchmark
    ours, theirs : callable
    rounds : int
    calls : int
        How often ours is called in its turn; its time is divided by that.

    Returns
    -------
    ours, theirs : what they returned
    seconds : dict
        ``calls`` of ours and ``seconds`` of theirs, by rounds.
    """
    last, seconds = [None, None], {"calls": [], "seconds": []}

    def their_turn() -> tuple[tuple[Any, ...], dict[str, Any]]:
        started = time.perf_counter()
        last[1] = theirs()
        seconds["seconds"].append(time.perf_counter() - started)
        return (), {}

    def our_turn() -> None:
        started = time.perf_counter()
        for _ in range(calls):
            last[0] = ours()
        seconds["calls"].append((time.perf_counter() - started) / calls)

    benchmark.pedantic(our_turn, setup=their_turn, rounds=rounds)
    return *last, seconds


def time_walk(
    benchmark: Any,
    section: str,
    name: str,
    inputs: Callable[[], tuple[Any, ...]],
    rounds: int,
    *,
    asked: Asked | None = None,
    quoted: Quoted | None = None,
) -> geom.Partition:
    """Time `geom.subdivide` and record it; the partition of the last round.

    Parameters
    ----------
    benchmark : the fixture of pytest-benchmark
    section, name : str
        Where the line stands.
    inputs : callable
        Makes the arguments of a round, on a network whose caches are empty; not timed.
    rounds : int
    asked, quoted : optional
        What the line is compared with.
    """
    last: list[geom.Partition] = []  # freeing it is not timed
    walks = []

    def fresh() -> tuple[tuple[Any, ...], dict[str, Any]]:
        last.clear()
        return inputs(), {}

    def walk(*arguments: Any) -> None:
        last.append(geom.subdivide(*arguments))
        walks.append(last[0].seconds)

    benchmark.pedantic(walk, setup=fresh, rounds=rounds)
    part = last[0]
    record(benchmark, section, name, len(part), walk=median(walks), signs=list(part.stats), asked=[asked], quoted=quoted)
    return part
