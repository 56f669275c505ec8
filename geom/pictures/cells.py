"""Pictures of two-dimensional partitions: cells, borders by layer, and the decision boundary over them. Needs matplotlib."""

from __future__ import annotations

from importlib.util import find_spec
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.doubles import as_array
from geom.errors import DomainError, GeomError, LoadError, MissingDependency
from geom.exact import FloatArray
from geom.partition.partition import Partition
from geom.pictures.level import decision_segments
from geom.pictures.palette import colours_of_maps
from geom.pictures.polygons import Polygons
from geom.polyhedra.domain import as_points
from geom.questions.whole import require_all_layers
from geom.storage import read_arrays, write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["picture_format", "plot_partition", "read_points", "require_matplotlib", "save_picture"]

BORDER = "#46506b"
BORDER_WIDTHS = (0.75, 0.4, 0.25, 0.18)  # points, by layer; deeper ones have the last
MANY_CELLS = 1000
BOUNDARY = "#d81e3a"
BOUNDARY_WIDTH = 1.9
CLASSES = ("#1b4079", "#f2a541", "#2a9d6f", "#7b4fa3", "#4fb3d9", "#b0563b", "#8a8d91", "#d98cb3", "#a5b452", "#3c3c3c")


def plot_partition(
    part: Partition, ax: Axes | None = None, *, boundary: bool | None = None, points: ArrayLike | None = None, labels: ArrayLike | None = None
) -> Axes:
    """Draw a partition of two dimensions.

    Cells are coloured by their affine map: the hue is the direction in which it rises, the strength how steeply. Borders are thinner the deeper
    the layer of their unit. In red, the decision boundary: the zero set of one output, or where the largest of several changes.

    Parameters
    ----------
    part : Partition
    ax : Axes, optional
        By default those of a new pyplot figure.
    boundary : bool, optional
        Draw the decision boundary; by default if the partition has all layers of its network, as outputs are asked.
    points : (n, 2) array, optional
        Data to draw over the cells.
    labels : (n,) array, optional
        A class for each point: one colour a class.

    Returns
    -------
    Axes
        With a collection of polygons (one a cell, in the partition's order), one of lines for each layer, two of the boundary (rim and line), and
        one of points.

    Raises
    ------
    DomainError
        If the partition is not two-dimensional, or points or labels do not fit.
    GeomError
        If the boundary is asked for and the partition has only the first layers.
    MissingDependency
        If matplotlib is not installed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0, 1.0]], [[1.0]]], [[0.0], [-0.5]]), Box([-1, -1], [1, 1]))
    >>> ax = plot_partition(part, Figure().add_subplot())
    >>> len(ax.collections[0].get_paths())
    2
    """
    require_matplotlib()
    if boundary:
        require_all_layers(part)
    polygons = Polygons(part)
    ax = axes_or_new(ax, (6, 6))
    _draw_cells(ax, polygons)
    if part.has_all_layers if boundary is None else boundary:
        _draw_boundary(ax, polygons)
    if points is not None:
        _draw_points(ax, points, labels)
    _frame(ax, part)
    return ax


def save_picture(
    part: Partition, path: str | PathLike[str], *, boundary: bool | None = None, points: ArrayLike | None = None, labels: ArrayLike | None = None
) -> None:
    """Draw a partition into a picture file, whose suffix gives the format; pyplot and its state are not touched.

    Raises
    ------
    DomainError, MissingDependency
        As in `plot_partition`.
    GeomError
        If the suffix is no picture format.
    SaveError
        If the file cannot be written.
    """
    kind = picture_format(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 6), dpi=200, layout="constrained")
    plot_partition(part, figure.add_subplot(), boundary=boundary, points=points, labels=labels)
    write_whole(path, lambda file: figure.savefig(file, format=kind))


def picture_format(path: str | PathLike[str]) -> str:
    """The picture format that a file's suffix names: png, pdf, svg, ...

    Raises
    ------
    GeomError
        If it names none.
    MissingDependency
        If matplotlib is not installed.
    """
    require_matplotlib()
    from matplotlib.backend_bases import FigureCanvasBase

    known = FigureCanvasBase.get_supported_filetypes()
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in known:
        raise GeomError(f"{path}: the suffix {Path(path).suffix!r} is no picture format; take one of .{', .'.join(sorted(known))}")
    return kind


def read_points(path: str | PathLike[str]) -> tuple[FloatArray, NDArray[Any] | None]:
    """Points x (n, 2) and, if the archive has them, class labels y (n,).

    Raises
    ------
    LoadError
        If the file is no .npz archive, or has no such x.
    """
    arrays = read_arrays(path)
    x, y = arrays.get("x"), arrays.get("y")
    if x is None or x.dtype.kind not in "iuf" or x.ndim != 2 or x.shape[1] != 2:
        raise LoadError(str(path), f"points are expected as an array x (n, 2); {'there is none' if x is None else f'x is {x.dtype} {x.shape}'}")
    if y is not None and y.shape != x.shape[:1]:
        raise LoadError(str(path), f"classes are expected as an array y ({len(x)},), one a point; y has shape {y.shape}")
    return x.astype(np.float64), y


def require_matplotlib() -> None:
    """Raise `MissingDependency` where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise MissingDependency("matplotlib", "plotting", "plot")


def axes_or_new(ax: Axes | None, size: tuple[float, float]) -> Axes:
    """The axes, or those of a new pyplot figure of this size in inches.

    Raises
    ------
    GeomError
        If `ax` is none.
    """
    from matplotlib.axes import Axes

    if ax is None:
        import matplotlib.pyplot as plt

        return plt.subplots(figsize=size, layout="constrained")[1]  # type: ignore[no-any-return]
    if not isinstance(ax, Axes):
        raise GeomError(f"ax: expected matplotlib Axes, got {type(ax).__name__}; matplotlib.pyplot.subplots() makes a figure and its axes")
    return ax


def _draw_cells(ax: Axes, polygons: Polygons) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    corners = np.split(polygons.corners, polygons.start[1:-1])[: len(polygons.partition)]
    fill = colours_of_maps(polygons.gradients())
    # Each cell's own colour round it hides the seams that antialiasing leaves between neighbours.
    ax.add_collection(PolyCollection(corners, facecolors=fill, edgecolors=fill, linewidths=0.4, zorder=1), autolim=False)
    crowding = min(1.0, (MANY_CELLS / max(1, len(fill))) ** 0.5)  # cells get narrower as the root of their number
    for layer in range(len(polygons.partition.network.hidden) - 1, -1, -1):
        sides = polygons.sides(polygons.layer == layer)
        width = BORDER_WIDTHS[min(layer, len(BORDER_WIDTHS) - 1)] * crowding
        ax.add_collection(LineCollection(list(sides), colors=BORDER, linewidths=width, capstyle="round", zorder=2), autolim=False)


def _draw_boundary(ax: Axes, polygons: Polygons) -> None:
    from matplotlib.collections import LineCollection

    segments = list(decision_segments(polygons))
    ax.add_collection(LineCollection(segments, colors="white", linewidths=BOUNDARY_WIDTH + 1.4, capstyle="round", zorder=3), autolim=False)
    ax.add_collection(LineCollection(segments, colors=BOUNDARY, linewidths=BOUNDARY_WIDTH, capstyle="round", zorder=4), autolim=False)


def _draw_points(ax: Axes, points: ArrayLike, labels: ArrayLike | None) -> None:
    x = as_points(points, 2)
    try:
        named = np.zeros(len(x)) if labels is None else as_array(labels)
    except ValueError as error:
        raise DomainError(f"labels must be ({len(x)},), one a point: {error}") from error
    if named.shape != (len(x),):
        raise DomainError(f"labels must be ({len(x)},), one a point; got shape {named.shape}")
    classes = np.unique(named, return_inverse=True)[1]
    colours = [CLASSES[c % len(CLASSES)] for c in classes]
    ax.scatter(x[:, 0], x[:, 1], s=13, c=colours, edgecolors="white", linewidths=0.6, zorder=5)


def _frame(ax: Axes, part: Partition) -> None:
    vertices = np.array(part.domain.generators().vertices, dtype=np.float64)
    (left, bottom), (right, top) = vertices.min(axis=0), vertices.max(axis=0)
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
    ax.tick_params(length=0, labelsize=8, labelcolor="#8a8d91")
    ax.locator_params(nbins=5)
    ax.spines[:].set(color="#8a8d91", linewidth=0.6)
