"""torch modules."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pytest

from geom.errors import LoadError, MissingDependency, UnsupportedOperator
from geom.loaders import from_torch

torch = pytest.importorskip("torch")
nn = torch.nn


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def agrees(module, net, shape=None, rtol=1e-10):
    """Whether the network and the module at inference give the same outputs on random points."""
    points = torch.randn(50, net.input_dim, dtype=next(module.parameters()).dtype)
    with torch.no_grad():
        expected = module(points if shape is None else points.reshape(50, *shape)).double().numpy()
    np.testing.assert_allclose(net(points.double().numpy()), expected, rtol=rtol, atol=rtol)
    return True


class Own(nn.Module):
    """A module of one's own whose children are a chain in the order of use."""

    def __init__(self):
        super().__init__()
        self.first, self.act, self.last = nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)

    def forward(self, x):
        return self.last(self.act(self.first(x)))


CHAINS = {
    "plain": lambda: nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)),
    "nested": lambda: nn.Sequential(nn.Sequential(nn.Linear(3, 8), nn.Sequential()), nn.Sequential(nn.ReLU(), nn.Linear(8, 2))),
    "leaky": lambda: nn.Sequential(nn.Linear(3, 8), nn.LeakyReLU(0.3), nn.Linear(8, 2, bias=False)),
    "linear layers in a row": lambda: nn.Sequential(nn.Linear(3, 8), nn.Linear(8, 5), nn.ReLU(), nn.Linear(5, 2), nn.Identity(), nn.Linear(2, 2)),
    "activations in a row": lambda: nn.Sequential(nn.ReLU(), nn.Linear(3, 8), nn.ReLU(), nn.LeakyReLU(), nn.Linear(8, 2)),
    "an activation last": lambda: nn.Sequential(nn.Linear(3, 8), nn.ReLU()),
    "one layer": lambda: nn.Linear(3, 2),
    "flatten": lambda: nn.Sequential(nn.Flatten(), nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 2)),
    "own": Own,
    "own in a Sequential": lambda: nn.Sequential(Own(), nn.ReLU(), nn.Linear(2, 2)),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
@pytest.mark.parametrize("make", CHAINS.values(), ids=CHAINS)
def test_a_chain_is_the_function_that_torch_computes(make, dtype):
    module = make().to(dtype)
    assert agrees(module, from_torch(module), rtol=1e-10 if dtype == torch.float64 else 1e-4)


def test_one_activation_used_twice_stands_in_both_places():
    relu = nn.ReLU()
    net = from_torch(nn.Sequential(nn.Linear(2, 3), relu, nn.Linear(3, 4), relu, nn.Linear(4, 1)))
    assert net.widths == (3, 4)


def test_an_image_is_read_in_row_major_order():
    module = nn.Sequential(nn.Flatten(), nn.Linear(12, 4), nn.ReLU(), nn.Linear(4, 2)).double()
    assert agrees(module, from_torch(module), shape=(1, 3, 4))


def test_parameters_are_taken_exactly():
    module = CHAINS["plain"]()
    net = from_torch(module)
    assert (net.hidden[0].weight.fractions() == [[Fraction(v) for v in row] for row in module[0].weight.tolist()]).all()
    assert (net.head.bias.fractions()[:, 0] == [Fraction(v) for v in module[2].bias.tolist()]).all()


@pytest.mark.parametrize(("dtype", "slope"), [(torch.float32, float(np.float32(0.3))), (torch.float64, 0.3)], ids=str)
def test_a_leaky_slope_has_the_type_of_the_parameters(dtype, slope):
    assert from_torch(CHAINS["leaky"]().to(dtype)).hidden[0].slope[0, 0] == slope


def test_dropout_is_the_identity_and_training_flags_stay():
    class Wrapped(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner, self.frozen = nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.9), nn.ReLU(), nn.Linear(3, 1)), nn.Identity().eval()

        def forward(self, x):
            return self.frozen(self.inner(x))

    module = Wrapped()
    module.frozen.eval()
    flags = [m.training for m in module.modules()]
    net = from_torch(module)
    assert [m.training for m in module.modules()] == flags
    assert agrees(module.eval(), net, rtol=1e-5)


def test_reading_leaves_the_random_numbers_of_torch_alone():
    module = Own()
    before = torch.random.get_rng_state()
    from_torch(module)
    assert torch.equal(torch.random.get_rng_state(), before)


class Residual(Own):
    def forward(self, x):
        return super().forward(x) + x[:, :2]


class OtherOrder(Own):
    def forward(self, x):
        return self.act(self.last(self.first(x)))


class OtherShape(Own):
    def forward(self, x):
        return super().forward(x).sum(dim=1)


class Failing(Own):
    def forward(self, x):
        raise RuntimeError("two inputs are needed")


class Doubled(nn.Linear):
    def forward(self, x):
        return 2 * super().forward(x)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Residual, "Residual: its forward differs from the chain of its children"),
        (OtherOrder, "OtherOrder: its forward differs"),
        (OtherShape, r"OtherShape: its forward gives shape \(64,\)"),
        (Failing, "Failing: its forward fails .* RuntimeError: two inputs are needed"),
        (lambda: Doubled(2, 3), "Doubled: its forward differs"),
    ],
)
def test_a_forward_that_is_not_the_chain_of_the_children_is_refused(make, reason):
    with pytest.raises(LoadError, match=reason):
        from_torch(make())


def test_a_hook_that_changes_the_output_is_noticed():
    module = CHAINS["plain"]()
    module[0].register_forward_hook(lambda module, inputs, output: output + 1)
    with pytest.raises(LoadError, match="its forward differs"):
        from_torch(module)


def test_a_parametrised_layer_is_read_with_the_weight_that_it_uses():
    module = nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)), nn.ReLU(), nn.Linear(3, 1)).double()
    assert agrees(module, from_torch(module))


class Abs(nn.Module):
    def forward(self, x):
        return x.abs()


@pytest.mark.parametrize(
    ("module", "place"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Tanh()), r"module 1 \(Tanh '1'\)"),
        (nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.ReLU(), Abs())), r"module 2 \(Abs '1.1'\)"),
        (nn.Sequential(nn.Linear(2, 2), nn.ReLU6()), r"module 1 \(ReLU6 '1'\)"),
        (nn.Sequential(nn.Flatten(0), nn.Linear(2, 2)), r"module 0 \(Flatten '0'\): flattens dimensions 0 to -1"),
    ],
)
def test_another_class_of_module_is_named_with_its_position(module, place):
    with pytest.raises(UnsupportedOperator, match=f"Sequential: {place}"):
        from_torch(module)


def with_weight(value):
    module = CHAINS["plain"]()
    module[2].weight.data[0, 0] = value
    return module


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: with_weight(torch.nan), r"module 2 \(Linear '2'\): 1 of 16 entries are NaN or infinite"),
        (lambda: with_weight(torch.inf), r"module 2 \(Linear '2'\): 1 of 16 entries are NaN or infinite"),
        (lambda: CHAINS["plain"]().half(), "the parameters are torch.float16"),
        (lambda: nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2).double()), "the parameters are torch.float32, torch.float64"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(4, 1)), r"module 2 \(Linear '2'\): the weight takes 4 values but is given 3"),
        (lambda: nn.Sequential(nn.Linear(2, 3), nn.LeakyReLU(2.0)), r"module 1 \(LeakyReLU '1'\): .* not convex"),
        (lambda: nn.Sequential(nn.ReLU()), "holds no Linear module"),
        (lambda: nn.Sequential(nn.Linear(2, 3, device="meta")), "the parameter '0.weight' has no values yet"),
        (lambda: nn.Sequential(nn.LazyLinear(3)), "the parameter '0.weight' has no values yet"),
    ],
)
def test_parameters_that_make_no_network_are_refused(make, reason):
    with pytest.raises(LoadError, match=f"Sequential: {reason}"):
        from_torch(make())


def test_only_modules_are_read():
    with pytest.raises(LoadError, match=r"dict: is not a torch\.nn\.Module"):
        from_torch({})


def test_without_torch_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingDependency, match=r"pip install 'geom-engine\[torch\]'"):
        from_torch(object())
