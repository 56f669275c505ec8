"""Shared by all tests: a failing random test shows the whole network, however large its arrays."""

import numpy as np

np.set_printoptions(threshold=100_000)
