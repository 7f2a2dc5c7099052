"""Hashes of a journal's entries, by which a till finds where two pasts part."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, select

from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from db.head.journals import JournalEntry, JournalHead
from retail.contract.envelope import HashRange

MOST_HASHES = 1_000


def hashes_between(tx: Connection, caller: Caller, jid: UUID, first: int, last: int) -> HashRange:
    """Hashes of the entries from ``first`` to ``last``, at most 1,000; none beyond the end.

    A till that was enrolled again asks for journals of its earlier enrolment too; a hash tells
    nothing of what was sold.

    Raises:
        Refused: 403 ``wrong_journal`` for a journal that is not of this store.
    """
    known = select(JournalHead.jid).where(
        JournalHead.store_id == caller.store_id, JournalHead.jid == jid
    )
    if tx.execute(known).first() is None:
        raise Refused(403, "wrong_journal", "This journal belongs to another store.")
    found = tx.execute(
        select(JournalEntry.hash)
        .where(
            JournalEntry.store_id == caller.store_id,
            JournalEntry.jid == jid,
            JournalEntry.seq >= first,
            JournalEntry.seq <= last,
        )
        .order_by(JournalEntry.seq)
        .limit(MOST_HASHES)
    ).scalars()
    return HashRange(first=first, hashes=tuple(bytes(digest).hex() for digest in found))
