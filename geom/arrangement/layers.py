"""Networks counted without listing their cells: one hidden layer, or the last hidden layer of a deep network.

The units of a layer bend on hyperplanes; on the whole space Zaslavsky's theorem counts their cells, in a bounded domain `geom.arrangement.sections`
does. In a deep network the last layer is an arrangement in every cell of the layers before it: these are listed, its own cells are not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.arrangement.characteristic import CharacteristicPolynomial, arrangement_of
from geom.arrangement.rows import cutting_rows
from geom.arrangement.sections import cells_in_plane, cells_in_polytope
from geom.errors import DomainError, NetworkError
from geom.exact import Dyadic, FloatArray, Row, integer_row, round_fractions
from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.partition.subdivision import check_problem, subdivide
from geom.polyhedra.domain import Domain, Space, integer_walls
from geom.polyhedra.polyhedron import stacked

__all__ = ["count_last_layer", "count_layer", "layer_polynomial"]

LARGE, TINY = 1e140, 1e-150


def count_layer(net: Network | Layer, domain: Domain | None = None) -> int:
    """The number of cells of a network of one hidden layer, exactly, without listing them.

    Parameters
    ----------
    net : Network or Layer
        One hidden layer of units with two pieces on one row (ReLU, leaky-ReLU, abs).
    domain : Box or HPolytope, optional
        Bounded; by default the whole space.

    Raises
    ------
    NetworkError
        If there are more hidden layers, or units of other kinds.
    DomainError
        If the domain is unbounded, or of another dimension.

    Notes
    -----
    In the plane and in polygons by crossings: n lines cost about n^2 / 2 divisions in floating point with an error bound. In other whole spaces by
    the characteristic polynomial (Zaslavsky 1975), in other bounded domains by deletion and restriction, down to polygons.

    Examples
    --------
    A thousand lines, in general position in the plane and as a grid of 500 x 500 in a square.

    >>> import numpy as np
    >>> t = np.arange(1000.0)
    >>> count_layer(Layer.relu(np.stack([t, t**0], axis=1), t**2))
    500501
    >>> from geom import Box
    >>> grid = Layer.relu(np.kron(np.eye(2), np.ones((500, 1))), np.tile(-np.arange(500.0), 2))
    >>> count_layer(grid, Box([-1, -1], [1000, 1000]))
    251001
    """
    network = Network([net, Layer.linear(Dyadic.zeros(1, net.n_units), Dyadic.zeros(1, 1))]) if isinstance(net, Layer) else net
    whole = check_problem(network, domain)
    if len(network.hidden) > 1:
        raise NetworkError(
            f"this network has {len(network.hidden)} hidden layers; count_last_layer lists the cells of all but the last, geom.count walks all"
        )
    if not network.hidden:
        return 1
    weight, bias = cutting_rows(network.hidden[0])
    if isinstance(whole, Space):
        if network.input_dim == 2:
            return cells_in_plane(weight, bias)
        return layer_polynomial(network.hidden[0]).regions
    return cells_in_polytope(weight, bias, integer_walls(whole), whole.generators())


def layer_polynomial(layer: Layer) -> CharacteristicPolynomial:
    """The characteristic polynomial of the hyperplanes on which the units of a layer bend, exactly, whatever their position.

    Parameters
    ----------
    layer : Layer
        Units with two pieces on one row (ReLU, leaky-ReLU, abs).

    Raises
    ------
    NetworkError
        If it is no layer, or there are units of other kinds.
    GeomError
        If there are too many flats, as in `characteristic_polynomial`.

    Examples
    --------
    >>> layer_polynomial(Layer.relu([[1, 0], [0, 1], [1, 1], [2, 2]], [0, 0, 0, 0]))
    t^2 - 3 t + 2
    """
    if not isinstance(layer, Layer):
        raise NetworkError(f"expected a geom.Layer, got {type(layer).__name__}; net.layers are those of a network")
    weight, bias = cutting_rows(layer)
    return arrangement_of(weight.beside(bias).integer_rows(), weight.shape[1])


def count_last_layer(net: Network, domain: Domain | None = None) -> int:
    """The number of cells of a network, exactly; those of its last hidden layer are counted and not listed.

    Parameters
    ----------
    net : Network
        Its last hidden layer has units with two pieces on one row.
    domain : Box or HPolytope, optional
        Bounded, unless the network has one hidden layer.

    Raises
    ------
    NetworkError
        If units of the last hidden layer are of other kinds.
    DomainError
        If the domain is unbounded and there are two or more hidden layers, or it is of another dimension.

    Notes
    -----
    The cells of the layers before are listed by `geom.subdivide`, and in each the last layer's units are affine. That takes milliseconds a listed
    cell: it is for last layers of hundreds of units and more, whose cells are far too many to be walked.

    Examples
    --------
    >>> from geom import Box
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0]], [[1.0, -1.0]], [[1.0]]], [[0.0, 0.0], [0.0], [0.0]])
    >>> count_last_layer(net, Box([-1, -1], [1, 1]))
    5
    """
    whole = check_problem(net, domain)
    if len(net.hidden) <= 1:
        return count_layer(net, domain)
    if not whole.is_bounded:
        raise DomainError("the last layer of a deep network is counted in a bounded domain; give a geom.Box, or use geom.count")
    depth = len(net.hidden) - 1
    rows, offsets = cutting_rows(net.hidden[depth])
    total = 0
    for cell in subdivide(net, domain, upto=depth):
        slopes, constants = cell.partition.network.dyadic_affine(cell.code)
        walls: list[Row] = [integer_row([*(-v for v in a), b]) for a, b in zip(*cell.hrep(exact=True), strict=True)]
        corners = cell.generators()
        outputs = stacked(corners.vertices, net.input_dim) @ slopes.fractions().T + constants.fractions()[:, 0]
        own = np.flatnonzero(_may_change_sign(rows.floats(), offsets.floats(), round_fractions(outputs).T)).tolist()
        weight, bias = rows.take_rows(own), offsets.take_rows(own)
        total += cells_in_polytope(weight @ slopes, weight @ constants + bias, walls, corners)
    return total


def _may_change_sign(weight: FloatArray, bias: FloatArray, outputs: FloatArray) -> NDArray[np.bool_]:
    """Which units (m,) may bend inside a cell, given the outputs (k, n) of the layer before at its vertices; the others have one sign at all of them.

    All numbers are rounded, with a relative error of u each, and so are the k + 1 products and sums of a value: it is off by at most (k + 5) u times
    the sum of the magnitudes, in whatever order it is added up. Underflow costs 2^-1022 at most, times factors below 1e140.
    """
    if not all(np.abs(part).max(initial=0.0) < LARGE for part in (weight, bias, outputs)):
        return np.ones(len(weight), dtype=np.bool_)
    with np.errstate(under="ignore"):
        value = weight @ outputs + bias
        bound = (len(outputs) + 8) * 2.0**-53 * (np.abs(weight) @ np.abs(outputs) + np.abs(bias)) + TINY
        return np.asarray(~((value > bound).all(axis=1) | (value < -bound).all(axis=1)))
