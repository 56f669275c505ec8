"""The one way a kernel is compiled.

`fastmath` would let the compiler fuse and reorder floating-point operations and break every error bound; `parallel` sums in another order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile on first use, keep on disk, run without the interpreter lock."""
    return cast("F", njit(cache=True, nogil=True, _nrt=False)(function))


def inlined(function: F) -> F:
    """The same, merged into its callers: a step of the walk, which would else pass some two hundred words of array headers at every call."""
    return cast("F", njit(cache=True, nogil=True, _nrt=False, inline="always")(function))
