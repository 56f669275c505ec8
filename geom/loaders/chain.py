"""Affine maps and activations in a row, folded exactly as they come: what all loaders build their network with.

The affine map since the last activation is kept as x -> W x + b or, as long as no matrix has come, as x -> diag(s) x + b, so that the
normalisation of an image costs a vector and not a matrix.
"""

from __future__ import annotations

from collections.abc import Callable

from geom.errors import NetworkError
from geom.exact import Dyadic
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["Chain"]

# Sizes that a damaged or hostile file can claim without holding any data; beyond them nothing here could be computed anyway.
MAX_INPUT_DIM = 1 << 20
MAX_IDENTITY = 1 << 13
NO_ARGMAX_CHANGES = "A last softmax, log-softmax or sigmoid changes no decision: leave it out, and read what comes before it"


class Chain:
    """A network under construction.

    Parameters
    ----------
    input_dim : int
        Number of coordinates of the input.

    Attributes
    ----------
    width : int
        Number of coordinates of the value that the chain puts out so far.

    Examples
    --------
    >>> chain = Chain(2)
    >>> chain.shift(Dyadic.of([[0.5], [0.0]]))
    >>> chain.linear(Dyadic.of([[1.0, 2.0]]))
    >>> chain.activate(Layer.relu)
    >>> chain.network()([[1.0, 1.0]])
    array([[3.5]])
    """

    def __init__(self, input_dim: int) -> None:
        if not 1 <= input_dim <= MAX_INPUT_DIM:
            raise NetworkError(f"the input has {input_dim:,} coordinates; from 1 to {MAX_INPUT_DIM:,} are read")
        self._layers: list[Layer] = []
        self._restart(input_dim)

    def _restart(self, width: int) -> None:
        self.width = width
        self._weight: Dyadic | None = None
        self._factors: Dyadic | None = None
        self._bias: Dyadic = Dyadic.zeros(width, 1)
        self._is_identity = True

    def linear(self, weight: Dyadic, bias: Dyadic | None = None) -> None:
        """x -> weight x + bias, with weight (m, width) and bias (m, 1)."""
        rows, columns = weight.shape
        if columns != self.width:
            raise NetworkError(f"the weight takes {columns} values but is given {self.width}")
        if rows < 1:
            raise NetworkError("the weight has no rows")
        if bias is not None and bias.shape != (rows, 1):
            raise NetworkError(f"the weight has {rows} rows but the bias has {bias.shape[0]} entries; they must be equal")
        self._bias = weight @ self._bias if bias is None else weight @ self._bias + bias
        if self._weight is not None:
            self._weight = weight @ self._weight
        else:
            self._weight = weight if self._factors is None else _scaled_columns(weight, self._factors)
        self.width, self._is_identity = rows, False

    def scale(self, factors: Dyadic) -> None:
        """Coordinate i times factors[i, 0]."""
        self._check_column(factors)
        self._bias = self._bias.scaled_rows(factors)
        if self._weight is not None:
            self._weight = self._weight.scaled_rows(factors)
        else:
            self._factors = factors if self._factors is None else self._factors.scaled_rows(factors)
        self._is_identity = False

    def shift(self, offset: Dyadic) -> None:
        """Coordinate i plus offset[i, 0]."""
        self._check_column(offset)
        self._bias, self._is_identity = self._bias + offset, False

    def activate(self, make: Callable[[Dyadic, Dyadic], Layer]) -> None:
        """Close a layer: `make` gets the exact weight and bias since the last activation and gives the layer, such as `Layer.relu`."""
        layer = make(self._matrix(), self._bias)
        self._layers.append(layer)
        self._restart(layer.n_units)

    def network(self) -> Network:
        """The network so far; what stands after the last activation is its linear head."""
        head = [] if self._is_identity and self._layers else [Layer.linear(self._matrix(), self._bias)]
        return Network([*self._layers, *head])

    def _matrix(self) -> Dyadic:
        if self._weight is not None:
            return self._weight
        if self.width > MAX_IDENTITY:
            raise NetworkError(f"{self.width:,} coordinates without a weight matrix before their activation; at most {MAX_IDENTITY:,} are read")
        identity = Dyadic.identity(self.width)
        return identity if self._factors is None else identity.scaled_rows(self._factors)

    def _check_column(self, column: Dyadic) -> None:
        if column.shape != (self.width, 1):
            raise NetworkError(f"expected one number for each of {self.width} coordinates, got {column.shape[0]}")


def _scaled_columns(matrix: Dyadic, factors: Dyadic) -> Dyadic:
    """Column j times factors[j, 0]."""
    scaled = Dyadic(matrix.entries.transpose(), matrix.exponent).scaled_rows(factors)
    return Dyadic(scaled.entries.transpose(), scaled.exponent)
