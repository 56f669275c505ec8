"""Five questions to the adjacency graph
=====================================

Questions to the adjacency graph of a trained network, and a picture of each answer. docs/graph.md explains them and has the functions of the first
half of this file as they stand here. The network is ``digits.npz``, 2-32-32-1, in the box [-1, 1]^2; a positive output means class 1.

Run ``python docs/examples/graph_questions.py`` (package extra ``plot``). It takes a few seconds and writes ``docs/images/graph-*.png``.
"""

from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
from figure_style import EXAMPLES, IMAGES, new_figure, save
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PolyCollection
from matplotlib.colors import BoundaryNorm, ListedColormap

import geom
from geom.pictures.palette import oklch_to_srgb

START, GOAL = 506, 719  # two digits of class 1, by their rows in digits-data.npz
SQUARE = geom.Box([-1, -1], [1, 1])

# %%
# Questions
# ---------


def outputs_at_vertices(part):
    """For every cell, its vertices with the network's output there, in fractions."""
    tables = []
    for cell in part:
        slope, constant = cell.affine(exact=True)
        vertices = cell.vrep(exact=True)[0]
        tables.append({tuple(v): slope[0] @ v + constant[0] for v in vertices})
    return tables


def positive_regions(graph, outputs):
    """The connected components of {x : f(x) > 0}, each as the set of cells that it meets."""
    met = nx.Graph()
    met.add_nodes_from(i for i in graph if max(outputs[i].values()) > 0)
    met.add_edges_from((i, j) for i, j in graph.edges if any(f > 0 for vertex, f in outputs[i].items() if vertex in outputs[j]))
    return list(nx.connected_components(met))


def parities(graph):
    """For every cell, whether an even or an odd number of units fire."""
    return {i: int(code.sum()) % 2 for i, code in graph.nodes(data="code")}


def steps_from(graph, cell):
    """For every cell, how many facets a path from the given cell has to cross."""
    return nx.single_source_shortest_path_length(graph, cell)


def merged(graph, layer):
    """The cells of the first `layer` hidden layers, each as the set of cells that the later ones cut it into."""
    later = nx.subgraph_view(graph, filter_edge=lambda i, j: graph.edges[i, j]["layer"] >= layer)
    return list(nx.connected_components(later))


# %%
# Pictures
# --------

INK = "#2b3350"
QUIET = "#8a8d91"
DOUBLE = "#d81e3a"
PALE = (0.975, 0.004, 250.0)  # lightness, chroma, hue in degrees (Oklch)
BLUE, GREEN, SAND = (0.84, 0.065, 250.0), (0.87, 0.075, 160.0), (0.93, 0.05, 80.0)
RAMP = ((0.97, 0.015), (0.6, 0.10))  # lightness and chroma, from the lowest to the highest number


def colour(shade):
    lightness, chroma, hue = shade
    return oklch_to_srgb(np.array([lightness]), np.array([chroma]), np.radians([hue]))[0]


def ramp(n, hue):
    """n colours of one hue, from light to dark."""
    t = np.linspace(0, 1, n)[:, None]
    lightness, chroma = ((1 - t) * RAMP[0] + t * RAMP[1]).T
    return oklch_to_srgb(lightness, chroma, np.full(n, np.radians(hue)))


def new_axes(width=6.0):
    return new_figure(width, 6).add_subplot()


def draw_cells(part, ax, fill, boundary=False):
    """The cells in colours of our own, with the borders of `geom.plot_partition`."""
    geom.plot_partition(part, ax, boundary=boundary)
    ax.collections[0].set(facecolor=fill, edgecolor=fill)
    return ax


def draw_point(ax, point, label, offset):
    ax.scatter(*point, s=46, c=INK, edgecolors="white", linewidths=1.2, zorder=9)
    note = {"fontsize": 9, "color": INK, "ha": "center", "bbox": {"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none", "alpha": 0.85}}
    ax.annotate(label, point, offset, textcoords="offset points", zorder=10, **note)


def draw_scale(ax, colours, label):
    """A scale of whole numbers from 0, or from 1 where `colours` starts there."""
    first, shades = colours
    norm = BoundaryNorm(np.arange(first - 0.5, first + len(shades)), len(shades))
    bar = ax.figure.colorbar(ScalarMappable(norm, ListedColormap(shades)), ax=ax, shrink=0.55, aspect=28, pad=0.02)
    step = max(1, round(len(shades) / 8))
    bar.set_ticks(np.arange(first, first + len(shades), step))
    bar.minorticks_off()
    bar.ax.tick_params(length=0, labelsize=8, labelcolor=QUIET)
    bar.outline.set(color=QUIET, linewidth=0.6)
    bar.set_label(label, fontsize=9, color=INK)


def taut(x, y, facets):
    """A short line from x to y through the facets (each the two ends of one) in their order, kept away from the ends."""
    places = np.full(len(facets), 0.5)
    for _ in range(500):
        points = np.array([x, *((1 - t) * a + t * b for t, (a, b) in zip(places, facets, strict=True)), y])
        for i, (a, b) in enumerate(facets):
            before, after = points[i], points[i + 2]
            normal = np.array([before[1] - after[1], after[0] - before[0]])
            places[i] = np.clip(normal @ (before - a) / (normal @ (b - a)), 0.15, 0.85)
            points[i + 1] = (1 - places[i]) * a + places[i] * b
    return points


def draw_path(part, graph, outputs, x, y):
    path, straight = nx.shortest_path(graph, *part.locate([x, y]).tolist()), part.path(x, y).cells
    fill = np.tile(colour(PALE), (len(part), 1))
    fill[straight], fill[path] = colour(SAND), colour(BLUE)
    ax = draw_cells(part, new_axes(), fill)
    route = taut(x, y, [np.array([v for v in outputs[i] if v in outputs[j]], dtype=float) for i, j in pairwise(path)])
    ax.plot(*np.array([x, y]).T, color="#b0722c", linewidth=1.6, linestyle=(0, (4, 2)), zorder=6, label=f"straight: {len(straight) - 1} facets")
    ax.plot(*route.T, color="white", linewidth=4, zorder=6, solid_joinstyle="round")
    ax.plot(*route.T, color="#1b4079", linewidth=2, zorder=7, solid_joinstyle="round", label=f"shortest path: {len(path) - 1} facets")
    draw_point(ax, x, "x", (-9, 5))
    draw_point(ax, y, "y", (9, 5))
    ax.legend(loc="upper right", fontsize=9, labelcolor=INK, edgecolor="none", framealpha=0.9).set_zorder(11)
    return ax.figure


def clipped(corners, values):
    """The part of a convex polygon (n, 2) where an affine function, known at the corners, is positive."""
    kept = []
    for a, b, f, g in zip(corners, np.roll(corners, -1, axis=0), values, np.roll(values, -1), strict=True):
        if f > 0:
            kept.append(a)
        if (f > 0) != (g > 0):
            kept.append(a + f / (f - g) * (b - a))
    return np.array(kept).reshape(-1, 2)


def draw_regions(part, graph, outputs):
    regions = positive_regions(graph, outputs)
    negated = [{vertex: -f for vertex, f in table.items()} for table in outputs]
    ax = draw_cells(part, new_axes(), np.tile(colour(SAND), (len(part), 1)), boundary=True)
    corners = [path.vertices[:-1] for path in ax.collections[0].get_paths()]
    for region, shade in zip(regions, (BLUE, GREEN), strict=True):
        pieces = [clipped(corners[i], part.network(corners[i])[:, 0]) for i in region]
        ax.add_collection(PolyCollection(pieces, facecolors=colour(shade), edgecolors=colour(shade), linewidths=0.4, zorder=1))
    notes = zip((*regions, *positive_regions(graph, negated)), ((-0.66, -0.13), (0.62, -0.62), (0.12, 0.83)), strict=True)
    for region, at in notes:
        box = {"boxstyle": "round,pad=0.3", "fc": "white", "ec": "none", "alpha": 0.85}
        ax.text(*at, f"{len(region)} cells", fontsize=9, color=INK, ha="center", va="center", bbox=box, zorder=10)
    return ax.figure


ODD = geom.Network.mlp([[[1, 0], [0, 1]], [[1, -1]], [[1]]], [[0, 0], [0], [0]])


def draw_colouring(part, graph):
    figure = new_figure(9, 6)
    left, right = figure.subplots(1, 2, width_ratios=[2, 1])
    shades = np.array([colour((0.97, 0.012, 250.0)), colour((0.78, 0.06, 250.0)), colour((0.9, 0.08, 80.0))])
    parity = parities(graph)
    draw_cells(part, left, shades[[parity[i] for i in range(len(part))]])
    five = geom.subdivide(ODD, SQUARE)
    ring = five.graph()
    colours = nx.greedy_color(ring)
    draw_cells(five, right, shades[[colours[i] for i in range(len(five))]])
    places = dict(enumerate(0.6 * five.witnesses / np.linalg.norm(five.witnesses, axis=1, keepdims=True)))
    edge_colours = [DOUBLE if len(units) > 1 else INK for *_, units in ring.edges(data="units")]
    nx.draw_networkx_edges(ring, places, ax=right, edge_color=edge_colours, width=1.8).set_zorder(6)
    nx.draw_networkx_nodes(ring, places, ax=right, node_color=INK, node_size=34).set_zorder(7)
    right.tick_params(left=False, bottom=False, labelleft=False, labelbottom=False)
    left.set_title("digits: two colours, by parity", fontsize=10, color=INK)
    right.set_title("relu(x) - relu(y): a ring of five", fontsize=10, color=INK)
    return figure


ROOMY = 0.014  # area of a cell that a number fits into


def draw_steps(part, graph, outputs, x):
    steps = steps_from(graph, int(part.locate([x])[0]))
    shades = ramp(max(steps.values()) + 1, 250.0)
    ax = draw_cells(part, new_axes(6.6), shades[[steps[i] for i in range(len(part))]], boundary=True)
    draw_scale(ax, (0, shades), "steps from the cell of x")
    for cell in part:
        slope, constant = cell.affine()
        from_boundary = abs(slope[0] @ cell.witness + constant[0]) / np.linalg.norm(slope[0])
        if cell.volume() > ROOMY and min(from_boundary, abs(cell.witness - x).max()) > 0.025:
            ax.text(*cell.witness, steps[cell.index], fontsize=7, color=INK, ha="center", va="center", zorder=8)
    draw_point(ax, x, "x", (0, 9))
    return ax.figure


def draw_layers(part, graph):
    pieces = np.zeros(len(part), dtype=int)
    for cells in merged(graph, 1):
        pieces[list(cells)] = len(cells)
    shades = ramp(pieces.max(), 160.0)
    ax = draw_cells(part, new_axes(6.6), shades[pieces - 1])
    draw_scale(ax, (1, shades), "pieces of a first-layer cell")
    return ax.figure


def pictures():
    """Name and figure of each picture."""
    part = geom.subdivide(geom.load(EXAMPLES / "digits.npz"), SQUARE)
    graph, outputs = part.graph(), outputs_at_vertices(part)
    with np.load(EXAMPLES / "digits-data.npz") as data:
        x, y = data["x"][[START, GOAL]]
    yield "path", draw_path(part, graph, outputs, x, y)
    yield "regions", draw_regions(part, graph, outputs)
    yield "colouring", draw_colouring(part, graph)
    yield "steps", draw_steps(part, graph, outputs, x)
    yield "layers", draw_layers(part, graph)


def main(folder=IMAGES):
    for name, figure in pictures():
        save(figure, Path(folder) / f"graph-{name}.png")


# %%
# In the order of the alphabet: colouring, layers, path, regions, steps.

if __name__ == "__main__":
    main()
