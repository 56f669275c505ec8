"""docs/distances.md shows the picture that its script draws, and what it says of it is so."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def script():
    """The scripts import each other from their own folder."""
    folder = str(ROOT / "docs" / "examples")
    sys.path.insert(0, folder)
    yield importlib.import_module("distances")
    sys.path.remove(folder)


def test_the_script_makes_the_picture(script, tmp_path):
    script.main(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["distances.png"]
    for path in (tmp_path, ROOT / "docs" / "images"):
        assert (path / "distances.png").read_bytes().startswith(b"\x89PNG")


def test_data_lie_nearer_to_the_boundaries_than_points_anywhere(script):
    net, samples = script.samples()
    found = {name: np.median(script.geom.distance(net, x).by_layer, axis=0) for name, x in samples.items()}
    assert (found["data"] < found["anywhere"]).all()
    for first, second in found.values():
        assert second < first
