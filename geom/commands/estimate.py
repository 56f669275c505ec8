"""The command `geom estimate`: about how many cells there will be, and how long listing them would take."""

from __future__ import annotations

import sys
from typing import Any

import click

from geom.budget import Budget
from geom.commands.one_line import STOPPED, Stop
from geom.commands.problems import domain_options, problems_of
from geom.commands.tables import describe_domain, print_facts
from geom.estimates.estimation import EstimateStopped, estimate
from geom.loaders import load

__all__ = ["estimate_command"]


@click.command("estimate")
@click.argument("file")
@domain_options
@click.option("--upto", type=click.IntRange(min=1), metavar="L", help="Only the first L hidden layers.")
@click.option("--probes", type=click.IntRange(min=200), default=2000, show_default=True, metavar="N", help="About so many random paths.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="K", help="The same seed gives the same estimate.")
@click.option("--max-seconds", type=float, metavar="S", help="Stop after S seconds.")
def estimate_command(file: str, upto: int | None, probes: int, seed: int, max_seconds: float | None, **place: Any) -> None:
    """About how many cells the network in FILE (.npz or .onnx) has within a domain, with a 95 % confidence interval, without listing them.

    \b
    Example:
        geom estimate docs/examples/iris.npz --box -4 4
    """
    net = load(file) if upto is None else load(file).upto(upto)
    for i, problem in enumerate(problems_of(net, **place)):
        click.echo("\n" * bool(i), nl=False)
        try:
            found = estimate(*problem, probes=probes, seed=seed, budget=Budget(seconds=max_seconds), progress=sys.stderr.isatty())
        except EstimateStopped as error:
            raise Stop(str(error), STOPPED) from error
        print_facts([("network", click.format_filename(file)), ("domain", describe_domain(problem.domain)), ("cells", str(found))])
