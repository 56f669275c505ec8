"""Hyperplane arrangements counted without listing a cell: by the characteristic polynomial, by crossings in a polygon, layer by layer.

`layers`: which way of counting a network's layer takes, and its number; `rows`: its hyperplanes, each once; `characteristic`: the polynomial,
from the numbers of `whitney`; `lines`: lines in a polygon, by their `crossings`; `sections`: hyperplanes in a polytope.
"""

from geom.arrangement.characteristic import CharacteristicPolynomial, characteristic_polynomial
from geom.arrangement.layers import count_last_layer, count_layer, layer_polynomial

__all__ = ["CharacteristicPolynomial", "characteristic_polynomial", "count_last_layer", "count_layer", "layer_polynomial"]
