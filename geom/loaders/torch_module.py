"""Networks from torch modules: `nn.Sequential`, nested or not, and modules whose children form such a chain.

What a module of one's own does in `forward` cannot be read off its children, so there the chain is compared with `forward` on a sample of
points: a disagreement is refused, agreement is evidence and not a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any

import numpy as np

from geom.errors import LoadError, MissingDependency, UnsupportedOperator
from geom.exact import Dyadic, FloatArray
from geom.loaders.chain import NO_ARGMAX_CHANGES, Chain
from geom.loaders.source import located
from geom.networks.layer import Layer
from geom.networks.network import Network

__all__ = ["from_torch"]

KNOWN = "Linear, ReLU, LeakyReLU, Identity, Flatten, Dropout and Sequential"


def from_torch(module: Any) -> Network:
    """Read a network from a torch module.

    Parameters
    ----------
    module : torch.nn.Module
        A chain of Linear, ReLU, LeakyReLU, Identity, Flatten and Dropout: a Sequential, which may hold others, or a module whose children,
        in the order in which it registers them, are such a chain. Parameters are float32 or float64.

    Returns
    -------
    Network
        The real-number function of the stored parameters, at inference: Dropout is the identity, whatever `module.training` says. An input
        of several dimensions is taken as the vector of its entries in row-major order.

    Raises
    ------
    UnsupportedOperator
        If a module is of another class; the message names it and its position.
    LoadError
        If parameters are NaN, infinite, or of other or several types, or if the module's own `forward` computes something else than
        the chain of its children.
    MissingDependency
        If torch is not installed.

    Notes
    -----
    The slope of LeakyReLU is rounded to the type of the parameters, as torch does.

    Examples
    --------
    >>> from torch import nn                                                      # doctest: +SKIP
    >>> from_torch(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1)))    # doctest: +SKIP
    Network(2 -> 8 -> 1, 8 units)
    """
    try:
        import torch
    except ImportError as error:
        raise MissingDependency("torch", "from_torch", "torch") from error

    name = type(module).__name__
    if not isinstance(module, torch.nn.Module):
        raise LoadError(name, f"is not a torch.nn.Module; {_instead(module)}")
    dtype = _dtype(name, module)
    leaves = list(_leaves(module, ""))
    linears = [leaf for _, leaf in leaves if isinstance(leaf, torch.nn.Linear)]
    if not linears:
        raise LoadError(name, "holds no Linear module, so the dimension of its input is not known")
    with located(name, "input"):
        chain = Chain(linears[0].in_features)
    for index, (label, leaf) in enumerate(leaves):
        _append(chain, name, f"module {index} ({type(leaf).__name__} {label!r})", leaf, dtype)
    network = chain.network()
    if not _is_plain(module):
        _compare(name, module, network, dtype)
    return network


def _instead(value: Any) -> str:
    """What to hand over in place of a value that is no module."""
    if isinstance(value, Mapping):
        return "a state dict has no architecture: build the module, call its load_state_dict, and give the module"
    if isinstance(value, (str, PathLike)):
        return "torch.load(path, weights_only=False) gives back a module that was saved whole"
    return "geom.load reads files, geom.from_sklearn estimators, geom.Network.mlp takes arrays"


def _dtype(name: str, module: Any) -> Any:
    """The one type of all parameters, float32 or float64."""
    import torch

    for label, parameter in module.named_parameters():
        if torch.nn.parameter.is_lazy(parameter) or parameter.is_meta:
            raise LoadError(name, f"the parameter {label!r} has no values yet")
    dtypes = {parameter.dtype for parameter in module.parameters()}
    if len(dtypes) > 1 or not dtypes <= {torch.float32, torch.float64}:
        found = ", ".join(sorted(map(str, dtypes)))
        raise LoadError(name, f"the parameters are {found}; all must be float32 or all float64 (module.double() converts without rounding)")
    return dtypes.pop() if dtypes else torch.get_default_dtype()


def _leaves(module: Any, label: str) -> Iterator[tuple[str, Any]]:
    """Modules that compute something themselves, in order of registration, with their dotted names."""
    from torch import nn

    # named_children leaves out the second place of a module that stands in two.
    children = [(name, child) for name, child in module._modules.items() if child is not None]
    if isinstance(module, _leaf_classes()) or not (children or isinstance(module, nn.Sequential)):
        yield label, module
        return
    for name, child in children:
        yield from _leaves(child, f"{label}.{name}" if label else name)


def _leaf_classes() -> tuple[Any, ...]:
    from torch import nn

    return nn.Linear, nn.ReLU, nn.LeakyReLU, nn.Identity, nn.Flatten, nn.Dropout


def _append(chain: Chain, name: str, where: str, leaf: Any, dtype: Any) -> None:
    from torch import nn

    if isinstance(leaf, nn.Linear):
        with located(name, where):
            weight, bias = _exact(leaf.weight), None if leaf.bias is None else _exact(leaf.bias[:, None])
            chain.linear(weight, bias)
    elif isinstance(leaf, nn.ReLU):
        chain.activate(Layer.relu)
    elif isinstance(leaf, nn.LeakyReLU):
        slope = _rounded(leaf.negative_slope, dtype)
        with located(name, where):
            chain.activate(lambda weight, bias: Layer.leaky_relu(weight, bias, slope))
    elif isinstance(leaf, nn.Flatten):
        if (leaf.start_dim, leaf.end_dim) != (1, -1):
            raise UnsupportedOperator(name, f"{where}: flattens dimensions {leaf.start_dim} to {leaf.end_dim}; only 1 to -1 is read")
    elif not isinstance(leaf, (nn.Identity, nn.Dropout)):
        advice = f". {NO_ARGMAX_CHANGES}" if isinstance(leaf, (nn.Softmax, nn.LogSoftmax, nn.Sigmoid, nn.LogSigmoid)) else ""
        raise UnsupportedOperator(name, f"{where}: this class of module is not read; read are {KNOWN}, and modules made of them{advice}")


def _exact(parameter: Any) -> Dyadic:
    return Dyadic.of(parameter.detach().cpu().double().numpy())


def _rounded(value: float, dtype: Any) -> float:
    import torch

    return float(torch.tensor(value, dtype=dtype).item())


def _is_plain(module: Any) -> bool:
    """Whether torch's own classes alone say what `forward` does: no subclass, no hook, no other method in its place."""
    from torch import nn

    plain = (nn.Sequential, *_leaf_classes())
    return all(type(m) in plain and not (m._forward_hooks or m._forward_pre_hooks or "forward" in vars(m)) for m in module.modules())


def _compare(name: str, module: Any, network: Network, dtype: Any) -> None:
    """Refuse a module whose `forward` and chain differ on a sample by more than rounding."""
    points = np.random.default_rng(0).standard_normal((64, network.input_dim)) * np.repeat([0.1, 1.0, 10.0, 100.0], 16)[:, None]
    outputs = _forward(name, module, points, dtype)
    if outputs.shape != (len(points), network.output_dim):
        raise LoadError(name, f"its forward gives shape {outputs.shape} where the chain of its children gives {(len(points), network.output_dim)}")
    difference, allowed = np.abs(outputs - network(points)), _rounding(network, points, dtype)
    if not (difference <= allowed).all():
        raise LoadError(
            name,
            f"its forward differs from the chain of its children (by {float(np.max(difference)):.3g} on a sample of inputs); "
            "make every step a child module, in the order of use, or export the module to ONNX",
        )


def _forward(name: str, module: Any, points: FloatArray, dtype: Any) -> FloatArray:
    """The module's own outputs at inference; its training flags are restored."""
    import torch

    training = [m for m in module.modules() if m.training]
    device = next(module.parameters()).device
    try:
        module.eval()
        with torch.no_grad():
            outputs = module(torch.tensor(points, dtype=dtype, device=device))
        return np.asarray(outputs.detach().cpu().double().numpy(), dtype=np.float64)
    except Exception as error:  # forward is the user's code and can fail in any way
        raise LoadError(name, f"its forward fails on a batch of shape {points.shape}: {type(error).__name__}: {error}") from error
    finally:
        for m in training:
            m.training = True


def _rounding(network: Network, points: FloatArray, dtype: Any) -> FloatArray:
    """A generous bound on what rounding can do to each output: every product and sum, at the size it could have without cancellation."""
    import torch

    size, steps = np.abs(points), 1
    for layer in network.layers:
        size = size @ np.abs(layer.weight.floats()).T + np.abs(layer.bias.floats()[:, 0])
        size = size[:, layer.row[:, 0]] * np.maximum(np.abs(layer.slope).max(axis=1), 0.0)
        steps += layer.input_dim + 4
    return np.asarray(size * (4.0 * steps * torch.finfo(dtype).eps))
