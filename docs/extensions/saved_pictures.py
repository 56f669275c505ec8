"""The pictures that a script of the gallery saves are those that its page shows."""

import os
import shutil
from pathlib import Path
from typing import Any

from sphinx_gallery.scrapers import figure_rst


def scrape(block: tuple[Any, ...], block_vars: dict[str, Any], gallery_conf: dict[str, Any]) -> str:
    """What a block has just written into the folder GEOM_IMAGES, in the order of names, moved to where its page looks for pictures."""
    folder = Path(os.environ["GEOM_IMAGES"])
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for path in sorted(folder.glob("*.png")):
        place = next(block_vars["image_path_iterator"])
        shutil.move(path, place)
        taken.append(place)
    return figure_rst(taken, gallery_conf["src_dir"], Path(block_vars["src_file"]).stem.replace("_", " "))
