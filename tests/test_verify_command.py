"""`geom verify`: verdict, exit status, and the input of a violation as one reads it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import geom
from geom.commands.cli import main
from geom.verification.counterexample import exact_outputs

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
IRIS, PROPERTY = str(EXAMPLES / "iris.npz"), EXAMPLES / "iris.vnnlib"


def run(*words):
    done = CliRunner().invoke(main, ["verify", *map(str, words)])
    facts = dict(line.split("  ", 1) for line in done.stdout.splitlines() if "  " in line)
    return done, {name.strip(): value.strip() for name, value in facts.items()}


@pytest.fixture
def wider(tmp_path):
    """The property of the example, for sepals of any length: it is violated."""
    path = tmp_path / "wider.vnnlib"
    path.write_text(PROPERTY.read_text(encoding="utf-8").replace("(<= X_0 0)", "(<= X_0 2)").replace("(>= X_1 0)", "(>= X_1 -2)"))
    return path


def test_a_property_that_holds():
    done, facts = run(IRIS, "--vnnlib", PROPERTY)
    domain, _ = geom.load_vnnlib(PROPERTY)
    assert (done.exit_code, facts["verdict"], done.stderr) == (0, "holds", "")
    assert facts["cells asked"] == str(geom.count(geom.load(IRIS), domain).cells)


def test_a_property_that_holds_is_proven_again():
    done, _ = run(IRIS, "--vnnlib", PROPERTY, "--check", 1000)
    assert done.exit_code == 0
    assert "Confirmation(holds, proven: " in done.stdout


def test_a_violation_is_shown_with_its_input(wider):
    done, facts = run(IRIS, "--vnnlib", wider)
    assert (done.exit_code, facts["verdict"], done.stderr) == (1, "violated", "geom: the property is violated\n")
    point = [float(v) for v in facts["input"].split(", ")]
    domain, unsafe = geom.load_vnnlib(wider)
    assert domain.contains([point]).all()
    y = exact_outputs(geom.load(IRIS), geom.exact.as_fractions(point))
    assert y[1] >= y[0] or y[2] >= y[0]
    assert [float(v) for v in facts["outputs"].split(", ")] == [float(v) for v in y]
    assert len(unsafe.polyhedra) == 2


def test_a_violation_that_no_double_is_comes_as_a_fraction(tmp_path):
    np.savez(tmp_path / "tent.npz", W0=[[3.0], [-3.0]], b0=[-1.0, 1.0], W1=[[-1.0, -1.0]], b1=[1.0], activation="relu")
    path = tmp_path / "p.vnnlib"
    path.write_text("(declare-const X_0 Real)(declare-const Y_0 Real)(assert (>= X_0 0))(assert (<= X_0 1))(assert (>= Y_0 1.0))")
    done, facts = run(tmp_path / "tent.npz", "--vnnlib", path)
    assert (done.exit_code, facts["input"], facts["outputs"]) == (1, "1/3", "1")


def test_a_limit_leaves_the_verdict_unknown(tmp_path):
    box = "".join(f"(declare-const X_{j} Real)(assert (>= X_{j} -4))(assert (<= X_{j} 4))" for j in range(4))
    path = tmp_path / "p.vnnlib"
    path.write_text(box + "".join(f"(declare-const Y_{j} Real)" for j in range(3)) + "(assert (>= Y_0 1000000))")
    done, facts = run(IRIS, "--vnnlib", path, "--max-cells", 5, "--check", 10)
    assert (done.exit_code, facts["verdict"]) == (3, "unknown")
    assert done.stderr.startswith("geom: stopped at --max-cells 5 after ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [(IRIS,), (IRIS, "--vnnlib", "none.vnnlib"), ("none.npz", "--vnnlib", PROPERTY), (IRIS, "--vnnlib", IRIS)])
def test_bad_input_is_one_line(words):
    done, _ = run(*words)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("geom: ")


def test_the_help_has_an_example_that_runs():
    done, _ = run("--help")
    assert "geom verify docs/examples/iris.npz --vnnlib docs/examples/iris.vnnlib" in done.stdout
    assert "Exit status" in done.stdout
