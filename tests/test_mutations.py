"""The tests would fail if the code were wrong: every fault of the table `mutations`, planted alone in a copy of the project, fails the test it names.

Quick: the table fits the code. Slow (`make mutants`): the faults are planted, and looked for with the compiler off, because compiling takes longer.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from mutations import MUTATIONS

ROOT = Path(__file__).parent.parent
FOUND, PASSED = 1, 0  # exit statuses of pytest: a test has failed; all have passed
IDS = [mutation.breaks for mutation in MUTATIONS]


class Outcome(NamedTuple):
    status: int
    text: str


def copied(target):
    """The project in another folder, without what is compiled."""
    for name in ("geom", "tests", "docs"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "build"))
    for name in ("pyproject.toml", "README.md", "Makefile"):
        shutil.copy2(ROOT / name, target / name)
    return target


def run(folder, test):
    """Run one test, or all cases of a test function, of a copy of the project."""
    # Numbers that are too large become infinities, which prove nothing; numpy warns where the compiler does not.
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::RuntimeWarning", test]
    settings = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """What a test says of the project as it is."""
    folder = copied(tmp_path_factory.mktemp("sound"))
    return cache(lambda test: run(folder, test))


def test_there_are_faults_of_every_package_that_decides_anything():
    packages = {Path(mutation.file).parts[1].removesuffix(".py") for mutation in MUTATIONS}
    assert packages >= {"exact", "kernels", "engine", "proof", "adjacency", "polyhedra", "networks", "partition", "loaders", "boundary", "distances"}
    assert len(MUTATIONS) >= 30
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=IDS)
def test_the_place_of_a_fault_is_in_the_code_once(mutation):
    text = (ROOT / mutation.file).read_text(encoding="utf-8")
    assert text.count(mutation.before) == 1
    mutant = text.replace(mutation.before, mutation.after)
    assert ast.dump(ast.parse(mutant)) != ast.dump(ast.parse(text))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=IDS)
def test_the_test_that_finds_a_fault_exists(mutation):
    file, _, name = mutation.found_by.partition("::")
    function = re.escape(name.partition("[")[0])
    assert re.search(rf"^def {function}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("mutation", MUTATIONS, ids=IDS)
def test_a_fault_is_found(mutation, sound, tmp_path):
    assert sound(mutation.found_by).status == PASSED, sound(mutation.found_by).text
    file = copied(tmp_path / "mutant") / mutation.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutation.before, mutation.after), encoding="utf-8")
    outcome = run(tmp_path / "mutant", mutation.found_by)
    assert outcome.status == FOUND, outcome.text
