"""Receipts for the tills of a company: found, and opened with all that came back of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID

from msgspec import structs
from sqlalchemy import Connection, Row, Select, func, or_, select

from backoffice.oms import invoices, return_claims
from backoffice.oms.return_claims import Asker
from db.base import to_us
from db.head.journals import JournalEntry
from db.head.oms import Sale, SaleLine, SaleLineBack, SaleTender
from db.head.stores import Store
from retail.contract.codec import read_entry
from retail.contract.facts import decode
from retail.contract.receipts import (
    FindReceiptsRequest,
    FoundReceipt,
    GaveValue,
    GoodsTaken,
    OpenReceiptAnswer,
    PaidWith,
)
from retail.contract.sales import SaleClosed, SoldLine
from retail.errors import RetailError
from retail.identity import parse_document_number, uuid7

_Sales: TypeAlias = Select[*tuple[Any, ...]]
MOST = 50
LOOKED_BACK = timedelta(days=90)
"""All but a whole number and a customer is looked for in so many days, in the till's own store."""
_VALUE_BACK = frozenset({"redeem", "refund"})


@dataclass(frozen=True, slots=True)
class _Booked:
    """A sale as it was journalled."""

    rid: UUID
    at_us: int
    fact: SaleClosed


def find(
    tx: Connection, by: Asker, wanted: FindReceiptsRequest, now: datetime
) -> tuple[FoundReceipt, ...]:
    """Receipts of the company that fit, the newest first."""
    query = _listed().where(Store.company_id == by.company_id)
    number = wanted.number.strip().upper()
    if _is_whole(number):
        query = query.where(Sale.number == number)
    elif wanted.party is not None:
        query = query.where(Sale.party_id == wanted.party)
    else:
        oldest = uuid7(to_us(now - LOOKED_BACK) // 1000, 0)
        query = query.where(Sale.rid >= oldest, Sale.store_id == by.store_id)
        query = query.where(Sale.number.endswith(number, autoescape=True))
        query = _narrowed(query, wanted, oldest)
    rows = tx.execute(query.order_by(Sale.at.desc(), Sale.rid).limit(MOST)).all()
    names = _articles(tx, rows)
    return tuple(_found(row, names.get(row.rid, "")) for row in rows)


def _listed() -> _Sales:
    return select(
        Sale.rid,
        Sale.store_id,
        Store.name.label("store_name"),
        Sale.till,
        Sale.number,
        Sale.at,
        Sale.total_minor,
        Sale.currency,
    ).join(Store, Store.store_id == Sale.store_id)


def _is_whole(number: str) -> bool:
    try:
        parse_document_number(number)
    except RetailError:
        return False
    return True


def _narrowed(query: _Sales, wanted: FindReceiptsRequest, oldest: UUID) -> _Sales:
    if wanted.day is not None:
        query = query.where(Sale.business_date == wanted.day)
    if wanted.sku:
        lines = select(SaleLine.rid).where(
            SaleLine.store_id == Sale.store_id,
            SaleLine.rid >= oldest,
            SaleLine.sku == wanted.sku,
            SaleLine.quantity > 0,
        )
        query = query.where(Sale.rid.in_(lines))
    shown = wanted.reference.strip()
    if shown:
        told = or_(
            SaleTender.reference.endswith(shown, autoescape=True),
            SaleTender.last_four == shown,
            SaleTender.auth_code == shown,
        )
        tenders = select(SaleTender.rid).where(
            SaleTender.store_id == Sale.store_id, SaleTender.rid >= oldest, told
        )
        query = query.where(Sale.rid.in_(tenders))
    return query


def open_receipt(
    tx: Connection, by: Asker, rid: UUID | None, number: str, now: datetime
) -> OpenReceiptAnswer:
    """A receipt with what came back of it; empty for one that the company does not have."""
    query = (
        select(Sale.rid, Sale.store_id, Sale.at, Sale.business_date,
               Store.name.label("store_name"), Store.tax_rounding)
        .join(Store, Store.store_id == Sale.store_id)
        .where(Store.company_id == by.company_id)
        .where(Sale.number == number.strip().upper() if rid is None else Sale.rid == rid)
        .order_by(Sale.at.desc())
        .limit(1)
    )  # fmt: skip
    row = tx.execute(query).first()
    # Before the facts: goods whose claim ends with their return in between are told as gone.
    claimed = () if row is None else return_claims.of_others(tx, by, row.rid, now)
    booked = _facts(tx, _joined(tx, [row.rid])) if row is not None else {}
    if row is None or row.rid not in booked:
        return OpenReceiptAnswer()
    accounts = sorted(booked.values(), key=lambda one: (one.at_us, one.rid))
    return OpenReceiptAnswer(
        fact=_needed(booked[row.rid].fact),
        rid=row.rid,
        store=row.store_id,
        store_name=row.store_name,
        at_us=to_us(row.at),
        business_date=row.business_date,
        rounding=row.tax_rounding,
        back=_back(accounts, row.rid),
        claimed=claimed,
        tenders=tuple(paid for one in accounts for paid in _paid(one)),
        value=tuple(
            GaveValue(one.rid, move.kind, move.act, move.lookup, move.amount, move.minor)
            for one in accounts
            for move in one.fact.value
            if move.act in _VALUE_BACK
        ),
        invoice=invoices.number_of(tx, row.store_id, row.rid),
    )


def _back(accounts: Iterable[_Booked], rid: UUID) -> tuple[GoodsTaken, ...]:
    return tuple(
        GoodsTaken(one.rid, line.back.n, -line.qty)
        for one in accounts
        for line in one.fact.lines
        if line.back is not None and line.back.sale == rid
    )


def _joined(tx: Connection, rids: Iterable[UUID]) -> set[UUID]:
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


def _facts(tx: Connection, rids: Collection[UUID]) -> dict[UUID, _Booked]:
    """The sales as they were journalled; one that came another way is left out."""
    rows = tx.execute(
        select(JournalEntry.rid, JournalEntry.entry)
        .where(JournalEntry.rid.in_(rids))
        .order_by(JournalEntry.received_at.desc(), JournalEntry.jid)
    )
    found: dict[UUID, _Booked] = {}
    for rid, data in rows:
        entry = read_entry(bytes(data))
        fact = decode(entry.type, entry.sv, entry.body)
        if isinstance(fact, SaleClosed):
            found[rid] = _Booked(rid, entry.at_us, fact)
    return found


def _paid(one: _Booked) -> list[PaidWith]:
    """Its tenders, exact: rounding belongs to the cash that settled, which is the last."""
    tenders, last = one.fact.tenders, len(one.fact.tenders) - 1
    return [
        PaidWith(
            one.rid,
            one.at_us,
            tender.kind,
            tender.amount - (one.fact.rounding if i == last else 0),
            tender.ref,
        )
        for i, tender in enumerate(tenders)
    ]


def _needed(fact: SaleClosed) -> SaleClosed:
    lines = tuple(_needed_line(line) for line in fact.lines)
    party = fact.party if fact.points is not None else None
    # That a line loaded a card is told, not which one: it does not come back for money.
    loads = tuple(structs.replace(m, lookup="", last_four="") for m in fact.value if m.stored)
    return structs.replace(
        fact,
        lines=lines,
        party=party,
        side="",
        note="",
        promotions=None,
        value=loads,
        exempt=structs.replace(fact.exempt, certificate="") if fact.exempt else None,
        coupons=(),
    )


def _needed_line(line: SoldLine) -> SoldLine:
    return structs.replace(line, discounts=(), cuts=(), note="", seller=None, typed=None, serial="")


def _articles(tx: Connection, rows: Collection[Row[Any]]) -> dict[UUID, str]:
    names = tx.execute(
        select(SaleLine.rid, func.string_agg(SaleLine.name, ", ").label("names"))
        .where(
            SaleLine.store_id.in_({row.store_id for row in rows}),
            SaleLine.rid.in_([row.rid for row in rows]),
        )
        .group_by(SaleLine.rid)
    )
    return {row.rid: row.names for row in names}


def _found(row: Row[Any], articles: str) -> FoundReceipt:
    return FoundReceipt(
        rid=row.rid,
        store=row.store_id,
        store_name=row.store_name,
        till=row.till,
        number=row.number,
        at_us=to_us(row.at),
        total=row.total_minor,
        currency=row.currency,
        articles=articles,
    )
