"""Questions about a partition as the paper sees it: sites of its cells, the cells that they came from, one power diagram of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast, overload

import numpy as np
from numpy.typing import NDArray

from geom.budget import AnyBudget
from geom.exact import FloatArray, Fractions
from geom.partition.refinement import parents, refine
from geom.progress import Progress
from geom.sites.cells import sites
from geom.sites.networks import WholeDiagram, whole_diagram

if TYPE_CHECKING:
    from geom.networks.network import Network
    from geom.partition.partition import Partition
    from geom.power.diagram import PowerDiagram

__all__ = ["Diagrams"]


class Diagrams:
    """The part of a `Partition` that power diagrams have to do with."""

    @overload
    def sites(self, layer: int | None = None, *, weights: Any = None, exact: Literal[False] = False) -> tuple[FloatArray, FloatArray]: ...
    @overload
    def sites(self, layer: int | None = None, *, weights: Any = None, exact: Literal[True]) -> tuple[Fractions, Fractions]: ...
    def sites(self, layer: int | None = None, *, weights: Any = None, exact: bool = False) -> tuple[NDArray[np.generic], NDArray[np.generic]]:
        """Centroid (N, d) and radius (N,) that a hidden layer, by default the last, gives to every cell.

        Source: Balestriero et al. (2019), Theorem 5 with its sign corrected (docs/errata.md, E05).

        Parameters
        ----------
        layer : int, optional
            Hidden layer, from 0; by default the last one. A cell has the site of the cell of layers 0..layer that it lies in.
        weights : (K,) array, optional
            Positive weights of the layer's units, by default 1: the sites change, but within one cell of the layers before the cells do not. With
            ``layer`` left out, also a list of one such array, or None, for each hidden layer. Then the sites are those of the sum of all layers'
            outputs, whose cells may be others: `Partition.whole_diagram` finds weights that keep them.
        exact : bool
            Fractions instead of floats.

        Returns
        -------
        mu : (N, d) array
        rad : (N,) array
            Squared radii.

        Raises
        ------
        NetworkError
            If there is no such layer, or the weights do not fit it.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> part = subdivide(Network.mlp([[[2.0]], [[1.0]]], [[1.0], [0.0]]))
        >>> part.sites()
        (array([[0.],
               [2.]]), array([0., 6.]))
        """
        part = cast("Partition", self)
        return sites(part, layer, weights=weights, exact=True) if exact else sites(part, layer, weights=weights)

    @property
    def parent(self) -> NDArray[np.int64]:
        """(N,) the cell of all layers but the last that each cell lies in: its number in ``subdivide(net, domain, upto=L - 1)``.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-0.5], [0.0]])).parent
        array([0, 1, 1])
        """
        return parents(cast("Partition", self))

    def refine(self, net: Network | None = None, *, budget: AnyBudget = None, progress: Progress = False) -> Partition:
        """The partition of one hidden layer more.

        Parameters
        ----------
        net : Network, optional
            By default the one that ``subdivide(..., upto=l)`` was given.
        budget, progress
            As in `geom.subdivide`.

        Raises
        ------
        GeomError
            If the partition is not that of the network's first layers, is not complete, or has all layers already.
        BudgetExceeded, Interrupted
            As in `geom.subdivide`.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> net = Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-0.5], [0.0]])
        >>> subdivide(net, upto=1).refine()
        Partition(3 cells, 1 dimensions, 2 units)
        """
        part = cast("Partition", self)
        return refine(part, part.whole_network if net is None else net, budget=budget, progress=progress)

    def whole_diagram(self) -> WholeDiagram:
        """Weights of the layers that make the whole partition one power diagram, proven at every facet; see `geom.sites.whole_diagram`.

        Raises
        ------
        GeomError
            If a budget or Ctrl-C stopped the walk.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-1.0], [0.0]], activation=["abs", "relu"])).whole_diagram()
        WholeDiagram(4 sites, weights (1, 1), 3 facets proven)
        """
        return whole_diagram(cast("Partition", self))

    def power_diagram(self) -> PowerDiagram:
        """The whole partition as one power diagram: its cell i equals cell i in the whole space, and contains it in a bounded domain.

        Beyond the paper: see `geom.sites.whole_diagram` for how it is proven.

        Raises
        ------
        GeomError
            If a budget or Ctrl-C stopped the walk.

        Examples
        --------
        >>> from geom import Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0]], [[1.0]], [[1.0]]], [[0.0], [-1.0], [0.0]], activation=["abs", "relu"]))
        >>> part.power_diagram().assign([[-3.0], [-0.5], [0.5], [3.0]]) == part.locate([[-3.0], [-0.5], [0.5], [3.0]])
        array([ True,  True,  True,  True])
        """
        diagram: PowerDiagram = self.whole_diagram().power_diagram()
        return diagram
