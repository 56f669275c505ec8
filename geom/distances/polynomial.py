"""The partition polynomial: a function of the input, a product over all units, whose zeros are the boundaries of the cells.

The paper's eq. 23 multiplies the units' outputs; for ReLU that vanishes on whole cells. Here a unit's factor is the difference of its pieces (Theorem
7, corrected: docs/errata.md, E15 to E18), left out where it vanishes identically. On each cell the product is a polynomial.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx, fmpz_mat
from numpy.typing import ArrayLike, NDArray

from geom.arguments import instance
from geom.distances.challengers import Gaps, gaps
from geom.distances.float_layers import FloatLayers
from geom.distances.pulled_back import Form, PulledBack
from geom.doubles import as_doubles
from geom.errors import NetworkError
from geom.exact import Dyadic, FloatArray, Fractions, as_fractions
from geom.networks.network import Network

__all__ = ["Factor", "PartitionPolynomial", "SignLog"]

MOST_TERMS = 1_000_000
ACCURACY = 2.0**-20


class SignLog(NamedTuple):
    """Values as signs and logarithms of magnitudes, as `numpy.linalg.slogdet` gives them.

    Attributes
    ----------
    sign : (n,) int8
        -1, 0 or 1; exact.
    logabs : (n,)
        -inf where the value is 0.
    """

    sign: NDArray[np.int8]
    logabs: FloatArray


class Factor(NamedTuple):
    """One affine factor of the polynomial on a cell.

    Attributes
    ----------
    unit : int
        Numbered through the network.
    piece : int
        The piece that ties with the cell's own one where the factor is 0.
    form : Form
        The factor: piece 1 minus piece 0 of a unit of two pieces; the cell's own piece minus another one for a unit of more.
    """

    unit: int
    piece: int
    form: Form


class PartitionPolynomial:
    """The function whose zeros are the boundaries of the partition, a polynomial on each cell.

    It is the product, over all units, of piece 1 minus piece 0, or for units of more than two pieces of the largest piece minus the second largest;
    without the factors that vanish everywhere near the point.

    Parameters
    ----------
    net : Network
    upto : int, optional
        Units of the first so many hidden layers; by default of all.

    Raises
    ------
    NetworkError
        If there are not so many layers.

    Notes
    -----
    Source: Balestriero et al. (2019), eq. 23 and Theorem 7, with errata E15 to E18.

    Examples
    --------
    >>> net = Network.mlp([[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [[1.0, 1.0, 1.0]]], [[0.0, 0.0, 0.0], [0.0]])
    >>> polynomial = PartitionPolynomial(net)
    >>> polynomial.on_cell([1, 1, 1])
    x0^2*x1 + x0*x1^2
    >>> polynomial([[1.0, 1.0], [-1.0, 3.0], [2.0, -2.0]]).sign
    array([ 1, -1,  0], dtype=int8)
    >>> polynomial.order([0, 0]), polynomial.stratum_dimension([0, 0])
    (3, 0)
    """

    def __init__(self, net: Network, upto: int | None = None) -> None:
        self.network = instance(net, Network, NetworkError)
        self.depth = len(net.hidden) if upto is None else net.check_upto(upto)
        self._forms = PulledBack(net)
        self._layers = FloatLayers(net, self.depth, carry=False)
        self._n_pieces = [(layer.row >= 0).sum(axis=1) for layer in net.hidden[: self.depth]]

    def __call__(self, x: ArrayLike) -> SignLog:
        """Sign and logarithm at inputs (n, d), for networks of any size.

        The sign is proven. The logarithm of every factor is right to 2**-20, that of the product to as many times that as there are units.

        Raises
        ------
        NetworkError
            If x is not (n, d) or has NaN or infinite entries.
        """
        codes, points = self.network.code(x), as_doubles(x)
        sign, logabs = np.ones(len(points), dtype=np.int8), np.zeros(len(points))
        size = self._layers.block_size
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            for start in range(0, len(points), size):
                block = slice(start, start + size)
                for depth, rows in enumerate(self._layers.rows(points[block], codes[block])):
                    found = gaps(self._layers.layers[depth], rows, self._layers.code_of(codes[block], depth))
                    signs, logs = self._of_layer(depth, found, points[block], codes[block])
                    sign[block] *= signs
                    logabs[block] += logs
        logabs[sign == 0] = -np.inf
        return SignLog(sign, logabs)

    def factors(self, code: ArrayLike) -> list[Factor]:
        """All factors on the cell of a code (n_units,) that do not vanish identically there, by unit and piece.

        Raises
        ------
        NetworkError
            If the code is not one of this network.
        """
        chosen = self.network.check_code(code).astype(np.uint8)
        return [
            Factor(first + unit, piece, form)
            for depth, first in enumerate(self.network.first[: self.depth].tolist())
            for unit, own in enumerate(chosen[first : first + self.network.widths[depth]].tolist())
            for piece in range(int(self._n_pieces[depth][unit]))
            if piece != own and not (form := self._factor(chosen, depth, unit, piece)).vanishes
        ]

    def on_cell(self, code: ArrayLike) -> fmpq_mpoly:
        """The exact polynomial on the cell of a code, as a `flint.fmpq_mpoly` in x0, ..., x(d-1): the product of its `factors`.

        For a unit of more than two pieces it has one factor for each piece that is not the cell's: which of them is the second largest changes
        inside the cell, so their minimum is no polynomial; the zeros in the cell are the same.

        Raises
        ------
        NetworkError
            If the code is not one of this network, or the polynomial may have more than a million terms; `factors` has none too many.
        """
        found = self.factors(code)
        d, degree = self.network.input_dim, sum(not factor.form.is_constant for factor in found)
        if math.comb(degree + d, d) > MOST_TERMS:
            raise NetworkError(f"a polynomial of degree {degree} in {d} variables may have {math.comb(degree + d, d):,} terms; take its factors")
        context = fmpq_mpoly_ctx.get(tuple(f"x{j}" for j in range(d)), "degrevlex")
        product = context.constant(1)
        for factor in found:
            values = [*factor.form.gradient(), factor.form.constant.fractions()[0, 0]]
            powers = [tuple(int(i == j) for i in range(d)) for j in range(d + 1)]
            product *= context.from_dict({power: _rational(v) for power, v in zip(powers, values, strict=True) if v})
        return product

    def degree(self, code: ArrayLike) -> int:
        """Degree on the cell of a code: its factors that are not constant. At most the number of units, if these have two pieces."""
        return sum(not factor.form.is_constant for factor in self.factors(code))

    def order(self, x: Any, code: ArrayLike | None = None) -> int:
        """How many units have a root at an exact point x (d,), as seen from one cell that contains it: those that do not vanish on the cell.

        Parameters
        ----------
        x : (d,) rationals
        code : (n_units,) array of int, optional
            The cell's; by default that of the cell just across the first axis from x, then the second, ... (`Network.exact_code_towards`).

        Raises
        ------
        NetworkError
            If x is no point of the input space, or not in the cell of the code.
        """
        return len({factor.unit for factor in self._active(x, code)})

    def stratum_dimension(self, x: Any, code: ArrayLike | None = None) -> int:
        """Dimension of the face of the partition whose relative interior holds an exact point x (d,): d minus the rank of the active gradients.

        It is d inside a cell and 0 at a vertex, whatever the order is. Parameters and errors as for `order`.
        """
        rows = [factor.form.slopes.entries.entries() for factor in self._active(x, code)]
        d = self.network.input_dim
        return d - (int(fmpz_mat(len(rows), d, [v for row in rows for v in row]).rank()) if rows else 0)

    def _active(self, x: Any, code: ArrayLike | None) -> list[Factor]:
        """Factors that vanish at x."""
        point = self._exact_point(x)
        if code is None:
            axes = np.eye(self.network.input_dim, dtype=np.int64).tolist()
            code = self.network.exact_code_towards(point, axes)
        chosen = self.network.check_code(code)
        active = []
        for factor in self.factors(chosen):
            value = factor.form.at(point)
            if value == 0:
                active.append(factor)
            elif (value > 0) != (chosen[factor.unit] > factor.piece or self._is_many(factor.unit)):
                raise NetworkError(f"the point is not in the cell of this code: unit {factor.unit} takes another piece there")
        return active

    def _exact_point(self, x: Any) -> Fractions:
        try:
            point = as_fractions(x)
        except ValueError as error:
            raise NetworkError(f"a point is {self.network.input_dim} exact numbers: {error}") from error
        if point.shape != (self.network.input_dim,):
            raise NetworkError(f"a point is {self.network.input_dim} exact numbers; got shape {point.shape}")
        return point

    def _is_many(self, unit: int) -> bool:
        depth, own = self.network.layer_of(unit)
        return bool(self._n_pieces[depth][own] > 2)

    def _factor(self, code: NDArray[np.uint8], depth: int, unit: int, piece: int) -> Form:
        form = self._forms.difference(code, depth, unit, piece)
        own = int(code[self.network.first[depth] + unit])
        if self._n_pieces[depth][unit] == 2 and own == 0:
            return Form(_minus(form.slopes), _minus(form.constant))
        return form

    def _of_layer(self, depth: int, found: Gaps, points: FloatArray, codes: NDArray[np.uint8]) -> tuple[NDArray[np.int8], FloatArray]:
        """Sign and logarithm (n,) of a layer's factors."""
        layer, n_units = self._layers.layers[depth], self.network.widths[depth]
        logs = np.log(found.value)
        if layer.has_own_rows:
            logs += np.log(layer.slope[:, 1] - layer.slope[:, 0])
        logs[~found.may_live] = np.inf  # no factor, so it is not the least of its unit
        vague = found.may_live & ~(found.error <= ACCURACY / 2 * (found.value - found.error))
        is_zero = np.zeros(len(logs), dtype=np.bool_)
        for i, column in np.argwhere(vague).tolist():
            if is_zero[i]:  # so is the product, whatever the others are
                continue
            form = self._forms.difference(codes[i], depth, int(found.unit[column]), int(found.piece[i, column]))
            logs[i, column] = np.inf if form.vanishes else _log(abs(form.value(Dyadic.of(points[i][:, None]))))
            is_zero[i] = logs[i, column] == -np.inf
        least = logs.reshape(len(logs), logs.shape[1] // max(1, n_units), n_units).min(axis=1, initial=np.inf)
        is_factor = least < np.inf
        own = self._layers.code_of(codes, depth)
        flips = ((own == 0) & is_factor & (self._n_pieces[depth] == 2)).sum(axis=1)
        sign = np.where((least == -np.inf).any(axis=1), 0, 1 - 2 * (flips % 2)).astype(np.int8)
        return sign, np.where(is_factor & (least > -np.inf), least, 0.0).sum(axis=1)

    def __repr__(self) -> str:
        return f"PartitionPolynomial({self.network.input_dim} variables, {int(self.network.first[self.depth])} units)"


def _minus(matrix: Dyadic) -> Dyadic:
    return Dyadic(matrix.entries * -1, matrix.exponent)


def _rational(value: Fraction) -> Any:
    return fmpq(value.numerator, value.denominator)


def _log(value: Fraction) -> float:
    """Natural logarithm of a fraction that is not negative, however large or small."""
    return math.log(value.numerator) - math.log(value.denominator) if value else -math.inf
