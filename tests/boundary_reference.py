"""The slow reference of boundaries: pieces, what lies on their two sides, ridges, by clipping the reference's cells in rational arithmetic.

It shares no code with `geom`. A *part* is what is left of a cell where one class wins (ties to the lowest), or where one form has one sign. Parts of
full dimension form a complex, so two of them that meet in dimension d - 1 have a facet in common, with the same vertices. The argmax boundary is
by definition what parts of different classes share; the zero set of a form is what its signed parts have on it.
"""

from collections import defaultdict
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import reference


class Part(NamedTuple):
    """A polytope of full dimension: vertices in homogeneous integers, each with a bit set of the rows that vanish there."""

    code: tuple
    label: object
    vertices: list
    names: list


class Piece(NamedTuple):
    """A piece of a boundary.

    `owners` are the codes of the cells whose forms have a gradient there, `n_cells` how many cells it borders; `names` are the rows it lies on.
    """

    classes: tuple
    vertices: frozenset
    owners: frozenset
    n_cells: int
    changes: bool
    on_wall: bool
    ridges: frozenset


class Boundary(NamedTuple):
    """Pieces, cells on which forms vanish (code, i, j), all parts, and the radius of the box that stands for the whole space (None: bounded)."""

    pieces: list
    vanishing: set
    parts: list
    radius: int | None


def argmax_boundary(net, dim, walls, is_open=False):
    """The boundary between the classes of a network's outputs.

    Examples
    --------
    >>> steps = reference.network([[[1], [0], [-1]]], [[0, 0, 0]])
    >>> [(piece.classes, piece.vertices) for piece in argmax_boundary(steps, 1, reference.box([-1], [1])).pieces]
    [((0, 2), frozenset({(Fraction(0, 1),)}))]
    """
    pairs = [(i, j) for j in range(len(net.head[1])) for i in range(j)]
    cells, radius = _cells(net, dim, walls, is_open, [_difference(net.head, i, j) for i, j in pairs])
    parts, vanishing = [], set()
    for cell, rows in cells:
        for c in range(len(rows)):
            forms = [(m, [p - q for p, q in zip(rows[c], rows[m], strict=True)]) for m in range(len(rows)) if m != c]
            ties = [m for m, form in forms if not any(form)]
            if any(m < c for m in ties):
                continue
            part = _clipped(cell, c, [(("form", m), form) for m, form in forms if any(form)])
            if part is not None:
                parts.append(part)
                vanishing |= {(cell.code, c, m) for m in ties}
    pieces = []
    for vertices, sides in _facets(parts).items():
        labels = tuple(sorted({part.label for part, _, _ in sides}))
        assert len(sides) == 2 or (len(sides) == 1 and _on_walls(sides)), "an inner facet has a part on either side"
        if len(labels) == 2:
            low, high = labels
            with_gradient = [part.code for part, _, _ in sides if (part.code, low, high) not in vanishing]
            pieces.append(_piece(labels, vertices, sides, with_gradient, True, walls))
    return Boundary(pieces, vanishing, parts, radius)


def zero_set(net, dim, walls, c, offset=0, is_open=False, i=0):
    """The zero set of c.f + offset.

    Examples
    --------
    >>> kink = reference.network([[[1]], [[1]]], [[0], [0]], "abs")
    >>> [(piece.vertices, piece.changes) for piece in zero_set(kink, 1, reference.box([-1], [1]), [1]).pieces]
    [(frozenset({(Fraction(0, 1),)}), False)]
    """
    c, offset = [Fraction(v) for v in c], Fraction(offset)
    weight, bias = net.head
    form = [sum(v * row[k] for v, row in zip(c, weight, strict=True)) for k in range(len(weight[0]))], sum(map(_product, c, bias)) + offset
    cells, radius = _cells(net, dim, walls, is_open, [form])
    parts, vanishing = [], set()
    for cell, rows in cells:
        row = [sum(v * r[k] for v, r in zip(c, rows, strict=True)) for k in range(dim + 1)]
        row[-1] += offset
        if not any(row):
            vanishing.add((cell.code, i, -1))
            parts.append(_clipped(cell, 0, []))
            continue
        for sign in (1, -1):
            part = _clipped(cell, sign, [(("form", 0), [sign * v for v in row])]) if any(row[:-1]) or sign * row[-1] > 0 else None
            if part is not None:
                parts.append(part)
    pieces = []
    for vertices, sides in _facets(parts).items():
        signed = [side for side in sides if any(part_name[0] == "form" for part_name in side[1])]
        if signed:
            changes = {part.label for part, _, _ in sides} == {1, -1}
            pieces.append(_piece((i, -1), vertices, sides, [part.code for part, _, _ in signed], changes, walls))
    return Boundary(pieces, vanishing, parts, radius)


def clipped_polyhedron(rows, equations, radius, dim):
    """The vertices, each with the set of rows that vanish there, of {rows >= 0, equations = 0} within the box of this radius."""
    walls = reference.box([-radius] * dim, [radius] * dim)
    [cell] = reference.cells(reference.network([[[0] * dim]], [[0]]), walls)
    vertices, n = _start(cell), len(cell.facets)
    for row in [*rows, *equations, *([-v for v in row] for row in equations)]:
        vertices = _cut(vertices, _integers(row), 1 << n, dim)
        n += 1
    first = len(cell.facets)
    return {_point(v): frozenset(k for k in range(len(rows)) if mask >> (first + k) & 1) for v, mask in vertices}


# --- parts --------------------------------------------------------------------------------------------------------------------------------


def _cells(net, dim, walls, is_open, forms):
    """The cells with the outputs' rows on each, of a box large enough for all faces that the forms make, if the domain is unbounded."""
    radius = None
    if is_open:
        asked = reference.Layer([row for row, _ in forms] or [[0] * len(net.head[0][0])], [b for _, b in forms] or [0], Fraction(0))
        radius = reference.coordinate_bound(reference.Net([*net.hidden, asked], net.head), dim, walls)
    box = reference.box([-radius] * dim, [radius] * dim) if is_open else []
    found = []
    for cell in reference.cells(net, [*walls, *box]):
        slopes, constants = reference.affine(net, cell.code, dim)
        found.append((cell, [[*row, b] for row, b in zip(slopes, constants, strict=True)]))
    return found, radius


def _difference(head, i, j):
    weight, bias = head
    return [p - q for p, q in zip(weight[i], weight[j], strict=True)], bias[i] - bias[j]


def _start(cell):
    """The vertices of a cell, each with the facets it lies on."""
    return [(_homogeneous(v), sum(1 << k for k, facet in enumerate(cell.facets) if v in facet.vertices)) for v in sorted(cell.vertices)]


def _clipped(cell, label, forms):
    """The part of a cell where all forms are >= 0, or None if it is not of full dimension."""
    vertices, n, dim = _start(cell), len(cell.facets), len(next(iter(cell.vertices)))
    names = [[*(("wall", w) for w in facet.walls), *(("unit", u) for u in facet.units)] for facet in cell.facets]
    for name, form in forms:
        vertices = _cut(vertices, _integers(form), 1 << n, dim)
        names.append([name])
        n += 1
    if reference.rank([v for v, _ in vertices]) <= dim:
        return None
    return Part(cell.code, label, vertices, names)


def _cut(vertices, row, mark, dim):
    """The vertices of a polytope where a row is >= 0; a new one stands on each edge that the row crosses."""
    valued = [(v, mask, sum(map(_product, row, v))) for v, mask in vertices]
    kept = [(v, mask | mark if value == 0 else mask) for v, mask, value in valued if value >= 0]
    for u, mask_u, p in valued:
        for v, mask_v, n in valued:
            if p > 0 > n:
                common = mask_u & mask_v
                if common.bit_count() >= dim - 1 and sum(1 for _, mask in vertices if mask & common == common) == 2:
                    kept.append((_primitive([p * y - n * x for x, y in zip(u, v, strict=True)]), common | mark))
    return kept


def _facets(parts):
    """Facets of all parts by their vertices: a list of (part, names of the rows that contain it, ridges with theirs)."""
    found = defaultdict(list)
    for part in parts:
        dim = len(part.vertices[0][0]) - 1
        on = {k: frozenset(i for i, (_, mask) in enumerate(part.vertices) if mask >> k & 1) for k in range(len(part.names))}
        seen = defaultdict(list)
        for k, members in on.items():
            if len(members) >= dim and reference.rank([part.vertices[i][0] for i in members]) == dim:
                seen[members] += part.names[k]
        for members, names in seen.items():
            ridges = defaultdict(list)
            for k, others in on.items():
                common = members & others
                if len(common) >= max(dim - 1, 1) and common != members and reference.rank([part.vertices[i][0] for i in common]) == dim - 1:
                    ridges[frozenset(_point(part.vertices[i][0]) for i in common)] += part.names[k]
            found[frozenset(_point(part.vertices[i][0]) for i in members)].append((part, names, dict(ridges)))
    return found


def _piece(classes, vertices, sides, owners, changes, walls):
    """Each ridge with whether it lies on a wall; ridges on the box that stands for infinity are none."""
    ridges = frozenset(
        (ridge, any(all(sum(map(_product, a, x)) == b for x in ridge) for a, b in walls))
        for ridge, names in sides[0][2].items()
        if not any(kind == "wall" and w >= len(walls) for kind, w in names)
    )
    return Piece(classes, vertices, frozenset(owners), len({part.code for part, _, _ in sides}), changes, _on_walls(sides), ridges)


def _on_walls(sides):
    return all(any(kind == "wall" for kind, _ in names) for _, names, _ in sides)


def _homogeneous(point):
    scale = lcm(*(v.denominator for v in point))
    return (*(int(v * scale) for v in point), scale)


def _point(v):
    return tuple(Fraction(x, v[-1]) for x in v[:-1])


def _integers(row):
    return _primitive([int(v * lcm(*(Fraction(u).denominator for u in row))) for v in map(Fraction, row)])


def _primitive(row):
    return reference._primitive(row) if any(row) else tuple(row)


def _product(a, b):
    return a * b
