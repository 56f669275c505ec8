"""Distances of data to the boundaries of cells
============================================

How far data lie from the partition, layer by layer (Figure 5 of the paper), beside points anywhere in the square.

Run ``python docs/examples/distances.py`` (package extra ``plot``); it writes ``docs/images/distances.png``, which docs/distances.md explains.
"""

from pathlib import Path

import numpy as np
from figure_style import EXAMPLES, IMAGES, INK, new_figure, save

import geom

BINS = np.linspace(-4, 0, 33)  # of logarithms, the same for both


def samples():
    """The network, its data, and as many points anywhere in the square that holds them."""
    data = np.load(EXAMPLES / "digits-data.npz")["x"]
    return geom.load(EXAMPLES / "digits.npz"), {"data": data, "anywhere": np.random.default_rng(0).uniform(-1, 1, data.shape)}


def draw():
    net, points = samples()
    figure = new_figure(9.6, 3.4)
    for ax, (name, x) in zip(figure.subplots(1, 2, sharex=True, sharey=True), points.items(), strict=True):
        geom.plot_distances(geom.distance(net, x), ax, bins=BINS)
        ax.set_title(name, fontsize=10, color=INK)
    return figure


def main(folder=IMAGES):
    save(draw(), Path(folder) / "distances.png")
    net, points = samples()
    for name, x in points.items():
        print(name, *np.median(geom.distance(net, x).by_layer, axis=0).round(4))


# %%
# Medians, of the first layer and of both: data lie nearer to the boundaries than points anywhere do.

if __name__ == "__main__":
    main()
