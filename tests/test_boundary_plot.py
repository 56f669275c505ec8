"""Pictures of boundaries show what the boundary says: a segment or polygon for each piece, dots by angle, colours by curvature."""

from __future__ import annotations

import sys
from itertools import pairwise

import numpy as np
import pytest
from cases import CASES

import geom
from geom.pictures.boundaries import plot_boundary, save_boundary_picture
from geom.pictures.histograms import plot_angles, plot_distances, save_angles_picture
from geom.pictures.level import decision_segments
from geom.pictures.polygons import Polygons
from geom.pictures.shapes import polygon_order, shapes, view_of
from geom.pictures.surfaces import UNKNOWN, bending, plot_boundary_3d

matplotlib = pytest.importorskip("matplotlib")
from matplotlib.colors import to_rgba  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

DRAWN = [problem for problem in CASES if problem.dim in (2, 3) and problem.name != "largest box"]  # which is too large for volumes


def boundary_of(weights, biases, domain=None, activation="relu"):
    return geom.subdivide(geom.Network.mlp(weights, biases, activation), domain).decision_boundary()


def cube(dim, half=2):
    return geom.Box([-half] * dim, [half] * dim)


def octahedron(dim, domain=None):
    """|x_1| + ... + |x_d| <= 1, a square in the plane."""
    return boundary_of([np.eye(dim), [[-1] * dim]], [[0] * dim, [1]], domain or cube(dim), "abs")


def notched():
    """The square [-1, 1]^2 but for |x| <= 1 + y, as the zero set of a difference: convex and reflex vertices."""
    return boundary_of([[[1, 0], [0, 1]], [[-1, -1], [1, 0]], [[1, -0.5]]], [[0, 0], [2, -0.25], [-0.5]], cube(2, 4), "abs")


def random_boundary(seed, *widths, half=2):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(b, a)) for a, b in pairwise(widths)]
    net = geom.Network.mlp(weights, [rng.normal(size=len(w)) / 2 for w in weights])
    return geom.subdivide(net, cube(widths[0], half)).decision_boundary()


def axes(dim=2):
    return Figure().add_subplot(projection="3d" if dim == 3 else None)


def named(ax):
    return {collection.get_label(): collection for collection in ax.collections}


# --- what is drawn in the plane ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_there_is_a_segment_for_each_piece_between_its_exact_vertices(seed, outputs):
    boundary = random_boundary(seed, 2, 7, 6, outputs)
    segments = named(plot_boundary(boundary, axes()))["pieces"].get_segments()
    assert len(segments) == len(boundary)
    for piece, ends in zip(boundary, segments, strict=True):
        exact = sorted(piece.vrep(exact=True)[0].astype(float).tolist())
        assert np.array(sorted(ends.tolist())) == pytest.approx(np.array(exact), abs=1e-9)


def test_segments_of_an_unbounded_boundary_end_at_the_view():
    # relu(x) + relu(y) = 1
    boundary = boundary_of([np.eye(2), [[-1, -1]]], [[0, 0], [1]])
    ax = plot_boundary(boundary, axes(), view=geom.Box([-3, -2], [2, 2]))
    found = sorted(sorted(map(tuple, (ends.round(12) + 0.0).tolist())) for ends in named(ax)["pieces"].get_segments())
    assert found == [[(-3, 1), (0, 1)], [(0, 1), (1, 0)], [(1, -2), (1, 0)]]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3, 2), (-2, 2))


def test_a_line_without_vertices_is_drawn_through_the_view():
    boundary = boundary_of([[[1, 2]], [[1]]], [[0], [-1]])  # relu(x + 2y) = 1
    [ends] = named(plot_boundary(boundary, axes(), view=cube(2, 1)))["pieces"].get_segments()
    assert ends @ [1, 2] == pytest.approx([1, 1])
    assert np.abs(ends).max(axis=1) == pytest.approx([1, 1])


def test_pieces_outside_the_view_are_left_out():
    view = geom.Box([0.25, 0.25], [2, 2])
    segments = named(plot_boundary(octahedron(2), axes(), view=view))["pieces"].get_segments()
    assert [sorted(ends.tolist()) for ends in segments] == [[[0.25, 0.75], [0.75, 0.25]]]


def test_the_area_of_a_dot_is_in_proportion_to_the_angle_and_hollow_ones_are_reflex():
    boundary = notched()
    found, table = named(plot_boundary(boundary, axes())), boundary.angles()
    for name, sign in (("convex", 1), ("reflex", -1)):
        theta = table["theta"][table["sign"] == sign]
        assert len(theta) > 1
        sizes = found[name].get_sizes()
        assert sizes / sizes[0] == pytest.approx(theta / theta[0])
    assert found["convex"].get_sizes()[0] / found["reflex"].get_sizes()[0] == pytest.approx(
        table["theta"][table["sign"] == 1][0] / table["theta"][table["sign"] == -1][0]
    )
    assert found["reflex"].get_facecolor().tolist() == [list(to_rgba("white"))]


def test_dots_lie_where_pieces_meet():
    dots = named(plot_boundary(octahedron(2), axes()))["convex"].get_offsets()
    assert sorted(dots.tolist()) == [[-1, 0], [0, -1], [0, 1], [1, 0]]
    assert "convex" not in named(plot_boundary(octahedron(2), axes(), angles=False))


def test_where_the_boundary_goes_on_straight_there_is_no_dot():
    boundary = boundary_of([np.eye(2), [[0, 1]]], [[0, 2], [-2.5]], cube(2, 1))  # y = 1/2, cut at x = 0
    found = named(plot_boundary(boundary, axes()))
    assert len(found["pieces"].get_segments()) == 2
    assert set(found) == {"cells", "pieces"}


@pytest.mark.parametrize(("colour", "kinds"), [("cell", 4), ("component", 1), ("classes", 1)])
def test_a_kind_has_one_colour(colour, kinds):
    colours = named(plot_boundary(octahedron(2), axes(), colour=colour))["pieces"].get_color()
    assert len(np.unique(np.asarray(colours).round(6), axis=0)) == kinds


def test_two_components_have_two_colours():
    ring = boundary_of([np.eye(2), [[1, 1]], [[-1]]], [[0, 0], [-2], [1]], cube(2, 4), "abs")  # ||x| + |y| - 2| <= 1
    colours = np.asarray(named(plot_boundary(ring, axes(), colour="component"))["pieces"].get_color())
    for k in (0, 1):
        assert len(np.unique(colours[ring.components == k], axis=0)) == 1
    assert len(np.unique(colours, axis=0)) == 2


def test_cells_on_which_the_boundary_is_of_full_dimension_are_hatched():
    boundary = boundary_of([np.eye(2), [[1, 1]]], [[0, 0], [0]], cube(2, 1))  # relu(x) + relu(y) is 0 on a quadrant
    [corners] = [path.vertices[:-1] for path in named(plot_boundary(boundary, axes()))["vanishing"].get_paths()]
    assert sorted(corners.tolist()) == [[-1, -1], [-1, 0], [0, -1], [0, 0]]


def test_cells_can_be_left_out_and_are_those_of_the_layers_below_an_edge():
    part = geom.subdivide(geom.Network.mlp([np.eye(2), [[-1, -1]], [[1]]], [[0, 0], [1], [0]], "abs"), cube(2))
    found = named(plot_boundary(part.edge(1, 0), axes()))
    assert len(found["cells"].get_segments()) == 8  # two lines cut a square in four cells, each with two inner sides
    assert len(found["pieces"].get_segments()) == 4
    assert set(named(plot_boundary(part.edge(1, 0), axes(), cells=False))) == {"pieces", "convex"}


@pytest.mark.parametrize("outputs", [1, 4])
@pytest.mark.parametrize("seed", range(4))
def test_the_picture_of_the_partition_has_the_same_red_line(seed, outputs):
    boundary = random_boundary(seed, 2, 8, 8, outputs)
    assert boundary.volume.sum() == pytest.approx(length(decision_segments(Polygons(boundary.partition))))
    assert length(np.array(named(plot_boundary(boundary, axes()))["pieces"].get_segments())) == pytest.approx(boundary.volume.sum())


def length(segments):
    return np.linalg.norm(segments[:, 1] - segments[:, 0], axis=1).sum() if len(segments) else 0.0


@pytest.mark.parametrize("problem", DRAWN, ids=str)
def test_degenerate_boundaries_are_drawn_piece_by_piece_within_the_view(problem):
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    view = view_of(boundary)
    corners = shapes(boundary, view)
    size = (view.high - view.low).max()
    for piece, drawn in zip(boundary, corners, strict=True):
        assert len(drawn) >= boundary.dim
        assert ((drawn >= view.low - 1e-9 * size) & (drawn <= view.high + 1e-9 * size)).all()
        alpha, beta = piece.hyperplane()
        with np.errstate(over="ignore"):
            assert np.abs(drawn @ alpha + beta).max() <= 1e-9 * (size * np.abs(alpha).sum() + abs(beta))
    plot_boundary(boundary, axes(boundary.dim))


# --- what is drawn in space ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_there_is_a_polygon_for_each_piece_whose_area_is_the_volume(seed):
    boundary = random_boundary(seed, 3, 6, 4, 1)
    polygons = shapes(boundary, view_of(boundary))
    assert len(polygons) == len(boundary)
    assert [area(corners) for corners in polygons] == pytest.approx(boundary.volume.tolist(), rel=1e-6, abs=1e-9)


def area(corners):
    return float(np.linalg.norm(np.cross(corners - corners[0], np.roll(corners, -1, axis=0) - corners[0]).sum(axis=0)) / 2)


def test_polygons_cut_to_a_view_have_the_area_within():
    # Of the octahedron the view keeps the triangle in the positive octant, cut at z = 1/2: three quarters of sqrt(3)/2 stay below.
    boundary = octahedron(3)
    found = shapes(boundary, view_of(boundary, geom.Box([0, 0, 0], [1, 1, "1/2"])))
    areas = sorted(area(corners) for corners in found if len(corners) and area(corners) > 0)
    assert areas == pytest.approx([np.sqrt(3) / 2 * 3 / 4])


def test_unbounded_polygons_fill_the_view():
    boundary = boundary_of([np.eye(3), [[-1, -1, -1]]], [[0, 0, 0], [1]])  # relu(x) + relu(y) + relu(z) = 1
    view = geom.Box([-1, -1, -1], [2, 2, 2])
    areas = [area(corners) for corners in shapes(boundary, view_of(boundary, view))]
    # Three unit squares (one coordinate positive), three strips (two of them), one triangle.
    assert sorted(areas) == pytest.approx(sorted([np.sqrt(3) / 2, *[1.0] * 3, *[np.sqrt(2)] * 3]))


def test_corners_go_round():
    assert polygon_order([[3, 0], [1, 2], [0, 1], [2, 3]]) == [3, 0, 1, 2]


def test_bending_adds_up_to_the_total_curvature():
    boundary = octahedron(3)
    turn = np.arccos(1 / 3)  # between neighbouring faces of an octahedron
    total = 12 * np.sqrt(2) * turn
    assert bending(boundary) @ boundary.volume == pytest.approx(total)
    assert bending(boundary) == pytest.approx(np.full(8, total / 8 / (np.sqrt(3) / 2)))
    surface = random_boundary(2, 3, 8, 1)
    for signed in (False, True):
        sums = surface.curvature()
        assert bending(surface, signed) @ surface.volume == pytest.approx(sums.signed if signed else sums.absolute)


def test_unbounded_pieces_have_no_bending_and_a_colour_of_their_own():
    boundary = boundary_of([np.eye(3), [[-1, -1, -1]]], [[0, 0, 0], [1]])
    assert np.isfinite(bending(boundary)).sum() == 1
    [faces] = plot_boundary_3d(boundary, axes(3)).collections
    colours = faces.to_rgba(faces.get_array())
    unknown = (colours == to_rgba(UNKNOWN)).all(axis=1)
    assert unknown.tolist() == np.isinf(boundary.volume).tolist()


@pytest.mark.parametrize("colour", ["absolute", "signed"])
def test_faces_are_coloured_by_what_they_bend(colour):
    boundary = random_boundary(1, 3, 8, 4, 1)
    ax = plot_boundary(boundary, axes(3), colour=colour)
    [faces] = ax.collections
    expected = bending(boundary, colour == "signed")
    assert np.asarray(faces.get_array()) == pytest.approx(expected)
    low, high = faces.norm.vmin, faces.norm.vmax
    assert low == (-high if colour == "signed" else 0)
    beyond = boundary.volume[np.abs(expected) > high].sum() / boundary.volume.sum()
    assert beyond <= 0.1
    assert len(ax.figure.axes) == 2  # a bar tells the colours


def test_kinds_have_colours_in_space_too():
    boundary = octahedron(3)
    [faces] = plot_boundary_3d(boundary, axes(3), colour="cell").collections
    assert faces.get_array() is None
    assert len(np.unique(np.asarray(faces.get_facecolor()).round(6), axis=0)) == 8


def test_the_picture_in_space_shows_the_domain():
    ax = plot_boundary(octahedron(3, geom.Box([-1, -2, -3], [1, 2, 3])), axes(3))
    assert (ax.get_xlim(), ax.get_ylim(), ax.get_zlim()) == ((-1, 1), (-2, 2), (-3, 3))


def test_plotly_has_a_mesh_of_fans_and_the_rims():
    graph_objects = pytest.importorskip("plotly.graph_objects")
    boundary = random_boundary(1, 3, 8, 4, 1)
    figure = plot_boundary_3d(boundary, backend="plotly")
    assert isinstance(figure, graph_objects.Figure)
    mesh, rims = figure.data
    points = np.stack([mesh.x, mesh.y, mesh.z], axis=1)
    corners = points[np.stack([mesh.i, mesh.j, mesh.k], axis=1)]
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    assert areas.sum() == pytest.approx(boundary.volume.sum())
    assert np.asarray(mesh.intensity) @ areas == pytest.approx(boundary.curvature().absolute)
    assert sum(value is None for value in rims.x) == len(boundary)
    assert plot_boundary_3d(octahedron(3), figure, colour="cell", backend="plotly") is figure
    assert len(set(figure.data[2].facecolor)) == 8


def test_a_page_is_saved_whole(tmp_path):
    pytest.importorskip("plotly")
    save_boundary_picture(octahedron(3), tmp_path / "surface.html")
    assert "</html>" in (tmp_path / "surface.html").read_text(encoding="utf-8")


# --- histograms ----------------------------------------------------------------------------------------------------------------------------------


def test_bars_count_angles_by_sign():
    boundary = notched()
    reflex, convex = plot_angles(boundary, axes(), bins=12).containers
    table = boundary.angles()
    assert sum(bar.get_height() for bar in convex) == (table["sign"] > 0).sum()
    assert sum(bar.get_height() for bar in reflex) == (table["sign"] < 0).sum()
    assert all(bar.get_height() == 0 for bar in reflex if bar.get_x() >= 0)
    assert all(bar.get_height() == 0 for bar in convex if bar.get_x() < 0)


def test_straight_ridges_are_told_in_the_title():
    boundary = boundary_of([np.eye(2), [[0, 1]]], [[0, 2], [-2.5]], cube(2, 1))
    ax = plot_angles(boundary, axes())
    assert ax.get_title() == "1 ridges, 1 of them straight"
    assert sum(bar.get_height() for bars in ax.containers for bar in bars) == 0


def test_angles_of_higher_dimensions_are_drawn():
    _, convex = plot_angles(octahedron(4), axes(), bins=6).containers
    # Neighbouring facets of the cross-polytope turn by 60 degrees: cos = 1 - 2/4. It has 32 ridges.
    assert sum(bar.get_height() for bar in convex) == 32


@pytest.mark.parametrize("bins", [0, 7, -2, 2.0, True])
def test_bins_across_zero_are_refused(bins):
    with pytest.raises(geom.DomainError, match="bins="):
        plot_angles(octahedron(2), axes(), bins=bins)


def test_steps_count_distances_of_every_depth():
    distances = np.array([[1.0, 0.1, 0.1], [10.0, 1.0, 0.01], [np.inf, 10.0, 0.0]])
    ax = plot_distances(distances, axes(), bins=4, name="train")
    steps = ax.patches
    assert [step.get_data().values.sum() for step in steps] == [2, 3, 2]
    assert steps[0].get_data().edges[[0, -1]] == pytest.approx([-2, 1])
    assert [step.get_label() for step in steps] == ["train, 1 layer, 1 at infinity", "train, 2 layers", "train, 3 layers, 1 at 0"]
    assert len(plot_distances(distances, ax).patches) == 6  # two samples on one picture


def test_steps_take_what_distance_gives():
    net = geom.Network.mlp([np.eye(2), [[1, 1]], [[1]]], [[0, 0], [-1], [0]])
    found = geom.distance(net, [[3, 0.5], [-2, -5]])  # x = 0 and y = 0; where both are positive, x + y = 1
    first, second = plot_distances(found, axes(), bins=4).patches
    assert first.get_data().edges[[0, -1]] == pytest.approx(np.log10([0.5, 2]))
    assert first.get_data().values.tolist() == second.get_data().values.tolist() == [1, 0, 0, 1]


def test_two_samples_have_the_edges_that_are_given():
    ax = axes()
    for sample in ([[0.02], [0.5]], [[0.5], [0.7], [3.0]]):
        plot_distances(sample, ax, bins=[-2, -1, 0])
    assert [step.get_data().values.tolist() for step in ax.patches] == [[1, 1], [0, 2]]


@pytest.mark.parametrize("bins", [0, -1, 2.5, True, [1.0], [0, 0], [1, 0], [0, np.inf], [[0, 1]]])
def test_bins_that_are_none_are_refused(bins):
    with pytest.raises(geom.DomainError, match="bins"):
        plot_distances([[1.0]], axes(), bins=bins)


def test_distances_that_are_all_infinite_make_an_empty_picture():
    [step] = plot_distances([[np.inf], [np.inf]], axes()).patches
    assert step.get_data().values.sum() == 0


@pytest.mark.parametrize(("distances", "reason"), [([1.0], "column for each depth"), ([[-1.0]], "0 or more; got -1"), ([[np.nan]], "got nan")])
def test_what_is_no_table_of_distances_is_refused(distances, reason):
    with pytest.raises(geom.DomainError, match=reason):
        plot_distances(distances, axes())


# --- refusals, files, state ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 4])
def test_other_dimensions_are_refused(dim):
    with pytest.raises(geom.DomainError, match=f"this has {dim}; cut the network by a plane, net.restrict"):
        plot_boundary(octahedron(dim), axes())


def test_what_cannot_be_drawn_is_named():
    with pytest.raises(geom.DomainError, match="view: a box of 3 dimensions"):
        plot_boundary(octahedron(2), axes(), view=cube(3))
    with pytest.raises(geom.GeomError, match="colour='red': take one of 'cell', 'component', 'classes'"):
        plot_boundary(octahedron(2), axes(), colour="red")
    with pytest.raises(geom.GeomError, match="colour='red': take one of 'absolute', 'signed', 'cell'"):
        plot_boundary(octahedron(3), axes(3), colour="red")
    with pytest.raises(geom.GeomError, match="backend='opengl'"):
        plot_boundary_3d(octahedron(3), backend="opengl")
    with pytest.raises(geom.DomainError, match="a surface lies in three dimensions"):
        plot_boundary_3d(octahedron(2))
    with pytest.raises(geom.DomainError, match="a surface needs axes in space"):
        plot_boundary(octahedron(3), axes(2))


@pytest.mark.parametrize("dim", [2, 3])
def test_an_empty_boundary_is_an_empty_picture(dim):
    boundary = boundary_of([np.eye(dim), [[1] * dim]], [[0] * dim, [1]], cube(dim))
    ax = plot_boundary(boundary, axes(dim))
    assert len(named(ax)["pieces"].get_paths() if dim == 2 else ax.collections[0].get_array()) == 0
    assert plot_angles(boundary, axes()).get_title() == "0 ridges"


@pytest.mark.parametrize("dim", [2, 3])
def test_pictures_are_saved_in_the_format_of_their_suffix(tmp_path, dim):
    import matplotlib.pyplot as plt

    before, settings = plt.get_fignums(), dict(matplotlib.rcParams)
    save_boundary_picture(octahedron(dim), tmp_path / "boundary.png")
    save_angles_picture(octahedron(dim), tmp_path / "angles.svg")
    assert (tmp_path / "boundary.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "angles.svg").read_bytes().startswith(b"<?xml")
    assert (plt.get_fignums(), dict(matplotlib.rcParams)) == (before, settings)


@pytest.mark.parametrize(("dim", "name", "reason"), [(2, "a.xyz", "no picture format"), (2, "a.html", "lies in the plane"), (4, "a.png", "4 inputs")])
def test_files_that_could_not_be_drawn_are_refused(tmp_path, dim, name, reason):
    with pytest.raises(geom.GeomError, match=reason):
        save_boundary_picture(octahedron(dim), tmp_path / name)


def test_without_axes_there_is_a_new_pyplot_figure():
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    drawn = [plot_boundary(octahedron(2)), plot_boundary(octahedron(3)), plot_angles(octahedron(2)), plot_distances([[1.0]])]
    for ax in drawn:
        assert ax.figure.number in plt.get_fignums()
        plt.close(ax.figure)


def test_without_plotly_or_matplotlib_the_command_that_installs_it_is_told(monkeypatch):
    monkeypatch.setattr("geom.pictures.surfaces.find_spec", lambda name: None)
    with pytest.raises(geom.MissingDependency, match=r"needs plotly: pip install 'geom-engine\[plotly\]'"):
        plot_boundary_3d(octahedron(3), backend="plotly")
    monkeypatch.setattr("geom.pictures.cells.find_spec", lambda name: None)
    for draw in (lambda: plot_boundary(octahedron(2)), lambda: plot_angles(octahedron(2)), lambda: plot_distances([[1.0]])):
        with pytest.raises(geom.MissingDependency, match=r"plotting needs matplotlib"):
            draw()


def test_importing_the_pictures_imports_no_optional_package():
    import subprocess

    code = "import sys, geom.pictures; print([m for m in ('matplotlib', 'plotly') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
