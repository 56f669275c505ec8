"""Volumes of polytopes: known ones, in any position and any larger space; beside Qhull, the divergence theorem and exact arithmetic."""

import json
import math
import os
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import polytopes
import pytest
from scipy.spatial import ConvexHull

import geom
from geom.polyhedra.measures import polytope_volumes, squared_volume
from geom.polyhedra.polyhedron import volume

CLOSE = 1e-13
KNOWN = [pytest.param(*rest, id=name) for name, *rest in polytopes.known()]
# Columns are orthogonal, so that they stretch k-volumes by the product of their lengths.
ORTHOGONAL = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]])


def measured(polytope, dim):
    size, ridges = polytope_volumes(*polytopes.packed([polytope]), dim)
    return size[0], ridges


@pytest.mark.parametrize(("polytope", "dim", "size"), KNOWN)
def test_a_polytope_has_its_known_volume(polytope, dim, size):
    assert measured(polytope, dim)[0] == pytest.approx(float(size), rel=CLOSE)
    assert squared_volume(*polytope) == size * size


@pytest.mark.parametrize(("polytope", "dim", "size"), [p for p in KNOWN if p.values[1] <= 4])
def test_in_a_larger_space_a_polytope_has_its_known_volume_stretched(polytope, dim, size):
    matrix = [*ORTHOGONAL[:, :dim].tolist(), [0] * dim]
    image = polytopes.moved(polytope, matrix, [1, 2, 3, 4, 5])
    assert measured(image, dim)[0] == pytest.approx(float(size) * 2**dim, rel=CLOSE)
    assert squared_volume(*image) == size * size * 4**dim


@pytest.mark.parametrize("dim", range(1, 6))
@pytest.mark.parametrize("seed", range(4))
def test_any_linear_map_stretches_by_the_root_of_its_gram_determinant(dim, seed):
    rng = random.Random(seed)
    matrix = [[rng.randint(-3, 3) + (i == j) * 5 for j in range(dim)] for i in range(dim + 2)]
    gram = np.array(matrix).T @ np.array(matrix)
    stretch = round(np.linalg.det(gram))
    image = polytopes.moved(polytopes.cross_polytope(dim), matrix, [0] * (dim + 2))
    assert squared_volume(*image) == stretch * Fraction(2**dim, math.factorial(dim)) ** 2
    assert measured(image, dim)[0] == pytest.approx(math.sqrt(squared_volume(*image)), rel=1e-12)


@pytest.mark.parametrize("dim", range(2, 6))
def test_facets_of_cubes_simplices_and_cross_polytopes(dim):
    assert measured(polytopes.cube(dim), dim)[1] == pytest.approx([1] * 2 * dim, rel=CLOSE)
    regular = math.sqrt(dim) / math.factorial(dim - 1)
    assert measured(polytopes.cross_polytope(dim), dim)[1] == pytest.approx([regular] * 2**dim, rel=CLOSE)
    # The facet opposite to vertex j of the simplex 0, e_1, 2 e_2, ... has the volume of the simplex, 1, over the product of 1/k and edge j.
    assert measured(polytopes.simplex(dim), dim)[1][1:] == pytest.approx([dim / j for j in range(1, dim + 1)], rel=CLOSE)


@pytest.mark.parametrize("dim", [2, 3, 4, 5])
def test_cyclic_polytopes_beside_qhull(dim):
    polytope = polytopes.cyclic(dim, dim + 4)
    hull = ConvexHull(np.array(polytope[0], dtype=float))
    assert measured(polytope, dim)[0] == pytest.approx(hull.volume, rel=1e-10)
    assert measured(polytope, dim)[1].sum() == pytest.approx(hull.area, rel=1e-10)
    assert math.sqrt(squared_volume(*polytope)) == pytest.approx(measured(polytope, dim)[0], rel=1e-10)


@pytest.mark.parametrize("dim", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(12))
def test_random_polytopes_beside_qhull_and_the_divergence_theorem(dim, seed):
    vertices, facets, rows = polytopes.random_polytope(seed, dim)
    size, ridges = measured((vertices, facets), dim)
    hull = ConvexHull(np.array(vertices, dtype=float))
    assert size == pytest.approx(hull.volume, rel=1e-10)
    assert ridges.sum() == pytest.approx(hull.area, rel=1e-10)
    # Facets times unit normals add up to 0 (Minkowski), and times their distances from the origin to the volume.
    normals = np.array([row for row, _ in rows], dtype=float)
    lengths = np.linalg.norm(normals, axis=1)
    assert (ridges / lengths) @ normals == pytest.approx(0, abs=1e-11 * ridges.sum())
    assert (ridges / lengths) @ [side for _, side in rows] / dim == pytest.approx(size, rel=1e-11)
    tight = [frozenset(f for f, facet in enumerate(facets) if i in facet) for i in range(len(vertices))]
    assert size == pytest.approx(float(volume(vertices, tight)), rel=CLOSE)


@pytest.mark.parametrize("dim", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(6))
def test_facets_are_polytopes_of_their_own(dim, seed):
    vertices, facets, _ = polytopes.random_polytope(seed, dim)
    ridges = measured((vertices, facets), dim)[1]
    for facet, size in zip(facets, ridges, strict=True):
        met = {frozenset(facet) & frozenset(other) for other in facets} - {frozenset(facet), frozenset()}
        corners = [[facet.index(i) for i in face] for face in met if not any(face < other for other in met)]
        points = [vertices[i] for i in facet]
        assert size == pytest.approx(math.sqrt(squared_volume(points, corners)), rel=1e-12)
        assert size == pytest.approx(measured((points, corners), dim - 1)[0], rel=1e-12)


@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_vertices_and_facets_does_not_matter(dim, seed):
    vertices, facets, _ = polytopes.random_polytope(seed, dim)
    size, ridges = measured((vertices, facets), dim)
    rng = random.Random(seed)
    place, order = rng.sample(range(len(vertices)), len(vertices)), rng.sample(range(len(facets)), len(facets))
    shuffled = [vertices[place.index(i)] for i in range(len(vertices))]
    renamed = [rng.sample([place[i] for i in facets[f]], len(facets[f])) for f in order]
    again, ridges_again = measured((shuffled, renamed), dim)
    assert again == pytest.approx(size, rel=CLOSE)
    assert ridges_again == pytest.approx(ridges[order], rel=CLOSE)
    assert squared_volume(shuffled, renamed) == squared_volume(vertices, facets)


def test_many_polytopes_at_once_are_measured_as_one_by_one():
    group = [polytopes.random_polytope(seed, 3)[:2] for seed in range(20)]
    size, ridges = polytope_volumes(*polytopes.packed(group), 3)
    alone = [measured(polytope, 3) for polytope in group]
    assert size.tolist() == [v for v, _ in alone]
    assert ridges.tolist() == [v for _, part in alone for v in part]


def test_points_measure_one_and_segments_their_length():
    size, ridges = polytope_volumes([[3, 4], [5, 6]], [0, 1, 2], [0, 0, 0], [0], [], 0)
    assert size.tolist() == [1, 1]
    assert len(ridges) == 0
    size, ridges = polytope_volumes([[0, 0], [3, 4], [1, 1], [1, 2]], [0, 2, 4], [0, 2, 4], [0, 1, 2, 3, 4], [0, 1, 1, 0], 1)
    assert size.tolist() == [5, 1]
    assert ridges.tolist() == [1] * 4
    assert squared_volume([[1, 2]], []) == 1
    assert squared_volume([[0, 0], [1, 1]], [[0], [1]]) == 2


def test_no_polytope_at_all():
    size, ridges = polytope_volumes(np.zeros((0, 3)), [0], [0], [0], [], 2)
    assert len(size) == len(ridges) == 0


@pytest.mark.parametrize("exponent", [-1000, -300, 300, 340])
def test_scaling_by_a_power_of_two_rounds_nothing(exponent):
    vertices, facets = polytopes.cross_polytope(3)
    size, ridges = measured((vertices, facets), 3)
    scale = 2.0**exponent
    scaled, scaled_ridges = measured(([[v * scale for v in vertex] for vertex in vertices], facets), 3)
    assert scaled == size * scale * scale * scale
    assert scaled_ridges.tolist() == (ridges * scale * scale).tolist()


def test_differences_of_coordinates_far_from_the_origin_are_exact():
    vertices, facets = polytopes.moved(polytopes.cube(2), [[1, 0], [0, 1], [0, 0]], [2**26, -(2**26), 2**26])
    size, ridges = measured((vertices, facets), 2)
    assert size == 1
    assert ridges.tolist() == [1] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 1], [0, 2], [0, 2], [0, 1, 2], [0, 1], 1), r"shape \(m, d\)"),
        (([[0], [math.inf]], [0, 2], [0, 2], [0, 1, 2], [0, 1], 1), "finite"),
        (([[0], [1]], [0, 1], [0, 2], [0, 1, 2], [0, 1], 1), "vertex_at must ascend from 0 to 2"),
        (([[0], [1]], [0, 2], [0, 3], [0, 1, 2], [0, 1], 1), "ridge_at must ascend from 0 to 2"),
        (([[0], [1]], [0, 2], [0, 2], [0, 2, 1], [0, 1], 1), "corner_at must ascend from 0 to 2"),
        (([[0], [1]], [0, 2], [0, 2], [0, 1, 2], [0, 2], 1), r"corner\[1\] is 2, but its polytope has vertices 0 to 1"),
        (([[0], [1]], [0, 2], [0, 2], [0, 1, 2], [0.5, 2], 1), "corner must be a one-dimensional array of integers"),
        (([[0], [1]], [0, 2], [0, 2], [0, 1, 2], [0, 1], 2), "dim must be 0 to 1"),
        (([[0], [1]], [0, 2], [0, 1, 2], [0, 1, 2], [0, 1], 1), "1 polytopes, ridge_at for 2"),
        (([[0], [1]], [0, 1, 2], [0, 1, 2], [0, 1, 2], [0, 0], 1), "polytope 0 has 1 vertices"),
        (([[0], [1]], [0, 2], [0, 1], [0, 1], [0], 1), "polytope 0 has 1 facets"),
        (([[0], [1]], [0, 2], [0, 2], [0, 1, 2], [0, 1], 0), "single points"),
        (([[0, 0], [1, 0], [0, 1]], [0, 3], [0, 3], [0, 2, 4, 5], [0, 1, 1, 2, 2], 2), "facet 2 has 1 corners"),
        (([[0, 0], [1, 0], [1, 1], [0, 1]], [0, 4], [0, 3], [0, 3, 6, 9], [0, 1, 2, 1, 2, 3, 2, 3, 0], 2), "facets of polytope 0 are not those"),
    ],
)
def test_bad_input_is_explained(arguments, message):
    with pytest.raises(geom.GeomError, match=message):
        polytope_volumes(*arguments)


def test_bad_input_to_the_exact_volume_is_explained():
    with pytest.raises(geom.GeomError, match="n at least 1"):
        squared_volume([], [])
    with pytest.raises(geom.GeomError, match="beyond the 2"):
        squared_volume([[0], [1]], [[0], [2]])
    with pytest.raises(geom.GeomError, match="nan"):
        squared_volume([[0], [math.nan]], [[0], [1]])


def test_without_the_compiler_the_volumes_are_the_same_bit_for_bit():
    script = Path(__file__).parent / "polytopes.py"
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)], env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == polytopes.bits()
