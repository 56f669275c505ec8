"""ACAS Xu: six hidden layers of 50 units over a property's box of five inputs. The counts are those that veritex found."""

import pytest

from bench.asked import ACAS, ACASXU, VERITEX
from bench.networks import ACASXU as FILES
from bench.networks import acasxu
from bench.timing import time_walk, warm_up

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="no ACAS Xu files; name their folder in GEOM_ACASXU")


@pytest.mark.parametrize("case", ACASXU, ids=lambda case: f"{case.network}-property_{case.number}")
def test_acasxu(benchmark, case):
    warm_up(5, 6)
    partition = time_walk(
        benchmark,
        ACAS,
        f"{case.network}, property {case.number}",
        lambda: acasxu(case.network, case.number),
        case.rounds,
        asked=case.asked,
        quoted=VERITEX,
    )
    assert len(partition) == case.cells
