"""Which head office this is, and which of its journals' entries are safe in a backup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Engine, bindparam, func, insert, select, update

from backoffice.identity import (
    FIRST_INCARNATION,
    IdentityKeeper,
    check,
    first_start,
    keeper,
    kept_in,
)
from backoffice.platform.keys import new_key
from db.head.journals import JournalHead
from db.head.recovery import Backup
from db.head.stores import HeadOffice
from db.transaction import begin


@dataclass(frozen=True, slots=True)
class JournalEnd:
    """Where a journal ended when a backup was taken."""

    store_id: str
    jid: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class VerifiedBackup:
    """A file whose restore was tried, and what it holds."""

    file: Path
    sha256: str
    size: int
    taken_at: datetime
    ends: Sequence[JournalEnd]


def head_office(tx: Connection) -> tuple[UUID, int]:
    """This head office's id and incarnation; made at the first call."""
    row = tx.execute(select(HeadOffice.hq_id, HeadOffice.incarnation)).first()
    if row is not None:
        return row.hq_id, row.incarnation
    hq_id = new_key()
    tx.execute(insert(HeadOffice).values(hq_id=hq_id, incarnation=FIRST_INCARNATION))
    return hq_id, FIRST_INCARNATION


def identified(engine: Engine, file: Path | None) -> IdentityKeeper:
    """The identity of a database that is to be served.

    Raises:
        RetailError: ``identity.old`` for a database that was put back without the restore
            procedure, and as :func:`backoffice.identity.keeper`.
    """
    with begin(engine) as tx:
        if tx.execute(select(HeadOffice.hq_id)).first() is None:
            first_start(file)
        hq_id, incarnation = head_office(tx)
        found = keeper(file, hq_id, incarnation)
    if found.kept:
        check(found.now, incarnation)
    return found


def taken_over(tx: Connection, file: Path | None) -> IdentityKeeper:
    """The identity of a database that was put back from a backup, also of an empty one.

    Raises:
        RetailError: as :func:`backoffice.identity.keeper`.
    """
    known = kept_in(file)
    if known is not None and tx.execute(select(HeadOffice.hq_id)).first() is None:
        # The backup is from before the first start: who this is, the file knows.
        first = {"hq_id": known.hq_id, "incarnation": known.incarnation}
        tx.execute(insert(HeadOffice).values(**first))
    return keeper(file, *head_office(tx))


def note_backup(tx: Connection, backup: VerifiedBackup, now: datetime) -> None:
    """What a verified backup holds is durable: tills need not keep it for another restore."""
    _, incarnation = head_office(tx)
    tx.execute(
        insert(Backup).values(
            backup_id=new_key(),
            file=str(backup.file)[-400:],
            sha256=backup.sha256,
            size=backup.size,
            incarnation=incarnation,
            journals=len(backup.ends),
            entries=sum(end.seq for end in backup.ends),
            taken_at=backup.taken_at,
            verified_at=now,
        )
    )
    if backup.ends:
        tx.execute(
            update(JournalHead)
            .where(JournalHead.store_id == bindparam("store"), JournalHead.jid == bindparam("id"))
            .values(durable_seq=func.greatest(JournalHead.durable_seq, bindparam("seq"))),
            [{"store": end.store_id, "id": end.jid, "seq": end.seq} for end in backup.ends],
        )
