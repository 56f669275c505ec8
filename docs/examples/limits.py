"""Where it gets slow
==================

What a cell costs as dimensions and layers grow: the tables of docs/performance.md.

Run ``python docs/examples/limits.py``; it takes a minute or two. The build of the gallery does not run it: what it prints are times.
"""

from itertools import pairwise
from time import process_time

import numpy as np

import geom

BY_DIMENSION = ("2-400", "3-100", "4-50", "5-30", "6-20", "7-14", "8-12", "9-11")
BY_DEPTH = (2, 8, 16, 32, 64)
WIDTH = 12


def he_network(name, bias=0.1):
    """ReLU layers of these widths with weights from N(0, 2 / inputs) and biases of this deviation: with 0.1 the networks of the benchmark."""
    random = np.random.default_rng(0)
    widths = [*map(int, name.split("-")), 1]
    drawn = [(random.standard_normal((n, m)) * np.sqrt(2 / m), random.standard_normal(n) * bias) for m, n in pairwise(widths)]
    return geom.Network.mlp(*zip(*drawn, strict=True))


def walked(network, integers=True):
    """The partition of [-1, 1]^d, and microseconds of processor time a cell."""
    d = network.input_dim
    start = process_time()
    part = geom.subdivide(network, geom.Box([-1] * d, [1] * d), engine=geom.Engine(integers=integers))
    return part, (process_time() - start) / len(part) * 1e6


def degenerate():
    """Networks in which zeros are the rule: of short numbers, the same without 64-bit integers, of many digits."""
    short = geom.examples.resonance(5).network
    yield "resonance, n = 5", *walked(short)
    yield "the same with `Engine(integers=False)`", *walked(short, integers=False)
    yield "3-24-24 without biases", *walked(he_network("3-24-24", bias=0))


def most_corners(part, sample=5):
    """The largest number of vertices among a few random cells."""
    chosen = np.random.default_rng(0).choice(len(part), min(sample, len(part)), replace=False)
    return max(len(part[i].vrep()[0]) for i in chosen.tolist())


def bytes_of_a_cell(part):
    """What is stored, divided by the cells."""
    return round(sum(column.nbytes for column in part.columns[:6]) / len(part))


def main():
    walked(he_network("2-8-8"))  # compiles
    walked(geom.examples.resonance(3).network)
    print("| He network | cells | vertices of five cells, at most | us a cell | bytes a cell |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name in BY_DIMENSION:
        part, cost = walked(he_network(name))
        print(f"| {name} | {len(part):,} | {most_corners(part)} | {cost:.3g} | {bytes_of_a_cell(part)} |", flush=True)
    print("\n| layers of a 2-input network | cells | us a cell | signs in integers of any length |")
    print("| ---: | ---: | ---: | ---: |")
    for depth in BY_DEPTH:
        part, cost = walked(he_network("-".join(["2", *[str(WIDTH)] * depth])))
        print(f"| {depth} | {len(part):,} | {cost:.3g} | {part.stats.exact:,} |", flush=True)
    print("\n| degenerate network | cells | us a cell | signs in 64-bit integers | of any length |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, part, cost in degenerate():
        print(f"| {name} | {len(part):,} | {cost:.3g} | {part.stats.integers:,} | {part.stats.exact:,} |", flush=True)


if __name__ == "__main__":
    main()
