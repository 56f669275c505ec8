"""Total curvature of a boundary: angles times the volumes of their ridges."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray

__all__ = ["Curvature", "curvature"]


class Curvature(NamedTuple):
    """Sums over all ridges of a boundary, and over those of each of its components.

    Attributes
    ----------
    absolute : float
        Sum of theta * ridge volume. In the plane, where a ridge is a vertex of volume 1, it is at least 2 pi for a closed curve, and equal if the
        curve is convex.
    signed : float
        The same with the signs of the angles: in the plane, 2 pi times the Euler characteristic of a compact {f >= 0}; in space, twice its integral
        of mean curvature.
    absolute_by_component, signed_by_component : (components,) float
    """

    absolute: float
    signed: float
    absolute_by_component: FloatArray
    signed_by_component: FloatArray

    def __repr__(self) -> str:
        n = len(self.absolute_by_component)
        return f"Curvature(absolute {self.absolute:.6g}, signed {self.signed:.6g}, {n:,} component{'s' * (n != 1)})"


def curvature(angles: dict[str, NDArray[Any]], components: NDArray[np.int64]) -> Curvature:
    """Sums of a table of angles; a ridge of infinite volume counts where the boundary bends there.

    Parameters
    ----------
    angles : dict
        As `Boundary.angles` gives it.
    components : (n,) int
        Component of each piece.

    Examples
    --------
    An octahedron has 12 edges of length sqrt(2), at which its faces turn by arccos(1/3).

    >>> from geom import Box, Network, subdivide
    >>> part = subdivide(Network.mlp([np.eye(3), [[-1, -1, -1]]], [[0] * 3, [1]], "abs"), Box([-2] * 3, [2] * 3))
    >>> total = part.decision_boundary().curvature()
    >>> bool(np.isclose(total.absolute, 12 * 2**0.5 * np.arccos(1 / 3))), total.signed == total.absolute
    (True, True)
    """
    with np.errstate(invalid="ignore"):
        amount = np.where(angles["theta"] == 0, 0.0, angles["theta"] * angles["ridge_volume"])
    of = components[angles["piece_a"]]
    n = int(components.max(initial=-1)) + 1
    absolute, signed = np.zeros(n), np.zeros(n)
    np.add.at(absolute, of, amount)
    with np.errstate(invalid="ignore"):
        np.add.at(signed, of, np.where(amount == 0, 0.0, amount * angles["sign"]))
    return Curvature(float(absolute.sum()), float(signed.sum()), absolute, signed)
