"""A bare window that notes when its event loop stood still: the control beside the till's."""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

BEAT_MS = 5
STALL_SECONDS = 0.1


class Heartbeat(QObject):
    """Notes gaps between beats of the event loop that it lives in.

    Attributes:
        stalls: monotonic instant at its end and length of every gap above a tenth of a second.
        longest: the longest gap, in seconds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stalls: list[tuple[float, float]] = []
        self.longest = 0.0
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.monotonic()
        gap, self._last = now - self._last, now
        self.longest = max(self.longest, gap)
        if gap > STALL_SECONDS:
            self.stalls.append((now, gap))


def main() -> None:
    """Beat for so many seconds, then print the end and the length of every stall."""
    app = QApplication([])
    window = QWidget()
    window.show()
    heartbeat = Heartbeat(window)
    QTimer.singleShot(int(float(sys.argv[1]) * 1000), app.quit)
    app.exec()
    for end, gap in heartbeat.stalls:
        print(end, gap)
    window.close()


if __name__ == "__main__":
    main()
