"""Figure 6: every unit's edge
===========================

The edge of every unit of the network of figure 3, beside the partition after its layer.

Run ``python docs/examples/figure_6.py`` (package extra ``plot``); it writes ``docs/images/figure-6.png``, which docs/gallery.md explains.
"""

from pathlib import Path

from figure_3 import PARTITIONS, WINDOW, network
from figure_style import BLUE, GREY, IMAGES, INK, PAPER, RED, draw_cuts, draw_edge, draw_lines, edges, frame, new_figure, save

import geom
from geom.pictures.polygons import Polygons


def draw_partition(ax, drawn, layer):
    ax.set_facecolor(PAPER)
    draw_cuts(ax, drawn, layer)
    frame(ax, WINDOW, f"{PARTITIONS[layer]}: {len(drawn.partition)} cells")


def draw_unit(ax, before, edge, layer, name):
    """The edge over the partition of the layers before, whose sides are where it bends."""
    ax.set_facecolor(PAPER)
    draw_lines(ax, before.sides(before.layer >= 0), GREY, 0.7, zorder=2)
    draw_edge(ax, edge, BLUE if layer < 2 else RED, 1.8)
    frame(ax, WINDOW, f"{name}: {len(edge)}")


def draw_remark(ax):
    ax.set_axis_off()
    remark = "Beside each unit:\nthe segments of its\nedge, one for each\ncell (grey) of the\nlayers before that\nthe unit cuts."
    ax.text(0.05, 0.99, remark, fontsize=9, color=INK, va="top", linespacing=1.5)


def draw():
    net = network()
    figure = new_figure(9.6, 11.6)
    grid = figure.add_gridspec(6, 5)
    for layer in range(3):
        drawn = Polygons(geom.subdivide(net, WINDOW, upto=layer + 1))
        before = Polygons(geom.subdivide(net, WINDOW, upto=layer))
        draw_partition(figure.add_subplot(grid[2 * layer : 2 * layer + 2, :2]), drawn, layer)
        for unit, edge in enumerate(edges(net, layer, WINDOW)):
            row, column = divmod(unit, 3)
            place = grid[2 * layer + row, 2 + column] if layer < 2 else grid[4:, 2:4]
            draw_unit(figure.add_subplot(place), before, edge, layer, f"unit {unit}" if layer < 2 else "decision boundary")
    draw_remark(figure.add_subplot(grid[4:, 4]))
    return figure


def main(folder=IMAGES):
    save(draw(), Path(folder) / "figure-6.png")
    for layer in range(3):
        print(f"segments of the edges of layer {layer + 1}:", *map(len, edges(network(), layer, WINDOW)))


# %%
# A unit's edge has a segment in every cell of the layers before that the unit cuts.

if __name__ == "__main__":
    main()
