"""`geom.check` of a large partition: cells and closure in exact arithmetic, on a sample of a thousand cells."""

import pytest

import geom
from bench.asked import CHECKED
from bench.networks import acasxu, needs_acasxu
from bench.sections import CHECK
from bench.timing import record

pytestmark = needs_acasxu


@pytest.mark.parametrize("case", CHECKED, ids=lambda case: f"{case.network}-{case.number}")
def test_check(benchmark, case):
    part = geom.subdivide(*acasxu(case.network, case.number))
    report = benchmark.pedantic(lambda: geom.check(part, level="closure", sample=case.sample), rounds=1)
    assert report.ok
    record(
        benchmark, CHECK, case.name, len(part), asked=[case.asked], per="cell looked at", items=case.sample, also=[f"{case.sample:,} cells looked at"]
    )
