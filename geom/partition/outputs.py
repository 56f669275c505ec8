"""Questions about a partition that look at the network's outputs: where they change their order, where one is zero, how far that is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from numpy.typing import ArrayLike

from geom.boundary import Boundary, BoundaryDistances
from geom.boundary.find import decision_boundary, unit_edge, zero_set
from geom.boundary.question import classes_asked
from geom.budget import AnyBudget
from geom.progress import Progress
from geom.ranges.extremes import Range, output_range

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Outputs"]


class Outputs:
    """The part of a `Partition` that looks at outputs. Boundaries are found by a walk of their own, about as long as that of the cells."""

    def decision_boundary(self, i: int | None = None, j: int | None = None, *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
        """Where the network decides: the zero set of its one output, or where the largest of several outputs changes.

        Parameters
        ----------
        i, j : int, optional
            Of several outputs, the two classes that meet; with i alone, class i and any other; by default any two.
        budget : Budget or dict, optional
            Limits on the walk that finds it, in cells, seconds and bytes.
        progress : bool or callable
            True shows a progress bar; a callable gets cells and seconds now and then.

        Returns
        -------
        Boundary

        Raises
        ------
        NetworkError
            If a class is none of the network's.
        GeomError
            If the partition was cut short, or has only the first layers.
        BudgetExceeded, Interrupted
            At a limit or Ctrl-C; `partial` is None: with pieces missing it would be no boundary.

        Notes
        -----
        The partition keeps what it has found. Source: Balestriero et al. (2019), Proposition 4: the boundary is the edge of one more unit, with C
        pieces for C classes. A tie goes to the lowest class, so where two outputs are equal and largest on a whole cell there is no boundary but a
        `Boundary.vanishing` cell.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
        >>> boundary = part.decision_boundary()
        >>> boundary
        Boundary(output 0: 4 pieces in 4 cells, 2 dimensions)
        >>> boundary.volume.round(6).tolist(), boundary.is_closed.tolist()
        ([1.414214, 1.414214, 1.414214, 1.414214], [True])
        """
        part = cast("Partition", self)
        asked = classes_asked(part.network, i, j)
        if asked not in self._boundaries:
            self._boundaries[asked] = decision_boundary(part, asked, budget=budget, progress=progress)
        return self._boundaries[asked]

    def zero_set(self, c: ArrayLike, offset: object = 0, *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
        """Where c.f(x) + offset = 0 for the outputs f, whatever other outputs are there.

        Parameters
        ----------
        c : (output_dim,) of float, int, Fraction, Decimal or decimal string
            Taken exactly.
        offset : the same
        budget, progress
            As in `decision_boundary`.

        Raises
        ------
        NetworkError
            If c does not fit the outputs.
        GeomError
            If the partition was cut short, or has only the first layers.
        BudgetExceeded, Interrupted
            As in `decision_boundary`.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1], [1]], [[1, -2]]], [[0, -1], [0]]), Box([-1], [3]))
        >>> [piece.vrep()[0].tolist() for piece in part.zero_set([1], "-0.5")]
        [[[0.5]], [[1.5]]]
        """
        return zero_set(cast("Partition", self), c, offset, budget=budget, progress=progress)

    def edge(self, layer: int, unit: int, *, budget: AnyBudget = None, progress: Progress = False) -> Boundary:
        """The edge of a unit in input space: where its pre-activation is zero, one piece for each cell of the layers below that it crosses.

        Parameters
        ----------
        layer : int
            Hidden layer, from 0.
        unit : int
            Unit of that layer, from 0.
        budget, progress
            As in `decision_boundary`.

        Returns
        -------
        Boundary
            Its `partition` is that of the layers below. Cells on which the pre-activation is zero everywhere are `vanishing`, and no edge.

        Raises
        ------
        NetworkError
            If there is no such unit, or its pieces do not tie on a hyperplane.
        GeomError
            If the partition was cut short.
        BudgetExceeded, Interrupted
            As in `decision_boundary`.

        Notes
        -----
        Source: Balestriero et al. (2019), Definition 3 and equation 22, corrected (docs/errata.md, E14, E18).

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]], [[1]]], [[0, 0], [1], [0]], "abs"), Box([-2, -2], [2, 2]))
        >>> part.edge(0, 1), part.edge(1, 0)
        (Boundary(unit 1 of layer 0: 1 piece in 1 cell, 2 dimensions), Boundary(unit 0 of layer 1: 4 pieces in 4 cells, 2 dimensions))
        """
        return unit_edge(cast("Partition", self), layer, unit, budget=budget, progress=progress)

    def decision_distance(
        self, x: ArrayLike, i: int | None = None, j: int | None = None, *, budget: AnyBudget = None, progress: Progress = False
    ) -> BoundaryDistances:
        """The true distance of the points (n, d) to the decision boundary within the domain, with the nearest points.

        Parameters
        ----------
        x : (n, d) array
        i, j, budget, progress
            As in `decision_boundary`.

        Returns
        -------
        BoundaryDistances

        Raises
        ------
        NetworkError, GeomError, BudgetExceeded, Interrupted
            As in `decision_boundary`.
        DomainError
            If x is not (n, d), or holds an entry that is not finite.

        Notes
        -----
        Exact: the pieces are visited best first, each by a quadratic program in rational arithmetic. The usual |f| / |grad f| looks at one cell only,
        and can be too large or too small.

        Examples
        --------
        f = 3 - relu(x) - 4 relu(x - 1) is zero at x = 1.4; its slope at 1/2 would put the zero at 3.

        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1], [1]], [[-1, -4]]], [[0, -1], [3]]), Box([-1], [9]))
        >>> part.decision_distance([[0.5]]).distance
        array([0.9])
        """
        return self.decision_boundary(i, j, budget=budget, progress=progress).distance(x)

    def range(self, c: ArrayLike, offset: object = 0, *, budget: AnyBudget = None, progress: Progress = False) -> Range:
        """Exact minimum and maximum of c.f(x) + offset over the domain, f the network's outputs, with points and cells that attain them.

        Parameters
        ----------
        c, offset, budget, progress
            As in `zero_set`.

        Returns
        -------
        Range

        Raises
        ------
        NetworkError
            If c does not fit the outputs.
        GeomError
            If the partition was cut short, or has only the first layers.
        BudgetExceeded, Interrupted
            As in `decision_boundary`.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> tent = Network.mlp([[[1], [-1]], [[-1, -1]]], [[0, 0], [1]])
        >>> subdivide(tent, Box([-1], ["0.5"])).range([1])
        Range(0.0 to 1.0)
        """
        return output_range(cast("Partition", self), c, offset, budget=budget, progress=progress)

    @cached_property
    def _boundaries(self) -> dict[tuple[int, ...], Boundary]:
        return {}

    @cached_property
    def _coarser(self) -> dict[int, Partition]:
        return {}

    def coarser(self, upto: int) -> Partition:
        """The partition that the first so many hidden layers make of the same domain; kept."""
        from geom.partition.subdivision import subdivide

        part = cast("Partition", self)
        if upto == len(part.network.hidden):
            return part
        if upto not in self._coarser:
            self._coarser[upto] = subdivide(part.whole_network, part.domain, upto=upto)
        return self._coarser[upto]
