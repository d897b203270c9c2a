"""Mavaze as a library: from a Persian news article to a graph of who said what about whom.

Names are loaded when they are first used, so that importing the package costs nothing.

Example:
    >>> import kg
    >>> kg.Article(id="1", text="سخنگو گفت: گفت‌وگوها ادامه دارد.").id
    '1'
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.build import build
    from kg.errors import MavazeError
    from kg.extract import extract
    from kg.graph.store import Store
    from kg.model import Article, Extraction

__all__ = ["Article", "Extraction", "MavazeError", "Store", "build", "extract"]

_HOME = {
    "Article": "kg.model",
    "Extraction": "kg.model",
    "MavazeError": "kg.errors",
    "Store": "kg.graph.store",
    "build": "kg.build",
    "extract": "kg.extract",
}


class _FrontDoor(ModuleType):
    """Keep ``kg.extract`` and ``kg.build`` the functions when the modules of the same names are imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _FrontDoor


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module 'kg' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value
