"""Count the cells of one network in a process of its own: ``python -m bench.counting 2-4000`` prints cells, times, signs and peak memory as JSON."""

from __future__ import annotations

import json
import sys
import time

import geom
from bench.memory import peak_gigabytes
from bench.networks import cube, he_network
from bench.timing import warm_up

__all__ = ["count_alone"]


def count_alone(name: str) -> dict[str, object]:
    """Count and time; interpreter, compiler and libraries are part of the peak."""
    net = he_network(name)
    warm_up(net.input_dim, len(net.widths))
    started = time.perf_counter()
    counted = geom.count(net, cube(net.input_dim))
    call = time.perf_counter() - started
    return {"cells": counted.cells, "walk": counted.seconds, "call": call, "signs": list(counted.stats), "gigabytes": peak_gigabytes()}


if __name__ == "__main__":
    print(json.dumps(count_alone(sys.argv[1])))
