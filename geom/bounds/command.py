"""The command `geom bounds`: every bound of a network's architecture, and with a domain the true count beside them."""

from __future__ import annotations

import sys
from typing import Any

import click

from geom.bounds.overview import table
from geom.bounds.validation import Validation, compare, validate
from geom.domain import Domain
from geom.loaders import load
from geom.network import Network
from geom.problems import domain_options, problems_of
from geom.subdivision import count, subdivide

__all__ = ["bounds_command"]


@click.command("bounds")
@click.argument("file")
@domain_options
@click.option("--count", "count_only", is_flag=True, help="Only count cells, not linear regions: the memory does not grow with the number of cells.")
@click.option("--upto", type=click.IntRange(min=1), metavar="L", help="Only the first L hidden layers.")
def bounds_command(file: str, count_only: bool, upto: int | None, **place: Any) -> None:
    """Published bounds on the number of cells of the network in FILE (.npz or .onnx).

    Without a domain only the bounds of its architecture are printed, and why others do not apply. With one the cells in it are counted, and the
    count stands beside every bound: upper bounds hold for every network and in every domain; lower bounds are about the best network.

    \b
    Examples:
        geom bounds docs/examples/digits.npz
        geom bounds docs/examples/digits.npz --box -1 1
    """
    net = load(file)
    if not any(place.values()):
        click.echo(table(net if upto is None else net.upto(upto)))
        return
    problems = problems_of(net if upto is None else net.upto(upto), **place)
    for i, problem in enumerate(problems):
        click.echo("\n" * bool(i) + str(_counted(*problem, count_only)))


def _counted(net: Network, domain: Domain, count_only: bool) -> Validation:
    progress = sys.stderr.isatty()
    if count_only:
        return compare(net, count(net, domain, progress=progress).cells)
    return validate(subdivide(net, domain, progress=progress))
