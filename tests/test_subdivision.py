"""The walk finds every cell: those of the reference on random networks, Zaslavsky's number of hyperplanes in general position, within any budget."""

import signal
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from cases import ARRANGEMENTS, BY_NAME, Problem, cube, moment_curve, random_problem, regions_in_general_position
from comparison import assert_same_cells, codes

import geom

LONG = [143, 183]  # random problems for which the reference takes ten seconds each
LARGE = [(2, 150), (3, 30), (4, 16), (5, 12), (6, 9)]


@pytest.mark.parametrize("seed", [seed for seed in range(192) if seed not in LONG])
def test_cells_and_facets_of_random_networks_are_those_of_the_reference(seed):
    problem = random_problem(seed)
    assert_same_cells(geom.subdivide(problem.network(), problem.region()), problem.reference_cells(), problem)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*LONG, *range(192, 960)])
def test_cells_and_facets_of_many_random_networks_are_those_of_the_reference(seed):
    problem = random_problem(seed)
    assert_same_cells(geom.subdivide(problem.network(), problem.region()), problem.reference_cells(), problem)


@pytest.mark.parametrize(("dim", "hyperplanes"), LARGE)
def test_hyperplanes_in_general_position_meet_zaslavskys_number(dim, hyperplanes):
    problem = moment_curve(hyperplanes, dim)
    assert len(geom.subdivide(problem.network(), problem.region())) == regions_in_general_position(hyperplanes, dim)


@pytest.mark.parametrize(("dim", "hyperplanes"), [*LARGE, (2, 500), (3, 50)])
def test_counting_meets_zaslavskys_number_too(dim, hyperplanes):
    problem = moment_curve(hyperplanes, dim)
    assert geom.count(problem.network(), problem.region()).cells == regions_in_general_position(hyperplanes, dim)


@pytest.mark.parametrize("arrangement", ARRANGEMENTS, ids=str)
def test_arrangements_have_their_numbers_of_regions(arrangement):
    assert len(geom.subdivide(arrangement.network(), arrangement.region())) == arrangement.cells, arrangement.because


def test_the_ternary_arrangement_of_four_space_has_5376_regions():
    # 2**4 * 4! signed permutations times the 14 orders of subset sums: Fine and Gill, The enumeration of comparative probability relations (1976).
    normals = [v for v in np.ndindex(3, 3, 3, 3) if next((x for x in np.subtract(v, 1) if x), 0) > 0]
    net = geom.Network.mlp([np.subtract(normals, 1), np.ones((1, 40))], [np.zeros(40), [0]])
    assert geom.count(net, geom.Box([-1] * 4, [1] * 4)).cells == 5376


@pytest.mark.parametrize("seed", range(4))
def test_lines_cut_a_square_once_each_and_once_more_at_each_crossing(seed):
    rng = np.random.default_rng(seed)
    weight, bias = rng.normal(size=(60, 2)), rng.normal(size=60)
    lines = [[Fraction(v) for v in (*w, b)] for w, b in zip(weight.tolist(), bias.tolist(), strict=True)]
    corners = [[a * x + b * y + c for x in (-1, 1) for y in (-1, 1)] for a, b, c in lines]
    crossings = 0
    for (a, b, c), (p, q, r) in combinations(lines, 2):
        w = a * q - b * p
        crossings += abs(b * r - c * q) < abs(w) and abs(c * p - a * r) < abs(w)
    problem = Problem(f"seed {seed}", ((weight, bias),), cube(2))
    expected = 1 + sum(min(values) < 0 < max(values) for values in corners) + crossings
    assert len(geom.subdivide(problem.network(), problem.region())) == expected, problem


@pytest.mark.parametrize("dim", [5, 6, 7, 8])
def test_an_abs_layer_cuts_a_cube_into_its_orthants(dim):
    problem = Problem("orthants", ((np.eye(dim), np.zeros(dim)),), cube(dim), activation="abs")
    part = geom.subdivide(problem.network(), problem.region())
    assert codes(part) == list(product((0, 1), repeat=dim))
    assert {len(cell.facets) for cell in part} == {2 * dim}


@pytest.mark.parametrize("depth", [1, 4, 10])
def test_the_tent_map_folds_the_unit_interval_into_a_power_of_two(depth):
    tent, again = (np.array([[2], [4]]), [0, -2]), (np.array([[2, -2], [4, -4]]), [0, -2])
    problem = Problem("tent", (tent, *[again] * (depth - 1)), ("box", [0], [1]))
    part = geom.subdivide(problem.network(), problem.region())
    ends = sorted({v for cell in part for (v,) in cell.vrep(exact=True)[0]})
    assert ends == [Fraction(k, 2**depth) for k in range(2**depth + 1)]


@pytest.mark.parametrize("name", ["twins through three layers", "vanishing, then a cut", "abs folded five times", "Telgarsky, 5 layers"])
def test_the_first_layers_alone_are_a_network_of_their_own(name):
    case = BY_NAME[name]
    for upto in range(len(case.hidden) + 1):
        front = Problem("front", case.hidden[:upto], case.domain, activation=case.activation)
        assert_same_cells(geom.subdivide(case.network(), case.region(), upto=upto), front.reference_cells(), front)


@pytest.mark.parametrize("seed", range(0, 48, 5))
def test_counting_and_listing_agree(seed):
    problem = random_problem(seed)
    assert geom.count(problem.network(), problem.region()).cells == len(problem.reference_cells()), problem


@pytest.mark.parametrize("seed", [1, 22, 38])
def test_two_walks_give_the_same_bits(seed):
    problem = random_problem(seed)
    once, again = (geom.subdivide(problem.network(), problem.region()) for _ in range(2))
    assert once.codes.tobytes() == again.codes.tobytes()
    assert once.witnesses.tobytes() == again.witnesses.tobytes()
    assert [cell.facets for cell in once] == [cell.facets for cell in again]


def test_a_scaled_network_has_the_same_cells():
    # A power of two on a row moves no hyperplane; relu passes it on, and the next layer takes it back.
    rng = np.random.default_rng(0)
    (weight, bias), (weight2, bias2) = (rng.normal(size=(6, 2)), rng.normal(size=6)), (rng.normal(size=(5, 6)), rng.normal(size=5))
    scale = 2.0 ** np.array([-40, -7, 0, 3, 20, 40])
    plain = Problem("plain", ((weight, bias), (weight2, bias2)), cube(2))
    scaled = Problem("scaled", ((weight * scale[:, None], bias * scale), (weight2 / scale, bias2)), cube(2))
    parts = [geom.subdivide(p.network(), p.region()) for p in (plain, scaled)]
    assert codes(parts[0]) == codes(parts[1])
    assert [cell.facets for cell in parts[0]] == [cell.facets for cell in parts[1]]


# --- domains ------------------------------------------------------------------------------------------------------------------------------


def test_decimal_strings_are_decimals_and_floats_are_doubles():
    # The unit changes sign at exactly 1/10; the double 0.1 is above it.
    net = geom.Network.mlp([[[10.0]], [[1.0]]], [[-1.0], [0.0]])
    counts = [len(geom.subdivide(net, geom.Box([-1], [high]))) for high in ("0.1", 0.1, Fraction(1, 10))]
    assert counts == [1, 2, 1]


def test_a_box_and_its_rows_give_the_same_cells():
    problem = random_problem(17)
    low, high = ["-0.3", "-1.7"], ["0.9", "0.2"]
    rows = [[-1, 0], [1, 0], [0, -1], [0, 1]]
    polytope = geom.HPolytope(rows, ["0.3", "0.9", "1.7", "0.2"])
    parts = [geom.subdivide(problem.network(), domain) for domain in (geom.Box(low, high), polytope)]
    assert problem.dim == 2
    assert codes(parts[0]) == codes(parts[1])
    assert [cell.facets for cell in parts[0]] == [cell.facets for cell in parts[1]]


# --- budgets ------------------------------------------------------------------------------------------------------------------------------


def wide():
    """3,544 cells in three dimensions, by Zaslavsky."""
    problem = moment_curve(27, 3)
    return problem.network(), problem.region(), regions_in_general_position(27, 3)


@pytest.mark.parametrize("cells", [1, 2, 5, 100, 1023, 1024, 1025, 3000])
def test_a_budget_of_cells_gives_the_first_so_many(cells):
    net, domain, _ = wide()
    whole = geom.subdivide(net, domain)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, domain, budget=geom.Budget(cells=cells))
    partial = stopped.value.partial
    assert (stopped.value.limit, stopped.value.value, stopped.value.cells, len(partial)) == ("cells", cells, cells, cells)
    assert codes(partial) == codes(whole)[:cells]
    assert [cell.facets for cell in partial] == [cell.facets for cell in whole][:cells]
    assert partial.find(whole.codes[cells - 1]) == cells - 1
    with pytest.raises(KeyError):
        partial.find(whole.codes[cells])


def test_a_budget_of_all_cells_is_enough_and_one_less_is_not():
    net, domain, n_cells = wide()
    assert len(geom.subdivide(net, domain, budget=geom.Budget(cells=n_cells))) == n_cells
    assert geom.count(net, domain, budget=geom.Budget(cells=n_cells)).cells == n_cells
    with pytest.raises(geom.BudgetExceeded):
        geom.subdivide(net, domain, budget=geom.Budget(cells=n_cells - 1))


@pytest.mark.parametrize("budget", [geom.Budget(seconds=1e-9), geom.Budget(memory=1)], ids=str)
def test_a_budget_of_time_or_memory_gives_a_prefix(budget):
    net, domain, n_cells = wide()
    whole = codes(geom.subdivide(net, domain))
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, domain, budget=budget)
    partial = codes(stopped.value.partial)
    assert len(partial) == stopped.value.cells < n_cells
    assert partial == whole[: len(partial)]


def test_a_count_stopped_by_its_budget_tells_how_far_it_came():
    net, domain, _ = wide()
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.count(net, domain, budget=geom.Budget(cells=50))
    assert stopped.value.partial.cells == stopped.value.cells == 50


def test_points_of_cells_that_a_budget_cut_off_are_located_nowhere():
    net, domain, _ = wide()
    whole = geom.subdivide(net, domain)
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(net, domain, budget=geom.Budget(cells=10))
    assert stopped.value.partial.locate(whole.witnesses).tolist() == [*range(10), *[-1] * (len(whole) - 10)]


def test_an_interrupt_keeps_what_is_finished():
    net, domain, n_cells = wide()
    whole = codes(geom.subdivide(net, domain))
    with pytest.raises(geom.Interrupted) as stopped:
        geom.subdivide(net, domain, progress=lambda cells, seconds: signal.raise_signal(signal.SIGINT))
    partial = codes(stopped.value.partial)
    assert len(partial) == stopped.value.cells < n_cells
    assert partial == whole[: len(partial)]


def test_progress_is_told_in_ascending_numbers():
    net, domain, n_cells = wide()
    told = []
    geom.subdivide(net, domain, progress=lambda cells, seconds: told.append((cells, seconds)))
    assert told == sorted(told)
    assert all(0 <= cells <= n_cells and seconds >= 0 for cells, seconds in told)


# --- input --------------------------------------------------------------------------------------------------------------------------------

NET = geom.Network.mlp([np.eye(2), np.ones((1, 2))], [np.zeros(2), [0]])
BOX = geom.Box([-1, -1], [1, 1])


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: geom.subdivide(NET, geom.Box([-1], [1])), geom.DomainError),
        (lambda: geom.subdivide(NET, [[-1, -1], [1, 1]]), geom.DomainError),
        (lambda: geom.count(NET, geom.Box([-1] * 3, [1] * 3)), geom.DomainError),
        (lambda: geom.subdivide([np.eye(2)], BOX), geom.NetworkError),
        (lambda: geom.subdivide(NET, BOX, upto=2), geom.NetworkError),
        (lambda: geom.subdivide(NET, BOX, upto=-1), geom.NetworkError),
        (lambda: geom.Budget(cells=0), geom.GeomError),
        (lambda: geom.Budget(seconds=-1), geom.GeomError),
        (lambda: geom.subdivide(NET, BOX, budget=7), geom.GeomError),
        (lambda: geom.subdivide(NET, BOX, budget={"minutes": 1}), geom.GeomError),
    ],
)
def test_bad_input_is_refused_with_an_error_of_the_family(call, error):
    with pytest.raises(error) as refused:
        call()
    assert isinstance(refused.value, geom.GeomError)
    assert str(refused.value)


def test_units_of_three_pieces_are_not_cut_yet():
    net = geom.Network([geom.Layer(np.eye(3), np.zeros(3), [[0, 1, 2]], [[1, 1, 1]]), geom.Layer.linear([[1.0]], [0.0])])
    with pytest.raises(geom.NetworkError, match=r"hidden layer 0 \(Layer\(3 -> 1, 3 pieces a unit\)\) is not ReLU, leaky-ReLU or abs"):
        geom.subdivide(net, geom.Box([-1] * 3, [1] * 3))


def test_a_space_of_more_lines_than_can_be_cut_beforehand_is_refused():
    net = geom.Network.mlp([np.eye(13), np.ones((1, 13))], [np.zeros(13), [0.0]])
    with pytest.raises(geom.DomainError, match=r"of 13 dimensions would be walked from 2\*\*13 orthants"):
        geom.subdivide(net)
    assert geom.count(geom.Network.mlp([np.eye(3, 13), np.ones((1, 3))], [np.zeros(3), [0.0]])).cells == 8


def test_a_unit_that_depends_on_those_before_is_not_cut_beforehand():
    # x, 2 x + 1 and y on the plane: the second line is parallel to the first, and the third makes the pieces of the plane cones.
    part = geom.subdivide(geom.Network.mlp([[[1, 0], [2, 0], [0, 1]], [[1, 1, 1]]], [[0, 1, 0], [0]]))
    assert part.codes.tolist() == [[0, 0, 0], [0, 0, 1], [0, 1, 0], [0, 1, 1], [1, 1, 0], [1, 1, 1]]
