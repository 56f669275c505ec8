"""How many cells a network has, estimated: for networks that nobody can enumerate, and before a long run.

Random walks down the tree of cuts (`kernels.cells.probes`) give independent unbiased estimates, and the spread of these an interval. Before that,
pilot walks learn how large subtrees are: the better that is guessed, the narrower the interval. Nothing the pilot finds enters the estimate.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from numbers import Real

import numpy as np
from scipy.special import stdtrit

from geom.arguments import whole_number
from geom.budget import AnyBudget, Budget, Interrupts
from geom.engine.run import Walk
from geom.errors import BudgetExceeded, GeomError, Interrupted, shown
from geom.estimates.probing import Prober, Run, Stopped
from geom.exact import FloatArray
from geom.networks.network import Network
from geom.partition.subdivision import check_problem
from geom.polyhedra.domain import Domain
from geom.progress import Progress, reporting

__all__ = ["Estimate", "EstimateStopped", "estimate", "expected_cells"]

FEWEST_PROBES = 200
EXPECTED_PROBES, EXPECTED_SECONDS = 1000, 1.0  # for the progress bar
RUNS = 16  # independent estimates
PATHS = 16  # single paths at the beginning of the pilot
ROUNDS, ROUND_RUNS = 3, 8  # of the pilot
GIVEN_UP = 10  # times as many cells as are wanted of a pilot run
SHARE_COUNTED = 8  # the first 1 / 8 of the probes try whether the network has no more cells than that
SHARE_ROUND = 250
SHARE_USED = 0.75  # of the probes that are left after the pilot, since runs may take more than they should
LARGEST_LOG = 700.0
# Totals of a run are skewed. In 560 estimates of 28 networks Student's interval of 95 % held in 95 %, but on the worst of the networks in 85 %; this
# much wider it held in 97 % of all.
WIDER = 1.15
TIMED_CLUSTERS, LEAST_CLUSTER, LARGEST_CLUSTER, SHARE_TIMED = 8, 200, 1500, 1000


@dataclass(frozen=True, repr=False)
class Estimate:
    """About how many cells a network has in a domain, and how long `subdivide` would take for them.

    Attributes
    ----------
    cells : float
        The estimate: the mean of `runs`. Its expectation is the number of cells.
    low, high : float
        The confidence interval.
    confidence : float
    probes : int
        Cells that all random walks finished, those of the pilot included.
    seconds : float
        Wall time that the estimate took.
    seconds_per_cell : float
        Wall time of a walk of `subdivide` for each cell, measured on random parts of the network.
    is_exact : bool
        Nothing was left to chance: `cells` is the number of cells.
    runs : tuple of float
        Independent estimates, each unbiased.
    """

    cells: float
    low: float
    high: float
    confidence: float
    probes: int
    seconds: float
    seconds_per_cell: float
    is_exact: bool
    runs: tuple[float, ...]

    @property
    def expected_seconds(self) -> float:
        """Wall time that the walk of `subdivide` is expected to take."""
        return self.cells * self.seconds_per_cell

    def __str__(self) -> str:
        if self.is_exact:
            return f"exactly {self.cells:,.0f} cells, {_time(self.expected_seconds)}"
        return f"about {_number(self.cells)} cells ({_number(self.low)} to {_number(self.high)}), {_time(self.expected_seconds)}"

    def __repr__(self) -> str:
        return f"Estimate({self})"


class EstimateStopped(BudgetExceeded):
    """An estimate stopped at a limit; `partial` is the `Estimate` of the runs that were finished, or None if they were fewer than two.

    A run that would have been long is the likelier to be cut short, so that `partial` tends to be too low.
    """

    def _message(self) -> str:
        found = f"the finished runs say {self.partial}" if self.partial is not None else "too early for any estimate"
        return f"reached the budget of {self.limit}={self.value:,} ({found}); raise the budget or take fewer probes"


def estimate(
    net: Network,
    domain: Domain | None = None,
    *,
    probes: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
    budget: AnyBudget = None,
    progress: Progress = False,
) -> Estimate:
    """About how many cells a network has, with a confidence interval, without enumerating them.

    Parameters
    ----------
    net : Network
    domain : Box or HPolytope, optional
        Of the network's input dimension; by default the whole space.
    probes : int
        About how many random paths are taken, at least 200: four times as many give an interval half as wide. A network with at most an eighth as
        many cells is counted.
    confidence : float
        Of the interval, between 0 and 1.
    seed : int
        The same seed gives the same estimate.
    budget : Budget or dict, optional
        Limits on the cells finished, seconds, memory.
    progress : bool or callable
        True shows a progress bar; a callable gets cells and seconds now and then.

    Raises
    ------
    NetworkError
        If `net` is no network, or has units that this walk cannot cut.
    DomainError
        If the domain is none, or of another dimension.
    GeomError
        If `probes`, `seed` or `confidence` is none.
    EstimateStopped, Interrupted
        At a limit or Ctrl-C.

    Notes
    -----
    Knuth (1975) estimates the size of a tree by one random path. Here a run takes many paths at once and spreads them over the tree, by a guess
    of the sizes of subtrees (Chen 1992). The interval is Student's of the logarithm, from 16 independent runs, and 15 % wider; docs/estimates.md says
    how often it holds.

    Examples
    --------
    >>> estimate(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]])).cells
    3.0
    """
    whole = check_problem(net, domain)
    whole_number(probes, "probes", FEWEST_PROBES)
    whole_number(seed, "seed", 0)
    if isinstance(confidence, bool) or not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise GeomError(f"confidence must be a number between 0 and 1, such as 0.95; got {shown(confidence)}")
    with Interrupts() as interrupts, reporting(progress, lambda: probes) as report:
        work = _Estimation(Walk(net, whole), int(probes), int(seed), Budget.of(budget), float(confidence), interrupts, report)
        return work.result()


def expected_cells(net: Network, domain: Domain) -> float | None:
    """A rough estimate for a progress bar, in at most a second or so; None if that was too short.

    It leaves Ctrl-C to the walk that is waiting for it.
    """
    try:
        work = _Estimation(Walk(net, domain), EXPECTED_PROBES, 0, Budget(seconds=EXPECTED_SECONDS), 0.95, Interrupts(), lambda cells, seconds: None)
        return work.result().cells
    except EstimateStopped as stopped:
        return None if stopped.partial is None else stopped.partial.cells


class _Estimation:
    """The stages of an estimate, and what they have found so far."""

    def __init__(
        self,
        walk: Walk,
        probes: int,
        seed: int,
        budget: Budget,
        confidence: float,
        interrupts: Interrupts,
        report: Callable[[int, float], None],
    ) -> None:
        self.walk, self.n_probes, self.budget, self.confidence = walk, probes, budget, confidence
        self.interrupts, self.report = interrupts, report
        self.rng = np.random.default_rng(seed)
        self.started = time.perf_counter()
        self.probes = 0
        self.runs: list[Run] = []

    def result(self) -> Estimate:
        if not self.walk.start.pieces:  # nothing depends on any coordinate
            return self._exactly(1, 0.0)
        prober = Prober(self.walk, self.rng, self._limit)
        try:
            counted = prober.run(1.0, cluster=math.inf, most=self.n_probes // SHARE_COUNTED)
            if counted is not None:
                again = prober.run(1.0, cluster=math.inf)  # the first walk of a process loads the kernels, or compiles them
                assert again is not None, "only a run with a limit is given up"
                return self._exactly(counted.cells, min(counted.seconds, again.seconds) / counted.cells)
            threshold = self._pilot(prober)
            while len(self.runs) < RUNS:
                run = prober.run(threshold)
                assert run is not None, "only a run with a limit is given up"
                self.runs.append(run)
            self.probes = prober.cells
            return self._estimate(self._seconds_per_cell(prober))
        except Stopped as stopped:
            self.probes = prober.cells
            partial = self._estimate(math.nan) if len(self.runs) > 1 else None
            if stopped.limit == "interrupt":
                raise Interrupted("interrupt", 0, prober.cells, partial) from None
            raise EstimateStopped(stopped.limit, getattr(self.budget, stopped.limit), prober.cells, partial) from None

    def _limit(self, cells: int, n_bytes: int) -> str | None:
        seconds = time.perf_counter() - self.started
        self.report(cells, seconds)
        return "interrupt" if self.interrupts.pressed else self.budget.exceeded(cells, seconds, n_bytes)

    def _pilot(self, prober: Prober) -> float:
        """Learn how large subtrees are; return the threshold with which the runs take about as many paths as they should."""
        found = [run for _ in range(PATHS) if (run := prober.run(math.inf)) is not None]
        prober.learn(np.concatenate([run.records for run in found]))
        about, wanted = _mean(found), max(2, self.n_probes // SHARE_ROUND)
        records: list[FloatArray] = []
        for _ in range(ROUNDS):
            found, threshold = _finished(prober, about / wanted, ROUND_RUNS, GIVEN_UP * wanted)
            about = _mean(found)
            records += [run.records for run in found]
            prober.learn(np.concatenate(records))
        paths = sum(run.cells for run in found) / ROUND_RUNS * threshold / about  # that are taken where one is wanted
        wanted = max(3, math.ceil(SHARE_USED * (self.n_probes - prober.cells) / (RUNS * max(1.0, paths))))
        # The runs that count must not be given up, or their expectation would no longer be the number of cells; so one more before them is tried.
        return _finished(prober, about / wanted, 1, GIVEN_UP * wanted)[1]

    def _seconds_per_cell(self, prober: Prober) -> float:
        """By walking a few random subtrees wholly, as `subdivide` would."""
        cells = sum(run.total for run in self.runs) / len(self.runs)
        cluster = min(LARGEST_CLUSTER, max(LEAST_CLUSTER, cells / SHARE_TIMED))
        run = prober.run(cells / TIMED_CLUSTERS, cluster=cluster, is_timed=True)
        assert run is not None, "only a run with a limit is given up"
        return run.seconds / run.cells if run.cells else math.nan

    def _exactly(self, cells: int, seconds_per_cell: float) -> Estimate:
        seconds = time.perf_counter() - self.started
        known = float(cells)
        return Estimate(known, known, known, self.confidence, cells, seconds, seconds_per_cell, True, (known,))

    def _estimate(self, seconds_per_cell: float) -> Estimate:
        totals = [run.total for run in self.runs]
        cells, low, high = interval(totals, self.confidence)
        low = max(low, max(run.cells for run in self.runs))  # so many different cells have been seen
        seconds = time.perf_counter() - self.started
        return Estimate(cells, low, max(low, high), self.confidence, self.probes, seconds, seconds_per_cell, False, tuple(totals))


def _finished(prober: Prober, threshold: float, n: int, most: int) -> tuple[list[Run], float]:
    """So many runs of at most so many cells each, with the first of the thresholds t, 4 t, 16 t, ... with which none takes more; and that one."""
    while True:
        found: list[Run] = []
        while len(found) < n and (run := prober.run(threshold, most=most)) is not None:
            found.append(run)
        if len(found) == n:
            return found, threshold
        threshold *= 4.0


def interval(estimates: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """Mean of independent unbiased estimates of a positive number, and an interval: Student's of its logarithm (by the delta method), made wider.

    Examples
    --------
    >>> [round(v, 1) for v in interval([90.0, 100.0, 110.0], 0.95)]
    [100.0, 75.2, 133.1]
    """
    mean = math.fsum(estimates) / len(estimates)
    if mean == 0.0:
        return 0.0, 0.0, math.inf
    error = math.sqrt(math.fsum((v - mean) ** 2 for v in estimates) / (len(estimates) - 1) / len(estimates))
    log = WIDER * float(stdtrit(len(estimates) - 1, (1 + confidence) / 2)) * error / mean
    factor = math.exp(min(log, LARGEST_LOG))
    return mean, mean / factor, mean * factor


def _mean(runs: Sequence[Run]) -> float:
    return max(1.0, math.fsum(run.total for run in runs) / len(runs))


def _number(value: float) -> str:
    """Two digits, in powers of ten from 10,000 on."""
    if value >= 9999.5:
        digits, exponent = f"{value:.1e}".split("e")
        return f"{digits}e{int(exponent)}"
    return f"{value:,.0f}"


def _time(seconds: float) -> str:
    """A duration in the unit that suits it."""
    if math.isnan(seconds):
        return "time not measured"
    for unit, size in (("days", 86400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * size:
            return f"about {seconds / size:.0f} {unit}"
    return f"about {seconds:.0f} s" if seconds >= 1.5 else f"about {seconds:.1g} s" if seconds >= 0.1 else "under 0.1 s"
