"""The number of the piece in hand: its serial number or its lot, scanned or typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar


class PieceSheet(QWidget):
    """Asks for the number of one article.

    Signals:
        entered: the number.
    """

    entered = Signal(str)

    def __init__(self, article: str, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = SearchScanBar(_("Scan or type it …"))
        self.line.setMaxLength(40)
        self.line.entered.connect(self._enter)
        self.setFocusProxy(self.line)
        note = AppButton(_("Note it"), ButtonKind.PRIMARY, icon="check", hint="↵")
        note.clicked.connect(lambda: self._enter(self.line.text()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.current().px(12))
        column.addWidget(self.line)
        column.addWidget(EmptyState("scan-barcode", article, what), 1)
        column.addWidget(note)

    def take_code(self, code: str) -> None:
        """Take a scanned number."""
        self._enter(code)

    def _enter(self, text: str) -> None:
        if text.strip():
            self.entered.emit(text.strip())
