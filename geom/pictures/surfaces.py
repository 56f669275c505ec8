"""Pictures of boundaries in space as surfaces, coloured by how much they bend: by matplotlib, or by plotly to be turned by hand."""

from __future__ import annotations

from importlib.util import find_spec
from os import PathLike
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.arguments import instance
from geom.boundary import Boundary
from geom.errors import DomainError, GeomError, MissingDependency
from geom.exact import FloatArray
from geom.pictures.cells import require_matplotlib
from geom.pictures.palette import category_colours
from geom.pictures.shapes import View, shapes, view_of
from geom.polyhedra.domain import Box
from geom.storage import write_whole

__all__ = ["bending", "categories", "plot_boundary_3d", "require_plotly", "save_page"]

BENDING = ("absolute", "signed")
CATEGORIES = ("cell", "component", "classes")
UNKNOWN = "#d5d8de"  # of pieces without end, which have no mean
MOST = 0.9  # of the area bends no more than what has the strongest colour: small pieces between sharp ridges would leave the others pale
EDGE = "#2b3350"


def plot_boundary_3d(boundary: Boundary, ax: Any = None, *, colour: str = "absolute", view: Box | None = None, backend: str = "matplotlib") -> Any:
    """Draw a boundary in three dimensions as a surface.

    Parameters
    ----------
    boundary : Boundary
        In three dimensions.
    ax : Axes3D, optional
        By default those of a new pyplot figure. For plotly, a figure to add to.
    colour : {"absolute", "signed", "cell", "component", "classes"}
        The curvature of every piece by `bending`, without or with its sign; or one colour for each cell, component or pair of classes.
    view : Box, optional
        What is shown; by default the domain, or, if that is unbounded, all vertices of the boundary.
    backend : {"matplotlib", "plotly"}

    Returns
    -------
    Axes3D or plotly.graph_objects.Figure
        The first with a `Poly3DCollection` of the pieces that the view shows, in their order; the second with a mesh and its edges.

    Raises
    ------
    DomainError
        If the boundary, the view or the axes are not three-dimensional.
    GeomError
        If there is no such colouring or backend.
    MissingDependency
        If the backend is not installed.

    Examples
    --------
    An octahedron: eight triangles that all bend as much.

    >>> from matplotlib.figure import Figure
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([np.eye(3), [[-1, -1, -1]]], [[0] * 3, [1]], "abs"), Box([-2] * 3, [2] * 3))
    >>> ax = plot_boundary_3d(part.decision_boundary(), Figure().add_subplot(projection="3d"))
    >>> ax.collections[0].get_array().round(3).tolist()
    [3.015, 3.015, 3.015, 3.015, 3.015, 3.015, 3.015, 3.015]
    """
    if instance(boundary, Boundary).dim != 3:
        raise DomainError(f"a surface lies in three dimensions; this is {boundary!r}. geom.plot_boundary draws boundaries in the plane")
    if backend not in ("matplotlib", "plotly"):
        raise GeomError(f"backend={backend!r}: take 'matplotlib' or 'plotly'")
    window = view_of(boundary, view)
    values = bending(boundary, signed=colour == "signed") if colour in BENDING else None
    colours = category_colours(categories(boundary, colour, BENDING)) if values is None else None
    polygons = shapes(boundary, window)
    shown = np.array([i for i, corners in enumerate(polygons) if len(corners)], dtype=np.int64)
    most = 1.0 if values is None else _strongest(values[shown], boundary.volume[shown])
    values, colours = (None if v is None else v[shown] for v in (values, colours))
    surface = _Surface([polygons[i] for i in shown.tolist()], values, colours, colour, most)
    if backend == "plotly":
        return _by_plotly(surface, ax, window)
    require_matplotlib()
    return _by_matplotlib(surface, ax, window)


def bending(boundary: Boundary, signed: bool = False) -> FloatArray:
    """(n,) curvature of each piece: half of theta times ridge volume, summed over its ridges, divided by its own volume.

    The other half goes to the other piece at the ridge. So these values times `Boundary.volume` add up to the total of `Boundary.curvature`. Signed,
    they are in space what the sum of the principal curvatures is for a smooth surface, twice the mean curvature. NaN of unbounded pieces.

    Parameters
    ----------
    boundary : Boundary
        In any dimension.
    signed : bool
        Reflex ridges count negative.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
    >>> boundary = part.decision_boundary()
    >>> round(float(bending(boundary) @ boundary.volume), 9), round(boundary.curvature().absolute, 9)
    (6.283185307, 6.283185307)
    """
    table = boundary.angles()
    turn = table["theta"] * (table["sign"] if signed else np.abs(table["sign"]))
    with np.errstate(invalid="ignore"):
        amount = np.where(turn == 0, 0.0, turn * table["ridge_volume"]) / 2
    total = np.zeros(len(boundary))
    with np.errstate(invalid="ignore", divide="ignore"):
        for side in ("piece_a", "piece_b"):
            np.add.at(total, table[side], amount)
        return np.where(np.isfinite(boundary.volume), total / boundary.volume, np.nan)


def categories(boundary: Boundary, colour: str, others: tuple[str, ...] = ()) -> NDArray[np.int64]:
    """(n,) what decides the colour of each piece, numbered from 0.

    Raises
    ------
    GeomError
        If there is no such colouring.
    """
    if colour == "cell":
        return np.asarray(np.unique(boundary.cell, return_inverse=True)[1], dtype=np.int64).reshape(-1)
    if colour == "component":
        return boundary.components
    if colour == "classes":
        return np.asarray(np.unique(boundary.classes, axis=0, return_inverse=True)[1], dtype=np.int64).reshape(-1)
    raise GeomError(f"colour={colour!r}: take one of {', '.join(map(repr, (*others, *CATEGORIES)))}")


def require_plotly() -> None:
    """Raise `MissingDependency` where plotly is not installed."""
    if find_spec("plotly") is None:
        raise MissingDependency("plotly", "turning a surface by hand", "plotly")


def save_page(figure: Any, path: str | PathLike[str]) -> None:
    """Write a plotly figure as one page that needs nothing else."""
    write_whole(path, lambda file: file.write(figure.to_html(include_plotlyjs=True).encode("utf-8")))


class _Surface(NamedTuple):
    """Polygons with one value or one colour each."""

    polygons: list[FloatArray]
    values: FloatArray | None
    colours: FloatArray | None
    name: str
    most: float

    @property
    def limits(self) -> tuple[float, float]:
        """The values at the two ends of the colours."""
        return (-self.most if self.name == "signed" else 0.0), self.most

    @property
    def title(self) -> str:
        return "curvature" + ", signed" * (self.name == "signed")


def _strongest(values: FloatArray, area: FloatArray) -> float:
    """The value that most of the area does not exceed."""
    known = np.isfinite(values)
    sizes, weights = np.abs(values[known]), area[known]
    order = np.argsort(sizes, kind="stable")
    reached = np.searchsorted(np.cumsum(weights[order]), MOST * weights.sum())
    return float(sizes[order][min(reached, len(order) - 1)]) or 1.0 if len(order) else 1.0


def _by_matplotlib(surface: _Surface, ax: Any, view: View) -> Any:
    from matplotlib import colormaps
    from matplotlib.colors import Normalize
    from mpl_toolkits.mplot3d import Axes3D
    from mpl_toolkits.mplot3d.art3d import Poly3DCollection

    if ax is None:
        import matplotlib.pyplot as plt

        ax = plt.subplots(figsize=(6, 6), layout="constrained", subplot_kw={"projection": "3d"})[1]
    if not isinstance(ax, Axes3D):
        raise DomainError(f"a surface needs axes in space, as figure.add_subplot(projection='3d') makes them; got {type(ax).__name__}")
    faces = Poly3DCollection(surface.polygons, edgecolors=EDGE, linewidths=0.25, label="pieces")
    if surface.values is None:
        faces.set_facecolor(surface.colours)
    else:
        colormap = colormaps["PuOr_r" if surface.name == "signed" else "viridis"].with_extremes(bad=UNKNOWN)
        faces.set(array=surface.values, cmap=colormap, norm=Normalize(*surface.limits))
        ends = "both" if surface.name == "signed" else "max"
        ax.figure.colorbar(faces, ax=ax, shrink=0.6, pad=0.08, extend=ends, label=surface.title)
    ax.add_collection3d(faces, autolim=False)
    (left, front, bottom), (right, back, top) = view
    ax.set(xlim=(left, right), ylim=(front, back), zlim=(bottom, top), box_aspect=view.high - view.low)
    ax.tick_params(labelsize=7)
    ax.locator_params(nbins=4)
    return ax


def _by_plotly(surface: _Surface, figure: Any, view: View) -> Any:
    require_plotly()
    from plotly import graph_objects

    figure = graph_objects.Figure() if figure is None else figure
    sizes = np.array([len(corners) for corners in surface.polygons], dtype=np.int64)
    points = np.concatenate([np.zeros((0, 3)), *surface.polygons])
    triangles, owner = _fans(sizes)
    look: dict[str, Any]
    if surface.values is None:
        assert surface.colours is not None, "a surface has values or colours"
        look = {"facecolor": [f"rgb({r},{g},{b})" for r, g, b in (255 * surface.colours[owner]).round().astype(int).tolist()]}
    else:
        low, high = surface.limits
        scale = "PuOr_r" if surface.name == "signed" else "Viridis"
        known = np.nan_to_num(surface.values, nan=0.0)
        look = {"intensity": known[owner], "intensitymode": "cell", "cmin": low, "cmax": high, "colorscale": scale, "colorbar_title": surface.title}
    x, y, z = points.T
    i, j, k = triangles.T
    figure.add_trace(graph_objects.Mesh3d(x=x, y=y, z=z, i=i, j=j, k=k, flatshading=True, name="pieces", **look))
    rims = [row for corners in surface.polygons for row in (*corners.tolist(), corners[0].tolist(), [None] * 3)]
    x, y, z = zip(*rims, strict=True) if rims else ((), (), ())
    figure.add_trace(graph_objects.Scatter3d(x=x, y=y, z=z, mode="lines", line={"color": EDGE, "width": 1}, hoverinfo="skip", name="ridges"))
    ranges = {f"{axis}axis_range": [low, high] for axis, low, high in zip("xyz", *map(np.ndarray.tolist, view), strict=True)}
    figure.update_layout(scene={**ranges, "aspectmode": "data"}, showlegend=False, margin={"l": 0, "r": 0, "t": 0, "b": 0})
    return figure


def _fans(sizes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Triangles (t, 3) from the first corner of every polygon, in points numbered through all polygons, and the polygon of each."""
    first = np.cumsum(sizes) - sizes
    owner = np.repeat(np.arange(len(sizes)), sizes - 2)
    place = np.arange(len(owner)) - np.repeat(np.cumsum(sizes - 2) - (sizes - 2), sizes - 2)
    return np.stack([first[owner], first[owner] + place + 1, first[owner] + place + 2], axis=1), owner
