"""Decision boundaries with all their angles, after the cells have been enumerated; what a partition keeps is not there yet in any round."""

import numpy as np
import pytest

import geom
from bench.asked import BOUNDARIES
from bench.networks import acasxu, cube, he_arrays, he_network, needs_acasxu, widths_of
from bench.sections import BOUNDARY
from bench.timing import record


def cases():
    for case in BOUNDARIES:
        marks = () if case.number is None else needs_acasxu
        yield pytest.param(case, marks=marks, id=case.name.replace(", ", "-").replace("property ", "").replace(" ", ""))


@pytest.mark.parametrize("case", list(cases()))
def test_boundary(benchmark, case):
    net, domain = (he_network(case.network), cube(widths_of(case.network)[0])) if case.number is None else acasxu(case.network, case.number)
    part = geom.subdivide(net, domain)
    bent(fresh(part), case)  # compiles
    boundary = benchmark.pedantic(bent, setup=lambda: ((fresh(part), case), {}), rounds=case.rounds)
    check(boundary)
    also = [f"{len(boundary):,} pieces", f"{len(boundary.angles()['theta']):,} angles"]
    record(benchmark, BOUNDARY, case.name, len(part), asked=[case.asked], also=also)


def test_form_that_vanishes_on_many_cells(benchmark):
    weights, (first, second, _) = he_arrays("3-48-8")
    part = geom.subdivide(geom.Network.mlp(weights, [first, second - 1.5, [0]]), cube(3))
    n_zero = int((~part.codes[:, -8:].any(axis=1)).sum())
    assert n_zero > 0.99 * len(part)
    boundary = benchmark.pedantic(lambda fresh: fresh.zero_set([1]), setup=lambda: ((fresh(part),), {}), rounds=3)
    also = [f"zero on {n_zero:,} cells", f"{len(boundary):,} pieces"]
    record(benchmark, BOUNDARY, "3-48-8, an output that is zero on nearly all cells", len(part), also=also)


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
