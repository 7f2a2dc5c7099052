"""Reading exception cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, tuple_

from backoffice.platform.errors import BadFilter
from backoffice.platform.filters import Page, Position, cursor, page_of
from db.base import from_us, to_us
from db.head.cases import CaseRecord, ExceptionCase

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RecordRef:
    """A record that a case is about."""

    store_id: str
    rid: UUID


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case; ``amount_minor`` in the smallest unit of its subject."""

    store_id: str
    case_id: UUID
    kind: str
    subject: str
    sentence: str
    amount_minor: int
    owner: str
    state: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    note: str
    records: tuple[RecordRef, ...]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list of cases is narrowed to; empty does not narrow."""

    state: str = ""
    store: str = ""
    owner: str = ""
    kind: str = ""


def cases(tx: Connection, narrow: CaseFilter, *, at: Position | None) -> Page[CaseDetail]:
    """A page of cases, the newest first."""
    statement = select(ExceptionCase)
    for column, value in (
        (ExceptionCase.state, narrow.state),
        (ExceptionCase.store_id, narrow.store),
        (ExceptionCase.owner, narrow.owner),
        (ExceptionCase.kind, narrow.kind),
    ):
        if value:
            statement = statement.where(column == value)
    order = (ExceptionCase.opened_at, ExceptionCase.case_id)
    backwards = at is not None and at.before
    if at is not None:
        here, edge = _place(at), tuple_(*order)
        statement = statement.where(edge > here if at.before else edge < here)
    statement = statement.order_by(*(c.asc() if backwards else c.desc() for c in order))
    rows = tx.execute(statement.limit(PAGE_SIZE + 1)).all()
    found = [_detail(tx, row) for row in rows]
    return page_of(found, lambda c: cursor(str(to_us(c.opened_at)), c.case_id.hex),
                   size=PAGE_SIZE, at=at)  # fmt: skip


def case(tx: Connection, store_id: str, case_id: UUID) -> CaseDetail | None:
    """One case, or None."""
    row = tx.execute(
        select(ExceptionCase).where(
            ExceptionCase.store_id == store_id, ExceptionCase.case_id == case_id
        )
    ).one_or_none()
    return None if row is None else _detail(tx, row)


def cases_of(tx: Connection, store_id: str, rid: UUID) -> tuple[CaseDetail, ...]:
    """Open cases that a record is part of, the oldest first."""
    rows = tx.execute(
        select(ExceptionCase)
        .join(
            CaseRecord,
            (CaseRecord.store_id == ExceptionCase.store_id)
            & (CaseRecord.case_id == ExceptionCase.case_id),
        )
        .where(
            CaseRecord.record_store == store_id,
            CaseRecord.rid == rid,
            ExceptionCase.state == "open",
        )
        .order_by(ExceptionCase.opened_at, ExceptionCase.case_id)
    ).all()
    return tuple(_detail(tx, row) for row in rows)


def _detail(tx: Connection, row: Row[Any]) -> CaseDetail:
    names = tuple(n for n in CaseDetail.__dataclass_fields__ if n != "records")
    records = tx.execute(
        select(CaseRecord.record_store, CaseRecord.rid)
        .where(CaseRecord.store_id == row.store_id, CaseRecord.case_id == row.case_id)
        .order_by(CaseRecord.rid)
    )
    return CaseDetail(
        **{name: getattr(row, name) for name in names},
        records=tuple(RecordRef(*record) for record in records),
    )


def _place(at: Position) -> tuple[datetime, UUID]:
    try:
        return from_us(int(at.key[0])), UUID(at.key[1])
    except (ValueError, OverflowError) as problem:
        raise BadFilter("The page's position is not valid; start at the first page.") from problem
