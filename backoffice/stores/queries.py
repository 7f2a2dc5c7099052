"""Stores, the fleet of tills, and what came in through each till's journals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    case,
    func,
    select,
)
from sqlalchemy.sql.selectable import LateralFromClause

from db.head.journals import JournalHead, Quarantined
from db.head.oms import Sale, SaleTender
from db.head.stores import Company, Installation, Shift, Store, Terminal
from retail.business_day import business_date

_LATE_AFTER_S = 120
_GONE_AFTER_S = 900


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


class TillState(StrEnum):
    """How a till is doing, worst last."""

    ONLINE = "online"
    LATE = "late"
    OFFLINE = "offline"
    NOT_ENROLLED = "not enrolled"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class TillRecord:
    """A till and its present installation; empty and None where there is none.

    Attributes:
        queued: entries that the till last said are waiting.
        clock_skew_ms: the till's clock less ours.
        head_seq: end of its newest journal here; ``applied_seq`` how far that is booked.
        quarantined: entries of the till's journals that could not be booked.
    """

    store_id: str
    store_name: str
    zone: str
    till: int
    name: str
    installation: str
    app_version: str
    last_seen_at: datetime | None
    clock_skew_ms: int
    queued: int
    oldest_queued_at: datetime | None
    alarm: str
    jid: str
    head_seq: int
    head_hash: str
    applied_seq: int
    quarantined: int
    shift_opened_at: datetime | None

    def state(self, now: datetime) -> TillState:
        """How the till is doing at an instant."""
        if not self.installation:
            return TillState.NOT_ENROLLED
        if self.alarm or self.quarantined:
            return TillState.ALARM
        if self.last_seen_at is None:
            return TillState.OFFLINE
        silent = (now - self.last_seen_at).total_seconds()
        if silent <= _LATE_AFTER_S:
            return TillState.ONLINE
        return TillState.LATE if silent <= _GONE_AFTER_S else TillState.OFFLINE


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


def _newest_journal() -> ColumnElement[bool]:
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


def fleet(tx: Connection) -> tuple[TillRecord, ...]:
    """All tills, by store and number."""
    return tuple(_till_record(row) for row in tx.execute(_fleet_query()))


def _quarantined() -> Subquery:
    return (
        select(JournalHead.store_id, JournalHead.till, func.count().label("entries"))
        .join(
            Quarantined,
            (Quarantined.store_id == JournalHead.store_id) & (Quarantined.jid == JournalHead.jid),
        )
        .group_by(JournalHead.store_id, JournalHead.till)
        .subquery()
    )


def _last_shifts() -> Subquery:
    return (
        select(Shift.store_id, Shift.till, func.max(Shift.opened_at).label("opened_at"))
        .group_by(Shift.store_id, Shift.till)
        .subquery()
    )


def _of_terminal(table: Subquery) -> ColumnElement[bool]:
    return (table.c.store_id == Terminal.store_id) & (table.c.till == Terminal.till)


def _fleet_query() -> Select[*tuple[Any, ...]]:
    quarantined, shifts = _quarantined(), _last_shifts()
    return (
        select(
            Terminal.store_id,
            Store.name.label("store_name"),
            Store.zone,
            Terminal.till,
            Terminal.name,
            Installation.installation_id,
            Installation.app_version,
            Installation.last_seen_at,
            Installation.clock_skew_ms,
            Installation.queued,
            Installation.oldest_queued_at,
            Installation.alarm,
            JournalHead.jid,
            JournalHead.head_seq,
            JournalHead.head_hash,
            JournalHead.applied_seq,
            quarantined.c.entries,
            shifts.c.opened_at.label("shift_opened_at"),
        )
        .join(Store, Store.store_id == Terminal.store_id)
        .outerjoin(
            Installation,
            (Installation.store_id == Terminal.store_id)
            & (Installation.installation_id == Terminal.installation_id),
        )
        .outerjoin(JournalHead, _newest_journal())
        .outerjoin(quarantined, _of_terminal(quarantined))
        .outerjoin(shifts, _of_terminal(shifts))
        .order_by(Terminal.store_id, Terminal.till)
    )


def _till_record(row: Row[Any]) -> TillRecord:
    return TillRecord(
        store_id=row.store_id,
        store_name=row.store_name,
        zone=row.zone,
        till=row.till,
        name=row.name,
        installation=str(row.installation_id or ""),
        app_version=row.app_version or "",
        last_seen_at=row.last_seen_at,
        clock_skew_ms=row.clock_skew_ms or 0,
        queued=row.queued or 0,
        oldest_queued_at=row.oldest_queued_at,
        alarm=row.alarm or "",
        jid=str(row.jid or ""),
        head_seq=row.head_seq or 0,
        head_hash=(row.head_hash or b"").hex(),
        applied_seq=row.applied_seq or 0,
        quarantined=row.entries or 0,
        shift_opened_at=row.shift_opened_at,
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
        .outerjoin(JournalHead, _newest_journal())
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
