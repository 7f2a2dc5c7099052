"""How a total is settled: cash, card, split, change and the rounding of cash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retail.errors import RetailError
from retail.money import exponent_of, round_cash

# Note and coin values worth offering, in major units; the smallest that cover the amount are shown.
_NOTES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 50_000, 100_000)


class TenderKind(StrEnum):
    """Means of payment."""

    CASH = "cash"
    CARD = "card"
    GIFT_CARD = "gift_card"
    STORE_CREDIT = "store_credit"
    VOUCHER = "voucher"
    POINTS = "points"
    HOUSE_ACCOUNT = "house_account"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the customer hands over: for cash the amount given, for a card the amount charged.

    Attributes:
        reference: the card terminal's authorisation, empty for cash. Never a card number.
    """

    kind: TenderKind
    amount_minor: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender as booked: ``amount = given - change``, in minor units."""

    kind: TenderKind
    amount_minor: int
    given_minor: int
    change_minor: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Settlement:
    """How far the offers settle a total; all amounts in minor units.

    Attributes:
        tenders: the booked tenders; their amounts add up to total + rounding when complete.
        due_minor: still to pay, exact.
        cash_due_minor: what cash would settle it, rounded to the smallest coin.
        rounding_minor: cash rounding booked, positive when the customer pays more.
    """

    tenders: tuple[Tender, ...]
    due_minor: int
    cash_due_minor: int
    change_minor: int
    rounding_minor: int
    complete: bool


def settle(total_minor: int, offers: Sequence[Offer], cash_increment: int) -> Settlement:
    """Settle a total with the offers in order.

    A card, or stored value, is charged exactly and never above what is due; cash may be above,
    the rest is change. Only cash is rounded, only when it settles the rest: a part in cash stays
    exact.
    Cash that covers what is due but not the amount rounded up settles it; what it brings above
    the due is the rounding. Where cash rounds to nothing, an offer of no cash settles the rest.

    Args:
        cash_increment: the smallest coin in minor units, 1 for no rounding.

    Raises:
        RetailError: ``tender.amount`` for an offer of nothing while something is to pay,
            ``tender.card_over`` for a card amount above what is due, ``tender.value_over`` for
            stored value above it, ``tender.settled`` for an offer when nothing is due.
    """
    due, rounding, change = total_minor, 0, 0
    tenders: list[Tender] = []
    complete = total_minor == 0
    for offer in offers:
        cash_due = round_cash(due, cash_increment)
        _check(offer, due, cash_due=cash_due, complete=complete)
        if offer.kind is TenderKind.CASH and offer.amount_minor >= min(due, cash_due):
            paid = min(offer.amount_minor, cash_due)
            change = offer.amount_minor - paid
            rounding, due, complete = paid - due, 0, True
        else:
            due -= offer.amount_minor
            complete = due == 0
        given = offer.amount_minor
        booked_change = change if offer.kind is TenderKind.CASH and complete else 0
        tenders.append(
            Tender(offer.kind, given - booked_change, given, booked_change, offer.reference)
        )
    return Settlement(
        tenders=tuple(tenders),
        due_minor=due,
        cash_due_minor=0 if complete else round_cash(due, cash_increment),
        change_minor=change,
        rounding_minor=rounding,
        complete=complete,
    )


def _check(offer: Offer, due: int, *, cash_due: int, complete: bool) -> None:
    if complete:
        raise RetailError("tender.settled", "The sale is paid already; nothing was charged.")
    nothing_to_pay = offer.kind is TenderKind.CASH and cash_due == 0
    if offer.amount_minor < 0 or (offer.amount_minor == 0 and not nothing_to_pay):
        raise RetailError("tender.amount", "A payment must be above zero; nothing was charged.")
    if offer.kind is TenderKind.CARD and offer.amount_minor > due:
        raise RetailError(
            "tender.card_over", "A card cannot pay more than is due; nothing was charged."
        )
    if offer.kind is not TenderKind.CASH and offer.amount_minor > due:
        raise RetailError(
            "tender.value_over", "No more than is due can be taken; nothing was charged."
        )


def quick_cash(cash_due_minor: int, currency: str, count: int = 3) -> tuple[int, ...]:
    """Amounts that a customer is likely to hand over, rising, all above what is due.

    The next full unit first, then the notes that cover it; minor units.
    """
    one = 10 ** exponent_of(currency)
    full = -(-cash_due_minor // one) * one
    offered = {full} | {-(-cash_due_minor // (n * one)) * n * one for n in _NOTES}
    return tuple(sorted(amount for amount in offered if amount > cash_due_minor)[:count])
