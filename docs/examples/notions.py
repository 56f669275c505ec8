"""Cells, codes, facets and sites
==============================

A network small enough to write on one line, and what the words mean on it: the pictures of docs/notions.md.

Run ``python docs/examples/notions.py`` (package extra ``plot``); it writes ``docs/images/notions-*.png``.
"""

from pathlib import Path

import numpy as np
from figure_style import (
    BLUE,
    DARK,
    GREY,
    IMAGES,
    INK,
    PAPER,
    QUIET,
    RED,
    cells_from_sites,
    colours,
    draw_cells,
    draw_cuts,
    draw_edge,
    draw_lines,
    frame,
    new_figure,
    polygons_of,
    save,
)

import geom
from geom.pictures.polygons import Polygons
from geom.sites.layers import layer_diagram

WINDOW = geom.Box([-2, -2], [2, 2])
NETWORK = geom.Network.mlp(
    [[[2, -2], [-1, 0], [1, 2]], [[-1, 2, 2], [2, -1, 1]], [[1, -1]]],
    [[0.5, 0.5, 1.5], [0, -0.5], [0]],
)
CHOSEN = (0, 0)  # a point of the cell that is looked at


# %%
# From a unit to a network
# ------------------------


def halves():
    """The network's first unit alone."""
    first = NETWORK.layers[0]
    return geom.subdivide(geom.Network([geom.Layer.relu(first.weight.floats()[:1], first.bias.floats()[:1, 0])]), WINDOW)


def name(code):
    return "".join(map(str, code.tolist()))


def write_codes(ax, part, size):
    """Every cell's code, at the middle of its corners."""
    for cell, polygon in zip(part, polygons_of(Polygons(part)), strict=True):
        ax.text(*polygon.mean(axis=0), name(cell.code), fontsize=size, color=INK, ha="center", va="center", zorder=8)


def draw_partition(ax, part, layer, title, size):
    drawn = Polygons(part)
    draw_cells(ax, polygons_of(drawn), colours(len(part), 0.93, 0.045))
    draw_cuts(ax, drawn, layer, old=QUIET, width=1.3)
    write_codes(ax, part, size)
    frame(ax, WINDOW, title)


def draw_codes():
    figure = new_figure(11.4, 4.2)
    one, layer, both = figure.subplots(1, 3)
    draw_partition(one, halves(), 0, "one unit: 2 cells, codes 0 and 1", 13)
    first, whole = geom.subdivide(NETWORK, WINDOW, upto=1), geom.subdivide(NETWORK, WINDOW)
    draw_partition(layer, first, 0, f"a layer of 3 units: {len(first)} cells", 11)
    draw_partition(both, whole, 1, f"behind it a layer of 2 units: {len(whole)} cells", 7.5)
    return figure


# %%
# One cell from near
# ------------------


def sides(cell):
    """For every facet of a bounded cell of the plane, its two ends (2, 2)."""
    slopes, bounds = cell.hrep(exact=True)
    vertices = cell.vrep(exact=True)[0]
    return [np.array([v for v in vertices if slope @ v == bound], dtype=float) for slope, bound in zip(slopes, bounds, strict=True)]


def draw_cell(ax, part, cell):
    drawn = Polygons(part)
    ax.set_facecolor(PAPER)
    draw_lines(ax, drawn.sides(drawn.layer >= 0), GREY, 0.9, zorder=2)
    draw_cells(ax, [polygons_of(drawn)[cell.index]], ["#dfe9f5"])
    middle = cell.witness
    n_first = part.network.widths[0]
    for ends, facet in zip(sides(cell), cell.facets, strict=True):
        [unit] = facet.units
        draw_edge(ax, [ends], BLUE if unit < n_first else RED, 2.2)
        away = ends.mean(axis=0) - middle
        place = ends.mean(axis=0) + 0.2 * away / np.hypot(*away)
        ax.text(*place, f"unit {unit}", fontsize=9, color=BLUE if unit < n_first else RED, ha="center", va="center", zorder=8)
    ax.scatter(*middle, s=30, color=INK, zorder=8)
    ax.annotate("witness", middle, (0, 7), textcoords="offset points", fontsize=9, color=INK, ha="center", zorder=8)
    low, high = np.min(np.concatenate(sides(cell)), axis=0), np.max(np.concatenate(sides(cell)), axis=0)
    half = 0.5 * (high - low).max() + 0.35
    frame(ax, geom.Box((low + high) / 2 - half, (low + high) / 2 + half), f"cell {name(cell.code)}: {len(cell.facets)} facets")


def draw_graph(ax, part):
    drawn = Polygons(part)
    draw_cells(ax, polygons_of(drawn), colours(len(part), 0.95, 0.03), "white", 1.0)
    middles = np.array([polygon.mean(axis=0) for polygon in polygons_of(drawn)])
    draw_lines(ax, [middles[[i, j]] for i, j in part.graph().edges], DARK, 1.0)
    ax.scatter(*middles.T, s=22, color=INK, zorder=5)
    frame(ax, WINDOW, f"the adjacency graph: {len(part)} cells, {part.graph().number_of_edges()} pairs")


def draw_facets():
    part = geom.subdivide(NETWORK, WINDOW)
    figure = new_figure(9.6, 4.8)
    near, whole = figure.subplots(1, 2)
    draw_cell(near, part, part[int(part.locate([CHOSEN])[0])])
    draw_graph(whole, part)
    return figure


# %%
# Sites
# -----


def draw_sites():
    """The first layer again, from its sites alone; and the radius of each site that has one."""
    diagram = layer_diagram(NETWORK.layers[0])
    figure = new_figure(5.4, 5.4)
    ax = figure.add_subplot()
    window = geom.Box([-3.5, -3.5], [3.5, 3.5])
    draw_cells(ax, cells_from_sites(diagram, geom.Box([-4, -4], [4, 4])), colours(len(diagram), 0.93, 0.045), DARK, 1.2)
    ax.scatter(*diagram.mu.T, s=52, c=colours(len(diagram), 0.62, 0.13), edgecolors="white", linewidths=1.2, zorder=5)
    for mu, rad in zip(diagram.mu, diagram.rad, strict=True):
        ax.annotate(f"{rad:g}", mu, (6, 5), textcoords="offset points", fontsize=9, color=INK, zorder=6)
    frame(ax, window, "sites in the colours of their cells, with their rad")
    return figure


# %%
# All of them
# -----------


def main(folder=IMAGES):
    for title, draw in (("cells", draw_codes), ("facets", draw_facets), ("sites", draw_sites)):
        save(draw(), Path(folder) / f"notions-{title}.png")
    for upto in (1, 2):
        print(f"{upto} layers:", geom.subdivide(NETWORK, WINDOW, upto=upto))


if __name__ == "__main__":
    main()
