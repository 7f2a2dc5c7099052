"""Money that is put on gift cards: what may pay for it.

A gift card buys no gift card: value would live on past the day that its card ends on, and a card
that was stolen would turn into one that nobody looks for.
"""

from __future__ import annotations

from collections.abc import Iterable

from retail.errors import RetailError
from retail.tender.settlement import Offer, Tender, TenderKind


def payable_by_gift_card(total_minor: int, stored_minor: int) -> int:
    """What of a sale gift cards may pay, in minor units.

    Args:
        stored_minor: what of the total is put on cards.
    """
    return max(total_minor - stored_minor, 0)


def check_payment(total_minor: int, stored_minor: int, offers: Iterable[Offer | Tender]) -> None:
    """Refuse gift cards that pay for gift cards.

    Raises:
        RetailError: ``value.by_gift_card``.
    """
    if not stored_minor:
        return
    given = sum(offer.amount_minor for offer in offers if offer.kind is TenderKind.GIFT_CARD)
    if given > payable_by_gift_card(total_minor, stored_minor):
        raise RetailError(
            "value.by_gift_card",
            "A gift card cannot pay for a gift card; nothing was booked. "
            "Take another payment for what is put on the card.",
        )
