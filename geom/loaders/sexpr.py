"""S-expressions with line numbers: the syntax of SMT-LIB, as much of it as property files use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from geom.errors import LoadError

__all__ = ["Expression", "Group", "Symbol", "parse"]

TOKEN = re.compile(r";[^\n]*|[()]|[^\s();]+")
DEEPEST = 100  # keeps all recursion over expressions short


@dataclass(frozen=True)
class Symbol:
    """A word: a name, a number or an operator."""

    text: str
    line: int

    def __str__(self) -> str:
        return repr(self.text)


@dataclass(frozen=True)
class Group:
    """Expressions in parentheses."""

    items: tuple[Expression, ...]
    line: int

    def __str__(self) -> str:
        return f"({self.head} ...)" if self.head is not None else "(...)"

    @property
    def head(self) -> str | None:
        """The word that it begins with, if it begins with one."""
        return self.items[0].text if self.items and isinstance(self.items[0], Symbol) else None


Expression = Symbol | Group


def parse(path: str, text: str) -> list[Expression]:
    """The expressions of a text, in order; `path` is its name in errors.

    Examples
    --------
    >>> expression, = parse("example", "(<= x 1) ; one")
    >>> expression.head, len(expression.items), expression.line
    ('<=', 3, 1)
    """
    # The items read so far of each group that is open, and the line where it opens; the outermost is the text.
    open_groups: list[tuple[int, list[Expression]]] = [(1, [])]
    for token, line in _tokens(text):
        if token == "(":
            if len(open_groups) > DEEPEST:
                raise LoadError(path, f"line {line}: parentheses are nested deeper than {DEEPEST}")
            open_groups.append((line, []))
        elif token == ")":
            start, items = open_groups.pop()
            if not open_groups:
                raise LoadError(path, f"line {line}: ')' closes nothing")
            open_groups[-1][1].append(Group(tuple(items), start))
        else:
            open_groups[-1][1].append(Symbol(token, line))
    if len(open_groups) > 1:
        raise LoadError(path, f"line {open_groups[-1][0]}: '(' is never closed")
    return open_groups[0][1]


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    for line, content in enumerate(text.split("\n"), start=1):
        for match in TOKEN.finditer(content):
            if not match[0].startswith(";"):
                yield match[0], line
