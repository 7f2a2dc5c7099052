"""How a total is settled: cash, card, foreign cash, split, change, refunds, rounding of cash.

A total below zero is owed to the customer. It is paid out by offers below zero, by the same rules
with the signs turned, except that nothing comes back: there is no change on a refund.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from retail.errors import RetailError
from retail.money import divide_half_away, exponent_of, round_cash
from retail.tax import MILLION


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
class Foreign:
    """Cash in another currency than the sale's.

    Attributes:
        amount_minor: in minor units of ``currency``.
        rate_ppm: what one major unit of it is worth, in millionths of a local major unit.
    """

    currency: str
    amount_minor: int
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What changes hands: for cash the amount given, for a card the amount charged.

    Attributes:
        amount_minor: local minor units; below zero when the customer gets it.
        reference: the card terminal's authorisation, empty for cash. Never a card number.
        foreign: what ``amount_minor`` was given in, see :func:`foreign_cash`.
    """

    kind: TenderKind
    amount_minor: int
    reference: str = ""
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class Tender:
    """A tender as booked: ``amount = given - change``, in local minor units.

    Attributes:
        change_minor: always local cash, also for cash given in another currency.
        foreign: what was given, when that was not local money.
    """

    kind: TenderKind
    amount_minor: int
    given_minor: int
    change_minor: int
    reference: str = ""
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How far the offers settle a total; all amounts in minor units, refunds below zero.

    Attributes:
        tenders: the booked tenders; their amounts and ``due_minor`` are total + rounding.
        due_minor: still to pay, exact.
        cash_due_minor: what cash would settle it, rounded to the smallest coin.
        rounding_minor: cash rounding booked, positive when the customer pays more or gets less.
    """

    tenders: tuple[Tender, ...]
    due_minor: int
    cash_due_minor: int
    change_minor: int
    rounding_minor: int
    complete: bool


def foreign_cash(foreign: Foreign, local_currency: str) -> Offer:
    """Cash of another currency as an offer, worth what the rate makes of it.

    ``local = foreign * rate * 10**local digits / (10**foreign digits * 1,000,000)`` in minor units,
    rounded once, to the nearest unit, halves up.

    Raises:
        RetailError: ``tender.foreign`` for an amount or a rate that is not above zero,
            ``money.currency`` for a code that ISO 4217 does not list.
    """
    if foreign.amount_minor < 1 or foreign.rate_ppm < 1:
        raise RetailError(
            "tender.foreign",
            "Foreign cash needs an amount and a rate above zero; nothing was taken. "
            "Check both, or take local money.",
        )
    worth = foreign.amount_minor * foreign.rate_ppm * 10 ** exponent_of(local_currency)
    local = divide_half_away(worth, 10 ** exponent_of(foreign.currency) * MILLION)
    return Offer(TenderKind.CASH, local, foreign=foreign)


@dataclass(slots=True)
class _Open:
    """What is left to settle, as a magnitude.

    Attributes:
        before: what earlier cash refunds of the same sale gave, exact.
    """

    due: int
    coin: int
    before: int
    rounding: int = 0
    change: int = 0
    complete: bool = False

    @property
    def cash_due(self) -> int:
        return round_cash(self.before + self.due, self.coin) - round_cash(self.before, self.coin)


def settle(
    total_minor: int,
    offers: Sequence[Offer],
    cash_increment: int,
    *,
    cash_refunded_minor: int = 0,
) -> Settlement:
    """Settle a total with the offers in order; below zero, pay it out.

    A card, or stored value, is charged exactly and never above what is due; cash may be above,
    the rest is change. Only cash is rounded, only when it settles the rest: a part in cash stays
    exact.
    Cash that covers what is due but not the amount rounded up settles it; what it brings above
    the due is the rounding. Where cash rounds to nothing, an offer of no cash settles the rest.
    The worth of foreign cash is no multiple of the coin, so what is rounded is its change.
    A refund gives at most what is due, cash at most what that is in coins.

    Args:
        cash_increment: the smallest coin in minor units, 1 for no rounding.
        cash_refunded_minor: what earlier cash refunds of the same sale gave, exact and positive:
            all of them together are rounded like one (pricing vectors, Returns). Only counts
            where the total is below zero.

    Raises:
        RetailError: ``tender.amount`` for an offer of nothing while something is to pay,
            ``tender.card_over`` for a card amount above what is due, ``tender.value_over`` for
            stored value above it, ``tender.refund_over`` for a refund above it,
            ``tender.direction`` for a payment where money is owed to the customer,
            ``tender.foreign_use`` for foreign money that is not cash taken, ``tender.settled`` for
            an offer when nothing is due.
    """
    sign = -1 if total_minor < 0 else 1
    left = _Open(
        due=abs(total_minor),
        coin=cash_increment,
        before=cash_refunded_minor if sign < 0 else 0,
        complete=total_minor == 0,
    )
    tenders = tuple(_booked(offer, left, sign) for offer in offers)
    return Settlement(
        tenders=tenders,
        due_minor=sign * left.due,
        cash_due_minor=0 if left.complete else sign * left.cash_due,
        change_minor=left.change,
        rounding_minor=sign * left.rounding,
        complete=left.complete,
    )


def _booked(offer: Offer, left: _Open, sign: int) -> Tender:
    _check(offer, left, sign)
    given, change = sign * offer.amount_minor, 0
    if offer.kind is TenderKind.CASH and given >= min(left.due, left.cash_due):
        change = _change(offer, given, left)
        left.change, left.rounding = change, given - change - left.due
        left.due, left.complete = 0, True
    else:
        left.due -= given
        left.complete = left.due == 0
    return Tender(
        offer.kind,
        sign * (given - change),
        offer.amount_minor,
        change,
        offer.reference,
        offer.foreign,
    )


def _change(offer: Offer, given: int, left: _Open) -> int:
    if offer.foreign is None:
        return max(0, given - left.cash_due)
    return round_cash(max(0, given - left.due), left.coin)


def _check(offer: Offer, left: _Open, sign: int) -> None:
    if left.complete:
        raise RetailError("tender.settled", "The sale is paid already; nothing was charged.")
    if sign < 0:
        _check_refund(offer, left)
    else:
        _check_payment(offer, left)


def _check_payment(offer: Offer, left: _Open) -> None:
    cash = offer.kind is TenderKind.CASH
    if offer.foreign is not None and not cash:
        raise _foreign_use()
    if offer.amount_minor < 0 or (offer.amount_minor == 0 and not (cash and left.cash_due == 0)):
        raise RetailError("tender.amount", "A payment must be above zero; nothing was charged.")
    if offer.kind is TenderKind.CARD and offer.amount_minor > left.due:
        raise RetailError(
            "tender.card_over", "A card cannot pay more than is due; nothing was charged."
        )
    if not cash and offer.amount_minor > left.due:
        raise RetailError(
            "tender.value_over", "No more than is due can be taken; nothing was charged."
        )


def _check_refund(offer: Offer, left: _Open) -> None:
    cash = offer.kind is TenderKind.CASH
    if offer.foreign is not None:
        raise _foreign_use()
    if offer.amount_minor > 0:
        raise RetailError(
            "tender.direction",
            "Money is owed to the customer; nothing was charged. Pay it out instead.",
        )
    if offer.amount_minor == 0 and not (cash and left.cash_due == 0):
        raise RetailError("tender.amount", "A refund of nothing settles nothing; pay out more.")
    # A rest that rounds up may be paid out to the exact cent as well.
    most = left.cash_due if cash else left.due
    if -offer.amount_minor > most:
        raise RetailError(
            "tender.refund_over",
            "No more than is owed can be paid out; nothing was paid out. Choose a lower amount.",
        )


def _foreign_use() -> RetailError:
    return RetailError(
        "tender.foreign_use",
        "Foreign money is only taken as cash, and refunds are local; nothing was booked.",
    )
