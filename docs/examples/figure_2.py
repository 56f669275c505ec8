"""Figure 2: weights and the shapes of cells
=========================================

What constraints on a layer's weights do to its cells. The cells are drawn from the sites alone, the lines from the weights.

Run ``python docs/examples/figure_2.py`` (package extra ``plot``); it writes ``docs/images/figure-2.png``, which docs/gallery.md explains.
"""

from pathlib import Path

import numpy as np
from figure_style import DARK, IMAGES, INK, cells_from_sites, clipped, colours, draw_cells, draw_lines, frame, new_figure, save

import geom
from geom.sites.layers import layer_diagram

WINDOW = geom.Box([-2, -2], [2, 2])
LAYERS = {
    "rank 1": geom.Layer.relu([[0.5, 0.25], [0.5, 0.25], [0.5, 0.25]], [0.5, 0.0, -0.375]),
    "orthogonal": geom.Layer.relu([[0.75, 1.0], [-1.0, 0.75]], [0.25, -0.375]),
    "arbitrary": geom.Layer.relu([[1.0, 0.125], [-0.625, 0.875], [-0.5, -1.0]], [0.5, 0.5, 0.375]),
}


def cuts(layer):
    """The hyperplanes of a layer's units as segments across the window."""
    (left, bottom), (right, top) = WINDOW.low, WINDOW.high
    square = np.array([[left, bottom], [right, bottom], [right, top], [left, top]], dtype=float)
    segments = []
    for w, b in zip(layer.weight.floats(), layer.bias.floats()[:, 0], strict=True):
        half = clipped(square, [w], [-b])
        segments.append(half[np.abs(half @ w + b) < 1e-9])
    return segments


def draw_layer(ax, name, layer):
    diagram = layer_diagram(layer)
    n = len(diagram)
    draw_cells(ax, cells_from_sites(diagram, WINDOW), colours(n, 0.93, 0.045))
    draw_lines(ax, cuts(layer), DARK, 1.2)
    ax.scatter(*diagram.mu.T, s=52, c=colours(n, 0.62, 0.13), edgecolors="white", linewidths=1.2, zorder=5)
    frame(ax, WINDOW, f"{name}: {layer.n_units} units, {n} cells")


def draw():
    figure = new_figure(11.4, 4.3)
    for ax, (name, layer) in zip(figure.subplots(1, 3), LAYERS.items(), strict=True):
        draw_layer(ax, name, layer)
    figure.supxlabel("dots: the sites, in the colours of their cells", fontsize=9, color=INK)
    return figure


def main(folder=IMAGES):
    save(draw(), Path(folder) / "figure-2.png")
    for name, layer in LAYERS.items():
        print(f"{name}: {len(layer_diagram(layer))} cells")


# %%
# Parallel cuts of rank 1, a cross, and three lines in general position.

if __name__ == "__main__":
    main()
