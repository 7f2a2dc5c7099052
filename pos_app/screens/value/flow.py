"""Stored value on the payment page: the code is asked for, held, and given back when taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from pos_app.runtime.i18n import N_, _, money, sentence
from pos_app.screens.value.sheet import CodeSheet
from pos_app.value.service import Asked
from retail.barcode.scanned import GiftCard, StoreCredit
from retail.tender.settlement import TenderKind
from retail.value import ValueKind, last_four

if TYPE_CHECKING:
    from pos_app.checkout.closing import ClosedSale
    from pos_app.screens.checkout.code_reader import CodeReader
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.checkout.tender_presenter import TenderPresenter
    from pos_app.screens.shell.ports import ValueCounter
    from pos_app.screens.task_runner import TaskRunner
    from pos_app.screens.widgets.sheet import Sheet
    from pos_app.value.service import Allowed

NAMES = {
    TenderKind.GIFT_CARD: N_("Gift card"),
    TenderKind.VOUCHER: N_("Voucher"),
    TenderKind.STORE_CREDIT: N_("Store credit"),
}
_BY_JOURNAL = frozenset({"earn", "reverse"})
"""What nobody spends before the journal has told it: no request of its own for every sale."""

_SCANNED: dict[type, TenderKind] = {
    GiftCard: TenderKind.GIFT_CARD,
    StoreCredit: TenderKind.STORE_CREDIT,
}


class ValueFlow(QObject):
    """Opens the sheet and hands what was held to the payment."""

    def __init__(
        self,
        basket: CheckoutPresenter,
        payment: TenderPresenter,
        sources: tuple[ValueCounter | None, CodeReader],
        tasks: TaskRunner,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._basket = basket
        self._payment = payment
        self._counter, self._codes = sources
        self._tasks = tasks
        self._sheet: Sheet
        payment.value_asked.connect(self._open)
        payment.given_back.connect(self._give_back)

    def attach(self, sheet: Sheet) -> None:
        """Join with the window's sheet."""
        self._sheet = sheet

    def scan(self, code: str, *, paying: bool) -> bool:
        """Take a scanned code while the sheet is open, or a card or credit slip at the payment."""
        kind = _SCANNED.get(type(self._codes.read(code)))
        if paying and self._sheet.content is None and kind is not None:
            self._payment.choose(kind)
        content = self._sheet.content
        if isinstance(content, CodeSheet):
            content.take_code(code)
            return True
        return False

    def sold(self, sale: ClosedSale) -> None:
        """Tell head office at once what a sale took; its journal tells it in any case."""
        by_asking = any(move.act not in _BY_JOURNAL for move in sale.value)
        if by_asking and self._counter is not None:
            self._counter.capture(self._basket.session, sale.rid, sale.value)

    def _open(self, kind: TenderKind, amount: int) -> None:
        if kind not in NAMES:
            return
        currency = self._basket.session.store.currency
        content = CodeSheet(money(amount, currency))
        content.entered.connect(lambda code: self._hold(kind, amount, code))
        self._sheet.open_with(_(NAMES[kind]), content)

    def _hold(self, kind: TenderKind, amount: int, code: str) -> None:
        if self._counter is None:
            self._refuse(_("This till takes no stored value."))
            return
        plain = self._codes.card_number(code)
        asked = Asked(ValueKind(kind.value), plain, amount, held=self._payment.taken.moves)
        label = f"{_(NAMES[kind])} ••{last_four(plain)}"

        def held(allowed: Allowed) -> None:
            if isinstance(self._sheet.content, CodeSheet):
                self._sheet.close_sheet()
                self._payment.add_held(kind, allowed, label)
            else:
                # Nobody waits for it any more.
                self._give_back(allowed)

        self._tasks.follow(
            self._counter.hold(self._basket.session, asked),
            done=held,
            failed=lambda error: self._refuse(sentence(error)),
        )

    def _refuse(self, text: str) -> None:
        content = self._sheet.content
        if isinstance(content, CodeSheet):
            content.show_refusal(text)

    def _give_back(self, allowed: Allowed) -> None:
        if self._counter is not None:
            self._counter.give_back(self._basket.session, allowed)
