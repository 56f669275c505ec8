"""The power diagrams of a unit and of a layer (Theorems 2 and 3 of the paper), and which sites share a parameter (Theorem 4).

A unit's pieces are E_r(x) = <A_r, x> + B_r; its diagram has the sites mu_r = A_r with rad_r = ||A_r||^2 + 2 B_r. A layer's has, for each code r with
one piece of every unit, mu_r = the sum of the units' A and rad_r = ||mu_r||^2 + 2 beta_r, beta_r the sum of their B. Radii are squared and may be
negative: x lies in the cell of the site with the least ||x - mu||^2 - rad. Units of any number of pieces are taken.
"""

from __future__ import annotations

from typing import Any, Literal, overload

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

from geom.arguments import instance, numbered
from geom.doubles import as_array
from geom.errors import GeomError, NetworkError
from geom.exact import Dyadic, FloatArray, Fractions
from geom.networks.layer import Layer
from geom.power.diagram import PowerDiagram
from geom.sites.cells import radii
from geom.sites.unit_sum import factors_on_rows
from geom.sites.zonotope import upper_vertices

__all__ = ["affected_codes", "check_codes", "layer_diagram", "layer_sites", "n_affected", "sum_of_sites", "unit_diagram", "unit_sites"]

MOST_CODES = 1 << 20

Floats = tuple[FloatArray, FloatArray]
Exacts = tuple[Fractions, Fractions]
Either = tuple[NDArray[np.generic], NDArray[np.generic]]


@overload
def unit_sites(layer: Layer, unit: int, *, exact: Literal[False] = False) -> Floats: ...
@overload
def unit_sites(layer: Layer, unit: int, *, exact: Literal[True]) -> Exacts: ...
def unit_sites(layer: Layer, unit: int, *, exact: bool = False) -> Either:
    """Centroids (R, D) and radii (R,) of a unit's pieces: Theorem 2.

    Raises
    ------
    NetworkError
        If the layer has no such unit.

    Examples
    --------
    relu(2 x - 3): its pieces meet at 3/2, where x^2 = (x - 2)^2 + 2.

    >>> unit_sites(Layer.relu([[2.0]], [-3.0]), 0)
    (array([[0.],
           [2.]]), array([ 0., -2.]))
    """
    _check_unit(layer, unit)
    n = int(np.count_nonzero(layer.row[unit] >= 0))
    alone = Layer(layer.weight, layer.bias, layer.row[unit : unit + 1, :n], layer.slope[unit : unit + 1, :n])
    return _given(*_exact_sites(alone, np.arange(n)[:, None]), exact)


@overload
def layer_sites(layer: Layer, codes: ArrayLike | None = None, *, exact: Literal[False] = False) -> Floats: ...
@overload
def layer_sites(layer: Layer, codes: ArrayLike | None = None, *, exact: Literal[True]) -> Exacts: ...
def layer_sites(layer: Layer, codes: ArrayLike | None = None, *, exact: bool = False) -> Either:
    """Centroids and radii of a layer's codes: Theorem 3.

    Parameters
    ----------
    layer : Layer
    codes : (N, K) array of int, optional
        By default those of all cells, in lexicographic order. Of the R^K codes most may belong to no cell (docs/errata.md, E07).
    exact : bool
        Fractions instead of correctly rounded floats.

    Returns
    -------
    mu : (N, D) array
    rad : (N,) array

    Raises
    ------
    NetworkError
        If the codes are not this layer's.

    Examples
    --------
    Of the four codes of relu(x - 1), relu(x + 1), three have cells: 00, 01 and 11.

    >>> layer_sites(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]))
    (array([[0.],
           [1.],
           [2.]]), array([0., 3., 4.]))
    """
    instance(layer, Layer, NetworkError)
    chosen = upper_vertices(layer) if codes is None else check_codes(layer, codes)
    return _given(*_exact_sites(layer, chosen), exact)


def unit_diagram(layer: Layer, unit: int) -> PowerDiagram:
    """The `geom.PowerDiagram` of a unit's pieces, exact."""
    return PowerDiagram(*unit_sites(layer, unit, exact=True))


def layer_diagram(layer: Layer, codes: ArrayLike | None = None) -> PowerDiagram:
    """The `geom.PowerDiagram` of a layer, exact; by default of all its cells."""
    return PowerDiagram(*layer_sites(layer, codes, exact=True))


def n_affected(layer: Layer, unit: int) -> int:
    """How many codes share a piece of this unit: the product of the other units' numbers of pieces, R^(K-1) where all have R."""
    _check_unit(layer, unit)
    return int(np.prod(np.delete(_n_pieces(layer), unit).astype(object), initial=1))


def affected_codes(layer: Layer, unit: int, piece: int) -> NDArray[np.uint8]:
    """The codes (n, K) whose sites change with this piece's slope or offset, in lexicographic order: Theorem 4.

    One code alone changes only where the layer has one unit; and one non-empty cell alone may change in any layer (docs/errata.md, E11). The cells
    concerned of a partition are those of ``part.select(layer=..., unit=..., piece=...)``.

    Raises
    ------
    NetworkError
        If the layer has no such unit or piece.
    GeomError
        If there are more than a million such codes; `n_affected` says how many.

    Examples
    --------
    >>> affected_codes(Layer.relu([[1.0], [1.0]], [-1.0, 1.0]), unit=0, piece=1)
    array([[1, 0],
           [1, 1]], dtype=uint8)
    """
    n = n_affected(layer, unit)
    pieces = _n_pieces(layer)
    numbered(piece, int(pieces[unit]), "piece", f"unit {unit}", "piece")
    if n > MOST_CODES:
        raise GeomError(f"{n:,} codes share this piece; at most {MOST_CODES:,} are listed. `select` finds the cells of a partition among them")
    found, rest = np.full((n, layer.n_units), piece, dtype=np.uint8), np.arange(n)
    for k in range(layer.n_units - 1, -1, -1):
        if k != unit:
            rest, found[:, k] = np.divmod(rest, pieces[k])
    return found


def sum_of_sites(mu: NDArray[Any], rad: NDArray[Any]) -> tuple[NDArray[Any], Any]:
    """The site whose affine form is the sum of those of these sites, (n, D) and (n,): Lemma 7's law of radii, with its sign corrected (E05d).

    The centroids add up; the radii add up with twice the inner products of all pairs of centroids. A layer's site is so made of its units'.

    Examples
    --------
    >>> sum_of_sites(np.array([[1], [1]]), np.array([1, 1]))
    (array([2]), np.int64(4))
    """
    total = mu.sum(axis=0)
    pairs = (total * total).sum() - (mu * mu).sum()
    return total, rad.sum() + pairs


def _exact_sites(layer: Layer, codes: NDArray[Any]) -> tuple[Dyadic, Dyadic]:
    ones = Dyadic(fmpz_mat(len(codes), layer.n_units, [1] * (len(codes) * layer.n_units)), 0)
    on_rows = factors_on_rows(layer, ones, codes)
    mu, beta = on_rows @ layer.weight, on_rows @ layer.bias
    return mu, radii(mu, beta)


def _given(mu: Dyadic, rad: Dyadic, exact: bool) -> Either:
    return (mu.fractions(), rad.fractions()[:, 0]) if exact else (mu.floats(), rad.floats()[:, 0])


def _n_pieces(layer: Layer) -> NDArray[np.int64]:
    return np.asarray((layer.row >= 0).sum(axis=1), dtype=np.int64)


def _check_unit(layer: Layer, unit: int) -> None:
    numbered(unit, instance(layer, Layer, NetworkError).n_units, "unit", "the layer", "unit")


def check_codes(layer: Layer, codes: Any) -> NDArray[np.int64]:
    """Codes (N, K) as integers; a NetworkError if they are none of the layer's."""
    try:
        given = as_array(codes)
    except ValueError as error:
        raise NetworkError(f"codes are integers of shape (N, {layer.n_units}): {error}") from error
    if given.ndim != 2 or given.shape[1] != layer.n_units or (given.size and given.dtype.kind not in "iu"):
        raise NetworkError(f"codes are integers of shape (N, {layer.n_units}); got {given.shape} of {given.dtype}")
    chosen = given.astype(np.int64)
    if chosen.size and (chosen.min() < 0 or (chosen >= _n_pieces(layer)).any()):
        raise NetworkError("a code names a piece that its unit does not have")
    return chosen
