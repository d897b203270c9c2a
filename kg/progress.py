"""How far a build is: a bar on a terminal, a line every half a minute in a log."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from kg.build import BuildReport

SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Shows a report as it grows; for ``build(progress=…)``.

    Args:
        is_terminal: Whether somebody watches; else lines are written.
        write: What writes a line.
        clock: Seconds that pass.

    Example:
        >>> seconds = iter([0.0, 10.0, 40.0])
        >>> with Progress(is_terminal=False, write=print, clock=lambda: next(seconds)) as progress:
        ...     progress(BuildReport(read=50, added=50, statements=400, share=0.2))
        ...     progress(BuildReport(read=200, added=200, statements=1500, set_aside=1, share=0.8))
        200 articles, 1,500 statements, 5.0 articles/s, 0 unchanged, 1 set aside; 80 %, 0:00:10 left
    """

    def __init__(
        self,
        *,
        is_terminal: bool,
        write: Callable[[str], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._clock = clock
        self._began = self._last = clock()
        self._bar: Bar | None = None
        if is_terminal:
            columns = (BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
            self._bar = Bar(*columns, console=Console(file=sys.stderr), transient=True)
            self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, report: BuildReport) -> None:
        """Show how far the build is."""
        now = self._clock()
        if self._bar is not None:
            total = None if report.share is None else 1.0
            words = _counts(report, now - self._began)
            self._bar.update(self._task, total=total, completed=report.share or 0.0, description=words)
        elif now - self._last >= SECONDS_BETWEEN_LINES:
            self._last = now
            self._write(_counts(report, now - self._began) + _left(report, now - self._began))


def _counts(report: BuildReport, seconds: float) -> str:
    rate = report.read / seconds if seconds > 0 else 0.0
    return (
        f"{report.read:,} articles, {report.statements:,} statements, {rate:.1f} articles/s, "
        f"{report.unchanged:,} unchanged, {report.set_aside:,} set aside"
    )


def _left(report: BuildReport, seconds: float) -> str:
    if not report.share:
        return ""
    left = round(seconds / report.share * (1 - report.share))
    return f"; {report.share:.0%}, ".replace("%", " %") + f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left"
