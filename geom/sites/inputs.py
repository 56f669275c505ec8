"""Sites of single inputs by one forward and one backward pass (Proposition 3 of the paper), for networks of any size.

With F(x) the sum of a layer's outputs at x, the centroid of the cell of x is the gradient of F at x, and its radius is ||mu||^2 + 2 (F(x) - <mu, x>):
nothing but values and one gradient is needed, so convolutions and poolings of a torch module are as good as dense layers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import is_whole
from geom.doubles import as_doubles
from geom.errors import MissingDependency, NetworkError, UnsupportedOperator
from geom.exact import FloatArray, Fractions
from geom.networks.network import Network
from geom.sites.cells import exact_sites, float_sites, layer_weights
from geom.sites.unit_sum import UnitSum

__all__ = ["site"]


@overload
def site(
    net: Any, x: ArrayLike, layer: int | None = None, *, weights: Any = None, exact: Literal[False] = False
) -> tuple[FloatArray, FloatArray]: ...
@overload
def site(net: Any, x: ArrayLike, layer: int | None = None, *, weights: Any = None, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
def site(
    net: Any, x: ArrayLike, layer: int | None = None, *, weights: Any = None, exact: bool = False
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """Centroid and radius that a layer gives to the cell of each input.

    Parameters
    ----------
    net : Network or torch.nn.Module
        A module's layers are its nonlinear leaves in the order in which they run: ReLU, LeakyReLU (slope at most 1), MaxPool and AdaptiveMaxPool.
        Functions that a `forward` calls itself, such as torch.relu, are followed, but neither counted nor checked. The module runs at inference, in
        its own floating-point type and on its own device.
    x : (n, ...) array
        Inputs, in the shape that the network takes.
    layer : int, optional
        From 0; by default the last one.
    weights : array, optional
        Positive weights of the layer's units, of the shape of its output for one input; by default 1.
    exact : bool
        Fractions; for a `Network` only.

    Returns
    -------
    mu : (n, ...) array, in the shape of x
    rad : (n,) array

    Raises
    ------
    NetworkError
        If x does not fit or has NaN or infinite entries, there is no such layer, or a weight is not positive.
    UnsupportedOperator
        If a module runs a leaf that is not known to be linear or one of the above before the layer asked for; batch normalisation without running
        statistics mixes the inputs, and is none.
    MissingDependency
        If `net` is no Network and torch is not installed.

    Notes
    -----
    An input on a border of cells has, in a Network, the site of its own code (ties to the lowest piece); in a torch module that of torch's gradient
    there, which may be no cell's.

    Examples
    --------
    >>> net = Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-1.0], [0.0]], activation=["abs", "relu"])
    >>> mu, rad = site(net, [[-3.0], [0.5]])
    >>> mu[:, 0], rad
    (array([-1.,  0.]), array([-1.,  0.]))
    """
    if isinstance(net, Network):
        if not net.hidden:
            raise NetworkError("the network has no hidden layer, so no sites")
        unit_sum = UnitSum(net, layer_weights(net, layer, weights))
        codes = net.code(x)
        if exact:
            mu, rad = exact_sites(unit_sum, codes)
            return mu.fractions(), rad.fractions()[:, 0]
        return float_sites(unit_sum, codes)
    if exact:
        raise NetworkError("exact sites are those of a geom.Network; geom.from_torch makes one of a chain of dense layers")
    return _torch_site(net, x, layer, weights)


def _torch_site(module: Any, x: ArrayLike, layer: int | None, weights: Any) -> tuple[FloatArray, FloatArray]:
    try:
        import torch
    except ImportError as error:
        raise MissingDependency("torch", "site of a torch module", "torch") from error
    if not isinstance(module, torch.nn.Module):
        raise NetworkError(f"expected a geom.Network or a torch.nn.Module, got {type(module).__name__}")
    parameter = next(module.parameters(), torch.zeros(()))
    points = torch.as_tensor(_finite(x), dtype=parameter.dtype, device=parameter.device).clone().requires_grad_()
    with torch.enable_grad(), _at_inference(module), _recorded(module) as outputs:
        try:
            module(points)
        except (RuntimeError, IndexError, ValueError) as error:
            raise NetworkError(f"the module does not take inputs of shape {tuple(points.shape)}: {error}") from error
        known = [at for at, output in enumerate(outputs) if not isinstance(output, str)]
        number = max(len(known) - 1, 0) if layer is None else layer
        if not is_whole(number, 0, max(len(known) - 1, 0)):
            raise NetworkError(f"layer={layer!r}: {len(known)} nonlinear layers ran, numbered from 0")
        for before in outputs[: known[number]] if known else outputs:
            if isinstance(before, str):
                raise UnsupportedOperator(
                    type(module).__name__, f"{before}: not known to be linear, ReLU, LeakyReLU of slope at most 1 or max-pooling"
                )
        if not known:
            raise NetworkError("no nonlinear layer ran, so there are no sites")
        output = outputs[known[number]]
        if output.shape[:1] != points.shape[:1]:
            raise NetworkError(f"inputs of shape {tuple(points.shape)} gave an output of shape {tuple(output.shape)}: one for each input is needed")
        factor = torch.as_tensor(_positive(weights, tuple(output.shape[1:])), dtype=output.dtype, device=output.device)
        sums = (output * factor).flatten(1).sum(dim=1)
        (gradient,) = torch.autograd.grad(sums.sum(), points, allow_unused=True)
    mu = np.zeros(points.shape) if gradient is None else gradient.detach().cpu().double().numpy()
    value, inputs = sums.detach().cpu().double().numpy(), points.detach().cpu().double().numpy()
    axes = tuple(range(1, mu.ndim))
    return mu, (mu * mu).sum(axis=axes) + 2 * (value - (mu * inputs).sum(axis=axes))


def _finite(x: ArrayLike) -> FloatArray:
    """Inputs (n, ...) as doubles."""
    try:
        points = as_doubles(x)
    except ValueError as error:
        raise NetworkError(f"inputs must be numbers of shape (n, ...): {error}") from error
    if points.ndim < 2 or 0 in points.shape:
        raise NetworkError(f"inputs must be (n, ...), at least one of them; got shape {points.shape}")
    if not np.isfinite(points).all():
        raise NetworkError("an input is NaN or infinite")
    return points


def _positive(weights: Any, shape: tuple[int, ...]) -> FloatArray:
    """Weights of units as doubles of this shape."""
    if weights is None:
        return np.ones(shape)
    try:
        given = as_doubles(weights)
    except ValueError as error:
        raise NetworkError(f"weights must be numbers: {error}") from error
    if given.shape != shape:
        raise NetworkError(f"weights have the shape of the layer's output, {shape}; got {given.shape}")
    if not ((given > 0) & np.isfinite(given)).all():
        raise NetworkError("weights of units must be positive: otherwise their sites have other cells")
    return given


@contextmanager
def _at_inference(module: Any) -> Iterator[None]:
    """Batch normalisation by stored statistics and no dropout; training flags are restored."""
    training = [m for m in module.modules() if m.training]
    module.eval()
    try:
        yield
    finally:
        for m in training:
            m.training = True


@contextmanager
def _recorded(module: Any) -> Iterator[list[Any]]:
    """Outputs of the nonlinear leaves, in the order in which they run; in place of one that is not known, words that say which it is."""
    outputs: list[Any] = []

    def record(leaf: Any, inputs: Any, output: Any) -> Any:
        known = _is_known(leaf) if _takes_a_batch(leaf, inputs) else None
        if known and hasattr(output, "clone"):
            # An in-place activation further on must not overwrite what is kept.
            outputs.append(output)
            return output.clone()
        if known is not False:
            outputs.append(f"a layer of class {type(leaf).__name__}")
        return output

    leaves = [m for m in module.modules() if not any(True for _ in m.children())]
    handles = [leaf.register_forward_hook(record) for leaf in leaves]
    try:
        yield outputs
    finally:
        for handle in handles:
            handle.remove()


def _takes_a_batch(leaf: Any, inputs: Any) -> bool:
    """Whether a convolution's or pooling's inputs are (n, channels, ...): torch would take one input without n, and its channels for inputs."""
    axes = {"1d": 3, "2d": 4, "3d": 5}.get(type(leaf).__name__[-2:])
    return axes is None or not any(word in type(leaf).__name__ for word in ("Conv", "Pool")) or inputs[0].dim() == axes


def _is_known(leaf: Any) -> bool | None:
    """True for a convex nonlinearity, False for a linear layer, None for anything else."""
    from torch import nn

    pools = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d, nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
    if isinstance(leaf, (nn.ReLU, *pools)) or (isinstance(leaf, nn.LeakyReLU) and leaf.negative_slope <= 1):
        return True
    averages = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d, nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
    convolutions = (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
    norms = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    shapes = (nn.Identity, nn.Flatten, nn.Unflatten, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.ZeroPad2d, nn.PixelShuffle)
    if isinstance(leaf, norms) and leaf.running_mean is None:
        return None  # normalises each input by the mean of all
    if isinstance(leaf, (nn.Linear, *averages, *convolutions, *norms, *shapes)):
        return False
    return None
