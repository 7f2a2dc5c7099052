"""Invoices and credit notes as tills issued them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from backoffice.cases.service import CaseKind, CaseRef, NewCase, open_case
from backoffice.platform.errors import BadFilter
from backoffice.platform.events import InvoiceReported, SaleAccepted
from backoffice.platform.filters import Page, Position, cursor, page_of
from db.base import from_us, to_us
from db.head.invoices import Invoice
from db.head.oms import Sale, SaleLine, SaleLineBack
from db.head.stores import Store
from retail.business_day import zone_of
from retail.errors import RetailError

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice in a list; amounts in minor units, below zero for a credit note."""

    store_id: str
    store_name: str
    rid: UUID
    number: str
    kind: str
    sale_rid: UUID
    receipt: str
    refers: str
    at: datetime
    issued_on: date
    supplied_on: date
    currency: str
    net_minor: int
    total_minor: int


def record(tx: Connection, event: InvoiceReported) -> None:
    """Keep an invoice; one that is known already changes nothing.

    Raises:
        RetailError: ``invoice.day`` for a day of supply that is none.
    """
    fact = event.fact
    zone = tx.execute(select(Store.zone).where(Store.store_id == event.store_id)).scalar()
    try:
        supplied = date.fromisoformat(fact.supplied)
    except ValueError as problem:
        raise RetailError(
            "invoice.day", "“%(text)s” is no day of a supply.", text=fact.supplied
        ) from problem
    tx.execute(
        insert(Invoice)
        .values(
            store_id=event.store_id,
            rid=event.rid,
            number=fact.number,
            kind=fact.kind[:12],
            sale_rid=fact.sale,
            receipt=fact.receipt,
            refers=fact.refers,
            at=event.at,
            issued_on=event.at.astimezone(zone_of(zone or "UTC")).date(),
            supplied_on=supplied,
            staff_id=fact.staff,
            party_id=fact.party,
            currency=fact.currency,
            net_minor=fact.net,
            total_minor=fact.total,
        )
        .on_conflict_do_nothing()
    )


def disputed(
    tx: Connection,
    reported: Sequence[InvoiceReported],
    sales: Sequence[SaleAccepted],
    now: datetime,
) -> list[CaseRef]:
    """Open a case for each receipt with two invoices, and for goods that no credit note covers.

    Tills that cannot hear of each other do both; all of it stays booked. What comes back at the
    till of the invoice is credited there, by an entry that may still be on its way.
    """
    touched = {event.fact.sale for event in reported}
    touched |= {
        line.back.sale
        for sale in sales
        for line in sale.fact.lines
        if line.back is not None and line.back.sale is not None
    }
    if not touched:
        return []
    rows = tx.execute(
        select(Invoice.__table__)
        .where(
            # Named, so that the index on store and sale serves.
            Invoice.store_id.in_(tx.execute(select(Store.store_id)).scalars().all()),
            Invoice.sale_rid.in_(touched),
            Invoice.kind == "invoice",
        )
        .order_by(Invoice.sale_rid, Invoice.at, Invoice.number)
    ).all()
    issued: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        issued.setdefault(row.sale_rid, []).append(row)
    found = [_twice(own) for own in issued.values() if len(own) > 1] + _not_credited(tx, issued)
    # What was decided already is not opened again by another return of the same sale.
    fresh = {event.rid for event in (*reported, *sales)}
    return [
        open_case(tx, case, now)
        for case in found
        if any(rid in fresh for _store, rid in case.records)
    ]


def _twice(issued: Sequence[Row[Any]]) -> NewCase:
    first = issued[0]
    numbers = ", ".join(row.number for row in issued)
    return NewCase(
        store_id=first.store_id,
        kind=CaseKind.INVOICED_TWICE,
        subject=f"sale/{first.sale_rid}",
        sentence=f"Receipt {first.receipt} has {len(issued)} invoices, {numbers}; its tax may be "
        "deducted only once. Find out which one the customer has, and cancel the others.",
        records=[(row.store_id, row.rid) for row in issued],
        amount_minor=min(abs(row.total_minor) for row in issued),
    )


def _not_credited(tx: Connection, issued: Mapping[UUID, Sequence[Row[Any]]]) -> list[NewCase]:
    """Goods of invoiced sales that came back at other tills than those of the invoices."""
    if not issued:
        return []
    credited = (
        select(Invoice.rid)
        .where(Invoice.store_id == Sale.store_id, Invoice.sale_rid == Sale.rid)
        .where(Invoice.kind == "credit_note")
        .exists()
    )
    returns = tx.execute(
        select(SaleLineBack.sale_rid, Sale.store_id, Sale.rid, Sale.till, Sale.number,
               func.sum(SaleLine.net_minor).label("minor"))
        .join(SaleLine, (SaleLine.store_id == SaleLineBack.store_id)
              & (SaleLine.rid == SaleLineBack.rid) & (SaleLine.n == SaleLineBack.n))
        .join(Sale, (Sale.store_id == SaleLine.store_id) & (Sale.rid == SaleLine.rid))
        .where(SaleLineBack.sale_rid.in_(issued), ~credited)
        .group_by(SaleLineBack.sale_rid, Sale.store_id, Sale.rid, Sale.till, Sale.number, Sale.at)
        .order_by(Sale.at, Sale.rid)
    )  # fmt: skip
    found: dict[UUID, list[Any]] = {}
    for back in returns:
        numbers = [row.number for row in issued[back.sale_rid]]
        if not any(number.startswith(f"{back.store_id}-{back.till}-") for number in numbers):
            found.setdefault(back.sale_rid, []).append(back)
    return [_uncovered(issued[sale][0], backs) for sale, backs in found.items()]


def _uncovered(invoice: Row[Any], backs: Sequence[Any]) -> NewCase:
    tickets = ", ".join(back.number for back in backs)
    return NewCase(
        store_id=invoice.store_id,
        kind=CaseKind.INVOICE_NOT_CREDITED,
        subject=f"sale/{invoice.sale_rid}",
        sentence=f"Goods of invoice {invoice.number} came back with {tickets}, at a till that did "
        "not know of it; no credit note covers them. Send the customer one.",
        records=[(row.store_id, row.rid) for row in (invoice, *backs)],
        amount_minor=abs(sum(int(back.minor) for back in backs)),
    )


def invoices(
    tx: Connection, *, store: str = "", number: str = "", at: Position | None = None
) -> Page[InvoiceRecord]:
    """A page of invoices, the newest first.

    Args:
        number: of the invoice or of its receipt, or the beginning of either.
    """
    statement = _list()
    if store:
        statement = statement.where(Invoice.store_id == store)
    if number:
        begins = [
            column.startswith(number.upper(), autoescape=True)
            for column in (Invoice.number, Invoice.receipt)
        ]
        statement = statement.where(or_(*begins))
    order = (Invoice.at, Invoice.rid)
    backwards = at is not None and at.before
    if at is not None:
        edge, here = tuple_(*order), _place(at)
        statement = statement.where(edge > here if at.before else edge < here)
    statement = statement.order_by(*(c.asc() if backwards else c.desc() for c in order))
    records = [_record(row) for row in tx.execute(statement.limit(PAGE_SIZE + 1))]
    return page_of(records, lambda r: cursor(str(to_us(r.at)), r.rid.hex), size=PAGE_SIZE, at=at)


def of_sale(tx: Connection, store_id: str, rid: UUID) -> tuple[InvoiceRecord, ...]:
    """What was issued for a sale, and what corrects it; the oldest first."""
    own = (Invoice.store_id == store_id, Invoice.sale_rid == rid)
    numbers = select(Invoice.number).where(*own, Invoice.kind == "invoice")
    corrects = (Invoice.store_id == store_id) & Invoice.refers.in_(numbers)
    found = _list().where(or_(own[0] & own[1], corrects)).order_by(Invoice.at, Invoice.number)
    return tuple(_record(row) for row in tx.execute(found))


def number_of(tx: Connection, store_id: str, rid: UUID) -> str:
    """The number of a sale's invoice; empty while there is none."""
    own = (Invoice.store_id == store_id, Invoice.sale_rid == rid, Invoice.kind == "invoice")
    return tx.execute(select(Invoice.number).where(*own).limit(1)).scalar() or ""


def _list() -> Select[Any]:
    columns = [
        getattr(Invoice, name)
        for name in InvoiceRecord.__dataclass_fields__
        if name != "store_name"
    ]
    name = func.coalesce(Store.name, Invoice.store_id).label("store_name")
    return (
        select(*columns, name)
        .select_from(Invoice)
        .outerjoin(Store, Store.store_id == Invoice.store_id)
    )


def _record(row: Any) -> InvoiceRecord:
    return InvoiceRecord(
        **{name: getattr(row, name) for name in InvoiceRecord.__dataclass_fields__}
    )


def _place(at: Position) -> tuple[datetime, UUID]:
    try:
        return from_us(int(at.key[0])), UUID(at.key[1])
    except (ValueError, OverflowError) as problem:
        raise BadFilter("The page's position is not valid; start at the first page.") from problem
