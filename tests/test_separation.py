"""Lower bounds on squared distances: below the exact ones whatever the rows, and next to them where floats do well."""

import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from test_nearest import polyhedron

import geom
from geom.nearest import Nearest, nearest_piece, nearest_point
from geom.separation import squared_distance_bounds


def random_polyhedra(seed, n, dim, rows, n_fixed=0):
    """Rows (M, d), right-hand sides, where each begins, and a point: balls' tangent planes about many centres, all rows doubles."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(rows // 2 + n_fixed, rows + 1 + n_fixed, n)
    a = rng.normal(size=(counts.sum(), dim))
    centre = np.repeat(rng.normal(size=(n, dim)) * 3, counts, axis=0)
    row_at = np.cumsum([0, *counts])
    is_fixed = np.arange(len(a)) - np.repeat(row_at[:-1], counts) < n_fixed
    b = (a * centre).sum(axis=1) + np.where(is_fixed, 0, rng.uniform(0, 1, len(a)))
    return a, b, row_at, rng.normal(size=dim)


def split(a, b, row_at, n_fixed):
    """The polyhedra one by one, as `nearest_point` takes them."""
    for i in range(len(row_at) - 1):
        start, stop = row_at[i], row_at[i + 1]
        first = start + n_fixed
        yield a[first:stop], b[first:stop], (a[start:first], b[start:first])


@pytest.mark.parametrize("n_fixed", [0, 1])
@pytest.mark.parametrize("dim", range(2, 9))
def test_bounds_are_below_the_exact_distances_and_next_to_them(dim, n_fixed):
    a, b, row_at, x = random_polyhedra(dim, 20, dim, 3 * dim, n_fixed)
    bounds, guesses = squared_distance_bounds(a, b, row_at, x, n_fixed)
    for (own, sides, equalities), bound, guess in zip(split(a, b, row_at, n_fixed), bounds.tolist(), guesses, strict=True):
        found = nearest_point(own, sides, x, equalities)
        assert bound <= found.squared_distance
        assert bound == pytest.approx(float(found.squared_distance), rel=1e-8, abs=1e-12)
        assert sorted(guess[guess >= 0].tolist()) == list(found.active)


@pytest.mark.parametrize("seed", range(120))
def test_bounds_are_proven_for_degenerate_polyhedra(seed):
    a, b, x, c, d = polyhedron(seed, dims=(1, 5), rows=(0, 12))
    point = np.array([round(4 * v) / 4 for v in x])
    rows = np.array([*c, *a], dtype=float).reshape(-1, len(point))
    [bound], guesses = squared_distance_bounds(rows, [*d, *b], [0, len(rows)], point, len(c))
    found = nearest_point(a, b, point, (c, d), [i for i in guesses[0].tolist() if i >= 0])
    assert found.holds(a, b, point, (c, d))
    if isinstance(found, Nearest):
        assert bound <= found.squared_distance
        assert bound == pytest.approx(float(found.squared_distance), rel=1e-6, abs=1e-9)
    elif isinstance(nearest_point([], [], point, (c, d)), Nearest):  # equations are not searched for contradictions among themselves
        assert bound > 1e6


@pytest.mark.parametrize("accuracy", [2.0**-36, 2.0**-10, 0.25])
def test_bounds_hold_for_all_rows_within_the_accuracy(accuracy):
    a, b, row_at, x = random_polyhedra(3, 30, 3, 6, 1)
    rng = np.random.default_rng(7)
    bounds, _ = squared_distance_bounds(a, b, row_at, x, 1, accuracy)
    assert (bounds <= squared_distance_bounds(a, b, row_at, x, 1)[0]).all()
    assert (bounds > 0).any()
    for _ in range(3):
        signs, shifts = rng.integers(-1, 2, a.shape), rng.integers(-1, 2, b.shape)
        moved = [[Fraction(v) + int(s) * Fraction(accuracy) for v, s in zip(row, own, strict=True)] for row, own in zip(a, signs, strict=True)]
        sides = [Fraction(v) + int(s) * Fraction(accuracy) * max(1, abs(Fraction(v))) for v, s in zip(b, shifts, strict=True)]
        for (own, side, equalities), bound in zip(split(moved, sides, row_at, 1), bounds.tolist(), strict=True):
            found = nearest_point(own, side, x, equalities)
            assert not isinstance(found, Nearest) or bound <= found.squared_distance


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e-20, 1e20, 1e150, 1e300])
def test_numbers_at_the_ends_of_the_doubles_prove_less_but_nothing_wrong(size):
    for rows, sides, x in [
        ([[size, 0.0], [0.0, 1.0]], [-1.0, -1.0], [0.0, 0.0]),
        ([[1.0, 0.0], [0.0, 1.0]], [-size, -1.0], [0.0, 0.0]),
        ([[1.0, size], [size, 1.0]], [-1.0, -1.0], [size, -size]),
        ([[-1.0, 0.0], [1.0, 0.0]], [-size, -size], [0.0, 0.0]),
    ]:
        with np.errstate(over="ignore", invalid="ignore"):
            [bound], _ = squared_distance_bounds(rows, sides, [0, 2], x)
        found = nearest_point(rows, sides, x)
        assert 0 <= bound < math.inf
        assert not isinstance(found, Nearest) or bound <= found.squared_distance


def test_the_nearest_of_many_is_found_with_few_exact_programs():
    a, b, row_at, x = random_polyhedra(11, 200, 3, 8)
    pieces = list(split(a, b, row_at, 0))
    bounds, guesses = squared_distance_bounds(a, b, row_at, x)
    found = nearest_piece(bounds, lambda i: (*pieces[i][:2], None, [j for j in guesses[i].tolist() if j >= 0]), x)
    exact = [nearest_point(*piece[:2], x).squared_distance for piece in pieces]
    assert (found.nearest.squared_distance, found.piece) == min((v, i) for i, v in enumerate(exact))
    assert found.visited <= 1 + sum(v == 0 for v in exact)


def test_a_polyhedron_without_rows_is_the_whole_space():
    bounds, guesses = squared_distance_bounds(np.zeros((0, 2)), [], [0, 0], [1.0, 2.0])
    assert bounds.tolist() == [0]
    assert guesses.tolist() == [[-1, -1]]
    assert len(squared_distance_bounds(np.zeros((0, 2)), [], [0], [1.0, 2.0])[0]) == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2]], [1, 2], [0, 1], [0, 0]), "a and b|with d at least 1"),
        (([[1, 2]], [1], [0, 2], [0, 0]), "row_at must ascend from 0 to 1"),
        (([[1, 2]], [1], [0, 1], [0, 0], 2), "n_fixed=2 must be 0 to 1"),
        (([[1, 2]], [1], [0, 1], [0, 0], 0, -1.0), "accuracy=-1.0"),
        (([[1, 2]], [1], [0, 1], [0, math.nan]), "x has entries that are not finite"),
        (([[1, 2**60]], [1], [0, 1], [0, 0]), "a has entries that are not finite doubles"),
        (([[1, 2]], [1], [0, 1], [Fraction(1, 3), Fraction(0)]), "x must be an array of floats"),
    ],
)
def test_bad_input_is_explained(arguments, message):
    with pytest.raises(geom.GeomError, match=message):
        squared_distance_bounds(*arguments)


def bits():
    found = [squared_distance_bounds(*random_polyhedra(dim, 10, dim, 3 * dim, dim % 2), dim % 2) for dim in range(1, 6)]
    return [[v.hex() for v in bounds.tolist()] + guesses.tolist() for bounds, guesses in found]


def test_without_the_compiler_the_bounds_are_the_same_bit_for_bit():
    done = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__))],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == bits()


if __name__ == "__main__":
    print(json.dumps(bits()))
