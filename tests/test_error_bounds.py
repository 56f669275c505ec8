"""What the float filter believes is true: in a walk, and for rows and points made to be wrong in the last bit, errors are within their bounds.

The cube [-1, 1]^d is the domain, so the walk's coordinates are those of the input, and a row that the walk has composed is a power of two times the
reference's.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise

import numpy as np
import pytest
import reference

import geom
from geom.engine.packing import unpack_bits
from geom.engine.rounding import round_walls
from geom.engine.run import Walk
from geom.engine.workspace import clear_output, enlarge
from geom.kernels.cells.refresh import refresh, work_size
from geom.kernels.cells.split import _interpolate
from geom.kernels.cells.state import Control, Frame, Phase, Status
from geom.kernels.cells.walk import walk
from geom.kernels.numbers.ball import U, ball_sign, gamma, value
from geom.kernels.numbers.twice import TWICE, add_product, split_product


def exact_value(row, point):
    return sum((Fraction(a) * Fraction(x) for a, x in zip(row, point, strict=True)), Fraction(0))


# --- one sign ------------------------------------------------------------------------------------------------------------------------------------


def near_the_plane(rng, dim, bits):
    """An integer row of so many bits and a float point of the cube that lies on its plane but for rounding."""
    row = [int(v) for v in rng.integers(-(2**bits), 2**bits, size=dim + 1)]
    point = rng.uniform(-1, 1, size=dim)
    k = max(range(dim), key=lambda i: abs(row[i]))
    rest = exact_value([*row[:k], *row[k + 1 :]], [*np.delete(point, k).tolist(), 1])
    point[k] = float(-rest / row[k]) if row[k] else 0.0
    return row, np.clip(point, -1, 1)


@pytest.mark.parametrize("dim", [1, 2, 3, 6])
def test_a_sign_that_is_told_is_the_true_one(dim):
    rng = np.random.default_rng(dim)
    wrong = told = 0
    for _ in range(500):
        row, point = near_the_plane(rng, dim, int(rng.integers(3, 62)))
        exact = exact_value(row, [*point.tolist(), 1])
        truth = (exact > 0) - (exact < 0)
        [rounded] = round_walls([tuple(row)])
        generator = np.array([*point, 1.0, 0.0])
        assert ball_sign(rounded, generator, dim) in (0, truth)
        told += ball_sign(rounded, generator, dim) != 0
        wrong += np.sign(value(rounded, generator, dim)) != truth
    assert wrong > 50, "the points are so near that values alone have the wrong sign"
    assert told < 450


def test_the_radius_of_a_point_counts():
    # x - y at a point that is known to 2**-20: the true one may lie on either side as long as the value is not beyond twice that.
    [row] = round_walls([(1, -1, 0)])
    radius = 2.0**-20
    for gap, sign in ((1.9 * radius, 0), (2.1 * radius, 1), (-1.9 * radius, 0), (-2.1 * radius, -1)):
        assert ball_sign(row, np.array([gap, 0.0, 1.0, radius]), 2) == sign


def test_a_value_on_the_bound_is_not_told():
    row = np.array([1.0, 0.0, 0.25, 1.0])
    assert [ball_sign(row, np.array([x, 1.0, 0.0]), 1) for x in (0.25, -0.25, 0.0)] == [0, 0, 0]
    assert [ball_sign(row, np.array([x, 1.0, 0.0]), 1) for x in (math.nextafter(0.25, 1), math.nextafter(-0.25, -1))] == [1, -1]


@pytest.mark.parametrize("terms", [2, 3, 10, 100, 1000])
def test_gamma_bounds_the_error_of_a_sum_that_always_rounds_the_same_way(terms):
    # 1 and then numbers just above half a unit: every sum rounds up by nearly half a unit, and terms - 1 such errors add up.
    unit = 2.0**-52
    numbers = [1.0] + [0.5 * unit * (1 + 2.0**-10)] * (terms - 1)
    total = 0.0
    for v in numbers:
        total += v
    exact = sum(map(Fraction, numbers))
    error = abs(Fraction(total) - exact)
    assert (terms - 2) * Fraction(U) * Fraction(9, 10) <= error <= Fraction(gamma(float(terms))) * exact


# --- twice the bits ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_a_product_in_two_doubles_is_exact(seed):
    for a, b in np.random.default_rng(seed).standard_normal((50, 2)).tolist():
        high, low = split_product(a, b)
        assert Fraction(high) + Fraction(low) == Fraction(a) * Fraction(b)
        assert high == a * b


@pytest.mark.parametrize("seed", range(10))
def test_sums_of_products_in_two_doubles_have_102_bits(seed):
    rng = np.random.default_rng(seed)
    high = low = 0.0
    exact, size = Fraction(0), Fraction(0)
    for w, x in rng.standard_normal((40, 2)).tolist():
        x_low = x * 2.0**-54 * rng.uniform(-1, 1)
        high, low = add_product(high, low, w, x, x_low)
        exact += Fraction(w) * (Fraction(x) + Fraction(x_low))
        size += abs(Fraction(w) * Fraction(x))
    assert abs(Fraction(high) + Fraction(low) - exact) <= 80 * Fraction(TWICE) * size
    assert abs(Fraction(high) + Fraction(low) - exact) < Fraction(U) * size / 2**40, "far less than one double could hold"


# --- one generator -------------------------------------------------------------------------------------------------------------------------------


def rounded_rows(rows):
    """The table of constraints, as the walk has it."""
    return round_walls([tuple(int(v) for v in row) for row in rows])


def is_within(point, exact):
    """Whether a generator's ball, at w = 1, holds an exact point."""
    radius = Fraction(float(point[-1]))
    return all(abs(Fraction(float(x)) - v) <= radius for x, v in zip(point[:-2], exact, strict=True))


def crossing(rng, dim, bits):
    """Integer rows of which the first dim meet in a point inside the cube, and the exact point."""
    while True:
        rows = [[int(v) for v in rng.integers(-(2**bits), 2**bits, size=dim + 1)] for _ in range(dim)]
        met = reference._meet(rows)
        if met is not None and max(map(abs, met[:-1])) <= met[-1]:
            return rows, [Fraction(v, met[-1]) for v in met[:-1]]


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize("bits", [4, 50, 70])
def test_a_refreshed_point_is_within_its_radius(dim, bits):
    rng = np.random.default_rng([dim, bits])
    improved = 0
    for _ in range(40):
        rows, exact = crossing(rng, dim, bits) if bits <= 62 else crossing(rng, dim, 60)
        table = rounded_rows([*rows, [sum(column) for column in zip(*rows, strict=True)]])
        point = np.array([*(float(x) + rng.uniform(-1, 1) * 2.0**-20 for x in exact), 1.0, 2.0**-20])
        tight = np.array([(1 << dim + 1) - 1], dtype=np.uint64)
        with np.errstate(all="ignore"):
            done = refresh(point, tight, np.arange(64, dtype=np.int32), table, dim, True, np.zeros(work_size(dim, 64)))
        improved += done
        assert is_within(point, exact)
        assert not done or point[-1] < 2.0**-20
    assert improved > 20


@pytest.mark.parametrize("eps", [2.0**-40, 2.0**-50, 2.0**-52])
def test_rows_that_are_nearly_parallel_give_no_radius_that_is_too_small(eps):
    # x + y = 1 and x + (1 + eps) y = 1 meet at (1, 0); the second row is rounded to what may be another line.
    step = Fraction(eps) * Fraction(5, 7)
    rows = [[7, 7, -7], [7 * 2**60, int(7 * 2**60 * (1 + step)), -7 * 2**60]]
    exact = reference._meet(rows)
    point = np.array([1.0, 0.0, 1.0, 0.5])
    with np.errstate(all="ignore"):
        refresh(point, np.array([3], dtype=np.uint64), np.arange(64, dtype=np.int32), rounded_rows(rows), 2, True, np.zeros(work_size(2, 64)))
    assert is_within(point, [Fraction(v, exact[-1]) for v in exact[:-1]])


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_a_crossing_of_an_uncertain_edge_is_within_its_radius(dim):
    # The ends are known to their radii only; whatever the true ends are, so is the true crossing.
    rng = np.random.default_rng(dim)
    for _ in range(300):
        row = [int(v) for v in rng.integers(-(2**40), 2**40, size=dim + 1)]
        true = rng.uniform(-0.9, 0.9, size=(2, dim))
        radius = 2.0 ** rng.integers(-50, -4, size=2)
        at = [exact_value(row, [*end.tolist(), 1]) for end in true]
        if at[0] * at[1] >= 0:
            continue
        plus, minus = (0, 1) if at[0] > 0 else (1, 0)
        known = true + rng.choice([-1, 1], size=(2, dim)) * radius[:, None] * 0.99
        ends = np.column_stack([known, np.ones(2), radius])
        [table] = rounded_rows([row])
        out = np.zeros(dim + 2)
        heights = [value(table, ends[k], dim) for k in (plus, minus)]
        with np.errstate(all="ignore"):
            _interpolate(ends[plus], ends[minus], heights[0], heights[1], table, out, dim)
        t = at[plus] / (at[plus] - at[minus])
        exact = [(1 - t) * Fraction(p) + t * Fraction(n) for p, n in zip(true[plus].tolist(), true[minus].tolist(), strict=True)]
        assert is_within(out, exact)


# --- a whole walk --------------------------------------------------------------------------------------------------------------------------------


def random_network(seed, dim, widths, activation="relu"):
    rng = np.random.default_rng(seed)
    sizes = [dim, *widths]
    return [(rng.standard_normal((n, m)), rng.standard_normal(n) / 2) for m, n in pairwise(sizes)], activation


def cancelling_network(bits):
    """Two units that differ by 2**-bits, their difference, and that blown up: errors of the first layer count 2**bits times in the third."""
    near = np.array([[0.1, 0.7], [0.1 + 2.0**-bits, 0.7 - 2.0**-bits], [0.3, -0.4]])
    first = near, np.array([1 / 3, 1 / 3, 1.0])
    second = np.array([[1, -1, 0], [0, 0, 1.0], [1.0, 1.0, 0.1]]), np.array([2.0**-bits, 0.1, 0.0])
    third = np.array([[2.0**bits, 0.1, 0], [2.0**bits, -0.3, 0.2], [0, 1, -1.0]]), np.array([0.1, -0.7, 0.1])
    return [first, second, third], "leaky_relu"


def folded_network(depth):
    """A leaky network so deep that rows are carried in two doubles."""
    rng = np.random.default_rng(depth)
    return [(rng.standard_normal((3, 2 if i == 0 else 3)), rng.standard_normal(3) / 4) for i in range(depth)], ["leaky_relu", "abs"] * (depth // 2)


WALKS = {
    "two layers": random_network(0, 2, (6, 5)),
    "three leaky layers": random_network(1, 2, (5, 5, 4), "leaky_relu"),
    "absolute values in space": random_network(2, 3, (4, 4), "abs"),
    "cancellation of 20 bits": cancelling_network(20),
    "cancellation of 40 bits": cancelling_network(40),
    "eight layers": folded_network(8),
}


def cube(dim):
    return geom.Box([-1] * dim, [1] * dim)


def steps(net, domain):
    """A walk, as it stands after each of its steps."""
    run = Walk(net, domain)
    status = Status.RUNNING
    with np.errstate(all="ignore"):
        while status != Status.DONE:
            status = walk(run.state, 1, True)
            if status == Status.UNKNOWN:
                run.oracle.answer(run.state)
            elif status == Status.FULL:
                clear_output(run.state)
            elif status >= Status.MORE_POOL:
                run.state = enlarge(run.state, status)
            yield run


class ExactRows:
    """Rows of units by composing in fractions, once for every code of the layers below."""

    def __init__(self, hidden, slopes, first):
        self.hidden = [([[Fraction(v) for v in row] for row in w.tolist()], [Fraction(v) for v in b.tolist()]) for w, b in hidden]
        self.slopes, self.first, self.dim = slopes, first, hidden[0][0].shape[1]
        self._rows = {}

    def of_layer(self, layer, path):
        """Rows (units, dim + 1) of a layer; `path` has the code of every layer below, as a tuple."""
        key = tuple(path[:layer])
        if key not in self._rows:
            below = self._outputs(layer - 1, path) if layer else [[Fraction(int(i == j)) for j in range(self.dim + 1)] for i in range(self.dim)]
            weight, bias = self.hidden[layer]
            rows = [[sum(w * z[j] for w, z in zip(line, below, strict=True)) for j in range(self.dim + 1)] for line in weight]
            self._rows[key] = [[*row[:-1], row[-1] + b] for row, b in zip(rows, bias, strict=True)]
        return self._rows[key]

    def _outputs(self, layer, path):
        return [[(1 if bit else self.slopes[layer]) * v for v in row] for row, bit in zip(self.of_layer(layer, path), path[layer], strict=True)]

    def of_unit(self, unit, path):
        layer = int(np.searchsorted(self.first, unit, side="right")) - 1
        return self.of_layer(layer, path)[unit - int(self.first[layer])]


def scale_between(floats, exact):
    """The power of two that a float row is times the exact one."""
    k = max(range(len(exact)), key=lambda i: abs(exact[i]))
    return Fraction(2) ** round(math.log2(abs(Fraction(float(floats[k])) / exact[k]))) if exact[k] and floats[k] else Fraction(1)


def meet_exactly(rows, dim):
    """The point on rows of rank dim."""
    integers = [reference._integers(row) for row in rows]
    return next(point for chosen in combinations(integers, dim) if (point := reference._meet(chosen)) is not None)


def assert_rows_are_within(state, layer, exact_rows):
    first = state.net.first
    for unit, exact in zip(range(int(first[layer]), int(first[layer + 1])), exact_rows, strict=True):
        floats, rest = state.maps.value[:, unit].tolist(), state.maps.low[:, unit].tolist()
        scale = scale_between(floats, exact)
        for lows, bound in (rest, state.maps.drift[unit]), ([0.0] * len(rest), state.maps.error[unit]):
            off = sum(abs(Fraction(v) + Fraction(low) - scale * e) for v, low, e in zip(floats, lows, exact, strict=True))
            assert off <= Fraction(float(bound)), unit


def assert_points_are_within(run, path, rows):
    state, top = run.state, int(run.state.control[Control.TOP])
    start, count = state.stack.frame[top, Frame.START], state.stack.frame[top, Frame.COUNT]
    n_walls, dim = len(run.start.walls), rows.dim
    for g in state.stack.members[start : start + count].tolist():
        numbers = state.stack.row_of[top, np.flatnonzero(unpack_bits(state.pool.tight[g], 64))].tolist()
        tight = [run.start.walls[i] if i < n_walls else rows.of_unit(i - n_walls, path) for i in numbers]
        met = meet_exactly(tight, dim)
        assert state.pool.point[g, dim] == 1
        assert is_within(state.pool.point[g], [Fraction(v, met[-1]) for v in met[:-1]]), numbers


@pytest.mark.parametrize("name", WALKS)
def test_rows_and_generators_of_a_walk_are_within_their_bounds(name):
    hidden, activation = WALKS[name]
    net = geom.Network.mlp([*(w for w, _ in hidden), np.ones((1, len(hidden[-1][1])))], [*(b for _, b in hidden), [0.0]], activation=activation)
    named = [activation] * len(hidden) if isinstance(activation, str) else activation
    rows = ExactRows(hidden, [Fraction(reference.SLOPES[a]) for a in named], net.first)
    checked = 0
    for n, run in enumerate(steps(net, cube(rows.dim))):
        state, phase = run.state, run.state.control[Control.PHASE]
        if phase not in (Phase.NEXT, Phase.ENTERED):
            continue
        top = int(state.control[Control.TOP])
        path = [tuple(unpack_bits(word[None], width).tolist()) for word, width in zip(state.path.code, net.widths, strict=True)]
        layer = int(state.stack.frame[top, Frame.LAYER])
        if phase == Phase.ENTERED or not layer:
            assert_rows_are_within(state, layer, rows.of_layer(layer, path))
            checked += 1
        if n % 5 == 0:
            assert_points_are_within(run, path, rows)
    assert checked > 10


@pytest.mark.parametrize("dim", [3, 4])
def test_generators_are_vertices_where_walls_are_doubled(dim):
    # Opposite corners of a square facet are on two walls, as many as an edge has in space; between them is no edge.
    axes = np.eye(dim)
    doubled = geom.HPolytope(np.concatenate([axes, -axes, axes, -2 * axes]), np.repeat([1, 1, 1, 2], dim))
    weight = np.array([[3, 1, -2, 5][:dim], [1, -4, 2, 1][:dim], [-2, 1, 5, 3][:dim]], dtype=float) / 8
    hidden = [(weight, np.array([0.1, -0.2, 0.05]))]
    net = geom.Network.mlp([weight, np.ones((1, 3))], [hidden[0][1], [0.0]])
    rows = ExactRows(hidden, [Fraction(0)], net.first)
    for run in steps(net, doubled):
        if run.state.control[Control.PHASE] == Phase.NEXT:
            assert_points_are_within(run, [()], rows)
