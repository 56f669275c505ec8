"""A progress bar for long walks: cells so far, rate, time. Nothing is drawn during the first second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

__all__ = ["reporting", "rich_progress"]

QUIET_SECONDS = 1.0


def reporting(progress: bool | Callable[[int, float], None]) -> AbstractContextManager[Callable[[int, float], None]]:
    """What `progress=` asks for: a bar for True, nothing for False, the callable itself for a callable."""
    if callable(progress):
        return nullcontext(progress)
    return rich_progress() if progress else nullcontext(lambda cells, seconds: None)


@contextmanager
def rich_progress() -> Iterator[Callable[[int, float], None]]:
    """A callable that takes cells and seconds, and shows them on standard error while the context is open."""
    columns = (SpinnerColumn(), TextColumn("{task.fields[cells]:>12,} cells  {task.fields[rate]:>10,.0f} a second"), TimeElapsedColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("walk", total=None, cells=0, rate=0.0)
    started = False

    def report(cells: int, seconds: float) -> None:
        nonlocal started
        if not started and seconds > QUIET_SECONDS:
            bar.start()
            started = True
        if started:
            bar.update(task, cells=cells, rate=cells / seconds)

    try:
        yield report
    finally:
        if started:
            bar.stop()
