"""`geom estimate`: about how many cells, before a walk."""

import re

import numpy as np
import pytest
from click.testing import CliRunner

import geom
from geom.commands.cli import main


def _saved(folder, weights, biases):
    path = folder / "net.npz"
    np.savez(path, **{f"W{i}": w for i, w in enumerate(weights)}, **{f"b{i}": b for i, b in enumerate(biases)})
    return str(path)


def test_a_small_network_is_counted(tmp_path):
    path = _saved(tmp_path, [np.ones((3, 1)), np.ones((1, 3))], [np.array([0.0, 1.0, 2.0]), np.zeros(1)])
    found = CliRunner().invoke(main, ["estimate", path, "--space"])
    assert found.exit_code == 0, found.output
    assert re.search(r"cells +exactly 4 cells", found.output), found.output  # three points cut a line into four


def test_a_larger_network_is_estimated_near_its_count(tmp_path):
    rng = np.random.default_rng(3)
    weights, biases = [rng.normal(size=(70, 2)), np.ones((1, 70))], [rng.normal(size=70), np.zeros(1)]
    found = CliRunner().invoke(main, ["estimate", _saved(tmp_path, weights, biases), "--space"])
    assert found.exit_code == 0, found.output
    about = int(re.search(r"about ([\d,]+) cells", found.output).group(1).replace(",", ""))
    assert about == pytest.approx(1 + 70 + 70 * 69 // 2, rel=0.2)  # lines in general position


def test_a_domain_is_needed(tmp_path):
    path = _saved(tmp_path, [np.ones((1, 1)), np.ones((1, 1))], [np.zeros(1), np.zeros(1)])
    assert CliRunner().invoke(main, ["estimate", path]).exit_code == 2


def test_a_budget_ends_it_with_status_3(tmp_path):
    network = geom.examples.random_network([4, 40, 40, 1]).network
    path = _saved(tmp_path, [layer.weight.floats() for layer in network.layers], [layer.bias.floats()[:, 0] for layer in network.layers])
    found = CliRunner().invoke(main, ["estimate", path, "--box", "-1", "1", "--max-seconds", "0.001"])
    assert found.exit_code == 3, found.output
