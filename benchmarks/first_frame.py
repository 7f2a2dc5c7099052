"""A child process that ends with its first painted frame: ``till FOLDER`` or ``bare``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLabel, QWidget


class _Watch(QObject):
    """Ends the process once a window has been painted."""

    def __init__(self) -> None:
        super().__init__()
        self._painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(watched, QWidget)
            and watched.isWindow()
            and event.type() == QEvent.Type.Paint
        ):
            self._painted = True
        elif self._painted:
            # The paint event has been handled: the frame is there.
            os._exit(0)
        return False


def main(words: list[str]) -> None:
    app = QApplication(["first-frame"])
    watch = _Watch()
    app.installEventFilter(watch)
    if words[0] == "till":
        from pos_app.bootstrap.start import run

        run(Path(words[1]))
        return
    window = QWidget()
    window.resize(1366, 768)
    QLabel("Tillwright", window)
    window.show()
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1:])
