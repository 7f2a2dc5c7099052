"""Finish a sale in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection, bindparam, select

from db.base import from_us
from db.prepared import Prepared
from db.store.journal import JournalEntry
from db.store.sales import Sale, SaleTender
from db.store.streams import Stream
from hardware.card import CardSlip
from pos_app.checkout import (
    drafts,
    invoicing,
    promotions,
    receipt_ways,
    receipts,
    records,
    refunding,
    store_credit,
    stored_value,
)
from pos_app.checkout.receipt_members import for_whom
from pos_app.checkout.sale import Origin, sale_fact
from pos_app.checkout.value_moves import value_of
from pos_app.journal import append as journal
from pos_app.journal.numbers import next_number
from pos_app.payments import service as payments
from pos_app.staff.service import StaffMember
from pos_app.till.service import TillSession
from pos_app.value.records import check_paid
from retail.basket.blocks import Block, blocks
from retail.contract.codec import merkle_leaf, read_entry
from retail.contract.sales import SaleClosed, ValueMove
from retail.contract.scopes import price_stream
from retail.errors import RetailError
from retail.pricing import PricedBasket
from retail.receipt_ways import ReceiptWay
from retail.tender.settlement import Offer, Settlement, TenderKind, settle

_PRICE_VERSION = Prepared(select(Stream.active_seq).where(Stream.name == bindparam("stream")))
_ENTRY_OF = select(JournalEntry.entry).where(JournalEntry.rid == bindparam("rid"))
_SALE_THERE = Prepared(select(Sale.number).where(Sale.rid == bindparam("sale")))


@dataclass(frozen=True, slots=True)
class ClosedSale:
    """A finished, durable sale; amounts in minor units.

    Attributes:
        value: what it did to gift cards and the like; empty for one that was closed before.
        proof: what the receipt's QR code holds; empty once the journal holds the entry no more.
        way: where the receipt goes.
    """

    rid: UUID
    receipt_number: str
    total_minor: int
    change_minor: int
    currency: str
    tenders: tuple[tuple[str, int], ...]
    value: tuple[ValueMove, ...] = ()
    proof: str = ""
    way: ReceiptWay = ReceiptWay.PAPER


def close_sale(
    tx: Connection,
    session: TillSession,
    basket_id: UUID,
    offers: Sequence[Offer],
    value: Sequence[ValueMove] = (),
    *,
    approver: StaffMember | None = None,
) -> ClosedSale:
    """Finish the sale in this one transaction; printing and syncing follow from its rows.

    Calling it again for the same basket gives the sale that is there already.

    Args:
        value: what it does to gift cards and the like, as was allowed; numbered here.
        approver: who allows a refund to other tenders than those of its receipts.

    Raises:
        RetailError: ``sale.empty``, ``sale.blocked``, ``sale.unpaid``, ``sale.changed``,
            ``sale.value``, ``card.not_approved`` or a ``tender.*`` error; nothing was booked.
        ApprovalNeededError: it pays out otherwise than :mod:`pos_app.checkout.refunding` proposes.
    """
    if (done := _finished(tx, basket_id)) is not None:
        return done
    draft = _payable(session, drafts.current(tx), basket_id)
    priced, settlement = _settled(tx, session, draft, offers, approver)
    stored = value_of(tx, session, draft, (priced, settlement.tenders), value)
    cards = payments.use(tx, session, basket_id, settlement.tenders)
    end = journal.head(tx)
    number = next_number(end, session.store.store_id, session.till)
    version = _price_version(tx, session.store.price_zone)
    origin = Origin(number, version, draft.at_us, cards)
    fact = sale_fact(session, priced, settlement, origin, stored.moves)
    fact = structs.replace(fact, points=stored.earned)
    check_paid(fact)
    place = session.place()
    entry = journal.append(
        tx, session.desk, end, journal.Draft(basket_id, place, fact, receipt=number.n)
    )
    records.write_sale(tx, place, entry, rid=basket_id, sale=fact)
    proof, way = _hand_out(tx, session, draft, fact, entry, cards)
    store_credit.print_slips(tx, session, draft.basket, fact, stored.credits)
    invoicing.credit(tx, session, basket_id, fact)
    drafts.close(tx, session.desk, basket_id)
    return _closed(basket_id, fact, proof, way)


def _hand_out(
    tx: Connection,
    session: TillSession,
    draft: drafts.Draft,
    fact: SaleClosed,
    entry: journal.Appended,
    cards: Mapping[str, CardSlip],
) -> tuple[str, ReceiptWay]:
    """Let the receipt go its way; cash opens the drawer. Returns what its QR code holds."""
    rid = draft.basket.basket_id
    language, member = for_whom(tx, draft.basket.customer, fact)
    imprint = receipts.Imprint(
        session.staff.name,
        from_us(entry.at_us),
        receipts.proof_of(rid, entry.leaf),
        cards,
        language,
        stored_value.balances(tx, fact.value),
        member,
        {
            line.returned.sale: line.returned.number
            for line in draft.basket.lines
            if line.returned is not None and line.returned.sale is not None
        },
    )
    document = receipts.build(session.store, fact, imprint)
    drawer = any(tender.kind == TenderKind.CASH for tender in fact.tenders)
    way = receipt_ways.hand_out(tx, session, draft.basket, document, drawer=drawer)
    return imprint.proof, way


def _payable(session: TillSession, draft: drafts.Draft | None, basket_id: UUID) -> drafts.Draft:
    """The open basket, when nothing but money is missing."""
    if session.shift is None:
        raise RetailError("shift.none", "No shift is open; open one before you sell.")
    if draft is None or not draft.basket.lines:
        raise RetailError("sale.empty", "The basket is empty; nothing was booked.")
    if draft.basket.basket_id != basket_id:
        raise RetailError("sale.changed", "Another basket is open; nothing was booked.")
    waiting = blocks(draft.basket)
    if waiting:
        raise RetailError("sale.blocked", _BLOCKED[waiting[0].block])
    return draft


def _settled(
    tx: Connection,
    session: TillSession,
    draft: drafts.Draft,
    offers: Sequence[Offer],
    approver: StaffMember | None,
) -> tuple[PricedBasket, Settlement]:
    priced = promotions.priced(tx, session, draft)
    planned = refunding.payout(tx, session, priced)
    if planned is not None:
        refunding.check(session, planned, offers, approver)
    settlement = settle(
        priced.total_minor,
        offers,
        session.store.cash_increment,
        cash_refunded_minor=planned.cash_refunded_minor if planned else 0,
    )
    if not settlement.complete:
        raise RetailError("sale.unpaid", "The sale is not paid in full yet; nothing was booked.")
    return priced, settlement


_BLOCKED = {
    Block.UNKNOWN_CODE: "An unknown code is in the basket; remove its line or scan it again.",
    Block.WEIGHT_MISSING: "A weighed article waits for its weight; type it, then * and Enter.",
    Block.SERIAL_MISSING: "An article needs its serial number; scan or type it.",
    Block.LOT_MISSING: "An article needs its lot number; scan or type it.",
    Block.PRICE_MISSING: "An article has no price yet; enter one, or remove its line.",
    Block.AGE_CHECK: "The basket holds articles with an age limit; check the customer's age.",
}


def _price_version(tx: Connection, zone: str) -> int:
    row = _PRICE_VERSION.first(tx, {"stream": price_stream(zone)})
    return row[0] if row else 0


def _finished(tx: Connection, rid: UUID) -> ClosedSale | None:
    if _SALE_THERE.first(tx, {"sale": rid.bytes}) is None:
        return None
    row = tx.execute(
        select(Sale.number, Sale.total_minor, Sale.currency).where(Sale.rid == rid)
    ).one()
    tenders = tx.execute(
        select(SaleTender.kind, SaleTender.amount_minor, SaleTender.change_minor)
        .where(SaleTender.rid == rid)
        .order_by(SaleTender.n)
    ).all()
    change = sum(tender.change_minor for tender in tenders)
    paid = tuple((tender.kind, tender.amount_minor) for tender in tenders)
    entry = tx.execute(_ENTRY_OF, {"rid": rid}).scalars().first()
    leaf = None if entry is None else merkle_leaf(rid, read_entry(bytes(entry)).body)
    proof = receipts.proof_of(rid, leaf) if leaf else ""
    return ClosedSale(rid, row.number, row.total_minor, change, row.currency, paid, proof=proof)


def _closed(rid: UUID, sale: SaleClosed, proof: str, way: ReceiptWay) -> ClosedSale:
    return ClosedSale(
        rid,
        sale.number,
        sale.total,
        sum(tender.change for tender in sale.tenders),
        sale.currency,
        tuple((tender.kind, tender.amount) for tender in sale.tenders),
        sale.value,
        proof,
        way,
    )
