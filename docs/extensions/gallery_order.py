"""In which order the gallery shows its scripts: the notions first, those that the build does not run last, else by name."""

from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"


def key(filename: str) -> tuple[bool, bool, str]:
    source = (EXAMPLES / filename).read_text(encoding="utf-8")
    return "The build of the gallery does not run it" in source, filename != "notions.py", filename
