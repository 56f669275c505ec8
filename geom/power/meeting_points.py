"""The vertices of a power diagram: for each maximal cell of the dual the point of equal power of its sites, exact or rounded correctly.

Where the sites span only a flat, the smallest faces of the diagram are flats too, orthogonal to it; each is given by its point in the sites' flat.
"""

from __future__ import annotations

from fractions import Fraction
from operator import mul

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.exact import FloatArray, Fractions, round_fractions
from geom.kernels.sites.meeting import meeting_points
from geom.kernels.sites.sites import FILTER_DIM
from geom.power.regular_subdivision import RegularSubdivision

__all__ = ["exact_points", "rounded_points"]

Ints = NDArray[np.int64]
NORMAL = 2.0**-1000


def exact_points(subdivision: RegularSubdivision) -> Fractions:
    """(C, d) one point for each of `subdivision.cells`, in their order."""
    if subdivision.merged is None:
        return subdivision.lifted.mu.fractions()[subdivision.vertices]
    return _solved(subdivision, subdivision.representatives)


def rounded_points(subdivision: RegularSubdivision) -> FloatArray:
    """The same points, each coordinate as the nearest double."""
    merged, lifted = subdivision.merged, subdivision.lifted
    if merged is None:
        return round_fractions(exact_points(subdivision))
    chosen, sites = subdivision.representatives, merged.triangulation.sites
    if sites.is_rounded or lifted.rank < lifted.mu.shape[1] or lifted.rank >= FILTER_DIM:
        return round_fractions(_solved(subdivision, chosen))
    points, is_open = np.zeros((len(chosen), lifted.rank)), np.zeros(len(chosen), dtype=np.bool_)
    meeting_points(sites, merged.triangulation.room, merged.simplices[chosen], points, is_open, np.zeros(lifted.rank), np.zeros(lifted.rank))
    with np.errstate(over="ignore", under="ignore"):
        points = np.ldexp(points, lifted.exponent)
    left = np.flatnonzero(is_open | ~(np.isfinite(points) & (np.abs(points) > NORMAL)).all(axis=1))
    points[left] = round_fractions(_solved(subdivision, chosen[left]))
    return points


def _solved(subdivision: RegularSubdivision, chosen: Ints) -> Fractions:
    """The points of equal power of some simplices."""
    lifted = subdivision.lifted
    m, flats, d = lifted.mu.python(), lifted.equations(), lifted.mu.shape[1]
    ratio = lifted.height_unit / (2 * lifted.mu.unit**2)
    p, q, scale = ratio.numerator, ratio.denominator, lifted.mu.unit / ratio.denominator
    points = np.empty((len(chosen), d), dtype=object)
    for i, (first, *others) in enumerate(subdivision.simplices[chosen].tolist()):
        # 2 (mu_j - mu_0).x = height_j - height_0 in integers, with x = scale z; and z in the flat of the sites
        rows = [*(m[others] - m[first]).ravel(), *(v for flat in flats for v in flat)]
        right = [*((lifted.heights[others] - lifted.heights[first]) * p), *(q * sum(map(mul, flat, m[first])) for flat in flats)]
        z = fmpz_mat(d, d, rows).solve(fmpz_mat(d, 1, right))
        points[i] = [Fraction(int(v.p), int(v.q)) * scale for v in z.entries()]
    return points
