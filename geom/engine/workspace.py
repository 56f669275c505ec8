"""The walk's arrays: allocated once, doubled where the walk says that it needs more room."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, compress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geom.engine.rounding import round_network, round_walls
from geom.engine.short import LARGEST_POINT, short_network
from geom.engine.start import Start
from geom.engine.switches import Engine
from geom.exact import FloatArray, round_ratio
from geom.kernels.cells.compose import first_layer
from geom.kernels.cells.refresh import work_size
from geom.kernels.cells.state import Control, Frame, Maps, Net, Out, Path, Phase, Pool, Scratch, Stack, State, Status
from geom.kernels.numbers.ball import U

__all__ = ["allocate", "clear_output", "enlarge", "n_bytes", "open_pieces"]

OUTPUT_CELLS = 1 << 14
OUTPUT_BYTES = 1 << 25
OUTPUT_FACETS = 128  # entries a cell, on average over the buffer
START_POOL, START_INDEX, START_ROOM, START_DEPTH = 1 << 12, 1 << 14, 1 << 8, 1 << 5

Entry = TypeVar("Entry", bound=np.generic)


def allocate(start: Start, engine: Engine) -> State:
    """A walk that has not begun: the pieces of the domain are open."""
    net, base, low = round_network(start, engine)
    short = short_network(start.layers, engine.integers)
    net = net._replace(is_short=short.is_short, whole_weight=short.weight, whole_bias=short.bias, whole_slope=short.slope)
    d, n_walls = len(start.kept), len(start.walls)
    n_points = sum(len(piece.points) for piece in start.pieces)
    n_units, n_layers = len(net.bias), len(net.weight_at)
    n_words, widest = int(net.word[-1]), max([1, *np.diff(net.word).tolist()])
    tight_words = (n_walls + len(start.cut)) // 64 + 1
    room = max(START_ROOM, n_points, 64 * tight_words**2)
    state = State(
        control=np.zeros(Control.WIDTH, dtype=np.int64),
        net=net,
        maps=_maps(net, round_walls(start.walls), d),
        pool=_pool(max(START_POOL, n_points), d, tight_words, n_words),
        stack=_stack(START_DEPTH + len(start.pieces), widest, tight_words, max(START_INDEX, n_points)),
        path=Path(np.zeros(n_words, dtype=np.uint64)),
        scratch=_scratch(room, d, tight_words, n_units),
        out=_output(n_words, d, tight_words, _most_cells(start)),
    )
    if n_layers:
        first_layer(base, low, state.maps, net)
        state.maps.whole[:, : short.base.shape[1]] = short.base
    _fill_pool(state, start)
    open_pieces(state, start, range(len(start.pieces)))
    return state


def _maps(net: Net, walls: FloatArray, d: int) -> Maps:
    n_units = len(net.bias)
    maps = Maps(
        value=np.zeros((d + 1, n_units)),
        low=np.zeros((d + 1, n_units)),
        drift=np.zeros(n_units),
        error=np.zeros(n_units),
        size=np.zeros(n_units),
        spread=np.zeros(n_units),
        inherited=np.zeros(n_units),
        noise=np.zeros(n_units),
        step=np.zeros(n_units),
        made_for=np.zeros(int(net.word[-1]), dtype=np.uint64),
        is_made=np.zeros(len(net.weight_at), dtype=np.bool_),
        updates=np.zeros(len(net.weight_at), dtype=np.int64),
        terms=np.zeros(len(net.weight_at), dtype=np.int64),
        reach=np.zeros(n_units),
        rows=np.zeros((len(walls) + n_units, d + 3)),
        whole=np.zeros((d + 1, n_units), dtype=np.int64),
    )
    maps.rows[: len(walls)] = walls
    return maps


def _pool(capacity: int, d: int, tight_words: int, n_words: int) -> Pool:
    return Pool(
        point=np.zeros((capacity, d + 2)),
        tight=np.zeros((capacity, tight_words), dtype=np.uint64),
        sign=np.zeros((capacity, 2 * n_words), dtype=np.uint64),
        refreshed=np.zeros(capacity, dtype=np.bool_),
        whole=np.zeros((capacity, d + 1), dtype=np.int64),
        is_whole=np.zeros(capacity, dtype=np.bool_),
    )


def _stack(depth: int, widest: int, tight_words: int, arena: int) -> Stack:
    return Stack(
        frame=np.zeros((depth, Frame.WIDTH), dtype=np.int64),
        active=np.zeros((depth, widest), dtype=np.uint64),
        code=np.zeros((depth, widest), dtype=np.uint64),
        touch=np.zeros((depth, widest), dtype=np.uint64),
        row_of=np.zeros((depth, 64 * tight_words), dtype=np.int32),
        members=np.zeros(arena, dtype=np.int32),
    )


def _scratch(room: int, d: int, tight_words: int, n_units: int) -> Scratch:
    return Scratch(
        side=np.zeros((3, room), dtype=np.int32),
        height=np.zeros((2, room)),
        mask=np.zeros((3, room), dtype=np.uint64),
        parent=np.zeros((2, room), dtype=np.int32),
        soa=np.zeros((d + 2, room)),
        line=np.zeros((2, max(room, n_units, d + 2))),
        sign=np.zeros((2, room), dtype=np.uint64),
        span=np.zeros((2, d + 1)),
        solve=np.zeros(work_size(d, 64 * tight_words)),
        unknown=np.zeros((room, 2), dtype=np.int64),
    )


def _most_cells(start: Start) -> int:
    """As many cells as the layers can make, each cutting every cell before it by hyperplanes in general position (Zaslavsky 1975)."""
    return math.prod(sum(math.comb(layer.n_units, j) for j in range(len(start.kept) + 1)) for layer in start.layers)


def _output(n_words: int, d: int, tight_words: int, most: int) -> Out:
    """Room for finished cells, of which there are at most so many."""
    cells = max(16, min(OUTPUT_CELLS, most, OUTPUT_BYTES // (8 * n_words + 8)))
    return Out(
        code=np.zeros((cells, n_words), dtype=np.uint64),
        witness=np.zeros((cells, d)),
        is_proven=np.zeros(cells, dtype=np.bool_),
        is_bounded=np.zeros(cells, dtype=np.bool_),
        facet_at=np.zeros(cells + 1, dtype=np.int64),
        facet=np.zeros(max(OUTPUT_FACETS * cells, 64 * tight_words), dtype=np.int32),
    )


def _fill_pool(state: State, start: Start) -> None:
    """Put the generators of all pieces into the pool, where they stay, and the rows of the units cut beforehand into the table."""
    maps, n_walls = state.maps, len(start.walls)
    pool = state.pool
    points = [point for piece in start.pieces for point in piece.points]
    tight = [_bits(on) for piece in start.pieces for on in piece.tight]
    n, d = len(points), pool.point.shape[1] - 2
    numbers = {point: i for i, point in enumerate(dict.fromkeys(points))}  # neighbouring pieces share most of theirs
    of = [numbers[point] for point in points]
    largest = [max(map(abs, point)) for point in numbers]
    is_whole = np.array([size < LARGEST_POINT for size in largest])[of]
    pool.point[:n, : d + 1] = np.array([[round_ratio(v, size) for v in point] for point, size in zip(numbers, largest, strict=True)])[of]
    pool.point[:n, d + 1] = U
    pool.whole[:n][is_whole] = [point for point, whole in zip(points, is_whole, strict=True) if whole] or 0
    pool.is_whole[:n], pool.refreshed[:n] = is_whole, True
    pool.tight[:n] = _words(tight, pool.tight.shape[1])
    state.stack.members[:n] = np.arange(n)
    cut = list(start.cut)
    maps.rows[n_walls + np.array(cut, dtype=np.int64)] = np.column_stack([maps.value.T[cut], maps.error[cut], maps.size[cut]])


def _bits(numbers: Iterable[int]) -> int:
    """The integer that has these bits."""
    return sum(1 << number for number in numbers)


def _words(bits: Iterable[int], n: int) -> NDArray[np.uint64]:
    """Integers below 2^(64 n) as rows of n words of 64 bits, lowest first."""
    octets = b"".join(integer.to_bytes(8 * n, "little") for integer in bits)
    return np.frombuffer(octets, dtype="<u8").astype(np.uint64).reshape(-1, n)


def open_pieces(state: State, start: Start, numbers: Sequence[int]) -> None:
    """Begin anew: put pieces of the start onto the stack, the first one on top.

    Parameters
    ----------
    state : State
    start : Start
    numbers : sequence of int
        Of the pieces: at least one.
    """
    control, stack, n_walls = state.control, state.stack, len(start.walls)
    constraints = [*range(n_walls), *(n_walls + unit for unit in start.cut)]
    at = [0, *accumulate(len(piece.points) for piece in start.pieces)]
    n, order, widest = len(numbers), numbers[::-1], stack.touch.shape[1]
    frame = stack.frame[:n]
    frame[:] = 0
    frame[:, Frame.IS_NEW] = bool(start.layers)
    frame[:, Frame.START] = [at[number] for number in order]
    frame[:, Frame.COUNT] = [len(start.pieces[number].points) for number in order]
    frame[:, Frame.POOL_TOP] = frame[:, Frame.INDEX_TOP] = at[-1]
    stack.row_of[:n, : len(constraints)] = constraints
    stack.touch[:n] = _words([_bits(start.cut)], widest)
    stack.code[:n] = _words((_bits(compress(start.cut, start.pieces[number].code)) for number in order), widest)
    control[Control.POOL_TOP] = control[Control.INDEX_TOP] = at[-1]
    control[Control.TOP] = n - 1
    control[Control.PHASE] = Phase.ENTER if start.layers else Phase.NEXT


def enlarge(state: State, status: int) -> State:
    """The same walk with twice the room that `status` asks for."""
    d = state.pool.point.shape[1] - 2
    if status == Status.MORE_POOL:
        point, tight, sign, refreshed, whole, is_whole = state.pool
        grown = Pool(_doubled(point), _doubled(tight), _doubled(sign), _doubled(refreshed), _doubled(whole), _doubled(is_whole))
        return state._replace(pool=grown)
    if status == Status.MORE_INDEX:
        return state._replace(stack=state.stack._replace(members=_doubled(state.stack.members)))
    if status == Status.MORE_DEPTH:
        frame, active, code, touch, row_of, members = state.stack
        return state._replace(stack=Stack(_doubled(frame), _doubled(active), _doubled(code), _doubled(touch), _doubled(row_of), members))
    tight_words, room = state.pool.tight.shape[1], state.scratch.side.shape[1]
    n_units = len(state.net.bias)
    if status == Status.MORE_ROOM:
        return state._replace(scratch=_scratch(2 * room, d, tight_words, n_units))
    assert status == Status.MORE_BITS, f"no room is called {status}"
    tight_words *= 2
    return state._replace(
        pool=state.pool._replace(tight=_doubled(state.pool.tight, axis=1)),
        stack=state.stack._replace(row_of=_doubled(state.stack.row_of, axis=1)),
        scratch=_scratch(max(room, 64 * tight_words**2), d, tight_words, n_units),
        out=state.out._replace(facet=np.concatenate([state.out.facet, np.zeros_like(state.out.facet)])),
    )


def _doubled(array: NDArray[Entry], axis: int = 0) -> NDArray[Entry]:
    return np.concatenate([array, np.zeros_like(array)], axis=axis)


def clear_output(state: State) -> None:
    """Start the output anew after its cells were taken away."""
    state.control[Control.CELLS] = 0
    state.out.facet_at[0] = 0


def n_bytes(state: State) -> int:
    """Memory of all arrays of a walk."""
    return sum(array.nbytes for part in state for array in ([part] if isinstance(part, np.ndarray) else part))
