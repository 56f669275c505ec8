"""Estimates: unbiased whatever chance does, near the true count as often as they say, and exact where nothing is left to chance."""

import math
import os
import signal
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
import reference
from cases import CASES

import geom
from geom.budget import Budget
from geom.engine.run import Walk
from geom.errors import DomainError, GeomError, Interrupted, NetworkError
from geom.estimates.estimation import Estimate, EstimateStopped, estimate, expected_cells, interval
from geom.estimates.probing import Prober
from geom.estimates.random_sections import expected_crossings, plane_statistics, segment_statistics
from geom.estimates.subtree_sizes import SubtreeSizes
from geom.kernels.cells.probes import FEATURES, Record
from geom.progress import time_left

SMALL = [case for case in CASES if case.activation in ("relu", "abs") and case.dim <= 3]


def he_arrays(*widths, seed=0, bias=0.1):
    rng = np.random.default_rng(seed)
    weights = [rng.standard_normal((n, m)) * math.sqrt(2 / m) for m, n in pairwise((*widths, 1))]
    return weights, [rng.standard_normal(len(w)) * bias for w in weights]


def he(*widths, seed=0, bias=0.1):
    return geom.Network.mlp(*he_arrays(*widths, seed=seed, bias=bias))


def reference_cells(*widths):
    weights, biases = he_arrays(*widths)
    net = reference.network([w.tolist() for w in weights], [b.tolist() for b in biases], "relu")
    return list(reference.cells(net, reference.box([-1] * widths[0], [1] * widths[0])))


def cube(dim):
    return geom.Box([-1] * dim, [1] * dim)


def prober_of(net, domain, seed=0):
    return Prober(Walk(net, domain), np.random.default_rng(seed), lambda cells, n_bytes: None)


def central():
    """Integer weights, no biases, every unit of the second layer twice, some units dead: every hyperplane passes through the origin."""
    rng = np.random.default_rng(3)
    first = rng.integers(-2, 3, (24, 3)).astype(float)
    second = np.repeat(rng.integers(-2, 3, (12, 24)), 2, axis=0).astype(float)
    second[:4] = 0.0
    return geom.Network.mlp([first, second, np.ones((1, 24))], [np.zeros(24), np.zeros(24), np.zeros(1)])


# --- unbiased ---------------------------------------------------------------------------------------------------------------------------


class Scripted:
    """Random numbers that lead to the first half of a cut where the script says 0, and to the second where it says 1."""

    def __init__(self, script):
        self.numbers = [1e-12 if turn == 0 else 1 - 1e-12 for turn in script]

    def random(self, n=None):
        # The comb of the first decision keeps the first half if it stands high.
        return 1 - self.numbers[0] if n is None else np.array([*self.numbers[1:], *[0.5] * (n - len(self.numbers) + 1)])


def all_paths(net, domain):
    """The outcome of every way in which chance can lead a single path: a weight each, the probability's inverse."""
    found, todo = [], [()]
    while todo:
        script = todo.pop()
        prober = Prober(Walk(net, domain), Scripted(script or (0,)), lambda cells, n_bytes: None)
        run = prober.run(math.inf)
        turns = run.choices - 1  # the comb is asked for both halves of the first cut
        if turns <= len(script):
            found.append(run.total)
        else:
            todo += [(*script, 0), (*script, 1)]
    return found


@pytest.mark.parametrize("widths", [(2, 5), (1, 3, 3), (2, 3, 3)], ids=str)
def test_the_expectation_over_all_paths_is_the_number_of_cells(widths):
    net, dim = he(*widths), widths[0]
    totals = all_paths(net, cube(dim))
    assert math.fsum(1 / total for total in totals) == pytest.approx(1, rel=1e-9)  # of the probabilities
    assert len(totals) == len(reference_cells(*widths))  # and each weight is the inverse of its probability


@pytest.mark.parametrize("paths", [1, 3, 10])
@pytest.mark.parametrize(("net", "domain"), [(he(2, 8, 8), cube(2)), (he(3, 12), None), (central(), cube(3))], ids=["deep", "whole space", "central"])
def test_the_mean_of_many_runs_is_the_number_of_cells(net, domain, paths):
    cells = geom.count(net, domain).cells
    prober = prober_of(net, domain or geom.polyhedra.Space(net.input_dim))
    totals = np.array([prober.run(cells / paths).total for _ in range(1500)])
    assert abs(totals.mean() - cells) < 4 * totals.std() / math.sqrt(len(totals))


def test_a_wrong_guess_costs_variance_and_no_bias():
    net, domain = he(2, 10, 10), cube(2)
    cells = geom.count(net, domain).cells
    prober = prober_of(net, domain)
    rng = np.random.default_rng(0)
    prober.probes.theta[:] = rng.standard_normal((2, FEATURES))
    totals = np.array([prober.run(cells / 20).total for _ in range(3000)])
    assert abs(totals.mean() - cells) < 4 * totals.std() / math.sqrt(len(totals))


# --- exact where nothing is left to chance ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SMALL, ids=str)
def test_small_networks_are_counted(case):
    cells = len(case.reference_cells())
    found = estimate(case.network(), case.region(), probes=max(200, 8 * cells))
    assert found.is_exact
    assert found.cells == found.low == found.high == cells


def test_a_threshold_that_no_subtree_falls_below_leaves_nothing_to_chance():
    net = he(2, 6, 6)
    run = prober_of(net, cube(2)).run(1e-9)
    assert run.choices == 0
    assert run.total == run.cells == geom.count(net, cube(2)).cells


@pytest.mark.parametrize(
    ("net", "domain"),
    [
        (geom.Network.mlp([np.zeros((3, 2)), np.ones((1, 3))], [np.ones(3), np.zeros(1)]), None),
        (geom.Network.mlp([np.ones((1, 2))], [np.zeros(1)]), cube(2)),
        (geom.Network.mlp([np.eye(2), np.ones((1, 2))], [[5.0, 5.0], [0.0]]), cube(2)),
    ],
    ids=["constant", "affine", "never cut"],
)
def test_one_cell_is_counted_exactly(net, domain):
    found = estimate(net, domain)
    assert (found.cells, found.is_exact) == (1.0, True)
    assert repr(found) == "Estimate(exactly 1 cells, under 0.1 s)"


# --- intervals --------------------------------------------------------------------------------------------------------------------------

LARGE = {
    "2-80": (he(2, 80), cube(2)),
    "2-24-24-24": (he(2, 24, 24, 24), cube(2)),
    "4-16-8": (he(4, 16, 8), cube(4)),
    "3-24, whole space": (he(3, 24), None),
    "central, dead and twin units": (central(), cube(3)),
}


@pytest.mark.parametrize("name", LARGE)
def test_intervals_hold_about_as_often_as_they_say(name):
    net, domain = LARGE[name]
    cells = geom.count(net, domain).cells
    found = [estimate(net, domain, seed=seed, probes=800, confidence=0.9) for seed in range(30)]
    assert not any(one.is_exact for one in found)
    # Of 30 intervals of 90 % fewer than 22 hold once in 500 times.
    assert sum(one.low <= cells <= one.high for one in found) >= 22
    assert all(one.low <= one.cells <= one.high for one in found)
    assert abs(np.mean([one.cells for one in found]) / cells - 1) < 0.1


def test_more_probes_give_narrower_intervals():
    net, domain = LARGE["2-80"]

    def width(probes):
        return np.median([math.log(one.high / one.low) for one in (estimate(net, domain, seed=seed, probes=probes) for seed in range(10))])

    assert width(6400) < 0.7 * width(800)


def test_the_same_seed_gives_the_same_estimate():
    net, domain = LARGE["2-24-24-24"]
    first, again, other = (estimate(net, domain, seed=seed) for seed in (1, 1, 2))
    assert first.runs == again.runs
    assert first.runs != other.runs


def test_what_an_estimate_says_of_itself():
    net, domain = LARGE["2-24-24-24"]
    found = estimate(net, domain)
    assert len(found.runs) == 16
    assert found.cells == pytest.approx(np.mean(found.runs))
    assert found.expected_seconds == found.cells * found.seconds_per_cell > 0
    assert 200 <= found.probes <= 3000
    known = Estimate(3.14e6, 2.7e6, 3.6e6, 0.95, 2000, 0.3, 13e-6, False, ())
    assert str(known) == "about 3.1e6 cells (2.7e6 to 3.6e6), about 41 s"


def test_intervals_are_those_of_student_and_wider():
    mean, low, high = interval([1.0, 2.0, 3.0, 4.0], 0.95)
    error = math.sqrt(5 / 3 / 4)  # of the mean
    assert mean == 2.5
    student = 3.182446 * error / 2.5  # 3.182446: table of Student's t, 3 degrees of freedom
    assert high / mean == mean / low == pytest.approx(math.exp(1.15 * student), rel=1e-6)
    assert interval([0.0, 0.0], 0.95) == (0.0, 0.0, math.inf)


def test_sizes_are_learnt_in_the_mean():
    """Numbers that are k^2 on average, of which most are 0: their logarithms would say something else."""
    rng = np.random.default_rng(0)
    active = rng.integers(1, 60, 4000)
    sizes = np.where(rng.random(4000) < 0.25, 4.0, 0.0) * (1.0 + active) ** 2
    records = np.zeros((4000, Record.WIDTH))
    records[:, Record.ACTIVE], records[:, Record.WEIGHT], records[:, Record.BELOW] = np.log1p(active), 2.0, 2.0 * sizes
    learnt = SubtreeSizes.before_any([60], 2).learnt(records)
    x = np.log([6.0, 21.0, 51.0])
    assert learnt.theta[0, :3] @ [np.ones(3), x, x * x] == pytest.approx(2 * x, abs=0.15)


# --- limits and bad input ---------------------------------------------------------------------------------------------------------------


def test_a_budget_stops_it():
    net, domain = LARGE["2-80"]
    with pytest.raises(EstimateStopped, match="too early for any estimate") as stopped:
        estimate(net, domain, budget={"cells": 300})
    assert stopped.value.partial is None
    with pytest.raises(EstimateStopped, match="the finished runs say about") as stopped:
        estimate(net, domain, budget={"cells": 1400})
    assert 2 <= len(stopped.value.partial.runs) < 16
    assert math.isnan(stopped.value.partial.seconds_per_cell)
    with pytest.raises(EstimateStopped, match="seconds"):
        estimate(net, domain, budget=Budget(seconds=1e-9))
    with pytest.raises(EstimateStopped, match="memory"):
        estimate(net, domain, budget=Budget(memory=1))


def test_it_tells_how_far_it_is():
    seen = []
    found = geom.estimate(he(2, 30, 30), cube(2), progress=lambda cells, seconds: seen.append((cells, seconds)))
    assert seen == sorted(seen)
    assert seen[-1][0] > 0
    assert seen[-1][1] <= found.seconds


def test_ctrl_c_stops_it(monkeypatch):
    net, domain = LARGE["2-80"]
    exceeded = Budget.exceeded
    monkeypatch.setattr(Budget, "exceeded", lambda *args: signal.raise_signal(signal.SIGINT) or exceeded(*args))
    with pytest.raises(Interrupted):
        estimate(net, domain)


@pytest.mark.parametrize("bad", [{"probes": 199}, {"probes": 2e3}, {"seed": -1}, {"seed": None}, {"confidence": 1}, {"confidence": "high"}], ids=str)
def test_bad_options_are_named(bad):
    (name,) = bad
    with pytest.raises(GeomError, match=name):
        estimate(*LARGE["2-80"], **bad)


def test_bad_problems_are_refused():
    with pytest.raises(NetworkError, match=r"geom\.Network"):
        estimate("net")
    with pytest.raises(DomainError, match="3 dimensions"):
        estimate(he(2, 3), cube(3))


# --- the progress bar -------------------------------------------------------------------------------------------------------------------


def test_the_progress_bar_is_told_about_how_many_cells_there_will_be():
    net, domain = LARGE["2-24-24-24"]
    cells = geom.count(net, domain).cells
    assert 0.4 < expected_cells(net, domain) / cells < 2.5
    assert expected_cells(he(2, 2), cube(2)) == geom.count(he(2, 2), cube(2)).cells


def test_what_is_left_in_words():
    assert time_left(0, 1.0, 100.0) == time_left(10, 1.0, None) == ""
    assert time_left(1000, 60.0, 5000.0) == "about 4 min left of 5e+03 cells"
    assert time_left(1000, 3600.0, 5000.0) == "about 4 h left of 5e+03 cells"


# --- segments and planes ----------------------------------------------------------------------------------------------------------------


def test_a_segment_meets_as_many_cells_as_its_line_has_pieces():
    net = he(3, 6, 6)
    found = segment_statistics(net, cube(3), 12, seed=5)
    assert found.counts.tolist() == [len(geom.line(net, x, y)) for x, y in found.points]
    assert found.mean == found.counts.mean()
    assert found.standard_error == pytest.approx(found.counts.std() / math.sqrt(11))


def test_a_plane_meets_one_cell_more_than_it_has_lines_and_crossings():
    """In a plane of one layer: 1 + lines + crossings, counted in fractions by the reference's arrangement of lines in the window."""
    net = he(3, 7)
    domain = cube(3)
    found = plane_statistics(net, domain, 4, seed=1)
    (weight, _), (bias, _) = he_arrays(3, 7)
    weight, bias = np.vectorize(Fraction, otypes=[object])(weight), np.vectorize(Fraction, otypes=[object])(bias)
    for corners, cells in zip(found.points, found.counts, strict=True):
        origin, basis = geom.plane(*corners)
        rows = [(*(w @ basis.T), w @ origin + b) for w, b in zip(weight, bias, strict=True)]
        walls, offsets = domain.hrep(exact=True)
        window = geom.HPolytope(walls @ basis.T, offsets - walls @ origin)
        assert cells == _regions_in(rows, window)


def _regions_in(rows, window):
    """Regions of lines in general position in a convex window: one, one more for each line that meets it, one more for each crossing inside."""
    a, b = window.hrep(exact=True)
    vertices = window.generators().vertices
    signs = [{x * p + y * q + c > 0 for x, y in vertices} for p, q, c in rows]
    regions = 1 + sum(len(both) == 2 for both in signs)
    for i, (p, q, c) in enumerate(rows):
        for r, s, d in rows[:i]:
            x, y = (q * d - s * c) / (p * s - q * r), (r * c - p * d) / (p * s - q * r)
            regions += all(row @ [x, y] < bound for row, bound in zip(a, b, strict=True))
    return regions


@pytest.mark.parametrize(("weight_std", "bias_std", "d"), [(1.0, 1.0, 1), (0.5, 2.0, 2), (3.0, 0.1, 3)])
def test_crossings_of_a_segment_are_as_many_as_expected(weight_std, bias_std, d):
    rng = np.random.default_rng(d)
    a, b, n, trials = rng.normal(size=d), rng.normal(size=d), 20, 4000
    weights, biases = rng.normal(size=(trials, n, d)) * weight_std, rng.normal(size=(trials, n)) * bias_std
    cuts = ((weights @ a + biases > 0) != (weights @ b + biases > 0)).sum(axis=1)
    expected = expected_crossings(n, a, b, weight_std=weight_std, bias_std=bias_std)
    assert abs(cuts.mean() - expected) < 5 * cuts.std() / np.sqrt(trials)
    assert expected_crossings(n, a, a, weight_std=weight_std, bias_std=bias_std) == 0
    net = geom.Network.mlp([weights[0], np.ones((1, n))], [biases[0], [0]])
    assert len(geom.line(net, a, b)) == cuts[0] + 1


def test_expected_crossings_in_closed_form():
    assert expected_crossings(6, [1.0], [-1.0]) == pytest.approx(3)  # the angle of (1, 1) and (-1, 1) is a right one
    assert expected_crossings(4, [2.0, 0.0], [0.0, 5.0], bias_std=0) == pytest.approx(2)
    assert expected_crossings(10, [1.0, 0.0], [-1.0, 0.0], bias_std=0) == pytest.approx(10)  # through the origin, which every hyperplane holds
    assert expected_crossings(9, [1.0, 2.0], [1.0, 2.0]) == pytest.approx(0, abs=1e-6)
    # However large, small or near the points are: the angle of (x, 1) and (x + h, 1) is h / (1 + x^2), up to h^2.
    assert expected_crossings(3, [1e200], [-1e200]) == pytest.approx(3)
    assert expected_crossings(3, [1e-200], [-1e-200], bias_std=0) == pytest.approx(3)
    assert expected_crossings(1, [1.0], [1.0 + 2**-34]) == pytest.approx(2**-35 / np.pi, rel=1e-5)


def test_bad_sections_are_refused():
    net = he(2, 3)
    for domain in (None, geom.HPolytope([[1, 0]], [1])):
        with pytest.raises(DomainError, match="bounded"):
            segment_statistics(net, domain)
    with pytest.raises(DomainError, match="2 input dimensions"):
        plane_statistics(he(1, 3), cube(1))
    with pytest.raises(GeomError, match="n must be"):
        segment_statistics(net, cube(2), 0)
    with pytest.raises(GeomError, match="seed must be"):
        segment_statistics(net, cube(2), seed=0.5)
    with pytest.raises(DomainError, match="lie inside"):
        segment_statistics(net, geom.HPolytope([[1, -1], [-1, 1], [1, 0], [-1, 0]], [Fraction(1, 10**9), 0, 1, 1]), 10)
    with pytest.raises(GeomError, match="origin"):
        expected_crossings(3, [0.0], [1.0], weight_std=1, bias_std=0)
    with pytest.raises(GeomError, match="same dimension"):
        expected_crossings(3, [0.0], [1.0, 2.0], weight_std=1, bias_std=1)
    with pytest.raises(GeomError, match="deviations"):
        expected_crossings(3, [0.0], [1.0], weight_std=-1, bias_std=1)
    for ends in ((0, 1), (["a"], [1]), ([math.nan], [1])):
        with pytest.raises(NetworkError, match="points"):
            expected_crossings(3, *ends)
    with pytest.raises(NetworkError, match="n_units"):
        expected_crossings(2.5, [0], [1])


def test_segments_lie_in_the_domain():
    triangle = geom.HPolytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1])
    found = segment_statistics(he(2, 5), triangle, 20)
    assert triangle.contains(found.points.reshape(-1, 2)).all()
    assert found.points.shape == (20, 2, 2)
    assert str(found).endswith("cells on a segment (20 segments)")


# --- time, and the compiler off ---------------------------------------------------------------------------------------------------------


def test_a_timed_run_walks_whole_subtrees():
    net, domain = LARGE["2-24-24-24"]
    cells = geom.count(net, domain).cells
    prober = prober_of(net, domain)
    whole = prober.run(1.0, cluster=math.inf, is_timed=True)
    assert (whole.cells, whole.choices) == (cells, 0)
    some = prober.run(cells / 5, cluster=100.0, is_timed=True)
    assert 5 < some.cells < cells
    assert some.seconds > 0
    assert prober.run(1.0, cluster=math.inf).total == cells  # the arrays are as they were


PRINTS_RUNS = """
import numpy as np, geom
from geom.estimates.probing import Prober
from geom.engine.run import Walk
rng = np.random.default_rng(0)
weights, biases = [rng.integers(-8, 9, (8, 2)), rng.integers(-8, 9, (8, 8)), np.ones((1, 8))], [rng.integers(-8, 9, 8) / 8.0] * 2 + [np.zeros(1)]
prober = Prober(Walk(geom.Network.mlp([w.astype(float) for w in weights], biases), geom.Box([-1, -1], [1, 1])), rng, lambda cells, n_bytes: None)
print([prober.run(8.0).total for _ in range(5)], prober.run(12.0, cluster=5.0, is_timed=True).cells)
"""


@pytest.mark.slow
def test_the_compiler_changes_nothing():
    def printed(off):
        settings = os.environ | {"NUMBA_DISABLE_JIT": off}
        return subprocess.run([sys.executable, "-c", PRINTS_RUNS], check=True, capture_output=True, text=True, env=settings).stdout

    assert printed("1") == printed("0") != ""
