"""The tables say what the cells say, and pandas, pyarrow and polars take them as they are."""

import sys

import numpy as np
import pytest
from cases import BY_NAME, CASES, random_problem
from comparison import codes

import geom
from geom.adjacency.halfspaces import half_spaces
from geom.partition.export import facet_columns, frame_of, to_columns, to_frame

PLANE = geom.Network.mlp([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, -1.0, 1.0]], [[1.0]]], [[0.0, 0.0, -0.5], [-0.25], [0.0]])


def beyond(part):
    """The cell beyond every facet, by the definition for networks in which units do not coincide: the facet's unit is flipped."""
    return [-1 if facet.walls else part.find(cell.code ^ np.isin(np.arange(len(cell.code)), facet.units)) for cell in part for facet in cell.facets]


def plane():
    return geom.subdivide(PLANE, geom.Box([-1, -1], [1, 1]))


@pytest.mark.parametrize("problem", [*CASES, *map(random_problem, range(8))], ids=str)
def test_every_row_says_what_its_cell_says(problem):
    part = geom.subdivide(problem.network(), problem.region())
    columns = to_columns(part, codes=True)
    assert list(columns) == ["cell", "code", *(f"witness_{j}" for j in range(part.dim)), "is_bounded", "n_facets", "n_walls", "degree"]
    assert columns["cell"].tolist() == list(range(len(part)))
    assert columns["code"].tolist() == ["".join(map(str, code)) for code in codes(part)]
    assert np.column_stack([columns[f"witness_{j}"] for j in range(part.dim)]).tolist() == part.witnesses.tolist()
    assert columns["is_bounded"].tolist() == [cell.is_bounded for cell in part]
    assert columns["n_facets"].tolist() == [len(cell.facets) for cell in part]
    assert columns["n_walls"].tolist() == [sum(bool(facet.walls) for facet in cell.facets) for cell in part]
    # No cell is missing, so there is one beyond every facet that lies on no wall.
    assert columns["degree"].tolist() == (columns["n_facets"] - columns["n_walls"]).tolist()


def test_codes_of_large_networks_are_left_out_unless_asked_for():
    net = geom.Network.mlp([np.eye(65, 1), np.ones((1, 65))], [np.zeros(65), [0.0]])
    part = geom.subdivide(net, geom.Box([-1], [1]))
    assert "code" not in to_columns(part)
    assert to_columns(part, codes=True)["code"].tolist() == ["0" * 65, "1" + "0" * 64]
    assert "code" not in to_columns(plane(), codes=False)


def test_columns_are_one_dimensional_arrays_of_plain_numbers_truths_and_texts():
    part = plane()
    for columns in (to_columns(part), facet_columns(part, rows=True)):
        for column in columns.values():
            assert column.ndim == 1
            assert column.dtype.kind in "ifbU"
            assert column.flags.c_contiguous


def test_facets_are_listed_cell_by_cell_with_layer_and_half_space():
    part = plane()
    a, b = half_spaces(part)
    columns = facet_columns(part, rows=True)
    facets = [(cell.index, facet) for cell in part for facet in cell.facets]
    assert columns["cell"].tolist() == [i for i, _ in facets]
    assert columns["unit"].tolist() == [facet.units[0] if facet.units else -1 for _, facet in facets]
    assert columns["layer"].tolist() == [(0, 0, 0, 1)[facet.units[0]] if facet.units else -1 for _, facet in facets]
    assert set(columns["layer"].tolist()) == {-1, 0, 1}
    assert columns["wall"].tolist() == [facet.walls[0] if facet.walls else -1 for _, facet in facets]
    assert columns["beyond"].tolist() == beyond(part)
    assert np.column_stack([columns["a_0"], columns["a_1"], columns["b"]]).tolist() == np.column_stack([a, b]).tolist()


def test_a_frame_joins_cells_with_their_neighbours():
    part = plane()
    cells, facets = to_frame(part), frame_of(facet_columns(part))
    inner = facets[facets["beyond"] >= 0]
    both = inner.merge(cells, on="cell").merge(cells, left_on="beyond", right_on="cell", suffixes=("", "_beyond"))
    assert len(both) == len(inner)
    assert all(one != other for one, other in zip(both["code"], both["code_beyond"], strict=True))
    assert (facets.groupby("cell").size() == cells["n_facets"]).all()
    assert (inner.groupby("cell").size() == cells["degree"]).all()


def test_a_frame_holds_the_columns():
    part = plane()
    frame, columns = to_frame(part), to_columns(part)
    assert list(frame.columns) == list(columns)
    assert {name: frame[name].tolist() for name in frame} == {name: column.tolist() for name, column in columns.items()}


def test_pyarrow_takes_the_columns():
    pyarrow = pytest.importorskip("pyarrow")
    columns = to_columns(plane())
    assert pyarrow.table(columns).to_pydict() == {name: column.tolist() for name, column in columns.items()}


def test_polars_takes_the_columns():
    polars = pytest.importorskip("polars")
    columns = to_columns(plane())
    assert polars.DataFrame(columns).to_dict(as_series=False) == {name: column.tolist() for name, column in columns.items()}


def test_a_partition_without_units_has_a_table_too():
    part = geom.subdivide(BY_NAME["zero-width layer alone"].network(), BY_NAME["zero-width layer alone"].region())
    assert to_columns(part)["code"].tolist() == [""]
    assert facet_columns(part)["layer"].tolist() == [-1] * len(part[0].facets)


def test_without_pandas_the_command_that_installs_it_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(geom.MissingDependency, match=r"a data frame needs pandas: pip install 'geom-engine\[frame\]'"):
        to_frame(plane())


def test_in_a_partition_cut_short_the_degree_counts_the_cells_that_are_there():
    with pytest.raises(geom.BudgetExceeded) as caught:
        geom.subdivide(PLANE, geom.Box([-1, -1], [1, 1]), budget={"cells": 4})
    part = caught.value.partial
    columns = to_columns(part)
    codes_there = set(codes(part))
    flips = np.eye(part.network.n_units, dtype=int)
    assert columns["degree"].tolist() == [sum(tuple(code ^ flip) in codes_there for flip in flips) for code in part.codes]
