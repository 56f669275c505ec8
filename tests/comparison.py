"""The engine's answers in the reference's words: tuples of plain numbers, one code a cell."""

from fractions import Fraction
from functools import cache

import reference

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
    return cell.witness_exact if cell.witness_exact is not None else exact(cell.witness)


def exact(point):
    return tuple(Fraction(v) for v in point.tolist())


def slacks(cell, point):
    """b - A x of the cell's exact rows: all positive strictly inside, none negative in the closed cell."""
    return [bound - sum(a * x for a, x in zip(row, point, strict=True)) for row, bound in zip(*cell.hrep(exact=True), strict=True)]


def exact_vertices(cell):
    return [tuple(v) for v in cell.vrep(exact=True)[0]]
