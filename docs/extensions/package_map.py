"""The directive `package-map`, for pages in Markdown: the map of the files, as `map_of_files` makes it."""

from docutils import nodes
from map_of_files import GEOM, as_markdown
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class PackageMap(SphinxDirective):
    def run(self) -> list[nodes.Node]:
        for path in GEOM.rglob("*.py"):
            self.env.note_dependency(str(path))
        return self.parse_text_to_nodes(as_markdown(), allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("package-map", PackageMap)
    return {"parallel_read_safe": True}
