"""Properties of ACAS Xu: files, search and walk of every network one after another, with the verdicts that are known."""

from collections import Counter

import pytest

import geom
from bench.asked import ALL, VERDICTS
from bench.networks import acasxu_files, acasxu_networks, needs_acasxu
from bench.sections import VERDICTS as SECTION
from bench.timing import record

pytestmark = needs_acasxu


def cases():
    for case in VERDICTS:
        yield pytest.param(case, marks=pytest.mark.slow if case.is_long else (), id=f"{case.network}-{case.number}")


@pytest.mark.parametrize("case", list(cases()))
def test_verify(benchmark, case):
    networks = acasxu_networks() if case.network == ALL else [case.network]
    geom.verify(*acasxu_files("1_4", 3))  # compiles
    budget = {"seconds": case.seconds} if case.seconds else None
    found = benchmark.pedantic(lambda: [geom.verify(*acasxu_files(network, case.number), budget=budget) for network in networks], rounds=1)
    verdicts = Counter(one.verdict for one in found)
    assert (verdicts["holds"], verdicts["violated"]) == (case.holds, case.violated)
    also = [f"{case.holds} hold, {case.violated} violated", *([f"at most {case.seconds:g} s"] if case.seconds else [])]
    record(benchmark, SECTION, case.name, sum(one.cells for one in found), asked=[case.asked], also=also)
