"""The Python of README and of the pages under docs/ runs, and prints what the comments beside its prints say."""

import contextlib
import io
import re
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

ROOT = Path(__file__).parent.parent
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md") if "```python" in path.read_text(encoding="utf-8"))


def blocks_of(page):
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def said_in(code):
    return re.findall(r"^ *print\(.*\)  # (.*)$", code, re.MULTILINE)


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
    code = "\n".join(blocks_of(page))
    assert printed_by(code, tmp_path, monkeypatch) == said_in(code)


# Each way to load a network stands by itself; what comes after them is one session.
LOADING = ["torch", "sklearn", "onnx"]


@pytest.mark.parametrize("package", LOADING)
def test_the_readme_loads_a_network_from(package, tmp_path, monkeypatch):
    pytest.importorskip(package)
    (block,) = (block for block in blocks_of("README.md") if re.search(rf"^(import|from) {package}\b", block, re.MULTILINE))
    assert printed_by(block, tmp_path, monkeypatch) == said_in(block)


def test_the_readme_prints_what_its_comments_say(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    others = [block for block in blocks_of("README.md") if not re.search(rf"^(import|from) ({'|'.join(LOADING)})\b", block, re.MULTILINE)]
    code = "\n".join(others)
    assert printed_by(code, tmp_path, monkeypatch) == said_in(code)
    assert (tmp_path / "cells.png").stat().st_size > 10_000
