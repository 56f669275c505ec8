"""Every degenerate case of the table, through the public interface: the number from mathematics, everything else from the reference."""

import pytest
import reference
from cases import ARRANGEMENTS, BY_NAME, CASES
from comparison import assert_same_cells, both_sides, codes, exact, exact_vertices, interior_point, slacks

import geom

NAMES = [case.name for case in CASES]
SMALL_ARRANGEMENTS = [case.name for case in ARRANGEMENTS if case.cells < 50]


def sides(name):
    return both_sides(BY_NAME.__getitem__, name)


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_cells_is_the_true_one(name):
    case, part, _ = sides(name)
    assert len(part) == case.cells, case.because


@pytest.mark.parametrize("name", NAMES)
def test_counting_gives_the_same_number(name):
    case = BY_NAME[name]
    assert geom.count(case.network(), case.region()).cells == case.cells, case.because


@pytest.mark.parametrize("name", [*NAMES, *SMALL_ARRANGEMENTS])
def test_cells_and_facets_are_those_of_the_reference(name):
    case, part, expected = sides(name)
    assert_same_cells(part, expected, case)


@pytest.mark.parametrize("name", [*NAMES, *SMALL_ARRANGEMENTS])
def test_vertices_are_those_of_the_reference(name):
    case, part, expected = sides(name)
    for cell, code in zip(part, codes(part), strict=True):
        vertices = exact_vertices(cell)
        assert len(vertices) == len(set(vertices)), case
        assert set(vertices) == expected[code].vertices, case


@pytest.mark.parametrize("name", [*NAMES, *SMALL_ARRANGEMENTS])
def test_witnesses_are_strictly_inside(name):
    case, part, _ = sides(name)
    net = case.reference_network()
    for cell, code in zip(part, codes(part), strict=True):
        point = interior_point(cell)
        assert min(slacks(cell, point)) > 0, case
        assert reference.code_at(net, point) == code, case


@pytest.mark.parametrize("name", NAMES)
def test_witnesses_are_located_in_their_cells(name):
    _, part, _ = sides(name)
    inside = [i for i, cell in enumerate(part) if cell.exact_witness is None]
    assert part.locate(part.witnesses[inside]).tolist() == inside


@pytest.mark.parametrize("name", NAMES)
def test_cells_without_an_exact_witness_have_a_double_inside(name):
    _, part, _ = sides(name)
    for cell in part:
        if cell.exact_witness is None:
            assert min(slacks(cell, exact(cell.witness))) > 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("beyond a decimal wall", (1,)),
        ("strip 4.94066e-324 wide", (1, 0)),
        ("strip between neighbouring doubles", (1, 0)),
        ("huge row, tiny bias", (0, 1)),
        ("huge and tiny in one row", (1, 0)),
        ("huge and tiny in one row", (0, 1)),
        ("huge through two layers", (1, 0)),
        ("box between neighbouring doubles", (1, 0)),
        ("box between neighbouring doubles", (1, 1)),
        ("subnormal box", (0, 0)),
        ("subnormal box", (1, 0)),
        ("subnormal box", (1, 1)),
    ],
)
def test_a_cell_that_holds_no_double_has_an_exact_witness(name, code):
    _, part, _ = sides(name)
    cell = part[part.find(code)]
    assert cell.exact_witness is not None
    assert [float(x) for x in cell.exact_witness] == cell.witness.tolist()


@pytest.mark.parametrize(("low", "high"), [("-1e400", "1e400"), ("-1e-400", "1e-400"), ("-1", "1e-400"), ("-1e400", "1")])
def test_bounds_beyond_the_doubles_are_taken_exactly_or_refused(low, high):
    net = geom.Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])
    try:
        cells = len(geom.subdivide(net, geom.Box([low], [high])))
    except geom.GeomError:
        return
    assert cells == 2
