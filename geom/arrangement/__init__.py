"""Hyperplane arrangements counted without listing a cell: by the characteristic polynomial, by crossings in a polygon, layer by layer."""

from geom.arrangement.characteristic import CharacteristicPolynomial, characteristic_polynomial
from geom.arrangement.layers import count_last_layer, count_layer, layer_polynomial

__all__ = ["CharacteristicPolynomial", "characteristic_polynomial", "count_last_layer", "count_layer", "layer_polynomial"]
