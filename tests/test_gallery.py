"""docs/gallery.md shows what its scripts draw, and the numbers in its captions are those of the mathematics and of the slow reference."""

from __future__ import annotations

import importlib
import re
import sys
from math import comb
from pathlib import Path

import numpy as np
import pytest
import reference

import geom

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
CAPTIONS = {
    int(number): " ".join(text.split()) for number, text in re.findall(r"^## Figure (\d).*?\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
SHOWN = re.findall(r"\(images/(.*?)\)", PAGE)


@pytest.fixture(scope="module", autouse=True)
def examples():
    """The scripts import each other from their own folder."""
    folder = str(ROOT / "docs" / "examples")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)


def script(number):
    return importlib.import_module(f"figure_{number}")


def zaslavsky(n_lines):
    """Regions of lines in general position in the plane."""
    return sum(comb(n_lines, k) for k in range(3))


def plain(network, upto=None, head=None):
    """The first hidden layers, of ReLU units, in the reference's words; the head cuts nothing, so any layer will do."""
    layers = [*network.hidden[:upto], head or network.layers[-1]]
    weights = [layer.weight.fractions().tolist() for layer in layers]
    return reference.network(weights, [layer.bias.fractions()[:, 0].tolist() for layer in layers])


def reference_codes(network, window, upto=None):
    low, high = np.array(window.low, dtype=float).tolist(), np.array(window.high, dtype=float).tolist()
    return [cell.code for cell in reference.cells(plain(network, upto), reference.box(low, high))]


def says(number, *statements):
    missing = [statement for statement in statements if statement not in CAPTIONS[number]]
    assert not missing


# --- the pictures --------------------------------------------------------------------------------------------------------------------------------


def test_the_page_shows_each_figure_once_with_the_command_that_makes_it():
    assert [f"figure-{number}.png" for number in CAPTIONS] == SHOWN
    for number in CAPTIONS:
        says(number, f"python docs/examples/figure_{number}.py")
    assert {path.name for path in (ROOT / "docs" / "examples").glob("figure_[0-9].py")} == {f"figure_{number}.py" for number in CAPTIONS}


@pytest.mark.parametrize("number", CAPTIONS)
def test_a_script_writes_its_picture_and_nothing_else(number, tmp_path, capsys):
    script(number).main(tmp_path)
    assert capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [f"figure-{number}.png"]
    for path in (tmp_path / f"figure-{number}.png", ROOT / "docs" / "images" / f"figure-{number}.png"):
        assert path.read_bytes().startswith(b"\x89PNG")
        assert 10_000 < path.stat().st_size < 250_000


def test_the_named_errata_are_on_their_page():
    errata = (ROOT / "docs" / "errata.md").read_text(encoding="utf-8")
    assert all(f"| {name} |" in errata for name in re.findall(r"E\d\d[a-d]?", PAGE))


# --- figure 1 ------------------------------------------------------------------------------------------------------------------------------------


def test_tangents_of_figure_1():
    figure = script(1)
    centres, rad = [(-3, 3), (4, 3), (3, -5), (-5, -4)], [2, 16, 9, 5]
    assert figure.DIAGRAM.mu.tolist() == [list(map(float, c)) for c in centres]
    assert figure.DIAGRAM.rad.tolist() == rad
    squares = [x * x + y * y - r for (x, y), r in zip(centres, rad, strict=True)]  # Pythagoras, from the origin
    assert squares == [4**2, 3**2, 5**2, 6**2]
    assert min(range(4), key=lambda i: squares[i]) == 1
    assert min(range(4), key=lambda i: squares[i] + rad[i]) == 0
    says(1, "rad = 2, 16, 9, 5", "lengths 4, 3, 5 and 6", "cell of B, although A is the nearest", "powers 16, 9, 25, 36", "Q = 25")
    lifted = [s + 25 for s in squares]
    says(1, f"become {lifted[0]}, {lifted[1]}, {lifted[2]} and {lifted[3]}")
    for i, centre in enumerate(centres):
        for touch in figure.tangent_points(np.array(centre), np.sqrt(rad[i]), np.zeros(2)):
            assert np.hypot(*(touch - centre)) == pytest.approx(np.sqrt(rad[i]))
            assert touch @ (touch - centre) == pytest.approx(0, abs=1e-9)  # at right angles to the radius


def test_the_nearest_lifted_site_names_the_cell():
    figure = script(1)
    x = np.random.default_rng(0).uniform(-8, 8, size=(2000, 2))
    lifted = np.concatenate([figure.DIAGRAM.mu, np.sqrt(25 - figure.DIAGRAM.rad)[:, None]], axis=1)
    nearest = np.linalg.norm(np.pad(x, ((0, 0), (0, 1)))[:, None] - lifted, axis=2).argmin(axis=1)
    assert (figure.DIAGRAM.assign(x) == nearest).all()
    printed = np.concatenate([figure.DIAGRAM.mu, figure.DIAGRAM.rad[:, None]], axis=1)
    assert (np.linalg.norm(np.pad(x, ((0, 0), (0, 1)))[:, None] - printed, axis=2).argmin(axis=1) != nearest).any()


# --- figure 2 ------------------------------------------------------------------------------------------------------------------------------------


def test_cells_of_figure_2():
    layers = script(2).LAYERS
    n_cells = {name: reference.regions(rows(layer), 2) for name, layer in layers.items()}
    assert n_cells == {"rank 1": 3 + 1, "orthogonal": 2**2, "arbitrary": zaslavsky(3)}
    says(2, "3 parallel cuts make 4 cells", "2 units cut at a right angle into 4 cells", "3 lines in general position make 7 cells")
    rank_1, orthogonal = (layers[name].weight.floats() for name in ("rank 1", "orthogonal"))
    assert np.linalg.matrix_rank(rank_1) == 1
    assert orthogonal[0] @ orthogonal[1] == 0


def rows(layer):
    return np.concatenate([layer.weight.fractions(), layer.bias.fractions()], axis=1).tolist()


@pytest.mark.parametrize("name", ["rank 1", "orthogonal", "arbitrary"])
def test_cells_drawn_from_sites_are_those_of_the_units(name):
    figure = script(2)
    layer = figure.LAYERS[name]
    weight, bias = layer.weight.floats(), layer.bias.floats()[:, 0]
    polygons = figure.cells_from_sites(figure.layer_diagram(layer), figure.WINDOW)
    assert sum(map(area, polygons)) == pytest.approx(16)
    signs = set()
    for polygon in polygons:
        values = polygon @ weight.T + bias
        middle = polygon.mean(axis=0) @ weight.T + bias
        assert (values * np.sign(middle) > -1e-9).all()  # on one side of every line
        signs.add(tuple(np.sign(middle)))
    assert len(signs) == len(polygons) == reference.regions(rows(layer), 2)


def area(polygon):
    (x, y), (u, v) = polygon.T, np.roll(polygon, -1, axis=0).T
    return (x * v - y * u).sum() / 2


# --- figures 3 and 6 -----------------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_layers(examples):
    figure = script(3)
    return [reference_codes(figure.network(), figure.WINDOW, upto) for upto in (1, 2, 3)]


def cut_by(codes, n_before, unit):
    """The cells of the layers before, as their codes, in which a unit takes both pieces."""
    sides = {piece: {code[:n_before] for code in codes if code[n_before + unit] == piece} for piece in (0, 1)}
    return sides[0] & sides[1]


def test_counts_of_figures_3_and_6(three_layers):
    n_cells = [len(codes) for codes in three_layers]
    says(3, f"with {n_cells[0]}, {n_cells[1]} and {n_cells[2]} cells")
    second = [len(cut_by(three_layers[1], 6, unit)) for unit in range(6)]
    boundary = len(cut_by(three_layers[2], 12, 0))
    assert n_cells[2] == n_cells[1] + boundary
    says(3, f"into {second[script(3).HIGHLIGHTED[1]]} segments", f"in red: {boundary} segments", f"{n_cells[1]} + {boundary} = {n_cells[2]}")
    says(6, "{}, {}, {}, {}, {} and {}, one for each of the {} cells".format(*second, n_cells[0]), f"The last unit has {boundary}.")


def test_drawn_edges_have_a_segment_for_every_cell_that_the_unit_cuts(three_layers):
    figure = script(6)
    net = figure.network()
    for layer, width in enumerate(net.widths):
        found = figure.edges(net, layer, figure.WINDOW)
        assert [len(edge) for edge in found] == [len(cut_by(three_layers[layer], sum(net.widths[:layer]), unit)) for unit in range(width)]
    assert {len(edge) for edge in figure.edges(net, 0, figure.WINDOW)} == {1}


def test_pieces_of_edges_in_figure_6():
    figure = script(6)
    pieces = [n_pieces(edge) for edge in figure.edges(figure.network(), 1, figure.WINDOW)]
    assert [unit for unit, n in enumerate(pieces) if n == 2] == [3, 5]
    assert set(pieces) == {1, 2}
    says(6, "two pieces here, units 3 and 5")


def n_pieces(segments):
    """Connected pieces of a union of segments that meet at their ends: V - E for paths."""
    return len(np.unique(np.round(segments.reshape(-1, 2), 9), axis=0)) - len(segments)


def test_the_polynomial_has_one_factor_a_unit_and_its_roots_on_the_cuts(three_layers):
    figure = script(3)
    net = figure.network()
    assert sum(net.widths) == 13
    assert np.prod(net.widths) == 36
    says(3, "degree 13 or less", "36 (E15)")
    for layer in range(3):
        ends = np.concatenate([edge.reshape(-1, 2) for edge in figure.edges(net, layer, figure.WINDOW)])
        assert np.abs(figure.preactivations(net, layer)(ends)).min(axis=1).max() < 1e-9


def test_no_unit_of_figure_3_vanishes_on_a_whole_cell(three_layers):
    net = script(3).network()
    for layer, codes in enumerate([[()], *three_layers[:2]]):
        ahead = plain(net, layer, net.layers[layer])
        for code in codes:
            slopes, constants = reference.affine(ahead, code, 2)
            assert all(any(slope) or constant for slope, constant in zip(slopes, constants, strict=True))


# --- figure 8 ------------------------------------------------------------------------------------------------------------------------------------


def test_counts_of_figure_8():
    figure = script(8)
    net = figure.network()
    codes = reference_codes(net, figure.WINDOW)
    inside = [sum(code[:3] == first for code in codes) for first in sorted({code[:3] for code in codes})]
    says(8, "it keeps {}, {}, {}, {}, {}, {} and {} in this window".format(*inside), f"the partition, {len(codes)} cells")
    says(8, f"({len(reference.cells_of_space(plain(net), 2))} in the whole plane)")


def test_diagrams_of_figure_8_in_the_whole_plane():
    figure = script(8)
    net = figure.network()
    expected = {0: 1, 1: 8 + 1, 2: zaslavsky(8), 3: zaslavsky(8)}  # by the number of units on: no cut, parallel ones, general position
    counts = []
    for code, cell in figure.codes(net).items():
        if cell is None:
            assert code == (0, 1, 0)
            continue
        cuts = [row for row in rows(figure.pulled_back(net, code)) if any(row[:-1])]
        counts.append(reference.regions(cuts, 2))
        assert counts[-1] == expected[sum(code)] == len(figure.layer_diagram(figure.pulled_back(net, code)))
    says(8, "of {}, {}, {}, {}, {}, {} and {} cells".format(*counts), "010, has none")


def test_three_lines_make_seven_regions_and_four_only_if_parallel_or_in_a_small_window():
    figure = script(8)
    lines = rows(figure.network().layers[0])
    assert reference.regions(lines, 2) == zaslavsky(3) == 7
    assert reference.regions([[1, 2, 0], [1, 2, 1], [1, 2, 2]], 2) == 4
    assert len(reference_codes(figure.network(), figure.FOUR, 1)) == 4
    assert len(reference_codes(figure.network(), figure.WINDOW, 1)) == 7
    says(8, "make 7, and 4 only if")
    assert len(geom.subdivide(figure.network(), upto=1)) == 7
