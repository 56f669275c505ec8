"""Everything that can go wrong for a user, under one root: `GeomError`.

A message says what is wrong (the value), where (the argument, the layer, the line of the file) and what to do next, in one line. Every class survives
pickling, because workers send errors home.

One rule says which class it is: that of the thing that is wrong, whatever is wrong with it. An argument of a wrong Python type is an argument with a
wrong value; no TypeError, AttributeError or error of numpy's comes out of a public function because of what was handed to it.

- `NetworkError`: networks, weights and codes; layers, units, classes and outputs of a network; points as its inputs.
- `DomainError`: boxes and polyhedra; points as members of them; dimensions that cannot be walked or drawn.
- `LoadError`, `UnsupportedOperator`: files and foreign models that are read. `SaveError`: files that are written.
- `NotFound`: the number of a cell, piece or site, or a code or name, that is not there.
- `MissingDependency`: an optional package. `BudgetExceeded`, `Interrupted`: a limit, Ctrl-C.
- `GeomError` itself: everything else, such as options, and questions that a partition cannot answer.

Where Python has a class for the case too, the error is of both: ``except ValueError``, ``IndexError``, ``KeyError``, ``ImportError`` and
``KeyboardInterrupt`` work as everywhere. What Python checks stays Python's: arguments that are missing or have no such name, what has no length or
truth value, and the truth of a flag.
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
    "NotFound",
    "SaveError",
    "UnsupportedOperator",
]


def shown(value: Any) -> str:
    """The value as Python writes it, in one line and not too long; its class where that says nothing."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # Python writes no integers of more than some thousand digits; what other classes write is theirs
        return f"{type(value).__name__} beyond all measure"
    if " at 0x" in text:
        return f"an object of the class {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


class GeomError(Exception):
    """Root of all errors that `geom` raises on purpose; its message is one line, also where it shows an array or the words of another package."""

    def __str__(self) -> str:
        return " ".join(super().__str__().split())


class NetworkError(GeomError, ValueError):
    """Weights, shapes or codes that do not make a network, or a network that this engine cannot take."""


class DomainError(GeomError, ValueError):
    """A domain that is empty, flat, inverted, unbounded where it may not be, or of another dimension than the network."""


class NotFound(GeomError, IndexError, KeyError):
    """No cell, piece or site has this number, or this code or name; also an IndexError and a KeyError, as Python's containers raise."""

    def __str__(self) -> str:
        return " ".join(Exception.__str__(self).split())  # KeyError's own puts the message in quotes


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
    partial : Partition, optional
        What ``geom.subdivide(..., out=path)`` had found and could not save; ``error.partial.save(elsewhere)`` does.
    """

    def __init__(self, path: str, reason: str, partial: Any = None) -> None:
        self.path, self.reason, self.partial = str(path), reason, partial
        super().__init__(f"{self.path}: cannot be written: {reason}" + "; what was found is in the attribute `partial`" * (partial is not None))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.path, self.reason, self.partial)


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
    """The walk stopped at a limit; what it had found until then is in `partial` and is true.

    Attributes
    ----------
    limit : str
        Which limit: ``"cells"``, ``"seconds"`` or ``"memory"`` (bytes).
    value : float
        Its value.
    cells : int
        How many cells had been finished.
    partial : Partition, Count, Verification or None
        Of `subdivide` those cells, in canonical order: each is a cell of the full partition, none is cut short. Of `count` and `verify` the result so
        far. None where nothing is kept, as of boundaries and ranges.
    """

    def __init__(self, limit: str, value: float, cells: int, partial: Any = None) -> None:
        self.limit, self.value, self.cells, self.partial = limit, value, cells, partial
        super().__init__(self._message())

    def _message(self) -> str:
        return (
            f"reached the budget of {self.limit}={self.value:,} after {self.cells:,} cells; {self._kept()}; "
            "raise the budget or take a smaller domain for the rest"
        )

    def _kept(self) -> str:
        if self.partial is None:
            return "nothing of them is kept"
        return f"what was found until then is in the attribute `partial`, a geom.{type(self.partial).__name__}"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.limit, self.value, self.cells, self.partial)


class Interrupted(BudgetExceeded, KeyboardInterrupt):
    """Ctrl-C stopped the walk; like `BudgetExceeded`, it carries what was found until then in `partial`."""

    def _message(self) -> str:
        return f"interrupted after {self.cells:,} cells; {self._kept()}"
