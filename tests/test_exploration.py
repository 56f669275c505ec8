"""Exploring outwards from a point: everything that is there, nothing else, nearest first, and not more than was asked for."""

import json
import os
import signal
import subprocess
import sys
from collections import deque
from functools import cache
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
import reference
from cases import ARRANGEMENTS, BY_NAME, CASES, SPACE_ARRANGEMENTS, Problem, cube, random_problem
from comparison import assert_same_open_cells, assert_witnesses_inside, codes, exact_vertices
from digest import SMOKE, digest
from test_sweep import integer_problem, sized_problem

import geom
from geom.budget import Pace
from geom.engine import workspace
from geom.engine.columns import Collector
from geom.engine.run import Walk
from geom.partition.exploration import walk

ACASXU = Path(os.environ.get("GEOM_ACASXU", Path(__file__).parents[2] / "shared" / "data" / "acasxu"))


def in_space(problem):
    return Problem(f"{problem.name}, whole space", problem.hidden, ("space", problem.dim), activation=problem.activation, head=problem.head)


SMALL_CASES = [case for case in CASES if case.cells < 200]
NAMED = {p.name: p for p in [*SMALL_CASES, *(a for a in ARRANGEMENTS if a.cells < 50), *(a for a in SPACE_ARRANGEMENTS if a.cells < 50)]}
RANDOM = {f"{p.name} of {kind.__name__}": p for kind, n in ((integer_problem, 96), (sized_problem, 36)) for p in map(kind, range(n))}
RANDOM |= {f"{p.name}, random": p for p in map(random_problem, range(48))}
IN_SPACE = {f"{name} in space": in_space(p) for name, p in RANDOM.items() if name.endswith("random")}
IDLE = {
    f"idle layer first, {domain[0]}": Problem(
        f"idle layer first, {domain[0]}",
        (([[1, 2], [3, 4], [1, 1]], [0, 1, 0]), ([[1, -1, 0], [0, 1, -1], [1, 1, 1]], [0, -1, 0.5]), ([[1, -1, 1], [-1, 1, 0]], [0, -0.25])),
        domain,
        activation=[("leaky_relu", 1.0), "relu", "abs"],
    )
    for domain in (cube(2), ("space", 2))
}
PROBLEMS = NAMED | RANDOM | IN_SPACE | IDLE


@cache
def enumerated(name):
    return geom.subdivide(PROBLEMS[name].network(), PROBLEMS[name].region())


def starting_points(part):
    """Witnesses of two cells; in a domain that holds too few doubles, one of its corners."""
    points = [cell.witness for cell in part if cell.exact_witness is None] or [part.domain.low]
    return [points[0], points[-1]]


def wide():
    rng = np.random.default_rng(3)
    weights = [rng.standard_normal((24, 2)), rng.standard_normal((16, 24)) / 4, rng.standard_normal((1, 16))]
    return geom.Network.mlp(weights, [0.4 * rng.standard_normal(len(w)) for w in weights]), geom.Box([-2, -2], [2, 2])


def order(exploration):
    """Codes and distances in the order in which the cells come."""
    return [(tuple(cell.code.tolist()), exploration.distance) for cell in exploration]


# --- everything -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROBLEMS)
def test_exploring_to_the_end_gives_the_columns_of_the_enumeration(name):
    part = enumerated(name)
    for x in starting_points(part):
        exploration = walk(part.network, x, PROBLEMS[name].region())
        assert len(list(exploration)) == len(part)
        found = exploration.partition()
        assert exploration.is_complete
        assert found.is_complete
        for column in ("words", "facet_at", "facet", "is_bounded"):
            assert np.array_equal(getattr(found.columns, column), getattr(part.columns, column)), (column, PROBLEMS[name].shown())
        assert len(found.columns.exact_witness) == (~found.columns.is_proven).sum()


@pytest.mark.parametrize("name", NAMED)
def test_exploring_to_the_end_gives_the_cells_of_the_reference(name):
    problem = NAMED[name]
    exploration = walk(problem.network(), starting_points(enumerated(name))[0], problem.region())
    for _ in exploration:
        pass
    assert_same_open_cells(exploration.partition(), problem.reference_cells(), problem)
    assert_witnesses_inside(exploration.partition(), problem)


@pytest.mark.parametrize("name", ["bottleneck", "relu of relu", "five lines through a point"])
def test_every_cell_that_comes_is_whole(name):
    problem = NAMED[name]
    cells = problem.reference_cells()
    for cell in walk(problem.network(), starting_points(enumerated(name))[0], problem.region()):
        expected = cells[tuple(cell.code.tolist())]
        assert set(exact_vertices(cell)) == expected.vertices
        assert {(facet.walls, facet.units) for facet in cell.facets} == expected.facet_names()
        assert cell.volume(exact=True) == reference.volume(expected)


# --- nearest first ------------------------------------------------------------------------------------------------------------------------


def distances_in_the_reference(problem, start):
    """Fewest steps from one cell to every other, a step leading to a cell that has all vertices of a facet.

    Cells meet facet to facet. Of an unbounded domain the part in a box that holds, strictly inside, a point of every face is taken.
    """
    net, rows = problem.reference_network(), problem.reference_region()
    if problem.is_open:
        radius = reference.coordinate_bound(net, problem.dim, rows)
        rows = [*rows, *reference.box([-radius] * problem.dim, [radius] * problem.dim)]
    sharing, facets = {}, {}
    for cell in reference.cells(net, rows):
        facets[cell.code] = [facet.vertices for facet in cell.facets if not facet.walls]
        for vertices in facets[cell.code]:
            sharing.setdefault(vertices, []).append(cell.code)
    found, queue = {start: 0}, deque([start])
    while queue:
        code = queue.popleft()
        for other in (other for vertices in facets[code] for other in sharing[vertices] if other not in found):
            found[other] = found[code] + 1
            queue.append(other)
    return found


@pytest.mark.parametrize("name", [*NAMED, *IDLE, *(f"seed {seed} of integer_problem" for seed in range(0, 96, 4))])
def test_distances_are_those_of_the_reference_and_never_fall(name):
    problem, part = PROBLEMS[name], enumerated(name)
    for x in starting_points(part):
        exploration = walk(part.network, x, problem.region())
        came = order(exploration)
        assert dict(came) == distances_in_the_reference(problem, came[0][0]), problem.shown()
        assert all(a <= b for (_, a), (_, b) in pairwise(came))
        assert exploration.distances.tolist() == [distance for _, distance in came]


@pytest.mark.parametrize("name", [case.name for case in SMALL_CASES])
def test_the_first_cell_is_the_one_that_locate_gives_on_borders_too(name):
    problem, part = PROBLEMS[name], enumerated(name)
    vertices = {tuple(map(float, v)) for cell in islice(part, 8) for v in exact_vertices(cell)}
    points = np.array([v for v in vertices if part.domain.contains([v])[0]]).reshape(-1, part.dim)
    for x, number in zip(points, part.locate(points).tolist(), strict=True):
        exploration = walk(part.network, x, problem.region())
        assert next(exploration).code.tolist() == part.codes[number].tolist()
        assert exploration.distance == 0


# --- networks with far too many cells -------------------------------------------------------------------------------------------------------


def flipped(cell):
    """The cell's code with the units of a facet without walls flipped, for each: in a generic network the neighbours' codes."""
    for facet in cell.facets:
        if not facet.walls:
            code = cell.code
            code[list(facet.units)] ^= 1
            yield tuple(code.tolist())


def assert_a_ball_of_cells(net, x, domain, n):
    exploration = walk(net, x, domain, budget={"cells": n})
    cells = list(exploration)
    distance = dict(zip([tuple(cell.code.tolist()) for cell in cells], exploration.distances.tolist(), strict=True))
    assert exploration.stopped == "cells"
    assert len(distance) == len(cells) == n
    witnesses = np.array([cell.witness for cell in cells])
    assert domain is None or domain.contains(witnesses).all()
    assert [tuple(code) for code in net.code(witnesses).tolist()] == list(distance)
    furthest = exploration.distance
    for cell, (_, steps) in zip(cells, distance.items(), strict=True):
        around = [distance.get(code, furthest) for code in flipped(cell)]
        assert steps == 0 or min(around) == steps - 1, "it was reached from the cell before"
        assert max(around, default=0) <= steps + 1, "no neighbour of a near cell is far"
        assert steps > furthest - 2 or all(code in distance for code in flipped(cell)), "all neighbours of a near cell have come"
    return exploration


def test_a_thousand_cells_of_a_network_with_far_too_many():
    rng = np.random.default_rng(5)
    widths = (2, 256, 256, 256, 256, 1)
    weights = [rng.standard_normal((n, m)) * np.sqrt(2 / m) for m, n in pairwise(widths)]
    net = geom.Network.mlp(weights, [0.1 * rng.standard_normal(len(w)) for w in weights])
    exploration = assert_a_ball_of_cells(net, [0.25, -0.5], geom.Box([-1, -1], [1, 1]), 1000)
    assert len(exploration.partition()) == 1000
    assert not exploration.partition().is_complete
    assert_a_ball_of_cells(net, [0.25, -0.5], None, 100)


@pytest.mark.skipif(not ACASXU.is_dir(), reason="no ACAS Xu files; name their folder in GEOM_ACASXU")
def test_a_thousand_cells_of_an_acas_xu_network():
    net = geom.load(ACASXU / "ACASXU_run2a_1_1_batch_2000.onnx")
    domain, _ = geom.load_vnnlib(ACASXU / "prop_1.vnnlib")
    assert_a_ball_of_cells(net, [float(v) for v in domain.interior()], domain, 1000)


@pytest.mark.parametrize("n", [1, 2, 7, 50])
def test_what_is_not_looked_at_is_not_computed(monkeypatch, n):
    asked, towards = [], Walk.towards
    monkeypatch.setattr(Walk, "towards", lambda self, words: (asked.append(len(words)), towards(self, words))[1])
    net, domain = wide()
    assert len(list(islice(walk(net, [0, 0], domain), n))) == n
    assert sum(asked) <= 2 * n


# --- budgets and interrupts -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 3, 10, 100])
def test_a_budget_of_cells_gives_the_first_ones(n):
    net, domain = wide()
    exploration = walk(net, [0, 0], domain, budget=geom.Budget(cells=n))
    assert order(exploration) == order(walk(net, [0, 0], domain))[:n]
    assert exploration.stopped == "cells"
    assert not exploration.is_complete
    assert list(exploration) == []
    assert len(exploration.partition()) == n
    assert repr(exploration) == f"Exploration({n:,} cells stopped by its budget of cells, distance {exploration.distance}, 40 units)"


def test_a_budget_of_as_many_cells_as_there_are_is_not_reached():
    net, domain = wide()
    n = geom.count(net, domain).cells
    exploration = walk(net, [0, 0], domain, budget={"cells": n})
    assert len(list(exploration)) == n
    assert exploration.stopped is None
    assert exploration.is_complete


@pytest.mark.parametrize("limit", [{"seconds": 1e-9}, {"seconds": 0.02}, {"memory": 1}, {"memory": 10_000_000}])
def test_other_budgets_end_the_iteration_and_leave_a_beginning_of_it(monkeypatch, limit):
    net, domain = wide()
    whole = order(walk(net, [0, 0], domain))
    monkeypatch.setattr(Pace, "__init__", lambda self: setattr(self, "steps", 1))  # so that limits are looked at in the middle of a batch
    monkeypatch.setattr(Pace, "end", lambda self, used_all: None)
    exploration = walk(net, [0, 0], domain, budget=limit)
    came = order(exploration)
    if limit != {"memory": 10_000_000}:
        assert [exploration.stopped] == list(limit)
        assert len(came) < len(whole)
    assert came == whole[: len(came)]
    assert len(exploration.partition()) == len(came)


def test_an_interrupt_keeps_what_has_come_and_the_iteration_can_go_on(monkeypatch):
    net, domain = wide()
    whole = order(walk(net, [0, 0], domain))
    exploration = walk(net, [0, 0], domain)
    before = order(islice_with_distance(exploration, 30))
    with monkeypatch.context() as patched:
        patched.setattr(Collector, "take", lambda self, state: signal.raise_signal(signal.SIGINT))
        with pytest.raises(geom.Interrupted) as stopped:
            before += order(exploration)
    came = len(exploration.distances)
    assert stopped.value.cells == came == len(stopped.value.partial)
    assert before == whole[:30]
    assert order(exploration) == whole[came:]


class islice_with_distance:  # noqa: N801 (as itertools.islice)
    """The first n cells of an exploration, with its distance."""

    def __init__(self, exploration, n):
        self.exploration, self.cells = exploration, islice(exploration, n)

    @property
    def distance(self):
        return self.exploration.distance

    def __iter__(self):
        return self.cells


# --- the partition of what has come -------------------------------------------------------------------------------------------------------------


def test_the_partition_so_far_has_the_cells_that_came_in_canonical_order():
    net, domain = wide()
    exploration = walk(net, [0, 0], domain)
    assert len(exploration.partition()) == 0
    came = [tuple(cell.code.tolist()) for cell in islice(exploration, 40)]
    part = exploration.partition()
    assert codes(part) == sorted(came)
    assert not part.is_complete
    assert part.locate([[0, 0]])[0] == part.find(came[0])
    assert sum(part.locate(geom.subdivide(net, domain).witnesses) >= 0) == 40


def test_a_network_without_units_is_one_cell():
    exploration = walk(geom.Network.mlp([[[1.0, 2.0]]], [[0.0]]), [3, 4])
    assert [cell.code.tolist() for cell in exploration] == [[]]
    assert exploration.is_complete


# --- the same on every way ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "size"), [("OUTPUT_CELLS", 16), ("START_POOL", 4), ("START_INDEX", 4), ("START_ROOM", 4), ("START_DEPTH", 3), ("OUTPUT_FACETS", 1)]
)
def test_little_room_changes_nothing(monkeypatch, room, size):
    net, domain = wide()
    expected = order(walk(net, [0, 0], domain))
    monkeypatch.setattr(workspace, room, size)
    exploration = walk(net, [0, 0], domain)
    assert order(exploration) == expected
    assert codes(exploration.partition()) == codes(geom.subdivide(net, domain))


def explored_digests():
    problems = [BY_NAME[name] for name in SMOKE] + [in_space(random_problem(seed)) for seed in (2, 5, 13)]
    found = {}
    for problem in problems:
        net, domain = problem.network(), problem.region()
        x = np.zeros(problem.dim) if domain is None else geom.subdivide(net, domain).witnesses[0]
        exploration = walk(net, np.clip(x, -1, 1) if problem.domain == cube(problem.dim) else x, domain)
        came = order(exploration)
        found[problem.name] = [digest(exploration.partition()), came]
    return json.loads(json.dumps(found))


def test_a_few_networks_are_explored_in_the_same_way_without_the_compiler():
    done = subprocess.run(
        [sys.executable, "-W", "error", __file__], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == explored_digests()


# --- bad input --------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([2, 0], "outside the domain"),
        ([0], "shape"),
        ([[0, 0]], "shape"),
        (0.5, "shape"),
        ([np.nan, 0], "NaN"),
        ([np.inf, 0], "infinite"),
        ("here", "point of 2 numbers"),
        ([[0], [0, 1]], "point of 2 numbers"),
    ],
)
def test_a_point_that_is_none_of_the_domain_is_refused(x, message):
    net = geom.Network.mlp([[[1.0, 1.0]], [[1.0]]], [[0.0], [0.0]])
    with pytest.raises(geom.DomainError, match=message):
        walk(net, x, geom.Box([-1, -1], [1, 1]))


def test_other_bad_input_is_refused():
    net = geom.Network.mlp([[[1.0, 1.0]], [[1.0]]], [[0.0], [0.0]])
    with pytest.raises(geom.NetworkError):
        walk("network", [0, 0])
    with pytest.raises(geom.DomainError):
        walk(net, [0, 0], "box")
    with pytest.raises(geom.DomainError):
        walk(net, [0, 0], geom.Box([-1], [1]))
    with pytest.raises(geom.GeomError, match="budget"):
        walk(net, [0, 0], budget={"cells": 0})


if __name__ == "__main__":
    print(json.dumps(explored_digests()))
