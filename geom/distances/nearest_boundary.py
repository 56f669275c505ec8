"""Distances from points to the nearest boundary of a network's partition, exact in what they compare, for networks of any size.

Inside the cell of x the network is affine, so every unit's border is a hyperplane there; the nearest of all these hyperplanes is a true border, since
the ball that touches it leaves the cell nowhere else. So one pass forwards is enough, and no cell need be listed. This holds for borders of units
only: the zero set of an output can lie nearer, or further, than its hyperplane in the cell of x says (`linear_distance`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

from geom.arguments import instance, numbered
from geom.distances.challengers import challenge_by_layer
from geom.distances.contest import NOBODY, Candidates, Contest, wall_number
from geom.distances.float_layers import FloatLayers, lengths
from geom.distances.pulled_back import Form, PulledBack
from geom.doubles import as_doubles
from geom.errors import DomainError, NetworkError
from geom.exact import Dyadic, FloatArray, Fractions, integer_row, round_fractions, round_ratio
from geom.kernels.numbers.ball import INFLATE, LOST, TINY, gamma
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Box, Domain, HPolytope, Space
from geom.polyhedra.membership import members

__all__ = ["Distances", "distance", "linear_distance"]

Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False, repr=False)
class Distances:
    """Distances of n points to the nearest boundary.

    Attributes
    ----------
    distance : (n,)
        Within `error` of the exact one; infinite where there is no boundary.
    error : (n,)
        Proven bounds, never more than 2**-20 of the distance.
    unit : (n,) int64
        The unit whose boundary it is, numbered through the network; of equally near ones the lowest. -1 where it is a wall, or there is none.
    layer : (n,) int64
        Its hidden layer, from 0; -1 where there is no unit.
    wall : (n,) int64
        The domain's wall that is nearer than every unit's boundary, or -1.
    point : (n, d)
        The nearest boundary point, rounded; NaN where there is none.
    by_layer : (n, L)
        Distances to the boundaries of the layers 0..l and the walls, for every l: not increasing along a row. As accurate as `distance`.
    squared : (n,) Fractions or None
        Exact squares, None where infinite; where exact ones were asked for.
    exact_point : (n, d) Fractions or None
        Exact nearest points, rows of None where there is none; where exact ones were asked for.
    """

    distance: FloatArray
    error: FloatArray
    unit: Indices
    layer: Indices
    wall: Indices
    point: FloatArray
    by_layer: FloatArray
    squared: Fractions | None = None
    exact_point: Fractions | None = None

    def __len__(self) -> int:
        return len(self.distance)

    def __repr__(self) -> str:
        nearest = f", least {self.distance.min():.6g}" if len(self) else ""
        return f"Distances({len(self)} points, {self.by_layer.shape[1]} layers{nearest})"


def distance(net: Network, x: ArrayLike, domain: Domain | None = None, *, layer: int | None = None, exact: bool = False) -> Distances:
    """Distance of every point to the nearest boundary between cells.

    Parameters
    ----------
    net : Network
        Of any layers and any size.
    x : (n, d) array of float
    domain : Box or HPolytope, optional
        Its walls are boundaries too. The points must lie in it.
    layer : int, optional
        Boundaries of the hidden layers 0..layer, from 0; by default of all.
    exact : bool
        Also exact squares and nearest points, as fractions; distances are correctly rounded then. It takes some milliseconds a point, or many for
        large networks.

    Returns
    -------
    Distances

    Raises
    ------
    NetworkError
        If x is not (n, d) or has NaN or infinite entries, or there is no such layer.
    DomainError
        If the domain has another dimension, or a point is outside it.

    Notes
    -----
    Which boundary is the nearest one is proven: intervals with error bounds tell candidates apart, and squared fractions where intervals overlap. A
    point on a boundary has distance 0. A unit that does not vary near x, or whose two largest pieces are equal there, is no boundary; that is read
    off exact zeros, never off small numbers. Source: Balestriero et al. (2019), eq. 20 and Appendix D; the proof is in docs/distances.md.

    Examples
    --------
    >>> net = Network.mlp([np.eye(2), [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])
    >>> found = distance(net, [[-1.0, -2.0], [3.0, 0.25]])
    >>> found.distance, found.unit, found.point[0]
    (array([1.  , 0.25]), array([0, 1]), array([ 0., -2.]))
    """
    instance(net, Network, NetworkError)
    depth = len(net.hidden) if layer is None else net.check_layer(layer) + 1
    search = _Search(net, depth, domain, exact)
    codes, points = net.code(x), as_doubles(x)
    if domain is not None:
        search.check(points)
    parts = [search.block(points[block], codes[block]) for block in _blocks(len(points), search.layers.block_size)]
    return Distances(*(None if columns[0] is None else np.concatenate(columns) for columns in zip(*parts, strict=True)))  # type: ignore[arg-type]


def linear_distance(net: Network, x: ArrayLike, i: int = 0, j: int | None = None) -> FloatArray:
    """The estimate abs(f) / ||grad f|| of the distance to the zero set of an output: that of a hyperplane, as if the cell of x had no end.

    It is no distance, and bounds none: the true zero set may be nearer, because it bends towards x in another cell, or further, because the
    hyperplane meets its own cell nowhere. The true distance to a partition boundary is `distance`; inside the ball of that radius the estimate is
    the truth.

    Parameters
    ----------
    net : Network
    x : (n, d) array of float
    i : int
        An output.
    j : int, optional
        Another one: f is output i minus output j. By default f is output i.

    Returns
    -------
    (n,) array
        To a relative 2**-20, proven. Infinite where f is constant near x and not 0; 0 where it is 0.

    Raises
    ------
    NetworkError
        If x is not (n, d) or has NaN or infinite entries, or there is no such output.

    Examples
    --------
    f(x) = 3 - relu(x) - 4 relu(x - 1) at 1/2: the slope is -1 there, but -5 behind 1, and f is 0 at 1.4.

    >>> net = Network.mlp([[[1.0], [1.0]], [[-1.0, -4.0]]], [[0.0, -1.0], [3.0]])
    >>> linear_distance(net, [[0.5]])
    array([2.5])
    """
    instance(net, Network, NetworkError)
    for name, output in (("i", i), ("j", i if j is None else j)):
        numbered(output, net.output_dim, name, "the network", "output")
    if i == j:
        raise NetworkError(f"i and j are both {i}: an output minus itself is 0 everywhere")
    signs = np.zeros((1, net.output_dim))
    signs[0, i] = 1.0
    if j is not None:
        signs[0, j] = -1.0
    # As a unit after all others; its border in the cell of x is where its row is 0.
    weight, bias = net.head.linear_map()
    watched = Network([*net.hidden, Layer.relu(Dyadic.of(signs) @ weight, Dyadic.of(signs) @ bias)])
    codes, points = watched.code(x), as_doubles(x)
    search = _Search(watched, len(watched.hidden), None, False)
    found = [search.last_layer(points[block], codes[block]) for block in _blocks(len(points), search.layers.block_size)]
    return np.concatenate(found)


def _blocks(n: int, size: int) -> Iterator[slice]:
    """At least one, which may be empty."""
    return (slice(start, start + size) for start in range(0, max(1, n), size))


class _Search:
    """What stays the same from block to block of points."""

    def __init__(self, net: Network, depth: int, domain: Domain | None, exact: bool) -> None:
        self.net, self.depth, self.domain, self.exact = net, depth, domain, exact
        self.layers, self.forms = FloatLayers(net, depth), PulledBack(net)
        if domain is not None:
            if not isinstance(domain, (Box, HPolytope, Space)):
                raise DomainError(f"a domain is a geom.Box, a geom.HPolytope or None for the whole space, not {type(domain).__name__}")
            if domain.dim != net.input_dim:
                raise DomainError(f"the domain has {domain.dim} dimensions but the network takes {net.input_dim} inputs; the two must be equal")
            self.walls = domain.hrep(exact=True)
            self.wall_floats = tuple(round_fractions(part) for part in self.walls)

    def check(self, points: FloatArray) -> None:
        assert self.domain is not None
        outside = np.flatnonzero(~members(self.domain, points))
        if outside.size:
            raise DomainError(f"{outside.size} of {len(points)} points are outside the domain, the first is x[{outside[0]}]; leave them out")

    def block(self, points: FloatArray, codes: NDArray[np.uint8]) -> tuple[Any, ...]:
        """The columns of `Distances` for some points."""
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):  # an infinite bound rules nothing out
            contest = Contest(
                len(points), lambda i, number, piece: self._form(codes[i], number, piece).squared_distance(_column(points[i])), self.exact
            )
            if self.domain is not None:
                contest.challenge(self._wall_candidates(points))
            by_layer = [contest.distances()[0] for _ in challenge_by_layer(self.layers, points, codes, contest)]
            value, error = contest.distances()
            nearest, exact_nearest = self._nearest(points, codes, contest)
        unit = np.where(contest.number >= 0, contest.number, NOBODY)
        wall = np.where(contest.number < NOBODY, wall_number(contest.number), NOBODY)
        squared = np.array([*contest.squared, None], dtype=object)[:-1] if self.exact else None
        columns = np.stack(by_layer, axis=1) if by_layer else np.zeros((len(points), 0))
        return value, error, unit, self.net.layers_of(unit), wall, nearest, columns, squared, exact_nearest

    def last_layer(self, points: FloatArray, codes: NDArray[np.uint8]) -> FloatArray:
        """Distances (n,) to the hyperplanes of the last layer's one unit; 0 where it vanishes everywhere."""
        last = self.depth - 1
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            contest = Contest(len(points), lambda i, number, piece: self._form(codes[i], number, piece).squared_distance(_column(points[i])), False)
            for _ in challenge_by_layer(self.layers, points, codes, contest, only=last):
                pass
        value = contest.distances()[0]
        for i in np.flatnonzero(contest.number == NOBODY).tolist():
            unit = self.net.n_units - 1
            if self._form(codes[i], unit, 1 - int(codes[i, unit])).vanishes:
                value[i] = 0.0
        return value

    def _form(self, code: NDArray[np.uint8], number: int, piece: int) -> Form:
        """The exact form that is 0 on a candidate's boundary."""
        if number >= 0:
            layer, unit = self.net.layer_of(number)
            return self.forms.difference(code, layer, unit, piece)
        wall = int(wall_number(np.array(number)))
        *slopes, constant = integer_row([*(-v for v in self.walls[0][wall]), self.walls[1][wall]])  # a positive multiple, of the same distance
        return Form(Dyadic(fmpz_mat(1, len(slopes), slopes), 0), Dyadic(fmpz_mat(1, 1, [constant]), 0))

    def _wall_candidates(self, points: FloatArray) -> Candidates:
        a, b = self.wall_floats
        rounding = gamma(a.shape[1] + 8.0)
        value = b - points @ a.T
        doubt = (np.abs(points) @ (np.abs(a.T) + LOST) + np.abs(b) + LOST) * rounding * INFLATE + TINY
        length = lengths(a)
        slack = 1 + 2 * rounding
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            low = (value - doubt) / (length * slack + TINY) / slack
            high = np.where(length > TINY, (value + doubt) / length * slack * slack, np.inf)
        low, high = np.where(low > TINY, low, 0.0), np.where(high >= 0, np.maximum(high, TINY), np.inf)
        point, wall = np.nonzero(low <= high.min(axis=1, initial=np.inf)[:, None])
        return Candidates(point, wall_number(wall), np.zeros_like(wall), low[point, wall], high[point, wall])

    def _nearest(self, points: FloatArray, codes: NDArray[np.uint8], contest: Contest) -> tuple[FloatArray, Fractions | None]:
        """Nearest boundary points: from exact forms where the distance is exact, else from gradients in doubles."""
        found = np.full(points.shape, np.nan)
        exact: Fractions | None = np.full(points.shape, None, dtype=object) if self.exact else None
        is_known = np.array([square is not None for square in contest.squared], dtype=np.bool_)
        for i in np.flatnonzero(is_known).tolist():
            form = self._form(codes[i], int(contest.number[i]), int(contest.piece[i]))
            numerators, denominator = form.nearest_zero(_column(points[i]))
            found[i] = [round_ratio(v, denominator) for v in numerators]
            if exact is not None:
                exact[i] = [Fraction(v, denominator) for v in numerators]
        value = contest.distances()[0]
        for number in range(-1, self.depth):
            at = np.flatnonzero(~is_known & (contest.number != NOBODY) & (self.net.layers_of(contest.number) == number))
            if at.size:
                normal = self._normals(number, at, codes, contest)
                found[at] = points[at] - normal * (value[at] / lengths(normal))[:, None]
        return found, exact

    def _normals(self, depth: int, at: Indices, codes: NDArray[np.uint8], contest: Contest) -> FloatArray:
        """Directions (c, d) away from the nearest boundaries of these points."""
        if depth < 0:
            return -self.wall_floats[0][wall_number(contest.number[at])]
        unit = contest.number[at] - self.net.first[depth]
        layer, own = self.layers.layers[depth], codes[at, contest.number[at]]
        chosen, other = (layer.slope[unit, r, None] * layer.weight[layer.row[unit, r]] for r in (own, contest.piece[at]))
        return self.layers.gradients(depth, chosen - other, np.zeros(len(at)), codes[at])[0]


def _column(point: FloatArray) -> Dyadic:
    return Dyadic.of(point[:, None])
