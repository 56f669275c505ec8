"""Codes of cells just beyond a facet or beside a point, from signs of directional derivatives in exact integers.

Cross a facet at a point x of its relative interior, in a direction v. The network is continuous, so a unit that is not zero at x keeps its code for a
short way along v. A unit that is zero at x takes, for a short way, the sign of its derivative along v, and code 0 if that is zero too, because
then its row vanishes on the cell that is entered. Zero at x are the units that the facet lists, and those whose row vanishes identically on
the cell that is left; the latter can wake up on the other side. So derivatives are carried through the layers, and never a value.

Nearly always the neighbour's code is the cell's own with all units of the facet flipped; `geom.adjacency.neighbours` has the proof of when.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from geom.engine.oracle import Oracle
from geom.exact import Dyadic, FloatArray, Fractions, as_fractions
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.polyhedra.domain import Domain

__all__ = ["code_across", "code_beside"]

Codes = NDArray[np.uint8]


def code_across(oracle: Oracle, network: Network, words: NDArray[np.uint64], code: Codes, units: Sequence[int]) -> Codes:
    """Code of the neighbour of a cell across one of its facets.

    Parameters
    ----------
    oracle : Oracle
        Of the network's hidden layers, in input coordinates.
    network : Network
    words : (V,) uint64
        The cell's code, packed as in `engine.codes.CodeTable`.
    code : (n_units,) uint8
        The same, one byte a unit.
    units : sequence of int
        All units, numbered through the network, whose hyperplane contains the facet: at least one, and no wall is among what contains it.

    Returns
    -------
    (n_units,) uint8

    Examples
    --------
    The second unit is relu(x) again: it vanishes identically where x < 0 and wakes up with the first.

    >>> from geom import Box, subdivide
    >>> net = Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [0.0], [0.0]])
    >>> part = subdivide(net, Box([-1], [1]))
    >>> part[0].code, part[0].facets[1]
    (array([0, 0], dtype=uint8), Facet(units=(0,), walls=()))
    >>> code_across(part.oracle, net, part.columns.words[0], part[0].code, (0,))
    array([1, 1], dtype=uint8)
    """
    n_walls, listed = len(oracle.walls), frozenset(units)
    row = oracle.row(n_walls + units[0], words)
    outwards = -1 if code[units[0]] else 1
    # The signs of the row's slopes, outwards: of all directions that cross its hyperplane, one of the shortest numbers.
    direction = [outwards * ((v > 0) - (v < 0)) for v in row[:-1]]
    here = beyond = Dyadic(fmpz_mat(len(direction), 1, direction), 0)  # derivatives of a layer's inputs, on the cell itself and across
    found = np.array(code, dtype=np.uint8)
    for layer, first in zip(network.hidden, network.first.tolist(), strict=False):
        own = code[first : first + layer.n_units]
        pieces = found[first : first + layer.n_units]  # a view: what is written to it is found
        rates_here, rates = layer.weight @ here, layer.weight @ beyond
        rate_of, rate_here_of = rates.entries.entries(), rates_here.entries.entries()
        for k, source in enumerate(layer.row[:, -1].tolist()):
            fires = int(rate_of[source] > 0 and layer.slope[k, 0] != layer.slope[k, 1])
            if first + k in listed:
                pieces[k] = fires
            elif fires > pieces[k] and rate_here_of[source] == 0:
                # Its row may vanish identically; where the derivative is not 0, and for the nearly all that keep their code, that need not be asked.
                pieces[k] = not any(oracle.row(n_walls + first + k, words))
        here, beyond = _outputs(layer, own, rates_here), _outputs(layer, pieces, rates)
    return found


def _outputs(layer: Layer, code: Codes, rates: Dyadic) -> Dyadic:
    """Derivatives (units, 1) of a layer's outputs from those of its linear rows."""
    row, slope = layer.select(code)
    return rates.take_rows(row.tolist()).scaled_rows(Dyadic.of(slope[:, None]))


def code_beside(network: Network, domain: Domain, x: FloatArray | Fractions) -> Codes:
    """Code of a full-dimensional cell at a point x (d,) of the domain: step inwards, then by less and less along the axes.

    Examples
    --------
    The rows of the two units are opposite, so at 0, where both are 0, the point's own code (0, 0) is no cell's.

    >>> from geom import Box
    >>> net = Network.mlp([[[1.0], [-1.0]], [[1.0, 1.0]]], [[0.0, 0.0], [0.0]])
    >>> code_beside(net, Box([-1], [1]), np.zeros(1))
    array([1, 0], dtype=uint8)
    """
    point = as_fractions(x)
    inwards = as_fractions(domain.interior()) - point
    return network.exact_code_towards(point, [inwards, *np.eye(domain.dim)])
