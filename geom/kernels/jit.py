"""The one way a kernel is compiled.

`fastmath` would let the compiler fuse and reorder floating-point operations and break every error bound; `parallel` sums in another order.
Kernels allocate nothing, so the counting of references is off (`_nrt`): it cost nine tenths of the walk's time. Division by zero gives
infinity, which proves nothing, instead of raising (`error_model`).

Three traps of numba 0.68. Assigning several fields of a tuple of named tuples in one line (``a, b, ... = state.a, state.b, ...``) can compile to code
whose writes are lost: one line a field. An `inlined` function can lose what it writes to an array that it reaches through a named tuple: where a test
with the compiler off and on shows it, hand the arrays themselves to a `kernel`. And numba keeps compiled code as long as the file of the function is
unchanged, even if a function that it calls has changed: here compiled code is valid for exactly these sources of all kernels (`SOURCES`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

__all__ = ["inlined", "kernel"]

F = TypeVar("F", bound=Callable[..., Any])
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
SOURCES = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.rglob("*.py")))).hexdigest()


def kernel(function: F) -> F:
    """Compile on first use, keep on disk, run without the interpreter lock."""
    return _compiled(function, OPTIONS)


def inlined(function: F) -> F:
    """The same, merged into its callers: a step of the walk, which would else pass some two hundred words of array headers at every call."""
    return _compiled(function, OPTIONS | {"inline": "always"})


def _compiled(function: F, options: dict[str, Any]) -> F:
    try:
        dispatcher = njit(cache=True, **options)(function)
    except RuntimeError:  # no folder that numba may write to: compile anew in every process
        return cast("F", njit(**options)(function))
    index = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if index is not None:  # there is none where the compiler is off
        index._source_stamp = (index._source_stamp, SOURCES)
    return cast("F", dispatcher)
