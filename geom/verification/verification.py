"""Does a network keep a property: is there an input of a domain whose outputs lie in the unsafe set?

The unsafe set is a union of closed polyhedra {C y <= d}. Each becomes a clause of forms d - C y >= 0, asked of every cell while the walk passes
through it (`questions`), with a proven sign for every form at every generator: a part of a cell where a clause holds, be it one point, is a
violation. No cell is kept, so memory does not grow with their number.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, NoReturn

from geom.budget import AnyBudget, Budget
from geom.engine.asking import CLOSED
from geom.engine.run import Stats
from geom.errors import DomainError, GeomError, Interrupted, NetworkError
from geom.loaders import load, load_vnnlib
from geom.networks.network import Network
from geom.polyhedra import FlatBox, OutputProperty
from geom.polyhedra.domain import Box, HPolytope, Space
from geom.progress import Progress, Reporter, reporting
from geom.questions.inquiry import Inquiry
from geom.verification.claim import NONE, AnyDomain, Claim, Verdict
from geom.verification.confirmation import Confirmation, confirm
from geom.verification.counterexample import Counterexample, embedded, violation_at, violation_in
from geom.verification.falsification import violation_by_search
from geom.verification.question import PropertyQuestion

__all__ = ["Verification", "verify"]

AnyPath = str | os.PathLike[str]


class Verification(Claim):
    """What `verify` found.

    Attributes
    ----------
    verdict : "holds", "violated" or "unknown"
        *holds*: every cell was shown to be clear of the unsafe set. *violated*: `exact_point` is a counterexample. *unknown*: a budget ended first.
    network : Network
    unsafe : OutputProperty
    domains : tuple of Box, HPolytope, Space or FlatBox
        Taken one after another.
    cells : int
        Cells that were asked, in all domains together.
    seconds : float
        Wall time.
    stopped : str or None
        The limit of the budget that ended first, for *unknown*.
    stats : Stats
        How signs were decided.
    counterexample : Counterexample or None
        Exact point and outputs, and the polyhedron of the unsafe set.
    """

    def check(self, *, sample: int | None = 1000, seed: int = 0, budget: AnyBudget = None, progress: Progress = False) -> Confirmation:
        """Prove the verdict again, without the walk that gave it.

        Parameters
        ----------
        sample : int or None
            At most so many cells of each domain, drawn at random; None: all, which proves a verdict of *holds*.
        seed : int
        budget : Budget or dict, optional
            For the cells, which are all kept meanwhile.
        progress : bool or callable

        Raises
        ------
        GeomError
            If the verdict is *unknown*.
        BudgetExceeded, Interrupted
            At a limit, or Ctrl-C.
        """
        return confirm(self, sample=sample, seed=seed, budget=budget, progress=progress)

    def __bool__(self) -> NoReturn:
        raise TypeError("a verification has three verdicts; compare .verdict with 'holds', 'violated' or 'unknown'")


def verify(
    net: Network | AnyPath,
    unsafe: OutputProperty | AnyPath,
    domain: AnyDomain | Iterable[AnyDomain] | None = None,
    *,
    budget: AnyBudget = None,
    search: bool = True,
    progress: Progress = False,
) -> Verification:
    """Whether no input of a domain has outputs in an unsafe set, decided exactly.

    Parameters
    ----------
    net : Network or path
        A path is read by `geom.load`.
    unsafe : path or OutputProperty
        A VNN-LIB file, which names both the domain and the unsafe set; or the unsafe set alone. It is closed: outputs on its border violate.
    domain : Box, HPolytope, FlatBox or an iterable of these, optional
        With an OutputProperty only, by default the whole space. Several are taken one after another.
    budget : Budget or dict, optional
        Limits on cells, seconds and memory, for all domains together; they are looked at about twenty times a second, and an answer that is there by
        then is given.
    search : bool
        Whether some points of a box are tried before its cells are asked; a violation found so asks no cell (see `falsification`).
    progress : bool or callable
        True shows a progress bar; a callable gets cells and seconds now and then.

    Returns
    -------
    Verification
        With a counterexample, if there is one: the first that is met.

    Raises
    ------
    LoadError
        If a file cannot be read.
    GeomError
        If network, domain and unsafe set do not fit together.
    Interrupted
        At Ctrl-C; `partial` is the Verification so far.

    Notes
    -----
    On a cell the network is affine, so the inputs of the cell that violate are a polyhedron: the cell cut by the rows of the unsafe set, pulled back
    (Balestriero et al. 2019, section 6, for the decision boundary; Katz et al. 2017, Reluplex, for the properties of ACAS Xu).

    Examples
    --------
    The tent 1 - |x| stays above -1/2 on [-1, 1], and reaches 1 in one point.

    >>> tent = Network.mlp([[[1.0], [-1.0]], [[-1.0, -1.0]]], [[0.0, 0.0], [1.0]])
    >>> verify(tent, OutputProperty((([[1]], ["-0.5"]),), dim=1), Box([-1], [1])).verdict
    'holds'
    >>> found = verify(tent, OutputProperty((([[-1]], [-1]),), dim=1), Box([-1], [1]))
    >>> found.verdict, found.point, found.outputs
    ('violated', array([0.]), (Fraction(1, 1),))
    """
    network = net if isinstance(net, Network) else _loaded(net)
    unsafe_set, domains = _asked(network, unsafe, domain)
    limits, started = Budget.of(budget), time.perf_counter()
    with reporting(progress) as report:
        outcome = _outcome(network, unsafe_set, domains, limits, search, report)
    verdict: Verdict = "violated" if outcome.counterexample else "unknown" if outcome.stopped else "holds"
    result = Verification(
        verdict,
        network,
        unsafe_set,
        domains,
        outcome.cells,
        time.perf_counter() - started,
        None if verdict == "violated" else outcome.stopped,
        outcome.stats,
        outcome.counterexample,
    )
    if outcome.stopped == "interrupt":
        raise Interrupted("interrupt", 0, outcome.cells, result)
    return result


class _Outcome(NamedTuple):
    cells: int
    stats: Stats
    counterexample: Counterexample | None
    stopped: str | None


def _outcome(net: Network, unsafe: OutputProperty, domains: Sequence[AnyDomain], limits: Budget, search: bool, report: Reporter) -> _Outcome:
    """Ask one domain after another, until one violates or the budget is spent."""
    cells, stats, started = 0, NONE, time.perf_counter()
    if not unsafe.polyhedra:
        return _Outcome(cells, stats, None, None)
    for domain in domains:
        left = _left(limits, cells, time.perf_counter() - started)
        if isinstance(left, str):
            return _Outcome(cells, stats, None, left)
        before = cells

        def further(more: int, seconds: float, before: int = before) -> None:
            report(before + more, time.perf_counter() - started)

        violation = violation_by_search(net, domain, unsafe) if search and all(len(d) for _, d in unsafe.polyhedra) else None
        found = _outcome_of(net, unsafe, domain, left, further) if violation is None else _Outcome(0, NONE, violation, None)
        cells, stats = cells + found.cells, Stats(*(a + b for a, b in zip(stats, found.stats, strict=True)))
        if found.counterexample is not None or found.stopped is not None:
            return _Outcome(cells, stats, found.counterexample, found.stopped)
    return _Outcome(cells, stats, None, None)


def _outcome_of(net: Network, unsafe: OutputProperty, domain: AnyDomain, limits: Budget, report: Reporter) -> _Outcome:
    """Ask one domain."""
    if any(not len(d) for _, d in unsafe.polyhedra):  # all outputs are unsafe, so any input violates
        return _Outcome(0, NONE, _violation_inside(net, domain, unsafe), None)
    net_there, place, forms, clauses = PropertyQuestion.of(net, domain, unsafe)
    inquiry = Inquiry(net_there, forms, place, clauses, CLOSED, stops=True)
    stopped = inquiry.run(limits, report)
    if inquiry.is_trivial:
        return _Outcome(inquiry.cells, NONE, _violation_inside(net, domain, unsafe), None)
    counterexample = violation_in(inquiry, net, domain, unsafe) if inquiry.has_found else None
    # A walk that has asked every cell has its answer, however many they were.
    return _Outcome(inquiry.cells, inquiry.walk.stats, counterexample, None if inquiry.walk.is_done and stopped != "interrupt" else stopped)


def _violation_inside(net: Network, domain: AnyDomain, unsafe: OutputProperty) -> Counterexample | None:
    """Whether a point inside the domain violates, which stands for all where outputs are everywhere the same."""
    place = domain.box if isinstance(domain, FlatBox) else domain
    return violation_at(net, domain, unsafe, embedded(domain, place.interior()))


def _left(limits: Budget, cells: int, seconds: float) -> Budget | str:
    """What is left of a budget, or the limit that is spent: every domain has a cell and takes time."""
    more_cells = None if limits.cells is None else limits.cells - cells
    more_seconds = None if limits.seconds is None else limits.seconds - seconds
    if more_cells is not None and more_cells <= 0:
        return "cells"
    if more_seconds is not None and more_seconds <= 0:
        return "seconds"
    return Budget(more_cells, more_seconds, limits.memory)


# --- what is asked -----------------------------------------------------------------------------------------------------------------------------


def _loaded(net: Any) -> Network:
    if not isinstance(net, (str, os.PathLike)):
        raise NetworkError(f"expected a geom.Network or the path of a file, got {type(net).__name__}; geom.from_torch and Network.mlp make one")
    return load(net)


def _asked(net: Network, unsafe: Any, domain: Any) -> tuple[OutputProperty, tuple[AnyDomain, ...]]:
    """The unsafe set and the domains, checked against the network."""
    if isinstance(unsafe, (str, os.PathLike)):
        if domain is not None:
            raise GeomError(f"the property file {os.fspath(unsafe)} has a domain of its own; read it by geom.load_vnnlib to take another one")
        domain, unsafe = load_vnnlib(unsafe)
    if not isinstance(unsafe, OutputProperty):
        raise GeomError(f"expected the path of a VNN-LIB file or a geom.OutputProperty, got {type(unsafe).__name__}")
    if unsafe.dim != net.output_dim:
        raise GeomError(f"the property is about {unsafe.dim} outputs but the network has {net.output_dim}")
    several = isinstance(domain, Iterable)
    domains: tuple[Any, ...] = tuple(domain) if several else (Space(net.input_dim) if domain is None else domain,)
    if not domains:
        raise DomainError("no domain is given; None stands for the whole space")
    for one in domains:
        if not isinstance(one, (Box, HPolytope, Space, FlatBox)):
            raise DomainError(f"a domain is a geom.Box, a geom.HPolytope, a FlatBox or None for the whole space, not {type(one).__name__}")
        if one.dim != net.input_dim:
            raise DomainError(f"the network takes {net.input_dim} inputs but the domain has {one.dim} dimensions")
    return unsafe, domains
