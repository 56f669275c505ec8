"""A violation looked for before any cell is asked: points of a box tried in floats, the best of them improved by random steps.

It answers nothing but *violated*, and that only after the point was evaluated exactly. Where a property is violated in a small part of a large box,
the walk may pass through millions of cells before it comes there; a few thousand evaluations often lead to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

from geom.exact import FloatArray, Fractions, round_fractions
from geom.networks.network import Network
from geom.polyhedra import FlatBox, OutputProperty
from geom.polyhedra.domain import Box, Domain
from geom.verification.counterexample import Counterexample, embedded, violation_at

__all__ = ["violation_by_search"]

SAMPLES, PARENTS, CHILDREN, ROUNDS = 4096, 128, 16, 40
FIRST_STEP, SHRINKS = 0.3, 0.93  # of the box's sides
MOST_WORK = 2e9  # multiplications, so that a large network is not evaluated for ever
MOST_EXACT = 4  # points that are evaluated exactly; one that violates in floats nearly always does


def violation_by_search(net: Network, domain: Domain | FlatBox, unsafe: OutputProperty) -> Counterexample | None:
    """A counterexample in a box, if one is met; always the same for the same problem.

    Examples
    --------
    >>> net = Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])
    >>> violation_by_search(net, Box([-1], [1]), OutputProperty((([[-1]], ["-0.99"]),), dim=1)).point[0] >= Fraction(99, 100)
    True
    """
    own, box = (domain.restrict(net), domain.box) if isinstance(domain, FlatBox) else (net, domain)
    if not isinstance(box, Box):
        return None
    found = (embedded(domain, tuple(map(Fraction, x.tolist()))) for x in _violating_in_floats(own, box, unsafe))
    for _, point in zip(range(MOST_EXACT), found, strict=False):
        violation = violation_at(net, domain, unsafe, point)
        if violation is not None:
            return violation
    return None


def _violating_in_floats(net: Network, box: Box, unsafe: OutputProperty) -> Iterator[FloatArray]:
    """Points at which floats put the outputs into the unsafe set: random ones, then the best of each round of steps from the best so far."""
    rng, distance, work = np.random.default_rng(0), _distance(net, unsafe), _multiplications(net)
    low, high = _double_ends(box)
    with np.errstate(over="ignore"):
        sides = high - low
    n_samples = min(SAMPLES, int(MOST_WORK / 4 / work))
    if not n_samples or not np.isfinite(sides).all():
        return
    points = low + rng.random((n_samples, box.dim)) * sides
    far = distance(points)
    best = np.argsort(far, kind="stable")[:PARENTS]
    points, far = points[best], far[best]
    step = FIRST_STEP
    for _ in range(min(ROUNDS, int(MOST_WORK / work / (PARENTS * CHILDREN)))):
        if far.min() <= 0:
            yield points[far.argmin()]
        shape = (len(points), CHILDREN, box.dim)
        with np.errstate(over="ignore"):
            moves = rng.normal(size=shape) * (rng.random(shape) < 0.5) * sides * step
            children = np.clip(points[:, None] + moves, low, high)
        child_far = distance(children.reshape(-1, box.dim)).reshape(shape[:2])
        rows, chosen = np.arange(len(points)), child_far.argmin(axis=1)
        is_nearer = child_far[rows, chosen] < far
        points = np.where(is_nearer[:, None], children[rows, chosen], points)
        far = np.where(is_nearer, child_far[rows, chosen], far)
        step *= SHRINKS
    if far.min() <= 0:
        yield points[far.argmin()]


def _distance(net: Network, unsafe: OutputProperty) -> Callable[[FloatArray], FloatArray]:
    """How far outputs are from the unsafe set, by the row of a polyhedron that is violated most: not positive inside."""
    polyhedra = [(round_fractions(c), round_fractions(d)) for c, d in unsafe.polyhedra]

    def distance(x: FloatArray) -> FloatArray:
        with np.errstate(over="ignore", invalid="ignore"):
            y = net(x)
            worst = np.min([(y @ c.T - d).max(axis=1, initial=-np.inf) for c, d in polyhedra], axis=0)
        return np.where(np.isnan(worst), np.inf, worst)

    return distance


def _multiplications(net: Network) -> int:
    """Of one evaluation."""
    return max(1, sum(layer.weight.shape[0] * layer.weight.shape[1] for layer in net.layers))


def _double_ends(box: Box) -> tuple[FloatArray, FloatArray]:
    """The smallest and the largest double of the box in every coordinate."""
    return -_not_above(-box.exact_low), _not_above(box.exact_high)


def _not_above(values: Fractions) -> FloatArray:
    """The largest doubles not above exact numbers."""
    nearest = round_fractions(values)
    return np.array([v if not np.isfinite(v) or Fraction(v) <= exact else np.nextafter(v, -np.inf) for v, exact in zip(nearest, values, strict=True)])
