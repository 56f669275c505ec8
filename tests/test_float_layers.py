"""Error bounds of values and gradients in doubles, against fractions."""

from fractions import Fraction

import numpy as np
import pytest
from test_distances import maxout_network, pooled_network, random_network

import geom
from geom.distances.float_layers import FloatLayers, lengths, spectral_norm
from geom.distances.pulled_back import PulledBack
from geom.exact import Dyadic, as_fractions

F = Fraction


def composed():
    """Linear layers between others leave weights that are no doubles, some of them too small for one."""
    rng = np.random.default_rng(0)
    tiny = np.ldexp(rng.normal(size=(4, 3)), -600)
    return geom.Network(
        [
            geom.Layer.linear(rng.normal(size=(3, 2)) / 3, rng.normal(size=3)),
            geom.Layer.linear(rng.normal(size=(3, 3)) / 7, rng.normal(size=3)),
            geom.Layer.relu(tiny, np.ldexp(rng.normal(size=4), -600)),
            geom.Layer.linear(np.ldexp(rng.normal(size=(3, 4)), -500), np.zeros(3)),
            geom.Layer.abs(rng.normal(size=(3, 3)), np.zeros(3)),
        ]
    )


NETS = [
    random_network([3, 8, 8, 6, 1]),
    random_network([60, 20, 15, 10, 1], seed=1, activation=["relu", ("leaky_relu", -3.0), "abs"]),
    random_network([70, 12, 5, 1], seed=2),
    *(maxout_network(seed, dim) for seed in range(2) for dim in (2, 60)),
    pooled_network(0, 3),
    pooled_network(1, 55),
    composed(),
]


@pytest.mark.parametrize("net", NETS, ids=str)
def test_values_and_steepness_are_bounded(net):
    x = np.random.default_rng(7).normal(size=(4, net.input_dim))
    codes = net.code(x)
    for depth, rows in enumerate(FloatLayers(net, len(net.hidden)).rows(x, codes)):
        layer = net.hidden[depth]
        for i, code in enumerate(codes):
            slopes, constants = net.affine(code, upto=depth, exact=True)
            gradients, offsets = layer.weight.fractions() @ slopes, layer.weight.fractions() @ constants + layer.bias.fractions()[:, 0]
            values = gradients @ as_fractions(x[i]) + offsets
            for j in range(len(values)):
                assert abs(F(float(rows.value[i, j])) - values[j]) <= F(float(rows.error[i, j]))
                assert gradients[j] @ gradients[j] <= F(float(rows.steepness[i, j])) ** 2
                assert rows.may_vary[i, j] or not any(gradients[j])
                assert rows.may_live[i, j] or (not any(gradients[j]) and offsets[j] == 0)


@pytest.mark.parametrize("net", NETS, ids=str)
def test_gradients_are_bounded(net):
    x = np.random.default_rng(8).normal(size=(3, net.input_dim))
    codes, layers = net.code(x), FloatLayers(net, len(net.hidden))
    for depth, layer in enumerate(net.hidden):
        weight = layer.weight.floats()
        exact_weight = layer.weight.fractions()
        for code in codes:
            slopes, _ = net.affine(code, upto=depth, exact=True)
            wrong = lengths(weight) * 2.0**-52 + 2.0**-1000
            found, error = layers.gradients(depth, weight, wrong, np.tile(code, (len(weight), 1)))
            for j, true in enumerate(exact_weight @ slopes):
                off = as_fractions(found[j]) - true
                assert off @ off <= F(float(error[j])) ** 2


@pytest.mark.parametrize("shape", [(1, 1), (5, 3), (3, 5), (40, 40), (60, 200), (1100, 3)])
def test_spectral_norms_are_bounded_closely(shape):
    matrix = np.random.default_rng(0).normal(size=shape)
    true = np.linalg.svd(matrix, compute_uv=False)[0]
    assert true <= spectral_norm(matrix) <= 2 * true
    assert spectral_norm(matrix * 2.0**600) == spectral_norm(matrix) * 2.0**600


def test_spectral_norms_of_nothing_and_of_large_matrices(monkeypatch):
    assert spectral_norm(np.zeros((3, 2))) == spectral_norm(np.zeros((0, 2))) == 0
    matrix = np.random.default_rng(0).normal(size=(9, 6))
    true = np.linalg.svd(matrix, compute_uv=False)[0]
    for largest in (4, 6, 24):  # no product, two, four
        monkeypatch.setattr("geom.distances.float_layers.LARGEST_SQUARED", largest)
        assert true <= spectral_norm(matrix) <= 4 * true


@pytest.mark.parametrize("net", NETS[:5], ids=str)
def test_a_form_is_the_difference_of_exact_pieces(net):
    x = np.random.default_rng(9).normal(size=net.input_dim)
    code, forms = net.code([x])[0], PulledBack(net)
    for unit in range(net.n_units):
        depth, own = net.layer_of(unit)
        layer = net.hidden[depth]
        slopes, constants = net.affine(code, upto=depth, exact=True)
        z = slopes @ as_fractions(x) + constants
        pieces = [
            F(layer.slope[own, r]) * (layer.weight.fractions()[j] @ z + layer.bias.fractions()[j, 0]) for r, j in enumerate(layer.row[own]) if j >= 0
        ]
        for piece, value in enumerate(pieces):
            if piece != code[unit]:
                form = forms.difference(code, depth, own, piece)
                assert form.value(Dyadic.of(x[:, None])) == form.at(as_fractions(x)) == pieces[code[unit]] - value >= 0
                assert forms.difference(code, depth, own, piece) is form
