"""Networks whose boundaries are tested: a table of degenerate ones, random small ones, and smooth-looking ones that are compact."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
from cases import BY_NAME, Problem, cube, random_problem

EYE2 = [[1, 0], [0, 1]]
SIGNED_EYE2 = [[1, 0], [-1, 0], [0, 1], [0, -1]]


def _case(name, hidden, head, domain, activation="relu"):
    return Problem(name, tuple(hidden), domain, activation=activation, head=head)


# name, hidden layers, head (C outputs), domain
DEGENERATE = {
    case.name: case
    for case in [
        _case("relu(x)", [([[1, 0]], [0])], ([[1]], [0]), cube(2)),
        _case("|x|", [([[1, 0]], [0])], ([[1]], [0]), cube(2), "abs"),
        _case("-|x|", [([[1, 0]], [0])], ([[-1]], [0]), cube(2), "abs"),
        _case("|x| - |y|", [(EYE2, [0, 0])], ([[1, -1]], [0]), cube(2), "abs"),
        _case("|x| - |y|, whole space", [(EYE2, [0, 0])], ([[1, -1]], [0]), ("space", 2), "abs"),
        _case("|x| + |y| - 1", [(EYE2, [0, 0])], ([[1, 1]], [-1]), cube(2, 2), "abs"),
        _case("|x| + |y| - 1 touches the box", [(EYE2, [0, 0])], ([[1, 1]], [-1]), cube(2), "abs"),
        _case("|x| + |y|, one point", [(EYE2, [0, 0])], ([[1, 1]], [0]), cube(2), "abs"),
        _case("x - 1, a wall", [([[1, 0]], [-1]), ([[1]], [0])], ([[1]], [0]), cube(2)),
        _case("1 - |x|, two walls", [([[1, 0]], [0])], ([[-1]], [1]), cube(2), "abs"),
        _case("(1 - |x|) (1 - |y|) zero on four walls", [(EYE2, [0, 0]), ([[-1, -1], [1, -1]], [2, 0])], ([[0.5, -0.5]], [0]), cube(2), "abs"),
        _case("min(|x|, y + 1), a line that ends on a wall of zeros", [([[1, 0]], [0]), ([[1], [-1]], [0, 0])], ([[1, -1]], [0]), cube(2), "abs"),
        _case("relu(y + 1) on the wall y = -1", [([[0, 1], [1, 0]], [1, 0])], ([[1, 0]], [0]), cube(2)),
        _case("relu(y + 1) + relu(x) on half of the wall y = -1", [([[0, 1], [1, 0]], [1, 0])], ([[1, 1]], [0]), cube(2)),
        _case("constant output", [([[1, 0], [0, 1]], [0, 0])], ([[0, 0]], [1]), cube(2)),
        _case("zero output", [([[1, 0], [0, 1]], [0, 0])], ([[0, 0]], [0]), cube(2)),
        _case("twin logits", [(EYE2, [0, 0])], ([[1, 1], [1, 1]], [0, 0]), cube(2)),
        _case("twin logits and a third", [(EYE2, [0, 0])], ([[1, 1], [1, 1], [2, 0]], [0, 0, 0]), cube(2)),
        _case("a third and twin logits", [(EYE2, [0, 0])], ([[2, 0], [1, 1], [1, 1]], [0, 0, 0]), cube(2)),
        _case("twins on one cell only", [(EYE2, [0, 0])], ([[1, 0], [0, 1]], [0, 0]), cube(2)),
        _case("twins on one cell only, the other way round", [(EYE2, [0, 0])], ([[0, 1], [1, 0]], [0, 0]), cube(2)),
        _case(
            "classes 1 and 2 beside a tie of 0 and 3", [([[1, 0], [0, 1]], [0, 0])], ([[1, 0], [4, 2], [4, -2], [1, 1]], [0.25, 0, 0, 0.25]), cube(2)
        ),
        _case("class 1 beside a tie", [([[1, 0]], [0])], ([[0], [1]], [0, 0]), cube(2)),
        _case("class 0 beside a tie", [([[1, 0]], [0])], ([[1], [0]], [0, 0]), cube(2)),
        _case("class 1 below a tie", [([[1, 0]], [0])], ([[0], [-1]], [0, 0]), cube(2)),
        _case("boundary on a facet", [([[1, 0], [-1, 0]], [0, 0])], ([[1, 0], [0, 1]], [0, 0]), cube(2)),
        _case("touching classes on a facet", [([[1, 0]], [0])], ([[1], [0]], [0, 0]), cube(2), "abs"),
        _case("three classes, the middle one wins nowhere", [], ([[1, 0], [0, 0], [-1, 0]], [0, 0, 0]), cube(2)),
        _case("three classes on a facet", [([[1, 0], [-1, 0]], [0, 0])], ([[1, -1], [0, 0], [-1, 1]], [0, 0, 0]), cube(2)),
        _case("four quadrants", [], ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [0, 0, 0, 0]), cube(2)),
        _case("four quadrants, whole space", [], ([[1, 1], [1, -1], [-1, 1], [-1, -1]], [0, 0, 0, 0]), ("space", 2)),
        _case("eight classes, whole space", [], ([[1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]], [1, 0] * 4), ("space", 2)),
        _case("five classes in a half-space", [], (np.eye(5, 3, 1).tolist(), [0, 1, 2, -1, 3]), ("polyhedron", [[-1, -1, -1]], [0])),
        _case("six classes along an idle layer", [(EYE2, [1, 1])], ([[k, k * k] for k in range(6)], [0] * 6), ("space", 2), ("leaky_relu", 1)),
        _case("four quadrants of cells", [(SIGNED_EYE2, [0] * 4)], ([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 1, 0], [0, 1, 0, 1]], [0] * 4), cube(2)),
        _case("a triple point in a cell", [([[1, 1]], [-5])], ([[0], [0], [0]], [0, 0, 0]), cube(2)),
        _case("no hidden layer, three classes", [], ([[1, 0], [0, 1], [-1, -1]], [0, 0, 0]), cube(2)),
        _case("no hidden layer, three classes, whole space", [], ([[1, 0], [0, 1], [-1, -1]], [0, 0, 0]), ("space", 2)),
        _case("no hidden layer, lines", [], ([[1, 2, 0], [-1, 0, 0]], [0, 1]), ("space", 3)),
        _case("no hidden layer, constant", [], ([[0, 0], [0, 0]], [1, 1]), ("space", 2)),
        _case("lines in space", [([[1, 1, 0], [1, -1, 0]], [0, 0])], ([[1, -2]], [-1]), ("space", 3), "abs"),
        _case("a line in the plane", [([[1, 1], [1, 1]], [0, -1])], ([[1, -2]], [-0.25]), ("space", 2)),
        _case("a strip", [([[1, 1], [1, 1]], [0, -1])], ([[1, -2], [-1, 1], [0, 0.5]], [0, 0.25, 0]), ("space", 2)),
        _case("octahedron", [(np.eye(3).tolist(), [0] * 3)], ([[-1, -1, -1]], [1]), cube(3, 2), "abs"),
        _case("cone |x| + |y| = |z|", [(np.eye(3).tolist(), [0] * 3)], ([[1, 1, -1]], [0]), cube(3), "abs"),
        _case("planes in space |x| = |y|", [(np.eye(3).tolist(), [0] * 3)], ([[1, -1, 0]], [0]), cube(3), "abs"),
        _case("relu(relu(x)) - relu(y)", [(EYE2, [0, 0]), (EYE2, [0, 0])], ([[1, -1]], [0]), cube(2)),
        _case("dead layer below two classes", [(EYE2, [-3, -3]), ([[1, 1], [1, -1]], [1, 1])], ([[1, -1], [0, 0]], [0, 0]), cube(2)),
        _case("dead layer below two unequal classes", [(EYE2, [-3, -3])], ([[1, -1], [0, 0]], [1, 0]), cube(2)),
        _case("one input, twin points", [([[1], [-1]], [0, 0])], ([[1, 1], [1, 0], [0, 2]], [0, 0, -0.5]), ("space", 1)),
        _case("one input on the walls", [([[1]], [0])], ([[1]], [-1]), cube(1), "abs"),
        _case("decimal walls", [([[10, 1]], [-1])], ([[1], [0.5]], [0, 0.125]), ("box", ["-0.3", "0.1"], ["0.7", "0.2"])),
        _case("huge and tiny", [([[1e200, 0], [0, 1e-200]], [0, 0])], ([[1e-200, -1e200]], [0]), cube(2)),
        _case("a quadrant, unbounded", [(EYE2, [-1, -1])], ([[1, -2], [0.5, 0]], [0, -1]), ("polyhedron", [[-1, 0], [0, -1]], [0, 0])),
    ]
}

FAMILIAR = [name for name, case in BY_NAME.items() if case.dim <= 3 and (case.cells or 99) <= 24 and "130" not in name and "hundred" not in name]


def degenerate(name):
    return DEGENERATE[name]


def familiar(name):
    """A case of the table of degenerate networks, with three outputs that are small integers."""
    case = BY_NAME[name]
    width = len(case.hidden[-1][1]) if case.hidden else case.dim
    rng = np.random.default_rng(len(name))
    return replace(case, head=(rng.integers(-2, 3, size=(3, width)).tolist(), rng.integers(-1, 2, size=3).tolist()))


def random_boundary(seed):
    """A small network with one to four outputs; of any 48 seeds in a row each has another dimension, kind of weights or depth."""
    rng = np.random.default_rng([seed, 6])
    dim, kind = (1, 2, 3, 2, 2, 3, 2, 4)[seed % 8], seed // 8 % 4
    depth = int(rng.integers(1, 4)) if dim < 4 else 1
    most = (6, 5, 4, 3)[dim - 1]
    widths = [dim, *rng.integers(1, most + 1, size=depth)]
    n_outputs = 1 + int(rng.integers(4)) if dim < 4 else 1 + seed // 8 % 2
    draw = (_integers, _quantised, _central, _gaussians)[kind]
    hidden = tuple(draw(rng, n, m) for m, n in pairwise(widths))
    head = draw(rng, n_outputs, widths[-1])
    activation = [str(a) for a in rng.choice(["relu", "abs", "leaky_relu"], size=depth, p=[0.6, 0.3, 0.1])]
    domain = ("space", dim) if seed % 5 == 4 else random_problem(seed * 4 + dim - 1).domain
    return Problem(f"seed {seed}", hidden, domain, activation=activation, head=head)


def _integers(rng, n, m):
    return rng.integers(-2, 3, size=(n, m)), rng.integers(-1, 2, size=n)


def _quantised(rng, n, m):
    return rng.integers(-8, 9, size=(n, m)) / 8, rng.integers(-4, 5, size=n) / 8


def _central(rng, n, m):
    return rng.integers(-2, 3, size=(n, m)), np.zeros(n)


def _gaussians(rng, n, m):
    return rng.normal(size=(n, m)) * np.sqrt(2 / m), rng.normal(size=n) * 0.3


def tied_boundary(seed):
    """Several classes of small integers over few units: ties on facets, on whole cells, and of many classes at once."""
    rng = np.random.default_rng([seed, 66])
    dim, depth, n_outputs = (1, 2, 2, 3)[seed % 4], 1 + seed // 4 % 2, 3 + int(rng.integers(4))
    widths = [dim, *rng.integers(1, 4, size=depth)]
    hidden = tuple((rng.integers(-1, 2, size=(n, m)), rng.integers(-1, 2, size=n) * (seed % 3 == 0)) for m, n in pairwise(widths))
    head = rng.integers(-1, 3, size=(n_outputs, widths[-1])), rng.integers(0, 2, size=n_outputs) * (seed % 2)
    domain = ("space", dim) if seed % 5 == 4 else cube(dim)
    return Problem(f"tied {seed}", hidden, domain, activation=["relu", "abs"][seed // 8 % 2], head=head)


def unbounded_boundary(seed):
    """A small network over a random polyhedron, half-space, strip, cone or the whole space; some have layers that do not cut, or no layer."""
    rng = np.random.default_rng([seed, 666])
    dim, depth, n_outputs = (1, 2, 3, 2)[seed % 4], int(rng.integers(0, 3)), 1 + seed // 4 % 6
    widths = [dim, *rng.integers(1, 4, size=depth)]
    hidden = tuple((rng.integers(-2, 3, size=(n, m)), rng.integers(-1, 2, size=n)) for m, n in pairwise(widths))
    head = rng.integers(-2, 3, size=(n_outputs, widths[-1])), rng.integers(-1, 2, size=n_outputs)
    activation = [[("leaky_relu", 1), "relu", "abs", "relu"][k] for k in rng.integers(4, size=depth)]
    walls = [row for row in rng.integers(-1, 2, size=(int(rng.integers(0, 3)), dim)).tolist() if any(row)]
    domain = ("polyhedron", walls, rng.integers(1, 3, size=len(walls)).tolist()) if walls else ("space", dim)
    return Problem(f"unbounded {seed}", hidden, domain, activation=activation, head=head)
