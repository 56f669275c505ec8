"""What a bound looks at: the input dimension and, for every hidden layer, how many pieces each unit has and which units can die."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from geom.errors import NetworkError
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["Architecture", "HiddenLayer", "as_count", "as_counts"]

ACTIVATIONS = ("relu", "leaky_relu", "abs", "maxout", "linear")


def as_count(name: str, value: object, least: int = 0) -> int:
    """A whole number that is not too small, or a NetworkError that names it."""
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise NetworkError(f"{name}={value!r} must be a whole number")
    number = value.__index__()
    if number < least:
        raise NetworkError(f"{name}={number} must be at least {least}")
    return int(number)


def as_counts(name: str, values: object, least: int = 0, length: int | None = None) -> list[int]:
    """Whole numbers that are not too small, as many as asked for, or a NetworkError that names them."""
    if not isinstance(values, Iterable):
        raise NetworkError(f"{name}={values!r} must be a sequence of whole numbers")
    found = [as_count(f"{name}[{i}]", value, least) for i, value in enumerate(values)]
    if length is not None and len(found) != length:
        raise NetworkError(f"{name}={tuple(found)} must be {length} whole numbers")
    return found


@dataclass(frozen=True, repr=False)
class HiddenLayer:
    """The units of one layer, as far as bounds see them.

    Attributes
    ----------
    pieces : tuple of int
        For each unit, how many affine pieces its output can have over its input: 1 where it does not cut.
    n_dying : int
        How many of the units of two pieces have the constant 0 as one of them, as ReLU has.
    n_free : int
        How many units are maxout units: the maximum of linear rows that no other unit takes.
    n_monotone : int
        How many units are strictly monotone in one linear row: leaky-ReLU of positive slope, and units of one piece that is not constant.

    Raises
    ------
    NetworkError
        If a number is no whole number, a unit has no piece, or more units are said to be of a kind than can be.
    """

    pieces: tuple[int, ...]
    n_dying: int
    n_free: int = 0
    n_monotone: int = 0

    def __post_init__(self) -> None:
        two = as_counts("pieces", self.pieces, 1).count(2)
        one = self.pieces.count(1)
        for name, most in (("n_dying", two), ("n_free", self.width - one), ("n_monotone", one + two)):
            if as_count(name, getattr(self, name)) > most:
                raise NetworkError(f"{name}={getattr(self, name)}: of units with {self.pieces} pieces at most {most} can be")

    @property
    def width(self) -> int:
        return len(self.pieces)

    @property
    def n_cutting(self) -> int:
        """Units of more than one piece."""
        return sum(r > 1 for r in self.pieces)

    @property
    def is_two_piece(self) -> bool:
        """Whether every unit cuts along one hyperplane at most."""
        return all(r <= 2 for r in self.pieces)

    @property
    def is_relu(self) -> bool:
        """Whether every unit cuts in two, and is constant 0 on one side."""
        return self.n_dying == self.width

    @classmethod
    def of(cls, layer: Layer) -> HiddenLayer:
        """What a stored layer is; pieces that can be seen to be no choice (equal ones, slopes between two others) are not counted."""
        units = [_Unit.of(row, slope) for row, slope in zip(layer.row.tolist(), layer.slope.tolist(), strict=True)]
        users = Counter(row for rows in layer.row.tolist() for row in set(rows))
        own = [all(row < 0 or users[row] == 1 for row in rows) for rows in layer.row.tolist()]
        n_free = sum(is_own and unit.is_maxout for is_own, unit in zip(own, units, strict=True))
        pieces = tuple(len(unit.kept) for unit in units)
        return cls(pieces, sum(unit.dies for unit in units), n_free, sum(unit.is_monotone for unit in units))

    def __str__(self) -> str:
        if self.is_relu:
            return f"{self.width} ReLU"
        counts = {r: self.pieces.count(r) for r in sorted(set(self.pieces))}
        named = [f"{count} of {r} piece{'s' * (r > 1)}" for r, count in counts.items()]
        return " + ".join(named) + (f" ({self.n_dying} ReLU)" if self.n_dying else "")

    def __repr__(self) -> str:
        return f"HiddenLayer({self})"


@dataclass(frozen=True)
class Architecture:
    """The input dimension n_0 and the hidden layers of widths n_1, ..., n_L.

    Examples
    --------
    >>> Architecture.mlp(2, [3, 2])
    Architecture(2 -> 3 ReLU -> 2 ReLU)
    >>> Architecture.of(Network.mlp([[[1, 1], [2, 1]], [[1, 1]]], [[0, 0], [0]], "abs"))
    Architecture(2 -> 2 of 2 pieces)
    """

    input_dim: int
    layers: tuple[HiddenLayer, ...]

    def __post_init__(self) -> None:
        as_count("input_dim", self.input_dim, 1)
        if not isinstance(self.layers, tuple) or not all(isinstance(layer, HiddenLayer) for layer in self.layers):
            raise NetworkError(f"layers={self.layers!r} must be a tuple of HiddenLayer; Architecture.mlp takes widths")

    @classmethod
    def mlp(cls, input_dim: int, widths: Sequence[int], activation: str = "relu", pieces: int = 2) -> Architecture:
        """A multilayer perceptron whose hidden units are all alike.

        Parameters
        ----------
        input_dim : int
            At least 1.
        widths : sequence of int
            Units of the hidden layers, each at least 1; the linear head does not count.
        activation : str
            ``"relu"``, ``"leaky_relu"`` (of positive slope), ``"abs"``, ``"maxout"`` or ``"linear"``.
        pieces : int
            The rank of maxout units; the others have theirs.

        Raises
        ------
        NetworkError
            If a size is no whole number or too small, or the activation is unknown.
        """
        if activation not in ACTIVATIONS:
            raise NetworkError(f"unknown activation {activation!r}; known: {', '.join(ACTIVATIONS)}")
        rank = as_count("pieces", pieces, 1) if activation == "maxout" else 1 + (activation != "linear")
        sizes = as_counts("widths", widths, 1)
        monotone = activation in ("leaky_relu", "linear")
        layers = (HiddenLayer((rank,) * n, n * (activation == "relu"), n * (activation == "maxout" and rank > 1), n * monotone) for n in sizes)
        return cls(as_count("input_dim", input_dim, 1), tuple(layers))

    @classmethod
    def of(cls, network: Architecture | Network) -> Architecture:
        """The architecture of a network; an architecture is handed through.

        Raises
        ------
        NetworkError
            If it is neither.
        """
        if isinstance(network, Architecture):
            return network
        if not isinstance(network, Network):
            raise NetworkError(f"expected a geom.Network or a geom.bounds.Architecture, got {type(network).__name__}")
        return cls(network.input_dim, tuple(HiddenLayer.of(layer) for layer in network.hidden))

    @property
    def widths(self) -> tuple[int, ...]:
        """n_1, ..., n_L."""
        return tuple(layer.width for layer in self.layers)

    @property
    def image_dims(self) -> tuple[int, ...]:
        """For each layer the largest dimension of what can reach it: d_l = min(n_0, ..., n_{l-1})."""
        return tuple(accumulate((self.input_dim, *self.widths), min))[: len(self.layers)]

    def require_relu(self, who: str) -> None:
        """Refuse layers that are not ReLU throughout."""
        for i, layer in enumerate(self.layers):
            if not layer.is_relu:
                raise NetworkError(f"{who} is for ReLU networks only; hidden layer {i} has {layer}")

    def require_two_pieces(self, who: str) -> None:
        """Refuse units of more than two pieces."""
        for i, layer in enumerate(self.layers):
            if not layer.is_two_piece:
                raise NetworkError(f"{who} is for units of two pieces; hidden layer {i} has {layer}")

    def require_hidden(self, who: str, least: int = 1) -> None:
        """Refuse networks of too few hidden layers."""
        if len(self.layers) < least:
            raise NetworkError(f"{who} is for at least {least} hidden layer{'s' * (least > 1)}; the network has {len(self.layers)}")

    def __str__(self) -> str:
        return " -> ".join([str(self.input_dim), *map(str, self.layers)])

    def __repr__(self) -> str:
        return f"Architecture({self})"


class _Unit(NamedTuple):
    """The pieces of one unit that can be the maximum: (row, slope), the constant 0 as (-1, 0)."""

    kept: frozenset[tuple[int, float]]
    n_rows: int

    @classmethod
    def of(cls, rows: list[int], slopes: list[float]) -> _Unit:
        """Of the multiples of one row h, only the largest and the smallest slope are ever the maximum: s h lies between their products."""
        by_row: dict[int, set[float]] = {}
        for row, slope in zip(rows, slopes, strict=True):
            if row >= 0:
                by_row.setdefault(row, set()).add(slope)
        kept = ((row, slope) if slope else (-1, 0.0) for row, found in by_row.items() for slope in (min(found), max(found)))
        return cls(frozenset(kept), len(by_row))

    @property
    def dies(self) -> bool:
        return self.n_rows == 1 and len(self.kept) == 2 and (-1, 0.0) in self.kept

    @property
    def is_maxout(self) -> bool:
        return len(self.kept) > 1 and len({row for row, _ in self.kept} - {-1}) == len(self.kept)

    @property
    def is_monotone(self) -> bool:
        signs = {(slope > 0) - (slope < 0) for _, slope in self.kept}
        return self.n_rows == 1 and signs in ({1}, {-1})
