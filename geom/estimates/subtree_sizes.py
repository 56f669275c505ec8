"""A guess of how many cells the walk will make of an open cell, learnt from open cells of which some number is known.

In each layer the logarithm of the number is a quadratic polynomial in the logarithms of the number of units that still cut and of the cell's width.
The numbers that it is fitted to are unbiased estimates, which may be far off; so their mean is fitted, not their logarithm: a generalised linear
model with logarithmic link and gamma variance (McCullagh and Nelder 1989, chapter 8), its slopes held back by a normal prior.

The guess decides how much an estimate strays, never what it is on average: see `kernels.cells.probes`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.exact import FloatArray
from geom.kernels.cells.probes import FEATURES, Record

__all__ = ["SubtreeSizes"]

FEWEST = 8  # records of a layer from which its coefficients are learnt
HELD_BACK = 30.0  # precision of the prior of a slope, all features having variance 1; a record has 1
STEPS = 30
LARGEST_STEP = 2.0  # of any logarithm, in one step
LARGEST_LOG = 60.0
OUTLIER = 20.0  # a record that is so many times the guess counts as no more than that


class SubtreeSizes(NamedTuple):
    """The coefficients that `kernels.cells.probes` takes.

    Attributes
    ----------
    theta : (L, FEATURES) float array
    limits : (L, 4) float array
        The range that each of the two features had where it was learnt; outside it is taken to be at the end.
    """

    theta: FloatArray
    limits: FloatArray

    @classmethod
    def before_any(cls, widths: Sequence[int], dim: int) -> SubtreeSizes:
        """What is known beforehand: k hyperplanes in R^d make about k^d cells, and further layers cut these further."""
        theta = np.zeros((len(widths), FEATURES))
        theta[:, 1] = 0.8 * min(dim, 4)
        for layer in range(len(widths)):
            theta[layer, 0] = sum(0.5 * np.log1p(width) for width in widths[layer + 1 :])
        return cls(theta, np.tile([0.0, np.inf, -np.inf, np.inf], (len(widths), 1)))

    def learnt(self, records: FloatArray) -> SubtreeSizes:
        """The same, with the layers of which there are enough records fitted to these.

        Parameters
        ----------
        records : (n, len(Record)) float array
        """
        theta, limits = self.theta.copy(), self.limits.copy()
        for layer in range(len(theta)):
            own = records[records[:, Record.LAYER] == layer]
            sizes = np.maximum(own[:, Record.BELOW] / own[:, Record.WEIGHT], 0.0)  # the difference of two sums may be -0.0 and a bit
            if len(own) >= FEWEST and sizes.any():
                x, y = own[:, Record.ACTIVE], own[:, Record.WIDTH_OF_CELL]
                theta[layer] = _fit(_terms(x, y), sizes)
                limits[layer] = x.min(), x.max(), y.min(), y.max()
        return SubtreeSizes(theta, limits)


def _terms(x: FloatArray, y: FloatArray) -> FloatArray:
    return np.stack([np.ones_like(x), x, x * x, y, y * y, x * y], axis=1)


def _fit(terms: FloatArray, sizes: FloatArray) -> NDArray[np.float64]:
    """Coefficients by Fisher scoring in standardised terms, with damped steps."""
    mean, spread = terms[:, 1:].mean(axis=0), terms[:, 1:].std(axis=0)
    spread[spread < 1e-9] = np.inf  # a term that does not vary explains nothing
    scaled = np.concatenate([terms[:, :1], (terms[:, 1:] - mean) / spread], axis=1)
    prior = np.full(terms.shape[1], HELD_BACK)
    prior[0] = 0.0
    information = scaled.T @ scaled + np.diag(prior)
    theta = np.zeros(terms.shape[1])
    theta[0] = np.log(sizes.mean())
    for _ in range(STEPS):
        ratio = np.minimum(sizes / np.exp(np.clip(scaled @ theta, -LARGEST_LOG, LARGEST_LOG)), OUTLIER)
        step = np.linalg.solve(information, scaled.T @ (ratio - 1.0) - prior * theta)
        theta += step * min(1.0, LARGEST_STEP / max(float(np.abs(scaled @ step).max()), 1e-9))
    theta[1:] /= spread
    theta[0] -= theta[1:] @ mean
    return theta
