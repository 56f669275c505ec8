"""The command `geom bounds`: every bound of a network's architecture, and with a domain the true count beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from geom.bounds.overview import table
from geom.bounds.validation import BoundViolated, Validation, counted, validate
from geom.commands.one_line import Stop
from geom.commands.problems import Problem, domain_options, problems_of
from geom.loaders import load
from geom.partition.store import holds_partition, open_
from geom.partition.subdivision import count, subdivide

__all__ = ["bounds_command"]

CONTRADICTED = 1


@click.command("bounds")
@click.argument("file")
@domain_options
@click.option("--count", "count_only", is_flag=True, help="Only count cells, not linear regions: the memory does not grow with the number of cells.")
@click.option("--upto", type=click.IntRange(min=1), metavar="L", help="Only the first L hidden layers.")
def bounds_command(file: str, count_only: bool, upto: int | None, **place: Any) -> None:
    """Published bounds on the number of cells of the network in FILE (.npz or .onnx), or of the one whose cells FILE holds.

    Without a domain only the bounds of its architecture are printed, why others do not apply, and which call of geom.examples makes a network that
    attains a lower bound. With one the cells in it are counted, and the count stands beside every bound: upper bounds hold for every network and in
    every domain; lower bounds are about the best network. Of one hidden layer the exact number of its hyperplanes stands beside them. Exit status 1:
    a count contradicts a bound; what reproduces it is printed.

    \b
    Examples:
        geom bounds docs/examples/digits.npz
        geom bounds docs/examples/digits.npz --box -1 1
        geom bounds digits-cells.npz
    """
    asked = any(place.values())
    if holds_partition(file):
        if asked or upto is not None:
            raise click.UsageError(f"{click.format_filename(file)} holds cells with their own domain and layers; give no other ones")
        _print_of(validate, open_(file))
        return
    net = load(file) if upto is None else load(file).upto(upto)
    if not asked:
        click.echo(table(net))
        return
    for i, problem in enumerate(problems_of(net, **place)):
        click.echo("\n" * bool(i), nl=False)
        _print_of(_counted if count_only else _listed, problem)


def _print_of(find: Callable[[Any], Validation], what: Any) -> None:
    try:
        click.echo(find(what))
    except BoundViolated as error:
        click.echo(error.reproduce)
        raise Stop(error.summary, CONTRADICTED) from error


def _listed(problem: Problem) -> Validation:
    return validate(subdivide(*problem, progress=sys.stderr.isatty()))


def _counted(problem: Problem) -> Validation:
    return counted(*problem, count(*problem, progress=sys.stderr.isatty()).cells)
