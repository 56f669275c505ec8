"""Segments through a partition: the pieces into which the cells cut a straight line, with the exact parameters of the crossings.

`line` enumerates no cells of the input space: it takes the network on the segment, exactly, and subdivides the interval [0, 1]. `path` names the
cells of a partition that the segment passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.arguments import index_of, instance, rationals
from geom.engine.rounding import require_two_pieces
from geom.errors import DomainError, NetworkError
from geom.exact import Dyadic, FloatArray, Fractions, round_fractions
from geom.networks.forward import prove_codes, vanishing_rows
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.partition.subdivision import subdivide
from geom.polyhedra.domain import Box, Domain

__all__ = ["Line", "Path", "Stretch", "line", "path"]

BLOCK = 1 << 20  # signs that are looked at together: tens of megabytes
Directions = Sequence[NDArray[Any]]


class Stretch(NamedTuple):
    """A part of a segment within one cell: the parameters of its ends, and the cell's code."""

    start: Fraction
    stop: Fraction
    code: NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Line:
    """The pieces of the segment x + t (y - x), 0 <= t <= 1, in order. ``len(line)``, ``line[i]`` and iteration give the pieces.

    Attributes
    ----------
    x, y : (d,) arrays of Fraction
    parameters : tuple of Fraction
        0 = t_0 < t_1 < ... < t_m = 1: piece i is t_i <= t <= t_{i+1}.
    codes : (m, n_units) uint8
        Of a full-dimensional cell that contains the piece; neighbours differ.
    """

    x: Fractions
    y: Fractions
    parameters: tuple[Fraction, ...]
    codes: NDArray[np.uint8]

    def points(self) -> FloatArray:
        """(m + 1, d) the points at the parameters, correctly rounded."""
        return round_fractions(np.array([self.at(t) for t in self.parameters], dtype=object))

    def at(self, t: Fraction | float) -> Fractions:
        """The exact point (d,) at a parameter."""
        point: Fractions = self.x + Fraction(t) * (self.y - self.x)
        return point

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, index: int) -> Stretch:
        i = index_of(index, len(self), "piece", "a line")
        return Stretch(self.parameters[i], self.parameters[i + 1], self.codes[i])

    def __iter__(self) -> Iterator[Stretch]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} pieces, {len(self.x)} dimensions)"


@dataclass(frozen=True, eq=False, repr=False)
class Path(Line):
    """A `Line` through a partition.

    Attributes
    ----------
    cells : (m,) int64
        The cell of each piece; -1 where a partition that a budget cut short lacks it.
    """

    cells: NDArray[np.int64]


def line(net: Network, x: Any, y: Any, *, beside: Any = None) -> Line:
    """The pieces into which a network's cells cut the segment from x to y, without enumerating the cells.

    Where the segment runs inside a hyperplane, it is a common face of several cells. The code is then taken just beside it, always on the same side.

    Parameters
    ----------
    net : Network
    x, y : (d,) sequences of float, int, Fraction, Decimal or decimal string
        Any rational numbers, taken exactly as they stand.
    beside : (d,) sequence of the same, optional
        The side: first this direction, then the coordinate axes in order.

    Raises
    ------
    NetworkError
        If x, y or beside are not d finite numbers, or the network has units that `geom.subdivide` cannot cut.

    Notes
    -----
    Cost: a walk over an interval, and the exact position of each crossing: some 0.1 ms in one layer, milliseconds in several wide ones, whose maps
    are composed in integers. Inside a hyperplane, each piece asks for one exact code more.

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, -0.5], [0.0]])
    >>> found = line(net, [-1, 0], [2, 1])
    >>> found
    Line(3 pieces, 2 dimensions)
    >>> [str(t) for t in found.parameters]
    ['0', '1/3', '1/2', '1']
    >>> found.codes
    array([[0, 0],
           [1, 0],
           [1, 1]], dtype=uint8)
    """
    start, stop = (_point(net, name, point) for name, point in (("x", x), ("y", y)))
    return _line(net, start, stop, [] if beside is None else [_point(net, "beside", beside)])


def path(partition: Partition, x: Any, y: Any) -> Path:
    """The cells of a partition along the segment from x to y.

    Cells are convex, so none comes twice. Where the segment runs inside a hyperplane, the cells are those on one side of it, and inside the domain.

    Parameters
    ----------
    partition : Partition
    x, y : (d,) sequences of float, int, Fraction, Decimal or decimal string
        Points of the domain, taken exactly as they stand.

    Raises
    ------
    DomainError
        If x or y is not in the domain.
    NetworkError
        If x or y are not d finite numbers.

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, -0.5], [0.0]])
    >>> path(subdivide(net, Box([-1, -1], [2, 2])), [-1, 0], [2, 1]).cells
    array([0, 2, 3])
    """
    net, domain = partition.network, partition.domain
    start, stop = (_point(net, name, point) for name, point in (("x", x), ("y", y)))
    for name, point in (("x", start), ("y", stop)):
        _require_inside(domain, name, point)
    # A wall that holds the midpoint holds the whole segment. So the way from there into the domain leads into it from all points between x and y.
    inwards = np.array(domain.interior(), dtype=object) - (start + stop) / 2
    found = _line(net, start, stop, [inwards])
    cells = partition.code_table.find(found.codes)
    assert not partition.is_complete or (cells >= 0).all(), "every code beside a point of the domain has a cell"
    return Path(found.x, found.y, found.parameters, found.codes, cells)


def _line(net: Network, x: Fractions, y: Fractions, beside: Directions) -> Line:
    require_two_pieces(net.hidden)
    directions = [*beside, *np.eye(net.input_dim, dtype=np.int64)]
    if np.all(x == y):
        return Line(x, y, (Fraction(0), Fraction(1)), net.exact_code_towards(x, directions)[None])
    pieces = subdivide(_on_segment(net, x, y), Box([0], [1]))
    order, inside = _in_order(pieces)
    codes = pieces.codes[order]
    crossings = _crossings(pieces, order, codes)
    # On a piece each unit's value, along the segment, has one sign or is 0 throughout: layer by layer, the layers below are one affine map there,
    # and so is this one. In a fixed direction beside it the derivative of that map is constant, so the code beside is the same all along the piece,
    # and any one point inside gives it. Where all values are proven not to be 0, it is the piece's own code.
    for i in np.flatnonzero(~_is_generic(net, pieces, order)):
        codes[i] = net.exact_code_towards(x + inside[i] * (y - x), directions)
    return Line(x, y, (Fraction(0), *crossings, Fraction(1)), codes)


def _on_segment(net: Network, x: Fractions, y: Fractions) -> Network:
    """A network of one input t with the codes that `net` has at x + t (y - x)."""
    common = math.lcm(*(v.denominator for point in (x, y) for v in point))
    odd = common // (common & -common)
    if odd > 1:
        # Biases times `odd` make every value at `odd` times a point `odd` times as large, and no sign changes.
        layers = [Layer(layer.weight, Dyadic(layer.bias.entries * odd, layer.bias.exponent), layer.row, layer.slope) for layer in net.layers]
        net = Network(layers)
    return net.restrict(odd * x, [odd * (y - x)])


def _in_order(pieces: Partition) -> tuple[NDArray[np.int64], list[Fraction]]:
    """Cells of the interval from 0 to 1, and a parameter strictly inside each."""
    exact = pieces.columns.exact_witness
    inside = [exact[i][0] if i in exact else Fraction(t) for i, t in enumerate(pieces.witnesses[:, 0].tolist())]
    order = sorted(range(len(inside)), key=inside.__getitem__)
    return np.array(order, dtype=np.int64), [inside[i] for i in order]


def _is_generic(net: Network, pieces: Partition, order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which cells have a witness near which no unit of `net` changes its piece, by floats with error bounds; False may also mean not known."""
    hidden = pieces.network.hidden
    # Codes are proven along the segment. Zeros of a deeper layer come from below, and are zeros beside the segment as well, if those of the first
    # layer are; a row that is 0 only along the segment is that of a hyperplane which holds the segment.
    if any((vanishing_rows(along) & ~vanishing_rows(whole)).any() for along, whole in zip(hidden[:1], net.hidden[:1], strict=True)):
        return np.zeros(len(order), dtype=np.bool_)
    step = max(1, BLOCK // max(1, pieces.network.n_units))
    blocks = (order[i : i + step] for i in range(0, len(order), step))
    is_generic = np.concatenate([prove_codes(hidden, pieces.witnesses[block]).is_interior for block in blocks])
    return is_generic & ~np.isin(order, list(pieces.columns.exact_witness))  # a rounded witness may lie in the cell next door


def _crossings(pieces: Partition, order: NDArray[np.int64], codes: NDArray[np.uint8]) -> list[Fraction]:
    """Where each piece passes into the next one.

    The first unit in which two neighbours differ tells: in the layers below it both have one affine map, so along both its value is one affine
    form, negative or positive on one side and of the other sign on the other, hence 0 between them. (So the codes of full-dimensional cells beside
    two neighbouring pieces differ as well.)
    """
    if len(codes) == 1:
        return []
    first = (codes[1:] != codes[:-1]).argmax(axis=1)
    words, oracle, n_walls = pieces.columns.words, pieces.oracle, pieces.n_walls
    rows = (oracle.row(n_walls + int(unit), words[cell]) for unit, cell in zip(first, order, strict=False))
    return [Fraction(-constant, slope) for slope, constant in rows]


def _point(net: Network, what: str, values: Any) -> Fractions:
    instance(net, Network, NetworkError)
    point = rationals(values, 1, what, NetworkError)
    if len(point) != net.input_dim:
        raise NetworkError(f"{what} has {len(point)} coordinates, but the network takes {net.input_dim}")
    return point


def _require_inside(domain: Domain, what: str, point: Fractions) -> None:
    a, b = domain.hrep(exact=True)
    outside = [i for i, (row, bound) in enumerate(zip(a, b, strict=True)) if row @ point > bound]
    if outside:
        shown = ", ".join(f"{v:.6g}" for v in round_fractions(point))
        raise DomainError(f"{what} = ({shown}) is outside {domain!r}: wall {outside[0]} excludes it; take points of the domain")
