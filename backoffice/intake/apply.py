"""Apply journalled entries: exactly once, in order per journal, one bad record never in the way.

Effects and the ``applied`` mark of an entry share a transaction. A store is applied by one
worker at a time, under an advisory lock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError

from backoffice import wiring
from backoffice.intake.handlers import event_of
from db.head.journals import Applied, JournalEntry, JournalHead, Quarantined
from db.transaction import begin, savepoint
from retail.errors import RetailError

log = logging.getLogger("tillwright.intake")

BATCH = 200
_LOCK_SPACE = 0x5469
_LIMIT_EXCEEDED = "54"
"""The one SQLSTATE class of operational errors that a value of an entry can cause."""


def stores_behind(tx: Connection) -> tuple[str, ...]:
    """Stores with entries that are journalled but not applied."""
    rows = tx.execute(
        select(JournalHead.store_id)
        .where(JournalHead.applied_seq < JournalHead.head_seq)
        .distinct()
        .order_by(JournalHead.store_id)
    )
    return tuple(row.store_id for row in rows)


def apply_store(engine: Engine, store_id: str, now: datetime) -> int:
    """Apply one batch of each journal of a store; returns how many entries were taken up.

    0 when nothing is left, or when another worker has the store.
    """
    with begin(engine) as tx:
        lock = select(func.pg_try_advisory_xact_lock(_LOCK_SPACE, func.hashtext(store_id)))
        if not tx.execute(lock).scalar_one():
            return 0
        heads = tx.execute(
            select(JournalHead)
            .where(JournalHead.store_id == store_id, JournalHead.applied_seq < JournalHead.head_seq)
            .order_by(JournalHead.opened_at, JournalHead.jid)
        ).all()
        taken = [(head, _apply_journal(tx, head, now)) for head in heads]
        # Last, and together: a push of the journal finds its row locked until the commit.
        for head, rows in taken:
            _bookmark(tx, head, rows)
        return sum(len(rows) for _, rows in taken)


def _apply_journal(tx: Connection, head: Row[Any], now: datetime) -> Sequence[Row[Any]]:
    rows = tx.execute(
        select(JournalEntry)
        .where(
            JournalEntry.store_id == head.store_id,
            JournalEntry.jid == head.jid,
            JournalEntry.seq > head.applied_seq,
        )
        .order_by(JournalEntry.seq)
        .limit(BATCH)
    ).all()
    fresh = _not_applied(tx, rows)
    try:
        with savepoint(tx):
            _book(tx, fresh, head.installation_id, now)
    except Exception as problem:  # noqa: BLE001 (whatever an entry holds, it stops no other)
        _raise_passing(tx, problem)
        log.info("store %s: batch is applied entry by entry: %s", head.store_id, problem)
        for row in fresh:
            _book_alone(tx, row, head.installation_id, now)
    return rows


def _bookmark(tx: Connection, head: Row[Any], rows: Sequence[Row[Any]]) -> None:
    if rows:
        tx.execute(
            update(JournalHead)
            .where(JournalHead.store_id == head.store_id, JournalHead.jid == head.jid)
            .values(applied_seq=rows[-1].seq)
        )


def _not_applied(tx: Connection, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    if not rows:
        return []
    done = set(
        tx.execute(
            select(Applied.rid).where(
                Applied.store_id == rows[0].store_id, Applied.rid.in_([row.rid for row in rows])
            )
        ).scalars()
    )
    return [row for row in rows if row.rid not in done]


def _book(tx: Connection, rows: Sequence[Row[Any]], installation_id: UUID, now: datetime) -> None:
    if not rows:
        return
    events = [event_of(row, installation_id) for row in rows]
    wiring.apply(tx, [event for event in events if event is not None])
    tx.execute(
        insert(Applied),
        [
            {"store_id": r.store_id, "rid": r.rid, "jid": r.jid, "seq": r.seq, "at": now}
            for r in rows
        ],
    )


def _book_alone(tx: Connection, row: Row[Any], installation_id: UUID, now: datetime) -> None:
    try:
        with savepoint(tx):
            _book(tx, [row], installation_id, now)
    except Exception as problem:  # noqa: BLE001 (whatever an entry holds, it stops no other)
        _raise_passing(tx, problem)
        code = problem.code if isinstance(problem, RetailError) else type(problem).__name__
        log.warning("entry %s/%s set aside: %s", row.jid, row.seq, problem)
        values = {
            "store_id": row.store_id,
            "rid": row.rid,
            "jid": row.jid,
            "seq": row.seq,
            "code": code[:64],
            "reason": str(problem).replace("\0", "")[:400],
            "tries": 1,
            "first_at": now,
        }
        tx.execute(insert(Quarantined).values(**values).on_conflict_do_nothing())


def _raise_passing(tx: Connection, problem: Exception) -> None:
    """Raise what is the database's state and not the entry's fault; it is tried again later."""
    if tx.invalidated or isinstance(problem, InterfaceError):
        raise problem
    if isinstance(problem, OperationalError):
        sqlstate = getattr(problem.orig, "sqlstate", None) or ""
        if not sqlstate.startswith(_LIMIT_EXCEEDED):
            raise problem
