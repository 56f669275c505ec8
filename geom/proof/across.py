"""The code just across a facet, from directional derivatives, layer by layer.

Take a point x in the relative interior of a facet and a direction v out of the cell. A unit that is not zero at x keeps its code for a
short way along v, because the network is continuous. A unit that is zero at x has its pieces equal there, and takes after a short way the piece of
larger derivative along v, the lower one if they are equal. Which units are zero at x is known from the cell's own rows: those whose
row contains the facet, and those whose row vanishes identically. So only derivatives have to be composed, never values.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from flint import fmpz_mat

from geom.proof.rows import LayerPieces

__all__ = ["code_across", "outwards"]

BITS = 30


def outwards(row: Sequence[Any]) -> list[int]:
    """A direction v (d,) of small integers that leaves {x : a.x + b >= 0} at once: a.v < 0, for the row (a, b), a not zero.

    Entries of a are cut to their leading bits; none changes its sign, though it may become 0, and the largest does not.

    Examples
    --------
    >>> outwards((3, -1, 5))
    [-3, 1]
    """
    slopes = [int(v) for v in row[:-1]]
    shift = max(0, max(abs(v).bit_length() for v in slopes) - BITS)
    return [-(v >> shift) if v > 0 else -v >> shift for v in slopes]


def code_across(
    layers: Sequence[LayerPieces], first: Sequence[int], code: Sequence[int], zero: Collection[int], direction: Sequence[int]
) -> list[int]:
    """Code (n_units,) of the cell beyond a facet.

    Parameters
    ----------
    layers, first
        Of the `Composer`.
    code : (n_units,) of int
        On this side.
    zero : collection of int
        Units that are zero on the facet.
    direction : (d,) of int
        Out of the cell through the facet.

    Examples
    --------
    >>> from geom import Box, Network
    >>> from geom.proof.rows import Composer
    >>> composer = Composer(Network.mlp([[[1.0], [-1.0]], [[1.0, -1.0]], [[1.0]]], [[0.0, 0.0], [0.0], [0.0]]), Box([-1], [1]))
    >>> code_across(composer.layers, composer.first, [1, 0, 1], {0, 1, 2}, [-1])
    [0, 1, 0]
    """
    found: list[int] = []
    derivative = fmpz_mat(len(direction), 1, list(direction))  # all powers of two are left out: a layer's units share them, and only signs count
    for layer, start in zip(layers, first, strict=False):
        n_rows = layer.weight.shape[0]
        table = (layer.weight.entries * derivative).table() if derivative.nrows() and n_rows else [[0]] * n_rows
        own = list(code[start : start + len(layer.source)])
        for k, (difference,) in enumerate(layer.differences(table)):
            if start + k in zero:
                own[k] = int(difference > 0)
        chosen = layer.chosen(table, own)
        derivative = fmpz_mat(len(own), 1, [v for (v,) in chosen])
        found += own
    return found
