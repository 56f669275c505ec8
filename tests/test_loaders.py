"""Files in general, NumPy archives, and the chain that all loaders build."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
import pytest

from geom.errors import GeomError, LoadError, NetworkError
from geom.exact import Dyadic
from geom.loaders import load
from geom.loaders.chain import Chain
from geom.networks.layer import Layer

LAYERS = {"W0": [[1.0, -1.0], [0.5, 0.25], [3.0, 0.0]], "b0": [0.0, -1.0, 0.125], "W1": [[1.0, 1.0, -2.0]], "b1": [0.75]}
SLOPES = {"relu": (0.0, 1.0), "abs": (-1.0, 1.0), "leaky_relu": (0.01, 1.0)}


def saved(folder, **arrays):
    path = folder / "net.npz"
    np.savez(path, **arrays)
    return path


def bytes_of(folder, **arrays):
    return saved(folder, **arrays).read_bytes()


def test_an_archive_is_the_network_of_its_arrays(tmp_path):
    net = load(saved(tmp_path, **LAYERS))
    assert (net.input_dim, net.widths, net.output_dim) == (2, (3,), 1)
    assert (net.hidden[0].weight.fractions() == [[Fraction(v) for v in row] for row in LAYERS["W0"]]).all()
    assert (net.hidden[0].bias.fractions()[:, 0] == [Fraction(v) for v in LAYERS["b0"]]).all()
    assert (net.head.weight.fractions() == [[Fraction(v) for v in row] for row in LAYERS["W1"]]).all()


@pytest.mark.parametrize("name", SLOPES)
def test_an_activation_has_its_slopes(tmp_path, name):
    net = load(saved(tmp_path, **LAYERS, activation=name))
    assert {tuple(row) for row in net.hidden[0].slope} == {SLOPES[name]}


def test_each_hidden_layer_can_have_its_own_activation_and_slope(tmp_path):
    eye, zero = np.eye(2), np.zeros(2)
    layers = {f"{k}{i}": v for i in range(4) for k, v in (("W", eye), ("b", zero))}
    net = load(saved(tmp_path, **layers, activation=["abs", "leaky_relu", "relu"], slope=[0, 0.25, 0]))
    assert [tuple(layer.slope[0]) for layer in net.hidden] == [(-1.0, 1.0), (0.25, 1.0), (0.0, 1.0)]


def test_one_slope_serves_all_leaky_layers(tmp_path):
    net = load(saved(tmp_path, **LAYERS, activation="leaky_relu", slope=np.float32(0.1)))
    assert {tuple(row) for row in net.hidden[0].slope} == {(float(np.float32(0.1)), 1.0)}


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.int64])
def test_numbers_of_every_size_are_taken_exactly(tmp_path, dtype):
    weight = np.array([[1 / 3, 5.0]]).astype(dtype)
    net = load(saved(tmp_path, W0=weight, b0=np.zeros(1, dtype)))
    assert [Fraction(v) for v in net.head.weight.fractions()[0]] == [Fraction(v.item()) for v in weight[0]]


BAD_ARCHIVES = {
    "a layer without bias": ({"W0": [[1.0]]}, "'b0' is missing"),
    "a layer left out": ({"W0": [[1.0]], "b0": [0.0], "W2": [[1.0]], "b2": [0.0]}, "'W1' is missing"),
    "numbers from 1": ({"W1": [[1.0]], "b1": [0.0]}, "'W0' is missing"),
    "a number with a leading zero": ({"W00": [[1.0]], "b0": [0.0]}, "unknown key 'W00'"),
    "another key": ({"W0": [[1.0]], "b0": [0.0], "mean": [0.0]}, "unknown key 'mean'"),
    "no keys": ({"activation": "relu"}, "'W0' is missing; found no layers"),
    "widths that do not chain": ({"W0": [[1.0]], "b0": [0.0], "W1": [[1.0, 2.0]], "b1": [0.0]}, "layer 0 puts out 1 values but layer 1 takes 2"),
    "a bias too long": ({"W0": [[1.0]], "b0": [0.0, 0.0]}, "layer 0: the weight has 1 rows but the bias has 2"),
    "a weight of one dimension": ({"W0": [1.0], "b0": [0.0]}, "layer 0: weight: expected 2 dimensions"),
    "a weight without entries": ({"W0": np.zeros((0, 2)), "b0": np.zeros(0)}, r"W0 has shape \(0, 2\)"),
    "NaN": ({"W0": [[1.0]], "b0": [0.0], "W1": [[np.nan]], "b1": [0.0]}, "layer 1: weight: 1 of 1 entries are NaN or infinite"),
    "infinity": ({"W0": [[1.0]], "b0": [np.inf]}, "layer 0: bias: 1 of 1 entries are NaN or infinite"),
    "strings for numbers": ({"W0": [["x"]], "b0": [0.0]}, "layer 0: weight: expected floats"),
    "long doubles": ({"W0": np.ones((1, 1), np.longdouble), "b0": [0.0]}, "layer 0: weight: expected floats of at most 64 bits"),
    "an unknown activation": ({**LAYERS, "activation": "tanh"}, "unknown activation 'tanh'"),
    "too many activations": ({**LAYERS, "activation": ["relu", "relu"]}, "activation: expected one value, or one for each of 1 hidden"),
    "an activation that is a number": ({**LAYERS, "activation": 1.0}, "activation: expected a string"),
    "a slope without a leaky layer": ({**LAYERS, "slope": 0.1}, "slope: no hidden layer is 'leaky_relu'"),
    "a slope that is a string": ({**LAYERS, "activation": "leaky_relu", "slope": "0.1"}, "slope: expected a number"),
    "too many slopes": ({**LAYERS, "activation": "leaky_relu", "slope": [0.1, 0.1]}, "slope: expected one value"),
    "a slope that is NaN": ({**LAYERS, "activation": "leaky_relu", "slope": np.nan}, "layer 0: leaky_relu with slope nan"),
    "a slope above 1": ({**LAYERS, "activation": "leaky_relu", "slope": 1.5}, "slope 1.5 is not convex"),
}


@pytest.mark.parametrize(("arrays", "reason"), BAD_ARCHIVES.values(), ids=BAD_ARCHIVES)
def test_an_archive_that_is_no_network_is_refused_with_its_name_and_the_place(tmp_path, arrays, reason):
    path = saved(tmp_path, **arrays)
    with pytest.raises(LoadError, match=reason) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_pickled_objects_are_never_read(tmp_path):
    class Bomb:
        def __reduce__(self):
            return pytest.fail, ("a pickle was executed",)

    path = tmp_path / "net.npz"
    np.savez(path, W0=np.array([[Bomb()]], dtype=object), b0=[0.0])
    with pytest.raises(LoadError, match="the entry 'W0' cannot be read"):
        load(path)
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(LoadError, match="not an intact"):
        load(path)


def test_a_file_has_to_be_there_and_be_a_file_with_something_in_it(tmp_path):
    with pytest.raises(LoadError, match="no such file"):
        load(tmp_path / "absent.npz")
    (tmp_path / "folder.npz").mkdir()
    with pytest.raises(LoadError, match="is a directory"):
        load(tmp_path / "folder.npz")
    (tmp_path / "empty.npz").touch()
    with pytest.raises(LoadError, match="the file is empty"):
        load(tmp_path / "empty.npz")
    with pytest.raises(LoadError, match="cannot be read"):
        load("nul\0byte.npz")


@pytest.mark.parametrize("name", ["net.pt", "net", "net.npz.gz"])
def test_only_known_suffixes_are_read(tmp_path, name):
    with pytest.raises(LoadError, match=r"is none of \.npz, \.onnx"):
        load(tmp_path / name)


@pytest.mark.parametrize("data", [b"hello", b"PK\x03\x04 but no more", b"\x00" * 100], ids=["text", "zip magic", "zeros"])
def test_what_is_no_archive_is_refused(tmp_path, data):
    path = tmp_path / "net.npz"
    path.write_bytes(data)
    with pytest.raises(LoadError, match="not an intact"):
        load(path)


def test_a_single_array_is_no_archive(tmp_path):
    np.save(tmp_path / "net.npy", np.eye(2))
    (tmp_path / "net.npy").rename(tmp_path / "net.npz")
    with pytest.raises(LoadError, match="a single array"):
        load(tmp_path / "net.npz")


def test_an_archive_cut_short_is_refused_wherever_the_cut_is(tmp_path):
    whole = bytes_of(tmp_path, **LAYERS)
    path = tmp_path / "net.npz"
    for n in range(1, len(whole), 37):
        path.write_bytes(whole[:n])
        with pytest.raises(LoadError, match="not an intact"):
            load(path)


def test_a_damaged_archive_never_ends_in_a_foreign_error(tmp_path):
    whole = bytes_of(tmp_path, **LAYERS)
    rng, path = np.random.default_rng(0), tmp_path / "net.npz"
    for position in rng.integers(len(whole), size=300):
        damaged = bytearray(whole)
        damaged[position] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            load(path)
        except GeomError as error:
            assert str(path) in str(error)  # noqa: PT017 (either answer is right: the byte may not matter)


def test_a_chain_folds_shifts_scales_and_matrices_exactly():
    tenth, third = Fraction(0.1), Fraction(1 / 3)
    chain = Chain(2)
    chain.shift(Dyadic.of([[0.1], [0.1]]))
    chain.scale(Dyadic.of([[1 / 3], [3.0]]))
    chain.scale(Dyadic.of([[0.1], [1.0]]))
    chain.linear(Dyadic.of([[0.1, 1.0]]), Dyadic.of([[0.1]]))
    chain.scale(Dyadic.of([[1 / 3]]))
    chain.linear(Dyadic.of([[0.1]]))
    head = chain.network().head
    assert head.weight.fractions().tolist() == [[tenth * third * tenth * third * tenth, 3 * third * tenth]]
    assert head.bias.fractions().tolist() == [[((tenth * third * tenth * tenth) + tenth * 3 + tenth) * third * tenth]]


def test_activations_in_a_row_have_the_identity_between_them():
    chain = Chain(2)
    chain.activate(Layer.relu)
    chain.scale(Dyadic.of([[-1], [2]]))
    chain.activate(Layer.abs)
    net = chain.network()
    assert net.widths == (2, 2)
    assert net([[3.0, -4.0], [-1.0, 1.0]]).tolist() == [[3.0, 0.0], [0.0, 2.0]]


def test_a_chain_of_nothing_is_the_identity():
    assert Chain(2).network()([[1.0, -2.0]]).tolist() == [[1.0, -2.0]]


def test_what_stands_after_the_last_activation_is_the_head():
    chain = Chain(1)
    chain.activate(Layer.relu)
    chain.scale(Dyadic.of([[2]]))
    chain.shift(Dyadic.of([[1]]))
    net = chain.network()
    assert (net.widths, net.affine([1])[0].item(), net.affine([1])[1].item()) == ((1,), 2.0, 1.0)


def test_a_chain_refuses_what_does_not_fit():
    chain = Chain(2)
    with pytest.raises(NetworkError, match="takes 3 values but is given 2"):
        chain.linear(Dyadic.of([[1, 2, 3]]))
    with pytest.raises(NetworkError, match="2 rows but the bias has 1"):
        chain.linear(Dyadic.identity(2), Dyadic.zeros(1, 1))
    with pytest.raises(NetworkError, match="no rows"):
        chain.linear(Dyadic.zeros(0, 2))
    with pytest.raises(NetworkError, match="each of 2 coordinates, got 3"):
        chain.shift(Dyadic.zeros(3, 1))
    with pytest.raises(NetworkError, match="0 coordinates"):
        Chain(0)
    with pytest.raises(NetworkError, match="1,000,000 coordinates without a weight matrix"):
        Chain(10**6).activate(Layer.relu)
