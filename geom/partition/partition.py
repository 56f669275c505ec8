"""The result of a walk: all cells of a partition as columns, and single cells on demand."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from os import PathLike

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geom.adjacency.across import code_beside
from geom.arguments import index_of
from geom.doubles import as_array
from geom.engine.codes import CodeTable
from geom.engine.columns import Columns
from geom.engine.oracle import Oracle
from geom.engine.run import Stats
from geom.errors import DomainError, NotFound
from geom.exact import FloatArray
from geom.networks.network import Network
from geom.partition.cell import Cell
from geom.partition.diagrams import Diagrams
from geom.partition.outputs import Outputs
from geom.partition.queries import Queries
from geom.polyhedra.domain import Domain, as_points, integer_walls
from geom.polyhedra.membership import members

__all__ = ["Partition"]


class Partition(Queries, Diagrams, Outputs):
    """Cells of a network's partition of a domain, in lexicographic order of their codes.

    Made by `geom.subdivide`. ``len(part)``, ``part[i]`` and iteration give the cells.

    Attributes
    ----------
    network : Network
    domain : Box, HPolytope or Space
    stats : Stats
        How the walk's signs were decided.
    seconds : float
        Wall time of the walk.
    is_complete : bool
        False where a budget or Ctrl-C stopped the walk: then cells are missing.
    whole_network : Network
        Of ``subdivide(net, domain, upto=l)`` the `net`, whose first layers are `network`; else `network` itself.

    Notes
    -----
    What is stored of the cells is in `columns`; `code_table` looks packed codes up, and `oracle` composes rows in integers. They are for code that
    goes below this class, and may change with the engine.
    """

    def __init__(
        self,
        network: Network,
        domain: Domain,
        columns: Columns,
        stats: Stats,
        seconds: float,
        is_complete: bool = True,
        whole_network: Network | None = None,
    ) -> None:
        self.network, self.domain, self.columns, self.stats, self.seconds = network, domain, columns, stats, seconds
        self.is_complete = is_complete
        self.whole_network = network if whole_network is None else whole_network
        self.code_table = CodeTable(columns.words, network.widths)

    @property
    def dim(self) -> int:
        return self.network.input_dim

    @property
    def has_all_layers(self) -> bool:
        """Whether all hidden layers of `whole_network` have cut; else the outputs of `network` are those of its last hidden layer."""
        return len(self.network.hidden) == len(self.whole_network.hidden)

    @cached_property
    def n_walls(self) -> int:
        """Walls of the domain, that at infinity included: constraints are numbered walls first, then units."""
        return len(integer_walls(self.domain))

    @cached_property
    def oracle(self) -> Oracle:
        """Exact rows of walls and units in input coordinates."""
        return Oracle(self.network.hidden, integer_walls(self.domain))

    @property
    def codes(self) -> NDArray[np.uint8]:
        """(N, n_units) pieces of all cells, unpacked anew at every access."""
        return self.code_table.unpack()

    @property
    def witnesses(self) -> FloatArray:
        """(N, d) a point strictly inside every cell (see `Cell.witness`)."""
        return self.columns.witness

    @property
    def is_bounded(self) -> NDArray[np.bool_]:
        """(N,) whether each cell is bounded; in a bounded domain all are."""
        return self.columns.is_bounded

    def find(self, code: ArrayLike) -> int:
        """Number of the cell with this code (n_units,).

        Raises
        ------
        NotFound
            If no cell has it; it is a KeyError too.
        NetworkError
            If it is no code of this network.
        """
        wanted = self.network.check_code(code).astype(np.uint8)
        found = int(self.code_table.find(wanted[None])[0])
        if found < 0:
            hint = "" if self.is_complete else " among those found before the walk was stopped"
            raise NotFound(f"no cell has the code {''.join(map(str, wanted.tolist()))}{hint}; part.locate(x) finds the cell of a point")
        return found

    def locate(self, x: ArrayLike) -> NDArray[np.int64]:
        """Number of a cell that contains each of the points (n, d), -1 outside the domain.

        A point on the border of several cells gets the one of its own code (ties to the lowest piece) if that is a cell, else one that touches it.
        In a partition that a budget cut short, points of missing cells get -1.

        Raises
        ------
        DomainError
            If x is not (n, d), or holds an entry that is NaN, infinite, complex or beyond all doubles.
        """
        points = as_points(x, self.dim)
        inside = members(self.domain, points)
        found = np.full(len(points), -1, dtype=np.int64)
        codes, is_interior = self.network.proven_code(points[inside])
        found[inside] = self.code_table.find(codes)
        # Strictly inside a cell, a point's own code is the only one: if it is missing, a budget cut it off.
        lost = np.flatnonzero(inside)[(found[inside] < 0) & ~is_interior]
        if lost.size:
            codes = np.array([code_beside(self.network, self.domain, points[i]) for i in lost])
            found[lost] = self.code_table.find(codes)
        return found

    def cell_at(self, x: ArrayLike) -> Cell:
        """The cell that contains one point (d,); on a border the one that `locate` names.

        Raises
        ------
        NotFound
            If the point is outside the domain, or in a cell that was not found before a budget or Ctrl-C stopped the walk.
        DomainError
            If x is no point of d finite numbers.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1.0], [1.0]], [[1.0, 1.0]]], [[0.5, -0.5], [0.0]]), Box([-1], [1]))
        >>> part.cell_at([0.25]), part.cell_at([0.25]).code
        (Cell(1, 1 dimensions, 2 facets), array([1, 0], dtype=uint8))
        """
        try:
            point = as_array(x)
        except ValueError as error:
            raise DomainError(f"x must be one point of shape ({self.dim},): {error}") from error
        if point.shape != (self.dim,):
            raise DomainError(f"x must be one point of shape ({self.dim},); got shape {point.shape}; locate takes many")
        number = int(self.locate(point[None])[0])
        if number < 0:
            where = f"is outside {self.domain!r}" if self.is_complete else "is outside the domain, or in a cell that the stopped walk did not reach"
            raise NotFound(f"no cell contains x: it {where}")
        return self[number]

    def save(self, path: str | PathLike[str]) -> None:
        """Write the partition to a .npz file that `geom.open` reads.

        Raises
        ------
        SaveError
            If the file cannot be written.
        """
        from geom.partition.store import save

        save(self, path)

    def __len__(self) -> int:
        return len(self.columns.words)

    def __getitem__(self, index: int) -> Cell:
        return Cell(self, index_of(index, len(self), "cell", "a partition"))

    def __iter__(self) -> Iterator[Cell]:
        return (Cell(self, i) for i in range(len(self)))

    def __repr__(self) -> str:
        return f"Partition({len(self):,} cells{'' if self.is_complete else ' so far'}, {self.dim} dimensions, {self.network.n_units} units)"
