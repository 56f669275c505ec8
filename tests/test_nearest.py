"""Nearest points of polyhedra: beside the best of the projections onto the hulls of all faces, in fractions, and with proofs that doubt can test."""

import math
import random
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from comparison import dot

import geom
from geom.polyhedra.nearest import Empty, Nearest, nearest_piece, nearest_point

BOX2 = ([[1, 0], [-1, 0], [0, 1], [0, -1]], [1, 1, 1, 1])


def solved(rows, right):
    """The solution of a square system, or None where it is singular: Gauss and Jordan."""
    rows = [[Fraction(v) for v in (*row, side)] for row, side in zip(rows, right, strict=True)]
    n = len(rows)
    for j in range(n):
        pivot = next((i for i in range(j, n) if rows[i][j]), None)
        if pivot is None:
            return None
        rows[j], rows[pivot] = rows[pivot], rows[j]
        rows[j] = [v / rows[j][j] for v in rows[j]]
        for i in range(n):
            if i != j:
                rows[i] = [v - rows[i][j] * w for v, w in zip(rows[i], rows[j], strict=True)]
    return [row[-1] for row in rows]


def projection(rows, sides, x):
    """The point of {y : rows y = sides} nearest to x; None for dependent rows."""
    weights = solved([[dot(u, v) for v in rows] for u in rows], [dot(u, x) - side for u, side in zip(rows, sides, strict=True)])
    return None if weights is None else [x[j] - sum(w * row[j] for w, row in zip(weights, rows, strict=True)) for j in range(len(x))]


def brute_force(a, b, x, c=(), d=()):
    """The nearest point and its squared distance, or None: that point is the projection onto the hull of some independent tight rows."""
    rows, sides = [*c, *a], [*d, *b]
    found = []
    for n in range(len(x) + 1):
        for taken in combinations(range(len(rows)), n):
            y = projection([rows[i] for i in taken], [sides[i] for i in taken], x)
            if y is None or any(dot(row, y) > side for row, side in zip(a, b, strict=True)):
                continue
            if all(dot(row, y) == side for row, side in zip(c, d, strict=True)):
                step = [u - v for u, v in zip(x, y, strict=True)]
                found.append((dot(step, step), tuple(y)))
    return min(found, default=None)


def is_nearest(found, a, b, x, c=(), d=()):
    """The conditions of Karush, Kuhn and Tucker, written out once more."""
    y = found.point
    assert all(dot(row, y) <= side for row, side in zip(a, b, strict=True))
    assert all(dot(row, y) == side for row, side in zip(c, d, strict=True))
    assert all(dot(a[i], y) == b[i] for i in found.active)
    assert all(w > 0 for w in found.weights)
    pull = [(w, a[i]) for w, i in zip(found.weights, found.active, strict=True)] + list(zip(found.equality_weights, c, strict=True))
    step = [u - v for u, v in zip(x, y, strict=True)]
    return step == [sum(w * row[j] for w, row in pull) for j in range(len(x))] and found.squared_distance == dot(step, step)


def is_empty(found, a, b, c=(), d=()):
    """Farkas' weights, written out once more."""
    assert all(w >= 0 for w in found.weights)
    pull = [(w, a[i], b[i]) for w, i in zip(found.weights, found.active, strict=True)] + list(zip(found.equality_weights, c, d, strict=True))
    return all(sum(w * row[j] for w, row, _ in pull) == 0 for j in range(len((*a, *c)[0]))) and sum(w * side for w, _, side in pull) < 0


def polyhedron(seed, dims=(1, 4), rows=(0, 7), size=3):
    """Short integers, so that rows are often parallel, repeated, redundant or contradictory and many meet in one point."""
    rng = random.Random(seed)
    dim, kind = rng.randint(*dims), rng.choice(["short", "through a point", "empty-ish", "flat"])
    m, e = rng.randint(*rows), rng.choice([0, 0, 0, 1, 2])
    centre = [rng.randint(-2, 2) for _ in range(dim)]
    a = [[rng.randint(-size, size) for _ in range(dim)] for _ in range(m)]
    c = [[rng.randint(-1, 1) for _ in range(dim)] for _ in range(e)]
    reach = {"short": (0, size), "through a point": (0, 0), "empty-ish": (-2, 1), "flat": (0, 1)}[kind]
    b = [dot(row, centre) + rng.randint(*reach) for row in a]
    d = [dot(row, centre) + (rng.random() < 0.1) for row in c]
    if kind == "flat" and m:
        a, b = [*a, [-v for v in a[0]]], [*b, -b[0]]
    if m > 1:
        a, b = [*a, [2 * v for v in a[1]]], [*b, 2 * b[1]]
    x = [Fraction(rng.randint(-12, 12), rng.choice([1, 2, 3])) for _ in range(dim)]
    return a, b, x, c, d


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_nearest_points_are_the_best_projections_onto_faces(first):
    kinds = set()
    for seed in range(first, first + 50):
        a, b, x, c, d = polyhedron(seed)
        found, best = nearest_point(a, b, x, (c, d) if c else None), brute_force(a, b, x, c, d)
        kinds.add(type(found))
        assert found.holds(a, b, x, (c, d)), seed
        if best is None:
            assert isinstance(found, Empty), seed
            assert is_empty(found, a, b, c, d), seed
        else:
            assert (found.squared_distance, found.point) == best, seed
            assert is_nearest(found, a, b, x, c, d), seed
    assert kinds == {Nearest, Empty}


@pytest.mark.parametrize("seed", range(60))
def test_proofs_in_up_to_eight_dimensions(seed):
    a, b, x, c, d = polyhedron(seed, dims=(4, 8), rows=(5, 40), size=9)
    found = nearest_point(a, b, x, (c, d))
    assert found.holds(a, b, x, (c, d))
    assert is_nearest(found, a, b, x, c, d) if isinstance(found, Nearest) else is_empty(found, a, b, c, d)


@pytest.mark.parametrize("seed", range(60))
def test_a_guess_changes_no_answer(seed):
    a, b, x, c, d = polyhedron(seed, rows=(3, 7))
    plain = nearest_point(a, b, x, (c, d))
    for guess in [(), plain.active, range(len(a)), [0, 0, 1], [2]]:
        found = nearest_point(a, b, x, (c, d), guess=guess)
        assert type(found) is type(plain)
        assert found.holds(a, b, x, (c, d))
        if isinstance(found, Nearest):
            assert found.point == plain.point


@pytest.mark.parametrize("seed", range(80))
def test_a_wrong_answer_has_no_proof(seed):
    a, b, x, c, d = polyhedron(seed, dims=(2, 4), rows=(2, 7))
    found = nearest_point(a, b, x, (c, d))
    assert not replace(found, active=(*found.active, 99), weights=(*found.weights, Fraction(1))).holds(a, b, x, (c, d))
    assert not replace(found, weights=(*found.weights, Fraction(1))).holds(a, b, x, (c, d))
    if isinstance(found, Empty):
        assert not replace(found, weights=tuple(-w for w in found.weights), equality_weights=(Fraction(0),) * len(c)).holds(a, b, x, (c, d))
        assert not Empty((), (), (Fraction(0),) * len(c)).holds(a, b, x, (c, d))
        if found.weights:  # a weight of a row is none of an equation
            shifted = replace(found, weights=found.weights[1:], equality_weights=(*found.equality_weights, found.weights[0]))
            assert not shifted.holds(a, b, x, (c, d))
        return
    assert not replace(found, squared_distance=found.squared_distance + 1).holds(a, b, x, (c, d))
    moved = (found.point[0] + Fraction(1, 7), *found.point[1:])
    assert not replace(found, point=moved).holds(a, b, x, (c, d))
    if found.active:
        assert not replace(found, weights=tuple(-w for w in found.weights)).holds(a, b, x, (c, d))


def test_a_feasible_point_that_is_not_nearest_has_no_proof():
    # Both points are in the square, tight rows and all, but (1, -1) needs a negative weight.
    assert not Nearest((Fraction(1), Fraction(-1)), Fraction(5), (0, 3), (Fraction(1), Fraction(-2)), ()).holds(*BOX2, [2, 1])
    assert nearest_point(*BOX2, [2, 1]) == Nearest((Fraction(1), Fraction(1)), Fraction(1), (0,), (Fraction(1),), ())


def test_a_point_inside_is_its_own_nearest_point():
    found = nearest_point(*BOX2, [0.25, "1/3"])
    assert found == Nearest((Fraction(1, 4), Fraction(1, 3)), Fraction(0), (), (), ())
    assert nearest_point([], [], [5]).point == (5,)


def test_the_nearest_point_of_a_cube_in_eight_dimensions_is_its_corner():
    rows = [[s * (i == j) for j in range(8)] for i in range(8) for s in (1, -1)]
    found = nearest_point(rows, [1] * 16, [Fraction(3)] * 8)
    assert found.point == (1,) * 8
    assert found.squared_distance == 32
    assert found.active == tuple(range(0, 16, 2))


def test_floats_are_taken_as_they_stand():
    found = nearest_point(np.array([[0.1, 0.2]]), np.array([0.3]), np.array([1.0, 1.0]))
    row, side = [Fraction(0.1), Fraction(0.2)], Fraction(0.3)
    weight = (sum(row) - side) / dot(row, row)
    assert found.weights == (weight,)
    assert found.point == tuple(1 - weight * v for v in row)


def test_numbers_far_beyond_doubles():
    huge = 10**400
    found = nearest_point([[huge, 0], [0, Fraction(1, huge)]], [1, 1], [1, 2 * huge])
    assert found.point == (Fraction(1, huge), huge)
    assert found.holds([[huge, 0], [0, Fraction(1, huge)]], [1, 1], [1, 2 * huge])


def test_contradictions_are_proven():
    for a, b, equalities in [
        ([[0, 0]], [-1], None),
        ([[1, 0], [-1, 0]], [0, -1], None),
        ([], [], ([[1, 1], [2, 2]], [1, 3])),
        ([], [], ([[0, 0]], [1])),
        ([[1, 1]], [0], ([[1, 0], [0, 1]], [1, 1])),
    ]:
        found = nearest_point(a, b, [3, 4], equalities)
        assert isinstance(found, Empty)
        assert found.holds(a, b, [3, 4], equalities)
        assert is_empty(found, a, b, *(equalities or ((), ())))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1, 2, 3]], [1], [0, 0]), r"A must have shape \(rows, 2\)"),
        (([[1, 2]], [1, 2], [0, 0]), "same number of rows, got 1 and 2"),
        (([[1, math.nan]], [1], [0, 0]), "A: nan is not a finite number"),
        (([[1, 2]], [1], [0, math.inf]), "x: inf is not a finite number"),
        (([[1, 2]], [1], []), "no coordinates"),
        (([[1, 2]], [1], [[0, 0]]), "x must be one-dimensional"),
        (([[1, 2]], [1], [0, 0], ([[1, 2]], [])), "C and d must have the same number of rows"),
        (([[1, 2]], [1], [0, 0], None, [1]), "guess"),
    ],
)
def test_bad_input_is_explained(arguments, message):
    with pytest.raises(geom.GeomError, match=message):
        nearest_point(*arguments)


# --- the nearest of many ------------------------------------------------------------------------------------------------------------------


def boxes(seed, n, dim):
    """Closed boxes with small integer corners, some of them empty: (low, high)."""
    rng = random.Random(seed)
    lows = [[rng.randint(-6, 6) for _ in range(dim)] for _ in range(n)]
    return [(low, [v + rng.choice([-1, 0, 1, 2, 2, 2, 2]) for v in low]) for low in lows]


def squared_distance_to_box(low, high, x):
    if any(u > v for u, v in zip(low, high, strict=True)):
        return None
    return sum(max(u - v, v - w, 0) ** 2 for u, v, w in zip(low, x, high, strict=True))


@pytest.mark.parametrize("seed", range(40))
def test_the_nearest_of_many_boxes(seed):
    rng = random.Random(seed)
    n, dim = rng.randint(1, 12), rng.randint(1, 3)
    x = [Fraction(rng.randint(-9, 9), 2) for _ in range(dim)]
    made = boxes(seed, n, dim)
    distances = [squared_distance_to_box(low, high, x) for low, high in made]
    bounds = [math.inf if v is None else float(v) * rng.choice([0, 0.5, 1]) for v in distances]

    def rows(i):
        low, high = made[i]
        identity = [[int(j == k) for k in range(dim)] for j in range(dim)]
        return [*identity, *([-v for v in row] for row in identity)], [*high, *(-v for v in low)]

    found = nearest_piece(bounds, rows, x)
    known = [(v, i) for i, v in enumerate(distances) if v is not None]
    if not known:
        assert found is None
    else:
        assert (found.nearest.squared_distance, found.piece) == min(known)
        assert found.nearest.holds(*rows(found.piece), x)
        assert found.visited == sum(bound <= min(known)[0] for bound in bounds)


def test_a_bound_is_compared_with_a_fraction_exactly():
    # The first half-line is at 1/3, the second a little nearer; the double 1/3 is below the fraction, so that the second must be looked at.
    starts = [Fraction(1, 3), Fraction(1, 3) - Fraction(1, 10**40)]
    visits = []

    def half_line(i):
        visits.append(i)
        return [[-1]], [-starts[i]]

    found = nearest_piece([0.0, float(starts[0] ** 2)], half_line, [0])
    assert float(starts[0] ** 2) < starts[0] ** 2
    assert (found.piece, visits) == (1, [0, 1])
    assert nearest_piece([0.0, math.nextafter(float(starts[0] ** 2), 1)], half_line, [0]).visited == 1


def test_bounds_without_a_number_are_refused():
    with pytest.raises(geom.GeomError, match="1 NaN"):
        nearest_piece([0.0, math.nan], lambda i: ([], []), [0])
    assert nearest_piece([], lambda i: ([], []), [0]) is None
