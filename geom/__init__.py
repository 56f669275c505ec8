"""Exact computational geometry of piecewise-affine neural networks.

Networks: `Network`, `Layer`, `load`, `from_torch`, `from_sklearn`. Domains: `Box`, `HPolytope`, `load_vnnlib`. Cells: `subdivide`, `count`,
`Partition`, `Cell`, `Facet`, `Budget`. Errors: all under `GeomError`.
"""

from geom.budget import Budget
from geom.cell import Cell, Facet
from geom.domain import Box, HPolytope
from geom.errors import (
    BudgetExceeded,
    DomainError,
    GeomError,
    Interrupted,
    LoadError,
    MissingDependency,
    NetworkError,
    UnsupportedOperator,
)
from geom.layer import Layer
from geom.network import Network
from geom.partition import Partition
from geom.run import Stats
from geom.subdivision import Count, count, subdivide

__all__ = [
    "Box",
    "Budget",
    "BudgetExceeded",
    "Cell",
    "Count",
    "DomainError",
    "Facet",
    "GeomError",
    "HPolytope",
    "Interrupted",
    "Layer",
    "LoadError",
    "MissingDependency",
    "Network",
    "NetworkError",
    "Partition",
    "Stats",
    "UnsupportedOperator",
    "count",
    "subdivide",
]
__version__ = "0.1.0"
