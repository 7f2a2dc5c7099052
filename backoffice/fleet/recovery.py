"""Recovery: after a restore, tills offer again what the backup lacks, and this keeps the list.

While it lasts nothing is pruned here, and nobody is let in anew at a till whose present
installation has not been heard of: receipts of it that are unknown here may be on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from backoffice.identity import Identity
from db.base import from_us
from db.head.journals import JournalHead
from db.head.recovery import RecoveredJournal, Recovery
from db.head.stores import HeadOffice, Installation
from retail.contract.envelope import JournalHead as WireHead

_AWAITED = ("active", "draining")


def begin_recovery(tx: Connection, identity: Identity, now: datetime) -> None:
    """Take up a new incarnation, and wait for every journal of tills that are still let in."""
    tx.execute(update(HeadOffice).values(incarnation=identity.incarnation))
    end_recovery(tx, now)
    tx.execute(
        insert(Recovery).values(incarnation=identity.incarnation, began_at=now, ended_at=None)
    )
    _shut_out_again(tx, identity)
    awaited = (
        select(
            JournalHead.store_id,
            JournalHead.jid,
            literal(identity.incarnation),
            JournalHead.installation_id,
            JournalHead.till,
            JournalHead.last_at,
        )
        .join(
            Installation,
            (Installation.store_id == JournalHead.store_id)
            & (Installation.installation_id == JournalHead.installation_id),
        )
        .where(Installation.state.in_(_AWAITED))
    )
    columns = ["store_id", "jid", "incarnation", "installation_id", "till", "known_until"]
    tx.execute(insert(RecoveredJournal).from_select(columns, awaited))


def end_recovery(tx: Connection, now: datetime) -> None:
    """End the recovery that is under way, if there is one."""
    tx.execute(update(Recovery).where(Recovery.ended_at.is_(None)).values(ended_at=now))


def recovering(tx: Connection) -> int | None:
    """The incarnation whose recovery is under way, or None."""
    return tx.execute(
        select(Recovery.incarnation).where(Recovery.ended_at.is_(None))
    ).scalar_one_or_none()


def awaited(tx: Connection, installation_id: UUID) -> bool:
    """True while a till's journals are waited for and it has not been heard of."""
    incarnation = recovering(tx)
    if incarnation is None:
        return False
    unheard = select(RecoveredJournal.jid).where(
        RecoveredJournal.incarnation == incarnation,
        RecoveredJournal.installation_id == installation_id,
        RecoveredJournal.end_seq.is_(None),
    )
    return tx.execute(unheard.limit(1)).first() is not None


def note_offer(
    tx: Connection,
    installation: tuple[str, int, UUID],
    journals: Sequence[WireHead],
    now: datetime,
) -> None:
    """A till told its journals: note how far they reach, and which of them are whole again.

    The recovery ends when no journal is missing any more.

    Args:
        installation: store, till and id.
    """
    incarnation = recovering(tx)
    if incarnation is None:
        return
    store_id, till, installation_id = installation
    heads = {
        row.jid: row.head_seq
        for row in tx.execute(
            select(JournalHead.jid, JournalHead.head_seq).where(
                JournalHead.store_id == store_id,
                JournalHead.installation_id == installation_id,
            )
        )
    }
    # What the till does not name it does not have (its disk is an older one): nothing to wait for.
    ends = {**heads, **{head.jid: head.sent_to for head in journals}}
    rows = [
        {
            "store_id": store_id,
            "jid": jid,
            "incarnation": incarnation,
            "installation_id": installation_id,
            "till": till,
            "known_until": _opened(jid),
            "end_seq": end,
            "back_at": None,
        }
        for jid, end in ends.items()
        if end or jid in heads
    ]
    if rows:
        _note(tx, rows)
    _note_back(tx, incarnation, now)
    missing = select(RecoveredJournal.jid).where(
        RecoveredJournal.incarnation == incarnation, RecoveredJournal.back_at.is_(None)
    )
    if tx.execute(missing.limit(1)).first() is None:
        end_recovery(tx, now)


def _note_back(tx: Connection, incarnation: int, now: datetime) -> None:
    """Since when journals are whole; also those that pushes have filled since the last look."""
    tx.execute(
        update(RecoveredJournal)
        .where(
            RecoveredJournal.incarnation == incarnation,
            RecoveredJournal.back_at.is_(None),
            RecoveredJournal.store_id == JournalHead.store_id,
            RecoveredJournal.jid == JournalHead.jid,
            JournalHead.head_seq >= RecoveredJournal.end_seq,
        )
        .values(back_at=now)
    )


def _note(tx: Connection, rows: list[dict[str, object]]) -> None:
    fresh = insert(RecoveredJournal)
    tx.execute(
        fresh.on_conflict_do_update(
            index_elements=["store_id", "jid", "incarnation"],
            set_={"end_seq": fresh.excluded.end_seq},
        ),
        rows,
    )


def _opened(jid: UUID) -> datetime:
    """When a journal that the backup does not know was opened: its id is time."""
    return from_us((jid.int >> 80) * 1000)


def _shut_out_again(tx: Connection, identity: Identity) -> None:
    """Tills that were shut out after the backup stay so."""
    rows = [
        {"id": UUID(hex=text), "at": from_us(how.at_us), "drains": how.drain_ok}
        for text, how in identity.shut_out.items()
    ]
    if rows:
        tx.execute(
            update(Installation)
            .where(Installation.installation_id == bindparam("id"))
            .values(state="revoked", revoked_at=bindparam("at"), drain_ok=bindparam("drains")),
            rows,
        )
