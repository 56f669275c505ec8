"""docs/graph.md prints what it says, and its answers agree with what geometry and graph theory say about them."""

from __future__ import annotations

import importlib
import re
import sys
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from scipy import ndimage

import geom

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "docs" / "examples" / "graph_questions.py"
PAGE = (ROOT / "docs" / "graph.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
SQUARE = geom.Box([-1, -1], [1, 1])

# The scripts import each other from their own folder.
sys.path.insert(0, str(SCRIPT.parent))
questions = importlib.import_module("graph_questions")
sys.path.remove(str(SCRIPT.parent))


@pytest.fixture(scope="module")
def digits():
    return geom.subdivide(geom.load(SCRIPT.parent / "digits.npz"), SQUARE)


@pytest.fixture(scope="module")
def ends():
    with np.load(SCRIPT.parent / "digits-data.npz") as data:
        return data["x"][[questions.START, questions.GOAL]]


def random_partition(seed, *widths):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) for a, b in pairwise(widths)]
    net = geom.Network.mlp(weights, [rng.normal(size=len(w)) / 2 for w in weights])
    return geom.subdivide(net, geom.Box(-np.ones(widths[0]), np.ones(widths[0])))


# --- the page ------------------------------------------------------------------------------------------------------------------------------------


def test_the_functions_of_the_page_are_those_of_the_script():
    functions = re.findall(r"^def .*?(?=^\S|\Z)", CODE, re.MULTILINE | re.DOTALL)
    assert len(functions) == 5
    script = SCRIPT.read_text(encoding="utf-8")
    assert [f for f in functions if f.strip() not in script] == []


def test_the_script_makes_the_pictures_of_the_page(tmp_path):
    shown = set(re.findall(r"\(images/(.*?)\)", PAGE))
    questions.main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == shown
    for path in [*tmp_path.iterdir(), *(ROOT / "docs" / "images" / name for name in shown)]:
        assert path.read_bytes().startswith(b"\x89PNG")
        assert 10_000 < path.stat().st_size < 250_000


# --- the answers ---------------------------------------------------------------------------------------------------------------------------------


def test_a_path_goes_through_facets(digits, ends):
    path = nx.shortest_path(digits.graph(), *digits.locate(ends).tolist())
    outputs = questions.outputs_at_vertices(digits)
    for i, j in pairwise(path):
        shared = [vertex for vertex in outputs[i] if vertex in outputs[j]]
        assert len(shared) == 2  # the ends of a side in the plane
        assert all(outputs[i][vertex] == outputs[j][vertex] for vertex in shared)  # the network is continuous


@pytest.mark.parametrize("seed", range(5))
def test_in_one_layer_segment_and_shortest_path_cross_the_lines_that_separate_their_ends(seed):
    part = random_partition(seed, 2, 12, 1)
    x, y = np.random.default_rng(seed).uniform(-0.9, 0.9, size=(2, 2))
    layer = part.network.layers[0]
    separating = int(
        np.sum((layer.weight.floats() @ x + layer.bias.floats()[:, 0] > 0) != (layer.weight.floats() @ y + layer.bias.floats()[:, 0] > 0))
    )
    assert len(part.path(x, y)) - 1 == separating
    assert nx.shortest_path_length(part.graph(), *part.locate([x, y]).tolist()) == separating


def test_cells_on_a_segment_are_those_of_its_points(digits, ends):
    x, y = ends
    found = digits.locate(x + np.linspace(0, 1, 20_001)[:, None] * (y - x))
    assert digits.path(x, y).cells.tolist() == [found[0], *found[1:][np.diff(found) != 0]]


def test_steps_change_by_at_most_one_across_a_facet_and_lead_back(digits):
    graph = digits.graph()
    steps = questions.steps_from(graph, 7)
    assert [i for i in graph if steps[i] == 0] == [7]
    assert all(abs(steps[i] - steps[j]) <= 1 for i, j in graph.edges)
    assert all(min(steps[j] for j in graph[i]) == steps[i] - 1 for i in graph if i != 7)


ABS = {
    "|x| - 1/2": ([[[1, 0]], [[1]]], [[0], [-0.5]], 2, 1),
    "|x| - |y|, regions that touch at the origin": ([[[1, 0], [0, 1]], [[1, -1]]], [[0, 0], [0]], 2, 2),
    "||x| + |y| - 1/2| - 1/4, a ring between": ([[[1, 0], [0, 1]], [[1, 1]], [[1]]], [[0, 0], [-0.5], [-0.25]], 2, 1),
    "|x| + |y|, zero at one point": ([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [0]], 1, 0),
}


@pytest.mark.parametrize("name", ABS)
def test_regions_of_functions_that_one_can_see_through(name):
    weights, biases, positive, negative = ABS[name]
    for sign, regions in ((1, positive), (-1, negative)):
        signed = [*weights[:-1], sign * np.array(weights[-1])], [*biases[:-1], sign * np.array(biases[-1])]
        part = geom.subdivide(geom.Network.mlp(*signed, activation="abs"), SQUARE)
        assert len(questions.positive_regions(part.graph(), questions.outputs_at_vertices(part))) == regions


def test_regions_of_the_digits_are_those_of_a_fine_grid(digits):
    ticks = np.linspace(-1, 1, 401)
    values = digits.network(np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)).reshape(401, 401)
    outputs = questions.outputs_at_vertices(digits)
    negated = [{vertex: -f for vertex, f in table.items()} for table in outputs]
    for table, grid in ((outputs, values > 0), (negated, values < 0)):
        assert len(questions.positive_regions(digits.graph(), table)) == ndimage.label(grid)[1]


@pytest.mark.parametrize(("seed", "widths"), [(0, (1, 9, 5, 1)), (1, (2, 6, 6, 6, 1)), (2, (3, 7, 5, 1)), (3, (4, 6, 3, 1))])
def test_parity_is_a_proper_colouring_where_one_unit_changes_at_a_time(seed, widths):
    graph = random_partition(seed, *widths).graph()
    assert {len(units) for *_, units in graph.edges(data="units")} == {1}
    parity = questions.parities(graph)
    assert all(parity[i] != parity[j] for i, j in graph.edges)


def test_five_cells_round_a_point_make_a_ring():
    ring = geom.subdivide(questions.ODD, SQUARE).graph()
    assert nx.is_isomorphic(ring, nx.cycle_graph(5))  # an odd cycle, which no two colours suffice for


@pytest.mark.parametrize("layer", [1, 2])
def test_merged_cells_are_those_with_one_code_of_the_first_layers(layer):
    part = random_partition(4, 2, 7, 6, 5, 1)
    n_units = sum(part.network.widths[:layer])
    codes = part.codes[:, :n_units]
    groups = {frozenset(np.flatnonzero((codes == code).all(axis=1)).tolist()) for code in np.unique(codes, axis=0)}
    assert {frozenset(cells) for cells in questions.merged(part.graph(), layer)} == groups


def test_a_clipped_polygon_keeps_the_positive_half():
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    assert questions.clipped(square, square[:, 0] - 0.25).tolist() == [[0.25, 0.0], [1.0, 0.0], [1.0, 1.0], [0.25, 1.0]]
    assert questions.clipped(square, -np.ones(4)).shape == (0, 2)
