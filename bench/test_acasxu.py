"""ACAS Xu: six hidden layers of 50 units over a property's box of five inputs. The counts are those that veritex found."""

import pytest

from bench.asked import ACASXU, FEWEST_EXACT, VERITEX
from bench.networks import acasxu, needs_acasxu
from bench.sections import ACAS
from bench.timing import time_walk, warm_up

pytestmark = needs_acasxu


@pytest.mark.parametrize("case", ACASXU, ids=lambda case: f"{case.network}-{case.number}")
def test_acasxu(benchmark, case):
    warm_up(5, 6)
    name = f"{case.network}, property {case.number}"
    part = time_walk(benchmark, ACAS, name, lambda: acasxu(case.network, case.number), case.rounds, asked=case.asked, quoted=VERITEX)
    assert len(part) == case.cells
    *_, integers, exact = part.stats
    benchmark.extra_info["asked"].append(FEWEST_EXACT.beside(1e5 * (integers + exact) / sum(part.stats)))
