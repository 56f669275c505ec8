"""The engine's answers in the reference's words: tuples of plain numbers, one code a cell."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from functools import cache
from math import lcm
from operator import mul
from pathlib import Path

import reference

import geom

MOST_FACETS = 600


@cache
def both_sides(problem_of, *key):
    """The problem that `problem_of(*key)` makes, the engine's partition and the reference's cells by code, computed once."""
    problem = problem_of(*key)
    return problem, geom.subdivide(problem.network(), problem.region()), problem.reference_cells()


def dot(a, b):
    return sum(p * q for p, q in zip(a, b, strict=True))


def codes(part):
    return [tuple(code) for code in part.codes.tolist()]


def facet_names(cell):
    """(walls, units) of every facet, as the reference names them."""
    return [(facet.walls, facet.units) for facet in cell.facets]


def assert_same_cells(part, expected, problem):
    """The engine found the reference's cells, in lexicographic order, each with its facets, none twice."""
    assert codes(part) == sorted(expected), problem
    for cell, code in zip(part, codes(part), strict=True):
        assert sorted(facet_names(cell)) == sorted(expected[code].facet_names()), (code, problem)


def assert_same_open_cells(part, expected, problem):
    """Codes, facets and boundedness are those of the reference; in a bounded domain every cell is bounded."""
    assert_same_cells(part, expected, problem.shown())
    bounded = [not problem.is_open or expected[code].is_bounded for code in codes(part)]
    assert part.is_bounded.tolist() == bounded, problem.shown()


def assert_witnesses_inside(part, problem):
    """Every witness satisfies strictly the inequalities that the reference gives its code, and has that code."""
    net = problem.reference_network()
    for cell, code in zip(part, codes(part), strict=True):
        point = interior_point(cell)
        rows = reference.rows_of(net, code, problem.dim, problem.reference_region())
        assert all(sum(a * x for a, x in zip(row, (*point, 1), strict=True)) > 0 for row in rows), (problem.shown(), code)
        assert reference.code_at(net, point) == code, problem.shown()


def assert_as_in_the_reference(problem):
    """The engine's partition, proven equal to the reference's."""
    part = geom.subdivide(problem.network(), problem.region())
    assert_same_open_cells(part, problem.reference_cells(), problem)
    assert_witnesses_inside(part, problem)
    return part


def interior_point(cell):
    """The exact point that the cell gives as its witness."""
    return cell.exact_witness if cell.exact_witness is not None else exact(cell.witness)


def exact(point):
    return tuple(Fraction(v) for v in point.tolist())


def slacks(cell, point):
    """b - A x of the cell's exact rows: all positive strictly inside, none negative in the closed cell."""
    return [bound - sum(a * x for a, x in zip(row, point, strict=True)) for row, bound in zip(*cell.hrep(exact=True), strict=True)]


def exact_vertices(cell):
    return [tuple(v) for v in cell.vrep(exact=True)[0]]


@cache
def across_facets(problem_of, *key):
    """What lies across facets, geometrically: code, (walls, units) of a facet, and the code of the only other cell that holds a point inside it.

    An unbounded domain is cut by a box that holds, strictly inside, a point of every face (`reference.coordinate_bound`). Of many facets, every so
    many-th is taken.
    """
    problem = problem_of(*key)
    net, walls, dim = problem.reference_network(), problem.reference_region(), problem.dim
    if problem.is_open:
        radius = reference.coordinate_bound(net, dim, walls)
        walls = [*walls, *reference.box([-radius] * dim, [radius] * dim)]
    cells = reference.cells(net, walls)
    rows = {cell.code: [_integers(row) for row in reference.rows_of(net, cell.code, dim, walls)] for cell in cells}
    facets = [(cell.code, facet) for cell in cells for facet in cell.facets if not facet.walls]
    found = []
    for code, facet in facets[:: 1 + len(facets) // MOST_FACETS]:
        point = _integers([*(sum(x) / len(facet.vertices) for x in zip(*facet.vertices, strict=True)), Fraction(1)])
        others = [other for other, own in rows.items() if other != code and all(sum(map(mul, row, point)) >= 0 for row in own)]
        assert len(others) == 1, (problem.shown(), code, facet, others)
        found.append((code, (facet.walls, facet.units), others[0]))
    return found


def _integers(numbers):
    """The same up to a positive factor."""
    scale = lcm(*(Fraction(v).denominator for v in numbers))
    return [int(v * scale) for v in numbers]


def digests_without_compiler(script, which, warnings):
    """What a script of this folder prints as JSON where numba compiles nothing."""
    done = subprocess.run(
        [sys.executable, "-W", warnings, str(Path(__file__).parent / script), which],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
