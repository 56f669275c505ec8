"""Boundaries with more of something than the walk's arrays begin with: pieces, classes, forms, ridges, units; their numbers are known."""

from fractions import Fraction
from itertools import product
from math import pi

import boundary_reference
import numpy as np
import pytest
from boundary_comparison import assert_same_boundary
from cases import Problem, cube
from comparison import exact_vertices

import geom

INTEGERS = range(-6, 7)


def sphere(dim, square):
    """All integer points of this squared norm."""
    return [v for v in product(INTEGERS, repeat=dim) if sum(x * x for x in v) == square]


def voronoi(points, domain=None):
    """Classes c.x - |c|^2 / 2, of which the largest names the nearest of these points."""
    net = geom.Network.mlp([points], [[-sum(x * x for x in v) / 2 for v in points]])
    return geom.subdivide(net, domain)


@pytest.mark.parametrize("levels", [4, 11])
def test_the_iterated_tent_takes_a_third_two_to_the_n_times(levels):
    weights = [[[2], [4]], *[[[2, -2], [4, -4]]] * (levels - 1), [[1, -1]]]
    part = geom.subdivide(geom.Network.mlp(weights, [[0, -2]] * levels + [[0]]), geom.Box([0], [1]))
    boundary = part.zero_set([1], "-1/3")
    third = Fraction(1, 3)
    true = [(2 * k + v) / Fraction(2**levels) for k in range(2 ** (levels - 1)) for v in (third, 2 - third)]
    assert sorted(v for piece in boundary for (v,) in exact_vertices(piece)) == sorted(true)
    assert boundary.volume.tolist() == [1] * 2**levels
    assert boundary.components.tolist() == list(range(2**levels)), "points share nothing"


@pytest.mark.parametrize("domain", [geom.Box([-9] * 3, [9] * 3), None])
def test_the_cell_of_the_origin_among_72_points_of_a_sphere_has_72_faces(domain):
    # Each bisector touches the sphere of half the radius in its own point, so it holds a face.
    points = sphere(3, 29)
    assert len(points) == 72
    boundary = voronoi([(0, 0, 0), *points], domain).decision_boundary(0)
    assert sorted(piece.classes for piece in boundary) == [(0, c) for c in range(1, 73)]
    assert boundary.is_closed.tolist() == [True]
    assert boundary.euler_characteristic() == 2
    assert boundary.angle_defects()["defect"].sum() == pytest.approx(4 * pi)


def test_the_cell_of_the_origin_in_the_lattice_d4_is_the_24_cell():
    # 24 octahedra, 96 triangles, each between two of them.
    boundary = voronoi([(0,) * 4, *sphere(4, 2)], geom.Box([-3] * 4, [3] * 4)).decision_boundary(0)
    assert len(boundary) == 24
    assert len(boundary.links.size) == 96
    assert boundary.is_closed.all()
    assert {len(exact_vertices(piece)) for piece in boundary} == {6}
    assert {len(corners) for piece in boundary for corners in boundary._corners(piece.index)} == {3}
    assert len({v for piece in boundary for v in exact_vertices(piece)}) == 24
    assert set(boundary.volume.round(12)) == {round(2**0.5 / 3, 12)}, "octahedra of edge 1"


def test_twelve_points_on_a_circle_and_its_centre_share_the_plane():
    # A polygon of twelve sides, and a ray from each of its corners.
    points = [(0, 0), *sphere(2, 25)]
    whole = voronoi(points).decision_boundary()
    assert len(points) == 13
    assert len(whole) == 24
    assert np.isinf(whole.volume).sum() == 12
    assert whole.links.size.tolist() == [3] * 12
    inner = voronoi(points).decision_boundary(0)
    assert inner.is_closed.tolist() == [True]
    assert len(inner) == len(inner.links.size) == 12
    assert np.isfinite(inner.volume).all()


def test_more_classes_than_bits_of_a_word_over_more_units_than_bits_of_a_word():
    # 13 classes make 78 differences; 70 units stand in two words.
    rng = np.random.default_rng(5)
    rows = np.concatenate([np.tile([1, 0], (64, 1)), rng.integers(-2, 3, size=(6, 2))])
    hidden = ((rows, np.concatenate([rng.integers(2, 9, size=64), np.zeros(6)])),)
    head = (np.concatenate([np.zeros((13, 64)), rng.integers(-2, 3, size=(13, 6))], axis=1), rng.integers(0, 2, size=13) / 4)
    problem = Problem("seventy units, thirteen classes", hidden, cube(2), head=head)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    expected = boundary_reference.argmax_boundary(problem.reference_network(), 2, problem.reference_region())
    assert len(boundary) >= 2
    assert_same_boundary(boundary, expected, problem.shown())


def test_a_grid_of_squares_has_all_its_sides():
    # Voronoi cells of a 6 x 6 grid: 60 sides inside; 25 crossings, at which four classes tie.
    boundary = voronoi(list(product(range(6), repeat=2)), geom.Box([-0.5] * 2, [5.5] * 2)).decision_boundary()
    assert len(boundary) == 60
    assert sorted(boundary.links.size.tolist()) == [4] * 25
    assert boundary.volume.tolist() == [1] * 60
