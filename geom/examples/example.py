"""What an example is: a network, where it is looked at, and the numbers that mathematics gives it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from geom.errors import NetworkError, shown
from geom.networks.network import Network
from geom.polyhedra.domain import Box

__all__ = ["Example", "check_sizes", "checked_widths"]

LARGEST_SIZE = 10**6


class Example(NamedTuple):
    """A network with its known counts.

    Attributes
    ----------
    network : Network
    cells : int or None
        Activation cells in the domain, by a formula or a published table, never by a run of this package; None where nobody knows.
    linear_regions : int or None
        Maximal connected sets of cells with one affine map; None where it is not known.
    source : str
        Whose construction and whose number it is.
    domain : Box or None
        None is the whole space.
    """

    network: Network
    cells: int | None
    linear_regions: int | None
    source: str
    domain: Box | None = None


def check_sizes(least: int, **sizes: int) -> None:
    """A NetworkError if one of the sizes is no whole number, less than `least` or beyond every network."""
    for name, value in sizes.items():
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= LARGEST_SIZE:
            raise NetworkError(f"{name}={shown(value)}: it must be an int of at least {least} and at most {LARGEST_SIZE:,}")


def checked_widths(widths: Sequence[int], least: int = 1, name: str = "widths") -> tuple[int, ...]:
    """The widths as ints, numpy's too; a NetworkError if they are no sequence, or one is no whole number or less than `least`."""
    if not isinstance(widths, Iterable):
        raise NetworkError(f"{name}={shown(widths)}: it must be a sequence of int")
    sizes = tuple(int(n) if isinstance(n, np.integer) else n for n in widths)
    check_sizes(least, **{f"{name}[{k}]": n for k, n in enumerate(sizes)})
    return sizes
