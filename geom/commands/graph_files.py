"""Adjacency graphs as files that other programs read: GraphML with what nodes and edges carry, or the bare matrix for scipy."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
from scipy.sparse import save_npz

from geom.errors import GeomError
from geom.storage import write_whole

if TYPE_CHECKING:
    from geom.partition.partition import Partition

__all__ = ["GRAPH_SUFFIXES", "check_graph_name", "write_graph"]

GRAPH_SUFFIXES = (".graphml", ".npz")


def check_graph_name(path: str | PathLike[str]) -> None:
    """Refuse a name whose suffix says nothing.

    Raises
    ------
    GeomError
    """
    if Path(path).suffix.lower() not in GRAPH_SUFFIXES:
        raise GeomError(
            f"{path}: the suffix {Path(path).suffix!r} is no format of graphs; take .graphml for networkx, Gephi, igraph, or .npz for scipy.sparse"
        )


def write_graph(partition: Partition, path: str | PathLike[str]) -> None:
    """Write the adjacency graph.

    Parameters
    ----------
    partition : Partition
    path : path-like
        ``*.graphml``: nodes with code, bounded and witness_0, ...; edges with layer, units (numbers apart by blanks) and normal_0, ...
        ``*.npz``: the matrix, for `scipy.sparse.load_npz`.

    Raises
    ------
    GeomError
        If the suffix is neither.
    SaveError
        If the file cannot be written.

    Examples
    --------
    >>> import geom, networkx
    >>> from tempfile import TemporaryDirectory
    >>> part = geom.subdivide(geom.Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]]), geom.Box([-1], [1]))
    >>> with TemporaryDirectory() as folder:
    ...     write_graph(part, f"{folder}/cells.graphml")
    ...     networkx.read_graphml(f"{folder}/cells.graphml", node_type=int).edges[0, 1]
    {'layer': 0, 'units': '0', 'normal_0': 1.0}
    """
    check_graph_name(path)
    if Path(path).suffix.lower() == ".npz":
        write_whole(path, lambda file: save_npz(file, partition.adjacency()))
    else:
        write_whole(path, lambda file: nx.write_graphml(_plain(partition.graph()), file))


def _plain(graph: nx.Graph) -> nx.Graph:
    """The same with attributes that are texts and numbers."""
    plain = nx.Graph()
    for i, node in graph.nodes(data=True):
        plain.add_node(i, code="".join(map(str, node["code"].tolist())), bounded=node["bounded"], **_numbered("witness", node["witness"]))
    for i, j, edge in graph.edges(data=True):
        plain.add_edge(i, j, layer=edge["layer"], units=" ".join(map(str, edge["units"])), **_numbered("normal", edge["normal"]))
    return plain


def _numbered(name: str, values: Any) -> dict[str, float]:
    return {f"{name}_{k}": value for k, value in enumerate(values.tolist())}
