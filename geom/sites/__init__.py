"""The power diagrams that a network makes: of a unit, a layer, a deep partition; and what the paper says of them.

`cells`, `inputs`: centroid and radius of cells and of single inputs; `layers`: units and layers (Theorems 2 to 4); `networks`: the whole
network as one diagram; `unit_sum`: the convex function behind it; `stresses`, `voronoi`: all sites with the same cells;
`zonotope`, `epigraph`: the lifted polytopes; `weight_constraints`: Figure 2; `complexity`: what finding a cell costs.
"""

from geom.sites.complexity import Cost, codes_cost, complexity_table, layer_cost, network_cost, sites_cost
from geom.sites.epigraph import code_rows, epigraph_of_layer, epigraph_of_sum, epigraph_of_unit, project_face
from geom.sites.inputs import site
from geom.sites.layers import affected_codes, layer_diagram, layer_sites, n_affected, sum_of_sites, unit_diagram, unit_sites
from geom.sites.networks import WholeDiagram, whole_diagram
from geom.sites.stresses import SecondaryCone, secondary_cone
from geom.sites.voronoi import VoronoiLike, voronoi_like
from geom.sites.weight_constraints import CutGeometry, axis_parallel_layer, cut_geometry, cut_normals, diagonal_layer, most_cells
from geom.sites.zonotope import (
    VertexCounts,
    counts_in_general_position,
    lifted_points,
    lower_vertices,
    upper_vertices,
    vertex_counts,
    zonotope_generators,
)

__all__ = [
    "Cost",
    "CutGeometry",
    "SecondaryCone",
    "VertexCounts",
    "VoronoiLike",
    "WholeDiagram",
    "affected_codes",
    "axis_parallel_layer",
    "code_rows",
    "codes_cost",
    "complexity_table",
    "counts_in_general_position",
    "cut_geometry",
    "cut_normals",
    "diagonal_layer",
    "epigraph_of_layer",
    "epigraph_of_sum",
    "epigraph_of_unit",
    "layer_cost",
    "layer_diagram",
    "layer_sites",
    "lifted_points",
    "lower_vertices",
    "most_cells",
    "n_affected",
    "network_cost",
    "project_face",
    "secondary_cone",
    "site",
    "sites_cost",
    "sum_of_sites",
    "unit_diagram",
    "unit_sites",
    "upper_vertices",
    "vertex_counts",
    "voronoi_like",
    "whole_diagram",
    "zonotope_generators",
]
