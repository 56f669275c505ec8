"""Facts about the benchmark's table: its numbers keep their digits, its ratios are ours divided by theirs, its lines stand by section."""

import pytest

from bench.asked import ADJACENCY, BESIDE, BOUNDARY, HE, LOCATE, WITH_RELUCENT
from bench.report import digits, lines, notes, ratio


@pytest.mark.parametrize(("value", "text"), [(0.0432, "0.0432"), (0.9996, "1.00"), (9.9996, "10.0"), (99.96, "100"), (1035.2, "1035")])
def test_numbers_have_three_significant_digits(value, text):
    assert digits(value) == text


def test_a_ratio_below_one_means_that_ours_is_smaller():
    assert ratio(2.0, 4.0) == "0.50"


def entry(section, name, timed, **more):
    info = {"section": section, "name": name, "cells": 1_000_000, "walk": 0.5, "signs": [10, 0, 0, 0]}
    return {"extra_info": info | more, "stats": {"data": timed}}


def test_lines_stand_by_section_and_take_the_median_of_the_rounds():
    rival = {"tool": "regioncam", "version": "1", "seconds": [8.0, 4.0, 6.0], "cells": 999_999}
    asked, quoted = {"limit": 1.5, "unit": "us"}, {"tool": "veritex", "least": 150, "most": 220}
    results = {"benchmarks": [entry(BESIDE, "b", [3.0, 1.0, 2.0], rival=rival), entry(HE, "a", [9.0, 3.0, 3.0], asked=asked, quoted=quoted)]}
    found = lines(results)
    assert [line.name for line in found] == ["a", "b"]
    assert found[0].columns == (
        "a",
        "1,000,000",
        "3.000",
        "0.500",
        "3.00 (3.00)",
        "1.5 us",
        "2.0",
        "veritex, quoted",
        "150-220",
        "0.020",
        "10",
        "0",
        "0",
        "0",
    )
    assert found[1].columns[7:10] == ("regioncam: 999,999", "6.00 (4.00)", "0.33")


def test_seconds_of_a_child_process_stand_for_those_of_the_whole_process():
    (line,) = lines({"benchmarks": [entry(HE, "a", [50.0], calls=[2.0], gigabytes=0.25)]})
    assert line.call == 2.0
    assert any("0.25 GB" in note for note in notes([line]))


def test_a_factor_that_is_asked_for_compares_the_fastest_rounds():
    rival = {"tool": "relucent", "version": "1", "seconds": [800.0, 500.0], "cells": 10, "edges": 12, "false_edges": 3, "exact_rows": 2.0}
    (line,) = lines({"benchmarks": [entry(WITH_RELUCENT, "a", [4.0, 3.0], rival=rival, asked={"limit": 500, "unit": "times"})]})
    assert line.columns[5:7] == ("other/500", "3.0")
    said = "\n".join(notes([line]))
    assert "a 12 + 3" in said
    assert "a 100" in said


def test_times_of_looking_up_are_for_each_point():
    (line,) = lines({"benchmarks": [entry(LOCATE, "a", [2.0], signs=[], points=500_000)]})
    assert line.columns[3:5] == ("0.500", "4.00 (4.00)")
    assert line.columns[-4:] == ("", "", "", "")
    assert any("250,000 a second" in note for note in notes([line]))


def test_memory_beside_the_partition_and_mean_degree_are_told():
    neighbours = {"gigabytes": 0.125, "mean_degree": 3.5, "dim": 2}
    (line,) = lines({"benchmarks": [entry(ADJACENCY, "a", [1.0], neighbours=neighbours, asked={"limit": 3, "unit": "s"})]})
    assert line.columns[5:7] == ("3 s", "0.33")
    assert any("mean degree 3.500 (2d = 4)" in note and "under 0.5 GB" in note for note in notes([line]))


def test_pieces_and_angles_of_a_boundary_are_told():
    (line,) = lines({"benchmarks": [entry(BOUNDARY, "a", [1.5], signs=[], bends=[1234, 56], asked={"limit": 3, "unit": "s"})]})
    assert line.columns[5:7] == ("3 s", "0.50")
    assert any("a: a boundary of 1,234 pieces with 56 angles." in note for note in notes([line]))
