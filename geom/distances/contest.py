"""Which of several boundaries is nearest to each of many points: by intervals where they are disjoint, by exact squared distances elsewhere.

A candidate is a unit's boundary or a wall, with an interval that holds its distance. The nearest so far is the holder. Equal distances go to the
unit with the lowest number, then to the lowest piece, and only then to a wall.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray, round_root

__all__ = ["ACCURACY", "NOBODY", "Candidates", "Contest", "wall_number"]

ACCURACY = 2.0**-20
NOBODY = -1

Indices = NDArray[np.int64]
Known = tuple[Fraction, int, int]  # squared distance, number, piece
Squared = Callable[[int, int, int], Fraction | None]


class Candidates(NamedTuple):
    """Boundaries that may be nearest.

    Attributes
    ----------
    point : (c,)
    number : (c,)
        A unit, numbered through the network, or `wall_number` of a wall.
    piece : (c,)
        The piece that ties with the chosen one; 0 for a wall.
    low, high : (c,)
        The distance lies between them. The upper one is infinite where it is not known whether there is a boundary at all.
    """

    point: Indices
    number: Indices
    piece: Indices
    low: FloatArray
    high: FloatArray

    def take(self, index: NDArray[np.generic]) -> Candidates:
        return Candidates(*(part[index] for part in self))

    @classmethod
    def joined(cls, parts: list[Candidates]) -> Candidates:
        return cls(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def wall_number(wall: Indices) -> Indices:
    """The number of a wall among candidates, and the other way round."""
    return -2 - wall


class Contest:
    """The nearest boundary of each of n points so far.

    Parameters
    ----------
    n : int
    squared : callable
        From point, number and piece to the exact squared distance; None where there is no such boundary.
    exact : bool
        Whether every distance is wanted exactly.
    """

    def __init__(self, n: int, squared: Squared, exact: bool) -> None:
        self.low, self.high = np.full((2, n), np.inf)
        self.number, self.piece = np.full(n, NOBODY), np.zeros(n, dtype=np.int64)
        self.squared: list[Fraction | None] = [None] * n
        self._squared, self._exact = squared, exact

    def bound(self) -> FloatArray:
        """(n,) Distances beyond which nobody need challenge; below 0 where nobody can win."""
        settled = (self.high == 0) & (self.number >= 0)
        return np.where(settled, -1.0, self.high)

    def challenge(self, candidates: Candidates) -> None:
        """Let candidates, of which no point has the same one twice, take over where they come before the holder."""
        high = self.high.copy()
        np.minimum.at(high, candidates.point, candidates.high)
        kept = candidates.take(candidates.low <= high[candidates.point])
        count = np.bincount(kept.point, minlength=len(high))
        holds = (self.number != NOBODY) & (self.low <= high)
        alone = kept.take((count[kept.point] == 1) & ~holds[kept.point])
        self.number[alone.point], self.piece[alone.point] = alone.number, alone.piece
        self.low[alone.point], self.high[alone.point] = alone.low, alone.high
        for i in alone.point.tolist():
            self.squared[i] = None
        contested = kept.take((count[kept.point] > 1) | holds[kept.point])
        self._decide(contested)
        self._settle(alone.point)

    def _decide(self, candidates: Candidates) -> None:
        """Exactly, each against all others of its point and the holder."""
        rivals: dict[int, list[tuple[int, int]]] = {}
        for i, number, piece in zip(candidates.point.tolist(), candidates.number.tolist(), candidates.piece.tolist(), strict=True):
            rivals.setdefault(i, []).append((number, piece))
        for i, pairs in rivals.items():
            if self.number[i] != NOBODY:
                pairs.append((int(self.number[i]), int(self.piece[i])))
            best: Known | None = None
            for number, piece in sorted(pairs, key=lambda pair: (pair[0] < 0, abs(pair[0]), pair[1])):
                square = self._distance(i, number, piece)
                if square is not None and (best is None or square < best[0]):
                    best = square, number, piece
                    if not square:
                        break  # nobody later in this order can win
            self._put(i, best)

    def _settle(self, points: Indices) -> None:
        """Compute exactly what the intervals leave too vague."""
        vague = ~(self.high[points] - self.low[points] <= ACCURACY * self.low[points])
        for i in (points if self._exact else points[vague]).tolist():
            number, piece = int(self.number[i]), int(self.piece[i])
            square = self._distance(i, number, piece)
            self._put(i, None if square is None else (square, number, piece))

    def _distance(self, i: int, number: int, piece: int) -> Fraction | None:
        is_holder = (self.number[i], self.piece[i]) == (number, piece)
        known = self.squared[i] if is_holder else None
        return self._squared(i, number, piece) if known is None else known

    def _put(self, i: int, best: Known | None) -> None:
        if best is None:
            self.low[i] = self.high[i] = np.inf
            self.number[i], self.piece[i], self.squared[i] = NOBODY, 0, None
            return
        square, self.number[i], self.piece[i] = best
        root = round_root(square)
        self.squared[i] = square
        self.low[i], self.high[i] = (math.nextafter(root, 0), math.nextafter(root, math.inf)) if square else (0.0, 0.0)

    def distances(self) -> tuple[FloatArray, FloatArray]:
        """Distances (n,), and bounds (n,) on what is wrong with them; correctly rounded where they were computed exactly."""
        with np.errstate(invalid="ignore"):
            value = np.where(np.isfinite(self.high), self.low + (self.high - self.low) / 2, self.high)
            error = np.where(np.isfinite(value), np.maximum(self.high - value, value - self.low), 0.0)
        for i, square in enumerate(self.squared):
            if square is not None:
                value[i] = round_root(square)
                error[i] = 0.0 if Fraction(float(value[i])) ** 2 == square else np.spacing(value[i]) / 2 if np.isfinite(value[i]) else np.inf
        return value, error
