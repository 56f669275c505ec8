"""How much memory is free, and the most that this process held."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

__all__ = ["free_gigabytes", "peak_gigabytes"]


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


def _linux(table: str, name: str) -> float | None:
    path = Path(table)
    if not path.exists():
        return None
    line = next(line for line in path.read_text(encoding="ascii").splitlines() if line.startswith(name))
    return int(line.split()[1]) * 1024 / 1e9
