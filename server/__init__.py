"""The same answers over HTTP: a SPARQL endpoint, pages in two languages, and data of each thing."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.application import create_app
    from server.serving import serve
    from server.settings import SETTINGS, Settings, read_settings

__all__ = ["SETTINGS", "Settings", "create_app", "read_settings", "serve"]

_HOME = {"create_app": "server.application", "serve": "server.serving"}


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'server' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME.get(name, "server.settings")), name)
    return value
