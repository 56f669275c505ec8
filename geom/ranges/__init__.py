"""The smallest and the largest value of a network's outputs over a domain, exactly.

`extremes`: what is asked and answered; `climb`: the best of many candidates in rationals; `live_codes`: one output as an exact affine form on a cell.
"""

from geom.ranges.extremes import Extreme, Range

__all__ = ["Extreme", "Range"]
