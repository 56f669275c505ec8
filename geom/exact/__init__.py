"""Exact numbers. The only package that knows how large a number is.

`rationals`: what a user gives, as fractions; `dyadic`: matrices of integers times a power of two, as which networks are stored; `rows`: half-spaces
and points in integers; `rounding`: back to doubles, correctly.
"""

from geom.exact.dyadic import Dyadic
from geom.exact.rationals import Fractions, as_fraction, as_fractions
from geom.exact.rounding import FloatArray, round_fraction, round_fractions, round_ratio, round_root
from geom.exact.rows import Row, dot_sign, integer_row, meet, primitive

__all__ = [
    "Dyadic",
    "FloatArray",
    "Fractions",
    "Row",
    "as_fraction",
    "as_fractions",
    "dot_sign",
    "integer_row",
    "meet",
    "primitive",
    "round_fraction",
    "round_fractions",
    "round_ratio",
    "round_root",
]
