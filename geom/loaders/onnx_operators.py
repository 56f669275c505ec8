"""What each ONNX operator does to the one value that flows through a chain.

That value is a tensor of known shape; the chain holds the affine map to its entries in row-major order. Flatten and Reshape change the
shape alone. An operator of constants that would not act on the tensor as one vector raises a ValueError.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any

import numpy as np

from geom.exact import Dyadic
from geom.loaders.chain import Chain
from geom.loaders.onnx_constants import Array, column, matrix
from geom.networks.layer import Layer

__all__ = ["ANY_ORDER", "OPERATORS", "Flow", "Operands"]


@dataclass
class Flow:
    """The value that flows: its shape, and the chain that computes it."""

    chain: Chain
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Operands:
    """What a node has besides the flowing value.

    Attributes
    ----------
    position : int
        Which of the inputs flows.
    constants : tuple of array or None
        The inputs; None where the value flows and where an optional input is left out.
    attributes : dict
    """

    position: int
    constants: tuple[Array | None, ...]
    attributes: dict[str, Any]

    def constant(self, index: int, what: str) -> Array:
        value = self.optional(index)
        if value is None:
            raise ValueError(f"its input {index} ({what}) is missing")
        return value

    def optional(self, index: int) -> Array | None:
        return self.constants[index] if index < len(self.constants) else None

    def other(self) -> Array:
        """The constant of an operator of two inputs."""
        if len(self.constants) != 2:
            raise ValueError(f"expected 2 inputs, got {len(self.constants)}")
        return self.constant(1 - self.position, "the constant")

    def number(self, name: str, default: float) -> float:
        """A float or integer attribute; ONNX floats are float32, given here without change."""
        value = self.attributes.get(name, default)
        if not isinstance(value, (int, float)) or not isfinite(value):
            raise ValueError(f"the attribute {name} is {value!r}, not a finite number")
        return value


def _times(exact: Dyadic, factor: float) -> Dyadic:
    scalar = Dyadic.of([[factor]])
    return Dyadic(exact.entries * scalar.entries[0, 0], exact.exponent + scalar.exponent)


def _broadcast(flow: Flow, constant: Array) -> Dyadic:
    """The constant, one entry for each of the flow's, which may gain leading dimensions of 1 but no entries."""
    try:
        shape = np.broadcast_shapes(flow.shape, constant.shape)
    except ValueError:
        shape = ()
    if prod(shape) != prod(flow.shape):
        raise ValueError(f"a constant of shape {constant.shape} does not act on each entry of a value of shape {flow.shape}")
    flow.shape = tuple(int(n) for n in shape)
    return column(np.broadcast_to(constant, shape))


def _add(flow: Flow, node: Operands) -> None:
    flow.chain.shift(_broadcast(flow, node.other()))


def _sub(flow: Flow, node: Operands) -> None:
    offset = _broadcast(flow, node.other())
    if node.position == 0:
        flow.chain.shift(_times(offset, -1))
    else:
        flow.chain.scale(Dyadic.of(np.full((flow.chain.width, 1), -1)))
        flow.chain.shift(offset)


def _mul(flow: Flow, node: Operands) -> None:
    flow.chain.scale(_broadcast(flow, node.other()))


def _matmul(flow: Flow, node: Operands) -> None:
    constant = node.other()
    weight = matrix(constant if node.position == 1 else constant.T)
    # Row vectors stand on the left and are contracted along the last axis, column vectors on the right along the last but one.
    axis = len(flow.shape) - 1 if node.position == 0 else max(len(flow.shape) - 2, 0)
    outputs, inputs = weight.shape
    if flow.shape[axis : axis + 1] != (inputs,) or prod(flow.shape) != inputs:
        raise ValueError(f"a value of shape {flow.shape} is not one vector that a constant of shape {constant.shape} multiplies")
    flow.chain.linear(weight)
    flow.shape = (*flow.shape[:axis], outputs, *flow.shape[axis + 1 :])


def _gemm(flow: Flow, node: Operands) -> None:
    constant, bias = node.constant(1, "B"), node.optional(2)
    if node.number("transA", 0):
        raise ValueError("transA is set; only the constant B may be transposed")
    weight = matrix(constant if node.number("transB", 0) else constant.T)
    rows, columns = weight.shape
    if flow.shape != (1, columns):
        raise ValueError(f"a value of shape {flow.shape} is not one row vector of {columns} entries, which B takes")
    offset = None
    if bias is not None:
        try:
            full = np.broadcast_to(bias, (1, rows))
        except ValueError as error:
            raise ValueError(f"C has shape {bias.shape}, expected {(1, rows)} or what broadcasts to it") from error
        offset = _times(column(full), node.number("beta", 1.0))
    flow.chain.linear(_times(weight, node.number("alpha", 1.0)), offset)
    flow.shape = (1, rows)


def _flatten(flow: Flow, node: Operands) -> None:
    axis, rank = int(node.number("axis", 1)), len(flow.shape)
    if not -rank <= axis <= rank:
        raise ValueError(f"axis {axis} is outside a value of {rank} dimensions")
    axis += rank * (axis < 0)
    flow.shape = (prod(flow.shape[:axis]), prod(flow.shape[axis:]))


def _reshape(flow: Flow, node: Operands) -> None:
    target = node.constant(1, "the shape")
    if target.ndim != 1 or target.dtype.kind != "i" or (target < -1).any() or (target == -1).sum() > 1:
        raise ValueError("the shape must be a vector of integers, at most one of them -1 and none below")
    sizes = [int(n) for n in target]
    if not node.number("allowzero", 0):
        if any(n == 0 and i >= len(flow.shape) for i, n in enumerate(sizes)):
            raise ValueError(f"the shape {sizes} copies a dimension that a value of shape {flow.shape} does not have")
        sizes = [flow.shape[i] if n == 0 else n for i, n in enumerate(sizes)]
    known, total = prod(n for n in sizes if n != -1), prod(flow.shape)
    if -1 in sizes and known and total % known == 0:
        sizes[sizes.index(-1)], known = total // known, total
    if known != total:
        raise ValueError(f"a value of shape {flow.shape} cannot take the shape {target.tolist()}")
    flow.shape = tuple(sizes)


def _identity(flow: Flow, node: Operands) -> None:
    pass


def _dropout(flow: Flow, node: Operands) -> None:
    training = node.optional(2)
    if training is not None and training.any():
        raise ValueError("it is in training mode, where its output is random; export the model for inference")


def _relu(flow: Flow, node: Operands) -> None:
    flow.chain.activate(Layer.relu)


def _abs(flow: Flow, node: Operands) -> None:
    flow.chain.activate(Layer.abs)


def _leaky_relu(flow: Flow, node: Operands) -> None:
    # The default 0.01 is, like every attribute, a float32.
    slope = node.number("alpha", float(np.float32(0.01)))
    flow.chain.activate(lambda weight, bias: Layer.leaky_relu(weight, bias, slope))


OPERATORS: dict[str, Callable[[Flow, Operands], None]] = {
    "Abs": _abs,
    "Add": _add,
    "Dropout": _dropout,
    "Flatten": _flatten,
    "Gemm": _gemm,
    "Identity": _identity,
    "LeakyRelu": _leaky_relu,
    "MatMul": _matmul,
    "Mul": _mul,
    "Relu": _relu,
    "Reshape": _reshape,
    "Sub": _sub,
}
ANY_ORDER = ("Add", "MatMul", "Mul", "Sub")
