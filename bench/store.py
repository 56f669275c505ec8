"""Results that are kept: `docs/benchmarks.json`, one row for every test of the benchmark, each with the run in which it was measured.

A run replaces the rows that it measured and leaves the others, so the long cases keep the figures of their last run. A checksum stands beside them:
a figure that is changed by hand is seen, here and by the tests.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from bench.line import Line
from bench.networks import ROOT
from bench.sections import SECTIONS

__all__ = ["RESULTS", "Run", "checksum", "described", "entries", "lines", "merged", "read", "write"]

RESULTS = ROOT / "docs" / "benchmarks.json"
PACKAGES = ("numpy", "scipy", "numba", "python-flint", "pycddlib", "regioncam", "relucent", "affinitree")
Run = dict[str, str]
Results = dict[str, Any]


def described() -> Run:
    """Where and when a run takes place."""
    now, memory = datetime.now(UTC), os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "date": now.strftime("%Y-%m-%d"),
        "commit": _commit(),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory / 2**30:.0f} GiB, {platform.system()}",
        "python": platform.python_version(),
        "packages": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
        "load": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    table = Path("/proc/cpuinfo")
    text = table.read_text(encoding="utf-8") if table.exists() else ""
    names = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _commit() -> str:
    try:
        done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def entries(measured: Mapping[str, Any]) -> dict[str, Any]:
    """Rows by the name of their test, from pytest-benchmark's JSON."""
    rows = {}
    for entry in measured.get("benchmarks", []):
        info = dict(entry["extra_info"])
        if "section" in info:
            rows[entry["fullname"]] = info | {"calls": info.get("calls", entry["stats"]["data"])}
    return rows


def merged(results: Results, rows: Mapping[str, Any], run: Run, known: Iterable[str]) -> Results:
    """The results with these rows in place of their older ones, in the order of known tests; rows of others go, and runs without a row."""
    name = f"{run['date']} {run['commit']}"
    kept = {**results.get("rows", {}), **{key: {**row, "run": name} for key, row in rows.items()}}
    ordered = {key: kept[key] for key in known if key in kept}
    runs = {**results.get("runs", {}), name: run}
    return {"runs": {key: runs[key] for key in sorted({row["run"] for row in ordered.values()})}, "rows": ordered}


def lines(results: Results) -> list[Line]:
    """The rows by section; runs are named by letters, in the order of their dates."""
    letters = dict(zip(results["runs"], ascii_lowercase, strict=False))
    found = [_line(key, row, letters[row["run"]]) for key, row in results["rows"].items()]
    return sorted(found, key=lambda line: list(SECTIONS).index(line.section))


def _line(key: str, row: Mapping[str, Any], run: str) -> Line:
    tuples = {name: tuple(row[name]) for name in ("calls", "signs", "asked", "also") if name in row}
    return Line(**{**row, **tuples, "key": key, "run": run})


def checksum(results: Results) -> str:
    """SHA-256 of runs and rows, however they are laid out in a file."""
    return hashlib.sha256(json.dumps([results["runs"], results["rows"]], sort_keys=True).encode()).hexdigest()


def read(path: Path = RESULTS) -> Results:
    """What is kept; nothing at first.

    Raises
    ------
    ValueError
        If it is not what was written.
    """
    if not path.exists():
        return {"runs": {}, "rows": {}}
    found: Results = json.loads(path.read_text(encoding="utf-8"))
    if found.pop("checksum", None) != checksum(found):
        raise ValueError(f"{path}: has been changed since it was written; take the version before, and measure anew")
    return found


def write(results: Results, path: Path = RESULTS) -> None:
    """Keep these results."""
    path.write_text(json.dumps({"checksum": checksum(results), **results}, indent=1) + "\n", encoding="utf-8")
