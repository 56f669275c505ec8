"""Partitions layer by layer: which cell of the first layers each cell came from, and one layer deeper (section 5 of the paper, Lemma 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geom.arguments import instance
from geom.budget import AnyBudget
from geom.engine.packing import equal_runs
from geom.errors import GeomError, NetworkError
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.progress import Progress
from geom.questions.whole import require_complete

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["children", "parents", "refine"]


def parents(partition: Partition, upto: int | None = None) -> NDArray[np.int64]:
    """(N,) for each cell the number of the cell of the first layers that it lies in.

    Parameters
    ----------
    partition : Partition
    upto : int, optional
        So many hidden layers; by default all but the last.

    Returns
    -------
    (N,) int64
        Numbers of cells of ``geom.subdivide(net, domain, upto=upto)``: both stand in lexicographic order of their codes, and every cell of the first
        layers is the union of those that begin with its code. In a partition that a budget cut short, cells are numbered among those begun.

    Raises
    ------
    NetworkError
        If `upto` is no number of hidden layers.

    Examples
    --------
    The first unit bends at 0, the second at 1/2.

    >>> from geom import Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-0.5], [0.0]]))
    >>> parents(part)
    array([0, 1, 1])
    """
    depth = max(len(partition.network.hidden) - 1, 0) if upto is None else partition.network.check_upto(upto)
    words = partition.columns.words[:, : partition.code_table.first_word[depth]]
    return equal_runs(words)[1]


def children(partition: Partition, upto: int | None = None) -> list[slice]:
    """For each cell of the first layers, the cells that it is cut into: they stand side by side.

    Examples
    --------
    >>> from geom import Network, subdivide
    >>> children(subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-0.5], [0.0]])))
    [slice(0, 1, None), slice(1, 3, None)]
    """
    found = parents(partition, upto)
    ends = [*np.flatnonzero(np.diff(found)) + 1, len(found)] if len(found) else []
    return [slice(int(start), int(stop)) for start, stop in zip([0, *ends[:-1]], ends, strict=True)] if ends else []


def refine(partition: Partition, network: Network, *, budget: AnyBudget = None, progress: Progress = False) -> Partition:
    """The partition of one hidden layer more.

    Parameters
    ----------
    partition : Partition
        Of the first hidden layers of `network`, as ``geom.subdivide(network, domain, upto=l)`` makes it.
    network : Network
    budget, progress
        As in `geom.subdivide`.

    Raises
    ------
    GeomError
        If the partition is not that of the network's first layers, is of another number of inputs, is not complete, or has all layers already.
    BudgetExceeded, Interrupted
        As in `geom.subdivide`.

    Notes
    -----
    The walk runs anew from the domain: its time is that of the new cells, among whose ancestors are the old ones, and no half-finished walk has to be
    kept with every partition.

    Examples
    --------
    >>> from geom import Network, subdivide
    >>> net = Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-0.5], [0.0]])
    >>> refine(subdivide(net, upto=1), net)
    Partition(3 cells, 1 dimensions, 2 units)
    """
    from geom.partition.subdivision import subdivide

    instance(network, Network, NetworkError)
    depth = len(partition.network.hidden)
    if partition.dim != network.input_dim:
        raise GeomError(f"the partition has {partition.dim} dimensions, but the network takes {network.input_dim} inputs")
    if depth >= len(network.hidden):
        raise GeomError(f"all {len(network.hidden)} hidden layers have cut already")
    if not all(_is_same(a, b) for a, b in zip(partition.network.hidden, network.hidden, strict=False)):
        raise GeomError("the partition is not that of the network's first layers")
    require_complete(partition, "so those of the next layer would have gaps")
    return subdivide(network, partition.domain, upto=depth + 1, budget=budget, progress=progress)


def _is_same(a: Layer, b: Layer) -> bool:
    if a is b:
        return True
    same_rows = a.row.shape == b.row.shape and bool((a.row == b.row).all() and (a.slope == b.slope).all())
    same_maps = a.weight.shape == b.weight.shape and all(not any((p - q).entries.entries()) for p, q in ((a.weight, b.weight), (a.bias, b.bias)))
    return same_rows and same_maps
