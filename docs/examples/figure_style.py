"""What the pictures of the gallery have in common: colours, frames, lines, files, and the units' edges in input space."""

import io
import os
from pathlib import Path

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from PIL import Image

import geom
from geom.pictures.palette import oklch_to_srgb
from geom.pictures.polygons import Polygons

EXAMPLES = Path(__file__).parent
IMAGES = Path(os.environ.get("GEOM_IMAGES", EXAMPLES.parent / "images"))  # `make docs` has them written elsewhere
INK, DARK, GREY, QUIET, RED, BLUE = "#2b3350", "#46506b", "#bcc2cd", "#8a8d91", "#d81e3a", "#2f6fb5"
PAPER = "#f7f9fb"


def new_figure(width, height):
    return Figure(figsize=(width, height), dpi=150, layout="constrained")


def colours(n, lightness, chroma, first=250.0):
    """n hues of one lightness and one strength."""
    hues = np.radians(first + 360.0 * np.arange(n) / n)
    return oklch_to_srgb(np.full(n, lightness), np.full(n, chroma), hues)


def frame(ax, window, title=""):
    """No ticks, a quiet frame, the window's own shape."""
    (left, bottom), (right, top) = np.array(window.low, dtype=float), np.array(window.high, dtype=float)
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xticks=[], yticks=[])
    ax.spines[:].set(color=QUIET, linewidth=0.6)
    ax.set_title(title, fontsize=10, color=INK, pad=6)


def draw_cells(ax, polygons, fill, outline=None, width=0.4):
    """Polygons, each with its own colour round it unless there is an outline: that hides the seams that antialiasing leaves."""
    edge = fill if outline is None else outline
    ax.add_collection(PolyCollection(polygons, facecolors=fill, edgecolors=edge, linewidths=width, zorder=1), autolim=False)


def draw_lines(ax, segments, colour=DARK, width=1.0, zorder=3):
    ax.add_collection(LineCollection(list(segments), colors=colour, linewidths=width, capstyle="round", zorder=zorder), autolim=False)


def draw_edge(ax, segments, colour, width=2.0):
    """A line that stands out, with a white rim."""
    draw_lines(ax, segments, "white", width + 1.4, zorder=5)
    draw_lines(ax, segments, colour, width, zorder=6)


def draw_cuts(ax, polygons, layer, old=GREY, new=DARK, width=1.0):
    """The cuts of one layer in dark, and those of the layers before in grey."""
    draw_lines(ax, polygons.sides((polygons.layer >= 0) & (polygons.layer < layer)), old, 0.8, zorder=2)
    draw_lines(ax, polygons.sides(polygons.layer == layer), new, width, zorder=3)


def polygons_of(drawn):
    """The corners of each cell."""
    return np.split(drawn.corners, drawn.start[1:-1])


def clipped(polygon, slopes, bounds):
    """The part of a polygon (n, 2) on which slopes x <= bounds."""
    for slope, bound in zip(slopes, bounds, strict=True):
        corners = []
        for here, there in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
            a, b = bound - slope @ here, bound - slope @ there
            if a >= 0:
                corners.append(here)
            if a * b < 0:
                corners.append(here + a / (a - b) * (there - here))
        polygon = np.array(corners).reshape(-1, 2)
    return polygon


def cells_from_sites(diagram, window):
    """The cells of a power diagram as polygons within a window, from the sites alone."""
    (left, bottom), (right, top) = window.low, window.high
    square = np.array([[left, bottom], [right, bottom], [right, top], [left, top]], dtype=float)
    return [clipped(square, *cell.hrep()) for cell in diagram.cells()]


def preactivations(net, layer):
    """The network up to the pre-activations of one layer; their zero sets are the edges of its units (Definition 3, errata E14 and E16)."""
    return geom.Network([*net.layers[:layer], geom.Layer.linear(net.layers[layer].weight, net.layers[layer].bias)])


def edges(net, layer, window):
    """For each unit of a layer, its edge in input space: segments (n, 2, 2), one for each cell of the layers before that the unit cuts."""
    drawn = Polygons(geom.subdivide(preactivations(net, layer), window))
    return [drawn.outside(drawn.zero_set(drawn.maps[:, k])[0]) for k in range(drawn.maps.shape[1])]


def save(figure, path):
    """As a picture of 256 colours, a third of the size."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    Image.open(buffer).convert("RGB").quantize(256).save(path, optimize=True)
