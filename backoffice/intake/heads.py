"""The rows of journals at head office: locked for a group of pushes, and moved on by it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text

from backoffice.intake.auth import Caller
from backoffice.intake.turns import Turn
from db.bulk import BYTES, NUMBERS, TEXTS, UUIDS
from retail.contract.codec import GENESIS

_LOCK_TRIES = 4
_LOCK_PAUSE_SECONDS = 0.01
_LOCK = text(
    "SELECT store_id, jid, installation_id, head_seq, head_hash FROM journal_head"
    " WHERE (store_id, jid) IN (SELECT * FROM unnest(:stores, :jids))"
    " ORDER BY store_id, jid FOR UPDATE SKIP LOCKED"
).bindparams(bindparam("stores", type_=TEXTS), bindparam("jids", type_=UUIDS))
_OPEN_HEADS = text(
    "INSERT INTO journal_head (store_id, jid, installation_id, till, head_seq, head_hash,"
    " applied_seq, opened_at, last_at)"
    " SELECT s, j, i, t, 0, :genesis, 0, :now, :now"
    " FROM unnest(:stores, :jids, :installations, :tills) AS new(s, j, i, t)"
    " ON CONFLICT DO NOTHING RETURNING store_id, jid, installation_id, head_seq, head_hash"
).bindparams(
    bindparam("stores", type_=TEXTS),
    bindparam("jids", type_=UUIDS),
    bindparam("installations", type_=UUIDS),
    bindparam("tills", type_=NUMBERS),
)


def lock_heads(tx: Connection, turns: Sequence[Turn], now: datetime) -> None:
    """Lock the journals' rows without waiting: a queue of retries would grow for ever.

    It is tried a few times, because the applier holds a row for the moment of its commit.
    """
    left = {(turn.push.caller.store_id, turn.jid): turn for turn in turns}
    for attempt in range(_LOCK_TRIES):
        if attempt:
            time.sleep(_LOCK_PAUSE_SECONDS)
        _take_heads(left, tx.execute(_LOCK, _places(left)))
        if left:
            callers = [turn.push.caller for turn in left.values()]
            known = {
                "installations": [caller.installation_id for caller in callers],
                "tills": [caller.till for caller in callers],
                "genesis": GENESIS,
                "now": now,
            }
            _take_heads(left, tx.execute(_OPEN_HEADS, {**_places(left), **known}))
        if not left:
            return
    for turn in left.values():
        turn.busy()


def _places(turns: Iterable[tuple[str, UUID]]) -> dict[str, Any]:
    keys = list(turns)
    return {"stores": [store for store, _ in keys], "jids": [jid for _, jid in keys]}


def _take_heads(left: dict[tuple[str, UUID], Turn], rows: Iterable[Any]) -> None:
    for row in rows:
        turn = left.pop((row.store_id, row.jid))
        turn.owner = row.installation_id
        turn.head_seq, turn.head_hash = row.head_seq, bytes(row.head_hash)


CHANNEL = "tillwright_journal"
# One statement, so one journey to the database: the journals' ends; the fleet's figures between
# two hellos, where a till that says hello at this moment tells them itself, so that its row is
# passed over rather than waited for; and the word to the applier.
_ADVANCE = text(
    "WITH moved AS ("
    "UPDATE journal_head SET head_seq = new.seq, head_hash = new.hash, last_at = :now"
    " FROM unnest(:stores, :jids, :seqs, :hashes) AS new(store_id, jid, seq, hash)"
    " WHERE journal_head.store_id = new.store_id AND journal_head.jid = new.jid"
    "), noted AS ("
    "UPDATE installation SET last_seen_at = :now, queued = greatest(queued - new.count, 0),"
    " oldest_queued_at = CASE WHEN queued > new.count THEN oldest_queued_at END"
    " FROM unnest(:homes, :installations, :counts) AS new(store_id, installation_id, count)"
    " WHERE installation.store_id = new.store_id"
    " AND installation.installation_id = new.installation_id"
    " AND (installation.store_id, installation.installation_id) IN ("
    "SELECT store_id, installation_id FROM installation"
    " WHERE (store_id, installation_id) IN (SELECT * FROM unnest(:homes, :installations))"
    " FOR UPDATE SKIP LOCKED)"
    ") SELECT pg_notify(:channel, store) FROM (SELECT DISTINCT unnest(:stores)) AS told(store)"
).bindparams(
    bindparam("channel", CHANNEL),
    bindparam("stores", type_=TEXTS),
    bindparam("jids", type_=UUIDS),
    bindparam("seqs", type_=NUMBERS),
    bindparam("hashes", type_=BYTES),
    bindparam("homes", type_=TEXTS),
    bindparam("installations", type_=UUIDS),
    bindparam("counts", type_=NUMBERS),
)


def advance(tx: Connection, turns: Sequence[Turn], now: datetime) -> None:
    """Move the journals on to the ends of their batches, and the fleet's figures with them."""
    came: Counter[Caller] = Counter()
    for turn in turns:
        last = turn.fresh[-1]
        turn.head_seq, turn.head_hash = last.entry.seq, last.hash
        came[turn.push.caller] += len(turn.fresh)
    ends = {
        "stores": [turn.push.caller.store_id for turn in turns],
        "jids": [turn.jid for turn in turns],
        "seqs": [turn.head_seq for turn in turns],
        "hashes": [turn.head_hash for turn in turns],
    }
    progress = {
        "homes": [caller.store_id for caller in came],
        "installations": [caller.installation_id for caller in came],
        "counts": list(came.values()),
    }
    tx.execute(_ADVANCE, {"now": now, **ends, **progress})
