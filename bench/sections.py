"""The sections that results stand in: a short name, which the page uses to say where a table goes, and a title."""

from __future__ import annotations

__all__ = [
    "ACAS",
    "ADJACENCY",
    "AFFINITREE",
    "ARRANGEMENT",
    "BOUNDARY",
    "CHECK",
    "COUNTING",
    "DEGENERATE",
    "ESTIMATES",
    "FACTS",
    "HE",
    "INFERENCE",
    "LOCATE",
    "NEAREST",
    "POWER",
    "REGIONCAM",
    "RELUCENT",
    "SECTIONS",
    "SITES",
    "VERDICTS",
    "VOLUMES",
]

HE = "walk"
ACAS = "acasxu"
ARRANGEMENT = "arrangements"
REGIONCAM = "regioncam"
RELUCENT = "relucent"
AFFINITREE = "affinitree"
DEGENERATE = "degenerate"
ADJACENCY = "adjacency"
LOCATE = "locate"
CHECK = "check"
SITES = "sites"
POWER = "power"
BOUNDARY = "boundary"
NEAREST = "nearest"
VOLUMES = "volumes"
VERDICTS = "verdicts"
COUNTING = "counting"
ESTIMATES = "estimates"
INFERENCE = "inference"
FACTS = "facts"

SECTIONS = {
    HE: "He networks over [-1, 1]^d",
    ACAS: "ACAS Xu, six layers of 50 units",
    ARRANGEMENT: "degenerate arrangements, the whole space",
    REGIONCAM: "beside regioncam, in the plane",
    RELUCENT: "beside relucent, the whole space",
    AFFINITREE: "beside affinitree, the whole space",
    DEGENERATE: "degenerate networks, the whole space",
    ADJACENCY: "Partition.adjacency",
    LOCATE: "Partition.locate",
    CHECK: "geom.check",
    SITES: "Partition.sites and whole_diagram",
    POWER: "PowerDiagram, up to its adjacency",
    BOUNDARY: "decision boundary with all angles",
    NEAREST: "nearest point of a polyhedron, exact",
    VOLUMES: "volumes of polytopes and of all their facets",
    VERDICTS: "ACAS Xu, geom.verify",
    COUNTING: "cells counted without listing them",
    ESTIMATES: "estimates of the number of cells",
    INFERENCE: "the cell of an input",
    FACTS: "statements that tests make of many cases",
}
