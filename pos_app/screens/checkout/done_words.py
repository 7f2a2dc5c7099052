"""What is said after a sale; no Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos_app.runtime.i18n import N_, _, money
from pos_app.screens.checkout.done_screen import DoneView
from retail.receipt_ways import ReceiptWay
from retail.tender.settlement import TenderKind

if TYPE_CHECKING:
    from pos_app.checkout.closing import ClosedSale

_NOT_PRINTED = {
    ReceiptWay.MAIL: N_("The receipt goes out by e-mail."),
    ReceiptWay.NONE: N_("No receipt, as wished."),
}


def done_view(sale: ClosedSale) -> DoneView:
    """The change, large; of a refund what was paid out, of a card payment the total."""
    total = money(sale.total_minor, sale.currency)
    number = _("Receipt %(number)s") % {"number": sale.receipt_number}
    if sale.total_minor < 0:
        headline, amount = _("Paid out"), money(paid_out(sale), sale.currency)
    elif _cash(sale):
        headline, amount = _("Change"), money(sale.change_minor, sale.currency)
    else:
        headline, amount = _paid(sale), total
    paper = _(_NOT_PRINTED[sale.way]) if sale.way in _NOT_PRINTED else ""
    return DoneView(headline, amount, f"{_('Total')} {total} · {number}", paper)


def last_sale(sale: ClosedSale) -> str:
    """The last sale in a few words, for the empty basket."""
    total = money(sale.total_minor, sale.currency)
    title = _("Last sale %(total)s") % {"total": total}
    if sale.total_minor < 0:
        amount = money(paid_out(sale), sale.currency)
        return title + " · " + _("paid out %(amount)s") % {"amount": amount}
    if _cash(sale):
        change = money(sale.change_minor, sale.currency)
        title += " · " + _("change %(change)s") % {"change": change}
    return title


def paid_out(sale: ClosedSale) -> int:
    """What left the till for a refund, in coins, above zero."""
    return -sum(amount for _kind, amount in sale.tenders)


def _cash(sale: ClosedSale) -> bool:
    return any(kind == TenderKind.CASH for kind, _amount in sale.tenders)


def _paid(sale: ClosedSale) -> str:
    """By card, or by stored value alone."""
    by_card = any(kind == TenderKind.CARD for kind, _amount in sale.tenders)
    return _("Paid by card") if by_card else _("Paid")
