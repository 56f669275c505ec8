"""Figure 1: what a power diagram measures
=======================================

The power of a point as a squared tangent length, and as a squared distance one dimension up.

Run ``python docs/examples/figure_1.py`` (package extra ``plot``); it writes ``docs/images/figure-1.png``, which docs/gallery.md explains.
"""

from pathlib import Path

import numpy as np
from figure_style import DARK, IMAGES, INK, QUIET, RED, cells_from_sites, colours, draw_cells, frame, new_figure, save
from matplotlib.patches import Circle
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

import geom
from geom.power.diagram import PowerDiagram

NAMES = "ABCD"
DIAGRAM = PowerDiagram([[-3, 3], [4, 3], [3, -5], [-5, -4]], [2, 16, 9, 5])
POINT = np.array([0.0, 0.0])
Q = 25  # any number from the largest rad on
WINDOW, BEYOND = geom.Box([-8.5, -8.5], [8.5, 8.5]), geom.Box([-9, -9], [9, 9])
STRONG = colours(4, 0.55, 0.12)
PALE = colours(4, 0.95, 0.028)


# %%
# The plane: circles, and their tangents from a point
# ---------------------------------------------------


def tangent_points(centre, radius, x):
    """Where the two tangents from x touch a circle."""
    across = centre - x
    distance = np.hypot(*across)
    turn = np.arcsin(radius / distance)
    length = np.sqrt(distance**2 - radius**2)
    angles = np.arctan2(across[1], across[0]) + np.array([turn, -turn])
    return x + length * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def draw_tangents(ax):
    draw_cells(ax, cells_from_sites(DIAGRAM, BEYOND), PALE, DARK, 1.0)  # the sides on the rim stay out of sight
    (winner,) = DIAGRAM.assign([POINT])
    for i, (centre, rad) in enumerate(zip(DIAGRAM.mu, DIAGRAM.rad, strict=True)):
        touches = tangent_points(centre, np.sqrt(rad), POINT)[:: -1 if NAMES[i] == "C" else 1]  # lest it run along one of B's
        ax.add_patch(Circle(centre, np.sqrt(rad), facecolor=(*STRONG[i], 0.13), edgecolor=STRONG[i], linewidth=1.4, zorder=3))
        colour, width = (RED, 2.0) if i == winner else (QUIET, 1.0)
        ax.plot(*np.stack([POINT, touches[0]]).T, color=colour, linewidth=width, zorder=4)
        ax.plot(*np.stack([POINT, touches[1]]).T, color=colour, linewidth=0.7, linestyle=(0, (2, 2)), zorder=4)
        ax.scatter(*centre, s=20, color=STRONG[i], zorder=5)
        ax.annotate(NAMES[i], centre, (5, 4), textcoords="offset points", fontsize=11, color=STRONG[i], zorder=6)
        length = DIAGRAM.tangent_length([POINT], i)[0]
        note(ax.annotate, f"{length:.0f}", 0.55 * touches[0] + 0.45 * POINT, colour if i == winner else DARK)
    ax.scatter(*POINT, s=34, color=INK, zorder=7)
    ax.annotate("x", POINT, (-4, -14), textcoords="offset points", fontsize=11, color=INK, zorder=7)
    frame(ax, WINDOW, "length of the tangents from x: the shortest names the cell")


def note(annotate, text, at, colour):
    annotate(text, at, fontsize=9, color=colour, ha="center", va="center", zorder=8, bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"})


# %%
# One dimension up
# ----------------


def draw_lift(ax):
    closed = [np.concatenate([polygon, polygon[:1]]) for polygon in cells_from_sites(DIAGRAM, WINDOW)]
    cells = [np.column_stack([polygon, np.zeros(len(polygon))]) for polygon in closed]
    ax.add_collection3d(Poly3DCollection(cells, facecolors=PALE, edgecolors=DARK, linewidths=1.0, zorder=1))
    lifted, foot = DIAGRAM.lift("sphere", Q=Q), np.append(POINT, 0)
    (winner,) = DIAGRAM.assign([POINT])
    for i, top in enumerate(lifted):
        ax.plot(*np.stack([top, [*top[:2], 0]]).T, color=STRONG[i], linewidth=1.0, linestyle=(0, (2, 2)), zorder=4)
        ax.plot(*np.stack([foot, top]).T, color=RED if i == winner else QUIET, linewidth=2.0 if i == winner else 1.0, zorder=5)
        ax.scatter(*top[:2], 0, s=10, color=STRONG[i], zorder=4, depthshade=False)
        ax.scatter(*top, s=30, color=STRONG[i], zorder=6, depthshade=False)
        ax.text(*(top + [0, 0, 0.6]), NAMES[i], fontsize=11, color=STRONG[i], ha="center", zorder=9)
        square = round(float(((top - foot) ** 2).sum()))
        middle = 0.62 * top + 0.38 * foot
        box = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none"}
        ax.text(*middle, f"$\\sqrt{{{square}}}$", fontsize=9, color=RED if i == winner else DARK, ha="center", va="center", zorder=10, bbox=box)
    ax.scatter(*foot, s=34, color=INK, zorder=8, depthshade=False)
    ax.text(-0.3, -1.6, 0, "x", fontsize=11, color=INK, ha="center", zorder=9)
    ax.set(xlim=(-8.5, 8.5), ylim=(-8.5, 8.5), zlim=(-1.5, 5.5))
    ax.set_box_aspect((17, 17, 7), zoom=1.14)
    ax.view_init(elev=38, azim=-97)
    ax.set_axis_off()
    ax.set_title(r"distance to the sites lifted to $(\mu,\ \sqrt{Q - \mathrm{rad}})$: the least names the same cell", fontsize=10, color=INK, pad=6)


# %%
# Both
# ----


def draw():
    figure = new_figure(11.4, 5.5)
    grid = figure.add_gridspec(1, 2, width_ratios=(5.2, 6.0))
    draw_tangents(figure.add_subplot(grid[0]))
    draw_lift(figure.add_subplot(grid[1], projection="3d", computed_zorder=False))
    return figure


def main(folder=IMAGES):
    save(draw(), Path(folder) / "figure-1.png")
    print("tangents from x:", *(f"{name} {DIAGRAM.tangent_length([POINT], i)[0]:g}" for i, name in enumerate(NAMES)))


# %%
# The shortest tangent names the cell: x lies in that of B.

if __name__ == "__main__":
    main()
