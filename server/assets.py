"""What npm has built of the pages' scripts and font; without it the pages are plain, and all of them work."""

import logging
from functools import cache
from importlib.resources import files

NAMES = ("site.js", "map.js", "editor.js", "editor.css", "font.css", "LICENSES.txt")
"""What a whole build has, besides the parts that these load."""

_log = logging.getLogger("mavaze.server")


@cache
def built(name: str) -> str:
    """Return the address of a built file; empty where it has not been built."""
    return f"/static/built/{name}" if files("server").joinpath("static", "built", name).is_file() else ""


def missing() -> list[str]:
    """Return what has not been built."""
    return [name for name in NAMES if not built(name)]


@cache
def tell_what_is_missing() -> None:
    """Say once that the pages are plain, where they are."""
    if missing():
        _log.warning(
            "the pages run plain, without editor, map and font, which npm builds (make serve, with Node installed)"
        )
