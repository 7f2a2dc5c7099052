"""Entries whose effects are not booked yet: why, and when they are tried again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.platform.waiting import WaitsFor
from db.head.journals import Applied, JournalEntry, JournalHead, Quarantined
from retail.errors import RetailError
from retail.release import VERSION

MOST = 200
"""How many are tried again in one transaction."""


def state_of(problem: Exception) -> str:
    """What an entry that could not be booked is: waiting, parked or quarantined."""
    if isinstance(problem, WaitsFor):
        return "waiting"
    unknown = isinstance(problem, RetailError) and problem.code == "fact.unknown"
    return "parked" if unknown else "quarantined"


def keep(tx: Connection, row: Row[Any], problem: Exception, now: datetime) -> tuple[str, str, str]:
    """Set an entry aside, or count one more try; returns its state, code and sentence."""
    state = state_of(problem)
    code = problem.code if isinstance(problem, RetailError) else type(problem).__name__
    told = {
        "state": state,
        "code": code.replace("\0", "")[:64],
        "reason": str(problem).replace("\0", "")[:400],
        "last_at": now,
        "waiting_on": problem.missing if isinstance(problem, WaitsFor) else None,
        "release": VERSION[:24],
    }
    first = {"store_id": row.store_id, "rid": row.rid, "jid": row.jid, "seq": row.seq}
    tx.execute(
        insert(Quarantined)
        .values(**first, **told, tries=1, first_at=now)
        .on_conflict_do_update(
            index_elements=["store_id", "rid"], set_={**told, "tries": Quarantined.tries + 1}
        )
    )
    return state, str(told["code"]), str(told["reason"])


def forget(tx: Connection, store_id: str, rids: Collection[UUID]) -> set[UUID]:
    """Booked records stand aside no longer; returns those that did."""
    if not rids:
        return set()
    gone = delete(Quarantined).where(Quarantined.store_id == store_id, Quarantined.rid.in_(rids))
    return set(tx.execute(gone.returning(Quarantined.rid)).scalars())


def waiting_on(tx: Connection, store_id: str, missing: Collection[UUID]) -> Sequence[Row[Any]]:
    """Entries that wait for one of these records or journals."""
    if not missing:
        return ()
    where = (Quarantined.state == "waiting") & Quarantined.waiting_on.in_(missing)
    return tx.execute(_entries(store_id, where)).all()


def to_retry(
    tx: Connection, store_id: str, after: UUID | None, *, new_release: bool
) -> Sequence[Row[Any]]:
    """Up to 200 entries that stand aside, in the order of their ids.

    Args:
        new_release: only those that this version has not tried.
    """
    where: ColumnElement[bool] = Quarantined.state != "review"
    if new_release:
        where &= Quarantined.release != VERSION[:24]
    if after is not None:
        where &= Quarantined.rid > after
    return tx.execute(_entries(store_id, where).limit(MOST)).all()


def stores_with_entries_aside(tx: Connection) -> tuple[str, ...]:
    """Stores with entries that stand aside."""
    found = select(Quarantined.store_id).distinct().order_by(Quarantined.store_id)
    return tuple(tx.execute(found).scalars())


def not_applied(tx: Connection, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of a store's entries whose record no journal has booked."""
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


def _entries(store_id: str, where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    entry, head = JournalEntry, JournalHead
    return (
        select(entry, head.installation_id, head.till)
        .join(
            Quarantined,
            (Quarantined.store_id == entry.store_id)
            & (Quarantined.rid == entry.rid)
            & (Quarantined.jid == entry.jid),
        )
        .join(head, (head.store_id == entry.store_id) & (head.jid == entry.jid))
        .where(entry.store_id == store_id, where)
        .order_by(entry.rid)
    )
