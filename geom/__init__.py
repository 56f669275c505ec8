"""Exact computational geometry of piecewise-affine neural networks.

Networks: `Network`, `Layer`, `load`, `from_torch`, `from_sklearn`. Domains: `Box`, `HPolytope`, `load_vnnlib`, `OutputProperty`.
Cells: `subdivide`, `Partition`, `Cell`, `Facet`, `count`, `Count`, `walk`, `Exploration`, `Budget`. Slices: `plane`, `line`, `Line`, `Path`.
The paper's diagrams: `PowerDiagram`, `site`, `Partition.sites`, `Partition.power_diagram`; more in `geom.sites`.
Outputs: `Partition.decision_boundary`, `Partition.zero_set`, `Partition.edge`, `Boundary`, `Partition.range`, `verify`, `Verification`.
Distances: `distance`, `linear_distance`, `Distances`, `Partition.decision_distance`.
Formulas: `PartitionPolynomial`, `Turn`, `relu_turn`, `equal_relu_turn`, `abs_turn`, `expected_crossings`.
Counts: `bounds`, `arrangement`, `estimate`, `Estimate`, `EstimateStopped`, `segment_statistics`, `plane_statistics`, `SectionStatistics`;
networks with known counts: `examples`.
Files and pictures: `Partition.save`, `open`, `plot_partition`, `plot_boundary`, `plot_boundary_3d`, `plot_angles`, `plot_distances`.
Proof: `check`, `Report`, `Verification.check`; how signs were decided: `Stats`; switches for tests: `Engine`.
Errors, all under `GeomError`: `NetworkError`, `DomainError`, `NotFound`, `LoadError`, `UnsupportedOperator`, `SaveError`, `MissingDependency`,
`BudgetExceeded`, `Interrupted`.

Everywhere: points are arrays (n, d), a single exact point is a sequence (d,); units, layers, cells and classes are numbered from 0, and -1 is none;
`upto` is a number of layers. Answers are doubles, or fractions with ``exact=True``; attributes called ``exact_...`` are fractions. Angles are in
radians, volumes in the units of the inputs; what is nowhere is at an infinite distance, at a point NaN. `budget`, `progress` and `seed` mean the same
wherever they are.
"""

from geom import arrangement, bounds, examples
from geom.boundary import Boundary, Turn, abs_turn, equal_relu_turn, relu_turn
from geom.budget import Budget
from geom.compiling import announce_compiling
from geom.distances import Distances, PartitionPolynomial, distance, linear_distance
from geom.engine.run import Stats
from geom.engine.switches import Engine
from geom.errors import (
    BudgetExceeded,
    DomainError,
    GeomError,
    Interrupted,
    LoadError,
    MissingDependency,
    NetworkError,
    NotFound,
    SaveError,
    UnsupportedOperator,
)
from geom.estimates import Estimate, EstimateStopped, SectionStatistics, estimate, expected_crossings, plane_statistics, segment_statistics
from geom.loaders import from_sklearn, from_torch, load, load_vnnlib
from geom.networks import Layer, Network, plane
from geom.partition import Cell, Count, Exploration, Facet, Line, Partition, Path, count, line, subdivide, walk
from geom.partition.store import open_ as open
from geom.pictures import plot_angles, plot_boundary, plot_boundary_3d, plot_distances, plot_partition
from geom.polyhedra import Box, HPolytope, OutputProperty
from geom.power import PowerDiagram
from geom.proof import Report, check
from geom.sites import site
from geom.verification import Verification, verify

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
    "Estimate",
    "EstimateStopped",
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
    "NotFound",
    "OutputProperty",
    "Partition",
    "PartitionPolynomial",
    "Path",
    "PowerDiagram",
    "Report",
    "SaveError",
    "SectionStatistics",
    "Stats",
    "Turn",
    "UnsupportedOperator",
    "Verification",
    "abs_turn",
    "arrangement",
    "bounds",
    "check",
    "count",
    "distance",
    "equal_relu_turn",
    "estimate",
    "examples",
    "expected_crossings",
    "from_sklearn",
    "from_torch",
    "line",
    "linear_distance",
    "load",
    "load_vnnlib",
    "open",
    "plane",
    "plane_statistics",
    "plot_angles",
    "plot_boundary",
    "plot_boundary_3d",
    "plot_distances",
    "plot_partition",
    "relu_turn",
    "segment_statistics",
    "site",
    "subdivide",
    "verify",
    "walk",
]
__version__ = "0.1.0"

announce_compiling()
