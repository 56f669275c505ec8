"""What the paper says about power diagrams of any sites, each printed formula that is wrong beside the one that is right."""

from fractions import Fraction

import numpy as np
import pytest

from geom.errors import GeomError
from geom.exact import as_fractions, round_root
from geom.polyhedra.polyhedron import interior_slack
from geom.power.diagram import PowerDiagram

# One unit of two pieces, slopes A = (2, 0) and offsets B = (-3, 0), as a diagram on the line: rad = 2 B + A^2.
UNIT = PowerDiagram([[2], [0]], [-2, 0])
X = Fraction(7, 4)  # 2 x - 3 > 0: the true piece is the first, number 0


def random_sites(seed, n, d):
    rng = np.random.default_rng(seed)
    return rng.integers(-9, 10, (n, d)), rng.integers(-20, 21, n)


def same_cells(one, other):
    """Whether two diagrams have the same cells, by their exact rows."""
    if (one.kinds() != other.kinds()).any():
        return False
    for i in range(len(one)):
        ours, theirs = ({(*row, b) for row, b in zip(*diagram.cell(i).hrep(exact=True), strict=True)} for diagram in (one, other))
        if ours != theirs:
            return False
    return True


# ---- errata ----


def test_e01_the_shift_is_minus_the_least_weight():
    """Definition 2 prints Q = min rad: (-2, 0) becomes (-4, -2)."""
    printed = UNIT.rad + UNIT.rad.min()
    assert printed.tolist() == [-4, -2]
    assert UNIT.normalise().rad.tolist() == [0, 2]
    assert same_cells(UNIT, UNIT.normalise())


def test_e02_the_weight_is_a_squared_radius():
    """Unit A = (2, 0), rad_1 = 4: the sphere where the two graphs meet the paraboloid passes through 0 and 4, so its radius is 2."""
    sphere = PowerDiagram([[2], [0]], [4, 0])
    assert sphere.power([[0], [4]], [0], exact=True).tolist() == [[0], [0]]
    assert sphere.tangent_length([[0], [4], [5]], 0).tolist() == [0, 0, np.sqrt(5)]
    printed = (5 - 2) ** 2 - 4**2
    assert printed < 0  # as a radius, 4 would put the point 5 inside
    assert np.isnan(sphere.tangent_length([[3]], 0)).all()
    assert np.isnan(UNIT.tangent_length([[9]], 0)).all()


def test_e03_the_lift_is_the_root_of_q_minus_the_weight():
    """Figure 1 lifts to (mu, rad), which at x = 7/4 prefers the wrong piece: 65/16 > 49/16."""
    mu, rad = UNIT.exact_mu[:, 0], UNIT.exact_rad
    printed = (X - mu) ** 2 + rad**2
    right = (X - mu) ** 2 + (max(rad) - rad)
    assert printed.tolist() == [Fraction(65, 16), Fraction(49, 16)]
    assert right.tolist() == [Fraction(33, 16), Fraction(49, 16)]
    assert UNIT.assign([[X]]).tolist() == [0]
    lifted = UNIT.lift("sphere")
    assert np.allclose(((lifted - [float(X), 0]) ** 2).sum(axis=1), right.astype(float))


def test_e04_the_norm_is_squared():
    """Equation 29 of the supplement prints |x - mu| - rad: 9/4 against 7/4 selects the wrong piece."""
    printed = [abs(X - m) - r for m, r in zip(UNIT.exact_mu[:, 0], UNIT.exact_rad, strict=True)]
    assert printed == [Fraction(9, 4), Fraction(7, 4)]
    right = UNIT.power([[X]], exact=True)[0]
    assert right[0] < right[1]


@pytest.mark.parametrize("seed", range(5))
def test_e28_lower_hull_of_the_paraboloid_is_upper_hull_of_the_forms(seed):
    """A site is a vertex if and only if some affine function is strictly below all other lifted sites, or above in the upper form."""
    diagram = PowerDiagram(*random_sites(seed, 9, 2))
    lower, upper = diagram.lift(exact=True), diagram.lift("upper", exact=True)
    assert (lower[:, -1] == -2 * upper[:, -1]).all()
    assert (lower[:, -1] == (diagram.exact_mu**2).sum(axis=1) - diagram.exact_rad).all()
    is_vertex = {}
    for name, lifted, sign in (("lower", lower, 1), ("upper", upper, -1), ("upper taken as lower", upper, 1)):
        is_vertex[name] = []
        for i, site in enumerate(lifted):
            rest = sign * (np.delete(lifted, i, axis=0) - site)
            is_vertex[name].append(interior_slack(rest[:, :-1], rest[:, -1]) > 0)
    full = (diagram.kinds() == "full-dimensional").tolist()
    assert is_vertex["lower"] == is_vertex["upper"] == full
    assert is_vertex["upper taken as lower"] != full


# ---- identities ----


@pytest.mark.parametrize("d", [1, 2, 3])
@pytest.mark.parametrize("seed", range(6))
def test_lemma_3_a_larger_weight_enlarges_its_cell_and_no_other(d, seed):
    before = PowerDiagram(*random_sites(seed, 8, d))
    i = seed % 8
    after = before.with_rad(i, before.exact_rad[i] + seed + 1)
    for j in range(8):
        small, large = (before.cell(j), after.cell(j)) if j == i else (after.cell(j), before.cell(j))
        vertices, rays, lines = small.vrep(exact=True)
        a, b = large.hrep(exact=True)
        assert all((a @ v <= b).all() for v in vertices)
        assert all((a @ r <= 0).all() for r in rays)
        assert all((a @ v == 0).all() for v in lines)


@pytest.mark.parametrize("seed", range(8))
def test_scaled_moved_and_shifted_sites_have_the_same_cells(seed):
    """Spec.md 4.4: (c mu + t, c beta + q)."""
    diagram = PowerDiagram(*random_sites(seed, 8, 2))
    other = diagram.transform(scale=Fraction(seed + 1, 3), translate=[seed, "0.1"], constant=Fraction(-7, 5))
    assert same_cells(diagram, other)
    assert (other.exact_beta == Fraction(seed + 1, 3) * diagram.exact_beta - Fraction(7, 5)).all()
    # Moved sites without the matching change of weights have other cells.
    assert not same_cells(diagram, PowerDiagram(diagram.exact_mu + 1, diagram.exact_rad))


@pytest.mark.parametrize("seed", range(8))
def test_a_slice_has_the_cells_that_it_meets(seed):
    """Spec.md 5.5."""
    rng = np.random.default_rng(seed)
    diagram = PowerDiagram(*random_sites(seed, 9, 3))
    g, h = rng.integers(-2, 3, (3, 2)), rng.integers(-2, 3, 3)
    y = rng.integers(-8, 9, (200, 2))
    assert diagram.restrict(h, g.T).assign(y).tolist() == diagram.assign(y @ g.T + h).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_a_chordale_is_where_the_powers_are_equal_and_a_facet_lies_in_it(seed):
    diagram = PowerDiagram(*random_sites(seed, 9, 2))
    x = as_fractions(np.random.default_rng(seed).integers(-9, 10, (20, 2)))
    for cell in diagram.cells():
        for row, bound, j in zip(*cell.hrep(exact=True), cell.neighbours, strict=True):
            n, c = diagram.chordale(cell.index, int(j), exact=True)
            largest = max(abs(n))
            assert (-n / largest == row).all()
            assert c / largest == bound
            powers = diagram.power(x, [cell.index, j], exact=True)
            assert (2 * (x @ n + c) == powers[:, 1] - powers[:, 0]).all()
            distance = diagram.chordale_distance(x, cell.index, int(j))
            assert np.allclose(distance, (x @ n + c).astype(float) / np.linalg.norm(n.astype(float)), rtol=1e-14)


def test_the_nearest_site_of_the_sphere_lift_has_the_least_power():
    rng = np.random.default_rng(3)
    diagram = PowerDiagram(rng.normal(size=(50, 3)), rng.normal(size=50))
    x = rng.normal(size=(500, 3))
    for q in (None, 10):
        lifted = diagram.lift("sphere", Q=q)
        nearest = ((np.pad(x, ((0, 0), (0, 1)))[:, None] - lifted) ** 2).sum(axis=2).argmin(axis=1)
        assert (nearest == diagram.assign(x)).all()


# ---- roots ----


@pytest.mark.parametrize("far", [1e200, 1e-200, 5e-324, 1.7e308])
def test_a_distance_to_a_chordale_is_rounded_once_at_any_magnitude(far):
    diagram = PowerDiagram([[0.0], [far]], [0, 0])
    assert diagram.chordale_distance([[0.0], [far]], 0, 1).tolist() == [far / 2, -far / 2]


def test_lengths_are_rounded_after_the_root():
    assert PowerDiagram([[0.0], [1.0]], [0, 0]).tangent_length([[1e200], [1e-200]], 0).tolist() == [1e200, 1e-200]
    large, tiny = 1.7e308, Fraction(1, 10**400)
    height = PowerDiagram([[0.0], [1.0]], [large, -large]).lift("sphere")[:, 1]
    assert height.tolist() == [0, np.sqrt(large / 2) * 2]  # the root of 2 m is twice that of m / 2
    assert PowerDiagram([[0.0], [1.0]], [0, tiny]).lift("sphere")[:, 1].tolist() == [1e-200, 0]
    with pytest.raises(GeomError, match="less than the largest weight, inf"):
        PowerDiagram([[0.0]], [10**400]).lift("sphere", Q=0)


@pytest.mark.parametrize("seed", range(20))
def test_a_root_is_the_nearest_double(seed):
    rng = np.random.default_rng(seed)
    value = Fraction(int(rng.integers(1, 2**62)), int(rng.integers(1, 2**62))) * Fraction(10) ** int(rng.integers(-600, 600))
    root = round_root(value)
    below, above = (Fraction(root) + Fraction(np.nextafter(root, side)) for side in (0, np.inf))
    assert (below / 2) ** 2 <= value <= (above / 2) ** 2


def test_a_tie_between_two_doubles_is_seen_however_far_its_last_bit_is():
    half = Fraction(2**53 + 1, 2**53)  # halfway between 1 and the next double
    step = Fraction(1, 2**5000)
    assert [round_root((half + s) ** 2) for s in (-step, 0, step)] == [1, 1, 1 + 2**-52]
    assert round_root(Fraction(0)) == 0
    assert round_root(Fraction(2) ** -2148) == 5e-324
    assert round_root(Fraction(2) ** -2150) == 0
    assert round_root(Fraction(2) ** 2048) == np.inf


def test_volumes_of_cells_add_up():
    """A square of far sites around random ones: the bounded cells and what the far ones leave fill a square."""
    rng = np.random.default_rng(0)
    inner = rng.integers(-5, 6, (30, 2))
    # The chordale of a far site and a near one is a line about 50 away; a mirrored pair of each site makes x1, x2 = +-10 walls instead.
    walls = [site for x, y in np.unique(inner, axis=0) for site in ((20 - x, y), (-20 - x, y), (x, 20 - y), (x, -20 - y))]
    diagram = PowerDiagram([*np.unique(inner, axis=0).tolist(), *walls], [0] * (5 * len(np.unique(inner, axis=0))))
    assert sum(diagram.cell(i).volume(exact=True) for i in range(len(np.unique(inner, axis=0)))) == 400
