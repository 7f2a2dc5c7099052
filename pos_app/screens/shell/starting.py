"""The first frame: there at once, while the rest of the till is still being loaded.

Plain Qt widgets only: a class derived from QWidget costs milliseconds before anything is painted.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from pos_app.runtime import theme


class StartingPage:
    """Name and state of the till; also where a start that failed says why."""

    def __init__(self) -> None:
        now = theme.current()
        self.window = QWidget()
        self.window.setWindowTitle("Tillwright")
        self.window.setProperty("kind", "page")
        self.window.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name = QLabel("Tillwright")
        name.setFont(now.font("total"))
        name.setStyleSheet(f"color: {now.colour('primary').name()}")
        self._text = QLabel("…")
        self._text.setFont(now.font("section"))
        self._text.setWordWrap(True)
        self._layout = QVBoxLayout(self.window)
        self._layout.addStretch(3)
        for label in (name, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._layout.addWidget(label)
        self._layout.addStretch(4)

    def fail(self, sentence: str) -> None:
        """Say what keeps the till from starting; Enter or Escape closes the window."""
        from pos_app.runtime.i18n import _  # noqa: PLC0415 (catalogues wait for the first frame)

        self._text.setText(sentence)
        close = QPushButton(_("Close"))
        close.setMinimumSize(theme.current().px(160), theme.current().px(48))
        close.setShortcut(Qt.Key.Key_Escape)
        close.setAutoDefault(True)
        close.clicked.connect(self.window.close)
        self._layout.insertWidget(3, close, alignment=Qt.AlignmentFlag.AlignCenter)
        close.setFocus()
