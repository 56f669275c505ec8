"""`geom boundary` prints what geometry gives, writes what was computed, and refuses the rest in one line."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from click.testing import CliRunner

import geom
from geom.commands.cli import main


def run(*args, status=0):
    result = CliRunner().invoke(main, ["boundary", *map(str, args)])
    assert result.exit_code == status, result.output
    return result


def fact(result, name):
    [value] = [line[len(name) :].strip() for line in result.stdout.splitlines() if line.startswith(name + "  ")]
    return value


def saved(folder, dim, name="net.npz"):
    """1 - |x_1| - ... - |x_d|: a square in the plane, an octahedron in space."""
    path = folder / name
    np.savez(path, W0=np.eye(dim), b0=np.zeros(dim), W1=-np.ones((1, dim)), b1=[1.0], activation="abs")
    return path


@pytest.fixture
def square(tmp_path):
    return saved(tmp_path, 2)


@pytest.fixture
def three(tmp_path):
    """Classes 0, x, y behind units that cut nothing there."""
    path = tmp_path / "three.npz"
    np.savez(path, W0=np.eye(2), b0=[9.0, 9.0], W1=[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], b1=[0.0, -9.0, -9.0])
    return path


# --- the table -----------------------------------------------------------------------------------------------------------------------------------


def test_a_square_has_four_sides_four_convex_corners_and_its_length(square):
    found = run(square, "--box", -2, 2)
    expected = {
        "cells": "4",
        "boundary": "output 0",
        "pieces": "4 in 4 cells",
        "vanishing cells": "0",
        "components": "1: 1 closed, 0 not",
        "length": f"{4 * np.sqrt(2):.6g}",
        "angles": "4: 4 convex, 0 reflex, 0 straight",
        "degrees of turn": "90 on average, at most 90",
        "total absolute curvature": f"{2 * np.pi:.6g} = 2 pi x 1",
        "total signed curvature": f"{2 * np.pi:.6g} = 2 pi x 1",
        "Euler characteristic": "0",
    }
    assert {name: fact(found, name) for name in expected} == expected


def test_an_octahedron_has_its_area_curvature_and_euler_characteristic(tmp_path):
    found = run(saved(tmp_path, 3), "--low", "-2,-2,-2", "--high", "2,2,2")
    assert fact(found, "area") == f"{4 * np.sqrt(3):.6g}"
    assert fact(found, "total absolute curvature") == f"{12 * np.sqrt(2) * np.arccos(1 / 3):.6g}"
    assert fact(found, "Euler characteristic") == "2"


def test_a_boundary_is_points_of_the_line_and_has_a_volume_in_four_dimensions(tmp_path):
    line = run(saved(tmp_path, 1), "--space")
    assert (fact(line, "points"), fact(line, "angles")) == ("2", "0")
    four = run(saved(tmp_path, 4), "--box", -2, 2)
    # 16 simplices with edge sqrt 2, whose volume is 1/3.
    assert fact(four, "3-dimensional volume") == f"{16 / 3:.6g}"
    assert fact(four, "Euler characteristic") == "not computed: only in 2 and 3 dimensions"


def test_an_unbounded_boundary_has_infinite_length_and_no_euler_characteristic(three):
    found = run(three, "--space", "--classes", 2, 1)
    assert fact(found, "boundary") == "classes 1 and 2"
    assert fact(found, "length") == "infinite"
    assert fact(found, "Euler characteristic") == "not computed: it is unbounded"


def test_classes_that_are_named_and_all(three):
    # Within the box the three rays x = 0, y = 0, x = y > 0 meet in the origin.
    every, one = run(three, "--box", -1, 1), run(three, "--box", -1, 1, "--classes", 1, 2)
    assert (fact(every, "boundary"), fact(every, "length")) == ("3 classes", f"{2 + np.sqrt(2):.6g}")
    assert (fact(one, "length"), fact(one, "components")) == (f"{np.sqrt(2):.6g}", "1: 0 closed, 1 not")


def test_a_cell_on_which_the_output_vanishes_is_counted(tmp_path):
    np.savez(tmp_path / "net.npz", W0=np.eye(2), b0=[0.0, 0.0], W1=[[1.0, 1.0]], b1=[0.0])
    found = run(tmp_path / "net.npz", "--box", -1, 1)
    assert fact(found, "vanishing cells") == "1"
    assert fact(found, "pieces without a change of sign") == fact(found, "pieces").split()[0]


def test_an_output_that_never_vanishes_has_no_boundary(tmp_path):
    np.savez(tmp_path / "net.npz", W0=np.eye(2), b0=[0.0, 0.0], W1=[[1.0, 1.0]], b1=[1.0])
    found = run(tmp_path / "net.npz", "--box", -1, 1)
    assert [fact(found, name) for name in ("pieces", "components", "length", "angles")] == ["0 in 0 cells", "0", "0", "0"]


def test_saved_cells_are_as_good_as_the_network(square, tmp_path):
    geom.subdivide(geom.load(square), geom.Box([-2, -2], [2, 2])).save(tmp_path / "cells.npz")
    direct, opened = (run(*args).stdout.splitlines()[1:-1] for args in ((square, "--box", -2, 2), (tmp_path / "cells.npz",)))
    assert direct == opened


# --- files ---------------------------------------------------------------------------------------------------------------------------------------


def rows(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_tables_hold_every_double(tmp_path):
    net = "docs/examples/digits.npz"
    out, angles = tmp_path / "pieces.csv", tmp_path / "angles.csv"
    found = run(net, "--box", -1, 1, "--out", out, "--angles", angles)
    assert [line.split()[-1] for line in found.stdout.splitlines() if line.startswith("written")] == [str(out), str(angles)]
    boundary = geom.subdivide(geom.load(net), geom.Box([-1, -1], [1, 1])).decision_boundary()
    for path, columns in ((out, boundary.to_columns()), (angles, boundary.angles())):
        table = rows(path)
        assert list(table[0]) == list(columns)
        for name, column in columns.items():
            assert [row[name] for row in table] == [str(value) for value in column.tolist()], name


@pytest.mark.parametrize("suffix", ["npz", "parquet"])
def test_tables_in_other_formats(square, tmp_path, suffix):
    path = tmp_path / f"pieces.{suffix}"
    if suffix == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
    run(square, "--box", -2, 2, "--out", path)
    table = dict(np.load(path)) if suffix == "npz" else {name: np.array(column) for name, column in parquet.read_table(path).to_pydict().items()}
    expected = geom.subdivide(geom.load(square), geom.Box([-2, -2], [2, 2])).decision_boundary().to_columns()
    assert list(table) == list(expected)
    assert all((table[name] == expected[name]).all() for name in expected)


def test_pictures_are_written_in_the_formats_of_their_suffixes(square, tmp_path):
    pytest.importorskip("matplotlib")
    run(square, "--box", -2, 2, "--picture", tmp_path / "boundary.png", "--angles", tmp_path / "angles.pdf")
    run(saved(tmp_path, 3, "space.npz"), "--box", -2, 2, "--picture", tmp_path / "surface.png")
    for name, magic in (("boundary.png", b"\x89PNG"), ("angles.pdf", b"%PDF"), ("surface.png", b"\x89PNG")):
        assert (tmp_path / name).read_bytes().startswith(magic)


# --- refusals ------------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        ((), "no domain is given"),
        (("--space", "--classes", 0, 1), "--classes: the network has one output"),
        (("--space", "--out", "pieces.xlsx"), "the suffix '.xlsx' is no format of tables; take one of .csv, .npz, .parquet"),
        (("--space", "--picture", "a.xyz"), "the suffix '.xyz' is no picture format"),
        (("--space", "--angles", "a.xyz"), "or for a table one of .csv, .npz, .parquet"),
        (("--space", "--out", "no/where/pieces.csv"), "there is no folder"),
        (("--space", "--out", "a.csv", "--angles", "a.csv"), "two files have this name"),
    ],
)
def test_what_cannot_be_done_is_told_before_the_walk(square, monkeypatch, args, reason):
    monkeypatch.setattr("geom.commands.cli.subdivide", lambda *args, **options: pytest.fail("walked"))
    found = run(square, *args, status=2)
    assert reason in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize(("classes", "reason"), [((0, 3), "j=3: the network has 3 outputs, numbered from 0"), ((1, 1), "two classes; got 1 twice")])
def test_classes_that_are_none(three, classes, reason):
    assert reason in run(three, "--space", "--classes", *classes, status=2).stderr


def test_four_dimensions_cannot_be_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    assert "the network takes 4 inputs" in run(saved(tmp_path, 4), "--box", -1, 1, "--picture", "a.png", status=2).stderr


def test_a_union_is_refused(square, tmp_path):
    boxes = " ".join(f"(and (>= X_0 {a}) (<= X_0 {a + 1}) (>= X_1 0) (<= X_1 1))" for a in (0, 5))
    (tmp_path / "p.vnnlib").write_text(
        f"(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)\n(assert (or {boxes}))\n(assert (<= Y_0 0))"
    )
    assert "a boundary lies in one domain; this is a union" in run(square, "--vnnlib", tmp_path / "p.vnnlib", status=2).stderr


def test_cells_that_a_budget_cut_short_have_no_boundary(square, tmp_path):
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(geom.load(square), geom.Box([-2, -2], [2, 2]), budget={"cells": 2})
    stopped.value.partial.save(tmp_path / "cells.npz")
    assert "cut short after 2 cells" in run(tmp_path / "cells.npz", status=2).stderr


def test_help_shows_an_example():
    assert "geom boundary docs/examples/digits.npz --box -1 1" in run("--help").stdout
