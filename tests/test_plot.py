"""Pictures show what the partition says: one polygon a cell, of its area, in the colour of its map; the red line where the decision changes."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from cases import BY_NAME, CASES, random_problem

import geom
from geom.pictures.cells import picture_format, save_picture
from geom.pictures.level import decision_segments
from geom.pictures.palette import colours_of_maps
from geom.pictures.polygons import Polygons

matplotlib = pytest.importorskip("matplotlib")
from matplotlib.collections import LineCollection, PathCollection, PolyCollection  # noqa: E402
from matplotlib.colors import to_rgba  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

SQUARE = geom.Box([-1, -1], [1, 1])
OVERFLOW = {"largest rows", "huge box", "largest box"}  # areas and slopes beyond the largest double
DRAWN = [problem for problem in CASES if problem.dim == 2 and problem.name not in OVERFLOW]


def random_net(seed, *widths):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) for a, b in pairwise(widths)]
    return geom.Network.mlp(weights, [rng.normal(size=len(w)) / 2 for w in weights])


def axes():
    return Figure().add_subplot()


def drawn(net, domain=SQUARE, **options):
    part = geom.subdivide(net, domain)
    return part, geom.plot_partition(part, axes(), **options)


def collections(ax, kind):
    return [c for c in ax.collections if isinstance(c, kind)]


# --- polygons ----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", [*DRAWN, *(p for p in map(random_problem, range(60)) if p.dim == 2)], ids=str)
def test_polygons_have_the_vertices_and_areas_of_the_cells(problem):
    part = geom.subdivide(problem.network(), problem.region())
    polygons = Polygons(part)
    size = np.ptp(polygons.corners, axis=0).max()
    for i, (cell, area) in enumerate(zip(part, polygons.areas(), strict=True)):
        assert area == pytest.approx(cell.volume(), rel=1e-6, abs=1e-9 * size**2), problem
        corners = polygons.corners[polygons.start[i] : polygons.start[i + 1]]
        exact = cell.vrep()[0]
        assert len(corners) == len(exact) == len(cell.facets)
        gaps = np.linalg.norm(corners[:, None] - exact[None], axis=2)
        assert max(gaps.min(axis=0).max(), gaps.min(axis=1).max()) < 1e-6 * size


def test_sides_know_their_layers():
    part = geom.subdivide(random_net(3, 2, 6, 6, 1), SQUARE)
    polygons = Polygons(part)
    for i, cell in enumerate(part):
        layers = [-1 if facet.walls else part.network.layer_of(facet.units[0])[0] for facet in cell.facets]
        assert sorted(polygons.layer[polygons.start[i] : polygons.start[i + 1]].tolist()) == sorted(layers)


def test_maps_are_those_of_the_cells():
    part = geom.subdivide(random_net(4, 2, 6, 6, 3), geom.Box([10, -3], [12, 5]))
    polygons = Polygons(part)
    for i, cell in enumerate(part):
        slopes, offsets = cell.affine()
        assert polygons.gradients()[i] == pytest.approx(slopes, abs=1e-12)
        corner = slice(polygons.start[i], polygons.start[i + 1])
        for k in range(3):
            values = polygons.values(polygons.maps[:, k])[corner]
            assert values == pytest.approx(polygons.corners[corner] @ slopes[k] + offsets[k], abs=1e-9)


def test_a_small_box_far_away_is_drawn_as_sharply():
    weights, biases = [[[1.0, 0.0], [1.0, 1.0]], [[1.0, 1.0]]], [[-(2.0**40), -(2.0**41)], [0.0]]
    part = geom.subdivide(geom.Network.mlp(weights, biases), geom.Box([2**40 - 2**-7] * 2, [2**40 + 2**-7] * 2))
    assert sorted(Polygons(part).areas() * 4**7) == pytest.approx([0.5, 0.5, 1.5, 1.5])


def test_other_dimensions_are_refused():
    part = geom.subdivide(random_net(0, 3, 2, 1), geom.Box([-1] * 3, [1] * 3))
    with pytest.raises(geom.DomainError, match="only partitions of two dimensions can be drawn; this one has 3"):
        geom.plot_partition(part)


# --- the decision ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [1, 2, 3, 7])
@pytest.mark.parametrize("seed", range(5))
def test_the_red_line_is_where_the_decision_changes(seed, outputs):
    net = random_net(seed, 2, 8, 8, outputs)
    segments = decision_segments(Polygons(geom.subdivide(net, SQUARE)))
    for t in (0.0, 0.3, 1.0):
        values = np.sort(net(segments[:, 0] * (1 - t) + segments[:, 1] * t), axis=1)
        assert np.abs(values[:, -1] - (values[:, -2] if outputs > 1 else 0)).max(initial=0) < 1e-9


@pytest.mark.parametrize("outputs", [1, 2, 3, 7])
@pytest.mark.parametrize("seed", range(5))
def test_a_grid_line_crosses_red_as_often_as_the_decision_changes_on_it(seed, outputs):
    net = random_net(seed, 2, 8, 8, outputs)
    segments = decision_segments(Polygons(geom.subdivide(net, SQUARE)))
    x = 0.123456
    crossing = (segments[:, 0, 0] < x) != (segments[:, 1, 0] < x)
    y = np.linspace(-1, 1, 200_001)
    values = net(np.stack([np.full_like(y, x), y], axis=1))
    decision = values[:, 0] > 0 if outputs == 1 else values.argmax(axis=1)
    assert crossing.sum() == np.count_nonzero(np.diff(decision))


def test_a_line_as_long_as_the_square_is_found_whole():
    part = geom.subdivide(geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0]]], [[2.0, 0.0], [-2.25]]), SQUARE)
    segments = decision_segments(Polygons(part))
    assert np.allclose(segments[:, :, 0], 0.25)
    assert np.abs(np.diff(segments[:, :, 1], axis=1)).sum() == pytest.approx(2)


def test_a_constant_sign_has_no_line():
    part = geom.subdivide(geom.Network.mlp([[[1.0, 0.0]], [[1.0]]], [[0.0], [1.0]]), SQUARE)
    assert decision_segments(Polygons(part)).shape == (0, 2, 2)


# --- colours -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [1, 2, 5])
def test_equal_maps_have_equal_colours_and_others_do_not(outputs):
    gradients = np.random.default_rng(0).normal(size=(20, outputs, 2))
    colours = colours_of_maps(np.concatenate([gradients, gradients]))
    assert colours[:20] == pytest.approx(colours[20:])
    assert len(np.unique(colours[:20].round(6), axis=0)) == 20
    assert colours.min() >= 0
    assert colours.max() <= 1


def test_cells_with_one_map_have_one_colour():
    # Twin units with opposite signs: the output does not depend on them.
    part, ax = drawn(geom.Network.mlp([[[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [[1.0, -1.0, 1.0]]], [[0.0, 0.0, 0.0], [0.0]]))
    [cells] = collections(ax, PolyCollection)
    upper = part.witnesses[:, 1] > 0
    for half in (upper, ~upper):
        assert len(np.unique(cells.get_facecolor()[half].round(9), axis=0)) == 1


@pytest.mark.parametrize("name", sorted(OVERFLOW - {"largest box"}))
def test_numbers_beyond_all_doubles_are_drawn_without_a_warning(name, tmp_path):
    save_picture(geom.subdivide(BY_NAME[name].network(), BY_NAME[name].region()), tmp_path / "cells.png")


# --- the picture -------------------------------------------------------------------------------------------------------------------------------


def test_axes_hold_one_polygon_a_cell_and_thinner_lines_a_layer():
    part, ax = drawn(random_net(1, 2, 6, 6, 6, 1))
    [cells] = collections(ax, PolyCollection)
    assert len(cells.get_paths()) == len(part)
    widths = [lines.get_linewidth()[0] for lines in collections(ax, LineCollection)]
    assert len(widths) == 3 + 2  # layers, the red line and its rim
    assert widths[:3] == sorted(widths[:3])  # drawn from the deepest layer to the first
    assert ax.get_xlim() == ax.get_ylim() == (-1, 1)
    assert ax.get_aspect() == 1


def test_the_boundary_is_red_and_can_be_left_out():
    net = random_net(1, 2, 6, 1)
    reds = [to_rgba(lines.get_color()[0]) for lines in collections(drawn(net)[1], LineCollection)]
    assert sum(r > 0.8 and g < 0.2 and b < 0.3 for r, g, b, _ in reds) == 1
    assert len(collections(drawn(net, boundary=False)[1], LineCollection)) == 1


def test_of_first_layers_no_decision_is_drawn():
    net = random_net(4, 2, 5, 5, 3)
    part = geom.subdivide(net, SQUARE, upto=1)
    assert len(collections(geom.plot_partition(part, axes()), LineCollection)) == 1
    assert len(collections(geom.plot_partition(geom.subdivide(net, SQUARE), axes()), LineCollection)) == 4
    with pytest.raises(geom.GeomError, match="subdivide all of them"):
        geom.plot_partition(part, axes(), boundary=True)


def test_points_have_one_colour_a_class():
    points, labels = [[0.0, 0.0], [0.5, 0.5], [-0.5, 0.0]], ["a", "b", "a"]
    ax = drawn(random_net(1, 2, 6, 1), points=points, labels=labels)[1]
    [dots] = collections(ax, PathCollection)
    assert dots.get_offsets().tolist() == points
    first, second, third = dots.get_facecolor().tolist()
    assert first == third != second


@pytest.mark.parametrize(
    ("options", "reason"),
    [({"points": [1.0, 2.0]}, r"points must be \(n, 2\)"), ({"points": [[0.0, 0.0]], "labels": [1, 2]}, r"labels must be \(1,\)")],
)
def test_points_that_do_not_fit_are_refused(options, reason):
    with pytest.raises(geom.DomainError, match=reason):
        drawn(random_net(1, 2, 6, 1), **options)


def test_without_axes_there_is_a_new_pyplot_figure():
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    ax = geom.plot_partition(geom.subdivide(random_net(1, 2, 4, 1), SQUARE))
    assert ax.figure.number in plt.get_fignums()
    plt.close(ax.figure)


@pytest.mark.parametrize("widths", [(2, 1), (2, 3)])
def test_a_network_without_hidden_layers_is_one_cell(widths):
    part, ax = drawn(random_net(0, *widths))
    assert len(part) == len(collections(ax, PolyCollection)[0].get_paths()) == 1


def test_a_partition_without_cells_is_an_empty_picture():
    part = geom.subdivide(random_net(0, 2, 3, 2), SQUARE)
    none = geom.Partition(part.network, part.domain, part.columns.head(0), part.stats, part.seconds)
    assert len(collections(geom.plot_partition(none, axes()), PolyCollection)[0].get_paths()) == 0


@pytest.mark.parametrize(("suffix", "magic"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_a_picture_is_saved_in_the_format_of_its_suffix(tmp_path, suffix, magic):
    save_picture(geom.subdivide(random_net(1, 2, 4, 1), SQUARE), tmp_path / f"cells.{suffix}")
    assert (tmp_path / f"cells.{suffix}").read_bytes().startswith(magic)


def test_saving_touches_no_pyplot_state(tmp_path):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    save_picture(geom.subdivide(random_net(1, 2, 4, 1), SQUARE), tmp_path / "cells.png")
    assert plt.get_fignums() == before


def test_an_unknown_suffix_is_refused():
    with pytest.raises(geom.GeomError, match=r"cells\.xyz: the suffix '\.xyz' is no picture format; take one of .*\.png"):
        picture_format("cells.xyz")


def test_a_picture_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(geom.SaveError, match="nowhere"):
        save_picture(geom.subdivide(random_net(1, 2, 4, 1), SQUARE), tmp_path / "nowhere" / "cells.png")


def test_without_matplotlib_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr("geom.pictures.cells.find_spec", lambda name: None)
    with pytest.raises(geom.MissingDependency, match=r"plotting needs matplotlib: pip install 'geom-engine\[plot\]'"):
        geom.plot_partition(geom.subdivide(random_net(1, 2, 4, 1), SQUARE))


def test_importing_geom_imports_no_optional_package():
    import subprocess

    code = "import sys, geom, geom.commands.cli; print([m for m in ('matplotlib', 'torch', 'onnx', 'sklearn') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
