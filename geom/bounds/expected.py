"""Expected numbers of cells of random networks: one exact case, and the bounds of Hanin and Rolnick (2019)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import atan2, comb, factorial, hypot, isfinite, pi

from geom.bounds.architecture import as_count
from geom.errors import NetworkError
from geom.exact import as_fraction

__all__ = ["expected_cuts", "hanin_rolnick_cells", "hanin_rolnick_volume"]


def expected_cuts(a: Sequence[float], b: Sequence[float], n_units: int, weight_std: float = 1.0, bias_std: float = 1.0) -> float:
    """Expected number of points of the segment from a to b where a unit of a first layer changes its piece; one less than that of its cells.

    Parameters
    ----------
    a, b : sequence of float
        Two points of R^d.
    n_units : int
        Units of two pieces, with independent normal weights and biases of mean 0.
    weight_std, bias_std : float
        Standard deviations, not negative and not both 0.

    Returns
    -------
    float
        n theta / pi, where theta is the angle between (weight_std a, bias_std) and (weight_std b, bias_std).

    Raises
    ------
    NetworkError
        If the points are of two dimensions, something is no finite number, a deviation is negative, or one of the two vectors is 0.

    Notes
    -----
    A unit cuts the segment if its values at a and b, two normal variables with this angle's cosine as correlation, have opposite signs: Sheppard
    (1899). It is the exactly computable case of Hanin and Rolnick (2019), Theorem 1. The angle of unit vectors u and v is computed as
    2 atan2(|u - v|, |u + v|) (Kahan 2006), which is accurate for short segments too, where a cosine near 1 has lost the digits.

    Examples
    --------
    >>> expected_cuts([1, 0], [-1, 0], 10, bias_std=0), expected_cuts([1], [-1], 8)
    (10.0, 4.0)
    """
    try:
        is_finite = all(map(isfinite, (*a, *b, weight_std, bias_std)))
    except TypeError as error:
        raise NetworkError(f"the ends of the segment must be sequences of numbers, and the deviations numbers: {error}") from error
    if not is_finite:
        raise NetworkError("an end of the segment or a deviation is NaN or infinite")
    if len(a) != len(b) or weight_std < 0 or bias_std < 0:
        raise NetworkError(f"the ends have {len(a)} and {len(b)} coordinates, the deviations are {weight_std} and {bias_std}; none may be negative")
    largest = max(weight_std, bias_std) or 1.0
    u, v = (_unit([weight_std / largest * float(x) for x in point], bias_std / largest) for point in (a, b))
    apart, together = (hypot(*(p + sign * q for p, q in zip(u, v, strict=True))) for sign in (-1, 1))
    return as_count("n_units", n_units) * 2 * atan2(apart, together) / pi


def _unit(slopes: list[float], offset: float) -> list[float]:
    """The vector (slopes, offset) over its length."""
    vector = [*slopes, offset]
    size = max(map(abs, vector))
    if not size:
        raise NetworkError("with no biases an end of the segment must not be the origin, and one of the deviations must be positive")
    length = hypot(*(v / size for v in vector))
    return [v / size / length for v in vector]


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
