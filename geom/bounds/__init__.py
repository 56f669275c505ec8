"""Published bounds on the number of cells and linear regions, and what they are worth beside true counts.

Look at a network: `table` (every bound of its architecture), `validate` (the same beside the true count of a partition), `compare` (beside a given
count). Architectures: `Architecture`. The list of bounds: `CATALOGUE`, records of `Bound`; lower ones name the networks of `geom.examples` that
attain them. Of one hidden layer `validate` has the exact number too, by the characteristic polynomial of the given hyperplanes (`geom.arrangement`).

Upper bounds for every network of an architecture: `code_bound`, `zaslavsky_upper`, `raghu_upper`, `montufar_upper`, `zhang_upper`, `serra_upper`,
`monotone_upper`, `hinz_upper`, `serra_maxout_upper`, `maxout_product_bound`; by numbers, `product_bound`. Lower bounds for the best one:
`montufar_lower`, `serra_lower`, `montufar_maxout_lower`, `arora_lower`. One layer: `zaslavsky_regions`, `zaslavsky_bounded`, `zaslavsky_central`,
`zonotope_vertices`, `zonotope_upper_vertices`, `maxout_regions`, `xiong_layer`. Expectations: `hanin_rolnick_volume`,
`hanin_rolnick_cells`.

`architecture`: what a bound looks at; `catalogue`: the list; `upper`, `histograms`, `lower`, `arrangements`, `convolution`, `expected`: the
formulas; `overview`: all of them as a table; `given`: what the weights at hand have; `validation`: beside true counts; `reproduction`: the
Python code that makes a network again.
"""

from geom.bounds.architecture import Architecture, HiddenLayer
from geom.bounds.arrangements import (
    maxout_regions,
    zaslavsky_bounded,
    zaslavsky_central,
    zaslavsky_regions,
    zonotope_upper_vertices,
    zonotope_vertices,
)
from geom.bounds.catalogue import CATALOGUE, Bound
from geom.bounds.convolution import convolution_supports, xiong_layer
from geom.bounds.expected import hanin_rolnick_cells, hanin_rolnick_volume
from geom.bounds.histograms import code_gamma, hinz_matrix, hinz_upper, layer_gamma, region_gamma
from geom.bounds.lower import arora_lower, montufar_lower, montufar_maxout_lower, serra_lower
from geom.bounds.overview import BoundRow, BoundTable, table
from geom.bounds.upper import (
    code_bound,
    maxout_product_bound,
    monotone_upper,
    montufar_upper,
    product_bound,
    raghu_upper,
    serra_maxout_upper,
    serra_upper,
    zaslavsky_upper,
    zhang_upper,
)
from geom.bounds.validation import BoundCheck, BoundViolated, Validation, compare, validate

__all__ = [
    "CATALOGUE",
    "Architecture",
    "Bound",
    "BoundCheck",
    "BoundRow",
    "BoundTable",
    "BoundViolated",
    "HiddenLayer",
    "Validation",
    "arora_lower",
    "code_bound",
    "code_gamma",
    "compare",
    "convolution_supports",
    "hanin_rolnick_cells",
    "hanin_rolnick_volume",
    "hinz_matrix",
    "hinz_upper",
    "layer_gamma",
    "maxout_product_bound",
    "maxout_regions",
    "monotone_upper",
    "montufar_lower",
    "montufar_maxout_lower",
    "montufar_upper",
    "product_bound",
    "raghu_upper",
    "region_gamma",
    "serra_lower",
    "serra_maxout_upper",
    "serra_upper",
    "table",
    "validate",
    "xiong_layer",
    "zaslavsky_bounded",
    "zaslavsky_central",
    "zaslavsky_regions",
    "zaslavsky_upper",
    "zhang_upper",
    "zonotope_upper_vertices",
    "zonotope_vertices",
]
