"""Where the money of a basket below zero goes: back to the tenders of its receipts.

Receipts and the tickets that took goods of them back are one account: a ticket that exchanges
goods keeps part of what its receipt was paid with, and whoever returns the new article gets that
part back. A refund of the account counts against a tender of its kind and reference, then of its
kind, then against the next that :func:`retail.tender.refunds.refund_plan` would have chosen.

Goods without a receipt, and what no known tender covers, come back in cash up to
:data:`BLIND_CASH_MINOR`, above it as store credit, whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import Connection, select

from db.base import to_us
from db.store.sales import Sale, SaleLineBack, SaleTender
from hardware.card import CardSlip
from pos_app.checkout import drafts, known_receipts, promotions
from pos_app.payments import service as payments
from pos_app.staff.approvals import grant
from pos_app.staff.service import StaffMember
from pos_app.till.service import TillSession
from pos_app.value.queries import Gave, given_by
from retail.contract.receipts import PaidWith
from retail.contract.sales import ValueMove
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.rights import Right
from retail.tender.refunds import (
    PAID_OUT_ORDER,
    Original,
    RefundPart,
    RefundPlan,
    RefundRules,
    Why,
    refund_plan,
)
from retail.tender.settlement import Offer, Tender, TenderKind
from retail.value import ValueKind

# Store credit goes out as a new slip: the old one may be spent and thrown away.
_KEPT = frozenset(kind.value for kind in ValueKind) - {ValueKind.STORE_CREDIT.value}
BLIND_CASH_MINOR = 5_000
"""The most, in minor units, that leaves the drawer for goods that nobody proves were bought."""


@dataclass(frozen=True, slots=True)
class Payout:
    """What is paid out for a basket, as proposed; amounts above zero, offers below.

    Attributes:
        cash_refunded_minor: earlier cash refunds of the same receipts, for the rounding.
        cards: the card behind a reference, as the terminal told it.
    """

    owed_minor: int
    parts: tuple[RefundPart, ...]
    offers: tuple[Offer, ...]
    cash_refunded_minor: int
    cards: Mapping[str, CardSlip] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """The tenders of some receipts, and what cash refunds of them gave, exact and positive."""

    originals: tuple[Original, ...]
    cash_refunded_minor: int = 0


def account(tx: Connection, rids: Iterable[UUID]) -> Account:
    """What receipts were paid with, and what of it went back already, at whatever till."""
    originals: list[Original] = []
    refunds: list[Original] = []
    for kind, exact, reference in _tenders(tx, _joined(tx, set(rids))):
        side = originals if exact > 0 else refunds
        side.append(Original(TenderKind(kind), abs(exact), reference=reference))
    for refund in refunds:
        originals = _less(originals, refund)
    cash = sum(one.paid_minor for one in refunds if one.kind is TenderKind.CASH)
    return Account(tuple(originals), cash)


def payout(tx: Connection, session: TillSession, priced: PricedBasket) -> Payout | None:
    """The proposal for a basket; None where nothing is owed to the customer."""
    owed = -priced.total_minor
    if owed <= 0:
        return None
    worth, rids = _from_receipts(priced)
    known = account(tx, rids)
    left = sum(original.left_minor for original in known.originals)
    proved = min(owed, worth, left)
    plan = refund_plan(proved, known.originals, RefundRules())
    whole = RefundPlan((*plan.parts, *_blind(owed - proved)))
    offers = whole.offers(session.store.cash_increment, known.cash_refunded_minor)
    cards = payments.slips(tx, (part.reference for part in whole.parts))
    return Payout(owed, whole.parts, offers, known.cash_refunded_minor, cards)


def proposal(tx: Connection, session: TillSession, basket_id: UUID) -> Payout:
    """The proposal for the open basket.

    Raises:
        RetailError: ``sale.changed`` for another basket, ``refund.none`` where nothing is owed.
    """
    draft = drafts.current(tx)
    if draft is None or draft.basket.basket_id != basket_id:
        raise RetailError("sale.changed", "Another basket is open; nothing was booked.")
    found = payout(tx, session, promotions.priced(tx, session, draft))
    if found is None:
        raise RetailError("refund.none", "Nothing is owed to the customer; take a payment.")
    return found


def check(
    session: TillSession, planned: Payout, offers: Sequence[Offer], approver: StaffMember | None
) -> None:
    """Another way out than the proposed one needs a right, as far as it differs.

    What is not cash is compared, by kind: a terminal gives each refund a reference of its own.
    The rest is cash, which the settlement compares.

    Raises:
        ApprovalNeededError: nobody with :data:`Right.REFUND_OTHERWISE` allows it.
    """
    wanted, given = _but_cash(planned.offers), _but_cash(offers)
    differs = sum((wanted - given).values()) + sum((given - wanted).values())
    if differs:
        grant(session.staff, Right.REFUND_OTHERWISE, differs, approver=approver)


def allow(
    tx: Connection,
    session: TillSession,
    basket_id: UUID,
    offers: Sequence[Offer],
    approver: StaffMember | None,
) -> StaffMember | None:
    """Whoever allows these offers, before any money moves; the closing asks again.

    Raises:
        RetailError: as :func:`proposal`.
        ApprovalNeededError: as :func:`check`.
    """
    check(session, proposal(tx, session, basket_id), offers, approver)
    return approver


def value_back(
    tx: Connection, priced: PricedBasket, tenders: Iterable[Tender]
) -> tuple[ValueMove, ...]:
    """What tenders below zero give back to the instruments that paid the basket's receipts.

    Raises:
        RetailError: ``refund.instrument`` when no instrument of the kind gave so much.
    """
    owed: Counter[str] = Counter()
    for tender in tenders:
        if tender.amount_minor < 0 and tender.kind.value in _KEPT:
            owed[tender.kind.value] -= tender.amount_minor
    if not owed:
        return ()
    rids = _joined(tx, _from_receipts(priced)[1])
    return tuple(
        move for kind, minor in owed.items() for move in _onto(_gave(tx, rids, kind), kind, minor)
    )


def _gave(tx: Connection, rids: set[UUID], kind: str) -> dict[bytes, Gave]:
    """What instruments gave for receipts, by this till's ledger and by what head office told."""
    gave = given_by(tx, rids, kind)
    own = set(tx.execute(select(Sale.rid).where(Sale.rid.in_(rids))).scalars())
    for lookup, more in known_receipts.value_given(tx, rids, own, kind).items():
        gave[lookup] = gave[lookup] + more if lookup in gave else more
    return gave


def _onto(gave: Mapping[bytes, Gave], kind: str, minor: int) -> list[ValueMove]:
    moves: list[ValueMove] = []
    for lookup, one in gave.items():
        part = max(0, min(one.left_minor, minor))
        minor -= part
        if part > 0:
            amount = one.amount_of(part)
            worth = part if kind == ValueKind.POINTS else 0
            moves.append(
                ValueMove(
                    n=0, act="refund", kind=kind, lookup=lookup.hex(), amount=amount, minor=worth
                )
            )
    if minor:
        raise RetailError(
            "refund.instrument",
            "No card of the receipt gave so much; pay out another way. Nothing was booked.",
        )
    return moves


def _but_cash(offers: Sequence[Offer]) -> Counter[TenderKind]:
    found: Counter[TenderKind] = Counter()
    for offer in offers:
        if offer.kind is not TenderKind.CASH:
            found[offer.kind] -= offer.amount_minor
    return found


def _from_receipts(priced: PricedBasket) -> tuple[int, set[UUID]]:
    """What comes back with a receipt, and of which; new articles are paid by the rest first."""
    worth, rids = 0, set()
    for line in priced.lines:
        back = line.line.returned
        if back is not None and back.sale is not None:
            taxes = 0 if priced.tax_included else sum(tax for _code, _ppm, tax in back.taxes)
            worth += back.net_minor + taxes
            rids.add(back.sale)
    return worth, rids


def _blind(minor: int) -> tuple[RefundPart, ...]:
    if minor <= 0:
        return ()
    cash = minor <= BLIND_CASH_MINOR
    kind = TenderKind.CASH if cash else TenderKind.STORE_CREDIT
    why = Why.BLIND_CASH if cash else Why.BLIND_CREDIT
    return (RefundPart(-1, kind, minor, "", why),)


def _joined(tx: Connection, rids: set[UUID]) -> set[UUID]:
    """These sales and all that goods of theirs came from or came back with."""
    known, fresh = set(rids), set(rids)
    while fresh:
        before = select(SaleLineBack.sale_rid).where(
            SaleLineBack.rid.in_(fresh), SaleLineBack.sale_rid.is_not(None)
        )
        after = select(SaleLineBack.rid).where(SaleLineBack.sale_rid.in_(fresh))
        found = {*tx.execute(before).scalars(), *tx.execute(after).scalars()}
        fresh = {rid for rid in found if rid is not None} - known
        known |= fresh
    return known


def _tenders(tx: Connection, rids: set[UUID]) -> list[tuple[str, int, str]]:
    """Kind, exact amount and reference in order; rounding belongs to the cash that settled."""
    rows = tx.execute(
        select(
            Sale.rid,
            Sale.at,
            Sale.rounding_minor,
            SaleTender.kind,
            SaleTender.amount_minor,
            SaleTender.reference,
        )
        .join(SaleTender, SaleTender.rid == Sale.rid)
        .where(Sale.rid.in_(rids))
        .order_by(Sale.at, Sale.rid, SaleTender.n)
    ).all()
    last = {row.rid: i for i, row in enumerate(rows)}
    found = [
        PaidWith(
            row.rid,
            to_us(row.at),
            row.kind,
            row.amount_minor - (row.rounding_minor if last[row.rid] == i else 0),
            row.reference,
        )
        for i, row in enumerate(rows)
    ]
    found += known_receipts.tenders(tx, rids, last.keys())
    found.sort(key=lambda one: (one.at_us, one.rid))
    return [(one.kind, one.minor, one.ref) for one in found]


def _less(originals: Sequence[Original], refund: Original) -> list[Original]:
    """The originals after a refund; what none of them can have paid is left out."""
    after, left = list(originals), refund.paid_minor

    def nearness(i: int) -> tuple[bool, bool, int, int]:
        one = after[i]
        same = one.kind is refund.kind
        near = same and one.reference == refund.reference
        return (not near, not same, PAID_OUT_ORDER.index(one.kind), i)

    for i in sorted(range(len(after)), key=nearness):
        part = min(left, after[i].left_minor)
        after[i] = replace(after[i], refunded_minor=after[i].refunded_minor + part)
        left -= part
    return after
