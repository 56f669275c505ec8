"""Sites of deep cells beside affine maps composed in fractions, values, gradients of torch, and brute-force argmin."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import reference
from cases import BY_NAME, CASES, random_problem
from comparison import both_sides, codes, interior_point

import geom
from geom.errors import UnsupportedOperator
from geom.exact import round_fractions
from geom.partition.refinement import children, parents, refine
from geom.sites.cells import sites
from geom.sites.inputs import site
from geom.sites.unit_sum import UnitSum, _spectral_bound, row_norms

SMALL = [case.name for case in CASES if 2 <= case.cells < 30]
LARGEST = Fraction(np.finfo(np.float64).max)
PROBLEMS = [(BY_NAME.__getitem__, name) for name in SMALL] + [(random_problem, seed) for seed in range(48)]


def summed(problem, layer, weights=None):
    """The reference network whose output is the (weighed) sum of a hidden layer's."""
    net = problem.reference_network()
    width = len(net.hidden[layer].bias)
    return reference.Net(net.hidden[: layer + 1], ([[Fraction(w) for w in (weights or [1] * width)]], [Fraction(0)]))


def reference_sites(problem, found, layer, weights=None):
    """(mu, rad) of every code, from maps composed forwards in fractions."""
    net = summed(problem, layer, weights)
    sites = []
    for code in found:
        [mu], [beta] = reference.affine(net, code, problem.dim)
        sites.append((tuple(mu), sum(v * v for v in mu) + 2 * beta))
    return sites


def power(site, x):
    mu, rad = site
    return sum((a - b) ** 2 for a, b in zip(x, mu, strict=True)) - rad


def as_pairs(mu, rad):
    return list(zip(map(tuple, mu.tolist()), rad.tolist(), strict=True))


# --- sites ----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_sites_are_those_of_the_maps_composed_forwards(problem_of, key):
    problem, part, _ = both_sides(problem_of, key)
    for layer in range(len(part.network.hidden)):
        expected = reference_sites(problem, codes(part), layer)
        mu, rad = sites(part, layer, exact=True)
        assert as_pairs(mu, rad) == expected, (problem.shown(), layer)
        floats = sites(part, layer)
        for (centroid, radius), own, r in zip(expected, *floats, strict=True):
            for exact, value in zip(centroid, own.tolist(), strict=True):
                assert_near(value, exact, max(map(abs, centroid)))
            square = sum(v * v for v in centroid)
            assert_near(float(r), radius, square + abs(radius - square))


def assert_near(value, exact, size):
    """Within 1e-9 of the size, and infinite beyond the doubles."""
    if np.isinf(value):
        assert abs(exact) > LARGEST
    else:
        assert abs(Fraction(value) - exact) <= size * Fraction(1, 10**9) + Fraction(1, 10**150)


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_the_power_of_a_point_is_its_square_less_twice_the_layers_sum(problem_of, key):
    problem, part, _ = both_sides(problem_of, key)
    for layer in range(len(part.network.hidden)):
        net = summed(problem, layer)
        for cell, own in zip(part, as_pairs(*sites(part, layer, exact=True)), strict=True):
            x = interior_point(cell)
            [total] = reference.output_at(net, x)
            assert power(own, x) == sum(v * v for v in x) - 2 * total


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_inside_a_cell_of_the_layers_before_each_new_cell_is_that_of_its_site(problem_of, key):
    """Theorem 5 as corrected: among cells with one parent, the own site has the least power, and no other one has it."""
    problem, part, _ = both_sides(problem_of, key)
    for layer in range(len(part.network.hidden)):
        found = as_pairs(*sites(part, layer, exact=True))
        groups = {}
        first = part.network.first
        for i, code in enumerate(codes(part)):
            groups.setdefault(code[: first[layer]], {}).setdefault(code[: first[layer + 1]], i)
        for siblings in groups.values():
            for i in siblings.values():
                x = interior_point(part[i])
                powers = {j: power(found[j], x) for j in siblings.values()}
                assert min(powers, key=powers.get) == i, problem.shown()
                assert sum(p == powers[i] for p in powers.values()) == 1


@pytest.mark.parametrize("seed", range(8))
def test_weighed_units_move_the_sites_and_keep_the_cells(seed):
    problem, part, _ = both_sides(random_problem, seed)
    layer = len(part.network.hidden) - 1
    weights = [Fraction(k + 1, 4) for k in range(part.network.widths[layer])]
    mu, rad = sites(part, weights=weights, exact=True)
    assert as_pairs(mu, rad) == reference_sites(problem, codes(part), layer, weights)


def test_cells_that_a_budget_left_have_sites_too():
    net = he([2, 6, 6, 1], 0)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, geom.Box([-1, -1], [1, 1]), budget={"cells": 7})
    whole = geom.subdivide(net, geom.Box([-1, -1], [1, 1]))
    for some, all_ in zip(sites(stopped.value.partial, exact=True), sites(whole, exact=True), strict=True):
        assert (some == all_[:7]).all()


def he(widths, seed, activation="relu"):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(n, m)) * np.sqrt(2 / m) for m, n in pairwise(widths)]
    return geom.Network.mlp(weights, [rng.normal(size=n) * 0.1 for n in widths[1:]], activation=activation)


def cancelling(seed):
    """Two layers whose composed weight is a sum of large terms that nearly cancel."""
    rng = np.random.default_rng(seed)
    first, second = (rng.integers(2**49, 2**50, size=6).astype(float) for _ in range(2))
    total = sum(int(a) * int(b) for a, b in zip(first[:-1], second[:-1], strict=True))
    first[-1] = -(total // int(second[-1]))
    return geom.Network.mlp([first[:, None], second[None], [[1.0]]], [np.full(6, 2.0**60), [0.0], [0.0]])


@pytest.mark.parametrize("seed", range(6))
def test_floats_that_cancel_are_computed_again_in_integers(seed):
    net = cancelling(seed)
    assert net.widths == (6, 1)
    part = geom.subdivide(net, geom.Box([-1], [1]))
    unit_sum = UnitSum.of_layer(net, 1)
    plain = unit_sum.float_forms(part.codes)
    exact, constants = unit_sum.forms(part.codes)
    np.testing.assert_array_equal(sites(part)[0], round_fractions(exact.fractions()))
    assert (np.abs(plain.slope - exact.floats())[:, 0] <= plain.slope_error).all()
    assert (np.abs(plain.constant - constants.floats()[:, 0]) <= plain.constant_error).all()


@pytest.mark.parametrize(("widths", "activation"), [([3, 20, 20, 20, 1], "relu"), ([2, 70, 70, 1], "abs"), ([4, 9] * 4, "leaky_relu")])
def test_errors_are_within_their_bounds_and_the_bounds_are_small(widths, activation):
    net = he([*widths, 1], 0, activation)
    rng = np.random.default_rng(1)
    chosen = rng.integers(0, 2, size=(50, net.n_units), dtype=np.uint8)
    for layer in range(len(net.hidden)):
        unit_sum = UnitSum.of_layer(net, layer)
        plain, (slope, constant) = unit_sum.float_forms(chosen), unit_sum.forms(chosen)
        errors = slope.fractions() - np.array([[Fraction(v) for v in row] for row in plain.slope.tolist()], dtype=object)
        for error, bound in zip(errors, plain.slope_error.tolist(), strict=True):
            assert sum(v * v for v in error) <= Fraction(bound) ** 2
        for exact, value, bound in zip(constant.fractions()[:, 0], plain.constant.tolist(), plain.constant_error.tolist(), strict=True):
            assert abs(exact - Fraction(value)) <= Fraction(bound)
        assert (plain.slope_error <= 1e-9 * np.abs(plain.slope).max()).all()


@pytest.mark.parametrize("scale", [2.0**-600, 2.0**-300, 2.0**300, 2.0**600])
def test_numbers_beyond_doubles_on_the_way_are_no_harm(scale):
    net = geom.Network.mlp([[[scale], [scale]], [[1 / scale, 2 / scale]], [[1.0]]], [[0.0, 0.0], [0.0], [0.0]])
    mu, rad = sites(geom.subdivide(net, geom.Box([-1], [1])))
    assert mu[:, 0].tolist() == [0, 3]
    assert rad.tolist() == [0, 9]


def test_the_spectral_bound_is_above_the_largest_singular_value_and_not_far():
    rng = np.random.default_rng(0)
    for shape in [(1, 1), (5, 3), (3, 50), (50, 50), (0, 4)]:
        matrix = rng.normal(size=shape) * 2.0 ** rng.integers(-40, 40)
        true = np.linalg.norm(matrix, 2) if matrix.size else 0.0
        assert true <= _spectral_bound(matrix) <= 1.2 * true
    assert _spectral_bound(np.ones((40, 40))) >= 40
    assert _spectral_bound(np.zeros((3, 3))) == 0


def test_norms_of_rows_are_bounds_at_every_magnitude():
    for scale in (1e-320, 1e-170, 1e-140, 1.0, 1e150):
        rows = np.array([[3.0, 4.0], [0.0, 0.0]]) * scale
        (long, none) = row_norms(rows)
        assert 5 * scale <= long <= 7.1 * scale + 1e-322
        assert none == 0
    assert row_norms(np.array([[1e200, 1.0]])) == np.inf


# --- layers of more pieces, units that share rows ---------------------------------------------------------------------------------------------


def pooled(seed):
    """Maxout of three pieces, max-pooling over overlapping windows of its outputs, ReLU."""
    rng = np.random.default_rng(seed)
    maxout = geom.Layer(rng.normal(size=(12, 2)), rng.normal(size=12), np.arange(12).reshape(4, 3), np.ones((4, 3)))
    windows = [[0, 1, -1], [1, 2, 3], [0, 3, -1]]
    pool = geom.Layer(rng.normal(size=(4, 4)), rng.normal(size=4), windows, np.where(np.array(windows) < 0, 0.0, 1.0))
    return geom.Network([maxout, pool, geom.Layer.relu(rng.normal(size=(5, 3)), rng.normal(size=5))])


def exact_outputs(net, x, depth):
    """Outputs of the first layers at a point, each unit the largest of its pieces, in fractions."""
    z = [Fraction(v) for v in x]
    for layer in net.hidden[:depth]:
        weight, bias = layer.weight.fractions().tolist(), layer.bias.fractions()[:, 0].tolist()
        rows = [sum(w * v for w, v in zip(row, z, strict=True)) + b for row, b in zip(weight, bias, strict=True)]
        units = zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
        z = [max(Fraction(s) * rows[j] for j, s in zip(own, slopes, strict=True) if j >= 0) for own, slopes in units]
    return z


@pytest.mark.parametrize("seed", range(5))
def test_sites_of_layers_with_more_pieces(seed):
    net = pooled(seed)
    points = np.random.default_rng(seed).normal(size=(30, 2))
    for layer in range(3):
        mu, rad = site(net, points, layer, exact=True)
        floats = site(net, points, layer)
        for x, centroid, radius in zip(points.tolist(), mu.tolist(), rad.tolist(), strict=True):
            exact = [Fraction(v) for v in x]
            assert power((centroid, radius), exact) == sum(v * v for v in exact) - 2 * sum(exact_outputs(net, x, layer + 1))
            nearby = [v + Fraction(1, 10**12) for v in exact]
            assert power((centroid, radius), nearby) == sum(v * v for v in nearby) - 2 * sum(exact_outputs(net, nearby, layer + 1))
        for a, b in zip((mu, rad), floats, strict=True):
            np.testing.assert_allclose(b, a.astype(float), rtol=1e-12, atol=1e-12)
        unit_sum = UnitSum.of_layer(net, layer)
        plain, (slope, constant) = unit_sum.float_forms(net.code(points)), unit_sum.forms(net.code(points))
        assert (np.linalg.norm(plain.slope - slope.floats(), axis=1) <= plain.slope_error).all()
        assert (np.abs(plain.constant - constant.floats()[:, 0]) <= plain.constant_error).all()


def test_a_network_without_hidden_layers_has_one_cell_with_the_origin_as_its_site():
    part = geom.subdivide(geom.Network.mlp([[[1.0, 2.0]]], [[3.0]]), geom.Box([-1, -1], [1, 1]))
    for exact in (False, True):
        mu, rad = sites(part, exact=exact)
        assert mu.tolist() == [[0, 0]]
        assert rad.tolist() == [0]
    for asked in ({"layer": 0}, {"layer": 5}, {"weights": [1.0]}):
        with pytest.raises(geom.NetworkError, match="hidden layer"):
            sites(part, **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"layer": 2},
        {"layer": -1},
        {"layer": True},
        {"weights": [1, 2]},
        {"weights": [Fraction(1, 3)] * 6},
        {"weights": [1] * 5 + [0]},
        {"weights": [None, None]},
    ],
)
def test_layers_and_weights_that_do_not_fit_are_refused(asked):
    part = geom.subdivide(he([2, 6, 6, 1], 0), geom.Box([-1, -1], [1, 1]))
    with pytest.raises(geom.NetworkError, match=r"layer|weights"):
        sites(part, **asked)


# --- single inputs --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_backpropagation_gives_the_sites_of_the_cells(seed):
    _, part, _ = both_sides(random_problem, seed)
    for layer in range(len(part.network.hidden)):
        for exact in (False, True):
            own, single = sites(part, layer, exact=exact), site(part.network, part.witnesses, layer, exact=exact)
            for a, b in zip(own, single, strict=True):
                assert (a == b).all() if exact else np.allclose(a, b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("slope", [0.0, 0.25, 1.0])
def test_torch_modules_have_the_sites_of_their_networks(slope):
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(3, 7), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(7, 5), nn.LeakyReLU(slope), nn.Linear(5, 2)).double()
    x = np.random.default_rng(0).normal(size=(40, 3))
    net = geom.from_torch(module)
    for layer in (0, 1, None):
        for a, b in zip(site(module, x, layer), site(net, x, layer), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    weights = np.arange(1.0, 6.0)
    for a, b in zip(site(module, x, weights=weights), site(net, x, weights=weights), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-12)
    assert module.training, "the training flag is as it was"
    assert not any(m._forward_hooks for m in module.modules())


def test_sites_of_a_convolutional_module_are_those_of_its_affine_map():
    """Within a cell the outputs' sum is affine: values at points nearby tell its slope and constant."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1), nn.BatchNorm2d(3), nn.ReLU(inplace=True), nn.MaxPool2d(2), nn.Conv2d(3, 4, 2), nn.LeakyReLU(0.1)
    )
    module = module.double()
    module[1].running_mean += torch.randn(3).double()
    x = np.random.default_rng(0).normal(size=(3, 2, 6, 6))
    module.eval()
    for layer, prefix in ((0, 3), (1, 4), (2, 6)):
        mu, rad = site(module, x, layer)
        assert mu.shape == x.shape
        with torch.no_grad():
            for i in range(len(x)):
                for _ in range(5):
                    y = x[i] + np.random.default_rng(i).normal(size=x[i].shape) * 1e-7
                    total = float(module[:prefix](torch.tensor(y[None])).sum())
                    assert ((y - mu[i]) ** 2).sum() - rad[i] == pytest.approx((y**2).sum() - 2 * total, rel=1e-10)


def test_what_runs_after_the_layer_does_not_matter():
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)
    first = nn.Sequential(nn.Linear(3, 4), nn.ReLU()).double()
    x = np.random.default_rng(0).normal(size=(5, 3))
    shared = nn.Sequential(first, nn.Linear(4, 2).double(), nn.Softmax(dim=1))
    for a, b in zip(site(shared, x), site(first, x), strict=True):
        np.testing.assert_array_equal(a, b)


def test_modules_with_other_layers_and_layers_that_are_none_are_refused():
    torch = pytest.importorskip("torch")
    nn = torch.nn
    x = np.zeros((2, 3))

    class First(nn.Module):
        def forward(self, pair):
            return pair[0]

    with pytest.raises(UnsupportedOperator, match="GELU"):
        site(nn.Sequential(nn.Linear(3, 4), nn.GELU(), nn.Linear(4, 4), nn.ReLU()), x)
    with pytest.raises(UnsupportedOperator, match="LeakyReLU"):
        site(nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(2.0)), x)
    with pytest.raises(UnsupportedOperator, match="MaxPool1d"):
        site(nn.Sequential(nn.MaxPool1d(2, return_indices=True), First(), nn.ReLU()), np.zeros((2, 1, 4)))
    plain = nn.Sequential(nn.Linear(3, 4), nn.ReLU())
    with pytest.raises(geom.NetworkError, match="layer=1"):
        site(plain, x, 1)
    with pytest.raises(geom.NetworkError, match="no nonlinear layer"):
        site(nn.Linear(3, 4), x)
    with pytest.raises(geom.NetworkError, match="weights"):
        site(plain, x, weights=[1.0])
    with pytest.raises(geom.NetworkError, match="exact"):
        site(plain, x, exact=True)
    with pytest.raises(geom.NetworkError, match=r"Network or a torch\.nn\.Module"):
        site("plain", x)


def test_batch_normalisation_by_the_batch_is_refused():
    torch = pytest.importorskip("torch")
    nn = torch.nn
    module = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, track_running_stats=False), nn.ReLU())
    with pytest.raises(UnsupportedOperator, match="BatchNorm1d"):
        site(module, np.eye(3))


@pytest.mark.parametrize("x", [[], np.zeros((0, 3)), np.zeros(3), np.zeros((2, 4)), [[np.nan, 0, 0]], [["a", 0, 0]], [[0, 0], [0]], 1.0])
def test_inputs_that_a_module_does_not_take_are_refused(x):
    torch = pytest.importorskip("torch")
    with pytest.raises(geom.NetworkError, match="input"):
        site(torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU()), x)


def test_one_image_without_a_batch_is_refused():
    torch = pytest.importorskip("torch")
    with pytest.raises(geom.GeomError, match="Conv2d"):
        site(torch.nn.Sequential(torch.nn.Conv2d(2, 2, 3), torch.nn.ReLU()), np.zeros((2, 5, 5)))


@pytest.mark.parametrize("weights", [[1.0, -1.0], [1.0, 0.0], [1.0, np.nan], [1.0, np.inf], ["a", "b"], [1.0], 1.0])
def test_weights_of_a_modules_units_are_positive_numbers(weights):
    torch = pytest.importorskip("torch")
    with pytest.raises(geom.NetworkError, match="weights"):
        site(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.ReLU()), np.zeros((2, 3)), weights=weights)


def test_a_linear_network_has_no_sites_of_single_inputs():
    with pytest.raises(geom.NetworkError, match="no hidden layer"):
        site(geom.Network.mlp([[[1.0]]], [[0.0]]), [[0.0]])


# --- from layer to layer --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("problem_of", "key"), PROBLEMS)
def test_parents_are_the_cells_of_the_first_layers(problem_of, key):
    problem, part, _ = both_sides(problem_of, key)
    for upto in range(len(part.network.hidden) + 1):
        coarse = geom.subdivide(problem.network(), problem.region(), upto=upto)
        found = parents(part, upto)
        n_units = int(part.network.first[upto])
        assert [code[:n_units] for code in codes(part)] == [codes(coarse)[i] for i in found]
        assert [list(range(len(part)))[own] for own in children(part, upto)] == [np.flatnonzero(found == i).tolist() for i in range(len(coarse))]
    assert (parents(part) == parents(part, max(len(part.network.hidden) - 1, 0))).all()


@pytest.mark.parametrize("seed", range(6))
def test_children_fill_their_parent(seed):
    problem = random_problem(seed + 32)
    part = geom.subdivide(problem.network(), problem.region())
    coarse = geom.subdivide(problem.network(), problem.region(), upto=1)
    for parent, own in zip(coarse, children(part, 1), strict=True):
        assert sum(part[i].volume(exact=True) for i in range(own.start, own.stop)) == parent.volume(exact=True)


@pytest.mark.parametrize("domain", [None, geom.Box([-1, -1], [1, 1])])
def test_refining_layer_by_layer_ends_in_the_whole_partition(domain):
    net = he([2, 5, 4, 3, 1], 2)
    part = geom.subdivide(net, domain, upto=0)
    for upto in (1, 2, 3):
        part = refine(part, net)
        assert codes(part) == codes(geom.subdivide(net, domain, upto=upto))
    with pytest.raises(geom.GeomError, match="all 3 hidden layers"):
        refine(part, net)
    with pytest.raises(geom.GeomError, match="not that of the network"):
        refine(geom.subdivide(net, domain, upto=1), he([2, 5, 4, 3, 1], 3))
    with pytest.raises(geom.GeomError, match="3 inputs"):
        refine(geom.subdivide(net, domain, upto=0), he([3, 5, 1], 3))


def test_an_unfinished_partition_is_not_refined():
    net = he([2, 5, 4, 1], 2)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, upto=1, budget={"cells": 2})
    with pytest.raises(geom.GeomError, match="cut short after 2 cells"):
        refine(stopped.value.partial, net)


def test_there_are_no_parents_beyond_the_layers():
    with pytest.raises(geom.NetworkError, match="upto=2"):
        parents(geom.subdivide(he([2, 3, 1], 0)), 2)
