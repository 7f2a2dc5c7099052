"""Journal a batch: the exact algorithm of the protocol, in one transaction.

An acknowledgement means "durably journalled"; applying follows behind and never blocks it.
"""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import zstandard
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Row, case, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.exc import OperationalError

from backoffice.intake.auth import Caller
from backoffice.intake.errors import Refused
from db.base import from_us
from db.bulk import copy_new_rows
from db.head.journals import EntrySide, JournalEntry, JournalHead
from db.head.stores import Installation
from db.transaction import savepoint
from retail.contract.codec import GENESIS, Entry, Side, chain_hash, entry_bytes, from_wire
from retail.contract.envelope import MAX_ENTRIES
from retail.errors import RetailError

CHANNEL = "tillwright_journal"
_LARGEST_BATCH = 32 << 20
_LOCK_TRIES = 4
_LOCK_PAUSE_SECONDS = 0.01
_COLUMNS = (
    "store_id",
    "rid",
    "jid",
    "seq",
    "type",
    "at",
    "business_date",
    "received_at",
    "hash",
    "entry",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """What the headers of a push claim, and its body as sent."""

    jid: UUID
    base_seq: int
    base_hash: bytes
    count: int
    last_hash: bytes
    body_sha256: str
    encoding: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The journal's end here after the push."""

    head: int
    head_hash: bytes


@dataclass(frozen=True, slots=True)
class _Link:
    """An entry with its bytes and hash."""

    entry: Entry
    side: Side | None
    data: bytes
    hash: bytes


def push(
    tx: Connection, caller: Caller, batch: Batch, *, real_sha256: str, now: datetime
) -> Accepted:
    """Check a batch against the journal and append what is new.

    Raises:
        Refused: 400 ``bad_digest``, ``bad_batch``, ``bad_chain``; 403 ``wrong_journal``;
            409 ``behind``, ``fork``; 423 ``busy``. Nothing is stored then.
    """
    if real_sha256 != batch.body_sha256:
        raise Refused(400, "bad_digest", "The batch arrived damaged; send it again.")
    lines = _lines(batch)
    head = _locked_head(tx, caller, batch.jid, now)
    if head.installation_id != caller.installation_id:
        raise Refused(403, "wrong_journal", "This journal belongs to another till.")
    _check_base(tx, caller.store_id, head, batch)
    links = _links(batch, lines)
    fresh = [link for link in links if link.entry.seq > head.head_seq]
    known = links[: len(links) - len(fresh)]
    _check_known(tx, caller.store_id, batch.jid, known, head)
    if not fresh:
        return Accepted(head.head_seq, bytes(head.head_hash))
    _store(tx, caller.store_id, fresh, now, head)
    last = fresh[-1]
    tx.execute(
        update(JournalHead)
        .where(JournalHead.store_id == caller.store_id, JournalHead.jid == batch.jid)
        .values(head_seq=last.entry.seq, head_hash=last.hash, last_at=now)
    )
    _note_progress(tx, caller, len(fresh), now)
    tx.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, caller.store_id))
    return Accepted(last.entry.seq, last.hash)


def _note_progress(tx: Connection, caller: Caller, count: int, now: datetime) -> None:
    """Keep the fleet's figures true between two hellos."""
    left = func.greatest(Installation.queued - count, 0)
    tx.execute(
        update(Installation)
        .where(
            Installation.store_id == caller.store_id,
            Installation.installation_id == caller.installation_id,
        )
        .values(
            last_seen_at=now,
            queued=left,
            oldest_queued_at=case((left == 0, None), else_=Installation.oldest_queued_at),
        )
    )


def _lines(batch: Batch) -> list[bytes]:
    try:
        plain = _unpacked(batch)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as problem:
        raise Refused(
            400, "bad_digest", "The batch cannot be unpacked; send it again."
        ) from problem
    lines = [line for line in plain.split(b"\n") if line]
    if len(lines) != batch.count or not 1 <= batch.count <= MAX_ENTRIES:
        raise Refused(400, "bad_batch", "The batch does not hold as many entries as it says.")
    return lines


def _unpacked(batch: Batch) -> bytes:
    """The plain lines; a small body that swells beyond measure is not unpacked to its end."""
    if batch.encoding == "zstd":
        size = zstandard.frame_content_size(batch.body)
        if size > _LARGEST_BATCH:
            raise Refused(413, "too_large", "The batch is too large; send it in smaller parts.")
        return zstandard.ZstdDecompressor().decompress(
            batch.body, max_output_size=_LARGEST_BATCH, allow_extra_data=False
        )
    if batch.encoding == "gzip":
        with gzip.open(BytesIO(batch.body)) as stream:
            plain = stream.read(_LARGEST_BATCH + 1)
        if len(plain) > _LARGEST_BATCH:
            raise Refused(413, "too_large", "The batch is too large; send it in smaller parts.")
        return plain
    return batch.body


def _locked_head(tx: Connection, caller: Caller, jid: UUID, now: datetime) -> Row[Any]:
    """The journal's row, locked without waiting: a queue of retries would grow for ever.

    It is tried a few times, because the applier holds the row for the moment of its commit.
    """
    for _ in range(_LOCK_TRIES - 1):
        try:
            with savepoint(tx):
                return _head_now(tx, caller, jid, now)
        except OperationalError as problem:
            if not isinstance(problem.orig, LockNotAvailable):
                raise
            time.sleep(_LOCK_PAUSE_SECONDS)
    try:
        return _head_now(tx, caller, jid, now)
    except OperationalError as problem:
        if isinstance(problem.orig, LockNotAvailable):
            raise Refused(423, "busy", "Another push of this journal is under way.") from problem
        raise


def _head_now(tx: Connection, caller: Caller, jid: UUID, now: datetime) -> Row[Any]:
    query = (
        select(JournalHead)
        .where(JournalHead.store_id == caller.store_id, JournalHead.jid == jid)
        .with_for_update(nowait=True)
    )
    found = tx.execute(query).first()
    if found is None:
        tx.execute(_new_head(caller, jid, now))
        found = tx.execute(query).one()
    return found


def _new_head(caller: Caller, jid: UUID, now: datetime) -> Insert:
    return (
        insert(JournalHead)
        .values(
            store_id=caller.store_id,
            jid=jid,
            installation_id=caller.installation_id,
            till=caller.till,
            head_seq=0,
            head_hash=GENESIS,
            applied_seq=0,
            opened_at=now,
            last_at=now,
        )
        .on_conflict_do_nothing()
    )


def _check_base(tx: Connection, store_id: str, head: Row[Any], batch: Batch) -> None:
    end = {"head": head.head_seq, "head_hash": bytes(head.head_hash)}
    if batch.base_seq > head.head_seq:
        raise Refused(409, "behind", "Earlier entries are missing here.", **end)
    stored = _hash_at(tx, store_id, head.jid, batch.base_seq)
    if stored != batch.base_hash:
        raise Refused(409, "fork", "The journal here has another past.", **end)


def _hash_at(tx: Connection, store_id: str, jid: UUID, seq: int) -> bytes | None:
    if seq == 0:
        return GENESIS
    found = tx.execute(
        select(JournalEntry.hash).where(
            JournalEntry.store_id == store_id, JournalEntry.jid == jid, JournalEntry.seq == seq
        )
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def _links(batch: Batch, lines: Sequence[bytes]) -> list[_Link]:
    links: list[_Link] = []
    previous = batch.base_hash
    for seq, line in enumerate(lines, batch.base_seq + 1):
        try:
            entry, side = from_wire(batch.jid, line)
            data = entry_bytes(entry)
        except RetailError as problem:
            raise Refused(400, "bad_batch", str(problem)) from problem
        if entry.seq != seq:
            raise Refused(400, "bad_chain", f"Entry {seq} is missing in the batch.")
        previous = chain_hash(previous, data)
        links.append(_Link(entry, side, data, previous))
    if previous != batch.last_hash:
        raise Refused(400, "bad_chain", "The entries do not hash to what the batch says.")
    return links


def _check_known(
    tx: Connection, store_id: str, jid: UUID, known: Sequence[_Link], head: Row[Any]
) -> None:
    """Entries that are here already must be the same ones."""
    if not known:
        return
    last = known[-1]
    if _hash_at(tx, store_id, jid, last.entry.seq) != last.hash:
        raise Refused(
            409,
            "fork",
            "The journal here has another past.",
            head=head.head_seq,
            head_hash=bytes(head.head_hash),
        )


def _store(
    tx: Connection, store_id: str, links: Sequence[_Link], now: datetime, head: Row[Any]
) -> None:
    """Insert the bytes, also of a record that another journal brought already."""
    rows = [
        (
            store_id,
            link.entry.rid,
            link.entry.jid,
            link.entry.seq,
            link.entry.type,
            from_us(link.entry.at_us),
            link.entry.business_date,
            now,
            link.hash,
            link.data,
        )
        for link in links
    ]
    if copy_new_rows(tx, JournalEntry, _COLUMNS, rows) != len(rows):
        raise Refused(
            409,
            "fork",
            "A record of this batch is in the journal already, at another place.",
            head=head.head_seq,
            head_hash=bytes(head.head_hash),
        )
    sides = [
        {"store_id": store_id, "rid": x.entry.rid, "salt": x.side.salt, "data": x.side.data}
        for x in links
        if x.side is not None
    ]
    if sides:
        tx.execute(insert(EntrySide).on_conflict_do_nothing(), sides)
