"""Looking finished sales up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from operator import eq, ge, le, lt
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, Select, func, select, tuple_

from backoffice.erp.queries import EntryRecord, entry_of
from backoffice.oms.invoices import InvoiceRecord, of_sale
from backoffice.oms.proof import JournalProof, proof_of
from backoffice.platform.errors import BadFilter
from backoffice.platform.filters import Page, Position, cursor, page_of
from backoffice.stock.queries import MoveRecord, moves_of
from db.base import from_us, to_us
from db.head.oms import Sale, SaleLine, SaleTax, SaleTender
from db.head.promotions import PromoUsage, SaleLineDiscount
from db.head.stores import StaffMember, Store

PAGE_SIZE = 50
_Sales: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class SaleFilter:
    """What a list of sales is narrowed to; None and empty do not narrow.

    Attributes:
        since, until: business dates, both included.
        number: a receipt number or its beginning.
        least_minor, most_minor: bounds of the total, both included.
        kind: ``sale`` or ``return``.
    """

    store: str = ""
    till: int | None = None
    since: date | None = None
    until: date | None = None
    staff: UUID | None = None
    number: str = ""
    least_minor: int | None = None
    most_minor: int | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SaleRecord:
    """A sale in a list; amounts in minor units, ``at`` in UTC."""

    store_id: str
    store_name: str
    zone: str
    rid: UUID
    till: int
    number: str
    business_date: date
    at: datetime
    cashier: str
    currency: str
    total_minor: int
    tax_minor: int
    savings_minor: int
    lines: int
    tenders: str


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A sold line; ``quantity`` in thousandths."""

    n: int
    sku: str
    name: str
    unit: str
    quantity: int
    price_minor: int
    gross_minor: int
    discount_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class DiscountRecord:
    """What a promotion took off a line."""

    n: int
    promotion: str
    minor: int
    units: int


@dataclass(frozen=True, slots=True)
class PromotionRecord:
    """A promotion as the sale used it."""

    promotion: str
    version: int
    name: str
    applications: int
    units: int
    minor: int
    funding: str


@dataclass(frozen=True, slots=True)
class ChoiceRecord:
    """How the promotions were chosen; sums in 1/10,000 minor unit, ``snapshot`` empty for none."""

    snapshot: str
    engine_version: int
    minimised: int
    bound: int
    proved: bool


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """A row of the tax table."""

    code: str
    ppm: int
    net_minor: int
    tax_minor: int


@dataclass(frozen=True, slots=True)
class TenderRecord:
    """A booked tender."""

    n: int
    kind: str
    amount_minor: int
    given_minor: int
    change_minor: int
    reference: str
    currency: str
    currency_minor: int
    rate_ppm: int


@dataclass(frozen=True, slots=True)
class SaleDetail:
    """One receipt with what was booked for it; ``entry`` and ``proof`` may be missing."""

    sale: SaleRecord
    rounding_minor: int
    lines: tuple[LineRecord, ...]
    discounts: tuple[DiscountRecord, ...]
    promotions: tuple[PromotionRecord, ...]
    choice: ChoiceRecord
    taxes: tuple[TaxRecord, ...]
    tenders: tuple[TenderRecord, ...]
    entry: EntryRecord | None
    moves: tuple[MoveRecord, ...]
    proof: JournalProof | None
    invoices: tuple[InvoiceRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Cashier:
    """Somebody who sold something in a store."""

    staff_id: UUID
    name: str


def sales(tx: Connection, narrow: SaleFilter, *, at: Position | None) -> Page[SaleRecord]:
    """A page of sales, the newest first."""
    statement = _narrowed(_list(), narrow)
    order = (Sale.at, Sale.rid)
    backwards = at is not None and at.before
    if at is not None:
        here = _place(at)
        edge = tuple_(*order)
        statement = statement.where(edge > here if at.before else edge < here)
    statement = statement.order_by(*(c.asc() if backwards else c.desc() for c in order))
    rows = tx.execute(statement.limit(PAGE_SIZE + 1)).all()
    records = [_record(row) for row in rows]
    return page_of(records, lambda r: cursor(str(to_us(r.at)), r.rid.hex), size=PAGE_SIZE, at=at)


def sale(tx: Connection, store_id: str, rid: UUID) -> SaleDetail | None:
    """One receipt, or None."""
    chosen = tuple(ChoiceRecord.__dataclass_fields__)
    more = [Sale.rounding_minor, *(getattr(Sale, name) for name in chosen)]
    row = tx.execute(
        _list().add_columns(*more).where(Sale.store_id == store_id, Sale.rid == rid)
    ).one_or_none()
    if row is None:
        return None
    return SaleDetail(
        sale=_record(row),
        rounding_minor=row.rounding_minor,
        lines=_children(tx, SaleLine, LineRecord, (store_id, rid)),
        discounts=_children(tx, SaleLineDiscount, DiscountRecord, (store_id, rid)),
        promotions=_children(tx, PromoUsage, PromotionRecord, (store_id, rid)),
        choice=ChoiceRecord(*(getattr(row, name) for name in chosen)),
        taxes=_children(tx, SaleTax, TaxRecord, (store_id, rid)),
        tenders=_children(tx, SaleTender, TenderRecord, (store_id, rid)),
        entry=entry_of(tx, store_id, rid),
        moves=moves_of(tx, store_id, rid),
        proof=proof_of(tx, store_id, rid),
        invoices=of_sale(tx, store_id, rid),
    )


def cashiers(tx: Connection) -> tuple[Cashier, ...]:
    """All staff, by name; a person of several stores once."""
    rows = tx.execute(
        select(StaffMember.staff_id, func.min(StaffMember.name).label("name"))
        .group_by(StaffMember.staff_id)
        .order_by(func.min(StaffMember.name))
    )
    return tuple(Cashier(row.staff_id, row.name) for row in rows)


def _place(at: Position) -> tuple[datetime, UUID]:
    try:
        return from_us(int(at.key[0])), UUID(at.key[1])
    except (ValueError, OverflowError) as problem:
        raise BadFilter("The page's position is not valid; start at the first page.") from problem


def _list() -> _Sales:
    lines = (
        select(func.count())
        .where(SaleLine.store_id == Sale.store_id, SaleLine.rid == Sale.rid)
        .correlate(Sale)
        .scalar_subquery()
    )
    tenders = (
        select(func.string_agg(SaleTender.kind.distinct(), ","))
        .where(SaleTender.store_id == Sale.store_id, SaleTender.rid == Sale.rid)
        .correlate(Sale)
        .scalar_subquery()
    )
    return (
        select(
            Sale.store_id,
            func.coalesce(Store.name, Sale.store_id).label("store_name"),
            func.coalesce(Store.zone, "UTC").label("zone"),
            Sale.rid,
            Sale.till,
            Sale.number,
            Sale.business_date,
            Sale.at,
            func.coalesce(StaffMember.name, "").label("cashier"),
            Sale.currency,
            Sale.total_minor,
            Sale.tax_minor,
            Sale.savings_minor,
            lines.label("lines"),
            func.coalesce(tenders, "").label("tenders"),
        )
        .select_from(Sale)
        .outerjoin(Store, Store.store_id == Sale.store_id)
        .outerjoin(
            StaffMember,
            (StaffMember.store_id == Sale.store_id) & (StaffMember.staff_id == Sale.staff_id),
        )
    )


def _narrowed(statement: _Sales, narrow: SaleFilter) -> _Sales:
    bounds = (
        (eq, Sale.store_id, narrow.store or None),
        (eq, Sale.till, narrow.till),
        (ge, Sale.business_date, narrow.since),
        (le, Sale.business_date, narrow.until),
        (eq, Sale.staff_id, narrow.staff),
        (ge, Sale.total_minor, narrow.least_minor),
        (le, Sale.total_minor, narrow.most_minor),
        (ge, Sale.total_minor, 0 if narrow.kind == "sale" else None),
        (lt, Sale.total_minor, 0 if narrow.kind == "return" else None),
    )
    for compare, column, value in bounds:
        if value is not None:
            statement = statement.where(compare(column, value))
    if narrow.number:
        statement = statement.where(Sale.number.startswith(narrow.number.upper(), autoescape=True))
    return statement


def _record(row: object) -> SaleRecord:
    return SaleRecord(**{name: getattr(row, name) for name in SaleRecord.__dataclass_fields__})


def _children(tx: Connection, table: Any, record: Any, key: tuple[str, UUID]) -> Any:
    """The rows of a sale in one of its tables, in the table's own order."""
    names = tuple(record.__dataclass_fields__)
    rows = tx.execute(
        select(*(getattr(table, name) for name in names))
        .where(table.store_id == key[0], table.rid == key[1])
        .order_by(*(getattr(table, name) for name in names[:2]))
    )
    return tuple(record(*row) for row in rows)
