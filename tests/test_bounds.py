"""Published bounds beside counts: of enumerated networks, of constructions that attain them, and of networks that break a misquoted one."""

import pickle
import re
import runpy
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb, factorial, prod
from pathlib import Path

import numpy as np
import pytest
from cases import ARRANGEMENTS, CASES, SPACE_ARRANGEMENTS
from click.testing import CliRunner

import geom
from geom import examples
from geom.bounds import (
    CATALOGUE,
    Architecture,
    Bound,
    BoundViolated,
    HiddenLayer,
    arora_lower,
    code_bound,
    code_gamma,
    compare,
    convolution,
    given,
    hanin_rolnick_cells,
    hanin_rolnick_volume,
    hinz_matrix,
    hinz_upper,
    layer_gamma,
    maxout_product_bound,
    maxout_regions,
    monotone_upper,
    montufar_lower,
    montufar_maxout_lower,
    montufar_upper,
    overview,
    product_bound,
    raghu_upper,
    region_gamma,
    serra_lower,
    serra_maxout_upper,
    serra_upper,
    table,
    validate,
    validation,
    xiong_layer,
    zaslavsky_bounded,
    zaslavsky_central,
    zaslavsky_regions,
    zaslavsky_upper,
    zhang_upper,
    zonotope_upper_vertices,
    zonotope_vertices,
)
from geom.commands.bounds import bounds_command
from geom.commands.one_line import OneLineErrors

KINDS = ["relu", ("leaky_relu", 0.1), ("leaky_relu", -0.5), "abs"]
UPPER = [bound for bound in CATALOGUE if bound.kind == "upper" and bound.evaluate is not None]


def random_network(rng, input_dim, widths, activation="relu", size=8, has_bias=True):
    sizes = [input_dim, *widths, 1]
    weights = [rng.integers(-size, size + 1, size=shape) for shape in zip(sizes[1:], sizes, strict=False)]
    return geom.Network.mlp(weights, [rng.integers(-size, size + 1, size=n) * has_bias for n in sizes[1:]], activation)


def generic_network(rng, input_dim, widths, activation="relu"):
    sizes = [input_dim, *widths, 1]
    weights = [rng.normal(size=shape) for shape in zip(sizes[1:], sizes, strict=False)]
    return geom.Network.mlp(weights, [rng.normal(size=n) for n in sizes[1:]], activation)


# --- every upper bound against enumeration ----------------------------------------------------------------------------------------------------

SHAPES = [
    (1, [3, 3]),
    (1, [2, 2, 2]),
    (1, [1, 4]),
    (2, [4]),
    (2, [2, 2]),
    (2, [3, 2]),
    (2, [1, 4]),
    (2, [2, 2, 2]),
    (2, [3, 1, 3]),
    (3, [3, 2]),
    (3, [2, 3]),
]


@pytest.mark.parametrize(("input_dim", "widths"), SHAPES)
@pytest.mark.parametrize("activation", KINDS)
def test_no_network_has_more_cells_than_an_upper_bound(input_dim, widths, activation):
    rng = np.random.default_rng([input_dim, *widths, KINDS.index(activation)])
    for trial in range(8):
        net = random_network(rng, input_dim, widths, activation, size=2 if trial % 2 else 8, has_bias=trial % 4 != 3)
        domain = geom.Box([-1] * input_dim, [1] * input_dim) if trial % 3 == 2 else None
        cells, architecture = geom.count(net, domain).cells, Architecture.of(net)
        for bound in UPPER:
            value = table(architecture)[bound.name].value
            assert value is None or cells <= value, (bound.name, value, cells, [layer.weight.floats() for layer in net.layers])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1500))
def test_no_larger_network_has_more_cells_than_an_upper_bound(seed):
    rng = np.random.default_rng(seed)
    d = int(rng.integers(1, 5))
    widths = rng.integers(1, 9 - d, size=rng.integers(1, 5)).tolist()
    net = random_network(rng, d, widths, [KINDS[i] for i in rng.integers(0, 4, size=len(widths))], size=[1, 3, 50][seed % 3])
    cells = geom.count(net, budget={"cells": 100_000}).cells
    assert compare(net, cells).ok
    assert cells <= min(hinz_upper(net), table(net).best_upper)


@pytest.mark.parametrize(("d", "widths"), [(2, [3, 2]), (2, [2, 5]), (2, [3, 4]), (3, [4, 3]), (3, [3, 4]), (3, [2, 4]), (1, [1, 3])])
def test_two_layers_of_which_the_first_is_monotone_have_at_most_serra_s_number(d, widths):
    rng = np.random.default_rng([d, *widths])
    most = serra_as_printed(d, widths)
    for trial in range(30):
        slope = [0.01, 0.3, 0.9, 3][trial % 4]
        last = ["relu", "abs", ("leaky_relu", 0.5)][trial % 3]
        if slope < 1:
            net = random_network(rng, d, widths, [("leaky_relu", slope), last])
        else:  # max(-3 h, -h / 2), strictly decreasing
            first = geom.Layer.scalar(rng.integers(-8, 9, size=(widths[0], d)), rng.integers(-8, 9, size=widths[0]), (-3.0, -0.5))
            net = geom.Network([first, *random_network(rng, widths[0], widths[1:], last).layers])
        assert geom.count(net).cells <= monotone_upper(net) == most <= montufar_upper(net)


def test_a_fold_is_not_monotone():
    # Where a unit folds, two cells lie in one orthant: this leaky-ReLU network of negative slope has 16 cells, and the number is 11.
    weights, biases = [[[8, 4], [5, -1]], [[5, -1], [8, -1]], np.eye(2)], [[3, 5], [1, -7], [0, 0]]
    folds = geom.Network.mlp(weights, biases, ("leaky_relu", -0.5))
    assert geom.count(folds).cells == 16 > serra_as_printed(2, [2, 2]) == 11
    with pytest.raises(geom.NetworkError, match="strictly monotone first layer"):
        monotone_upper(folds)
    plain = geom.Network([geom.Layer([[1, 0], [0, 1]], [0, 0], [[0, 0], [1, 1]], [[2, 2], [1, 3]]), geom.Layer.abs([[1, 1]], [1])])
    # A unit that does not cut and one that does: two half-planes, each cut in two by the second layer.
    assert geom.count(plain, geom.Box([-9, -9], [9, 9])).cells == monotone_upper(plain) == 4


def test_no_mixed_network_has_more_cells_than_the_recursion():
    # Layers of ReLU, leaky and abs units in one network, some of one piece only (slope 1).
    rng = np.random.default_rng(4)
    for _ in range(60):
        layers, d = [], 2
        for n in rng.integers(1, 4, size=rng.integers(1, 4)).tolist():
            slopes = [[(0.0, 1.0), (-1.0, 1.0), (0.5, 1.0), (1.0, 1.0), (-1.0, 0.0)][i] for i in rng.integers(0, 5, size=n)]
            layers.append(
                geom.Layer(rng.integers(-5, 6, size=(n, d)), rng.integers(-5, 6, size=n), np.repeat(np.arange(n)[:, None], 2, axis=1), slopes)
            )
            d = n
        net = geom.Network(layers)
        bounds = table(net)
        cells = geom.count(net, geom.Box([-50, -50], [50, 50])).cells
        assert cells <= bounds.best_upper <= hinz_upper(net) <= montufar_upper(net) <= code_bound(net)


@pytest.mark.parametrize("seed", range(20))
def test_the_recursion_s_histograms_are_above_those_of_layers(seed):
    # Cells of one layer by how many of its ReLU units are on: for every i, those of i alive units or more.
    rng = np.random.default_rng(seed)
    d, dying, others, plain = 1 + seed % 3, int(rng.integers(0, 5)), int(rng.integers(0, 3)), int(rng.integers(0, 2))
    n = dying + others + plain
    if not n:
        return
    slopes = [(0.0, 1.0)] * dying + [(-1.0, 1.0)] * others + [(1.0, 1.0)] * plain
    rows = np.repeat(np.arange(n)[:, None], 2, axis=1)
    layer = geom.Layer(rng.integers(-9, 10, size=(n, d)), rng.integers(-9, 10, size=n), rows, slopes)
    codes = geom.subdivide(geom.Network([layer]), geom.Box([-50] * d, [50] * d)).codes if dying + others else np.zeros((1, n))
    off = (codes[:, :dying] == 0).sum(axis=1)
    expected = layer_gamma(HiddenLayer((2,) * (dying + others) + (1,) * plain, dying), d)
    for i in range(n + 1):
        assert (n - off >= i).sum() <= sum(expected[i:])


@pytest.mark.parametrize("problem", [case for case in [*ARRANGEMENTS, *SPACE_ARRANGEMENTS, *CASES] if case.cells <= 400], ids=lambda case: case.name)
def test_degenerate_networks_are_within_all_bounds(problem):
    found = validate(geom.subdivide(problem.network(), problem.region()), linear_regions=False)
    assert found.ok
    assert found.cells == problem.cells <= table(problem.network()).best_upper


# --- equality, where theory says so -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d"), [(0, 1), (1, 1), (5, 1), (1, 2), (4, 2), (7, 2), (3, 3), (6, 3), (5, 4), (2, 4)])
@pytest.mark.parametrize("activation", ["relu", "abs"])
def test_a_generic_layer_has_zaslavsky_s_counts(n, d, activation):
    if not n:
        assert (zaslavsky_regions(0, d), zaslavsky_bounded(0, d), zaslavsky_central(0, d)) == (1, 0, 1)
        return
    rng = np.random.default_rng([n, d])
    part = geom.subdivide(generic_network(rng, d, [n], activation))
    assert len(part) == zaslavsky_regions(n, d) == zonotope_upper_vertices(n, d) == sum(comb(n, j) for j in range(d + 1))
    assert part.is_bounded.sum() == zaslavsky_bounded(n, d)
    assert {check.row.bound.name for check in validate(part).tight} >= {"Zaslavsky 1975", "Montufar 2017", "Hinz and van de Geer 2019"}
    weights = rng.normal(size=(n, d))
    assert geom.count(geom.Network.mlp([weights, np.ones((1, n))], [np.zeros(n), [0]])).cells == zaslavsky_central(n, d) == zonotope_vertices(n, d)


@pytest.mark.parametrize(("m", "d"), [(2, 2), (5, 2), (4, 3), (5, 3)])
def test_vertices_of_a_zonotope_come_in_pairs(m, d):
    # The hull of all 2**m sums of generic segments; without the factor 2 the number is half of its vertices.
    from scipy.spatial import ConvexHull

    segments = np.random.default_rng(m).normal(size=(m, d))
    points = np.array(list(product([-1, 1], repeat=m))) @ segments
    assert len(ConvexHull(points).vertices) == zonotope_vertices(m, d) == 2 * sum(comb(m - 1, i) for i in range(d))


def maxout_cells(weights, biases, ranks):
    """The number of cells of one maxout layer: those of the arrangement of all differences of pieces, counted by which pieces are largest."""
    first = np.cumsum([0, *ranks])
    pairs = [(i, j) for k in range(len(ranks)) for i, j in combinations(range(first[k], first[k + 1]), 2)]
    rows, offsets = [[weights[i] - weights[j] for i, j in pairs], [biases[i] - biases[j] for i, j in pairs]]
    part = geom.subdivide(geom.Network([geom.Layer.relu(rows, offsets)]))
    codes = set()
    for cell in part:
        x = cell.exact_witness if cell.exact_witness is not None else [Fraction(v) for v in cell.witness.tolist()]
        values = [sum(int(w) * v for w, v in zip(row, x, strict=True)) + int(b) for row, b in zip(weights, biases, strict=True)]
        codes.add(tuple(max(range(ranks[k]), key=values[first[k] : first[k + 1]].__getitem__) for k in range(len(ranks))))
    return len(codes)


@pytest.mark.parametrize(("d", "ranks"), [(1, [3]), (1, [3, 4]), (2, [3, 3, 3]), (2, [2, 3, 4]), (2, [4, 4]), (3, [3, 3]), (3, [3, 2, 2])])
def test_parallel_pieces_attain_the_maxout_bound_and_nothing_exceeds_it(d, ranks):
    rng = np.random.default_rng([d, *ranks])
    expected = sum(prod(ranks[i] - 1 for i in chosen) for j in range(d + 1) for chosen in combinations(range(len(ranks)), j))
    assert maxout_regions(ranks, d) == expected
    # Pieces r w x - r**2 + r b change where w x + b is 1, 3, 5, ..., so each unit has parallel cuts; w and b are generic.
    weights, biases = [], []
    for rank in ranks:
        w, b = rng.integers(-1000, 1001, size=d), int(rng.integers(-1000, 1001))
        weights += [r * w for r in range(rank)]
        biases += [r * b - 100 * r * r for r in range(rank)]
    assert maxout_cells(weights, biases, ranks) == expected
    for _ in range(6):
        n = sum(ranks)
        found = maxout_cells(rng.integers(-9, 10, size=(n, d)), rng.integers(-9, 10, size=n), ranks)
        assert found <= expected
        assert found <= serra_maxout_upper(maxout(d, ranks))


def maxout(d, ranks):
    return Architecture(d, (HiddenLayer(tuple(ranks), 0),))


@pytest.mark.parametrize(
    ("shape", "window", "filters", "stride"),
    [
        ((1, 3, 1), (1, 2), 2, 1),
        ((1, 4, 1), (1, 2), 1, 1),
        ((1, 4, 1), (1, 3), 2, 1),
        ((2, 2, 1), (1, 2), 2, 1),
        ((1, 2, 2), (1, 1), 3, 1),
        ((1, 4, 1), (1, 2), 2, 2),
    ],
)
def test_a_convolution_with_generic_filters_has_the_cells_of_xiong(shape, window, filters, stride):
    height, width, channels = shape
    rng = np.random.default_rng([*shape, filters])
    kernel, bias = rng.normal(size=(filters, *window, channels)), rng.normal(size=filters)
    rows = []
    for f, top, left in product(range(filters), range(0, height - window[0] + 1, stride), range(0, width - window[1] + 1, stride)):
        row = np.zeros(shape)
        row[top : top + window[0], left : left + window[1]] = kernel[f]
        rows.append((row.ravel(), bias[f]))
    net = geom.Network([geom.Layer.relu(np.array([row for row, _ in rows]), np.array([b for _, b in rows]))])
    assert geom.count(net).cells == xiong_layer(shape, window, filters, stride) <= zaslavsky_upper(net)


def test_a_convolution_of_too_many_positions_is_refused(monkeypatch):
    monkeypatch.setattr(convolution, "MOST_LOOKS", 1000)
    with pytest.raises(geom.NetworkError, match="16 positions and 9 filters allow too many"):
        xiong_layer((6, 6, 3), (3, 3), 9)
    with pytest.raises(geom.NetworkError, match="2999 positions and 2 filters"):
        xiong_layer((1, 3000, 1), (1, 2), 2)  # an input is freed by moving on those of a thousand positions


def test_a_convolution_that_sees_everything_is_a_dense_layer():
    assert xiong_layer((2, 2, 3), (2, 2), 20) == zaslavsky_regions(20, 12)
    assert xiong_layer((1, 9, 1), (1, 1), 4) == 5**9


# --- lower bounds are attained ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("d", "widths"), [(1, (3, 3)), (1, (4, 3, 3)), (1, (5, 7)), (1, (3, 3, 3, 3)), (2, (6, 7)), (2, (6, 6, 6)), (2, (8, 6))])
def test_zigzags_with_one_unit_turned_attain_the_lower_bound_of_serra(d, widths):
    example = examples.serra(d, widths)
    part = geom.subdivide(example.network, example.domain)
    found = prod((n // d + 1) ** d for n in widths[:-1]) * sum(comb(widths[-1], j) for j in range(d + 1))
    assert len(part) == part.linear_regions().max() + 1 == serra_lower(example.network) == found
    if d == 1:
        assert serra_upper(example.network) == serra_lower(example.network) == geom.count(example.network).cells


@pytest.mark.parametrize(
    ("d", "widths"), [(1, (3, 3)), (1, (2, 2, 2)), (1, (4, 3, 2)), (2, (4, 3)), (2, (5, 4)), (2, (4, 4, 2)), (1, (3,)), (1, (6, 1))]
)
def test_zigzags_attain_the_lower_bound_of_montufar_within_the_cube(d, widths):
    example = examples.montufar(d, widths)
    part = geom.subdivide(example.network, example.domain)
    found = prod((n // d) ** d for n in widths[:-1]) * sum(comb(widths[-1], j) for j in range(d + 1))
    assert len(part) == montufar_lower(example.network) == found
    assert geom.count(example.network).cells >= found
    # With no more units in the last layer than inputs they are all off somewhere in each piece, and such cells merge across the folds.
    assert (part.linear_regions().max() + 1 == found) == (len(widths) == 1 or widths[-1] > d)


def test_the_lower_bound_of_montufar_is_about_cells_where_the_last_layer_is_narrow():
    # Six units on the line make g with breakpoints x_1, ..., x_6; relu(g) breaks where g does and is positive, p times, and where g crosses 0. No
    # piece does so twice, and of the seven none between two positive x_i, of which there are at least 2 p - 7 pairs.
    most = max(p + 7 - max(p - (6 - p) - 1, 0) for p in range(7)) + 1
    bound = montufar_lower(Architecture.mlp(1, [6, 1]))
    assert most == 11 < bound == 12
    assert table(Architecture.mlp(1, [6, 1]))["Montufar et al. 2014"].bound.counts == "cells"
    rng = np.random.default_rng(0)
    regions = [geom.subdivide(random_network(rng, 1, [6, 1])).linear_regions().max() + 1 for _ in range(200)]
    assert max(regions) <= most


@pytest.mark.parametrize(("d", "widths"), [(2, (6, 2)), (2, (4, 3, 3)), (3, (6, 2)), (3, (8, 3)), (2, (8, 2, 2)), (2, (2, 3, 3)), (3, (10, 4, 4))])
def test_folded_zonotopes_attain_the_number_of_arora(d, widths):
    half, w = widths[0] // 2, widths[-1]
    example = examples.zonotope(half, d, w, len(widths) - 1)
    assert example.network.widths == widths
    part = geom.subdivide(example.network)
    cones, folds = 2 * sum(comb(half - 1, i) for i in range(d)), prod(widths[1:])
    assert arora_lower(example.network) == cones * folds
    # Beyond [0, 1] an odd zigzag goes on for ever; an even one falls below 0, where the next layer has one more cell a cone.
    assert len(part) == cones * (folds + (w % 2 == 0 and len(widths) > 2))
    assert validate(part).linear_regions >= arora_lower(example.network)


@pytest.mark.parametrize(
    "architecture", [Architecture.mlp(1, [4, 3]), Architecture.mlp(2, [6, 6]), Architecture.mlp(2, [4, 3, 3]), Architecture.mlp(3, [9])]
)
def test_a_table_names_the_networks_that_attain_its_lower_bounds(architecture):
    rows = [row for row in table(architecture).rows if row.attained_by]
    assert rows
    for row in rows:
        example = eval(row.attained_by, {"geom": geom})
        assert example.network.widths == architecture.widths
        assert geom.count(example.network, example.domain).cells >= row.value
        assert row.attained_by in str(table(example.network))


# --- one input, maxout ------------------------------------------------------------------------------------------------------------------------


def line_cells(layers):
    """Cells of a maxout network on the line, by exact breakpoints: (low, high, code of the last layer, maps of its outputs) of each.

    A layer is a list of units, a unit a list of pieces, a piece (weights, offset).
    """
    cells = [(None, None, (), [(Fraction(1), Fraction(0))])]
    for units in layers:
        found = []
        for low, high, _, maps in cells:
            here = [[composed(piece, maps) for piece in unit] for unit in units]
            crossings = {Fraction(d - b, a - c) for unit in here for (a, b), (c, d) in combinations(unit, 2) if a != c}
            ends = [low, *sorted(x for x in crossings if (low is None or x > low) and (high is None or x < high)), high]
            inner = []
            for left, right in pairwise(ends):
                x = inside(left, right)
                code = tuple(max(range(len(unit)), key=lambda r, unit=unit, x=x: unit[r][0] * x + unit[r][1]) for unit in here)
                if inner and inner[-1][2] == code:
                    left = inner.pop()[0]
                inner.append((left, right, code, [unit[r] for unit, r in zip(here, code, strict=True)]))
            found += inner
        cells = found
    return cells


def composed(piece, maps):
    """The affine function of x that a piece of the inputs' affine functions is."""
    weights, offset = piece
    return sum(w * a for w, (a, _) in zip(weights, maps, strict=True)), sum(w * b for w, (_, b) in zip(weights, maps, strict=True)) + offset


def chain_cells(units):
    """Cells of single maxout units in a row, each a list of (slope, offset)."""
    return line_cells([[[((a,), b) for a, b in unit]] for unit in units])


@pytest.mark.parametrize("seed", range(40))
def test_no_maxout_network_on_the_line_exceeds_its_bounds(seed):
    rng = np.random.default_rng(seed)
    widths, d, layers = rng.integers(1, 4, size=rng.integers(1, 4)).tolist(), 1, []
    ranks = [rng.integers(1, 5, size=n).tolist() for n in widths]
    for layer in ranks:
        layers.append([[([int(w) for w in rng.integers(-5, 6, size=d)], int(rng.integers(-9, 10))) for _ in range(rank)] for rank in layer])
        d = len(layer)
    architecture = Architecture(1, tuple(HiddenLayer(tuple(layer), 0) for layer in ranks))
    cells = len(line_cells(layers))
    for bound in (maxout_product_bound, serra_maxout_upper, code_bound, hinz_upper):
        assert cells <= bound(architecture), (bound, layers)
    assert hinz_upper(architecture) == maxout_product_bound(architecture) <= min(serra_maxout_upper(architecture), code_bound(architecture))


def inside(low, high):
    if low is None:
        return Fraction(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def breakpoint_of(k, rank, low, high):
    return low + (high - low) * Fraction(100 * k + 13, 100 * rank + 37)


def valley(rank, low, high):
    """A convex function with `rank` pieces, its breakpoints in (low, high), none at a value before, no piece constant: slopes in steps of 2."""
    pieces = [(Fraction(1, 2) - (rank - 1), Fraction(0))]
    for k in range(1, rank):
        x = breakpoint_of(k, rank, low, high)
        slope, offset = pieces[-1]
        value = slope * x + offset
        pieces.append((slope + 2, value - (slope + 2) * x))
    return pieces


@pytest.mark.parametrize(("rank", "depth"), [(2, 1), (2, 5), (3, 2), (3, 4), (4, 3), (6, 3)])
def test_convex_units_in_a_row_have_less_than_their_product(rank, depth):
    low, high, units = Fraction(0), Fraction(1), []
    for _ in range(depth):
        unit = valley(rank, low, high)
        units.append(unit)
        values = [max(a * x + b for a, b in unit) for x in [low, high, *(breakpoint_of(k, rank, low, high) for k in range(1, rank))]]
        low, high = min(values), min(values[:2])
    most = 1 + (rank - 1) * (2**depth - 1)
    assert len(chain_cells(units)) == most
    rng = np.random.default_rng([rank, depth])
    for _ in range(200):
        random = [[(Fraction(int(a)), Fraction(int(b))) for a, b in rng.integers(-9, 10, size=(rank, 2))] for _ in range(depth)]
        assert len(chain_cells(random)) <= most
    architecture = Architecture.mlp(1, [1] * depth, "maxout", pieces=rank)
    if depth > 1 and rank > 2:
        assert most < rank**depth  # the lower bound as it is quoted, k^(L - 1) k^n_0, is above the maximum
        with pytest.raises(geom.NetworkError, match=rf"rank at most 2\^n_0=2 .*the rank is {rank}"):
            montufar_maxout_lower(architecture)
    else:
        assert montufar_maxout_lower(architecture) == rank**depth <= most


@pytest.mark.parametrize("d", [1, 2, 3, 5])
def test_the_maxout_bound_of_montufar_follows_from_valleys_in_every_coordinate(d):
    for rank in range(2, 2**d + 1):
        for depth in range(1, 9):
            lower = montufar_maxout_lower(Architecture.mlp(d, [d] * depth, "maxout", pieces=rank))
            assert lower == rank ** (depth - 1 + d) <= (1 + (rank - 1) * (2**depth - 1)) ** d
            assert lower <= maxout_product_bound(Architecture.mlp(d, [d] * depth, "maxout", pieces=rank))


# --- formulas and their order -----------------------------------------------------------------------------------------------------------------


def serra_as_printed(n0, widths):
    """The sum over all allowed (j_1, ..., j_L), one after another."""
    total = 0
    for j in product(*(range(n + 1) for n in widths)):
        dims = [n0, *(n - off for n, off in zip(widths, j, strict=True))]
        if all(j[i] <= min(*dims[: i + 1], widths[i]) for i in range(len(widths))):
            total += prod(comb(n, off) for n, off in zip(widths, j, strict=True))
    return total


@pytest.mark.parametrize(
    ("n0", "widths"), [(1, [3, 3]), (2, [3, 2]), (2, [2, 2, 2]), (2, [3, 8]), (2, [6, 6, 1]), (3, [4, 2, 5]), (5, [2, 3, 2, 3]), (4, [1, 6])]
)
def test_sum_and_recursion_are_serra_s_printed_sum(n0, widths):
    architecture = Architecture.mlp(n0, widths)
    assert serra_upper(architecture) == hinz_upper(architecture) == serra_as_printed(n0, widths)
    assert hinz_upper(architecture, region_gamma) == montufar_upper(architecture)
    assert hinz_upper(architecture, code_gamma) == code_bound(architecture) == 2 ** sum(widths)


def test_the_recursion_is_a_product_of_matrices():
    architecture = Architecture.mlp(3, [4, 2, 5])
    vector = np.array([0, 0, 0, 1], dtype=object)
    for layer in architecture.layers:
        cut = np.array([[int(i == min(j, layer.width)) for j in range(len(vector))] for i in range(layer.width + 1)], dtype=object)
        vector = np.array(hinz_matrix(layer), dtype=object) @ cut @ vector
    assert sum(vector) == serra_as_printed(3, [4, 2, 5])


@pytest.mark.parametrize("n0", [1, 2, 5, 40])
@pytest.mark.parametrize("widths", [[50] * 6, [7, 3, 30], [1, 100], [2000, 2, 2000], [64, 64]])
def test_bounds_stand_in_their_order_whatever_the_size(n0, widths):
    bounds = table(Architecture.mlp(n0, widths))
    value = {row.bound.name: row.value for row in bounds.rows}
    assert all(v is None or type(v) is int for v in value.values())
    names = ["Hinz and van de Geer 2019", "Serra et al. 2018", "Montufar 2017", "Raghu et al. 2017", "codes"]
    ordered = [value[name] for name in names]
    assert ordered == sorted(ordered)
    assert bounds.best_upper == value["Serra et al. 2018"]
    assert bounds.best_lower is None or bounds.best_lower <= bounds.best_upper
    wider = Architecture.mlp(n0 + 1, [n + 1 for n in widths])
    assert all(serra_upper(wider) > v for v in ordered[:1])
    assert (
        serra_upper(Architecture.mlp(n0, widths, "relu"))
        <= montufar_upper(Architecture.mlp(n0, widths, "abs"))
        == montufar_upper(bounds.architecture)
    )


def test_a_bound_for_given_widths_is_the_product_of_its_layers():
    # Hard tanh has two breakpoints: 2 k parallel pairs of hyperplanes a layer.
    assert product_bound(2, [3, 2], breakpoints=2) == sum(comb(6, j) for j in range(3)) * sum(comb(4, j) for j in range(3))
    assert product_bound(3, [2, 4]) == 4 * sum(comb(4, j) for j in range(3))
    assert product_bound(3, [2, 4], narrowing=False) == 4 * sum(comb(4, j) for j in range(4)) == raghu_upper(Architecture.mlp(3, [2, 4]))


# --- hypotheses -------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "architecture", "message"),
    [
        (serra_upper, Architecture.mlp(2, [3, 3], "abs"), "ReLU networks only; hidden layer 0 has 3 of 2 pieces"),
        (zhang_upper, Architecture.mlp(2, [3], "leaky_relu"), "ReLU networks only"),
        (monotone_upper, Architecture.mlp(2, [3, 2, 2], "leaky_relu"), "two hidden layers; the network has 3"),
        (monotone_upper, Architecture.mlp(2, [3, 2], "relu"), "strictly monotone first layer, of positive slopes; it has 3 ReLU"),
        (zhang_upper, Architecture.mlp(4, [5, 3]), "widths of at least n_0=4; hidden layer 1 has 3"),
        (zaslavsky_upper, Architecture.mlp(2, [3, 3]), "one hidden layer; the network has 2"),
        (zaslavsky_upper, Architecture.mlp(2, [3], "maxout", 3), "units of two pieces; hidden layer 0 has 3 of 3 pieces"),
        (raghu_upper, Architecture.mlp(2, [3], "maxout", 3), "units of two pieces"),
        (montufar_upper, Architecture.mlp(2, [3], "maxout", 3), "units of two pieces"),
        (serra_lower, Architecture.mlp(2, [6, 5]), "3 n_0=6; hidden layer 1 has 5"),
        (serra_lower, Architecture.mlp(2, [6, 6], "abs"), "ReLU networks only"),
        (serra_lower, Architecture.mlp(2, []), "at least 1 hidden layer; the network has 0"),
        (montufar_lower, Architecture.mlp(3, [3, 2]), "n_0=3; hidden layer 1 has 2"),
        (montufar_maxout_lower, Architecture.mlp(2, [2, 3], "maxout", 3), r"layers of n_0=2 units .* widths are \(2, 3\)"),
        (montufar_maxout_lower, Architecture.mlp(2, [2, 2], "abs"), "maxout units, each with rows of its own; hidden layer 0 has 2 of 2 pieces"),
        (arora_lower, Architecture.mlp(2, [5, 2]), r"widths 2m, w, ..., w with w >= 2; they are \(5, 2\)"),
        (arora_lower, Architecture.mlp(2, [4, 2, 3]), "widths 2m, w"),
    ],
)
def test_a_network_outside_the_hypotheses_is_refused(bound, architecture, message):
    with pytest.raises(geom.NetworkError, match=message):
        bound(architecture)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Architecture.mlp(0, [3]),
        lambda: Architecture.mlp(2, [3, 0]),
        lambda: Architecture.mlp(2, [2.5]),
        lambda: Architecture.mlp(2, [3], "tanh"),
        lambda: Architecture.of([3]),
        lambda: zaslavsky_regions(-1, 2),
        lambda: zaslavsky_regions(True, 2),
        lambda: Architecture.mlp(2, 3),
        lambda: product_bound(2, 3),
        lambda: maxout_regions(3, 2),
        lambda: xiong_layer((1, 3, 1), (2, 1), 1),
        lambda: xiong_layer((1, 3), (1, 1), 1),
        lambda: xiong_layer(3, (1, 1), 1),
        lambda: hanin_rolnick_volume(3, 1, -1.0, 1.0),
        lambda: hanin_rolnick_cells(3, 1, np.inf),
        lambda: compare(Architecture.mlp(1, [3]), 0),
        lambda: compare(Architecture.mlp(1, [3]), 3, 4),
        lambda: HiddenLayer((2, 2), 3),
        lambda: HiddenLayer((2, 3), 2),
        lambda: HiddenLayer((0, 2), 0),
        lambda: HiddenLayer((2, 1), 1, n_free=2),
        lambda: HiddenLayer((2, 3), 1, n_monotone=2),
        lambda: Architecture(0, ()),
        lambda: Architecture(2, (3, 4)),
        lambda: Architecture(2, [HiddenLayer((2,), 1)]),
        lambda: hinz_upper(Architecture.mlp(2, [3]), lambda layer, d: [1, 1]),
        lambda: hinz_upper(Architecture.mlp(2, [3]), lambda layer, d: [0, 0, 0, 9 - d]),
    ],
)
def test_bad_sizes_are_refused(make):
    with pytest.raises(geom.NetworkError):
        make()


def test_an_architecture_is_read_off_the_layers():
    rows, slopes = [[0, 0], [0, 0], [0, 1], [1, -1], [1, 1]], [[0, 1], [1, 1], [1, 1], [2, 0], [-1, 0]]
    net = geom.Network([geom.Layer([[1, 2], [3, 4]], [0, 1], rows, slopes)])
    # ReLU; equal slopes; a maximum of two rows; one piece; max(-h, 0), which dies too.
    assert Architecture.of(net).layers == (HiddenLayer((2, 1, 2, 1, 2), 2, n_monotone=2),)
    own, shared = [[0, 1], [2, 3]], [[0, 1], [1, 2]]
    rows = [[1, 0], [0, 1], [1, 1], [2, 1]]
    assert [Architecture.of(geom.Network([geom.Layer(rows, [0] * 4, row, np.ones((2, 2)))])).layers[0].n_free for row in (own, shared)] == [2, 0]
    thrice = geom.Network([geom.Layer([[1, 2]], [0], [[0, 0, 0]], [[-1, 0, 1]])])
    assert Architecture.of(thrice).layers == (HiddenLayer((2,), 0),)  # the slope between two others is never the largest
    assert Architecture.of(geom.Network.mlp([[[1, 1]]], [[0]])) == Architecture(2, ())
    assert table(geom.Network.mlp([[[1, 1]]], [[0]])).best_upper == 1


# --- what is quoted without its hypotheses ----------------------------------------------------------------------------------------------------


def test_serra_s_sum_is_no_bound_for_absolute_values():
    # No unit of an abs network is ever off, so three layers of two can have all 64 codes; the sum for ReLU is 30.
    folds = geom.Network.mlp([np.eye(2)] * 4, [[0, 0], [-2, -2], [-1, -1], [0, 0]], "abs")
    part = geom.subdivide(folds)
    assert len(part) == 64 > serra_upper(Architecture.mlp(2, [2, 2, 2])) == 30
    found = validate(part)
    assert "Serra et al. 2018" not in found.to_columns()["name"]
    assert {"codes", "Montufar 2017", "Hinz and van de Geer 2019"} == {c.row.bound.name for c in found.tight} & {
        "codes",
        "Montufar 2017",
        "Hinz and van de Geer 2019",
    }


def test_serra_s_lower_bound_needs_three_units_a_coordinate():
    # A layer of two ReLU units on the line has three pieces, and its outputs never turn twice: each unit of the next layer changes at most twice.
    assert serra_upper(Architecture.mlp(1, [2, 2])) == 9
    rng = np.random.default_rng(0)
    counts = [geom.count(random_network(rng, 1, [2, 2])).cells for _ in range(300)]
    assert max(counts) == 7


def test_the_last_hidden_layer_belongs_to_the_product():
    # Zhang, Naitzat and Lim count the output as layer L; of hidden layers alone, the product up to L - 1 is exceeded.
    net = examples.serra(1, (3, 3)).network
    assert geom.count(net).cells > prod(n + 1 for n in net.widths[:-1])


# --- random weights ---------------------------------------------------------------------------------------------------------------------------


def test_the_bounds_of_hanin_and_rolnick():
    # The density of cuts is at most n E|w| max density of b, the first case of Hanin and Rolnick's bound.
    h = 1e-3
    assert geom.expected_crossings(1, [-h], [h]) / (2 * h) <= np.sqrt(2 / np.pi) / np.sqrt(2 * np.pi)
    assert hanin_rolnick_volume(5, 2, 1.0, 1.0, breakpoints=3) == 9 * comb(5, 2) * 4
    assert hanin_rolnick_cells(6, 3, 2.0) == 12**3 / factorial(3)


# --- table, validate and the command ----------------------------------------------------------------------------------------------------------


def test_a_table_has_every_bound_or_the_reason_why_not():
    bounds = table(geom.Network.mlp([[[1, 1], [2, 1]], [[1, 1]]], [[0, 0], [0]], "abs"))
    columns = bounds.to_columns()
    assert len({len(column) for column in columns.values()}) == 1
    assert columns["name"] == [bound.name for bound in CATALOGUE]
    assert all((value is None) != (why == "") for value, why in zip(columns["value"], columns["why_not"], strict=True))
    assert "Serra et al. 2018: the upper bound of Serra et al. is for ReLU networks only" in str(bounds)
    assert bounds["codes"].value == 4
    with pytest.raises(KeyError, match="no bound is called 'Cantor'"):
        bounds["Cantor"]


def test_counts_stand_beside_their_bounds():
    net = examples.serra(1, (3, 3)).network
    found = validate(geom.subdivide(net))
    assert (found.cells, found.linear_regions, found.ok) == (16, 16, True)
    by_name = {check.row.bound.name: check for check in found.checks}
    assert by_name["Serra et al. 2018, lower"].verdict == "attained"
    assert by_name["Montufar et al. 2014"].verdict == "exceeded by this network"
    assert (by_name["codes"].difference, by_name["codes"].ratio) == (48, 4)
    small = validate(geom.subdivide(net, geom.Box([0], ["1/2"])), linear_regions=False)
    check = next(check for check in small.checks if check.row.bound.name == "Serra et al. 2018, lower")
    assert small.linear_regions is None
    assert (check.holds, check.verdict) == (None, "not reached: it is about the best network")
    assert small.ok
    assert "not counted" in str(small)


# Degenerate hyperplanes: x_1 = x_2 twice, two parallel ones, a triple point, a row that is none: regions by hand.
PLANES = [
    (1, [[1], [2], [-2], [0]], [0, 1, 1, 5], 4),  # 0, -1/2, 1/2
    (2, [[1, -1], [-2, 2], [0, 0]], [0, 0, 1], 2),
    (2, [[1, 0], [0, 1], [1, 1], [1, 1]], [0, 0, 0, -1], 9),  # three lines through a point, and one across, parallel to one of them: 6 + 3
    (3, [[1, 0, 0], [2, 0, 0], [0, 1, 0]], [0, 1, 0], 6),
]


@pytest.mark.parametrize(("d", "weights", "biases", "regions"), PLANES)
@pytest.mark.parametrize("activation", ["relu", "abs", ("leaky_relu", -0.5)])
def test_one_layer_has_exactly_the_cells_of_its_characteristic_polynomial(d, weights, biases, regions, activation):
    net = geom.Network.mlp([weights, np.ones((1, len(weights)))], [biases, [0]], activation)
    found = {check.row.bound.name: check for check in validate(geom.subdivide(net)).checks}["characteristic polynomial"]
    assert (found.value, found.count, found.verdict, found.row.bound.kind) == (regions, regions, "attained", "exact")
    small = validate(geom.subdivide(net, geom.Box(range(8, 40, 8)[:d], range(9, 41, 8)[:d])))
    found = {check.row.bound.name: check for check in small.checks}["characteristic polynomial"]
    assert (found.value, found.verdict, found.row.bound.kind) == (regions, "holds", "upper")
    assert re.search("characteristic polynomial +exact", str(validate(geom.subdivide(net))))


def test_a_count_that_is_not_that_of_the_arrangement_is_a_contradiction():
    net = geom.Network.mlp([[[1, -1], [-2, 2]], [[1, 1]]], [[0, 0], [0]])
    space = geom.subdivide(net).domain
    assert validation.counted(net, space, 2).ok
    for wrong in (1, 3):
        with pytest.raises(
            BoundViolated, match=rf"(?s){wrong} cells contradict the bound 'characteristic polynomial', which is 2.*geom.subdivide\(net, None\)"
        ):
            validation.counted(net, space, wrong)
    assert validation.counted(net, geom.Box([0, 0], [1, 1]), 1).ok  # a box may have fewer
    with pytest.raises(BoundViolated, match="characteristic polynomial"):
        validation.counted(net, geom.Box([0, 0], [1, 1]), 3)


def test_where_no_polynomial_is_computed():
    deep = geom.Network.mlp([np.eye(2)] * 3, [[0, 0]] * 3)
    wide = geom.Network.mlp([np.ones((60, 9)), np.ones((1, 60))], [np.arange(60), [0]])
    pooled = geom.Network([geom.Layer([[1, 0], [0, 1]], [0, 0], [[0, 1]], [[1, 1]]), geom.Layer.linear([[1]], [0])])
    for net, why in (
        (deep, "has 2 hidden layers"),
        (wide, r"60 hyperplanes in 9 dimensions take long.*count_layer"),
        (pooled, "two pieces on one row"),
    ):
        row = next(row for row in given.given_rows(net, geom.Box([0], [1])) if row.bound.name == "characteristic polynomial")
        assert not row.applies
        assert re.search(why, row.why_not)


@pytest.mark.parametrize("known", [5, {"name": "four"}, {"name": 4.5}, {"name": 0}])
def test_a_known_number_must_be_one(known):
    with pytest.raises(geom.NetworkError, match="known"):
        validate(geom.subdivide(geom.Network.mlp([[[1]], [[1]]], [[0], [0]])), known=known)


@pytest.mark.parametrize("domain", [None, geom.Box([-1, -1], [2, 2])])
def test_known_numbers_have_rows(domain):
    example = examples.shi(2)
    check = validate(geom.subdivide(example.network, domain), known={"Shi": example.cells}).checks[-1]
    assert (check.row.bound.name, check.row.bound.kind, check.value, check.is_tight) == ("Shi", "upper" if domain else "exact", 3, True)


def test_numbers_of_any_length_are_printed():
    assert re.search(r"codes +7\.379e\+19 ", str(table(Architecture.mlp(1, [66]))))  # 2^66 = 73,786,976,294,838,206,464
    codes = 2**18000  # Python writes no integer of more than 4,300 digits
    assert re.search(rf"codes +\d\.{(codes + 5 * 10**5414) // 10**5415 % 1000:03}e\+5418 ", str(table(Architecture.mlp(300, [3000] * 6))))
    for value in (10**14, 10**15 - 1, 10**15, 10**15 + 1, 99995 * 10**15, 99994 * 10**15, 2**100, 10**40 - 1, 10**40):
        shown = overview.short_number(value)
        assert shown == f"{value:,}" if value < 10**15 else shown == f"{value:.3e}", value


def test_an_incomplete_partition_is_refused():
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(examples.serra(1, (3, 3)).network, budget={"cells": 5})
    with pytest.raises(geom.GeomError, match=r"cut short after 5 cells.*without a budget"):
        validate(stopped.value.partial)


@pytest.mark.parametrize("domain", [None, geom.Box(["-1/3", -2], [1, 2]), geom.HPolytope([[1, 0], [0, 1], [-1, -1]], [1, 1, "2/3"])])
def test_a_contradiction_comes_with_all_that_reproduces_it(domain):
    net = generic_network(np.random.default_rng(5), 2, [4, 3], ["relu", ("leaky_relu", 0.3)])
    part = geom.subdivide(net, domain)
    assert validate(part, known={"itself": len(part)}).ok
    with pytest.raises(BoundViolated, match="contradict the bound 'wrong', which is 3") as found:
        validate(part, known={"wrong": 3})
    error = pickle.loads(pickle.dumps(found.value))
    assert (error.name, error.value, error.count, str(error)) == ("wrong", 3, len(part), str(found.value))
    there = {}
    exec(error.reproduce, there)
    assert (there["part"].codes == part.codes).all()


def test_a_layer_without_units_is_reproduced():
    net = examples.generic(0, 2).network
    with pytest.raises(BoundViolated) as found:
        validate(geom.subdivide(net), known={"wrong": 2})
    exec(found.value.reproduce, {})


def test_too_many_cells_contradict_a_bound():
    with pytest.raises(BoundViolated, match=r"17 cells contradict the bound 'Raghu et al. 2017', which is 16"):
        compare(Architecture.mlp(1, [3, 3]), 17)


FALSE = Bound("one cell", "upper", "cells", "every network", "none", "nobody", "false", lambda architecture: 1)


@pytest.fixture
def saved(tmp_path):
    rng = np.random.default_rng(1)
    path = tmp_path / "net.npz"
    np.savez(path, W0=rng.normal(size=(4, 2)), b0=rng.normal(size=4), W1=rng.normal(size=(3, 4)), b1=np.ones(3), W2=np.ones((1, 3)), b2=[0.0])
    return path


@pytest.mark.parametrize("flags", [["--box", "-1", "1"], ["--box", "-1", "1", "--count"]])
def test_a_violated_upper_bound_is_printed_as_code(saved, flags, monkeypatch):
    monkeypatch.setattr(overview, "CATALOGUE", (FALSE,))
    part = geom.subdivide(geom.load(saved), geom.Box([-1, -1], [1, 1]))
    with pytest.raises(BoundViolated, match=r"contradict the bound 'one cell', which is 1.*to reproduce it"):
        validate(part)
    group = OneLineErrors("geom", commands=[bounds_command])
    result = CliRunner().invoke(group, ["bounds", str(saved), *flags])
    assert result.exit_code == 1
    assert result.stderr.strip() == f"geom: {len(part)} cells contradict the bound 'one cell', which is 1: one of the two is wrong"
    exec(result.stdout, {})  # it asserts the count


def test_what_is_no_partition_is_not_validated():
    net = examples.serra(1, (3, 3)).network
    with pytest.raises(geom.GeomError, match=r"expected a geom.Partition, got Count; .*compare\(net, cells\)"):
        validate(geom.count(net))


def test_the_command_takes_saved_cells(saved, tmp_path):
    part = geom.subdivide(geom.load(saved), geom.Box([-1, -1], [1, 1]), out=tmp_path / "cells.npz")
    group = OneLineErrors("geom", commands=[bounds_command])
    assert f"{len(part)} cells" in CliRunner().invoke(group, ["bounds", str(tmp_path / "cells.npz")]).stdout
    result = CliRunner().invoke(group, ["bounds", str(tmp_path / "cells.npz"), "--space"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "holds cells with their own domain" in result.stderr


@pytest.mark.parametrize("flags", [[], ["--box", "-1", "1"], ["--box", "-1", "1", "--count"], ["--space", "--upto", "1"]])
def test_the_command_prints_the_table(saved, flags):
    result = CliRunner().invoke(bounds_command, [str(saved), *flags])
    assert result.exit_code == 0, result.output
    assert "Hinz and van de Geer 2019" in result.output
    assert ("verdict" in result.output) == bool(flags)


def test_the_page_has_the_tables_that_its_script_prints():
    root = Path(__file__).parent.parent
    page = (root / "docs" / "bounds.md").read_text(encoding="utf-8")
    script = runpy.run_path(str(root / "docs" / "examples" / "bounds_table.py"))
    assert script["as_markdown"](script["EXTREMAL_HEADER"], script["extremal_rows"]()) in page
    assert script["as_markdown"](script["ARRANGEMENT_HEADER"], script["arrangement_rows"]()) in page
    assert script["as_markdown"](script["RANDOM_HEADER"], script["random_rows"]()) in page
    assert f"{len(script['ARCHITECTURES']) * script['EACH']} networks" in page
