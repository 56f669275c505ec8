"""A point that violates a property, in exact arithmetic: from the part of a cell that a walk found to a point that anybody can evaluate.

The part is not empty, proven; so its generators give a rational point of it. Doubles are tried before that one: they can be written down and fed to
the network as they are. What is handed out was evaluated by the definition of the layers, in fractions, and never by what the walk believed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from geom.exact import FloatArray, Fractions, Row, round_fractions
from geom.networks.network import Network
from geom.polyhedra import FlatBox, OutputProperty
from geom.polyhedra.domain import Domain
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import PieceTable

__all__ = ["Counterexample", "embedded", "exact_outputs", "is_in_domain", "is_in_polyhedron", "violation_at", "violation_in"]

Point = tuple[Fraction, ...]
MOST_VERTICES = 64  # of a part that are tried one by one


class Counterexample(NamedTuple):
    """An input whose outputs lie in the unsafe set, exactly.

    Attributes
    ----------
    point : (d,) tuple of Fraction
    outputs : (m,) tuple of Fraction
        The network's at that point.
    polyhedron : int
        The first one of the unsafe set that contains them.
    """

    point: Point
    outputs: Point
    polyhedron: int


def exact_outputs(net: Network, x: Sequence[Fraction]) -> Point:
    """The network's outputs at one point (input_dim,), layer by layer as layers are defined: the maximum of multiples of affine forms.

    Examples
    --------
    >>> exact_outputs(Network.mlp([[[1.0], [-1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.5]]), [Fraction(-1, 3)])
    (Fraction(5, 6),)
    """
    z = list(x)
    for layer in net.layers:
        weight, bias = layer.weight.fractions(), layer.bias.fractions()
        h = [sum((w * v for w, v in zip(row, z, strict=True)), b) for row, (b,) in zip(weight, bias, strict=True)]
        pieces = zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
        z = [max(Fraction(s) * h[r] for r, s in zip(rows, slopes, strict=True) if r >= 0) for rows, slopes in pieces]
    return tuple(z)


def is_in_domain(domain: Domain | FlatBox, x: Point) -> bool:
    """Whether a rational point (d,) lies in a domain, exactly."""
    if isinstance(domain, FlatBox):
        return all(a <= v <= b for a, v, b in zip(domain.exact_low, x, domain.exact_high, strict=True))
    return all(sum(p * v for p, v in zip(a, x, strict=True)) <= b for a, b in zip(*domain.hrep(exact=True), strict=True))


def violation_at(net: Network, domain: Domain | FlatBox, unsafe: OutputProperty, x: Point) -> Counterexample | None:
    """The counterexample that a point (d,) of rationals is, if it is one."""
    if not is_in_domain(domain, x):
        return None
    y = exact_outputs(net, x)
    polyhedron = next((p for p, (c, d) in enumerate(unsafe.polyhedra) if is_in_polyhedron(c, d, y)), None)
    return None if polyhedron is None else Counterexample(x, y, polyhedron)


def is_in_polyhedron(c: Fractions, d: Fractions, y: Point) -> bool:
    """Whether y lies in the polyhedron {C y <= d}."""
    return all(sum(p * v for p, v in zip(row, y, strict=True)) <= bound for row, bound in zip(c, d, strict=True))


def violation_in(found: Inquiry, net: Network, domain: Domain | FlatBox, unsafe: OutputProperty) -> Counterexample:
    """The counterexample in the first part that a walk found: doubles where one of those tried is one, else rationals.

    Parameters
    ----------
    found : Inquiry
        Asked with CLOSED, of the network or of its restriction to the free coordinates of a FlatBox.
    net : Network
    domain : Domain or FlatBox
    unsafe : OutputProperty
    """
    for candidate in _candidates(found):
        point = embedded(domain, candidate)
        violation = violation_at(net, domain, unsafe, point)
        if violation is not None:
            slopes, offsets = net.dyadic_affine(net.exact_code(point))
            again = [
                sum(p * v for p, v in zip(row, point, strict=True)) + h for row, (h,) in zip(slopes.fractions(), offsets.fractions(), strict=True)
            ]
            assert tuple(again) == violation.outputs, "the affine map of the point's code and the definition of the layers give the same outputs"
            return violation
    raise AssertionError("a part that a walk found is not empty, and its own exact point violates")


def embedded(domain: Domain | FlatBox, free: Point) -> Point:
    """A point of the free coordinates as one of all."""
    if not isinstance(domain, FlatBox):
        return free
    point = list(domain.exact_low)
    for j, value in zip(domain.free, free, strict=True):
        point[j] = value
    return tuple(point)


def _candidates(found: Inquiry) -> Iterator[Point]:
    """Points that may lie in the first part found, doubles before rationals; the last one certainly does."""
    pieces = found.pieces()
    middle = _float_middle(pieces)
    if np.isfinite(middle).all():
        yield tuple(map(Fraction, middle.tolist()))
    generators = _exact_generators(found, pieces)
    vertices = [_divided(v) for v in generators if v[-1]]
    rays = [tuple(map(Fraction, v[:-1])) for v in generators if not v[-1]]
    for exact in [_middle(vertices, rays), *vertices[:MOST_VERTICES]]:
        rounded = round_fractions(exact).tolist()
        if all(map(math.isfinite, rounded)):
            yield tuple(map(Fraction, rounded))
    yield _middle(vertices, rays)


def _float_middle(pieces: PieceTable) -> FloatArray:
    """The mean of the first part's vertices, moved along all rays."""
    own = pieces.vertices_of(0)
    vertices, is_ray = pieces.vertex[own], pieces.is_ray[own]
    with np.errstate(invalid="ignore", over="ignore"):
        middle: FloatArray = vertices[~is_ray].mean(axis=0) + vertices[is_ray].sum(axis=0)
    return middle


def _exact_generators(found: Inquiry, pieces: PieceTable) -> list[Row]:
    """Vertices and rays of the first part, in homogeneous integers."""
    own = pieces.vertices_of(0)
    return [found.exact_vertex(pieces.tight_of(v), pieces.words[0], pieces.vertex[v]) for v in range(own.start, own.stop)]


def _divided(vertex: Row) -> Point:
    return tuple(Fraction(v, vertex[-1]) for v in vertex[:-1])


def _middle(vertices: Sequence[Point], rays: Sequence[Point]) -> Point:
    mean = [sum(column) / len(vertices) for column in zip(*vertices, strict=True)]
    return tuple(m + sum(ray[j] for ray in rays) for j, m in enumerate(mean))
