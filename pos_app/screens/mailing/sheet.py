"""The address that a receipt goes to."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.field import Field
from pos_app.screens.widgets.labels import Label


class AddressSheet(QWidget):
    """Asks for an address; the customer's stands in it where the till knows it.

    Signals:
        entered: the address; once, until it is refused.
    """

    entered = Signal(str)

    def __init__(self, known: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.address = Field(_("E-mail"), known)
        self.address.line.setInputMethodHints(Qt.InputMethodHint.ImhEmailCharactersOnly)
        self.address.line.selectAll()
        self.setFocusProxy(self.address)
        about = Label(
            _("For this receipt alone; it is no consent to offers."), "body", tone="text2"
        )
        about.setWordWrap(True)
        self._send = AppButton(_("Send the receipt"), ButtonKind.PRIMARY, icon="mail", hint="↵")
        self._send.clicked.connect(self._enter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.address)
        column.addWidget(about)
        column.addStretch(1)
        column.addWidget(self._send)

    def show_refusal(self, sentence: str) -> None:
        """Say why it is not sent; another address may be tried."""
        self._send.setEnabled(True)
        self.address.show_error(sentence)
        self.address.line.selectAll()
        self.address.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sends."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self._enter()
        else:
            event.ignore()

    def _enter(self) -> None:
        if self._send.isEnabled():
            self._send.setEnabled(False)
            self.entered.emit(self.address.text)
