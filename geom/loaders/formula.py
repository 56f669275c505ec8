"""Linear formulas over inputs X_i and outputs Y_i: from expressions to a union of conjunctions, all numbers exact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from math import prod

from geom.errors import LoadError
from geom.exact import as_fraction
from geom.loaders.sexpr import Expression, Group, Symbol
from geom.loaders.source import located

__all__ = ["Conjunction", "Inequality", "Union", "both", "union_of"]

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
MOST_DISJUNCTS = 4096


@dataclass(frozen=True)
class Inequality:
    """sum of coefficient * variable <= bound.

    Attributes
    ----------
    terms : tuple of (str, Fraction)
        Variables in order of name, with coefficients that are not 0; never empty.
    bound : Fraction
    """

    terms: tuple[tuple[str, Fraction], ...]
    bound: Fraction


Conjunction = tuple[Inequality, ...]
Union = tuple[Conjunction, ...]
Linear = dict[str, Fraction]  # coefficients; the constant term stands under ""


def union_of(path: str, expression: Expression, variables: Iterable[str]) -> Union:
    """The union of conjunctions that a formula of <=, >=, and, or over these variables means; `path` is its name in errors."""
    return _Reader(path, frozenset(variables)).formula(expression)


def both(path: str, line: int, unions: Iterable[Union]) -> Union:
    """The union that means all of these at once: every choice of one conjunction from each, each choice once."""
    choices = list(unions)
    if prod(map(len, choices)) > MOST_DISJUNCTS:
        raise LoadError(path, f"line {line}: multiplied out, the formula has {prod(map(len, choices)):,} cases; at most {MOST_DISJUNCTS:,} are read")
    return tuple(dict.fromkeys(tuple(dict.fromkeys(chain(*choice))) for choice in product(*choices)))


@dataclass(frozen=True)
class _Reader:
    path: str
    variables: frozenset[str]

    def formula(self, expression: Expression) -> Union:
        if isinstance(expression, Symbol) or expression.head not in ("and", "or", "<=", ">="):
            raise self._error(expression, f"{expression} is not a formula of <=, >=, and, or")
        parts = expression.items[1:]
        if expression.head in ("<=", ">="):
            return ((self._inequality(expression),),)
        if not parts:
            raise self._error(expression, f"{expression.head!r} has no operands")
        unions = [self.formula(part) for part in parts]
        if expression.head == "and":
            return both(self.path, expression.line, unions)
        return tuple(dict.fromkeys(conjunction for union in unions for conjunction in union))

    def _inequality(self, expression: Group) -> Inequality:
        if len(expression.items) != 3:
            raise self._error(expression, f"{expression.head!r} has {len(expression.items) - 1} operands; it takes 2")
        left, right = (self._linear(side) for side in expression.items[1:])
        small, large = (left, right) if expression.head == "<=" else (right, left)
        total = _sum([small, _times(large, Fraction(-1))])
        terms = tuple(sorted((name, value) for name, value in total.items() if name and value))
        if not terms:
            raise self._error(expression, "compares constants: no variable is left in it")
        return Inequality(terms, -total.get("", Fraction(0)))

    def _linear(self, expression: Expression) -> Linear:
        if isinstance(expression, Symbol):
            return self._atom(expression)
        if expression.head not in ("+", "-", "*") or len(expression.items) < 2:
            raise self._error(expression, f"{expression} is not a linear term of +, -, *")
        first, *rest = (self._linear(item) for item in expression.items[1:])
        if expression.head == "+":
            return _sum([first, *rest])
        if expression.head == "-":
            return _sum([first, *(_times(term, Fraction(-1)) for term in rest)]) if rest else _times(first, Fraction(-1))
        return self._product(expression, [first, *rest])

    def _product(self, expression: Group, factors: list[Linear]) -> Linear:
        variable = [factor for factor in factors if set(factor) - {""}]
        if len(variable) > 1:
            raise self._error(expression, "multiplies variables, which is not linear")
        out = variable[0] if variable else {"": Fraction(1)}
        for factor in factors:
            if not set(factor) - {""}:
                out = _times(out, factor[""])
        return out

    def _atom(self, symbol: Symbol) -> Linear:
        if symbol.text in self.variables:
            return {symbol.text: Fraction(1)}
        if not NUMBER.fullmatch(symbol.text):
            raise self._error(symbol, f"{symbol} is neither a declared variable nor a decimal number")
        with located(self.path, f"line {symbol.line}"):
            return {"": as_fraction(symbol.text)}

    def _error(self, expression: Expression, reason: str) -> LoadError:
        return LoadError(self.path, f"line {expression.line}: {reason}")


def _sum(terms: Iterable[Linear]) -> Linear:
    out: Linear = {}
    for term in terms:
        for name, value in term.items():
            out[name] = out.get(name, Fraction(0)) + value
    return out


def _times(term: Linear, factor: Fraction) -> Linear:
    return {name: value * factor for name, value in term.items()}
