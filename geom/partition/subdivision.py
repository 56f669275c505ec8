"""From a network and a domain to all cells: check the input, run the walk, prove what floats left open, hand over a partition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from geom.arguments import instance, target_path, whole_number
from geom.budget import AnyBudget, Budget, raise_if_stopped
from geom.engine.columns import Collector
from geom.engine.run import Stats, Walk
from geom.engine.switches import Engine
from geom.errors import DomainError, GeomError, NetworkError, SaveError
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.partition.witnesses import prove_witnesses
from geom.polyhedra.domain import Box, Domain, HPolytope, Space
from geom.progress import Progress, reporting

__all__ = ["Count", "count", "subdivide"]


@dataclass(frozen=True)
class Count:
    """How many cells a network has in a domain.

    Attributes
    ----------
    cells : int
    seconds : float
        Wall time of the walk.
    stats : Stats
        How the signs were decided.
    """

    cells: int
    seconds: float
    stats: Stats


def subdivide(
    net: Network,
    domain: Domain | None = None,
    *,
    upto: int | None = None,
    budget: AnyBudget = None,
    workers: int = 1,
    progress: Progress = False,
    out: str | PathLike[str] | None = None,
    engine: Engine | None = None,
) -> Partition:
    """Every cell of a network's partition of a domain, proven.

    Parameters
    ----------
    net : Network
    domain : Box or HPolytope, optional
        Of the network's input dimension; by default the whole space.
    upto : int, optional
        Only the first so many hidden layers; by default all.
    budget : Budget or dict, optional
        Limits on cells, seconds, memory.
    workers : int
        1: the walk runs in this thread.
    progress : bool or callable
        True shows a progress bar; a callable gets cells and seconds now and then.
    out : path, optional
        A .npz file to which the partition is also saved, as far as it got. That it can be there is looked at before the walk.
    engine : Engine, optional
        Switches for checks; the cells do not depend on them.

    Returns
    -------
    Partition
        Cells in lexicographic order of their codes.

    Raises
    ------
    NetworkError
        If `net` is no network, or has units that this walk cannot cut.
    DomainError
        If the domain is none, or of another dimension.
    BudgetExceeded, Interrupted
        At a limit or Ctrl-C; `partial` then holds the partition so far.
    SaveError
        If `out` cannot be written; where that shows only after the walk, as on a full disk, `partial` holds the partition.

    Notes
    -----
    The first call after an installation compiles the kernels, which takes a minute or two. `count` tells beforehand how many cells there are.

    Each layer subdivides the cells of those before it: Balestriero et al. (2019), section 4. Cells are kept by their generators and cut by one double
    description step that keeps both halves; every sign is proven (docs/exactness.md).

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0, 1.0]]], [[0.0, 0.0, -0.5], [0.0]])
    >>> subdivide(net, Box([-1, -1], [1, 1]))
    Partition(7 cells, 2 dimensions, 3 units)
    """
    whole = check_problem(net, domain)
    if whole_number(workers, "workers", 1) != 1:
        raise GeomError(f"workers={workers}: only workers=1 is supported yet")
    path = None if out is None else target_path(out)
    asked, net = net, net if upto is None else net.upto(upto)
    limits, collector, run = Budget.of(budget), Collector(), Walk(net, whole, engine)
    with reporting(progress, _expected(net, whole)) as report:
        stopped = run.run(collector.take, lambda: collector.n_bytes, limits, report)
    columns = run.columns(collector)
    if stopped == "cells" and limits.cells is not None:
        columns = columns.head(limits.cells)
    partition = Partition(net, whole, columns, run.stats, run.seconds, run.is_done and len(columns.words) == run.cells, asked)
    prove_witnesses(partition)
    if path is not None:
        _save(partition, path)
    raise_if_stopped(stopped, limits, len(partition), partition)
    return partition


def count(
    net: Network,
    domain: Domain | None = None,
    *,
    upto: int | None = None,
    budget: AnyBudget = None,
    progress: Progress = False,
    engine: Engine | None = None,
) -> Count:
    """The number of cells, in memory that does not grow with it; the walk and its proofs are those of `subdivide`.

    Parameters
    ----------
    net, domain, upto, budget, progress, engine
        As in `subdivide`.

    Raises
    ------
    NetworkError, DomainError, BudgetExceeded, Interrupted
        As in `subdivide`; `partial` is a `Count`.

    Examples
    --------
    >>> count(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1])).cells
    3
    """
    whole = check_problem(net, domain)
    net = net if upto is None else net.upto(upto)
    limits, run = Budget.of(budget), Walk(net, whole, engine)
    with reporting(progress, _expected(net, whole)) as report:
        stopped = run.run(None, lambda: 0, limits, report)
    cells = min(run.cells, limits.cells) if stopped == "cells" and limits.cells is not None else run.cells
    result = Count(cells, run.seconds, run.stats)
    raise_if_stopped(stopped, limits, cells, result)
    return result


def check_problem(net: Network, domain: Domain | None) -> Domain:
    """The domain, the whole space where it is None; a NetworkError or DomainError if the two are no problem to be walked."""
    instance(net, Network, NetworkError)
    if domain is None:
        domain = Space(net.input_dim)
    if not isinstance(domain, (Box, HPolytope, Space)):
        raise DomainError(f"a domain is a geom.Box, a geom.HPolytope or None for the whole space, not {type(domain).__name__}")
    if domain.dim != net.input_dim:
        raise DomainError(f"the network takes {net.input_dim} inputs but the domain has {domain.dim} dimensions; the two must be equal")
    return domain


def _expected(net: Network, domain: Domain) -> Callable[[], float | None]:
    """About how many cells there will be, for the progress bar."""

    def ask() -> float | None:
        from geom.estimates.estimation import expected_cells  # which imports this module

        return expected_cells(net, domain)

    return ask


def _save(partition: Partition, path: Path) -> None:
    """Save what a walk found; where that fails, as on a full disk, the error holds the partition: it may have taken hours."""
    try:
        partition.save(path)
    except SaveError as error:
        raise SaveError(error.path, error.reason, partition) from error
