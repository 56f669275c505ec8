"""Every package and every file of geom with what its docstring says, as Markdown, so that the map cannot go stale.

Packages come in the order in which they may import each other, which a test of the project keeps (`ROOMS` in tests/test_project.py); files in the
order in which the docstring of their package names them.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
GEOM = ROOT / "geom"


def docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def first_sentence(path: Path) -> str:
    """The first paragraph of a file's docstring, up to its first full stop that ends a sentence."""
    paragraph = " ".join(docstring(path).split("\n\n")[0].split())
    return re.split(r"(?<=[a-z0-9)`]{2}\.) (?=[A-Z`])", paragraph)[0]


def rooms() -> list[str]:
    """Top-level modules and packages, each before those that import it."""
    tree = ast.parse((ROOT / "tests" / "test_project.py").read_text(encoding="utf-8"))
    found = [node.value for node in tree.body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "ROOMS"]
    return [str(name) for name in ast.literal_eval(found[0])]


def files_in_order(package: Path) -> list[Path]:
    """Modules and packages inside a package, in the order in which its docstring names them; those it does not name come last."""
    named = re.findall(r"`(\w+)`", docstring(package / "__init__.py"))
    inside = [path for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    inside = [path for path in inside if path.name not in ("__init__.py", "__main__.py")]
    return sorted(inside, key=lambda path: (named.index(path.stem) if path.stem in named else len(named), path.stem))


def paragraphs(package: Path) -> Iterator[str]:
    """The docstring of a package without its examples, whose markup for code is Markdown's as well."""
    for paragraph in docstring(package / "__init__.py").split("\n\n"):
        if not paragraph.startswith(">>>"):
            yield paragraph


def described(package: Path, name: str, level: int) -> Iterator[str]:
    """One package as Markdown: heading, docstring, a line for each file; then the packages inside it."""
    yield f"{'#' * level} `{name}`"
    yield from paragraphs(package)
    inside = files_in_order(package)
    yield "\n".join(f"- `{path.name}`: {first_sentence(path)}" for path in inside if path.suffix == ".py")
    for path in inside:
        if path.suffix != ".py":
            yield from described(path, f"{name}.{path.name}", level + 1)


def as_markdown() -> str:
    modules = [GEOM / f"{room}.py" for room in rooms() if (GEOM / f"{room}.py").exists()]
    parts = ["### Modules", "\n".join(f"- `geom/{path.name}`: {first_sentence(path)}" for path in modules)]
    for room in rooms():
        if (GEOM / room).is_dir():
            parts += described(GEOM / room, f"geom.{room}", 3)
    return "\n\n".join(part for part in parts if part)
