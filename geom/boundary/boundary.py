"""The boundary as a whole: its pieces as columns, how they are linked, what they measure, how they bend."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geom.arguments import index_of
from geom.boundary.angles import Meeting, meetings, signs, turns
from geom.boundary.corners import angle_defects, euler_characteristic
from geom.boundary.curvature import Curvature, curvature
from geom.boundary.distance import BoundaryDistances, boundary_distances
from geom.boundary.links import Links, exact_vertices, linked
from geom.boundary.piece import Piece
from geom.boundary.question import BoundaryQuestion
from geom.boundary.rows import PieceRows, exact_form, form_rows
from geom.boundary.sides import Sided
from geom.boundary.sizes import sizes
from geom.errors import GeomError
from geom.exact import FloatArray, Fractions, Row
from geom.questions.inquiry import Inquiry
from geom.questions.piece_table import PieceTable

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["Boundary"]

Ints = NDArray[np.int64]


class Boundary:
    """Where the argmax of a network's outputs changes, or where one form of them is zero: polyhedra of dimension d - 1, each in one cell.

    Made by `Partition.decision_boundary`, `Partition.zero_set` and `Partition.edge`. ``len(boundary)``, ``boundary[i]`` and iteration give pieces.

    Attributes
    ----------
    partition : Partition
        Whose cells the pieces lie in.
    cell : (n,) int array
        Ascending.
    classes : (n, 2) int array
        On each piece f_i = f_j, and no output is larger, with i < j; (i, -1) for the zero set of a form by itself.
    changes : (n,) bool array
        Whether f_i - f_j has opposite signs on the two sides. All pieces of a decision boundary between classes do; a zero set may just touch, and
        next to a vanishing cell, or on a wall of the domain, there is no sign on the other side.
    facet : (n,) int array
        For a piece that lies on a facet of its cell, the facet's number in `Partition.facets`; -1 inside the cell. Each is listed once.
    vanishing : (v, 3) int array
        Cells on which f_i - f_j (or the form) is zero everywhere, with i and j, where i < j wins somewhere in the cell: no boundary by the rule that
        the lowest class wins, but a tie of full dimension.
    """

    def __init__(self, partition: Partition, inquiry: Inquiry, question: BoundaryQuestion, found: Sided) -> None:
        self.partition, self._inquiry, self._question, self._found = partition, inquiry, question, found
        self._table: PieceTable = found.table
        self.cell, self.classes, self.facet, self.changes, self.vanishing = found.cell, found.classes, found.facet, found.changes, found.vanishing

    @property
    def dim(self) -> int:
        """Dimension d of the input space."""
        return self.partition.dim

    @property
    def name(self) -> str:
        """What it is the boundary of."""
        return self._question.name

    # --- hyperplanes -------------------------------------------------------------------------------------------------------------------------

    @cached_property
    def _rows(self) -> PieceRows:
        return form_rows(self.partition, self._inquiry, self._question, self.cell, self._form)

    @cached_property
    def _form(self) -> Ints:
        """(n,) the form that vanishes on each piece."""
        number = {tuple(pair): form for form, pair in enumerate(self._question.pair.tolist())}
        return np.array([number[tuple(pair)] for pair in self.classes.tolist()], dtype=np.int64)

    @property
    def alpha(self) -> FloatArray:
        """(n, d) gradients of f_i - f_j on the pieces' cells, each proven to be within 2^-20 of its size, and mostly within a few
        roundings; `geom.boundary.Piece.hyperplane` gives them exactly."""
        return self._rows.value[:, :-1]

    @property
    def beta(self) -> FloatArray:
        """(n,) constants: a piece lies on alpha.x + beta = 0."""
        return self._rows.value[:, -1]

    def _exact_form(self, piece: int) -> tuple[Fractions, Fraction]:
        """alpha (d,) and beta of a piece, as fractions."""
        return exact_form(self._inquiry, self._question, self.partition, int(self.cell[piece]), int(self._form[piece]))

    # --- vertices and volumes ----------------------------------------------------------------------------------------------------------------

    @cached_property
    def _exact(self) -> dict[tuple[bytes, bytes], Row]:
        return {}

    def _exact_vertices(self, piece: int) -> list[Row]:
        """Vertices and rays of a piece in homogeneous integers (w x, w), w = 0 for rays; in the order of the table of pieces."""
        at = self._table.vertices_of(piece)
        return exact_vertices(self._inquiry, self._table, piece, np.arange(at.start, at.stop), self._exact)

    def _corners(self, piece: int) -> list[list[int]]:
        """For every ridge of a piece its vertices and rays, by their position among those of the piece."""
        pieces = self._table
        ridges = range(int(pieces.ridge_at[piece]), int(pieces.ridge_at[piece + 1]))
        return [pieces.corner[pieces.corner_at[r] : pieces.corner_at[r + 1]].tolist() for r in ridges]

    @property
    def _has_lines(self) -> bool:
        """Whether all cells, and so all pieces, contain a line."""
        return self._inquiry.has_lines

    @cached_property
    def _sizes(self) -> tuple[FloatArray, FloatArray]:
        return sizes(self._table, self.dim, self._has_lines)

    @property
    def volume(self) -> FloatArray:
        """(n,) volumes of the pieces in dimension d - 1 (1 for a point), in floating point; `geom.boundary.Piece.volume` is correctly rounded."""
        return self._sizes[0]

    @property
    def total_volume(self) -> float:
        """The sum of the volumes of all pieces: length in the plane, area in space; infinite if one is unbounded."""
        return math.fsum(self.volume.tolist())

    @property
    def ridge_volume(self) -> FloatArray:
        """(r,) volumes of all ridges of all pieces in dimension d - 2."""
        return self._sizes[1]

    # --- links -------------------------------------------------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> Links:
        """Which pieces meet at which ridge."""
        return linked(self.partition, self._inquiry, self._question, self._found)

    @cached_property
    def components(self) -> Ints:
        """(n,) connected component of each piece, through shared ridges, numbered by their first pieces; a shared vertex alone joins nothing."""
        links, n = self.links, len(self)
        shared = np.flatnonzero(links.ridge >= 0)
        incidence = (np.ones(len(shared)), (links.piece[shared], n + links.ridge[shared]))
        total = n + len(links.size)
        labels = connected_components(coo_array(incidence, shape=(total, total)), directed=False)[1][:n]
        _, first, label = np.unique(labels, return_index=True, return_inverse=True)
        return np.asarray(np.argsort(np.argsort(first))[label.reshape(-1)], dtype=np.int64)

    @cached_property
    def is_closed(self) -> NDArray[np.bool_]:
        """(components,) whether every ridge of the component is shared by exactly two of its pieces: it has no end, and no crossing.

        A component that goes on to infinity is closed in this sense if it has no other end, and so is a single point in one dimension.
        """
        links = self.links
        good = (links.ridge >= 0) & (links.size[links.ridge] == 2 if len(links.size) else False)
        closed = np.ones(int(self.components.max(initial=-1)) + 1, dtype=np.bool_)
        closed[self.components[links.piece[~good]]] = False
        return closed

    @cached_property
    def _meetings(self) -> Meeting:
        """Pairs of pieces of the same classes that share a ridge with no third."""
        return meetings(self.links, self.classes)

    def angles(self, *, exact: bool = False) -> dict[str, NDArray[Any]]:
        """Dihedral angles: one row for every ridge at which two pieces of the same classes, and no third, meet.

        Parameters
        ----------
        exact : bool
            Also give `dot`, `square_a` and `square_b`, the scalar products <alpha, alpha'>, <alpha, alpha> and <alpha', alpha'> as fractions: cos is
            the first over the root of the product of the others.

        Returns
        -------
        dict of str to (k,) array
            ``a``, ``b`` (cells), ``piece_a``, ``piece_b``, ``i``, ``j`` (classes), ``theta`` in [0, pi], ``cos`` (of theta, signed), ``sign`` (1
            where {f_i >= f_j} is convex at the ridge, -1 where it is reflex, 0 where the boundary goes on straight), ``dihedral`` (pi - sign * theta:
            the angle of {f_i >= f_j} inside, in (0, 2 pi)) and ``ridge_volume`` (in dimension d - 2; 1 for d = 2).

        Notes
        -----
        Source: Balestriero et al. (2019), Theorem 8 with its absolute value removed (docs/errata.md, E20). Signs are proven; theta and cos are
        rounded. Where a zero set only touches (`changes` is False), {f >= 0} stands for the closure of {f > 0} on the pieces' own sides.

        Examples
        --------
        A square |x| + |y| <= 1: four corners of 90 degrees.

        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
        >>> angles = part.decision_boundary().angles()
        >>> np.degrees(angles["theta"]).round(9).tolist(), angles["sign"].tolist()
        ([90.0, 90.0, 90.0, 90.0], [1, 1, 1, 1])
        """
        table = dict(self._angles)
        if exact:
            rows = [self._exact_form(p)[0] for p in range(len(self))]
            first, second = self._meetings.first.tolist(), self._meetings.second.tolist()
            pairs = {"dot": zip(first, second, strict=True), "square_a": zip(first, first, strict=True), "square_b": zip(second, second, strict=True)}
            for name, numbers in pairs.items():
                table[name] = np.array([rows[p] @ rows[q] for p, q in numbers], dtype=object)
        return table

    @cached_property
    def _angles(self) -> dict[str, NDArray[Any]]:
        meeting = self._meetings
        p, q = meeting.first, meeting.second
        cos, theta = turns(self.alpha[p], self.alpha[q])
        sign = signs(self._table, self._rows, meeting, self._exact_sign)
        theta, cos = np.where(sign == 0, 0.0, theta), np.where(sign == 0, 1.0, cos)
        return {
            "a": self.cell[p],
            "b": self.cell[q],
            "piece_a": p,
            "piece_b": q,
            "i": self.classes[p, 0],
            "j": self.classes[p, 1],
            "theta": theta,
            "cos": cos,
            "sign": sign,
            "dihedral": np.pi - sign * theta,
            "ridge_volume": np.minimum(self.ridge_volume[meeting.ridge], self.ridge_volume[meeting.mate]),
        }

    def _exact_sign(self, piece: int, other: int, vertices: Ints) -> int:
        """Sign of a piece's form at vertices of another piece."""
        alpha, beta = self._exact_form(piece)
        for point in exact_vertices(self._inquiry, self._table, other, vertices, self._exact):
            value = sum((a * x for a, x in zip((*alpha, beta), point, strict=True)), Fraction(0))
            if value:
                return 1 if value > 0 else -1
        return 0

    def curvature(self) -> Curvature:
        """Total absolute and signed curvature in the partition's domain, in all and of each component.

        For the curvature in a window, subdivide the window: ridges are cut off at its walls, and those that lie in a wall do not count.
        """
        return curvature(self.angles(), self.components)

    def euler_characteristic(self) -> int:
        """Vertices - edges + faces of a bounded boundary in two or three dimensions, as the complex of its pieces.

        Raises
        ------
        GeomError
            In other dimensions, or if a piece is unbounded.
        """
        return euler_characteristic(self)

    def angle_defects(self) -> dict[str, NDArray[Any]]:
        """At every vertex of a bounded boundary in three dimensions: 2 pi minus the angles of its faces there.

        Returns
        -------
        dict of str to (k,) array
            ``vertex`` (a number), ``point`` (3 coordinates), ``defect``, ``faces`` (how many meet there) and ``is_inner`` (whether each ridge at the
            vertex is shared by exactly two faces). Over a closed surface the defects add up to 2 pi times its Euler characteristic (Gauss and
            Bonnet; Descartes).

        Raises
        ------
        GeomError
            In other dimensions, or if a piece is unbounded.
        """
        return angle_defects(self)

    # --- distances ---------------------------------------------------------------------------------------------------------------------------

    def distance(self, x: ArrayLike) -> BoundaryDistances:
        """Exact distances of the points (n, d) to the boundary within the domain, with the nearest points.

        Raises
        ------
        DomainError
            If x is not (n, d), or holds an entry that is not finite.
        """
        return boundary_distances(self, x)

    # --- as graphs and tables ----------------------------------------------------------------------------------------------------------------

    def annotate(self, graph: nx.Graph) -> nx.Graph:
        """Write the angles to the edges of an adjacency graph of the cells, such as `Partition.graph` gives; returns the graph.

        An edge (a, b) across which pieces of the boundary meet gets ``theta``, ``sign``, ``cos`` and ``ridge_volume``. Where several pairs of classes
        meet across one facet, the values are those of the largest theta. Pairs of cells that share no facet have no edge, and are left out.

        Examples
        --------
        >>> from geom import Box, Network, subdivide
        >>> part = subdivide(Network.mlp([[[1, 0], [0, 1]], [[-1, -1]]], [[0, 0], [1]], "abs"), Box([-2, -2], [2, 2]))
        >>> graph = part.decision_boundary().annotate(part.graph())
        >>> round(sum(theta for _, _, theta in graph.edges.data("theta")), 9)
        6.283185307
        """
        if not isinstance(graph, nx.Graph):
            raise GeomError(f"graph: expected a networkx.Graph, got {type(graph).__name__}; part.graph() makes one")
        table = self._angles
        order = np.argsort(table["theta"], kind="stable")
        names = ("theta", "sign", "cos", "ridge_volume")
        columns = zip(*(table[name][order].tolist() for name in ("a", "b", *names)), strict=True)
        for a, b, *values in columns:
            if graph.has_edge(a, b):
                graph.edges[a, b].update(zip(names, values, strict=True))
        return graph

    def graph(self) -> nx.Graph:
        """Pieces that share a ridge: nodes are pieces, with ``cell``, ``classes`` and ``volume``; an edge has ``theta`` and ``sign`` where it has
        one.
        """
        graph = nx.Graph()
        nodes = zip(self.cell.tolist(), map(tuple, self.classes.tolist()), self.volume.tolist(), strict=True)
        graph.add_nodes_from((i, dict(zip(("cell", "classes", "volume"), values, strict=True))) for i, values in enumerate(nodes))
        links = self.links
        shared = np.flatnonzero(links.ridge >= 0)
        order = shared[np.argsort(links.ridge[shared], kind="stable")]
        for group in np.split(links.piece[order], np.cumsum(links.size)[:-1]) if len(links.size) else []:
            graph.add_edges_from((int(p), int(q)) for k, p in enumerate(group) for q in group[k + 1 :])
        table = self._angles
        for p, q, theta, sign in zip(*(table[name].tolist() for name in ("piece_a", "piece_b", "theta", "sign")), strict=True):
            graph.edges[p, q].update(theta=theta, sign=sign)
        return graph

    def to_columns(self) -> dict[str, NDArray[Any]]:
        """One row a piece: ``piece``, ``cell``, ``i``, ``j``, ``alpha_0``, ..., ``beta``, ``volume``, ``component``, ``changes``."""
        columns: dict[str, NDArray[Any]] = {"piece": np.arange(len(self)), "cell": self.cell, "i": self.classes[:, 0], "j": self.classes[:, 1]}
        columns |= {f"alpha_{k}": np.ascontiguousarray(column) for k, column in enumerate(self.alpha.T)}
        return columns | {"beta": self.beta, "volume": self.volume, "component": self.components, "changes": self.changes}

    def __len__(self) -> int:
        return len(self.cell)

    def __getitem__(self, index: int) -> Piece:
        return Piece(self, index_of(index, len(self), "piece", "a boundary"))

    def __iter__(self) -> Iterator[Piece]:
        return (Piece(self, i) for i in range(len(self)))

    def __repr__(self) -> str:
        flat = len(np.unique(self.vanishing[:, 0]))
        also = f", vanishing on {flat:,} cell{'s' * (flat != 1)}" if flat else ""
        n, cells = len(self), len(np.unique(self.cell))
        return f"Boundary({self.name}: {n:,} piece{'s' * (n != 1)} in {cells:,} cell{'s' * (cells != 1)}, {self.dim} dimensions{also})"
