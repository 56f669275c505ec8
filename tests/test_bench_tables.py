"""Facts about the benchmark's tables: numbers keep their digits, ratios are ours divided by theirs, a limit that is missed stands out."""

import pytest

from bench.asked import Asked
from bench.line import Line, digits, ratio
from bench.sections import HE, LOCATE, REGIONCAM, SECTIONS
from bench.tables import asked_for, markdown, section, tables


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.0432, "0.0432"), (0.9996, "1.00"), (9.9996, "10.0"), (99.96, "100"), (1035.2, "1,035"), (33380427, "33,380,427")],
)
def test_three_significant_digits(value, text):
    assert digits(value) == text


def test_a_ratio_below_one_means_that_ours_is_smaller():
    assert ratio(2.0, 4.0) == "0.50"


def line(section=HE, name="2-10", calls=(2.0,), **others):
    return Line(key=f"bench/test_x.py::test_x[{name}]", section=section, name=name, cells=1_000_000, calls=calls, run="a", **others)


def test_times_are_the_median_of_the_rounds_and_the_fastest_for_each_cell():
    columns = line(calls=(9.0, 3.0, 4.0), walk=0.5, signs=(10, 0, 0, 0)).columns
    assert (columns["seconds"], columns["us per cell (fastest)"], columns["walk alone"]) == ("4.00", "4.00 (3.00)", "0.500")
    assert columns["to reproduce"] == "`test_x.py::test_x[2-10]`"


def test_times_of_looking_up_are_for_each_point():
    assert line(LOCATE, per="point", items=500_000).columns["us per point (fastest)"] == "4.00 (4.00)"


def test_a_verdict_without_a_cell_has_no_time_for_each():
    columns = Line(key="x", section=HE, name="x", cells=0, calls=(0.5,)).columns
    assert (columns["seconds"], columns["us per cell (fastest)"]) == ("0.500", "")


def test_another_tool_is_compared_by_medians():
    columns = line(REGIONCAM, calls=(3.0, 1.0, 2.0), rival={"tool": "regioncam", "cells": 999_999, "seconds": [8.0, 4.0, 6.0]}).columns
    assert (columns["other: its cells"], columns["takes"], columns["ours/other"]) == ("regioncam: 999,999", "6.00 (4.00)", "0.33")


@pytest.mark.parametrize(
    ("limit", "measured", "text", "share"),
    [
        (Asked(1.5, "us"), None, "at most 1.5 us per cell", 2 / 1.5),
        (Asked(3, "s"), None, "at most 3 s", 2 / 3),
        (Asked(1, "GB"), 0.25, "at most 1 GB", 0.25),
        (Asked(18, "intervals"), 20, "at least 18 intervals", 0.9),
    ],
    ids=str,
)
def test_a_share_above_one_is_a_limit_that_is_missed(limit, measured, text, share):
    (met,) = line(asked=(limit.beside(measured),)).met
    assert met.asked == text
    assert met.share == pytest.approx(share)


def test_a_factor_that_is_asked_for_compares_the_fastest_rounds():
    rival = {"tool": "relucent", "cells": 10, "seconds": [800.0, 600.0]}
    (met,) = line(calls=(4.0, 3.0), rival=rival, asked=(Asked(500, "times").beside(),)).met
    assert (met.asked, met.measured, met.share) == ("at least 500 times as fast", "200", 2.5)


def test_a_missed_limit_is_bold_and_a_kept_one_is_not():
    kept, missed = line(name="kept", asked=(Asked(4, "s").beside(),)), line(name="missed", asked=(Asked(1, "s").beside(),))
    rows = asked_for([kept, missed]).splitlines()
    assert "| 0.500 " in rows[2]
    assert "**2.00**" in rows[3]
    assert rows[3].startswith(f"| {SECTIONS[HE]}: missed")


def test_columns_that_are_empty_are_left_out_and_numbers_stand_on_the_right():
    assert markdown([{"a": "x", "b": "", "n": "1"}, {"a": "yy", "b": "", "n": "2,000"}]).splitlines() == [
        "| a   |     n |",
        "| --- | ----: |",
        "| x   |     1 |",
        "| yy  | 2,000 |",
    ]
    assert markdown([]) == ""


def test_a_section_of_its_own_columns_has_these():
    assert "| yes " in section([line(figures={"holds": "yes"})])


def test_every_section_that_has_results_has_a_table():
    assert list(tables([line(), line(LOCATE)])) == [HE, LOCATE]
