"""Journal pushed batches: the exact algorithm of the protocol, for several tills in one go.

An acknowledgement means "durably journalled"; applying follows behind and never blocks it.
Pushes of different journals share a transaction and its statements; each has an outcome of its
own, and what one of them got wrong stops no other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import insert

from backoffice.intake.errors import Refused
from backoffice.intake.heads import advance, lock_heads
from backoffice.intake.turns import Accepted, Outcome, Push, Turn
from db.base import from_us
from db.bulk import NUMBERS, TEXTS, UUIDS, copy_binary
from db.head.journals import EntrySide, JournalEntry
from db.transaction import savepoint
from retail.contract.codec import GENESIS

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


def push(tx: Connection, one: Push, now: datetime) -> Accepted:
    """Journal one batch.

    Raises:
        Refused: as :func:`push_all` returns it; nothing is stored then.
    """
    (outcome,) = push_all(tx, [one], now, doubtful=True)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def push_all(
    tx: Connection, pushes: Sequence[Push], now: datetime, *, doubtful: bool = False
) -> list[Outcome]:
    """Check batches of different journals and append what is new in each.

    Returns the outcomes in order. Refused are: 403 ``wrong_journal``; 409 ``behind``, ``fork``;
    423 ``busy``, also for a journal that stands in ``pushes`` a second time.

    Args:
        doubtful: a single batch that may hold a record which its journal has already; it comes
            out as a fork.

    Raises:
        psycopg.errors.UniqueViolation: a batch holds such a record, and ``doubtful`` is not set;
            each must be journalled alone.
    """
    turns = [Turn(each) for each in pushes]
    lock_heads(tx, _first_of_each(turns), now)
    _check_pasts(tx, _open(turns))
    fresh = [turn for turn in _open(turns) if turn.fresh]
    if doubtful:
        _store_doubtful(tx, fresh, now)
    else:
        _store(tx, fresh, now)
    return [turn.outcome or Accepted(turn.head_seq, turn.head_hash) for turn in turns]


def _open(turns: Iterable[Turn]) -> list[Turn]:
    return [turn for turn in turns if turn.outcome is None]


def _first_of_each(turns: Sequence[Turn]) -> list[Turn]:
    seen: dict[UUID, Turn] = {}
    for turn in turns:
        if seen.setdefault(turn.jid, turn) is not turn:
            turn.busy()
    return list(seen.values())


@dataclass(slots=True)
class _Asked:
    """Positions whose hashes decide, beyond those that the locked rows tell."""

    places: set[tuple[str, UUID, int]] = field(default_factory=set)
    found: dict[tuple[str, UUID, int], bytes] = field(default_factory=dict)

    def hash_of(self, turn: Turn, seq: int) -> bytes | None:
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
    bindparam("stores", type_=TEXTS),
    bindparam("jids", type_=UUIDS),
    bindparam("seqs", type_=NUMBERS),
)


def _check_pasts(tx: Connection, turns: Sequence[Turn]) -> None:
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


def _last_known(turn: Turn) -> int:
    """The last entry of the batch that is journalled already; its base when none is."""
    batch = turn.push.batch
    return min(turn.head_seq, batch.base_seq + len(turn.push.links))


def _check_past(turn: Turn, asked: _Asked) -> None:
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


def _store(tx: Connection, turns: Sequence[Turn], now: datetime) -> None:
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
    copy_binary(tx, JournalEntry, _COLUMNS, rows)
    _store_sides(tx, turns)
    advance(tx, turns, now)


def _store_doubtful(tx: Connection, turns: Sequence[Turn], now: datetime) -> None:
    # The locked rows keep replays out, so a record stands in a batch or a journal twice.
    try:
        with savepoint(tx):
            _store(tx, turns, now)
    except UniqueViolation:
        turns[0].part_ways("fork", "A record of this batch is in the journal already.")


def _store_sides(tx: Connection, turns: Sequence[Turn]) -> None:
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
