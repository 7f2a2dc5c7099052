"""Whether what came in would survive the loss of the database: backups, and a recovery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from backoffice.fleet.queries import (
    BackupRecord,
    RecoveryStatus,
    last_backup,
    recovery_status,
)
from db.head.journals import JournalHead

OVERDUE_AFTER = timedelta(hours=26)
"""A backup every night, and two hours for one that takes long."""


@dataclass(frozen=True, slots=True)
class Safety:
    """The newest proved backup, and the recovery that is under way.

    Attributes:
        unsafe: entries that are in no proved backup.
        age: since the instant whose state the backup holds.
    """

    unsafe: int
    backup: BackupRecord | None
    age: timedelta | None
    recovery: RecoveryStatus | None

    @property
    def overdue(self) -> bool:
        """True when there is no proved backup, or none of the last 26 hours."""
        return self.age is None or self.age > OVERDUE_AFTER


def safety(tx: Connection, now: datetime) -> Safety:
    """As of an instant."""
    backup, recovery = last_backup(tx), recovery_status(tx)
    age = None if backup is None else max(now - backup.taken_at, timedelta())
    return Safety(_unsafe(tx), backup, age, recovery if recovery.under_way else None)


def _unsafe(tx: Connection) -> int:
    kept = func.least(JournalHead.durable_seq, JournalHead.head_seq)
    missing = func.coalesce(func.sum(JournalHead.head_seq - kept), 0)
    return int(tx.execute(select(missing)).scalar_one())
