"""When Python looks for garbage: on the UI thread alone, and never in what the till is made of."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


def build_up() -> None:
    """Collect nothing while the till starts: all that is imported and built then stays."""
    gc.disable()


@contextmanager
def collected_here() -> Iterator[None]:
    """Collect on this thread, which has an event loop, and on no other.

    Left alone, Python collects on whichever thread allocates next. A Qt object of the screens that
    is found on another thread is destroyed there, its timers stay, and the next beat of one ends
    the process.
    """
    was = gc.isenabled()
    gc.disable()
    timer = QTimer()
    timer.setInterval(EVERY_MS)
    timer.timeout.connect(_collect)
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        if was:
            gc.enable()


def freeze_soon(context: QObject) -> None:
    """Once the present events are done, set all that lives apart from collections."""
    QTimer.singleShot(0, context, _freeze)


def _collect() -> None:
    """The oldest generation that is due, as Python counts it."""
    for generation, (count, most) in reversed(
        list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
    ):
        if count > most:
            gc.collect(generation)
            return


def _freeze() -> None:
    # A full collection goes through everything that imports and screens made, 166 ms in which a
    # scan waits, and frees nothing of it. What is frozen is skipped; what comes later is not.
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()  # what is left of the till before this one
    gc.freeze()
