"""The Python of README and of the pages under docs/ runs, and prints what the comments beside its prints say."""

import contextlib
import io
import re
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md") if "```python" in path.read_text(encoding="utf-8"))


def code_of(page):
    return "\n".join(re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL))


def printed_by(code, folder, monkeypatch):
    """What the code prints, run in a folder of its own beside which lies docs/."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    (folder / "docs").symlink_to(ROOT / "docs")
    monkeypatch.chdir(folder)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    return printed.getvalue().splitlines()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_what_its_comments_say(page, tmp_path, monkeypatch):
    code = code_of(page)
    said = re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert printed_by(code, tmp_path, monkeypatch) == said


def test_the_readme_runs(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    printed = printed_by(code_of("README.md"), tmp_path, monkeypatch)
    assert printed[0] == "Partition(412 cells, 2 dimensions, 64 units)"
    assert (tmp_path / "cells.png").stat().st_size > 10_000
