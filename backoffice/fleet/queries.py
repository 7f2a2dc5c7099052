"""How far a recovery has come, and which backups there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, false, func, select

from db.head.journals import JournalHead
from db.head.recovery import Backup, RecoveredJournal, Recovery

OWN_HEAD = (JournalHead.store_id == RecoveredJournal.store_id) & (
    JournalHead.jid == RecoveredJournal.jid
)
IS_BACK: ColumnElement[bool] = func.coalesce(
    RecoveredJournal.back_at.is_not(None)
    | (func.coalesce(JournalHead.head_seq, 0) >= RecoveredJournal.end_seq),
    false(),
)
"""All that its till sends of a journal is here; of one that was not heard of nobody knows."""


@dataclass(frozen=True, slots=True)
class RecoveryStatus:
    """The newest recovery.

    Attributes:
        under_way: False also when there never was one; ``began_at`` is None then.
        journals: how many are or were waited for, ``back`` of them whole again.
        oldest_missing_at: up to when the longest missing journal is known here; None when
            none is missing.
    """

    under_way: bool = False
    incarnation: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None
    journals: int = 0
    back: int = 0
    oldest_missing_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """A verified backup; ``taken_at`` is the instant whose state it holds."""

    file: str
    sha256: str
    size: int
    journals: int
    entries: int
    taken_at: datetime
    verified_at: datetime


def recovery_status(tx: Connection) -> RecoveryStatus:
    """The recovery that is under way, or the last one."""
    row = tx.execute(select(Recovery).order_by(Recovery.incarnation.desc()).limit(1)).first()
    if row is None:
        return RecoveryStatus()
    counts = tx.execute(
        select(
            func.count(),
            func.count().filter(IS_BACK),
            func.min(RecoveredJournal.known_until).filter(~IS_BACK),
        )
        .select_from(RecoveredJournal)
        .outerjoin(JournalHead, OWN_HEAD)
        .where(RecoveredJournal.incarnation == row.incarnation)
    ).one()
    journals, back, oldest_missing_at = counts
    return RecoveryStatus(
        row.ended_at is None and (back < journals or journals == 0),
        row.incarnation,
        row.began_at,
        row.ended_at,
        journals,
        back,
        oldest_missing_at,
    )


def last_backup(tx: Connection) -> BackupRecord | None:
    """The newest verified backup."""
    row = tx.execute(select(Backup).order_by(Backup.taken_at.desc()).limit(1)).first()
    names = BackupRecord.__dataclass_fields__
    return None if row is None else BackupRecord(**{name: getattr(row, name) for name in names})
