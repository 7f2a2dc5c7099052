"""Stores, and what came in through each till's journals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import (
    ColumnElement,
    Connection,
    case,
    func,
    select,
)
from sqlalchemy.sql.selectable import LateralFromClause

from db.head.journals import JournalHead
from db.head.oms import Sale, SaleTender
from db.head.stores import Company, Store, StoreSetting, Terminal
from retail.business_day import business_date


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """A store with the number of its tills."""

    store_id: str
    company: str
    name: str
    street: str
    city: str
    phone: str
    vat_id: str
    currency: str
    zone: str
    cut_over_minutes: int
    price_zone: str
    tax_zone: str
    tax_included: bool
    language: str
    tills: int
    enrolled: int


@dataclass(frozen=True, slots=True)
class TillTotals:
    """What came in through the journals of a till's present installation, in minor units.

    Attributes:
        sales: finished sales, returns not counted.
        gross_minor: sum of the totals with tax, returns negative.
        cash_minor: cash taken less change; no float.
        last_seq: end of the newest journal here, ``head_hash`` its hash in hex.
    """

    store: str
    till: int
    sales: int
    gross_minor: int
    cash_minor: int
    last_seq: int
    head_hash: str


def companies(tx: Connection) -> tuple[str, ...]:
    """Ids of all companies, in order."""
    return tuple(tx.execute(select(Company.company_id).order_by(Company.company_id)).scalars())


def stores(tx: Connection) -> tuple[StoreRecord, ...]:
    """All stores, by id."""
    tills = (
        select(
            Terminal.store_id,
            func.count().label("tills"),
            func.count(Terminal.installation_id).label("enrolled"),
        )
        .group_by(Terminal.store_id)
        .subquery()
    )
    rows = tx.execute(
        select(
            Store,
            Company.name.label("company"),
            func.coalesce(tills.c.tills, 0).label("tills"),
            func.coalesce(tills.c.enrolled, 0).label("enrolled"),
        )
        .outerjoin(tills, tills.c.store_id == Store.store_id)
        .outerjoin(Company, Company.company_id == Store.company_id)
        .order_by(Store.store_id)
    )
    names = StoreRecord.__dataclass_fields__
    return tuple(
        StoreRecord(
            **{n: getattr(row, n) for n in names if n != "company"}, company=row.company or ""
        )
        for row in rows
    )


def trading_day(places: tuple[StoreRecord, ...], now: datetime) -> date:
    """The newest trading day that any of the stores has begun; by UTC without stores."""
    days = [
        business_date(
            now, place.zone, time(place.cut_over_minutes // 60, place.cut_over_minutes % 60)
        )
        for place in places
    ]
    return max(days, default=now.date())


def newest_journal() -> ColumnElement[bool]:
    """Joins a terminal to the newest journal of its present installation."""
    later = JournalHead.__table__.alias("later")
    newer = (
        select(later.c.jid)
        .where(
            later.c.store_id == JournalHead.store_id,
            later.c.installation_id == JournalHead.installation_id,
            (later.c.opened_at > JournalHead.opened_at)
            | ((later.c.opened_at == JournalHead.opened_at) & (later.c.jid > JournalHead.jid)),
        )
        .exists()
    )
    return (
        (JournalHead.store_id == Terminal.store_id)
        & (JournalHead.installation_id == Terminal.installation_id)
        & ~newer
    )


def till_totals(tx: Connection) -> tuple[TillTotals, ...]:
    """One row per till that has an installation; sales of other installations are not in it."""
    sold = _sold_by_terminal()
    rows = tx.execute(
        select(
            Terminal.store_id,
            Terminal.till,
            sold.c.sales,
            sold.c.gross,
            sold.c.cash,
            JournalHead.head_seq,
            JournalHead.head_hash,
        )
        .select_from(Terminal)
        .join(sold, Terminal.installation_id.is_not(None))
        .outerjoin(JournalHead, newest_journal())
        .order_by(Terminal.store_id, Terminal.till)
    )
    return tuple(
        TillTotals(
            store=row.store_id,
            till=row.till,
            sales=int(row.sales),
            gross_minor=int(row.gross),
            cash_minor=int(row.cash),
            last_seq=row.head_seq or 0,
            head_hash=(row.head_hash or b"").hex(),
        )
        for row in rows
    )


def _sold_by_terminal() -> LateralFromClause:
    """What came in through the journals of a terminal's present installation."""
    journals = (
        select(JournalHead.jid)
        .where(JournalHead.store_id == Terminal.store_id)
        .where(JournalHead.installation_id == Terminal.installation_id)
        .correlate(Terminal)
    )
    cash = (
        select(func.coalesce(func.sum(SaleTender.amount_minor), 0))
        .where(
            SaleTender.store_id == Sale.store_id,
            SaleTender.rid == Sale.rid,
            SaleTender.kind == "cash",
        )
        .correlate(Sale)
        .scalar_subquery()
    )
    return (
        select(
            func.count(case((Sale.total_minor >= 0, 1))).label("sales"),
            func.coalesce(func.sum(Sale.total_minor), 0).label("gross"),
            func.coalesce(func.sum(cash), 0).label("cash"),
        )
        .where(Sale.store_id == Terminal.store_id, Sale.jid.in_(journals))
        .correlate(Terminal)
        .lateral("sold")
    )


def settings(tx: Connection, store_id: str) -> dict[str, str]:
    """What is set of a store, by name; the defaults are not in it."""
    rows = tx.execute(
        select(StoreSetting.name, StoreSetting.value)
        .where(StoreSetting.store_id == store_id)
        .order_by(StoreSetting.name)
    )
    return {row.name: row.value for row in rows}
