"""One line for whoever waits: kernels are compiled when they are first needed after an installation, which takes a minute or two, once.

The line is a warning of the logger ``geom``: Python writes it to standard error unless logging is set up otherwise, as the command line does.
"""

from __future__ import annotations

import logging

from numba.core import event

__all__ = ["Announcer", "announce_compiling"]

MESSAGE = "geom compiles kernels and keeps them: the first call of its kind after an installation takes up to two minutes, the next one none"


class Announcer(event.Listener):  # type: ignore[misc]
    """Logs one line when the first kernel of this process is compiled; what is loaded from disk says nothing."""

    def __init__(self) -> None:
        self.is_told = False

    def on_start(self, event: event.Event) -> None:
        function = getattr(event.data.get("dispatcher"), "py_func", None)
        if not self.is_told and getattr(function, "__module__", "").startswith("geom.kernels"):
            self.is_told = True
            logging.getLogger("geom").warning(MESSAGE)

    def on_end(self, event: event.Event) -> None:
        """Nothing is said at the end."""


def announce_compiling() -> None:
    """Have the first compilation of this process announced."""
    event.register("numba:compile", Announcer())
