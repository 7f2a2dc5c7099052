"""The payment page joined with its state and the basket."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import _
from pos_app.screens.checkout.share_sheet import ShareSheet
from pos_app.screens.checkout.split_model import to_split
from pos_app.screens.shell.commands import Command
from pos_app.screens.shell.keymap import CommandMap
from retail.tender.settlement import Offer, TenderKind

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.tender_presenter import TenderPresenter
    from pos_app.screens.checkout.tender_screen import TenderScreen
    from pos_app.screens.widgets.sheet import Sheet

_STORED = {
    Command.GIFT_CARD: TenderKind.GIFT_CARD,
    Command.VOUCHER: TenderKind.VOUCHER,
    Command.POINTS: TenderKind.POINTS,
    Command.ACCOUNT: TenderKind.HOUSE_ACCOUNT,
}


class PaymentFlow(QObject):
    """Connects page and presenter; a settled payment closes the sale.

    Signals:
        begun: the page is to be shown.
    """

    begun = Signal()

    def __init__(
        self,
        screen: TenderScreen,
        payment: TenderPresenter,
        basket: CheckoutPresenter,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._payment = payment
        self._basket = basket
        self._sheet: Sheet
        payment.changed.connect(screen.show_tender)
        payment.settled.connect(self._settled)
        screen.typed.connect(payment.type_key)
        screen.taken.connect(payment.take)
        screen.kind_chosen.connect(payment.choose)
        screen.note_chosen.connect(payment.take_note)
        screen.taken_back.connect(payment.take_back)
        basket.tender_asked.connect(self._begin)
        basket.not_closed.connect(payment.release)
        basket.basket_changed.connect(self._compare)
        basket.closed.connect(lambda _sale: payment.forget())

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def bind(self, commands: CommandMap) -> None:
        """Give the commands their handlers."""
        for command, kind in _STORED.items():
            commands.bind(command, partial(self._payment.choose, kind))
        commands.bind(Command.SPLIT, self._open_split)

    def _begin(self, typed: str) -> None:
        priced = self._basket.priced
        if priced is not None:
            self._payment.start(priced, self._basket.session.store.cash_increment, typed)
            self.begun.emit()

    def _compare(self) -> None:
        priced = self._basket.priced
        if priced is not None:
            self._payment.keep_for(priced)

    def _open_split(self) -> None:
        priced = self._basket.priced
        if priced is None or self._payment.busy:
            return
        content = ShareSheet(to_split(priced, self._payment.left))

        def chosen(shares: tuple[int, ...]) -> None:
            self._sheet.close_sheet()
            self._payment.split(shares)

        content.chosen.connect(chosen)
        self._sheet.open_with(_("Split"), content)

    def _settled(self, offers: tuple[Offer, ...]) -> None:
        self._basket.close_sale(offers, self._payment.taken.moves)
