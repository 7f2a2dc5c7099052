"""Where a refund goes: back to what the sale was paid with, and never more than each paid.

Source: pricing vectors, Returns ("refunds each tender at most what it paid, non-cash first"); the
card schemes' rule that a card payment is refunded to the same card.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from retail.errors import RetailError
from retail.money import round_cash
from retail.tender.settlement import Offer, Settlement, TenderKind


class Why(StrEnum):
    """Why a part of a refund goes where it goes."""

    SAME_CARD = "same_card"
    CASH_BACK = "cash_back"
    SAME_GIFT_CARD = "same_gift_card"
    CREDIT_BACK = "credit_back"
    VOUCHER_TO_CREDIT = "voucher_to_credit"
    POINTS_BACK = "points_back"
    ACCOUNT_BACK = "account_back"
    CASH_FOR_CARD = "cash_for_card"
    BLIND_CASH = "blind_cash"
    BLIND_CREDIT = "blind_credit"


SENTENCES: Mapping[Why, str] = {
    Why.SAME_CARD: "Paid by card: back to the same card.",
    Why.CASH_BACK: "Paid in cash: back in cash.",
    Why.SAME_GIFT_CARD: "Paid with a gift card: back onto the same gift card.",
    Why.CREDIT_BACK: "Paid with store credit: back as store credit.",
    Why.VOUCHER_TO_CREDIT: "Paid with a voucher, which is used up: as store credit.",
    Why.POINTS_BACK: "Paid with points: back as points.",
    Why.ACCOUNT_BACK: "Bought on account: back to the account.",
    Why.CASH_FOR_CARD: "Paid by card: in cash, as somebody with the right allowed.",
    Why.BLIND_CASH: "Came back without a receipt: in cash.",
    Why.BLIND_CREDIT: "Came back without a receipt: as store credit.",
}

_ROUTES: Mapping[TenderKind, tuple[TenderKind, Why]] = {
    TenderKind.CARD: (TenderKind.CARD, Why.SAME_CARD),
    TenderKind.CASH: (TenderKind.CASH, Why.CASH_BACK),
    TenderKind.GIFT_CARD: (TenderKind.GIFT_CARD, Why.SAME_GIFT_CARD),
    TenderKind.STORE_CREDIT: (TenderKind.STORE_CREDIT, Why.CREDIT_BACK),
    TenderKind.VOUCHER: (TenderKind.STORE_CREDIT, Why.VOUCHER_TO_CREDIT),
    TenderKind.POINTS: (TenderKind.POINTS, Why.POINTS_BACK),
    TenderKind.HOUSE_ACCOUNT: (TenderKind.HOUSE_ACCOUNT, Why.ACCOUNT_BACK),
}

# Cash stands last: only there does the coin decide, and only on the last part of a settlement.
PAID_OUT_ORDER = (
    TenderKind.CARD,
    TenderKind.HOUSE_ACCOUNT,
    TenderKind.GIFT_CARD,
    TenderKind.STORE_CREDIT,
    TenderKind.VOUCHER,
    TenderKind.POINTS,
    TenderKind.CASH,
)


@dataclass(frozen=True, slots=True)
class Original:
    """A tender of the sale, in minor units.

    Attributes:
        paid_minor: what of the total it settled, cash before rounding to coins.
        refunded_minor: what earlier refunds gave back for it, exact and positive.
        reference: as booked; a refund names the same card or account by it.
    """

    kind: TenderKind
    paid_minor: int
    refunded_minor: int = 0
    reference: str = ""

    @property
    def left_minor(self) -> int:
        """What can still go back to it."""
        return max(0, self.paid_minor - self.refunded_minor)


@dataclass(frozen=True, slots=True)
class RefundRules:
    """What a store, and whoever refunds, allow.

    Attributes:
        cash_for_card: the customer wants cash for what a card paid.
        cash_right: who refunds, or approves it, may do so.
        cash_limit_minor: how much of a refund may so go out in cash.
    """

    cash_for_card: bool = False
    cash_right: bool = False
    cash_limit_minor: int = 0


@dataclass(frozen=True, slots=True)
class RefundPart:
    """A part of a refund.

    Attributes:
        origin: which of the originals it belongs to, counted from 0; -1 for none.
        kind: what it is paid out with.
        amount_minor: exact and positive; to be booked as refunded for the original.
    """

    origin: int
    kind: TenderKind
    amount_minor: int
    reference: str
    why: Why


@dataclass(frozen=True, slots=True)
class RefundPlan:
    """A refund in parts that add up to it exactly, in the order in which they are paid out."""

    parts: tuple[RefundPart, ...] = ()

    def offers(self, cash_increment: int, cash_refunded_minor: int = 0) -> tuple[Offer, ...]:
        """The offers, below zero, that settle the refund; all cash is one offer in coins.

        Args:
            cash_increment: the smallest coin in minor units.
            cash_refunded_minor: as for :func:`retail.tender.settlement.settle`.
        """
        offers = [
            Offer(part.kind, -part.amount_minor, part.reference)
            for part in self.parts
            if part.kind is not TenderKind.CASH
        ]
        in_cash = sum(part.amount_minor for part in self.parts if part.kind is TenderKind.CASH)
        if in_cash:
            before = round_cash(cash_refunded_minor, cash_increment)
            coins = round_cash(cash_refunded_minor + in_cash, cash_increment) - before
            offers.append(Offer(TenderKind.CASH, -coins))
        return tuple(offers)


def originals_of(settlement: Settlement) -> tuple[Original, ...]:
    """The tenders of a finished sale as originals; rounding belongs to the cash that settled it."""
    last = len(settlement.tenders) - 1
    return tuple(
        Original(
            tender.kind,
            tender.amount_minor - (settlement.rounding_minor if i == last else 0),
            reference=tender.reference,
        )
        for i, tender in enumerate(settlement.tenders)
    )


def refund_plan(amount_minor: int, originals: Sequence[Original], rules: RefundRules) -> RefundPlan:
    """Share a refund out to the tenders of its sale: cards first, cash last, each kind in order.

    Cash for a card is all or nothing: above the limit it is refused, not split.

    Args:
        amount_minor: what the customer gets, exact and not below zero.

    Raises:
        RetailError: ``refund.amount`` below zero, ``refund.over`` for more than the tenders have
            left, ``refund.cash_right`` and ``refund.cash_limit`` for cash that a card paid.
    """
    left = sum(original.left_minor for original in originals)
    if amount_minor < 0:
        raise RetailError("refund.amount", "A refund cannot be below zero; nothing was paid out.")
    if amount_minor > left:
        raise RetailError(
            "refund.over",
            "The tenders of the sale have less left to refund; nothing was paid out. "
            "Return fewer goods, or give the rest as store credit.",
            left=left,
        )
    return RefundPlan(tuple(_in_coins(list(_shared(amount_minor, originals)), rules)))


def _shared(amount: int, originals: Sequence[Original]) -> Iterator[RefundPart]:
    ranked = sorted(
        range(len(originals)), key=lambda i: (PAID_OUT_ORDER.index(originals[i].kind), i)
    )
    for i in ranked:
        original = originals[i]
        part = min(amount, original.left_minor)
        if part:
            kind, why = _ROUTES[original.kind]
            # A used voucher takes nothing back; the credit for it is a new one.
            reference = original.reference if kind is original.kind else ""
            yield RefundPart(i, kind, part, reference, why)
        amount -= part


def _in_coins(parts: Sequence[RefundPart], rules: RefundRules) -> list[RefundPart]:
    """The parts, those of cards in cash where the customer wants so and may get it."""
    on_cards = [part for part in parts if part.kind is TenderKind.CARD]
    if not rules.cash_for_card or not on_cards:
        return list(parts)
    if not rules.cash_right:
        raise RetailError(
            "refund.cash_right",
            "Cash for a card payment needs a right; nothing was paid out. "
            "Ask somebody who has it, or refund to the card.",
        )
    if sum(part.amount_minor for part in on_cards) > rules.cash_limit_minor:
        raise RetailError(
            "refund.cash_limit",
            "That is more than may be paid out in cash for a card; nothing was paid out. "
            "Refund to the card.",
        )
    others = [part for part in parts if part.kind is not TenderKind.CARD]
    cash = [
        RefundPart(part.origin, TenderKind.CASH, part.amount_minor, "", Why.CASH_FOR_CARD)
        for part in on_cards
    ]
    return [*others, *cash]
