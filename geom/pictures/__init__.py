"""Pictures, in floating point. They need matplotlib, some of them plotly.

`cells`: partitions of the plane, as `polygons`, coloured by `palette`, with `level`s of the outputs; `boundaries`, `surfaces`: boundaries
in the plane and in space, as `shapes`; `histograms`: angles and distances.
"""

from geom.pictures.boundaries import plot_boundary
from geom.pictures.cells import plot_partition
from geom.pictures.histograms import plot_angles, plot_distances
from geom.pictures.surfaces import plot_boundary_3d

__all__ = ["plot_angles", "plot_boundary", "plot_boundary_3d", "plot_distances", "plot_partition"]
