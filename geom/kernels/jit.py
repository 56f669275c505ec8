"""The one way a kernel is compiled.

`fastmath` would let the compiler fuse and reorder floating-point operations and break every error bound; `parallel` sums in another order.
Kernels allocate nothing, so the counting of references is off (`_nrt`): it cost nine tenths of the walk's time. Division by zero gives
infinity, which proves nothing, instead of raising (`error_model`).

Two traps of numba 0.68. Assigning several fields of a tuple of named tuples in one line (``a, b, ... = state.a, state.b, ...``) can compile to code
whose writes are lost: one line a field. The cache of a kernel does not notice that a kernel it calls has changed: delete ``__pycache__``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "_nrt": False}


def kernel(function: F) -> F:
    """Compile on first use, keep on disk, run without the interpreter lock."""
    return cast("F", njit(**OPTIONS)(function))


def inlined(function: F) -> F:
    """The same, merged into its callers: a step of the walk, which would else pass some two hundred words of array headers at every call."""
    return cast("F", njit(inline="always", **OPTIONS)(function))
