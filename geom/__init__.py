"""Exact computational geometry of piecewise-affine neural networks.

Networks: `Network`, `Layer`, `load`, `from_torch`, `from_sklearn`. Domains: `Box`, `HPolytope`, `load_vnnlib`, `OutputProperty`.
Cells: `subdivide`, `count`, `walk`, `Partition`, `Cell`, `Facet`, `Exploration`, `Budget`. Slices: `plane`, `line`, `Line`, `Path`.
The paper's diagrams: `PowerDiagram`, `site`, `Partition.sites`, `Partition.power_diagram`.
Files and pictures: `Partition.save`, `open`, `plot_partition`.
Outputs: `Partition.decision_boundary`, `Partition.zero_set`, `Partition.edge`, `Boundary`. Counts: `bounds`.
Proof: `check`, `Report`. Errors: all under `GeomError`.
"""

from geom import bounds
from geom.backpropagation import site
from geom.boundary import Boundary
from geom.budget import Budget
from geom.cell import Cell, Facet
from geom.domain import Box, HPolytope
from geom.engine import Engine
from geom.errors import (
    BudgetExceeded,
    DomainError,
    GeomError,
    Interrupted,
    LoadError,
    MissingDependency,
    NetworkError,
    SaveError,
    UnsupportedOperator,
)
from geom.exploration import Exploration, walk
from geom.layer import Layer
from geom.loaders import OutputProperty, from_sklearn, from_torch, load, load_vnnlib
from geom.network import Network
from geom.partition import Partition
from geom.plot import plot_partition
from geom.power import PowerDiagram
from geom.proof import Report, check
from geom.run import Stats
from geom.segment import Line, Path, line
from geom.slices import plane
from geom.store import open_ as open
from geom.subdivision import Count, count, subdivide

__all__ = [
    "Boundary",
    "Box",
    "Budget",
    "BudgetExceeded",
    "Cell",
    "Count",
    "DomainError",
    "Engine",
    "Exploration",
    "Facet",
    "GeomError",
    "HPolytope",
    "Interrupted",
    "Layer",
    "Line",
    "LoadError",
    "MissingDependency",
    "Network",
    "NetworkError",
    "OutputProperty",
    "Partition",
    "Path",
    "PowerDiagram",
    "Report",
    "SaveError",
    "Stats",
    "UnsupportedOperator",
    "bounds",
    "check",
    "count",
    "from_sklearn",
    "from_torch",
    "line",
    "load",
    "load_vnnlib",
    "open",
    "plane",
    "plot_partition",
    "site",
    "subdivide",
    "walk",
]
__version__ = "0.1.0"
