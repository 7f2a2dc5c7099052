"""What is on a card: its code in, its balance out."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.notices import EmptyState
from pos_app.screens.widgets.search_bar import SearchScanBar
from pos_app.screens.widgets.segments import Segments

GIFT_CARD, STORE_CREDIT = "gift_card", "store_credit"


class BalanceSheet(QWidget):
    """Asks for a code and shows what is on it; one card after the other.

    Signals:
        asked: the code, and ``gift_card`` or ``store_credit``.
    """

    asked = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self.kind = GIFT_CARD
        self.line = SearchScanBar(_("Scan or type the code …"))
        self.line.entered.connect(self._ask)
        # Left and right belong to the code; up and down choose.
        self.line.moved.connect(lambda step: self.choose((GIFT_CARD, STORE_CREDIT)[step > 0]))
        self.setFocusProxy(self.line)
        self.kinds = Segments({GIFT_CARD: _("Gift card"), STORE_CREDIT: _("Store credit")})
        self.kinds.setAccessibleName(_("What it is"))
        self.kinds.chosen.connect(self.choose)
        self._state = EmptyState("gift", _("What is on it?"), _("Nothing is taken of it."))
        ask = AppButton(_("Ask for the balance"), ButtonKind.PRIMARY, icon="check", hint="↵")
        ask.clicked.connect(lambda: self._ask(self.line.text()))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self.kinds)
        column.addWidget(self.line)
        column.addWidget(self._state, 1)
        column.addWidget(ask)
        self.choose(self.kind)

    @property
    def says(self) -> str:
        """What is shown at present."""
        return self._state.accessibleName()

    def choose(self, kind: str) -> None:
        """A gift card or store credit."""
        self.kind = kind
        self.kinds.choose(kind)

    def show_answer(self, title: str, detail: str) -> None:
        """Show what is on it; another code may follow."""
        self._state.set_content("gift", title, detail)
        self.line.selectAll()
        self.line.setFocus()

    def take_code(self, code: str) -> None:
        """Take a scanned code."""
        self.line.setText(code)
        self._ask(code)

    def _ask(self, text: str) -> None:
        if text.strip():
            self._state.set_content("gift", _("Asking head office …"), "")
            self.asked.emit(text.strip(), self.kind)
