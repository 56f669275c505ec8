"""Exact numbers: rounding is to the nearest double, ties to even, and matrices of dyadic rationals are matrices of fractions."""

import copy
import math
import pickle
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import reference
from flint import fmpz_mat

from geom.exact import Dyadic, as_fraction, as_fractions, dot_sign, integer_row, meet, round_fractions, round_ratio, round_root
from geom.exact.rationals import LARGEST_EXPONENT

LARGEST = np.finfo(np.float64).max
SMALLEST = 2.0**-1074
SEEDS = range(20)


def is_nearest(x, value):
    """Whether no other double is nearer to a fraction, and a tie went to the even one."""
    error = abs(Fraction(x) - value)
    others = [y for y in (math.nextafter(x, -math.inf), math.nextafter(x, math.inf)) if math.isfinite(y)]
    assert all(error <= abs(Fraction(y) - value) for y in others)
    return all(error < abs(Fraction(y) - value) for y in others) or Fraction(x) / Fraction(math.ulp(x)) % 2 == 0


def rounded_to_53_bits(integer):
    """By division with remainder: the nearest integer of 53 significant bits, ties to even."""
    shift = max(0, integer.bit_length() - 53)
    quotient, rest = divmod(abs(integer), 1 << shift)
    quotient += 2 * rest > 1 << shift or (2 * rest == 1 << shift and quotient % 2)
    return int(math.copysign(1, integer)) * quotient << shift


def random_integers(rng, shape, bits):
    """Of all lengths up to so many bits, some of them 0."""
    return [[int(rng.integers(-1, 2)) * (1 << int(rng.integers(bits))) + int(rng.integers(-9, 10)) for _ in range(shape[1])] for _ in range(shape[0])]


def random_dyadic(rng, shape, bits=90):
    """A matrix and the same in fractions."""
    rows, exponent = random_integers(rng, shape, bits), int(rng.integers(-200, 200))
    return Dyadic(fmpz_mat(rows), exponent), [[v * Fraction(2) ** exponent for v in row] for row in rows]


def product_of(a, b):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*b, strict=True)] for row in a]


# --- numbers -------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (3, Fraction(3)),
        (0.1, Fraction(3602879701896397, 2**55)),
        (-0.0, Fraction(0)),
        (np.float32(0.1), Fraction(13421773, 2**27)),
        (np.int64(-7), Fraction(-7)),
        ("0.1", Fraction(1, 10)),
        ("-1/3", Fraction(-1, 3)),
        ("25e-4", Fraction(1, 400)),
        (Decimal("0.30"), Fraction(3, 10)),
        (Fraction(22, 7), Fraction(22, 7)),
        (SMALLEST, Fraction(1, 2**1074)),
        (f"1e{LARGEST_EXPONENT}", Fraction(10**LARGEST_EXPONENT)),
    ],
)
def test_a_number_is_taken_as_it_stands(given, value):
    assert as_fraction(given) == value


@pytest.mark.parametrize("given", [math.nan, math.inf, "nan", "-inf", Decimal("Infinity"), "1/0", "one", "", None, 1j, [1]])
def test_what_is_no_finite_number_is_refused(given):
    with pytest.raises(ValueError, match="is not a"):
        as_fraction(given)


@pytest.mark.parametrize("sign", ["", "-"])
def test_a_short_text_must_not_ask_for_gigabytes_of_digits(sign):
    for text in (f"1e{10 * LARGEST_EXPONENT}", f"1e-{10 * LARGEST_EXPONENT}", f"1e{LARGEST_EXPONENT + 1}"):
        with pytest.raises(ValueError, match=r"out of range: beyond 10\*\*5000"):
            as_fraction(sign + text)


def test_arrays_of_numbers_keep_their_shape():
    assert as_fractions([["0.5", 2], [0.25, "1/3"]]).tolist() == [[Fraction(1, 2), 2], [Fraction(1, 4), Fraction(1, 3)]]
    assert as_fractions(np.zeros((2, 0))).shape == (2, 0)
    assert as_fractions("0.5").item() == Fraction(1, 2)


@pytest.mark.parametrize(("raised", "error"), [(RuntimeError("take it off its graph first"), ValueError), (MemoryError("no room"), MemoryError)])
def test_what_refuses_to_become_an_array_is_no_number_but_a_full_memory_stays_one(raised, error):
    class Refusing:
        def __array__(self, dtype=None, copy=None):
            raise raised

    with pytest.raises(error, match=str(raised)):
        as_fractions(Refusing())


# --- rounding ------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quotient_is_rounded_to_the_nearest_double(seed):
    rng = np.random.default_rng(seed)
    for _ in range(200):
        p = int(rng.integers(-(2**62), 2**62)) << int(rng.integers(0, 900))
        q = int(rng.integers(1, 2**62)) << int(rng.integers(0, 900))
        assert is_nearest(round_ratio(p, q), Fraction(p, q))


@pytest.mark.parametrize("exponent", [-1074, -1022, -60, 0, 1, 60, 970])
def test_a_tie_goes_to_the_even_double_and_what_is_beyond_it_to_the_nearer_one(exponent):
    unit = Fraction(2) ** exponent
    for n in (2**52, 2**52 + 1, 2**53 - 1) if exponent > -1074 else (1, 2, 3, 4):
        tie, little = (n + Fraction(1, 2)) * unit, Fraction(1, 2**3000)
        even = n + n % 2
        assert round_ratio(tie.numerator, tie.denominator) == even * unit
        for sign in (-1, 1):
            beyond = sign * (tie + sign * little)
            below = sign * (tie - sign * little)
            assert round_ratio(beyond.numerator, beyond.denominator) == sign * (n + (sign > 0)) * unit
            assert round_ratio(below.numerator, below.denominator) == sign * (n + (sign < 0)) * unit


def test_beyond_the_doubles_a_quotient_is_infinite_with_its_sign():
    assert round_ratio(10**400, 1) == math.inf
    assert round_ratio(-(10**400), 1) == -math.inf
    assert round_ratio(1, 10**400) == 0.0
    assert round_ratio(int(LARGEST) + 1, 1) == LARGEST
    assert round_fractions(np.array([[Fraction(10) ** 400, Fraction(-1, 3)]], dtype=object)).tolist() == [[math.inf, -1 / 3]]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_root_is_rounded_to_the_nearest_double(seed):
    rng = np.random.default_rng(seed)
    for _ in range(100):
        value = Fraction(int(rng.integers(1, 2**62)) << int(rng.integers(0, 900)), int(rng.integers(1, 2**62)) << int(rng.integers(0, 900)))
        x = round_root(value)
        lower, upper = ((Fraction(x) + Fraction(math.nextafter(x, to))) / 2 for to in (0.0, math.inf))
        assert lower**2 <= value <= upper**2


def test_a_root_beside_the_middle_of_two_doubles_goes_to_the_nearer_one():
    for n in (2**52, 2**52 + 1, 2**53 - 1):
        middle, little = n + Fraction(1, 2), Fraction(1, 2**3000)
        assert round_root(middle**2 - little) == n
        assert round_root(middle**2 + little) == n + 1
        assert round_root(middle**2) == n + n % 2


# --- dyadic matrices -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_a_matrix_of_floats_is_held_exactly(seed):
    rng = np.random.default_rng(seed)
    array = rng.standard_normal((3, 4)) * 2.0 ** rng.integers(-1000, 900, size=(3, 4)) * (rng.random((3, 4)) < 0.8)
    array[0, 0] = SMALLEST
    exact = Dyadic.of(array)
    assert exact.fractions().tolist() == [[Fraction(v) for v in row] for row in array.tolist()]
    assert exact.floats().tolist() == array.tolist()
    assert exact.is_double()
    fraction, exponent = exact.scientific()
    assert [
        [Fraction(f) * Fraction(2) ** e for f, e in zip(*rows, strict=True)] for rows in zip(fraction.tolist(), exponent.tolist(), strict=True)
    ] == (exact.fractions().tolist())


def test_short_numbers_are_short_integers():
    exact = Dyadic.of(np.array([[6.0, -0.5], [0.0, 96.0]], dtype=np.float32))
    assert (exact.integer_rows(), exact.exponent, exact.shape) == ([(12, -1), (0, 192)], -1, (2, 2))
    assert repr(exact) == "Dyadic(2x2, exponent -1)"
    assert Dyadic.of(np.array([[2**62, -3]])).integer_rows() == [(2**62, -3)]
    assert Dyadic.of([[True, False]]).integer_rows() == [(1, 0)]
    assert Dyadic.of([[0.0]]).exponent == 0
    assert Dyadic.column([Fraction(1, 4), Fraction(-3)]).fractions().tolist() == [[Fraction(1, 4)], [-3]]
    assert Dyadic.column([]).shape == (0, 1)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda matrix: pickle.loads(pickle.dumps(matrix))])
def test_a_copy_of_a_matrix_has_its_numbers(copied):
    matrix = copied(Dyadic.of([[0.75, -(2.0**-1074), 2.0**1000]]))
    assert matrix.shape == (1, 3)
    assert matrix.fractions().tolist() == [[Fraction(3, 4), Fraction(-1, 2**1074), 2**1000]]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1.0], r"two-dimensional array, got shape \(1,\)"),
        ([["a"]], "dtype <U1"),
        ([[1, 2.5], [None, Fraction(1, 2)]], r"dtype object: None at \(1, 0\)"),
        (np.ones((1, 1), dtype=np.longdouble), "at most 64 bits"),
        ([[math.nan, 1.0, math.inf]], "2 of 3 entries are NaN or infinite"),
    ],
)
def test_what_is_no_matrix_of_doubles_is_refused(values, reason):
    with pytest.raises(ValueError, match=reason):
        Dyadic.of(values)


@pytest.mark.parametrize("seed", SEEDS)
def test_sums_and_products_are_those_of_fractions(seed):
    rng = np.random.default_rng(seed)
    (a, a_exact), (b, b_exact), (c, c_exact) = random_dyadic(rng, (3, 4)), random_dyadic(rng, (3, 4)), random_dyadic(rng, (4, 2))
    assert (a + b).fractions().tolist() == [[x + y for x, y in zip(*rows, strict=True)] for rows in zip(a_exact, b_exact, strict=True)]
    assert (a - b).fractions().tolist() == [[x - y for x, y in zip(*rows, strict=True)] for rows in zip(a_exact, b_exact, strict=True)]
    assert (a @ c).fractions().tolist() == product_of(a_exact, c_exact)
    assert (Dyadic.identity(3) @ a).fractions().tolist() == a_exact
    assert (a @ Dyadic.zeros(4, 2)).fractions().tolist() == [[0, 0]] * 3


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_columns_are_scaled_taken_and_joined(seed):
    rng = np.random.default_rng(seed)
    (a, exact), (b, other), (factor, factors) = random_dyadic(rng, (3, 4)), random_dyadic(rng, (3, 2)), random_dyadic(rng, (3, 1))
    shifts = [int(v) for v in rng.integers(-99, 99, size=4)]
    assert a.scaled_rows(factor).fractions().tolist() == [[f * v for v in row] for row, (f,) in zip(exact, factors, strict=True)]
    assert a.scaled_columns(shifts).fractions().tolist() == [[v * Fraction(2) ** e for v, e in zip(row, shifts, strict=True)] for row in exact]
    assert a.take_rows([2, -1, 0, 2]).fractions().tolist() == [exact[2], [0] * 4, exact[0], exact[2]]
    assert a.take_columns([3, 1]).fractions().tolist() == [[row[3], row[1]] for row in exact]
    assert a.beside(b).fractions().tolist() == [[*x, *y] for x, y in zip(exact, other, strict=True)]
    unit = Fraction(2) ** a.exponent
    assert [[unit * v for v in row] for row in a.integer_rows()] == exact


def test_matrices_without_entries_have_their_shapes():
    none = Dyadic.zeros(0, 3)
    assert (none @ Dyadic.zeros(3, 2)).shape == (0, 2)
    assert (Dyadic.zeros(2, 0) @ Dyadic.zeros(0, 5)).fractions().tolist() == [[0] * 5] * 2
    assert none.fractions().shape == none.floats().shape == (0, 3)
    assert none.beside(Dyadic.zeros(0, 1)).shape == (0, 4)
    assert none.is_double()
    assert Dyadic.zeros(2, 0).scaled_columns([]).shape == (2, 0)


@pytest.mark.parametrize("bits", [10, 53, 54, 63, 64, 65, 66, 117, 300])
def test_long_integers_are_rounded_to_53_bits_with_ties_to_even(bits):
    rng = np.random.default_rng(bits)
    integers = [sign * ((1 << bits) + rest) for sign in (-1, 1) for rest in (0, 1, *(int(v) for v in rng.integers(0, 1 << min(bits, 62), size=40)))]
    for shift in range(max(0, bits - 53), max(1, bits - 50)):  # ties, and what is just beside one
        integers += [(1 << bits) + n * (1 << shift) // 2 + e for n in range(8) for e in (-1, 0, 1)]
    for exponent in (-40, 0, 7):
        matrix = Dyadic(fmpz_mat([integers]), exponent)
        fraction, power = (part[0].tolist() for part in matrix.scientific())
        expected = [rounded_to_53_bits(v) * Fraction(2) ** exponent for v in integers]
        assert [Fraction(f) * Fraction(2) ** e for f, e in zip(fraction, power, strict=True)] == expected
        assert all(0.5 <= abs(f) <= 1 for f in fraction)
        assert [Fraction(v) for v in matrix.floats()[0].tolist()] == expected
        assert matrix.is_double() == all(v == rounded_to_53_bits(v) for v in integers)


@pytest.mark.parametrize(("integer", "expected"), [(2**53 - 1, True), (2**53, True), (2**53 + 1, False), (2**60 + 2**7, False), (2**60 + 2**8, True)])
def test_a_double_has_53_bits(integer, expected):
    assert Dyadic.of(np.array([[integer]])).is_double() == expected


def test_floats_beyond_the_doubles_are_infinite_and_read_only():
    huge = Dyadic(fmpz_mat([[1, -1, 0]]), 2000)
    assert huge.floats().tolist() == [[math.inf, -math.inf, 0.0]]
    assert Dyadic(huge.entries, -9999).floats().tolist() == [[0.0, -0.0, 0.0]]
    with pytest.raises(ValueError, match="read-only"):
        huge.floats()[0, 0] = 1


# --- rows and points -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_an_integer_row_is_a_positive_multiple(seed):
    rng = np.random.default_rng(seed)
    values = [Fraction(int(rng.integers(-99, 100)), int(rng.integers(1, 100))) for _ in range(5)]
    row = integer_row(values)
    [scale] = {r / v for r, v in zip(row, values, strict=True) if v} or {1}
    assert scale > 0
    assert [scale * v for v in values] == list(row)
    assert all(isinstance(v, int) for v in row)


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", SEEDS)
def test_rows_meet_in_the_point_of_cramers_rule(seed, dim):
    rng = np.random.default_rng([seed, dim])
    rows = [tuple(int(v) for v in rng.integers(-5, 6, size=dim + 1)) for _ in range(dim)]
    expected = reference._meet(rows)
    if expected is not None:
        more = [tuple(sum(column) for column in zip(*rows, strict=True)), *rows]  # one row too many, but of the same rank
        assert meet(rows) == meet(more) == tuple(expected)
        assert all(dot_sign(row, meet(rows)) == 0 for row in rows)


def test_parallel_rows_meet_in_a_ray():
    point = meet([(1, 2, -1), (2, 4, 5)])
    assert point in ((2, -1, 0), (-2, 1, 0))
    with pytest.raises(AssertionError, match="rank d"):
        meet([(1, 2, -1), (2, 4, -2)])


def test_the_sign_of_a_form_is_exact():
    near = (10**40 + 1, -(10**40), 0)
    assert [dot_sign(near, point) for point in ((1, 1, 1), (-1, -1, 1), (10**40, 10**40 + 1, 1), (0, 0, 1))] == [1, -1, 0, 0]


def test_neighbouring_doubles_are_told_apart():
    for x, y in pairwise([0.1, math.nextafter(0.1, 1), math.nextafter(math.nextafter(0.1, 1), 1)]):
        assert dot_sign(integer_row([as_fraction(y), -as_fraction(x)]), (1, 1)) == 1
