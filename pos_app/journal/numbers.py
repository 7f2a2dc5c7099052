"""Gap-free receipt numbers: taken in the sale's own transaction, from its journal's series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from db.store.journal import Journal, PushState
from pos_app.journal.append import Head
from pos_app.journal.desk import Desk
from retail.contract.codec import GENESIS
from retail.identity import DocumentNumber, series_of


def next_number(end: Head, store_id: str, till: int) -> DocumentNumber:
    """The number after the journal's newest; used up by appending with ``receipt=n``."""
    return DocumentNumber(store_id, till, end.series, end.last_receipt + 1)


def new_jid(tx: Connection, desk: Desk, used_series: Sequence[str] = ()) -> UUID:
    """An id for a journal whose series no receipt of this till bears yet."""
    used = {*used_series, *tx.execute(select(Journal.series)).scalars()}
    while series_of(jid := desk.new_id()) in used:
        pass
    return jid


def open_journal(tx: Connection, jid: UUID, opened_at: datetime) -> Head:
    """Create an empty journal; its series follows from its id."""
    series = series_of(jid)
    tx.execute(
        insert(Journal).values(
            jid=jid,
            opened_at=opened_at,
            series=series,
            state="open",
            head_seq=0,
            head_hash=GENESIS,
            last_receipt=0,
            moved_after=None,
        )
    )
    tx.execute(
        insert(PushState).values(
            jid=jid, acked_seq=0, acked_hash=GENESIS, acked_at=None, durable_seq=0
        )
    )
    return Head(jid, 0, GENESIS, series, 0)
