"""The walk without one of its shortcuts, or without the compiler, is its own twin: the same codes, facets and flags, bit for bit."""

from functools import cache

import pytest
from cases import CASES, SPACE_ARRANGEMENTS, random_problem
from comparison import assert_witnesses_inside, digests_without_compiler
from digest import SMOKE, digests, problems
from test_space import OPEN, random_space
from test_sweep import integer_problem, long_rows, sized_problem

import geom

ENGINES = [geom.Engine(filter=False), geom.Engine(integers=False), geom.Engine(filter=False, integers=False)]


FAMILIES = {
    "case": {case.name: case for case in CASES},
    "open": OPEN,
    "arrangement": {case.name: case for case in SPACE_ARRANGEMENTS if case.cells <= 400},
    "integers": {seed: seed for seed in range(96)},
    "sizes": {seed: seed for seed in range(60)},
    "long": {seed: seed for seed in range(64)},
    "random": {seed: seed for seed in range(24)},
    "space": {seed: seed for seed in range(24)},
}
MAKERS = {"integers": integer_problem, "sizes": sized_problem, "long": long_rows, "random": random_problem, "space": random_space}
MEMBERS = [pytest.param(family, key, id=f"{family} {key}") for family, members in FAMILIES.items() for key in members]


@cache
def walked(family, key):
    problem = MAKERS[family](key) if family in MAKERS else FAMILIES[family][key]
    return problem, geom.subdivide(problem.network(), problem.region())


def assert_same_columns(part, twin, problem):
    assert part.codes.tobytes() == twin.codes.tobytes(), problem.shown()
    assert part.columns.facet_at.tobytes() == twin.columns.facet_at.tobytes(), problem.shown()
    assert part.columns.facet.tobytes() == twin.columns.facet.tobytes(), problem.shown()
    assert part.is_bounded.tobytes() == twin.is_bounded.tobytes(), problem.shown()


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize(("family", "key"), MEMBERS)
def test_shortcuts_change_no_code_no_facet_and_no_flag(family, key, engine):
    problem, part = walked(family, key)
    twin = geom.subdivide(problem.network(), problem.region(), engine=engine)
    assert_same_columns(part, twin, problem)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("name", [*SMOKE, *list(OPEN)[::5]])
def test_witnesses_without_shortcuts_are_strictly_inside(name, engine):
    problem = {**FAMILIES["case"], **OPEN}[name]
    assert_witnesses_inside(geom.subdivide(problem.network(), problem.region(), engine=engine), problem)


@pytest.mark.parametrize("family", ["integers", "random", "arrangement"])
def test_a_shortcut_that_is_off_is_not_taken(family):
    for key in list(FAMILIES[family])[:12]:
        problem, _ = walked(family, key)
        stats = {engine: geom.subdivide(problem.network(), problem.region(), engine=engine).stats for engine in ENGINES}
        assert stats[ENGINES[0]].filter == stats[ENGINES[2]].filter == 0
        assert stats[ENGINES[1]].integers == stats[ENGINES[2]].integers == 0


@pytest.mark.parametrize("engine", ENGINES, ids=str)
@pytest.mark.parametrize("key", [*range(12), *range(48, 60)])
def test_counting_without_shortcuts_gives_the_same_number(key, engine):
    problem, part = walked("integers", key)
    assert geom.count(problem.network(), problem.region(), engine=engine).cells == len(part)


@pytest.mark.parametrize("engine", ENGINES, ids=str)
def test_a_budget_stops_every_walk_at_the_same_cell(engine):
    [case] = [case for case in SPACE_ARRANGEMENTS if case.name == "Shi 4"]
    whole = geom.subdivide(case.network())
    with pytest.raises(geom.BudgetExceeded) as stopped:
        geom.subdivide(case.network(), engine=engine, budget=geom.Budget(cells=50))
    assert stopped.value.partial.codes.tobytes() == whole.codes[:50].tobytes()


# --- without the compiler -----------------------------------------------------------------------------------------------------------------


def test_a_few_networks_have_the_same_columns_without_the_compiler():
    assert digests_without_compiler("digest.py", "smoke", "error") == digests("smoke")


@pytest.mark.slow
def test_integer_networks_have_the_same_columns_without_the_compiler_and_no_integer_overflows():
    # numpy warns where a 64-bit integer overflows, as it does where a float does, and here such a warning is an error.
    assert digests_without_compiler("digest.py", "integers", "error:overflow encountered") == digests("integers")


@pytest.mark.slow
def test_all_networks_have_the_same_columns_without_the_compiler():
    # Numbers at the ends of the doubles overflow to infinities, which prove nothing; numpy warns, the compiler does not.
    assert digests_without_compiler("digest.py", "all", "ignore") == digests("all")


def test_the_digests_tell_networks_apart():
    found = digests("smoke")
    assert len(set(found.values())) == len(found) == len(problems("smoke"))
