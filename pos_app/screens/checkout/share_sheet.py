"""Among how many people the rest is split."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label

_PAYERS = range(2, 10)


class ShareSheet(QWidget):
    """A key for each number of people; their digits do the same.

    Signals:
        chosen: how many people pay.
    """

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        ask = Label(_("How many people pay?"), "h2")
        detail = Label(
            _("Each payment is then proposed in turn; it may be changed."), "body", tone="text2"
        )
        detail.setWordWrap(True)
        grid = QGridLayout()
        grid.setSpacing(now.px(8))
        for place, payers in enumerate(_PAYERS):
            key = AppButton(str(payers), ButtonKind.KEY, name=_("%(n)d people") % {"n": payers})
            key.clicked.connect(lambda _on=False, n=payers: self.chosen.emit(n))
            grid.addWidget(key, place // 4, place % 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(ask)
        column.addWidget(detail)
        column.addLayout(grid)
        column.addStretch(1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses."""
        digit = event.text()
        if digit.isdecimal() and digit.isascii() and int(digit) in _PAYERS:
            self.chosen.emit(int(digit))
        else:
            event.ignore()
