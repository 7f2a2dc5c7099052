"""Entries that a till made after it was shut out: kept, and booked only by somebody's word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import insert

from backoffice.cases.service import CaseKind, CaseRef, NewCase, open_case
from db.head.journals import Quarantined
from db.head.stores import Installation
from retail.release import VERSION

CODE = "revoked"
_REASON = "It was made after this till was shut out; head office looks at it first."


def to_review(tx: Connection, head: Row[Any], rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of a journal's entries that were made after its till was shut out.

    By the till's own clock, corrected by what was last known of it.
    """
    found = tx.execute(
        select(Installation.revoked_at, Installation.clock_skew_ms).where(
            Installation.store_id == head.store_id,
            Installation.installation_id == head.installation_id,
            Installation.revoked_at.is_not(None),
        )
    ).first()
    if found is None:
        return []
    limit = found.revoked_at + timedelta(milliseconds=found.clock_skew_ms)
    return [row for row in rows if row.at > limit]


def hold(tx: Connection, head: Row[Any], rows: Sequence[Row[Any]], now: datetime) -> CaseRef:
    """Set entries aside and open a case for whoever decides."""
    tx.execute(
        insert(Quarantined).on_conflict_do_nothing(),
        [
            {
                "store_id": row.store_id,
                "rid": row.rid,
                "jid": row.jid,
                "seq": row.seq,
                "state": "review",
                "code": CODE,
                "reason": _REASON,
                "tries": 0,
                "first_at": now,
                "last_at": now,
                "waiting_on": None,
                "release": VERSION[:24],
            }
            for row in rows
        ],
    )
    return open_case(
        tx,
        NewCase(
            head.store_id,
            CaseKind.REVOKED_ENTRIES,
            head.installation_id.hex,
            f"Till {head.till} went on after it was shut out; nothing of that is booked yet.",
            [(row.store_id, row.rid) for row in rows],
        ),
        now,
    )
