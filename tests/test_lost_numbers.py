"""NaN, infinity and numbers lost to underflow prove nothing: found by random search, each gave wrong cells once."""

from __future__ import annotations

import numpy as np
import pytest

import geom
from geom.kernels.cells.refresh import refresh, work_size
from geom.kernels.numbers.ball import U

TINY = 2.0**-1060


def network_that_cancels_to_subnormals():
    """The first unit of layer 2 is TINY x2 exactly: its map is what a cancellation leaves."""
    first = np.array([[0, 1.0], [0, 1.0], [1, 0], [1, TINY], [0, 1.0]])
    second = np.array([[0, 0, -1, 1, 0], [0, 0, 0, 0, 1.0], [0, 0, 0, 0, 1.0]])
    biases = [np.array([-0.25, 0.25, 2, 2, 2]), np.array([0, -1.9, -2.1]), np.zeros(1)]
    return geom.Network.mlp([first, second, np.ones((1, 3))], biases)


def test_a_map_that_is_subnormal_cuts_where_it_truly_vanishes():
    part = geom.subdivide(network_that_cancels_to_subnormals(), geom.Box([-1, -1], [1, 1]))
    # Units 3 to 5 always fire, so layer 2 is TINY x2, x2 + 0.1 and x2 - 0.1 everywhere; units 1 and 2 are x2 - 1/4 and x2 + 1/4.
    heights = sorted(float(x[1]) for x in part.witnesses)
    assert len(part) == 6
    assert all(a < cut < b for a, cut, b in zip(heights[:-1], (-0.25, -0.1, 0.0, 0.1, 0.25), heights[1:], strict=True))


@pytest.mark.parametrize("entry", [np.nan, np.inf, 1e-310])
def test_a_solve_with_lost_numbers_is_no_proof(entry):
    rows = np.array([[entry, 0.0, 0.0, 8 * U, 1.0], [0.0, 1.0, 0.0, 8 * U, 1.0]])
    point = np.array([0.3, 0.0, 1.0, 0.5])
    with np.errstate(all="ignore"):
        improved = refresh(point, np.array([3], dtype=np.uint64), np.arange(64, dtype=np.int32), rows, 2, True, np.zeros(work_size(2, 64)))
    assert not improved
    assert point.tolist() == [0.3, 0.0, 1.0, 0.5]
