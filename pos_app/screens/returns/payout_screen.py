"""The page that pays out: what is owed, how it goes back and why, and one key to confirm."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.recap import Recap
from pos_app.screens.records import BasketRow, TotalsView
from pos_app.screens.returns.payout_presenter import PayoutPart, PayoutView
from pos_app.screens.shell.command_button import CommandButton
from pos_app.screens.shell.commands import Command
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.labels import Card, ElideLabel, Label, Rule
from pos_app.screens.widgets.notices import Banner
from pos_app.screens.widgets.page_head import PageHead
from pos_app.screens.widgets.painting import CENTRE, RIGHT
from pos_app.screens.widgets.pill import IconMark, SyncPill
from pos_app.screens.widgets.room import give_way, without
from pos_app.screens.widgets.sides import working_row
from retail.tender.settlement import TenderKind

_RECAP, _ACTS = 330, 372
_ICONS = {
    TenderKind.CASH: "banknote",
    TenderKind.CARD: "credit-card",
    TenderKind.STORE_CREDIT: "wallet",
}


class PayoutScreen(QWidget):
    """Layout and keys of the page.

    Signals:
        confirmed: the green button or Enter.
    """

    confirmed = Signal()

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self.banner = Banner()
        self.recap = Recap()
        self.due = Label("", "due", align=CENTRE)
        self._due_note = Label("", "body", tone="text2", align=CENTRE)
        self._parts = QVBoxLayout()
        self._hint = Label(_("Refund a card on the terminal first."), "meta", tone="text2")
        self.confirm = AppButton(_("Pay out"), ButtonKind.PAY, icon="check", hint="↵")
        self.confirm.clicked.connect(self.confirmed)
        self.cash = CommandButton(_("All in cash"), Command.CASH, run, icon="banknote", hint=True)
        self.card = CommandButton(
            _("All to a card"), Command.CARD, run, icon="credit-card", hint=True
        )
        self.credit = CommandButton(
            _("All as store credit"), Command.STORE_CREDIT, run, icon="wallet", hint=True
        )
        self._head = PageHead(
            _("To pay out"),
            self.sync,
            back=_("Back to basket"),
            hint="Esc",
            leave=lambda: run(Command.BACK),
        )
        self._build()

    def show_basket(self, rows: tuple[BasketRow, ...], totals: TotalsView) -> None:
        """Show what is paid out for."""
        self.recap.show_basket(rows, totals)

    def show_payout(self, view: PayoutView) -> None:
        """Show the proposal and what may be done instead."""
        self.due.setText(view.due)
        self.due.setAccessibleName(f"{_('To pay out')} {view.due}")
        self._due_note.setText(view.due_note)
        self._due_note.setVisible(bool(view.due_note))
        while self._parts.count() > 0:
            item = self._parts.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for part in view.parts:
            self._parts.addWidget(_Part(part))
        self._hint.setVisible(view.by_hand)
        self.confirm.set_label(view.confirm)
        self.cash.set_label(view.cash)
        self.card.set_label(view.card)
        self.credit.set_label(view.credit)
        for button in (self.confirm, self.cash, self.card, self.credit):
            button.setEnabled(view.ready)

    def minimumSizeHint(self) -> QSize:
        """Without the recap, which gives way on a narrow page."""
        return without(super().minimumSizeHint(), self.recap, spacing=theme.current().px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is paid out for is shown where there is room."""
        super().resizeEvent(event)
        give_way(self, self.recap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter confirms, once however long it is held."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.confirmed.emit()
        else:
            event.ignore()

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self.banner)
        body = working_row()
        pad = now.px(16)
        body.setContentsMargins(pad, pad, pad, pad)
        body.setSpacing(pad)
        self.recap.setFixedWidth(now.px(_RECAP))
        body.addWidget(self.recap)
        body.addWidget(self._build_middle(), 1)
        body.addWidget(self._build_acts())
        column.addLayout(body, 1)

    def _build_middle(self) -> Card:
        now = theme.current()
        card = Card()
        inner = QVBoxLayout(card)
        inner.setContentsMargins(now.px(24), now.px(24), now.px(24), now.px(24))
        inner.setSpacing(now.px(8))
        inner.addStretch(1)
        inner.addWidget(Label(_("To pay out"), "row", tone="text2", align=CENTRE))
        inner.addWidget(self.due)
        inner.addWidget(self._due_note)
        inner.addStretch(1)
        inner.addWidget(Rule())
        inner.addWidget(ElideLabel(_("Back to what it was paid with"), "section"))
        inner.addLayout(self._parts)
        inner.addStretch(1)
        return card

    def _build_acts(self) -> Card:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(_ACTS))
        column = QVBoxLayout(card)
        pad = now.px(16)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(now.px(12))
        column.addWidget(Label(_("Another way"), "section"))
        words = Label(
            _("Somebody with the right must allow another way than the proposed one."),
            "meta",
            tone="text2",
        )
        words.setWordWrap(True)
        column.addWidget(words)
        column.addWidget(self.cash)
        column.addWidget(self.card)
        column.addWidget(self.credit)
        column.addStretch(1)
        self._hint.setWordWrap(True)
        column.addWidget(self._hint)
        column.addWidget(self.confirm)
        return card


class _Part(QWidget):
    """How a part goes back, with its reason."""

    def __init__(self, part: PayoutPart) -> None:
        super().__init__()
        now = theme.current()
        self.setAccessibleName(f"{part.label} {part.amount}. {part.why}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, now.px(4), 0, now.px(4))
        row.setSpacing(now.px(12))
        row.addWidget(IconMark(_ICONS.get(part.kind, "ticket"), 24, "text2"))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(ElideLabel(part.label, "row"))
        words.addWidget(ElideLabel(part.why, "meta", colour="text2"))
        row.addLayout(words, 1)
        row.addWidget(Label(part.amount, "amount", align=RIGHT))
