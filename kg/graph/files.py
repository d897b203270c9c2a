"""The store's folder: Oxigraph's own files, a marker of version and base, and what can be wrong with them.

The marker stands beside the engine's files, so that any Oxigraph can serve the folder as it is.
"""

import errno
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pyoxigraph as ox

from kg.errors import StoreError

FORMAT = 1
"""The layout that this version reads and writes; a higher number is a newer version's."""

MARKER_NAME = "mavaze.json"
REGISTER_NAME = "register.sqlite"

_LOCK_NAME = "LOCK"
_FULL = re.compile("no space left|disk is full|disk quota exceeded", re.IGNORECASE)


def read_base(folder: Path) -> str | None:
    """Return the base IRI that a store was made with; None where there is no store.

    Raises:
        StoreError: When a newer version made the store, or its marker is damaged.
    """
    marker = folder / MARKER_NAME
    try:
        told = json.loads(marker.read_bytes())
        version, base = int(told["format"]), str(told["base"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreError(
            "the store's marker cannot be read", where=str(marker), remedy="restore it from a backup, or build anew"
        ) from problem
    if version > FORMAT:
        raise StoreError(
            f"the store was made by a newer version (format {version}; this version reads {FORMAT})",
            where=str(folder),
            remedy="upgrade mavaze, or build into another folder",
        )
    return base


def make_folder(folder: Path, base: str) -> None:
    """Make an empty store's folder and its marker.

    Raises:
        StoreError: When the folder is something else, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError("this is no store and not empty", where=str(folder), remedy="name a new or an empty folder")
    with reporting_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
        # Renamed into place, so that a kill leaves either a whole marker or an empty store without one.
        draft = folder / f".{MARKER_NAME}"
        draft.write_text(json.dumps({"format": FORMAT, "base": base}, indent=2) + "\n", encoding="utf-8")
        draft.replace(folder / MARKER_NAME)


def open_engine(folder: Path, *, read_only: bool) -> ox.Store:
    """Open Oxigraph's files.

    Raises:
        StoreError: When another process holds them for writing, or they cannot be read.
    """
    with reporting_problems(folder):
        return ox.Store.read_only(str(folder)) if read_only else ox.Store(str(folder))


def sync_log(folder: Path) -> None:
    """Wait until what the engine has written is on the disk, and not only with the system.

    The engine writes its log before it answers, but leaves it to the system when the log goes to the disk.
    """
    for log in folder.glob("*.log"):
        with suppress(FileNotFoundError):  # the engine has just flushed it away
            descriptor = os.open(log, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


@contextmanager
def reporting_problems(folder: Path) -> Iterator[None]:
    """Say in the user's words what the engine, the register or the disk could not do.

    Raises:
        StoreError: For each of them.
    """
    try:
        yield
    except (OSError, sqlite3.Error) as problem:
        raise _explain(problem, folder) from problem


def _explain(problem: Exception, folder: Path) -> StoreError:
    text = str(problem)
    if getattr(problem, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or _FULL.search(text):
        return StoreError(
            "the disk is full; what was stored before is kept",
            where=str(folder),
            remedy="free some space and run the same command again",
        )
    if "lock hold by current process" in text or "While lock file" in text or "database is locked" in text:
        return StoreError(
            f"the store is being written by {_holder(folder) or 'another process'}",
            where=str(folder),
            remedy="wait for it to end, or stop it",
        )
    if isinstance(problem, PermissionError) or "Permission denied" in text or "readonly database" in text:
        return StoreError("no right to use the store", where=str(folder), remedy="check its owner and permissions")
    return StoreError(
        f"the store cannot be used ({text})", where=str(folder), remedy="restore it from a backup, or build anew"
    )


def _holder(folder: Path) -> str | None:
    """Return the process that holds the engine's lock; None where the system does not tell.

    Read from the kernel's list: to open and close the lock file would drop a lock of this very process.
    """
    try:
        inode = (folder / _LOCK_NAME).stat().st_ino
        locks = Path("/proc/locks").read_text(encoding="ascii")
        for line in locks.splitlines():
            fields = line.split()
            if len(fields) > 5 and fields[5].endswith(f":{inode}") and fields[4].isdecimal():
                if (pid := int(fields[4])) == os.getpid():
                    return f"this process ({pid})"
                words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                command = " ".join(Path(os.fsdecode(word)).name for word in words[:3] if word)
                return f"process {pid} ({command})" if command else f"process {pid}"
    except OSError:
        return None
    return None
