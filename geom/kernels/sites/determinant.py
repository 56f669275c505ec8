"""Signs of determinants of lifted sites, always exact: a float value beyond a bound on its error, else residues modulo primes.

A site is a point x of R^d with a weight rad; its height is |x|^2 - rad. Two determinants say all that a triangulation asks: on which
side of d sites another one lies, and whether a lifted site lies below the hyperplane through d + 1 others. Both are taken about one of the sites,
where the heights are |x - q|^2 - (rad_x - rad_q): the difference is an affine function, which changes no sign.

A determinant is expanded column by column over sets of rows (Laplace), n 2^(n-1) products. Its error is measured by the permanent p of the sizes of
the entries, the same sum of magnitudes, or first by the product of the sums of its columns, which is larger and quickly found. Each entry has a
relative error of at most a few units against its size, so the value is right up to c u p with a small c. Where all numbers are integers times a
grain and p is less than 2^52 grains, no operation rounded at all (a term that did is multiplied by zero), and the value is exact, zeros included:
grids and other short numbers never need more.

Where that does not decide, the determinant D of the integer coordinates is known to be small, |D| <= |value| + bound in grains. It is computed
modulo just so many primes that their product is larger than 2 |D| + 1, and its sign is the sign of its leading digit in the mixed-radix system of
these primes with digits between -p/2 and p/2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel
from geom.kernels.sites.expansion import expand, expansion_error, fill, more_than_permanent, permanent
from geom.kernels.sites.residues import residue_sign
from geom.kernels.sites.sites import FILTER_DIM, PRIME_BITS, Room, Sites

__all__ = ["lifted_side", "side"]


@kernel
def side(sites: Sites, room: Room, simplex: NDArray[np.int32], k: int, q: int) -> int:
    """Orientation, 1, -1 or 0, of a simplex whose vertex number k is replaced by q: 1 where q lies on the same side as the vertex did."""
    d = sites.x.shape[1]
    n = 0
    for j in range(d + 1):
        if j != k:
            room.row[n] = simplex[j]
            n += 1
    sign = _sign(sites, room, n, q, False)
    return sign if (k + d) % 2 == 0 else -sign


@kernel
def lifted_side(sites: Sites, room: Room, simplex: NDArray[np.int32], q: int) -> int:
    """1 where the lifted site q lies below the hyperplane through a simplex of orientation 1, -1 above, 0 on it; no perturbation."""
    n = sites.x.shape[1] + 1
    for j in range(n):
        room.row[j] = simplex[j]
    return _sign(sites, room, n, q, True)


@kernel
def _sign(sites: Sites, room: Room, n: int, q: int, is_lifted: bool) -> int:
    """Sign of the determinant whose rows are the sites room.row[:n] about q."""
    bits = sites.bits[1] if is_lifted else sites.bits[0]
    needed = sites.prime.shape[0]
    if n <= FILTER_DIM:
        fill(sites, room, n, q, is_lifted)
        value = expand(room, n)
        exact_below = sites.exact_below[1] if is_lifted else sites.exact_below[0]
        for is_sharp in (False, True):
            size = permanent(room, n) if is_sharp else more_than_permanent(room, n)
            bound = 0.0 if size < exact_below else expansion_error(n, size)
            if value > bound:
                return 1
            if value < -bound:
                return -1
            if bound == 0.0:
                return 0
        if bound < np.inf:
            needed = min(needed, int(max(0.0, np.log2(abs(value) + bound) + bits + 3.0)) // PRIME_BITS + 1)
    return residue_sign(sites, room, n, q, needed)
