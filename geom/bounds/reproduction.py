"""A network and its domain as Python code that makes them again, every number exact."""

from __future__ import annotations

from geom.exact import Dyadic
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Box, Domain, Space

__all__ = ["reproduction"]


def reproduction(network: Network, domain: Domain, cells: int) -> str:
    """Code that counts the cells of a network in a domain and asserts their number.

    Examples
    --------
    >>> net = Network.mlp([[[0.5]], [[1]]], [[0], [0]])
    >>> exec(reproduction(net, Box([-1], ["1/3"]), 2))
    """
    layers = ",\n".join(f"    {_layer(layer)}" for layer in network.layers)
    return "\n".join(
        [
            "import geom",
            "from flint import fmpz_mat",
            "from geom.exact import Dyadic",
            "",
            f"net = geom.Network([\n{layers},\n])",
            f"part = geom.subdivide(net, {_domain(domain)})",
            f"assert len(part) == {cells}",
        ]
    )


def _layer(layer: Layer) -> str:
    affine = f"{_dyadic(layer.weight)}, {_dyadic(layer.bias)}"
    return f"geom.Layer({affine}, {layer.row.tolist()}, {layer.slope.tolist()})" if layer.row.size else f"geom.Layer.linear({affine})"


def _dyadic(matrix: Dyadic) -> str:
    rows, columns = matrix.shape
    return f"Dyadic(fmpz_mat({rows}, {columns}, {[int(v) for v in matrix.entries.entries()]}), {matrix.exponent})"


def _domain(domain: Domain) -> str:
    if isinstance(domain, Space):
        return "None"
    if isinstance(domain, Box):
        return f"geom.Box({[str(v) for v in domain.exact_low]}, {[str(v) for v in domain.exact_high]})"
    a, b = domain.hrep(exact=True)
    return f"geom.HPolytope({[[str(v) for v in row] for row in a]}, {[str(v) for v in b]})"
