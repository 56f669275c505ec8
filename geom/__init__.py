"""Exact computational geometry of piecewise-affine neural networks."""
