"""The slow reference: every full-dimensional cell of a small network in a polyhedron, by plain rational arithmetic.

It shares no code with `geom` and imports none of its libraries. Two methods that share nothing but the exact affine forms of the units:

- `cells` keeps a cell by its vertices in homogeneous integers, each with the set of recorded hyperplanes on it, and cuts it by the units in
  layer order (Motzkin's double description, both halves kept). It gives codes, vertices and facets; `volume` measures a cell.
- `cells_by_programs` asks for each of the 2**n codes whether its inequalities have an interior point, and for each inequality whether it
  supports a facet, by an exact simplex method. It gives codes and facets.

Both want a bounded polytope. `cells_of_space` takes the whole space or an unbounded polyhedron: it cuts a box proven to hold a point of every
face. `regions` and `bounded_regions` count the cells of one layer from the characteristic polynomial alone.

Conventions: a unit has code 1 where its pre-activation is positive inside the cell and 0 elsewhere. A unit whose pre-activation vanishes
identically on a cell, or whose two slopes are equal, has code 0 and no hyperplane there. A facet lists every wall and every unit whose
hyperplane contains it.
"""

from fractions import Fraction
from functools import cache
from itertools import combinations, product
from math import factorial, gcd, lcm, prod
from typing import NamedTuple

SLOPES = {"relu": 0, "leaky_relu": 0.01, "abs": -1}


class Layer(NamedTuple):
    """h = weight x + bias, then h where h > 0 and slope * h elsewhere."""

    weight: list
    bias: list
    slope: Fraction


class Net(NamedTuple):
    """Hidden layers, then the weight and bias of a linear head."""

    hidden: list
    head: tuple


class Facet(NamedTuple):
    """Numbers of the walls and units whose hyperplanes contain a facet, each in ascending order, and its vertices."""

    walls: tuple
    units: tuple
    vertices: frozenset


class Cell(NamedTuple):
    """A code with its cell: exact vertices (a frozenset of points) and a list of facets."""

    code: tuple
    vertices: frozenset
    facets: list

    def facet_names(self):
        """The facets without their vertices, as a set of (walls, units)."""
        return {(facet.walls, facet.units) for facet in self.facets}


class OpenCell(NamedTuple):
    """A cell of an unbounded domain: code, exact vertices, the set of (walls, units) of its facets, and whether it is bounded."""

    code: tuple
    vertices: frozenset
    facets: frozenset
    is_bounded: bool

    def facet_names(self):
        """The facets, as `Cell.facet_names` gives them."""
        return set(self.facets)


def network(weights, biases, activation="relu"):
    """A network from nested lists of numbers, each taken exactly; the last layer is the linear head.

    Parameters
    ----------
    weights : list of lists of lists, one (n_l, n_{l-1}) a layer
    biases : list of lists
    activation : "relu", "leaky_relu" (slope the double 0.01), "abs", ("leaky_relu", slope), or a list of these, one a hidden layer
    """
    n_hidden = len(weights) - 1
    named = activation if isinstance(activation, list) else [activation] * n_hidden
    slopes = [Fraction(SLOPES[name] if isinstance(name, str) else name[1]) for name in named]
    exact = [([_fractions(row) for row in weight], _fractions(bias)) for weight, bias in zip(weights, biases, strict=True)]
    return Net([Layer(*maps, slope) for maps, slope in zip(exact, slopes, strict=False)], exact[-1])


def box(low, high):
    """Rows (a, b) of a x <= b, in the order x_0 >= low_0, x_0 <= high_0, x_1 >= low_1, ..."""
    rows = []
    for j, (least, most) in enumerate(zip(low, high, strict=True)):
        unit = [Fraction(int(i == j)) for i in range(len(low))]
        rows += [([-v for v in unit], -Fraction(least)), (unit, Fraction(most))]
    return rows


def polytope(a, b):
    """Rows (a, b) of a x <= b from a nested list of numbers or decimal strings."""
    return [(_fractions(row), Fraction(bound)) for row, bound in zip(a, b, strict=True)]


def code_at(net, x):
    """Code of a point; ties count as not firing."""
    return _forward(net, x)[0]


def output_at(net, x):
    """Exact output of the network at a point."""
    return _forward(net, x)[1]


def affine(net, code, dim):
    """The exact map (G, h), with output G x + h, that a code fixes on dim inputs.

    Examples
    --------
    >>> double = network([[[2]], [[3]]], [[1], [0]])
    >>> affine(double, (1,), 1) == ([[6]], [3])
    True
    """
    forms, scale = _identity(dim)
    bits = iter(code)
    for layer in net.hidden:
        rows, scale = _compose(layer, forms, scale, dim)
        forms, scale = _activate(layer, rows, scale, [next(bits) for _ in rows])
    rows, scale = _compose(Layer(*net.head, Fraction(1)), forms, scale, dim)
    return [[Fraction(v, scale) for v in row[:-1]] for row in rows], [Fraction(row[-1], scale) for row in rows]


def contains(rows, x):
    """Whether a point satisfies all rows a x <= b."""
    return all(_dot(a, x) <= b for a, b in rows)


# --- method 1: vertices ---------------------------------------------------------------------------------------------------------------


def cells(net, domain):
    """All cells in lexicographic order of their codes, by double description.

    Parameters
    ----------
    net : Net
    domain : list of (a, b)
        Rows a x <= b of a bounded full-dimensional polytope.

    Returns
    -------
    list of Cell

    Examples
    --------
    >>> hat = network([[[1], [1]], [[1, 1]]], [[0, -1], [0]])
    >>> [cell.code for cell in cells(hat, box([-1], [2]))]
    [(0, 0), (1, 0), (1, 1)]
    """
    dim = len(domain[0][0])
    walls = [_integers([-v for v in a] + [b]) for a, b in domain]
    start = [(v, _zeros_of(walls, v)) for v in _corners(walls, dim)]
    if rank([v for v, _ in start]) <= dim:
        raise ValueError("the domain is empty or lies in a hyperplane")
    found = []
    _visit_layer(net, 0, *_identity(dim), start, (), [("wall", i, row) for i, row in enumerate(walls)], found)
    return found


def volume(cell):
    """Exact volume: cones from one vertex over the facets that miss it, each facet treated alike.

    Examples
    --------
    >>> [square] = cells(network([[[1, 0]]], [[0]]), box([0, 0], [2, 3]))
    >>> volume(square)
    Fraction(6, 1)
    """
    dim = len(next(iter(cell.vertices)))
    simplices = _triangulation(cell.vertices, [facet.vertices for facet in cell.facets], dim)
    return sum(abs(_determinant([[x - y for x, y in zip(v, s[0], strict=True)] for v in s[1:]])) for s in simplices) / factorial(dim)


def cells_of_space(net, dim, walls=()):
    """All cells of the whole space, or of the polyhedron with these walls, in lexicographic order of their codes.

    The cells are those of a box that holds, strictly inside, a point of every nonempty face of every cell (see `coordinate_bound`). So no code
    and no facet is missed, every vertex is strictly inside, and a cell is bounded iff it has no facet on the box.

    Parameters
    ----------
    net : Net
    dim : int
    walls : list of (a, b)
        Rows a x <= b of a full-dimensional polyhedron.

    Returns
    -------
    list of OpenCell

    Examples
    --------
    >>> strip = network([[[1], [1]], [[1, 1]]], [[0, -1], [0]])
    >>> [(cell.code, cell.is_bounded) for cell in cells_of_space(strip, 1)]
    [((0, 0), False), ((1, 0), True), ((1, 1), False)]
    """
    radius = coordinate_bound(net, dim, walls)
    return [_opened(cell, radius, len(walls)) for cell in cells(net, [*walls, *box([-radius] * dim, [radius] * dim)])]


def coordinate_bound(net, dim, walls=()):
    """An integer above a coordinate bound on some point of every face of every cell, and on all points of its vertices.

    A minimal face of a polyhedron is the solution set of r <= dim independent equations among its rows. Set dim - r coordinates to 0 and solve
    by Cramer's rule: of integer rows with entries of at most H, numerators are at most r! H**r and denominators at least 1. H is the bound of
    all rows that any code can give: sizes of integer forms through the layers, as `_compose` and `_activate` make them.
    """
    largest, size, scale = 1, 1, 1
    for layer in net.hidden:
        own = lcm(*(v.denominator for row in layer.weight for v in row), *(v.denominator for v in layer.bias))
        sums = [sum(abs(w) * own for w in row) * size + abs(b) * own * scale for row, b in zip(layer.weight, layer.bias, strict=True)]
        size, scale = int(max(sums, default=0)), own * scale
        largest = max(largest, size)
        size, scale = size * max(abs(layer.slope.numerator), layer.slope.denominator), scale * layer.slope.denominator
        size = max(size, 1)
    largest = max(largest, *(abs(v) for a, b in walls for v in _integers([*a, b])), 1)
    return factorial(dim) * largest**dim + 1


def rows_of(net, code, dim, walls=()):
    """Integer or rational rows (a, b), meaning a x + b >= 0, of the cell of a code; some may be redundant."""
    rows = _inequalities(net, code, dim)
    return [[*(-v for v in a), b] for a, b in walls] + [row for row in rows.values() if any(row[:-1])]


def minimal_faces(rows, dim):
    """The sets of rows that vanish on each minimal face (each vertex, where there are vertices) of {a x + b >= 0}, by trying all bases."""
    r, found = rank([row[:-1] for row in rows]), set()
    for chosen in combinations(rows, r):
        if rank([row[:-1] for row in chosen]) == r:
            point = _solution(chosen, dim)
            values = [_dot(row, (*point, 1)) for row in rows]
            if min(values, default=0) >= 0:
                found.add(frozenset(i for i, v in enumerate(values) if v == 0))
    return found


def extreme_rays(rows, dim):
    """The sets of rows whose slopes vanish on each extreme ray, up to lines, of the recession cone {a x >= 0}, by trying all bases."""
    slopes = [row[:-1] for row in rows]
    r, found = rank(slopes), set()
    for chosen in combinations(slopes, r - 1) if r else ():
        if rank(chosen) == r - 1:
            directions = kernel(chosen, dim)
            v = next(v for v in directions if any(_dot(a, v) for a in slopes))
            values = [_dot(a, v) for a in slopes]
            if min(values) >= 0 or max(values) <= 0:
                found.add(frozenset(i for i, value in enumerate(values) if value == 0))
    return found


def _opened(cell, radius, n_walls):
    own = [facet for facet in cell.facets if all(w < n_walls for w in facet.walls)]
    assert all(f in own or (not f.units and len(f.walls) == 1) for f in cell.facets), "no wall and no unit's hyperplane lies on the box"
    vertices = frozenset(v for v in cell.vertices if all(abs(x) < radius for x in v))
    return OpenCell(cell.code, vertices, frozenset((f.walls, f.units) for f in own), len(own) == len(cell.facets))


def _visit_layer(net, depth, forms, scale, vertices, code, hyperplanes, found):
    """Cut a cell, on which the outputs of the first `depth` layers are forms / scale, by the units of the layers that follow."""
    if depth == len(net.hidden):
        found.append(_finished(code, [v for v, _ in vertices], hyperplanes))
        return
    layer = net.hidden[depth]
    rows, row_scale = _compose(layer, forms, scale, len(vertices[0][0]) - 1)
    for part, bits in _pieces(layer, rows, vertices):
        crossing = [("unit", len(code) + k, row) for k, row in enumerate(rows) if layer.slope != 1 and any(row)]
        _visit_layer(net, depth + 1, *_activate(layer, rows, row_scale, bits), part, code + bits, hyperplanes + crossing, found)


def _pieces(layer, rows, vertices):
    """The (vertices, bits) of the parts into which one layer cuts a cell, in lexicographic order of the bits."""
    parts = [(vertices, ())]
    for row in rows:
        cut = []
        for part, bits in parts:
            values = [_dot(row, v) for v, _ in part]
            if layer.slope == 1 or max(values) <= 0:
                cut.append((part, (*bits, 0)))
            elif min(values) >= 0:
                cut.append((part, (*bits, 1)))
            else:
                below, above = _split(part, values)
                cut += [(below, (*bits, 0)), (above, (*bits, 1))]
        parts = cut
    return parts


def _split(vertices, values):
    """Both closed halves of a cell. A new vertex stands on each edge whose ends have values of opposite sign."""
    dim = len(vertices[0][0]) - 1
    mark = 1 << max(tight.bit_length() for _, tight in vertices)
    valued = [(v, tight | mark if value == 0 else tight, value) for (v, tight), value in zip(vertices, values, strict=True)]
    on = [(v, tight) for v, tight, value in valued if value == 0]
    for u, tight_u, p in valued:
        if p <= 0:
            continue
        for v, tight_v, n in valued:
            common = tight_u & tight_v
            if n >= 0 or common.bit_count() < dim - 1:
                continue
            # Two vertices span an edge iff no third lies on all hyperplanes that they share.
            if sum(1 for _, tight in vertices if tight & common == common) == 2:
                on.append((_primitive([p * y - n * x for x, y in zip(u, v, strict=True)]), common | mark))
    below = [(v, tight) for v, tight, value in valued if value < 0]
    above = [(v, tight) for v, tight, value in valued if value > 0]
    return below + on, above + on


def _finished(code, vertices, hyperplanes):
    """Facets are the largest sets of vertices that a hyperplane of the list meets; every facet lies on one, and all support the cell."""
    points = [tuple(Fraction(x, v[-1]) for x in v[:-1]) for v in vertices]
    met = {}
    for kind, number, row in hyperplanes:
        touched = frozenset(i for i, v in enumerate(vertices) if _dot(row, v) == 0)
        if touched:
            met.setdefault(touched, {"wall": [], "unit": []})[kind].append(number)
    facets = [
        Facet(tuple(names["wall"]), tuple(names["unit"]), frozenset(points[i] for i in touched))
        for touched, names in met.items()
        if not any(touched < other for other in met)
    ]
    return Cell(code, frozenset(points), facets)


def _corners(walls, dim):
    """Vertices of {walls >= 0}: the feasible points at which dim independent walls meet."""
    found = {}
    for chosen in combinations(walls, dim):
        point = _meet(chosen)
        if point is not None and all(_dot(row, point) >= 0 for row in walls):
            found[point] = None
    return list(found)


def _meet(rows):
    """The homogeneous point on dim rows, by Cramer's rule; None if it is not one point."""
    minors = [(-1) ** j * int(_determinant([[*row[:j], *row[j + 1 :]] for row in rows])) for j in range(len(rows) + 1)]
    if minors[-1] == 0:
        return None
    return _primitive([m if minors[-1] > 0 else -m for m in minors])


def _zeros_of(rows, point):
    return sum(1 << i for i, row in enumerate(rows) if _dot(row, point) == 0)


def _triangulation(face, subfaces, dim):
    """Simplices, as lists of points, that fill a face of this dimension; `subfaces` holds the vertex sets of its facets."""
    if len(face) == dim + 1:
        return [list(face)]
    apex = min(face)
    simplices = []
    for facet in subfaces:
        if apex not in facet:
            met = {facet & other for other in subfaces if other != facet and facet & other}
            ridges = [ridge for ridge in met if not any(ridge < other for other in met)]
            simplices += [[apex, *simplex] for simplex in _triangulation(facet, ridges, dim - 1)]
    return simplices


# --- method 2: programs ---------------------------------------------------------------------------------------------------------------


def cells_by_programs(net, domain):
    """The facets of every cell by code, a dict of code -> set of (walls, units), by exact linear programs over all 2**n codes.

    Examples
    --------
    >>> hat = network([[[1], [1]], [[1, 1]]], [[0, -1], [0]])
    >>> cells_by_programs(hat, box([-1], [2]))[0, 0] == {((0,), ()), ((), (0,))}
    True
    """
    walls = {("wall", i): [*(-v for v in a), b] for i, (a, b) in enumerate(domain)}
    found = {}
    for code in product((0, 1), repeat=sum(len(layer.bias) for layer in net.hidden)):
        rows = _inequalities(net, code, len(domain[0][0]))
        if rows is not None and has_interior(list((rows := walls | rows).values())):
            found[code] = _facets_by_programs(rows)
    return found


def has_interior(rows):
    """Whether some point makes all rows (a, b) positive: a x + b > 0.

    With x = u - v, u >= 0, v >= 0 and slack 1 - s, s is to be made as small as possible subject to a (u - v) + b >= 1 - s, s >= 0, by the
    simplex method with Bland's rule; some point is interior iff s < 1 can be reached. The first pivot, on the row that asks for most s,
    makes the dictionary feasible.

    Examples
    --------
    >>> has_interior([[1, 0], [-1, 1]]), has_interior([[1, 0], [-1, 0]])
    (True, False)
    """
    if not rows:
        return True
    dim = len(rows[0]) - 1
    # Dictionary: basic_i = table_i . (1, nonbasic). Names: 0 is s, 1..dim u, dim+1 the common part of v, then the slacks.
    basic = [dim + 2 + i for i in range(len(rows))]
    nonbasic = [0, *range(1, dim + 2)]
    table = [[Fraction(row[-1]) - 1, Fraction(1), *map(Fraction, row[:-1]), -Fraction(sum(row[:-1]))] for row in rows]
    worst = min(range(len(rows)), key=lambda i: table[i][0])
    if table[worst][0] >= 0:
        return True
    _pivot(table, basic, nonbasic, worst, 0)
    while True:
        s = basic.index(0) if 0 in basic else None
        if s is None or table[s][0] < 1:
            return True
        entering = [j for j in range(len(nonbasic)) if table[s][j + 1] < 0]
        if not entering:
            return False
        j = min(entering, key=nonbasic.__getitem__)
        ratios = [(table[i][0] / -table[i][j + 1], basic[i], i) for i in range(len(basic)) if table[i][j + 1] < 0]
        _pivot(table, basic, nonbasic, min(ratios)[2], j)


def _pivot(table, basic, nonbasic, i, j):
    """Exchange the basic variable of row i with the nonbasic variable of column j."""
    row, factor = table[i], table[i][j + 1]
    solved = [-v / factor for v in row]
    solved[j + 1] = 1 / factor
    for k, other in enumerate(table):
        if k != i and other[j + 1]:
            by = other[j + 1]
            table[k] = [(0 if c == j + 1 else v) + by * w for c, (v, w) in enumerate(zip(other, solved, strict=True))]
    table[i] = solved
    basic[i], nonbasic[j] = nonbasic[j], basic[i]


def _inequalities(net, code, dim):
    """Rows a x + b >= 0 of a code by name, or None if some unit cannot have its bit anywhere."""
    forms, scale = _identity(dim)
    bits, rows = list(code), {}
    for layer in net.hidden:
        start = len(code) - len(bits)
        own, bits = bits[: len(layer.bias)], bits[len(layer.bias) :]
        composed, row_scale = _compose(layer, forms, scale, dim)
        for k, (row, bit) in enumerate(zip(composed, own, strict=True)):
            if layer.slope == 1 or not any(row):
                if bit:
                    return None
            else:
                rows["unit", start + k] = row if bit else [-v for v in row]
        forms, scale = _activate(layer, composed, row_scale, own)
    return rows


def _facets_by_programs(rows):
    """Rows on one hyperplane hold a facet iff the other rows have an interior point on that hyperplane."""
    groups = {}
    for name, row in rows.items():
        if any(row[:-1]):
            pivot = next(v for v in row if v)
            groups.setdefault(tuple(Fraction(v) / pivot for v in row), []).append(name)
    facets = set()
    for plane, names in groups.items():
        others = [_restricted(row, plane) for name, row in rows.items() if name not in names]
        if has_interior(others):
            facets.add((tuple(i for kind, i in names if kind == "wall"), tuple(i for kind, i in names if kind == "unit")))
    return facets


def _restricted(row, plane):
    """A row on the hyperplane plane . (x, 1) = 0, in the other variables."""
    j = next(j for j, v in enumerate(plane) if v)
    return [v - row[j] / plane[j] * w for i, (v, w) in enumerate(zip(row, plane, strict=True)) if i != j]


# --- method 3: characteristic polynomials of arrangements ---------------------------------------------------------------------------------


def regions(rows, dim):
    """Number of regions of the hyperplanes a x + b = 0: Zaslavsky's |chi(-1)|.

    Examples
    --------
    >>> regions([[1, 0, 0], [0, 1, 0], [1, 1, -1]], 2), bounded_regions([[1, 0, 0], [0, 1, 0], [1, 1, -1]], 2)
    (7, 1)
    """
    return abs(sum(c * (-1) ** k for k, c in enumerate(characteristic_polynomial(rows, dim))))


def bounded_regions(rows, dim):
    """Number of bounded regions: Zaslavsky's |chi(1)|, or none if the normals do not span the space."""
    return abs(sum(characteristic_polynomial(rows, dim))) if rank([row[:-1] for row in rows]) == dim else 0


def characteristic_polynomial(rows, dim):
    """Coefficients, that of t**0 first, by deletion and restriction: chi(A) = chi(A - H) - chi(A on H)."""
    return _characteristic(frozenset(_normalised(row) for row in rows if any(row[:-1])), dim)


@cache
def _characteristic(planes, dim):
    if not planes:
        return (0,) * dim + (1,)
    plane = max(planes)
    others = planes - {plane}
    restricted = [_restricted(row, plane) for row in others]
    on = _characteristic(frozenset(_normalised(row) for row in restricted if any(row[:-1])), dim - 1)
    return tuple(a - b for a, b in zip(_characteristic(others, dim), (*on, 0), strict=True))


def _normalised(row):
    pivot = next(v for v in row if v)
    return tuple(Fraction(v) / pivot for v in row)


# --- forms and small linear algebra ---------------------------------------------------------------------------------------------------


def _fractions(values):
    assert all(isinstance(v, (int, float, str, Fraction)) for v in values), "plain numbers, so that no other library computes here"
    return [Fraction(v) for v in values]


def _forward(net, x):
    z, code = [Fraction(v) for v in x], []
    for layer in net.hidden:
        h = [_dot(row, z) + bias for row, bias in zip(layer.weight, layer.bias, strict=True)]
        code += [int(v > 0 and layer.slope != 1) for v in h]
        z = [v if v > 0 else layer.slope * v for v in h]
    weight, bias = net.head
    return tuple(code), [_dot(row, z) + b for row, b in zip(weight, bias, strict=True)]


def _identity(dim):
    """The inputs as integer forms (a, b), meaning a x + b, over the scale 1."""
    return [[int(i == j) for i in range(dim)] + [0] for j in range(dim)], 1


def _compose(layer, forms, scale, dim):
    """Pre-activations of a layer, as integer forms over one positive scale, from the integer forms of its inputs."""
    own = lcm(*(v.denominator for row in layer.weight for v in row), *(v.denominator for v in layer.bias))
    rows = []
    for weights, bias in zip(layer.weight, layer.bias, strict=True):
        scaled = [int(w * own) for w in weights]
        row = [sum(w * form[j] for w, form in zip(scaled, forms, strict=True)) for j in range(dim + 1)]
        row[-1] += int(bias * own) * scale
        rows.append(row)
    return _reduced(rows, own * scale)


def _activate(layer, rows, scale, bits):
    """Outputs of a layer from its pre-activations and a choice of pieces."""
    p, q = layer.slope.numerator, layer.slope.denominator
    return _reduced([[v * (q if bit else p) for v in row] for row, bit in zip(rows, bits, strict=True)], scale * q)


def _reduced(rows, scale):
    common = gcd(scale, *(v for row in rows for v in row))
    return [[v // common for v in row] for row in rows], scale // common


def _integers(row):
    scale = lcm(*(v.denominator for v in row))
    return [int(v * scale) for v in row]


def _primitive(vector):
    common = gcd(*vector)
    return tuple(v // common for v in vector)


def _dot(a, x):
    return sum(p * q for p, q in zip(a, x, strict=True))


def _determinant(rows):
    """By elimination over the rationals."""
    rows, pivots = [[Fraction(v) for v in row] for row in rows], []
    sign = 1
    for j in range(len(rows)):
        i = next((i for i in range(j, len(rows)) if rows[i][j]), None)
        if i is None:
            return Fraction(0)
        if i != j:
            rows[i], rows[j], sign = rows[j], rows[i], -sign
        pivots.append(rows[j][j])
        for k in range(j + 1, len(rows)):
            factor = rows[k][j] / rows[j][j]
            rows[k] = [v - factor * w for v, w in zip(rows[k], rows[j], strict=True)]
    return sign * prod(pivots)


def kernel(rows, dim):
    """A basis of the vectors on which all rows vanish."""
    reduced, pivots = _echelon(rows, dim)
    basis = []
    for free in range(dim):
        if free not in pivots:
            vector = [Fraction(int(j == free)) for j in range(dim)]
            for row, j in zip(reduced, pivots, strict=True):
                vector[j] = -row[free]
            basis.append(tuple(vector))
    return basis


def _solution(rows, dim):
    """A point on the hyperplanes a x + b = 0 of independent rows: coordinates without a pivot are 0."""
    reduced, pivots = _echelon(rows, dim)
    point = [Fraction(0)] * dim
    for row, j in zip(reduced, pivots, strict=True):
        point[j] = -row[-1]
    return point


def _echelon(rows, dim):
    """Reduced rows with their pivot columns among the first dim."""
    rows, pivots = [[Fraction(v) for v in row] for row in rows], []
    for j in range(dim):
        i = next((i for i in range(len(pivots), len(rows)) if rows[i][j]), None)
        if i is None:
            continue
        k = len(pivots)
        rows[k], rows[i] = rows[i], rows[k]
        rows[k] = [v / rows[k][j] for v in rows[k]]
        rows = [row if n == k else [v - row[j] * w for v, w in zip(row, rows[k], strict=True)] for n, row in enumerate(rows)]
        pivots.append(j)
    return rows[: len(pivots)], pivots


def rank(vectors):
    """Rank of rational vectors, by elimination."""
    rows, found = [[Fraction(v) for v in row] for row in vectors], 0
    for j in range(len(rows[0]) if rows else 0):
        i = next((i for i in range(found, len(rows)) if rows[i][j]), None)
        if i is None:
            continue
        rows[found], rows[i] = rows[i], rows[found]
        for k in range(found + 1, len(rows)):
            factor = rows[k][j] / rows[found][j]
            rows[k] = [v - factor * w for v, w in zip(rows[k], rows[found], strict=True)]
        found += 1
    return found
