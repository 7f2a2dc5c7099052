"""The journal as outbox: what to send next, and what an answer means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from db.base import to_us
from db.store.journal import EntrySide, Journal, JournalEntry, PushState
from db.store.sales import Sale
from pos_app.sync.client import PushBatch
from pos_app.sync.errors import NOT_HEAD_OFFICE, Rejected
from retail.contract.codec import GENESIS, Side, read_entry
from retail.contract.envelope import MAX_BYTES, MAX_ENTRIES, JournalHead
from retail.contract.wire import OpaquePlace, to_opaque_wire, to_wire


@dataclass(frozen=True, slots=True)
class Queue:
    """What head office has not acknowledged yet; ``value_minor`` sums the sales in it.

    ``backed_up``: all that it has acknowledged is in a verified backup.
    """

    entries: int
    value_minor: int
    oldest_at: datetime | None
    acked_at: datetime | None
    backed_up: bool


_END = func.coalesce(Journal.moved_after, Journal.head_seq)
"""The last entry of a journal that is sent from it."""


_SMALL = 100
"""Entries up to which a batch is packed with care; of larger ones each is the other's past."""


def next_batch(tx: Connection, most: int = MAX_ENTRIES, past: int = 0) -> PushBatch | None:
    """The oldest unacknowledged entries, up to ``most`` or 1 MiB; None when there are none.

    Args:
        past: how many entries before it may be its dictionary; 0 for a head office that knows
            neither that nor slim bodies.
    """
    state = tx.execute(
        select(PushState.jid, PushState.acked_seq, PushState.acked_hash, _END.label("end"))
        .join(Journal, Journal.jid == PushState.jid)
        .where(PushState.acked_seq < _END)
        .order_by(Journal.opened_at)
        .limit(1)
    ).first()
    if state is None:
        return None
    rows = tx.execute(
        select(JournalEntry.rid, JournalEntry.entry, JournalEntry.hash)
        .where(
            JournalEntry.jid == state.jid,
            JournalEntry.seq > state.acked_seq,
            JournalEntry.seq <= state.end,
        )
        .order_by(JournalEntry.seq)
        .limit(most)
    ).all()
    sides = _sides(tx, [row.rid for row in rows])
    if len(rows) > _SMALL:
        past = 0
    lines: list[bytes] = []
    size, last_hash = 0, state.acked_hash
    for row in rows:
        line = to_wire(read_entry(bytes(row.entry)), sides.get(row.rid), short=past > 0)
        size += len(line) + 1
        if lines and size > MAX_BYTES:
            break
        lines.append(line)
        last_hash = row.hash
    return PushBatch(
        jid=state.jid,
        base_seq=state.acked_seq,
        base_hash=bytes(state.acked_hash),
        lines=tuple(lines),
        last_hash=bytes(last_hash),
        past=_past(tx, state.jid, state.acked_seq, past),
    )


def _past(tx: Connection, jid: UUID, before: int, most: int) -> tuple[bytes, ...]:
    """The bytes of the entries up to ``before`` that are still here, the last of them last."""
    if not most:
        return ()
    rows = tx.execute(
        select(JournalEntry.entry)
        .where(
            JournalEntry.jid == jid,
            JournalEntry.seq > before - most,
            JournalEntry.seq <= before,
        )
        .order_by(JournalEntry.seq)
    )
    return tuple(bytes(row.entry) for row in rows)


def as_bytes(tx: Connection, batch: PushBatch) -> tuple[UUID, PushBatch]:
    """A batch of one entry in opaque form: its bytes, as they are, chain as they do here.

    Returns the record's id with it.
    """
    row = tx.execute(
        select(JournalEntry).where(
            JournalEntry.jid == batch.jid, JournalEntry.seq == batch.base_seq + 1
        )
    ).one()
    data = bytes(row.entry)
    place = OpaquePlace(row.seq, row.rid, to_us(row.at), row.business_date)
    line = to_opaque_wire(place, data)
    return row.rid, replace(batch, lines=(line,), last_hash=bytes(row.hash), past=())


def _sides(tx: Connection, rids: list[UUID]) -> dict[UUID, Side]:
    rows = tx.execute(select(EntrySide).where(EntrySide.rid.in_(rids)))
    return {row.rid: Side(bytes(row.salt), bytes(row.data)) for row in rows}


_ABOUT_THE_TILL = frozenset({401, 403, 408, 409, 421, 425, 426})
"""Refusals that no smaller batch would change."""


def is_about_entries(problem: Rejected) -> bool:
    """True for a refusal of what a batch holds, not of the till or by somebody else's server."""
    status = problem.status
    ours = problem.problem.code != NOT_HEAD_OFFICE
    return ours and 400 <= status < 500 and status not in _ABOUT_THE_TILL


def acknowledge(tx: Connection, jid: UUID, seq: int, head_hash: str, now: datetime) -> bool:
    """Believe a head that our own journal confirms; it may lie below what was acknowledged.

    False when our entry ``seq`` is missing or hashes differently: the pasts differ.
    """
    own = own_hash(tx, jid, seq)
    if own is None or own.hex() != head_hash:
        return False
    tx.execute(
        update(PushState)
        .where(PushState.jid == jid)
        .values(acked_seq=seq, acked_hash=own, acked_at=now)
    )
    return True


def compare(tx: Connection, theirs: Iterable[JournalHead], now: datetime) -> list[tuple[UUID, int]]:
    """Believe the heads that our journals confirm, up or down; unknown ones start over.

    Returns the journals of which head office has another past, and where they end there.
    """
    known = {head.jid: head for head in theirs}
    forked = []
    for own in heads(tx):
        head = known.get(own.jid)
        seq, digest = (head.seq, head.hash) if head else (0, GENESIS.hex())
        if not acknowledge(tx, own.jid, seq, digest, now):
            forked.append((own.jid, seq))
    return forked


def note_durable(tx: Connection, told: Iterable[JournalHead]) -> None:
    """Note how far head office has our journals in a verified backup.

    Believed where the end that it names is ours too; less than before after a restore.
    """
    for head in told:
        own = own_hash(tx, head.jid, head.seq)
        if own is not None and own.hex() == head.hash:
            tx.execute(
                update(PushState)
                .where(PushState.jid == head.jid)
                .values(durable_seq=min(head.durable, head.seq))
            )


def known_from(tx: Connection, jid: UUID) -> tuple[int, bytes]:
    """The last entry of a journal that is gone from here, and its hash; 0 when all is here."""
    row = tx.execute(
        select(Journal.pruned_seq, Journal.pruned_hash).where(Journal.jid == jid)
    ).first()
    if row is None or not row.pruned_seq:
        return 0, GENESIS
    return row.pruned_seq, bytes(row.pruned_hash)


def own_hash(tx: Connection, jid: UUID, seq: int) -> bytes | None:
    """The hash of an entry here; None beyond the journal's end, and before its pruned part's."""
    pruned, digest = known_from(tx, jid)
    if seq <= pruned:
        return digest if seq == pruned else None
    found = tx.execute(
        select(JournalEntry.hash).where(JournalEntry.jid == jid, JournalEntry.seq == seq)
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def heads(tx: Connection) -> tuple[JournalHead, ...]:
    """Where this till's journals end, for a hello."""
    rows = tx.execute(select(Journal.jid, Journal.head_seq, Journal.head_hash, Journal.moved_after))
    return tuple(
        JournalHead(jid=r.jid, seq=r.head_seq, hash=bytes(r.head_hash).hex(), end=r.moved_after)
        for r in rows
    )


def queue_state(tx: Connection) -> Queue:
    """How much waits, how old it is and what it is worth."""
    waiting = (
        select(func.coalesce(func.sum(_END - PushState.acked_seq), 0))
        .select_from(Journal)
        .join(PushState, PushState.jid == Journal.jid)
        .where(PushState.acked_seq < _END)
    )
    unacked = (
        select(JournalEntry.rid, JournalEntry.at)
        .join(PushState, PushState.jid == JournalEntry.jid)
        .join(Journal, Journal.jid == JournalEntry.jid)
        .where(JournalEntry.seq > PushState.acked_seq, JournalEntry.seq <= _END)
        .subquery()
    )
    value = select(func.coalesce(func.sum(Sale.total_minor), 0)).join(
        unacked, unacked.c.rid == Sale.rid
    )
    acked = tx.execute(select(PushState.acked_at)).scalars()
    unsafe = select(PushState.jid).where(PushState.durable_seq < PushState.acked_seq)
    return Queue(
        entries=tx.execute(waiting).scalar_one(),
        value_minor=tx.execute(value).scalar_one(),
        oldest_at=tx.execute(select(unacked.c.at).order_by(unacked.c.at).limit(1)).scalar(),
        acked_at=max((at for at in acked if at), default=None),
        backed_up=tx.execute(unsafe.limit(1)).first() is None,
    )
