"""Lines sorted with bounded memory, however many there are: sorted runs on disk, merged as they are read."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import Final

RUN_SIZE: Final = 48 * 1024 * 1024
"""Bytes of lines that are held at once."""


def sort_lines(lines: Iterable[bytes], *, run_size: int = RUN_SIZE) -> Iterator[bytes]:
    r"""Yield the distinct lines in the order of their bytes, which is that of their code points.

    Args:
        lines: Without their ends; none has a line feed in it.
        run_size: Bytes that are held at once.

    Raises:
        OSError: When the disk does not take what memory may not hold.

    Example:
        >>> list(sort_lines([b"b", b"a", b"b"], run_size=1))
        [b'a', b'b']
    """
    with ExitStack() as files:
        runs: list[Iterable[bytes]] = []
        held: list[bytes] = []
        size = 0
        for line in lines:
            held.append(line + b"\n")
            size += len(line)
            if size >= run_size:
                held.sort()
                run = files.enter_context(TemporaryFile(prefix="mavaze-"))
                run.writelines(held)
                run.seek(0)
                runs.append(run)
                held, size = [], 0
        held.sort()
        former = b""
        for line in heapq.merge(held, *runs) if runs else held:
            if line != former:
                yield line[:-1]
            former = line
