"""VNN-LIB property files: a domain of inputs and a set of outputs, from declare-const and assert.

All assertions hold at once. Each is multiplied out to a union of conjunctions; what it says of inputs and what it says of outputs must
come apart, so that the file means {x in one set, y in another}.
"""

from __future__ import annotations

import os
import re
from fractions import Fraction

import numpy as np

from geom.errors import DomainError, LoadError
from geom.exact import Fractions
from geom.loaders.formula import Conjunction, Union, both, union_of
from geom.loaders.sexpr import Expression, Group, Symbol, parse
from geom.loaders.source import as_path, read_bytes
from geom.polyhedra.domain import Box, HPolytope
from geom.polyhedra.flat_box import FlatBox
from geom.polyhedra.output_property import OutputProperty

__all__ = ["load_vnnlib"]

NAME = re.compile(r"([XY])_(0|[1-9][0-9]{0,5})")

AnyDomain = Box | FlatBox | HPolytope


def load_vnnlib(path: str | os.PathLike[str]) -> tuple[AnyDomain | tuple[AnyDomain, ...], OutputProperty]:
    """Read a property file: inputs X_i in a domain, outputs Y_i in a set.

    Parameters
    ----------
    path : path-like
        A VNN-LIB file of ``declare-const`` (X_0, X_1, ... and Y_0, Y_1, ..., Real) and ``assert``, with ``<=``, ``>=``, ``and``, ``or``
        and linear terms of ``+``, ``-``, ``*``.

    Returns
    -------
    domain : Box, FlatBox, HPolytope or tuple of them
        A Box where the conditions on inputs are bounds, a FlatBox where such bounds fix a coordinate, else an HPolytope; a tuple where they
        are an ``or`` of several.
    unsafe : OutputProperty
        The outputs that satisfy the conditions on outputs, which by custom describe what must not happen.

    Raises
    ------
    LoadError
        If the file is missing, is not such a file, or couples inputs and outputs; with the line.
    DomainError
        If the inputs are unbounded or contradictory.

    Notes
    -----
    Decimal numbers are taken exactly as they stand: 0.1 is one tenth, not the double next to it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> text = "(declare-const X_0 Real) (declare-const Y_0 Real) (assert (and (>= X_0 0) (<= X_0 0.1))) (assert (>= Y_0 2.5))"
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "p.vnnlib").write_text(text)
    ...     load_vnnlib(Path(folder, "p.vnnlib"))
    (Box([0, 0.1]), OutputProperty(1 output, 1 polyhedron, 1 row))
    """
    name = str(as_path(path))
    try:
        text = read_bytes(path).decode("utf-8-sig")  # some editors begin a file with a mark of its encoding
    except UnicodeDecodeError as error:
        raise LoadError(name, f"is not a text file: {error}") from error
    expressions = parse(name, text)
    n_inputs, n_outputs = _declared(name, expressions)
    inputs, outputs = _asserted(name, expressions, [f"X_{i}" for i in range(n_inputs)], [f"Y_{i}" for i in range(n_outputs)])
    domains = tuple(_domain(name, conjunction, n_inputs) for conjunction in inputs)
    unsafe = OutputProperty(tuple(_rows(conjunction, n_outputs) for conjunction in outputs), dim=n_outputs)
    return (domains[0] if len(domains) == 1 else domains), unsafe


def _declared(path: str, expressions: list[Expression]) -> tuple[int, int]:
    """How many inputs and outputs the file declares."""
    lines: dict[str, int] = {}
    for expression in expressions:
        if isinstance(expression, Symbol) or expression.head not in ("declare-const", "assert"):
            raise LoadError(path, f"line {expression.line}: {expression} is neither a declare-const nor an assert")
        if expression.head == "declare-const":
            name = _variable(path, expression)
            if name in lines:
                raise LoadError(path, f"line {expression.line}: {name} is declared on line {lines[name]} already")
            lines[name] = expression.line
    counts = []
    for letter, what in (("X", "input"), ("Y", "output")):
        named = [name for name in lines if name.startswith(letter)]
        if not named:
            raise LoadError(path, f"declares no {what} {letter}_0")
        beyond = next((name for name in named if int(name[2:]) >= len(named)), None)
        if beyond is not None:
            raise LoadError(path, f"line {lines[beyond]}: declares {beyond}, but only {len(named)} of the names {letter}_0, {letter}_1, ...")
        counts.append(len(named))
    return counts[0], counts[1]


def _variable(path: str, declaration: Group) -> str:
    words = [item.text if isinstance(item, Symbol) else "" for item in declaration.items[1:]]
    if len(words) != 2 or not NAME.fullmatch(words[0]) or words[1] != "Real":
        raise LoadError(path, f"line {declaration.line}: expected (declare-const X_i Real) or (declare-const Y_i Real)")
    return words[0]


def _asserted(path: str, expressions: list[Expression], x: list[str], y: list[str]) -> tuple[Union, Union]:
    """What all assertions together say of inputs, and of outputs."""
    inputs: list[Union] = []
    outputs: list[Union] = []
    line = 1
    for expression in expressions:
        if isinstance(expression, Group) and expression.head == "assert":
            line = expression.line
            if len(expression.items) != 2:
                raise LoadError(path, f"line {line}: an assert takes one formula, not {len(expression.items) - 1}")
            of_inputs, of_outputs = _apart(path, line, union_of(path, expression.items[1], (*x, *y)))
            inputs.append(of_inputs)
            outputs.append(of_outputs)
    return both(path, line, inputs), both(path, line, outputs)


def _apart(path: str, line: int, union: Union) -> tuple[Union, Union]:
    """The two unions whose product this one is."""
    pairs = dict.fromkeys(_split(path, line, conjunction) for conjunction in union)
    inputs, outputs = tuple(dict.fromkeys(a for a, _ in pairs)), tuple(dict.fromkeys(b for _, b in pairs))
    # Every pair is in the product, so equal numbers mean equal sets.
    if len(pairs) != len(inputs) * len(outputs):
        raise LoadError(path, f"line {line}: couples inputs and outputs (other outputs for other inputs), which is not read; split the file")
    return inputs, outputs


def _split(path: str, line: int, conjunction: Conjunction) -> tuple[Conjunction, Conjunction]:
    """The inequalities on inputs, and those on outputs."""
    for inequality in conjunction:
        letters = {name[0] for name, _ in inequality.terms}
        if len(letters) > 1:
            raise LoadError(path, f"line {line}: an inequality has inputs and outputs in it, which is not read")
    of_inputs, of_outputs = (tuple(i for i in conjunction if i.terms[0][0].startswith(letter)) for letter in "XY")
    return of_inputs, of_outputs


def _rows(conjunction: Conjunction, dim: int) -> tuple[Fractions, Fractions]:
    """C (m, dim) and d (m,) of the polyhedron {v : C v <= d}."""
    rows = np.full((len(conjunction), dim), Fraction(0), dtype=object)
    for row, inequality in zip(rows, conjunction, strict=True):
        for name, value in inequality.terms:
            row[int(name[2:])] = value
    return rows, np.array([inequality.bound for inequality in conjunction], dtype=object)


def _domain(path: str, conjunction: Conjunction, dim: int) -> AnyDomain:
    try:
        if any(len(inequality.terms) > 1 for inequality in conjunction):
            polytope = HPolytope(*_rows(conjunction, dim))
            if not polytope.is_bounded:
                raise DomainError("the polyhedron is unbounded; a property file bounds its inputs")
            return polytope
        return _box(conjunction, dim)
    except DomainError as error:
        raise DomainError(f"{path}: the domain of inputs: {error}") from error


def _box(conjunction: Conjunction, dim: int) -> Box | FlatBox:
    low: dict[int, Fraction] = {}
    high: dict[int, Fraction] = {}
    for inequality in conjunction:
        ((name, value),) = inequality.terms
        j, end = int(name[2:]), inequality.bound / value
        if value > 0:
            high[j] = min(end, high.get(j, end))
        else:
            low[j] = max(end, low.get(j, end))
    for j in range(dim):
        if j not in low or j not in high:
            raise DomainError(f"X_{j} has no {'lower' if j not in low else 'upper'} bound")
    box = FlatBox if any(low[j] == high[j] for j in range(dim)) else Box
    return box([low[j] for j in range(dim)], [high[j] for j in range(dim)])
