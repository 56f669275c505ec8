"""Networks that fold: each layer maps every piece of the one before onto the whole domain, so pieces multiply with depth.

A fold of [0, 1] with m teeth goes from 0 to 1 and back, m times; as a sum of ReLU units, f(x) = m x - 2 relu(m x - 1) + 2 relu(m x - 2) - ...
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import comb, prod

import numpy as np

from geom.errors import NetworkError
from geom.exact import FloatArray
from geom.examples.example import Example, check_sizes, checked_widths
from geom.networks.network import Network
from geom.polyhedra.domain import Box

__all__ = ["absolute_folds", "montufar", "sawtooth", "serra", "zigzag"]

LEAST_POWER = 1074  # 2^-1074 is the least positive double
Affine = tuple[FloatArray, FloatArray]


def sawtooth(depth: int) -> Example:
    """Telgarsky's iterated tent map on [0, 1]: 2 units a layer, 2^depth pieces.

    Examples
    --------
    >>> example = sawtooth(3)
    >>> example.cells, example.network
    (8, Network(1 -> 2 -> 2 -> 2 -> 1, 6 units))
    """
    return zigzag(2, 1, depth)._replace(source="Telgarsky (2015), Representation benefits of deep feedforward networks")


def zigzag(teeth: int, dim: int, depth: int) -> Example:
    """Every coordinate of the unit cube is folded `teeth` times by each layer: teeth^(dim depth) cells, each mapped onto the whole cube.

    Raises
    ------
    NetworkError
        If a size is less than 1.

    Examples
    --------
    >>> zigzag(3, 2, 2).cells
    81
    """
    check_sizes(1, teeth=teeth, dim=dim, depth=depth)
    layers, last = _folded([teeth] * depth, dim)
    network = Network.mlp(*zip(*layers, last, strict=True))
    cells = teeth ** (dim * depth)
    return Example(network, cells, cells, "Montufar, Pascanu, Cho and Bengio (2014), section 3; Telgarsky (2016)", _cube(0, 1, dim))


def absolute_folds(dim: int, depth: int) -> Example:
    """||| x | - 1/2 | - 1/4 | ... of every coordinate, on the whole space: 2^(dim depth) cells, of which (2^depth - 2)^dim are bounded.

    Examples
    --------
    >>> absolute_folds(2, 3).cells
    64
    """
    check_sizes(1, dim=dim, depth=depth)
    if depth > LEAST_POWER + 1:
        raise NetworkError(
            f"depth={depth}: a bias 2^-{depth - 1} is beyond 2^-{LEAST_POWER}, the least double; take at most {LEAST_POWER + 1} layers"
        )
    biases = [np.full(dim, -(2.0**-k) if k else 0.0) for k in range(depth)]
    network = Network.mlp([np.eye(dim)] * (depth + 1), [*biases, np.zeros(dim)], activation="abs")
    return Example(network, 2 ** (dim * depth), 2 ** (dim * depth), "Montufar et al. (2014), section 2.1: layers that fold space in half")


def montufar(dim: int, widths: Sequence[int]) -> Example:
    """The network that attains the lower bound of Montufar et al. (2014) on the unit cube.

    Layers before the last fold each coordinate floor(n_l / dim) times; the last one puts hyperplanes in general position into each of the pieces:

        prod over l < L of floor(n_l / dim)^dim, times sum over j <= dim of C(n_L, j).

    Parameters
    ----------
    dim : int
        Inputs, n_0.
    widths : sequence of int
        n_1 to n_L. Units that are left over when n_l is divided by dim are constants.

    Raises
    ------
    NetworkError
        If a layer before the last has fewer units than inputs, or the weights are no longer exact in doubles.

    Examples
    --------
    >>> example = montufar(2, (4, 4, 3))
    >>> example.cells, example.linear_regions, 2**2 * 2**2 * 7
    (112, 112, 112)
    """
    check_sizes(1, dim=dim)
    widths = checked_widths(widths)
    teeth = [n // dim for n in widths[:-1]]
    if not widths or min(teeth, default=1) < 1:
        raise NetworkError(f"widths={widths}: every layer before the last needs at least dim={dim} units")
    layers, last = _folded(teeth, dim)
    cells = prod(m**dim for m in teeth) * _generic_regions(widths[-1], dim)
    return Example(
        _with_last_layer(layers, last, widths, dim),
        cells,
        _linear_regions(cells, widths, dim),
        "Montufar, Pascanu, Cho and Bengio (2014), section 3",
        _cube(0, 1, dim),
    )


def serra(dim: int, widths: Sequence[int]) -> Example:
    """The network that attains the lower bound of Serra, Tjandraatmadja and Ramalingam (2018) on a cube.

    With p = floor(n_l / dim) >= 3 units a coordinate, one of which looks the other way, a fold has p + 1 teeth:

        prod over l < L of (floor(n_l / dim) + 1)^dim, times sum over j <= dim of C(n_L, j).

    The teeth are 1, 1, 2, 2, 1, 1, ... wide. No unit is active on all of them, so the slope 1 of the first tooth must be that of the unit that looks
    the other way. It is the third one, between the teeth of width 2, where the slope changes by 1/2 + 1/2.

    Parameters
    ----------
    dim : int
        Inputs, n_0.
    widths : sequence of int
        n_1 to n_L, those before the last at least 3 dim.

    Raises
    ------
    NetworkError
        If a layer before the last has fewer than 3 dim units, or the weights are no longer exact in doubles.

    Examples
    --------
    >>> serra(1, (3, 3)).cells
    16
    """
    check_sizes(1, dim=dim)
    widths = checked_widths(widths)
    units = [n // dim for n in widths[:-1]]
    if not widths or min(units, default=3) < 3:
        raise NetworkError(f"widths={widths}: every layer before the last needs at least 3 dim = {3 * dim} units")
    layers, last = _folded_both_ways(units, dim)
    cells = prod((p + 1) ** dim for p in units) * _generic_regions(widths[-1], dim)
    side = units[0] + 3 if units else 1
    source = "Serra, Tjandraatmadja and Ramalingam (2018), lower bound for widths of at least 3 n_0; folds with one unit turned round"
    network = _with_last_layer(layers, last, widths, dim)
    return Example(network, cells, _linear_regions(cells, widths, dim), source, _cube(0, side, dim))


def _folded(teeth: list[int], dim: int) -> tuple[list[Affine], Affine]:
    """Hidden layers that fold [0, 1]^dim, and the affine map that reads the folded coordinates from the last of them."""
    layers = []
    read, shift = np.eye(dim), np.zeros(dim)
    for m in teeth:
        spread = np.kron(np.eye(dim), np.full((m, 1), float(m)))
        layers.append((spread @ read, spread @ shift - np.tile(np.arange(m), dim)))
        signs = [1.0] + [2.0 * (-1) ** k for k in range(1, m)]
        read, shift = np.kron(np.eye(dim), np.array([signs])), np.zeros(dim)
    return layers, (read, shift)


def _folded_both_ways(units: list[int], dim: int) -> tuple[list[Affine], Affine]:
    """The same with p + 1 teeth of p units: from the cube [0, p + 3]^dim, each layer to that of the next, the last one to [0, 1]^dim."""
    layers = []
    read, shift = np.eye(dim), np.zeros(dim)
    sides = [*(p + 3 for p in units[1:]), 1]
    for p, side in zip(units, sides, strict=False):
        lengths = [1, 1, 2, 2, *[1] * (p - 3)]
        bends = np.array([*accumulate(lengths)][:-1], dtype=float)
        looks = np.where(np.arange(p) == 2, -1.0, 1.0)
        spread = np.kron(np.eye(dim), looks[:, None])
        layers.append((spread @ read, spread @ shift - np.tile(looks * bends, dim)))
        # The slope changes by 1 / length + 1 / next length at every bend, down first; on the left of all bends it is that of the third unit.
        changes = [(-1.0) ** k * (1 / a + 1 / b) for k, (a, b) in enumerate(pairwise(lengths), 1)]
        read, shift = side * np.kron(np.eye(dim), np.array([changes])), np.full(dim, side * bends[2])
    return layers, (read, shift)


def _with_last_layer(layers: list[Affine], last: Affine, widths: Sequence[int], dim: int) -> Network:
    """Folds, then units that bend on hyperplanes in general position in the unit cube and are the outputs; layers are filled up with constants.

    Units face to and fro, so that of more than dim units one is active everywhere: see `_linear_regions`.
    """
    weight, bias = _general_position(widths[-1], dim)
    read, shift = last
    layers = [*layers, (weight @ read, weight @ shift + bias)]
    # Entries are multiples of 1/2, and sums of 8 dim terms of their size lie between: slopes of folds are at least 1, offsets at most 4.
    if 16 * dim * max(float(np.abs(part).max()) for layer in layers for part in layer) >= 2.0**53:
        raise NetworkError(
            f"widths={widths} in {dim} dimensions need weights near or beyond 2^53, which doubles do not hold exactly; take a narrower last layer"
        )
    filled = []
    for (rows, offsets), width, before in zip(layers, widths, (dim, *widths), strict=False):
        own = np.zeros((width, before))
        own[: rows.shape[0], : rows.shape[1]] = rows
        filled.append((own, np.concatenate([offsets, np.zeros(width - len(offsets))])))
    head = np.eye(widths[-1]), np.zeros(widths[-1])
    return Network.mlp(*zip(*filled, head, strict=True))


def _linear_regions(cells: int, widths: Sequence[int], dim: int) -> int | None:
    """All cells, if the last layer has more units than dim, or nothing is folded; else cells where its units are off merge across the folds.

    Adjacent cells of one piece differ in one unit, an output. Cells on both sides of a fold have opposite slopes, of all units that are active there.
    One is, everywhere: unit k is active where (-1)^(n - k) p(s_k) > 0, so where none is, p has n roots: beyond s_n, and between s_k and s_(k + 1).
    """
    return cells if len(widths) == 1 or widths[-1] > dim else None


def _general_position(count: int, dim: int) -> Affine:
    """Hyperplanes of which any dim meet in one point strictly inside [0, 1]^dim, and no more than dim meet; every other one is turned round.

    Hyperplane k holds the coefficients y of all monic polynomials s^dim + y_(dim-1) s^(dim-1) + ... + y_0 with the root s = k / count. Any dim of
    them share exactly one polynomial, whose coefficients are less than 2^dim in size; that cube is scaled to [0, 1]^dim.
    """
    root = np.arange(1, count + 1, dtype=object)
    radius = 2**dim
    power = np.array([[int(k) ** j * count ** (dim - j) for j in range(dim)] for k in root], dtype=object).reshape(count, dim)
    bias = root**dim - radius * power.sum(axis=1)
    to_and_fro = (-1.0) ** np.arange(count - 1, -1, -1)
    return to_and_fro[:, None] * (2 * radius * power).astype(float), to_and_fro * bias.astype(float)


def _generic_regions(count: int, dim: int) -> int:
    return sum(comb(count, j) for j in range(dim + 1))


def _cube(low: int, high: int, dim: int) -> Box:
    return Box([low] * dim, [high] * dim)
