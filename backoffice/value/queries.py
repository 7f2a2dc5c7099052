"""Reading the value ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, case, func, select

from backoffice.value.holds import available
from db.head.cases import ExceptionCase
from db.head.value import ValueEntry, ValueInstrument

_NEWEST = 50


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A posting; ``amount`` is signed."""

    rid: UUID
    n: int
    store_id: str
    act: str
    amount: int
    authority: str
    at: datetime


@dataclass(frozen=True, slots=True)
class InstrumentDetail:
    """An instrument with its newest 50 postings; amounts in its own unit.

    Attributes:
        available: the balance without what is reserved or lent.
    """

    instrument_id: UUID
    kind: str
    last_four: str
    balance: int
    available: int
    state: str
    opened_at: datetime
    entries: tuple[EntryRecord, ...]


@dataclass(frozen=True, slots=True)
class ValueTotals:
    """All of a kind in a company: ``brought = taken + covered - overspent``.

    Attributes:
        brought: issued, loaded, earned and made good.
        taken: redeemed and expired.
        covered: balances above zero; ``overspent`` what is below it.
        open_cases: amounts of open overspend cases; equal to ``overspent``.
    """

    kind: str
    brought: int
    taken: int
    covered: int
    overspent: int
    open_cases: int


def instrument(
    tx: Connection, company_id: str, instrument_id: UUID, now: datetime
) -> InstrumentDetail | None:
    """One instrument, or None."""
    return _detail(
        tx,
        tx.execute(
            select(ValueInstrument).where(
                ValueInstrument.company_id == company_id,
                ValueInstrument.instrument_id == instrument_id,
            )
        ).first(),
        now,
    )


def find(tx: Connection, company_id: str, lookup: bytes, now: datetime) -> InstrumentDetail | None:
    """The instrument of a code's hash, or None."""
    return _detail(
        tx,
        tx.execute(
            select(ValueInstrument).where(
                ValueInstrument.company_id == company_id, ValueInstrument.lookup == lookup
            )
        ).first(),
        now,
    )


def totals(tx: Connection, company_id: str) -> tuple[ValueTotals, ...]:
    """Sums by kind, from the postings and from the balances."""
    entry, own = ValueEntry, ValueInstrument
    rows = tx.execute(
        select(
            own.kind,
            func.coalesce(func.sum(case((entry.amount > 0, entry.amount), else_=0)), 0),
            func.coalesce(func.sum(case((entry.amount < 0, -entry.amount), else_=0)), 0),
        )
        .select_from(own)
        .outerjoin(
            entry,
            (entry.company_id == own.company_id) & (entry.instrument_id == own.instrument_id),
        )
        .where(own.company_id == company_id)
        .group_by(own.kind)
        .order_by(own.kind)
    ).all()
    balances = {row.kind: row for row in tx.execute(_balances(company_id))}
    cases = _open_cases(tx, company_id)
    return tuple(
        ValueTotals(
            kind=kind,
            brought=int(brought),
            taken=int(taken),
            covered=int(balances[kind].covered),
            overspent=int(balances[kind].overspent),
            open_cases=cases.get(kind, 0),
        )
        for kind, brought, taken in rows
    )


def _balances(company_id: str) -> Any:
    own = ValueInstrument
    return (
        select(
            own.kind,
            func.sum(func.greatest(own.balance, 0)).label("covered"),
            func.sum(func.greatest(-own.balance, 0)).label("overspent"),
        )
        .where(own.company_id == company_id)
        .group_by(own.kind)
    )


def _open_cases(tx: Connection, company_id: str) -> dict[str, int]:
    """Amounts of open overspend cases by kind of instrument."""
    own = ValueInstrument
    subject = func.concat("value/", own.instrument_id)
    rows = tx.execute(
        select(own.kind, func.sum(ExceptionCase.amount_minor).label("amount"))
        .join(
            ExceptionCase,
            (ExceptionCase.subject == subject) & (ExceptionCase.state == "open"),
        )
        .where(own.company_id == company_id)
        .group_by(own.kind)
    )
    return {row.kind: int(row.amount) for row in rows}


def _detail(tx: Connection, row: Row[Any] | None, now: datetime) -> InstrumentDetail | None:
    if row is None:
        return None
    columns = [getattr(ValueEntry, name) for name in EntryRecord.__dataclass_fields__]
    entries = tx.execute(
        select(*columns)
        .where(
            ValueEntry.company_id == row.company_id,
            ValueEntry.instrument_id == row.instrument_id,
        )
        .order_by(ValueEntry.at.desc(), ValueEntry.rid.desc(), ValueEntry.n)
        .limit(_NEWEST)
    )
    return InstrumentDetail(
        instrument_id=row.instrument_id,
        kind=row.kind,
        last_four=row.last_four,
        balance=row.balance,
        available=available(tx, row, now),
        state=row.state,
        opened_at=row.opened_at,
        entries=tuple(EntryRecord(*entry) for entry in entries),
    )
