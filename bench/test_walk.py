"""He-initialised ReLU networks over [-1, 1]^d: the whole call and the walk in it; and one network that is counted in bounded memory."""

import json
import subprocess
import sys
from dataclasses import asdict
from statistics import median

import pytest

from bench.asked import COUNTED, HE, WALKS
from bench.networks import ROOT, cube, he_network, widths_of
from bench.timing import time_walk, warm_up


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_walk(benchmark, walk):
    dim, *hidden, _ = widths_of(walk.name)
    warm_up(dim, len(hidden))
    time_walk(benchmark, HE, walk.name, lambda: (he_network(walk.name), cube(dim)), walk.rounds, asked=walk.asked, quoted=walk.quoted)


@pytest.mark.parametrize("walk", [COUNTED], ids=lambda walk: walk.name)
def test_count(benchmark, walk):
    runs = []

    def count():
        done = subprocess.run([sys.executable, "-m", "bench.counting", walk.name], cwd=ROOT, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout))

    benchmark.pedantic(count, rounds=walk.rounds)
    assert len({run["cells"] for run in runs}) == 1
    benchmark.extra_info.update(
        section=HE,
        name=walk.name,
        cells=runs[0]["cells"],
        walk=median(run["walk"] for run in runs),
        # What the fixture timed is a process with all its imports; the child timed the call.
        calls=[run["call"] for run in runs],
        signs=runs[0]["signs"],
        gigabytes=max(run["gigabytes"] for run in runs),
        asked=None,
        quoted=asdict(walk.quoted),
    )
