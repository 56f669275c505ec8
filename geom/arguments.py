"""What is asked of an argument, once, where a user hands it over: each function returns the argument, or says what was expected and what came.

The rule for which class of error that is stands in `geom.errors`.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Callable, Mapping, Set, Sized
from numbers import Integral
from pathlib import Path
from typing import Any, TypeGuard, TypeVar

import numpy as np
from numpy.typing import NDArray

from geom.doubles import as_array
from geom.errors import GeomError, NetworkError, NotFound, SaveError, shown
from geom.exact import as_fractions

__all__ = ["index_of", "instance", "is_whole", "numbered", "rationals", "target_path", "whole_number"]

T = TypeVar("T")

MAKERS = {
    "Network": "geom.load, geom.from_torch, geom.from_sklearn and geom.Network.mlp make one",
    "Layer": "net.hidden has those of a network",
    "Partition": "geom.subdivide and geom.open make one",
    "Boundary": "part.decision_boundary(), part.zero_set(c) and part.edge(layer, unit) make one",
}


def instance(value: Any, kind: type[T], error: Callable[[str], GeomError] = GeomError, *, name: str = "", hint: str = "") -> T:
    """The value, if it is of this class.

    Parameters
    ----------
    value : object
    kind : type
        A public class of `geom`.
    error : callable
        The class of error.
    name : str
        Of the argument, where the class alone does not tell which one it is.
    hint : str
        What to do; by default where such an object comes from.

    Examples
    --------
    >>> from geom.budget import Budget
    >>> instance(3, Budget, hint="give limits")
    Traceback (most recent call last):
    ...
    geom.errors.GeomError: expected a geom.Budget, got int; give limits
    """
    if isinstance(value, kind):
        return value
    what = f"a geom.{kind.__name__}"
    hint = hint or MAKERS.get(kind.__name__, "")
    raise error(f"{name}{': ' * bool(name)}expected {what}, got {type(value).__name__}{'; ' * bool(hint)}{hint}")


def whole_number(value: Any, name: str, least: int, most: int | None = None, error: Callable[[str], GeomError] = GeomError) -> int:
    """The value, if it is a whole number and not below `least` or above `most`.

    Examples
    --------
    >>> whole_number(2.5, "sample", 1)
    Traceback (most recent call last):
    ...
    geom.errors.GeomError: sample must be a whole number, at least 1; got 2.5
    """
    if is_whole(value, least, most):
        return int(value)
    span = f"at least {least}" if most is None else f"from {least} to {most}"
    raise error(f"{name} must be a whole number, {span}; got {shown(value)}")


def is_whole(value: Any, least: int, most: int | None = None) -> TypeGuard[int]:
    """Whether the value is a whole number, Python's or numpy's, and not below `least` or above `most`; a bool is none."""
    if not isinstance(value, Integral) or isinstance(value, bool):
        return False
    return least <= int(value) and (most is None or int(value) <= most)


def numbered(value: Any, n: int, name: str, whole: str, thing: str, error: Callable[[str], GeomError] = NetworkError) -> int:
    """The value as the number of one of ``n`` things that are counted from 0.

    Parameters
    ----------
    value : int
    n : int
    name : str
        Of the argument.
    whole, thing : str
        What has them, and what one of them is.
    error : callable
        The class of error.

    Examples
    --------
    >>> numbered(2, 2, "unit", "layer 0", "unit")
    Traceback (most recent call last):
    ...
    geom.errors.NetworkError: unit=2: layer 0 has 2 units, numbered from 0
    """
    if is_whole(value, 0, n - 1):
        return int(value)
    raise error(f"{name}={shown(value)}: {whole} has {n:,} {thing}{'s' * (n != 1)}, numbered from 0")


def index_of(value: Any, n: int, what: str, whole: str) -> int:
    """The value as an index of ``n`` things, counted from the end if it is negative.

    Parameters
    ----------
    value : int
    n : int
    what, whole : str
        What is counted, and what it is part of.

    Raises
    ------
    NotFound
        If there is none.

    Examples
    --------
    >>> index_of(-1, 3, "cell", "a partition")
    2
    """
    numbers = f"{whole} of {n:,} has " + (f"the numbers 0..{n - 1}" if n else "none")
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError("a truth value numbers nothing")
        i = operator.index(value)
    except TypeError:
        raise NotFound(f"a {what} is asked for by one whole number, not by {shown(value)}: {numbers}") from None
    if not -n <= i < n:
        raise NotFound(f"there is no {what} {shown(i)}: {numbers}")
    return i % n


def target_path(path: Any) -> Path:
    """Where to write, looked at before the work whose outcome is written.

    Raises
    ------
    SaveError
        If it is no path, or of a folder, a device or a pipe, or in a folder that is not there.
    """
    if not isinstance(path, (str, os.PathLike)) or not isinstance(os.fspath(path), str):
        raise SaveError(shown(path), f"expected the path of a file, got {type(path).__name__}")
    if not os.fspath(path):
        raise SaveError("''", "the path is empty; name a file")
    target = Path(path)
    try:
        folder = Path(os.path.realpath(target)).parent
        if not folder.is_dir():
            raise SaveError(str(path), f"there is no folder {folder}; make it first")
        if target.is_dir():
            raise SaveError(str(path), "it is a folder; name a file in it")
        # A file that is whole takes its name by being renamed: a device such as /dev/null, or a pipe, would be gone.
        if target.exists() and not target.is_file():
            raise SaveError(str(path), "it is a device or a pipe; name a file")
    except (OSError, ValueError) as error:  # a name that is too long, or holds a null character
        raise SaveError(str(path), getattr(error, "strerror", None) or str(error)) from error
    return target


def rationals(values: Any, ndim: int, name: str, error: Callable[[str], GeomError]) -> NDArray[np.object_]:
    """The numbers exactly as they stand, as fractions in an array of one or two dimensions.

    Examples
    --------
    >>> rationals([[1, "0.5"]], 2, "A", GeomError)
    array([[Fraction(1, 1), Fraction(1, 2)]], dtype=object)
    """
    wanted = ("a sequence of numbers", "rows of numbers, all of one length")[ndim - 1]
    if isinstance(values, (str, bytes, Mapping, Set)):
        raise error(f"{name}: expected {wanted}, got {shown(values)}")
    try:
        given = as_array(values) if hasattr(values, "__array__") or hasattr(values, "toarray") else list(values)
        if ndim == 2 and len({len(row) if isinstance(row, Sized) else 0 for row in given}) > 1:
            raise TypeError("rows differ in length")
        out = as_fractions(given)
    except TypeError:
        raise error(f"{name}: expected {wanted}, got {shown(values)}") from None
    except ValueError as cause:
        raise error(f"{name}: {cause}") from cause
    if out.ndim != ndim:
        raise error(f"{name}: expected {ndim} dimension{'s' * (ndim > 1)}, got shape {out.shape}")
    return out
