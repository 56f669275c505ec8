"""Links that serve twice: as they stand where the files are read as plain text, and between HTML pages here.

A Markdown page links to a script as `examples/NAME.py` and to all as `examples`: here these are pages of the gallery. Docstrings and scripts name a
page as docs/NAME.md: here that is a link to it. A bar in a docstring is that of an absolute value or a norm, as in ||x||, and no markup.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docutils.nodes import Element, TextElement
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PAGE = re.compile(r"`*\bdocs/([\w-]+)\.md\b`*")
CODE = re.compile(r"(``.*?``|`[^`]*`)", re.DOTALL)
SCRIPT = re.compile(r"\]\(examples/(\w+)\.py\)")
SCRIPTS = "](examples)"


def in_markdown(text: str) -> str:
    """
    >>> in_markdown("made by [this script](examples/slice.py)")
    'made by [this script](auto_examples/slice.rst)'
    """
    return SCRIPT.sub(r"](auto_examples/\1.rst)", text).replace(SCRIPTS, "](auto_examples/index.rst)")


def in_docstring(text: str) -> str:
    """
    >>> in_docstring("erratum E05 (docs/errata.md)")
    'erratum E05 (:doc:`/errata`)'
    """
    return PAGE.sub(r":doc:`/\1`", text)


def without_substitutions(lines: list[str]) -> list[str]:
    r"""
    >>> without_substitutions(["where |x| = ``|y|``", "", ">>> a | b", "|c|", "", "|z|"])
    ['where \\|x\\| = ``|y|``', '', '>>> a | b', '|c|', '', '\\|z\\|']
    """
    out, is_example = [], False
    for line in lines:
        is_example = bool(line.strip()) and (is_example or line.lstrip().startswith(">>>"))
        parts = CODE.split(line)
        parts[::2] = [part if is_example else part.replace("|", r"\|") for part in parts[::2]]
        out.append("".join(parts))
    return out


def rewrite_page(app: Sphinx, docname: str, source: list[str]) -> None:
    if Path(app.env.doc2path(docname)).suffix == ".md":
        source[0] = in_markdown(source[0])
    elif docname.startswith("auto_examples/"):
        source[0] = in_docstring(source[0])


def rewrite_docstring(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    lines[:] = without_substitutions(in_docstring("\n".join(lines)).split("\n"))


def find_in_geom(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: TextElement) -> Element | None:
    """`Partition.edge` is geom.Partition.edge wherever it is written; an attribute that is described with its class, the class."""
    if node.get("refdomain") != "py":
        return None
    names = [f"geom.{node['reftarget']}", f"geom.{node['reftarget'].rpartition('.')[0]}"]
    found = (env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, node["reftype"], name, node, shown) for name in names)
    return next((link for link in found if link is not None), None)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", rewrite_page)
    app.connect("autodoc-process-docstring", rewrite_docstring, priority=400)  # before numpydoc's
    app.connect("missing-reference", find_in_geom)
    return {"parallel_read_safe": True}
