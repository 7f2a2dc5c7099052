"""Journal again what head office cannot take where it stands: its journal has another past.

A copied disk, an image of an old one or a restored head office lead there. What both sides have
in common stays; the rest goes on in the open journal with the same record ids, so that it is
booked once however often it arrives.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC
from uuid import UUID

from sqlalchemy import Connection, select, update

from db.crash_points import crash_point
from db.store.journal import Journal, JournalEntry, PushState
from db.store.tills import Device
from pos_app.journal.append import Draft, Head, Place, append, append_again, head
from pos_app.journal.desk import Desk
from pos_app.journal.numbers import new_jid, open_journal
from retail.contract.codec import Entry, read_entry
from retail.contract.facts import JournalOpened

_SLICE = 500


def journal_again(
    tx: Connection,
    desk: Desk,
    jid: UUID,
    common: int,
    reason: str,
    used_series: Sequence[str] = (),
) -> int | None:
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
    if own.state == "open":
        end = _new_journal(tx, desk, (jid, common), reason, used_series)
    else:
        end = head(tx)
    tx.execute(update(Journal).where(Journal.jid == jid).values(moved_after=min(common, until)))
    moved = 0
    for entry in _entries(tx, jid, max(common, own.pruned_seq), until):
        end = append_again(tx, end, entry)
        moved += 1
        crash_point("rejournal.entry")
    return moved


def journal_again_unacknowledged(
    tx: Connection, desk: Desk, reason: str, used_series: Sequence[str]
) -> int:
    """Go on in a new journal with everything that head office has not acknowledged.

    For a till that was enrolled again: its earlier journals belong to the earlier enrolment.

    Args:
        used_series: of this till's journals as far as head office knows them.
    """
    journals = tx.execute(
        select(Journal.jid, Journal.state, PushState.acked_seq)
        .join(PushState, PushState.jid == Journal.jid)
        .order_by(Journal.state.desc(), Journal.opened_at)
    ).all()
    return sum(
        journal_again(tx, desk, row.jid, row.acked_seq, reason, used_series) or 0
        for row in journals
    )


def _new_journal(
    tx: Connection,
    desk: Desk,
    previous: tuple[UUID, int],
    reason: str,
    used_series: Sequence[str],
) -> Head:
    tx.execute(update(Journal).where(Journal.jid == previous[0]).values(state="closed"))
    device = tx.execute(select(Device.installation, Device.till, Device.store_id)).one()
    end = open_journal(tx, new_jid(tx, desk, used_series), desk.now())
    fact = JournalOpened(
        installation=device.installation,
        till=device.till,
        series=end.series,
        reason=reason,
        prev_jid=previous[0],
        prev_seq=previous[1],
    )
    # It belongs to no trading day: nothing is sold by it.
    place = Place(device.store_id, "UTC", desk.now().astimezone(UTC).date(), None)
    append(tx, desk, end, Draft(desk.new_id(), place, fact))
    crash_point("rejournal.opened")
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
