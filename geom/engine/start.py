"""Where the walk starts: the domain as open cells with finitely many generators, in coordinates that fill the cube.

A bounded domain is one open cell, its vertices. An unbounded one is a cone in homogeneous coordinates: points, rays, and lines. Lines are taken out
first. Those along which neither the domain nor any first-layer unit changes are common to all cells: coordinates are dropped until none is
left (the network depends on x only through the first layer's rows, so this changes no code). What is left of the domain's own lines is cut by
first-layer units, chosen in order, one for each, into pieces without lines: 2^q of them, each with its codes of those q units given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

import numpy as np
from flint import fmpz_mat

from geom.engine.placement import Placement
from geom.errors import DomainError, NetworkError
from geom.exact import Dyadic, FloatArray, Fractions, Row, integer_row, primitive
from geom.networks.layer import Layer
from geom.polyhedra.domain import MAX_BOX_DIM, SLICES, Domain
from geom.polyhedra.polyhedron import generators

__all__ = ["OpenCell", "Start", "without_idle"]

MAX_CUT = 12


class OpenCell(NamedTuple):
    """An open cell.

    Attributes
    ----------
    points : list of (d + 1,) Row
        Homogeneous generators in the walk's coordinates, integers without a common factor.
    tight : list of set of int
        For each, which constraints vanish there: walls, then the units cut beforehand, by position.
    code : tuple of int
        Codes of those units.
    """

    points: list[Row]
    tight: list[frozenset[int]]
    code: tuple[int, ...]


class Start(NamedTuple):
    """What the walk is given.

    Attributes
    ----------
    layers : list of Layer
        Hidden layers, the first one in the walk's coordinates.
    walls : list of Row
        The domain's walls in those coordinates; in an unbounded domain the wall at infinity is the last.
    is_bounded : bool
    kept : tuple of int
        Input coordinates that the walk has; the others are 0.
    placement : Placement
    cut : tuple of int
        First-layer units cut beforehand.
    pieces : list of OpenCell
    """

    layers: list[Layer]
    walls: list[Row]
    is_bounded: bool
    kept: tuple[int, ...]
    placement: Placement
    cut: tuple[int, ...]
    pieces: list[OpenCell]

    @classmethod
    def of(cls, layers: Sequence[Layer], domain: Domain) -> Start:
        """Prepare the walk of these hidden layers over a domain."""
        if domain.is_bounded:
            return cls._bounded(layers, domain)
        return cls._unbounded(layers, domain)

    @classmethod
    def _bounded(cls, layers: Sequence[Layer], domain: Domain) -> Start:
        found = domain.generators()
        placement = Placement.around(found.vertices)
        walls = [placement.wall(a, b) for a, b in zip(*domain.hrep(exact=True), strict=True)]
        piece = OpenCell([integer_row((*placement.enter(v), Fraction(1))) for v in found.vertices], found.tight, ())
        return cls(_placed(layers, placement), walls, True, tuple(range(domain.dim)), placement, (), [piece])

    @classmethod
    def _unbounded(cls, layers: Sequence[Layer], domain: Domain) -> Start:
        a, b = domain.hrep(exact=True)
        first = layers[0] if layers else Layer.linear(Dyadic.zeros(0, domain.dim), Dyadic.zeros(0, 1))
        kept = _independent_columns([*_integer_rows(a), *first.weight.integer_rows()], domain.dim)
        first = first.on_rows(first.weight.take_columns(kept), first.bias)
        placement = Placement.for_rows(first.weight, first.bias)
        placed = _placed([first, *layers[1:]], placement) if layers else []
        walls = [placement.wall([row[j] for j in kept], beta) for row, beta in zip(a, b, strict=True)]
        units = _rows(placed[0]) if placed else []
        cut = _spanning_units(walls, units, placed[0].slope, len(kept)) if kept and placed else ()
        if kept and _rank([w[:-1] for w in walls] + [units[k][:-1] for k in cut]) < len(kept):
            raise NetworkError("in the whole space, first-layer units that do not cut carry directions that deeper units cut; give a bounded domain")
        walls.append((*[0] * len(kept), 1))
        if len(cut) > MAX_CUT:
            raise DomainError(
                f"this unbounded domain of {domain.dim} dimensions would be walked from 2**{len(cut)} orthants, and at most 2**{MAX_CUT} are; "
                + ("give a geom.Box" if domain.dim <= MAX_BOX_DIM else SLICES)
            )
        rows = [units[k] for k in cut]
        codes = product((0, 1), repeat=len(cut)) if kept else ()
        pieces = [_piece(walls, rows, code) for code in codes] if len(walls) > 1 else _orthants(rows, codes)
        return cls(placed, walls, False, tuple(kept), placement, cut, pieces)


def without_idle(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers from the first one on that has a unit which cuts; those before it are affine, and composed exactly into it."""
    rest = list(layers)
    while rest and (rest[0].slope[:, 0] == rest[0].slope[:, 1]).all():
        idle = rest.pop(0)
        if rest:
            rest[0] = rest[0].after(*idle.piece_map(np.zeros(idle.n_units, dtype=np.int64)))
    return tuple(rest)


def _placed(layers: Sequence[Layer], placement: Placement) -> list[Layer]:
    """The layers with the first one taken at walk coordinates."""
    if not layers:
        return []
    first = layers[0]
    return [first.on_rows(*placement.first_layer(first.weight, first.bias)), *layers[1:]]


def _integer_rows(a: Fractions) -> list[Row]:
    return [integer_row(row) for row in a]


def _rank(rows: Sequence[Row]) -> int:
    return int(fmpz_mat(len(rows), len(rows[0]), [v for row in rows for v in row]).rank()) if rows and rows[0] else 0


def _independent_columns(rows: Sequence[Row], d: int) -> list[int]:
    """The first columns that span all columns of these rows: pivots of the reduced echelon form."""
    if not rows:
        return []
    reduced, _, rank = fmpz_mat(len(rows), d, [v for row in rows for v in row]).rref()
    table = reduced.table()
    return [next(j for j in range(d) if table[i][j] != 0) for i in range(rank)]


def _rows(layer: Layer) -> list[Row]:
    """Integer rows (d + 1,) of the units' linear rows, positive where they fire."""
    weight, bias = layer.unit_rows()
    return weight.beside(bias).integer_rows()


def _spanning_units(walls: Sequence[Row], units: Sequence[Row], slope: FloatArray, d: int) -> tuple[int, ...]:
    """Units that cut and whose rows, with the walls', have rank d: the first ones in order."""
    rows, rank = [w[:-1] for w in walls], _rank([w[:-1] for w in walls])
    chosen: list[int] = []
    for k, (low, high) in enumerate(slope.tolist()):
        if rank == d:
            break
        if low != high:
            longer = [*rows, units[k][:-1]]
            if _rank(longer) > rank:
                rows, rank = longer, rank + 1
                chosen.append(k)
    return tuple(chosen)


def _piece(walls: Sequence[Row], cut: Sequence[Row], code: tuple[int, ...]) -> OpenCell:
    """The part of the domain in which the cut units have these codes; walls end with the wall at infinity."""
    signed = [*walls[:-1], *(row if c else tuple(-v for v in row) for row, c in zip(cut, code, strict=True))]
    a = np.array([[Fraction(-v) for v in row[:-1]] for row in signed], dtype=object).reshape(len(signed), len(walls[0]) - 1)
    b = np.array([Fraction(row[-1]) for row in signed], dtype=object)
    found = generators(a, b)
    assert not found.lines, "the units were chosen so that no line is left"
    infinity, n_finite = len(walls) - 1, len(walls) - 1
    points, tight = [], []
    for vertex, on in zip(found.vertices, found.tight, strict=True):
        points.append(integer_row((*vertex, Fraction(1))))
        tight.append(frozenset(i if i < n_finite else i + 1 for i in on))
    for ray in found.rays:
        points.append(primitive(integer_row((*ray, Fraction(0)))))
        on = frozenset(i for i, row in enumerate(a) if sum(x * y for x, y in zip(row, ray, strict=True)) == 0)
        tight.append(frozenset(i if i < n_finite else i + 1 for i in on) | {infinity})
    return OpenCell(points, tight, code)


def _orthants(cut: Sequence[Row], codes: Iterable[tuple[int, ...]]) -> list[OpenCell]:
    """The pieces of the whole space: cones with one apex, whose rays are the columns of the inverse of the cut rows, or their negatives."""
    d = len(cut)
    if not d:
        return []
    inverse, scale = fmpz_mat([row[:-1] for row in cut]).inv().numer_denom()
    point = inverse * fmpz_mat(d, 1, [-row[-1] for row in cut])
    apex = primitive([*point.entries(), scale])
    rays = [primitive([*column, 0]) for column in zip(*inverse.table(), strict=True)]
    infinity, all_cut = 0, frozenset(range(1, d + 1))
    tight = [all_cut, *(all_cut - {i + 1} | {infinity} for i in range(d))]
    both = [(tuple(-v for v in ray), ray) for ray in rays]
    return [OpenCell([apex, *(sides[c] for sides, c in zip(both, code, strict=True))], tight, code) for code in codes]
