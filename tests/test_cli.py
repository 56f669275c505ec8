"""The command line: counts that mathematics gives, tables that survive a pipe, one line for every mistake."""

from __future__ import annotations

import signal
import subprocess
import sys
from math import comb

import networkx as nx
import numpy as np
import pytest
from click.testing import CliRunner
from scipy.sparse import load_npz, triu

import geom
import geom.commands.cli
from geom.commands.cli import main
from geom.partition.subdivision import count, subdivide


def lines_in_general_position(folder, k):
    """k lines y = i x + i**2: any two meet in (-i-j, -ij), no three in a point; all meetings lie in the box [-20, 20]^2 for k <= 5."""
    weight = np.array([[-float(i), 1.0] for i in range(k)])
    bias = -np.array([float(i * i) for i in range(k)])
    path = folder / "lines.npz"
    np.savez(path, W0=weight, b0=bias, W1=np.ones((1, k)), b1=[-1.0])
    return str(path)


def pieces(k):
    return 1 + k + comb(k, 2)


@pytest.fixture
def five(tmp_path):
    return lines_in_general_position(tmp_path, 5)


def run(*args, status=0):
    result = CliRunner().invoke(main, [str(a) for a in args])
    assert result.exit_code == status, result.output
    if status:
        assert result.stderr.startswith("geom: ")
        assert result.stderr.count("\n") == 1
    else:
        assert result.stderr == ""
    return result


def facts(text):
    """Names and values of a table, and how often a name has one is not counted."""
    return dict(line.split("  ", 1) for line in text.splitlines() if "  " in line)


def fact(result, name):
    return facts(result.stdout)[name].strip()


# --- info --------------------------------------------------------------------------------------------------------------------------------------


def test_info_tells_sizes_and_bits(tmp_path):
    # 2 * 3 + 3 + 3 + 1 parameters; 0.1 has 52 significant bits, 5 has 3; the last bit of 0.1 is 2**-55.
    np.savez(tmp_path / "net.npz", W0=[[0.1, 0], [5, 0], [0, 1]], b0=[0.0, 0.0, 0.5], W1=[[1.0, 2.0, 5.0]], b1=[0.0], activation="abs")
    result = run("info", tmp_path / "net.npz")
    assert [fact(result, name) for name in ("inputs", "outputs", "hidden", "parameters")] == ["2", "1", "1 layer, 3 units", "13"]
    assert fact(result, "exactness").endswith("of at most 52 significant bits (double precision)")
    assert [line.split() for line in result.stdout.splitlines()[-2:]] == [
        ["0", "2", "3", "abs", "9", "52", "2^-55"],
        ["output", "3", "1", "linear", "4", "3", "2^0"],
    ]


@pytest.mark.parametrize(("options", "name"), [({}, "relu"), ({"activation": "leaky_relu", "slope": 0.25}, "leaky_relu 0.25")])
def test_info_names_the_activation(tmp_path, options, name):
    np.savez(tmp_path / "net.npz", W0=np.eye(2), b0=np.zeros(2), W1=np.eye(2), b1=np.zeros(2), **options)
    assert name in run("info", tmp_path / "net.npz").stdout


# --- subdivide ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("only", [[], ["--count"]])
def test_lines_in_general_position_cut_the_plane(tmp_path, k, only):
    result = run("subdivide", lines_in_general_position(tmp_path, k), "--box", "-20", "20", *only)
    assert fact(result, "cells") == str(pieces(k))
    assert fact(result, "domain") == "[-20, 20]^2"
    assert ("facets a cell" in result.stdout) == (not only)


def test_a_table_has_the_facets_and_adds_up_the_signs(five):
    result = run("subdivide", five, "--box", "-20", "20")
    # Each of k lines is cut by the others into k pieces with two sides; the four walls by k lines into 4 + 2 k pieces with one.
    assert fact(result, "facets a cell") == f"{(2 * 25 + 4 + 10) / pieces(5):.2f}"
    part = geom.subdivide(geom.load(five), geom.Box([-20, -20], [20, 20]))
    assert fact(result, "signs by filter").split()[0] == f"{part.stats.filter:,}"


def test_ends_are_decimals_taken_exactly(five, tmp_path):
    path = tmp_path / "cells.npz"
    run("subdivide", five, "--low", "-0.1,-20", "--high", "1e-1,0.3", "--out", path)
    low, high = geom.open(path).domain.exact_low.tolist(), geom.open(path).domain.exact_high.tolist()
    assert [str(v) for v in (*low, *high)] == ["-1/10", "-20", "1/10", "3/10"]


def test_saved_cells_are_those_of_subdivide(five, tmp_path):
    result = run("subdivide", five, "--box", "-20", "20", "--out", tmp_path / "cells.npz")
    assert fact(result, "written") == str(tmp_path / "cells.npz")
    part = geom.open(tmp_path / "cells.npz")
    assert part.codes.tolist() == geom.subdivide(geom.load(five), geom.Box([-20, -20], [20, 20])).codes.tolist()


@pytest.mark.parametrize("only", [[], ["--count"]])
def test_upto_takes_the_first_layers(tmp_path, only):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "net.npz", W0=np.eye(2), b0=[0.0, 0.0], W1=rng.normal(size=(8, 2)), b1=rng.normal(size=8), W2=np.ones((1, 8)), b2=[0.0])
    assert fact(run("subdivide", tmp_path / "net.npz", "--box", "-1", "1", "--upto", 1, *only), "cells") == "4"
    assert int(fact(run("subdivide", tmp_path / "net.npz", "--box", "-1", "1", "--upto", 2, *only), "cells")) > 4


VNNLIB = """(declare-const X_0 Real) (declare-const X_1 Real) (declare-const Y_0 Real)
(assert (or {}))
(assert (<= Y_0 0))"""


def property_file(folder, *boxes):
    text = " ".join(f"(and (>= X_0 {a}) (<= X_0 {b}) (>= X_1 {c}) (<= X_1 {d}))" for a, b, c, d in boxes)
    (folder / "p.vnnlib").write_text(VNNLIB.format(text))
    return folder / "p.vnnlib"


def test_a_property_file_gives_the_domain(five, tmp_path):
    assert fact(run("subdivide", five, "--vnnlib", property_file(tmp_path, (-20, 20, -20, 20))), "cells") == str(pieces(5))


def test_a_fixed_coordinate_is_taken_out(five, tmp_path):
    # On the line y = 30 the five lines y = i x + i**2 have x = 30/i - i for i > 0: four points within [-20, 40].
    assert fact(run("subdivide", five, "--vnnlib", property_file(tmp_path, (-20, 40, 30, 30))), "cells") == "5"


def test_a_union_has_a_row_for_each_domain_and_a_total(five, tmp_path):
    path = property_file(tmp_path, (-20, 20, -20, 20), (30, 31, 0, 1), (-20, 20, -20, 21))
    rows = [line.split() for line in run("subdivide", five, "--vnnlib", path).stdout.splitlines()[-4:]]
    assert [row[:2] for row in rows] == [["1", "16"], ["2", "1"], ["3", "16"], ["total", "33"]]


def test_limits_count_for_a_whole_union(five, tmp_path):
    path = property_file(tmp_path, (-20, 20, -20, 20), (30, 31, 0, 1), (-20, 20, -20, 21))
    for limit, cells in ((16, ["16"]), (20, ["16", "1", "3"])):
        result = run("subdivide", five, "--vnnlib", path, "--max-cells", limit, status=3)
        lines = result.stdout.splitlines()[5:]
        assert [line.split()[1] for line in lines[:-1]] == cells
        assert lines[-1].startswith("total (not all)")
        assert f"stopped at --max-cells {limit} after {limit} cells" in result.stderr


def test_pictures_and_files_of_a_union_are_refused(five, tmp_path):
    path = property_file(tmp_path, (-20, 20, -20, 20), (30, 31, 0, 1))
    assert "this is a union" in run("subdivide", five, "--vnnlib", path, "--out", tmp_path / "x.npz", status=2).stderr


# --- stopping ----------------------------------------------------------------------------------------------------------------------------------


def test_a_budget_prints_and_saves_what_was_found(five, tmp_path):
    result = run("subdivide", five, "--box", "-20", "20", "--max-cells", "7", "--out", tmp_path / "cells.npz", status=3)
    assert fact(result, "cells") == "7 (not all: the walk was stopped)"
    assert result.stderr == "geom: stopped at --max-cells 7 after 7 cells; raise it or take a smaller domain for the rest\n"
    assert len(geom.open(tmp_path / "cells.npz")) == 7


@pytest.mark.parametrize("limit", [["--max-seconds", "1e-9"], ["--max-memory", "1"]])
def test_other_budgets_stop_too(limit, tmp_path):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "net.npz", W0=rng.normal(size=(60, 2)), b0=rng.normal(size=60), W1=np.ones((1, 60)), b1=[0.0])
    result = run("subdivide", tmp_path / "net.npz", "--box", "-1", "1", *limit, status=3)
    assert f"stopped at {limit[0]} " in result.stderr


@pytest.mark.parametrize(("name", "walk", "only"), [("subdivide", subdivide, []), ("count", count, ["--count"])])
def test_ctrl_c_prints_what_was_found(tmp_path, monkeypatch, name, walk, only):
    rng = np.random.default_rng(0)
    np.savez(tmp_path / "net.npz", W0=rng.normal(size=(200, 2)), b0=rng.normal(size=200), W1=np.ones((1, 200)), b1=[0.0])
    monkeypatch.setattr(geom.commands.cli, "_warm_up", lambda: None)
    monkeypatch.setattr(geom.commands.cli, name, lambda *a, **k: walk(*a, **{**k, "progress": lambda *_: signal.raise_signal(signal.SIGINT)}))
    result = run("subdivide", tmp_path / "net.npz", "--box", "-1", "1", *only, status=130)
    assert "(not all: the walk was stopped)" in result.stdout
    assert result.stderr.startswith("geom: interrupted after ")


# --- pictures ----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["subdivide", "--plot"], ["plot", "--out"]])
def test_a_picture_is_drawn(five, tmp_path, command):
    pytest.importorskip("matplotlib")
    result = run(command[0], five, "--box", "-20", "20", command[1], tmp_path / "cells.png")
    assert fact(result, "written") == str(tmp_path / "cells.png")
    assert (tmp_path / "cells.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_can_have_data(five, tmp_path):
    pytest.importorskip("matplotlib")
    np.savez(tmp_path / "data.npz", x=np.zeros((3, 2)), y=np.arange(3))
    run("plot", five, "--box", "-20", "20", "--data", tmp_path / "data.npz", "--out", tmp_path / "cells.svg")
    np.savez(tmp_path / "data.npz", x=np.zeros((3, 4)))
    stderr = run("plot", five, "--box", "-20", "20", "--data", tmp_path / "data.npz", "--out", tmp_path / "cells.svg", status=2).stderr
    assert "points are expected as an array x (n, 2); x is float64 (3, 4)" in stderr


# --- mistakes ----------------------------------------------------------------------------------------------------------------------------------

BOX = ["--box", "-1", "1"]


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["info", "none.npz"], "none.npz: no such file"),
        (["info", "net.txt"], "suffix"),
        (["info"], "Missing argument 'FILE'"),
        (["fly"], "No such command 'fly'"),
        (["subdivide", "NET"], "no domain is given; take one of --box LOW HIGH"),
        (["subdivide", "NET", *BOX, "--low", "0,0"], "more than one domain is given"),
        (["subdivide", "NET", "--low", "0,0"], "--low and --high go together"),
        (["subdivide", "NET", "--low", "0,0", "--high", "1"], "low has 2 entries and high has 1"),
        (["subdivide", "NET", "--low", "0,0,0", "--high", "1,1,1"], "the network takes 2 inputs but the domain has 3 dimensions"),
        (["subdivide", "NET", "--low", "0,a", "--high", "1,1"], "'a' is not a finite number"),
        (["subdivide", "NET", "--box", "1", "-1"], "inverted"),
        (["subdivide", "NET", "--box", "0", "nan"], "finite"),
        (["subdivide", "NET", "--box", "0", "1e999999999"], "out of range"),
        (["subdivide", "NET", "--box", "0"], "requires 2 arguments"),
        (["subdivide", "NET", "--vnnlib", "none.vnnlib"], "none.vnnlib: no such file"),
        (["subdivide", "NET", *BOX, "--max-cells", "0"], "--max-cells"),
        (["subdivide", "NET", *BOX, "--max-seconds", "nan"], "seconds must be a positive number"),
        (["subdivide", "NET", *BOX, "--upto", "2"], "upto=2: the network has 1 hidden layer;"),
        (["subdivide", "NET", *BOX, "--count", "--out", "x.npz"], "--count keeps none"),
        (["subdivide", "NET", *BOX, "--out", "/nowhere/x.npz"], "/nowhere/x.npz: cannot be written: there is no folder"),
        (["subdivide", "NET", *BOX, "--out", "NET"], "it is the input"),
        (["subdivide", "NET", *BOX, "--plot", "x.png", "--out", "x.png"], "it is the picture's name too"),
        (["subdivide", "NET", *BOX, "--plot", "x.xyz"], "'.xyz' is no picture format"),
        (["subdivide", "SOLID", *BOX, "--plot", "x.png"], "only two dimensions can be drawn; the network takes 3 inputs"),
        (["plot", "NET", *BOX], "Missing option '--out'"),
    ],
)
def test_every_mistake_is_one_line_and_status_2(five, tmp_path, args, reason):
    np.savez(tmp_path / "solid.npz", W0=np.eye(3), b0=np.zeros(3), W1=np.eye(3), b1=np.zeros(3))
    names = {"NET": five, "SOLID": str(tmp_path / "solid.npz")}
    assert reason in run(*(names.get(arg, arg) for arg in args), status=2).stderr


def test_nothing_is_written_by_a_mistake(five, tmp_path):
    before = sorted(tmp_path.iterdir())
    run("subdivide", five, *BOX, "--plot", tmp_path / "x.png", "--out", tmp_path / "no" / "x.npz", status=2)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("args", [["--help"], [], ["info", "--help"], ["subdivide", "--help"], ["plot", "--help"]])
def test_help_shows_an_example(args):
    text = run(*args).stdout
    assert "Example" in text
    assert "geom " in text.split("Example")[1]


def test_the_version_is_told():
    assert run("--version").stdout == f"geom {geom.__version__}\n"


# --- as users meet it --------------------------------------------------------------------------------------------------------------------------


def shell(*args):
    return subprocess.run([sys.executable, "-m", "geom", *map(str, args)], capture_output=True, text=True, timeout=300, check=False)


def test_in_a_pipe_there_are_no_colours_no_cut_numbers_and_nothing_on_standard_error(five):
    done = shell("subdivide", five, "--box", "-20", "20")
    assert (done.returncode, done.stderr) == (0, "")
    assert facts(done.stdout)["cells"].strip() == "16"
    assert "\x1b" not in done.stdout
    assert "…" not in done.stdout
    assert all(line == line.rstrip() for line in done.stdout.splitlines())


@pytest.mark.parametrize("args", [["info", "none.npz"], ["subdivide", "none.onnx", "--box", "0", "1"], ["fly"]])
def test_a_mistake_shows_no_traceback(args):
    done = shell(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("geom: ")
    assert done.stderr.count("\n") == 1


def test_a_full_disk_is_one_line(five):
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "geom", "info", five], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "geom: cannot write the output: No space left on device\n")


# --- graph -------------------------------------------------------------------------------------------------------------------------------------


def test_graph_counts_what_zaslavsky_counts(five):
    """Five lines, each cut by the other four into five segments."""
    result = run("graph", five, "--box", "-20", "20", "--diameter")
    assert fact(result, "cells") == str(pieces(5))
    assert fact(result, "linear regions") == str(pieces(5))
    assert fact(result, "pairs of adjacent cells") == "25"
    assert fact(result, "diameter") == "5"


def test_graph_files_are_read_by_networkx_and_scipy(five, tmp_path):
    run("graph", five, "--box", "-20", "20", "--out", tmp_path / "cells.graphml")
    run("graph", five, "--box", "-20", "20", "--out", tmp_path / "cells.npz")
    graph = nx.read_graphml(tmp_path / "cells.graphml", node_type=int)
    matrix = load_npz(tmp_path / "cells.npz")
    assert {(min(e), max(e)) for e in graph.edges} == set(zip(*(v.tolist() for v in triu(matrix).nonzero()), strict=True))
    part = geom.subdivide(geom.load(five), geom.Box([-20, -20], [20, 20]))
    for i, j, edge in graph.edges(data=True):
        a, b = part[i].code, part[j].code
        assert edge["units"] == " ".join(map(str, np.flatnonzero(a != b)))
    assert graph.nodes[3]["code"] == "".join(map(str, part[3].code))


def test_a_graph_file_of_no_known_kind_is_refused_before_the_walk(five, tmp_path):
    assert "graphml" in run("graph", five, "--box", "-20", "20", "--out", tmp_path / "cells.dot", status=2).stderr
    assert not list(tmp_path.glob("cells*"))


def test_graph_prints_what_the_api_counts(tmp_path):
    """A unit without weight in the output: two cells, one linear region."""
    np.savez(tmp_path / "net.npz", W0=[[1.0]], b0=[0.0], W1=[[0.0]], b1=[1.0])
    result = run("graph", tmp_path / "net.npz", "--space")
    assert (fact(result, "cells"), fact(result, "linear regions")) == ("2", "1")
    assert fact(run("subdivide", tmp_path / "net.npz", "--space"), "linear regions") == "1"


def test_degrees_are_those_of_the_lines(five):
    """Five lines in general position leave triangles; every cell has a neighbour across each of its sides."""
    part = geom.subdivide(geom.load(five), geom.Box([-20, -20], [20, 20]))
    sides = [sum(not facet.walls for facet in cell.facets) for cell in part]
    shown = fact(run("graph", five, "--box", "-20", "20"), "neighbours of a cell")
    assert shown == f"{min(sides)} to {max(sides)}, {np.mean(sides):.4g} on average (2d = 4)"


def test_graph_of_saved_cells_is_that_of_the_network(five, tmp_path):
    cells = tmp_path / "cells.npz"
    run("subdivide", five, "--box", "-20", "20", "--out", cells)
    saved, walked = (run("graph", *args).stdout.split("\n", 1)[1] for args in ([cells], [five, "--box", "-20", "20"]))
    assert saved == walked
    assert "own domain" in run("graph", cells, "--space", status=2).stderr


def test_graph_of_cells_cut_short_says_so(five, tmp_path, monkeypatch):
    def stop_early(net, domain, **_):
        try:
            return subdivide(net, domain, budget={"cells": 9})
        except geom.BudgetExceeded as error:
            raise geom.Interrupted("interrupt", 0, error.cells, error.partial) from None

    monkeypatch.setattr(geom.commands.cli, "subdivide", stop_early)
    result = run("graph", five, "--box", "-20", "20", "--diameter", "--out", tmp_path / "some.npz", status=130)
    assert fact(result, "cells") == "9 (not all: the walk was stopped)"
    assert fact(result, "linear regions").startswith("not known")
    assert fact(result, "diameter").startswith("not known")
    assert load_npz(tmp_path / "some.npz").shape == (9, 9)


def test_a_graph_file_needs_a_name(five):
    assert "suffix" in run("graph", five, "--box", "-20", "20", "--out", "", status=2).stderr
