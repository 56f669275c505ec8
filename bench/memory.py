"""How much memory is free, and the most that this process held."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["Growth", "free_gigabytes", "peak_gigabytes"]


def free_gigabytes() -> float:
    """Memory that a process could still get without swapping; all of the machine's where the system does not say."""
    available = _linux("/proc/meminfo", "MemAvailable")
    return available if available is not None else os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def peak_gigabytes() -> float:
    """The most memory that this process ever held."""
    # Preferred to ru_maxrss, which survives fork and exec and so counts the parent's memory too.
    peak = _linux("/proc/self/status", "VmHWM")
    kilobytes = 1 if sys.platform == "darwin" else 1024
    return peak if peak is not None else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobytes / 1e9


class Growth:
    """The most memory that a ``with`` block held above what the process held before it, in `gigabytes`.

    Exact on Linux, where the peak can be set back; elsewhere a lower bound, because an earlier peak may hide it.
    """

    def __enter__(self) -> Growth:
        _give_back()
        with suppress(OSError):
            # "5" sets VmHWM back to what is held now (man proc_pid_clear_refs).
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        held = _linux("/proc/self/status", "VmRSS")
        self._before = held if held is not None else peak_gigabytes()
        return self

    def __exit__(self, *_: object) -> None:
        self.gigabytes = peak_gigabytes() - self._before


def _give_back() -> None:
    """Return freed memory to the system, so that what is taken later is seen to be taken (glibc; elsewhere nothing happens)."""
    gc.collect()
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def _linux(table: str, name: str) -> float | None:
    path = Path(table)
    if not path.exists():
        return None
    line = next(line for line in path.read_text(encoding="ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e9
