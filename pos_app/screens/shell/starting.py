"""The first frame: there at once, while the rest of the till is still being loaded.

Plain Qt widgets only: a class derived from QWidget costs milliseconds before anything is painted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from pos_app.runtime import theme


class StartingPage:
    """Name and state of the till; also where a start that failed says why."""

    def __init__(self) -> None:
        now = theme.current()
        self.window = QWidget()
        self.window.setWindowTitle("Tillwright")
        # The style sheet waits for the first frame, too.
        self.window.setPalette(now.palette())
        self.window.setAutoFillBackground(True)
        name = QLabel("Tillwright")
        name.setFont(now.font("total"))
        ink = name.palette()
        ink.setColor(name.foregroundRole(), now.colour("primary"))
        name.setPalette(ink)
        self._text = QLabel("…")
        self._text.setFont(now.font("section"))
        self._text.setWordWrap(True)
        self._layout = QVBoxLayout(self.window)
        self._layout.addStretch(3)
        for label in (name, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._layout.addWidget(label)
        self._layout.addStretch(4)

    @property
    def sentence(self) -> str:
        """What the page says."""
        return self._text.text()

    def fail(self, sentence: str) -> None:
        """Say what keeps the till from starting; Enter or Escape closes the window."""
        # Words and painted widgets wait until the first frame is long there.
        from pos_app.runtime.i18n import _  # noqa: PLC0415
        from pos_app.screens.widgets.button import AppButton, ButtonKind  # noqa: PLC0415

        self._text.setText(sentence)
        close = AppButton(_("Close"), ButtonKind.PRIMARY)
        close.setMinimumWidth(theme.current().px(200))
        close.clicked.connect(self.window.close)
        for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QShortcut(key, self.window, self.window.close)
        self._layout.insertSpacing(3, theme.current().px(24))
        self._layout.insertWidget(4, close, alignment=Qt.AlignmentFlag.AlignCenter)
        close.setFocus()
