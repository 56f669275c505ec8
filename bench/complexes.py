"""relucent's answer for one network in plain Python, and its time; for a process of its own, because relucent forks, which slows its parent."""

from __future__ import annotations

import importlib
import time
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Complex", "complex_of"]

Code = tuple[int, ...]
Arrays = list[NDArray[np.float64]]


class Complex(NamedTuple):
    """What relucent found, and the seconds it took.

    Attributes
    ----------
    half_spaces : dict
        For every cell's code and every unit that it lists as a facet: the row (a, b) of a.x + b <= 0, scaled to largest slope 1.
    edges : list of (code, code, unit)
        Its dual graph.
    refuted : set of (code, unit)
        Facets that the dual graph gave to cells which, by relucent's own linear programs, do not have them.
    """

    seconds: float
    half_spaces: dict[Code, dict[int, NDArray[np.float64]]]
    edges: list[tuple[Code, Code, int]]
    refuted: set[tuple[Code, int]]


def complex_of(weights: Arrays, biases: Arrays, check: bool = False) -> Complex:
    """Time the search, the dual graph and the rows of the facets of all cells; with `check`, ask the linear programs again afterwards."""
    relucent = importlib.import_module("relucent")
    started = time.perf_counter()
    found = relucent.Complex(list(zip(weights, biases, strict=True)))
    search = found.bfs(nworkers=1, verbose=0, verify=False)
    graph = found.dual_graph()
    rows = [np.asarray(cell.halfspaces)[cell.shis] for cell in found]
    seconds = time.perf_counter() - started
    assert search.complete, "the search came to its end"
    half_spaces = {
        _code(cell): dict(zip(cell.shis, row / np.abs(row[:, :-1]).max(axis=1, keepdims=True), strict=True))
        for cell, row in zip(found, rows, strict=True)
    }
    edges = [(_code(a), _code(b), int(unit)) for a, b, unit in graph.edges(data="shi")]
    return Complex(seconds, half_spaces, edges, _refuted(relucent, found) if check else set())


def _code(cell: Any) -> Code:
    return tuple((cell.ss_np > 0).astype(int).ravel().tolist())


def _refuted(relucent: Any, found: Any) -> set[tuple[Code, int]]:
    facets_of = importlib.import_module("relucent.geometry.calculations").shis
    return {(_code(cell), unit) for cell in found for unit in set(cell.shis) - set(facets_of(relucent.Polyhedron(found.net, cell.ss_np)))}
