"""Distances to the nearest partition boundary, for networks of any size (spec.md 6.2).

`nearest_boundary`: the distance and its result; `challengers`: the few units that may be nearest; `contest`: who of them is, in intervals and else in
fractions; `float_layers`, `pulled_back`: pre-activations and their gradients, enclosed or exact.
"""

from geom.distances.nearest_boundary import Distances, distance, linear_distance

__all__ = ["Distances", "distance", "linear_distance"]
