"""Single polyhedra, exactly: domains, vertices, volumes, nearest points.

`polyhedron`: one polyhedron through cddlib; `representations`: what every one can be asked; `domain`: where a network is looked at;
`membership`: which points lie in it; `measures`: volumes of many polytopes; `nearest`, `least_distance`: the point of a polyhedron that is nearest
to a given one.
"""

from geom.polyhedra.domain import Box, Domain, HPolytope, Space

__all__ = ["Box", "Domain", "HPolytope", "Space"]
