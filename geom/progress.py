"""A progress bar for long walks: cells so far, rate, time, and what is left where that can be told. Nothing is drawn during the first second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

__all__ = ["Progress", "Reporter", "reporting", "rich_progress", "time_left"]

Reporter = Callable[[int, float], None]  # is called with cells and seconds
Progress = bool | Reporter  # what `progress=` takes
QUIET_SECONDS = 1.0


def reporting(progress: Progress, expected: Callable[[], float | None] | None = None) -> AbstractContextManager[Reporter]:
    """What `progress=` asks for: a bar for True (see `rich_progress`), nothing for False, the callable itself for a callable."""
    if callable(progress):
        return nullcontext(progress)
    return rich_progress(expected) if progress else nullcontext(lambda cells, seconds: None)


@contextmanager
def rich_progress(expected: Callable[[], float | None] | None = None) -> Iterator[Reporter]:
    """A callable that takes cells and seconds, and shows them on standard error while the context is open.

    Parameters
    ----------
    expected : callable, optional
        About how many cells there will be, or None where that cannot be told. It is asked once, when the bar is first drawn: short walks never pay
        for the answer.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.fields[cells]:>12,} cells  {task.fields[rate]:>10,.0f} a second"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    bar = Bar(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("walk", total=None, cells=0, rate=0.0, left="")
    total: float | None = None
    started = False

    def report(cells: int, seconds: float) -> None:
        nonlocal started, total
        if not started and seconds > QUIET_SECONDS:
            bar.start()
            started = True
            total = expected() if expected is not None else None
        if started:
            bar.update(task, cells=cells, rate=cells / seconds, left=time_left(cells, seconds, total))

    try:
        yield report
    finally:
        if started:
            bar.stop()


def time_left(cells: int, seconds: float, expected: float | None) -> str:
    """What is left of a walk, in words, if cells go on at the rate they had; nothing where that cannot be told.

    Parameters
    ----------
    cells : int
        Finished.
    seconds : float
        They took.
    expected : float, optional
        About how many there will be.

    Examples
    --------
    >>> time_left(500_000, 10.0, 3.1e6)
    'about 52 s left of 3.1e+06 cells'
    >>> time_left(3_200_000, 60.0, 3.1e6)
    'soon done'
    """
    if expected is None or cells == 0:
        return ""
    left = (expected - cells) * seconds / cells
    if left <= 0:
        return "soon done"
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if left >= 2 * size:
            return f"about {left / size:.0f} {unit} left of {expected:.2g} cells"
    return f"about {left:.0f} s left of {expected:.2g} cells"
