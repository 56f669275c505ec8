"""Decision boundaries with all their angles, after the cells have been enumerated; what a partition keeps is not there yet in any round."""

from dataclasses import asdict

import numpy as np
import pytest

import geom
from bench.asked import BOUNDARIES, BOUNDARY
from bench.networks import ACASXU as FILES
from bench.networks import acasxu, cube, he_network, widths_of


@pytest.mark.parametrize("case", BOUNDARIES, ids=lambda case: case.name.replace(", ", "-").replace(" ", "_"))
def test_boundary(benchmark, case):
    if case.number is not None and not FILES.is_dir():
        pytest.skip("no ACAS Xu files; name their folder in GEOM_ACASXU")
    net, domain = (he_network(case.network), cube(widths_of(case.network)[0])) if case.number is None else acasxu(case.network, case.number)
    part = geom.subdivide(net, domain)
    bent(fresh(part), case)  # compiles
    boundary = benchmark.pedantic(bent, setup=lambda: ((fresh(part), case), {}), rounds=case.rounds)
    check(boundary)
    benchmark.extra_info.update(
        section=BOUNDARY,
        name=case.name,
        cells=len(part),
        walk=part.seconds,
        signs=[],
        asked=asdict(case.asked) if case.asked else None,
        quoted=None,
        bends=[len(boundary), len(boundary.angles()["theta"])],
    )


def fresh(part):
    """The same cells without their adjacency and whatever else has been computed."""
    return geom.Partition(part.network, part.domain, part.columns, part.stats, part.seconds)


def bent(part, case):
    boundary = part.decision_boundary() if case.form is None else part.zero_set(case.form)
    boundary.angles()
    return boundary


def check(boundary):
    """Angles are those between the exact normals of some pieces, and each vertex of these lies on its hyperplane."""
    assert len(boundary)
    table = boundary.angles()
    for k in np.linspace(0, len(table["theta"]) - 1, 10).astype(int):
        p, q = (boundary[int(table[side][k])].hyperplane(exact=True)[0] for side in ("piece_a", "piece_b"))
        cosine = float(p @ q) / (float(p @ p) * float(q @ q)) ** 0.5
        assert np.cos(table["theta"][k]) == pytest.approx(cosine, abs=1e-12)
    for piece in [boundary[int(i)] for i in np.linspace(0, len(boundary) - 1, 10)]:
        (alpha, beta), (vertices, _, _) = piece.hyperplane(exact=True), piece.vrep(exact=True)
        assert (vertices @ alpha + beta == 0).all()
