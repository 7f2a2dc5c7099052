"""Codes that are for something else than an article: each goes where it belongs, or is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from pos_app.runtime.i18n import N_, _
from pos_app.screens.records import Message, Tone
from retail.barcode.scanned import (
    Badge,
    Coupon,
    GiftCard,
    Gs1Other,
    HeldSale,
    OrderPickup,
    ScannedCode,
    StoreCredit,
)
from retail.input_line import ForElsewhere, Member, ReturnOf, reading_of

if TYPE_CHECKING:
    from pos_app.screens.checkout.presenter import CheckoutPresenter
    from pos_app.screens.customers.flow import CustomersFlow


class OtherCodes(QObject):
    """Takes what the basket could not.

    Signals:
        told: a :class:`Message`.
        receipt_scanned: number or id of a receipt.
        slip_scanned: number of a waiting basket's slip.
        coupon_scanned: number of a coupon.
    """

    told = Signal(object)
    receipt_scanned = Signal(str)
    slip_scanned = Signal(str)
    coupon_scanned = Signal(str)

    def __init__(
        self, basket: CheckoutPresenter, customers: CustomersFlow, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._customers = customers
        basket.other_scanned.connect(self.take)

    def take(self, code: ScannedCode) -> None:
        """Bring a code where it belongs."""
        if isinstance(code, HeldSale):
            self.slip_scanned.emit(code.number)
            return
        match reading_of(code):
            case Member(number=number):
                self._customers.presenter.attach_card(number)
            case ReturnOf(text=text):
                self.receipt_scanned.emit(text)
            case ForElsewhere(code=Coupon(number=number)):
                self.coupon_scanned.emit(number)
            case _:
                self.told.emit(Message(_refusal(code), Tone.WARN))


_REFUSALS: dict[type, str] = {
    GiftCard: N_("This is a gift card: open the payment (F12), then scan it."),
    StoreCredit: N_("This is store credit: open the payment (F12), then scan it."),
    Badge: N_("This is a badge; nothing was added."),
    OrderPickup: N_("This is an order to be fetched; nothing was added."),
    Gs1Other: N_("This label names no article; nothing was added."),
}
_SOMETHING = N_("This code is for something else; nothing was added.")


def _refusal(code: ScannedCode) -> str:
    return _(_REFUSALS.get(type(code), _SOMETHING))
