"""Where a command looks at a network: the options that name a domain, and the network with each domain that they name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import click

from geom.errors import DomainError
from geom.loaders import load_vnnlib
from geom.networks.network import Network
from geom.polyhedra import FlatBox
from geom.polyhedra.domain import Box, Domain, Space

__all__ = ["Problem", "domain_options", "problems_of"]


class Problem(NamedTuple):
    """A network and a full-dimensional domain for it."""

    net: Network
    domain: Domain


def domain_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say where a network is looked at; exactly one way must be taken."""
    options = [
        click.option("--box", nargs=2, metavar="LOW HIGH", help="The same two decimals for all coordinates, taken exactly."),
        click.option("--low", metavar="A,B,...", help="Lower ends of a box, one decimal a coordinate; goes with --high."),
        click.option("--high", metavar="C,D,...", help="Upper ends of a box."),
        click.option("--space", is_flag=True, help="All of R^d."),
        click.option("--vnnlib", metavar="FILE", help="The input set of a VNN-LIB property; what it says of outputs is not looked at."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def problems_of(net: Network, box: tuple[str, str] | None, low: str | None, high: str | None, space: bool, vnnlib: str | None) -> list[Problem]:
    """The network with the domain that the options name, or with each of a union."""
    named = [box is not None, low is not None or high is not None, space, vnnlib is not None]
    if sum(named) != 1:
        found = "no domain is given" if not any(named) else "more than one domain is given"
        raise click.UsageError(f"{found}; take one of --box LOW HIGH, --low A,B,... with --high C,D,..., --space, --vnnlib FILE")
    if vnnlib is not None:
        domains = load_vnnlib(vnnlib)[0]
        return [_problem(net, domain) for domain in (domains if isinstance(domains, tuple) else (domains,))]
    if box is not None:
        return [Problem(net, Box([box[0]] * net.input_dim, [box[1]] * net.input_dim))]
    if space:
        return [Problem(net, Space(net.input_dim))]
    if low is None or high is None:
        raise click.UsageError("--low and --high go together")
    return [_problem(net, Box(low.split(","), high.split(",")))]


def _problem(net: Network, domain: Any) -> Problem:
    """A box with fixed coordinates is taken as a box of the free ones, and the network restricted to them."""
    if domain.dim != net.input_dim:
        raise DomainError(f"the network takes {net.input_dim} inputs but the domain has {domain.dim} dimensions")
    return Problem(domain.restrict(net), domain.box) if isinstance(domain, FlatBox) else Problem(net, domain)
