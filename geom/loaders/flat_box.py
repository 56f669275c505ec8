"""A box with coordinates that are fixed: the domain of ACAS Xu property 4, where an angle is exactly 0.

Its cells would have no interior, so the engine does not take it as a `Domain`. It takes the network restricted to the coordinates that are
free, on the box that these span; `embed` brings points of that box back.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.errors import DomainError
from geom.exact import Dyadic, FloatArray, as_fractions, round_fractions
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Box

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
        try:
            self.exact_low, self.exact_high = as_fractions(list(low)), as_fractions(list(high))
        except ValueError as error:
            raise DomainError(str(error)) from error
        if self.exact_low.shape != self.exact_high.shape or self.exact_low.ndim != 1:
            raise DomainError(f"low has shape {self.exact_low.shape} and high {self.exact_high.shape}; both must be (d,)")
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

    @cached_property
    def _embedding(self) -> FloatArray:
        """(d, free) matrix of zeros and ones."""
        return np.eye(self.dim)[:, list(self.free)]

    def embed(self, u: ArrayLike) -> FloatArray:
        """Points (n, d) of the whole space for points (n, free); fixed coordinates are rounded to the nearest double."""
        offset = np.where(np.isin(np.arange(self.dim), self.fixed), round_fractions(self.exact_low), 0.0)
        return np.asarray(np.asarray(u, dtype=np.float64) @ self._embedding.T + offset)

    def restrict(self, net: Network) -> Network:
        """The network as an exact function of the free coordinates.

        Raises
        ------
        DomainError
            If a fixed value is not dyadic, such as 0.1: then the restricted network has no dyadic weights.
        NetworkError
            If the network has another input dimension than the box.
        """
        for j in self.fixed:
            denominator = self.exact_low[j].denominator
            if denominator & (denominator - 1):
                raise DomainError(f"coordinate {j} is fixed at {self.exact_low[j]}, whose denominator is not a power of two; fix it at a double")
        offset = [self.exact_low[j] if j in self.fixed else self.exact_low[j] * 0 for j in range(self.dim)]
        return Network([Layer.linear(Dyadic.of(self._embedding), Dyadic.column(offset)), *net.layers])

    def contains(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Exactly which of the points (n, d) lie in the box.

        Raises
        ------
        DomainError
            If x is not (n, d).
        """
        points = np.asarray(x, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != self.dim:
            raise DomainError(f"points must be (n, {self.dim}); got shape {points.shape}")
        fixed = [bool(np.all(as_fractions(p) == self.exact_low[list(self.fixed)])) for p in points[:, self.fixed]]
        return self.box.contains(points[:, self.free]) & np.array(fixed, dtype=np.bool_)

    def __repr__(self) -> str:
        return f"FlatBox({self.dim} dimensions, {len(self.fixed)} fixed)"
