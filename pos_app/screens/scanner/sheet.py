"""The check code to be scanned, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.qr_code import QrCode

_SIDE = 240


class ScannerSheet(QWidget):
    """Shows the code; a scanner without a camera gets it on paper.

    Signals:
        print_asked: the code is wanted on paper.
    """

    print_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.code = QrCode(_SIDE)
        card = Card()
        inside = QHBoxLayout(card)
        inside.addStretch(1)
        inside.addWidget(self.code)
        inside.addStretch(1)
        words = Label(
            _("Scan this code. The till compares what arrives with what the code holds."), "body"
        )
        words.setWordWrap(True)
        self._result = Label("", "strong")
        self._result.setWordWrap(True)
        paper = AppButton(_("Print the code"), icon="printer")
        paper.clicked.connect(self.print_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(words)
        column.addWidget(card)
        column.addWidget(self._result)
        column.addStretch(1)
        column.addWidget(paper)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def result(self) -> str:
        """What is said of the last scan."""
        return self._result.text()

    def show_result(self, text: str, *, good: bool) -> None:
        """Say what came of a scan."""
        self._result.setText(text)
        self._result.set_tone("success" if good else "danger")
