"""The code of a gift card, voucher or store credit: scanned or typed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar


class CodeSheet(QWidget):
    """Asks for a code, then waits for the answer.

    Signals:
        entered: the code.
    """

    entered = Signal(str)

    def __init__(self, amount: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.line = SearchScanBar(_("Scan or type the code …"))
        self.line.entered.connect(self._enter)
        self.setFocusProxy(self.line)
        self._hint = Label("", "body", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self._state = EmptyState(
            "gift", _("Up to %(amount)s") % {"amount": amount}, _("Scan the card or its code.")
        )
        self._take = AppButton(_("Take what is on it"), ButtonKind.PRIMARY, icon="check", hint="↵")
        self._take.clicked.connect(lambda: self._enter(self.line.text()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.line)
        column.addWidget(self._hint)
        column.addWidget(self._state, 1)
        column.addWidget(self._take)

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was taken; another code may be tried."""
        self._hint.setText(sentence)
        self._hint.show()
        self._arm(on=True)
        self.line.selectAll()
        self.line.setFocus()

    def take_code(self, code: str) -> None:
        """Take a scanned code."""
        self.line.setText(code)
        self._enter(code)

    def _enter(self, text: str) -> None:
        if text.strip() and self._take.isEnabled():
            self._hint.hide()
            self._arm(on=False)
            self.entered.emit(text.strip())

    def _arm(self, *, on: bool) -> None:
        self._take.setEnabled(on)
        self.line.setReadOnly(not on)
        self._take.set_label(_("Take what is on it") if on else _("Asking head office …"))
