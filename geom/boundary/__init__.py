"""Decision boundaries, zero sets of outputs, edges of units: their pieces, links, angles, curvature and distances.

`find`: the walk that finds one; `question`: what is asked; `sides`, `links`: from what the walk found to pieces, each once, and their shared ridges;
`rows`, `sizes`, `angles`, `curvature`, `corners`, `distance`: what is measured; `boundary`, `piece`: the result.
"""

from geom.boundary.boundary import Boundary
from geom.boundary.curvature import Curvature
from geom.boundary.distance import BoundaryDistance
from geom.boundary.piece import Piece

__all__ = ["Boundary", "BoundaryDistance", "Curvature", "Piece"]
