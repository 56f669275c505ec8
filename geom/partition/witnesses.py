"""Witnesses that floats could not prove to lie strictly inside their cells: proven exactly, or replaced."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from geom.exact import FloatArray, Fractions, as_fractions, round_fractions
from geom.polyhedra.polyhedron import generators, inner_point

if TYPE_CHECKING:
    from geom.partition.cell import Cell
    from geom.partition.partition import Partition

__all__ = ["prove_witnesses"]


def prove_witnesses(partition: Partition) -> None:
    """Write proven witnesses into the columns of a partition fresh from its walk; a cell too thin for any double gets a rational one."""
    columns = partition.columns
    for i in np.flatnonzero(~columns.is_proven).tolist():
        columns.witness[i], centre = _proven(partition[i])
        if centre is None:
            columns.is_proven[i] = True
        else:
            columns.exact_witness[i] = centre


def _proven(cell: Cell) -> tuple[FloatArray, tuple[Fraction, ...] | None]:
    """A point strictly inside, for a cell whose stored witness floats could not prove.

    Returns
    -------
    The witness as doubles, and None if they are proven inside; else the exact point that they round.
    """
    a, b = cell.hrep(exact=True)
    if _strictly_inside(a, b, cell.witness):
        return cell.witness, None
    centre = inner_point(generators(a, b))
    largest = np.finfo(np.float64).max
    rounded = np.clip(round_fractions(centre), -largest, largest)
    for candidate in (rounded, np.zeros_like(rounded)):
        if _strictly_inside(a, b, candidate):
            return candidate, None
    return rounded, centre


def _strictly_inside(a: Fractions, b: Fractions, x: FloatArray) -> bool:
    return bool(np.isfinite(x).all() and np.all(a @ as_fractions(x) < b))
