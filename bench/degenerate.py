"""Degenerate networks on the whole space, and their true numbers of cells and of pairs of neighbours: data, which a test proves with the slow
reference in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

import geom
from bench.networks import arrangement, he_arrays

__all__ = ["DEGENERATE", "Degenerate"]

Layers = list[tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True)
class Degenerate:
    """A network of ReLU layers (weight, bias), the sum as its output; its numbers of cells and of pairs of cells that share a facet."""

    name: str
    hidden: Layers
    cells: int
    pairs: int

    @property
    def layers(self) -> Layers:
        width = len(self.hidden[-1][1])
        return [*self.hidden, (np.ones((1, width)), np.zeros(1))]

    @property
    def network(self) -> geom.Network:
        weights, biases = zip(*self.layers, strict=True)
        return geom.Network.mlp(weights, biases)


def _layers(*layers: tuple[Any, Any]) -> Layers:
    return [(np.array(weight, dtype=np.float64), np.array(bias, dtype=np.float64)) for weight, bias in layers]


def _central(name: str, n: int) -> Layers:
    weight = arrangement(name, n).hidden[0].weight.floats()
    return [(weight, np.zeros(len(weight)))]


def _he(name: str) -> Layers:
    weights, biases = he_arrays(name)
    return list(zip(weights[:-1], biases[:-1], strict=True))


def _without_biases(name: str) -> Layers:
    return [(weight, np.zeros_like(bias)) for weight, bias in _he(name)]


def _integers(name: str) -> Layers:
    """Weights -1, 0, 1 and biases -1, 0, 1."""
    generator = np.random.default_rng(1)
    widths = [*map(int, name.split("-"))]
    return _layers(*((generator.integers(-1, 2, (n, m)), generator.integers(-1, 2, n)) for m, n in pairwise(widths)))


DEGENERATE = (
    Degenerate("2-10-10, generic", _he("2-10-10"), 236, 450),
    Degenerate("three lines through a point", _layers(([[1, 0], [0, 1], [1, 1]], [-1, -1, -2])), 6, 6),
    Degenerate("parallel lines", _layers(([[1, 0], [1, 0], [0, 1]], [0.5, -0.5, -0.25])), 6, 7),
    Degenerate("braid, n = 4", _central("braid", 4), 24, 36),
    Degenerate("type B, n = 3", _central("type B", 3), 48, 72),
    Degenerate("resonance, n = 3", _central("resonance", 3), 32, 48),
    Degenerate("threshold functions, n = 3", _central("threshold functions", 3), 104, 256),
    Degenerate("twin units", _layers(([[1, 0], [1, 0], [0, 1]], [0.5, 0.5, -0.25])), 4, 4),
    Degenerate("a unit and its negative", _layers(([[1, 0], [-1, 0], [0, 1]], [0.5, -0.5, -0.25])), 4, 4),
    Degenerate("a unit of weight 0", _layers(([[1, 0], [0, 0], [0, 1]], [0.5, 0, -0.25])), 4, 4),
    Degenerate("second layer on a corner", _layers(([[1, 0], [0, 1]], [0, 0]), ([[1, -1]], [0])), 5, 5),
    Degenerate("2-8-8 without biases", _without_biases("2-8-8"), 28, 28),
    Degenerate("3-6-6 without biases", _without_biases("3-6-6"), 112, 220),
    Degenerate("2-6-6, weights and biases -1, 0, 1", _integers("2-6-6"), 14, 20),
    Degenerate("3-5-5, weights and biases -1, 0, 1", _integers("3-5-5"), 72, 149),
)
