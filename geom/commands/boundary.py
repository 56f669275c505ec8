"""What the command `geom boundary` asks, prints and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
import numpy as np

from geom.boundary import Boundary
from geom.boundary.question import classes_asked
from geom.commands.table_files import TABLE_SUFFIXES, check_table_name, write_table
from geom.errors import GeomError, MissingDependency
from geom.networks.network import Network
from geom.pictures.boundaries import check_boundary_picture, save_boundary_picture
from geom.pictures.cells import picture_format
from geom.pictures.histograms import save_angles_picture

__all__ = ["BoundaryFiles", "boundary_facts", "boundary_options", "check_boundary", "write_boundary"]

SIZES = {1: "points", 2: "length", 3: "area"}  # of a boundary in so many dimensions


class BoundaryFiles(NamedTuple):
    """The files that are asked for."""

    out: str | None
    picture: str | None
    angles: str | None


def boundary_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the command besides the domain."""
    options = [
        click.option("--classes", type=int, nargs=2, metavar="I J", help="Only where classes I and J meet, numbered from 0."),
        click.option("--out", metavar="TABLE.CSV", help="Write a table of the pieces: .csv, .npz or .parquet."),
        click.option("--picture", metavar="OUT.PNG", help="Draw it, in 2 or 3 dimensions; .html for a surface to be turned by hand (plotly)."),
        click.option("--angles", metavar="FILE", help="Write a table of the angles (.csv, .npz, .parquet), or draw their histogram (.png, ...)."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def check_boundary(net: Network, classes: tuple[int, int] | None, files: BoundaryFiles) -> None:
    """What would fail after the walk fails before it.

    Raises
    ------
    GeomError
        If the network has no such classes, a suffix is no format, or the picture could not be drawn.
    """
    if classes is not None:
        if net.output_dim == 1:
            raise GeomError("--classes: the network has one output, whose decision boundary is its zero set")
        classes_asked(net, *classes)
    if files.out:
        check_table_name(files.out)
    if files.picture:
        check_boundary_picture(files.picture, net.input_dim)
    if files.angles:
        _check_angles_name(files.angles)


def _is_table(path: str) -> bool:
    return Path(path).suffix.lower() in TABLE_SUFFIXES


def _check_angles_name(path: str) -> None:
    if _is_table(path):
        check_table_name(path)
        return
    try:
        picture_format(path)
    except MissingDependency:
        raise
    except GeomError as error:
        raise GeomError(f"{error}; or for a table one of {', '.join(TABLE_SUFFIXES)}") from error


def write_boundary(boundary: Boundary, files: BoundaryFiles) -> list[str]:
    """Write and draw; the names of the files."""
    if files.out:
        write_table(boundary.to_columns(), files.out)
    if files.picture:
        save_boundary_picture(boundary, files.picture)
    if files.angles and _is_table(files.angles):
        write_table(boundary.angles(), files.angles)
    elif files.angles:
        save_angles_picture(boundary, files.angles)
    return [click.format_filename(path) for path in files if path]


def boundary_facts(boundary: Boundary) -> Iterator[tuple[str, str]]:
    """What there is to say of a boundary, as names and texts."""
    n_cells = len(np.unique(boundary.cell))
    yield "boundary", boundary.name
    yield "pieces", f"{len(boundary):,} in {n_cells:,} cell{'s' * (n_cells != 1)}"
    touching = int(np.count_nonzero(~boundary.changes))
    if touching:
        yield "pieces without a change of sign", f"{touching:,}"
    yield "vanishing cells", f"{len(np.unique(boundary.vanishing[:, 0])):,}"
    yield "components", _components(boundary)
    yield SIZES.get(boundary.dim, f"{boundary.dim - 1}-dimensional volume"), _number(boundary.total_volume)
    yield from _angle_facts(boundary)
    try:
        yield "Euler characteristic", f"{boundary.euler_characteristic()}"
    except GeomError:
        yield "Euler characteristic", "not computed: " + ("it is unbounded" if boundary.dim in (2, 3) else "only in 2 and 3 dimensions")


def _components(boundary: Boundary) -> str:
    n, closed = len(boundary.is_closed), int(np.count_nonzero(boundary.is_closed))
    return f"{n:,}: {closed:,} closed, {n - closed:,} not" if n else "0"


def _angle_facts(boundary: Boundary) -> Iterator[tuple[str, str]]:
    table = boundary.angles()
    sign, degrees = table["sign"], np.degrees(table["theta"])
    kinds = [f"{np.count_nonzero(sign == s):,} {name}" for s, name in ((1, "convex"), (-1, "reflex"), (0, "straight"))]
    yield "angles", f"{len(sign):,}" + (": " + ", ".join(kinds) if len(sign) else "")
    if len(sign):
        yield "degrees of turn", f"{_number(float(degrees.mean()))} on average, at most {_number(float(degrees.max()))}"
    total = boundary.curvature()
    for name, amount in (("absolute", total.absolute), ("signed", total.signed)):
        turns = f" = 2 pi x {_number(amount / (2 * np.pi))}" if boundary.dim == 2 else ""
        yield f"total {name} curvature", _number(amount) + turns


def _number(value: float) -> str:
    if np.isnan(value):
        return "not defined: infinite of both signs"
    return f"{value:.6g}" if np.isfinite(value) else f"{'-' * (value < 0)}infinite"
