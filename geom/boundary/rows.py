"""Hyperplanes of boundary pieces: alpha.x + beta = 0 with the form's own scale, in doubles with a proven bound, or exact (equation 26 of the paper,
E19).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geom.adjacency.halfspaces import AffineMap, Enclosed, enclosed_rows
from geom.boundary.question import BoundaryQuestion
from geom.exact import FloatArray, Fractions, round_fractions
from geom.questions.inquiry import Inquiry

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["PieceRows", "exact_form", "form_rows"]

# A row whose bound is larger than this part of it is computed exactly, and rounded. Bounds are for the worst case: on ACAS Xu (six layers) they are
# near 1e-8, and the errors near 1e-15.
ACCURACY = 2.0**-20
BLOCK = 1 << 20  # numbers in the largest array of a block of cells


class PieceRows(NamedTuple):
    """Rows (n, d + 1) of forms as alpha, beta, and a bound on the error of every entry."""

    value: FloatArray
    error: FloatArray


def form_rows(partition: Partition, inquiry: Inquiry, question: BoundaryQuestion, cell: NDArray[np.int64], form: NDArray[np.int64]) -> PieceRows:
    """The rows of these forms on these cells; cells in ascending order."""
    maps = [AffineMap.from_layer(layer) for layer in inquiry.extended.hidden]
    n_units, n_forms, dim = partition.network.n_units, inquiry.extended.widths[-1], partition.dim
    value, error = np.zeros((2, len(cell), dim + 1))
    size = max(1, BLOCK // (max(inquiry.extended.widths) * (dim + 1)))
    for start in range(0, len(cell), size):
        block = slice(start, start + size)
        numbers, at = np.unique(cell[block], return_inverse=True)
        codes = np.concatenate([partition.code_table.unpack(numbers), np.zeros((len(numbers), n_forms), dtype=np.uint8)], axis=1)
        rows: Enclosed = enclosed_rows(maps, partition.columns.words[numbers], codes, at.reshape(-1), n_units + form[block], dim)
        value[block], error[block] = rows
    scale = question.scale.numerator / question.scale.denominator
    with np.errstate(invalid="ignore", over="ignore"):
        value, error = value / scale, error / scale * (1 + 2.0**-50) + np.abs(value / scale) * 2.0**-52
        size_of = np.abs(value).max(axis=1, initial=0)
        is_close = np.isfinite(value).all(axis=1) & (error.max(axis=1, initial=0) <= ACCURACY * np.abs(value[:, :-1]).max(axis=1, initial=0))
        is_close &= np.isfinite(size_of)
    for i in np.flatnonzero(~is_close).tolist():
        alpha, beta = exact_form(inquiry, question, partition, int(cell[i]), int(form[i]))
        value[i] = round_fractions(np.array([*alpha, beta], dtype=object))
        error[i] = np.abs(value[i]) * 2.0**-52 + 2.0**-1074
    return PieceRows(value, error)


def exact_form(inquiry: Inquiry, question: BoundaryQuestion, partition: Partition, cell: int, form: int) -> tuple[Fractions, Fraction]:
    """alpha (d,) and beta of a form on a cell, as fractions."""
    code = partition.code_table.unpack(slice(cell, cell + 1))[0]
    alpha, beta = inquiry.linear.affine(code, exact=True)
    return alpha[form] / question.scale, beta[form] / question.scale
