"""The tests would fail if the code were wrong: every fault of the table `mutations`, planted alone in a copy of the project, fails the test it names.

Quick: the table fits the code. Slow (`make mutants`): the faults are planted. Those of kernels are looked for with the compiler off: quicker than to
compile each.
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
KERNELS = "geom/kernels"
FOUND, PASSED = 1, 0  # exit statuses of pytest: a test has failed; all have passed
IDS = [mutation.breaks for mutation in MUTATIONS]


class Outcome(NamedTuple):
    status: int
    text: str


def copied(target):
    """The project in another folder, with the compiled kernels, which are valid for the same sources."""
    for name in ("geom", "tests", "docs"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__", "build", "auto_examples"))
    for name in ("pyproject.toml", "README.md", "Makefile"):
        shutil.copy2(ROOT / name, target / name)
    compiled = ROOT / KERNELS / "__pycache__"
    if compiled.is_dir():
        (target / KERNELS / "__pycache__").symlink_to(compiled)
    return target


def run(folder, test, compiled):
    """Run one test, or the tests of one function, of a copy of the project."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    if not compiled:
        command += ["-W", "ignore::RuntimeWarning"]  # numbers overflow to infinities, which prove nothing; numpy warns, the compiler does not
    settings = {**os.environ, "NUMBA_DISABLE_JIT": "01"[not compiled], "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, check=False)
    return Outcome(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """What a test says of the project as it is."""
    folder = copied(tmp_path_factory.mktemp("sound"))
    return cache(lambda test, compiled: run(folder, test, compiled))


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
    compiled = not mutation.file.startswith(KERNELS)
    assert sound(mutation.found_by, compiled).status == PASSED, sound(mutation.found_by, compiled).text
    folder = copied(tmp_path / "mutant")
    if not compiled:
        (folder / KERNELS / "__pycache__").unlink(missing_ok=True)
    file = folder / mutation.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutation.before, mutation.after), encoding="utf-8")
    outcome = run(folder, mutation.found_by, compiled)
    assert outcome.status == FOUND, outcome.text
