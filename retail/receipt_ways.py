"""How a customer gets the receipt: on paper, by e-mail, or not at all."""

from __future__ import annotations

from enum import StrEnum

from retail.errors import RetailError


class ReceiptWay(StrEnum):
    """Where the receipt of a sale goes."""

    PAPER = "paper"
    MAIL = "mail"
    NONE = "none"


def default_way(setting: str, *, required: bool, wants_mail: bool) -> ReceiptWay:
    """The way of a sale for which nobody has chosen one.

    Args:
        setting: what the store has set; what is no way counts as paper.
        required: the law of the country gives everybody a receipt.
        wants_mail: the customer agreed to receipts by e-mail and the address is known.
    """
    if wants_mail:
        return ReceiptWay.MAIL
    none = setting == ReceiptWay.NONE and not required
    return ReceiptWay.NONE if none else ReceiptWay.PAPER


def check_way(way: ReceiptWay, *, required: bool) -> None:
    """Refuse a sale without a receipt where the law wants one.

    Raises:
        RetailError: ``receipt.required``.
    """
    if way is ReceiptWay.NONE and required:
        raise RetailError(
            "receipt.required",
            "The law wants a receipt for every sale here: print it, or send it by e-mail.",
        )
