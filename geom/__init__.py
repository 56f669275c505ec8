"""Exact computational geometry of piecewise-affine neural networks.

Networks: `Network`, `Layer`, `load`, `from_torch`, `from_sklearn`. Domains: `Box`, `HPolytope`, `load_vnnlib`, `OutputProperty`.
Cells: `subdivide`, `count`, `walk`, `Partition`, `Cell`, `Facet`, `Exploration`, `Budget`. Slices: `plane`, `line`, `Line`, `Path`.
The paper's diagrams: `PowerDiagram`, `site`, `Partition.sites`, `Partition.power_diagram`.
Files and pictures: `Partition.save`, `open`, `plot_partition`, `plot_boundary`, `plot_boundary_3d`, `plot_angles`, `plot_distances`.
Outputs: `Partition.decision_boundary`, `Partition.zero_set`, `Partition.edge`, `Boundary`.
Distances: `distance`, `linear_distance`, `Distances`, `Partition.decision_distance`. Counts: `bounds`, `arrangement`; networks with known counts: `examples`.
Formulas: `PartitionPolynomial`, `Turn`, `relu_turn`, `equal_relu_turn`, `abs_turn`.
Proof: `check`, `Report`. Errors: all under `GeomError`.
"""

from geom import arrangement, bounds, examples
from geom.backpropagation import site
from geom.boundary import Boundary
from geom.boundary_plot import plot_boundary
from geom.boundary_surface import plot_boundary_3d
from geom.budget import Budget
from geom.cell import Cell, Facet
from geom.closed_forms import Turn, abs_turn, equal_relu_turn, relu_turn
from geom.distances import Distances, distance, linear_distance
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
from geom.histograms import plot_angles, plot_distances
from geom.layer import Layer
from geom.loaders import OutputProperty, from_sklearn, from_torch, load, load_vnnlib
from geom.network import Network
from geom.partition import Partition
from geom.plot import plot_partition
from geom.polynomial import PartitionPolynomial
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
    "Distances",
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
    "PartitionPolynomial",
    "Path",
    "PowerDiagram",
    "Report",
    "SaveError",
    "Stats",
    "Turn",
    "UnsupportedOperator",
    "abs_turn",
    "arrangement",
    "bounds",
    "check",
    "count",
    "distance",
    "equal_relu_turn",
    "examples",
    "from_sklearn",
    "from_torch",
    "line",
    "linear_distance",
    "load",
    "load_vnnlib",
    "open",
    "plane",
    "plot_angles",
    "plot_boundary",
    "plot_boundary_3d",
    "plot_distances",
    "plot_partition",
    "relu_turn",
    "site",
    "subdivide",
    "walk",
]
__version__ = "0.1.0"
