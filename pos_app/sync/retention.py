"""Let old entries go that head office has in a backup whose restore was tried. No others, ever.

The database refuses to delete anything else (triggers made by the migration).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, literal_column, select, update

from db.crash_points import crash_point
from db.store.invoices import Invoice
from db.store.journal import EntrySide, Journal, JournalEntry, PushState
from db.store.print_queue import PrintJob
from pos_app.checkout import known_receipts
from pos_app.journal.projections import rows_of
from pos_app.sync.ports import StoreAccess
from retail.contract.codec import read_entry
from retail.contract.facts import decode
from retail.contract.sales import SaleClosed
from retail.errors import RetailError
from retail.identity import parse_document_number

KEEP_FOR = timedelta(days=35)
_EVERY = timedelta(days=1)
_SLICE = 500
_SAFE = func.min(
    PushState.durable_seq, PushState.acked_seq, func.coalesce(Journal.moved_after, Journal.head_seq)
)
"""Durable, and sent from this journal: what was journalled again keeps its first place."""


class Pruning:
    """Prunes once a day, in slices between which sales go first."""

    def __init__(self, store: StoreAccess) -> None:
        self._store = store
        self._last: datetime | None = None

    def daily(self, now: datetime) -> None:
        """Prune if it was not done today; ``now`` by head office's clock."""
        if self._last is not None and now - self._last < _EVERY:
            return
        self._store.write(known_receipts.forget, now).result()
        for let_go in (prune, forget_papers):
            while self._store.write(let_go, now).result():
                pass
        self._last = now


def prune(tx: Connection, now: datetime) -> int:
    """Let up to 500 entries of one journal go; returns how many, 0 when nothing may go.

    Args:
        now: by head office's clock.
    """
    journals = tx.execute(
        select(Journal, _SAFE.label("safe"))
        .join(PushState, PushState.jid == Journal.jid)
        .where(Journal.pruned_seq < _SAFE)
        .order_by(literal_column("journal.rowid"))
    ).all()
    for journal in journals:
        gone = _old_enough(tx, journal, now - KEEP_FOR)
        if gone:
            _note(tx, journal, gone)
            _delete(tx, gone)
            crash_point("prune.slice")
            return len(gone)
    return 0


def forget_papers(tx: Connection, now: datetime) -> int:
    """Empty up to 500 old papers whose entry is gone, or that never had one; returns how many.

    They name customers. What waits to be printed stays, and a slip of store credit that never
    came out: its code is nowhere else.

    Args:
        now: by head office's clock.
    """
    held = select(JournalEntry.rid).where(JournalEntry.rid == PrintJob.rid)
    old = (
        select(PrintJob.job_id)
        .where(
            PrintJob.created_at <= now - KEEP_FOR,
            PrintJob.state.in_(("done", "unknown")),
            PrintJob.kind != "credit",
            func.length(PrintJob.document) > 0,
            ~held.exists(),
        )
        .limit(_SLICE)
    )
    return tx.execute(
        update(PrintJob).where(PrintJob.job_id.in_(old)).values(document=b"")
    ).rowcount


def _old_enough(tx: Connection, journal: Row[Any, Any], before: datetime) -> Sequence[Row[Any]]:
    rows = tx.execute(
        select(JournalEntry)
        .where(
            JournalEntry.jid == journal.jid,
            JournalEntry.seq > journal.pruned_seq,
            JournalEntry.seq <= journal.safe,
        )
        .order_by(JournalEntry.seq)
        .limit(_SLICE)
    ).all()
    young = next((n for n, row in enumerate(rows) if row.at > before), len(rows))
    return rows[:young]


def _note(tx: Connection, journal: Row[Any, Any], gone: Sequence[Row[Any]]) -> None:
    """What stays of them: hash, newest receipt and how many rows they stand for."""
    stand_for: Counter[str] = Counter(json.loads(journal.pruned_rows))
    receipt = journal.pruned_receipt
    for row in gone:
        entry = read_entry(bytes(row.entry))
        if _is_repeat(tx, row):
            continue
        try:
            fact = decode(entry.type, entry.sv, entry.body)
        except RetailError:
            continue
        stand_for.update(rows_of(entry, fact))
        if isinstance(fact, SaleClosed):
            receipt = parse_document_number(fact.number).n
    last = gone[-1]
    tx.execute(
        update(Journal)
        .where(Journal.jid == journal.jid)
        .values(
            pruned_seq=last.seq,
            pruned_hash=last.hash,
            pruned_receipt=receipt,
            pruned_rows=json.dumps(stand_for, sort_keys=True),
        )
    )


def _is_repeat(tx: Connection, row: Row[Any]) -> bool:
    """True for an entry that an earlier journal still holds: its rows are counted there."""
    elsewhere = select(JournalEntry.seq).where(
        JournalEntry.rid == row.rid, JournalEntry.jid != row.jid
    )
    return tx.execute(elsewhere).first() is not None


def _delete(tx: Connection, gone: Sequence[Row[Any]]) -> None:
    first, last = gone[0], gone[-1]
    # A record that an earlier journal still holds keeps its personal fields there.
    held = select(JournalEntry.rid).where(JournalEntry.jid != last.jid)
    rids = [row.rid for row in gone]
    tx.execute(delete(EntrySide).where(EntrySide.rid.in_(rids), EntrySide.rid.not_in(held)))
    forgotten = update(Invoice).where(Invoice.rid.in_(rids), Invoice.rid.not_in(held))
    tx.execute(forgotten.values(document=b"", buyer=b""))
    tx.execute(
        delete(JournalEntry).where(
            JournalEntry.jid == last.jid,
            JournalEntry.seq >= first.seq,
            JournalEntry.seq <= last.seq,
        )
    )
