"""How the pages of this folder become HTML: `make docs`. Nothing is fetched, and a warning is an error.

The pages are Markdown that also reads well as plain files; the gallery is made by running docs/examples; the reference is made of docstrings.
"""

import logging
import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
PICTURES = HERE / "auto_examples" / "pictures"
sys.path[:0] = [str(HERE / "extensions"), str(HERE / "examples")]
os.environ["GEOM_IMAGES"] = str(PICTURES)  # where the scripts write, instead of docs/images

import geom  # noqa: E402

logging.getLogger("geom").setLevel(logging.ERROR)  # that kernels are compiled is no news of the page on which it happens

project = "geom"
author = "The geom developers"
copyright = "The geom developers"
version = release = geom.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.viewcode",
    "sphinx_click",
    "sphinx_gallery.gen_gallery",
    "package_map",
    "plain_links",
]
# Scripts and the gallery's own copies of them, which are no pages.
exclude_patterns = ["examples", "extensions", "images"]

# --- Markdown -------------------------------------------------------------------------------------------------------------------------------------

myst_heading_anchors = 3

# --- docstrings -----------------------------------------------------------------------------------------------------------------------------------

default_role = "py:obj"  # `name` in a docstring is a link if there is such a name, and code if not
# A name with a dot that looks like one of ours must be one; parameters and file names in backticks are no names of the reference.
nitpicky = True
nitpick_ignore_regex = [("py:(?!obj).*", ".*"), ("py:obj", r"\w+"), ("py:obj", r".*[^\w.].*"), ("py:obj", r"(flint|module)\..*")]
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "inherited-members": "object, tuple, BaseException, ImportError"}
autodoc_class_signature = "mixed"
autodoc_typehints = "none"  # docstrings say types, with shapes
python_maximum_signature_line_length = 100
numpydoc_show_class_members = False

# --- gallery --------------------------------------------------------------------------------------------------------------------------------------

NOT_SHOWN = "figure_style"  # what the figures have in common
NOT_RUN = "acasxu_table|train|forward_or_search|limits"  # each says at its top why, and which command runs it

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "auto_examples",
    "ignore_pattern": rf"(^|[/\\])({NOT_SHOWN})\.py$",
    "filename_pattern": rf"[/\\](?!({NOT_RUN})\.py)\w+\.py$",
    "within_subsection_order": "gallery_order.key",
    "image_scrapers": ("saved_pictures.scrape",),
    "reset_modules": (),
    "abort_on_example_error": False,
    "download_all_examples": False,
    "show_signature": False,
    "write_computation_times": False,
    "remove_config_comments": True,
}

# --- HTML -----------------------------------------------------------------------------------------------------------------------------------------

smartquotes = False  # they would make one dash of the two before an option

html_theme = "furo"
html_title = f"geom {release}"
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_show_sourcelink = False
html_copy_source = False
