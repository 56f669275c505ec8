"""The sites of a partition that are most like a Voronoi diagram's: every centroid inside its own cell where possible, else as near as can be.

A partition has many sites (`stresses`). Over all of them, in the closed cone, a linear program looks for the least e such that no centroid
violates a row of its own cell, with normal of length 1, by more than e. HiGHS guesses the optimum in doubles; the sites that come back are exact
rational ones, proven to be sites of the partition, and which centroids are inside is decided exactly. That no sites are better is HiGHS' word.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from geom.errors import GeomError
from geom.exact import FloatArray, Fractions, round_fractions
from geom.power.diagram import PowerDiagram
from geom.sites.networks import whole_diagram
from geom.sites.stresses import SecondaryCone, secondary_cone

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["VoronoiLike", "voronoi_like"]

DEEPEST = 1.0  # no centroid is asked to lie farther inside than this: in unbounded cells there is no end
PULL_INWARDS = (0, *(Fraction(1, 2**k) for k in range(40, -1, -2)))  # shares of sites known to be valid, the smallest that will do is taken


@dataclass(frozen=True, eq=False)
class VoronoiLike:
    """Sites of a partition, and how far their centroids are from lying in their cells.

    Attributes
    ----------
    mu : (N, d) object array of Fraction
    rad : (N,) object array of Fraction
        The partition is the power diagram of these sites, proven.
    is_inside : (N,) bool
        Whether each centroid lies in its own closed cell, exactly.
    excess : (N,) float64
        By how much each centroid violates the worst row of its cell, in units of length; negative inside. A lower bound of its distance to the cell.
    least : float
        The least that the largest excess can be brought to, or approached, over all sites, in HiGHS' doubles; at least -1.
    """

    mu: Fractions
    rad: Fractions
    is_inside: NDArray[np.bool_]
    excess: FloatArray
    least: float

    def __repr__(self) -> str:
        return f"VoronoiLike({int(self.is_inside.sum())} of {len(self.mu)} centroids inside, largest excess {self.excess.max(initial=-DEEPEST):.3g})"


def voronoi_like(part: Partition, cone: SecondaryCone | None = None) -> VoronoiLike:
    """The most Voronoi-like sites of a partition.

    Parameters
    ----------
    part : Partition
        Complete, with at most 3,000 inner facets.
    cone : SecondaryCone, optional
        Its `secondary_cone`, if known.

    Raises
    ------
    GeomError
        As `secondary_cone`; or if HiGHS finds no optimum.

    Examples
    --------
    relu(x + 1) and relu(x - 1) with the slopes that Theorem 3 gives have centroids 0, 1, 2, of which the first is outside its cell x <= -1.

    >>> from geom import Network, subdivide
    >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[1.0, -1.0], [0.0]]))
    >>> voronoi_like(part).is_inside
    array([ True,  True,  True])
    """
    cone = secondary_cone(part) if cone is None else cone
    reference = cone.stress(*whole_diagram(part).sites(exact=True))
    rows = [cell.hrep(exact=True) for cell in part]
    basis = _scaled_basis(cone)
    coefficients, shift, least = _program(cone, basis, rows)
    mu, rad = _sites(cone, basis, reference, coefficients, shift)
    return VoronoiLike(mu, rad, *_measure(mu, rows), least)


def _program(cone: SecondaryCone, basis: Fractions, rows: list[tuple[Fractions, Fractions]]) -> tuple[FloatArray, FloatArray, float]:
    """HiGHS' coefficients of the basis of stresses, its shift of all centroids, and the largest excess."""
    dim = cone.partition.dim
    moves = [round_fractions(cone.forms(basis[:, k])[:, :dim]) for k in range(cone.dim)]
    slopes = np.stack(moves, axis=2) if moves else np.zeros((len(rows), dim, 0))  # (N, d, s)
    a_ub, b_ub = [], []
    for i, (a, b) in enumerate(rows):
        normal, bound = round_fractions(a), round_fractions(b)
        length = np.linalg.norm(normal, axis=1)
        a_ub.append(np.column_stack([normal @ slopes[i], normal, -length]))
        b_ub.append(bound)
    jumps = round_fractions(basis * _sizes(cone)[:, None]) if cone.dim else np.zeros(basis.shape)
    a_ub.append(np.column_stack([-jumps, np.zeros((len(jumps), dim + 1))]))
    b_ub.append(np.zeros(len(jumps)))
    objective = np.zeros(cone.dim + dim + 1)
    objective[-1] = 1
    bounds = [(None, None)] * (cone.dim + dim) + [(-DEEPEST, None)]
    found = linprog(objective, A_ub=np.concatenate(a_ub), b_ub=np.concatenate(b_ub), bounds=bounds, method="highs")
    if found.status != 0:
        raise GeomError(f"HiGHS found no optimum: {found.message}")
    return found.x[: cone.dim], found.x[cone.dim : -1], float(found.x[-1])


def _scaled_basis(cone: SecondaryCone) -> Fractions:
    """The basis of stresses times powers of two, such that the largest jump of a centroid is about 1: of exact numbers any size can come."""
    sizes, columns = _sizes(cone), []
    for k in range(cone.dim):
        largest = max(abs(v) * size for v, size in zip(cone.basis[:, k].tolist(), sizes.tolist(), strict=True))
        columns.append(cone.basis[:, k] * Fraction(1, 2 ** int(largest).bit_length()))
    return np.stack(columns, axis=1) if columns else cone.basis


def _sizes(cone: SecondaryCone) -> Fractions:
    """(E,) the largest slope of each facet's row."""
    return np.array([Fraction(max(abs(v) for v in row[:-1])) for row in cone.rows], dtype=object)


def _sites(cone: SecondaryCone, basis: Fractions, reference: Fractions, coefficients: FloatArray, shift: FloatArray) -> tuple[Fractions, Fractions]:
    """Valid sites near the guess: its stress, exactly as it stands, plus the least share of a positive stress that makes all numbers positive."""
    exact = np.array([Fraction(v) for v in coefficients.tolist()], dtype=object)
    guess = basis @ exact if cone.dim else np.zeros(0, dtype=object)
    for share in PULL_INWARDS:
        stress = guess + share * reference
        if all(v > 0 for v in stress):
            break
    else:
        stress = reference
    moved = PowerDiagram(*cone.sites(stress)).transform(translate=shift)
    return moved.exact_mu, moved.exact_rad


def _measure(mu: Fractions, rows: list[tuple[Fractions, Fractions]]) -> tuple[NDArray[np.bool_], FloatArray]:
    is_inside, excess = np.ones(len(mu), dtype=np.bool_), np.full(len(mu), -np.inf)
    for i, (a, b) in enumerate(rows):
        over = a @ mu[i] - b
        is_inside[i] = all(v <= 0 for v in over)
        if len(a):
            excess[i] = float(np.max(round_fractions(over) / np.linalg.norm(round_fractions(a), axis=1)))
    return is_inside, excess
