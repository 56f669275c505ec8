"""Distances to the nearest partition boundary, for networks of any size.

`nearest_boundary`: the distance and its result; `challengers`: the few units that may be nearest; `contest`: who of them is, in intervals
and else in fractions; `float_layers`, `pulled_back`: pre-activations and their gradients, enclosed or exact; `polynomial`: a product over
all units whose zeros are the boundaries of the cells.
"""

from geom.distances.nearest_boundary import Distances, distance, linear_distance
from geom.distances.polynomial import PartitionPolynomial

__all__ = ["Distances", "PartitionPolynomial", "distance", "linear_distance"]
