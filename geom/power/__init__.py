"""Power diagrams of any sites, in any dimension, exactly.

`diagram`, `cell`: what a user holds; `weighted_sites`: formulas; `subdivided_sites`: what the dual says of the cells; `lifted_sites`, `hilbert`,
`triangulation`, `regular_subdivision`, `meeting_points`: how cells and vertices are found; `least_power`: which cell a point is in; `integers`:
rationals as the kernels take them; `paraboloid`: the paper's appendix.
"""

from geom.power.cell import PowerCell
from geom.power.diagram import PowerDiagram, PowerVertices

__all__ = ["PowerCell", "PowerDiagram", "PowerVertices"]
