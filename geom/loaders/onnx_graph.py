"""Networks from ONNX files: the graph is read in order and must be one chain from its input to its output.

At every node exactly one input may be neither constant nor left out, and it must be what the node before put out; so a branch, a residual
connection or a second input shows at the first node that it meets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

from geom.errors import LoadError, MissingDependency, UnsupportedOperator
from geom.loaders.chain import NO_ARGMAX_CHANGES, Chain
from geom.loaders.onnx_constants import Array, attribute_array, tensor_array
from geom.loaders.onnx_operators import ANY_ORDER, OPERATORS, Flow, Operands
from geom.loaders.source import located
from geom.networks.network import Network

__all__ = ["read_onnx"]

STANDARD_DOMAINS = ("", "ai.onnx")
OLDEST_OPSET = 7  # before it, Add, Sub, Mul and Gemm broadcast by other rules and Dropout had a training attribute


def read_onnx(path: str, data: bytes) -> Network:
    """The network in the bytes of an ONNX file; `path` is its name in errors."""
    try:
        import onnx
        from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingDependency("onnx", "reading .onnx files", "onnx") from error

    try:
        model = onnx.load_model_from_string(data)
    except (DecodeError, UnicodeDecodeError) as error:
        raise LoadError(path, f"is not an intact ONNX file: {error}") from error
    if not model.HasField("graph") or not model.opset_import:
        raise LoadError(path, "is not an intact ONNX file: it holds no graph, or names no operator set")
    opset = min((entry.version for entry in model.opset_import if entry.domain in STANDARD_DOMAINS), default=OLDEST_OPSET)
    if opset < OLDEST_OPSET:
        raise LoadError(path, f"uses operator set {opset}, older than {OLDEST_OPSET}; convert it with onnx.version_converter")
    graph = model.graph
    walk = _start(path, graph)
    for index, node in enumerate(graph.node):
        walk.step(index, node)
    return walk.finish([output.name for output in graph.output])


def _start(path: str, graph: Any) -> _Walk:
    """The walk before the first node: constants read, the one input found."""
    if graph.sparse_initializer:
        raise LoadError(path, "has sparse initializers, which are not read; store them densely")
    constants: dict[str, Array] = {}
    for tensor in graph.initializer:
        with located(path, f"initializer {tensor.name!r}"):
            if tensor.name in constants:
                raise ValueError("there are two of this name")
            constants[tensor.name] = tensor_array(tensor)
    # Before version 4 of the format, initializers stand among the inputs too.
    inputs = [value for value in graph.input if value.name not in constants]
    if len(inputs) != 1:
        raise LoadError(path, f"has {len(inputs)} inputs ({', '.join(repr(v.name) for v in inputs) or 'none'}); exactly one is read")
    with located(path, f"input {inputs[0].name!r}"):
        shape = _input_shape(inputs[0])
        return _Walk(path, inputs[0].name, Flow(Chain(prod(shape)), shape), constants)


def _input_shape(value: Any) -> tuple[int, ...]:
    """The shape of the input, with 1 for a first dimension that is left open."""
    if not value.type.HasField("tensor_type") or not value.type.tensor_type.HasField("shape"):
        raise ValueError("it is not a tensor of known shape; export the model with one")
    dims = value.type.tensor_type.shape.dim
    sizes = [int(dim.dim_value) if dim.HasField("dim_value") else None for dim in dims]
    if any(n is None for n in sizes[1:]) or any(n is not None and n < 1 for n in sizes):
        raise ValueError(f"its shape is {[n if n is not None else '?' for n in sizes]}; only the first dimension may be open, none below 1")
    return tuple(1 if n is None else n for n in sizes)


@dataclass
class _Walk:
    """Where the reading of a graph stands.

    Attributes
    ----------
    path : str
    current : str
        Name of the value that flows.
    flow : Flow
    constants : dict of str to array
    taken : dict of str to str
        Values that flowed before, and the node that took each.
    """

    path: str
    current: str
    flow: Flow
    constants: dict[str, Array]
    taken: dict[str, str] = field(default_factory=dict)

    def step(self, index: int, node: Any) -> None:
        """Follow the chain through one node."""
        where = f"node {index} ({node.op_type} {node.name!r})"
        if node.domain not in STANDARD_DOMAINS or (node.op_type not in OPERATORS and node.op_type != "Constant"):
            known = ", ".join(sorted(OPERATORS))
            of = f" of the domain {node.domain!r}" if node.domain not in STANDARD_DOMAINS else ""
            advice = f". {NO_ARGMAX_CHANGES}" if node.op_type in ("Softmax", "LogSoftmax", "Sigmoid") else ""
            raise UnsupportedOperator(self.path, f"{where}: the operator {node.op_type}{of} is not read; read are {known} and Constant{advice}")
        if not node.output:
            raise LoadError(self.path, f"{where}: it has no output")
        if node.output[0] in self.constants or node.output[0] in self.taken or node.output[0] == self.current:
            raise LoadError(self.path, f"{where}: puts out {node.output[0]!r}, the name of a value that is there already")
        with located(self.path, where):
            attributes = _attributes(node)
            if node.op_type == "Constant":
                self.constants[node.output[0]] = attribute_array(attributes)
            elif node.op_type == "Identity" and len(node.input) == 1 and node.input[0] in self.constants:
                self.constants[node.output[0]] = self.constants[node.input[0]]
            else:
                operands = self._operands(where, node, attributes)
                OPERATORS[node.op_type](self.flow, operands)
                self.taken[self.current], self.current = where, node.output[0]

    def _operands(self, where: str, node: Any, attributes: dict[str, Any]) -> Operands:
        """The node's inputs, of which exactly one is the value that flows."""
        names = list(node.input)
        variable = [i for i, name in enumerate(names) if name and name not in self.constants]
        if len(variable) > 1:
            mixed = ", ".join(repr(names[i]) for i in variable)
            raise LoadError(self.path, f"{where}: mixes {len(variable)} values that are not constant ({mixed}); only chains are read")
        if not variable:
            raise LoadError(self.path, f"{where}: all its inputs are constant; fold such nodes before (for example with onnxsim)")
        name, position = names[variable[0]], variable[0]
        if name in self.taken:
            raise LoadError(self.path, f"{where}: takes {name!r}, which {self.taken[name]} takes too: a branch; only chains are read")
        if name != self.current:
            raise LoadError(self.path, f"{where}: takes {name!r}, which is neither a constant nor what the chain has put out ({self.current!r})")
        if position != 0 and node.op_type not in ANY_ORDER:
            raise LoadError(self.path, f"{where}: the value that flows must be its first input, not input {position}")
        return Operands(position, tuple(self.constants.get(n) if n else None for n in names), attributes)

    def finish(self, outputs: list[str]) -> Network:
        """The network, if the graph puts out the end of the chain and nothing else."""
        if len(outputs) != 1:
            raise LoadError(self.path, f"has {len(outputs)} outputs ({', '.join(map(repr, outputs)) or 'none'}); exactly one is read")
        if outputs[0] != self.current:
            raise LoadError(self.path, f"the output {outputs[0]!r} is not the end of the chain, which is {self.current!r}")
        return self.flow.chain.network()


def _attributes(node: Any) -> dict[str, Any]:
    from onnx import helper

    attributes = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    damaged = next((name for name, value in attributes.items() if value is None or not isinstance(name, str)), None)
    if damaged is not None:  # protobuf gives a name that is not UTF-8 as bytes
        raise ValueError(f"the attribute {damaged!r} has no value, or no name")
    return attributes
