"""Cells and linear regions
========================

A small network in which these are two numbers: the picture of docs/linear-regions.md and the counts that it quotes. On the left are the cells, on the
right the regions that are left when cells that share a facet and have the same affine map are merged; colours are maps, as in ``geom plot``.

Run ``python docs/examples/linear_regions.py`` (package extra ``plot``); it writes ``docs/images/linear-regions.png``.
"""

from collections import Counter
from pathlib import Path

import numpy as np
from figure_style import IMAGES, new_figure, save
from matplotlib.collections import LineCollection, PolyCollection

import geom
from geom.pictures.palette import colours_of_maps

BORDER, GONE, TEXT = "#46506b", "#9aa1b0", "#1f2533"
SQUARE = geom.Box([-2, -2], [2, 2])


def network():
    """2-8-2-1 with random weights of one decimal. Where both units of the second layer are off, the output is constant."""
    rng = np.random.default_rng(27)
    weights = [np.round(rng.normal(size=shape), 1) for shape in ((8, 2), (2, 8), (1, 2))]
    return geom.Network.mlp(weights, [np.round(rng.normal(size=8) * 0.6, 1), np.round(rng.normal(size=2) * 0.5, 1), np.zeros(1)])


def corners(cell):
    """Exact vertices of a polygon, going round."""
    vertices = cell.vrep(exact=True)[0]
    x, y = (vertices - cell.witness).astype(np.float64).T
    return [tuple(vertex) for vertex in vertices[np.argsort(np.arctan2(y, x))]]


def borders(polygons, regions):
    """Sides between cells of two regions, and between cells of one. Neighbours have their common corners exactly in common."""
    owners = {}
    for polygon, region in zip(polygons, regions, strict=True):
        for side in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            owners.setdefault(frozenset(side), []).append(region)
    shared = [(list(side), owned[0] == owned[1]) for side, owned in owners.items() if len(owned) == 2]
    return [side for side, is_inner in shared if not is_inner], [side for side, is_inner in shared if is_inner]


def as_floats(points):
    return np.array(points, dtype=np.float64)


def draw(ax, title, polygons, colours, kept, gone):
    ax.add_collection(PolyCollection([as_floats(p) for p in polygons], facecolors=colours, edgecolors=colours, linewidths=0.4))
    ax.add_collection(LineCollection([as_floats(side) for side in gone], colors=GONE, linewidths=0.8, linestyles=(0, (1, 2.5))))
    ax.add_collection(LineCollection([as_floats(side) for side in kept], colors=BORDER, linewidths=1.1, capstyle="round"))
    ax.set(xlim=(-2, 2), ylim=(-2, 2), aspect="equal", xticks=[], yticks=[])
    ax.set_title(title, fontsize=12, color=TEXT, pad=9)
    ax.spines[:].set(color="#8a8d91", linewidth=0.6)


# %%
# Cells that touch and have the same map are one region. A and B have the same map and do not touch: two regions.


def main(folder=IMAGES):
    part = geom.subdivide(network(), SQUARE)
    regions = part.linear_regions().tolist()
    slopes, offsets = zip(*(cell.affine(exact=True) for cell in part), strict=True)
    maps = [(*slope.ravel(), *offset) for slope, offset in zip(slopes, offsets, strict=True)]
    print(f"{len(part)} cells, {len(set(regions))} linear regions, {len(set(maps))} affine maps")

    polygons = [corners(cell) for cell in part]
    colours = colours_of_maps(np.array(slopes, dtype=np.float64))
    figure = new_figure(11, 5.9)
    left, right = figure.subplots(1, 2)
    kept, gone = borders(polygons, regions)
    draw(left, f"{len(part)} cells", polygons, colours, kept + gone, [])
    draw(right, f"{len(set(regions))} linear regions", polygons, colours, kept, gone)

    # One map on several regions: each is named where its largest cell is.
    regions_of = {m: sorted({r for r, other in zip(regions, maps, strict=True) if other == m}) for m in maps}
    [shared] = [found for found in regions_of.values() if len(found) > 1]
    sizes = Counter(regions)
    for name, region in zip("AB", shared, strict=True):
        largest = max((cell for cell in part if regions[cell.index] == region), key=lambda cell: cell.volume())
        right.annotate(name, as_floats(corners(largest)).mean(axis=0), ha="center", va="center", fontsize=15, fontweight="bold", color=TEXT)
        print(f"{name}: {sizes[region]} cells, output {maps[largest.index][-1]}")
    save(figure, Path(folder) / "linear-regions.png")


if __name__ == "__main__":
    main()
