"""Power diagrams seen from the paraboloid U(x) = ||x||^2 / 2 (Appendix A.1 and Proposition 8 of the paper, with erratum E25).

A site (mu, rad) is the hyperplane y = <mu, x> + b with b = (rad - ||mu||^2) / 2, and the sphere ||x - mu||^2 = rad. The one stands below the
paraboloid by half the power to the other: U(x) - (<mu, x> + b) = (||x - mu||^2 - rad) / 2. So the hyperplane touches the paraboloid only if
rad = 0, meets it above the sphere if rad > 0, and misses it if rad < 0.

Functions take fractions or floats and compute in what they get.
"""

from __future__ import annotations

from typing import Any, Literal

from numpy.typing import NDArray

__all__ = ["contact", "gap", "height", "hyperplane", "lift_above_tangent", "sphere"]

Point = NDArray[Any]


def height(x: Point) -> Any:
    """U(x), for points (..., D)."""
    return (x * x).sum(axis=-1) / 2


def sphere(slope: Point, offset: Any) -> tuple[Point, Any]:
    """Centre and squared radius of the sphere that belongs to the hyperplane y = <slope, x> + offset: Proposition 8.

    Examples
    --------
    >>> import numpy as np
    >>> sphere(np.array([2.0]), -1.0)
    (array([2.]), np.float64(2.0))
    """
    return slope, (slope * slope).sum() + 2 * offset


def hyperplane(centre: Point, rad: Any) -> tuple[Point, Any]:
    """Slope and offset of the hyperplane that belongs to a sphere: the inverse of `sphere`.

    Examples
    --------
    >>> import numpy as np
    >>> hyperplane(np.array([2.0]), 2.0)
    (array([2.]), np.float64(-1.0))
    """
    return centre, (rad - (centre * centre).sum()) / 2


def gap(x: Point, slope: Point, offset: Any) -> Any:
    """U(x) - (<slope, x> + offset): half the power of x to the sphere, for points (..., D).

    Examples
    --------
    >>> import numpy as np
    >>> gap(np.array([3.0]), np.array([2.0]), -1.0), ((3 - 2) ** 2 - 2) / 2
    (np.float64(-0.5), -0.5)
    """
    return height(x) - (x @ slope + offset)


def contact(rad: Any) -> Literal["tangent", "sphere", "none"]:
    """How a hyperplane meets the paraboloid: in a point, above the sphere of its site, or not at all.

    Examples
    --------
    Of slope 2 in one dimension, with offsets 0, -2 and -3:

    >>> import numpy as np
    >>> [contact(sphere(np.array([2]), offset)[1]) for offset in (0, -2, -3)]
    ['sphere', 'tangent', 'none']
    """
    return "tangent" if rad == 0 else "sphere" if rad > 0 else "none"


def lift_above_tangent(rad: Any) -> Any:
    """How far the hyperplane stands above the parallel one that touches the paraboloid: rad / 2, so the sphere's radius is sqrt(2 * lift)."""
    return rad / 2
