"""How many cells random segments and planes meet: a measure of how finely a network cuts its domain, in any dimension.

Hanin and Rolnick (2019), "Complexity of linear regions in deep networks", count the pieces of a network along a segment, and "Deep ReLU networks have
surprisingly few activation patterns" (2019) the cells on planes. Every count here is exact and proven; only the segments and planes are random.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import whole_number
from geom.doubles import as_doubles
from geom.errors import DomainError, NetworkError
from geom.exact import FloatArray, as_fractions
from geom.networks.network import Network
from geom.networks.slices import plane
from geom.partition.subdivision import check_problem, count
from geom.polyhedra.domain import Box, Domain, HPolytope

__all__ = ["SectionStatistics", "expected_crossings", "plane_statistics", "segment_statistics"]

MOST_DRAWN = 10**7
MAX_TRIES = 1000  # points of the box around a polytope that are drawn for one inside


@dataclass(frozen=True, eq=False, repr=False)
class SectionStatistics:
    """The numbers of cells that random segments, or planes, meet in full dimension.

    Attributes
    ----------
    kind : str
        ``"segment"`` or ``"plane"``.
    counts : (n,) int64
    points : (n, 2 or 3, d) float array
        The ends of each segment; the points that each plane goes through.
    """

    kind: str
    counts: NDArray[np.int64]
    points: FloatArray

    @property
    def mean(self) -> float:
        return float(self.counts.mean())

    @property
    def standard_error(self) -> float:
        """Of the mean; NaN for a single one."""
        return float(self.counts.std(ddof=1) / math.sqrt(len(self.counts))) if len(self.counts) > 1 else math.nan

    def __str__(self) -> str:
        return f"{self.mean:,.4g} +- {self.standard_error:.2g} cells on a {self.kind} ({len(self.counts):,} {self.kind}s)"

    def __repr__(self) -> str:
        return f"SectionStatistics({self})"


def segment_statistics(net: Network, domain: Domain, n: int = 100, *, seed: int = 0) -> SectionStatistics:
    """How many cells a segment meets whose ends are independent and uniform in the domain.

    A segment inside a hyperplane meets the cells that this hyperplane does not part; random segments do not lie in one.

    Parameters
    ----------
    net : Network
    domain : Box or HPolytope
        Bounded.
    n : int
        How many segments.
    seed : int

    Raises
    ------
    NetworkError, DomainError
        As in `subdivide`; also if the domain is unbounded, or so thin that hardly any point of the box around it lies inside.
    GeomError
        If n or seed is none.

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, 1.0]]], [[0.0, -0.5], [0.0]])
    >>> print(segment_statistics(net, Box([-1, -1], [1, 1]), 400))  # 1 + 1/2 + 3/8
    1.93 +- 0.034 cells on a segment (400 segments)
    """
    points = _random_points(net, domain, n, 2, seed)
    interval = Box([0], [1])
    counts = []
    for x, y in points:
        start, stop = as_fractions(x), as_fractions(y)
        counts.append(count(net.restrict(start, [stop - start]), interval).cells if (x != y).any() else 1)
    return SectionStatistics("segment", np.array(counts, dtype=np.int64), points)


def plane_statistics(net: Network, domain: Domain, n: int = 20, *, seed: int = 0) -> SectionStatistics:
    """How many cells a plane meets within the domain that goes through three independent uniform points of it.

    Parameters
    ----------
    net, domain, n, seed
        As in `segment_statistics`; at least two input dimensions.

    Raises
    ------
    NetworkError, DomainError, GeomError
        As in `segment_statistics`.

    Examples
    --------
    >>> net = Network.mlp([np.eye(3), [[1.0, 1.0, 1.0]]], [[0.0, 0.0, 0.0], [0.0]])
    >>> int(plane_statistics(net, Box([-1] * 3, [1] * 3), 50).counts.max())  # three lines in a plane have at most 7 regions
    7
    """
    points = _random_points(net, domain, n, 3, seed)
    if net.input_dim < 2:
        raise DomainError(f"planes need at least 2 input dimensions, and the network takes {net.input_dim}; take segment_statistics")
    walls, offsets = domain.hrep(exact=True)
    counts = []
    for corners in points:
        origin, basis = plane(*corners)
        window = HPolytope(walls @ basis.T, offsets - walls @ origin)
        counts.append(count(net.restrict(origin, basis), window).cells)
    return SectionStatistics("plane", np.array(counts, dtype=np.int64), points)


def expected_crossings(n_units: int, x: ArrayLike, y: ArrayLike, *, weight_std: float = 1.0, bias_std: float = 1.0) -> float:
    """Expected number of hyperplanes of a random layer that a segment crosses, exactly: n theta / pi. It meets one cell more than that.

    Parameters
    ----------
    n_units : int
        Units of two pieces, with independent normal weights and biases of mean 0.
    x, y : (d,) float arrays
        Ends of the segment.
    weight_std, bias_std : float
        Standard deviations, not negative and not both 0.

    Returns
    -------
    float
        n theta / pi, where theta is the angle between (weight_std x, bias_std) and (weight_std y, bias_std).

    Raises
    ------
    NetworkError
        If x and y are no two points of one dimension, something is no finite number, a deviation is negative, or one of the two vectors is 0.

    Notes
    -----
    A unit parts x and y if its values there, two normal variables with this angle's cosine as correlation, have opposite signs: Sheppard (1899). It
    is the exactly computable case of Hanin and Rolnick (2019), Theorem 1. The angle of unit vectors u and v is computed as
    2 atan2(|u - v|, |u + v|) (Kahan 2006), which is accurate for short segments too, where a cosine near 1 has lost the digits.

    Examples
    --------
    >>> round(expected_crossings(10, [1.0, 0.0], [0.0, 1.0], bias_std=0.0), 12)  # a right angle
    5.0
    """
    whole_number(n_units, "n_units", 0, MOST_DRAWN, NetworkError)
    try:
        start, stop = as_doubles(x), as_doubles(y)
        deviations = as_doubles([weight_std, bias_std])
    except ValueError as error:
        raise NetworkError(f"the ends of the segment must be points, and the deviations numbers: {error}") from error
    if start.ndim != 1 or start.shape != stop.shape or not (np.isfinite(start).all() and np.isfinite(stop).all()):
        raise NetworkError(f"x and y must be points of the same dimension with finite coordinates; got shapes {start.shape} and {stop.shape}")
    if deviations.shape != (2,) or not ((deviations >= 0) & np.isfinite(deviations)).all():
        raise NetworkError(f"standard deviations must be numbers from 0 on; got weight_std={weight_std!r}, bias_std={bias_std!r}")
    slope, offset = deviations / (deviations.max() or 1.0)
    u, v = (_direction([*(slope * point), offset]) for point in (start, stop))
    return float(n_units * 2.0 * math.atan2(math.hypot(*(u - v)), math.hypot(*(u + v))) / math.pi)


def _direction(vector: Sequence[float]) -> FloatArray:
    """A vector over its length, which may be anything that a double can be."""
    largest = max(map(abs, vector))
    if not largest:
        raise NetworkError("x or y is the origin, and there are no biases, or no weights: every hyperplane passes through it")
    scaled = np.array(vector) / largest
    return np.asarray(scaled / math.hypot(*scaled))


def _random_points(net: Network, domain: Domain, n: int, each: int, seed: int) -> FloatArray:
    """(n, each, d) independent points, uniform in the domain."""
    if domain is None or not check_problem(net, domain).is_bounded:
        raise DomainError("random points are uniform in a bounded domain: give a geom.Box or a bounded geom.HPolytope")
    whole_number(n, "n", 1, MOST_DRAWN)
    whole_number(seed, "seed", 0)
    if not net.hidden:
        raise NetworkError("the network has no hidden layer, so that its only cell is the domain")
    vertices = np.array([[float(v) for v in vertex] for vertex in domain.generators().vertices])
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    rng = np.random.default_rng(seed)
    wanted, tries = n * each, 0
    found = np.zeros((0, net.input_dim))
    while len(found) < wanted:
        drawn = np.clip(low + (high - low) * rng.random((wanted, net.input_dim)), low, high)
        found = np.concatenate([found, drawn[domain.contains(drawn)]])
        tries += 1
        if tries >= MAX_TRIES * (1 + len(found)) / wanted and len(found) < wanted:
            raise DomainError(f"of {tries * wanted:,} points of the box around the domain only {len(found):,} lie inside; take a box within it")
    return found[:wanted].reshape(n, each, net.input_dim)
