"""Canonical bytes and the hash chain over them.

An entry is one length-delimited byte string of all its fields. Both sides store those bytes
and chain them: ``hash = SHA-256(previous hash ‖ entry)``; a journal's first entry follows 32
zero bytes. Columns beside the bytes are projections that ``verify`` compares.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import msgspec

from retail.errors import RetailError

GENESIS = bytes(32)
OPAQUE = "opaque"
"""Wire type of an entry that head office refuses in its own form: ``body`` is all of its bytes."""
_FIELDS = 13
_LENGTH = struct.Struct(">I")
# Runs of fields of known lengths, each with its length in front, up to the length of the next.
_TO_TYPE = struct.Struct(">I16sIQI16sI")
_TO_ZONE = struct.Struct(">IIIqIQI16sI")
_TO_DAY = struct.Struct(">IiI")
_encoder = msgspec.json.Encoder(order="sorted")


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One journal entry; a struct, because head office makes one of every line of a push.

    Attributes:
        seq: position in the journal, gap-free from 1.
        sv: schema version of the body's type.
        at_us: wall clock in UTC, microseconds since 1970; for people, never for order.
        mono_ms: monotonic clock in milliseconds, comparable within one ``boot_id`` only.
        zone: IANA zone of the store; ``tz_minutes`` its offset at that instant.
        business_date: the shift's trading day.
        shift: the shift's id, or None outside of shifts.
        body: canonical JSON of the fact; it holds party ids, never personal fields.
    """

    jid: UUID
    seq: int
    rid: UUID
    type: str
    sv: int
    at_us: int
    mono_ms: int
    boot_id: UUID
    zone: str
    tz_minutes: int
    business_date: date
    store: str
    shift: UUID | None
    body: bytes


class Side(msgspec.Struct, frozen=True):
    """Personal fields of an entry, outside the chain: the body holds their salted hash only.

    Both sides can delete salt and data; the chain still holds.
    """

    salt: bytes
    data: bytes


def canonical(value: object) -> bytes:
    """JSON with sorted keys and no white space; equal values without floats, equal bytes."""
    return _encoder.encode(value)


def entry_bytes(entry: Entry) -> bytes:
    """All fields of an entry as one byte string, each preceded by its length (4 bytes).

    Those of an opaque entry are its body.

    Raises:
        RetailError: ``entry.store`` for a store with a zero character, which ends the store
            in front of the shift.
    """
    if entry.type == OPAQUE:
        return entry.body
    if "\0" in entry.store:
        raise RetailError("entry.store", "A store's code cannot hold a zero character.")
    name, zone, body = entry.type.encode(), entry.zone.encode(), entry.body
    return b"".join(
        (
            _TO_TYPE.pack(16, entry.jid.bytes, 8, entry.seq, 16, entry.rid.bytes, len(name)),
            name,
            _TO_ZONE.pack(
                *(4, entry.sv, 8, entry.at_us, 8, entry.mono_ms),
                *(16, entry.boot_id.bytes, len(zone)),
            ),
            zone,
            _day_and_place(entry.tz_minutes, entry.business_date, entry.store, entry.shift),
            _LENGTH.pack(len(body)),
            body,
        )
    )


@lru_cache(maxsize=1024)
def _day_and_place(tz_minutes: int, business_date: date, store: str, shift: UUID | None) -> bytes:
    """The run of fields that a shift's entries have in common."""
    day = business_date.isoformat().encode()
    place = store.encode() + b"\0" + (shift.bytes if shift else b"")
    return _TO_DAY.pack(4, tz_minutes, len(day)) + day + _LENGTH.pack(len(place)) + place


def read_entry(data: bytes) -> Entry:
    """The fields of what :func:`entry_bytes` made.

    Raises:
        RetailError: ``entry.bytes`` for anything else.
    """
    try:
        fields = _split(data)
        store, _, shift = fields[11].partition(b"\0")
        entry = Entry(
            jid=UUID(bytes=fields[0]),
            seq=int.from_bytes(fields[1], "big"),
            rid=UUID(bytes=fields[2]),
            type=fields[3].decode(),
            sv=int.from_bytes(fields[4], "big"),
            at_us=int.from_bytes(fields[5], "big", signed=True),
            mono_ms=int.from_bytes(fields[6], "big"),
            boot_id=UUID(bytes=fields[7]),
            zone=fields[8].decode(),
            tz_minutes=int.from_bytes(fields[9], "big", signed=True),
            business_date=date.fromisoformat(fields[10].decode()),
            store=store.decode(),
            shift=UUID(bytes=shift) if shift else None,
            body=fields[12],
        )
        same = entry_bytes(entry) == data
    except (ValueError, OverflowError, struct.error) as problem:
        raise RetailError("entry.bytes", "The bytes are no journal entry.") from problem
    if not same:
        raise RetailError("entry.bytes", "The bytes are no journal entry.")
    return entry


def _split(data: bytes) -> list[bytes]:
    fields: list[bytes] = []
    at = 0
    while at < len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size + length
        fields.append(data[at - length : at])
    if at != len(data) or len(fields) != _FIELDS:
        raise ValueError(len(fields))
    return fields


def chain_hash(previous: bytes, entry: bytes) -> bytes:
    """The chain's next hash (32 bytes)."""
    return sha256(previous + entry).digest()


def merkle_leaf(rid: UUID, body: bytes) -> bytes:
    """The proof of a receipt: ``SHA-256(0x00 ‖ rid ‖ body)``.

    It leaves out position and chain, so it stays true when a sale is journalled again.
    """
    return sha256(b"\0" + rid.bytes + body).digest()


def side_hash(side: Side) -> bytes:
    """What an entry's body holds of its personal fields: ``SHA-256(salt ‖ data)``."""
    return sha256(side.salt + side.data).digest()


def row_chain(previous: bytes, parts: Sequence[bytes]) -> bytes:
    """The chain of a down-stream: SHA-256 over the previous hash and length-delimited parts."""
    digest = sha256(previous)
    for part in parts:
        digest.update(_LENGTH.pack(len(part)) + part)
    return digest.digest()
