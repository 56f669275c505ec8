"""He-initialised ReLU networks over [-1, 1]^d: the whole call and the walk in it; and one network that is counted in bounded memory."""

from statistics import median

import pytest

from bench.asked import COUNTED, MEMORY_ASKED, WALKS
from bench.networks import cube, he_network, widths_of
from bench.sections import HE
from bench.timing import alone, record, time_walk, warm_up


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_walk(benchmark, walk):
    dim, *hidden, _ = widths_of(walk.name)
    warm_up(dim, len(hidden))
    time_walk(benchmark, HE, walk.name, lambda: (he_network(walk.name), cube(dim)), walk.rounds, asked=walk.asked, quoted=walk.quoted)


@pytest.mark.parametrize("walk", [COUNTED], ids=lambda walk: walk.name)
def test_count(benchmark, walk):
    runs = []
    benchmark.pedantic(lambda: runs.append(alone("bench.counting", walk.name)), rounds=walk.rounds)
    assert len({run["cells"] for run in runs}) == 1
    gigabytes = max(run["gigabytes"] for run in runs)
    record(
        benchmark,
        HE,
        f"{walk.name}, counted",
        runs[0]["cells"],
        calls=[run["call"] for run in runs],  # without interpreter and imports
        walk=median(run["walk"] for run in runs),
        signs=runs[0]["signs"],
        asked=[MEMORY_ASKED.beside(gigabytes)],
        quoted=walk.quoted,
        also=[f"peak of the process {gigabytes:.2f} GB"],
    )
