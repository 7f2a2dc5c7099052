"""Apply journalled entries: exactly once, in order per journal, one bad record never in the way.

Effects and the ``applied`` mark of an entry share a transaction. A store is applied by one
worker at a time, under an advisory lock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import InterfaceError, OperationalError

from backoffice import wiring
from backoffice.crm.service import tell_balances
from backoffice.intake import results, review, set_aside
from backoffice.intake.handlers import event_of
from backoffice.intake.results import Result
from backoffice.stock.service import publish_levels
from db.crash_points import crash_point
from db.head.journals import Applied, JournalEntry, JournalHead
from db.transaction import begin, savepoint

log = logging.getLogger("tillwright.intake")

BATCH = 200
_LOCK_SPACE = 0x5469
_LIMIT_EXCEEDED = "54"
"""The one SQLSTATE class of operational errors that a value of an entry can cause."""


@dataclass(slots=True)
class _Round:
    """What one transaction of applying did to a store."""

    tx: Connection
    store_id: str
    now: datetime
    effects: wiring.Effects = field(default_factory=wiring.Effects)
    results: list[Result] = field(default_factory=list)
    booked: set[UUID] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Retried:
    """Of entries that stood aside: how many are booked now, and how many still stand aside."""

    applied: int
    left: int


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
        work = _Round(tx, store_id, now)
        taken = [(head, _apply_journal(work, head)) for head in heads]
        # Last, and together: a push of the journal finds its row locked until the commit.
        for head, rows in taken:
            _bookmark(tx, head, rows)
        journals = {head.jid for head, rows in taken if rows}
        _wake(work, journals)
        _end(work, journals)
        return sum(len(rows) for _, rows in taken)


def retry_store(engine: Engine, store_id: str, now: datetime, *, new_release: bool) -> Retried:
    """Try once more what stands aside in a store, in transactions of 200.

    Args:
        new_release: only what this version has not tried yet.
    """
    applied = left = 0
    after: UUID | None = None
    while True:
        with begin(engine) as tx:
            tx.execute(select(func.pg_advisory_xact_lock(_LOCK_SPACE, func.hashtext(store_id))))
            rows = set_aside.to_retry(tx, store_id, after, new_release=new_release)
            if not rows:
                return Retried(applied, left)
            work = _Round(tx, store_id, now)
            for row in rows:
                _book_alone(work, row, row.installation_id)
            done = len(work.booked & {row.rid for row in rows})
            _wake(work, set())
            _end(work, set())
        applied, left, after = applied + done, left + len(rows) - done, rows[-1].rid


def _apply_journal(work: _Round, head: Row[Any]) -> Sequence[Row[Any]]:
    rows = work.tx.execute(
        select(JournalEntry)
        .where(
            JournalEntry.store_id == head.store_id,
            JournalEntry.jid == head.jid,
            JournalEntry.seq > head.applied_seq,
        )
        .order_by(JournalEntry.seq)
        .limit(BATCH)
    ).all()
    fresh = set_aside.not_applied(work.tx, rows)
    held = review.to_review(work.tx, head, fresh)
    if held:
        work.effects.cases.append(review.hold(work.tx, head, held, work.now))
        aside = {row.rid for row in held}
        fresh = [row for row in fresh if row.rid not in aside]
    try:
        with savepoint(work.tx):
            effects = _book(work, fresh, head.installation_id)
    except Exception as problem:  # noqa: BLE001 (whatever an entry holds, it stops no other)
        _raise_passing(work.tx, problem)
        log.info("store %s: batch is applied entry by entry: %s", head.store_id, problem)
        for row in fresh:
            _book_alone(work, row, head.installation_id)
    else:
        _booked(work, fresh, effects)
    return rows


def _bookmark(tx: Connection, head: Row[Any], rows: Sequence[Row[Any]]) -> None:
    if rows:
        tx.execute(
            update(JournalHead)
            .where(JournalHead.store_id == head.store_id, JournalHead.jid == head.jid)
            .values(applied_seq=rows[-1].seq)
        )


def _wake(work: _Round, journals: set[UUID]) -> None:
    """Try what waits for records that are booked now, and what waits for those in turn."""
    arrived = journals | work.booked
    while arrived:
        before = set(work.booked)
        for row in set_aside.waiting_on(work.tx, work.store_id, arrived):
            _book_alone(work, row, row.installation_id)
        arrived = work.booked - before


def _end(work: _Round, journals: set[UUID]) -> None:
    """Tell tills, with the last statements of the transaction."""
    for store_id in sorted({store for store, _ in work.effects.stock}):
        skus = {sku for store, sku in work.effects.stock if store == store_id}
        publish_levels(work.tx, store_id, skus, journals)
    tell_balances(work.tx, work.effects.balances, work.now)
    found = [one for case in work.effects.cases for one in results.of_case(case)]
    results.tell(work.tx, [*work.results, *found])
    crash_point("applier.before_commit")


def _book(work: _Round, rows: Sequence[Row[Any]], installation_id: UUID) -> wiring.Effects:
    if not rows:
        return wiring.Effects()
    events = [event_of(row, installation_id) for row in rows]
    effects = wiring.apply(work.tx, [event for event in events if event is not None], work.now)
    crash_point("applier.effect")
    work.tx.execute(
        insert(Applied),
        [
            {"store_id": r.store_id, "rid": r.rid, "jid": r.jid, "seq": r.seq, "at": work.now}
            for r in rows
        ],
    )
    crash_point("applier.applied")
    return effects


def _booked(work: _Round, rows: Sequence[Row[Any]], effects: wiring.Effects) -> None:
    """Note what a savepoint has kept; what stood aside stands aside no longer."""
    rids = {row.rid for row in rows}
    work.booked |= rids
    work.effects.add(effects)
    for rid in sorted(set_aside.forget(work.tx, work.store_id, rids)):
        work.results.append(Result(work.store_id, rid, "applied"))


def _book_alone(work: _Round, row: Row[Any], installation_id: UUID) -> None:
    try:
        with savepoint(work.tx):
            effects = _book(work, [row], installation_id)
    except Exception as problem:  # noqa: BLE001 (whatever an entry holds, it stops no other)
        _raise_passing(work.tx, problem)
        log.warning("entry %s/%s set aside: %s", row.jid, row.seq, problem)
        told = set_aside.keep(work.tx, row, problem, work.now)
        work.results.append(Result(work.store_id, row.rid, *told))
    else:
        _booked(work, [row], effects)


def _raise_passing(tx: Connection, problem: Exception) -> None:
    """Raise what is the database's state and not the entry's fault; it is tried again later."""
    if tx.invalidated or isinstance(problem, InterfaceError):
        raise problem
    if isinstance(problem, OperationalError):
        sqlstate = getattr(problem.orig, "sqlstate", None) or ""
        if not sqlstate.startswith(_LIMIT_EXCEEDED):
            raise problem
