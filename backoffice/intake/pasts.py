"""The entries before pushed batches, by which their bodies are packed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, text

from backoffice.intake.auth import Caller
from backoffice.intake.batches import Batch
from db.bulk import NUMBERS, TEXTS, UUIDS

_PASTS = text(
    "SELECT e.jid, e.seq, e.hash, e.entry"
    " FROM unnest(:stores, :jids, :bases, :counts) AS asked(store_id, jid, base, n)"
    " JOIN journal_entry e ON e.store_id = asked.store_id AND e.jid = asked.jid"
    " AND e.seq > asked.base - asked.n AND e.seq <= asked.base ORDER BY e.jid, e.seq"
).bindparams(
    bindparam("stores", type_=TEXTS),
    bindparam("jids", type_=UUIDS),
    bindparam("bases", type_=NUMBERS),
    bindparam("counts", type_=NUMBERS),
)


def pasts_of(
    tx: Connection, batches: Sequence[tuple[Caller, Batch]]
) -> Mapping[UUID, Sequence[bytes]]:
    """The past of each journal whose batch asks for one, by the journal.

    A journal that does not have it, or another one, is missing: its batch cannot be unpacked, and
    where the two pasts part says why it is refused.
    """
    asking = [(caller, batch) for caller, batch in batches if batch.past]
    if not asking:
        return {}
    rows = tx.execute(
        _PASTS,
        {
            "stores": [caller.store_id for caller, _ in asking],
            "jids": [batch.jid for _, batch in asking],
            "bases": [batch.base_seq for _, batch in asking],
            "counts": [batch.past for _, batch in asking],
        },
    ).all()
    by_journal: dict[UUID, list[Row[Any]]] = {}
    for row in rows:
        by_journal.setdefault(row.jid, []).append(row)
    found: dict[UUID, Sequence[bytes]] = {}
    for _, batch in asking:
        past = by_journal.get(batch.jid, [])
        if len(past) == batch.past and bytes(past[-1].hash) == batch.base_hash:
            found[batch.jid] = [bytes(row.entry) for row in past]
    return found
