"""The arrays of a walk with questions: what is asked, and room for what is found, which is taken away when it is full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geom.engine.packing import pack_bits
from geom.kernels.cells.clauses import CLOSED, HIGHEST, OPEN, Asked, clause_walk
from geom.kernels.cells.found import Found
from geom.kernels.cells.state import State

__all__ = ["CLOSED", "HIGHEST", "OPEN", "Asking", "Clause"]

ROOM = 1 << 10
Clause = tuple[Sequence[int], Sequence[int]]  # forms that shall be >= 0, and forms that shall be <= 0


class Asking:
    """What a walk is asked.

    Parameters
    ----------
    state : State
        Of a walk whose last layer is the forms.
    clauses : sequence of (forms >= 0, forms <= 0)
        For HIGHEST, clause p is taken as form p, and what it says is not looked at.
    mode : OPEN, CLOSED or HIGHEST
        See `kernels.cells.clauses`.
    stops : bool
        Whether the walk shall end with the first piece found.
    """

    def __init__(self, state: State, clauses: Sequence[Clause], mode: int, stops: bool) -> None:
        is_needed = np.zeros((len(clauses), 2, int(state.net.first[-1] - state.net.first[-2])), dtype=np.bool_)
        for p, sides in enumerate(clauses):
            for side, forms in enumerate(sides):
                is_needed[p, side, list(forms)] = True
        need = pack_bits(is_needed)
        now = np.array([-1, 0, mode, stops], dtype=np.int64)
        signed, flat = np.zeros((2, need.shape[2]), dtype=np.uint64)
        self.asked = Asked(need, now, signed, flat, np.full(len(clauses), -np.inf))
        self.found = _room(state, ROOM)
        self.stops, self.mode = stops, mode
        self.chunks: list[Found] = []

    @property
    def is_answered(self) -> bool:
        """Whether what was found ends the walk."""
        return self.stops and bool(self.chunks)

    @property
    def n_bytes(self) -> int:
        return sum(array.nbytes for found in (self.found, *self.chunks) for array in found)

    def go_on(self, state: State, steps: int) -> int:
        """The walk's kernel; for pieces, all constraints that contain a facet are recorded."""
        return clause_walk(state, steps, self.mode == OPEN, self.asked, self.found)

    def take(self, is_full: bool) -> None:
        """Take away what was found; where nothing was found because nothing has room, make more."""
        found = self.found
        n = int(found.n[0])
        if n:
            self.chunks.append(_head(found, n))
            found.n[0] = 0
        elif is_full:
            self.found = Found(found.n, *(np.concatenate([array, np.zeros_like(array)]) for array in found[1:]))


def _room(state: State, pieces: int) -> Found:
    """Room for so many pieces of ordinary size."""
    d, n_words = state.pool.point.shape[1] - 2, len(state.path.code)
    vertices, ridges = 16 * pieces, 8 * pieces
    return Found(
        n=np.zeros(1, dtype=np.int64),
        code=np.zeros((pieces, n_words), dtype=np.uint64),
        clause=np.zeros(pieces, dtype=np.int32),
        constraint_at=np.zeros(pieces + 1, dtype=np.int64),
        constraint=np.zeros(4 * pieces, dtype=np.int32),
        vertex_at=np.zeros(pieces + 1, dtype=np.int64),
        vertex=np.zeros((vertices, d + 2)),
        tight_at=np.zeros(vertices + 1, dtype=np.int64),
        tight=np.zeros(8 * vertices, dtype=np.int32),
        ridge_at=np.zeros(pieces + 1, dtype=np.int64),
        name_at=np.zeros(ridges + 1, dtype=np.int64),
        name=np.zeros(4 * ridges, dtype=np.int32),
        corner_at=np.zeros(ridges + 1, dtype=np.int64),
        corner=np.zeros(8 * ridges, dtype=np.int32),
    )


def _head(found: Found, n: int) -> Found:
    """Copies of the first n pieces."""
    vertices, ridges = int(found.vertex_at[n]), int(found.ridge_at[n])
    return Found(
        n=np.array([n]),
        code=found.code[:n].copy(),
        clause=found.clause[:n].copy(),
        constraint_at=found.constraint_at[: n + 1].copy(),
        constraint=found.constraint[: found.constraint_at[n]].copy(),
        vertex_at=found.vertex_at[: n + 1].copy(),
        vertex=found.vertex[:vertices].copy(),
        tight_at=found.tight_at[: vertices + 1].copy(),
        tight=found.tight[: found.tight_at[vertices]].copy(),
        ridge_at=found.ridge_at[: n + 1].copy(),
        name_at=found.name_at[: ridges + 1].copy(),
        name=found.name[: found.name_at[ridges]].copy(),
        corner_at=found.corner_at[: ridges + 1].copy(),
        corner=found.corner[: found.corner_at[ridges]].copy(),
    )
