"""Says that head office is being asked, once that takes a while, and lets one give up."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.pill import IconMark

SHOWN_AFTER_MS = 2_000
"""An answer that comes sooner needs no words."""


class AskingBar(QWidget):
    """A sentence and a button across a sheet; hidden while nothing is asked.

    Signals:
        cancelled: somebody waits no longer.
        shown: it has come, or gone.
    """

    cancelled = Signal()
    shown = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = Label("", "meta", tone="text2")
        self._text.setWordWrap(True)
        self.cancel = AppButton(_("Cancel"), icon="x")
        self.cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(8))
        row.addWidget(IconMark("refresh-cw", 20, "text2"))
        row.addWidget(self._text, 1)
        row.addWidget(self.cancel)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._appear)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._text.text()

    def begin(self, text: str) -> None:
        """Something is asked for from now on."""
        self._text.setText(text)
        self.setAccessibleName(text)
        self._timer.start(SHOWN_AFTER_MS)

    def end(self) -> None:
        """It is answered, or given up."""
        self._timer.stop()
        self.hide()
        self.shown.emit(False)

    def _appear(self) -> None:
        self.show()
        self.shown.emit(True)
