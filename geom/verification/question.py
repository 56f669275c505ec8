"""What a walk is asked about a property: for every polyhedron of the unsafe set a clause, that all forms d - C y of its rows are at least 0."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from geom.engine.asking import Clause
from geom.networks.network import Network
from geom.polyhedra import FlatBox, OutputProperty
from geom.polyhedra.domain import Domain
from geom.questions.forms import Forms
from geom.verification.claim import AnyDomain

__all__ = ["PropertyQuestion"]


class PropertyQuestion(NamedTuple):
    """One domain's question, as a walk is asked it.

    Attributes
    ----------
    net : Network
        Restricted to the free coordinates, where the domain is a FlatBox.
    domain : Domain
        Full-dimensional.
    forms : Forms
        d - C y for all rows of all polyhedra.
    clauses : list of (forms >= 0, forms <= 0)
        One for each polyhedron; nothing need be <= 0.
    """

    net: Network
    domain: Domain
    forms: Forms
    clauses: list[Clause]

    @classmethod
    def of(cls, net: Network, domain: AnyDomain, unsafe: OutputProperty) -> PropertyQuestion:
        own, place = (domain.restrict(net), domain.box) if isinstance(domain, FlatBox) else (net, domain)
        clauses: list[Clause] = []
        at = 0
        for _, d in unsafe.polyhedra:
            clauses.append((range(at, at + len(d)), ()))
            at += len(d)
        rows = np.concatenate([-c for c, _ in unsafe.polyhedra])
        return cls(own, place, Forms.of_outputs(own, rows, np.concatenate([d for _, d in unsafe.polyhedra])), clauses)
