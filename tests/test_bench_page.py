"""Facts about the page of the benchmark: its tables are those of the results that are kept, and old results stay until they are measured anew."""

import json

import pytest

from bench import store
from bench.asked import FACTS
from bench.networks import ROOT
from bench.page import PAGE, filled, names, runs_text
from bench.sections import HE, SECTIONS
from bench.tables import tables


def test_a_page_has_room_for_every_section_once():
    assert sorted(names(PAGE.read_text(encoding="utf-8"))) == sorted(["asked", "runs", *SECTIONS])


def test_every_number_in_the_page_s_tables_is_one_that_is_kept():
    page, results = PAGE.read_text(encoding="utf-8"), store.read()
    assert filled(page, tables(store.lines(results)) | {"runs": runs_text(results["runs"])}) == page


def test_a_figure_that_is_changed_by_hand_is_seen(tmp_path):
    file = tmp_path / "benchmarks.json"
    results = store.merged({}, {"x": row("x", 1.5)}, run("2026-01-01"), ["x"])
    store.write(results, file)
    assert store.read(file) == results
    file.write_text(file.read_text(encoding="utf-8").replace("1.5", "0.5"), encoding="utf-8")
    with pytest.raises(ValueError, match="has been changed since it was written"):
        store.read(file)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.test)
def test_the_tests_that_are_counted_as_facts_exist(fact):
    file, _, name = fact.test.partition("::")
    assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def row(name, seconds):
    return {"section": HE, "name": name, "cells": 10, "calls": [seconds], "asked": []}


def run(date, commit="c"):
    return {"date": date, "commit": commit, "machine": "m", "python": "3", "packages": "p", "load": "0.1"}


def test_a_run_replaces_what_it_measured_and_leaves_the_rest():
    first = store.merged({}, {"x": row("x", 1.0), "y": row("y", 2.0)}, run("2026-01-01"), ["x", "y"])
    second = store.merged(first, {"x": row("x", 3.0)}, run("2026-01-02"), ["y", "x"])
    assert [(line.key, line.calls, line.run) for line in store.lines(second)] == [("y", (2.0,), "a"), ("x", (3.0,), "b")]
    assert "- **b**: 2026-01-02" in runs_text(second["runs"])
    json.dumps(second)


def test_tests_that_are_gone_take_their_rows_and_runs_along():
    first = store.merged({}, {"x": row("x", 1.0)}, run("2026-01-01"), ["x"])
    second = store.merged(first, {"y": row("y", 1.0)}, run("2026-01-02"), ["y"])
    assert list(second["rows"]) == ["y"]
    assert list(second["runs"]) == ["2026-01-02 c"]


def test_entries_without_a_section_are_no_results():
    timed = {"fullname": "x", "stats": {"data": [0.5]}, "extra_info": {}}
    kept = {"fullname": "y", "stats": {"data": [0.5]}, "extra_info": {"section": HE, "name": "y", "cells": 1}}
    own = {"fullname": "z", "stats": {"data": [0.5]}, "extra_info": {"section": HE, "name": "z", "cells": 1, "calls": [0.25]}}
    assert {key: found["calls"] for key, found in store.entries({"benchmarks": [timed, kept, own]}).items()} == {"y": [0.5], "z": [0.25]}


def test_a_table_without_results_says_so():
    assert "Not measured yet." in filled("<!-- table: walk -->\n<!-- end of table -->", {})


@pytest.mark.parametrize("field", ["date", "commit", "machine", "python", "packages"])
def test_a_run_is_described(field):
    assert store.described()[field]
