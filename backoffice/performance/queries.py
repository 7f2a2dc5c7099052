"""How a trading day is going: by store, by hour, beside the same day a week before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.elements import ColumnElement

from db.head.oms import Sale, SaleTender
from db.head.stores import Company, Store

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Sums of a trading day in minor units, returns taken off.

    Attributes:
        gross_minor: with tax; ``net_minor`` without.
        cash_minor: what was paid in cash.
    """

    sales: int = 0
    returns: int = 0
    gross_minor: int = 0
    net_minor: int = 0
    savings_minor: int = 0
    cash_minor: int = 0

    @property
    def basket_minor(self) -> int:
        """Average sale with tax, in minor units, rounded down."""
        return self.gross_minor // self.sales if self.sales else 0


@dataclass(frozen=True, slots=True)
class StoreDay:
    """A store's day; ``hours`` are the gross sums of the 24 local hours in minor units."""

    store_id: str
    name: str
    figures: DayFigures
    hours: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A trading day of all stores beside the same weekday before.

    Attributes:
        before: the whole day one week earlier.
        before_so_far: that day up to the same time, when ``day`` is still going on.
    """

    day: date
    currency: str
    total: DayFigures
    before: DayFigures
    before_so_far: DayFigures
    stores: tuple[StoreDay, ...]


def day(tx: Connection, on: date, now: datetime) -> Day:
    """The figures of a trading day."""
    currency = tx.execute(
        select(Company.currency).order_by(Company.company_id).limit(1)
    ).scalar_one_or_none()
    stores = tuple(
        StoreDay(row.store_id, row.name, *_store(tx, row.store_id, on))
        for row in tx.execute(select(Store.store_id, Store.name).order_by(Store.store_id)).all()
    )
    return Day(
        day=on,
        currency=currency or "EUR",
        total=_figures(tx, on),
        before=_figures(tx, on - _WEEK),
        before_so_far=_figures(tx, on - _WEEK, until=now - _WEEK),
        stores=stores,
    )


@dataclass(frozen=True, slots=True)
class RecentSale:
    """One of the last sales; ``at`` in UTC, the total in minor units."""

    store_id: str
    store_name: str
    zone: str
    rid: UUID
    number: str
    at: datetime
    currency: str
    total_minor: int


def recent_sales(tx: Connection, *, count: int) -> tuple[RecentSale, ...]:
    """The last sales of all stores, the newest first."""
    rows = tx.execute(
        select(
            Sale.store_id,
            func.coalesce(Store.name, Sale.store_id),
            func.coalesce(Store.zone, "UTC"),
            Sale.rid,
            Sale.number,
            Sale.at,
            Sale.currency,
            Sale.total_minor,
        )
        .outerjoin(Store, Store.store_id == Sale.store_id)
        .order_by(Sale.at.desc(), Sale.rid.desc())
        .limit(count)
    )
    return tuple(RecentSale(*row) for row in rows)


def newest_day(tx: Connection) -> date | None:
    """The last trading day that anything was sold on."""
    return tx.execute(select(func.max(Sale.business_date))).scalar_one()


def _store(tx: Connection, store_id: str, on: date) -> tuple[DayFigures, tuple[int, ...]]:
    hour = extract("hour", func.timezone(Store.zone, Sale.at)).label("hour")
    rows = tx.execute(
        select(hour, func.sum(Sale.total_minor).label("minor"))
        .join(Store, Store.store_id == Sale.store_id)
        .where(Sale.store_id == store_id, Sale.business_date == on)
        .group_by(hour)
    )
    by_hour = {int(row.hour): int(row.minor) for row in rows}
    hours = tuple(by_hour.get(number, 0) for number in range(24))
    return _figures(tx, on, store_id=store_id), hours


def _figures(
    tx: Connection, on: date, *, store_id: str = "", until: datetime | None = None
) -> DayFigures:
    wanted = [Sale.business_date == on]
    if store_id:
        wanted.append(Sale.store_id == store_id)
    if until is not None:
        wanted.append(Sale.at <= until)
    row = tx.execute(
        select(
            func.count(case((Sale.total_minor >= 0, 1))),
            func.count(case((Sale.total_minor < 0, 1))),
            *_sums(Sale.total_minor, Sale.total_minor - Sale.tax_minor, Sale.savings_minor),
        ).where(*wanted)
    ).one()
    cash = tx.execute(
        select(*_sums(SaleTender.amount_minor))
        .join(Sale, (Sale.store_id == SaleTender.store_id) & (Sale.rid == SaleTender.rid))
        .where(SaleTender.kind == "cash", *wanted)
    ).scalar_one()
    return DayFigures(*(int(value) for value in (*row, cash)))


def _sums(*columns: ColumnElement[int] | InstrumentedAttribute[int]) -> list[ColumnElement[int]]:
    return [func.coalesce(func.sum(column), 0) for column in columns]
