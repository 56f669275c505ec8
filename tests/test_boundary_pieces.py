"""Pieces by themselves: inequalities and vertices are one polyhedron, hyperplanes exact, doubles within their bounds, volumes right."""

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import reference
from boundary_cases import DEGENERATE, degenerate, random_boundary, unbounded_boundary
from boundary_comparison import boundary_of, rows_at_least_zero
from comparison import codes, dot

import geom

REPRESENTED = [(degenerate, name) for name in DEGENERATE]
REPRESENTED += [(random_boundary, seed) for seed in range(0, 120, 3)] + [(unbounded_boundary, seed) for seed in range(0, 96, 4)]


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_both_representations_are_one_polyhedron_and_irredundant(maker, key):
    # By trying all bases of the inequalities (`reference.minimal_faces`, `extreme_rays`), as for cells in test_space.
    problem, boundary = boundary_of(maker, key)
    for piece in boundary:
        rows, equations = rows_at_least_zero(piece)
        everything = [*rows, *equations, *([-v for v in row] for row in equations)]
        vertices, rays, lines = ([tuple(v) for v in part] for part in piece.vrep(exact=True))
        at = [frozenset(k for k, row in enumerate(everything) if dot(row, (*v, 1)) == 0) for v in vertices]
        along = [frozenset(k for k, row in enumerate(everything) if dot(row, (*v, 0)) == 0) for v in rays]
        assert all(dot(row, (*v, 1)) >= 0 for row in everything for v in vertices), problem.shown()
        assert all(dot(row, (*v, 0)) >= 0 for row in everything for v in rays), problem.shown()
        assert all(dot(row, (*v, 0)) == 0 for row in everything for v in lines), problem.shown()
        assert len(set(at)) == len(vertices), problem.shown()
        assert set(at) == reference.minimal_faces(everything, boundary.dim), problem.shown()
        assert len(set(along)) == len(rays), problem.shown()
        assert set(along) == reference.extreme_rays(everything, boundary.dim), problem.shown()
        assert reference.rank(lines) == len(lines) == boundary.dim - reference.rank([row[:-1] for row in everything]), problem.shown()
        generators = [(*v, 1) for v in vertices] + [(*v, 0) for v in [*rays, *lines]]
        assert reference.rank(generators) == boundary.dim, "a piece has dimension d - 1"
        for row in rows:  # each row holds a facet of the piece, so none can be spared, and no two hold the same
            assert reference.rank([g for g in generators if dot(row, g) == 0]) == boundary.dim - 1, problem.shown()
        assert len({frozenset(g for g in generators if dot(row, g) == 0) for row in rows}) == len(rows), problem.shown()


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_hyperplanes_are_the_differences_of_the_outputs_maps(maker, key):
    # Equation 26 of the paper, corrected (docs/errata.md, E19): composing the layers, biases included, is what `reference.affine` does.
    problem, boundary = boundary_of(maker, key)
    net = problem.reference_network()
    own = codes(boundary.partition)
    for piece in boundary:
        slopes, constants = reference.affine(net, own[piece.cell], problem.dim)
        rows = [[*row, b] for row, b in zip(slopes, constants, strict=True)]
        i, j = piece.classes
        true = rows[i] if j < 0 else [p - q for p, q in zip(rows[i], rows[j], strict=True)]
        alpha, beta = piece.hyperplane(exact=True)
        assert [*alpha, beta] == true, problem.shown()
        near, constant = piece.hyperplane()
        scale = max(abs(v) for v in true[:-1])
        for double, v in zip([*near.tolist(), constant], true, strict=True):
            assert abs(Fraction(double) - v) <= max(scale, abs(v)) * Fraction(1, 2**20), problem.shown()


def test_the_bias_of_a_middle_layer_enters_the_boundary():
    # Erratum E19: identities with biases 0, 2 and -5 have their boundary at x = 3; the printed formula says 5.
    net = geom.Network.mlp([[[1]], [[1]], [[1]]], [[0], [2], [-5]])
    [piece] = geom.subdivide(net, geom.Box([0], [9])).decision_boundary()
    assert piece.vrep(exact=True)[0].tolist() == [[3]]
    assert piece.hyperplane(exact=True)[1] == -3


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_doubles_are_within_their_radius_of_exact_vertices(maker, key):
    problem, boundary = boundary_of(maker, key)
    pieces = boundary._table
    for piece in boundary:
        at = pieces.vertices_of(piece.index)
        exact = boundary._exact_vertices(piece.index)
        for near, is_ray, radius, (*x, w) in zip(pieces.vertex[at].tolist(), pieces.is_ray[at], pieces.radius[at].tolist(), exact, strict=True):
            assert is_ray == (w == 0), problem.shown()
            assert np.isfinite(radius), problem.shown()
            if not is_ray:
                assert all(abs(Fraction(p) - Fraction(q, w)) <= Fraction(radius) for p, q in zip(near, x, strict=True)), problem.shown()
            else:  # within that of a positive multiple
                k = max(range(len(x)), key=lambda j: abs(x[j]))
                factor = Fraction(near[k]) / x[k]
                assert factor > 0, problem.shown()
                assert all(abs(Fraction(p) - factor * q) <= 2 * Fraction(radius) for p, q in zip(near, x, strict=True)), problem.shown()


@pytest.mark.parametrize(("maker", "key"), REPRESENTED)
def test_volumes_are_those_of_the_exact_vertices(maker, key):
    problem, boundary = boundary_of(maker, key)
    for piece in boundary:
        vertices, rays, lines = (part.tolist() for part in piece.vrep(exact=True))
        assert piece.is_bounded == (not rays and not lines), problem.shown()
        if not piece.is_bounded:
            assert boundary.volume[piece.index] == piece.volume() == np.inf
        elif boundary.dim == 1:
            assert boundary.volume[piece.index] == piece.volume() == 1.0
        elif boundary.dim == 2:
            squared = sum((p - q) ** 2 for p, q in zip(*vertices, strict=True))
            assert piece.squared_volume() == squared
            assert piece.volume() == pytest.approx(float(squared) ** 0.5, rel=1e-15)
        else:
            alpha = piece.hyperplane(exact=True)[0].tolist()
            assert piece.volume() == pytest.approx(projected_volume(vertices, alpha), rel=1e-12)
        assert boundary.volume[piece.index] == pytest.approx(piece.volume(), rel=1e-9), problem.shown()


def test_lines_are_in_lowest_terms():
    for activation in ("relu", "leaky_relu"):  # a slope of 0.01 is a dyadic number of 60 bits
        part = geom.subdivide(geom.Network.mlp([[[1, 0, 0], [0, 1, 0]], [[2, 6]]], [[9, 9], [-1]], activation))
        lines = {tuple(map(abs, line)) for piece in part.decision_boundary() for line in piece.vrep(exact=True)[2].tolist()}
        assert lines == {(0, 0, 1)}


def projected_volume(vertices, alpha):
    """The volume of the projection along a coordinate, by cones over the hull of all vertices, times the stretch |alpha| / |alpha_k|."""
    k = max(range(len(alpha)), key=lambda j: abs(alpha[j]))
    flat = [[v for j, v in enumerate(x) if j != k] for x in vertices]
    dim = len(flat[0])
    rows = hull_rows(flat, dim)
    facets = [reference.Facet((), (), frozenset(tuple(x) for x in flat if dot(row, (*x, 1)) == 0)) for row in rows]
    size = reference.volume(reference.Cell((), frozenset(map(tuple, flat)), facets))
    return float(size) * (float(sum(v * v for v in alpha)) ** 0.5) / abs(float(alpha[k]))


def hull_rows(points, dim):
    """Supporting hyperplanes through dim of the points, one for each facet."""
    found = {}
    for chosen in combinations(points, dim):
        for row in reference.kernel([(*x, 1) for x in chosen], dim + 1) if reference.rank([(*x, 1) for x in chosen]) == dim else ():
            values = [dot(row, (*x, 1)) for x in points]
            if min(values) >= 0 or max(values) <= 0:
                found[frozenset(i for i, v in enumerate(values) if v == 0)] = row
    return list(found.values())
