"""Affine maps of deep layers: composed once for a parent cell, then kept up by the code bits that change.

A layer's pre-activation is h = W D z + b, where z are the pre-activations of the layer below as affine maps of the input and D the slopes that the
code chooses there. Composing it costs (units x units below x (d + 1)) products; a changed bit costs (units x (d + 1)).

Error bounds, row by row, on the sum of the errors of all coefficients (`drift`):

- inherited: sum_j |W_kj| s_j drift_j, with s_j the largest |slope| that unit j takes anywhere in the parent cell, so that it holds for every code;
- composition: gamma_n times spread_k = |b_k| + sum_j |W_kj| s_j size_j, with n the operations behind one coefficient;
- in a deep network the same with maps of twice the bits (`kernels.numbers.twice`), whose operations round by `TWICE` instead of U;
- flips: each rounds a slope difference and two products, at most 4 U |W_kj| |step| size_j, and one sum, at most U times the size of the map then;
  n flips in a row never see a map larger than the last one plus all that they added. These add up in `noise`.
"""

from __future__ import annotations

import numpy as np

from geom.exact import FloatArray
from geom.kernels.cells.integers import compose_integers, flip_integers
from geom.kernels.cells.state import Maps, Net, Path
from geom.kernels.jit import inlined, kernel
from geom.kernels.numbers.ball import INFLATE, SMALLEST, TINY, U, gamma
from geom.kernels.numbers.bits import NONE, bit, lowest
from geom.kernels.numbers.twice import TWICE, add_product

__all__ = ["compose", "first_layer", "weigh"]


@kernel
def compose(net: Net, maps: Maps, path: Path, layer: int) -> None:
    """Bring the map of `layer` (not the first) up to the code of the layer below in `path`."""
    n_below = net.first[layer] - net.first[layer - 1]
    if not maps.is_made[layer] or maps.updates[layer] > n_below + 64:
        _compose_anew(net, maps, path, layer)
        if net.is_short[layer]:
            compose_integers(net, maps, path, layer)
        weigh(net, maps, layer)
    else:
        flips = _flip(net, maps, path, layer)
        weigh(net, maps, layer)
        _note_flips(net, maps, layer, flips)
    for w in range(net.word[layer - 1], net.word[layer]):
        maps.made_for[w] = path.code[w]
    maps.is_made[layer] = True


@inlined
def _compose_anew(net: Net, maps: Maps, path: Path, layer: int) -> None:
    start, stop, below = net.first[layer], net.first[layer + 1], net.first[layer - 1]
    d = maps.value.shape[0] - 1
    for i in range(d):
        maps.value[i, start:stop] = 0.0
    for i in range(d + 1):
        maps.low[i, start:stop] = 0.0
    for k in range(start, stop):
        maps.value[d, k] = net.bias[k]
        maps.spread[k] = abs(net.bias[k])
        maps.noise[k] = 0.0
    maps.terms[layer] = 6
    maps.updates[layer] = 0
    lost = 0.0  # by weights that are subnormal beside the largest one of their unit
    for j in range(below, start):
        lost += maps.reach[j] * maps.size[j] * SMALLEST
    for k in range(start, stop):
        maps.inherited[k] = lost
    for j in range(below, start):
        if maps.reach[j] == 0.0:
            continue
        maps.terms[layer] += 1
        w, b = net.word[layer - 1] + (j - below) // 64, (j - below) % 64
        slope = net.slope[j, 1] if path.code[w] & bit(b) != NONE else net.slope[j, 0]
        if slope != 0.0:
            _add_unit(net, maps, layer, j, slope)
        at = net.weight_at[layer] + (j - below) * (stop - start)
        column = net.weight[at : at + stop - start]
        size, drift = maps.reach[j] * maps.size[j], maps.reach[j] * maps.drift[j]
        for k in range(stop - start):
            maps.spread[start + k] += abs(column[k]) * size
            maps.inherited[start + k] += abs(column[k]) * drift


@inlined
def _flip(net: Net, maps: Maps, path: Path, layer: int) -> int:
    """Follow the bits that changed; `maps.step` then holds how much they added. Returns their number."""
    low, start, stop = net.word[layer - 1], net.first[layer], net.first[layer + 1]
    flips = 0
    for k in range(start, stop):
        maps.step[k] = 0.0
    for w in range(low, net.word[layer]):
        changed = maps.made_for[w] ^ path.code[w]
        while changed != NONE:
            b = lowest(changed)
            changed &= changed - np.uint64(1)
            j = net.first[layer - 1] + 64 * (w - low) + b
            new, old = (1, 0) if path.code[w] & bit(b) != NONE else (0, 1)
            step = net.slope[j, new] - net.slope[j, old]
            if net.is_deep[0] and net.slope[j, 0] != 0.0:  # the difference of two slopes would be rounded to a double
                _add_unit(net, maps, layer, j, net.slope[j, new])
                _add_unit(net, maps, layer, j, -net.slope[j, old])
                step = abs(net.slope[j, new]) + abs(net.slope[j, old])
                flips += 1
            else:
                _add_unit(net, maps, layer, j, step)
            if net.is_short[layer]:
                flip_integers(net, maps, layer, j, net.whole_slope[j, new] - net.whole_slope[j, old])
            at = net.weight_at[layer] + (j - net.first[layer - 1]) * (stop - start)
            column = net.weight[at : at + stop - start]
            size = abs(step) * maps.size[j]
            for k in range(stop - start):
                maps.step[start + k] += abs(column[k]) * size
            flips += 1
    maps.updates[layer] += flips
    return flips


@inlined
def _add_unit(net: Net, maps: Maps, layer: int, j: int, slope: float) -> None:
    """Add slope * (map of unit j) times its column of weights."""
    start, stop = net.first[layer], net.first[layer + 1]
    at = net.weight_at[layer] + (j - net.first[layer - 1]) * (stop - start)
    column = net.weight[at : at + stop - start]
    for i in range(maps.value.shape[0]):
        target = maps.value[i, start:stop]
        if net.is_deep[0]:
            rest = maps.low[i, start:stop]
            high, low = add_product(0.0, 0.0, slope, maps.value[i, j], maps.low[i, j])
            for k in range(stop - start):
                target[k], rest[k] = add_product(target[k], rest[k], column[k], high, low)
        else:
            factor = slope * maps.value[i, j]
            for k in range(stop - start):
                target[k] += column[k] * factor


@inlined
def _note_flips(net: Net, maps: Maps, layer: int, flips: int) -> None:
    """Add the flips' rounding to the noise, now that the sizes of the maps they led to are known."""
    unit = TWICE if net.is_deep[0] else U
    share = flips * unit * INFLATE
    for k in range(net.first[layer], net.first[layer + 1]):
        noise = share * maps.size[k] + (share + 4.0 * unit) * INFLATE * maps.step[k]
        maps.noise[k] += noise
        maps.drift[k] = (maps.drift[k] + noise) * INFLATE
        maps.error[k] = (maps.error[k] + noise) * INFLATE


@kernel
def weigh(net: Net, maps: Maps, layer: int) -> None:
    """Size, drift and error of every row of a layer from what its map was made of."""
    start, stop = net.first[layer], net.first[layer + 1]
    n = maps.value.shape[0]
    size = maps.size[start:stop]
    size[:] = 0.0
    for i in range(n):
        row = maps.value[i, start:stop]
        for k in range(stop - start):
            size[k] += abs(row[k])
    evaluation = gamma(np.float64(n + 3))
    if net.is_deep[0]:  # rows are evaluated without their low parts
        composition = (TWICE * maps.terms[layer] + net.lost[layer]) * INFLATE
        evaluation = gamma(np.float64(n + 4))
    else:
        composition = gamma(np.float64(maps.terms[layer]))
    for k in range(start, stop):
        maps.size[k] = maps.size[k] * INFLATE + TINY
        maps.drift[k] = (maps.inherited[k] + composition * maps.spread[k] + maps.noise[k]) * INFLATE + TINY
        maps.error[k] = (maps.drift[k] + evaluation * maps.size[k]) * INFLATE + net.distrust[0]


def first_layer(base: FloatArray, low: FloatArray, maps: Maps, net: Net) -> None:
    """Start with the first layer's own rows (d + 1, units), each coefficient rounded once, and what the rounding took away."""
    maps.value[:, : net.first[1]] = base
    maps.low[:, : net.first[1]] = low
    maps.spread[: net.first[1]] = np.abs(base).sum(axis=0) * INFLATE
    maps.is_made[0] = True
    maps.terms[0] = 1  # one rounding, of U or, with the low parts, of far less than TWICE
    weigh(net, maps, 0)
