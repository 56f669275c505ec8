"""Bounds of Hanin and Rolnick (2019) on expected numbers of cells of random networks; `geom.expected_crossings` has the one exact case."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

from geom.bounds.architecture import as_count
from geom.errors import NetworkError
from geom.exact import as_fraction

__all__ = ["hanin_rolnick_cells", "hanin_rolnick_volume"]


def hanin_rolnick_volume(n_units: int, k: int, c_grad: float, c_bias: float, breakpoints: int = 1) -> Fraction:
    """Bound on the expected (d - k)-volume, for each unit of volume, of the points where k units change their piece: T^k C(N, k) (2 C_grad C_bias)^k.

    In one dimension, with k = 1, these are the cuts of a segment for each unit of length.

    Parameters
    ----------
    n_units : int
        N, all units of the network.
    k : int
    c_grad, c_bias : float
        Bounds on the moments of a unit's gradient and on the density of its bias, as the theorem has them; they are not computed here.
    breakpoints : int
        T.

    Notes
    -----
    Source: Hanin and Rolnick (2019), Complexity of linear regions in deep networks, Theorem 3. Quoted: the constants are not derived here; the
    bound is compared with the exact case only, one layer on the line, where 2 C_grad C_bias may be E|w| times the largest density of the bias.

    Examples
    --------
    >>> hanin_rolnick_volume(10, 1, 1.0, 0.25)
    Fraction(5, 1)
    """
    n, j, t = as_count("n_units", n_units), as_count("k", k), as_count("breakpoints", breakpoints)
    return Fraction(t**j * comb(n, j)) * (2 * _constant("c_grad", c_grad) * _constant("c_bias", c_bias)) ** j


def hanin_rolnick_cells(n_units: int, input_dim: int, constant: float) -> Fraction:
    """Bound on the expected number of cells for each unit of volume of a cube: (T N)^d / d! for N >= d units, else 2^N.

    Parameters
    ----------
    n_units, input_dim : int
    constant : float
        T, which depends on the distribution of weights and biases; the cube must be larger than a length that depends on it too.

    Notes
    -----
    Source: Hanin and Rolnick (2019), Deep ReLU networks have surprisingly few activation patterns, Theorem 5. Quoted: neither T nor the least cube is
    derived here, so `table` and `validate` do not use it. It bounds an expectation, and single networks may have more.

    Examples
    --------
    >>> hanin_rolnick_cells(10, 2, 1.0), hanin_rolnick_cells(2, 3, 1.0)
    (Fraction(50, 1), Fraction(4, 1))
    """
    n, d = as_count("n_units", n_units), as_count("input_dim", input_dim, 1)
    return (_constant("constant", constant) * n) ** d / factorial(d) if n >= d else Fraction(2**n)


def _constant(name: str, value: float) -> Fraction:
    try:
        number = as_fraction(value)
    except ValueError as error:
        raise NetworkError(f"{name}: {error}") from error
    if number < 0:
        raise NetworkError(f"{name}={value} must not be negative")
    return number
