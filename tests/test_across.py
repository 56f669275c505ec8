"""Codes beyond facets and beside points, against the reference: the neighbour is the other cell that has the facet's vertices."""

import pytest
from cases import BY_NAME, CASES
from comparison import both_sides, codes
from test_sweep import integer_problem

from geom.adjacency.across import code_across, code_beside

SMALL = [case.name for case in CASES if case.cells < 200]
IN_BOXES = [seed for seed in range(96) if seed // 12 % 2 == 0]


def neighbours_in_the_reference(cells):
    """(code, units) of every facet without wall -> code of the cell beyond.

    Inside a facet no unit changes its sign, so cells meet facet to facet, and exactly one other cell has all vertices of the facet.
    """
    found = {}
    for code, cell in cells.items():
        for facet in cell.facets:
            if not facet.walls:
                (found[code, facet.units],) = (c for c, other in cells.items() if c != code and facet.vertices <= other.vertices)
    return found


def crossed(part):
    """(code, units) of every facet without wall -> what `code_across` says."""
    found = {}
    for cell, code in zip(part, codes(part), strict=True):
        for facet in cell.facets:
            if not facet.walls:
                words = part.columns.words[cell.index]
                found[code, facet.units] = tuple(code_across(part.oracle, part.network, words, cell.code, facet.units).tolist())
    return found


@pytest.mark.parametrize("name", SMALL)
def test_the_cell_beyond_a_facet_is_the_other_one_that_has_it(name):
    case, part, cells = both_sides(BY_NAME.__getitem__, name)
    assert crossed(part) == neighbours_in_the_reference(cells), case.because


@pytest.mark.parametrize("seed", IN_BOXES)
def test_beyond_a_facet_of_integer_networks_too(seed):
    problem, part, cells = both_sides(integer_problem, seed)
    assert crossed(part) == neighbours_in_the_reference(cells), problem.shown()


def test_some_neighbours_differ_in_more_units_than_their_facet_has():
    def woken(name):
        return sum(sum(a != b for a, b in zip(code, beyond, strict=True)) > len(units) for (code, units), beyond in crossings(name).items())

    def crossings(name):
        return crossed(both_sides(BY_NAME.__getitem__, name)[1])

    assert woken("relu of relu") == 1  # out of the half where the second unit is 0 everywhere
    assert woken("duplicated rows") == 0


@pytest.mark.parametrize("name", SMALL)
def test_beside_every_vertex_stands_a_cell_that_has_it(name):
    case, part, cells = both_sides(BY_NAME.__getitem__, name)
    for vertex in {v for cell in cells.values() for v in cell.vertices}:
        beside = tuple(code_beside(part.network, part.domain, vertex).tolist())
        assert vertex in cells[beside].vertices, case.because
