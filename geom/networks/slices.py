"""Affine slices of the input space: an origin and independent directions, every number dyadic, so that a network on a slice is still one of dyadic
weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.arguments import rationals
from geom.errors import NetworkError
from geom.exact import Dyadic, Fractions

__all__ = ["dyadic_slice", "plane"]


def plane(p: Any, q: Any, r: Any) -> tuple[Fractions, Fractions]:
    """The plane through three points, as `Network.restrict` takes it.

    In its coordinates p is (0, 0), q is (1, 0) and r is (0, 1). The differences are exact: they may need more bits than a float has.

    Parameters
    ----------
    p, q, r : (d,) sequences of float, int, Fraction, Decimal or decimal string

    Returns
    -------
    origin : (d,) array of Fraction
        p
    basis : (2, d) array of Fraction
        q - p and r - p

    Raises
    ------
    NetworkError
        If the points differ in length, hold NaN or infinite entries, or lie on one line.

    Examples
    --------
    >>> origin, basis = plane([0.5, 0.0, 0.0], [0.0, 0.5, 0.0], [0.0, 0.0, 0.5])
    >>> basis.astype(float)
    array([[-0.5,  0.5,  0. ],
           [-0.5,  0. ,  0.5]])
    """
    origin = rationals(p, 1, "p", NetworkError)
    others = [rationals(point, 1, name, NetworkError) for name, point in (("q", q), ("r", r))]
    lengths = [len(origin), *map(len, others)]
    if len(set(lengths)) > 1:
        raise NetworkError(f"p, q and r are points of one space; they have {lengths[0]}, {lengths[1]} and {lengths[2]} coordinates")
    a, b = (point - origin for point in others)
    if _are_parallel(a, b):
        raise NetworkError("p, q and r lie on one line, and many planes hold it; take three points that do not")
    return origin, np.array([a, b], dtype=object)


def dyadic_slice(origin: Any, basis: Any, dim: int) -> tuple[Dyadic, Dyadic]:
    """The slice t -> weight t + offset of a space of dim dimensions: weight (dim, k) of rank k, the basis as columns, and offset (dim, 1).

    Raises
    ------
    NetworkError
        As `Network.restrict` says.
    """
    start, directions = rationals(origin, 1, "origin", NetworkError), rationals(basis, 2, "basis", NetworkError)
    if start.shape != (dim,):
        raise NetworkError(f"origin has {len(start)} coordinates, but the network takes {dim}")
    if not len(directions) or directions.shape[1] != dim:
        raise NetworkError(f"basis must be (k, {dim}) with k at least 1, one direction a row; got shape {directions.shape}")
    offset = _dyadic("origin", start[:, None], "round it to a float, or start from another point of the slice")
    rows = _dyadic("basis", directions, "round it to a float, or multiply its direction by the denominator")
    rank = rows.entries.rank()
    if rank < len(directions):
        raise NetworkError(f"basis has {len(directions)} directions but rank {rank}: the slice would have fewer dimensions; leave out dependent ones")
    return Dyadic(rows.entries.transpose(), rows.exponent), offset


def _dyadic(what: str, values: Fractions, advice: str) -> Dyadic:
    for place, value in np.ndenumerate(values):
        if value.denominator & (value.denominator - 1):
            raise NetworkError(
                f"{what}: the entry {value} at {place} is no integer over a power of two, so weights on the slice would not be either; {advice}"
            )
    rows, columns = values.shape
    flat = Dyadic.column(values.ravel())
    return Dyadic(type(flat.entries)(rows, columns, flat.entries.entries()), flat.exponent)


def _are_parallel(a: NDArray[np.object_], b: NDArray[np.object_]) -> bool:
    """Whether two vectors of fractions are linearly dependent."""
    pivot = next((j for j, v in enumerate(a) if v), None)
    return pivot is None or bool(np.all(b * a[pivot] == a * b[pivot]))
