"""What the command line prints: tables in plain columns, right on a terminal and in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click
import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from geom.networks.layer import Layer
from geom.networks.network import Network
from geom.partition.partition import Partition
from geom.partition.subdivision import Count
from geom.polyhedra.domain import Box

__all__ = ["Result", "describe_domain", "print_facts", "print_network", "print_result", "print_results"]

Result = Partition | Count
ACTIVATIONS = {(1.0,): "linear", (0.0, 1.0): "relu", (-1.0, 1.0): "abs"}
ANY_WIDTH = 10_000


def print_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Names and what they have, one a line."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(no_wrap=True)
    for name, value in facts:
        table.add_row(Text(name), Text(value))
    _print(table)


def _print_columns(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table of numbers, the first column a name."""
    table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="bold")
    for i, name in enumerate(header):
        table.add_column(name, justify="right" if i else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    _print(table)


def _print(table: Table) -> None:
    """Styled on a terminal, plain elsewhere (`click.echo` sees to that), and as wide as it is: a number is never cut or folded."""
    console = Console(file=sys.stdout, highlight=False, width=ANY_WIDTH)
    with console.capture() as captured:
        console.print(table)
    click.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


# --- a network ---------------------------------------------------------------------------------------------------------------------------------


def print_network(path: str, net: Network) -> None:
    """Sizes of a network, then its layers one a line."""
    parameters = sum(_parameters(layer) for layer in net.layers)
    bits = max(max(_bits(layer)[0] for layer in net.layers), 1)
    print_facts(
        [
            ("network", click.format_filename(path)),
            ("inputs", f"{net.input_dim:,}"),
            ("outputs", f"{net.output_dim:,}"),
            ("hidden", f"{len(net.hidden)} layer{'s' * (len(net.hidden) != 1)}, {net.n_units:,} units"),
            ("parameters", f"{parameters:,}"),
            ("exactness", f"every weight is taken as the dyadic number it is, of at most {bits} significant bits{_kind(bits)}"),
        ]
    )
    click.echo()
    header = ("layer", "inputs", "units", "activation", "parameters", "significant bits", "multiples of")
    _print_columns(header, (_layer_row(i, layer, net) for i, layer in enumerate(net.layers)))


def _layer_row(index: int, layer: Layer, net: Network) -> tuple[str, ...]:
    name = str(index) if index < len(net.hidden) else "output"
    bits, step = _bits(layer)
    return name, f"{layer.input_dim:,}", f"{layer.n_units:,}", _activation(layer), f"{_parameters(layer):,}", str(bits), f"2^{step}"


def _parameters(layer: Layer) -> int:
    rows, columns = layer.weight.shape
    return rows * (columns + 1)


def _bits(layer: Layer) -> tuple[int, int]:
    """The most significant bits that an entry of weight or bias has, and the exponent of the largest power of two that divides all of them."""
    most, step = 0, None
    for values in (layer.weight, layer.bias):
        for entry in map(int, values.entries.entries()):
            if entry:
                zeros = (entry & -entry).bit_length() - 1
                most = max(most, entry.bit_length() - zeros)
                step = min(values.exponent + zeros, step if step is not None else values.exponent + zeros)
    return most, step or 0


def _kind(bits: int) -> str:
    """The smallest usual kind of number with so many bits."""
    known = ((11, "half precision"), (24, "single precision"), (53, "double precision"))
    return next((f" ({name})" for most, name in known if bits <= most), "")


def _activation(layer: Layer) -> str:
    own_row = bool((layer.row == layer.row[:, :1]).all())
    slopes = np.unique(layer.slope, axis=0)
    if not own_row or len(slopes) != 1:
        return f"maximum of {layer.n_pieces}"
    known = tuple(slopes[0].tolist())
    return ACTIVATIONS.get(known) or (f"leaky_relu {known[0]:g}" if len(known) == 2 and known[1] == 1 else f"slopes {known}")


# --- cells -------------------------------------------------------------------------------------------------------------------------------------


def describe_domain(domain: object) -> str:
    """A domain in a few words: a cube by its ends, others by their own repr."""
    if isinstance(domain, Box) and domain.dim > 1 and len(set(domain.exact_low)) == len(set(domain.exact_high)) == 1:
        return f"[{domain.low[0]:.6g}, {domain.high[0]:.6g}]^{domain.dim}"
    return repr(domain)


def print_result(network: str, domain: str, result: Result, is_partial: bool, files: Sequence[str]) -> None:
    """All that is known of one walk."""
    n, stats = _n_cells(result), result.stats
    signs = sum(stats)
    facts = [
        ("network", network),
        ("domain", domain),
        ("cells", _n_of_all(n, is_partial)),
        ("linear regions", _linear_regions(result)),
        ("seconds", f"{result.seconds:,.4f}"),
        ("microseconds a cell", _ratio(1e6 * result.seconds, n)),
    ]
    if isinstance(result, Partition):
        facts.append(("facets a cell", _ratio(result.columns.n_facets, n)))
    names = ("signs by filter", "signs refreshed", "signs in 64-bit integers", "signs in long integers")
    facts += [(name, f"{value:,} ({_share(value, signs)})") for name, value in zip(names, stats, strict=True)]
    print_facts([*facts, *(("written", file) for file in files)])


def print_graph(network: str, domain: str, part: Partition, wants_diameter: bool, files: Sequence[str]) -> None:
    """All that is known of one adjacency graph; of cells that are not all, only what they have among them."""
    summary, degree = part.summary(), part.degree()
    facts = [
        ("network", network),
        ("domain", domain),
        ("cells", _n_of_all(len(part), not part.is_complete)),
        ("linear regions", _linear_regions(part)),
        ("pairs of adjacent cells", f"{summary['pairs']:,}"),
        ("facets on walls", f"{summary['wall_facets']:,}"),
        (
            "neighbours of a cell",
            f"{degree.min()} to {degree.max()}, {summary['mean_degree']:.4g} on average (2d = {2 * part.dim})",
        ),
    ]
    if wants_diameter:
        facts.append(("diameter", f"{part.diameter():,}" if part.is_complete else "not known: cells are missing"))
    print_facts([*facts, *(("written", file) for file in files)])


def print_results(network: str, labels: Sequence[str], results: Sequence[Result], is_partial: bool) -> None:
    """One line for each domain of a union, then their sum."""
    print_facts([("network", network), ("domain", f"a union of {len(labels)}"), ("linear regions", _linear_regions(results[0]))])
    click.echo()
    header = ["domain", "cells", "seconds", "microseconds a cell", "signs by filter", "signs refreshed", "signs in integers"]
    rows = [_numbers([result]) for result in results]
    lines = [[label, *row] for label, row in zip(labels, rows, strict=False)]
    total = "total (not all)" if is_partial else "total"
    _print_columns(header, [*lines, [total, *_numbers(results)]])


def _numbers(results: Sequence[Result]) -> list[str]:
    n, seconds = sum(map(_n_cells, results)), sum(result.seconds for result in results)
    signs = [sum(column) for column in zip(*(_by_stage(result) for result in results), strict=True)]
    return [f"{n:,}", f"{seconds:,.4f}", _ratio(1e6 * seconds, n), *(f"{v:,}" for v in signs)]


def _by_stage(result: Result) -> tuple[int, int, int]:
    stats = result.stats
    return stats.filter, stats.refreshed, stats.integers + stats.exact


def _n_cells(result: Result) -> int:
    return result.cells if isinstance(result, Count) else len(result)


def _n_of_all(n: int, is_partial: bool) -> str:
    return f"{n:,}{' (not all: the walk was stopped)' * is_partial}"


def _linear_regions(result: Result) -> str:
    """The second count, where all cells are there to be merged."""
    if isinstance(result, Partition) and result.is_complete:
        return f"{result.summary()['linear_regions']:,}"
    return "not known: they are merged from all cells" if isinstance(result, Partition) else "not known: cells were only counted"


def _ratio(value: float, n: int) -> str:
    return f"{value / n:,.2f}" if n else "-"


def _share(part: int, whole: int) -> str:
    """A percentage that says 0 or 100 only where it is exactly that."""
    percent = 100 * part / whole if whole else 0.0
    if 0 < percent < 0.01:
        return "<0.01%"
    if 99.99 < percent < 100:
        return ">99.99%"
    return f"{percent:.4g}%"
