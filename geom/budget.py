"""Limits on a walk, and Ctrl-C: looked at between the walk's steps, so that what is finished is whole."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from numbers import Integral, Real
from types import FrameType, TracebackType
from typing import Any

from geom.errors import BudgetExceeded, GeomError, Interrupted, shown

__all__ = ["AnyBudget", "Budget", "Interrupts", "Pace", "raise_if_stopped"]


@dataclass(frozen=True)
class Budget:
    """Where a walk stops if it has not finished; the first limit that is reached counts.

    Parameters
    ----------
    cells : int, optional
        Finished cells; the result then has exactly so many, in a bounded domain the first ones in canonical order.
    seconds : float, optional
        Wall time.
    memory : int, optional
        Bytes of the walk's arrays and of the cells collected.

    Raises
    ------
    GeomError
        If a limit is not positive.

    Examples
    --------
    >>> Budget(cells=1000)
    Budget(cells=1000, seconds=None, memory=None)
    """

    cells: int | None = None
    seconds: float | None = None
    memory: int | None = None

    def __post_init__(self) -> None:
        for field, kind in zip(fields(self), (Integral, Real, Integral), strict=True):
            value = getattr(self, field.name)
            if value is None:
                continue
            is_number = isinstance(value, kind) and not isinstance(value, bool)
            if not is_number or not value > 0:
                what = "whole number" if kind is Integral else "number"
                raise GeomError(f"budget: {field.name} must be a positive {what} or None; got {shown(value)}")

    @classmethod
    def of(cls, budget: Budget | Mapping[str, Any] | None) -> Budget:
        """A budget from itself, from a dict with its field names, or none at all."""
        if budget is None:
            return cls()
        if isinstance(budget, cls):
            return budget
        known = {field.name for field in fields(cls)}
        if not isinstance(budget, Mapping) or set(budget) - known:
            raise GeomError(f"budget: expected geom.Budget or a dict with keys among {sorted(known)}, such as {{'cells': 1000}}; got {shown(budget)}")
        return cls(**budget)

    def exceeded(self, cells: int, seconds: float, memory: int) -> str | None:
        """Name of the first limit that these figures pass, if any."""
        figures = {"cells": cells, "seconds": seconds, "memory": memory}
        for name, figure in figures.items():
            limit = getattr(self, name)
            if limit is not None and figure > limit:
                return name
        return None


AnyBudget = Budget | Mapping[str, Any] | None  # what `budget=` takes


def raise_if_stopped(stopped: str | None, budget: Budget, cells: int, partial: Any = None) -> None:
    """What a walk that was stopped raises: `Interrupted` or `BudgetExceeded`, with what is finished; nothing where it was not.

    Parameters
    ----------
    stopped : str, optional
        The field of the budget whose limit was reached, or ``"interrupt"``.
    budget : Budget
    cells : int
        How many were finished.
    partial : object
        The finished part of the answer, if that is worth anything.
    """
    if stopped == "interrupt":
        raise Interrupted("interrupt", 0, cells, partial)
    if stopped is not None:
        raise BudgetExceeded(stopped, getattr(budget, stopped), cells, partial)


class Interrupts:
    """While this context is open, Ctrl-C sets `pressed` instead of raising anywhere. A second one within it raises at once."""

    def __init__(self) -> None:
        self.pressed = False
        self._before: Any = None

    def __enter__(self) -> Interrupts:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._press)
        return self

    def _press(self, number: int, frame: FrameType | None) -> None:
        if self.pressed:
            raise KeyboardInterrupt
        self.pressed = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)


class Pace:
    """How many steps to ask for so that the walk comes back about twenty times a second."""

    TARGET = 0.05

    def __init__(self) -> None:
        self.steps = 1 << 10
        self._since = time.perf_counter()

    def begin(self) -> None:
        self._since = time.perf_counter()

    def end(self, used_all: bool) -> None:
        """Adjust after a call that used all its steps."""
        seconds = time.perf_counter() - self._since
        if used_all:
            factor = min(4.0, max(0.25, self.TARGET / max(seconds, 1e-6)))
            self.steps = max(16, min(1 << 24, int(self.steps * factor)))
