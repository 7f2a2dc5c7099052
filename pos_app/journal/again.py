"""Journal again what head office cannot take where it stands: its journal has another past.

A copied disk, an image of an old one or a restored head office lead there. What both sides have
in common stays; the rest goes on in the open journal with the same record ids, so that it is
booked once however often it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from uuid import UUID

from sqlalchemy import Connection, select, update

from db.store.journal import Journal, JournalEntry
from db.store.tills import Device
from pos_app.journal.append import Draft, Head, Place, append, append_again, head
from pos_app.journal.desk import Desk
from pos_app.journal.numbers import open_journal
from retail.contract.codec import Entry, read_entry
from retail.contract.facts import JournalOpened

_SLICE = 500


def journal_again(tx: Connection, desk: Desk, jid: UUID, common: int, reason: str) -> int | None:
    """Go on elsewhere with what journal ``jid`` holds after entry ``common``.

    An open journal is closed and a new one opened, with receipt numbers of its own; what follows
    an entry that was moved before is not moved twice.

    Args:
        common: the last entry that both sides have; proved by its hash.
        reason: for the new journal's first entry.

    Returns:
        How many entries were journalled again; None when nothing was left to do.
    """
    own = tx.execute(select(Journal).where(Journal.jid == jid)).one()
    until = own.head_seq if own.moved_after is None else own.moved_after
    if own.state != "open" and common >= until:
        return None
    end = _new_journal(tx, desk, jid, common, reason) if own.state == "open" else head(tx)
    tx.execute(update(Journal).where(Journal.jid == jid).values(moved_after=min(common, until)))
    moved = 0
    for entry in _entries(tx, jid, common, until):
        end = append_again(tx, end, entry)
        moved += 1
    return moved


def _new_journal(tx: Connection, desk: Desk, jid: UUID, common: int, reason: str) -> Head:
    tx.execute(update(Journal).where(Journal.jid == jid).values(state="closed"))
    device = tx.execute(select(Device.installation, Device.till, Device.store_id)).one()
    end = open_journal(tx, desk.new_id(), desk.now())
    fact = JournalOpened(
        installation=device.installation,
        till=device.till,
        series=end.series,
        reason=reason,
        prev_jid=jid,
        prev_seq=common,
    )
    # It belongs to no trading day: nothing is sold by it.
    place = Place(device.store_id, "UTC", desk.now().astimezone(UTC).date(), None)
    append(tx, desk, end, Draft(desk.new_id(), place, fact))
    return head(tx)


def _entries(tx: Connection, jid: UUID, after: int, until: int) -> Iterator[Entry]:
    while after < until:
        rows = tx.execute(
            select(JournalEntry.seq, JournalEntry.entry)
            .where(JournalEntry.jid == jid, JournalEntry.seq > after, JournalEntry.seq <= until)
            .order_by(JournalEntry.seq)
            .limit(_SLICE)
        ).all()
        for row in rows:
            yield read_entry(bytes(row.entry))
        after = rows[-1].seq
