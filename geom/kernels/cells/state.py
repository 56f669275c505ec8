"""The walk's state: named arrays, one group for each idea. A walk that is paused is nothing but these.

Sizes: d input dimension, L hidden layers, U units in all, V words of 64 units in all (each layer starts a new word), T words of a tight set,
H walls. `W` is the most words that one layer has. Rows of the constraint table are walls first, then units.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray

__all__ = ["Control", "Frame", "Maps", "Net", "Out", "Path", "Phase", "Pool", "Scratch", "Stack", "State", "Status"]

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]


class Net(NamedTuple):
    """The network in the walk's coordinates, rounded; read only."""

    first: Ints  # (L + 1,) first unit of each layer
    word: Ints  # (L + 1,) first word of each layer
    weight_at: Ints  # (L,) where in `weight` the block of a layer starts; the first layer has none
    weight: FloatArray  # flat blocks (units before, units of the layer): transposed weights
    bias: FloatArray  # (U,)
    slope: FloatArray  # (U, 2) of pieces 0 and 1
    cuts: Words  # (V,) units whose two slopes differ
    place: FloatArray  # (2, d) centre and scale: x = centre + scale * y
    is_deep: NDArray[np.bool_]  # (1,) maps are carried with twice the bits, see kernels.numbers.twice
    lost: FloatArray  # (L,) relative error of the layer's weights: 0 where each is a double
    distrust: FloatArray  # (1,) added to every error: 0, or infinity to decide no sign in floating point
    is_short: NDArray[np.bool_]  # (L,) layers with integer tables, see engine.short
    whole_weight: Ints  # like weight, bias, slope
    whole_bias: Ints
    whole_slope: Ints
    infinity: Ints  # (1,) constraint number of the wall at infinity, on which the rays lie; -1 in a bounded domain


class Maps(NamedTuple):
    """Pre-activations of every layer as affine maps of the input, composed for the walk's current path."""

    value: FloatArray  # (d + 1, U) coefficients, the constant last
    low: FloatArray  # (d + 1, U) of a deep network: what the coefficients lack of their 106 bits
    drift: FloatArray  # (U,) bound on the sum of the errors of a map's coefficients
    error: FloatArray  # (U,) that, and the error of evaluating the map: see kernels.numbers.ball
    size: FloatArray  # (U,) see kernels.numbers.ball
    spread: FloatArray  # (U,) these and the next three: what the drift is made of, see kernels.cells.compose
    inherited: FloatArray  # (U,)
    noise: FloatArray  # (U,)
    step: FloatArray  # (U,)
    made_for: Words  # (V,) code words of the layer below for which the map above it stands
    is_made: NDArray[np.bool_]  # (L,)
    updates: Ints  # (L,) bits flipped since it was composed from scratch
    terms: Ints  # (L,) operations that one coefficient of that composition took
    reach: FloatArray  # (U,) largest |slope| that a unit takes anywhere in the current parent cell
    rows: FloatArray  # (H + U, d + 3) constraint table: row, error, size
    whole: Ints  # (d + 1, U) integer rows of short layers


class Pool(NamedTuple):
    """Generators; an index means the same generator for every cell on the stack."""

    point: FloatArray  # (capacity, d + 2) homogeneous coordinates (last 1 for points of a bounded domain, 0 for rays), radius
    tight: Words  # (capacity, T) constraints that hold with equality
    sign: Words  # (capacity, 2 V) strictly positive units and strictly negative ones, word by word in turn
    refreshed: NDArray[np.bool_]  # (capacity,)
    whole: Ints  # (capacity, d + 1) integer coordinates
    is_whole: NDArray[np.bool_]  # (capacity,) whether it has them


class Stack(NamedTuple):
    """Open cells. Slot 0 is the bottom."""

    frame: Ints  # (depth, len(Frame))
    active: Words  # (depth, W) units of the frame's layer that still cut
    code: Words  # (depth, W) pieces of that layer that are fixed
    touch: Words  # (depth, W) units that do not cut but may contain a facet
    row_of: NDArray[np.int32]  # (depth, 64 T) constraint behind each bit of a tight set
    members: NDArray[np.int32]  # arena of the frames' lists of generators


class _Frame(NamedTuple):
    LAYER: int = 0
    START: int = 1
    COUNT: int = 2
    POOL_TOP: int = 3
    INDEX_TOP: int = 4
    TOUCHED: int = 5
    IS_NEW: int = 6
    WIDTH: int = 7


Frame = _Frame()  # columns of Stack.frame


class Scratch(NamedTuple):
    """Room for one step; its contents mean nothing between two."""

    side: NDArray[np.int32]  # (3, room) generators on the positive, on the negative side, and on the hyperplane
    height: FloatArray  # (2, room) values at the first two
    mask: Words  # (3, room) tight sets, if they fit one word
    parent: NDArray[np.int32]  # (2, room) positive and negative end of each new generator's edge
    soa: FloatArray  # (d + 2, room) a cell's points, coordinate by coordinate
    line: FloatArray  # (2, max(room, units of a layer))
    sign: Words  # (2, room)
    span: FloatArray  # (2, d + 1) centre and half-width of a cell's bounding box
    solve: FloatArray  # see kernels.cells.refresh
    unknown: Ints  # (room, 2) generator and unit whose sign floats cannot tell


class Path(NamedTuple):
    """Codes of the layers that are complete."""

    code: Words  # (V,)


class Out(NamedTuple):
    """Finished cells, until they are taken away."""

    code: Words  # (cells, V)
    witness: FloatArray  # (cells, d), in input coordinates
    is_proven: NDArray[np.bool_]  # (cells,) the witness is strictly inside
    is_bounded: NDArray[np.bool_]  # (cells,)
    facet_at: Ints  # (cells + 1,)
    facet: NDArray[np.int32]  # constraint numbers; ~number continues the facet before it


class _Control(NamedTuple):
    PHASE: int = 0
    TOP: int = 1
    POOL_TOP: int = 2
    INDEX_TOP: int = 3
    UNKNOWN: int = 4
    CELLS: int = 5
    SPLIT_UNIT: int = 6
    NEW_START: int = 7
    N_NEW: int = 8
    N_POS: int = 9
    N_NEG: int = 10
    N_ZERO: int = 11
    FILTER: int = 12
    REFRESHED: int = 13
    INTEGERS: int = 14
    WIDTH: int = 15


class _Phase(NamedTuple):
    ENTER: int = 0
    ENTERED: int = 1
    NEXT: int = 2
    SPLIT: int = 3
    CHILDREN: int = 4
    DONE: int = 5


class _Status(NamedTuple):
    RUNNING: int = 0
    DONE: int = 1
    FULL: int = 2
    UNKNOWN: int = 3
    MORE_POOL: int = 4
    MORE_INDEX: int = 5
    MORE_ROOM: int = 6
    MORE_BITS: int = 7
    MORE_DEPTH: int = 8


Control = _Control()  # slots of State.control
Phase = _Phase()  # what the walk does next with the cell on top of the stack
Status = _Status()  # why the walk came back; after a MORE_..., that room is doubled and the walk goes on


class State(NamedTuple):
    control: Ints
    net: Net
    maps: Maps
    pool: Pool
    stack: Stack
    path: Path
    scratch: Scratch
    out: Out
