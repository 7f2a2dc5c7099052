"""What the till made at its start is looked at once and never again."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer


def build_up() -> None:
    """Collect nothing while the till starts: all that is imported and built then stays."""
    gc.disable()


def freeze_soon(context: QObject) -> None:
    """Once the present events are done, set all that lives apart from collections."""
    QTimer.singleShot(0, context, _freeze)


def _freeze() -> None:
    # A full collection goes through everything that imports and screens made, 166 ms in which a
    # scan waits, and frees nothing of it. What is frozen is skipped; what comes later is not.
    if gc.isenabled():
        gc.collect()  # what was before this till; a first start leaves next to nothing behind
    gc.freeze()
    gc.enable()
