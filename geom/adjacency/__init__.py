"""Which cells touch, and what follows from it.

`flips`: the code with a facet's units flipped is nearly always the neighbour's; `across`: the code beyond a facet, proven; `neighbours`:
the two together, for all facets; `graph`: the same for networkx; `hops`: steps from cell to cell; `halfspaces`: a row for every facet;
`maps`, `residues`: whether two cells have the same affine map; `regions`: cells with the same map, merged.
"""

from geom.adjacency.neighbours import FacetTable

__all__ = ["FacetTable"]
