"""True counts of random and of extremal networks beside the bounds of their architectures: the tables of docs/bounds.md.

Run `python docs/examples/bounds_table.py`. Every network is enumerated in the whole space unless its row says otherwise, and `validate` raises if a
count exceeds an upper bound.
"""

import random
from itertools import pairwise
from math import comb

import numpy as np

import geom
from geom.bounds import Architecture, table, validate

SEED, EACH = 2024, 12
ARCHITECTURES = [
    ("relu", 1, (8,)),
    ("relu", 1, (3, 3)),
    ("relu", 1, (3, 3, 3)),
    ("relu", 2, (3,)),
    ("relu", 2, (8,)),
    ("relu", 2, (3, 2)),
    ("relu", 2, (4, 4)),
    ("relu", 2, (2, 2, 2)),
    ("relu", 2, (6, 6, 6)),
    ("relu", 2, (16, 16)),
    ("relu", 2, (1, 8)),
    ("relu", 3, (6,)),
    ("relu", 3, (4, 4)),
    ("relu", 3, (2, 8)),
    ("relu", 3, (6, 6)),
    ("relu", 4, (5, 5)),
    ("leaky_relu", 2, (4, 4)),
    ("leaky_relu", 3, (4, 4)),
    ("abs", 1, (1, 1, 1, 1)),
    ("abs", 2, (2, 2, 2)),
    ("abs", 2, (4, 4)),
    ("abs", 3, (3, 3)),
]


def random_network(source, kind, input_dim, widths):
    """Weights and biases are whole numbers from -99 to 99."""
    sizes = [input_dim, *widths, 1]
    weights = [[[source.randint(-99, 99) for _ in range(m)] for _ in range(n)] for m, n in pairwise(sizes)]
    return geom.Network.mlp(weights, [[source.randint(-99, 99) for _ in range(n)] for n in sizes[1:]], kind)


def random_rows():
    """One row an architecture: what its networks have, and what bounds allow."""
    source = random.Random(SEED)
    for kind, input_dim, widths in ARCHITECTURES:
        found = [validate(geom.subdivide(random_network(source, kind, input_dim, widths))) for _ in range(EACH)]
        bounds = table(Architecture.mlp(input_dim, widths, kind))
        cells = [each.cells for each in found]
        attained = sum(cells[i] == bounds.best_upper for i in range(EACH))
        yield [
            f"{kind} {input_dim}-{list(widths)}",
            f"{min(cells):,} to {max(cells):,}",
            f"{min(each.linear_regions for each in found):,} to {max(each.linear_regions for each in found):,}",
            *(f"{bounds[name].value:,}" if bounds[name].applies else "" for name in ("Serra et al. 2018", "Montufar 2017", "codes")),
            f"{bounds.best_upper / max(cells):.2f}",
            f"{attained}",
        ]


# --- networks that attain bounds -------------------------------------------------------------------------------------------------------------


def zigzag(n, is_turned):
    """Facing of n units, the row that reads a zigzag from their outputs, its offset: n + 1 pieces with the third unit turned, else n on [0, 1]."""
    if is_turned:
        return np.where(np.arange(1, n + 1) == 3, -1.0, 1.0), np.array([-3.0, *(2.0 * (-1) ** k for k in range(2, n + 1))]), 5.0
    return np.ones(n), np.array([1.0, *(2.0 * (-1) ** k for k in range(1, n))]), 0.0


def folds(d, widths, is_turned):
    """Layers that fold every coordinate, then hyperplanes in general position whose vertices lie in the open unit cube."""
    layers, read, offset = [], np.eye(d), np.zeros(d)
    for n in widths[:-1]:
        m = n // d
        facing, row, shift = zigzag(m, is_turned)
        teeth = m + is_turned
        starts = np.arange(m) + is_turned
        weight = np.kron(np.eye(d), (teeth * facing)[:, None]) @ read
        layers.append(geom.Layer.relu(weight, (facing * (teeth * offset[:, None] - starts)).ravel()))
        read, offset = np.kron(np.eye(d), row[None]), np.full(d, shift)
    normals, bias = general_position(widths[-1], d)
    return geom.Network([*layers, geom.Layer.relu(normals @ read, normals @ offset + bias)])


def general_position(n, d):
    """Points of the interval, or tangents of a small circle; units face to and fro, so that nowhere all are off."""
    to_and_fro = (-1.0) ** np.arange(n)
    if d == 1:
        return to_and_fro[:, None] * (n + 1), to_and_fro * -np.arange(1, n + 1)
    angles = np.arange(n) * np.pi / n
    normals = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return to_and_fro[:, None] * normals, to_and_fro * (-normals.sum(axis=1) / 2 - 0.05)


def zonotope(d, m, w, depth):
    """|<b_1, x>| + ... + |<b_m, x>|, folded by `depth` layers of w units."""
    segments = np.random.default_rng(d).normal(size=(m, d))
    layers, read = [geom.Layer.relu(np.vstack([segments, -segments]), np.zeros(2 * m))], np.ones((1, 2 * m))
    for _ in range(depth):
        layers.append(geom.Layer.relu(w * np.repeat(read, w, axis=0), -np.arange(w)))
        read = zigzag(w, False)[1][None]
    return geom.Network([*layers, geom.Layer.linear(read, [0])])


def absolute_folds(d, depth):
    """|...||x| - 1/2| - 1/4 ...| in every coordinate."""
    biases = [np.zeros(d), *(np.full(d, -(2.0**-k)) for k in range(1, depth))]
    return geom.Network.mlp([np.eye(d)] * (depth + 1), [*biases, np.zeros(d)], "abs")


def moment_layer(n, d, is_central=False):
    """Hyperplanes t**d + t**(d-1) x_(d-1) + ... + x_0 = 0 for t = 1, ..., n, in general position; or through the origin."""
    t = np.arange(1, n + 1)
    return geom.Network([geom.Layer.relu(t[:, None] ** np.arange(d), t**d * (not is_central))])


def extremal_networks():
    """Name, network, domain, and how many cells mathematics says it has."""
    yield "moment curve", moment_layer(9, 3), None, sum(comb(9, j) for j in range(4))
    yield "moment curve", moment_layer(12, 4), None, sum(comb(12, j) for j in range(5))
    yield "moment curve through 0", moment_layer(8, 3, True), None, 2 * sum(comb(7, j) for j in range(3))
    for d, widths in [(1, (3, 3)), (1, (4, 3, 2)), (2, (4, 3)), (2, (6, 6, 3))]:
        cells = sum(comb(widths[-1], j) for j in range(d + 1))
        for n in widths[:-1]:
            cells *= (n // d) ** d
        yield "zigzag of Montufar, unit cube", folds(d, widths, False), geom.Box([0] * d, [1] * d), cells
    for d, widths in [(1, (3, 3)), (1, (4, 3, 3)), (1, (3, 3, 3, 3, 3)), (2, (6, 6)), (2, (6, 6, 6)), (2, (8, 8))]:
        cells = sum(comb(widths[-1], j) for j in range(d + 1))
        for n in widths[:-1]:
            cells *= (n // d + 1) ** d
        yield "zigzag of Serra", folds(d, widths, True), None, cells
    for d, m, w, depth in [(2, 3, 2, 1), (2, 4, 3, 3), (3, 4, 3, 2), (3, 5, 2, 1)]:
        yield "zonotope of Arora", zonotope(d, m, w, depth), None, 2 * sum(comb(m - 1, i) for i in range(d)) * w**depth
    for d, depth in [(1, 8), (2, 3), (2, 5), (3, 3)]:
        yield "folds of abs", absolute_folds(d, depth), None, 2 ** (d * depth)


def extremal_rows():
    """One row a network: its cells, checked against the number that its construction gives, beside the bounds."""
    for name, net, domain, cells in extremal_networks():
        found = validate(geom.subdivide(net, domain))
        assert found.cells == cells, (name, found.cells, cells)
        bounds = table(net)
        tight = [check.row.bound.name for check in found.tight]
        lower = [check for check in found.checks if not check.is_upper]
        best = max(lower, key=lambda check: check.value, default=None)
        yield [
            name,
            f"{net.input_dim}-{list(net.widths)}",
            f"{found.cells:,}",
            f"{found.linear_regions:,}",
            f"{bounds.best_upper:,}",
            f"{best.value:,} ({best.row.bound.name.split(',')[0]})" if best else "",
            "upper and lower" if {"upper", "lower"} <= kinds(tight) else " ".join(sorted(kinds(tight))),
        ]


def kinds(names):
    return {bound.kind for bound in geom.bounds.CATALOGUE if bound.name in names}


# --- printing ----------------------------------------------------------------------------------------------------------------------------------

RANDOM_HEADER = ["architecture", "cells", "linear regions", "Serra = Hinz", "Montufar 2017", "codes", "best bound / most cells", "attained"]
EXTREMAL_HEADER = ["construction", "architecture", "cells", "linear regions", "best upper", "best lower", "attains"]


def as_markdown(header, rows):
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def main():
    print(f"{len(ARCHITECTURES) * EACH} random networks, {EACH} of each architecture\n")
    print(as_markdown(RANDOM_HEADER, random_rows()))
    print()
    print(as_markdown(EXTREMAL_HEADER, extremal_rows()))


if __name__ == "__main__":
    main()
