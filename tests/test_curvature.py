"""Angles between boundary pieces: exact turning numbers, Gauss and Bonnet, closed forms of the paper, invariances."""

from collections import Counter
from fractions import Fraction
from functools import cache
from math import atan2, pi, sqrt

import boundary_reference
import numpy as np
import pytest
import reference
from boundary_cases import DEGENERATE, random_boundary, tied_boundary, unbounded_boundary
from cases import Problem
from comparison import dot, exact_vertices

import geom


def det(a, b):
    return a[0] * b[1] - a[1] * b[0]


# --- compact sets {f >= 0} ----------------------------------------------------------------------------------------------------------------


def compact(seed, dim):
    """A network whose {f >= 0} is bounded, with holes, reflex corners and several components among the seeds.

    h_k = |a_k x + b_k| grow in all directions, s = 4 sum h_k faster than all |t_j(h)|, t_j with coefficients of at most 1; and of
    f = c - |s - r| + sum v_j |t_j - q_j| with sum v_j <= 2 the second term beats the third.
    """
    rng = np.random.default_rng([seed, dim, 2])
    n, m = dim + 1 + seed % 3, 1 + seed % 2
    first = np.concatenate([np.eye(dim), rng.integers(-64, 65, size=(n - dim, dim)) / 64])
    second = np.concatenate([np.full((1, n), 4.0), rng.integers(-64, 65, size=(m, n)) / 64])
    offsets = np.concatenate([[-rng.integers(0, 1000) / 64], -rng.integers(-64, 128, size=m) / 64])
    v = rng.choice([1.0, 0.5, -1.0, -4.0], size=m)
    head = [[-1.0, *v.tolist()]], [float(rng.integers(1, 400)) / 64 + 3 * max(0.0, -v.sum())]
    hidden = ((first, rng.integers(-96, 97, size=n) / 64), (second, offsets))
    return Problem(f"compact {seed}", hidden, ("space", dim), activation="abs", head=head)


@cache
def measured(seed, dim):
    problem = compact(seed, dim)
    return problem, geom.subdivide(problem.network()).decision_boundary()


@cache
def solid_characteristic(seed, dim):
    return euler_characteristic(solid_of(compact(seed, dim)))


def solid_of(problem):
    """The parts of the cells where f >= 0, all bounded, by clipping in fractions."""
    net = problem.reference_network()
    found = boundary_reference.zero_set(net, problem.dim, [], [1], 0, is_open=True)
    assert not found.vanishing, problem.shown()
    parts = [part for part in found.parts if part.label == 1]
    largest = max((abs(Fraction(v, x[-1])) for part in parts for x, _ in part.vertices for v in x[:-1]), default=0)
    assert largest < found.radius, "{f >= 0} is compact"
    return parts


def euler_characteristic(parts):
    """Alternating sum of all faces of the complex that these polytopes make: a face is what some of their facets have in common."""
    faces = {}
    for part in parts:
        points = [tuple(Fraction(v, x[-1]) for v in x[:-1]) for x, _ in part.vertices]
        on = [frozenset(p for p, (_, mask) in zip(points, part.vertices, strict=True) if mask >> k & 1) for k in range(len(part.names))]
        own, new = {frozenset(points)}, {frozenset(points)}
        while new:
            new = {face & other for face in new for other in on} - own - {frozenset()}
            own |= new
        faces |= {face: reference.rank([(*p, 1) for p in face]) - 1 for face in own}
    counts = Counter(faces.values())
    return sum((-1) ** k * n for k, n in counts.items())


PLANE, SPACE = range(110), range(24)


def test_the_family_has_holes_reflex_corners_and_several_components():
    found, reflex, components = Counter(), 0, 0
    for seed in PLANE:
        _, boundary = measured(seed, 2)
        found[solid_characteristic(seed, 2)] += 1
        reflex += bool((boundary.angles()["sign"] < 0).any())
        components += len(boundary.is_closed) > 1
    assert found[0] >= 10
    assert found[1] >= 10
    assert reflex >= 40
    assert components >= 20


@pytest.mark.parametrize("seed", PLANE)
def test_signed_angles_add_up_to_the_euler_characteristic(seed):
    problem, boundary = measured(seed, 2)
    chi = solid_characteristic(seed, 2)
    assert boundary.is_closed.all(), problem.shown()
    assert boundary.euler_characteristic() == 0, "closed curves"
    angles = boundary.angles()
    assert len(angles["theta"]) == len(boundary), "a closed curve has as many vertices as edges"
    assert (angles["sign"] * angles["theta"]).sum() == pytest.approx(2 * pi * chi, abs=1e-9)
    assert boundary.curvature().signed == pytest.approx(2 * pi * chi, abs=1e-9)


def loops_of(boundary):
    """Closed walks over the pieces of a plane curve with f > 0 on the left; what follows a piece is found by its exact end."""
    starts, ends = {}, {}
    for piece in boundary:
        alpha = piece.hyperplane(exact=True)[0].tolist()
        tail, head = sorted(exact_vertices(piece), key=lambda x: alpha[1] * x[0] - alpha[0] * x[1])
        assert tail not in starts
        starts[tail], ends[piece.index] = piece.index, head
    loops, left = [], set(ends)
    while left:
        loop = [min(left)]
        while (following := starts[ends[loop[-1]]]) != loop[0]:
            loop.append(following)
        left -= set(loop)
        loops.append(loop)
    return loops


@pytest.mark.parametrize("seed", PLANE)
def test_the_turns_of_every_loop_multiply_to_a_positive_number(seed):
    # The turn from alpha to alpha' is the argument of <alpha, alpha'> + i det(alpha, alpha'), a Gaussian rational; a closed walk turns by a multiple
    # of 2 pi iff their product is real and positive.
    problem, boundary = measured(seed, 2)
    alpha = [piece.hyperplane(exact=True)[0].tolist() for piece in boundary]
    angles = boundary.angles(exact=True)
    rows = {frozenset(pair): k for k, pair in enumerate(zip(angles["piece_a"].tolist(), angles["piece_b"].tolist(), strict=True))}
    for loop in loops_of(boundary):
        real, imaginary, total = Fraction(1), Fraction(0), 0.0
        for p, q in zip(loop, [*loop[1:], loop[0]], strict=True):
            cosine, sine = dot(alpha[p], alpha[q]), det(alpha[p], alpha[q])
            real, imaginary = real * cosine - imaginary * sine, real * sine + imaginary * cosine
            k = rows[frozenset((p, q))]
            assert angles["sign"][k] == (sine > 0) - (sine < 0), problem.shown()
            assert angles["dot"][k] == cosine
            assert angles["square_a"][k] * angles["square_b"][k] == dot(alpha[p], alpha[p]) * dot(alpha[q], alpha[q])
            assert angles["theta"][k] == pytest.approx(abs(atan2(float(sine), float(cosine))), abs=1e-12, rel=1e-12)
            assert angles["cos"][k] == pytest.approx(float(cosine) / sqrt(float(dot(alpha[p], alpha[p]) * dot(alpha[q], alpha[q]))), abs=1e-12)
            assert angles["dihedral"][k] == pytest.approx(pi - atan2(float(sine), float(cosine)), abs=1e-12)
            assert angles["ridge_volume"][k] == 1
            total += angles["sign"][k] * angles["theta"][k]
        assert imaginary == 0, problem.shown()
        assert real > 0, problem.shown()
        assert abs(total) == pytest.approx(2 * pi, abs=1e-9), "a loop without crossings turns once (Hopf)"


@pytest.mark.parametrize("seed", PLANE)
def test_a_loop_turns_by_at_least_two_pi_and_by_no_more_iff_it_is_convex(seed):
    # Fenchel's theorem.
    problem, boundary = measured(seed, 2)
    absolute = boundary.curvature().absolute_by_component
    loops = loops_of(boundary)
    assert sorted(sorted(loop) for loop in loops) == sorted(np.flatnonzero(boundary.components == c).tolist() for c in range(len(absolute)))
    for loop in loops:
        points = {x for p in loop for x in exact_vertices(boundary[p])}
        values = [[dot(a.tolist(), x) + b for x in points] for a, b in (boundary[p].hyperplane(exact=True) for p in loop)]
        is_convex = all(min(v) >= 0 or max(v) <= 0 for v in values)
        turned = absolute[boundary.components[loop[0]]]
        assert turned > 2 * pi - 1e-9, problem.shown()
        assert (turned < 2 * pi + 1e-9) == is_convex, problem.shown()


@pytest.mark.parametrize("inner", [10, 7, 20])
def test_an_annulus_turns_by_nothing(inner):
    # 5 - ||x| + |y| - r|: a square ring.
    net = geom.Network.mlp([[[1, 0], [0, 1]], [[1, 1]], [[-1]]], [[0, 0], [-inner], [5]], "abs")
    boundary = geom.subdivide(net).decision_boundary()
    curvature = boundary.curvature()
    assert curvature.signed == pytest.approx(0, abs=1e-12)
    assert curvature.absolute_by_component == pytest.approx([2 * pi, 2 * pi])
    assert sorted(curvature.signed_by_component) == pytest.approx([-2 * pi, 2 * pi])
    assert boundary.volume.sum() == pytest.approx(4 * sqrt(2) * (inner + 5 + inner - 5))
    assert boundary.is_closed.tolist() == [True, True]


# --- surfaces -----------------------------------------------------------------------------------------------------------------------------


def counted(boundary):
    """Vertices - edges + faces of a surface, from exact vertices."""
    points, edges = set(), set()
    for piece in boundary:
        own = exact_vertices(piece)
        points |= set(own)
        edges |= {frozenset(own[k] for k in corners) for corners in boundary._corners(piece.index)}
    return len(points) - len(edges) + len(boundary)


@pytest.mark.parametrize("seed", SPACE)
def test_angle_defects_of_a_closed_surface_add_up_to_its_euler_characteristic(seed):
    problem, boundary = measured(seed, 3)
    assert boundary.is_closed.all(), problem.shown()
    defects = boundary.angle_defects()
    chi = counted(boundary)
    assert boundary.euler_characteristic() == chi
    assert defects["is_inner"].all()
    assert defects["defect"].sum() == pytest.approx(2 * pi * chi, abs=1e-8), problem.shown()
    assert len(defects["vertex"]) == len({x for piece in boundary for x in exact_vertices(piece)})


@pytest.mark.parametrize("seed", SPACE[:6])
def test_the_surface_has_twice_the_euler_characteristic_of_the_solid(seed):
    _, boundary = measured(seed, 3)
    assert counted(boundary) == 2 * solid_characteristic(seed, 3)


TORUS = geom.Network.mlp([np.eye(3), [[1, 1, 0], [0, 0, 1]], [[-1, -1]]], [[0, 0, 0], [-3, 0], [1]], ["abs", "abs"])  # 1 - ||x| + |y| - 3| - |z|


def test_a_torus_has_euler_characteristic_zero():
    boundary = geom.subdivide(TORUS).decision_boundary()
    assert boundary.is_closed.tolist() == [True]
    assert counted(boundary) == boundary.euler_characteristic() == 0
    assert boundary.angle_defects()["defect"].sum() == pytest.approx(0, abs=1e-10)
    # Four prisms of square section and of slanted length; each of the four long faces of section sqrt(2) times mean length 3 sqrt(2).
    signs = Counter(boundary.angles()["sign"].tolist())
    assert signs[1] > 0
    assert signs[-1] > 0
    assert boundary.volume.sum() == pytest.approx(4 * 3 * sqrt(2) * 4 * sqrt(1.5), rel=1e-12)


def box_network(a, b, c):
    """1 - max(|x| / a, |y| / b, |z| / c), by max(u, v) = relu(u - v) + v."""
    weights = [np.diag([1 / a, 1 / b, 1 / c]), [[1, -1, 0], [0, 1, 0], [0, 0, 1]], [[1, 1, -1], [0, 0, 1]], [[-1, -1]]]
    return geom.Network.mlp(weights, [[0] * 3, [0] * 3, [0] * 2, [1]], ["abs", "relu", "relu"])


@pytest.mark.parametrize("sides", [(0.5, 0.5, 0.5), (1, 2, 4), (0.25, 1, 8)])
def test_the_mean_curvature_integral_of_a_box_is_pi_times_its_sides(sides):
    # Steiner: the volume of the eps-neighbourhood has eps^2 times H = half the sum of angle times length over the twelve edges.
    boundary = geom.subdivide(box_network(*sides), geom.Box([-10] * 3, [10] * 3)).decision_boundary()
    curvature = boundary.curvature()
    a, b, c = (2 * s for s in sides)
    assert curvature.signed / 2 == pytest.approx(pi * (a + b + c), rel=1e-12)
    assert curvature.absolute == pytest.approx(curvature.signed, rel=1e-12)
    assert boundary.volume.sum() == pytest.approx(2 * (a * b + b * c + a * c), rel=1e-12)
    bent = boundary.angles()["theta"] > 0
    assert boundary.angles()["theta"][bent] == pytest.approx(pi / 2, rel=1e-14)
    assert boundary.angles()["ridge_volume"][bent].sum() == pytest.approx(4 * (a + b + c), rel=1e-12)


def test_the_octahedron_has_one_angle():
    # cos of the turn is 1/3 at all twelve edges.
    boundary = geom.subdivide(geom.Network.mlp([np.eye(3), [[-1] * 3]], [[0] * 3, [1]], "abs")).decision_boundary()
    angles = boundary.angles(exact=True)
    assert len(angles["theta"]) == 12
    assert {p / q for p, q in zip(angles["dot"], angles["square_a"], strict=True)} == {Fraction(1, 3)}
    assert angles["ridge_volume"] == pytest.approx(sqrt(2), rel=1e-15)
    assert boundary.curvature().signed == pytest.approx(12 * sqrt(2) * np.arccos(1 / 3), rel=1e-14)


# --- signs by their definition ------------------------------------------------------------------------------------------------------------


def middle(points):
    """A point in the relative interior of the hull of points and rays in homogeneous integers."""
    finite = [p for p in points if p[-1]]
    at = [sum(Fraction(p[j], p[-1]) for p in finite) / len(finite) for j in range(len(points[0]) - 1)]
    return [v + sum(Fraction(p[j], max(map(abs, p))) for p in points if not p[-1]) for j, v in enumerate(at)]


@pytest.mark.parametrize("seed", range(0, 160, 2))
@pytest.mark.parametrize("maker", [random_boundary, tied_boundary, unbounded_boundary])
def test_the_sign_is_that_of_the_form_between_the_two_pieces(maker, seed):
    # Halfway between the two faces of a wedge lies {f >= 0} iff the wedge is convex.
    problem = maker(seed)
    boundary = geom.subdivide(problem.network(), problem.region()).decision_boundary()
    net, angles = problem.reference_network(), boundary.angles()
    meeting = boundary._meetings
    for k, ridge in enumerate(meeting.ridge.tolist()):
        p, q = boundary[int(angles["piece_a"][k])], boundary[int(angles["piece_b"][k])]
        if boundary.partition.dim == 1 or not (boundary.changes[p.index] and boundary.changes[q.index]):
            continue
        pieces = boundary._table
        own = boundary._exact_vertices(p.index)
        on = pieces.corner[pieces.corner_at[ridge] : pieces.corner_at[ridge + 1]].tolist()
        m, u, w = middle([own[c] for c in on]), middle(own), middle(boundary._exact_vertices(q.index))
        x = [c + Fraction(1, 10**24) * (a - c + b - c) for a, b, c in zip(u, w, m, strict=True)]
        f = reference.output_at(net, x)
        value = f[p.classes[0]] - (f[p.classes[1]] if p.classes[1] >= 0 else 0)
        alpha, beta = p.hyperplane(exact=True)
        is_straight = dot(alpha, x) + beta == 0
        assert angles["sign"][k] == (0 if is_straight else 1 if value >= 0 else -1), problem.shown()


# --- the graph ----------------------------------------------------------------------------------------------------------------------------


def test_angles_are_written_on_edges_of_adjacent_cells_and_nowhere_else():
    for seed in range(0, 60):
        problem, boundary = measured(seed % 20, 2) if seed % 2 else (random_boundary(seed), None)
        part = boundary.partition if boundary is not None else geom.subdivide(problem.network(), problem.region())
        boundary = part.decision_boundary()
        graph = boundary.annotate(part.graph())
        plain = part.graph()
        assert set(graph.edges) == set(plain.edges)
        angles = boundary.angles()
        largest = {}
        for a, b, theta in zip(angles["a"].tolist(), angles["b"].tolist(), angles["theta"].tolist(), strict=True):
            if plain.has_edge(a, b):
                largest[frozenset((a, b))] = max(theta, largest.get(frozenset((a, b)), 0.0))
        written = {frozenset((a, b)): theta for a, b, theta in graph.edges.data("theta") if theta is not None}
        assert written == largest, problem.shown()
        assert all({"sign", "cos", "ridge_volume"} <= set(data) for _, _, data in graph.edges(data=True) if "theta" in data)


def test_the_graph_of_pieces_has_the_angles():
    _, boundary = measured(3, 2)
    graph = boundary.graph()
    assert graph.number_of_nodes() == graph.number_of_edges() == len(boundary)
    total = sum(data["sign"] * data["theta"] for _, _, data in graph.edges(data=True))
    assert total == pytest.approx(boundary.curvature().signed)
    assert [graph.nodes[p]["cell"] for p in range(len(boundary))] == boundary.cell.tolist()


# --- degenerate, unbounded, refused -------------------------------------------------------------------------------------------------------


def test_unbounded_ridges_count_only_where_the_boundary_bends():
    boundary = geom.subdivide(DEGENERATE["planes in space |x| = |y|"].network()).decision_boundary()
    assert boundary.curvature().absolute == 0
    bent = geom.subdivide(geom.Network.mlp([np.eye(3)[:2], [[-1, -1]]], [[0, 0], [1]], "abs")).decision_boundary()
    assert np.isinf(bent.angles()["ridge_volume"]).all()
    assert bent.curvature().absolute == np.inf
    assert bent.is_closed.all(), "a square prism over all of the third axis"


@pytest.mark.parametrize("name", ["|x| - |y|, whole space", "lines in space", "a quadrant, unbounded"])
def test_euler_characteristics_of_unbounded_boundaries_are_refused(name):
    case = DEGENERATE[name]
    boundary = geom.subdivide(case.network(), case.region()).decision_boundary()
    with pytest.raises(geom.GeomError, match="bounded"):
        boundary.euler_characteristic()


def test_angle_defects_are_of_surfaces_in_space():
    _, boundary = measured(0, 2)
    with pytest.raises(geom.GeomError, match="3 dimensions"):
        boundary.angle_defects()
    four = geom.subdivide(geom.Network.mlp([np.eye(4), [[-1] * 4]], [[0] * 4, [1]], "abs")).decision_boundary()
    with pytest.raises(geom.GeomError, match="2 and 3 dimensions"):
        four.euler_characteristic()


def test_a_boundary_without_pieces_has_no_curvature():
    boundary = geom.subdivide(DEGENERATE["constant output"].network(), geom.Box([-1] * 2, [1] * 2)).decision_boundary()
    assert boundary.curvature()[:2] == (0, 0)
    assert all(len(column) == 0 for column in boundary.angles(exact=True).values())
    assert boundary.euler_characteristic() == 0
    assert boundary.components.tolist() == boundary.is_closed.tolist() == []
    assert boundary.graph().number_of_nodes() == 0
