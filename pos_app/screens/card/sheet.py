"""The sheet while the card terminal is at work: amount, what it says, what may be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.card.view import STEPS, CardView, Stage
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, Label
from pos_app.screens.widgets.painting import CENTRE
from pos_app.screens.widgets.pill import IconMark
from pos_app.screens.widgets.progress import ProgressBar

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class CardSheet(QWidget):
    """Enter does what the green button says, once however long it is held; Esc is the sheet's.

    Signals:
        acted: try again, or check.
        left: cancel, or go another way.
    """

    acted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stage: Stage | None = None
        now = theme.current()
        self.amount = Label("", "due", align=CENTRE)
        self._mark = IconMark("credit-card", 48, "primary")
        self.title = Label("", "h1", align=CENTRE)
        self.text = Label("", "body", tone="text2", align=CENTRE)
        self.detail = Label("", "strong", align=CENTRE)
        for label in (self.title, self.text, self.detail):
            label.setWordWrap(True)
        self._bar = ProgressBar()
        self.act = AppButton("", ButtonKind.PAY, icon="check", hint="↵")
        self.act.clicked.connect(self.acted)
        self.leave = AppButton("", ButtonKind.SECONDARY, icon="x", hint="Esc")
        self.leave.clicked.connect(self.left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(now.px(12))
        column.addWidget(self._build_card(), 1)
        column.addWidget(self.act)
        column.addWidget(self.leave)

    def show_card(self, view: CardView) -> None:
        """Show how it stands."""
        self.stage = view.stage
        self.amount.setText(view.amount)
        self._mark.set_icon(view.icon, view.tone)
        self.title.setText(view.title)
        self.text.setText(view.text)
        self.detail.setText(view.detail)
        self.detail.setVisible(bool(view.detail))
        self._bar.show_progress(view.step, STEPS if view.step else 0, view.title)
        self.act.set_label(view.act)
        self.act.setVisible(bool(view.act))
        self.leave.set_label(view.leave)
        self.setAccessibleName(f"{view.amount}. {view.title}. {view.text} {view.detail}".strip())
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter acts; everything else is the sheet's."""
        if event.key() in _ENTER:
            if not event.isAutoRepeat() and not self.act.isHidden():
                self.acted.emit()
        else:
            event.ignore()

    def _build_card(self) -> Card:
        now = theme.current()
        card = Card("sunken")
        inner = QVBoxLayout(card)
        pad = now.px(24)
        inner.setContentsMargins(pad, pad, pad, pad)
        inner.setSpacing(now.px(10))
        inner.addStretch(2)
        inner.addWidget(Label(_("Over the card terminal"), "row", tone="text2", align=CENTRE))
        inner.addWidget(self.amount)
        inner.addSpacing(now.px(16))
        inner.addWidget(self._mark, 0, CENTRE)
        inner.addWidget(self.title)
        inner.addWidget(self.text)
        inner.addWidget(self.detail)
        inner.addSpacing(now.px(16))
        inner.addWidget(self._bar)
        inner.addStretch(3)
        return card
