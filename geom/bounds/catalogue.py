"""The list of bounds: of each its name, what it bounds, of which networks, under what hypotheses, its source, and how far it is checked here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from geom.bounds.architecture import Architecture
from geom.bounds.histograms import hinz_upper
from geom.bounds.lower import arora_lower, montufar_lower, montufar_maxout_lower, serra_lower
from geom.bounds.upper import (
    code_bound,
    maxout_product_bound,
    monotone_upper,
    montufar_upper,
    raghu_upper,
    serra_maxout_upper,
    serra_upper,
    zaslavsky_upper,
    zhang_upper,
)

__all__ = ["CATALOGUE", "CHARACTERISTIC", "Bound"]

Kind = Literal["upper", "lower", "exact", "expectation"]
Counted = Literal["cells", "linear regions"]


@dataclass(frozen=True)
class Bound:
    """One published bound.

    Attributes
    ----------
    name : str
        Authors and year.
    kind : str
        ``"upper"``, ``"lower"``, ``"exact"`` or ``"expectation"``.
    counts : str
        ``"cells"``: codes with interior; or ``"linear regions"`` (docs/linear-regions.md). An upper bound on cells is one on linear regions, and a
        lower bound on linear regions one on cells.
    of : str
        ``"every network"`` or ``"the best network"`` of the architecture, or the networks that it is about.
    hypotheses : str
    source : str
        Paper and theorem.
    status : str
        What was done here to make sure of it: derived, checked by enumeration, attained by a construction, or only quoted.
    evaluate : callable or None
        The number for an architecture, or a NetworkError that says which hypothesis fails; None where an architecture does not give it.
    instead : str
        Where `evaluate` is None: what to call, and with what.
    example : callable or None
        For an architecture, the call of `geom.examples` whose network attains a lower bound; empty where there is none.
    """

    name: str
    kind: Kind
    counts: Counted
    of: str
    hypotheses: str
    source: str
    status: str
    evaluate: Callable[[Architecture], int] | None
    instead: str = ""
    example: Callable[[Architecture], str] | None = None

    def __repr__(self) -> str:
        return f"Bound({self.name}: {self.kind} bound on {self.counts} of {self.of})"


ENUMERATED = "derived and checked by enumeration"
ATTAINED = "checked: networks that attain it are enumerated"


def _folded(name: str) -> Callable[[Architecture], str]:
    return lambda architecture: f"geom.examples.{name}({architecture.input_dim}, {architecture.widths})"


def _zonotope(architecture: Architecture) -> str:
    first, *others = architecture.widths
    is_made = architecture.input_dim > 1 and others
    return f"geom.examples.zonotope({first // 2}, {architecture.input_dim}, {others[0]}, {len(others)})" if is_made else ""


CHARACTERISTIC = Bound(
    "characteristic polynomial",
    "exact",
    "cells",
    "this network",
    "one hidden layer of units of two pieces on one row; exact in the whole space, an upper bound in a smaller domain",
    "Zaslavsky 1975, theorem A: |chi(-1)| of the given arrangement",
    ENUMERATED,
    None,
    "of given weights: geom.bounds.validate shows it, geom.arrangement.layer_polynomial has it",
)

CATALOGUE: tuple[Bound, ...] = (
    Bound("codes", "upper", "cells", "every network", "none", "Montufar et al. 2014, prop. 3", ENUMERATED, code_bound),
    Bound(
        "Zaslavsky 1975",
        "upper",
        "cells",
        "every network",
        "one hidden layer, two pieces a unit; equality for generic weights in the whole space",
        "Zaslavsky 1975, Facing up to arrangements",
        ENUMERATED,
        zaslavsky_upper,
    ),
    CHARACTERISTIC,
    Bound("Raghu et al. 2017", "upper", "cells", "every network", "two pieces a unit", "Raghu et al. 2017, theorem 1", ENUMERATED, raghu_upper),
    Bound("Montufar 2017", "upper", "cells", "every network", "two pieces a unit", "Montufar 2017, proposition 3", ENUMERATED, montufar_upper),
    Bound(
        "Zhang et al. 2018",
        "upper",
        "cells",
        "every network",
        "ReLU, every layer at least as wide as the input",
        "Zhang, Naitzat and Lim 2018, theorem 6.3",
        ENUMERATED,
        zhang_upper,
    ),
    Bound("Serra et al. 2018", "upper", "cells", "every network", "ReLU", "Serra et al. 2018, theorem 1", ENUMERATED, serra_upper),
    Bound(
        "Serra's number, monotone units",
        "upper",
        "cells",
        "every network",
        "two hidden layers, the first strictly monotone, two pieces a unit",
        "derived here, for the number of Serra et al. 2018, theorem 1",
        ENUMERATED,
        monotone_upper,
    ),
    Bound(
        "Hinz and van de Geer 2019",
        "upper",
        "cells",
        "every network",
        "none; gains where units are ReLU",
        "Hinz and van de Geer 2019, theorem 1; mixed layers: derived here",
        ENUMERATED,
        hinz_upper,
    ),
    Bound("Serra et al. 2018, maxout", "upper", "cells", "every network", "none", "Serra et al. 2018, theorem 10", ENUMERATED, serra_maxout_upper),
    Bound(
        "Montufar, Ren and Zhang 2022",
        "upper",
        "cells",
        "every network",
        "none; attained by one layer of parallel pieces",
        "Montufar, Ren and Zhang 2022, sharp bound of a layer, layer by layer",
        "quoted for one layer and checked by enumeration; the product derived",
        maxout_product_bound,
    ),
    Bound(
        "Montufar et al. 2014",
        "lower",
        "cells",
        "the best network",
        "ReLU, every layer at least as wide as the input; of linear regions too where L = 1 or n_L > n_0",
        "Montufar et al. 2014, theorem 4",
        ATTAINED + "; false as a number of linear regions for 1-6-1",
        montufar_lower,
        example=_folded("montufar"),
    ),
    Bound(
        "Serra et al. 2018, lower",
        "lower",
        "linear regions",
        "the best network",
        "ReLU, every layer of at least 3 n_0 units",
        "Serra et al. 2018, theorem 7",
        ATTAINED,
        serra_lower,
        example=_folded("serra"),
    ),
    Bound(
        "Montufar et al. 2014, maxout",
        "lower",
        "linear regions",
        "the best network",
        "layers of n_0 maxout units of rank k; k <= 2^n_0 or one layer",
        "Montufar et al. 2014, theorem 8, with a hypothesis added",
        "derived under the added hypothesis; false as quoted for n_0 = 1, k >= 3; open here for n_0 >= 2, k > 2^n_0",
        montufar_maxout_lower,
    ),
    Bound(
        "Arora et al. 2018",
        "lower",
        "linear regions",
        "the best network",
        "ReLU, widths 2m, w, ..., w",
        "Arora et al. 2018, zonotopes, with the number of vertices corrected",
        ATTAINED,
        arora_lower,
        example=_zonotope,
    ),
    Bound(
        "Xiong et al. 2020",
        "upper",
        "cells",
        "every network",
        "one convolutional layer of two pieces a unit; equality for generic weights",
        "Xiong et al. 2020, theorem 2",
        ENUMERATED,
        None,
        "layers are kept as dense ones; geom.bounds.xiong_layer takes the shapes of input and filter",
    ),
    Bound(
        "Hanin and Rolnick 2019, segment",
        "expectation",
        "cells",
        "random networks",
        "first layer, independent normal weights and biases",
        "Sheppard 1899; Hanin and Rolnick 2019, theorem 1 in its exact case",
        "derived and checked by random networks",
        None,
        "of random weights, not of given ones: geom.expected_crossings takes two points and the deviations",
    ),
    Bound(
        "Hanin and Rolnick 2019, volume",
        "expectation",
        "cells",
        "random networks",
        "bounded gradients and bias densities",
        "Hanin and Rolnick 2019, Complexity of linear regions, theorem 3",
        "quoted: constants not derived",
        None,
        "of random weights, not of given ones: geom.bounds.hanin_rolnick_volume takes the constants",
    ),
    Bound(
        "Hanin and Rolnick 2019, cells",
        "expectation",
        "cells",
        "random networks",
        "bounded gradients and bias densities, a large cube",
        "Hanin and Rolnick 2019, Surprisingly few activation patterns, theorem 5",
        "quoted: constant not derived",
        None,
        "of random weights, not of given ones: geom.bounds.hanin_rolnick_cells takes the constant",
    ),
)
