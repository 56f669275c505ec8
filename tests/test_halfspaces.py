"""The half-spaces of all cells at once are near the exact ones, whatever the weights: deep, huge, tiny, cancelling or degenerate."""

from fractions import Fraction

import numpy as np
import pytest
from cases import CASES, random_problem

import geom
from geom.adjacency.halfspaces import ACCURACY, half_spaces


def assert_near_exact(part):
    a, b = half_spaces(part)
    exact = [cell.hrep(exact=True) for cell in part]
    rows = [(*row, bound) for rows, bounds in exact for row, bound in zip(rows, bounds, strict=True)]
    assert a.shape == (len(rows), part.dim)
    assert b.shape == (len(rows),)
    for found, row in zip(np.column_stack([a, b]).tolist(), rows, strict=True):
        for i, (v, true) in enumerate(zip(found, row, strict=True)):
            assert abs(true - Fraction(v)) <= ACCURACY * (max(1, abs(true)) if i == part.dim else 1), (found, row)


@pytest.mark.parametrize("problem", [*CASES, *map(random_problem, range(48))], ids=str)
def test_rows_are_near_the_exact_ones(problem):
    assert_near_exact(geom.subdivide(problem.network(), problem.region()))


def test_blocks_of_cells_are_put_together(monkeypatch):
    part = geom.subdivide(random_problem(42).network(), random_problem(42).region())
    whole = half_spaces(part)
    monkeypatch.setattr("geom.adjacency.halfspaces.BLOCK", 1)
    for one, other in zip(whole, half_spaces(part), strict=True):
        assert (one == other).all()
