"""Affine maps of deep layers: composed once for a parent cell, then kept up by the code bits that change.

A layer's pre-activation is h = W D z + b, where z are the pre-activations of the layer below as affine maps of the input and D the slopes that the
code chooses there. Composing it costs (units x units below x (d + 1)) products; a changed bit costs (units x (d + 1)).

Error bounds. Let s_j be the largest |slope| that unit j takes anywhere in the parent cell, gamma that of one composition, and
P_k = |b_k| + sum_j |W_kj| s_j (size_j + error_j / gamma). However the bits stand, the composed row is off by at most gamma P_k; a later flip rounds
a slope difference, a product and a sum, together at most `FLIP` P_k more. So P is summed once for a parent cell and a flip costs nothing.
"""

from __future__ import annotations

import numpy as np

from geom.exact import FloatArray
from geom.kernels.ball import INFLATE, TINY, U, gamma
from geom.kernels.bits import NONE, bit, lowest
from geom.kernels.jit import kernel
from geom.kernels.state import Maps, Net, Path

__all__ = ["compose", "first_layer", "weigh"]

FLIP = 8.0 * U


@kernel
def compose(net: Net, maps: Maps, path: Path, layer: int) -> None:
    """Bring the map of `layer` (not the first) up to the code of the layer below in `path`."""
    low, high = net.word[layer - 1], net.word[layer]
    n_below = net.first[layer] - net.first[layer - 1]
    if not maps.is_made[layer] or maps.updates[layer] > n_below + 64:
        _compose_whole(net, maps, path, layer)
    else:
        for w in range(low, high):
            changed = maps.made_for[w] ^ path.code[w]
            while changed != NONE:
                b = lowest(changed)
                changed &= changed - np.uint64(1)
                j = net.first[layer - 1] + 64 * (w - low) + b
                step = net.slope[j, 1] - net.slope[j, 0]
                _add_unit(net, maps, layer, j, step if path.code[w] & bit(b) != NONE else -step)
                maps.updates[layer] += 1
    for w in range(low, high):
        maps.made_for[w] = path.code[w]
    maps.is_made[layer] = True
    if layer + 1 < maps.is_made.shape[0]:
        maps.is_made[layer + 1] = False
    n_terms = np.float64(n_below + 6)
    weigh(net, maps, layer, gamma(n_terms) + FLIP * maps.updates[layer])


@kernel
def _compose_whole(net: Net, maps: Maps, path: Path, layer: int) -> None:
    start, stop, below = net.first[layer], net.first[layer + 1], net.first[layer - 1]
    d = maps.value.shape[0] - 1
    relative = gamma(np.float64(start - below + 6))
    for i in range(d):
        maps.value[i, start:stop] = 0.0
    for k in range(start, stop):
        maps.value[d, k] = net.bias[k]
        maps.spread[k] = abs(net.bias[k])
    for j in range(below, start):
        w, b = net.word[layer - 1] + (j - below) // 64, (j - below) % 64
        slope = net.slope[j, 1] if path.code[w] & bit(b) != NONE else net.slope[j, 0]
        if slope != 0.0:
            _add_unit(net, maps, layer, j, slope)
        weight = maps.reach[j] * (maps.size[j] + maps.error[j] / relative)
        if weight > 0.0:
            block = net.weight[net.weight_at[layer] + (j - below) * (stop - start) :]
            for k in range(stop - start):
                maps.spread[start + k] += abs(block[k]) * weight
    maps.updates[layer] = 0


@kernel
def _add_unit(net: Net, maps: Maps, layer: int, j: int, slope: float) -> None:
    """Add slope * (map of unit j) times its column of weights."""
    start, stop = net.first[layer], net.first[layer + 1]
    at = net.weight_at[layer] + (j - net.first[layer - 1]) * (stop - start)
    column = net.weight[at : at + stop - start]
    for i in range(maps.value.shape[0]):
        factor = slope * maps.value[i, j]
        target = maps.value[i, start:stop]
        for k in range(stop - start):
            target[k] += column[k] * factor


@kernel
def weigh(net: Net, maps: Maps, layer: int, relative: float) -> None:
    """Error and size of every row of a layer, given the error of its coefficients relative to `spread`."""
    start, stop = net.first[layer], net.first[layer + 1]
    n = maps.value.shape[0]
    size, error, spread = maps.size[start:stop], maps.error[start:stop], maps.spread[start:stop]
    size[:] = 0.0
    for i in range(n):
        row = maps.value[i, start:stop]
        for k in range(stop - start):
            size[k] += abs(row[k])
    evaluation = gamma(np.float64(n + 3))
    for k in range(stop - start):
        size[k] = size[k] * INFLATE + TINY
        error[k] = (relative * spread[k] + evaluation * size[k]) * INFLATE + TINY


def first_layer(base: FloatArray, maps: Maps, net: Net) -> None:
    """Start with the first layer's own rows (d + 1, units), each rounded once."""
    maps.value[:, : net.first[1]] = base
    maps.spread[: net.first[1]] = np.abs(base).sum(axis=0) * INFLATE
    maps.is_made[0] = True
    weigh(net, maps, 0, 2.0 * U)
