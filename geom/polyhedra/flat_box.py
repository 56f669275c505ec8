"""A box with coordinates that are fixed: the domain of ACAS Xu property 4, where an angle is exactly 0.

Its cells would have no interior, so the engine does not take it as a `Domain`. It takes the network restricted to the coordinates that are
free, on the box that these span; `embed` brings points of that box back.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import rationals
from geom.doubles import as_rows
from geom.errors import DomainError, NetworkError
from geom.exact import FloatArray, as_fractions, round_fractions
from geom.networks.network import Network
from geom.polyhedra.domain import Box, as_points

__all__ = ["FlatBox"]


class FlatBox:
    """The box low <= x <= high, with low equal to high in some coordinates and below it in others.

    Parameters
    ----------
    low, high : (d,) sequences of float, int, Fraction, Decimal or decimal string
        Taken exactly as they stand.

    Attributes
    ----------
    exact_low, exact_high : (d,) arrays of Fraction
    free : tuple of int
        The coordinates that are not fixed.
    fixed : tuple of int
        The others.
    box : Box
        The free coordinates' box.

    Raises
    ------
    DomainError
        If the bounds make no box, or no coordinate is fixed, or none is free.

    Examples
    --------
    >>> flat = FlatBox([0, 2], [1, 2])
    >>> flat, flat.box, flat.embed([[0.5]])
    (FlatBox(2 dimensions, 1 fixed), Box([0, 1]), array([[0.5, 2. ]]))
    >>> flat.restrict(Network.mlp([[[1.0, 1.0]], [[1.0]]], [[0.0], [0.0]]))([[0.5]])
    array([[2.5]])
    """

    def __init__(self, low: Iterable[Any], high: Iterable[Any]) -> None:
        self.exact_low, self.exact_high = rationals(low, 1, "low", DomainError), rationals(high, 1, "high", DomainError)
        if len(self.exact_low) != len(self.exact_high):
            raise DomainError(f"low has {len(self.exact_low)} entries and high has {len(self.exact_high)}; they must be equal")
        ends = list(zip(self.exact_low, self.exact_high, strict=True))
        for j, (a, b) in enumerate(ends):
            if a > b:
                shown = round_fractions(np.array([a, b], dtype=object)).tolist()
                raise DomainError(f"the box is inverted (low above high) in coordinate {j}: {shown}")
        self.free = tuple(j for j, (a, b) in enumerate(ends) if a != b)
        self.fixed = tuple(j for j, (a, b) in enumerate(ends) if a == b)
        if not self.free or not self.fixed:
            raise DomainError(
                "the box is a single point; evaluate the network there" if self.fixed else "no coordinate of the box is fixed; take geom.Box"
            )
        self.box = Box(self.exact_low[list(self.free)], self.exact_high[list(self.free)])

    @property
    def dim(self) -> int:
        return len(self.exact_low)

    def embed(self, u: ArrayLike) -> FloatArray:
        """Points (n, d) of the whole space for points (n, free); fixed coordinates are rounded to the nearest double."""
        free = as_rows(u, len(self.free), "a point", DomainError)
        points = np.tile(round_fractions(self.exact_low), (len(free), 1))
        points[:, self.free] = free
        return points

    def restrict(self, net: Network) -> Network:
        """The network as an exact function of the free coordinates.

        Raises
        ------
        DomainError
            If a fixed value is not dyadic, such as 0.1: then the restricted network has no dyadic weights.
        NetworkError
            If the network has another input dimension than the box.
        """
        if net.input_dim != self.dim:
            raise NetworkError(f"the network takes {net.input_dim} inputs but the box has {self.dim} dimensions; the two must be equal")
        for j in self.fixed:
            denominator = self.exact_low[j].denominator
            if denominator & (denominator - 1):
                raise DomainError(f"coordinate {j} is fixed at {self.exact_low[j]}, whose denominator is not a power of two; fix it at a double")
        origin = [low if j in self.fixed else 0 for j, low in enumerate(self.exact_low)]
        return net.restrict(origin, np.eye(self.dim)[list(self.free)])

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Exactly which of the points (n, d) lie in the box.

        Raises
        ------
        DomainError
            If x is not (n, d).
        """
        points = as_points(x, self.dim)
        fixed = [bool(np.all(as_fractions(p) == self.exact_low[list(self.fixed)])) for p in points[:, self.fixed]]
        return self.box.contains(points[:, self.free]) & np.array(fixed, dtype=np.bool_)

    def __repr__(self) -> str:
        return f"FlatBox({self.dim} dimensions, {len(self.fixed)} fixed)"
