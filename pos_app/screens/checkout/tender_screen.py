"""The payment page: recap, what is left, means of payment, keypad."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from pos_app.runtime import theme
from pos_app.runtime.i18n import _
from pos_app.screens.checkout.recap import Recap
from pos_app.screens.checkout.tender_view import TenderView
from pos_app.screens.receipt_way.chips import WayChips
from pos_app.screens.records import BasketRow, TotalsView
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import keys_of
from pos_app.screens.widgets.button import AppButton, ButtonKind
from pos_app.screens.widgets.keypad import ENTER, Keypad, KeypadMode
from pos_app.screens.widgets.labels import Card, ElideLabel, Label
from pos_app.screens.widgets.notices import Banner
from pos_app.screens.widgets.page_head import PageHead
from pos_app.screens.widgets.painting import CENTRE, RIGHT
from pos_app.screens.widgets.pill import SyncPill
from pos_app.screens.widgets.room import Roll, give_way, without
from pos_app.screens.widgets.sides import working_row
from pos_app.screens.widgets.tender import AmountDisplay, Note, QuickNotes, TenderTile
from retail.tender.settlement import TenderKind

_RECAP, _PAD = 330, 380
_WIDE_SCALE = 1.15
"""Up to this scale three means of payment fit side by side on a small panel."""
_ROOMY_SCALE = 1.3
"""Above this scale the keys need the space between them."""


class TenderScreen(QWidget):
    """Layout and keys of the payment page.

    Signals:
        typed: a key of the keypad or keyboard.
        taken: the green button or Enter.
        kind_chosen: a means of payment.
        note_chosen: an amount in minor units.
        taken_back: place of a payment to undo.
    """

    typed = Signal(str)
    taken = Signal()
    kind_chosen = Signal(object)
    note_chosen = Signal(object)
    taken_back = Signal(int)

    def __init__(self, run: Callable[[Command], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._run = run
        self.sync = SyncPill()
        self.sync.clicked.connect(lambda: run(Command.SYNC))
        self.banner = Banner()
        self.recap = Recap()
        self.ways = WayChips()
        self._due = Label("", "due", align=CENTRE)
        self._due_note = ElideLabel("", "body", colour="text2", align=CENTRE)
        self._chips = QHBoxLayout()
        self.cash = TenderTile(_("Cash"), _("Change is counted"), icon="banknote")
        self.card = TenderTile(_("Card"), _("Terminal first"), icon="credit-card")
        self.gift = TenderTile(_("Gift card"), _("Scan or type"), icon="gift")
        self.voucher = TenderTile(_("Voucher"), _("Scan or type"), icon="ticket")
        self.credit = TenderTile(_("Store credit"), _("Scan or type"), icon="wallet")
        self.points = TenderTile(_("Points"), _("Of the customer"), icon="star")
        self.account = TenderTile(_("On account"), _("Of the customer"), icon="id-card")
        self.foreign = TenderTile(_("Foreign cash"), _("Change is local"), icon="globe")
        self.split = TenderTile(_("Split"), _("Evenly or by article"), icon="users")
        stored = (self.gift, self.voucher, self.credit, self.points, self.account)
        self._asking = (*stored, self.foreign, self.split)
        self.show_keys()
        self.display = AmountDisplay(_("Cash received"))
        self.notes = QuickNotes()
        self.keypad = Keypad(KeypadMode.MONEY)
        self._change_label = Label(_("Change"), "h2", tone="text2")
        self._change = Label("", "change", tone="success", align=RIGHT)
        self.take = AppButton(_("Take"), ButtonKind.PAY, icon="check")
        self._build()
        self._connect()

    def show_keys(self) -> None:
        """Show the keys that the commands have now."""
        for tile, command in (
            (self.cash, Command.CASH),
            (self.card, Command.CARD),
            (self.gift, Command.GIFT_CARD),
            (self.voucher, Command.VOUCHER),
            (self.credit, Command.STORE_CREDIT),
            (self.points, Command.POINTS),
            (self.account, Command.ACCOUNT),
            (self.foreign, Command.FOREIGN),
            (self.split, Command.SPLIT),
        ):
            tile.set_hint(keys_of(command))
        self.ways.show_keys()

    def show_basket(self, rows: tuple[BasketRow, ...], totals: TotalsView) -> None:
        """Show what is paid for."""
        self.recap.show_basket(rows, totals)

    def show_tender(self, view: TenderView) -> None:
        """Show the state of the payment."""
        # Asking for stored value or a split is no choice that stays.
        for tile in self._asking:
            tile.setAutoExclusive(False)
            tile.setChecked(False)
            tile.setAutoExclusive(True)
        self._due.setText(view.due)
        self._due.setAccessibleName(f"{_('Left to pay')} {view.due}")
        self._due_note.set_text(view.due_note)
        self.cash.setChecked(view.kind is TenderKind.CASH and not view.foreign)
        self.foreign.setChecked(view.foreign)
        self.card.setChecked(view.kind is TenderKind.CARD)
        self.display.show_amount(view.label, view.amount, faint=view.proposed)
        self.notes.show_notes([Note(label, amount) for label, amount in view.notes])
        self._change_label.setText(view.change_label)
        self._change.setText(view.change)
        self._change.set_tone("success" if view.change_label == _("Change") else "warn")
        self.take.set_label(view.take)
        self.take.setEnabled(view.ready)
        self._show_taken(view)

    def minimumSizeHint(self) -> QSize:
        """Without the recap, which gives way on a narrow page."""
        return without(super().minimumSizeHint(), self._left, spacing=theme.current().px(16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What is paid for is shown where there is room; the receipt's way always is."""
        super().resizeEvent(event)
        give_way(self, self._left)
        home = self._middle if self._left.isHidden() else self._beside
        if home.indexOf(self.ways) < 0:
            home.addWidget(self.ways)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits and separators are typed; Enter takes, once however long it is held."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if not event.isAutoRepeat():
                self.taken.emit()
        elif event.key() == Qt.Key.Key_Backspace:
            self.typed.emit("back")
        elif event.key() == Qt.Key.Key_Delete:
            self.typed.emit("clear")
        elif event.text() and event.text() in "0123456789.,":
            self.typed.emit(event.text())
        else:
            event.ignore()

    def _connect(self) -> None:
        self.take.clicked.connect(self.taken)
        self.notes.chosen.connect(self.note_chosen)
        self.cash.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.CASH))
        self.card.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.CARD))
        self.gift.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.GIFT_CARD))
        self.voucher.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.VOUCHER))
        self.credit.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.STORE_CREDIT))
        self.points.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.POINTS))
        self.account.clicked.connect(lambda: self.kind_chosen.emit(TenderKind.HOUSE_ACCOUNT))
        self.foreign.clicked.connect(lambda: self._run(Command.FOREIGN))
        self.split.clicked.connect(lambda: self._run(Command.SPLIT))
        self.keypad.pressed.connect(self._pressed)

    def _pressed(self, key: str) -> None:
        if key == ENTER:
            self.taken.emit()
        else:
            self.typed.emit(key)

    def _show_taken(self, view: TenderView) -> None:
        while self._chips.count() > 0:
            item = self._chips.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self._chips.addStretch(1)
        for place, taken in enumerate(view.taken):
            name = _("Take back %(payment)s") % {"payment": taken.label}
            chip = AppButton(taken.label, ButtonKind.CHIP, icon="x", name=name)
            chip.clicked.connect(lambda _on=False, at=place: self.taken_back.emit(at))
            self._chips.addWidget(chip)
        self._chips.addStretch(1)

    def _build(self) -> None:
        now = theme.current()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head())
        column.addWidget(self.banner)
        body = working_row()
        pad = now.px(16)
        body.setContentsMargins(pad, pad, pad, pad)
        body.setSpacing(pad)
        self._left = self._build_left()
        body.addWidget(self._left)
        self._middle = self._build_middle()
        body.addLayout(self._middle, 1)
        body.addWidget(self._build_pad())
        column.addLayout(body, 1)

    def _build_head(self) -> PageHead:
        return PageHead(
            _("Payment"),
            self.sync,
            back=_("Back to basket"),
            hint="Esc",
            leave=lambda: self._run(Command.BACK),
        )

    def _build_left(self) -> QWidget:
        left = QWidget()
        left.setFixedWidth(theme.current().px(_RECAP))
        self._beside = QVBoxLayout(left)
        self._beside.setContentsMargins(0, 0, 0, 0)
        self._beside.setSpacing(theme.current().px(12))
        self._beside.addWidget(self.recap, 1)
        self._beside.addWidget(self.ways)
        return left

    def _build_middle(self) -> QVBoxLayout:
        now = theme.current()
        column = QVBoxLayout()
        column.setSpacing(now.px(12))
        card = Card()
        inner = QVBoxLayout(card)
        inner.setContentsMargins(now.px(16), now.px(12), now.px(16), now.px(12))
        inner.setSpacing(now.px(4))
        inner.addStretch(1)
        inner.addWidget(Label(_("Left to pay"), "row", tone="text2", align=CENTRE))
        inner.addWidget(self._due)
        inner.addWidget(self._due_note)
        inner.addStretch(1)
        holder = QWidget()
        holder.setFixedHeight(now.height("chip"))
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._chips.setSpacing(now.px(8))
        holder.setLayout(self._chips)
        inner.addWidget(holder)
        column.addWidget(card, 1)
        column.addWidget(Roll(self._build_tiles()), 2)
        return column

    def _build_tiles(self) -> QWidget:
        now = theme.current()
        holder = QWidget()
        tiles = QGridLayout(holder)
        tiles.setContentsMargins(0, 0, 0, 0)
        columns, height, gap = (3, 84, 12) if now.scale <= _WIDE_SCALE else (2, 52, 12)
        tiles.setSpacing(now.px(gap))
        for place, tile in enumerate((self.cash, self.card, *self._asking)):
            tile.setMinimumHeight(now.px(height))
            span = 1 if columns > 2 or tile is not self.split else columns
            tiles.addWidget(tile, place // columns, place % columns, 1, span)
        words = Label(
            _("Type 2000 or 20.00 for 20.00. Several payments may make up the total."),
            "meta",
            tone="text2",
            align=CENTRE,
        )
        words.setWordWrap(True)
        tiles.addWidget(words, tiles.rowCount(), 0, 1, columns)
        return holder

    def _build_pad(self) -> Card:
        now = theme.current()
        card = Card()
        card.setFixedWidth(now.px(_PAD))
        column = QVBoxLayout(card)
        pad, gap = (16, 12) if now.scale <= _ROOMY_SCALE else (12, 8)
        column.setContentsMargins(*[now.px(pad)] * 4)
        column.setSpacing(now.px(gap))
        column.addWidget(self.display)
        column.addWidget(self.notes)
        column.addWidget(self.keypad, 1)
        row = QHBoxLayout()
        row.addWidget(self._change_label)
        row.addWidget(self._change, 1)
        column.addLayout(row)
        column.addWidget(self.take)
        return card
