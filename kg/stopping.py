"""Stopping on request: the first Ctrl-C or SIGTERM ends a run after what it has in hand, the second one at once."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def stopping(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at the first signal, and let the next one do what it did before.

    Args:
        stop: Notes that the run is to end; called between two steps of the program, so it must be short.
    """
    if threading.current_thread() is not threading.main_thread():  # which signals do not reach
        yield
        return
    former = {number: signal.getsignal(number) for number in _SIGNALS}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def note(_number: int, _frame: object) -> None:
        restore()
        stop()

    for number in _SIGNALS:
        signal.signal(number, note)
    try:
        yield
    finally:
        restore()
