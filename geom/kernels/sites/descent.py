"""The site of least power at a point, by walking from cell to cell of a power diagram: every step goes to a neighbour of proven smaller power.

A cell is the set where no neighbour has a smaller power, so where no neighbour is better, no site is. Where a comparison is not proven either way the
walk stops and says where: a point on a wall, or nearer to it than doubles can tell.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.jit import kernel
from geom.kernels.numbers.ball import U

__all__ = ["descend"]

Int32s = NDArray[np.int32]
UNDERFLOW = 2.0**-1000


@kernel
def descend(
    mu: FloatArray,
    rad: FloatArray,
    is_moved: bool,
    is_reweighted: bool,
    indptr: Int32s,
    indices: Int32s,
    x: FloatArray,
    site: NDArray[np.int64],
    open_: NDArray[np.bool_],
) -> None:
    """From `site`, a guess for each point, to the site of least power; `open_` where the last word is not said.

    Parameters
    ----------
    mu, rad : (N, d), (N,)
    is_moved, is_reweighted : bool
        Whether sites or points, and whether weights, are only nearest doubles.
    indptr, indices : adjacency, in compressed rows
    x : (n, d)
    site : (n,) int, changed
    open_ : (n,) bool, False before
    """
    d = mu.shape[1]
    margin = (d + 12.0) * U
    for i in range(x.shape[0]):
        here = site[i]
        k = indptr[here]
        while k < indptr[here + 1]:
            there = indices[k]
            k += 1
            # power here - power there = (mu_there - mu_here) . ((x - mu_here) + (x - mu_there)) - rad_here + rad_there
            gain = rad[there] - rad[here]
            size = abs(rad[there]) + abs(rad[here]) if is_reweighted else abs(gain)
            for c in range(d):
                step = mu[there, c] - mu[here, c]
                a, b = x[i, c] - mu[here, c], x[i, c] - mu[there, c]
                gain += step * (a + b)
                if is_moved:
                    size += (abs(mu[there, c]) + abs(mu[here, c])) * (2.0 * abs(x[i, c]) + abs(mu[here, c]) + abs(mu[there, c]))
                else:
                    size += abs(step) * (abs(a) + abs(b))
            bound = 2.0 * margin * size + UNDERFLOW
            if gain > bound:
                here = int(there)
                k = indptr[here]
                open_[i] = False
            elif not gain < -bound:
                open_[i] = True
        site[i] = here
