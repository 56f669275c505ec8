"""Which of many points lie in a domain: by floats with an error bound, exactly where that cannot tell.

Apart from `domain`, because the checker rests on that file and on no error bound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.kernels.numbers.ball import INFLATE, LOST, TINY, gamma
from geom.polyhedra.domain import Domain, HPolytope, as_points

__all__ = ["members"]


def members(domain: Domain, x: ArrayLike) -> NDArray[np.bool_]:
    """Exactly which of the points (n, d) lie in the domain: `Domain.contains`, a thousand times as fast for many points of a polyhedron.

    Raises
    ------
    DomainError
        If x is not (n, d), or holds NaN or infinite entries.

    Examples
    --------
    >>> members(HPolytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1]), [[0.5, 0.5], [0.5, 0.6]])
    array([ True, False])
    """
    if not isinstance(domain, HPolytope):
        return domain.contains(x)
    points = as_points(x, domain.dim)
    a, b = domain.hrep()
    with np.errstate(over="ignore", invalid="ignore"):  # an infinite bound proves nothing
        slack = b - points @ a.T
        doubt = (np.abs(points) @ (np.abs(a.T) + LOST) + np.abs(b) + LOST) * gamma(a.shape[1] + 4.0) * INFLATE + TINY
        inside = np.asarray((slack > doubt).all(axis=1))
        open_ = np.flatnonzero(~inside & ~(slack < -doubt).any(axis=1))
    inside[open_] = domain.contains(points[open_])
    return inside
