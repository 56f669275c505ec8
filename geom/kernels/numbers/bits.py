"""Sets as 64-bit words: the two questions that numba has no name for.

Plain Python where the compiler is off, one machine instruction where it is on.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic, overload

from geom.kernels.jit import kernel

__all__ = ["NONE", "bit", "lowest", "popcount"]

NONE = np.uint64(0)
ONE = np.uint64(1)


@kernel
def bit(position: int | np.int64) -> np.uint64:
    """The word in which only this bit (0..63) is set."""
    return ONE << np.uint64(position)


def popcount(word: np.uint64) -> int:
    """Number of bits set."""
    return int(word).bit_count()


def lowest(word: np.uint64) -> int:
    """Position of the lowest bit set, of a word that is not 0."""
    return (int(word) & -int(word)).bit_length() - 1


@intrinsic  # type: ignore[untyped-decorator]
def _ctpop(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), generate


@intrinsic  # type: ignore[untyped-decorator]
def _cttz(typing_context: Any, word: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], context.get_constant(types.boolean, True))

    return types.uint64(types.uint64), generate


# numba compares the parameters of an overload with those of its body, annotations included: none here.
@overload(popcount, inline="always")
def _popcount(word):  # type: ignore[no-untyped-def]
    return lambda word: np.int64(_ctpop(word))


@overload(lowest, inline="always")
def _lowest(word):  # type: ignore[no-untyped-def]
    return lambda word: np.int64(_cttz(word))
