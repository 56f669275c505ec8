"""Sites of cells: the centroid and radius that a layer gives to each cell of a deep partition, in input space (Theorem 5 of the paper, corrected).

Let F be the sum of a layer's outputs, as a function of the network's input; on a cell F(x) = <mu, x> + beta. Then mu is the cell's centroid and
rad = ||mu||^2 + 2 beta its radius, which is a squared one and may be negative: ||x - mu||^2 - rad = ||x||^2 - 2 F(x). Within one cell of the layers
before, the new cells are those of the power diagram of these sites. Over the whole input they need not be (`whole_diagram` weighs the layers so that
they are). The theorem as printed has the radius' sign the other way round (docs/errata.md, E05).

A doubtful float is computed again in integers: every component of a centroid is within 1e-9 of its largest one, and every radius within 1e-9 of
||mu||^2 + 2 |beta|, or within 1e-150, whichever is more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.engine.packing import equal_runs
from geom.errors import NetworkError
from geom.exact import Dyadic, FloatArray, Fractions, as_fractions
from geom.kernels.numbers.ball import gamma
from geom.networks.network import Network
from geom.sites.unit_sum import UnitSum, row_norms

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["exact_sites", "float_sites", "layer_weights", "radii", "sites"]

ACCURACY = 1e-9
SMALLEST = 1e-150
CHUNK = 1 << 15


@overload
def sites(partition: Partition, layer: int | None = None, *, weights: Any = None, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
@overload
def sites(partition: Partition, layer: int | None = None, *, weights: Any = None, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
def sites(
    partition: Partition, layer: int | None = None, *, weights: Any = None, exact: bool = False
) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
    """Centroid and radius of every cell.

    Parameters
    ----------
    partition : Partition
    layer : int, optional
        Hidden layer, from 0; by default the last one. A cell has the site of the cell of layers 0..layer that it lies in.
    weights : (K,) array, optional
        Positive weights of the layer's units, by default 1: the sites change, but within one cell of the layers before the cells do not. With
        ``layer`` left out, also a list of one such array, or None, for each hidden layer. Then the sites are those of the sum of all
        layers' outputs, whose cells may be others: `whole_diagram` finds weights that keep them.
    exact : bool
        Fractions instead of floats.

    Returns
    -------
    mu : (N, d) array
    rad : (N,) array

    Raises
    ------
    NetworkError
        If there is no such layer, or the weights do not fit it.

    Examples
    --------
    Behind |x| and relu(|x| - 1) stand two cells with the same site: the sites of the last layer are a power diagram only cell by cell.

    >>> from geom import Network, subdivide
    >>> net = Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-1.0], [0.0]], activation=["abs", "relu"])
    >>> mu, rad = sites(subdivide(net))
    >>> mu[:, 0], rad
    (array([ 0., -1.,  0.,  1.]), array([ 0., -1.,  0., -1.]))
    """
    network = partition.network
    if not network.hidden:
        if layer is not None:
            network.check_layer(layer)
        if weights is not None and len(weights):
            raise NetworkError("weights were given, but the network has no hidden layer")
        shape = len(partition), partition.dim
        zero = np.full(shape, Dyadic.zeros(1, 1).fractions()[0, 0]) if exact else np.zeros(shape)
        return zero, zero[:, 0].copy()
    unit_sum = UnitSum(network, layer_weights(network, layer, weights))
    firsts, _ = equal_runs(partition.columns.words[:, : partition.code_table.first_word[unit_sum.depth]])
    counts = np.diff(np.append(firsts, len(partition)))
    mu: list[NDArray[Any]] = []
    rad: list[NDArray[Any]] = []
    for start in range(0, len(firsts), CHUNK):
        codes = partition.code_table.unpack(firsts[start : start + CHUNK])
        if exact:
            centroid, radius = exact_sites(unit_sum, codes)
            mu.append(centroid.fractions())
            rad.append(radius.fractions()[:, 0])
        else:
            for parts, part in zip((mu, rad), float_sites(unit_sum, codes), strict=True):
                parts.append(part)
    return np.repeat(np.concatenate(mu), counts, axis=0), np.repeat(np.concatenate(rad), counts)


def layer_weights(network: Network, layer: int | None, weights: Any = None) -> Sequence[Any]:
    """Weights for a `UnitSum` from those that `sites` takes; a NetworkError if one is not positive."""
    if layer is None and isinstance(weights, (list, tuple)) and any(w is None or np.ndim(w) == 1 for w in weights):
        every: Sequence[Any] = weights
    else:
        number = len(network.hidden) - 1 if layer is None else network.check_layer(layer)
        own = np.ones(network.widths[number], dtype=np.int64) if weights is None else weights
        every = [own if i == number else None for i in range(len(network.hidden))]
    if all(w is None for w in every):
        raise NetworkError("weights of at least one layer are needed")
    for number, w in enumerate(every):
        if w is not None:
            _require_positive(number, w)
    return every


def _require_positive(layer: int, weights: Any) -> None:
    try:
        are_positive = all(v > 0 for v in as_fractions(weights).ravel())
    except (TypeError, ValueError) as error:
        raise NetworkError(f"weights of the units of layer {layer}: {error}") from error
    if not are_positive:
        raise NetworkError(f"weights of the units of layer {layer} must be positive: otherwise their sites have other cells")


def exact_sites(unit_sum: UnitSum, codes: NDArray[Any]) -> tuple[Dyadic, Dyadic]:
    """Centroids (n, d) and radii (n, 1) of the cells with these codes (n, n_units)."""
    mu, beta = unit_sum.forms(codes)
    return mu, radii(mu, beta)


def radii(mu: Dyadic, beta: Dyadic) -> Dyadic:
    """||mu||^2 + 2 beta, (n, 1), for centroids (n, d) and offsets (n, 1)."""
    squares = [sum(v * v for v in row) for row in mu.entries.table()]
    return Dyadic(fmpz_mat(len(squares), 1, squares), 2 * mu.exponent) + Dyadic(beta.entries * 2, beta.exponent)


def float_sites(unit_sum: UnitSum, codes: NDArray[np.uint8]) -> tuple[FloatArray, FloatArray]:
    """The same in doubles, (n, d) and (n,), as accurate as this file says."""
    mu, beta, mu_error, beta_error = unit_sum.float_forms(codes)
    with np.errstate(over="ignore", invalid="ignore"):
        largest, length = np.abs(mu).max(axis=1, initial=0.0), row_norms(mu)
        rad = np.einsum("ij,ij->i", mu, mu) + 2 * beta
        size = length * length + 2 * np.abs(beta)
        rad_error = 2 * (length + mu_error) * mu_error + 2 * beta_error + size * gamma(mu.shape[1] + 8.0)
        # Half of the accuracy is left for this very arithmetic.
        is_good = (mu_error <= ACCURACY / 2 * largest + SMALLEST) & (rad_error <= ACCURACY / 2 * size + SMALLEST) & np.isfinite(size)
    doubtful = np.flatnonzero(~is_good)
    if doubtful.size:
        centroids, exact_radii = exact_sites(unit_sum, codes[doubtful])
        mu[doubtful], rad[doubtful] = centroids.floats(), exact_radii.floats()[:, 0]
    return mu, rad
