"""``python -m bench``: run the benchmark and print its tables; with ``--write`` keep the results and write them into docs/benchmarks.md.

Other options go to pytest: ``-k acasxu``, ``-m slow`` for the long cases, or the name of one test, such as
``bench/test_walk.py::test_walk[2-1400]``. ``--page`` measures nothing and writes the page from the results that are kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import store
from bench.networks import ROOT
from bench.page import PAGE, filled, runs_text
from bench.sections import SECTIONS
from bench.tables import tables

# Warnings are errors in this project, but a run in which all is skipped is none.
NOTHING_RAN = "ignore:Not saving anything:pytest_benchmark.logger.PytestBenchmarkWarning"
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("NUMBA", "OMP", "OPENBLAS", "MKL", "RAYON")}


def main(options: list[str]) -> int:
    """Measure and print, and write where that is asked for; pytest's exit status is ours. A run that failed is not written."""
    ours = [option for option in options if option in ("--write", "--page")]
    run = store.described()
    status, rows = (0, {}) if "--page" in ours else measured([option for option in options if option not in ours])
    known = tests()
    if ours and status == 0:
        results = store.merged(store.read(), rows, run, known)
        store.write(results)  # before anything else: what took minutes to measure is not lost to a mistake in a table
        text = filled(PAGE.read_text(encoding="utf-8"), tables(store.lines(results)) | {"runs": runs_text(results["runs"])})
        PAGE.write_text(text, encoding="utf-8")
    for name, table in tables(store.lines(store.merged({}, rows, run, known))).items():
        print(f"\n{SECTIONS.get(name, 'what was asked for')}\n\n{table}")
    return status


def measured(options: list[str]) -> tuple[int, dict[str, Any]]:
    """Run pytest in a process of its own, where libraries see one thread from the start; its exit status and the rows it measured."""
    names = any("::" in option for option in options)
    which = ["-m", ""] if names else ["bench"]  # a test that is named runs however long it is
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.json"
        pytest = [sys.executable, "-m", "pytest", "-q", "--benchmark-quiet", f"--benchmark-json={path}", "-W", NOTHING_RAN, *which, *options]
        status = subprocess.run(pytest, cwd=ROOT, env=os.environ | ONE_THREAD, check=False).returncode
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    return status, store.entries(json.loads(text)) if text.strip() else {}


def tests() -> list[str]:
    """Names of all tests of the benchmark, long ones included, in their order."""
    pytest = [sys.executable, "-m", "pytest", "bench", "--collect-only", "-q", "-m", "", "--benchmark-disable"]
    listed = subprocess.run(pytest, cwd=ROOT, env=os.environ | ONE_THREAD, check=False, capture_output=True, text=True).stdout
    return [line for line in listed.splitlines() if line.startswith("bench/") and "::" in line]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
