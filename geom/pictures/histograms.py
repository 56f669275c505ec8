"""Histograms of a boundary's angles, and of distances to the partition layer by layer (Figure 5 of the paper). Needs matplotlib."""

from __future__ import annotations

from numbers import Real
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from geom.arguments import instance, is_whole
from geom.boundary import Boundary
from geom.distances import Distances
from geom.doubles import as_doubles
from geom.errors import DomainError, GeomError, shown
from geom.exact import FloatArray
from geom.pictures.cells import axes_or_new, picture_format, require_matplotlib
from geom.pictures.palette import oklch_to_srgb
from geom.storage import write_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_angles", "plot_distances", "save_angles_picture"]

MOST_BINS = 10_000  # no picture shows more
CONVEX, REFLEX, INK, QUIET = "#2f6fb5", "#d8803a", "#2b3350", "#8a8d91"


def plot_angles(boundary: Boundary, ax: Axes | None = None, *, bins: int = 36) -> Axes:
    """Draw a histogram of a boundary's angles in degrees: by how much it turns at its ridges, reflex ones negative.

    Parameters
    ----------
    boundary : Boundary
        In any dimension.
    ax : Axes, optional
        By default those of a new pyplot figure.
    bins : int
        How many there are from -180 to 180.

    Returns
    -------
    Axes
        With one container of bars for the reflex and one for the convex ridges. Ridges at which the boundary goes on straight have no bar; the title
        tells their number.

    Raises
    ------
    DomainError
        If `bins` is no even number above 0: a bin across 0 would mix the signs.
    MissingDependency
        If matplotlib is not installed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
    >>> ax = plot_angles(part.decision_boundary(), Figure().add_subplot(), bins=8)
    >>> [int(bar.get_height()) for bar in ax.containers[1]]
    [0, 0, 0, 0, 0, 0, 4, 0]
    """
    require_matplotlib()
    instance(boundary, Boundary)
    if not is_whole(bins, 2, MOST_BINS) or bins % 2:
        raise DomainError(f"bins={shown(bins)}: take an even number from 2 to {MOST_BINS:,}, so that no bin has both signs")
    table = boundary.angles()
    degrees, sign = np.degrees(table["theta"]) * table["sign"], table["sign"]
    edges = np.linspace(-180, 180, bins + 1)
    ax = axes_or_new(ax, (6, 3.6))
    for of, name, colour in ((-1, "reflex", REFLEX), (1, "convex", CONVEX)):
        heights = np.histogram(degrees[sign == of], edges)[0].astype(float)
        ax.bar(edges[:-1], heights, np.diff(edges), align="edge", color=colour, edgecolor="white", linewidth=0.4, label=name)
    straight = int(np.count_nonzero(sign == 0))
    title = f"{len(sign):,} ridges" + f", {straight:,} of them straight" * bool(straight)
    ax.set(xlim=(-180, 180), xticks=range(-180, 181, 45), xlabel="turn in degrees, reflex negative", ylabel="ridges")
    ax.set_title(title, fontsize=10, color=INK)
    ax.legend(fontsize=8, frameon=False, labelcolor=INK)
    _quiet(ax)
    return ax


def plot_distances(distances: Distances | ArrayLike, ax: Axes | None = None, *, bins: int | ArrayLike = 40, name: str = "") -> Axes:
    """Draw a histogram of the logarithms of distances to the partition, one line for each depth (Figure 5 of the paper).

    Parameters
    ----------
    distances : Distances or (n, L) array
        Of n points to the partition of the first 1, ..., L layers: what `geom.distance` gives, or its `by_layer`; infinite where it has no boundary.
    ax : Axes, optional
        By default those of a new pyplot figure. Call twice with the same axes to set two samples beside each other.
    bins : int or (k + 1,) array
        How many there are, from the least to the largest distance; or their edges, ascending logarithms, which make several samples comparable.
    name : str
        Of the sample, for the key.

    Returns
    -------
    Axes
        With one `StepPatch` for each depth, from pale to dark. Distances of 0 and infinite ones have no logarithm; the key tells how many.

    Raises
    ------
    DomainError
        If the distances are not (n, L), or one is negative or NaN, or `bins` is neither a positive number nor ascending edges.
    MissingDependency
        If matplotlib is not installed.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = plot_distances([[1.0, 0.1], [10.0, 0.1], [np.inf, 1.0]], Figure().add_subplot(), bins=2)
    >>> [step.get_data().values.tolist() for step in ax.patches], [step.get_label() for step in ax.patches]
    ([[0, 2], [2, 1]], ['1 layer, 1 at infinity', '2 layers'])
    """
    require_matplotlib()
    try:
        table = distances.by_layer if isinstance(distances, Distances) else as_doubles(distances)
    except ValueError as error:
        raise DomainError(f"distances must be numbers (n, L), as geom.distance gives them: {error}") from error
    if table.ndim != 2 or not table.shape[1]:
        raise DomainError(f"distances must be (n, L), a column for each depth; got shape {table.shape}")
    if not (table >= 0).all():
        raise DomainError(f"a distance is 0 or more; got {table[~(table >= 0)][0]}")
    if not isinstance(name, str):
        raise GeomError(f"name: expected a str for the key, got {type(name).__name__}")
    edges = _edges(np.log10(table[(table > 0) & np.isfinite(table)]), bins)
    ax = axes_or_new(ax, (6, 3.6))
    for depth, (column, colour) in enumerate(zip(table.T, _shades(table.shape[1]), strict=True)):
        logs = np.log10(column[(column > 0) & np.isfinite(column)])
        label = ", ".join(filter(None, (name, f"{depth + 1} layer{'s' * (depth > 0)}", *_left_out(column))))
        ax.stairs(np.histogram(logs, edges)[0], edges, color=colour, linewidth=1.4, label=label)
    ax.set(xlabel="log10 of the distance", ylabel="points")
    ax.legend(fontsize=8, frameon=False, labelcolor=INK)
    _quiet(ax)
    return ax


def save_angles_picture(boundary: Boundary, path: str | PathLike[str]) -> None:
    """Draw the histogram of `plot_angles` into a picture file; pyplot and its state are not touched.

    Raises
    ------
    GeomError
        If the suffix is no picture format.
    SaveError
        If the file cannot be written.
    """
    kind = picture_format(path)
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.6), dpi=200, layout="constrained")
    plot_angles(boundary, figure.add_subplot())
    write_whole(path, lambda file: figure.savefig(file, format=kind))


def _edges(logs: FloatArray, bins: Any) -> FloatArray:
    """So many bins from the least to the largest number, or the edges that are given."""
    if not isinstance(bins, (str, bytes, Real)):
        try:
            edges = as_doubles(bins)
        except ValueError as error:
            raise DomainError(f"bins: {error}; take a whole number from 1, or ascending edges") from error
        if edges.ndim != 1 or len(edges) < 2 or not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
            raise DomainError(f"bins of shape {edges.shape}: edges are at least two numbers that ascend")
        return edges
    if not is_whole(bins, 1, MOST_BINS):
        raise DomainError(f"bins={shown(bins)}: take a whole number from 1 to {MOST_BINS:,}, or ascending edges")
    return np.histogram_bin_edges(logs, int(bins)) if len(logs) else np.linspace(-1, 1, int(bins) + 1)


def _shades(n: int) -> FloatArray:
    """(n, 3) colours from pale to dark."""
    t = np.linspace(0, 1, n) if n > 1 else np.ones(n)
    return oklch_to_srgb(0.78 - 0.4 * t, np.full(n, 0.11), np.radians(230 + 40 * t))


def _left_out(column: FloatArray) -> list[str]:
    infinite, zero = int(np.isinf(column).sum()), int((column == 0).sum())
    return [f"{infinite:,} at infinity"] * bool(infinite) + [f"{zero:,} at 0"] * bool(zero)


def _quiet(ax: Axes) -> None:
    ax.tick_params(length=0, labelsize=8, labelcolor=QUIET)
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set(color=QUIET, linewidth=0.6)
