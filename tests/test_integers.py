"""Signs in 64-bit integers are those of the whole numbers, or not given; layers called short have rows that fit."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import gcd

import numpy as np
import pytest

import geom
from geom.engine.run import Walk
from geom.engine.short import LARGEST_POINT, LARGEST_ROW, short_network
from geom.kernels.cells.integers import UNKNOWN, cross_integers, integer_sign
from geom.kernels.numbers.modular import MERSENNE, inverse, times
from geom.kernels.tables.hashing import EMPTY, fill, find, hash_of, look_up
from geom.networks.layer import Layer


def state_of(dim):
    """A walk's arrays, of one unit, to be filled with other integers."""
    net = geom.Network.mlp([[[1] * dim], [[1]]], [[0], [0]])
    state = Walk(net, geom.Box([-1] * dim, [1] * dim)).state
    assert state.net.is_short.tolist() == [True]
    return state


def dot(row, point):
    """In whole numbers of any length."""
    return sum(int(a) * int(x) for a, x in zip(row, point, strict=True))


def sign(value):
    return (value > 0) - (value < 0)


def integers_up_to(rng, bits, n):
    """Half of them as large as they may be."""
    return [int(v) for v in np.where(rng.random(n) < 0.5, rng.choice([-1, 1], n) * ((1 << bits) - rng.integers(1, 9, n)), rng.integers(-9, 10, n))]


@pytest.mark.parametrize("row_bits", [10, 31, 45, 48])
@pytest.mark.parametrize("point_bits", [10, 15, 16, 17, 31])
def test_a_sign_in_64_bits_is_the_true_one_or_not_given(row_bits, point_bits):
    rng, state, given = np.random.default_rng([row_bits, point_bits]), state_of(6), 0
    for _ in range(200):
        row, point = integers_up_to(rng, row_bits, 7), integers_up_to(rng, point_bits, 7)
        state.maps.whole[:, 0], state.pool.whole[0], state.pool.is_whole[0] = row, point, True
        found = integer_sign(state.net, state.maps, state.pool, 0, 0, 0)
        assert found in (sign(dot(row, point)), UNKNOWN)
        given += found != UNKNOWN
    assert given > 100 or row_bits + point_bits > 58


@pytest.mark.parametrize(
    "numbers", [([2**47] * 7, [2**15] * 7), ([2**47] * 7, [-(2**14)] * 7), ([2**47, -(2**47), 1, 0, 0, 0, 0], [2**30, 2**30, 1, 0, 0, 0, 0])]
)
def test_a_sum_that_would_wrap_around_is_not_formed(numbers):
    row, point = numbers
    state = state_of(6)
    state.maps.whole[:, 0], state.pool.whole[0], state.pool.is_whole[0] = row, point, True
    assert integer_sign(state.net, state.maps, state.pool, 0, 0, 0) == (
        UNKNOWN if sum(abs(a * x) for a, x in zip(row, point, strict=True)) >= 2**62 else 1
    )


def test_zero_is_zero_and_a_generator_without_integers_is_not_told():
    state = state_of(2)
    state.maps.whole[:, 0], state.pool.whole[0], state.pool.is_whole[0] = [1, -1, 0], [5, 5, 1], True
    assert integer_sign(state.net, state.maps, state.pool, 0, 0, 0) == 0
    state.pool.is_whole[0] = False
    assert integer_sign(state.net, state.maps, state.pool, 0, 0, 0) == UNKNOWN


@pytest.mark.parametrize("row_bits", [3, 20, 47])
@pytest.mark.parametrize("point_bits", [3, 13, 20, 30])
def test_a_crossing_in_64_bits_is_the_true_one_or_not_given(row_bits, point_bits):
    rng, state, given = np.random.default_rng([row_bits, point_bits]), state_of(3), 0
    for _ in range(200):
        row = integers_up_to(rng, row_bits, 4)
        ends = [[*integers_up_to(rng, point_bits, 3), int(rng.integers(1, 1 << point_bits))] for _ in range(2)]
        heights = [dot(row, end) for end in ends]
        if heights[0] <= 0 or heights[1] >= 0:
            continue
        state.maps.whole[:, 0] = row
        state.pool.whole[:2], state.pool.is_whole[:3] = ends, [True, True, False]
        if not cross_integers(state.net, state.maps, state.pool, 0, 1, 2, 0, 0):
            assert not state.pool.is_whole[2]
            continue
        given += 1
        true = [heights[0] * q - heights[1] * p for p, q in zip(*ends, strict=True)]
        common = gcd(*true)
        assert state.pool.whole[2].tolist() == [v // common for v in true]
        assert state.pool.is_whole[2]
        largest = max(map(abs, true))
        off = [abs(Fraction(float(x)) - Fraction(v, largest)) for x, v in zip(state.pool.point[2, :4], true, strict=True)]
        assert max(off) <= Fraction(float(state.pool.point[2, 4]))
    assert given > 20 or row_bits + 2 * point_bits > 60


def test_a_crossing_of_ends_without_integers_is_not_given():
    state = state_of(2)
    for known in ([True, False], [False, True]):
        state.pool.is_whole[:3] = [*known, False]
        assert not cross_integers(state.net, state.maps, state.pool, 0, 1, 2, 0, 0)


# --- modulo a prime ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prime", [3, 2147483629, 2147483647, MERSENNE])
def test_products_and_inverses_modulo_a_prime_are_the_true_ones(prime):
    rng = np.random.default_rng(0)
    numbers = [0, 1, 2, prime // 2, prime - 2, prime - 1, *(int(v) for v in rng.integers(0, prime, size=60))]
    for a in numbers:
        for b in numbers:
            assert times(a % prime, b % prime, prime) == a * b % prime
        if a % prime:
            assert inverse(a % prime, prime) * a % prime == 1
            assert 0 < inverse(a % prime, prime) < prime


# --- which layers are short ----------------------------------------------------------------------------------------------------------------------


def composed_rows(layers, code):
    """Rows of every layer for one code of all units, in fractions."""
    dim = layers[0].input_dim
    below, at, found = [[Fraction(int(i == j)) for j in range(dim + 1)] for i in range(dim)], 0, []
    for layer in layers:
        weight, bias = layer.weight.fractions().tolist(), layer.bias.fractions().tolist()
        rows = [
            [sum(w * z[j] for w, z in zip(line, below, strict=True)) + (b if j == dim else 0) for j in range(dim + 1)]
            for line, (b,) in zip(weight, bias, strict=True)
        ]
        found.append(rows)
        below = [[Fraction(float(layer.slope[k, code[at + k]])) * v for v in row] for k, row in enumerate(rows)]
        at += layer.n_units
    return found


def integer_layers(rng, bits, slopes, widths):
    def draw(*shape):
        return np.array(rng.integers(-(2**bits), 2**bits + 1, size=shape), dtype=np.float64)

    return [Layer.scalar(draw(n, m), draw(n), slopes) for m, n in pairwise(widths)]


def composed_integers(short, layers, code):
    """The same from the integer tables, in whole numbers of any length, as far as layers are short."""
    n_short = int(short.is_short.sum())
    rows, at, block, found = [[int(v) for v in row] for row in short.base.T.tolist()], 0, 0, []
    for i in range(n_short):
        found.append(rows)
        outputs = [[int(short.slope[at + k, code[at + k]]) * v for v in row] for k, row in enumerate(rows)]
        at += len(rows)
        if i + 1 < n_short:
            n = layers[i + 1].n_units
            weight = short.weight[block : block + len(rows) * n].reshape(len(rows), n).T.tolist()
            bias = short.bias[at : at + n].tolist()
            rows = [[sum(w * z[j] for w, z in zip(line, outputs, strict=True)) for j in range(len(outputs[0]))] for line in weight]
            rows = [[*row[:-1], row[-1] + b] for row, b in zip(rows, bias, strict=True)]
            block += len(outputs) * n
    return found


@pytest.mark.parametrize("slopes", [(0.0, 1.0), (-1.0, 1.0), (0.25, 1.0), (-3.0, 2.0), (0.0, 2.0**20)])
@pytest.mark.parametrize("bits", [1, 8, 14, 20, 40])
def test_rows_of_short_layers_are_multiples_of_the_true_ones_below_48_bits_whatever_the_code(bits, slopes):
    rng = np.random.default_rng(bits)
    layers = integer_layers(rng, bits, slopes, (2, 2, 2, 2))
    short = short_network(layers, True)
    n_short = int(short.is_short.sum())
    assert short.is_short.tolist() == [True] * n_short + [False] * (3 - n_short)
    assert n_short > 0
    for code in product((0, 1), repeat=6):
        for rows, true in zip(composed_integers(short, layers, code), composed_rows(layers, code), strict=False):
            assert max(abs(v) for row in rows for v in row) < LARGEST_ROW
            [scale] = {Fraction(v) / t for row, line in zip(rows, true, strict=True) for v, t in zip(row, line, strict=True) if t} or {Fraction(1)}
            assert scale > 0
            assert [[scale * t for t in line] for line in true] == rows


def test_long_numbers_are_not_short():
    assert short_network([Layer.relu([[2.0**47]], [1.0])], True).is_short.tolist() == [True]
    assert short_network([Layer.relu([[2.0**48]], [1.0])], True).is_short.tolist() == [False]
    assert short_network([Layer.relu([[1.0]], [1.0])], False).is_short.tolist() == [False]
    assert short_network([], True).is_short.tolist() == []
    steep = [Layer.scalar([[1.0]], [0.0], (0.0, float(LARGEST_POINT))), Layer.relu([[1.0]], [0.0])]
    assert short_network(steep, True).is_short.tolist() == [True, True]
    assert short_network([steep[0], Layer.relu([[2.0**17]], [0.0])], True).is_short.tolist() == [True, False]
    odd = Layer.scalar([[2.0**14 + 1]], [0.0], (1.0, 2.0**20 + 1)), Layer.relu([[2.0**14 + 1]], [1.0])  # the second row is above 2**48
    assert short_network(odd, True).is_short.tolist() == [True, False]


# --- codes by their hash -------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def table():
    """Slots and 40 codes of two words."""
    words = np.random.default_rng(0).integers(0, 2**63, size=(40, 2)).astype(np.uint64)
    slots = np.full(128, EMPTY)
    with np.errstate(over="ignore"):
        fill(slots, words)
    return slots, words


def test_every_code_is_found_and_no_other(table):
    slots, words = table
    others = words ^ np.array([0, 1], dtype=np.uint64)
    found = np.empty(80, dtype=np.int64)
    with np.errstate(over="ignore"):
        find(slots, words, np.concatenate([words, others]), found)
    assert found.tolist() == [*range(40), *[-1] * 40]


def test_a_code_with_the_hash_of_another_is_not_found(table):
    # As if two codes had one hash: the search begins where the other code is, and only its words tell them apart.
    slots, words = table
    with np.errstate(over="ignore"):
        for i in range(40):
            key = np.uint64(hash_of(words[i]))
            assert look_up(slots, words, words[i], key) == i
            for word in range(2):
                other = words[i].copy()
                other[word] ^= np.uint64(1)
                assert look_up(slots, words, other, key) == -1
