"""The tills of the chain with their present installations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)

from backoffice.stores.queries import newest_journal
from db.head.journals import JournalHead, Quarantined
from db.head.stores import Installation, Shift, Store, Terminal
from retail.contract.version import PROTOCOL
from retail.release import VERSION

_LATE_AFTER = timedelta(seconds=120)
_GONE_AFTER = timedelta(seconds=900)
_PLAIN_VERSION = r"^\d{1,6}(\.\d{1,6}){0,3}$"


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
        state: how it is doing.
        access: of the installation: ``active``, ``draining``, ``revoked`` or ``replaced``.
        protocol: the newest one that both sides speak; 0 when there is none, so that the till
            gets nothing down.
        outdated: its program or its protocol is older than head office's.
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
    state: TillState
    installation: str
    access: str
    protocol: int
    outdated: bool
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

    @property
    def refused(self) -> bool:
        """True when it is too old to get anything down."""
        return bool(self.installation) and self.protocol == 0


def fleet(tx: Connection, now: datetime) -> tuple[TillRecord, ...]:
    """All tills, by store and number."""
    rows = tx.execute(tills(now).order_by(Terminal.store_id, Terminal.till))
    return tuple(till_record(row) for row in rows)


def tills(now: datetime) -> Select[*tuple[Any, ...]]:
    """All tills as of an instant; its columns are what :func:`till_record` reads."""
    quarantined, shifts = _quarantined(), _last_shifts()
    return (
        select(
            Terminal.store_id,
            Store.name.label("store_name"),
            Store.zone,
            Terminal.till,
            Terminal.name,
            _state(now, quarantined).label("state"),
            Installation.installation_id,
            Installation.state.label("access"),
            Installation.protocol,
            _outdated().label("outdated"),
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
            func.coalesce(quarantined.c.entries, 0).label("quarantined"),
            shifts.c.opened_at.label("shift_opened_at"),
        )
        .join(Store, Store.store_id == Terminal.store_id)
        .outerjoin(
            Installation,
            (Installation.store_id == Terminal.store_id)
            & (Installation.installation_id == Terminal.installation_id),
        )
        .outerjoin(JournalHead, newest_journal())
        .outerjoin(quarantined, _of_terminal(quarantined))
        .outerjoin(shifts, _of_terminal(shifts))
    )


def till_record(row: Row[Any]) -> TillRecord:
    """A row of :func:`tills` as a record."""
    return TillRecord(
        store_id=row.store_id,
        store_name=row.store_name,
        zone=row.zone,
        till=row.till,
        name=row.name,
        state=TillState(row.state),
        installation=str(row.installation_id or ""),
        access=row.access or "",
        protocol=row.protocol or 0,
        outdated=bool(row.outdated),
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
        quarantined=row.quarantined,
        shift_opened_at=row.shift_opened_at,
    )


def _state(now: datetime, quarantined: Subquery) -> ColumnElement[str]:
    needs_somebody = or_(
        Installation.alarm != "", Installation.protocol == 0, quarantined.c.entries > 0
    )
    return case(
        (Installation.installation_id.is_(None), TillState.NOT_ENROLLED.value),
        (needs_somebody, TillState.ALARM.value),
        (Installation.last_seen_at >= now - _LATE_AFTER, TillState.ONLINE.value),
        (Installation.last_seen_at >= now - _GONE_AFTER, TillState.LATE.value),
        else_=TillState.OFFLINE.value,
    )


def _outdated() -> ColumnElement[bool]:
    """Versions are compared number by number; one that is not made of numbers is not judged."""
    plain = re.match(r"\d+(\.\d+)*", VERSION)
    ours = [int(part) for part in plain[0].split(".")] if plain else []
    parts = cast(func.string_to_array(Installation.app_version, "."), ARRAY(Integer))
    older = case(
        (
            Installation.app_version.regexp_match(_PLAIN_VERSION),
            parts < cast(literal(ours, ARRAY(Integer)), ARRAY(Integer)),
        ),
        else_=False,
    )
    return and_(
        Installation.installation_id.is_not(None), or_(Installation.protocol < PROTOCOL, older)
    )


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
