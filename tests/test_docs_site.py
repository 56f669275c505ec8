"""What `make docs` builds is whole: every page, public name, script and file has its place. Sphinx is not needed here; it looks at the rest."""

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

import geom

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("api/*.md")])
PLAIN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *PAGES]  # what people read on a code host
GENERATED = {"auto_examples/index"}


@pytest.fixture(scope="module")
def extensions():
    """The folder of the pages' own extensions of Sphinx, to import from."""
    sys.path.insert(0, str(DOCS / "extensions"))
    yield importlib.import_module
    sys.path.remove(str(DOCS / "extensions"))


def text(path):
    return path.read_text(encoding="utf-8")


def settings():
    """The constants of docs/conf.py that are strings."""
    assignments = [node for node in ast.parse(text(DOCS / "conf.py")).body if isinstance(node, ast.Assign)]
    return {ast.unparse(node.targets[0]): node.value.value for node in assignments if isinstance(node.value, ast.Constant)}


NOT_SHOWN, NOT_RUN = (set(settings()[name].split("|")) for name in ("NOT_SHOWN", "NOT_RUN"))
SCRIPTS = {path.stem for path in EXAMPLES.glob("*.py")} - NOT_SHOWN


# --- pages ---------------------------------------------------------------------------------------------------------------------------------------


def test_every_page_is_in_the_table_of_contents_once():
    entries = []
    for page in PAGES:
        for block in re.findall(r"```\{toctree\}\n(.*?)```", text(page), re.DOTALL):
            names = [line for line in block.splitlines() if line and not line.startswith(":")]
            entries += [(page.parent.relative_to(DOCS) / name).as_posix() for name in names]
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES} - {"index"}
    assert Counter(entries) == Counter(pages | GENERATED)


def test_the_front_page_leads_to_every_page_beside_it():
    links = set(re.findall(r"\]\(([\w-]+)\.md\)", text(DOCS / "index.md")))
    assert links == {page.stem for page in DOCS.glob("*.md")} - {"index"}


def anchors(page):
    """The anchors that a code host and MyST give to headings."""
    headings = re.findall(r"^#+ (.*)$", text(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files_and_headings_that_exist(page):
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL)):
        if not link.startswith(("https://", "http://")):
            target, _, anchor = link.partition("#")
            path = page.parent / target if target else page
            assert path.exists(), link
            assert not anchor or anchor in anchors(path), link


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_exist(page):
    """From the checkout's root, from that of the package, or beside the page."""
    names = re.findall(r"`([\w/-]+\.(?:py|md|png))`", text(page))
    assert [name for name in names if not any((folder / name).exists() for folder in (ROOT, ROOT / "geom", page.parent, EXAMPLES))] == []


@pytest.mark.parametrize("page", PLAIN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_imports_from_packages_and_not_from_their_files(page):
    assert re.findall(r"(?:from|import) geom\.\w+\.\w+", text(page)) == []


def test_pictures_are_small_and_shown():
    shown = {name for page in PLAIN for name in re.findall(r"\]\((?:docs/)?images/([\w.-]+)\)", text(page))}
    stored = {path.name: path.stat().st_size for path in (DOCS / "images").iterdir()}
    assert shown <= set(stored)
    assert [name for name, size in stored.items() if size >= 250_000] == []
    assert set(stored) - shown == {"wine.png"}


# --- gallery -------------------------------------------------------------------------------------------------------------------------------------


def test_every_script_is_listed_on_the_page_of_the_gallery():
    page = text(DOCS / "gallery.md")
    run, not_run = page.split("Not run by the build")
    assert set(re.findall(r"\]\(examples/(\w+)\.py\)", run)) == SCRIPTS - NOT_RUN
    assert set(re.findall(r"\]\(examples/(\w+)\.py\)", not_run)) == NOT_RUN


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_script_begins_with_a_title_and_the_command_that_runs_it(name):
    title, underline, *_ = ast.get_docstring(ast.parse(text(EXAMPLES / f"{name}.py"))).splitlines()
    assert underline == "=" * len(title)
    source = text(EXAMPLES / f"{name}.py")
    assert f"python docs/examples/{name}.py" in source
    assert ("The build of the gallery does not run it" in source) == (name in NOT_RUN)
    assert source.endswith("main()\n") or name == "train"


def test_the_pictures_of_the_notions_are_those_that_the_script_draws(tmp_path, monkeypatch):
    pytest.importorskip("matplotlib")
    monkeypatch.syspath_prepend(str(EXAMPLES))
    importlib.import_module("notions").main(tmp_path)
    shown = re.findall(r"\]\(images/([\w.-]+)\)", text(DOCS / "notions.md"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(shown)


# --- reference -----------------------------------------------------------------------------------------------------------------------------------


def public():
    """Names of all packages that have some. `geom.exact` is what the packages share; users meet one class of it."""
    for module in [geom.__spec__, *pkgutil.walk_packages(geom.__path__, "geom.")]:
        package = importlib.import_module(module.name)
        if hasattr(package, "__path__") and package.__name__ != "geom.exact":
            yield from ((f"{package.__name__}.{name}", getattr(package, name)) for name in getattr(package, "__all__", ()))
    yield "geom.exact.Dyadic", geom.exact.Dyadic


def named(name):
    """The object that a name of the reference means, if there is one."""
    module, _, attribute = name.rpartition(".")
    return getattr(importlib.import_module(module), attribute, None)


def test_every_public_name_is_in_the_reference_once():
    listed = [name for page in DOCS.glob("api/*.md") for name in re.findall(r"^\.\. (?:auto\w+|py:module):: (\S+)$", text(page), re.MULTILINE)]
    known = {id(value) for _, value in public()}
    assert [name for name in listed if id(named(name)) not in known] == []
    times = Counter(id(named(name)) for name in listed)
    assert {name: times[id(value)] for name, value in public() if times[id(value)] != 1} == {}


def test_every_public_class_and_function_says_what_it_is():
    described = [value for _, value in public() if inspect.isclass(value) or inspect.isfunction(value)]
    silent = [value for value in described if not value.__doc__ or value.__doc__.startswith(f"{value.__name__}(")]  # as dataclasses do
    assert silent == []


# --- map -----------------------------------------------------------------------------------------------------------------------------------------


def test_the_docstring_of_a_package_names_each_of_its_files():
    missing = []
    for init in (ROOT / "geom").rglob("__init__.py"):
        named = set(re.findall(r"`(\w+)`", ast.get_docstring(ast.parse(text(init)))))
        if init.parent.name != "geom":
            missing += [path for path in init.parent.glob("*.py") if path.stem not in named | {"__init__"}]
    assert missing == []


def test_the_map_has_a_line_for_every_file(extensions):
    lines = extensions("map_of_files").as_markdown().splitlines()
    entries = [line.split("`")[1] for line in lines if line.startswith("- `")]
    files = [path for path in (ROOT / "geom").rglob("*.py") if path.name not in ("__init__.py", "__main__.py")]
    assert Counter(entries) == Counter(f"geom/{path.name}" if path.parent.name == "geom" else path.name for path in files)
    assert [line for line in lines if re.fullmatch(r"- `.*?`: ?", line)] == []


def test_examples_of_the_extensions(extensions):
    assert doctest.testmod(extensions("plain_links")).failed == 0
