"""Digests of boundaries, bit for bit: a test compares this process with `python tests/boundary_digest.py smoke` run without the compiler."""

import json
import sys
from hashlib import sha256

import numpy as np
from boundary_cases import DEGENERATE, random_boundary, tied_boundary

import geom


def problems(which):
    """Problems by name; "smoke" takes a few seconds without the compiler."""
    seeds = range(16) if which == "smoke" else range(160)
    cases = list(DEGENERATE.values())[:: 4 if which == "smoke" else 1]
    found = [*cases, *map(random_boundary, seeds), *map(tied_boundary, seeds)]
    return {problem.name: problem for problem in found}


def digest(boundary):
    """SHA-256 of all columns: pieces with their vertices, sides, links, angles, hyperplanes."""
    hasher = sha256()
    columns = [*boundary._table, boundary.cell, boundary.classes, boundary.facet, boundary.changes, boundary.vanishing, *boundary.links]
    for column in (*columns, boundary.alpha, boundary.beta, boundary.volume, boundary.ridge_volume, *boundary.angles().values()):
        hasher.update(f"{column.dtype} {column.shape}".encode())
        hasher.update(np.ascontiguousarray(column).tobytes())
    return hasher.hexdigest()


def digests(which):
    return {name: digest(geom.subdivide(p.network(), p.region()).decision_boundary()) for name, p in problems(which).items()}


if __name__ == "__main__":
    json.dump(digests(sys.argv[1]), sys.stdout)
