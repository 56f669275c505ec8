"""Decision boundaries, zero sets of outputs, edges of units: their pieces, links, angles, curvature and distances.

`find`: the walk that finds one; `question`: what is asked; `sides`, `links`: from what the walk found to pieces, each once, and their
shared ridges; `rows`, `sizes`, `angles`, `curvature`, `corners`, `distance`: what is measured; `boundary`, `piece`: the result;
`closed_forms`: angles of one hidden layer with orthogonal rows.
"""

from geom.boundary.boundary import Boundary
from geom.boundary.closed_forms import Turn, abs_turn, equal_relu_turn, relu_turn
from geom.boundary.curvature import Curvature
from geom.boundary.distance import BoundaryDistances
from geom.boundary.piece import Piece

__all__ = ["Boundary", "BoundaryDistances", "Curvature", "Piece", "Turn", "abs_turn", "equal_relu_turn", "relu_turn"]
