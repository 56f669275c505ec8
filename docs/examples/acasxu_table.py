"""The ten properties of ACAS Xu
=============================

Every verdict on their networks, the cells asked, the seconds, and the input of every violation: the tables of docs/verification.md.

::

    python docs/examples/acasxu_table.py FOLDER                      properties 1 to 4 on all 45 networks, 5, 6, 9 and 10 on theirs
    python docs/examples/acasxu_table.py FOLDER 7 8 --seconds 3600   these two, which take long

The build of the gallery does not run it: the networks are not shipped, and it takes long.

FOLDER holds the .onnx and .vnnlib files. What is finished is appended to ``--results`` and not done again, so that a run may be stopped and taken up.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geom
from geom.verification.verification import verify

NETWORKS = [f"{i}_{j}" for i in range(1, 6) for j in range(1, 10)]
OWN = {5: "1_1", 6: "1_1", 7: "1_9", 8: "2_9", 9: "3_3", 10: "4_5"}  # Katz et al. (2017), Reluplex, appendix


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("properties", type=int, nargs="*", default=[3, 4, 5, 9, 10, 1, 2, 6])
    parser.add_argument("--seconds", type=float, default=3600.0, help="of each property on each network; default %(default)s")
    parser.add_argument("--results", type=Path, default=Path("acasxu.jsonl"))
    options = parser.parse_args()
    done = {(row["property"], row["network"]) for row in results(options.results)}
    for number in options.properties:
        for network in [OWN[number]] if number in OWN else NETWORKS:
            if (number, network) not in done:
                row = measured(options.folder, number, network, options.seconds)
                print(f"property {number} on {network}: {row['verdict']}, {row['cells']:,} cells, {row['seconds']:.2f} s", file=sys.stderr)
                with options.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")
    rows = list(results(options.results))
    print("\n".join([*totals(rows), "", *cells(rows), "", *violations(rows)]))


def results(path: Path) -> list[dict[str, Any]]:
    """Rows of a file, if there is one."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def measured(folder: Path, number: int, network: str, seconds: float) -> dict[str, Any]:
    """One verdict, from the files to the answer."""
    started = time.perf_counter()
    found = verify(folder / f"ACASXU_run2a_{network}_batch_2000.onnx", folder / f"prop_{number}.vnnlib", budget=geom.Budget(seconds=seconds))
    return {
        "property": number,
        "network": network,
        "verdict": found.verdict,
        "cells": found.cells,
        "seconds": time.perf_counter() - started,
        "point": None if found.point is None else found.point.tolist(),
        "is_double": found.is_double,
        "outputs": None if found.outputs is None else [float(v) for v in found.outputs],
        "exact_signs": found.stats.exact,
    }


def totals(rows: list[dict[str, Any]]) -> Iterator[str]:
    """One line for each property."""
    yield "| property | networks | holds | violated | unknown | cells | seconds together | longest |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for number in sorted({row["property"] for row in rows}):
        own = [row for row in rows if row["property"] == number]
        counts = " | ".join(str(sum(row["verdict"] == verdict for row in own)) for verdict in ("holds", "violated", "unknown"))
        name = OWN.get(number, f"all {len(own)}")
        n_cells, seconds = sum(row["cells"] for row in own), [row["seconds"] for row in own]
        yield f"| {number} | {name} | {counts} | {n_cells:,} | {sum(seconds):.1f} | {max(seconds):.1f} |"


def cells(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Verdict, cells asked and seconds of the properties of all networks, a line for each network and a column for each property."""
    numbers = sorted({row["property"] for row in rows} - set(OWN))
    of = {(row["network"], row["property"]): row for row in rows}
    yield "| network | " + " | ".join(f"property {number}" for number in numbers) + " |"
    yield "| --- |" + " --- |" * len(numbers)
    for network in NETWORKS:
        own = [of.get((network, number)) for number in numbers]
        if any(own):
            yield f"| {network} | " + " | ".join(f"{row['verdict']}, {row['cells']:,}, {row['seconds']:.2f} s" if row else "" for row in own) + " |"


def violations(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The input of every violation, in the digits that give the doubles back."""
    yield "| property | network | input | outputs |"
    yield "| ---: | --- | --- | --- |"
    for row in sorted(rows, key=lambda row: (row["property"], row["network"])):
        if row["verdict"] == "violated":
            point = ", ".join(map(repr, row["point"])) + ("" if row["is_double"] else " (rounded)")
            yield f"| {row['property']} | {row['network']} | {point} | {', '.join(f'{v:.6g}' for v in row['outputs'])} |"


if __name__ == "__main__":
    main()
