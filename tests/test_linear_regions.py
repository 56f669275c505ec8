"""Linear regions: maps and facets from the reference, merged here; every rule that decides a pair is also switched off."""

from dataclasses import replace
from itertools import combinations, islice

import numpy as np
import pytest
import reference
from cases import ARRANGEMENTS, CASES, SPACE_ARRANGEMENTS, Problem, cube, moment_curve, random_problem
from comparison import codes

import geom
from geom.adjacency import maps
from geom.adjacency.regions import linear_regions
from geom.adjacency.residues import Residues, certain, primes

SMALL = [case for case in [*CASES, *ARRANGEMENTS] if case.cells <= 60]
SMALL_SPACES = [case for case in SPACE_ARRANGEMENTS if case.cells <= 24 and case.dim <= 3]
RULES = ("_by_the_last_layer", "_differ_at_a_random_point", "_are_unreached")


def nothing_known(network, table, pairs):
    return np.zeros(pairs.shape[1], dtype=np.bool_)


def switch_off(monkeypatch, *rules):
    """Rules that are off know nothing, so others must decide."""
    for rule in rules:
        known = (lambda *args: (nothing_known(*args), nothing_known(*args))) if rule == "_by_the_last_layer" else nothing_known
        monkeypatch.setattr(maps, rule, known)


def partition_of(problem):
    return geom.subdivide(problem.network(), problem.region())


# --- the reference's regions ----------------------------------------------------------------------------------------------------------------


def adjacent(cells, dim):
    """Pairs of cells whose common vertices span a hyperplane: in a complex of bounded cells, those that share a facet."""
    for (i, a), (j, b) in combinations(enumerate(cells), 2):
        common = a.vertices & b.vertices
        if len(common) >= dim and reference.rank([(*vertex, 1) for vertex in common]) == dim:
            yield i, j


def merged(n, links):
    """Components of a graph, labelled in the order of their first vertices."""
    label = list(range(n))
    for i, j in links:
        old, new = max(label[i], label[j]), min(label[i], label[j])
        label = [new if v == old else v for v in label]
    order = {v: k for k, v in enumerate(dict.fromkeys(label))}
    return [order[v] for v in label]


def expected_regions(problem, rows=None):
    """The reference's pairs of cells and regions; codes are compared, so that numbers of cells mean the same on both sides."""
    net = problem.reference_network()
    cells = reference.cells(net, problem.reference_region() if rows is None else rows)
    pairs = list(adjacent(cells, problem.dim))
    affine = [reference.affine(net, cell.code, problem.dim) for cell in cells]
    return [cell.code for cell in cells], pairs, merged(len(cells), [(i, j) for i, j in pairs if affine[i] == affine[j]])


def assert_regions_of_the_reference(problem, rows=None):
    part = partition_of(problem)
    known, pairs, expected = expected_regions(problem, rows)
    assert codes(part) == known, problem.shown()
    a, b = zip(*pairs, strict=True) if pairs else ((), ())
    assert linear_regions(part, a, b).tolist() == expected, problem.shown()


def with_random_head(problem, seed):
    """A head of small integers, zeros and repeated columns among them: many maps coincide."""
    rng = np.random.default_rng(seed)
    width, n_outputs = len(problem.hidden[-1][1]), int(rng.integers(1, 4))
    head = rng.integers(-1, 2, size=(n_outputs, width)) * rng.integers(0, 2, size=width)
    return replace(problem, head=(head, rng.integers(-1, 2, size=n_outputs)))


def with_twins(problem):
    """Each unit of the first layer twice, once negated: their outputs h(x) and h(-x) are given to the next layer with random signs."""
    (weight, bias), *deeper = problem.hidden
    weight, bias = np.asarray(weight), np.asarray(bias)
    signs = np.where(np.arange(len(bias)) % 3 == 0, 1, -1)
    hidden = [(np.vstack([weight, -weight]), np.concatenate([bias, -bias]))]
    if deeper:
        (second, offset), *rest = deeper
        return replace(problem, hidden=(*hidden, (np.hstack([second, second * signs]), offset), *rest))
    return replace(problem, hidden=tuple(hidden), head=([[*[1] * len(bias), *signs]], [0]))


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_degenerate_cases_have_the_regions_of_the_reference(case):
    assert_regions_of_the_reference(case)


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_degenerate_cases_with_a_poor_head_have_the_regions_of_the_reference(case):
    assert_regions_of_the_reference(with_random_head(case, 7) if case.hidden else case)


@pytest.mark.parametrize("seed", range(48))
def test_random_networks_have_the_regions_of_the_reference(seed):
    problem = random_problem(seed)
    if problem.dim < 4:
        assert_regions_of_the_reference(with_random_head(problem, seed))


@pytest.mark.parametrize("seed", range(48))
def test_random_networks_with_twins_have_the_regions_of_the_reference(seed):
    problem = random_problem(seed)
    if problem.dim < 4:
        assert_regions_of_the_reference(with_twins(problem))


@pytest.mark.parametrize("case", SMALL_SPACES, ids=str)
def test_arrangements_of_the_whole_space_have_the_regions_of_the_reference(case):
    case = with_random_head(case, 3)
    radius = reference.coordinate_bound(case.reference_network(), case.dim)
    assert_regions_of_the_reference(case, reference.box([-radius] * case.dim, [radius] * case.dim))


# --- one rule at a time -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("off", [rules for n in (1, 2, 3) for rules in combinations(RULES, n)], ids=", ".join)
def test_no_rule_is_needed_to_be_right(monkeypatch, off):
    switch_off(monkeypatch, *off)
    for seed in range(0, 48, 3):
        problem = random_problem(seed)
        if problem.dim < 3:
            assert_regions_of_the_reference(with_random_head(problem, seed))
            assert_regions_of_the_reference(with_twins(problem))


@pytest.mark.parametrize("case", [case for case in SMALL if case.cells <= 16], ids=str)
def test_degenerate_cases_are_decided_by_the_last_resort_alone(monkeypatch, case):
    switch_off(monkeypatch, *RULES)
    assert_regions_of_the_reference(case)


@pytest.mark.parametrize("seed", range(0, 48, 2))
def test_a_point_on_many_hyperplanes_does_no_harm(monkeypatch, seed):
    # With 2 for the bound of random coordinates the point is (1, ..., 1), on many a hyperplane of small integers.
    switch_off(monkeypatch, *RULES)
    monkeypatch.setattr(maps, "LARGEST", 2)
    problem = random_problem(seed)
    if problem.dim < 4:
        assert_regions_of_the_reference(with_twins(problem))


def counted(monkeypatch):
    """How many pairs each rule is asked about, and the last resort."""
    asked = {}

    def counting(name, rule):
        def wrapped(*args):
            asked[name] = args[-1].shape[1]
            return rule(*args)

        return wrapped

    for name in RULES:
        monkeypatch.setattr(maps, name, counting(name, getattr(maps, name)))
    monkeypatch.setattr(maps._Comparison, "equal", counting("equal", maps._Comparison.equal))
    return asked


# --- residues -----------------------------------------------------------------------------------------------------------------------------


def outputs_modulo(net, prime, codes_, point):
    """All outputs (n, m) modulo a prime, one after the other."""
    residues = Residues(net, prime)
    values = residues.values(np.array(codes_, dtype=np.uint8), np.array(point, dtype=np.float64), len(net.hidden))
    return np.stack([residues.combined_outputs(values, factors) for factors in np.eye(net.output_dim)], axis=1)


@pytest.mark.parametrize("seed", range(24))
def test_residues_are_those_of_the_exact_outputs(seed):
    problem = with_random_head(random_problem(seed), seed)
    net, rng = problem.network(), np.random.default_rng(seed)
    some, point = rng.integers(0, 2, size=(20, net.n_units)), rng.integers(-50, 50, size=net.input_dim).tolist()
    exact = [reference.affine(problem.reference_network(), code, problem.dim) for code in some.tolist()]
    values = [[sum(g * x for g, x in zip(row, point, strict=True)) + h for row, h in zip(*maps_, strict=True)] for maps_ in exact]
    for prime in islice(primes(net), 3):
        expected = [[v.numerator * pow(v.denominator, -1, prime) % prime for v in row] for row in values]
        assert outputs_modulo(net, prime, some, point).tolist() == expected
    # All outputs together have a common power of two as denominator, and numerators within the bound.
    denominator = max(v.denominator for row in values for v in row)
    assert max(abs(v) * denominator for row in values for v in row) * 2 <= certain(net, 50)


@pytest.mark.parametrize("width", [1, 7, 300, 2000])
def test_sums_of_the_largest_residues_are_exact(width):
    like = geom.Network.mlp([np.ones((width, 2)), np.ones((width, width)), np.ones((1, width))], [np.ones(width), np.ones(width), [1]])
    prime = next(primes(like))
    half = prime // 2
    weights = [np.full((width, 2), half), np.full((width, width), half), np.full((1, width), half)]
    net = geom.Network.mlp(weights, [np.full(width, half), np.full(width, half), [half]])
    z = [half, half]
    for weight in weights:
        z = [(half * sum(z) + half) % prime] * len(weight)
    assert outputs_modulo(net, prime, np.ones((1, 2 * width)), [half, half]).tolist() == [z]


def test_a_difference_that_vanishes_modulo_the_first_primes_is_no_zero(monkeypatch):
    # relu(x) goes through a second layer that fires everywhere, and is multiplied by the first prime and by the second.
    shapes = [[[1]], [[1], [1]], [[1, 1]]], [[0], [5, 5], [0]]
    first, second = islice(primes(geom.Network.mlp(*shapes)), 2)
    asked = counted(monkeypatch)
    assert regions_by_hand([[[1]], [[first], [first]], [[second, 0]]], [[0], [5, 5], [0]], LINE, [(0, 1)]) == [0, 1]
    assert asked["equal"] == 1


# --- networks by hand -----------------------------------------------------------------------------------------------------------------------


def regions_by_hand(weights, biases, domain, pairs, activation="relu"):
    part = geom.subdivide(geom.Network.mlp(weights, biases, activation), domain)
    return linear_regions(part, *zip(*pairs, strict=True)).tolist()


LINE = geom.Box([-1], [1])


def test_a_unit_without_weight_cuts_no_region(monkeypatch):
    asked = counted(monkeypatch)
    assert regions_by_hand([[[1], [1]], [[1, 0]]], [[0, -0.5], [0]], LINE, [(0, 1), (1, 2)]) == [0, 1, 1]
    assert asked["_differ_at_a_random_point"] == 0


def test_two_units_that_cancel_leave_one_region(monkeypatch):
    # relu(x) - relu(x): the codes differ in two units of one layer, and only arithmetic says that the difference is 0.
    asked = counted(monkeypatch)
    assert regions_by_hand([[[1], [1]], [[1, -1]]], [[0, 0], [0]], LINE, [(0, 1)]) == [0, 0]
    assert asked["equal"] == 1


def test_an_affine_function_of_many_cells_is_one_region(monkeypatch):
    # relu(h) - relu(-h) = h for five lines h: sixteen cells, a hundred and more units flipped, one map.
    [(weight, bias)] = moment_curve(5, 2).hidden
    weight, bias = np.array(weight), np.array(bias)
    problem = Problem(
        "mirrors", ((np.vstack([weight, -weight]), np.concatenate([bias, -bias])),), cube(2, 100), head=([[1, 2, 3, 4, 5, -1, -2, -3, -4, -5]], [7])
    )
    asked = counted(monkeypatch)
    assert_regions_of_the_reference(problem)
    known, _, expected = expected_regions(problem)
    assert (len(known), max(expected)) == (16, 0)
    assert asked["equal"] == 25  # n lines in general position have n**2 edges


def test_the_absolute_value_from_two_units_has_two_regions():
    # relu(x) + relu(-x), and a third unit at 1/2 that the output does not take.
    weights, biases = [[[1], [-1], [1]], [[1, 1, 0]]], [[0, 0, -0.5], [0]]
    assert regions_by_hand(weights, biases, LINE, [(0, 1), (1, 2)]) == [0, 1, 1]


def test_a_unit_that_is_dead_downstream_cuts_no_region(monkeypatch):
    # relu(x) goes only into relu(-relu(x) - 1), which is 0 everywhere; relu(x - 1/2) goes to the output by a second way.
    weights, biases = [[[1], [1]], [[-1, 0], [0, 1]], [[1, 1]]], [[0, -0.5], [-1, 0], [0]]
    asked = counted(monkeypatch)
    part = geom.subdivide(geom.Network.mlp(weights, biases), LINE)
    pairs = [(i, j) for i, j in combinations(range(len(part)), 2) if np.ptp(part.witnesses[[i, j]]) < 0.9]
    assert codes(part) == [(0, 0, 0, 0), (1, 0, 0, 0), (1, 1, 0, 1)]
    assert pairs == [(0, 1), (1, 2)]
    assert linear_regions(part, *zip(*pairs, strict=True)).tolist() == [0, 0, 1]
    assert asked["_are_unreached"] == 1
    assert "equal" not in asked


def test_a_cancellation_two_layers_on_is_seen(monkeypatch):
    # relu(x) goes twice into the second layer, whose units fire both on x > 0, and their difference is the output: 0.
    asked = counted(monkeypatch)
    assert regions_by_hand([[[1]], [[1], [1]], [[1, -1]]], [[0], [1, 1], [0]], LINE, [(0, 1)]) == [0, 0]
    assert asked["equal"] == 1


def test_equal_maps_that_do_not_meet_are_two_regions():
    # relu(x) - relu(x - 1/2) + relu(x - 1/2) ... as a bump: 0 on both sides of it, and no cell of one side touches one of the other.
    bump = [[[1], [1], [1]], [[1, -2, 1]]], [[0.5, 0, -0.5], [0]]
    assert regions_by_hand(*bump, LINE, [(0, 1), (1, 2), (2, 3)]) == [0, 1, 2, 3]
    net = geom.Network.mlp(*bump)
    assert [a.tolist() for a in net.affine([0, 0, 0])] == [a.tolist() for a in net.affine([1, 1, 1])]


def test_equal_maps_that_meet_in_a_point_are_two_regions():
    # |x| + |y| - |x + y| is 0 on two opposite quadrants, which meet in the origin alone.
    rows = [[1, 0], [0, 1], [1, 1]]
    part = geom.subdivide(geom.Network.mlp([rows, [[1, 1, -1]]], [[0] * 3, [0]], "abs"), geom.Box([-1, -1], [1, 1]))
    around = sorted(range(6), key=lambda i: np.arctan2(*part.witnesses[i]))
    labels = linear_regions(part, around, around[1:] + around[:1])
    assert labels.tolist() == [0, 1, 2, 3, 4, 5]
    assert part.network.affine([0, 0, 0])[0].tolist() == part.network.affine([1, 1, 1])[0].tolist() == [[0, 0]]


def test_maps_that_differ_by_less_than_floats_show_are_different():
    # The unit adds 2**-80 x to x.
    assert regions_by_hand([[[1], [1]], [[1, 2.0**-80]]], [[5, 0], [0]], LINE, [(0, 1)]) == [0, 1]


@pytest.mark.parametrize("scale", [2.0**-1000, 1.0, 2.0**1000])
def test_cancellation_is_exact_at_any_scale(scale):
    # 0.1 h + 0.2 h - 0.3 h is not 0 for doubles; 0.1 h + 0.2 h - 0.1 h - 0.2 h is.
    same = [[[1]] * 4, [[0.1, 0.2, -0.1, -0.2]]], [[0] * 4, [scale]]
    other = [[[1]] * 3, [[0.1 * scale, 0.2 * scale, -0.3 * scale]]], [[0] * 3, [0]]
    assert regions_by_hand(*same, LINE, [(0, 1)]) == [0, 0]
    assert regions_by_hand(*other, LINE, [(0, 1)]) == [0, 1]


def test_one_output_that_differs_is_enough():
    assert regions_by_hand([[[1], [1]], [[1, -1], [1, 0]]], [[0, 0], [0, 0]], LINE, [(0, 1)]) == [0, 1]


@pytest.mark.parametrize("weights", [[[[1, 2]]], [np.ones((1, 2)), np.zeros((0, 1)), np.zeros((1, 0))]], ids=["no hidden layer", "empty layer"])
def test_a_network_that_bends_nowhere_has_one_region(weights):
    part = geom.subdivide(geom.Network.mlp(weights, [np.zeros(len(w)) for w in weights]), geom.Box([1, 1], [2, 2]))
    assert linear_regions(part, [], []).tolist() == [0]


def test_regions_do_not_depend_on_the_order_of_the_pairs():
    problem = with_random_head(random_problem(10), 10)
    part, (_, pairs, expected) = partition_of(problem), expected_regions(problem)
    rng = np.random.default_rng(0)
    for _ in range(5):
        a, b = np.array(pairs)[rng.permutation(len(pairs))].T
        assert linear_regions(part, b, a).tolist() == expected


def test_regions_of_a_stopped_walk_are_asked_for_in_vain():
    problem = moment_curve(6, 2)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(problem.network(), problem.region(), budget=geom.Budget(cells=3))
    with pytest.raises(geom.GeomError, match="missing ones may link others"):
        linear_regions(stopped.value.partial, [], [])
