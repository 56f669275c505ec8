"""The command `geom`: what a network is, its cells in a domain, their picture, and their proof.

Results go to standard output; standard error has a progress bar where it is a terminal, and at most one line. Exit status: 0 done, 1 a partition
was rejected or a property violated, 2 bad input, 3 a budget was reached (what was found is printed), 130 Ctrl-C (likewise).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import click
from rich.console import Console

from geom import __version__
from geom.arguments import target_path
from geom.budget import Budget
from geom.commands.boundary import BoundaryFiles, boundary_facts, boundary_options, check_boundary, write_boundary
from geom.commands.bounds import bounds_command
from geom.commands.estimate import estimate_command
from geom.commands.graph_files import check_graph_name, write_graph
from geom.commands.one_line import INTERRUPTED, STOPPED, OneLineErrors, Stop
from geom.commands.problems import Problem, domain_options, problems_of
from geom.commands.tables import Result, describe_domain, print_facts, print_graph, print_network, print_result, print_results
from geom.commands.verify import run_verify
from geom.errors import BudgetExceeded, DomainError, Interrupted, SaveError
from geom.loaders import load
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.partition.store import holds_partition, open_
from geom.partition.subdivision import count, subdivide
from geom.pictures.cells import picture_format, read_points, save_picture
from geom.polyhedra.domain import Box
from geom.proof import check

__all__ = ["main"]

REJECTED = 1


@click.group(cls=OneLineErrors, invoke_without_command=True)
@click.version_option(__version__, prog_name="geom", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Exact computational geometry of piecewise-affine neural networks.

    \b
    Example:
        geom subdivide docs/examples/digits.npz --box -1 1 --plot digits.png
    """
    logging.getLogger("geom").addHandler(logging.NullHandler())  # `_warm_up` says it
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@main.command()
@click.argument("file")
def info(file: str) -> None:
    """Sizes, activations and exactness of the network in FILE (.npz or .onnx).

    \b
    Example:
        geom info docs/examples/digits.npz
    """
    print_network(file, load(file))


@main.command("subdivide")
@click.argument("file")
@domain_options
@click.option("--count", "count_only", is_flag=True, help="Only count: the memory does not grow with the number of cells.")
@click.option("--plot", "picture", metavar="OUT.PNG", help="Draw the cells; needs two dimensions and one domain.")
@click.option("--out", metavar="CELLS.NPZ", help="Save the cells for geom.open; needs one domain.")
@click.option("--upto", type=click.IntRange(min=1), metavar="L", help="Only the first L hidden layers.")
@click.option("--max-cells", type=click.IntRange(min=1), metavar="N", help="Stop after N cells.")
@click.option("--max-seconds", type=float, metavar="S", help="Stop after S seconds.")
@click.option("--max-memory", type=click.IntRange(min=1), metavar="BYTES", help="Stop when the walk and its cells take more bytes.")
def subdivide_command(
    file: str,
    count_only: bool,
    picture: str | None,
    out: str | None,
    upto: int | None,
    max_cells: int | None,
    max_seconds: float | None,
    max_memory: int | None,
    **place: Any,
) -> None:
    """Every cell of the network in FILE (.npz or .onnx) within a domain.

    A VNN-LIB file may give a union of domains; they are taken one after another, limits count for all of them together, and --plot and --out are
    refused. What was found until a limit or Ctrl-C is printed, drawn and saved like a full result; the exit status is then 3 or 130.

    \b
    Examples:
        geom subdivide docs/examples/digits.npz --box -1 1 --plot digits.png --out digits-cells.npz
        geom subdivide docs/examples/iris.npz --low -4,-4,-4,-4 --high 4,4,4,0.5 --count
    """
    budget = Budget(cells=max_cells, seconds=max_seconds, memory=max_memory)
    net = load(file)
    problems = problems_of(net, **place)
    cut = problems[0].net if upto is None else problems[0].net.upto(upto)
    if (picture or out) and (count_only or len(problems) > 1):
        raise click.UsageError("--plot and --out need the cells of one domain; " + ("--count keeps none" if count_only else "this is a union"))
    _check_outputs([file, place["vnnlib"]], picture, out, problems[0].net)
    results, stop = _walk(problems, upto, count_only or len(problems) > 1, budget)
    files = _write(results[0], picture, out) if picture or out else []
    name = f"{click.format_filename(file)}, {_sizes(cut)}"
    if len(problems) == 1:
        print_result(name, describe_domain(problems[0].domain), results[0], stop is not None, files)
    else:
        print_results(name, [f"{i + 1}" for i in range(len(problems))], results, stop is not None)
    if stop is not None:
        raise stop


@main.command("plot")
@click.argument("file")
@domain_options
@click.option("--out", required=True, metavar="OUT.PNG", help="The picture; its suffix gives the format (png, pdf, svg, ...).")
@click.option("--data", metavar="DATA.NPZ", help="Points to draw over the cells: an array x (n, 2) and, if there are classes, y (n,).")
def plot_command(file: str, out: str, data: str | None, **place: Any) -> None:
    """Draw the cells of the network in FILE (.npz or .onnx) within a two-dimensional domain.

    Colours show the affine map of each cell: its direction as hue, its steepness as strength. Red: where the decision changes.

    \b
    Example:
        geom plot docs/examples/wine.npz --box -1 1 --data docs/examples/wine-data.npz --out wine.png
    """
    problems = problems_of(load(file), **place)
    if len(problems) > 1:
        raise click.UsageError("a picture shows one domain; this is a union")
    points, labels = read_points(data) if data else (None, None)
    _check_outputs([file, data, place["vnnlib"]], out, None, problems[0].net)
    results, stop = _walk(problems, None, False, Budget())
    assert isinstance(results[0], Partition), "without --count there are cells"
    save_picture(results[0], out, points=points, labels=labels)
    name = f"{click.format_filename(file)}, {_sizes(problems[0].net)}"
    print_result(name, describe_domain(problems[0].domain), results[0], stop is not None, [click.format_filename(out)])
    if stop is not None:
        raise stop


@main.command("graph")
@click.argument("file")
@domain_options
@click.option("--out", metavar="OUT.GRAPHML", help="Write the graph: .graphml with codes, witnesses, units and normals, or .npz, the bare matrix.")
@click.option("--diameter", "wants_diameter", is_flag=True, help="Compute the diameter too: many searches of the graph.")
def graph_command(file: str, out: str | None, wants_diameter: bool, **place: Any) -> None:
    """Which cells of the network in FILE (.npz or .onnx) touch, within a domain; or of the cells that FILE holds.

    Two cells are adjacent if they share a facet. The mean degree is at most twice the dimension for hyperplane arrangements.

    \b
    Examples:
        geom graph docs/examples/digits.npz --box -1 1 --diameter --out digits.graphml
        geom graph digits-cells.npz
    """
    if out is not None:
        check_graph_name(out)
    part, stop = _cells_of(file, [out], place)
    name = f"{click.format_filename(file)}, {_sizes(part.network)}"
    if out is not None:
        write_graph(part, out)
    print_graph(name, describe_domain(part.domain), part, wants_diameter, [click.format_filename(out)] if out else [])
    if stop is not None:
        raise stop


@main.command("boundary")
@click.argument("file")
@domain_options
@boundary_options
def boundary_command(file: str, classes: tuple[int, int] | None, out: str | None, picture: str | None, angles: str | None, **place: Any) -> None:
    """Where the network in FILE (.npz or .onnx) decides, within a domain; or that of the cells that FILE holds.

    Of one output its zero set, of several where the largest changes: exact pieces, how they hang together, and how they bend where they meet.

    \b
    Examples:
        geom boundary docs/examples/digits.npz --box -1 1 --picture boundary.png --angles angles.csv
        geom boundary docs/examples/wine.npz --box -1 1 --classes 0 2 --out pieces.csv
    """
    files = BoundaryFiles(out, picture, angles)
    part, stop = _cells_of(file, files, place, "a boundary lies in", lambda net: check_boundary(net, classes, files))
    if stop is not None:
        raise stop
    start = perf_counter()
    boundary = part.decision_boundary(*classes or ())
    facts = list(boundary_facts(boundary))
    seconds = perf_counter() - start
    names = write_boundary(boundary, files)
    name = f"{click.format_filename(file)}, {_sizes(part.network)}"
    known = [("network", name), ("domain", describe_domain(part.domain)), ("cells", f"{len(part):,}"), *facts, ("seconds", f"{seconds:,.4f}")]
    print_facts([*known, *(("written", path) for path in names)])


@main.command("check")
@click.argument("file", metavar="CELLS.NPZ")
@click.option("--sample", type=click.IntRange(min=1), default=1000, show_default=True, metavar="N", help="Check at most N cells, drawn at random.")
@click.option("--all", "check_all", is_flag=True, help="Check all cells, however many.")
@click.option("--level", type=click.Choice(["cells", "closure", "volume"]), help="How far to go; by default as far as a proof needs.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="S", help="Of the random sample.")
def check_command(file: str, sample: int, check_all: bool, level: Any, seed: int) -> None:
    """Prove saved cells again, exactly and without the code that found them.

    Level cells: codes are distinct, witnesses lie inside. Level closure: facets are as stored, and there is a cell across each; over all cells this
    proves that none is missing. Level volume: volumes add up to the domain's. Exit status 1: the cells are rejected.

    \b
    Examples:
        geom subdivide docs/examples/digits.npz --box -1 1 --out digits-cells.npz
        geom check digits-cells.npz
    """
    part = open_(file)
    report = check(part, level=level, sample=None if check_all else sample, seed=seed, progress=sys.stderr.isatty())
    name = f"{click.format_filename(file)}, {_sizes(part.network)}"
    print_facts([("partition", name), ("domain", describe_domain(part.domain)), *report.facts()])
    if not report.ok:
        raise Stop(report.verdict, REJECTED)


@main.command("verify")
@click.argument("file")
@click.option("--vnnlib", required=True, metavar="FILE", help="The property: its inputs are the domain, its outputs the unsafe set.")
@click.option("--max-cells", type=click.IntRange(min=1), metavar="N", help="Stop after N cells.")
@click.option("--max-seconds", type=float, metavar="S", help="Stop after S seconds.")
@click.option("--max-memory", type=click.IntRange(min=1), metavar="BYTES", help="Stop when the walk takes more bytes.")
@click.option("--check", "sample", type=click.IntRange(min=1), metavar="N", help="Prove the verdict again, on at most N cells drawn at random.")
def verify_command(file: str, vnnlib: str, max_cells: int | None, max_seconds: float | None, max_memory: int | None, sample: int | None) -> None:
    """Whether the network in FILE (.npz or .onnx) keeps a property: no input of the domain has outputs in the unsafe set.

    Every cell is asked, in exact arithmetic where floats cannot tell, and none is kept. A violation is printed with its input. Exit status: 0 the
    property holds, 1 it is violated, 3 a limit ended the walk first and the verdict is unknown, 130 Ctrl-C, 2 bad input.

    \b
    Example:
        geom verify docs/examples/iris.npz --vnnlib docs/examples/iris.vnnlib
    """
    run_verify(file, vnnlib, Budget(cells=max_cells, seconds=max_seconds, memory=max_memory), sample)


# --- what is asked ---------------------------------------------------------------------------------------------------------------------------


def _sizes(net: Network) -> str:
    return " -> ".join(map(str, (net.input_dim, *net.widths, net.output_dim)))


def _check_outputs(inputs: list[str | None], picture: str | None, out: str | None, net: Network) -> None:
    """What would fail after the walk fails before it."""
    for path in filter(None, (picture, out)):
        folder = os.path.dirname(os.path.realpath(target_path(path)))
        if not os.access(folder, os.W_OK):
            raise SaveError(path, f"you may not write into the folder {folder}; name another")
        if any(os.path.realpath(path) == os.path.realpath(name) for name in inputs if name):
            raise SaveError(path, "it is the input")
    if picture and out and os.path.realpath(picture) == os.path.realpath(out):
        raise SaveError(out, "it is the picture's name too")
    if picture:
        picture_format(picture)
        if net.input_dim != 2:
            raise DomainError(f"only two dimensions can be drawn; the network takes {net.input_dim} inputs")


def _cells_of(
    file: str, outs: Sequence[str | None], place: dict[str, Any], what: str = "a graph shows", look: Callable[[Network], None] = lambda net: None
) -> tuple[Partition, Stop | None]:
    """The cells that a file holds, or those of the network in it within one domain; `look` may refuse the network before they are walked."""
    if holds_partition(file):
        if any(place.values()):
            raise click.UsageError(f"{click.format_filename(file)} holds cells with their own domain; give no other one")
        part = open_(file)
        look(part.network)
        _check_each([file], outs, part.network)
        return part, None
    problems = problems_of(load(file), **place)
    if len(problems) > 1:
        raise click.UsageError(f"{what} one domain; this is a union")
    look(problems[0].net)
    _check_each([file, place["vnnlib"]], outs, problems[0].net)
    results, stop = _walk(problems, None, False, Budget())
    assert isinstance(results[0], Partition), "without --count there are cells"
    return results[0], stop


def _check_each(inputs: list[str | None], outs: Sequence[str | None], net: Network) -> None:
    """`_check_outputs` for any number of files."""
    paths = [path for path in outs if path]
    for path in paths:
        _check_outputs(inputs, None, path, net)
    if len({os.path.realpath(path) for path in paths}) < len(paths):
        raise SaveError(paths[-1], "two files have this name")


main.add_command(bounds_command)
main.add_command(estimate_command)


# --- what is done ------------------------------------------------------------------------------------------------------------------------------


def _walk(problems: list[Problem], upto: int | None, count_only: bool, budget: Budget) -> tuple[list[Result], Stop | None]:
    """The cells of one domain after another until the budget, which is for all together, is used up."""
    results: list[Result] = []
    cells, seconds = 0, 0.0
    progress = sys.stderr.isatty()
    _warm_up()
    for net, domain in problems:
        left = {"cells": _left(budget.cells, cells), "seconds": _left(budget.seconds, seconds), "memory": budget.memory}
        spent = next((name for name, value in left.items() if value is not None and value <= 0), None)
        if spent is not None:  # every domain has a cell and takes time
            return results, _stopped(spent, getattr(budget, spent), cells)
        walk: Callable[..., Result] = count if count_only else subdivide
        try:
            result = walk(net, domain, upto=upto, budget=left, progress=progress)
        except BudgetExceeded as error:
            results.append(error.partial)
            cells += error.cells
            if isinstance(error, Interrupted):
                return results, Stop(f"interrupted after {cells:,} cells", INTERRUPTED)
            return results, _stopped(error.limit, getattr(budget, error.limit), cells)
        results.append(result)
        cells, seconds = cells + (len(result) if isinstance(result, Partition) else result.cells), seconds + result.seconds
    return results, None


def _warm_up() -> None:
    """Load the compiled kernels, so that the seconds of a walk are its own."""
    tiny = Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])
    with Console(stderr=True).status("loading the kernels; the first run after an installation compiles them, which takes a minute"):
        try:
            count(tiny, Box([-1], [1]))
        except Interrupted:
            raise Stop("interrupted before the walk began", INTERRUPTED) from None


def _left(limit: float | None, used: float) -> float | None:
    return None if limit is None else limit - used


def _stopped(limit: str, value: float, cells: int) -> Stop:
    return Stop(f"stopped at --max-{limit} {value:,} after {cells:,} cells; raise it or take a smaller domain for the rest", STOPPED)


def _write(result: Result, picture: str | None, out: str | None) -> list[str]:
    """Save and draw; the names of the files."""
    assert isinstance(result, Partition), "without --count there are cells"
    if out:
        result.save(out)
    if picture:
        save_picture(result, picture)
    return [click.format_filename(path) for path in (out, picture) if path]
