"""Examples have the counts that they say: numbers of the literature typed in here, and the walk's count beside them."""

from math import comb, prod

import numpy as np
import pytest

import geom
from geom import examples

# Name, parameters, cells. OEIS: A000142, A000165, A002866, A000272, A001761, A007889, A006531, A005840, A034997, A000609, A001858.
PUBLISHED = [
    *(("braid", (n,), c) for n, c in ((2, 2), (3, 6), (4, 24), (5, 120))),
    *(("type_b", (n,), c) for n, c in ((1, 2), (2, 8), (3, 48), (4, 384))),
    *(("type_d", (n,), c) for n, c in ((2, 4), (3, 24), (4, 192))),
    *(("shi", (n,), c) for n, c in ((2, 3), (3, 16), (4, 125))),
    *(("catalan", (n,), c) for n, c in ((2, 4), (3, 30), (4, 336))),
    *(("linial", (n,), c) for n, c in ((2, 2), (3, 7), (4, 36), (5, 246))),
    *(("semiorder", (n,), c) for n, c in ((2, 3), (3, 19), (4, 183))),
    *(("threshold_graphs", (n,), c) for n, c in ((2, 2), (3, 8), (4, 46), (5, 332))),
    *(("resonance", (n,), c) for n, c in ((1, 2), (2, 6), (3, 32), (4, 370))),
    *(("threshold_functions", (n,), c) for n, c in ((0, 2), (1, 4), (2, 14), (3, 104), (4, 1882))),
    *(("generic_graphical", (n,), c) for n, c in ((2, 2), (3, 7), (4, 38), (5, 291))),
    *(("generic", sizes, c) for sizes, c in (((0, 2), 1), ((3, 1), 4), ((3, 2), 7), ((5, 2), 16), ((5, 3), 26), ((6, 4), 57))),
    *(("generic_central", sizes, c) for sizes, c in (((1, 2), 2), ((4, 3), 14), ((5, 3), 22), ((2, 4), 4), ((6, 4), 52))),
    *(("grid", (sizes,), c) for sizes, c in (((3,), 4), ((2, 3), 12), ((0, 1, 2), 6))),
]
FOLDS = [
    ("sawtooth", (1,), 2, 2),
    ("sawtooth", (7,), 128, 128),
    ("zigzag", (1, 2, 2), 1, 1),
    ("zigzag", (3, 2, 2), 81, 81),
    ("zigzag", (2, 3, 2), 64, 64),
    ("absolute_folds", (1, 6), 64, 64),
    ("absolute_folds", (2, 3), 64, 64),
    ("absolute_folds", (3, 2), 64, 64),
    # Four generic central planes make 14 cones, three lines 6, five 10; then the pieces of the fold on the positive half line.
    ("zonotope", (3, 2, 3, 2), 6 * 9, 6 * 9),
    ("zonotope", (5, 2, 3, 1), 10 * 3, 10 * 3),
    ("zonotope", (4, 3, 2, 1), 14 * 2, 14 * 2),
    ("zonotope", (4, 3, 2, 2), 14 * 5, 14 * 4 + 1),
    ("zonotope", (1, 2, 4, 2), 2 * 17, 2 * 17),
]


@pytest.mark.parametrize(("name", "parameters", "cells"), PUBLISHED, ids=lambda v: str(v).replace(" ", ""))
def test_an_arrangement_of_the_examples_has_its_published_number_of_regions(name, parameters, cells):
    example = getattr(examples, name)(*parameters)
    part = geom.subdivide(example.network, example.domain)
    assert (example.cells, len(part)) == (cells, cells)
    assert example.linear_regions == len(np.unique(part.linear_regions()))


@pytest.mark.parametrize(("name", "parameters", "cells", "regions"), FOLDS, ids=lambda v: str(v).replace(" ", ""))
def test_a_fold_has_its_cells_and_linear_regions(name, parameters, cells, regions):
    example = getattr(examples, name)(*parameters)
    part = geom.subdivide(example.network, example.domain)
    assert (example.cells, len(part)) == (cells, cells)
    assert (example.linear_regions, len(np.unique(part.linear_regions()))) == (regions, regions)


@pytest.mark.parametrize(
    ("dim", "widths"), [(1, (3, 3)), (1, (2, 5, 4)), (2, (5,)), (2, (4, 5, 3)), (2, (7, 4)), (2, (2, 3, 3)), (3, (6, 4)), (2, (4, 4, 4, 3))]
)
def test_the_network_of_montufar_attains_the_bound(dim, widths):
    example = examples.montufar(dim, widths)
    bound = prod((n // dim) ** dim for n in widths[:-1]) * sum(comb(widths[-1], j) for j in range(dim + 1))
    assert example.network.widths == widths
    part = geom.subdivide(example.network, example.domain)
    assert example.cells == len(part) == bound
    assert example.linear_regions == (part.linear_regions().max() + 1 if len(widths) == 1 or widths[-1] > dim else None)


@pytest.mark.parametrize(
    ("dim", "widths"), [(1, (3, 3)), (1, (5, 4, 3)), (1, (3, 3, 3, 2)), (1, (9, 2)), (2, (3,)), (2, (6, 4)), (2, (9, 6, 3)), (3, (9, 3))]
)
def test_the_network_of_serra_attains_the_bound_and_has_more_cells_than_that_of_montufar(dim, widths):
    example = examples.serra(dim, widths)
    bound = prod((n // dim + 1) ** dim for n in widths[:-1]) * sum(comb(widths[-1], j) for j in range(dim + 1))
    assert example.network.widths == widths
    part = geom.subdivide(example.network, example.domain)
    assert example.cells == len(part) == bound
    assert example.linear_regions == (part.linear_regions().max() + 1 if len(widths) == 1 or widths[-1] > dim else None)
    assert len(widths) == 1 or bound > examples.montufar(dim, widths).cells
    # The bound is about the best network of these widths on the whole space, where there are as many cells at least.
    assert geom.count(example.network).cells >= bound


@pytest.mark.parametrize(("make", "dim", "widths"), [(examples.montufar, 1, (6, 1)), (examples.montufar, 2, (4, 4, 2)), (examples.serra, 2, (6, 1))])
def test_cells_where_a_narrow_last_layer_is_off_merge_across_folds(make, dim, widths):
    example = make(dim, widths)
    part = geom.subdivide(example.network, example.domain)
    assert example.cells == len(part) > part.linear_regions().max() + 1
    assert example.linear_regions is None


@pytest.mark.parametrize(("dim", "depth"), [(1, 5), (2, 3)])
def test_most_absolute_folds_are_bounded(dim, depth):
    example = examples.absolute_folds(dim, depth)
    assert int(geom.subdivide(example.network).is_bounded.sum()) == (2**depth - 2) ** dim


def test_numbers_that_nobody_knows_are_none():
    assert examples.resonance(9).cells is None
    assert examples.random_network([2, 4, 1]).cells is None


@pytest.mark.parametrize("kind", ["he", "xavier", "orthogonal", "ternary", "quantised"])
def test_random_networks_are_the_same_for_a_seed_and_others_for_another(kind):
    first, again, other = (examples.random_network([3, 8, 5, 2], kind, seed=seed).network for seed in (4, 4, 5))
    assert first.widths == (8, 5)
    assert first.output_dim == 2
    weights = [[layer.weight.floats() for layer in net.layers] for net in (first, again, other)]
    assert all((a == b).all() for a, b in zip(weights[0], weights[1], strict=True))
    assert any((a != b).any() for a, b in zip(weights[0], weights[2], strict=True))


def test_random_weights_are_of_their_kind():
    orthogonal = examples.random_network([3, 8, 5, 2], "orthogonal").network
    for layer in orthogonal.layers:
        weight = layer.weight.floats()
        small = weight.T @ weight if weight.shape[0] > weight.shape[1] else weight @ weight.T
        np.testing.assert_allclose(small, np.eye(len(small)), atol=1e-12)
    ternary = examples.random_network([3, 8, 5, 2], "ternary").network
    assert {v for layer in ternary.layers for v in layer.weight.floats().ravel()} == {-1.0, 0.0, 1.0}
    quantised = examples.random_network([3, 8, 5, 2], "quantised").network
    assert all(((16 * layer.weight.floats()) % 1 == 0).all() for layer in quantised.layers)
    xavier = examples.random_network([30, 60, 1], "xavier").network.layers[0].weight.floats()
    assert np.abs(xavier).max() <= (6 / 90) ** 0.5
    he = examples.random_network([50, 400, 1], "he", bias_std=0.0).network.layers[0]
    assert he.weight.floats().std() == pytest.approx(0.2, rel=0.02)
    assert not he.bias.floats().any()


@pytest.mark.parametrize(
    "make",
    [
        lambda: examples.braid(1),
        lambda: examples.zigzag(0, 1, 1),
        lambda: examples.sawtooth(True),
        lambda: examples.montufar(2, (1, 3)),
        lambda: examples.montufar(2, ()),
        lambda: examples.montufar(2, 4),
        lambda: examples.grid(3),
        lambda: examples.resonance(40),
        lambda: examples.threshold_functions(40),
        lambda: examples.absolute_folds(1, 1076),
        lambda: examples.random_network([2, 3, 1], seed=-1),
        lambda: examples.random_network([2, 3, 1], bias_std=-1.0),
        lambda: examples.serra(1, (2, 3)),
        lambda: examples.montufar(6, (6, 1000)),
        lambda: examples.zonotope(3, 1, 2, 2),
        lambda: examples.generic(10**4, 9),
        lambda: examples.generic_graphical(9),
        lambda: examples.random_network([2]),
        lambda: examples.random_network([2, 0, 1]),
        lambda: examples.random_network([2, 3, 1], "unknown"),
    ],
)
def test_parameters_that_make_no_example_are_refused(make):
    with pytest.raises(geom.NetworkError, match=r"must be|at least|beyond|unknown init"):
        make()
