"""Which partitions can be asked about outputs: those with all layers, and with all cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geom.arguments import instance
from geom.errors import GeomError

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["require_all_layers", "require_complete", "require_whole"]


def require_complete(partition: Partition, lack: str) -> None:
    """Raise `GeomError` where a budget or Ctrl-C stopped the walk; `lack` says what would be wrong with the answer."""
    from geom.partition.partition import Partition  # which imports this module

    if not instance(partition, Partition).is_complete:
        raise GeomError(f"the partition was cut short after {len(partition):,} cells, {lack}; subdivide without a budget")


def require_whole(partition: Partition, lack: str) -> None:
    """`require_complete` and `require_all_layers`."""
    require_complete(partition, lack)
    require_all_layers(partition)


def require_all_layers(partition: Partition) -> None:
    """Raise `GeomError` where the partition is one of the network's first layers, whose outputs are hidden units."""
    if not partition.has_all_layers:
        n, m = len(partition.network.hidden), len(partition.whole_network.hidden)
        raise GeomError(f"the partition is one of the first {n} of {m} hidden layers (upto={n}): subdivide all of them to ask about outputs")
