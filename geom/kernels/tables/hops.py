"""Graph distances by breadth-first search over compressed sparse rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geom.kernels.jit import kernel

__all__ = ["spread"]

Int32s = NDArray[np.int32]


@kernel
def spread(indptr: Int32s, indices: Int32s, source: int, most: int, distance: Int32s, queue: Int32s) -> int:
    """Distances from the source, up to `most`, into `distance`, -1 before; the vertices reached, nearest first, into `queue`.

    Returns how many they are.
    """
    distance[source] = 0
    queue[0] = source
    done, n = 0, 1
    while done < n:
        i = queue[done]
        done += 1
        if distance[i] == most:
            return n
        for k in range(indptr[i], indptr[i + 1]):
            j = indices[k]
            if distance[j] < 0:
                distance[j] = distance[i] + 1
                queue[n] = j
                n += 1
    return n
