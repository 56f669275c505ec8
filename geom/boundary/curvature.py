"""Total curvature of a boundary: angles times the volumes of their ridges (spec.md 8.2, 8.3)."""

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
        Sum of theta * ridge volume. In the plane, where a ridge is a vertex of volume 1, it is at least 2 pi for a closed curve, and equal if the curve
        is convex.
    signed : float
        The same with the signs of the angles: in the plane, 2 pi times the Euler characteristic of a compact {f >= 0}; in space, twice its integral of
        mean curvature.
    absolute_of, signed_of : (components,) float
    """

    absolute: float
    signed: float
    absolute_of: FloatArray
    signed_of: FloatArray


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
    The unit cube {max |x_i| <= 1} has 12 edges of length 2 and angles pi/2: 12 pi.

    >>> from geom import Box, Network, subdivide
    >>> rows = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]]
    >>> part = subdivide(Network.mlp([rows, [[-1] * 6]], [[-1] * 6, [0]]), Box([-2] * 3, [2] * 3))
    >>> part.zero_set([1]).vanishing[:, 0].tolist()  # f = 0 on the cube: a boundary of full dimension
    [0]
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
