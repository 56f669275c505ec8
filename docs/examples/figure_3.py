"""Figure 3: from layer to layer
=============================

The partition polynomial of each layer of a 2-6-6-1 network, the partition after each layer, and one edge of each.

Run ``python docs/examples/figure_3.py`` (package extra ``plot``); it writes ``docs/images/figure-3.png``, which docs/gallery.md explains.
"""

from pathlib import Path

import numpy as np
from figure_style import BLUE, GREY, IMAGES, PAPER, RED, draw_cuts, draw_edge, draw_lines, edges, frame, new_figure, preactivations, save
from matplotlib.colors import ListedColormap

import geom
from geom.pictures.palette import oklch_to_srgb
from geom.pictures.polygons import Polygons

SEED = 21
WINDOW = geom.Box([-2, -2], [2, 2])
PARTITIONS = (r"$\Omega^{(1)}$", r"$\Omega^{(1,2)}$", r"$\Omega^{(1,2,3)}$")
HIGHLIGHTED = (2, 1, 0)  # unit of each layer
PIXELS, LEVELS = 500, 14


def network():
    """2-6-6-1 ReLU with weights of two decimals; its output is a unit too, for the sake of its cut, the decision boundary."""
    rng = np.random.default_rng(SEED)
    weights = [np.round(rng.normal(size=(n, m)) * np.sqrt(2 / m), 2) for m, n in ((2, 6), (6, 6), (6, 1))]
    biases = [np.round(rng.normal(size=n) * scale, 2) for n, scale in ((6, 0.8), (6, 0.6), (1, 0.3))]
    return geom.Network.mlp([*weights, [[1.0]]], [*biases, [0.0]])


# %%
# Top row: the partition polynomial
# ---------------------------------


def polynomial(net, layer):
    """log |Pol| on a grid: the product of the layer's pre-activations, as functions of the input (errata E16)."""
    (left, bottom), (right, top) = WINDOW.low, WINDOW.high
    x = np.stack(np.meshgrid(np.linspace(left, right, PIXELS), np.linspace(bottom, top, PIXELS)), axis=-1).reshape(-1, 2).astype(float)
    with np.errstate(divide="ignore"):
        return np.log(np.abs(preactivations(net, layer)(x))).sum(axis=1).reshape(PIXELS, PIXELS)


def shades():
    """From the roots, dark, to where the polynomial is large, pale."""
    t = np.linspace(0, 1, LEVELS)
    return ListedColormap(oklch_to_srgb(0.45 + 0.53 * t, 0.09 - 0.08 * t, np.full(LEVELS, np.radians(255.0))))


def draw_polynomial(ax, net, layer):
    values = polynomial(net, layer)
    low, high = np.quantile(values[np.isfinite(values)], [0.01, 0.99])
    (left, bottom), (right, top) = np.array([WINDOW.low, WINDOW.high], dtype=float)
    ax.imshow(values, vmin=low, vmax=high, cmap=shades(), extent=(left, right, bottom, top), origin="lower", interpolation="nearest")
    frame(ax, WINDOW, rf"$\log\,|\mathrm{{Pol}}^{{({layer + 1})}}|$: {net.widths[layer]} {'units' if layer < 2 else 'unit'}")


# %%
# Middle and bottom: partitions, and one edge of each
# ---------------------------------------------------


def draw_partition(ax, net, layer):
    part = geom.subdivide(net, WINDOW, upto=layer + 1)
    ax.set_facecolor(PAPER)
    draw_cuts(ax, Polygons(part), layer)
    frame(ax, WINDOW, f"{PARTITIONS[layer]}: {len(part)} cells")


def draw_highlight(ax, net, layer):
    drawn = Polygons(geom.subdivide(net, WINDOW, upto=layer + 1))
    edge = edges(net, layer, WINDOW)[HIGHLIGHTED[layer]]
    ax.set_facecolor(PAPER)
    draw_lines(ax, drawn.sides(drawn.layer >= 0), GREY, 0.8, zorder=2)
    draw_edge(ax, edge, BLUE if layer < 2 else RED)
    name = f"edge of unit {HIGHLIGHTED[layer]}" if layer < 2 else "decision boundary"
    frame(ax, WINDOW, f"{name}: {len(edge)} {'segment' if len(edge) == 1 else 'segments'}")


def draw():
    net = network()
    figure = new_figure(9.6, 10)
    for axes, draw_panel in zip(figure.subplots(3, 3), (draw_polynomial, draw_partition, draw_highlight), strict=True):
        for layer, ax in enumerate(axes):
            draw_panel(ax, net, layer)
    return figure


def main(folder=IMAGES):
    net = network()
    save(draw(), Path(folder) / "figure-3.png")
    print("cells after each layer:", *(len(geom.subdivide(net, WINDOW, upto=layer + 1)) for layer in range(3)))


# %%
# Every cell that the decision boundary passes through becomes two.

if __name__ == "__main__":
    main()
