"""All cells of a network in a domain, and what can be asked of them.

`subdivision`: from a network to its partition; `partition`: the columns and the cells; `touching`, `queries`, `diagrams`, `outputs`: its
methods, by subject; `cell`: one cell; `witnesses`: the proof of its point; `segment`, `exploration`: cells along a line, and outwards from a
point; `refinement`: layer by layer; `faces`: face numbers; `export`: tables; `store`: files.
"""

from geom.partition.cell import Cell, Facet
from geom.partition.exploration import Exploration, walk
from geom.partition.partition import Partition
from geom.partition.segment import Line, Path, line
from geom.partition.subdivision import Count, count, subdivide

__all__ = ["Cell", "Count", "Exploration", "Facet", "Line", "Partition", "Path", "count", "line", "subdivide", "walk"]
