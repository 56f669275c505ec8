"""The layers of a multilayer perceptron, from arrays and names of activations."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike

from geom.errors import NetworkError, shown
from geom.networks.layer import Layer

__all__ = ["Activation", "perceptron_layers"]

Activation = str | tuple[str, float]  # a name, or ("leaky_relu", slope)
ACTIVATIONS = {"relu": Layer.relu, "leaky_relu": Layer.leaky_relu, "abs": Layer.abs}


def perceptron_layers(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activation: Activation | Sequence[Activation]) -> list[Layer]:
    """The layers of `Network.mlp`: hidden ones with their activations, then a linear one.

    Examples
    --------
    >>> perceptron_layers([[[1.0]], [[2.0]]], [[0.0], [1.0]], "abs")
    [Layer(1 -> 1, 2 pieces a unit), Layer(1 -> 1, 1 piece a unit)]
    """
    if not isinstance(weights, (Sequence, np.ndarray)) or not isinstance(biases, (Sequence, np.ndarray)):
        raise NetworkError(f"weights and biases are sequences of arrays, one a layer; got {type(weights).__name__} and {type(biases).__name__}")
    if len(weights) != len(biases) or not len(weights):
        raise NetworkError(f"as many biases as weights are needed, and at least one; got {len(weights)} weights and {len(biases)} biases")
    n_hidden = len(weights) - 1
    named = [activation] * n_hidden if isinstance(activation, str) or _is_leaky(activation) else activation
    if not isinstance(named, Sequence) or isinstance(named, bytes):
        raise NetworkError(f"activation is a name or one for each hidden layer; got {shown(activation)}")
    if len(named) != n_hidden:
        raise NetworkError(f"{n_hidden} hidden layers but {len(named)} activations; ('leaky_relu', slope) takes a number")
    layers: list[Layer] = []
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        try:
            layers.append(_activated(named[i], weight, bias) if i < n_hidden else Layer.linear(weight, bias))
        except NetworkError as error:
            raise NetworkError(f"layer {i}: {error}") from error
    return layers


def _is_leaky(activation: object) -> bool:
    return isinstance(activation, tuple) and len(activation) == 2 and activation[0] == "leaky_relu" and isinstance(activation[1], Real)


def _activated(activation: object, weight: ArrayLike, bias: ArrayLike) -> Layer:
    if _is_leaky(activation):
        return Layer.leaky_relu(weight, bias, float(activation[1]))  # type: ignore[index]
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        near = get_close_matches(str(activation).lower(), ACTIVATIONS, 1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise NetworkError(f"unknown activation {shown(activation)}; known: {', '.join(ACTIVATIONS)} or ('leaky_relu', slope){hint}")
    return ACTIVATIONS[activation](weight, bias)
