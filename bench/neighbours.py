"""Adjacency of one partition in a process of its own, with checks and the memory it takes, as JSON.

``python -m bench.neighbours 2-1650`` for a network over [-1, 1]^d, ``python -m bench.neighbours 3_3 9`` for an ACAS Xu network and a property.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
from scipy.sparse.csgraph import connected_components

import geom
from bench.memory import Growth
from bench.networks import acasxu, cube, he_network
from bench.timing import warm_up

__all__ = ["neighbours_alone"]


def neighbours_alone(network: str, number: int | None = None) -> dict[str, object]:
    """Time `Partition.adjacency` once, on a partition that has not been asked before."""
    net, domain = _problem(network) if number is None else acasxu(network, number)
    warm_up(net.input_dim, len(net.widths))
    geom.subdivide(he_network("2-3"), cube(2)).adjacency()
    part = geom.subdivide(net, domain)
    with Growth() as growth:
        started = time.perf_counter()
        matrix = part.adjacency()
        call = time.perf_counter() - started
    _check(part, matrix)
    return {
        "cells": len(part),
        "walk": part.seconds,
        "call": call,
        "signs": list(part.stats),
        "gigabytes": growth.gigabytes,
        "mean_degree": matrix.nnz / len(part),
        "dim": part.dim,
    }


def _problem(name: str) -> tuple[geom.Network, geom.Box]:
    net = he_network(name)
    return net, cube(net.input_dim)


def _check(part: geom.Partition, matrix: object) -> None:
    """Symmetric, no cell beside itself, one component; every facet off the border of the domain is counted from both of its sides."""
    assert matrix.shape == (len(part), len(part))
    assert (matrix != matrix.T).nnz == 0, "adjacency is symmetric"
    assert not matrix.diagonal().any(), "no cell is beside itself"
    assert connected_components(matrix, directed=False)[0] == 1, "a partition of a convex domain is connected"
    assert matrix.nnz == inner_sides(part), "every facet that is no wall has a cell on its other side"


def inner_sides(part: geom.Partition) -> int:
    """Facets, counted from every cell that has them, that lie on no wall of the domain."""
    facet = part.columns.facet
    of_facet = np.cumsum(facet >= 0) - 1
    on_wall = np.where(facet < 0, ~facet, facet) < part.n_walls
    return int((facet >= 0).sum()) - len(np.unique(of_facet[on_wall]))


if __name__ == "__main__":
    print(json.dumps(neighbours_alone(sys.argv[1], *map(int, sys.argv[2:]))))
