"""The exact code of a point, and of the points just beside it in given directions, by one pass through the layers in integers.

Beside a point, a unit takes the piece that is lexicographically largest in value and directional derivatives. Values are propagated
forwards. Derivatives are wanted only where values tie, so they are had from the gradients of the tied rows alone, propagated backwards.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from flint import fmpz, fmpz_mat
from numpy.typing import NDArray

from geom.exact import Dyadic, as_fractions, integer_row
from geom.networks.layer import Layer

__all__ = ["code_towards"]

Table = list[list[fmpz]]


def code_towards(layers: Sequence[Layer], x: NDArray[Any], directions: Sequence[Any]) -> list[list[int]]:
    """Code of each layer at x + e v_1 + e^2 v_2 + ... for all small e > 0; ties that all directions leave go to the lowest piece.

    Parameters
    ----------
    layers : sequence of Layer
    x : (d,) array of Fraction
    directions : sequence of (d,) rationals
        Looked at one by one, as long as ties are left.
    """
    scale = math.lcm(*(v.denominator for v in x))  # of all values: they are integers times powers of two then, and signs do not change
    z = Dyadic(fmpz_mat(len(x), 1, [int(v * scale) for v in x]), 0)
    codes: list[list[int]] = []
    for depth, layer in enumerate(layers):
        h = layer.weight @ z + Dyadic(layer.bias.entries * scale, layer.bias.exponent)
        slopes = Dyadic.of(layer.slope)
        values, factors = h.entries.entries(), slopes.entries.table()
        largest = [_largest(row, slope, values) for row, slope in zip(layer.row.tolist(), factors, strict=True)]
        if len(directions) and any(len(pieces) > 1 for pieces in largest):
            _break_ties(layers[: depth + 1], codes, largest, directions)
        code = [pieces[0] for pieces in largest]
        outputs = [factors[k][r] * values[layer.row[k, r]] for k, r in enumerate(code)]
        z = Dyadic(fmpz_mat(len(outputs), 1, outputs), h.exponent + slopes.exponent)
        codes.append(code)
    return codes


def _largest(row: list[int], slope: list[fmpz], values: list[fmpz]) -> list[int]:
    """The pieces of a unit with the largest value, without those that equal an earlier one of them."""
    pieces = [slope[r] * values[j] for r, j in enumerate(row) if j >= 0]
    best = max(pieces)
    distinct = {(row[r], int(slope[r])): r for r in reversed(range(len(pieces))) if pieces[r] == best}
    return sorted(distinct.values())


def _break_ties(layers: Sequence[Layer], codes: Sequence[list[int]], largest: list[list[int]], directions: Sequence[Any]) -> None:
    """Keep, of the last layer's largest pieces, those that grow fastest in the first direction, of these those in the second, ..."""
    layer = layers[-1]
    tied = [k for k, pieces in enumerate(largest) if len(pieces) > 1]
    rows = sorted({int(layer.row[k, r]) for k in tied for r in largest[k]})
    place = {j: i for i, j in enumerate(rows)}
    gradients = _gradients(layers, codes, rows)
    table, slopes = gradients.table(), Dyadic.of(layer.slope).entries.table()

    def scaled(k: int, r: int, by_row: Table) -> list[fmpz]:
        return [slopes[k][r] * v for v in by_row[place[int(layer.row[k, r])]]]

    # Pieces of one gradient are one piece here: no direction tells them apart.
    tied = [k for k in tied if any(scaled(k, r, table) != scaled(k, largest[k][0], table) for r in largest[k][1:])]
    remaining = iter(directions)
    while tied and (v := next(remaining, None)) is not None:
        derivatives = (gradients * fmpz_mat(gradients.ncols(), 1, list(integer_row(as_fractions(v).tolist())))).table()
        for k in tied:
            steepest = max(scaled(k, r, derivatives) for r in largest[k])
            largest[k] = [r for r in largest[k] if scaled(k, r, derivatives) == steepest]
        tied = [k for k in tied if len(largest[k]) > 1]


def _gradients(layers: Sequence[Layer], codes: Sequence[list[int]], rows: list[int]) -> fmpz_mat:
    """Gradients (rows, d), up to one positive factor, of linear rows of the last layer as functions of the input, for these codes below it."""
    *below, layer = layers
    found = layer.weight.take_rows(rows).entries
    for lower, code in zip(reversed(below), reversed(codes), strict=True):
        slopes = Dyadic.of(lower.slope).entries.table()
        by_row = [[fmpz(0)] * lower.weight.shape[0] for _ in rows]
        for source, target in zip(found.table(), by_row, strict=True):
            for k, r in enumerate(code):
                target[lower.row[k, r]] += slopes[k][r] * source[k]
        found = (Dyadic(fmpz_mat(len(rows), lower.weight.shape[0], [v for row in by_row for v in row]), 0) @ lower.weight).entries
    return found
