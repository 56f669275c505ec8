"""Boundaries, their angles, and edges of units
============================================

Edges of units, a boundary with its angles and one of them from near, a surface and its angles: the pictures of docs/boundary.md.

Run ``python docs/examples/boundaries.py`` (package extra ``plot``); it writes ``docs/images/boundary-*.png``.
"""

from pathlib import Path

import numpy as np
from figure_3 import WINDOW
from figure_3 import network as network_of_figure_3
from figure_style import BLUE, DARK, GREY, IMAGES, INK, PAPER, QUIET, RED, colours, draw_edge, draw_lines, frame, new_figure, save
from matplotlib.collections import PolyCollection
from matplotlib.patches import Arc

import geom
from geom.pictures.boundaries import plot_boundary
from geom.pictures.histograms import plot_angles
from geom.pictures.polygons import Polygons
from geom.pictures.shapes import meeting_points, shapes, view_of
from geom.pictures.surfaces import plot_boundary_3d

PLANE = geom.Box(["-1.1", "-0.95"], ["0.9", "1.95"])
SPACE = geom.Box([-3, -3, -3], [3, 3, 3])
NEAR = 0.13  # half width of the picture from near
SEEN_FROM = (22, -60)


def network(seed, *widths, scale, steep, high):
    """ReLU with weights of two decimals, whose output mostly falls outwards."""
    rng = np.random.default_rng(seed)
    d, first, second = widths
    weights = [rng.normal(size=(first, d)), rng.normal(size=(second, first)) * np.sqrt(2 / first), rng.normal(size=(1, second)) - steep]
    biases = [rng.normal(size=first) * scale[0], rng.normal(size=second) * scale[1], np.array([high])]
    return geom.Network.mlp([np.round(w, 2) for w in weights], [np.round(b, 2) for b in biases])


def in_the_plane():
    """A compact {f >= 0} with a boundary of 24 pieces."""
    return geom.subdivide(network(35, 2, 8, 6, scale=(0.7, 0.5), steep=0.5, high=0.5), PLANE).decision_boundary()


def in_space():
    """A compact {f >= 0} with a boundary of 136 pieces."""
    return geom.subdivide(network(143, 3, 12, 6, scale=(0.7, 0.5), steep=0.8, high=1.5), SPACE).decision_boundary()


# %%
# Edges
# -----


def draw_edges():
    """The edges of all units of a layer over the cells of the layers before, for each layer of a 2-6-6-1 network."""
    part = geom.subdivide(network_of_figure_3(), WINDOW)
    figure = new_figure(9.6, 3.5)
    for layer, ax in enumerate(figure.subplots(1, 3)):
        width = part.network.widths[layer]
        edges = [part.edge(layer, unit) for unit in range(width)]
        below = Polygons(edges[0].partition)
        ax.set_facecolor(PAPER)
        draw_lines(ax, below.sides(below.layer >= 0), GREY, 0.7, zorder=2)
        for edge, colour in zip(edges, [RED] if layer == 2 else colours(width, 0.58, 0.14), strict=True):
            draw_edge(ax, shapes(edge, view_of(edge)), colour, 1.8)
        n = sum(map(len, edges))
        frame(ax, WINDOW, f"decision boundary: {n} pieces" if layer == 2 else f"edges of layer {layer + 1}: {n} pieces")
    return figure


# %%
# Angles
# ------


def obtuse(boundary):
    """The row of the largest angle of a boundary: printed |cos| gives another one (erratum E20)."""
    return int(boundary.angles()["theta"].argmax())


def draw_near(ax, boundary, row):
    """One vertex with the two pieces there, their normals and the angles."""
    table = boundary.angles()
    at = meeting_points(boundary)[row]
    window = geom.Box(at - NEAR, at + NEAR)
    first, second = int(table["piece_a"][row]), int(table["piece_b"][row])
    polygons = Polygons(boundary.partition)
    ax.set_facecolor(PAPER)
    corners = np.split(polygons.corners, polygons.start[1:-1])
    inside = [positive(corners[cell], boundary, piece) for piece, cell in zip(range(len(boundary)), boundary.cell.tolist(), strict=True)]
    ax.add_collection(PolyCollection(inside, facecolors="#dfe9f5", edgecolors="#dfe9f5", linewidths=0.5, zorder=1), autolim=False)
    draw_lines(ax, polygons.sides(polygons.layer >= 0), GREY, 0.9, zorder=2)
    draw_edge(ax, shapes(boundary, view_of(boundary)), RED, 2.0)
    angles = []
    for piece, name in ((first, r"$\alpha$"), (second, r"$\alpha'$")):
        normal = boundary.alpha[piece] / np.linalg.norm(boundary.alpha[piece])
        angles.append(np.degrees(np.arctan2(normal[1], normal[0])))
        tip = at + 0.75 * NEAR * normal
        ax.annotate("", tip, at, arrowprops={"arrowstyle": "-|>", "color": BLUE, "shrinkA": 0, "shrinkB": 0, "linewidth": 1.6}, zorder=7)
        ax.text(*(at + 0.86 * NEAR * normal), name, color=BLUE, fontsize=12, ha="center", va="center", zorder=8)
    low, turn = sweep(*angles)
    inner = sweep(*(to_middle(boundary, piece, at) for piece in (first, second)))
    draw_arc(ax, at, 0.3, low, turn, BLUE)
    draw_arc(ax, at, 0.55, *inner, RED)
    write(ax, at, 0.45, low + turn - 14, rf"$\theta$ = {turn:.0f}°", BLUE)
    write(ax, at, 0.72, inner[0] + inner[1] / 2, f"{inner[1]:.0f}°", RED)
    frame(ax, window, "one angle from near")


def draw_arc(ax, at, radius, start, turn, colour):
    size = 2 * radius * NEAR
    ax.add_patch(Arc(at, size, size, theta1=start, theta2=start + turn, color=colour, linewidth=1.4, zorder=7))


def write(ax, at, radius, degrees, text, colour):
    place = at + radius * NEAR * np.array([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))])
    ax.text(*place, text, color=colour, fontsize=11, ha="center", va="center", zorder=8)


def to_middle(boundary, piece, at):
    """The direction in which a piece runs from its end, in degrees."""
    x, y = boundary[piece].vrep()[0].mean(axis=0) - at
    return np.degrees(np.arctan2(y, x))


def sweep(one, two):
    """From which direction the smaller angle between two directions goes counter-clockwise, and how far, in degrees."""
    turn = (two - one) % 360
    return (one, turn) if turn <= 180 else (two, 360 - turn)


def positive(polygon, boundary, piece):
    """The part of a cell's polygon on which the form of a piece is positive."""
    values = polygon @ boundary.alpha[piece] + boundary.beta[piece]
    corners = []
    for p, q, here, there in zip(values, np.roll(values, -1), polygon, np.roll(polygon, -1, axis=0), strict=True):
        if p >= 0:
            corners.append(here)
        if p * q < 0:
            corners.append(here + p / (p - q) * (there - here))
    return np.array(corners).reshape(-1, 2)


def draw_angles():
    boundary = in_the_plane()
    figure = new_figure(9.6, 5)
    whole, near = figure.subplots(1, 2, width_ratios=(0.69, 1))
    plot_boundary(boundary, whole)
    frame(whole, PLANE, f"{len(boundary)} pieces, coloured by cell")
    draw_near(near, boundary, obtuse(boundary))
    return figure


# %%
# A surface
# ---------


def draw_surface():
    boundary = in_space()
    figure = new_figure(9.6, 4.6)
    ax = figure.add_subplot(1, 2, 1, projection="3d")
    corners = np.concatenate([piece.vrep()[0] for piece in boundary])
    low, high = corners.min(axis=0), corners.max(axis=0)
    plot_boundary_3d(boundary, ax, colour="signed", view=geom.Box(low, high))
    ax.view_init(*SEEN_FROM)
    ax.set_title(f"{len(boundary)} pieces", fontsize=10, color=INK)
    ax.tick_params(colors=QUIET)
    histogram = figure.add_subplot(1, 2, 2)
    plot_angles(boundary, histogram)
    histogram.set_box_aspect(0.75)
    histogram.xaxis.label.set_color(DARK)
    histogram.yaxis.label.set_color(DARK)
    return figure


# %%
# All of them
# -----------


def main(folder=IMAGES):
    for name, draw in (("edges", draw_edges), ("angles", draw_angles), ("surface", draw_surface)):
        save(draw(), Path(folder) / f"boundary-{name}.png")
    for boundary in (in_the_plane(), in_space()):
        total = boundary.curvature()
        print(boundary, f"absolute {total.absolute:.4f}, signed {total.signed:.4f}, Euler characteristic {boundary.euler_characteristic()}")


# %%
# Total curvature: of a compact {f >= 0} in the plane the signed one is 2 pi times its Euler characteristic.

if __name__ == "__main__":
    main()
