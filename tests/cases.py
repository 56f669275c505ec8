"""Networks with domains, for both sides of a test: the engine and the slow reference.

`CASES` is the table of degenerate networks whose number of cells mathematics gives; each says why its number is true. Every bug adds a case.
`ARRANGEMENTS` are one-layer networks of classical hyperplane arrangements with their numbers of regions. `moment_curve` makes hyperplanes in
general position, `random_problem` a small random network in a random polytope.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, pairwise, product
from math import comb, factorial, prod

import numpy as np
import reference

import geom


@dataclass(frozen=True)
class Problem:
    """A network and a domain, as arrays.

    Attributes
    ----------
    name : str
    hidden : tuple of (weight, bias)
    domain : ("box", low, high), ("polytope", A, b), ("polyhedron", A, b) if it is unbounded, or ("space", dim)
    activation : as in `geom.Network.mlp`
    head : (weight, bias), optional
        By default the sum of the last hidden layer.
    cells : int, optional
        The true number of cells.
    because : str
        Why it is true.
    bounded : int, optional
        The true number of bounded cells.
    """

    name: str
    hidden: tuple
    domain: tuple
    cells: int | None = None
    because: str = ""
    activation: object = "relu"
    head: tuple | None = field(default=None)
    bounded: int | None = None

    @property
    def dim(self):
        kind, first, *_ = self.domain
        return first if kind == "space" else len(first if kind == "box" else first[0])

    def arrays(self):
        """Weights and biases of all layers as float arrays, the head last."""
        weights, biases, width = [], [], self.dim
        for weight, bias in self.hidden:
            weights.append(np.asarray(weight, dtype=np.float64).reshape(len(bias), width))
            biases.append(np.asarray(bias, dtype=np.float64))
            width = len(bias)
        weight, bias = self.head or (np.ones((1, width)), np.zeros(1))
        return [*weights, np.asarray(weight, dtype=np.float64)], [*biases, np.asarray(bias, dtype=np.float64)]

    def network(self):
        return geom.Network.mlp(*self.arrays(), activation=self.activation)

    def region(self):
        kind, *data = self.domain
        if kind == "space":
            return None
        return geom.Box(*data) if kind == "box" else geom.HPolytope(*data)

    def reference_network(self):
        weights, biases = self.arrays()
        return reference.network([w.tolist() for w in weights], [b.tolist() for b in biases], self.activation)

    def reference_region(self):
        kind, *data = self.domain
        if kind == "space":
            return []
        return reference.box(*data) if kind == "box" else reference.polytope(*data)

    def reference_cells(self):
        """The reference's cells by code."""
        net, rows = self.reference_network(), self.reference_region()
        found = reference.cells_of_space(net, self.dim, rows) if self.is_open else reference.cells(net, rows)
        return {cell.code: cell for cell in found}

    @property
    def is_open(self):
        """Whether the domain is unbounded."""
        return self.domain[0] in ("space", "polyhedron")

    def shown(self):
        """Everything that makes the problem, to be pasted into a test."""
        hidden = [(np.asarray(weight).tolist(), np.asarray(bias).tolist()) for weight, bias in self.hidden]
        return f"Problem({self.name!r}, {hidden}, {self.domain}, activation={self.activation!r})"

    def __str__(self):
        return self.name


def cube(dim, radius=1):
    return "box", [-radius] * dim, [radius] * dim


# --- arrangements -----------------------------------------------------------------------------------------------------------------------


def regions_in_general_position(hyperplanes, dim):
    """Zaslavsky's number."""
    return sum(comb(hyperplanes, k) for k in range(dim + 1))


def moment_curve(hyperplanes, dim):
    """Hyperplanes t**dim + sum_j t**j x_j = 0 for small integers t, in a box that holds all their vertices.

    They are in general position, because every minor of a Vandermonde matrix of distinct t is nonzero. The hyperplanes of a set S of dim
    numbers t meet where the polynomial prod_S (y - t) has its coefficients, so |x_j| < prod_S (1 + |t|).
    """
    numbers = sorted(range(-hyperplanes, hyperplanes + 1), key=lambda t: (abs(t), t))[:hyperplanes]
    weight = _powers(numbers, dim)
    radius = prod(sorted((1 + abs(t) for t in numbers), reverse=True)[:dim])
    return Problem(
        f"{hyperplanes} hyperplanes in general position, d={dim}",
        ((weight, [t**dim for t in numbers]),),
        cube(dim, radius),
        cells=regions_in_general_position(hyperplanes, dim),
        because="Zaslavsky: general position, and the box holds a point of every intersection in its interior",
    )


def _powers(numbers, dim):
    return [[t**j for j in range(dim)] for t in numbers]


def _differences(n, offsets):
    """Rows x_i - x_j - c for i < j and c among the offsets."""
    return [[(k == i) - (k == j) for k in range(n)] + [-c] for i, j in combinations(range(n), 2) for c in offsets]


def _up_to_sign(vectors):
    """One of v and -v for every nonzero v."""
    return [v for v in vectors if next((x for x in v if x), 0) > 0]


def _arrangement(name, rows, cells, because, radius=1):
    """One layer whose units are the rows (a, b); the box must hold a point of every intersection in its interior."""
    return Problem(name, (([row[:-1] for row in rows], [row[-1] for row in rows]),), cube(len(rows[0]) - 1, radius), cells, because)


def _central(name, normals, cells, because):
    return _arrangement(name, [[*v, 0] for v in normals], cells, because)


def _units(n):
    return [[int(i == j) for j in range(n)] for i in range(n)]


def _type_d(n):
    return [v for v in _up_to_sign(product((-1, 0, 1), repeat=n)) if sum(map(abs, v)) == 2]


CATALAN = {3: 5, 4: 14}

ARRANGEMENTS = [
    *(_central(f"braid {n}", [r[:-1] for r in _differences(n, [0])], factorial(n), "one region an order of the coordinates") for n in (2, 3, 4)),
    *(_central(f"type B{n}", _units(n) + _type_d(n), 2**n * factorial(n), "the signed permutations") for n in (2, 3, 4)),
    *(_central(f"type D{n}", _type_d(n), 2 ** (n - 1) * factorial(n), "the signed permutations with evenly many signs") for n in (2, 3, 4)),
    *(_arrangement(f"Shi {n}", _differences(n, [0, 1]), (n + 1) ** (n - 1), "Shi's theorem", 9) for n in (3, 4)),
    *(_arrangement(f"Catalan {n}", _differences(n, [-1, 0, 1]), factorial(n) * CATALAN[n], "orders times Dyck paths", 9) for n in (3, 4)),
    *(_arrangement(f"Linial {n}", _differences(n, [1]), c, "alternating trees", 9) for n, c in ((2, 2), (3, 7), (4, 36))),
    *(_arrangement(f"semiorder {n}", _differences(n, [-1, 1]), c, "labelled semiorders", 9) for n, c in ((2, 3), (3, 19), (4, 183))),
    *(
        _central(f"threshold graphs {n}", [v for v in _type_d(n) if min(v) >= 0], c, "labelled threshold graphs")
        for n, c in ((2, 2), (3, 8), (4, 46))
    ),
    *(
        _central(f"resonance {n}", [v for v in product((0, 1), repeat=n) if any(v)], c, "maximal unbalanced families")
        for n, c in ((2, 6), (3, 32), (4, 370))
    ),
    *(
        _central(f"threshold functions {n}", [(1, *v) for v in product((0, 1), repeat=n)], c, "linearly separable Boolean functions")
        for n, c in ((1, 4), (2, 14), (3, 104))
    ),
    # Signed sums of distinct powers of 3 never vanish, so exactly the forests of K4 have a common point; coordinates stay below 3**6 / 2.
    _arrangement(
        "generic offsets on K4",
        [[*r[:-1], 3**k] for k, r in enumerate(_differences(4, [0]))],
        38,
        "one region an independent set of normals: the 38 forests in K4",
        radius=400,
    ),
    *(
        _central(
            f"ternary {n}", _up_to_sign(product((-1, 0, 1), repeat=n)), 2**n * factorial(n) * orders, "signed permutations times subset-sum orders"
        )
        for n, orders in ((2, 1), (3, 2))  # x > y > z > 0 leaves open only the order of x and y + z
    ),
    *(
        _central(
            f"{m} generic central, d={d}", [[t**j for j in range(d)] for t in range(1, m + 1)], 2 * regions_in_general_position(m - 1, d - 1), "Cover"
        )
        for m, d in ((3, 2), (4, 3), (6, 3), (6, 4))
    ),
]


# --- arrangements of the whole space ---------------------------------------------------------------------------------------------------


def one_layer(name, rows, cells, bounded, because):
    """Hyperplanes a x + b = 0 given as rows (a, b), in the whole space."""
    layer = [row[:-1] for row in rows], [row[-1] for row in rows]
    return Problem(name, (layer,), ("space", len(rows[0]) - 1), cells, because, bounded=bounded)


def _cone(name, normals, cells, because):
    return one_layer(name, [[*v, 0] for v in normals], cells, 0, f"{because}; all cells are cones")


def _deformation(name, n, offsets, cells, bounded, because):
    """Hyperplanes x_i - x_j = c twice: in R^n, where the line (1, ..., 1) runs in all cells, and with the last coordinate taken as 0."""
    rows = _differences(n, offsets)
    fixed = [row[: n - 1] + row[n:] for row in rows]
    return [
        one_layer(f"{name} {n}", rows, cells, 0, f"{because}; all cells hold the line (1, ..., 1)"),
        one_layer(f"{name} {n}, x_{n} = 0", fixed, cells, bounded, f"{because}; without their line"),
    ]


def _catalan(n):
    return comb(2 * n, n) // (n + 1)


def _linial(n, t):
    """Postnikov and Stanley, Deformations of Coxeter hyperplane arrangements (2000), divided by t: a region at t = -1, a bounded one at t = 1."""
    return abs(Fraction(sum(comb(n, k) * (t - k) ** (n - 1) for k in range(n + 1)), 2**n))


def _threshold_functions(n):
    return [(1, *v) for v in product((0, 1), repeat=n)]


def _zero_one(n):
    return [v for v in product((0, 1), repeat=n) if any(v)]


def _generic_offsets(name, normals, base, cells, bounded):
    """Offsets are powers of a base above twice any minor of the normals, so a dependent set of normals has no common point."""
    rows = [[*v, base**k] for k, v in enumerate(normals)]
    return one_layer(name, rows, cells, bounded, "one region an independent set of normals; Whitney")


def _complete_graph(n):
    return [row[:-1] for row in _differences(n, [0])]


def independent_subsets(vectors):
    """Numbers of linearly independent subsets by size."""
    dim = len(vectors[0])
    return [sum(reference.rank(chosen) == k for chosen in combinations(vectors, k)) for k in range(dim + 1)]


def generic_offsets(seed, n_normals, dim):
    """Random small normals, parallel ones among them, with generic offsets: regions and bounded regions by Whitney's theorem."""
    rng = np.random.default_rng(seed)
    normals = [v for v in rng.integers(-2, 3, size=(n_normals, dim)).tolist() if any(v)]
    sizes = independent_subsets(normals)
    base = 2 * 2**dim * factorial(dim) + 1
    assert base ** len(normals) < 2**53
    return _generic_offsets(
        f"{len(normals)} normals with generic offsets, d={dim}, seed {seed}",
        normals,
        base,
        sum(sizes),
        abs(sum((-1) ** k * size for k, size in enumerate(sizes))) if sizes[dim] else 0,
    )


def space_moment_curve(hyperplanes, dim):
    [(weight, bias)] = moment_curve(hyperplanes, dim).hidden
    rows = [[*w, b] for w, b in zip(weight, bias, strict=True)]
    bounded = comb(hyperplanes - 1, dim)
    return one_layer(f"{hyperplanes} generic, d={dim}", rows, regions_in_general_position(hyperplanes, dim), bounded, "Zaslavsky")


SPACE_ARRANGEMENTS = [
    *(
        space_moment_curve(m, d)
        for m, d in ((1, 1), (9, 1), (2, 2), (3, 2), (9, 2), (30, 2), (2, 3), (3, 3), (8, 3), (15, 3), (4, 4), (9, 4), (7, 5))
    ),
    *(
        _cone(f"{m} generic central, d={d}", _powers(range(1, m + 1), d), 2 * regions_in_general_position(m - 1, d - 1), "Cover")
        for m, d in ((1, 1), (2, 2), (7, 2), (3, 3), (9, 3), (8, 4), (8, 5))
    ),
    *(case for n in (2, 3, 4, 5, 6) for case in _deformation("braid", n, [0], factorial(n), 0, "one region an order of the coordinates")),
    *(_cone(f"type B{n}", _units(n) + _type_d(n), 2**n * factorial(n), "the signed permutations") for n in (1, 2, 3, 4)),
    *(_cone(f"type D{n}", _type_d(n), 2 ** (n - 1) * factorial(n), "signed permutations with evenly many signs") for n in (2, 3, 4)),
    *(case for n in (2, 3, 4, 5) for case in _deformation("Shi", n, [0, 1], (n + 1) ** (n - 1), (n - 1) ** (n - 1), "Shi's theorem")),
    *(
        case
        for n in (2, 3, 4)
        for case in _deformation("Catalan", n, [-1, 0, 1], factorial(n) * _catalan(n), factorial(n) * _catalan(n - 1), "orders times Dyck paths")
    ),
    *(case for n, c in ((2, 2), (3, 7), (4, 36), (5, 246)) for case in _deformation("Linial", n, [1], c, _linial(n, 1), "alternating trees")),
    *(
        case
        for n, c, bounded in ((2, 3, 1), (3, 19, 7), (4, 183, 61))
        for case in _deformation("semiorder", n, [-1, 1], c, bounded, "labelled semiorders")
    ),
    *(
        _cone(f"threshold graphs {n}", [v for v in _type_d(n) if min(v) >= 0], c, "labelled threshold graphs")
        for n, c in ((2, 2), (3, 8), (4, 46), (5, 332))
    ),
    *(_cone(f"resonance {n}", _zero_one(n), c, "maximal unbalanced families") for n, c in ((1, 2), (2, 6), (3, 32), (4, 370))),
    *(
        _cone(f"threshold functions {n}", _threshold_functions(n), c, "linearly separable Boolean functions")
        for n, c in ((0, 2), (1, 4), (2, 14), (3, 104), (4, 1882))
    ),
    _generic_offsets("K4 with generic offsets", _complete_graph(4), 3, 38, 0),
    _generic_offsets("K4 with generic offsets, x_4 = 0", [v[:-1] for v in _complete_graph(4)], 3, 38, 6),
    _generic_offsets("K5 with generic offsets", _complete_graph(5), 3, 291, 0),
    *(generic_offsets(seed, m, d) for seed, m, d in ((0, 6, 1), (1, 9, 2), (2, 11, 2), (3, 6, 3), (4, 7, 3), (5, 7, 3))),
]

SLOW_SPACE_ARRANGEMENTS = [
    *_deformation("braid", 7, [0], factorial(7), 0, "one region an order of the coordinates"),
    _cone("type B5", _units(5) + _type_d(5), 3840, "the signed permutations"),
    _cone("type D5", _type_d(5), 1920, "signed permutations with evenly many signs"),
    *_deformation("Shi", 6, [0, 1], 7**5, 5**5, "Shi's theorem"),
    *_deformation("Catalan", 5, [-1, 0, 1], 120 * 42, 120 * 14, "orders times Dyck paths"),
    *_deformation("Linial", 6, [1], 2104, _linial(6, 1), "alternating trees"),
    _cone("threshold graphs 6", [v for v in _type_d(6) if min(v) >= 0], 2874, "labelled threshold graphs"),
    _cone("resonance 5", _zero_one(5), 11292, "maximal unbalanced families"),
    _cone("threshold functions 5", _threshold_functions(5), 94572, "linearly separable Boolean functions"),
    *_deformation("semiorder", 5, [-1, 1], 2371, 751, "labelled semiorders; bounded by Stanley's exponential formula"),
]


# --- degenerate networks ------------------------------------------------------------------------------------------------------------------

IDENTITY2 = [[1, 0], [0, 1]]
MIRROR = ([[1], [-1]], [0, 0])  # x -> relu(x), relu(-x)
MIRROR_PLANE = ([[1, 0], [-1, 0], [0, 1], [0, -1]], [0] * 4)
TENT = ([[2], [4]], [0, -2])  # x -> relu(2x), relu(4x - 2); their difference is the tent map
TENT_AGAIN = ([[2, -2], [4, -4]], [0, -2])
TINY = 5e-324  # the smallest positive double, 2**-1074


def _case(name, hidden, cells, because, domain=None, **more):
    dim = len(hidden[0][0][0]) if domain is None else None
    return Problem(name, tuple(hidden), domain or cube(dim), cells, because, **more)


def _strip(width):
    return _case(f"strip {width:g} wide", [([[1, 0], [1, 0]], [0, -width])], 3, "two parallel lines")


CASES = [
    # Few or no units.
    _case("no hidden layer", [], 1, "nothing cuts", cube(2), head=([[1, 2]], [3])),
    _case("zero-width layer", [(np.zeros((0, 2)), []), (np.zeros((3, 0)), [1, -1, 0])], 1, "all later units are constant", cube(2)),
    _case("zero-width layer after a cut", [([[1, 1]], [0]), (np.zeros((0, 1)), [])], 2, "one line; the empty layer cuts nothing"),
    _case("zero-width layer alone", [(np.zeros((0, 1)), [])], 1, "nothing cuts", cube(1), head=(np.zeros((1, 0)), [1])),
    _case("constant units", [([[0, 0]] * 3, [1, 0, -1])], 1, "a zero row has one sign everywhere"),
    _case("constant units beside a cut", [([[0, 0], [1, 2], [0, 0]], [TINY, 0, -TINY])], 2, "one line"),
    _case("d=1, five points", [([[1], [2], [4], [8], [-1]], [0, 1, 1, 1, 0.75])], 6, "the points 0, -1/2, -1/4, -1/8, 3/4"),
    _case("d=1, 130 points", [([[1]] * 130, [k / 128 for k in range(-64, 66)])], 131, "130 points, all inside"),
    _case("d=1, points at both ends", [([[1], [-1], [1]], [1, 1, 0])], 2, "of -1, 1 and 0 only 0 is inside"),
    # Dead units.
    _case("dead unit", [([[1, 0], [1, 1]], [0, -10])], 2, "the second line misses the box"),
    _case("dead layer", [(IDENTITY2, [-3, -3]), ([[1, 1], [1, -1], [-1, 0]], [1, 0, 0])], 1, "the second layer sees only zeros"),
    _case("behind a dead quadrant", [(IDENTITY2, [0, 0]), ([[1, -1]], [0])], 5, "relu(x) - relu(y) changes sign inside the first quadrant only"),
    _case("bottleneck", [([[1, 0]], [0]), ([[1]] * 3, [-0.25, -0.5, -0.75])], 5, "x < 0, and four strips of x > 0"),
    # Equal, opposite and scaled rows.
    _case("duplicated rows", [([[1, 0], [1, 0], [0, 1]], [0, 0, 0])], 4, "two lines"),
    _case("negated rows", [([[1, 0], [-1, 0], [0, 1]], [0.5, -0.5, 0])], 4, "two lines"),
    _case("scaled rows", [([[1, 0], [3, 0], [0.125, 0], [-7, 0]], [0.25, 0.75, 0.03125, -1.75])], 2, "one line"),
    _case("nearly scaled rows", [([[1, 2], [0.1, 0.2]], [3, 0.3])], 3, "of doubles, 0.2 is twice 0.1, but 0.3 is not thrice: parallel", cube(2, 8)),
    _case("scaled rows along a wall", [([[1], [0.1]], [1, 0.1])], 1, "both vanish at -1"),
    _case(
        "a hundred twins", [([[1, 1]] * 100 + [[-2, -2]] * 30, [0.5] * 100 + [-1] * 30)], 2, "one line; codes and facets longer than a machine word"
    ),
    _case("one pruned column", [([[1, 0], [2, 0], [-1, 0]], [0, 1, 0.25])], 4, "the parallel lines x = 0, -1/2, 1/4"),
    # Hyperplanes of later layers on those of earlier ones.
    _case("twin in the next layer", [MIRROR, ([[1, -1]], [0])], 2, "relu(x) - relu(-x) = x is cut where layer 1 cut"),
    _case("twin and a fold", [MIRROR, ([[1, -1], [1, 1]], [0, -0.5])], 4, "x = 0 and |x| = 1/2"),
    _case(
        "twin in a plane",
        [([[1, 0], [-1, 0], [0, 1]], [0, 0, 0]), ([[1, -1, 0], [1, 1, 0]], [0, -0.5])],
        8,
        "the lines x = -1/2, 0, 1/2 and y = 0",
    ),
    _case("twins through three layers", [MIRROR, ([[1, -1], [-1, 1]], [0, 0]), ([[1, -1], [2, -2]], [0, 0])], 2, "all five units bend at x = 0"),
    _case(
        "twin at a shift",
        [([[1, 1], [-1, -1]], [-0.5, 0.5]), ([[4, -4], [1, 1]], [0, 0])],
        2,
        "the first is 4 (x + y - 1/2), the second its absolute value",
    ),
    _case("touching from both sides", [MIRROR, ([[1, 1], [-1, -1]], [0, 0])], 2, "|x| and -|x| vanish at 0 and keep their signs"),
    _case("three changes at one facet", [MIRROR, ([[1, -1]], [0]), ([[1]], [0])], 2, "every unit bends at x = 0 or nowhere"),
    # Pre-activations that vanish identically.
    _case("relu of relu", [([[1]], [0]), ([[1]], [0])], 2, "the second vanishes identically where x < 0"),
    _case("relu of minus relu", [([[1]], [0]), ([[-1]], [0])], 2, "the second never fires"),
    _case("vanishing, then a cut", [([[1]], [0]), ([[1]], [0]), ([[1], [1]], [0, -0.5])], 3, "x = 0 and x = 1/2"),
    _case("relu twenty times", [([[1]], [0])] * 20, 2, "all but the first vanish identically or never cut"),
    _case("vanishing by cancellation", [([[1, 1], [1, 1], [1, -1]], [0, 0, 0]), ([[1, -1, 0], [1, -1, 1]], [0, 0])], 4, "x + y = 0 and x - y = 0"),
    # Many hyperplanes through one point.
    _case(
        "five lines through a point",
        [([[1, 0], [0, 1], [1, 1], [1, -1], [2, 1]], [-0.25, 0.5, 0.25, -0.75, 0])],
        10,
        "the point (1/4, -1/2) lies on all",
    ),
    _case(
        "five lines through a point that is no double",
        [([[3, 0], [0, 3], [1, -1], [3, 3], [6, -3]], [-1, -1, 0, -2, -1])],
        10,
        "the point (1/3, 1/3) lies on all",
    ),
    _case("five planes through a line", [([[1, 0, 1], [0, 1, 1], [1, 1, 2], [1, -1, 0], [2, 1, 3]], [0] * 5)], 10, "x + z = y + z = 0 lies on all"),
    _case("no biases, two layers", [MIRROR_PLANE, ([[1, 1, -1, -1]], [0])], 8, "x, y and |x| - |y|"),
    _case(
        "second layer through a vertex of the first",
        [([[3, 0], [0, 3]], [-1, -1]), ([[1, -1], [1, 1]], [0, 0])],
        5,
        "at the vertex (1/3, 1/3) the second layer cuts only the quadrant where both units fire, once",
    ),
    # Hyperplanes on the border of the domain.
    _case("touching a corner", [([[1, 1], [-1, -1]], [-2, 2])], 1, "x + y = 2 meets the box in a point"),
    _case("through corners", [([[1, 1], [1, -1], [1, 2]], [-2, 0, -1])], 4, "x = y and x + 2y = 1 cross inside, x + y = 2 touches"),
    _case("along an edge of a cube", [([[1, 1, 0], [1, -1, 0]], [-2, 0])], 2, "x + y = 2 meets the cube in an edge, x = y cuts it"),
    _case("along a wall", [([[1, 0], [-1, 0], [1, 0], [0, 1]], [-1, 1, 1, 0])], 2, "x = 1, x = 1 and x = -1 are walls"),
    _case("along a decimal wall", [([[10]], [-1])], 1, "x <= 1/10 is never beyond 1/10", ("box", ["-1"], ["0.1"])),
    _case("beyond a decimal wall", [([[10]], [-1])], 2, "the double 0.1 is larger than 1/10", ("box", [-1], [0.1])),
    _case(
        "along a slanted wall",
        [([[1, 1], [-2, -2], [1, -1]], [-1, 2, 0])],
        2,
        "x + y = 1 is a wall of the triangle, x = y cuts it",
        ("polytope", [[-1, 0], [0, -1], [1, 1]], [0, 0, 1]),
    ),
    _case(
        "redundant and repeated walls",
        [([[1, 0], [0, 1]], [-0.25, -1])],
        2,
        "x = 1/4 cuts the triangle; y = 1 touches its corner",
        ("polytope", [[-1, 0], [0, -1], [1, 1], [2, 2], [1, 0], [1, 1]], [0, 0, 1, 2, 1, 5]),
    ),
    _case(
        "a wall that touches the 4-cube in a square",
        [([[0, 0, 1, 0]], [0])],
        2,
        "one hyperplane; x + y <= 2 holds in the cube, with equality at as many vertices as a facet needs",
        ("polytope", [[1, 1, 0, 0], *np.eye(4, dtype=int).tolist(), *(-np.eye(4, dtype=int)).tolist()], [2] + [1] * 8),
    ),
    _case(
        "decimal simplex",
        [([[1, -1, 0], [0, 1, -1], [1, 0, -1]], [0, 0, 0])],
        6,
        "the orders of three coordinates, all near the simplex's centre",
        ("polytope", [["-1", "0", "0"], ["0", "-1", "0"], ["0", "0", "-1"], ["0.1", "0.1", "0.1"]], ["0", "0", "0", "0.3"]),
    ),
    _case(
        "cut box through its own cuts",
        [([[1, 1], [1, -1]], [-0.5, 0])],
        2,
        "x + y = 1/2 is a wall",
        ("polytope", [[1, 0], [-1, 0], [0, 1], [0, -1], ["1", "1"]], [1, 1, 1, 1, "0.5"]),
    ),
    # Activations.
    *(_case(f"abs, d={d}", [(_units(d), [0] * d)], 2**d, "the orthants", activation="abs") for d in (1, 2, 3, 4)),
    *(
        _case(f"abs folded twice, d={d}", [(_units(d), [0] * d), (_units(d), [-0.5] * d)], 4**d, "x_i = 0 and |x_i| = 1/2", activation="abs")
        for d in (1, 2, 3)
    ),
    _case("abs folded five times", [([[1]], [-(2.0**-k) if k else 0]) for k in range(5)], 32, "each fold doubles the pieces", activation="abs"),
    _case("diamond", [(IDENTITY2, [0, 0]), ([[1, 1]], [-1])], 8, "|x| + |y| = 1 cuts every quadrant", activation=["abs", "relu"]),
    _case("diamond at the corners", [(IDENTITY2, [0, 0]), ([[1, 1]], [-2])], 4, "|x| + |y| = 2 only touches", activation=["abs", "relu"]),
    _case("abs of abs", [([[1, 1]], [0]), ([[3]], [0])], 2, "||x + y|| = |x + y|", activation="abs"),
    _case("leaky with slope 0", [(IDENTITY2, [0, 0]), ([[1, -1]], [0])], 5, "it is relu: see the dead quadrant", activation=("leaky_relu", 0.0)),
    _case("leaky with slope 1", [([[1, 2], [3, 4]], [0, 0]), ([[1, 1]], [0])], 1, "it is the identity", activation=("leaky_relu", 1.0)),
    _case(
        "leaky with slope 1 before relu",
        [([[1, 2], [3, 4]], [0, 0]), ([[1, -1]], [0])],
        2,
        "the line 2x + 2y = 0",
        activation=[("leaky_relu", 1.0), "relu"],
    ),
    _case("leaky with slope -1", [(IDENTITY2, [0, 0]), ([[1, -1]], [0])], 8, "it is abs: |x| - |y|", activation=("leaky_relu", -1.0)),
    _case("leaky", [(IDENTITY2, [0, 0]), ([[1, -1]], [0])], 6, "x - y has both signs only where x and y have the same", activation="leaky_relu"),
    # Sawtooth maps and maxima.
    *(
        _case(f"Telgarsky, {depth} layers", [TENT, *[TENT_AGAIN] * (depth - 1)], 2**depth, "the tent map iterated", ("box", [0], [1]))
        for depth in (1, 2, 5, 8)
    ),
    _case("Telgarsky, second coordinate idle", [([[2, 0], [4, 0]], [0, -2]), TENT_AGAIN], 4, "the tent map twice", ("box", [0, 0], [1, 1])),
    _case(
        "maximum of three coordinates",
        [
            ([[1, -1, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]], [0] * 5),
            ([[1, 1, -1, -1, 1], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]], [0] * 3),
        ],
        13,
        "8 octants of x - y, y, z; max(x, y) - z is undecided in 5: not in x > y > 0 > z, y > x & y > 0 > z, y > x & z > 0 > y",
    ),
    # Nearly degenerate, and hyperplanes no double can tell apart.
    *(_strip(2.0**-k) for k in (20, 50, 60, 300)),
    _strip(TINY),
    _case("strip between neighbouring doubles", [([[1], [1]], [-1, -1 - 2**-52])], 3, "the points 1 and 1 + 2**-52", cube(1, 2)),
    _case("tiny triangle", [([[1, 0], [0, 1], [1, 1]], [0, 0, -(2**-40)])], 7, "three lines in general position"),
    _case("four lines near a point", [([[1, 0], [0, 1], [1, 1], [1, -1]], [0, 0, -(2**-40), -(2**-41)])], 11, "four lines in general position"),
    _case("tiny tetrahedron", [([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], [0, 0, 0, -(2**-40)])], 15, "four planes in general position"),
    _case("0.1 + 0.2 and 0.3", [([[1, 0], [0, 1], [0.1, 0.2]], [-1, -1, -0.3])], 7, "the doubles have 0.1 + 0.2 > 0.3: a triangle", cube(2, 4)),
    _case("1 + 2 and 3", [([[1, 0], [0, 1], [1, 2]], [-1, -1, -3])], 6, "three lines through (1, 1)", cube(2, 4)),
    _case("nearly parallel through a point", [([[1, 0], [1, 2**-50], [0, 1]], [0, 0, 0])], 6, "three lines through 0"),
    _case("crossing far out", [([[1, 1], [1, 1 + 2**-50]], [0, -(2**-30)])], 3, "the lines meet at y = 2**20, outside"),
    _case("crossing far out, box larger", [([[1, 1], [1, 1 + 2**-50]], [0, -(2**-30)])], 4, "the lines meet at y = 2**20, inside", cube(2, 2**21)),
    _case("thin box", [([[1, 1], [1, -1]], [0, 0])], 4, "two lines through 0", ("box", [-1, -(2**-60)], [1, 2**-60])),
    # Scales.
    _case("huge and tiny rows", [([[1e200, 0], [0, 1e-200]], [0, 0])], 4, "two lines"),
    _case("huge row, tiny bias", [([[1e200], [1]], [-1e-200, 0])], 3, "the points 0 and 1e-400 differ"),
    _case("huge and tiny in one row", [([[1, 0], [1e200, 1e-200]], [0, 0])], 4, "the wedge between x = 0 and x = -1e-400 y is full-dimensional"),
    _case("subnormal rows", [([[TINY, 0], [3 * TINY, TINY]], [0, 0])], 4, "the lines x = 0 and 3 x + y = 0"),
    _case("largest rows", [([[1.7e308, 1.7e308], [1.7e308, -1.7e308]], [0, 0])], 4, "x + y = 0 and x - y = 0"),
    _case("huge through two layers", [([[1e200]], [0]), ([[1e200]], [-1])], 3, "the points 0 and 1e-400"),
    _case("tiny through three layers", [([[1e-200]], [0]), ([[1e-200]], [0]), ([[1e-200]], [-TINY])], 2, "1e-600 x never reaches 5e-324"),
    _case("scales that cancel", [([[1e200, 0], [0, 1e200]], [0, 0]), ([[1e-200, -1e-200]], [0])], 5, "the dead quadrant again"),
    _case("huge box", [([[1, 1], [1, -1]], [-1, 1])], 4, "two lines cross at (0, 1)", cube(2, 1e300)),
    _case("largest box", [([[1, 1], [1, -1]], [0, 0])], 4, "two lines through 0", cube(2, 1.7e308)),
    _case(
        "far box",
        [([[1, -1], [1, 0]], [0, -(2**60)])],
        3,
        "x = y and x = 2**60 meet on the border",
        ("box", [2**60 - 2**30, 2**60], [2**60 + 2**30] * 2),
    ),
    _case("box between neighbouring doubles", [([[1]], [-1]), ([[2**53]], [-1])], 2, "the point 1 + 2**-53", ("box", [1], [1 + 2**-52])),
    _case("tiny box", [([[1, 1], [1, -1]], [0, 0])], 4, "two lines through 0", cube(2, 1e-300)),
    _case("subnormal box", [([[1], [2]], [0, -TINY])], 3, "the points 0 and 2**-1075", cube(1, TINY)),
]

BY_NAME = {case.name: case for case in [*CASES, *ARRANGEMENTS]}
assert len(BY_NAME) == len(CASES) + len(ARRANGEMENTS), "names are distinct"


# --- random problems ----------------------------------------------------------------------------------------------------------------------


def random_problem(seed):
    """A small network in a small polytope; of any 48 seeds in a row each has another dimension, kind of weights or depth."""
    rng = np.random.default_rng(seed)
    dim, kind, depth = 1 + seed % 4, seed // 4 % 4, 1 + seed // 16 % 3
    widths = [dim, *rng.integers(1, 9, size=depth)]
    draw = [_central_integers, _gaussians, _integers, _nudged_integers][kind]
    hidden = tuple(draw(rng, n, m) for m, n in pairwise(widths))
    activation = [str(a) for a in rng.choice(["relu", "abs", "leaky_relu"], size=depth, p=[0.6, 0.2, 0.2])]
    domain = [_random_box, _random_simplex, _cut_box][rng.integers(3)](rng, dim)
    return Problem(f"seed {seed}", hidden, domain, activation=activation)


def _central_integers(rng, n, m):
    return rng.integers(-2, 3, size=(n, m)), np.zeros(n)


def _integers(rng, n, m):
    return rng.integers(-2, 3, size=(n, m)), rng.integers(-1, 2, size=n)


def _gaussians(rng, n, m):
    return rng.normal(size=(n, m)) * np.sqrt(2 / m), rng.normal(size=n) * 0.3


def _nudged_integers(rng, n, m):
    """Integers, about half of them moved by a few units in the last place: hyperplanes that nearly meet, nearly coincide, or do."""
    weight, bias = _integers(rng, n, m)
    return tuple(v + rng.integers(-2, 3, size=v.shape) * rng.integers(0, 2, size=v.shape) * 2.0**-50 for v in (weight, bias))


def _random_box(rng, dim):
    if rng.integers(2):
        return cube(dim)
    return "box", [f"-{v:.2f}" for v in rng.uniform(0.2, 2, dim)], [f"{v:.2f}" for v in rng.uniform(0.2, 2, dim)]


def _random_simplex(rng, dim):
    """dim rows, and one against their sum; 0 is inside because all bounds are positive."""
    while True:
        rows = rng.integers(-3, 4, size=(dim, dim))
        if round(np.linalg.det(rows)) != 0:
            break
    rows = [*rows.tolist(), (-rows.sum(axis=0)).tolist()]
    return "polytope", rows, [Fraction(int(v), 7) for v in rng.integers(3, 12, dim + 1)]


def _cut_box(rng, dim):
    """The cube of radius 1 and two cuts that leave 0 inside, in decimals."""
    walls = [[s * v for v in unit] for unit in _units(dim) for s in (-1, 1)]
    cuts = [[f"{v:.1f}" for v in row] for row in rng.uniform(-1, 1, size=(2, dim))]
    cuts = [cut if any(float(v) for v in cut) else ["0.7"] * dim for cut in cuts]
    return "polytope", [[str(v) for v in wall] for wall in walls] + cuts, ["1"] * (2 * dim) + [f"{v:.1f}" for v in rng.uniform(0.1, 1, 2)]
