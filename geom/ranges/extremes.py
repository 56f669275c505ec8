"""The smallest and the largest value of a linear functional of a network's outputs over a partition's domain, exactly, and where they are.

On a cell the functional is affine, so it is largest at a vertex, or grows for ever along a ray. The walk passes through all cells once more and
puts out the generators that may decide (`engine.asking`, HIGHEST), for the functional and its negative at once; `climb` decides among them in
rationals.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geom.budget import AnyBudget
from geom.engine.asking import HIGHEST
from geom.exact import FloatArray, Row, as_fractions, round_fraction, round_fractions, round_ratio
from geom.progress import Progress
from geom.questions.forms import Forms, form_of_outputs
from geom.questions.inquiry import Inquiry
from geom.questions.whole import require_whole
from geom.ranges.climb import Climb, Top
from geom.ranges.live_codes import Functional

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Extreme", "Range", "output_range"]

SAMPLE = 100


@dataclass(frozen=True, eq=False, repr=False)
class Extreme:
    """A smallest or largest value.

    Attributes
    ----------
    value : float
        The nearest double, or an infinity.
    exact_value : Fraction or None
        None where the functional has no bound.
    exact_point : (d,) tuple of Fraction
        Where it is attained; without a bound, where `ray` begins.
    ray : (d,) tuple of Fraction or None
        A direction that stays in the cell for ever and along which the functional goes beyond all bounds, if it has none.
    cell : int
        The lowest number of a cell that has it, in a bounded domain; one that has it, elsewhere.
    """

    value: float
    exact_value: Fraction | None
    exact_point: tuple[Fraction, ...]
    ray: tuple[Fraction, ...] | None
    cell: int

    @property
    def point(self) -> FloatArray:
        """(d,) the doubles nearest to `exact_point`."""
        return round_fractions(self.exact_point)

    def __repr__(self) -> str:
        where = f"from {self.point.tolist()} along {[float(v) for v in self.ray]}" if self.ray else f"at {self.point.tolist()}"
        return f"Extreme({self.value!r} {where} in cell {self.cell})"


class Range(NamedTuple):
    """The values that a functional takes are those from `low` to `high`: the domain is connected and the network continuous.

    Attributes
    ----------
    low, high : Extreme
    """

    low: Extreme
    high: Extreme

    def __repr__(self) -> str:
        return f"Range({self.low.value!r} to {self.high.value!r})"


def output_range(part: Partition, c: Any, offset: Any = 0, *, budget: AnyBudget = None, progress: Progress = False) -> Range:
    """The exact range of c.y + offset over the domain, y the network's outputs.

    Parameters
    ----------
    part : Partition
        Of all layers, and complete.
    c : (output_dim,) of float, int, Fraction, Decimal or decimal string
    offset : a number of the same kind
    budget, progress
        As in `geom.subdivide`.

    Raises
    ------
    GeomError
        If a budget or Ctrl-C stopped the walk that made the partition, or it has only the first layers.
    NetworkError
        If c does not fit the outputs, or a number is not finite.
    BudgetExceeded, Interrupted
        At a limit or Ctrl-C; `partial` is None.

    Notes
    -----
    A continuous function that is affine on each of finitely many polyhedra attains its maximum over their union at a vertex of one, unless it
    grows along a ray; where cells have lines, the functional is constant along them or has no bound. In unbounded domains the cells are cut into
    polyhedra without lines first.

    Examples
    --------
    >>> from geom import Box, Network, subdivide
    >>> tent = Network.mlp([[[1], [-1]], [[-1, -1]]], [[0, 0], [1]])
    >>> found = output_range(subdivide(tent, Box([-1], ["0.5"])), [1])
    >>> found, found.low, found.high.exact_value
    (Range(0.0 to 1.0), Extreme(0.0 at [-1.0] in cell 0), Fraction(1, 1))
    >>> output_range(subdivide(tent), [1]).low
    Extreme(-inf from [-1.0] along [-1.0] in cell 0)
    """
    require_whole(part, "and the others may have a larger range")
    row, denominator = form_of_outputs(part.network, c, offset)
    net = part.network
    signs = (1, -1)
    functionals = [Functional(net, tuple(s * v for v in row), denominator) for s in signs]
    lift = _lift(part, row)
    slopes, constants = as_fractions([[s * v for v in row[:-1]] for s in signs]), as_fractions([s * row[-1] + lift for s in signs])
    inquiry = Inquiry(net, Forms.of_outputs(net, slopes, constants), part.domain, [((p,), ()) for p in range(len(signs))], HIGHEST)
    climbs = [Climb(inquiry, p, functional, part) for p, functional in enumerate(functionals)]

    def take() -> None:
        if inquiry.has_found:
            pieces = inquiry.take()
            for climb in climbs:
                climb.take(pieces)

    inquiry.finish(budget, progress, len(part), take)
    take()
    if inquiry.is_trivial:
        value = Fraction(functionals[0].on(part[0].code).at((*[0] * part.dim, 1)))
        return Range(*[_extreme(Top(value, 0, (*[0] * part.dim, 1)), 1)] * 2)
    high, low = (climb.highest() for climb in climbs)
    return Range(_extreme(low, -1), _extreme(high, 1))


def _lift(part: Partition, row: Row) -> Fraction:
    """A constant of the size of the functional's values, to be added to the forms that are walked.

    A form that vanishes on a cell leaves its sign there to exact arithmetic, at every vertex, and the walk asks although nothing here depends on
    signs. Dead outputs vanish on many cells; lifted by a number that no value is likely to cancel, their signs are seen at once.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        values = part.network(part.witnesses[:SAMPLE]) @ [round_ratio(v, 1) for v in row[:-1]]
        size = np.abs(values).max(initial=0.0)
    return Fraction((math.sqrt(5) - 1) * (size if math.isfinite(size) and size > 0 else 1.0))


def _extreme(top: Top, sign: int) -> Extreme:
    point = tuple(Fraction(v, top.point[-1]) for v in top.point[:-1])
    ray = None if top.ray is None else tuple(map(Fraction, top.ray[:-1]))
    if top.value is None:
        return Extreme(sign * math.inf, None, point, ray, top.cell)
    exact = sign * top.value
    return Extreme(round_fraction(exact), exact, point, None, top.cell)
