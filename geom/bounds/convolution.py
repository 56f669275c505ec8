"""One convolutional layer: its cells for generic weights are the independent sets of its hyperplanes' normals (Xiong et al. 2020)."""

from __future__ import annotations

from math import comb

from geom.bounds.architecture import as_count, as_counts
from geom.errors import NetworkError

__all__ = ["convolution_supports", "xiong_layer"]

MOST_LOOKS = 5_000_000  # at inputs: some seconds


def convolution_supports(input_shape: tuple[int, int, int], filter_shape: tuple[int, int], stride: int = 1) -> list[frozenset[int]]:
    """For every output position, the inputs that its filters see; rows first.

    Parameters
    ----------
    input_shape : (height, width, channels)
    filter_shape : (height, width)
        A filter spans all channels; there is no padding.
    stride : int

    Raises
    ------
    NetworkError
        If a size is no whole number of at least 1, or the filter is larger than the input.

    Examples
    --------
    >>> [sorted(support) for support in convolution_supports((1, 3, 1), (1, 2))]
    [[0, 1], [1, 2]]
    """
    height, width, channels = as_counts("input_shape", input_shape, 1, length=3)
    rows, columns = as_counts("filter_shape", filter_shape, 1, length=2)
    step = as_count("stride", stride, 1)
    if rows > height or columns > width:
        raise NetworkError(f"a filter of {rows} x {columns} does not fit into an input of {height} x {width}")
    found = []
    for top in range(0, height - rows + 1, step):
        for left in range(0, width - columns + 1, step):
            cells = ((top + i) * width + left + j for i in range(rows) for j in range(columns))
            found.append(frozenset(channels * cell + c for cell in cells for c in range(channels)))
    return found


def xiong_layer(input_shape: tuple[int, int, int], filter_shape: tuple[int, int], filters: int, stride: int = 1) -> int:
    """The most cells of one convolutional layer of units of two pieces, on all of its input space.

    Parameters
    ----------
    input_shape, filter_shape, stride
        As in `convolution_supports`.
    filters : int
        d_1: the number of output channels.

    Returns
    -------
    int
        The sum over t of the product of C(d_1, t_ij) over all positions (i, j), where t runs through the vectors such that for every set J of
        positions, the sum of t_ij over J is at most the number of inputs that the positions of J see together.

    Raises
    ------
    NetworkError
        If a size is wrong, or so many vectors t would have to be looked at that it takes minutes.

    Notes
    -----
    Source: Xiong, Huang, Yu, Liu, Zhu and Shao (2020), Theorem 2. By Rado's theorem the condition on t says that t_ij generic normals from each
    position are independent, so this is Zaslavsky's count of independent sets for generic offsets. Every layer has at most so many cells, and generic
    weights, shared as in a convolution, attain it. Whether t is allowed is decided by matching each of its units with an input of its own.

    Examples
    --------
    >>> xiong_layer((1, 3, 1), (1, 2), filters=2), xiong_layer((1, 4, 1), (1, 1), filters=3)
    (15, 256)
    """
    supports = [sorted(support) for support in convolution_supports(input_shape, filter_shape, stride)]
    most, looks, total = as_count("filters", filters), 0, 0
    # (position, owner of each input, product so far): a depth-first search that leaves t at the first position where it is too much.
    stack: list[tuple[int, dict[int, int], int]] = [(0, {}, 1)]
    while stack:
        position, owner, product = stack.pop()
        for t in range(most + 1):
            if position == len(supports) - 1:
                total += product * comb(most, t)
            else:
                stack.append((position + 1, dict(owner), product * comb(most, t)))
            is_taken, looked = _take_input(position, supports, owner)
            looks += looked
            if looks > MOST_LOOKS:
                raise NetworkError(f"{len(supports)} positions and {most} filters allow too many vectors t to look at all; take a smaller layer")
            if not is_taken:
                break
    return total


def _take_input(position: int, supports: list[list[int]], owner: dict[int, int]) -> tuple[bool, int]:
    """Give one more unit of a position an input of its own, moving others along a shortest path; whether there is one, and how many were looked at.

    The owners stay as they were where none is left.
    """
    wanted_by: dict[int, int] = {}
    given_up = {position: -1}  # the input that a position on the path hands over
    queue = [position]
    for wanting in queue:
        for entry in supports[wanting]:
            if entry in wanted_by:
                continue
            wanted_by[entry] = wanting
            if entry not in owner:
                while entry >= 0:
                    owner[entry] = wanted_by[entry]
                    entry = given_up[owner[entry]]
                return True, len(wanted_by)
            if owner[entry] not in given_up:
                given_up[owner[entry]] = entry
                queue.append(owner[entry])
    return False, len(wanted_by)
