"""Polytopes by vertices, in fractions, and the vertices of each facet; `python tests/polytopes.py` prints the bits of their measured volumes."""

import json
import random
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import factorial

import numpy as np

from geom.exact import as_fractions
from geom.polyhedra.measures import polytope_volumes
from geom.polyhedra.polyhedron import generators, interior_slack


def cube(k):
    vertices = list(product([0, 1], repeat=k))
    return vertices, [[i for i, v in enumerate(vertices) if v[j] == side] for j in range(k) for side in (0, 1)]


def simplex(k):
    """With a corner at 0 and edges 1, 2, ... along the axes."""
    vertices = [[0] * k, *([(j + 1) * (i == j) for i in range(k)] for j in range(k))]
    return vertices, [[i for i in range(k + 1) if i != left] for left in range(k + 1)]


def cross_polytope(k):
    vertices = [[s * (i == j) for i in range(k)] for j in range(k) for s in (1, -1)]
    return vertices, [[2 * j + side for j, side in enumerate(sides)] for sides in product([0, 1], repeat=k)]


def cyclic(k, n):
    """Points of the moment curve; facets by Gale's evenness condition."""
    vertices = [[Fraction(i, 4) ** j for j in range(1, k + 1)] for i in range(n)]

    def is_even(chosen):
        left = [i for i in range(n) if i not in chosen]
        return all(sum(u < i < v for i in chosen) % 2 == 0 for u, v in combinations(left, 2))

    return vertices, [list(chosen) for chosen in combinations(range(n), k) if is_even(chosen)]


def prism(n):
    """Over a polygon of n vertices on a parabola, of height 1."""
    base = [(i, i * i) for i in range(n)]
    vertices = [(*v, h) for h in (0, 1) for v in base]
    sides = [[i, (i + 1) % n, n + i, n + (i + 1) % n] for i in range(n)]
    return vertices, [list(range(n)), list(range(n, 2 * n)), *sides]


def pyramid(k):
    """Over the cube of k - 1 dimensions, of height 1: all facets but one meet in the apex."""
    vertices, facets = cube(k - 1)
    apex = len(vertices)
    return [*((*v, 0) for v in vertices), (0,) * (k - 1) + (1,)], [list(range(apex)), *([*facet, apex] for facet in facets)]


def moved(polytope, matrix, shift):
    """The image under x -> matrix x + shift."""
    vertices, facets = polytope
    rows = list(zip(matrix, shift, strict=True))
    return [[sum(Fraction(m) * v for m, v in zip(row, vertex, strict=True)) + s for row, s in rows] for vertex in vertices], facets


@cache
def random_polytope(seed, k):
    """Some integer rows within a cube, often many through one vertex: vertices, facets, and the row (a, b) of every facet."""
    rng = random.Random(f"{seed} {k}")
    while True:
        m = rng.randint(0, k + 2)
        rows = [[rng.randint(-2, 2) for _ in range(k)] for _ in range(m)] + [[s * (i == j) for i in range(k)] for j in range(k) for s in (1, -1)]
        sides = [rng.randint(0, 2) for _ in range(m)] + [2] * (2 * k)
        a, b = as_fractions(rows), as_fractions(sides)
        if interior_slack(a, b) > 0:
            break
    found = generators(a, b)
    facets = {}
    for row, side in zip(rows, sides, strict=True):
        on = [i for i, v in enumerate(found.vertices) if sum(p * q for p, q in zip(row, v, strict=True)) == side]
        points = np.array([found.vertices[i] for i in on], dtype=float).reshape(len(on), k)
        if len(on) >= k and np.linalg.matrix_rank(points - points[0]) == k - 1:
            facets[tuple(on)] = row, side
    return found.vertices, [list(f) for f in facets], list(facets.values())


def packed(polytopes):
    """The arrays that `polytope_volumes` takes."""
    corners = [facet for _, facets in polytopes for facet in facets]
    return (
        np.array([v for vertices, _ in polytopes for v in vertices], dtype=float),
        np.cumsum([0, *(len(vertices) for vertices, _ in polytopes)]),
        np.cumsum([0, *(len(facets) for _, facets in polytopes)]),
        np.cumsum([0, *map(len, corners)]),
        np.array([i for facet in corners for i in facet], dtype=int),
    )


def known():
    """(name, polytope, dimension, volume)."""
    for k in range(1, 7):
        yield f"cube {k}", cube(k), k, Fraction(1)
        yield f"simplex {k}", simplex(k), k, Fraction(1)
        yield f"cross-polytope {k}", cross_polytope(k), k, Fraction(2**k, factorial(k))
    for k in range(2, 6):
        yield f"pyramid {k}", pyramid(k), k, Fraction(1, k)
    for n in (3, 10, 65, 130):
        # Pick's theorem, or the sum of the trapezia between the parabola and its chord.
        yield f"prism {n}", prism(n), 3, Fraction((n - 1) ** 3, 2) - sum(Fraction(i * i + (i + 1) ** 2, 2) for i in range(n - 1))


def bits():
    """Volumes of all kinds of polytopes, as hexadecimal floats."""
    groups = {}
    for _, polytope, k, _ in known():
        if len(polytope[0]) < 100:
            groups.setdefault((k, k), []).append(polytope)
            groups.setdefault((k, k + 1), []).append(moved(polytope, np.eye(k + 1, k, dtype=int) + 1, [1] * (k + 1)))
    for k in (2, 3, 4):
        groups[k, k] += [random_polytope(seed, k)[:2] for seed in range(8)]
    return {f"{k} in {d}": [v.hex() for part in polytope_volumes(*packed(group), k) for v in part.tolist()] for (k, d), group in groups.items()}


if __name__ == "__main__":
    print(json.dumps(bits()))
