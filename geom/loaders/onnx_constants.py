"""Constants of an ONNX graph as arrays of exactly the numbers that stand in the file; never anything from outside it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geom.exact import Dyadic

__all__ = ["Array", "attribute_array", "column", "matrix", "tensor_array"]

Array = NDArray[Any]
EXACT_TYPES = ("FLOAT16", "FLOAT", "DOUBLE", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64", "BOOL")
CONSTANT_ATTRIBUTES = ("value", "value_float", "value_floats", "value_int", "value_ints")


def tensor_array(tensor: Any) -> Array:
    """The numbers of a TensorProto; a ValueError if they are not in the file, are of another kind, or are NaN or infinite."""
    import onnx
    from onnx import numpy_helper

    if not isinstance(tensor, onnx.TensorProto):
        raise ValueError(f"expected a tensor, got {type(tensor).__name__}")
    # Before to_array, which would follow the path that the file gives.
    if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
        raise ValueError("its numbers are in another file (external data), which is not read; save the model with the data inside")
    names = {number: name for name, number in onnx.TensorProto.DataType.items()}
    if names.get(tensor.data_type) not in EXACT_TYPES:
        raise ValueError(f"the type {names.get(tensor.data_type, tensor.data_type)} is none of {', '.join(EXACT_TYPES)}")
    if any(n < 0 for n in tensor.dims):
        raise ValueError(f"the shape {list(tensor.dims)} has a negative entry")
    try:
        array = np.asarray(numpy_helper.to_array(tensor))
    except (TypeError, OverflowError, MemoryError) as error:
        raise ValueError(str(error)) from error
    return _finite(array)


def attribute_array(attributes: dict[str, Any]) -> Array:
    """The numbers of a Constant node, given its attributes."""
    kinds = sorted(attributes)
    if len(kinds) != 1 or kinds[0] not in CONSTANT_ATTRIBUTES:
        raise ValueError(f"a constant has one of the attributes {', '.join(CONSTANT_ATTRIBUTES)}; this one has {', '.join(kinds) or 'none'}")
    kind, value = kinds[0], attributes[kinds[0]]
    if kind == "value":
        return tensor_array(value)
    array = np.asarray(value)
    if array.dtype.kind != ("f" if "float" in kind else "i"):
        raise ValueError(f"the attribute {kind} does not hold what its name says")
    return _finite(array)


def _finite(array: Array) -> Array:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{int((~np.isfinite(array)).sum())} of {array.size} entries are NaN or infinite")
    return array


def matrix(array: Array) -> Dyadic:
    """A constant of two dimensions, exactly."""
    if array.ndim != 2:
        raise ValueError(f"expected a constant matrix, got shape {array.shape}")
    if array.size == 0:
        raise ValueError(f"the constant of shape {array.shape} has no entries")
    return Dyadic.of(array)


def column(array: Array) -> Dyadic:
    """The entries of a constant of any shape in row-major order, exactly, as (n, 1)."""
    return Dyadic.of(array.reshape(-1, 1))
