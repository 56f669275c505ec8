"""Digests of partitions, bit for bit: a test compares those of this process with those of `python tests/digest.py smoke` run without the compiler."""

import json
import sys
from hashlib import sha256

import numpy as np
from cases import ARRANGEMENTS, BY_NAME, CASES, SPACE_ARRANGEMENTS, Problem, random_problem
from test_sweep import integer_problem, long_rows, sized_problem

import geom

SMOKE = [
    "twins through three layers",
    "second layer through a vertex of the first",
    "decimal simplex",
    "abs folded twice, d=3",
    "Telgarsky, 5 layers",
    "maximum of three coordinates",
    "0.1 + 0.2 and 0.3",
    "huge and tiny in one row",
    "subnormal box",
    "a hundred twins",
]


def problems(which):
    """Problems by name.

    "smoke" takes a second or two without the compiler; "integers" are networks of integers, long ones too, whose floats never overflow; "all" are
    the tables of cases and arrangements and random networks.
    """
    if which == "integers":
        central = [case for case in SPACE_ARRANGEMENTS if case.cells < 400]
        return {f"{maker.__name__} {p.name}": p for maker in (integer_problem, sized_problem, long_rows) for p in map(maker, range(64))} | {
            case.name: case for case in central
        }
    cases = [BY_NAME[name] for name in SMOKE] if which == "smoke" else [*CASES, *(case for case in ARRANGEMENTS if case.cells < 400)]
    spaces = [case for case in SPACE_ARRANGEMENTS if case.name in ("Shi 3", "type B2")]
    seeds = [random_problem(seed) for seed in ((2, 5, 13) if which == "smoke" else range(48))]
    anywhere = [Problem(f"{p.name}, whole space", p.hidden, ("space", p.dim), activation=p.activation) for p in seeds]
    return {problem.name: problem for problem in [*cases, *spaces, *seeds, *anywhere]}


def digest(part):
    """SHA-256 of all columns of a partition, exact witnesses included."""
    columns = part.columns
    hasher = sha256()
    for column in columns[:6]:
        hasher.update(f"{column.dtype} {column.shape}".encode())
        hasher.update(np.ascontiguousarray(column).tobytes())
    hasher.update(repr(sorted(columns.exact_witness.items())).encode())
    return hasher.hexdigest()


def digests(which):
    return {name: digest(geom.subdivide(problem.network(), problem.region())) for name, problem in problems(which).items()}


if __name__ == "__main__":
    print(json.dumps(digests(sys.argv[1])))
