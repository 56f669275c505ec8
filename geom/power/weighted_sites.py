"""Sites mu with weights rad, and what formulas alone say of them: powers, tangents, chordales, lifts, and other sites for the same cells.

`rad` is a squared radius and may be negative (errata E01, E02). The power of site i at x is |x - mu_i|^2 - rad_i = |x|^2 - 2 (mu_i.x + beta_i) with
beta = (rad - |mu|^2) / 2 (Definition 2). Which cells there are, and which touch, is for `geom.power.diagram`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, Self, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.arguments import index_of
from geom.doubles import as_array
from geom.errors import GeomError, NotFound, shown
from geom.exact import FloatArray, Fractions, as_fraction, round_fractions, round_ratio, round_root
from geom.power.integers import Integers

__all__ = ["WeightedSites"]

Ints = NDArray[np.int64]
AnyArray = NDArray[Any]


class WeightedSites:
    """A finite set of sites in any dimension, with weights: the data of a `PowerDiagram`.

    Parameters
    ----------
    mu : (N, d) array of float, int, Fraction, Decimal or decimal string
        Sites.
    rad : (N,) array of the same
        Weights, the squared radii of the sites' spheres, of any sign.

    Raises
    ------
    GeomError
        If the shapes do not fit, there is no site or no dimension, or a number is NaN or infinite.
    """

    def __init__(self, mu: ArrayLike, rad: ArrayLike) -> None:
        self._mu, self._rad = _table(mu, "mu"), _table(rad, "rad")
        if len(self._mu.shape) != 2 or 0 in self._mu.shape:
            raise GeomError(f"mu has shape {self._mu.shape}: one row a site and one column a dimension are needed, at least one of each")
        if self._rad.shape != self._mu.shape[:1]:
            raise GeomError(f"rad has shape {self._rad.shape}: one number for each of the {len(self)} sites is needed")

    @classmethod
    def _of(cls, mu: Integers, rad: Integers) -> Self:
        """From tables that were checked before."""
        made = cls.__new__(cls)
        made._mu, made._rad = mu, rad
        return made

    # ---- what it is made of ----

    @property
    def mu(self) -> FloatArray:
        """(N, d) sites, rounded where they are no doubles."""
        return self._mu.floats

    @property
    def rad(self) -> FloatArray:
        """(N,) weights, rounded where they are no doubles."""
        return self._rad.floats

    @property
    def exact_mu(self) -> Fractions:
        """(N, d) sites."""
        return self._mu.fractions()

    @property
    def exact_rad(self) -> Fractions:
        """(N,) weights."""
        return self._rad.fractions()

    @cached_property
    def exact_beta(self) -> Fractions:
        """(N,) constants beta = (rad - |mu|^2) / 2 of the affine forms mu.x + beta."""
        beta = np.asarray((self.exact_rad - _square(self.exact_mu)) / 2, dtype=object)
        beta.setflags(write=False)
        return beta

    def __len__(self) -> int:
        return int(self._mu.shape[0])

    @property
    def dim(self) -> int:
        """Dimension of the space."""
        return int(self._mu.shape[1])

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self):,} sites, {self.dim} dimensions)"

    # ---- points and pairs of sites ----

    @overload
    def power(self, x: ArrayLike, sites: ArrayLike | None = None, *, exact: Literal[False] = False) -> FloatArray: ...
    @overload
    def power(self, x: ArrayLike, sites: ArrayLike | None = None, *, exact: Literal[True]) -> Fractions: ...
    def power(self, x: ArrayLike, sites: ArrayLike | None = None, *, exact: bool = False) -> AnyArray:
        """|x - mu_i|^2 - rad_i for every point and every site, or the sites chosen.

        Parameters
        ----------
        x : (n, d) array
        sites : (m,) array of int, optional
        exact : bool
            Fractions. Without it powers are computed in floats, with their errors: where a square or a weight is beyond the largest double,
            the power is infinite or NaN, and no warning is given.

        Returns
        -------
        (n, m) array

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [3.0]], [1.0, 4.0]).power([[1.0]])
        array([[0., 0.]])
        """
        points = self._points(x)
        chosen = np.arange(len(self)) if sites is None else self._indices(sites)
        p, mu, rad = (points.fractions(), self.exact_mu, self.exact_rad) if exact else (points.floats, self.mu, self.rad)
        out = np.empty((len(p), len(chosen)), dtype=object if exact else np.float64)
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            for i, point in enumerate(p):
                out[i] = _square(point - mu[chosen]) - rad[chosen]
        return out

    def tangent_length(self, x: ArrayLike, i: int) -> FloatArray:
        """Length of the tangents from each point to the sphere of a site: the root of the power (Figure 1, erratum E02).

        NaN where there is no tangent: inside the sphere, and everywhere if rad < 0, where there is no sphere.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0, 0.0]], [9.0]).tangent_length([[5.0, 0.0], [1.0, 0.0]], 0)
        array([ 4., nan])
        """
        power = self.power(x, [i], exact=True)[:, 0]
        site = self._index(i)
        length = np.full(len(power), math.nan)
        if self.exact_rad[site] >= 0:
            outside = np.flatnonzero(power >= 0)
            length[outside] = [round_root(v) for v in power[outside]]
        return length

    @overload
    def chordale(self, i: int, j: int, *, exact: Literal[False] = False) -> tuple[FloatArray, float]: ...
    @overload
    def chordale(self, i: int, j: int, *, exact: Literal[True]) -> tuple[Fractions, Fraction]: ...
    def chordale(self, i: int, j: int, *, exact: bool = False) -> tuple[AnyArray, Any]:
        """The hyperplane n.x + c = 0 of equal power, n = mu_i - mu_j, c = beta_i - beta_j (Appendix A); where n.x + c > 0, site i has less power.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [2.0]], [0.0, 0.0]).chordale(1, 0)
        (array([2.]), -2.0)
        """
        i, j = self._indices([i, j]).tolist()
        n, c = self.exact_mu[i] - self.exact_mu[j], self.exact_beta[i] - self.exact_beta[j]
        return (n, c) if exact else (round_fractions(n), float(round_fractions(np.array([c]))[0]))

    def chordale_distance(self, x: ArrayLike, i: int, j: int) -> FloatArray:
        """Signed distance of each point to the chordale of two sites, positive where site i has less power.

        Raises
        ------
        GeomError
            If the sites have one position: then there is no chordale.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [2.0]], [0.0, 0.0]).chordale_distance([[0.0], [3.0]], 0, 1)
        array([ 1., -2.])
        """
        n, _ = self.chordale(i, j, exact=True)
        square = _square(n)
        if square == 0:
            raise GeomError(f"sites {i} and {j} have one position: they have no chordale")
        power = self.power(x, [i, j], exact=True)
        # One rounding, of the root of the squared distance: numerator and normal may each be beyond the doubles where their ratio is not.
        twice = power[:, 1] - power[:, 0]
        return np.array([round_root(v * v / (4 * square)) * (1 if v >= 0 else -1) for v in twice], dtype=np.float64)

    def lift(self, form: Literal["paraboloid", "sphere", "upper"] = "paraboloid", Q: Any = None, *, exact: bool = False) -> AnyArray:  # noqa: N803
        """Sites one dimension up.

        ``"paraboloid"``: (mu, |mu|^2 - rad), whose lower hull is dual to the diagram; ``"upper"``: (mu, beta), whose upper hull is (erratum E28);
        ``"sphere"``: (mu, sqrt(Q - rad)), such that the nearest lifted site to (x, 0) has the least power at x (Figure 1, erratum E03).

        Parameters
        ----------
        form : str
        Q : number, optional
            At least max rad, which it is if not given; for the sphere lift only.
        exact : bool
            Fractions, not for the sphere lift.

        Returns
        -------
        (N, d + 1) array

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> diagram = PowerDiagram([[0.0], [2.0]], [0.0, -5.0])
        >>> diagram.lift().tolist(), diagram.lift("upper").tolist(), diagram.lift("sphere", Q=4).tolist()
        ([[0.0, 0.0], [2.0, 9.0]], [[0.0, 0.0], [2.0, -4.5]], [[0.0, 2.0], [2.0, 3.0]])
        """
        if form == "sphere":
            if exact:
                raise GeomError("the sphere lift has roots: ask for it with exact=False")
            largest = max(self.exact_rad)
            top = largest if Q is None else _number(Q, "Q")
            if top < largest:
                raise GeomError(f"Q = {Q} is less than the largest weight, {round_ratio(*largest.as_integer_ratio()):g}: Q - rad has no root")
            height = np.array([round_root(top - rad) for rad in self.exact_rad])
            return np.concatenate([self.mu, height[:, None]], axis=1)
        if form not in ("paraboloid", "upper"):
            raise GeomError(f'unknown lift {form!r}: "paraboloid", "upper" or "sphere"')
        height = self.exact_beta * (1 if form == "upper" else -2)
        return (
            np.concatenate([self.exact_mu, height[:, None]], axis=1) if exact else np.concatenate([self.mu, round_fractions(height)[:, None]], axis=1)
        )

    # ---- other sites ----

    def normalise(self) -> Self:
        """The same diagram with weights shifted so that the least is 0: Q = -min rad (erratum E01).

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [1.0]], [-2.0, 0.0]).normalise().rad
        array([0., 2.])
        """
        return self._of(self._mu, Integers(self.exact_rad - min(self.exact_rad)))

    def with_rad(self, i: int, value: Any) -> Self:
        """The diagram with another weight at one site. A larger weight enlarges that cell and no other (Lemma 3).

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0], [2.0]], [0.0, 0.0]).with_rad(0, 2).cell(0).hrep()
        (array([[1.]]), array([1.5]))
        """
        index = self._index(i)
        rad = self.exact_rad.copy()
        rad[index] = _number(value, "rad")
        return self._of(self._mu, Integers(rad))

    def transform(self, *, scale: Any = 1, translate: ArrayLike | None = None, constant: Any = 0) -> Self:
        """Other sites with the same cells: (c mu + t, c beta + q), c > 0.

        Parameters
        ----------
        scale : number, positive
        translate : (d,) array, optional
        constant : number
            q, added to every affine form.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> other = PowerDiagram([[0.0], [2.0]], [0.0, 0.0]).transform(scale=2, translate=[1])
        >>> other.mu.tolist(), other.rad.tolist(), other.cell(0).hrep()
        ([[1.0], [5.0]], [1.0, 17.0], (array([[1.]]), array([1.])))
        """
        c, q = _number(scale, "scale"), _number(constant, "constant")
        if c <= 0:
            raise GeomError(f"scale = {scale}: a positive number is needed, or cells change")
        t = np.full(self.dim, Fraction(0)) if translate is None else _fractions(translate, "translate", (self.dim,))
        return self._from_forms(self.exact_mu * c + t, self.exact_beta * c + q)

    def restrict(self, origin: ArrayLike, basis: ArrayLike) -> Self:
        """The diagram in y of the slice x = origin + y @ basis: mu' = basis mu, beta' = beta + mu.origin.

        Parameters
        ----------
        origin : (d,) array
        basis : (m, d) array
            As in `Network.restrict`, and as `geom.plane` gives them.

        Examples
        --------
        >>> from geom import PowerDiagram
        >>> PowerDiagram([[0.0, 0.0], [2.0, 2.0]], [0.0, 0.0]).restrict([0, 1], [[1, 0]]).cell(0).hrep()
        (array([[1.]]), array([1.]))
        """
        rows = _table(basis, "basis").fractions()
        if rows.ndim != 2 or rows.shape[1] != self.dim or not rows.shape[0]:
            raise GeomError(f"basis has shape {rows.shape}: {self.dim} columns and at least one row are needed")
        offset = _fractions(origin, "origin", (self.dim,))
        return self._from_forms(self.exact_mu @ rows.T, self.exact_beta + self.exact_mu @ offset)

    @classmethod
    def _from_forms(cls, mu: Fractions, beta: Fractions) -> Self:
        return cls(mu, _square(mu) + 2 * beta)

    # ---- input ----

    def _points(self, x: ArrayLike) -> Integers:
        points = _table(x, "x")
        if len(points.shape) != 2 or points.shape[1] != self.dim:
            raise GeomError(f"x has shape {points.shape}: one row of {self.dim} coordinates for each point is needed")
        return points

    def _index(self, site: int) -> int:
        return index_of(site, len(self), "site", "a diagram")

    def _indices(self, sites: ArrayLike) -> Ints:
        try:
            index = as_array(sites)
        except ValueError as error:
            raise GeomError(f"sites are chosen by a list of integers: {error}") from error
        if index.ndim != 1 or (index.dtype.kind not in "iu" and index.size):
            raise GeomError(f"sites are chosen by a list of integers, not {shown(sites)}")
        wrong = index[(index < -len(self)) | (index >= len(self))] if index.size else index
        if len(wrong):
            raise NotFound(f"there is no site {wrong[0]}: they are numbered from 0 to {len(self) - 1}")
        return index.astype(np.int64) % len(self)


def _table(values: ArrayLike, name: str) -> Integers:
    try:
        return Integers(values)
    except (TypeError, ValueError) as error:
        raise GeomError(f"{name}: {error}") from error


def _fractions(values: ArrayLike, name: str, shape: Sequence[int]) -> Fractions:
    found = _table(values, name).fractions()
    if found.shape != tuple(shape):
        raise GeomError(f"{name} has shape {found.shape}: {tuple(shape)} is needed")
    return found


def _number(value: Any, name: str) -> Fraction:
    try:
        return as_fraction(value)
    except ValueError as error:
        raise GeomError(f"{name}: {error}") from error


def _square(vectors: AnyArray) -> Any:
    """|v|^2 along the last axis."""
    return (vectors * vectors).sum(axis=-1)
