"""Journal pushed batches: the exact algorithm of the protocol, for several tills in one go.

An acknowledgement means "durably journalled"; applying follows behind and never blocks it.
Pushes of different journals share a transaction and its statements; each has an outcome of its
own, and what one of them got wrong stops no other.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import BigInteger, Connection, LargeBinary, String, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, insert

from backoffice.intake.auth import Caller
from backoffice.intake.batches import Batch, Link
from backoffice.intake.errors import Refused
from db.base import from_us
from db.bulk import copy_binary
from db.head.journals import EntrySide, JournalEntry
from db.transaction import savepoint
from retail.contract.codec import GENESIS

CHANNEL = "tillwright_journal"
_LOCK_TRIES = 4
_LOCK_PAUSE_SECONDS = 0.01
_COLUMNS = {
    "store_id": "varchar",
    "rid": "uuid",
    "jid": "uuid",
    "seq": "int8",
    "type": "varchar",
    "at": "timestamptz",
    "business_date": "date",
    "received_at": "timestamptz",
    "hash": "bytea",
    "entry": "bytea",
}


@dataclass(frozen=True, slots=True)
class Push:
    """A batch, its entries as :func:`batches.links_of` read them, and who sent it."""

    caller: Caller
    batch: Batch
    links: Sequence[Link]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The journal's end here after the push."""

    head: int
    head_hash: bytes


Outcome = Accepted | Refused


@dataclass(slots=True)
class _Turn:
    """A push on its way: the journal's end before it, what is new in it, how it came out."""

    push: Push
    head_seq: int = -1
    head_hash: bytes = GENESIS
    owner: UUID | None = None
    fresh: Sequence[Link] = ()
    outcome: Outcome | None = None

    @property
    def jid(self) -> UUID:
        """The journal."""
        return self.push.batch.jid

    def refuse(self, status: int, code: str, message: str) -> None:
        """Come out with a problem."""
        self.outcome = Refused(status, code, message)

    def part_ways(self, code: str, message: str) -> None:
        """Come out with a 409 that tells where the journal ends here."""
        self.outcome = Refused(409, code, message, head=self.head_seq, head_hash=self.head_hash)


def push(tx: Connection, one: Push, now: datetime) -> Accepted:
    """Journal one batch.

    Raises:
        Refused: as :func:`push_all` returns it; nothing is stored then.
    """
    (outcome,) = push_all(tx, [one], now)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def push_all(tx: Connection, pushes: Sequence[Push], now: datetime) -> list[Outcome]:
    """Check batches of different journals and append what is new in each.

    Returns the outcomes in order. Refused are: 403 ``wrong_journal``; 409 ``behind``, ``fork``;
    423 ``busy``, also for a journal that stands in ``pushes`` a second time.

    Raises:
        psycopg.errors.UniqueViolation: one of several batches holds a record that its journal has
            already; each must be journalled alone.
    """
    turns = [_Turn(each) for each in pushes]
    _lock_heads(tx, _first_of_each(turns), now)
    _check_pasts(tx, _open(turns))
    _store(tx, [turn for turn in _open(turns) if turn.fresh], now)
    return [turn.outcome or Accepted(turn.head_seq, turn.head_hash) for turn in turns]


def _open(turns: Iterable[_Turn]) -> list[_Turn]:
    return [turn for turn in turns if turn.outcome is None]


def _first_of_each(turns: Sequence[_Turn]) -> list[_Turn]:
    seen: dict[UUID, _Turn] = {}
    for turn in turns:
        if seen.setdefault(turn.jid, turn) is not turn:
            _busy(turn)
    return list(seen.values())


def _busy(turn: _Turn) -> None:
    turn.refuse(423, "busy", "Another push of this journal is under way.")


_UUIDS, _TEXTS, _NUMBERS, _BYTES = (
    ARRAY(Uuid()),
    ARRAY(String()),
    ARRAY(BigInteger()),
    ARRAY(LargeBinary()),
)
_LOCK = text(
    "SELECT store_id, jid, installation_id, head_seq, head_hash FROM journal_head"
    " WHERE (store_id, jid) IN (SELECT * FROM unnest(:stores, :jids))"
    " ORDER BY store_id, jid FOR UPDATE SKIP LOCKED"
).bindparams(bindparam("stores", type_=_TEXTS), bindparam("jids", type_=_UUIDS))
_OPEN_HEADS = text(
    "INSERT INTO journal_head (store_id, jid, installation_id, till, head_seq, head_hash,"
    " applied_seq, opened_at, last_at)"
    " SELECT s, j, i, t, 0, :genesis, 0, :now, :now"
    " FROM unnest(:stores, :jids, :installations, :tills) AS new(s, j, i, t)"
    " ON CONFLICT DO NOTHING RETURNING store_id, jid, installation_id, head_seq, head_hash"
).bindparams(
    bindparam("stores", type_=_TEXTS),
    bindparam("jids", type_=_UUIDS),
    bindparam("installations", type_=_UUIDS),
    bindparam("tills", type_=_NUMBERS),
)


def _lock_heads(tx: Connection, turns: Sequence[_Turn], now: datetime) -> None:
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
        _busy(turn)


def _places(turns: Iterable[tuple[str, UUID]]) -> dict[str, Any]:
    keys = list(turns)
    return {"stores": [store for store, _ in keys], "jids": [jid for _, jid in keys]}


def _take_heads(left: dict[tuple[str, UUID], _Turn], rows: Iterable[Any]) -> None:
    for row in rows:
        turn = left.pop((row.store_id, row.jid))
        turn.owner = row.installation_id
        turn.head_seq, turn.head_hash = row.head_seq, bytes(row.head_hash)


@dataclass(slots=True)
class _Asked:
    """Positions whose hashes decide, beyond those that the locked rows tell."""

    places: set[tuple[str, UUID, int]] = field(default_factory=set)
    found: dict[tuple[str, UUID, int], bytes] = field(default_factory=dict)

    def hash_of(self, turn: _Turn, seq: int) -> bytes | None:
        """The stored hash of an entry; asked for beforehand where it is not the end's."""
        if seq == 0:
            return GENESIS
        if seq == turn.head_seq:
            return turn.head_hash
        return self.found.get((turn.push.caller.store_id, turn.jid, seq))


_HASHES = text(
    "SELECT e.store_id, e.jid, e.seq, e.hash FROM unnest(:stores, :jids, :seqs) AS asked(s, j, n)"
    " JOIN journal_entry e ON e.store_id = asked.s AND e.jid = asked.j AND e.seq = asked.n"
).bindparams(
    bindparam("stores", type_=_TEXTS),
    bindparam("jids", type_=_UUIDS),
    bindparam("seqs", type_=_NUMBERS),
)


def _check_pasts(tx: Connection, turns: Sequence[_Turn]) -> None:
    """Base and known entries must be the ones that are here already."""
    asked = _Asked()
    for turn in turns:
        batch = turn.push.batch
        for seq in (batch.base_seq, _last_known(turn)):
            if 0 < seq < turn.head_seq:
                asked.places.add((turn.push.caller.store_id, turn.jid, seq))
    if asked.places:
        stores, jids, seqs = map(list, zip(*sorted(asked.places), strict=True))
        rows = tx.execute(_HASHES, {"stores": stores, "jids": jids, "seqs": seqs})
        asked.found = {(r.store_id, r.jid, r.seq): bytes(r.hash) for r in rows}
    for turn in turns:
        _check_past(turn, asked)


def _last_known(turn: _Turn) -> int:
    """The last entry of the batch that is journalled already; its base when none is."""
    batch = turn.push.batch
    return min(turn.head_seq, batch.base_seq + len(turn.push.links))


def _check_past(turn: _Turn, asked: _Asked) -> None:
    batch, links = turn.push.batch, turn.push.links
    if turn.owner != turn.push.caller.installation_id:
        turn.refuse(403, "wrong_journal", "This journal belongs to another till.")
    elif batch.base_seq > turn.head_seq:
        turn.part_ways("behind", "Earlier entries are missing here.")
    elif asked.hash_of(turn, batch.base_seq) != batch.base_hash:
        turn.part_ways("fork", "The journal here has another past.")
    else:
        known = _last_known(turn) - batch.base_seq
        if known and asked.hash_of(turn, batch.base_seq + known) != links[known - 1].hash:
            turn.part_ways("fork", "The journal here has another past.")
        turn.fresh = links[known:]


def _store(tx: Connection, turns: Sequence[_Turn], now: datetime) -> None:
    """Insert the bytes, also of a record that another journal brought already."""
    if not turns:
        return
    rows = [
        (
            turn.push.caller.store_id,
            link.entry.rid,
            turn.jid,
            link.entry.seq,
            link.entry.type,
            from_us(link.entry.at_us),
            link.entry.business_date,
            now,
            link.hash,
            link.data,
        )
        for turn in turns
        for link in turn.fresh
    ]
    try:
        with savepoint(tx):
            copy_binary(tx, JournalEntry, _COLUMNS, rows)
    except UniqueViolation:
        # The locked rows keep replays out, so a record stands in a batch or a journal twice.
        if len(turns) > 1:
            raise
        turns[0].part_ways("fork", "A record of this batch is in the journal already.")
        return
    _store_sides(tx, turns)
    _advance(tx, turns, now)
    tx.execute(_NOTIFY, {"stores": sorted({turn.push.caller.store_id for turn in turns})})


def _store_sides(tx: Connection, turns: Sequence[_Turn]) -> None:
    sides = [
        {
            "store_id": turn.push.caller.store_id,
            "rid": link.entry.rid,
            "salt": link.side.salt,
            "data": link.side.data,
        }
        for turn in turns
        for link in turn.fresh
        if link.side is not None
    ]
    if sides:
        tx.execute(insert(EntrySide).on_conflict_do_nothing(), sides)


_NOTIFY = text("SELECT pg_notify(:channel, store) FROM unnest(:stores) AS told(store)").bindparams(
    bindparam("channel", CHANNEL), bindparam("stores", type_=_TEXTS)
)
_ADVANCE = text(
    "UPDATE journal_head SET head_seq = new.seq, head_hash = new.hash, last_at = :now"
    " FROM unnest(:stores, :jids, :seqs, :hashes) AS new(store_id, jid, seq, hash)"
    " WHERE journal_head.store_id = new.store_id AND journal_head.jid = new.jid"
).bindparams(
    bindparam("stores", type_=_TEXTS),
    bindparam("jids", type_=_UUIDS),
    bindparam("seqs", type_=_NUMBERS),
    bindparam("hashes", type_=_BYTES),
)
# The fleet's figures between two hellos. A till that says hello at this moment tells them itself,
# so its row is passed over rather than waited for.
_NOTE_PROGRESS = text(
    "UPDATE installation SET last_seen_at = :now, queued = greatest(queued - new.count, 0),"
    " oldest_queued_at = CASE WHEN queued > new.count THEN oldest_queued_at END"
    " FROM unnest(:stores, :installations, :counts) AS new(store_id, installation_id, count)"
    " WHERE installation.store_id = new.store_id"
    " AND installation.installation_id = new.installation_id"
    " AND (installation.store_id, installation.installation_id) IN ("
    "SELECT store_id, installation_id FROM installation"
    " WHERE (store_id, installation_id) IN (SELECT * FROM unnest(:stores, :installations))"
    " FOR UPDATE SKIP LOCKED)"
).bindparams(
    bindparam("stores", type_=_TEXTS),
    bindparam("installations", type_=_UUIDS),
    bindparam("counts", type_=_NUMBERS),
)


def _advance(tx: Connection, turns: Sequence[_Turn], now: datetime) -> None:
    for turn in turns:
        last = turn.fresh[-1]
        turn.head_seq, turn.head_hash = last.entry.seq, last.hash
    stores = [turn.push.caller.store_id for turn in turns]
    heads = {
        "jids": [turn.jid for turn in turns],
        "seqs": [turn.head_seq for turn in turns],
        "hashes": [turn.head_hash for turn in turns],
    }
    tx.execute(_ADVANCE, {"stores": stores, "now": now, **heads})
    came: Counter[Caller] = Counter()
    for turn in turns:
        came[turn.push.caller] += len(turn.fresh)
    progress = {
        "stores": [caller.store_id for caller in came],
        "installations": [caller.installation_id for caller in came],
        "counts": list(came.values()),
    }
    tx.execute(_NOTE_PROGRESS, {"now": now, **progress})
