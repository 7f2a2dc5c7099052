"""Append facts to the open journal inside the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, insert, select, update

from db.base import from_us
from db.crash_points import crash_point
from db.prepared import Prepared
from db.store.journal import EntrySide, Journal, JournalEntry
from db.transaction import changed
from pos_app.journal.desk import Desk
from retail.business_day import offset_minutes
from retail.contract.codec import Entry, Side, canonical, chain_hash, entry_bytes, merkle_leaf
from retail.contract.facts import Fact, type_of
from retail.errors import RetailError

CHANGE = "journal"
"""What a transaction is marked with that appends an entry."""
_HEAD = Prepared(
    select(
        Journal.jid, Journal.head_seq, Journal.head_hash, Journal.series, Journal.last_receipt
    ).where(Journal.state == "open")
)
_INSERT = Prepared(
    insert(JournalEntry),
    ("jid", "seq", "rid", "type", "at", "business_date", "hash", "entry"),
)
_ADVANCE = Prepared(
    update(Journal)
    .where(Journal.jid == bindparam("journal"))
    .values(
        head_seq=bindparam("seq"), head_hash=bindparam("hash"), last_receipt=bindparam("receipt")
    )
)


@dataclass(frozen=True, slots=True)
class Head:
    """Where the open journal ends; ``last_receipt`` is the newest number of its series."""

    jid: UUID
    seq: int
    hash: bytes
    series: str
    last_receipt: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact belongs: the store and zone, the trading day and shift it falls into."""

    store_id: str
    zone: str
    business_date: date
    shift_id: UUID | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact that is to be journalled.

    Attributes:
        receipt: the receipt number that the entry uses up, if any.
        side: personal fields; the body holds their hash only.
    """

    rid: UUID
    place: Place
    fact: Fact
    receipt: int | None = None
    side: Side | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """The new entry's position, instant (UTC microseconds), chain hash and Merkle leaf."""

    jid: UUID
    seq: int
    at_us: int
    hash: bytes
    leaf: bytes


def head(tx: Connection) -> Head:
    """The open journal's end.

    Raises:
        RetailError: ``journal.none`` while the till is not enrolled.
    """
    row = _HEAD.first(tx, {})
    if row is None:
        raise RetailError(
            "journal.none", "This till is not enrolled yet; enrol it at the head office first."
        )
    jid, seq, last_hash, series, last_receipt = row
    return Head(UUID(bytes=jid), seq, last_hash, series, last_receipt)


def append(tx: Connection, desk: Desk, end: Head, draft: Draft) -> Appended:
    """Write one fact as the next entry after ``end``, which :func:`head` gave in this ``tx``."""
    entry = _entry(desk, end, draft)
    receipt = end.last_receipt if draft.receipt is None else draft.receipt
    after = _link(tx, end, entry, receipt)
    if draft.side is not None:
        side = draft.side
        tx.execute(insert(EntrySide).values(rid=draft.rid, salt=side.salt, data=side.data))
    leaf = merkle_leaf(draft.rid, entry.body)
    return Appended(end.jid, entry.seq, entry.at_us, after.hash, leaf)


def append_again(tx: Connection, end: Head, entry: Entry) -> Head:
    """Write an entry of an earlier journal once more, after ``end``; all but its place stays.

    Returns the journal's new end.
    """
    return _link(tx, end, replace(entry, jid=end.jid, seq=end.seq + 1), end.last_receipt)


def _link(tx: Connection, end: Head, entry: Entry, receipt: int) -> Head:
    data = entry_bytes(entry)
    new_hash = chain_hash(end.hash, data)
    _write(tx, entry, data, new_hash)
    changed(tx, CHANGE)
    _ADVANCE.one(
        tx,
        {"journal": end.jid.bytes, "seq": entry.seq, "hash": new_hash, "receipt": receipt},
    )
    crash_point("journal.appended")
    return Head(end.jid, entry.seq, new_hash, end.series, receipt)


def _entry(desk: Desk, end: Head, draft: Draft) -> Entry:
    kind, version = type_of(draft.fact)
    place = draft.place
    now_us = desk.now_us()
    return Entry(
        jid=end.jid,
        seq=end.seq + 1,
        rid=draft.rid,
        type=kind,
        sv=version,
        at_us=now_us,
        mono_ms=desk.mono_ms(),
        boot_id=desk.boot_id,
        zone=place.zone,
        tz_minutes=offset_minutes(from_us(now_us), place.zone),
        business_date=place.business_date,
        store=place.store_id,
        shift=place.shift_id,
        body=canonical(draft.fact),
    )


def _write(tx: Connection, entry: Entry, data: bytes, new_hash: bytes) -> None:
    _INSERT.one(
        tx,
        {
            "jid": entry.jid.bytes,
            "seq": entry.seq,
            "rid": entry.rid.bytes,
            "type": entry.type,
            "at": entry.at_us,
            "business_date": entry.business_date.isoformat(),
            "hash": new_hash,
            "entry": data,
        },
    )
