"""Invoices and credit notes as tills issued them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.errors import BadFilter
from backoffice.platform.events import InvoiceReported
from backoffice.platform.filters import Page, Position, cursor, page_of
from db.base import from_us, to_us
from db.head.invoices import Invoice
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
