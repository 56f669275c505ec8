"""Proven lower bounds on the distances of many polyhedra from a point, in floats: the order in which `geom.nearest` looks at them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.errors import GeomError
from geom.exact import FloatArray
from geom.kernels.active_set import make_attempt, separate

__all__ = ["squared_distance_bounds"]

Ints = NDArray[np.int64]


def squared_distance_bounds(
    a: ArrayLike, b: ArrayLike, row_at: ArrayLike, x: ArrayLike, n_fixed: int = 0, accuracy: float = 0.0
) -> tuple[FloatArray, Ints]:
    """Lower bounds, proven, on the squared distances of n polyhedra {y : a_i.y <= b_i} from a point.

    Each is the distance to a half-space that contains the polyhedron, a sum of rows; their weights are found by a quadratic program in floats. Where
    that succeeds, the bound is the squared distance itself up to rounding.

    Parameters
    ----------
    a : (M, d) array of float
        Rows of all polyhedra, one polyhedron after the other.
    b : (M,) array of float
    row_at : (n + 1,) array of int
        Where the rows of each polyhedron begin; the last entry is M.
    x : (d,) array of float
    n_fixed : int
        The first so many rows of every polyhedron are equations a_i.y = b_i.
    accuracy : float
        The true rows may be others: entries of a off by this at most, b_i by this times max(1, abs(b_i)); see `half_spaces`. By default 0.

    Returns
    -------
    bounds : (n,) float64
        0 where nothing is proven; never infinite, for an empty polyhedron neither.
    guesses : (n, d) int64
        The rows of each half-space, numbered from 0 after the equations, then -1: a guess for `nearest_point`, most often right.

    Raises
    ------
    GeomError
        If the arrays do not fit together or an entry is not a finite double.

    Notes
    -----
    About 2 us for 15 rows in five dimensions.

    Examples
    --------
    The square [-1, 1] x [-1, 1] and the half-plane x_1 >= 5, from the point (2, 3).

    >>> bounds, guesses = squared_distance_bounds([[1, 0], [-1, 0], [0, 1], [0, -1], [-1, 0]], [1, 1, 1, 1, -5], [0, 4, 5], [2, 3])
    >>> bounds.round(6).tolist(), guesses.tolist()
    ([5.0, 9.0], [[2, 0], [0, -1]])
    """
    point, rows, sides = _doubles(x, "x", 1), _doubles(a, "a", 2), _doubles(b, "b", 1)
    starts = np.ascontiguousarray(row_at, dtype=np.int64)
    if not len(point) or rows.shape[1:] != point.shape or len(rows) != len(sides):
        raise GeomError(f"expected x (d,), a (M, d) and b (M,) with d at least 1; got {point.shape}, {rows.shape} and {sides.shape}")
    if starts.ndim != 1 or not len(starts) or starts[0] != 0 or starts[-1] != len(rows) or (np.diff(starts) < 0).any():
        raise GeomError(f"row_at must ascend from 0 to {len(rows)}, the number of rows")
    n_rows = np.diff(starts)
    fewest = int(n_rows.min()) if len(n_rows) else n_fixed
    if not 0 <= n_fixed <= fewest:
        raise GeomError(f"n_fixed={n_fixed} must be 0 to {fewest}, the fewest rows of a polyhedron")
    if not 0 <= accuracy < np.inf:
        raise GeomError(f"accuracy={accuracy} must be at least 0, and finite")
    bounds, guesses = np.zeros(len(n_rows)), np.full((len(n_rows), len(point)), -1, np.int64)
    separate(rows, sides, starts, n_fixed, point, float(accuracy), make_attempt(int(n_rows.max(initial=1)), len(point)), bounds, guesses)
    return bounds, guesses


def _doubles(values: ArrayLike, name: str, ndim: int) -> FloatArray:
    array = np.asarray(values)
    if array.ndim != ndim:
        raise GeomError(f"{name} must have {ndim} dimensions, got shape {array.shape}")
    if array.dtype.kind not in "iuf":
        raise GeomError(f"{name} must be an array of floats, got dtype {array.dtype}: round it, and say by `accuracy` how far that is from the rows")
    if not np.isfinite(array).all() or (array.dtype.kind != "f" and (np.abs(array) > 2**53).any()):
        raise GeomError(f"{name} has entries that are not finite doubles")
    return np.ascontiguousarray(array, dtype=np.float64)
