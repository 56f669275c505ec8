"""A sweep over small integer networks in boxes and in the whole space: degenerate nearly everywhere, and each is compared with the reference."""

from itertools import pairwise

import numpy as np
import pytest
from cases import Problem, cube, one_layer
from comparison import assert_as_in_the_reference

WIDEST = {1: (12, 9, 7), 2: (10, 7, 6), 3: (8, 6, 4), 4: (7, 5, 4)}


def integer_problem(seed):
    """Weights in {-2, ..., 2}; of any 48 seeds in a row each has another dimension, depth, domain or kind of biases."""
    rng = np.random.default_rng([seed, 7])
    dim, depth, in_space, has_biases = 1 + seed % 4, 1 + seed // 4 % 3, seed // 12 % 2, seed // 24 % 2
    widths = [dim, *rng.integers(WIDEST[dim][depth - 1] // 3, WIDEST[dim][depth - 1] + 1, size=depth)]
    hidden = tuple((rng.integers(-2, 3, size=(n, m)), rng.integers(-2, 3, size=n) * has_biases) for m, n in pairwise(widths))
    activation = [str(a) for a in rng.choice(["relu", "abs", "leaky_relu"], size=depth, p=[0.6, 0.3, 0.1])]
    return Problem(f"seed {seed}", hidden, ("space", dim) if in_space else cube(dim, int(rng.integers(1, 4))), activation=activation)


def sized_problem(seed):
    """Small integers times 2**size, some moved by 1, with size up to 60: as whole numbers, rows leave 64 bits at one layer or another."""
    rng = np.random.default_rng([seed, 8])
    dim, depth, in_space, size = 1 + seed % 3, 1 + seed // 3 % 3, seed // 9 % 2, int(rng.integers(1, 61))
    widths = [dim, *rng.integers(2, WIDEST[dim + 1][depth - 1] + 1, size=depth)]

    def draw(*shape):
        return rng.integers(-2, 3, size=shape) * 2.0**size + rng.integers(-1, 2, size=shape) * (rng.random(shape) < 0.3)

    hidden = tuple((draw(n, m), draw(n) * 2.0 ** rng.integers(-size, size)) for m, n in pairwise(widths))
    activation = [str(a) for a in rng.choice(["relu", "abs", "leaky_relu"], size=depth, p=[0.6, 0.3, 0.1])]
    return Problem(f"seed {seed}", hidden, ("space", dim) if in_space else cube(dim, int(2 ** rng.integers(0, 40))), activation=activation)


def long_rows(seed):
    """One layer whose entries are close to a power of two about the largest that the 64-bit path takes, and rows nearly multiples of each other."""
    rng = np.random.default_rng(seed)
    dim, bits = 1 + seed % 4, 28 + seed // 4 % 8
    base = rng.integers(-1, 2, size=(3, dim + 1)) * 2**bits + rng.integers(-2, 3, size=(3, dim + 1))
    rows = [*base, *(-base[:2]), base[0] + base[1], base[0] - base[1], base[0] + rng.integers(-1, 2, size=dim + 1)]
    return one_layer(f"rows of {bits} bits, seed {seed}", np.array(rows).tolist(), None, None, "")


@pytest.mark.parametrize("seed", range(384))
def test_integer_networks_have_the_cells_and_facets_of_the_reference(seed):
    assert_as_in_the_reference(integer_problem(seed))


@pytest.mark.parametrize("seed", range(180))
def test_networks_of_longer_and_longer_integers_have_the_cells_and_facets_of_the_reference(seed):
    assert_as_in_the_reference(sized_problem(seed))


@pytest.mark.parametrize("seed", range(96))
def test_rows_about_as_long_as_half_a_word_have_the_cells_and_facets_of_the_reference(seed):
    assert_as_in_the_reference(long_rows(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(180, 1800))
def test_many_networks_of_longer_integers_have_the_cells_and_facets_of_the_reference(seed):
    assert_as_in_the_reference(sized_problem(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(384, 2304))
def test_many_integer_networks_have_the_cells_and_facets_of_the_reference(seed):
    assert_as_in_the_reference(integer_problem(seed))
