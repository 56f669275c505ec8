"""Angles of the decision boundary in closed form, for one hidden layer with orthogonal rows (Propositions 5, 6 and 7 of the paper, corrected).

Let f(x) = w . act(W x + b) + c with orthogonal rows W_d, and a_d = w_d^2 ||W_d||^2. Between two regions whose codes differ in unit d' alone, the
gradient of f turns by the angle theta, whatever the biases are. As printed, the propositions fail (docs/errata.md, E22 to E24).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from geom.arguments import is_whole, numbered
from geom.errors import NetworkError, shown
from geom.exact import as_fractions, round_root

__all__ = ["Turn", "abs_turn", "equal_relu_turn", "relu_turn"]


@dataclass(frozen=True)
class Turn:
    """The angle between two gradients, by its cosine.

    Attributes
    ----------
    squared_cos : Fraction
        The square of the cosine, exact if the weights were given exactly.
    sign : int
        That of the cosine: -1, 0 or 1.

    Examples
    --------
    >>> Turn(Fraction(1, 2), -1).theta * 4 / math.pi
    3.0
    """

    squared_cos: Fraction
    sign: int

    @property
    def cos(self) -> float:
        """The cosine, correctly rounded."""
        return self.sign * round_root(self.squared_cos)

    @property
    def theta(self) -> float:
        """The angle in radians, from 0 to pi; small ones to full relative accuracy too, as `dihedral` has those near pi."""
        return math.atan2(round_root(1 - self.squared_cos), self.cos)

    @property
    def dihedral(self) -> float:
        """The angle between the two pieces of the boundary, pi - theta."""
        return math.atan2(round_root(1 - self.squared_cos), -self.cos)


def relu_turn(weight: Any, output: Any, unit: int, firing: Iterable[int]) -> Turn:
    """The turn where one ReLU starts to fire (Proposition 5): cos = (1 + t/S)^(-1/2), with t = a_{d'} and S the sum of a_d over firing d != d'.

    Parameters
    ----------
    weight : (K, D) array of numbers
        First layer; its rows must be orthogonal.
    output : (K,) array of numbers
        Weights of the output.
    unit : int
        The unit d' that changes.
    firing : iterable of int
        The other units that fire on both sides; `unit` itself may be among them.

    Returns
    -------
    Turn

    Raises
    ------
    NetworkError
        If shapes do not fit, a number is not finite, two rows are not orthogonal, there is no such unit, or a gradient is 0: on that side there is no
        boundary then, and no angle.

    Notes
    -----
    Numbers are taken as they stand; orthogonality is checked exactly. Floats that come from an orthogonalisation are orthogonal only nearly, and are
    refused.

    Examples
    --------
    >>> relu_turn([[1, 0], [0, 2]], [1, 1], unit=1, firing=[0])
    Turn(squared_cos=Fraction(1, 5), sign=1)
    """
    a = _shares(weight, output)
    if not isinstance(firing, Iterable):
        raise NetworkError(f"firing: expected the numbers of the units that fire, such as [0, 2]; got {shown(firing)}")
    _check_units(len(a), [unit, *(firing := list(firing))])
    before = sum((a[d] for d in set(firing) - {unit}), Fraction(0))
    if before == 0:
        raise NetworkError("no other firing unit reaches the output: the gradient is 0 before the unit fires, so there is no boundary to turn from")
    return Turn(before / (before + a[unit]), 1)


def equal_relu_turn(weight: Any, output: Any, n_firing: int) -> Turn:
    """The turn where all units have equal weight (Proposition 6): cos = sqrt(n / (n + 1)) for n other firing units, which grows with n.

    Parameters
    ----------
    weight : (K, D) array of numbers
        First layer; its rows must be orthogonal.
    output : (K,) array of numbers
        Weights of the output; w_d^2 ||W_d||^2 must be the same for all d. Equal norms of the rows are not enough.
    n_firing : int
        How many other units fire, from 1 to K - 1.

    Raises
    ------
    NetworkError
        If the hypotheses fail, or `n_firing` is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> [round(math.degrees(equal_relu_turn(np.eye(5), np.ones(5), n).theta), 3) for n in (1, 2, 3, 4)]
    [45.0, 35.264, 30.0, 26.565]
    """
    a = _shares(weight, output)
    uneven = next((d for d, share in enumerate(a) if share != a[0]), None)
    if uneven is not None or a[0] == 0:
        raise NetworkError(
            f"w_d^2 ||W_d||^2 must be equal for all units and not 0; it is {a[0]} for unit 0"
            + (f" and {a[uneven]} for unit {uneven}" if uneven is not None else "")
            + "; relu_turn takes unequal ones"
        )
    if not is_whole(n_firing, 1, len(a) - 1):
        raise NetworkError(f"n_firing={shown(n_firing)}: from 1 to {len(a) - 1} other units can fire")
    return Turn(Fraction(int(n_firing), int(n_firing) + 1), 1)


def abs_turn(weight: Any, output: Any, unit: int) -> Turn:
    """The turn where one absolute value changes sign (Proposition 7): cos = 1 - 2 / (1 + T/t), with t = a_{d'} and T the sum of all others.

    It does not depend on the signs of the other units.

    Parameters
    ----------
    weight : (K, D) array of numbers
        First layer; its rows must be orthogonal.
    output : (K,) array of numbers
        Weights of the output.
    unit : int
        The unit d' that changes.

    Returns
    -------
    Turn

    Raises
    ------
    NetworkError
        If shapes do not fit, a number is not finite, two rows are not orthogonal, there is no such unit, or the gradient is 0.

    Examples
    --------
    >>> turn = abs_turn([[1, 0], [0, 2]], [1, 1], unit=1)
    >>> turn.cos, round(math.degrees(turn.theta), 2)
    (-0.6, 126.87)
    """
    a = _shares(weight, output)
    _check_units(len(a), [unit])
    total = sum(a, Fraction(0))
    if total == 0:
        raise NetworkError("no unit reaches the output: its gradient is 0 everywhere, so there is no boundary")
    cosine = 1 - 2 * a[unit] / total  # 1 + T/t = (t + T)/t, and it holds for t = 0 too
    return Turn(cosine**2, (cosine > 0) - (cosine < 0))


def _shares(weight: Any, output: Any) -> list[Fraction]:
    """a_d = w_d^2 ||W_d||^2 of all units, if the rows are orthogonal."""
    try:
        rows, w = as_fractions(weight), as_fractions(output)
    except ValueError as error:
        raise NetworkError(f"weights: {error}") from error
    if rows.ndim != 2 or w.shape != rows.shape[:1] or not rows.size:
        raise NetworkError(f"weight must be (K, D) and output (K,); got {rows.shape} and {w.shape}")
    gram = rows @ rows.T
    for d in range(len(rows)):
        for e in range(d):
            if gram[d, e]:
                raise NetworkError(f"rows {e} and {d} of the first layer are not orthogonal: their product is {gram[d, e]}; give exact fractions")
    return [Fraction(w[d] ** 2 * gram[d, d]) for d in range(len(rows))]


def _check_units(n: int, units: list[int]) -> None:
    for unit in units:
        numbered(unit, n, "unit", "the layer", "unit")
