"""What `geom verify` does: ask, and print the verdict with what supports it."""

from __future__ import annotations

import sys
from fractions import Fraction

import click
from rich.console import Console

from geom.budget import Budget
from geom.commands.one_line import INTERRUPTED, STOPPED, Stop
from geom.commands.tables import describe_domain, print_facts
from geom.errors import Interrupted
from geom.exact import as_fractions, round_fraction
from geom.loaders import OutputProperty, load
from geom.networks.network import Network
from geom.polyhedra.domain import Box
from geom.verification.verification import Verification, verify

__all__ = ["VIOLATED", "run_verify"]

VIOLATED = 1
SHOWN_DIGITS = 60  # of an exact number; longer ones are shown as the double next to them


def run_verify(file: str, vnnlib: str, budget: Budget, sample: int | None = None) -> None:
    """Verify the network in a file against a property file, print what was found, and stop with its exit status.

    Parameters
    ----------
    file, vnnlib : str
        Paths.
    budget : Budget
    sample : int, optional
        Prove the verdict again on at most so many cells.

    Raises
    ------
    Stop
        With status 1 where the property is violated, 3 where the budget ended first, 130 at Ctrl-C.
    """
    net = load(file)
    with Console(stderr=True).status("loading the kernels; the first run after an installation compiles them, which takes minutes"):
        _warm_up()
    try:
        found = verify(net, vnnlib, budget=budget, progress=sys.stderr.isatty())
    except Interrupted as error:
        found = error.partial
    name = f"{click.format_filename(file)}, {' -> '.join(map(str, (net.input_dim, *net.widths, net.output_dim)))}"
    confirmation = found.check(sample=sample, progress=sys.stderr.isatty()) if sample is not None and found.verdict != "unknown" else None
    print_facts([("network", name), ("property", f"{click.format_filename(vnnlib)}, {found.unsafe!r}"), *_facts(found)])
    if confirmation is not None:
        click.echo(f"\n{confirmation!r}")
        if not confirmation.ok:
            raise Stop(f"the verdict is refuted: {(*confirmation.failures, 'its cells are rejected')[0]}", VIOLATED)
    stop = _stop(found, budget)
    if stop is not None:
        raise stop


def _facts(found: Verification) -> list[tuple[str, str]]:
    domains = [describe_domain(domain) for domain in found.domains]
    facts = [
        ("domain", domains[0] if len(domains) == 1 else f"a union of {len(domains)}"),
        ("verdict", found.verdict),
        ("cells asked", f"{found.cells:,}"),
        ("seconds", f"{found.seconds:,.4f}"),
    ]
    if found.counterexample is not None:
        y = ", ".join(f"{_rounded(v):.17g}" for v in found.counterexample.outputs)
        x = ", ".join(repr(v) for v in found.point.tolist()) if found.is_double and found.point is not None else _shown(found.counterexample.point)
        facts += [("input", x), ("outputs", y), ("lies in", f"polyhedron {found.polyhedron} of the unsafe set, in exact arithmetic")]
    return facts


def _shown(point: tuple[Fraction, ...]) -> str:
    """Fractions, where they are short; else the doubles next to them."""
    texts = [str(v) if len(str(v)) <= SHOWN_DIGITS else f"about {_rounded(v)!r}" for v in point]
    return ", ".join(texts)


def _rounded(value: Fraction) -> float:
    return round_fraction(value)


def _stop(found: Verification, budget: Budget) -> Stop | None:
    """How the command ends, if not with status 0."""
    if found.verdict == "violated":
        return Stop("the property is violated", VIOLATED)
    if found.stopped == "interrupt":
        return Stop(f"interrupted after {found.cells:,} cells: the verdict is unknown", INTERRUPTED)
    if found.stopped is not None:
        limit = getattr(budget, found.stopped)
        return Stop(f"stopped at --max-{found.stopped} {limit:,} after {found.cells:,} cells: the verdict is unknown; raise the limit", STOPPED)
    return None


def _warm_up() -> None:
    """Load the compiled kernels, so that seconds are the walk's own."""
    tiny = Network.mlp([[[1.0]], [[1.0]]], [[0.0], [0.0]])
    try:
        verify(tiny, OutputProperty(((as_fractions([[1]]), as_fractions([-1])),), dim=1), Box([-1], [1]))
    except Interrupted:
        raise Stop("interrupted before the walk began", INTERRUPTED) from None
