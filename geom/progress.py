"""A progress bar for long walks: cells so far, rate, time. Nothing is drawn during the first second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

__all__ = ["rich_progress"]

QUIET_SECONDS = 1.0


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
