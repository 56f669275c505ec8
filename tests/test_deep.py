"""Deep networks: maps of dozens of layers are composed with twice the bits, so that floats still decide, and decide rightly."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import geom
from geom.kernels.numbers.twice import add_product, split_product


def he_network(layers, width, activation, seed=0, dim=2):
    rng = np.random.default_rng(seed)
    weights, biases, n = [], [], dim
    for k in [*[width] * layers, 1]:
        weights.append(rng.standard_normal((k, n)) * np.sqrt(2 / n))
        biases.append(0.1 * rng.standard_normal(k))
        n = k
    return geom.Network.mlp(weights, biases, activation)


@pytest.mark.parametrize("activation", ["relu", ("leaky_relu", 0.01), "abs"])
@pytest.mark.parametrize("layers", [7, 8, 12])
def test_deep_partitions_are_proven_again_without_the_engine(layers, activation):
    box = geom.Box(["0.1", "-0.35"], ["0.15", "-0.3"])
    part = geom.subdivide(he_network(layers, 8, activation), box)
    assert len(part) > 1
    assert geom.check(part, sample=None).proven


def test_thirty_layers_leave_hardly_a_sign_to_integers():
    stats = geom.count(he_network(30, 20, "relu"), geom.Box([-0.2, -0.2], [0.2, 0.2])).stats
    assert 100_000 * stats.exact <= stats.filter


def test_a_product_is_split_without_loss():
    rng = np.random.default_rng(3)
    for a, b in rng.standard_normal((200, 2)).tolist():
        high, low = split_product(a, b)
        assert Fraction(high) + Fraction(low) == Fraction(a) * Fraction(b)
        hi, lo = add_product(a, a * 2.0**-60, b, high, low)
        exact = Fraction(a) + Fraction(a * 2.0**-60) + Fraction(b) * (Fraction(high) + Fraction(low))
        size = abs(Fraction(a)) + abs(Fraction(b) * Fraction(high))
        assert abs(Fraction(hi) + Fraction(lo) - exact) <= size * Fraction(2) ** -102
