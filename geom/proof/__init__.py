"""The checker: a partition is proven again, cell by cell, from nothing but the network's exact weights and the stored columns.

It shares no step with the walk that found the cells. Rows are composed here anew in integers (`rows`), a cell's shape comes from cddlib's rational
double description and exact products (`solid`), a neighbour from directional derivatives (`across`), and `levels` compares all of it
with what is stored (`stored`). What it rests on, and why closure proves that no cell is missing: docs/checking.md.

`report`: what is found, in words; `clear`: cells that a verdict rests on, proven to be clear of an unsafe set.
"""

from geom.proof.levels import check
from geom.proof.report import Failure, Report

__all__ = ["Failure", "Report", "check"]
