"""The engine's answers in the reference's words: tuples of plain numbers, one code a cell."""

from fractions import Fraction
from functools import cache

import geom


@cache
def both_sides(problem_of, *key):
    """The problem that `problem_of(*key)` makes, the engine's partition and the reference's cells by code, computed once."""
    problem = problem_of(*key)
    return problem, geom.subdivide(problem.network(), problem.region()), problem.reference_cells()


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


def interior_point(cell):
    """The exact point that the cell gives as its witness."""
    return cell.witness_exact if cell.witness_exact is not None else exact(cell.witness)


def exact(point):
    return tuple(Fraction(v) for v in point.tolist())


def slacks(cell, point):
    """b - A x of the cell's exact rows: all positive strictly inside, none negative in the closed cell."""
    return [bound - sum(a * x for a, x in zip(row, point, strict=True)) for row, bound in zip(*cell.hrep(exact=True), strict=True)]


def exact_vertices(cell):
    return [tuple(v) for v in cell.vrep(exact=True)[0]]
