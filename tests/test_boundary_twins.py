"""Boundaries without a shortcut of the walk, or without the compiler, are their own twins."""

import boundary_digest
import numpy as np
import pytest
from boundary_cases import DEGENERATE, random_boundary, tied_boundary
from comparison import digests_without_compiler

import geom
from geom.boundary.question import argmax_question, logit_question
from geom.budget import Budget
from geom.engine.asking import OPEN
from geom.questions.inquiry import Inquiry

ENGINES = [geom.Engine(filter=False), geom.Engine(integers=False), geom.Engine(filter=False, integers=False)]
FLOATS = ("vertex", "radius")


def pieces_of(problem, engine):
    """What a walk with the switches of this engine finds."""
    part = geom.subdivide(problem.network(), problem.region())
    net = part.network
    question = argmax_question(net, ()) if net.output_dim > 1 else logit_question(net)
    inquiry = Inquiry(net, question.forms, part.domain, question.clauses, OPEN, engine=engine)
    assert inquiry.run(Budget(), lambda cells, seconds: None) is None
    return inquiry.pieces()


def assert_same_pieces(problem):
    plain = pieces_of(problem, None)._asdict()
    for engine in ENGINES:
        twin = pieces_of(problem, engine)._asdict()
        for name, column in plain.items():
            if name not in FLOATS:
                assert column.tobytes() == twin[name].tobytes(), (problem.shown(), engine, name)
        # Doubles may be refreshed at other times; both enclose the same point.
        gap = np.abs(plain["vertex"] - twin["vertex"]).max(axis=1, initial=0)
        assert (plain["is_ray"] | (gap <= plain["radius"] + twin["radius"])).all(), (problem.shown(), engine)


@pytest.mark.parametrize("name", [name for name in DEGENERATE if name != "no hidden layer, constant"])  # nothing to walk there
def test_shortcuts_change_nothing_of_degenerate_boundaries(name):
    assert_same_pieces(DEGENERATE[name])


@pytest.mark.parametrize("seed", range(48))
@pytest.mark.parametrize("maker", [random_boundary, tied_boundary])
def test_shortcuts_change_nothing_of_random_boundaries(maker, seed):
    if any(np.any(weight) for weight in maker(seed).arrays()[0][:1]):
        assert_same_pieces(maker(seed))


# --- without the compiler -----------------------------------------------------------------------------------------------------------------


def test_a_few_boundaries_are_the_same_without_the_compiler():
    assert digests_without_compiler("boundary_digest.py", "smoke", "error") == boundary_digest.digests("smoke")


@pytest.mark.slow
def test_all_boundaries_are_the_same_without_the_compiler():
    assert digests_without_compiler("boundary_digest.py", "all", "ignore") == boundary_digest.digests("all")
