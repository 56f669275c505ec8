"""Which of the walk's shortcuts are on. The cells are the same with any of them off: that is what the switches are for."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Engine"]


@dataclass(frozen=True)
class Engine:
    """Switches of the walk, for checks and comparisons.

    Parameters
    ----------
    filter : bool
        Decide signs by float values beyond their error bound; off, every sign that is not inherited is decided in exact arithmetic.
    integers : bool
        Decide in 64-bit integers, inside the kernel, what floats leave open in networks of short numbers; off, python-flint does.

    Examples
    --------
    >>> Engine(filter=False)
    Engine(filter=False, integers=True)
    """

    filter: bool = True
    integers: bool = True
