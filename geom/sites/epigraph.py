"""The polyhedra above a unit's and a layer's output (Propositions 1 and 2 of the paper, with errata E08 and E09), and their vertical projections.

Above unit k lies P_k = {(x, y) : y >= E_kr(x) for all pieces r} in R^(D+1); its boundary is the graph of the unit's output. Above a layer of K
units lies P = {(x, y) : y_k >= E_kr(x) for all k, r} in R^(D+K); its faces with one tight piece of every unit make up the graph of the layer, and
project vertically, along y, onto the cells (Lemmas 1 and 2). P_Sigma = {(x, t) : t >= <mu_r, x> + beta_r for all codes r} in R^(D+1) lies above the
sum of the outputs and has one facet for every cell. All are given as rows (A, b) of fractions, meaning A z <= b.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.errors import GeomError
from geom.exact import Fractions
from geom.networks.layer import Layer
from geom.sites.layers import check_codes, layer_sites, unit_sites

__all__ = ["code_rows", "epigraph_of_layer", "epigraph_of_sum", "epigraph_of_unit", "project_face"]


def epigraph_of_unit(layer: Layer, unit: int) -> tuple[Fractions, Fractions]:
    """P_k: row r is <A_kr, x> - y <= -B_kr, (R, D + 1) and (R,).

    Examples
    --------
    >>> a, b = epigraph_of_unit(Layer.relu([[2.0]], [-3.0]), 0)
    >>> a.astype(int).tolist(), b.astype(int).tolist()
    ([[0, -1], [2, -1]], [0, 3])
    """
    return _above(*unit_sites(layer, unit, exact=True))


def epigraph_of_sum(layer: Layer, codes: ArrayLike | None = None) -> tuple[Fractions, Fractions]:
    """P_Sigma, one row for each code, by default for each cell, so that no row is redundant.

    Examples
    --------
    >>> a, b = epigraph_of_sum(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]))
    >>> a.astype(int).tolist(), b.astype(int).tolist()
    ([[0, -1], [1, -1], [2, -1]], [0, -1, 0])
    """
    return _above(*layer_sites(layer, codes, exact=True))


def epigraph_of_layer(layer: Layer) -> tuple[Fractions, Fractions]:
    """P: rows of unit 0 first, each (<A_kr, x> - y_k <= -B_kr), (sum of pieces, D + K).

    Examples
    --------
    >>> a, b = epigraph_of_layer(Layer.relu([[1.0], [-1.0]], [0.0, 2.0]))
    >>> a.astype(int).tolist(), b.astype(int).tolist()
    ([[0, -1, 0], [1, -1, 0], [0, 0, -1], [-1, 0, -1]], [0, 0, 0, -2])
    """
    dim, width = layer.input_dim, layer.n_units
    parts = [epigraph_of_unit(layer, k) for k in range(width)]
    a = np.full((sum(len(b) for _, b in parts), dim + width), Fraction(0), dtype=object)
    at = 0
    for k, (rows, _) in enumerate(parts):
        a[at : at + len(rows), :dim], a[at : at + len(rows), dim + k] = rows[:, :dim], rows[:, dim]
        at += len(rows)
    return a, np.concatenate([b for _, b in parts]) if parts else np.zeros(0, dtype=object)


def project_face(a: Fractions, b: Fractions, tight: ArrayLike, dim: int) -> tuple[Fractions, Fractions]:
    """The vertical projection of a face of one of these polyhedra: rows in x alone.

    Parameters
    ----------
    a, b
        Rows of an epigraph.
    tight : sequence of int
        The rows that hold with equality on the face, one for each output, in their order.
    dim : int
        Dimension D of x; the outputs follow it.

    Raises
    ------
    GeomError
        If the tight rows are no rows, or not one for each output.

    Examples
    --------
    The face of relu(2 x - 3) on which the unit fires lies above 2 x >= 3.

    >>> rows, bounds = project_face(*epigraph_of_unit(Layer.relu([[2.0]], [-3.0]), 0), [1], 1)
    >>> rows.astype(int).tolist(), bounds.astype(int).tolist()
    ([[-2]], [-3])
    """
    chosen = _row_numbers(tight, len(a))
    outputs = -a[chosen, dim:]
    if outputs.shape[0] != outputs.shape[1] or (outputs != np.eye(len(outputs), dtype=np.int64)).any():
        raise GeomError(f"one tight row for each of the {a.shape[1] - dim} outputs is needed, in their order")
    # On the face y = a_t x - b_t.
    rows = a[:, :dim] + a[:, dim:] @ a[chosen, :dim]
    bounds = b + a[:, dim:] @ b[chosen]
    others = np.setdiff1d(np.arange(len(a)), chosen)
    return rows[others], bounds[others]


def code_rows(layer: Layer, code: ArrayLike) -> tuple[Fractions, Fractions]:
    """Rows (A, b) of the closed set of a code, {x : A x <= b}: the projection of its face of P. Some may be redundant, the set may be empty or flat.

    Raises
    ------
    NetworkError
        If it is no code (K,) of the layer.

    Examples
    --------
    >>> rows, bounds = code_rows(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]), [0, 1])
    >>> rows.astype(int).tolist(), bounds.astype(int).tolist()
    ([[1], [-1]], [1, 1])
    """
    first = np.concatenate([[0], np.cumsum((layer.row >= 0).sum(axis=1))])[:-1]
    [chosen] = check_codes(layer, [code])
    return project_face(*epigraph_of_layer(layer), first + chosen, layer.input_dim)


def _row_numbers(tight: ArrayLike, n_rows: int) -> NDArray[np.int64]:
    try:
        given = np.asarray(tight)
    except ValueError as error:
        raise GeomError(f"tight rows are a sequence of integers: {error}") from error
    if given.ndim != 1 or (given.size and (given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= n_rows)):
        raise GeomError(f"tight={tight!r}: numbers of rows, from 0 to {n_rows - 1}, are needed")
    return given.astype(np.int64)


def _above(mu: Fractions, rad: Fractions) -> tuple[Fractions, Fractions]:
    """Rows y >= <mu, x> + beta, with beta = (rad - ||mu||^2) / 2."""
    minus_one = np.full((len(mu), 1), Fraction(-1), dtype=object)
    return np.concatenate([mu, minus_one], axis=1), ((mu * mu).sum(axis=1) - rad) / 2
