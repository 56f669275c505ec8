"""What a boundary is the zero set of: forms of the outputs, the clauses that single out its sides, and the classes that meet at each form.

The decision boundary of C classes is where the argmax changes: the cell of one more unit of C pieces (Proposition 4 of the paper). Its
forms are the differences f_i - f_j, i < j, and clause c says that class c is the largest. Of a single logit, and of a unit, it is the zero set of one
form, whose two clauses are its two signs.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import numbered
from geom.engine.asking import Clause
from geom.errors import NetworkError
from geom.networks.network import Network
from geom.questions.forms import Forms, form_of_outputs

__all__ = ["BoundaryQuestion", "argmax_question", "classes_asked", "logit_question", "unit_question", "zero_question"]

SHOWN = 8  # numbers of a form that its name shows


class BoundaryQuestion(NamedTuple):
    """Forms and clauses.

    Attributes
    ----------
    forms : Forms
    clauses : tuple of (forms >= 0, forms <= 0)
    pair : (F, 2) int array
        The classes i < j whose difference f_i - f_j each form is; (i, -1) for a form by itself.
    side : tuple of int
        The class that each clause stands for; 0 and 1 for the sides >= 0 and <= 0 of a form by itself.
    asked : tuple of int
        Classes that must be on one of the two sides of a piece: none, one or both.
    name : str
    scale : Fraction
        The forms are so many times those that were asked for.
    """

    forms: Forms
    clauses: tuple[Clause, ...]
    pair: NDArray[np.int32]
    side: tuple[int, ...]
    asked: tuple[int, ...]
    name: str
    scale: Fraction = Fraction(1)

    @property
    def is_single(self) -> bool:
        """Whether the boundary is the zero set of one form."""
        return bool(self.pair[0, 1] < 0)

    def is_wanted(self, a: int, b: int) -> bool:
        """Whether the boundary between these classes is asked for."""
        return set(self.asked) <= {a, b}


def classes_asked(net: Network, i: object, j: object) -> tuple[int, ...]:
    """The classes that are named, ascending; none for a single output, named or not.

    Raises
    ------
    NetworkError
        If a class is none of the network's outputs, or both are one.
    """
    n = net.output_dim
    if n == 1 and j is not None:
        raise NetworkError(f"class {j!r}: the network has one output, whose decision boundary is its zero set")
    asked = tuple(sorted(numbered(c, n, name, "the network", "output") for name, c in (("i", i), ("j", j)) if c is not None))
    if len(set(asked)) < len(asked):
        raise NetworkError(f"a boundary lies between two classes; got {i} twice")
    return asked if n > 1 else ()


def argmax_question(net: Network, asked: tuple[int, ...]) -> BoundaryQuestion:
    """Where the largest of several outputs changes: between two classes, between one and any other, or between any two."""
    n = net.output_dim
    sides = asked if len(asked) == 2 else tuple(range(n))
    pairs = [(a, b) for a, b in combinations(range(n), 2) if a in sides or b in sides]
    c = np.zeros((len(pairs), n), dtype=np.int64)
    for row, (a, b) in zip(c, pairs, strict=True):
        row[a], row[b] = 1, -1
    clauses = tuple(([f for f, (a, _) in enumerate(pairs) if a == side], [f for f, (_, b) in enumerate(pairs) if b == side]) for side in sides)
    name = f"classes {asked[0]} and {asked[1]}" if len(asked) == 2 else f"class {asked[0]} and others" if asked else f"{n} classes"
    return BoundaryQuestion(Forms.of_outputs(net, c, np.zeros(len(pairs))), clauses, np.array(pairs, dtype=np.int32), sides, asked, name)


def zero_question(net: Network, c: ArrayLike, offset: object = 0) -> BoundaryQuestion:
    """Where the form c.f + offset of the outputs f is zero.

    Raises
    ------
    NetworkError
        If c is not (output_dim,), or a number is not finite.
    """
    row, denominator = form_of_outputs(net, c, offset)
    forms = Forms.of_outputs(net, [row[:-1]], [row[-1]])
    factors = [str(Fraction(v, denominator)) for v in row[:-1]]
    shown = ", ".join(factors) if len(factors) <= SHOWN else f"{len(factors)} numbers"
    return _single(forms, 0, f"form ({shown}) of outputs")._replace(scale=Fraction(denominator))


def logit_question(net: Network) -> BoundaryQuestion:
    """Where the one output is zero."""
    return _single(Forms.of_outputs(net, [[1]], [0]), 0, "output 0")


def unit_question(net: Network, layer: int, unit: int) -> BoundaryQuestion:
    """Where the pre-activation of a unit of a hidden layer is zero, asked of the layers below (Definition 3 of the paper; E14).

    Raises
    ------
    NetworkError
        If there is no such unit, or its pieces do not tie on a hyperplane: it has more than two, or equal slopes.
    """
    of = net.hidden[net.check_layer(layer)]
    unit = numbered(unit, of.n_units, "unit", f"layer {layer}", "unit")
    if not of.has_own_rows:
        raise NetworkError(f"hidden layer {layer} ({of!r}) is not ReLU, leaky-ReLU or abs: the edges of its units are not supported yet")
    return _single(Forms.of_units(of).take([unit]), unit, f"unit {unit} of layer {layer}")


def _single(forms: Forms, i: int, name: str) -> BoundaryQuestion:
    return BoundaryQuestion(forms, (((0,), ()), ((), (0,))), np.array([[i, -1]], dtype=np.int32), (0, 1), (), name)
