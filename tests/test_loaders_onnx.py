"""ONNX files: every operator against ONNX's own reference evaluator, folding against fractions, every refusal provoked."""

from __future__ import annotations

import sys
from fractions import Fraction
from math import prod
from pathlib import Path

import numpy as np
import pytest

from geom.errors import GeomError, LoadError, MissingDependency, UnsupportedOperator
from geom.loaders import load

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

ACAS_XU = sorted((Path(__file__).parents[2] / "shared" / "data" / "acasxu").glob("*.onnx"))
RNG = np.random.default_rng(0)


def numbers(*shape, dtype=np.float32):
    return RNG.standard_normal(shape).astype(dtype)


def node(operator, *inputs, to="y", name="", **attributes):
    return helper.make_node(operator, list(inputs), [to] if isinstance(to, str) else list(to), name=name, **attributes)


def model(nodes, shape=(1, 3), constants=None, outputs=("y",), inputs=("x",), opset=13):
    """A model from x of a shape to y."""
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [value if isinstance(value, TensorProto) else numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])


def read(folder, proto):
    path = folder / "net.onnx"
    path.write_bytes(proto if isinstance(proto, bytes) else proto.SerializeToString())
    return load(path)


def agrees(proto, net, shape):
    """Whether the reference evaluator and the network give the same outputs, up to the rounding of float32, on random points."""
    evaluator = ReferenceEvaluator(proto)
    for x in RNG.standard_normal((20, prod(shape))).astype(np.float32):
        (expected,) = evaluator.run(None, {"x": x.reshape(shape)})
        np.testing.assert_allclose(net(x[None])[0], expected.ravel(), rtol=1e-4, atol=1e-5)
    return True


W, V, B, ROW = numbers(3, 4), numbers(4, 3), numbers(4), numbers(3)
GRAPHS = {
    "Gemm": ([node("Gemm", "x", "W", "b")], (1, 3), {"W": W, "b": B}),
    "Gemm without C": ([node("Gemm", "x", "W")], (1, 3), {"W": W}),
    "Gemm with an empty name for C": ([node("Gemm", "x", "W", "")], (1, 3), {"W": W}),
    "Gemm with factors": ([node("Gemm", "x", "V", "b", transB=1, alpha=0.3, beta=-1.7)], (1, 3), {"V": V, "b": B}),
    "Gemm with a C of one number": ([node("Gemm", "x", "W", "b")], (1, 3), {"W": W, "b": np.float32(0.5)}),
    "Gemm with a C of one row": ([node("Gemm", "x", "W", "b")], (1, 3), {"W": W, "b": B[None]}),
    "MatMul of a row": ([node("MatMul", "x", "W")], (1, 3), {"W": W}),
    "MatMul of a vector": ([node("MatMul", "x", "W")], (3,), {"W": W}),
    "MatMul of a vector on the right": ([node("MatMul", "V", "x")], (3,), {"V": V}),
    "MatMul of a column": ([node("MatMul", "V", "x")], (3, 1), {"V": V}),
    "MatMul of a row in four dimensions": ([node("MatMul", "x", "W")], (1, 1, 1, 3), {"W": W}),
    "MatMul of a column in three dimensions": ([node("MatMul", "V", "x")], (1, 3, 1), {"V": V}),
    "Add": ([node("Add", "x", "c")], (1, 3), {"c": ROW}),
    "Add of the constant first": ([node("Add", "c", "x")], (1, 3), {"c": ROW}),
    "Add of one number": ([node("Add", "x", "c")], (1, 3), {"c": np.float32(2)}),
    "Add that gains a dimension": ([node("Add", "x", "c")], (3,), {"c": ROW[None]}),
    "Add of an image": ([node("Add", "x", "c")], (1, 2, 3), {"c": numbers(2, 1)}),
    "Sub": ([node("Sub", "x", "c")], (1, 3), {"c": ROW}),
    "Sub from a constant": ([node("Sub", "c", "x")], (1, 3), {"c": ROW}),
    "Mul": ([node("Mul", "x", "c")], (1, 3), {"c": ROW}),
    "Mul by one number first": ([node("Mul", "c", "x")], (1, 3), {"c": np.float32(-0.7)}),
    "Flatten": ([node("Flatten", "x")], (1, 2, 3), {}),
    "Flatten from the last": ([node("Flatten", "x", to="f", axis=-1), node("Mul", "f", "c")], (2, 3), {"c": ROW}),
    "Flatten from the first": ([node("Flatten", "x", to="f", axis=0), node("MatMul", "f", "c")], (2, 3), {"c": numbers(6, 2)}),
    "Reshape": ([node("Reshape", "x", "s")], (1, 2, 3), {"s": np.array([1, 6])}),
    "Reshape with copy and rest": ([node("Reshape", "x", "s", to="f"), node("MatMul", "f", "W")], (1, 1, 3), {"s": np.array([0, -1]), "W": W}),
    "Reshape to a vector": ([node("Reshape", "x", "s", to="f"), node("MatMul", "V", "f")], (1, 3), {"s": np.array([-1]), "V": V}),
    "Identity": ([node("Identity", "x")], (1, 3), {}),
    "Identity of a constant": ([node("Identity", "c", to="d"), node("Add", "x", "d")], (1, 3), {"c": ROW}),
    "Dropout": ([node("Dropout", "x")], (1, 3), {}),
    "Dropout with an idle mask": ([node("Dropout", "x", "r", "t", to=("y", "mask"))], (1, 3), {"r": np.float32(0.5), "t": np.array(False)}),
    "Relu": ([node("Relu", "x")], (1, 3), {}),
    "Abs": ([node("Abs", "x")], (1, 3), {}),
    "LeakyRelu": ([node("LeakyRelu", "x", alpha=0.3)], (1, 3), {}),
    "LeakyRelu by default": ([node("LeakyRelu", "x")], (1, 3), {}),
    "Relu after Relu": ([node("Relu", "x", to="r"), node("Relu", "r")], (1, 3), {}),
    "scale and shift after an activation": (
        [node("Relu", "x", to="r"), node("Mul", "r", "c", to="m"), node("Sub", "m", "d", to="s"), node("Abs", "s", to="a"), node("Add", "a", "c")],
        (1, 3),
        {"c": ROW, "d": numbers(3)},
    ),
    "normalisation and layers": (
        [node("Sub", "x", "mean", to="s"), node("Mul", "s", "std", to="n"), node("Flatten", "n", to="f"), node("Gemm", "f", "W", "b", to="h")]
        + [node("Relu", "h", to="r"), node("MatMul", "r", "V", to="m"), node("Add", "m", "c")],
        (1, 1, 1, 3),
        {"mean": numbers(1, 1, 1, 3), "std": np.float32(0.3), "W": W, "b": B, "V": V, "c": ROW},
    ),
    "a Constant node": (
        [helper.make_node("Constant", [], ["c"], value=numpy_helper.from_array(ROW)), node("Add", "x", "c")],
        (1, 3),
        {},
    ),
    "a Constant node of one float": ([helper.make_node("Constant", [], ["c"], value_float=0.3), node("Add", "x", "c")], (1, 3), {}),
    "a Constant node of floats": ([helper.make_node("Constant", [], ["c"], value_floats=[0.3, 1.0, 2.0]), node("Mul", "x", "c")], (1, 3), {}),
    "a Constant node of integers": ([helper.make_node("Constant", [], ["s"], value_ints=[3, 1]), node("Reshape", "x", "s")], (1, 3), {}),
}


@pytest.mark.parametrize(("nodes", "shape", "constants"), GRAPHS.values(), ids=GRAPHS)
def test_a_graph_is_the_function_that_onnx_defines(tmp_path, nodes, shape, constants):
    proto = model(nodes, shape, constants)
    assert agrees(proto, read(tmp_path, proto), shape)


@pytest.mark.parametrize("batch", [None, "batch", 1])
def test_an_open_batch_dimension_is_one(tmp_path, batch):
    assert read(tmp_path, model([node("MatMul", "x", "W")], (batch, 3), {"W": W})).input_dim == 3


def test_constants_may_stand_among_the_inputs_as_in_old_files(tmp_path):
    proto = model([node("Add", "x", "c")], constants={"c": ROW})
    proto.graph.input.append(helper.make_tensor_value_info("c", TensorProto.FLOAT, [3]))
    assert read(tmp_path, proto).input_dim == 3


def test_folded_constants_are_exact(tmp_path):
    mean, std, alpha, beta = (np.float32(v) for v in (0.1, 0.7, 0.3, 1.7))
    w, b, v, c = numbers(3, 4), numbers(4), numbers(4, 2), numbers(2)
    nodes = [
        node("Sub", "x", "mean", to="s"),
        node("Mul", "s", "std", to="n"),
        node("Gemm", "n", "w", "b", to="h", alpha=float(alpha), beta=float(beta)),
        node("Gemm", "h", "v", "c", to="g"),
        node("Sub", "mean", "g", to="y"),
    ]
    net = read(tmp_path, model(nodes, (1, 3), {"mean": mean, "std": std, "w": w, "b": b, "v": v, "c": c}))

    def f(array):
        return np.vectorize(lambda number: Fraction(float(number)), otypes=[object])(array)

    m, s, a, e = (Fraction(float(number)) for number in (mean, std, alpha, beta))
    slope = -(a * s * f(w) @ f(v)).T
    offset = m - ((a * s * (np.array([-m] * 3, dtype=object) @ f(w)) + e * f(b)) @ f(v) + f(c))
    assert (net.head.weight.fractions() == slope).all()
    assert (net.head.bias.fractions()[:, 0] == offset).all()


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint8, np.int32, np.int64, np.uint64])
@pytest.mark.parametrize("is_raw", [True, False])
def test_constants_of_every_type_are_taken_exactly(tmp_path, dtype, is_raw):
    number = np.array([1 / 3]).astype(dtype) if np.dtype(dtype).kind == "f" else np.array([np.iinfo(dtype).max], dtype)
    tensor = numpy_helper.from_array(number, "c")
    if not is_raw:
        tensor = helper.make_tensor("c", tensor.data_type, [1], number.tolist())
    net = read(tmp_path, model([node("Add", "x", "c")], (1, 1), {"c": tensor}))
    assert net.head.bias.fractions()[0, 0] == Fraction(number.item())


@pytest.mark.parametrize(("attributes", "slope"), [({"alpha": 0.3}, np.float32(0.3)), ({}, np.float32(0.01)), ({"alpha": -0.5}, -0.5)])
def test_a_leaky_slope_is_the_float32_of_the_attribute(tmp_path, attributes, slope):
    net = read(tmp_path, model([node("LeakyRelu", "x", **attributes)]))
    assert net.hidden[0].slope[0, 0] == float(slope)


def test_a_number_that_comes_after_an_activation_goes_into_the_next_layer(tmp_path):
    nodes = [node("Relu", "x", to="r"), node("Mul", "r", "c", to="m"), node("Relu", "m", to="q"), node("Add", "q", "c")]
    net = read(tmp_path, model(nodes, constants={"c": ROW}))
    assert net.widths == (3, 3)
    assert (net.hidden[1].weight.fractions() == np.diag([Fraction(float(v)) for v in ROW])).all()
    assert (net.head.bias.fractions()[:, 0] == [Fraction(float(v)) for v in ROW]).all()


@pytest.mark.skipif(not ACAS_XU, reason="the ACAS Xu networks are not here")
def test_all_acas_xu_networks_are_read(tmp_path):
    assert {repr(load(path)) for path in ACAS_XU} == {"Network(5 -> 50 -> 50 -> 50 -> 50 -> 50 -> 50 -> 5, 300 units)"}
    assert len(ACAS_XU) == 45


@pytest.mark.skipif(not ACAS_XU, reason="the ACAS Xu networks are not here")
def test_an_acas_xu_network_is_the_function_that_onnx_defines():
    evaluator, net = ReferenceEvaluator(onnx.load(ACAS_XU[0])), load(ACAS_XU[0])
    for x in RNG.uniform(-0.5, 0.5, (20, 5)).astype(np.float32):
        (expected,) = evaluator.run(None, {"input": x.reshape(1, 1, 1, 5)})
        np.testing.assert_allclose(net(x[None]), expected, rtol=1e-4, atol=1e-5)


def external(name):
    """A tensor whose numbers stand in another file."""
    tensor = numpy_helper.from_array(ROW, name)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/hostname")
    return tensor


@pytest.mark.parametrize(
    ("nodes", "constants", "place"),
    [
        ([node("Add", "x", "c")], {"c": external("c")}, "initializer 'c'"),
        ([helper.make_node("Constant", [], ["c"], name="n", value=external("")), node("Add", "x", "c")], {}, r"node 0 \(Constant 'n'\)"),
    ],
    ids=["initializer", "Constant node"],
)
def test_numbers_in_another_file_are_refused_before_anything_is_read(tmp_path, monkeypatch, nodes, constants, place):
    monkeypatch.setattr(numpy_helper, "to_array", lambda *_, **__: pytest.fail("to_array was called"))
    with pytest.raises(LoadError, match=f"{place}: its numbers are in another file"):
        read(tmp_path, model(nodes, constants=constants))


UNSUPPORTED = {
    "Tanh": ([node("Relu", "x", to="r"), node("Tanh", "r", name="squash")], r"node 1 \(Tanh 'squash'\): the operator Tanh is not read"),
    "Conv": ([node("Conv", "x", "w", name="conv")], r"node 0 \(Conv 'conv'\)"),
    "another domain": ([node("Relu", "x", domain="com.example")], "the operator Relu of the domain 'com.example'"),
    "two values": ([node("Max", "x", "x")], r"node 0 \(Max ''\)"),
}


@pytest.mark.parametrize(("nodes", "reason"), UNSUPPORTED.values(), ids=UNSUPPORTED)
def test_an_unsupported_operator_is_named_with_its_position(tmp_path, nodes, reason):
    with pytest.raises(UnsupportedOperator, match=reason):
        read(tmp_path, model(nodes))


NO_CHAIN = {
    "a second input": (model([node("Add", "x", "z")], inputs=("x", "z")), r"has 2 inputs \('x', 'z'\)"),
    "no input": (model([node("Add", "c", "c")], inputs=(), constants={"c": ROW}), r"has 0 inputs \(none\)"),
    "two outputs": (model([node("Relu", "x", to="r"), node("Relu", "r")], outputs=("y", "r")), r"has 2 outputs \('y', 'r'\)"),
    "no output": (model([node("Relu", "x")], outputs=()), r"has 0 outputs \(none\)"),
    "an output inside": (model([node("Relu", "x", to="r"), node("Relu", "r")], outputs=("r",)), "the output 'r' is not the end of the chain"),
    "a residual": (model([node("Relu", "x", to="r"), node("Add", "r", "x")]), r"node 1 .*: mixes 2 values that are not constant \('r', 'x'\)"),
    "a square": (model([node("Mul", "x", "x")]), r"node 0 .*: mixes 2 values that are not constant \('x', 'x'\)"),
    "a branch": (
        model([node("Relu", "x", to="r", name="first"), node("Abs", "x")]),
        r"node 1 .*: takes 'x', which node 0 \(Relu 'first'\) takes too",
    ),
    "an unknown value": (model([node("Relu", "nothing")]), "takes 'nothing', which is neither a constant nor what the chain has put out"),
    "a used mask": (model([node("Dropout", "x", to=("d", "m")), node("Relu", "m")]), "takes 'm', which is neither"),
    "constants alone": (model([node("Add", "c", "c", to="d"), node("Add", "x", "d")], constants={"c": ROW}), "all its inputs are constant"),
    "a name put out twice": (model([node("Relu", "x", to="x")]), "puts out 'x', the name of a value that is there already"),
    "a constant put out again": (model([node("Relu", "x", to="c")], constants={"c": ROW}), "puts out 'c', the name of a value"),
    "a value in a constant's place": (model([node("Gemm", "W", "x")], constants={"W": W}), "must be its first input, not input 1"),
}


@pytest.mark.parametrize(("proto", "reason"), NO_CHAIN.values(), ids=NO_CHAIN)
def test_what_is_no_chain_is_refused(tmp_path, proto, reason):
    with pytest.raises(LoadError, match=reason) as caught:
        read(tmp_path, proto)
    assert str(caught.value).startswith(f"{tmp_path / 'net.onnx'}: ")


def one(operator, *inputs, shape=(1, 3), constants=None, **attributes):
    return model([node(operator, *inputs, name="n", **attributes)], shape, constants)


def without_output():
    proto = one("Relu", "x")
    del proto.graph.node[0].output[:]
    return proto


MISFITS = {
    "MatMul of another width": (one("MatMul", "x", "W", constants={"W": V}), r"a value of shape \(1, 3\) is not one vector that .* \(4, 3\)"),
    "MatMul of several rows": (one("MatMul", "x", "W", shape=(2, 3), constants={"W": W}), r"a value of shape \(2, 3\) is not one vector"),
    "MatMul of a row on the right": (one("MatMul", "V", "x", constants={"V": V}), r"a value of shape \(1, 3\) is not one vector"),
    "MatMul by a stack": (one("MatMul", "x", "W", constants={"W": W[None]}), r"expected a constant matrix, got shape \(4, 3, 1\)|\(1, 3, 4\)"),
    "MatMul by nothing": (one("MatMul", "x", "W", constants={"W": W[:, :0]}), "has no entries"),
    "MatMul of one input": (one("MatMul", "x"), "expected 2 inputs, got 1"),
    "Add of a left-out input": (one("Add", "x", ""), r"its input 1 \(the constant\) is missing"),
    "Add of another width": (one("Add", "x", "c", constants={"c": B}), r"a constant of shape \(4,\) does not act on each entry"),
    "Add that copies": (one("Add", "x", "c", constants={"c": V}), r"a constant of shape \(4, 3\) does not act on each entry"),
    "Gemm with transA": (one("Gemm", "x", "W", transA=1, constants={"W": W}), "transA is set"),
    "Gemm of a vector": (one("Gemm", "x", "W", shape=(3,), constants={"W": W}), r"a value of shape \(3,\) is not one row vector of 3"),
    "Gemm with a C too long": (one("Gemm", "x", "W", "c", constants={"W": W, "c": ROW}), r"C has shape \(3,\), expected \(1, 4\)"),
    "Gemm with alpha NaN": (one("Gemm", "x", "W", alpha=np.nan, constants={"W": W}), "the attribute alpha is nan"),
    "Gemm without B": (one("Gemm", "x"), r"its input 1 \(B\) is missing"),
    "LeakyRelu above 1": (one("LeakyRelu", "x", alpha=2.0), "slope 2.0 is not convex"),
    "LeakyRelu with a word": (one("LeakyRelu", "x", alpha="0.1"), "the attribute alpha is b'0.1'"),
    "Flatten beyond the end": (one("Flatten", "x", axis=3), "axis 3 is outside a value of 2 dimensions"),
    "Reshape without a shape": (one("Reshape", "x"), r"its input 1 \(the shape\) is missing"),
    "Reshape to another size": (one("Reshape", "x", "s", constants={"s": np.array([4])}), r"shape \(1, 3\) cannot take the shape \[4\]"),
    "Reshape with two rests": (one("Reshape", "x", "s", constants={"s": np.array([-1, -1])}), "at most one of them -1"),
    "Reshape to floats": (one("Reshape", "x", "s", constants={"s": ROW}), "must be a vector of integers"),
    "Reshape that copies too far": (one("Reshape", "x", "s", constants={"s": np.array([1, 3, 0])}), "does not have"),
    "Reshape to zero": (one("Reshape", "x", "s", allowzero=1, constants={"s": np.array([0])}), r"cannot take the shape \[0\]"),
    "Dropout in training": (
        one("Dropout", "x", "r", "t", constants={"r": np.float32(0.5), "t": np.array(True)}),
        r"node 0 \(Dropout 'n'\): it is in training mode",
    ),
    "a Constant of strings": (
        model([helper.make_node("Constant", [], ["c"], name="n", value_string="x"), node("Add", "x", "c")]),
        r"node 0 \(Constant 'n'\): a constant has one of the attributes .* has value_string",
    ),
    "a Constant of NaN": (model([helper.make_node("Constant", [], ["c"], value_float=np.nan)]), "1 of 1 entries are NaN or infinite"),
    "a Constant whose value is a number": (model([helper.make_node("Constant", [], ["c"], value=1.0)]), "expected a tensor, got float"),
    "a Constant whose integer is a float": (
        model([helper.make_node("Constant", [], ["c"], value_int=1.0)]),
        "the attribute value_int does not hold what its name says",
    ),
    "a node without output": (without_output(), r"node 0 \(Relu 'n'\): it has no output"),
}


@pytest.mark.parametrize(("proto", "reason"), MISFITS.values(), ids=MISFITS)
def test_a_node_that_does_not_fit_is_refused(tmp_path, proto, reason):
    with pytest.raises(LoadError, match=reason):
        read(tmp_path, proto)


def bad_tensor(**fields):
    tensor = numpy_helper.from_array(ROW, "c")
    for name, value in fields.items():
        if isinstance(value, list):
            tensor.ClearField(name)
            getattr(tensor, name).extend(value)
        else:
            setattr(tensor, name, value)
    return tensor


@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        (np.array([1, np.nan, 2], np.float32), "1 of 3 entries are NaN or infinite"),
        (np.array([np.inf, -np.inf, 2]), "2 of 3 entries are NaN or infinite"),
        (bad_tensor(dims=[2]), ""),
        (bad_tensor(dims=[10**12]), ""),
        (bad_tensor(dims=[-1]), r"the shape \[-1\] has a negative entry"),
        (bad_tensor(data_type=TensorProto.STRING), "the type STRING is none of FLOAT16, FLOAT, DOUBLE"),
        (bad_tensor(data_type=TensorProto.COMPLEX64), "the type COMPLEX64 is none of"),
        (bad_tensor(data_type=999), "the type 999 is none of"),
    ],
)
def test_an_initializer_that_holds_no_numbers_is_refused_with_its_name(tmp_path, tensor, reason):
    with pytest.raises(LoadError, match=f"initializer 'c': {reason}"):
        read(tmp_path, one("Add", "x", "c", constants={"c": tensor}))


def test_names_of_constants_are_unique_and_constants_dense(tmp_path):
    proto = one("Add", "x", "c", constants={"c": ROW})
    proto.graph.initializer.append(proto.graph.initializer[0])
    with pytest.raises(LoadError, match="initializer 'c': there are two of this name"):
        read(tmp_path, proto)
    proto = one("Relu", "x")
    proto.graph.sparse_initializer.add()
    with pytest.raises(LoadError, match="has sparse initializers"):
        read(tmp_path, proto)


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ((None, None), r"its shape is \['\?', '\?'\]; only the first"),
        ((1, 0), r"its shape is \[1, 0\]"),
        (None, "it is not a tensor of known shape"),
        ((1, 10**12), "the input has 1,000,000,000,000 coordinates"),
    ],
)
def test_an_input_of_unknown_or_impossible_shape_is_refused(tmp_path, shape, reason):
    with pytest.raises(LoadError, match=f"input 'x': {reason}"):
        read(tmp_path, model([node("Relu", "x")], shape))


def test_old_operator_sets_are_refused_because_they_broadcast_by_other_rules(tmp_path):
    with pytest.raises(LoadError, match="uses operator set 6, older than 7"):
        read(tmp_path, model([node("Relu", "x")], opset=6))


@pytest.mark.parametrize("data", [b"hello", b"\x08", b"\x08\x07", b"\x00" * 64, b"\xff" * 64], ids=["text", "cut", "version alone", "zeros", "ones"])
def test_what_is_no_onnx_file_is_refused(tmp_path, data):
    with pytest.raises(LoadError, match="is not an intact ONNX file"):
        read(tmp_path, data)


@pytest.fixture
def whole():
    return model(*GRAPHS["normalisation and layers"]).SerializeToString()


def test_an_onnx_file_cut_short_is_refused_wherever_the_cut_is(tmp_path, whole):
    for n in range(1, len(whole), 11):
        with pytest.raises(LoadError, match="is not an intact ONNX file"):
            read(tmp_path, whole[:n])


def test_a_damaged_onnx_file_never_ends_in_a_foreign_error(tmp_path, whole):
    rng = np.random.default_rng(0)
    for position in rng.integers(len(whole), size=500):
        damaged = bytearray(whole)
        damaged[position] = rng.integers(256)
        try:
            read(tmp_path, bytes(damaged))
        except GeomError as error:
            assert "net.onnx" in str(error)  # noqa: PT017 (either answer is right: the byte may not matter)


def test_without_onnx_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(MissingDependency, match=r"reading \.onnx files needs onnx: pip install 'geom-engine\[onnx\]'"):
        read(tmp_path, b"anything")
