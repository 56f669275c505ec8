"""Figure 8: a power diagram in every cell
=======================================

Each cell of a first layer has a power diagram of the second layer, of which it keeps the part inside itself.

Run ``python docs/examples/figure_8.py`` (package extra ``plot``); it writes ``docs/images/figure-8.png``, which docs/gallery.md explains.
"""

from pathlib import Path

import numpy as np
from figure_style import (
    DARK,
    GREY,
    IMAGES,
    INK,
    PAPER,
    QUIET,
    cells_from_sites,
    colours,
    draw_cells,
    draw_cuts,
    draw_lines,
    frame,
    new_figure,
    polygons_of,
    save,
)
from matplotlib.patches import Rectangle

import geom
from geom.partition.refinement import children
from geom.pictures.polygons import Polygons
from geom.sites.layers import layer_diagram

SEED = 19
WINDOW, BEYOND = geom.Box([-2.5, -2.5], [2.5, 2.5]), geom.Box([-3, -3], [3, 3])
FOUR = geom.Box([0.625, -0.625], [1.625, 0.375])  # a window in which the same three lines show four regions
ROUND = 64  # weights are multiples of 1/64, so that composed ones are doubles exactly


def network():
    """2-3-8 ReLU: three lines whose triangle has one unit on."""
    rng = np.random.default_rng(SEED)
    weight, bias = np.round(rng.normal(size=(8, 3)) * ROUND) / ROUND, np.round(rng.normal(size=8) * 0.6 * ROUND) / ROUND
    first = [[1.0, 0.125], [0.625, -0.875], [-0.5, -1.0]], [1.0, -0.8125, 0.5]
    return geom.Network.mlp([first[0], weight, np.ones((1, 8))], [first[1], bias, [0.0]])


def pulled_back(net, code):
    """The second layer as a layer on the input, through the map of the first layer on the cell with this code."""
    slope, offset = net.upto(1).affine(code)
    weight, bias = net.layers[1].weight.floats(), net.layers[1].bias.floats()[:, 0]
    return geom.Layer.relu(weight @ slope, weight @ offset + bias)


def codes(net):
    """The eight codes of the first layer, each with the number of its cell, or None."""
    part = geom.subdivide(net, upto=1)
    found = {tuple(code): i for i, code in enumerate(part.codes.tolist())}
    return {code: found.get(code) for code in np.ndindex(2, 2, 2)}


def name(code):
    return "".join(map(str, code))


# %%
# Left: the layers
# ----------------


def draw_first(ax, first, fill):
    draw_cells(ax, polygons_of(first), fill)
    draw_cuts(ax, first, 0, width=1.2)
    for cell, polygon in zip(first.partition, polygons_of(first), strict=True):
        ax.text(*polygon.mean(axis=0), name(cell.code), fontsize=9, color=INK, ha="center", va="center", zorder=6)
    (left, bottom), (right, top) = np.array([FOUR.low, FOUR.high], dtype=float)
    ax.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=QUIET, linestyle=(0, (3, 2)), zorder=5))
    frame(ax, WINDOW, f"layer 1: {len(first.partition)} cells; {len(geom.subdivide(first.partition.network, FOUR))} in the dashed window")


def draw_whole(ax, both, fill, groups):
    shades = np.repeat(fill, [group.stop - group.start for group in groups], axis=0)
    draw_cells(ax, polygons_of(both), shades)
    draw_cuts(ax, both, 1, old=DARK)
    frame(ax, WINDOW, f"layers 1 and 2: {len(both.partition)} cells")


# %%
# Right: the diagram that each cell has, and what it keeps of it
# --------------------------------------------------------------


def draw_diagram(ax, own, diagram, shade, code):
    """The diagram in the whole window, and in colour the cell that it subdivides."""
    draw_cells(ax, [own], [shade])
    ax.set_facecolor(PAPER)
    draw_cells(ax, cells_from_sites(diagram, BEYOND), "none", DARK, 0.6)
    frame(ax, WINDOW, f"{name(code)}: {len(diagram)} in the plane")


def draw_part(ax, own, both, group, shade, code):
    ax.set_facecolor(PAPER)
    draw_cells(ax, [own], [shade])
    mine = (both.owner >= group.start) & (both.owner < group.stop)
    draw_lines(ax, both.sides(mine & (both.layer == 1)), DARK, 0.8)
    draw_lines(ax, both.sides(mine & (both.layer == 0)), GREY, 0.8, zorder=2)
    frame(ax, WINDOW, f"{name(code)}: {group.stop - group.start} inside")


def draw_missing(ax, code):
    frame(ax, WINDOW, name(code))
    ax.spines[:].set(linestyle=(0, (3, 2)))
    ax.text(0, 0, "no cell", fontsize=9, color=QUIET, ha="center", va="center")


def draw():
    net = network()
    first, both = Polygons(geom.subdivide(net, WINDOW, upto=1)), Polygons(geom.subdivide(net, WINDOW))
    fill, groups = colours(len(first.partition), 0.9, 0.06), children(both.partition, 1)
    figure = new_figure(12.6, 8.9)
    grid = figure.add_gridspec(4, 6)
    draw_first(figure.add_subplot(grid[:2, :2]), first, fill)
    draw_whole(figure.add_subplot(grid[2:, :2]), both, fill, groups)
    for at, (code, i) in enumerate(codes(net).items()):
        row, column = divmod(at, 4)
        above, below = figure.add_subplot(grid[row, 2 + column]), figure.add_subplot(grid[2 + row, 2 + column])
        if i is None:
            draw_missing(above, code)
            draw_missing(below, code)
        else:
            own = polygons_of(first)[i]
            draw_diagram(above, own, layer_diagram(pulled_back(net, code)), fill[i], code)
            draw_part(below, own, both, groups[i], fill[i], code)
    return figure


def main(folder=IMAGES):
    save(draw(), Path(folder) / "figure-8.png")
    net = network()
    for code, i in codes(net).items():
        print(name(code), "no cell" if i is None else f"{len(layer_diagram(pulled_back(net, code)))} cells in the whole plane")


# %%
# How many cells each diagram has in the whole plane; the picture says how many its cell keeps.

if __name__ == "__main__":
    main()
