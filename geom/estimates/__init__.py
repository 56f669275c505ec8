"""How many cells there are, without listing them.

`estimation`: the number and its interval; `probing`: random walks down the tree of cuts; `subtree_sizes`: what they learn;
`random_sections`: cells met by random segments and planes.
"""

from geom.estimates.estimation import Estimate, EstimateStopped, estimate
from geom.estimates.random_sections import SectionStatistics, expected_crossings, plane_statistics, segment_statistics

__all__ = ["Estimate", "EstimateStopped", "SectionStatistics", "estimate", "expected_crossings", "plane_statistics", "segment_statistics"]
