"""Properties of outputs: against exact clipping of the reference's cells, where the unsafe set is only touched, and on ACAS Xu."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import reference
from cases import CASES, SPACE_ARRANGEMENTS, random_problem

import geom
from geom.exact import integer_row
from geom.loaders import FlatBox
from geom.proof.clear import Farkas, certificate
from geom.verification.confirmation import confirm
from geom.verification.counterexample import Counterexample, exact_outputs
from geom.verification.falsification import violation_by_search
from geom.verification.verification import Verification, verify

ACASXU = Path(os.environ.get("GEOM_ACASXU", Path(__file__).parents[2] / "shared" / "data" / "acasxu"))
TENT = geom.Network.mlp([[[1], [-1]], [[-1, -1]]], [[0, 0], [1]])  # 1 - |x|
INTERVAL = geom.Box([-1], [1])
PYRAMID = geom.Network.mlp([[[1, 0], [-1, 0], [0, 1], [0, -1]], [[-1] * 4]], [[0] * 4, [1]])  # 1 - |x| - |y|
SQUARE = geom.Box([-1, -1], [1, 1])
MANY = geom.Network.mlp(
    [np.random.default_rng(0).normal(size=(60, 2)), np.random.default_rng(1).normal(size=(60, 60)), [[1] * 60]],
    [np.random.default_rng(2).normal(size=60), np.random.default_rng(3).normal(size=60), [0]],
)


def unsafe(*polyhedra, dim=1):
    """The union of polyhedra, each a list of (row, bound) that means row.y <= bound."""
    return geom.OutputProperty(tuple(([row for row, _ in rows], [bound for _, bound in rows]) for rows in polyhedra), dim=dim)


def at_least(value):
    return unsafe([([-1], -Fraction(value))])


# --- against the reference ----------------------------------------------------------------------------------------------------------------


def clipped(vertices, row, bound):
    """Points whose hull is that of the vertices where row.x <= bound: those inside, and where segments between any two cross."""
    height = {v: sum(a * x for a, x in zip(row, v, strict=True)) - bound for v in vertices}
    kept = {v for v in vertices if height[v] <= 0}
    for u in kept:
        for v in vertices:
            if height[v] > 0 > height[u]:
                t = height[u] / (height[u] - height[v])
                kept = kept | {tuple(a + t * (b - a) for a, b in zip(u, v, strict=True))}
    return kept


def violates(cell, affine, polyhedron):
    """Whether some point of the cell has outputs in the polyhedron {C y <= d}."""
    (weight, bias), vertices = affine, cell.vertices
    for row, bound in polyhedron:
        pulled = [sum(r * w[j] for r, w in zip(row, weight, strict=True)) for j in range(len(weight[0]))]
        vertices = clipped(vertices, pulled, bound - sum(r * b for r, b in zip(row, bias, strict=True)))
    return bool(vertices)


def random_polyhedra(rng, problem, outputs):
    """A union of up to three polyhedra whose rows pass through the outputs of a vertex, or by a hair's breadth beside it."""
    found, net = [], problem.reference_network()
    cells = list(problem.reference_cells().values())
    for _ in range(rng.integers(1, 4)):
        cell = cells[rng.integers(len(cells))]
        vertex = sorted(cell.vertices)[rng.integers(len(cell.vertices))]
        y, rows = reference.output_at(net, vertex), []
        for _ in range(rng.integers(1, 4)):
            row = [Fraction(int(v)) for v in rng.integers(-2, 3, size=outputs)]
            beside = Fraction(int(rng.integers(-2, 2)), 2**70)
            rows.append((row, sum(a * b for a, b in zip(row, y, strict=True)) + beside))
        # Values that a functional hardly or never takes make verdicts less one-sided.
        if rng.integers(2):
            row = rows[0][0]
            values = [sum(a * b for a, b in zip(row, reference.output_at(net, v), strict=True)) for other in cells for v in other.vertices]
            rows[0] = row, min(values) - Fraction(int(rng.integers(0, 2)), 2**70)
        found.append(rows)
    return found


def assert_as_in_the_reference(problem, polyhedra, outputs):
    net, cells = problem.reference_network(), problem.reference_cells()
    result = verify(problem.network(), unsafe(*polyhedra, dim=outputs), problem.region(), search=False)
    affine = {code: reference.affine(net, code, problem.dim) for code in cells}
    expected = any(violates(cell, affine[code], rows) for code, cell in cells.items() for rows in polyhedra)
    assert expected or violation_by_search(problem.network(), problem.region(), unsafe(*polyhedra, dim=outputs)) is None, problem.shown()
    assert result.verdict == ("violated" if expected else "holds"), problem.shown()
    if expected:
        y = reference.output_at(net, result.exact_point)
        assert tuple(y) == result.outputs
        assert reference.contains(problem.reference_region(), result.exact_point)
        inside = [all(sum(a * b for a, b in zip(row, y, strict=True)) <= bound for row, bound in rows) for rows in polyhedra]
        assert inside.index(True) == result.polyhedron, problem.shown()
        assert np.isfinite(result.point).all()
    else:
        assert result.cells == len(cells), problem.shown()
        assert result.point is result.exact_point is None
    return result.verdict


def random_question(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(seed - 1 if seed % 4 == 3 else seed)  # up to three dimensions
    head = rng.integers(-2, 3, size=(2, len(problem.hidden[-1][1]))), rng.integers(-1, 2, size=2)
    problem = replace(problem, head=head)
    return problem, random_polyhedra(rng, problem, 2), 2


@pytest.mark.parametrize("seed", range(60))
def test_a_random_property_of_a_random_network(seed):
    assert_as_in_the_reference(*random_question(seed))


@pytest.mark.slow
def test_many_random_properties_of_random_networks():
    verdicts = [assert_as_in_the_reference(*random_question(seed)) for seed in range(60, 280)]
    assert min(verdicts.count("holds"), verdicts.count("violated")) > 30


@pytest.mark.parametrize("problem", [case for case in CASES if case.cells <= 20 and case.dim <= 2], ids=str)
def test_a_degenerate_network_is_touched_at_its_largest_output_and_nowhere_above(problem):
    net = problem.reference_network()
    highest = max(reference.output_at(net, v)[0] for cell in problem.reference_cells().values() for v in cell.vertices)
    touched = verify(problem.network(), at_least(highest), problem.region())
    assert (touched.verdict, touched.outputs) == ("violated", (highest,))
    beyond = verify(problem.network(), at_least(highest + Fraction(1, 2**1200)), problem.region())
    assert (beyond.verdict, beyond.cells) == ("holds", problem.cells)


# --- touching -----------------------------------------------------------------------------------------------------------------------------


def test_a_vertex_that_is_touched_violates():
    assert verify(PYRAMID, at_least(1), SQUARE).exact_point == (0, 0)
    assert verify(PYRAMID, at_least(1 + Fraction(1, 2**200)), SQUARE).verdict == "holds"


def test_an_edge_that_is_touched_violates():
    """1 - |x| on a square is 1 along x = 0."""
    roof = geom.Network.mlp([[[1, 0], [-1, 0], [1, 2]], [[-1, -1, 0]]], [[0, 0, 0.5], [1]])
    found = verify(roof, at_least(1), SQUARE)
    assert (found.verdict, found.exact_point[0], found.is_double) == ("violated", 0, True)


def test_a_plateau_at_the_bound_violates():
    """A dead output is 0 everywhere."""
    dead = geom.Network.mlp([[[1, 0], [0, 1]], [[0, 0]]], [[0, 0], [0]])
    assert verify(dead, at_least(0), SQUARE).verdict == "violated"
    assert verify(dead, unsafe([([1], 0)]), SQUARE).verdict == "violated"
    assert verify(dead, at_least(Fraction(1, 10**400)), SQUARE).verdict == "holds"


def test_a_plateau_of_one_output_while_another_is_far_from_unsafe():
    """relu(x) vanishes for x < 0, where the second output is at least 5."""
    net = geom.Network.mlp([[[1, 0], [0, 1]], [[1, 0], [0, 1]]], [[0, 0], [0, 5]])
    assert verify(net, unsafe([([1, 0], 0), ([0, 1], 4)], dim=2), SQUARE).verdict == "holds"
    assert verify(net, unsafe([([1, 0], 0), ([0, 1], 5)], dim=2), SQUARE).verdict == "violated"


def test_a_point_that_no_double_is_comes_as_fractions():
    """1 - |3 x - 1| is 1 at 1/3 only."""
    net = geom.Network.mlp([[[3], [-3]], [[-1, -1]]], [[-1, 1], [1]])
    found = verify(net, at_least(1), geom.Box([0], [1]))
    assert (found.verdict, found.exact_point, found.is_double) == ("violated", (Fraction(1, 3),), False)
    assert (found.point.tolist(), found.outputs) == ([1 / 3], (1,))
    assert repr(found).startswith("Verification(violated at about [0.3333333333333333]: ")


def test_a_decimal_wall_is_touched_in_a_point_that_no_double_is():
    net = geom.Network.mlp([[[1]], [[10]]], [[0], [0]])
    found = verify(net, at_least(1), geom.Box([0], ["0.1"]))
    assert (found.verdict, found.exact_point) == ("violated", (Fraction(1, 10),))
    assert verify(net, at_least(1), geom.Box([0], [np.nextafter(0.1, 0)])).verdict == "holds"


def test_two_half_planes_that_meet_between_the_outputs_of_all_cells():
    """y = (|x|, x): y_0 <= 1/2 and y_1 >= 1/2 meet in x = 1/2, and with bounds a little apart nowhere."""
    net = geom.Network.mlp([[[1], [-1]], [[1, 1], [1, -1]]], [[0, 0], [0, 0]])
    assert verify(net, unsafe([([1, 0], "0.5"), ([0, -1], "-0.5")], dim=2), INTERVAL).exact_point == (Fraction(1, 2),)
    assert verify(net, unsafe([([1, 0], "0.5"), ([0, -1], "-0.5000000000000000000001")], dim=2), INTERVAL).verdict == "holds"


# --- the search before the walk -----------------------------------------------------------------------------------------------------------


def test_a_violation_that_a_search_finds_asks_no_cell():
    searched, walked = (verify(MANY, at_least(0), geom.Box([0, 0], [1, 1]), search=search) for search in (True, False))
    assert (searched.verdict, searched.cells, walked.verdict, walked.cells > 0) == ("violated", 0, "violated", True)
    assert searched.outputs[0] >= 0
    assert searched.outputs == exact_outputs(MANY, searched.exact_point)
    again = verify(MANY, at_least(0), geom.Box([0, 0], [1, 1]))
    assert again.exact_point == searched.exact_point


def test_a_search_climbs_to_a_small_peak():
    """1 - 200 |x - 1/3| - 200 |y + 1/5| is large on a hundred-thousandth of the box only."""
    peak = geom.Network.mlp([[[1, 0], [-1, 0], [0, 1], [0, -1]], [[-200] * 4]], [[-1 / 3, 1 / 3, 0.2, -0.2], [1]])
    found = violation_by_search(peak, SQUARE, at_least("0.5"))
    assert exact_outputs(peak, found.point)[0] >= Fraction(1, 2)
    assert violation_by_search(peak, SQUARE, at_least(1 + Fraction(1, 10**6))) is None


def test_a_search_stays_in_the_box_and_looks_at_boxes_only():
    net = geom.Network.mlp([[[1]], [[1]]], [[1], [0]])
    found = violation_by_search(net, geom.Box([0], ["0.1"]), at_least("1.0999999"))
    assert 0 <= found.point[0] <= Fraction(1, 10)
    assert violation_by_search(net, geom.HPolytope([[-1], [1]], [0, 1]), at_least(0)) is None
    assert violation_by_search(PYRAMID, FlatBox([-1, "0.25"], [1, "0.25"]), at_least("0.5")).point[1] == Fraction(1, 4)


def test_a_violation_in_floats_alone_is_none():
    """x + 2**60 - 2**60 in floats forgets x, which is below -1/2 all over the box."""
    net = geom.Network.mlp([[[1]], [[1]], [[1]]], [[2.0**60], [-(2.0**60)], [0]])
    box = geom.Box([-1], ["-0.5"])
    assert net([[-0.75]])[0] == 0
    assert violation_by_search(net, box, unsafe([([-1], 0), ([1], 0)])) is not None  # relu(x) is 0 there
    tilted = geom.Network.mlp([[[1]], [[1]]], [[2.0**60], [-(2.0**60)]])
    assert tilted([[-0.75]])[0] == 0
    assert violation_by_search(tilted, box, at_least(0)) is None
    assert verify(tilted, at_least(0), box).verdict == "holds"


# --- unions -------------------------------------------------------------------------------------------------------------------------------


def test_the_polyhedron_that_is_violated_is_named():
    found = verify(TENT, unsafe([([-1], -2)], [([1], -1)], [([-1], -1)]), INTERVAL)
    assert (found.verdict, found.polyhedron, found.outputs) == ("violated", 2, (1,))


def test_domains_are_taken_one_after_another():
    left, right = geom.Box([-3], [-2]), geom.Box([2], [3])
    found = verify(TENT, unsafe([([1], -2)]), [left, geom.Box(["0.5"], [1]), right])
    assert (found.verdict, found.exact_point[0] <= -2) == ("violated", True)
    clear = verify(TENT, at_least(0), (left, right))
    assert (clear.verdict, clear.cells) == ("holds", 2)
    last = verify(TENT, at_least(0), (left, right, geom.Box([-1], [0])))
    assert (last.verdict, -1 <= last.exact_point[0] <= 0) == ("violated", True)


def test_no_polyhedra_mean_that_nothing_is_unsafe():
    found = verify(TENT, unsafe(), INTERVAL)
    assert (found.verdict, found.cells) == ("holds", 0)
    assert found.check().proven


def test_a_polyhedron_without_rows_means_that_everything_is_unsafe():
    everything = geom.OutputProperty((([[1]], [-9]), (np.zeros((0, 1)), [])), dim=1)
    found = verify(TENT, everything, INTERVAL)
    assert (found.verdict, found.polyhedron, found.point.tolist()) == ("violated", 1, [0.0])
    assert verify(PYRAMID, everything, FlatBox([0, "0.5"], [1, "0.5"])).exact_point == (Fraction(1, 2), Fraction(1, 2))


@pytest.mark.parametrize(("bound", "verdict"), [(-1, "holds"), (0, "violated"), (1, "violated")])
def test_a_row_without_outputs_is_true_or_false(bound, verdict):
    assert verify(TENT, unsafe([([0], bound)]), INTERVAL).verdict == verdict
    assert verify(TENT, unsafe([([0], bound), ([-1], 0)]), INTERVAL).verdict == verdict
    assert verify(TENT, unsafe([([0], bound), ([-1], -2)]), INTERVAL).verdict == "holds"
    assert verify(TENT, unsafe([([0], bound)])).verdict == verdict
    assert verify(PYRAMID, unsafe([([0], bound), ([1], -5)])).verdict == verdict


# --- domains ------------------------------------------------------------------------------------------------------------------------------


def test_a_flat_box_gives_points_of_all_inputs():
    flat = FlatBox([-1, "0.25"], [1, "0.25"])
    found = verify(PYRAMID, at_least(Fraction(3, 4)), flat)
    assert (found.verdict, found.exact_point) == ("violated", (0, Fraction(1, 4)))
    assert flat.contains(found.point[None]).all()
    clear = verify(PYRAMID, at_least(Fraction(3, 4) + Fraction(1, 2**99)), flat)
    assert (clear.verdict, clear.cells) == ("holds", 2)
    assert clear.check().proven


def test_the_whole_space_is_asked_where_no_domain_is_given():
    found = verify(PYRAMID, unsafe([([1], -1000)]))
    assert (found.verdict, found.outputs[0] <= -1000) == ("violated", True)
    assert verify(PYRAMID, at_least(1)).exact_point == (0, 0)
    assert verify(PYRAMID, at_least("1.0000001")).verdict == "holds"


@pytest.mark.parametrize("problem", [case for case in SPACE_ARRANGEMENTS if case.cells <= 12 and case.dim <= 2], ids=str)
def test_a_verdict_on_the_whole_space_is_that_of_the_minimal_faces(problem):
    """Against all bases of all cells: a polyhedron that is not empty has a minimal face."""
    rng = np.random.default_rng(0)
    width = len(problem.hidden[0][1])
    problem = replace(problem, head=(rng.integers(-2, 2, size=(2, width)), rng.integers(-1, 2, size=2)))
    net, cells = problem.reference_network(), problem.reference_cells()
    for bound in (-3, 0, 2):
        rows = [([Fraction(1), Fraction(0)], Fraction(bound)), ([Fraction(1), Fraction(-2)], Fraction(-1))]
        expected = False
        for code in cells:
            weight, bias = reference.affine(net, code, problem.dim)
            own = reference.rows_of(net, code, problem.dim)
            for row, most in rows:
                own.append([-sum(r * w[j] for r, w in zip(row, weight, strict=True)) for j in range(problem.dim)])
                own[-1].append(most - sum(r * b for r, b in zip(row, bias, strict=True)))
            expected = expected or bool(reference.minimal_faces(own, problem.dim))
        found = verify(problem.network(), unsafe(rows, dim=2))
        assert found.verdict == ("violated" if expected else "holds"), problem.shown()
        if expected:
            y = reference.output_at(net, found.exact_point)
            assert all(sum(a * b for a, b in zip(row, y, strict=True)) <= most for row, most in rows)


@pytest.mark.parametrize("seed", range(40))
def test_a_random_network_on_the_whole_space_agrees_with_linear_programs(seed):
    """Of each cell's rows with those of the unsafe set."""
    problem = random_problem(seed - 1 if seed % 4 == 3 else seed)
    rng = np.random.default_rng(seed)
    head = rng.integers(-2, 3, size=(2, len(problem.hidden[-1][1]))), rng.integers(-1, 2, size=2)
    problem = replace(problem, domain=("space", problem.dim), head=head)
    rows, bounds = rng.integers(-2, 3, size=(2, 2)), [Fraction(int(v), 3) for v in rng.integers(-9, 3, size=2)]
    net = problem.network()
    found = verify(net, unsafe(list(zip(rows.tolist(), bounds, strict=True)), dim=2))
    part, expected = geom.subdivide(net), False
    for cell in part:
        g, h = net.affine(cell.code, exact=True)
        a, b = cell.hrep(exact=True)
        own = [[*(-v for v in row), bound] for row, bound in [*zip(a, b, strict=True), *zip(rows @ g, bounds - rows @ h, strict=True)]]
        expected = expected or certificate([integer_row(row) for row in own]) is None
    assert found.verdict == ("violated" if expected else "holds"), problem.shown()
    if expected:
        y = reference.output_at(problem.reference_network(), found.exact_point)
        assert all(sum(int(r) * v for r, v in zip(row, y, strict=True)) <= bound for row, bound in zip(rows, bounds, strict=True))
    else:
        assert found.cells == len(part)


def test_a_half_plane_is_violated_at_its_wall_and_nowhere_above():
    half = geom.HPolytope([[-1, 0]], [-2])  # x >= 2
    assert verify(PYRAMID, at_least(-1), half).exact_point == (2, 0)
    assert verify(PYRAMID, at_least("-0.9"), half).verdict == "holds"


def test_a_network_that_ignores_its_input_is_evaluated_once():
    net = geom.Network.mlp([[[0, 0]], [[2]]], [[3], [0.5]])
    assert verify(net, at_least("6.5")).exact_point == (0, 0)
    clear = verify(net, at_least("6.6"))
    assert (clear.verdict, clear.cells) == ("holds", 1)


def test_a_linear_network_is_violated_where_its_form_says():
    net = geom.Network.mlp([[[1, 2]]], [[3]])
    assert verify(net, at_least(6), SQUARE).exact_point == (1, 1)
    assert verify(net, at_least("6.01"), SQUARE).verdict == "holds"
    assert verify(net, at_least(10**9)).outputs[0] >= 10**9
    both = verify(net, unsafe([([1], 0), ([-1], -1)]))
    assert (both.verdict, both.cells) == ("holds", 1)


def test_a_tiny_part_of_a_huge_box_is_found():
    """relu(x - 2**60) and a box beyond: what violates lies at the far end."""
    net = geom.Network.mlp([[[1]], [[1]]], [[-(2.0**60)], [0]])
    far = geom.Box([-(2**61)], [2**60 + 1])
    assert verify(net, at_least(1), far).exact_point == (2**60 + 1,)
    assert verify(net, at_least(Fraction(1) + Fraction(1, 2**100)), far).verdict == "holds"


# --- budgets ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("budget", [{"cells": 10}, {"seconds": 1e-9}, {"memory": 1}])
def test_a_budget_that_ends_leaves_the_answer_open(budget):
    found = verify(MANY, at_least(10**6), geom.Box([-3, -3], [3, 3]), budget=budget)
    assert (found.verdict, found.stopped, found.point) == ("unknown", next(iter(budget)), None)
    assert f"stopped by {found.stopped}" in repr(found)
    with pytest.raises(geom.GeomError, match="nothing to prove"):
        found.check()


def test_a_budget_is_for_all_domains_together():
    boxes = [geom.Box([k, k], [k + 1, k + 1]) for k in range(-3, 3)]
    cells = sum(geom.count(MANY, box).cells for box in boxes)
    found = verify(MANY, at_least(10**6), boxes, budget={"cells": cells // 2})
    assert (found.verdict, found.stopped) == ("unknown", "cells")
    assert verify(MANY, at_least(10**6), boxes, budget={"cells": cells}).cells == cells


def test_an_interrupt_carries_what_was_done():
    def press(cells, seconds):
        import signal

        signal.raise_signal(signal.SIGINT)

    with pytest.raises(geom.Interrupted) as stopped:
        verify(MANY, at_least(10**6), geom.Box([-3, -3], [3, 3]), progress=press)
    assert stopped.value.partial.verdict == "unknown"
    assert stopped.value.partial.stopped == "interrupt"


# --- confirmation -------------------------------------------------------------------------------------------------------------------------


def test_a_verdict_is_proven_again():
    clear = verify(MANY, at_least(10**6), geom.Box([0, 0], [1, 1]))
    all_cells, some = clear.check(sample=None), clear.check(sample=20)
    assert (all_cells.ok, all_cells.proven, all_cells.checked) == (True, True, clear.cells)
    assert (some.ok, some.proven, some.checked) == (True, False, 20)
    assert verify(TENT, at_least(1), INTERVAL).check().proven


def test_a_wrong_verdict_is_refuted():
    wrong = Verification("holds", TENT, at_least("0.5"), (INTERVAL,), 2, 0.0)
    assert not confirm(wrong).ok
    assert "no certificate against polyhedron 0" in confirm(wrong).failures[0]
    missing = Verification("holds", TENT, at_least(2), (INTERVAL,), 1, 0.0)
    assert confirm(missing).failures == ("the domains have 2 cells, and 1 were asked",)
    for point in ((Fraction(1, 2),), (Fraction(5),)):
        counterexample = Counterexample(point, exact_outputs(TENT, point), 0)
        assert not confirm(Verification("violated", TENT, at_least("0.9"), (INTERVAL,), 2, 0.0, counterexample=counterexample)).ok


def test_a_certificate_adds_rows_up_to_a_contradiction():
    rows = [(1, -1), (-2, 1)]  # x >= 1 and x <= 1/2
    assert certificate(rows).holds(rows)
    assert certificate([(1, -1), (-1, 1)]) is None  # x = 1
    assert certificate([(0, -1)]).holds([(0, -1)])
    for weights in ((), (1,), (1, 1), (-2, -1), (0, 0)):
        assert not Farkas(tuple(map(Fraction, weights))).holds(rows)
    assert Farkas((Fraction(2), Fraction(1))).holds(rows)


@pytest.mark.parametrize("seed", range(30))
def test_a_system_has_a_certificate_where_it_has_no_basic_solution(seed):
    rng = np.random.default_rng(seed)
    rows = [tuple(map(int, row)) for row in rng.integers(-3, 4, size=(int(rng.integers(1, 7)), 3))]
    found = certificate(rows)
    assert (found is None) == bool(reference.minimal_faces([[Fraction(v) for v in row] for row in rows], 2))
    assert found is None or found.holds(rows)


def test_rows_that_nearly_depend_on_each_other_have_certificates():
    """cddlib's dual simplex method spoils its memory on these rows, which are small integers but for some units in the 50th bit."""
    rows = [
        (-2251799813685249, -1125899906842622, 1125899906842624, -1125899906842624),
        (-2251799813685250, 1125899906842625, -1125899906842626, 0),
        (-60798594969501738, 3377699720527911, -3377699720527902, -14636698788954112),
    ]
    assert reference.minimal_faces([[Fraction(v) for v in row] for row in rows], 3)  # so some point satisfies all
    assert certificate(rows) is None
    impossible = [*rows, (0, 0, 0, -1)]
    assert certificate(impossible).holds(impossible)


# --- what is asked ------------------------------------------------------------------------------------------------------------------------


def test_wrong_input_is_refused(tmp_path):
    with pytest.raises(geom.GeomError, match="about 2 outputs but the network has 1"):
        verify(TENT, unsafe([([1, 0], 0)], dim=2), INTERVAL)
    with pytest.raises(geom.DomainError, match="takes 1 inputs but the domain has 2"):
        verify(TENT, at_least(0), SQUARE)
    with pytest.raises(geom.DomainError, match="a domain is a"):
        verify(TENT, at_least(0), 3)
    with pytest.raises(geom.DomainError, match="no domain"):
        verify(TENT, at_least(0), [])
    with pytest.raises(geom.NetworkError, match=r"expected a geom.Network"):
        verify(3, at_least(0), INTERVAL)
    with pytest.raises(geom.GeomError, match="path of a VNN-LIB file"):
        verify(TENT, 3, INTERVAL)
    with pytest.raises(geom.LoadError):
        verify(TENT, tmp_path / "none.vnnlib")
    with pytest.raises(geom.GeomError, match="keys among"):
        verify(TENT, at_least(0), INTERVAL, budget={"time": 1})


def test_a_file_names_domain_and_unsafe_set(tmp_path):
    np.savez(tmp_path / "tent.npz", W0=[[1.0], [-1.0]], b0=[0.0, 0.0], W1=[[-1.0, -1.0]], b1=[1.0], activation="relu")
    path = tmp_path / "p.vnnlib"
    path.write_text("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 -1))(assert (<= X_0 1))(assert (>= Y_0 1.0))")
    found = verify(tmp_path / "tent.npz", path)
    assert (found.verdict, found.exact_point) == ("violated", (0,))
    with pytest.raises(geom.GeomError, match="has a domain of its own"):
        verify(TENT, path, INTERVAL)


def test_a_verification_is_neither_true_nor_false():
    found = verify(TENT, at_least(2), INTERVAL)
    with pytest.raises(TypeError, match="three verdicts"):
        bool(found)
    assert repr(found).startswith("Verification(holds: 2 cells asked, ")
    assert (found.polyhedron, found.outputs, found.is_double) == (None, None, False)


# --- ACAS Xu ------------------------------------------------------------------------------------------------------------------------------

HERE = pytest.mark.skipif(not ACASXU.is_dir(), reason="no ACAS Xu files; name their folder in GEOM_ACASXU")
NETWORKS = [f"{i}_{j}" for i in range(1, 6) for j in range(1, 10)]
# Katz et al. (2017), Reluplex, section 7 and appendix; for the networks that it leaves out, the results of VNN-COMP 2021.
HOLDS = {
    1: set(NETWORKS),
    2: {"1_1", "1_7", "1_8", "1_9", "3_3", "4_2"},
    3: set(NETWORKS) - {"1_7", "1_8", "1_9"},
    4: set(NETWORKS) - {"1_7", "1_8", "1_9"},
    5: {"1_1"},
    6: {"1_1"},
    9: {"3_3"},
    10: {"4_5"},
}
QUICK = [(3, "1_7"), (3, "1_4"), (3, "5_7"), (4, "1_9"), (4, "2_9"), (4, "5_9"), (2, "2_1")]
SLOW = [(p, n) for p in HOLDS for n in (NETWORKS if p <= 4 else HOLDS[p]) if (p, n) not in QUICK]


def assert_known_verdict(number, network):
    path = ACASXU / f"ACASXU_run2a_{network}_batch_2000.onnx"
    found = verify(path, ACASXU / f"prop_{number}.vnnlib")
    assert found.verdict == ("holds" if network in HOLDS[number] else "violated")
    if found.verdict == "violated":
        domain, outputs = geom.load_vnnlib(ACASXU / f"prop_{number}.vnnlib")
        assert found.is_double
        assert domain.contains(found.point[None]).all()
        assert np.allclose(geom.load(path)(found.point[None])[0], [float(v) for v in found.outputs], rtol=0, atol=1e-9)
        c, d = outputs.polyhedra[found.polyhedron]
        assert (c @ np.array(found.outputs) <= d).all()
        assert found.check().proven


@HERE
@pytest.mark.parametrize(("number", "network"), QUICK)
def test_a_quick_verdict_on_acas_xu(number, network):
    assert_known_verdict(number, network)


@pytest.mark.slow
@HERE
@pytest.mark.parametrize(("number", "network"), SLOW)
def test_a_verdict_on_acas_xu(number, network):
    assert_known_verdict(number, network)


@pytest.mark.slow
@HERE
def test_all_cells_of_an_acas_xu_network_are_clear_by_certificates():
    found = verify(ACASXU / "ACASXU_run2a_5_7_batch_2000.onnx", ACASXU / "prop_3.vnnlib")
    assert (found.verdict, found.check(sample=None).proven) == ("holds", True)
