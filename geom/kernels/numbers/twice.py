"""Double-double numbers: an unevaluated sum hi + lo of two doubles, 106 bits (Dekker 1971; Hida, Li, Bailey 2001).

In a deep network the bound on a composed row grows by the layers' row sums of |W|, much faster than the row. Carried with twice the bits, rows of
dozens of layers are right to the last bit of a double.
"""

from __future__ import annotations

from geom.kernels.jit import kernel

__all__ = ["TWICE", "add_product", "split_product"]

TWICE = 2.0**-102  # bound on the relative error of one product or sum below, a few units of 2^-106
SPLITTER = 2.0**27 + 1.0


@kernel
def split_product(a: float, b: float) -> tuple[float, float]:
    """a * b exactly, as a rounded product and its error (Dekker's algorithm; no fused operations are needed)."""
    product = a * b
    t = SPLITTER * a
    a_high = t - (t - a)
    a_low = a - a_high
    t = SPLITTER * b
    b_high = t - (t - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


@kernel
def add_product(hi: float, lo: float, w: float, x_hi: float, x_lo: float) -> tuple[float, float]:
    """(hi + lo) + w * (x_hi + x_lo)."""
    product, rest = split_product(w, x_hi)
    total = hi + product
    back = total - hi
    rest += (hi - (total - back)) + (product - back) + (lo + w * x_lo)
    high = total + rest
    return high, rest - (high - total)
