"""Numbers that the given weights have, and not all networks of their architecture: from the characteristic polynomial, or known to the caller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import comb

from geom.arrangement import layer_polynomial
from geom.arrangement.rows import cutting_rows
from geom.bounds.architecture import as_count
from geom.bounds.catalogue import CHARACTERISTIC, Bound
from geom.bounds.overview import BoundRow, table
from geom.errors import NetworkError, shown
from geom.networks.network import Network
from geom.polyhedra.domain import Domain, Space

__all__ = ["given_rows"]

MOST_WORK = 10**7  # hyperplanes times sets of d - 1 of them: some seconds


def given_rows(network: Network, domain: Domain, known: Mapping[str, int] | None = None) -> list[BoundRow]:
    """The rows of `table`, with the number of the network's own arrangement where it has one, and the known ones behind them.

    These numbers are those of the whole space: exact there, and upper bounds in a smaller domain.

    Raises
    ------
    NetworkError
        If `known` is no mapping from names to whole numbers of at least 1.
    """
    if known is not None and not isinstance(known, Mapping):
        raise NetworkError(f"known={shown(known)} must be a mapping from names to numbers of cells")
    found = [_of_polynomial(network) if row.bound is CHARACTERISTIC else row for row in table(network).rows]
    for name, value in (known or {}).items():
        bound = Bound(str(name), "exact", "cells", "this network", "none", "the caller", "given", None)
        found.append(BoundRow(bound, as_count(f"known[{name!r}]", value, 1)))
    if isinstance(domain, Space):
        return found
    return [replace(row, bound=replace(row.bound, kind="upper")) if row.bound.kind == "exact" else row for row in found]


def _of_polynomial(network: Network) -> BoundRow:
    """Zaslavsky's |chi(-1)|, where it takes no longer than the walk of as many hyperplanes in general position."""
    if len(network.hidden) != 1:
        return BoundRow(CHARACTERISTIC, None, f"one layer is an arrangement of hyperplanes; the network has {len(network.hidden)} hidden layers")
    try:
        hyperplanes = cutting_rows(network.hidden[0])[0].shape[0]
    except NetworkError as error:
        return BoundRow(CHARACTERISTIC, None, str(error))
    if hyperplanes * comb(hyperplanes + 1, network.input_dim - 1) > MOST_WORK:
        why_not = (
            f"{hyperplanes} hyperplanes in {network.input_dim} dimensions take long: call geom.arrangement.count_layer, and give the number as known"
        )
        return BoundRow(CHARACTERISTIC, None, why_not)
    return BoundRow(CHARACTERISTIC, layer_polynomial(network.hidden[0]).regions)
