"""Polyhedra, exactly: domains, sets of outputs, vertices, volumes, nearest points.

`polyhedron`: one polyhedron through cddlib; `representations`: what every one can be asked; `domain`: where a network is looked at, `flat_box`: a
box with fixed coordinates; `membership`: which points lie in a domain; `output_property`: a union of polyhedra of outputs; `measures`: volumes of
many polytopes; `nearest`, `least_distance`: the point of a polyhedron that is nearest to a given one.
"""

from geom.polyhedra.domain import Box, Domain, HPolytope, Space
from geom.polyhedra.flat_box import FlatBox
from geom.polyhedra.output_property import OutputProperty

__all__ = ["Box", "Domain", "FlatBox", "HPolytope", "OutputProperty", "Space"]
