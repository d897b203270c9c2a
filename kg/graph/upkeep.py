"""Keeping a store: a copy of it that is sure to be whole, and its files put in order."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.graph.files import MARKER_NAME, REGISTER_NAME, reporting_problems
from kg.graph.search import SEARCH_NAME
from kg.graph.statement_index import INDEX_NAME
from kg.graph.store import Store

_TABLES = (REGISTER_NAME, SEARCH_NAME, INDEX_NAME)


@dataclass(frozen=True, slots=True)
class Optimized:
    """What putting a store in order has changed: bytes before and after."""

    before: int
    after: int


def backup(store: Path, target: Path) -> int:
    """Copy a store into a new folder, while servers read it; return the triples in the copy.

    The copy is as good as the store: serve it, build into it. Where both lie on one file system, the engine's files
    are shared (hard links) and it costs next to nothing; copy it elsewhere then.

    Args:
        store: The store's folder.
        target: A folder that is not there yet.

    Raises:
        InputError: When the target is there, or cannot be written.
        StoreError: When another process writes to the store (it is named), or there is none.
    """
    if target.exists():
        raise InputError("this is there already", where=str(target), remedy="name a folder that is not there yet")
    draft = target.with_name(f".{target.name}.part")
    with Store.open(store) as opened, reporting_problems(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.rmtree(draft, ignore_errors=True)
            opened.engine.flush()
            opened.engine.backup(str(draft))
            for name in _TABLES:
                if (store / name).exists():
                    _copy_table(store / name, draft / name)
            shutil.copyfile(store / MARKER_NAME, draft / MARKER_NAME)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        return len(opened.engine)


def _copy_table(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as theirs:
        ours.backup(theirs)


def optimize(store: Path) -> Optimized:
    """Put a store's files in order, after much has been written: queries are about a quarter faster afterwards.

    Args:
        store: The store's folder.

    Raises:
        StoreError: When another process writes to the store (it is named), or there is none.
    """
    before = _size(store)
    with Store.open(store) as opened, reporting_problems(store):
        opened.engine.optimize()
        for name in _TABLES:
            if (store / name).exists():
                with closing(sqlite3.connect(store / name, isolation_level=None)) as table:
                    table.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                    table.execute("VACUUM")
    return Optimized(before, _size(store))


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
