"""Points or the account of the attached customer: what is known, and what would be taken."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.value.member_words import MemberView
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Label
from pos_app.screens.widgets.notices import EmptyState

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class MemberSheet(QWidget):
    """One question with one answer; then it waits for head office.

    Signals:
        taken: the customer wants to pay so.
    """

    taken = Signal()

    def __init__(self, view: MemberView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        now = theme.current()
        self._view = view
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._state = EmptyState(view.icon, view.title, view.detail)
        self._hint = Label("", "body", tone="danger")
        self._hint.setWordWrap(True)
        self._hint.hide()
        self._take = AppButton(view.take, ButtonKind.PRIMARY, icon="check", hint="↵")
        self._take.clicked.connect(self._ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self._state, 1)
        column.addWidget(self._hint)
        column.addWidget(self._take)

    @property
    def says(self) -> str:
        """What is said beside the button."""
        return f"{self._view.title}. {self._view.detail} {self._hint.text()}".strip()

    def show_refusal(self, sentence: str) -> None:
        """Say why nothing was taken; it may be asked for again."""
        self._hint.setText(sentence)
        self._hint.show()
        self._take.setEnabled(True)
        self._take.set_label(self._view.take)
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter takes, once however long it is held."""
        if event.key() in _ENTER:
            if not event.isAutoRepeat():
                self._ask()
        else:
            event.ignore()

    def _ask(self) -> None:
        if self._take.isEnabled():
            self._hint.hide()
            self._hint.setText("")
            self._take.setEnabled(False)
            self._take.set_label(_("Asking head office …"))
            self.taken.emit()
