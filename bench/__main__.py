"""``python -m bench``: run the benchmark and print one table. Options go to pytest: ``python -m bench -k acasxu``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench.networks import ROOT
from bench.report import lines, notes, table

WIDTH = 210
# Warnings are errors in this project, but a run in which all is skipped is none.
NOTHING_RAN = "ignore:Not saving anything:pytest_benchmark.logger.PytestBenchmarkWarning"
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("NUMBA", "OMP", "OPENBLAS", "MKL", "RAYON")}


def main(options: list[str]) -> int:
    """Run pytest in a process of its own, where libraries see one thread from the start, then print; pytest's exit status is ours."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "benchmark.json"
        pytest = [sys.executable, "-m", "pytest", "bench", "-q", "--benchmark-quiet", f"--benchmark-json={path}", "-W", NOTHING_RAN, *options]
        status = subprocess.run(pytest, cwd=ROOT, env=os.environ | ONE_THREAD, check=False).returncode
        text = path.read_text(encoding="utf-8") if path.exists() else ""
    rows = lines(json.loads(text)) if text.strip() else []
    console = Console(width=WIDTH, highlight=False)
    if rows:
        console.print(table(rows))
        for note in notes(rows):
            console.print(note, markup=False)
    else:
        console.print("Nothing was measured.")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
