"""The dual of a layer's power diagram: the sum of its units' polytopes, whose upper vertices are the cells.

Code r has the lifted point p_r = (mu_r, beta_r) in R^(D+1). All codes' points are the sums of one point (A_kr, B_kr) of every unit k, so their convex
hull is the Minkowski sum of the units' polytopes; with two pieces a unit, a zonotope. The hull's support function at (x, 1) is the sum of the units'
outputs at x. So a code has a full-dimensional cell if and only if its point is an *upper* vertex, one with an outer normal (x, t), t > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.arguments import instance
from geom.budget import Budget, raise_if_stopped
from geom.engine.codes import CodeTable
from geom.engine.columns import Collector
from geom.engine.run import Walk
from geom.errors import NetworkError
from geom.exact import Dyadic, Fractions
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Space
from geom.polyhedra.polyhedron import interior_slack
from geom.power.diagram import PowerDiagram

__all__ = [
    "VertexCounts",
    "counts_in_general_position",
    "lifted_points",
    "lower_vertices",
    "piece_rows",
    "upper_vertices",
    "vertex_counts",
    "zonotope_generators",
]

Codes = NDArray[np.uint8]
Rows = list[tuple[list[Fraction], Fraction]]


class VertexCounts(NamedTuple):
    """Vertices of a layer's polytope.

    Attributes
    ----------
    upper : int
        With a normal that points up: the cells.
    lower : int
        With a normal that points down.
    both : int
        With normals of both kinds. These are the cells whose recession cone is full-dimensional; for hyperplanes in general position, D or more of
        them, all unbounded cells. (A strip between parallel hyperplanes is unbounded and no lower vertex.)
    bounded : int
        Of the cells, those that are bounded.
    """

    upper: int
    lower: int
    both: int
    bounded: int

    @property
    def vertices(self) -> int:
        """All of them: a normal (x, 0) of a vertex can be tilted up, or down."""
        return self.upper + self.lower - self.both


def zonotope_generators(layer: Layer) -> Fractions:
    """Generators (K, D + 1) of the zonotope of a layer with two pieces a unit: (A_k1 - A_k0, B_k1 - B_k0).

    Raises
    ------
    NetworkError
        If a unit has more or less than two pieces.

    Examples
    --------
    >>> zonotope_generators(Layer.abs([[1.0, 2.0]], [0.5]))
    array([[Fraction(2, 1), Fraction(4, 1), Fraction(1, 1)]], dtype=object)
    """
    if layer.n_pieces != 2 or (layer.row < 0).any():
        raise NetworkError(f"units of two pieces make a zonotope; this layer's have up to {layer.n_pieces}")
    ones, zeros = np.ones(layer.n_units, dtype=np.int64), np.zeros(layer.n_units, dtype=np.int64)
    (a, b), (c, d) = layer.piece_map(ones), layer.piece_map(zeros)
    return (a - c).beside(b - d).fractions()


def lifted_points(layer: Layer, codes: Codes | None = None) -> Fractions:
    """Points (N, D + 1) of codes (N, K): (mu_r, beta_r), the sums of the units' chosen (A_kr, B_kr). By default the upper vertices.

    Examples
    --------
    >>> lifted_points(Layer.relu([[1.0], [1.0]], [-1.0, 1.0])).astype(int).tolist()
    [[0, 0], [1, 1], [2, 0]]
    """
    chosen = upper_vertices(layer) if codes is None else codes
    points = np.full((len(chosen), layer.input_dim + 1), Fraction(0), dtype=object)
    for k, own in enumerate(_exact_pieces(layer)):
        points += np.array([[*slope, offset] for slope, offset in own], dtype=object)[chosen[:, k]]
    return points


def upper_vertices(layer: Layer) -> Codes:
    """Codes (N, K) of the upper vertices, that is of the layer's cells, in lexicographic order.

    Notes
    -----
    Layers of ReLU, leaky-ReLU or abs units are walked. For others codes are extended unit by unit, each by the pieces that leave a full-dimensional
    cell, by exact linear programs.

    Examples
    --------
    >>> upper_vertices(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]))
    array([[0, 0],
           [0, 1],
           [1, 1]], dtype=uint8)
    """
    return _cells(layer)[0]


def _cells(layer: Layer) -> tuple[Codes, NDArray[np.bool_]]:
    """Codes of the cells, and which cells are bounded."""
    if instance(layer, Layer, NetworkError).has_own_rows and layer.input_dim:
        return _walked_cells(layer)
    codes = _extended_codes(layer)
    if not layer.input_dim:
        return codes, np.ones(len(codes), dtype=np.bool_)
    points = lifted_points(layer, codes)
    mu, beta = points[:, :-1], points[:, -1]
    return codes, PowerDiagram(mu, (mu * mu).sum(axis=1) + 2 * beta).is_bounded


def _walked_cells(layer: Layer) -> tuple[Codes, NDArray[np.bool_]]:
    """The same by a walk, of the units that cut: one of equal slopes has piece 0 everywhere, and rows that no unit takes are left out."""
    cutting = np.flatnonzero(layer.slope[:, 0] != layer.slope[:, 1])
    if not cutting.size:
        return np.zeros((1, layer.n_units), dtype=np.uint8), np.zeros(1, dtype=np.bool_)
    rows, n = layer.row[cutting, 0].tolist(), len(cutting)
    cut = Layer(layer.weight.take_rows(rows), layer.bias.take_rows(rows), np.repeat(np.arange(n)[:, None], 2, axis=1), layer.slope[cutting])
    walk, collector, budget = Walk(Network([cut]), Space(layer.input_dim)), Collector(), Budget()
    raise_if_stopped(walk.run(collector.take, lambda: 0, budget, lambda cells, seconds: None), budget, walk.cells)
    columns = walk.columns(collector)
    codes = np.zeros((len(columns.words), layer.n_units), dtype=np.uint8)
    codes[:, cutting] = CodeTable(columns.words, (n,)).unpack()
    return codes, columns.is_bounded


def _extended_codes(layer: Layer) -> Codes:
    """Codes of the cells, unit by unit."""
    found: list[tuple[list[int], Rows]] = [([], [])]
    pieces = _exact_pieces(layer)
    for own in pieces:
        found = [
            ([*code, r], [*rows, *more])
            for code, rows in found
            for r in range(len(own))
            if (more := piece_rows(own, r)) is not None and _has_interior([*rows, *more])
        ]
    return np.array([code for code, _ in found], dtype=np.uint8).reshape(len(found), layer.n_units)


def lower_vertices(layer: Layer) -> Codes:
    """Codes of the vertices with a normal (x, -t), t > 0: the cells of the layer with its offsets negated.

    Examples
    --------
    >>> lower_vertices(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]))
    array([[0, 0],
           [1, 0],
           [1, 1]], dtype=uint8)
    """
    return upper_vertices(Layer(layer.weight, Dyadic(layer.bias.entries * -1, layer.bias.exponent), layer.row, layer.slope))


def vertex_counts(layer: Layer) -> VertexCounts:
    """Vertices of the layer's polytope, counted.

    Examples
    --------
    Three lines in general position: seven cells, of which six are unbounded.

    >>> vertex_counts(Layer.relu([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0.0, 0.0, -1.0]))
    VertexCounts(upper=7, lower=7, both=6, bounded=1)
    """
    codes, is_bounded = _cells(layer)
    upper, lower = ({tuple(code) for code in found.tolist()} for found in (codes, lower_vertices(layer)))
    return VertexCounts(len(upper), len(lower), len(upper & lower), int(np.count_nonzero(is_bounded)))


def counts_in_general_position(n_units: int, dim: int) -> VertexCounts:
    """The same for two pieces a unit and hyperplanes in general position: Zaslavsky's numbers.

    Examples
    --------
    >>> counts_in_general_position(3, 2), counts_in_general_position(3, 2).vertices
    (VertexCounts(upper=7, lower=7, both=6, bounded=1), 8)
    """
    cells = sum(comb(n_units, i) for i in range(dim + 1))
    both = 2 * sum(comb(n_units - 1, i) for i in range(dim)) if n_units else 1
    return VertexCounts(cells, cells, both, comb(max(n_units - 1, 0), dim))


def piece_rows(pieces: Sequence[tuple[Sequence[Fraction], Fraction]], chosen: int) -> Rows | None:
    """Rows (a, b), meaning a x <= b, where one piece is the largest; None if another one is larger everywhere, or an earlier one equal."""
    slope, offset = pieces[chosen]
    rows: Rows = []
    for s, (other, constant) in enumerate(pieces):
        difference, bound = [q - p for p, q in zip(slope, other, strict=True)], offset - constant
        if any(difference):
            rows.append((difference, bound))
        elif bound < 0 or (bound == 0 and s < chosen):
            return None
    return rows


def _exact_pieces(layer: Layer) -> list[list[tuple[list[Fraction], Fraction]]]:
    """Slope and offset of every piece of every unit."""
    weight, bias = layer.weight.fractions().tolist(), layer.bias.fractions()[:, 0].tolist()
    return [
        [([Fraction(s) * v for v in weight[j]], Fraction(s) * bias[j]) for j, s in zip(rows, slopes, strict=True) if j >= 0]
        for rows, slopes in zip(layer.row.tolist(), layer.slope.tolist(), strict=True)
    ]


def _has_interior(rows: Rows) -> bool:
    if not rows:
        return True
    a, b = np.array([slope for slope, _ in rows], dtype=object), np.array([bound for _, bound in rows], dtype=object)
    return interior_slack(a, b) > 0
