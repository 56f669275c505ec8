"""What a forward pass saves
=========================

The cell of an input by the network itself, and by a search through the sites of all cells: the table of docs/power-diagrams.md.

Run ``python docs/examples/forward_or_search.py``; it takes a minute. The build of the gallery does not run it: what it prints are times, and
those of a machine that does something else beside it mean nothing.
"""

from itertools import pairwise
from time import perf_counter

import numpy as np

import geom
from geom.sites import complexity_table, network_cost, sites_cost

NETWORKS = ("3-8", "3-16", "3-32", "3-64", "3-16-16", "3-32-32", "3-32-32-32")
HEADER = (
    *("He network", "cells", "codes of all layers", "multiply-adds: forward", "search", "ns: forward", "search"),
    *("numbers: forward", "all codes", "all cells", "equal"),
)
INPUTS, AT_ONCE, ROUNDS = 4096, 64, 3


def he_network(name):
    """ReLU layers of these widths with weights from N(0, 2 / inputs) and biases from N(0, 0.01)."""
    random = np.random.default_rng(0)
    widths = [*map(int, name.split("-")), 1]
    weights = [random.normal(size=(n, m)) * np.sqrt(2 / m) for m, n in pairwise(widths)]
    return geom.Network.mlp(weights, [random.normal(size=n) * 0.1 for n in widths[1:]])


def forward(network, x):
    """Codes by one product of matrices a layer."""
    codes = []
    for layer in network.hidden:
        h = x @ layer.weight.floats().T + layer.bias.floats()[:, 0]
        codes.append(h > 0)
        x = np.maximum(h, 0)
    return np.concatenate(codes, axis=1).astype(np.uint8)


def search(mu, offset, x):
    """Cells by the least of ||mu||^2 - rad - 2 <mu, x>."""
    return np.concatenate([np.argmin(offset - 2 * (x[i : i + AT_ONCE] @ mu.T), axis=1) for i in range(0, len(x), AT_ONCE)])


def nanoseconds(work, *arguments):
    """The best of a few rounds, for one input."""
    times = []
    for _ in range(ROUNDS):
        start = perf_counter()
        work(*arguments)
        times.append(perf_counter() - start)
    return min(times) / INPUTS * 1e9


def main():
    x = np.random.default_rng(1).uniform(-1, 1, size=(INPUTS, 3))
    print(f"| {' | '.join(HEADER)} |")
    print("|" + " --- |" * len(HEADER))
    for name in NETWORKS:
        network = he_network(name)
        part = geom.subdivide(network, geom.Box([-1] * 3, [1] * 3))
        mu, rad = part.whole_diagram().sites()
        offset = (mu**2).sum(axis=1) - rad
        bits = sum(codes.bit_length() - 1 for codes in complexity_table(network)["codes"])
        by_layers, by_cells = network_cost(network, shared=True), sites_cost(len(part), 3)
        work = by_layers.multiply_adds, by_cells.multiply_adds
        stored = f"{by_layers.numbers:,} | 2^{bits + 2} | {by_cells.numbers:,}"  # four numbers a site
        equal = float((forward(network, x) == part.codes[search(mu, offset, x)]).all(axis=1).mean())
        times = nanoseconds(forward, network, x), nanoseconds(search, mu, offset, x)
        print(f"| {name} | {len(part):,} | 2^{bits} | {work[0]:,} | {work[1]:,} | {times[0]:,.0f} | {times[1]:,.0f} | {stored} | {equal:.2%} |")


if __name__ == "__main__":
    main()
