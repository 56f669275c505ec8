"""Everything that can go wrong for a user, under one root: `GeomError`.

A message gives the value, the limit and what to do next. Every class survives pickling, because workers send errors home.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "BudgetExceeded",
    "DomainError",
    "GeomError",
    "Interrupted",
    "LoadError",
    "MissingDependency",
    "NetworkError",
    "SaveError",
    "UnsupportedOperator",
]


class GeomError(Exception):
    """Root of all errors that `geom` raises on purpose."""


class NetworkError(GeomError, ValueError):
    """Weights, shapes or codes that do not make a network, or a network that this engine cannot take."""


class DomainError(GeomError, ValueError):
    """A domain that is empty, flat, inverted, unbounded where it may not be, or of another dimension than the network."""


class LoadError(GeomError):
    """A file that cannot be read as what it claims to be.

    Parameters
    ----------
    path : str
        The file, or a name for the object that was being read.
    reason : str
        What is wrong and where.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = str(path), reason
        super().__init__(f"{self.path}: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.reason)


class SaveError(GeomError):
    """A file that cannot be written; what stood under its name before, if anything, is untouched.

    Parameters
    ----------
    path : str
    reason : str
        What stopped it.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = str(path), reason
        super().__init__(f"{self.path}: cannot be written: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.reason)


class UnsupportedOperator(LoadError):
    """An operator or module outside the piecewise-affine chains that `geom` reads; the message names it and its position."""


class MissingDependency(GeomError, ImportError):
    """An optional package is not installed; the message holds the command that installs it."""

    def __init__(self, package: str, purpose: str, extra: str) -> None:
        self.package, self.purpose, self.extra = package, purpose, extra
        super().__init__(f"{purpose} needs {package}: pip install 'geom-engine[{extra}]'")

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.package, self.purpose, self.extra)


class BudgetExceeded(GeomError):
    """The walk stopped at a limit; what it had finished is in `partial` and is valid.

    Attributes
    ----------
    limit : str
        Which limit: ``"cells"``, ``"seconds"`` or ``"memory"`` (bytes).
    value : float
        Its value.
    cells : int
        How many cells had been finished.
    partial : Partition, Count or None
        Those cells, in canonical order: each is a cell of the full partition, none is cut short. None where a part would be no answer, as of a
        boundary.
    """

    def __init__(self, limit: str, value: float, cells: int, partial: Any = None) -> None:
        self.limit, self.value, self.cells, self.partial = limit, value, cells, partial
        super().__init__(self._message())

    def _message(self) -> str:
        kept = "they are in the attribute `partial`" if self.partial is not None else "a part would be no answer, so nothing is kept"
        return (
            f"reached the budget of {self.limit}={self.value:,} after {self.cells:,} cells; "
            f"{kept}; raise the budget or take a smaller domain for the rest"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.value, self.cells, self.partial)


class Interrupted(BudgetExceeded, KeyboardInterrupt):
    """Ctrl-C stopped the walk; like `BudgetExceeded`, it carries the finished cells in `partial`."""

    def _message(self) -> str:
        kept = "; they are in the attribute `partial`" if self.partial is not None else "; a part would be no answer, so nothing is kept"
        return f"interrupted after {self.cells:,} cells{kept}"
