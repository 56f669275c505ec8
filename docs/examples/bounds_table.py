"""Bounds beside true counts
=========================

True counts of random and of extremal networks beside the bounds of their architectures: the tables of docs/bounds.md.

Run ``python docs/examples/bounds_table.py``. Every network is enumerated in the whole space unless its row says otherwise, and
`geom.bounds.validate` raises if a count exceeds an upper bound.
"""

import random
from itertools import pairwise

import geom
from geom import examples
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


# %%
# Random networks
# ---------------


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


# %%
# Networks that attain bounds
# ---------------------------


def extremal_examples():
    """Name and example; their numbers of cells are formulas of the literature."""
    yield "moment curve", examples.generic(9, 3)
    yield "moment curve", examples.generic(12, 4)
    yield "moment curve through 0", examples.generic_central(8, 3)
    for d, widths in [(1, (3, 3)), (1, (4, 3, 2)), (1, (6, 1)), (2, (4, 3)), (2, (6, 6, 3))]:
        yield "folds of Montufar, unit cube", examples.montufar(d, widths)
    for d, widths in [(1, (3, 3)), (1, (4, 3, 3)), (1, (3, 3, 3, 3, 3)), (2, (6, 6)), (2, (6, 6, 6)), (2, (8, 8))]:
        yield "folds of Serra, a cube", examples.serra(d, widths)
    for m, d, w, depth in [(3, 2, 2, 1), (4, 2, 3, 3), (4, 3, 3, 2), (5, 3, 2, 1)]:
        yield "zonotope of Arora", examples.zonotope(m, d, w, depth)
    for d, depth in [(1, 8), (2, 3), (2, 5), (3, 3)]:
        yield "folds of abs", examples.absolute_folds(d, depth)
    for depth in (3, 8):
        yield "sawtooth of Telgarsky, [0, 1]", examples.sawtooth(depth)
    for teeth, d, depth in [(3, 1, 5), (3, 2, 2), (2, 3, 2)]:
        yield "zigzag, unit cube", examples.zigzag(teeth, d, depth)


def extremal_rows():
    """One row a network: its cells, checked against the number that its construction gives, beside the bounds."""
    for name, (net, cells, regions, _, domain) in extremal_examples():
        found = validate(geom.subdivide(net, domain))
        assert (found.cells, found.linear_regions) == (cells, regions or found.linear_regions), name
        bounds = table(net)
        tight = {check.row.bound.kind for check in found.tight}
        lower = [check for check in found.checks if check.row.bound.kind == "lower"]
        best = max(lower, key=lambda check: check.value, default=None)
        yield [
            name,
            f"{net.input_dim}-{list(net.widths)}",
            f"{found.cells:,}",
            f"{found.linear_regions:,}",
            f"{bounds.best_upper:,}",
            f"{best.value:,} ({best.row.bound.name.split(',')[0]})" if best else "",
            ", ".join(kind for kind in ("upper", "lower", "exact") if kind in tight),
        ]


# %%
# Arrangements
# ------------

FAMILIES = [
    *(("braid", n) for n in (3, 4, 5, 6)),
    *(("type_b", n) for n in (2, 3, 4)),
    *(("type_d", n) for n in (3, 4)),
    *(("shi", n) for n in (3, 4, 5)),
    *(("catalan", n) for n in (3, 4, 5)),
    *(("linial", n) for n in (4, 5, 6)),
    *(("semiorder", n) for n in (3, 4, 5)),
    *(("threshold_graphs", n) for n in (4, 5, 6)),
    *(("threshold_functions", n) for n in (2, 3, 4)),
    *(("generic_graphical", n) for n in (3, 4, 5)),
    *(("resonance", n) for n in (3, 4, 5)),
    ("grid", (5, 7)),
    ("grid", (3, 3, 3)),
]


def arrangement_rows():
    """One row an arrangement: the number in the literature, that of its characteristic polynomial, the enumerated one, that in general position."""
    for family, n in FAMILIES:
        example = getattr(examples, family)(n)
        found = validate(geom.subdivide(example.network), linear_regions=False, known={"literature": example.cells})
        by_name = {check.row.bound.name: check for check in found.checks}
        exact = by_name["characteristic polynomial"]
        polynomial = geom.arrangement.layer_polynomial(example.network.hidden[0])
        yield [
            f"{family} {n}",
            str(polynomial.hyperplanes),
            str(polynomial.dim),
            *(f"{v:,}" for v in (example.cells, exact.value, found.cells, polynomial.relatively_bounded, by_name["Zaslavsky 1975"].value)),
        ]


# %%
# Printing
# --------

RANDOM_HEADER = ["architecture", "cells", "linear regions", "Serra = Hinz", "Montufar 2017", "codes", "best bound / most cells", "attained"]
ARRANGEMENT_HEADER = ["arrangement", "hyperplanes", "dimension", "literature", "polynomial", "enumerated", "relatively bounded", "general position"]
EXTREMAL_HEADER = ["construction", "architecture", "cells", "linear regions", "best upper", "best lower", "attains"]


def as_markdown(header, rows):
    return "\n".join(f"| {' | '.join(row)} |" for row in [header, ["---"] * len(header), *rows])


def main():
    print(f"{len(ARCHITECTURES) * EACH} random networks, {EACH} of each architecture\n")
    print(as_markdown(RANDOM_HEADER, random_rows()))
    print()
    print(as_markdown(EXTREMAL_HEADER, extremal_rows()))
    print()
    print(as_markdown(ARRANGEMENT_HEADER, arrangement_rows()))


# %%
# The tables, as Markdown:

if __name__ == "__main__":
    main()
