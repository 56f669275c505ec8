"""A network: max-affine layers in a row, then a linear head, every number exact.

The code of a point names the piece that each hidden unit takes there; a code fixes one affine map. This file composes those maps, exactly or
rounded, and proves codes: in floating point with an error bound (`forward`), and where that cannot decide, in exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import is_whole, numbered, rationals
from geom.doubles import as_array, as_rows
from geom.errors import NetworkError, shown
from geom.exact import Dyadic, FloatArray, as_fractions
from geom.networks.forward import prove_codes
from geom.networks.layer import Layer
from geom.networks.perceptron import Activation, perceptron_layers
from geom.networks.slices import dyadic_slice
from geom.networks.towards import code_towards

__all__ = ["Network"]

Codes = NDArray[np.uint8]
MOST_PIECES = 256  # of a unit: a code is a byte


class Network:
    """A piecewise-affine network of max-affine layers.

    Parameters
    ----------
    layers : sequence of Layer
        In order. Linear layers between others are composed exactly into the next one; a trailing linear layer is the head, and where there is
        none the head is the identity.

    Raises
    ------
    NetworkError
        If there are no layers or their shapes do not chain.

    Notes
    -----
    Source: Balestriero et al. (2019), Theorem 1; conventions of codes: ties go to the lowest piece.

    Examples
    --------
    >>> net = Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[-1.0, 1.0], [0.0]])
    >>> net
    Network(1 -> 2 -> 1, 2 units)
    >>> net.code([[0.0], [2.0]])
    array([[0, 1],
           [1, 1]], dtype=uint8)
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        layers = tuple(layers) if isinstance(layers, Iterable) else ()
        if not layers or not all(isinstance(layer, Layer) for layer in layers):
            raise NetworkError("a network needs at least one geom.Layer, and nothing else, in its sequence of layers")
        for i, (a, b) in enumerate(pairwise(layers)):
            if a.n_units != b.input_dim:
                raise NetworkError(
                    f"layer {i} puts out {a.n_units} values but layer {i + 1} takes {b.input_dim}; weights are (outputs, inputs) of a layer"
                )
        hidden: list[Layer] = []
        pending: Layer | None = None
        for layer in layers:
            folded = layer if pending is None else layer.after(*pending.linear_map())
            pending = folded if folded.is_linear else None
            if pending is None:
                hidden.append(folded)
        for i, layer in enumerate(hidden):
            if layer.n_pieces > MOST_PIECES:
                raise NetworkError(f"hidden layer {i} has units of {layer.n_pieces} pieces; codes are bytes, so at most {MOST_PIECES} are taken")
        width = hidden[-1].n_units if hidden else layers[0].input_dim
        self.hidden: tuple[Layer, ...] = tuple(hidden)
        self.head: Layer = pending if pending is not None else Layer.linear(Dyadic.identity(width), Dyadic.zeros(width, 1))
        self.first = np.concatenate([[0], np.cumsum([layer.n_units for layer in hidden])]).astype(np.int64)

    @classmethod
    def mlp(cls, weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activation: Activation | Sequence[Activation] = "relu") -> Network:
        """A multilayer perceptron from arrays; its last layer is linear.

        Parameters
        ----------
        weights : sequence of (n_l, n_{l-1}) arrays
        biases : sequence of (n_l,) arrays
        activation : str or sequence
            ``"relu"``, ``"leaky_relu"`` (slope 0.01) or ``"abs"`` for all hidden layers, or one for each; ``("leaky_relu", 0.2)`` gives a slope.

        Raises
        ------
        NetworkError
            If the shapes do not chain, an entry is NaN or infinite, or an activation is unknown.

        Examples
        --------
        >>> Network.mlp([np.eye(2), [[1.0, 1.0]]], [np.zeros(2), [0.0]], activation="abs").widths
        (2,)
        """
        return cls(perceptron_layers(weights, biases, activation))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Hidden layers, then the head."""
        return (*self.hidden, self.head)

    @property
    def input_dim(self) -> int:
        return self.layers[0].input_dim

    @property
    def output_dim(self) -> int:
        return self.head.n_units

    @property
    def n_units(self) -> int:
        """Units of the hidden layers: the length of a code."""
        return int(self.first[-1])

    @property
    def widths(self) -> tuple[int, ...]:
        """Units of each hidden layer."""
        return tuple(layer.n_units for layer in self.hidden)

    def upto(self, layers: int) -> Network:
        """The network of the first hidden layers alone, with the identity as head.

        Raises
        ------
        NetworkError
            If there are not so many.
        """
        self.check_upto(layers)
        identity = Layer.linear(Dyadic.identity(self.input_dim), Dyadic.zeros(self.input_dim, 1))
        return Network(self.hidden[:layers] or [identity])

    def restrict(self, origin: Any, basis: Any) -> Network:
        """The network on an affine slice of its input space: t -> net(origin + t_1 basis_1 + ... + t_k basis_k), composed exactly.

        It has the same units in the same order, so a code of one is a code of the other: at any t, `restrict` has the code that this network has at
        the slice's point. A unit that vanishes identically on the slice has code 0 there, as it has at each of its points.

        Parameters
        ----------
        origin : (d,) sequence of float, int, Fraction, Decimal or decimal string
            Dyadic numbers, as all floats are.
        basis : (k, d) sequence of the same
            Linearly independent directions; they need be neither orthogonal nor of length one.

        Returns
        -------
        Network
            Of input dimension k.

        Raises
        ------
        NetworkError
            If shapes do not fit, a number is not dyadic (NaN, 1/3), there is no direction, or the directions are linearly dependent.

        Examples
        --------
        >>> net = Network.mlp([[[1.0, 1.0, 0.0], [0.0, 1.0, -1.0]], [[1.0, 1.0]]], [[0.0, 0.5], [0.0]])
        >>> along = net.restrict([0.0, 0.0, 1.0], [[1.0, 0.0, 2.0]])
        >>> along
        Network(1 -> 2 -> 1, 2 units)
        >>> along.affine([1, 1])
        (array([[-1.]]), array([-0.5]))
        """
        weight, offset = dyadic_slice(origin, basis, self.input_dim)
        first, *rest = self.layers
        return Network([first.after(weight, offset), *rest])

    def layers_of(self, units: NDArray[Any]) -> NDArray[np.int64]:
        """Hidden layers (n,) of units that are numbered through the network; -1 for numbers below 0."""
        return np.asarray(np.searchsorted(self.first, units, side="right") - 1)

    def layer_of(self, unit: int) -> tuple[int, int]:
        """Hidden layer of a unit that is numbered through the network, and its number in that layer."""
        layer = int(self.layers_of(np.array(unit)))
        return layer, int(unit - self.first[layer])

    def __call__(self, x: ArrayLike) -> FloatArray:
        """Outputs (n, output_dim) in floating point for inputs (n, input_dim).

        Raises
        ------
        NetworkError
            If x is not (n, input_dim).
        """
        z = self._inputs(x)
        for layer in self.layers:
            z = layer(z)
        return z

    def code(self, x: ArrayLike) -> Codes:
        """Codes (n, n_units) of inputs (n, input_dim), proven for the real-number function; ties go to the lowest piece.

        Raises
        ------
        NetworkError
            If x is not (n, input_dim) or holds NaN or infinite entries.

        Examples
        --------
        >>> Network.mlp([[[1.0]], [[1.0]]], [[-1.0], [0.0]]).code([[1.0], [1.5]])
        array([[0],
               [1]], dtype=uint8)
        """
        return self.proven_code(x)[0]

    def proven_code(self, x: ArrayLike) -> tuple[Codes, NDArray[np.bool_]]:
        """`code`, and which points (n,) are known to be strictly inside the cell of their code; False may also mean not known.

        Examples
        --------
        >>> Network.mlp([[[1.0]], [[1.0]]], [[-1.0], [0.0]]).proven_code([[1.0], [1.5]])[1]
        array([False,  True])
        """
        points = self._inputs(x)
        codes, is_proven, is_interior = prove_codes(self.hidden, points)
        for i in np.flatnonzero(~is_proven):
            codes[i] = self.exact_code(as_fractions(points[i]))
        return codes, is_interior

    def exact_code(self, x: Sequence[object] | NDArray[np.object_]) -> Codes:
        """Code (n_units,) of one exact point (input_dim,) of `Fraction`, by exact arithmetic alone.

        Raises
        ------
        NetworkError
            If x is not (input_dim,), or holds what is no finite number.
        """
        return self.exact_code_towards(x, [])

    def exact_code_towards(self, x: Sequence[object] | NDArray[np.object_], directions: Sequence[Sequence[object] | NDArray[np.object_]]) -> Codes:
        """Code at x + e v_1 + e^2 v_2 + ... for all small e > 0: the code just across the directions.

        With directions that span the space this is the code of a full-dimensional cell that contains x.

        Parameters
        ----------
        x : (input_dim,) rationals
        directions : sequence of (input_dim,) rationals

        Raises
        ------
        NetworkError
            As in `exact_code`.
        """
        point = rationals(x, 1, "x", NetworkError)
        if len(point) != self.input_dim:
            raise NetworkError(f"x has {len(point)} coordinates, but the network takes {self.input_dim}")
        codes = code_towards(self.hidden, point, directions)
        return np.array([piece for code in codes for piece in code], dtype=np.uint8)

    @overload
    def affine(self, code: ArrayLike, upto: int | None = None, *, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def affine(self, code: ArrayLike, upto: int | None = None, *, exact: Literal[True]) -> tuple[NDArray[np.object_], NDArray[np.object_]]: ...
    @overload
    def affine(self, code: ArrayLike, upto: int | None = None, *, exact: bool = ...) -> tuple[NDArray[np.generic], NDArray[np.generic]]: ...
    def affine(self, code: ArrayLike, upto: int | None = None, *, exact: bool = False) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """The affine map x -> G x + h that a code fixes.

        Parameters
        ----------
        code : (n_units,) array of int
        upto : int, optional
            The output of this many hidden layers; by default the output of the whole network.
        exact : bool
            Fractions instead of correctly rounded floats.

        Returns
        -------
        G : (m, input_dim) array
        h : (m,) array

        Raises
        ------
        NetworkError
            If the code is not one of this network, or upto is no number of hidden layers.

        Examples
        --------
        >>> net = Network.mlp([[[2.0]], [[3.0]]], [[1.0], [0.5]])
        >>> net.affine([1])
        (array([[6.]]), array([3.5]))
        """
        slopes, offsets = self.dyadic_affine(code, upto)
        if exact:
            return slopes.fractions(), offsets.fractions()[:, 0]
        return slopes.floats(), offsets.floats()[:, 0]

    def dyadic_affine(self, code: ArrayLike, upto: int | None = None) -> tuple[Dyadic, Dyadic]:
        """`affine` as a dyadic (m, input_dim) matrix and (m, 1) column."""
        chosen = self.check_code(code)
        depth = len(self.hidden) if upto is None else self.check_upto(upto)
        slopes, offsets = Dyadic.identity(self.input_dim), Dyadic.zeros(self.input_dim, 1)
        for layer, start in zip(self.hidden[:depth], self.first, strict=False):
            weight, bias = layer.piece_map(chosen[start : start + layer.n_units])
            slopes, offsets = weight @ slopes, weight @ offsets + bias
        if upto is None:
            weight, bias = self.head.linear_map()
            slopes, offsets = weight @ slopes, weight @ offsets + bias
        return slopes, offsets

    def check_layer(self, layer: int) -> int:
        """The number of a hidden layer, or a NetworkError that says how many there are."""
        return numbered(layer, len(self.hidden), "layer", "the network", "hidden layer")

    def check_upto(self, upto: int) -> int:
        """So many hidden layers, or a NetworkError if there are not so many."""
        n = len(self.hidden)
        if not is_whole(upto, 0, n):
            raise NetworkError(f"upto={shown(upto)}: the network has {n} hidden layer{'s' * (n != 1)}; take a whole number from 0 to {n}")
        return int(upto)

    def check_code(self, code: ArrayLike) -> NDArray[np.int64]:
        """The code as (n_units,) int64, or a NetworkError that says what is wrong with it."""
        try:
            chosen = as_array(code)
        except ValueError as error:
            raise NetworkError(f"a code of this network has {self.n_units} integers: {error}") from error
        if chosen.shape != (self.n_units,) or (chosen.size and chosen.dtype.kind not in "iub"):
            one = "; give one row at a time" if chosen.ndim == 2 and chosen.shape[1] == self.n_units else ""
            raise NetworkError(f"a code of this network has {self.n_units} integers; got shape {chosen.shape} of {chosen.dtype}{one}")
        chosen = chosen.astype(np.int64)
        for layer, start in zip(self.hidden, self.first, strict=False):
            part = chosen[start : start + layer.n_units]
            if part.size and (part.min() < 0 or part.max() >= layer.n_pieces):
                raise NetworkError(f"a code entry is outside 0..{layer.n_pieces - 1}, the pieces of its layer")
        return chosen

    def _inputs(self, x: ArrayLike) -> FloatArray:
        return as_rows(x, self.input_dim, "an input", NetworkError)

    def __repr__(self) -> str:
        sizes = " -> ".join(str(n) for n in (self.input_dim, *self.widths, self.output_dim))
        return f"Network({sizes}, {self.n_units} units)"
