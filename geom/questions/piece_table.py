"""What a walk with questions found, as columns in input coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.engine import ragged
from geom.engine.columns import shifted
from geom.engine.packing import first_words
from geom.engine.start import Start
from geom.exact import FloatArray
from geom.kernels.cells.found import Found
from geom.kernels.numbers.ball import INFLATE, U

__all__ = ["PieceTable", "gathered", "joined"]

TINIEST = 2.0**-1074
Ints = NDArray[np.int64]
Int32s = NDArray[np.int32]


class PieceTable(NamedTuple):
    """n pieces, in the order of their cells. Entries of piece i are those from x_at[i] to x_at[i + 1]; those of a ridge and a vertex alike.

    Constraints are numbered walls first, then units through the network, then forms.

    Attributes
    ----------
    words : (n, V) uint64
        Packed codes of the cells that pieces lie in.
    clause : (n,) int32
        The clause that holds on that side.
    constraint_at, constraint : (n + 1,), (c,)
        The constraints that contain each piece.
    vertex_at : (n + 1,)
    vertex : (m, d) float64
        Vertices, and rays where `is_ray`; of lines of the whole partition there is nothing.
    is_ray : (m,) bool
    radius : (m,) float64
        The true vertex is within that of the one above, in every coordinate. Of rays it is the distance from a multiple of the true one.
    tight_at, tight : (m + 1,), (t,)
        Constraints that hold with equality at each vertex; they have rank d.
    ridge_at : (n + 1,)
    name_at, name : (r + 1,), (s,)
        Constraints that contain each ridge, without those that contain its piece.
    corner_at, corner : (r + 1,), (q,)
        The vertices of each ridge, by their position among those of its piece.
    """

    words: NDArray[np.uint64]
    clause: Int32s
    constraint_at: Ints
    constraint: Int32s
    vertex_at: Ints
    vertex: FloatArray
    is_ray: NDArray[np.bool_]
    radius: FloatArray
    tight_at: Ints
    tight: Int32s
    ridge_at: Ints
    name_at: Ints
    name: Int32s
    corner_at: Ints
    corner: Int32s

    def constraints_of(self, i: int) -> Int32s:
        return self.constraint[self.constraint_at[i] : self.constraint_at[i + 1]]

    def vertices_of(self, i: int) -> slice:
        return slice(int(self.vertex_at[i]), int(self.vertex_at[i + 1]))

    def tight_of(self, vertex: int) -> Int32s:
        return self.tight[self.tight_at[vertex] : self.tight_at[vertex + 1]]

    def take(self, index: Ints) -> PieceTable:
        """These pieces, in this order."""
        constraint_at, constraints = ragged.runs(self.constraint_at, index)
        vertex_at, vertices = ragged.runs(self.vertex_at, index)
        tight_at, tight = ragged.runs(self.tight_at, vertices)
        ridge_at, ridges = ragged.runs(self.ridge_at, index)
        name_at, names = ragged.runs(self.name_at, ridges)
        corner_at, corners = ragged.runs(self.corner_at, ridges)
        return PieceTable(
            words=self.words[index],
            clause=self.clause[index],
            constraint_at=constraint_at,
            constraint=self.constraint[constraints],
            vertex_at=vertex_at,
            vertex=self.vertex[vertices],
            is_ray=self.is_ray[vertices],
            radius=self.radius[vertices],
            tight_at=tight_at,
            tight=self.tight[tight],
            ridge_at=ridge_at,
            name_at=name_at,
            name=self.name[names],
            corner_at=corner_at,
            corner=self.corner[corners],
        )


def gathered(chunks: Sequence[Found], start: Start, widths: Sequence[int], n_idle: int, dim: int) -> PieceTable:
    """All chunks, in input coordinates and in the network's numbering.

    Parameters
    ----------
    chunks : sequence of Found
        Of a walk whose last layer is the forms, without the idle layers.
    start : Start
    widths : sequence of int
        Units of all layers, the idle ones and the forms included.
    n_idle, dim : int
        Layers without a cut before the walk's first, and inputs of the network.
    """
    d, n_walls = len(start.placement.centre), len(start.walls)
    first_word, idle_units = first_words(widths), sum(widths[:n_idle])
    idle_words, form_word = int(first_word[n_idle]), int(first_word[-2])
    words = np.concatenate([np.zeros((0, int(first_word[-1]) - idle_words), dtype=np.uint64), *(c.code for c in chunks)])
    words = words[:, : form_word - idle_words]
    generators = np.concatenate([np.zeros((0, d + 2)), *(c.vertex for c in chunks)])
    tight_at, tight = _joined([(c.tight_at, c.tight) for c in chunks])
    vertex, is_ray, radius = _placed(generators, tight_at, tight, start, dim)
    constraint_at, constraint = _joined([(c.constraint_at, c.constraint) for c in chunks])
    name_at, name = _joined([(c.name_at, c.name) for c in chunks])
    corner_at, corner = _joined([(c.corner_at, c.corner) for c in chunks])
    return PieceTable(
        words=np.concatenate([np.zeros((len(words), idle_words), dtype=np.uint64), words], axis=1),
        clause=np.concatenate([np.zeros(0, dtype=np.int32), *(c.clause for c in chunks)]),
        constraint_at=constraint_at,
        constraint=shifted(constraint, n_walls, idle_units),
        vertex_at=ragged.joined([c.vertex_at for c in chunks]),
        vertex=vertex,
        is_ray=is_ray,
        radius=radius,
        tight_at=tight_at,
        tight=shifted(tight, n_walls, idle_units),
        ridge_at=ragged.joined([c.ridge_at for c in chunks]),
        name_at=name_at,
        name=shifted(name, n_walls, idle_units),
        corner_at=corner_at,
        corner=corner,
    )


def joined(found: Sequence[PieceTable]) -> PieceTable:
    """All pieces of several walks of one network, one after the other."""
    columns: Iterator[tuple[str, tuple[NDArray[Any], ...]]] = zip(PieceTable._fields, zip(*found, strict=True), strict=True)
    whole: list[NDArray[Any]] = [ragged.joined(arrays) if name.endswith("_at") else np.concatenate(arrays) for name, arrays in columns]
    return PieceTable(*whole)


def _placed(generators: FloatArray, tight_at: Ints, tight: Int32s, start: Start, dim: int) -> tuple[FloatArray, NDArray[np.bool_], FloatArray]:
    """Vertices in all input coordinates, which of them are rays, and their radii."""
    d, kept = len(start.placement.centre), list(start.kept)
    y, w, error = generators[:, :d], generators[:, d], generators[:, d + 1]
    is_ray = np.zeros(len(y), dtype=np.bool_)
    if not start.is_bounded:
        is_ray = np.add.reduceat(np.append(tight == len(start.walls) - 1, False), tight_at[:-1]) > 0 if len(y) else is_ray
    centre, scale = start.placement.floats()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        divisor = np.where(is_ray, 1.0, w)
        off = (
            np.zeros(len(y))
            if start.is_bounded
            else np.where(is_ray, error, error / (w - error) * (1 + np.abs(y / divisor[:, None]).max(axis=1, initial=0)))
        )
        off = np.where(start.is_bounded, error, off)
        step = scale * (y / divisor[:, None])
        x = np.where(is_ray[:, None], step, centre + step)
        lost = 4 * U * (np.abs(centre) + np.abs(step)).max(axis=1, initial=0) + TINIEST
        radius = (off * scale.max(initial=0) + lost) * INFLATE
        radius[~(radius >= 0) | (~is_ray & ~(w > error) if not start.is_bounded else np.zeros(len(w), dtype=np.bool_))] = np.inf
    every = len(start.kept) == dim
    vertex = x if every else np.zeros((len(x), dim))
    if not every:
        vertex[:, kept] = x
    return vertex, is_ray, radius


def _joined(pairs: Sequence[tuple[Ints, Int32s]]) -> tuple[Ints, Int32s]:
    return ragged.joined([at for at, _ in pairs]), np.concatenate([np.zeros(0, dtype=np.int32), *(entries for _, entries in pairs)])
