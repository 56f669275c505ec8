"""Which cells touch: the cell beyond every facet, and the adjacency matrix made of them.

Two cells are adjacent if they share a facet. Units whose two slopes are equal choose nothing and are left out of what follows.

**One cell lies beyond a facet F of a cell C, all along F.** A unit's pre-activation is affine on C; one that vanished at some points of F's relative
interior and not at others would take both signs on F, and so cut C. So every unit keeps one sign, or vanishes, on the whole relative interior of F.
In a fixed direction out of C the units that vanish there have derivatives that, layer by layer, are the same all along it, because everything that
they are composed of is. So the code just across is one code: F lies in one facet of a cell C', and by the same reason seen from C' it is that facet.

**Where the code of C with all units flipped that F lists belongs to a cell C'', this is C'.** A facet lists the units that vanish on it but not on
all of C. Across F only units change that vanish on F: listed ones, and units that vanish on all of C. Take the first layer with a listed unit.
Before it nothing changes: a unit there is one affine form on C and C', as everything below it is, and if it vanishes on all of C it vanishes on C'
too. So that layer, too, has one map on C, C' and C'', in which exactly the listed units have F's hyperplane as their zero set; they change their
sign across F, and the codes of C' and C'' agree there. Suppose that they differ later, and first at a unit v. Up to there they agree, so v is one
affine form on a convex set P that contains both cells and F, and it vanishes on F, being listed or vanishing on C (else it would keep its code in
both). P lies on one side of F's hyperplane, because a unit of the first layer with a listed one has one code on it. An affine form that vanishes on
that hyperplane has one sign on P, or vanishes on all of P and has code 0: the codes of C' and C'' do not differ at v.

The flipped code may belong to no cell: a unit that vanishes on all of C may take another sign beyond F, and a listed one may vanish on all of C'.
The same facet seen from C' may then give the answer, and else the code across is computed exactly (`geom.adjacency.across`). Both sides list the
same units of the first layer concerned, so the first listed unit names a facet among those of a cell, from both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geom.adjacency.across import code_across
from geom.engine.ragged import owners
from geom.errors import GeomError
from geom.kernels.tables.neighbours import facet_of, is_mutual, match, name_facets, sorted_rows
from geom.networks.forward import are_alive

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["FacetTable", "adjacency_of"]

Int32s = NDArray[np.int32]


class FacetTable(NamedTuple):
    """The facets of all cells, cell by cell; an inner facet stands there twice, once from each side.

    Attributes
    ----------
    at : (N + 1,) int64
        Where each cell's facets begin in the columns below.
    unit : (M,) int32
        The first unit, numbered through the network, whose zero set contains the facet; -1 if there is none. `Cell.facets` has all of them.
    wall : (M,) int32
        The first wall of the domain that contains it; -1 for an inner facet.
    beyond : (M,) int32
        The cell on the other side; -1 at a wall, and where an incomplete partition lacks it.
    """

    at: NDArray[np.int64]
    unit: Int32s
    wall: Int32s
    beyond: Int32s

    def __repr__(self) -> str:
        return f"FacetTable({len(self.unit):,} facets of {len(self.at) - 1:,} cells)"

    @classmethod
    def of(cls, partition: Partition) -> FacetTable:
        """Find the cell beyond every facet.

        Raises
        ------
        GeomError
            If two cells do not name the same facet, which happens in no partition that `subdivide` made.
        """
        columns, n_walls, table = partition.columns, partition.n_walls, partition.code_table
        n_facets = columns.n_facets
        at = np.zeros(len(partition) + 1, dtype=np.int64)
        unit, wall = np.empty(n_facets, dtype=np.int32), np.empty(n_facets, dtype=np.int32)
        name_facets(columns.facet_at, columns.facet, n_walls, at, unit, wall)
        beyond = np.full(n_facets, -1, dtype=np.int32)
        room = np.zeros(columns.words.shape[1], dtype=np.uint64)
        with np.errstate(over="ignore"):  # hashes wrap around, also where the compiler is off
            match(
                table.slots,
                columns.words,
                columns.facet_at,
                columns.facet,
                n_walls,
                table.word_of,
                table.offset_of,
                at,
                unit,
                wall,
                beyond,
                room,
            )
        facets = cls(at, unit, wall, beyond)
        facets._cross_exactly(partition)
        for column in facets:
            column.setflags(write=False)
        if not is_mutual(*facets):
            raise GeomError("two cells do not name the same facet: this is no partition; geom.check says what is wrong with it")
        return facets

    def cells(self) -> NDArray[np.int64]:
        """(M,) the cell that each facet belongs to."""
        return owners(self.at)

    def pairs(self) -> NDArray[np.int64]:
        """(E,) the numbers of the inner facets as seen from the cell of lower number: one for each pair of adjacent cells."""
        return np.flatnonzero(self.beyond > self.cells())

    def _cross_exactly(self, partition: Partition) -> None:
        """Fill in what flipping has left open."""
        cells = self.cells()
        for f in self._still_open(partition, cells).tolist():
            if self.beyond[f] >= 0:
                continue
            i = int(cells[f])
            cell = partition[i]
            units = cell.facets[f - int(self.at[i])].units
            code = code_across(partition.oracle, partition.network, partition.columns.words[i], cell.code, units)
            j = int(partition.code_table.find(code[None])[0])
            if j < 0:
                if partition.is_complete:
                    raise GeomError(f"cell {i} has no neighbour across unit {self.unit[f]}: this is no partition; geom.check says why")
                continue
            self.beyond[f] = j
            other = facet_of(self.at[j], self.at[j + 1], self.unit, self.wall, self.unit[f])
            if other >= 0:
                self.beyond[other] = i

    def _still_open(self, partition: Partition, cells: NDArray[np.int64]) -> NDArray[np.int64]:
        """Inner facets whose neighbour is not known yet, less those of a partition cut short whose neighbour is known to be missing.

        Where no unit vanishes on all of a cell, none can wake up beyond it, and a unit that is alone in containing a facet changes there: the flipped
        code is the neighbour's.
        """
        open_ = np.flatnonzero((self.wall < 0) & (self.beyond < 0))
        if partition.is_complete or not open_.size:
            return open_
        is_first, _ = partition.columns.constraints()
        shares = np.bincount((np.cumsum(is_first) - 1)[~is_first], minlength=len(self.unit))
        asked, position = np.unique(cells[open_], return_inverse=True)
        alive = are_alive(partition.network.hidden, partition.witnesses[asked])[position]
        return np.asarray(open_[(shares[open_] > 0) | ~alive])


def adjacency_of(facets: FacetTable) -> csr_array:
    """Symmetric (N, N) matrix with a 1 for every pair of adjacent cells, indices sorted."""
    n_cells, n_entries = len(facets.at) - 1, int(np.count_nonzero(facets.beyond >= 0))
    indptr, indices = np.zeros(n_cells + 1, dtype=np.int32), np.empty(n_entries, dtype=np.int32)
    sorted_rows(facets.at, facets.beyond, indptr, indices)
    matrix = csr_array((np.ones(n_entries, dtype=np.int32), indices, indptr), shape=(n_cells, n_cells))
    matrix.has_sorted_indices = True
    return matrix
