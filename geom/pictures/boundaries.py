"""Pictures of boundaries in the plane, with their angles, and the choice between these and those in space. Needs matplotlib."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from geom.boundary import Boundary
from geom.errors import GeomError
from geom.exact import FloatArray
from geom.pictures.cells import axes_or_new, picture_format, require_matplotlib
from geom.pictures.palette import category_colours
from geom.pictures.polygons import Polygons
from geom.pictures.shapes import View, meeting_points, shapes, view_of
from geom.pictures.surfaces import categories, plot_boundary_3d, require_plotly, save_page
from geom.polyhedra.domain import Box
from geom.storage import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["check_boundary_picture", "plot_boundary", "save_boundary_picture"]

INK, QUIET, BORDER, PAPER = "#2b3350", "#8a8d91", "#bcc2cd", "#f7f9fb"
WIDTH = 2.0  # of a piece, in points
STRAIGHT_BACK = 110.0  # area of the dot of an angle of pi, in square points; others in proportion
KEYS = (45, 90, 135)  # degrees of the angles in the key
MANY_CELLS, MANY_DOTS = 300, 100  # beyond these lines are thinner and dots smaller


def plot_boundary(
    boundary: Boundary, ax: Axes | None = None, *, colour: str | None = None, cells: bool = True, angles: bool = True, view: Box | None = None
) -> Axes:
    """Draw a boundary in the plane, or in space as `plot_boundary_3d` does.

    In the plane, over the cells in grey, every piece is a segment. A dot at each vertex shows by its area how far the boundary turns there, theta:
    full where {f_i >= f_j} is convex, hollow where it is reflex. Where the boundary goes on straight there is none. Cells on which it is of full
    dimension are hatched.

    Parameters
    ----------
    boundary : Boundary
        In two or three dimensions.
    ax : Axes, optional
        By default those of a new pyplot figure.
    colour : {"cell", "component", "classes"}, optional
        What the pieces have one colour each for; by default their cells. In space also "absolute" and "signed" (see `plot_boundary_3d`).
    cells : bool
        Draw the cells of the boundary's own partition, if its domain is bounded. In the plane only, like `angles`.
    angles : bool
        Draw the dots.
    view : Box, optional
        What is shown; by default the domain, or, if that is unbounded, all vertices of the boundary.

    Returns
    -------
    Axes
        With collections whose labels are "cells", "vanishing", "pieces", "convex" and "reflex": segments in the order of the pieces that the view
        shows, dots in the order of `Boundary.angles`.

    Raises
    ------
    DomainError
        If the boundary has other than two or three dimensions, or the view others than the boundary.
    GeomError
        If there is no such colouring.
    MissingDependency
        If matplotlib is not installed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
    >>> ax = plot_boundary(part.decision_boundary(), Figure().add_subplot())
    >>> [collection.get_label() for collection in ax.collections]
    ['cells', 'pieces', 'convex']
    """
    require_matplotlib()
    window = view_of(boundary, view)
    if boundary.dim == 3:
        return plot_boundary_3d(boundary, ax, colour=colour or "absolute", view=view)  # type: ignore[no-any-return]
    numbers = categories(boundary, colour or "cell")
    ax = axes_or_new(ax, (6, 6))
    ax.set_facecolor(PAPER)
    if boundary.partition.domain.is_bounded:
        polygons = Polygons(boundary.partition)
        if cells:
            _draw_cells(ax, polygons)
        _draw_vanishing(ax, polygons, np.unique(boundary.vanishing[:, 0]))
    _draw_pieces(ax, shapes(boundary, window), category_colours(numbers))
    if angles:
        _draw_angles(ax, boundary)
    _frame(ax, window)
    return ax


def save_boundary_picture(boundary: Boundary, path: str | PathLike[str]) -> None:
    """Draw a boundary into a picture file; a page that turns it in space if the suffix is .html. Pyplot and its state are not touched.

    Raises
    ------
    DomainError, MissingDependency
        As in `plot_boundary`.
    GeomError
        If the suffix is no picture format.
    SaveError
        If the file cannot be written.
    """
    check_boundary_picture(path, boundary.dim)
    if str(path).lower().endswith(".html"):
        save_page(plot_boundary_3d(boundary, backend="plotly"), path)
        return
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), dpi=200, layout="constrained")
    plot_boundary(boundary, figure.add_subplot(projection="3d" if boundary.dim == 3 else None))
    write_whole(path, lambda file: figure.savefig(file, format=picture_format(path)))


def check_boundary_picture(path: str | PathLike[str], dim: int) -> None:
    """Refuse a picture that could not be drawn.

    Raises
    ------
    DomainError
        If the boundary has other than two or three dimensions.
    GeomError
        If the suffix is no picture format.
    MissingDependency
        If matplotlib, or plotly for a page, is not installed.
    """
    if dim not in (2, 3):
        raise GeomError(f"only boundaries in two or three dimensions can be drawn; the network takes {dim} inputs")
    if not str(path).lower().endswith(".html"):
        picture_format(path)
    elif dim == 2:
        raise GeomError(f"{path}: a page turns a boundary in space; this one lies in the plane: take .png, .pdf or .svg")
    else:
        require_plotly()


def _draw_cells(ax: Axes, polygons: Polygons) -> None:
    from matplotlib.collections import LineCollection

    sides = list(polygons.sides(polygons.layer >= 0))
    width = 0.7 * crowding(len(polygons.partition), MANY_CELLS)
    ax.add_collection(LineCollection(sides, colors=BORDER, linewidths=width, capstyle="round", zorder=1, label="cells"), autolim=False)


def _draw_vanishing(ax: Axes, polygons: Polygons, cells: NDArray[np.int64]) -> None:
    """A hatch where the boundary is of full dimension."""
    from matplotlib.collections import PolyCollection

    if len(cells):
        corners = [polygons.corners[polygons.start[i] : polygons.start[i + 1]] for i in cells.tolist()]
        hatched = PolyCollection(corners, facecolors="none", edgecolors=QUIET, hatch="////", linewidths=0.0, zorder=1, label="vanishing")
        ax.add_collection(hatched, autolim=False)


def _draw_pieces(ax: Axes, segments: list[FloatArray], colours: FloatArray) -> None:
    from matplotlib.collections import LineCollection

    shown = [i for i, ends in enumerate(segments) if len(ends)]
    lines = [segments[i] for i in shown]
    ax.add_collection(LineCollection(lines, colors=colours[shown], linewidths=WIDTH, capstyle="round", zorder=3, label="pieces"), autolim=False)


def _draw_angles(ax: Axes, boundary: Boundary) -> None:
    table, points = boundary.angles(), meeting_points(boundary)
    largest = STRAIGHT_BACK * crowding(len(points), MANY_DOTS)
    for sign, name, face, rim in ((1, "convex", INK, "white"), (-1, "reflex", "white", INK)):
        chosen = table["sign"] == sign
        if chosen.any():
            sizes = largest * table["theta"][chosen] / np.pi
            ax.scatter(points[chosen, 0], points[chosen, 1], s=sizes, c=face, edgecolors=rim, linewidths=0.8, zorder=4, label=name)
    if len(table["theta"]):
        _key(ax, table["sign"], largest)


def _key(ax: Axes, sign: Any, largest: float) -> None:
    """What the dots mean."""
    from matplotlib.lines import Line2D

    style: dict[str, Any] = {"linestyle": "none", "marker": "o", "markeredgewidth": 0.8}
    kinds = [(1, "convex", INK, "white"), (-1, "reflex", "white", INK)]
    dots = [
        Line2D([], [], markersize=7, markerfacecolor=face, markeredgecolor=rim, label=name, **style)
        for s, name, face, rim in kinds
        if (sign == s).any()
    ]
    sizes = [(largest * degrees / 180) ** 0.5 for degrees in KEYS]
    dots += [
        Line2D([], [], markersize=size, markerfacecolor=QUIET, markeredgecolor="white", label=f"{degrees}°", **style)
        for size, degrees in zip(sizes, KEYS, strict=True)
    ]
    ax.legend(handles=dots, fontsize=8, labelcolor=INK, frameon=True, framealpha=0.9, edgecolor="none", borderpad=0.5, loc="upper right")


def crowding(n: int, many: int) -> float:
    """By how much n things are drawn smaller: each has room as the root of their number."""
    return float(min(1.0, (many / max(1, n)) ** 0.5))


def _frame(ax: Axes, view: View) -> None:
    (left, bottom), (right, top) = view
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.tick_params(length=0, labelsize=8, labelcolor=QUIET)
    ax.locator_params(nbins=5)
    ax.spines[:].set(color=QUIET, linewidth=0.6)
