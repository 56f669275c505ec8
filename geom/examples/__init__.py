"""Networks with their known counts: folds, lower-bound constructions, zonotopes, hyperplane arrangements, random initialisations.

Each function returns an `Example`: the network, its cells and linear regions by a formula or a published table, the source, and the domain.

`example`: that record; `folds`, `zonotopes`, `arrangements`, `random_networks`: the functions, by kind.

>>> import geom
>>> example = sawtooth(4)
>>> example.cells, geom.count(example.network, example.domain).cells
(16, 16)
"""

from geom.examples.arrangements import (
    braid,
    catalan,
    generic,
    generic_central,
    generic_graphical,
    grid,
    linial,
    resonance,
    semiorder,
    shi,
    threshold_functions,
    threshold_graphs,
    type_b,
    type_d,
)
from geom.examples.example import Example
from geom.examples.folds import absolute_folds, montufar, sawtooth, serra, zigzag
from geom.examples.random_networks import random_network
from geom.examples.zonotopes import zonotope

__all__ = [
    "Example",
    "absolute_folds",
    "braid",
    "catalan",
    "generic",
    "generic_central",
    "generic_graphical",
    "grid",
    "linial",
    "montufar",
    "random_network",
    "resonance",
    "sawtooth",
    "semiorder",
    "serra",
    "shi",
    "threshold_functions",
    "threshold_graphs",
    "type_b",
    "type_d",
    "zigzag",
    "zonotope",
]
