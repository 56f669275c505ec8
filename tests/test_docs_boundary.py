"""docs/boundary.md shows what its script draws, and what it says of its pictures is so."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "boundary.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"\(images/(.*?)\)", PAGE)


@pytest.fixture(scope="module")
def script():
    """The scripts import each other from their own folder."""
    folder = str(ROOT / "docs" / "examples")
    sys.path.insert(0, folder)
    yield importlib.import_module("boundaries")
    sys.path.remove(folder)


def test_the_script_makes_the_pictures_of_the_page(script, tmp_path):
    script.main(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == set(SHOWN)
    assert len(SHOWN) == 3
    for path in [*tmp_path.iterdir(), *(ROOT / "docs" / "images" / name for name in SHOWN)]:
        assert path.read_bytes().startswith(b"\x89PNG")
        assert 10_000 < path.stat().st_size < 250_000


def test_the_angle_from_near_is_the_one_that_the_printed_formula_loses(script):
    boundary = script.in_the_plane()
    row = script.obtuse(boundary)
    alpha, other = (boundary[int(boundary.angles()[side][row])].hyperplane(exact=True)[0].astype(float) for side in ("piece_a", "piece_b"))
    cosine = alpha @ other / np.hypot(*alpha) / np.hypot(*other)
    turn, printed = np.degrees(np.arccos(cosine)), np.degrees(np.arccos(abs(cosine)))
    assert f"theta is {turn:.0f}°" in PAGE
    assert f"says {printed:.0f}°" in PAGE.replace("\n", " ")
    assert boundary.angles()["sign"][row] == 1


def test_both_boundaries_are_closed(script):
    curve, surface = script.in_the_plane(), script.in_space()
    assert curve.is_closed.tolist() == surface.is_closed.tolist() == [True]
    assert curve.curvature().signed == pytest.approx(2 * np.pi)
    assert surface.angle_defects()["defect"].sum() == pytest.approx(4 * np.pi)
    assert f"surface of {len(surface)} pieces" in PAGE
    assert f"its {len(surface.angles()['theta'])} angles" in PAGE


def test_edges_of_a_layer_are_as_many_pieces_as_the_gallery_says(script):
    part = script.geom.subdivide(script.network_of_figure_3(), script.WINDOW)
    pieces = [[len(part.edge(layer, unit)) for unit in range(width)] for layer, width in enumerate(part.network.widths)]
    gallery = " ".join((ROOT / "docs" / "gallery.md").read_text(encoding="utf-8").split())
    assert pieces[0] == [1] * 6
    assert "Those of the second have {}, {}, {}, {}, {} and {}, one for".format(*pieces[1]) in gallery
    assert f"The last unit has {pieces[2][0]}." in gallery
