"""How many cases the tests of the project pass, of statements that were asked of so many at least."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest

from bench.asked import FACTS
from bench.networks import ROOT
from bench.sections import FACTS as SECTION
from bench.timing import record

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.test.split("::")[1])
def test_fact(benchmark, fact, tmp_path):
    report = tmp_path / "report.xml"
    pytest_ = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", f"--junitxml={report}", f"tests/{fact.test}"]
    done = benchmark.pedantic(lambda: subprocess.run(pytest_, cwd=ROOT, check=False, capture_output=True, text=True), rounds=1)
    assert done.returncode == 0, done.stdout
    cases = ElementTree.parse(report).getroot().findall(".//testcase")
    passed = sum(not len(case) for case in cases)
    record(benchmark, SECTION, fact.name, passed, asked=[fact.asked.beside(passed)], figures={"cases": f"{passed:,}", "test": f"`tests/{fact.test}`"})
