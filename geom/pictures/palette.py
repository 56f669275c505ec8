"""A colour for every cell from its affine map: the direction in which the map rises gives the hue, how steeply it rises the strength.

Colours are mixed in Oklch (Ottosson, 2020, "A perceptual color space for image processing"), in which equal steps look equal, and hues keep their
lightness: no cell shouts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray

__all__ = ["category_colours", "colours_of_maps", "oklch_to_srgb"]

LIGHTNESS = (0.98, 0.76)  # flat map, steepest map
CHROMA = (0.006, 0.105)
HUE = 250.0  # of a map that rises to the right: blue
CATEGORY = (0.58, 0.16)  # lightness and chroma of a line
GOLDEN_ANGLE = 180.0 * (3.0 - 5.0**0.5)  # degrees; so many hues in a row as one likes are apart from each other

# Ottosson's matrices: Oklab to cone responses, and those, cubed, to linear sRGB.
TO_CONES = np.array([[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]])
TO_LINEAR = np.array(
    [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.7076147010]]
)


def colours_of_maps(gradients: FloatArray) -> FloatArray:
    """Colours (N, 3) of maps with these gradients (N, m, 2); equal gradients give equal colours.

    One output's gradient is a vector of the plane, shown as it is. Those of several outputs, less their mean, are shown by their two principal
    components.

    Examples
    --------
    >>> flat, right, left = colours_of_maps(np.array([[[0.0, 0.0]], [[1.0, 0.0]], [[-1.0, 0.0]]]))
    >>> bool(flat.min() > 0.95), bool(right[2] > right[0]), bool(left[2] < left[0])
    (True, True, True)
    """
    plane = _plane(gradients / max(np.abs(gradients).max(initial=0.0), np.finfo(float).tiny))
    steepness = np.hypot(plane[:, 0], plane[:, 1])
    rank = _rank(steepness)
    lightness = LIGHTNESS[0] + (LIGHTNESS[1] - LIGHTNESS[0]) * rank
    chroma = CHROMA[0] + (CHROMA[1] - CHROMA[0]) * rank
    hue = np.arctan2(plane[:, 1], plane[:, 0]) + np.radians(HUE)
    return oklch_to_srgb(lightness, chroma, hue)


def category_colours(numbers: NDArray[np.int64]) -> FloatArray:
    """Colours (n, 3) for things that are numbered (n,) by kind: equal numbers have equal colours, consecutive ones differ strongly.

    Examples
    --------
    >>> first, second, third = category_colours(np.array([0, 1, 0]))
    >>> bool((first == third).all()), bool(np.abs(first - second).max() > 0.3)
    (True, True)
    """
    n = len(numbers)
    return oklch_to_srgb(np.full(n, CATEGORY[0]), np.full(n, CATEGORY[1]), np.radians(HUE + GOLDEN_ANGLE * numbers))


def _plane(gradients: FloatArray) -> FloatArray:
    """Two coordinates (N, 2) a map."""
    n, m, _ = gradients.shape
    if m == 1:
        return np.asarray(gradients[:, 0])
    # Adding the same map to all outputs changes no decision.
    flat = (gradients - gradients.mean(axis=1, keepdims=True)).reshape(n, 2 * m)
    flat = flat - flat.sum(axis=0) / max(1, n)
    directions = np.linalg.eigh(flat.T @ flat)[1][:, :-3:-1]
    largest = np.abs(directions).argmax(axis=0)
    return np.asarray(flat @ (directions * np.sign(directions[largest, [0, 1]])))


def _rank(values: FloatArray) -> FloatArray:
    """Each value's place between the smallest and the largest, half by order and half by size, in [0, 1]; equal values get equal places."""
    distinct, place = np.unique(values, return_inverse=True)
    by_order = place / max(1, len(distinct) - 1)
    by_size = values / max(values.max(initial=0.0), np.finfo(float).tiny)
    return np.asarray((by_order + by_size) / 2)


def oklch_to_srgb(lightness: FloatArray, chroma: FloatArray, hue: FloatArray) -> FloatArray:
    """sRGB colours (N, 3) in [0, 1] of lightness, chroma and hue (radians), each (N,); what no screen can show is clipped."""
    lab = np.stack([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], axis=1)
    linear = np.clip((lab @ TO_CONES.T) ** 3 @ TO_LINEAR.T, 0.0, 1.0)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))
