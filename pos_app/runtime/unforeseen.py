"""An error that nobody foresaw: to the till's log, and as one sentence to whoever stands there."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType

_log = logging.getLogger("tillwright.unforeseen")


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """A step of the program ended in an error that is not a sentence; ``name`` is its class."""

    name: str


@contextmanager
def watched(publish: Callable[[Unforeseen], None]) -> Iterator[None]:
    """Meanwhile such errors, on whatever thread, are logged and published instead of printed.

    A hook that somebody else had set hears of them, too.
    """
    of_process, of_threads = sys.excepthook, threading.excepthook

    def take(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        _log.critical("A step failed that nobody foresaw.", exc_info=(kind, error, where))
        publish(Unforeseen(kind.__name__))

    def on_ui(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        if issubclass(kind, Exception):
            take(kind, error, where)
        if of_process is not sys.__excepthook__ or not issubclass(kind, Exception):
            of_process(kind, error, where)

    def on_thread(told: threading.ExceptHookArgs) -> None:
        if told.exc_value is not None and issubclass(told.exc_type, Exception):
            take(told.exc_type, told.exc_value, told.exc_traceback)
        if of_threads is not threading.__excepthook__:
            of_threads(told)

    sys.excepthook, threading.excepthook = on_ui, on_thread
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook = of_process, of_threads
